"""Scrapy's SCHEDULER over the durable queue of the source that is visited."""

from __future__ import annotations

from typing import cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler

from spiders.task import Task
from spiders.visit import Visit


class Frontier(BaseScheduler):
    """Scrapy's scheduler over the queue of the spider's source."""

    _visit: Visit

    def open(self, spider: Spider) -> None:
        self._visit = cast("Visit", spider)

    def has_pending_requests(self) -> bool:
        return not self._visit.queue.is_empty()

    def enqueue_request(self, request: Request) -> bool:
        task: Task = request.meta["task"]
        is_queued = self._visit.budget.has_room(task) and self._visit.queue.add(task)
        if is_queued:
            self._visit.budget.spend(task)
        return is_queued

    def next_request(self) -> Request | None:
        task = self._visit.queue.lease()
        return self._visit.request(task) if task else None
