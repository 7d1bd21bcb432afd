"""Scrapy's SCHEDULER on top of the durable task queue, and the interface of the crawl that Scrapy's components use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Response

from archive.errors import ArchiveError
from archive.http.capture import Capture
from spiders.crawl.budget import Budget
from spiders.crawl.queue import Queue
from spiders.crawl.task import Task
from spiders.fetch.rate_limit import RateLimiter
from spiders.sources.source import Source

T = TypeVar("T")
ALREADY_QUEUED = "queued"  # in a request's meta: its task is in the queue already


class CrawlContext(Protocol):
    """One crawl of one source, as Scrapy's components see it; the spider implements it."""

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


class QueueScheduler(BaseScheduler):
    """Scrapy's scheduler, which takes its requests from the queue of the spider's source."""

    _context: CrawlContext

    def open(self, spider: Spider) -> None:
        """Take over the queue of the spider."""
        self._context = cast("CrawlContext", spider)

    def has_pending_requests(self) -> bool:
        """Return whether a task is queued."""
        return self._stop_on_error(self._context.queue.is_empty) is False

    def enqueue_request(self, request: Request) -> bool:
        """Queue the task of a request; return whether it is queued."""
        if ALREADY_QUEUED in request.meta:
            return True
        return self._stop_on_error(partial(self._context.admit, request.meta["task"])) or False

    def next_request(self) -> Request | None:
        """Return the request of the next task; None if none is queued."""
        queue = self._context.queue
        task = self._stop_on_error(queue.lease)
        while task is not None and self._context.budget.is_pointless(task):
            self._stop_on_error(partial(queue.mark_done, task))
            task = self._stop_on_error(queue.lease)
        return self._context.request(task) if task else None

    def _stop_on_error(self, operation: Callable[[], T]) -> T | None:
        """Return the result of a queue operation; stop the crawl and return None if it fails."""
        try:
            return operation()
        except ArchiveError as error:
            self._context.stop(error)
            return None
