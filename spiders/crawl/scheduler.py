"""Scrapy's SCHEDULER over the durable queue of the source that is visited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler

from archive.errors import ArchiveError
from spiders.crawl.context import QUEUED, Visit

T = TypeVar("T")


class Frontier(BaseScheduler):
    """Scrapy's scheduler over the queue of the spider's source."""

    _visit: Visit

    def open(self, spider: Spider) -> None:
        self._visit = cast("Visit", spider)

    def has_pending_requests(self) -> bool:
        return self._or_stop(self._visit.queue.is_empty) is False

    def enqueue_request(self, request: Request) -> bool:
        if QUEUED in request.meta:
            return True
        return self._or_stop(partial(self._visit.admit, request.meta["task"])) or False

    def next_request(self) -> Request | None:
        task = self._or_stop(self._visit.queue.lease)
        return self._visit.request(task) if task else None

    def _or_stop(self, act: Callable[[], T]) -> T | None:
        """What the queue answers; a queue that cannot be written ends the visit."""
        try:
            return act()
        except ArchiveError as error:
            self._visit.stop(error)
            return None
