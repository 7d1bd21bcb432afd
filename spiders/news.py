"""The spider: from the sections of a source to its articles. It knows no outlet by name."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import layout, urls
from archive.article import dates
from archive.article.model import Article
from archive.capture import Capture
from archive.errors import ArchiveError, trouble_of_the_machine
from archive.facts import Fetched
from archive.index import pending
from archive.replay.requisites import requisites
from spiders.budget import MOST_NESTED, Budget
from spiders.discover import Discovered, Listing, read_listing
from spiders.failures import CUT, TRY_AGAIN, CrawlStops, may_pass_later, reason_of
from spiders.feeds import read_feed, read_sitemap
from spiders.pace import Pace
from spiders.politeness import Guard
from spiders.queue import Queue
from spiders.recorder import ASKED_OF, Recorder, Unreadable
from spiders.source import Source, load
from spiders.task import MAX_HOPS, PARTS, Task
from spiders.visit import QUEUED

USABLE = 200
CONDITIONAL = frozenset(
    {"listing", "feed", "sitemap", "article", "image", "requisite"}
)  # robots.txt is small
PROGRESS_SECONDS = 0.5
AT_ONCE_WITHOUT_DELAY = 16  # requests, where the source file says that the host need not be spared
IMAGES = {"none": 0, "lead": 1, "all": None}  # how many of an article's pictures are captured


class NewsSpider(Spider):
    """One visit to one source.

    Arguments, as `scrapy crawl NAME -a key=value`: `max_articles` (how many articles not yet known to ask
    for), `since` (a day: none that the listing dates earlier), `full` (1: what is known is asked for again).
    """

    name = "news"
    source_name: str | None = None  # set by the loader, for a spider that stands for one source

    source: Source
    queue: Queue
    pace: Pace
    recorder: Recorder
    budget: Budget

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
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
    ) -> None:
        super().__init__(name)
        self.source_name = source or self.source_name
        self.max_articles = int(max_articles) if max_articles else None
        self.since = date.fromisoformat(since) if since else None
        self.full = str(full).lower() in ("1", "true", "yes")
        self._admitted: set[str] = set()  # canonical addresses of articles not yet known that are asked for
        self._told_at = 0.0
        self._answered_before: list[tuple[Task, int]] = []  # what killed crawls captured and did not finish
        self._stopping: asyncio.Future[None] | None = None
        self._redirects: dict[str, Task] = {}  # a task's key → where its answer pointed
        self._listed: dict[str, set[str]] = {}  # section → what its pages showed so far: the end of paging

    @property
    def crawl_id(self) -> str:
        """The crawl's id in the archive."""
        return self.recorder.crawl

    def _open(self, crawler: Crawler) -> None:
        folder = Path(crawler.settings["NEWSARCHIVE_FOLDER"])
        self.source = load(folder / layout.SOURCES / f"{self.source_name}.toml")
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
        if not self.source.delay:
            for setting in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
                crawler.settings.set(setting, AT_ONCE_WITHOUT_DELAY, priority="spider")
        state = folder / layout.STATE
        self.pace = Pace(state / "pace.db")
        self.queue = Queue(state / "frontier.db", self.source.name, self.crawl_id)
        if self.queue.is_anew:
            self.note(
                "state/frontier.db was damaged and is begun anew: what was pending is found again by the listings."
            )
        if self.full:
            self.queue.forget()
        else:
            self._answered_before = self.queue.take_over(self.recorder.held_in)
        self.recorder.on_trouble = self.stop
        for sentence in self.recorder.mended:
            self.logger.info(sentence)
        own = [section.url for section in self.source.sections]
        if not gc.get_freeze_count():
            gc.freeze()  # what is loaded by now stays: the collector need not walk it again and again
        setattr(crawler, "recorder", self.recorder)
        setattr(crawler, "guard", Guard((*own, *self.source.feeds, *self.source.sitemaps)))
        crawler.signals.connect(self._close, signals.spider_closed)

    async def _close(self, reason: str) -> None:
        is_limited = bool(self.recorder.report.left_out) or self.budget.is_met
        outcome = {"finished": "limit" if is_limited else "finished"}.get(reason, "stopped")
        outcome = await self.recorder.finish(outcome)
        if self.recorder.trouble is not None:
            self.note(str(self.recorder.trouble))
        self.recorder.report.ended(self.crawl_id, outcome)
        self.queue.close()
        self.pace.close()

    def admit(self, task: Task) -> bool:
        """Whether the task is new and the budget has room for it; it is queued then."""
        is_queued = self.budget.has_room(task) and self.queue.add(task)
        if is_queued:
            self.budget.spend(task)
        return is_queued

    def stop(self, error: ArchiveError) -> None:
        """Nothing more can be stored: the crawl ends in order, and the next one goes on from there."""
        self.recorder.trouble = self.recorder.trouble or error
        if self._stopping is None and self.crawler.engine is not None:
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="failed"))

    def _is_out_of_means(self, error: BaseException | None) -> bool:
        """Whether nothing more can be stored, or read, whatever the page: the crawl ends then."""
        trouble = self.recorder.trouble or trouble_of_the_machine(error, self.recorder.folder)
        if trouble is not None:
            self.stop(trouble)
        return trouble is not None

    def note(self, sentence: str) -> None:
        """Something that needs looking at."""
        if sentence not in self.recorder.report.notes:
            self.recorder.report.notes.append(sentence)

    def request(self, task: Task) -> Request:
        """The Scrapy request of a task; what is held already is asked for only if it changed."""
        held = self.recorder.validators(task.url) if task.why.role in CONDITIONAL and not self.full else None
        return Request(
            task.url,
            callback=self.parse,
            errback=self.fail,
            headers=held.headers() if held else None,
            meta={"task": task, "dont_redirect": True, ASKED_OF: held.original if held else None},
            priority=task.priority,
            dont_filter=True,
        )

    async def start(self) -> AsyncIterator[Request]:
        async for request in self._resume():
            yield request
        ways_in = [
            *(self._ask(section.url, "listing", section=section.name) for section in self.source.sections),
            *(self._ask(url, "feed") for url in self.source.feeds),
            *(self._ask(url, "sitemap") for url in self.source.sitemaps),
        ]
        for request in self._queued(ways_in):
            yield request
        if self.full:
            return
        due = pending.due(await self.recorder.known(), datetime.now(UTC))
        if len(due) > self.budget.for_known:
            self.note(
                f"{len(due)} known articles are to be looked at again: the {self.budget.for_known} that waited"
                " longest are, the others by the next crawls."
            )
        again = [
            self._ask(
                known.url,
                "article",
                section=known.section,
                headline=known.headline,
                stamp=known.stamp,
                listed_in="listing" if known.stamp else None,
            )
            for known in due[: self.budget.for_known]
        ]
        for request in self._queued(again):
            yield request

    async def _resume(self) -> AsyncIterator[Request]:
        """What killed crawls captured is answered from its records: nothing of it is asked for twice."""
        unread = set(await self.recorder.resume())
        for task, capture_id in self._answered_before:
            unread.discard(capture_id)
            async for request in self._parsed(task, capture_id):
                yield request
            self._finished(task)
        for capture_id in sorted(unread):
            for request in self._queued([found async for found in self._look(capture_id)]):
                yield request

    async def parse(self, response: Response) -> AsyncIterator[Request]:
        task: Task = response.meta["task"]
        capture_id: int = response.meta["capture"]
        async for request in self._parsed(task, capture_id):
            yield request
        self._finished(task, again=response.status in TRY_AGAIN or CUT in response.flags)

    async def _parsed(self, task: Task, capture_id: int) -> AsyncIterator[Request]:
        """What follows from an answer, all of it queued before anything is said."""
        found: list[Task] = []
        try:
            async for following in self._answered(task, capture_id):
                found.append(following)
        except Exception as error:  # the outermost edge of one page: its bytes are kept
            if not self._is_out_of_means(error):
                await self.recorder.failed(task.url, task.why.role, reason_of(error))
        self.recorder.let_go(capture_id)
        for request in self._queued(found):
            yield request

    def _queued(self, tasks: Sequence[Task]) -> list[Request]:
        """Tasks into the queue, all at once. Scrapy is given one request for all, so that it looks there: each
        that it is given costs it as much as a page, and those it asks for are made when their turn comes.
        """
        try:
            with self.queue.at_once():
                new = [task for task in tasks if self.admit(task)]
        except ArchiveError as error:
            self.stop(error)
            return []
        return [Request(new[0].url, meta={"task": new[0], QUEUED: True}, dont_filter=True)] if new else []

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """No response came; what did come of it is kept, and read as far as cut answers are."""
        task: Task = failure.request.meta["task"]  # type: ignore[attr-defined]
        if isinstance(failure.value, CrawlStops) or self._is_out_of_means(failure.value):
            return
        capture_id = failure.request.meta.get("capture")  # type: ignore[attr-defined]
        if capture_id is not None and task.why.role == "article":
            found = [following async for following in self._look(capture_id)]
            self.recorder.let_go(capture_id)
            for request in self._queued(found):
                yield request
        else:
            await self.recorder.failed(task.url, task.why.role, reason_of(failure.value))
        self._finished(task, again=may_pass_later(failure.value))

    def capture_of(self, response: Response) -> Capture:
        """The answer as kept, for what must be known at once (robots.txt)."""
        return self.recorder.capture_now(response.meta["capture"])

    def _finished(self, task: Task, *, again: bool = False) -> None:
        if self.recorder.trouble is not None:
            return  # it stays in hand, and the next crawl takes it over
        try:
            if again and (task.why.role == "article" or task.why.role in PARTS):
                self.queue.failed(task)  # of the others, every crawl asks anyway
            else:
                self.queue.done(task)
        except ArchiveError as error:
            self.stop(error)
        if time.monotonic() - self._told_at > PROGRESS_SECONDS:
            self._told_at = time.monotonic()
            self.recorder.report.progress("crawling", self.queue.queued())

    def _ask(self, url: str, role: str, **why: Any) -> Task:
        return Task(url, Fetched(role=role, crawl=self.crawl_id, source=self.source.name, **why))

    async def _answered(self, task: Task, capture_id: int) -> AsyncIterator[Task]:
        capture = (await self.recorder.capture(capture_id)).standing
        role = task.why.role
        if role == "article":
            async for found in self._look(capture_id):
                yield found
        if capture.redirects_to is not None:
            following = await self._follow(task, capture.redirects_to)
            if following:
                yield following
        elif capture.status != USABLE:
            if role not in ("article", "robots"):
                await self.recorder.failed(task.url, role, f"answered {capture.status}")
        elif role == "listing":
            async for found in self._listing(task, capture, capture_id):
                yield found
        elif role == "feed":
            shown = await self.recorder.compute(read_feed, capture)
            async for found in self._found(task, capture_id, shown):
                yield found
        elif role == "sitemap":
            sitemap = await self.recorder.compute(read_sitemap, capture)
            async for found in self._found(task, capture_id, sitemap.found):
                yield found
            if sitemap.sitemaps and task.page >= MOST_NESTED:
                self.note(
                    f"{task.url} lists sitemaps, the {task.page}th to do so in a row: they were left out."
                )
                return
            for url in sitemap.sitemaps:
                yield self._after(task, url)
        elif role == "requisite":
            needed = await self.recorder.compute(requisites, capture)
            async for found in self._parts(needed, role, task.why.article or task.url):
                yield found

    async def _follow(self, task: Task, target: str) -> Task | None:
        if not urls.is_web(target):
            await self.recorder.failed(
                task.url, task.why.role, f"redirected to {target}, which is no web address"
            )
            return None
        if task.hops >= MAX_HOPS:
            await self.recorder.failed(task.url, task.why.role, f"redirected more than {MAX_HOPS} times")
            return None
        following = task.at(target)
        self._redirects[task.key] = following
        circle = self._circle(task)
        for one in circle:
            await self.recorder.failed(one.url, one.why.role, "redirected in a circle")
        return None if circle else following

    def _circle(self, task: Task) -> list[Task]:
        """The addresses that redirect to one another and back to this one; none when they lead elsewhere."""
        passed = [task]
        while (following := self._redirects.get(passed[-1].key)) and len(passed) <= MAX_HOPS:
            if following.key == task.key:
                return passed
            passed.append(following)
        return []

    def _after(self, task: Task, url: str) -> Task:
        """The task of a page that goes on where another ends."""
        return Task(url, replace(task.why, redirected_from=None), page=task.page + 1)

    async def _listing(self, task: Task, capture: Capture, capture_id: int) -> AsyncIterator[Task]:
        section = next(one for one in self.source.sections if one.name == task.why.section)
        listing: Listing = await self.recorder.compute(
            partial(
                read_listing, section_url=section.url, article=self.source.article, ignore=self.source.ignore
            ),
            capture,
        )
        shown = {urls.canonical(one.url) for one in listing.found}
        shows_more = bool(shown - self._listed.setdefault(section.name, set()))
        self._listed[section.name] |= shown
        async for found in self._found(task, capture_id, listing.found):
            yield found
        if not listing.found:
            self.note(f"{task.url} shows no articles.")
        if (
            listing.next_pages
            and shows_more
            and self._has_room()
            and not await self._all_too_old(listing.found, capture)
            and not self.budget.is_deep(task, section.pages)
        ):
            for url in listing.next_pages:
                yield self._after(task, url)

    async def _found(self, task: Task, capture_id: int, found: Sequence[Discovered]) -> AsyncIterator[Task]:
        await self.recorder.sighted(capture_id, task.why.section, tuple(found))
        capture = (await self.recorder.capture(capture_id)).standing if self.since else None
        wanted = None if self.full else await self.recorder.wanted([one.url for one in found])
        for one in found:
            if capture is not None and self._is_too_old(one, capture):
                continue
            if wanted is not None and one.url not in wanted:
                continue
            address = urls.canonical(one.url)
            if address in self._admitted:
                continue
            if not self._has_room():
                self.recorder.report.left_out.add(address)
                continue
            self._admitted.add(address)
            yield self._ask(
                one.url,
                "article",
                section=task.why.section,
                listing=task.url,
                place=one.place,
                headline=one.title,
                stamp=one.stamp,
                listed_in="listing" if task.why.role == "listing" else "feed",
            )

    def _has_room(self) -> bool:
        return self.max_articles is None or len(self._admitted) < self.max_articles

    def _is_too_old(self, one: Discovered, capture: Capture) -> bool:
        if self.since is None or not one.stamp:
            return False
        stamp = dates.parse(
            one.stamp,
            zone=ZoneInfo(self.source.timezone),
            languages=self.source.languages,
            captured_at=capture.fetched_at,
            found_in="listing",
        )
        return stamp is not None and stamp.at.date() < self.since

    async def _all_too_old(self, found: Sequence[Discovered], capture: Capture) -> bool:
        return self.since is not None and bool(found) and all(self._is_too_old(one, capture) for one in found)

    async def _look(self, capture_id: int) -> AsyncIterator[Task]:
        """What the article shows, and what it takes to show it, is asked for too, as the source file wishes."""
        looked = await self.recorder.look(capture_id)
        if not isinstance(looked.reading, Article) or looked.settled.outcome not in ("new", "changed"):
            return
        if not self.source.requisites and self.source.images == "none":
            return
        capture = await self.recorder.capture(capture_id)
        shown = looked.reading.images[: IMAGES[self.source.images]]
        pictures = [image.url for image in shown if urls.is_web(image.url)]
        async for found in self._parts(pictures, "image", capture.url):
            yield found
        if self.source.requisites:
            try:
                needed = await self.recorder.compute(requisites, capture, pictures)
            except Unreadable as error:  # what the page is made of; the article itself was read
                self.note(f"{capture.url}: what it is made of is {error}.")
                return
            async for found in self._parts(needed, "requisite", capture.url):
                yield found

    async def _parts(self, needed: Sequence[str], role: str, article: str) -> AsyncIterator[Task]:
        """Parts of a page are asked for once, however many pages need them."""
        for url in needed if self.full else await self.recorder.not_held(needed):
            yield self._ask(url, role, article=article)
