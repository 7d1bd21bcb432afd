"""Scrapy's SCHEDULER on top of the durable task queue of the source."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler

from archive.errors import ArchiveError
from spiders.crawl.context import ALREADY_QUEUED, CrawlContext

T = TypeVar("T")


class Frontier(BaseScheduler):
    """Scrapy's scheduler, which takes its requests from the queue of the spider's source."""

    _context: CrawlContext

    def open(self, spider: Spider) -> None:
        self._context = cast("CrawlContext", spider)

    def has_pending_requests(self) -> bool:
        return self._stop_on_error(self._context.queue.is_empty) is False

    def enqueue_request(self, request: Request) -> bool:
        if ALREADY_QUEUED in request.meta:
            return True
        return self._stop_on_error(partial(self._context.admit, request.meta["task"])) or False

    def next_request(self) -> Request | None:
        task = self._stop_on_error(self._context.queue.lease)
        return self._context.request(task) if task else None

    def _stop_on_error(self, operation: Callable[[], T]) -> T | None:
        """Return the result of a queue operation; stop the crawl and return None if it fails."""
        try:
            return operation()
        except ArchiveError as error:
            self._context.stop(error)
            return None
