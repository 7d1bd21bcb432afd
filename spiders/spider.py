"""The spider: crawls from the sections of a source to its articles. It has no code for particular outlets."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import paths, reasons, urls
from archive.errors import ArchiveError, machine_error
from archive.http.capture import Capture
from archive.storage.thresholds import DiskNearlyFull, disk_shortage
from archive.values.plurals import counted
from spiders.crawl.budget import Budget
from spiders.crawl.follow import LinkFollower
from spiders.crawl.politeness import Guard
from spiders.crawl.queue import Queue
from spiders.crawl.recorder import REVALIDATED, Recorder
from spiders.crawl.scheduler import ALREADY_QUEUED
from spiders.crawl.task import PART_ROLES, Task
from spiders.discovery.listing.url_shapes import is_same_site
from spiders.discovery.paging.page_requests import PageRequest
from spiders.fetch.errors import (
    RETRY_STATUSES,
    TRUNCATED_FLAG,
    CrawlStopped,
    ForbiddenAddress,
    is_retryable_next_crawl,
    reason_of,
)
from spiders.fetch.rate_limit import RateLimiter
from spiders.sources.source import Source, load

CONDITIONAL_ROLES = frozenset(
    {"listing", "feed", "sitemap", "article", "image", "requisite"}
)  # robots.txt is small, so it is always requested unconditionally
PROGRESS_SECONDS = 0.5
MAX_NAMED_HOSTS = 5  # hosts listed in one note
CONCURRENCY_WITHOUT_DELAY = 16  # concurrent requests when the source file sets no delay


class NewsSpider(Spider):
    """One crawl of one source.

    Arguments, as `scrapy crawl NAME -a key=value`: `max_articles` (the maximum number of new articles to
    request), `since` (a day; walk listings back to it, and skip articles that they date earlier), `full` (1: request
    all known articles again), `recheck` (a file with addresses of known articles, one a line: request these and
    nothing else), `scheduled` (1: request sections, feeds and sitemaps only as often as they change).
    """

    name = "news"
    source_name: str | None = None  # set by the loader, which makes one spider class per source

    source: Source
    queue: Queue
    rate_limiter: RateLimiter
    recorder: Recorder
    budget: Budget
    follower: LinkFollower

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider with its archive open; raise ArchiveError if the source cannot be crawled."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._open(crawler)
        return spider

    def __init__(
        self,
        name: str | None = None,
        *,
        source: str | None = None,
        max_articles: str | int | None = None,
        since: str | None = None,
        full: str | bool = False,
        recheck: str | Path | None = None,
        scheduled: str | bool = False,
    ) -> None:
        super().__init__(name)
        self.source_name = source or self.source_name
        self.max_articles = int(max_articles) if max_articles else None
        self.since = date.fromisoformat(since) if since else None
        self.full = str(full).lower() in ("1", "true", "yes")
        self.recheck = Path(recheck) if recheck else None
        self.scheduled = str(scheduled).lower() in ("1", "true", "yes")
        self._progress_at = 0.0
        self._lacked_room = False  # whether the budget had no room for a task since it was last asked
        self._private_hosts: dict[str, str] = {}  # host → its private address, to which nothing was sent
        self._captured_before: list[
            tuple[Task, int]
        ] = []  # captured by killed crawls, follow-up not finished
        self._stopping: asyncio.Future[None] | None = None

    @property
    def crawl_id(self) -> str:
        """Return the crawl's id in the archive."""
        return self.recorder.crawl

    def _open(self, crawler: Crawler) -> None:
        """Open the source, its queue and the archive, and connect them with the crawler."""
        folder = Path(crawler.settings["NEWSARCHIVE_FOLDER"])
        self.source = load(folder / paths.SOURCES / f"{self.source_name}.toml")
        self._min_free = crawler.settings.getint("NEWSARCHIVE_MIN_FREE")
        if short := disk_shortage(folder, self._min_free):
            raise DiskNearlyFull(short)
        self.recorder = Recorder(
            folder,
            self.source,
            operator=crawler.settings["NEWSARCHIVE_OPERATOR"],
            max_bytes=crawler.settings.getint("NEWSARCHIVE_WARC_MAX_BYTES"),
            max_age=timedelta(hours=crawler.settings.getint("NEWSARCHIVE_WARC_MAX_HOURS")),
            workers=crawler.settings.get("NEWSARCHIVE_WORKERS"),
        )
        self.recorder.report.out = sys.stdout if crawler.settings.getbool("NEWSARCHIVE_TELL") else None
        self.budget = Budget(self.source, self.recorder.report, self.note)
        self.follower = LinkFollower(
            self.source,
            self.recorder,
            self.budget,
            self.note,
            max_articles=self.max_articles,
            since=self.since,
            full=self.full,
            scheduled=self.scheduled,
        )
        if not self.source.delay:
            for setting in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
                crawler.settings.set(setting, CONCURRENCY_WITHOUT_DELAY, priority="spider")
        state = folder / paths.STATE
        self.rate_limiter = RateLimiter(state / "pace.db")
        self.queue = Queue(state / "frontier.db", self.source.name, self.crawl_id)
        if self.queue.was_reset:
            self.note(
                "state/frontier.db was damaged and replaced by an empty one: the listings lead to pending pages again."
            )
        if self.full:
            self.queue.clear()
        else:
            self._captured_before = self.queue.take_over(self.recorder.capture_in_crawl)
            self.follower.paging.walks.resumed = self.queue.walked_sections()
        self.recorder.on_fatal_error = self.stop
        for sentence in self.recorder.import_repairs:
            self.note(sentence)
        if not gc.get_freeze_count():
            gc.freeze()  # loaded modules stay: keep the garbage collector from traversing them repeatedly
        setattr(crawler, "recorder", self.recorder)
        setattr(crawler, "guard", Guard(self.source.named_urls, self.source.private_networks))
        crawler.signals.connect(self._close, signals.spider_closed)

    async def _close(self, reason: str) -> None:
        """Close the crawl and report its outcome."""
        if self._private_hosts:
            self.note(_private_hosts_note(self._private_hosts, self.source.name))
        for sentence in self.follower.paging.walks.notes(self.queue.walked_sections()):
            self.note(sentence)
        is_limited = bool(self.recorder.report.left_out) or self.budget.is_exhausted
        outcome = {"finished": "limit" if is_limited else "finished"}.get(reason, "stopped")
        outcome = await self.recorder.finish(outcome)
        if self.recorder.fatal_error is not None:
            self.note(str(self.recorder.fatal_error))
        self.recorder.report.write_end(self.crawl_id, outcome)
        self.queue.close()
        self.rate_limiter.close()

    def admit(self, task: Task) -> bool:
        """Queue a task if it is new and within the budget; return whether it was queued."""
        has_room = self.budget.has_room(task)
        self._lacked_room = self._lacked_room or not has_room
        is_queued = has_room and self.queue.add(task)
        if is_queued:
            self.budget.spend(task)
        return is_queued

    def stop(self, error: ArchiveError) -> None:
        """Stop the crawl in an orderly way after a storage failure; the next crawl resumes from there."""
        self.recorder.fatal_error = self.recorder.fatal_error or error
        if self._stopping is None and self.crawler.engine is not None:
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="failed"))

    def _stop_if_disk_is_short(self) -> None:
        """End the crawl in order, as Ctrl-C does, while there is space left to write its end."""
        short = disk_shortage(self.recorder.folder, self._min_free)
        if short is not None and self._stopping is None and self.crawler.engine is not None:
            self.note(short)
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="disk"))

    def _stop_if_fatal(self, error: BaseException | None) -> bool:
        """Stop the crawl if an error prevents storing or reading any page; return whether it did."""
        fatal = self.recorder.fatal_error or machine_error(error, self.recorder.folder)
        if fatal is not None:
            self.stop(fatal)
        return fatal is not None

    def note(self, sentence: str) -> None:
        """Add a note for the person who runs the crawl, once."""
        if sentence not in self.recorder.report.notes:
            self.recorder.report.notes.append(sentence)

    def request(self, task: Task) -> Request:
        """Return the Scrapy request of a task, conditional if the archive already has a response."""
        address = urls.with_ascii_host(task.url)  # Scrapy would follow IDNA 2003: strasse.de
        validators = (
            self.recorder.validators(address)
            if task.why.role in CONDITIONAL_ROLES and not self.full and task.why.body is None
            else None
        )
        return Request(
            address,
            callback=self.parse,
            errback=self.handle_error,
            method="GET" if task.why.body is None else "POST",
            body=task.why.body,
            headers={
                **self._source_headers(task.url),
                **(validators.headers() if validators else {}),
                **_body_headers(PageRequest(task.url, task.why.body)),
            },
            meta={
                "task": task,
                "dont_redirect": True,
                REVALIDATED: validators.original if validators else None,
            },
            priority=task.priority,
            dont_filter=True,
        )

    def _source_headers(self, url: str) -> dict[str, str]:
        """Return the headers that the source file adds to a request; cookies only on the outlet's own sites."""
        headers: dict[str, str] = {}
        if note := self.source.user_agent_note:
            headers["User-Agent"] = f"{self.crawler.settings['USER_AGENT']} {note}"
        if self.source.cookies and any(is_same_site(url, own) for own in self.source.named_urls):
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.source.cookies)
        return headers

    async def start(self) -> AsyncIterator[Request]:
        """Yield the first requests: what a killed crawl left, entry points, and known articles that are due."""
        for sentence in self.recorder.repairs:  # the log was not open any earlier
            self.logger.info(sentence)
        async for request in self._resume():
            yield request
        if self.recheck is not None:
            asked = self.recheck.read_text("utf-8").splitlines()
            for request in self._enqueue(await self.follower.articles_at(asked)):
                yield request
            return
        for request in self._enqueue(await self.follower.entry_points()):
            yield request
        known = self.follower.known_articles() if self.full else self.follower.articles_to_recrawl()
        for request in self._enqueue(await known):
            yield request

    async def _resume(self) -> AsyncIterator[Request]:
        """Follow up on responses that killed crawls stored, from their records: none is requested twice."""
        unread = set(await self.recorder.resume())
        for task, capture_id in self._captured_before:
            unread.discard(capture_id)
            async for request in self._follow_up(task, capture_id):
                yield request
            self._finish_task(task)
        for capture_id in sorted(unread):
            for request in self._enqueue(
                await self._tasks_after_article(self.recorder.capture_row(capture_id).url, capture_id)
            ):
                yield request

    async def parse(self, response: Response) -> AsyncIterator[Request]:
        """Follow up on a response."""
        task: Task = response.meta["task"]
        capture_id: int = response.meta["capture"]
        async for request in self._follow_up(task, capture_id):
            yield request
        self._finish_task(task, again=response.status in RETRY_STATUSES or TRUNCATED_FLAG in response.flags)

    async def _follow_up(self, task: Task, capture_id: int) -> AsyncIterator[Request]:
        """Queue all tasks that follow from a response, and yield the request that wakes the scheduler."""
        tasks: list[Task] = []
        try:
            async for next_task in self.follower.tasks_after(task, capture_id):
                tasks.append(next_task)
        except Exception as error:  # one page must not stop the crawl; its bytes are stored
            await self._report_unread(task.url, task.why.role, error)
        self.recorder.release(capture_id)
        self._lacked_room = False
        requests = self._enqueue(tasks)
        if self._lacked_room and task.since:
            self.follower.paging.walks.unfinished.add(task.key)
        for request in requests:
            yield request

    async def _tasks_after_article(self, url: str, capture_id: int) -> list[Task]:
        """Return the tasks that follow from an article's capture; none if it could not be processed."""
        try:
            return [next_task async for next_task in self.follower.tasks_after_article(capture_id)]
        except Exception as error:  # one page must not stop the crawl; its bytes are stored
            await self._report_unread(url, "article", error)
            return []

    async def _report_unread(self, url: str, role: str, error: Exception) -> None:
        """Report an address whose response was stored but could not be processed.

        An article's address did respond, so no failed visit is recorded for it: it only counts in this crawl's report.
        """
        if self._stop_if_fatal(error):
            return
        if role != "article":
            await self.recorder.record_failure(url, role, reason_of(error))
        elif url not in self.recorder.report.failures:
            self.recorder.report.count_failure(url, role, reason_of(error))

    def _enqueue(self, tasks: Sequence[Task]) -> list[Request]:
        """Queue tasks in one transaction; return one request if any was new, else none.

        Scrapy checks the queue whenever it gets a request, and each costs it as much as a page: one is enough.
        """
        try:
            with self.queue.transaction():
                new = [task for task in tasks if self.admit(task)]
        except ArchiveError as error:
            self.stop(error)
            return []
        return (
            [Request(new[0].url, meta={"task": new[0], ALREADY_QUEUED: True}, dont_filter=True)]
            if new
            else []
        )

    async def handle_error(self, failure: Failure) -> AsyncIterator[Request]:
        """Handle a failed request; a truncated article that was stored is still extracted."""
        task: Task = failure.request.meta["task"]  # type: ignore[attr-defined]
        if isinstance(failure.value, CrawlStopped) or self._stop_if_fatal(failure.value):
            return
        capture_id = failure.request.meta.get("capture")  # type: ignore[attr-defined]
        if capture_id is not None and task.why.role == "article":
            tasks = await self._tasks_after_article(task.url, capture_id)
            self.recorder.release(capture_id)
            for request in self._enqueue(tasks):
                yield request
        else:
            await self.recorder.record_failure(task.url, task.why.role, reason_of(failure.value))
        if isinstance(failure.value, ForbiddenAddress):
            self._private_hosts[failure.value.host] = failure.value.ip
        if reason_of(failure.value).code == reasons.FORBIDDEN and task.is_entry_point:
            entry_point = f"section {task.why.section}" if task.why.section else task.why.role
            self.note(
                f"robots.txt forbids the {entry_point}, {task.url}: nothing was found through it. Remove it from "
                f"sources/{self.source.name}.toml, or ask the outlet to allow it."
            )
        self._finish_task(task, again=is_retryable_next_crawl(failure.value))

    def capture_of(self, response: Response) -> Capture:
        """Return a stored response synchronously, for robots.txt."""
        return self.recorder.capture_sync(response.meta["capture"])

    def _finish_task(self, task: Task, *, again: bool = False) -> None:
        """Mark a task as done, or leave it to the next crawl if `again` is set; report progress."""
        if self.recorder.fatal_error is not None:
            return  # the task stays leased, and the next crawl takes it over
        try:
            if task.key in self.follower.paging.walks.unfinished:
                self.queue.defer(task)
            elif again and (task.why.role == "article" or task.why.role in PART_ROLES or task.is_deep):
                self.queue.mark_failed(task)  # every crawl requests the others anyway
            else:
                self.queue.mark_done(task)
        except ArchiveError as error:
            self.stop(error)
        self._stop_if_disk_is_short()
        if time.monotonic() - self._progress_at > PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            self.recorder.report.write_progress("crawling", self.queue.queued_count())


def _body_headers(request: PageRequest) -> dict[str, str]:
    """Return the headers of a POST, as scripts of pages send them; none for a GET."""
    if request.body is None:
        return {}
    return {"Content-Type": f"{request.body_type}; charset=utf-8", "X-Requested-With": "XMLHttpRequest"}


def _private_hosts_note(hosts: Mapping[str, str], source: str) -> str:
    """Return the note about hosts at private addresses, to which nothing was sent."""
    listed = [host if host == ip else f"{host} ({ip})" for host, ip in list(hosts.items())[:MAX_NAMED_HOSTS]]
    more = (
        f" and {counted(len(hosts) - MAX_NAMED_HOSTS, 'more host')}" if len(hosts) > MAX_NAMED_HOSTS else ""
    )
    return (
        f"Nothing was sent to {', '.join(listed)}{more}: a private address is requested only if sources/{source}.toml"
        ' allows its network, as in [network] allow_private = ["10.0.0.0/8"].'
    )
