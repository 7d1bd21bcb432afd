"""The interface through which the parts of the crawler reach one another; the spider implements it."""

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
    """One crawl of one source."""

    source: Source
    queue: Queue
    rate_limiter: RateLimiter
    budget: Budget

    @property
    def crawl_id(self) -> str:
        """Return the crawl's id in the archive."""

    def request(self, task: Task) -> Request:
        """Return the Scrapy request of a task."""

    def capture_of(self, response: Response) -> Capture:
        """Return a response as stored."""

    def admit(self, task: Task) -> bool:
        """Queue a task if it is new and within the budget; return whether it was queued."""

    def stop(self, error: ArchiveError) -> None:
        """Stop the crawl after a storage failure; the next crawl resumes from there."""

    def note(self, sentence: str) -> None:
        """Add a note for the person who runs the crawl."""
