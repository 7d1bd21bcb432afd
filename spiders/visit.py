"""A visit to a source, as the parts of the crawler see one another through it; the spider is one."""

from __future__ import annotations

from typing import Protocol

from scrapy import Request
from scrapy.http import Response

from archive.capture import Capture
from archive.errors import ArchiveError
from spiders.budget import Budget
from spiders.pace import Pace
from spiders.queue import Queue
from spiders.source import Source
from spiders.task import Task

QUEUED = "queued"  # in a request's meta: its task is in the queue already


class Visit(Protocol):
    """One visit to one source."""

    source: Source
    queue: Queue
    pace: Pace
    budget: Budget

    @property
    def crawl_id(self) -> str:
        """The crawl's id in the archive."""

    def request(self, task: Task) -> Request:
        """The Scrapy request of a task."""

    def capture_of(self, response: Response) -> Capture:
        """The answer as kept."""

    def admit(self, task: Task) -> bool:
        """Whether the task is new and the budget has room for it; it is queued then."""

    def stop(self, error: ArchiveError) -> None:
        """Nothing more can be stored: the visit ends, and the next one goes on from there."""

    def note(self, sentence: str) -> None:
        """Something that needs looking at."""
