"""A visit to a source, as the parts of the crawler see one another through it; the spider is one."""

from __future__ import annotations

from typing import Protocol

from scrapy import Request
from scrapy.http import Response

from archive.errors import ArchiveError
from archive.http.capture import Capture
from spiders.crawl.budget import Budget
from spiders.crawl.queue import Queue
from spiders.crawl.task import Task
from spiders.fetch.rate_limit import RateLimiter
from spiders.sources.source import Source

ALREADY_QUEUED = "queued"  # in a request's meta: its task is in the queue already


class CrawlContext(Protocol):
    """One visit to one source."""

    source: Source
    queue: Queue
    rate_limiter: RateLimiter
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
