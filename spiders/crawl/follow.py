"""Tasks that follow from a response: listed articles, further pages, parts of a page, redirects.

Independent of Scrapy. Every response that is followed is in the archive already.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from archive import reasons, urls
from archive.events import Fetched
from archive.extraction.model import Article, Rejection
from archive.http.capture import MAX_PAYLOAD, Capture
from archive.index.lookup.recrawl import DueArticle
from archive.reasons import Reason
from archive.replay.page_requisites import requisites
from archive.values.plurals import are, counted
from spiders.crawl.budget import MAX_SITEMAP_DEPTH, Budget
from spiders.crawl.paging import ListingPage, Paging
from spiders.crawl.recorder import Recorder, Unreadable
from spiders.crawl.settle_queue import ArticleResult
from spiders.crawl.task import MAX_REDIRECTS, Task
from spiders.discovery.feeds import is_cut, is_web_page, read_feed, read_sitemap
from spiders.discovery.refresh import refresh_target
from spiders.discovery.section_page import ListedArticle, Listing, read_listing
from spiders.sources.source import Section, Source

T = TypeVar("T")
OK, NOT_MODIFIED = 200, 304
GONE = (404, 410)
IMAGE_LIMITS = {"none": 0, "lead": 1, "all": None}  # how many images of an article are captured; None: all


class LinkFollower:
    """Yields the tasks that follow in one crawl of one source; the caller queues those that are new."""

    def __init__(
        self,
        source: Source,
        recorder: Recorder,
        budget: Budget,
        note: Callable[[str], None],
        *,
        max_articles: int | None,
        since: date | None,
        full: bool,
        scheduled: bool = False,
    ) -> None:
        self.source = source
        self.recorder = recorder
        self.budget = budget
        self.note = note
        self.max_articles = max_articles
        self.full = full
        self.scheduled = scheduled  # sections, feeds and sitemaps are requested only as often as they change
        self.paging = Paging(source, recorder, budget, since)
        # Sitemaps are read one at a time, as each may show as many articles as the budget allows.
        self._sitemap_turn = asyncio.Lock()
        self._admitted: set[str] = set()  # canonical addresses of new articles that were yielded
        self._redirects: dict[str, Task] = {}  # key of a task → the task of its redirect target
        self._listed: dict[
            str, set[str]
        ] = {}  # section → addresses on its pages so far, to detect the end of paging

    async def entry_points(self) -> list[Task]:
        """Return the tasks that start a crawl: the sections, feeds and sitemaps of the source file.

        A scheduled crawl leaves out those that hardly ever change and were requested lately.
        """
        tasks = [
            *(
                self.paging.begin(self.new_task(section.url, "listing", section=section.name))
                for section in self.source.sections
            ),
            *(self.new_task(url, "feed") for url in self.source.feeds),
            *(self.new_task(url, "sitemap") for url in self.source.sitemaps),
        ]
        if self.scheduled:
            due = set(await self.recorder.due_listings([task.url for task in tasks]))
            tasks = [task for task in tasks if task.url in due]
        return await self._least_recent_first(tasks, self.budget.entry_point_limit)

    async def _least_recent_first(self, listings: list[Task], limit: int) -> list[Task]:
        """Put the listings requested longest ago first if there are more than `limit`.

        So successive crawls reach all of them.
        """
        if len(listings) <= limit:
            return listings
        requested_at = await self.recorder.last_requested([task.url for task in listings])
        return sorted(listings, key=lambda task: requested_at.get(task.url, ""))

    async def articles_to_recrawl(self) -> list[Task]:
        """Return the tasks of known articles that are due for another visit."""
        number, due = await self.recorder.due_for_recrawl(self.budget.known_limit)
        if number > len(due):
            self.note(
                f"{number} known articles are due for another visit: the {counted(len(due), 'most urgent one')}"
                f" {are(len(due))} visited now, the others by the next crawls."
            )
        return self._visits_of(due)

    async def known_articles(self) -> list[Task]:
        """Return the tasks of all known articles of the source, as far as the budget allows."""
        number, known = await self.recorder.known_articles(self.budget.known_limit)
        if number > len(known):
            self.note(
                f"{number} articles are known: the {len(known)} visited longest ago {are(len(known))}"
                " visited now. Run the same command again for the others, or raise [limits] pages in the source file."
            )
        return self._visits_of(known)

    async def articles_at(self, addresses: Sequence[str]) -> list[Task]:
        """Return the tasks of the known articles at these canonical addresses."""
        return self._visits_of(await self.recorder.articles_at(addresses))

    def _visits_of(self, articles: Sequence[DueArticle]) -> list[Task]:
        return [
            self.new_task(
                article.url,
                "article",
                section=article.section,
                headline=article.headline,
                stamp=article.stamp,
                listed_in="listing" if article.stamp else None,
            )
            for article in articles
        ]

    async def tasks_after(self, task: Task, capture_id: int) -> AsyncIterator[Task]:
        """Yield the tasks that follow from a response, depending on the role of its task."""
        capture = (await self.recorder.capture(capture_id)).effective
        role = task.why.role
        if role == "article":
            result = await self.recorder.article_result(capture_id)
            async for next_task in self._tasks_from_result(result, capture_id):
                yield next_task
            if isinstance(result.extraction, Rejection) and (
                refreshed := await self._follow_refresh(task, capture)
            ):
                self.recorder.report.recount_as_moved(capture.url)
                yield refreshed
        if capture.redirects_to is not None:
            redirected = await self._follow_redirect(
                task, capture.redirects_to, is_repeated=capture.status in (307, 308)
            )
            if redirected:
                yield redirected
        elif capture.status in GONE and role == "listing" and not task.is_entry_point:
            section = self._section(task)
            following = section and await self._after_page(task, capture, section, Listing(), has_new=False)
            if following:
                yield following
        elif capture.status != OK:
            if role not in ("article", "robots"):
                await self.recorder.record_failure(
                    task.url, role, Reason(reasons.ANSWERED, str(capture.status))
                )
        elif role == "listing":
            async for next_task in self._tasks_from_listing(task, capture, capture_id):
                yield next_task
            least_wait = self.source.recheck_section_parts
            async for next_task in self._requisite_tasks(capture, least_wait=least_wait):
                yield next_task
        elif role == "feed":
            articles = await self._read(read_feed, capture)
            async for next_task in self._article_tasks(task, capture_id, articles):
                yield next_task
            if articles:
                return
            if refreshed := await self._follow_refresh(task, capture):
                yield refreshed
            else:
                await self._note_empty(task, capture)
        elif role == "sitemap":
            async with self._sitemap_turn:
                async for next_task in self._tasks_from_sitemap(task, capture, capture_id):
                    yield next_task
        elif role == "requisite":
            needed = await self.recorder.run_in_worker(requisites, capture)
            async for next_task in self._part_tasks(needed, role, task.why.article or task.url):
                yield next_task

    async def tasks_after_article(self, capture_id: int) -> AsyncIterator[Task]:
        """Yield the images and requisites of an article, as the source file configures.

        Also of one that did not change: the pictures and style sheets at the same addresses may have.
        """
        result = await self.recorder.article_result(capture_id)
        async for next_task in self._tasks_from_result(result, capture_id):
            yield next_task

    async def _tasks_from_result(self, result: ArticleResult, capture_id: int) -> AsyncIterator[Task]:
        """Yield the tasks of `tasks_after_article`."""
        if not self.source.requisites and self.source.images == "none":
            return
        if self.recorder.capture_row(capture_id).status not in (OK, NOT_MODIFIED):
            return
        capture = (await self.recorder.capture(capture_id)).effective
        if isinstance(result.extraction, Article):
            images = [image.url for image in result.extraction.images]
        elif result.extraction is None and result.applied.article_id is not None:  # unchanged
            images = await self.recorder.article_images(capture.url)
        else:
            return
        own = [url for url in images if urls.is_web_url(url)]
        wanted = own[: IMAGE_LIMITS[self.source.images]]
        async for next_task in self._part_tasks(wanted, "image", capture.url):
            yield next_task
        async for next_task in self._requisite_tasks(capture, wanted, own[len(wanted) :]):
            yield next_task

    async def _requisite_tasks(
        self,
        capture: Capture,
        wanted: Sequence[str] = (),
        without: Sequence[str] = (),
        *,
        least_wait: timedelta = timedelta(0),
    ) -> AsyncIterator[Task]:
        """Yield the requisites of a page: the article's pictures in `wanted`, and none of those in `without`."""
        if not self.source.requisites:
            return
        all_pictures = self.source.images != "none"
        try:
            needed = await self.recorder.run_in_worker(
                partial(requisites, pictures=list(wanted), all_pictures=all_pictures, without=list(without)),
                capture,
            )
        except Unreadable as error:  # only the list of requisites failed; the page itself was read
            self.note(f"{capture.url}: could not list its page requisites: {error}.")
            return
        async for next_task in self._part_tasks(needed, "requisite", capture.url, least_wait):
            yield next_task

    async def _follow_refresh(self, task: Task, capture: Capture) -> Task | None:
        """Return the task of the address to which a page without content refreshes, as after a redirect, or None."""
        try:
            target = await self.recorder.run_in_worker(refresh_target, capture)
        except Unreadable:
            return None  # the page is reported as what it is
        return await self._follow_redirect(task, target) if target else None

    async def _follow_redirect(self, task: Task, target: str, *, is_repeated: bool = False) -> Task | None:
        """Return the task of the redirect target; record a failure and return None if it cannot be followed.

        A POST `is_repeated` there, or becomes a GET.
        """
        if not urls.is_web_url(target):
            await self.recorder.record_failure(
                task.url, task.why.role, Reason(reasons.REDIRECTED_OFF_WEB, target)
            )
            return None
        if task.hops >= MAX_REDIRECTS:
            await self.recorder.record_failure(
                task.url, task.why.role, Reason(reasons.TOO_MANY_REDIRECTS, str(MAX_REDIRECTS))
            )
            return None
        redirected = task.redirected_to(target, is_repeated=is_repeated)
        self._redirects[task.key] = redirected
        loop = self._redirect_loop(task)
        for looping in loop:
            await self.recorder.record_failure(looping.url, looping.why.role, Reason(reasons.REDIRECT_LOOP))
        return None if loop else redirected

    def _redirect_loop(self, task: Task) -> list[Task]:
        """Return the tasks of a redirect loop that leads back to this task; empty if there is none."""
        chain = [task]
        while (next_task := self._redirects.get(chain[-1].key)) and len(chain) <= MAX_REDIRECTS:
            if next_task.key == task.key:
                return chain
            chain.append(next_task)
        return []

    def _next_page_task(self, task: Task, url: str) -> Task:
        """Return the task of the page that follows a listing or sitemap."""
        return Task(url, replace(task.why, redirected_from=None), page=task.page + 1)

    async def _tasks_from_sitemap(self, task: Task, capture: Capture, capture_id: int) -> AsyncIterator[Task]:
        """Yield the tasks of new articles and further sitemaps of a sitemap."""
        if self.budget.is_pointless(task):
            return  # requested while the one was read that used up the budget
        room = self.budget.articles_left
        shown, sitemaps, since = 0, dict[str, None](), self.paging.since_of(task)
        start: int | None = 0
        is_empty = True
        while start is not None:
            sitemap = await self._read(partial(read_sitemap, start=start, before=shown), capture)
            async for next_task in self._article_tasks(task, capture_id, sitemap.articles, sitemap.modified):
                room -= 1
                yield next_task
            shown += len(sitemap.articles)
            sitemaps |= dict.fromkeys(
                url
                for url in sitemap.sitemaps
                if since is None or not self.paging.is_sitemap_too_old(url, sitemap.modified, since)
            )
            is_empty = is_empty and not sitemap.sitemaps
            start = sitemap.next_start
            if start is not None and (room <= 0 or not self._has_article_room()):
                self.budget.use_up()  # the next crawl reads on: what this one requested is known then
                break
        if not shown and is_empty:
            if refreshed := await self._follow_refresh(task, capture):
                yield refreshed
            else:
                await self._note_empty(task, capture)
        if await self.recorder.run_in_worker(is_cut, capture):
            self.note(
                f"{task.url} is longer than {MAX_PAYLOAD // 1024**2} MiB when decompressed: the rest was left out."
            )
        if sitemaps and task.page >= MAX_SITEMAP_DEPTH:
            self.note(
                f"{task.url} is a sitemap index nested {task.page} levels deep: its sitemaps were left out."
            )
            return
        nested = [self._next_page_task(task, url) for url in sitemaps]
        for next_task in await self._least_recent_first(nested, self.budget.listings_left):
            yield next_task

    async def _tasks_from_listing(self, task: Task, capture: Capture, capture_id: int) -> AsyncIterator[Task]:
        """Yield the tasks of new articles on a page of a section, and of its next page."""
        section = self._section(task)
        if section is None:
            return
        listing: Listing = await self.recorder.run_in_worker(
            partial(
                read_listing,
                section_url=task.day_url or section.url,
                article=self.source.article,
                ignore=self.source.ignore,
                body=task.why.body,
            ),
            capture,
        )
        new = [next_task async for next_task in self._article_tasks(task, capture_id, listing.articles)]
        for next_task in new:
            yield next_task
        if not listing.articles:
            if refreshed := await self._follow_refresh(task, capture):
                yield refreshed
                return
            if task.is_entry_point:  # a page after the last is often empty
                self.note(f"{_named(task)} shows no articles.")
        if following := await self._after_page(task, capture, section, listing, has_new=bool(new)):
            yield following

    def _section(self, task: Task) -> Section | None:
        """Return the section of a listing; None if it was removed from the file since a crawl left the task to this."""
        return next((one for one in self.source.sections if one.name == task.why.section), None)

    async def _after_page(
        self, task: Task, capture: Capture, section: Section, listing: Listing, *, has_new: bool
    ) -> Task | None:
        """Return the task of the page that follows one of a section. After its last page many sites answer 404."""
        earlier = self._listed.setdefault(section.name, set())
        fresh = [one for one in listing.articles if urls.canonical(one.url) not in earlier]
        earlier |= {urls.canonical(one.url) for one in listing.articles}
        page = ListingPage(task, section, listing, fresh, capture.fetched_at)
        return await self.paging.next_task(page, has_new=has_new, has_room=self._has_article_room())

    async def _read(self, read: Callable[..., T], capture: Capture) -> T:
        """Return what a feed or sitemap shows, as far as the source file admits it."""
        source = self.source
        return await self.recorder.run_in_worker(
            partial(read, article=source.article, ignore=source.ignore, own_urls=source.named_urls), capture
        )

    async def _note_empty(self, task: Task, capture: Capture) -> None:
        """Note that a feed or sitemap shows no articles, and why; a valid sitemap within another may be empty."""
        kind = "feed" if task.why.role == "feed" else "sitemap"
        everything = await self.recorder.run_in_worker(read_sitemap, capture)
        if everything.articles and task.is_entry_point:
            self.note(
                f"{_named(task)} shows no articles that [discovery] article and ignore in the source file admit."
            )
        elif not everything.articles and await self.recorder.run_in_worker(is_web_page, capture):
            self.note(f"{_named(task)} shows no articles. It is a web page, not a {kind}.")
        elif not everything.articles and task.is_entry_point:
            self.note(f"{_named(task)} shows no articles.")

    async def _article_tasks(
        self,
        task: Task,
        capture_id: int,
        articles: Sequence[ListedArticle],
        modified: Mapping[str, str] = MappingProxyType({}),
    ) -> AsyncIterator[Task]:
        """Record which articles a listing or feed showed; yield the tasks of those to be requested.

        `modified` has for addresses when a sitemap says that they were last modified.
        """
        await self.recorder.record_listing(capture_id, task.why.section, tuple(articles))
        since = self.paging.since_of(task)
        captured_at = (await self.recorder.capture(capture_id)).effective.fetched_at if since else None
        new = None if self.full else await self.recorder.select_new([article.url for article in articles])
        for article in articles:
            if since and captured_at and self.paging.is_too_old(article, since, captured_at, modified):
                continue
            if new is not None and article.url not in new:
                continue
            address = urls.canonical(article.url)
            if address in self._admitted:
                continue
            if not self._has_article_room():
                self.recorder.report.count_left_out(address)
                continue
            self._admitted.add(address)
            yield self.new_task(
                article.url,
                "article",
                section=task.why.section,
                listing=task.url,
                place=article.place,
                headline=article.title,
                stamp=article.stamp,
                listed_in="listing" if task.why.role == "listing" else "feed",
            )

    def _has_article_room(self) -> bool:
        """Return whether the crawl may request another new article."""
        return self.max_articles is None or len(self._admitted) < self.max_articles

    async def _part_tasks(
        self, needed: Sequence[str], role: str, article: str, least_wait: timedelta = timedelta(0)
    ) -> AsyncIterator[Task]:
        """Yield the tasks of those parts of a page that were never requested or are due again."""
        for url in needed if self.full else await self.recorder.due_parts(needed, least_wait):
            yield self.new_task(url, role, article=article)

    def new_task(self, url: str, role: str, **why: Any) -> Task:
        """Return the task of requesting an address in this crawl."""
        return Task(url, Fetched(role=role, crawl=self.recorder.crawl, source=self.source.name, **why))


def _named(task: Task) -> str:
    """Return the address of a listing, with the one that redirected to it: that one is in the source file."""
    origin = task.why.redirected_from
    return f"{task.url} (redirected from {origin})" if origin else task.url
