"""The next page of a listing: by its number, or the day before in a date archive; and when to go no further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from archive import urls
from archive.extraction.dates import parser as dates
from archive.extraction.model import StatedTime
from spiders.crawl.budget import Budget
from spiders.crawl.recorder import Recorder
from spiders.crawl.task import Task
from spiders.crawl.walk_back import MAX_EMPTY_DAYS, Walk, Walks, is_wholly_older
from spiders.discovery.listing.dates import find_date
from spiders.discovery.paging.date_archives import (
    ArchiveDay,
    archive_day,
    day_in_path,
    last_day_in_name,
)
from spiders.discovery.paging.page_requests import PageRequest
from spiders.discovery.section_page import ListedArticle, Listing
from spiders.sources.source import Section, Source


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A page of a listing that was read."""

    task: Task
    section: Section
    listing: Listing
    fresh: Sequence[ListedArticle]  # its articles that no page of the section showed before in this crawl
    captured_at: datetime


class Paging:
    """Decides for one crawl how the listings of a source go on. `since` is the day until which it walks them back."""

    def __init__(self, source: Source, recorder: Recorder, budget: Budget, since: date | None) -> None:
        self.walks = Walks()
        self._source = source
        self._zone = ZoneInfo(source.timezone)
        self._recorder = recorder
        self._budget = budget
        self._since = since
        self._date_archives: dict[str, str] = {}  # section → an address of its archive by day or month
        self._undated: dict[tuple[str, int], ListingPage] = {}  # section, page → a page that prints no dates

    def begin(self, task: Task) -> Task:
        """Return the task of a section's first page, which the next crawl walks on from if a limit stops this one."""
        return replace(task, since=self._since.isoformat()) if self._since else task

    def since_of(self, task: Task) -> date | None:
        """Return the day until which a listing is walked back: that of the crawl, or of the one that began the walk."""
        days = [self._since, date.fromisoformat(task.since) if task.since else None]
        return min(filter(None, days), default=None)

    def is_too_old(
        self, article: ListedArticle, since: date, captured_at: datetime, modified: Mapping[str, str]
    ) -> bool:
        """Return whether an article is from before a day: by the listing, its address, or the sitemap's lastmod."""
        stamp = self._stamp(article, captured_at)
        if stamp is not None:
            return stamp.at.date() < since
        days = [day_in_path(article.url), _modified_day(modified.get(article.url, ""), self._zone)]
        return any(day is not None and day < since for day in days)

    def is_sitemap_too_old(self, url: str, modified: Mapping[str, str], since: date) -> bool:
        """Return whether a sitemap in an index has nothing from a day on, by the date in its name or its lastmod."""
        days = [last_day_in_name(url), _modified_day(modified.get(url, ""), self._zone)]
        return any(day is not None and day < since for day in days)

    async def next_task(self, page: ListingPage, *, has_new: bool, has_room: bool) -> Task | None:
        """Return the task of the page that follows in a listing, or None.

        `has_new` says whether the page shows articles that the archive has not got, `has_room` whether the crawl may
        request more.
        """
        if page.listing.date_archive is not None:
            self._date_archives.setdefault(page.section.name, page.listing.date_archive)
        since = self.since_of(page.task)
        if since is not None:
            return await self._walk_on(page, since, has_new=has_new, has_room=has_room)
        more = page.section.more
        following = self._day_before(page, None, None) if more and more.is_by_day else self._page_after(page)
        is_over = (
            following is None or not has_room or self._budget.is_past_depth(page.task, page.section.pages)
        )
        return None if is_over else following

    async def _walk_on(self, page: ListingPage, since: date, *, has_new: bool, has_room: bool) -> Task | None:
        """Return the task with which a walk back goes on after a page; None once it is where it should be, or ends.

        Pages come first; where they end, the date archive of the section goes on.
        """
        task, section = page.task, page.section.name
        walk = self.walks.of(section, since)
        if await self._has_passed(page, walk):
            walk.state = "reached"
            return None
        if not has_new and task.page < self.walks.resumed.get(section, 0):
            return None  # an earlier crawl walked on from here, and what it left is queued
        if not has_room:
            self.walks.unfinished.add(task.key)
            return None
        following = self._page_after(page)
        if following is None:
            following = self._day_before(page, walk.oldest, since)
            if following is None:
                walk.state = "ended"
            elif date.fromisoformat(following.day or "") < _first_of_period(following, since):
                walk.state, following = "reached", None
        elif task.day is None and self._budget.is_past_depth(task, None):
            return None
        is_undated = (section, task.page) in self._undated
        return following and replace(following, since=since.isoformat(), is_last_resort=is_undated)

    async def _has_passed(self, page: ListingPage, walk: Walk) -> bool:
        """Return whether a walk has passed its day: a page shows only earlier articles, or the one before it did.

        Of a page without dates that is known only once its articles are read, before the next page is requested.
        """
        before = self._undated.pop((page.section.name, page.task.page - 1), None)
        days_before = await self._days(before) if before is not None else []
        days = await self._days(page)
        walk.add_page(filter(None, [*days_before, *days]))
        if 2 * sum(day is not None for day in days) <= len(days):
            self._undated[page.section.name, page.task.page] = page
        if page.task.day is not None:
            return False  # the days say themselves how far they are
        return is_wholly_older(days, walk.since) or is_wholly_older(days_before, walk.since)

    async def _days(self, page: ListingPage) -> list[date | None]:
        """Return the days of the articles new on a page, as it prints them or as they state them; None if not known."""
        printed = [self._printed_day(article, page.captured_at) for article in page.fresh]
        keys = [urls.canonical(article.url) for article in page.fresh]
        printed = [day or day_in_path(key) for key, day in zip(keys, printed, strict=True)]
        unknown = [key for key, day in zip(keys, printed, strict=True) if day is None]
        published = await self._recorder.published_at(unknown) if unknown else {}
        stated = {
            key: datetime.fromisoformat(at).astimezone(self._zone).date() for key, at in published.items()
        }
        return [day or stated.get(key) for key, day in zip(keys, printed, strict=True)]

    def _printed_day(self, article: ListedArticle, captured_at: datetime) -> date | None:
        """Return the day that a listing prints beside an article; None without a complete date."""
        stamp = self._stamp(article, captured_at)
        if stamp is None or dates.is_yearless(stamp):
            return None
        printed = find_date(article.stamp or "")
        return None if printed is not None and not printed.has_day else stamp.at.astimezone(self._zone).date()

    def _stamp(self, article: ListedArticle, captured_at: datetime) -> StatedTime | None:
        """Return the time that a listing prints beside an article."""
        if not article.stamp:
            return None
        return dates.parse_date(
            article.stamp,
            zone=self._zone,
            languages=self._source.languages,
            captured_at=captured_at,
            found_in="listing",
        )

    def _page_after(self, page: ListingPage) -> Task | None:
        """Return the task of the page with the next number; None if the page shows nothing new or is the last."""
        task, listing, more = page.task, page.listing, page.section.more
        if not page.fresh:
            return None
        shown = task.shown + len(listing.articles)
        if more is not None and not more.is_by_day:
            request = more.request(page=task.page + 1, shown=shown, day=None, section_url=page.section.url)
        elif listing.next_pages:
            request = PageRequest(listing.next_pages[0], listing.next_body)
        else:
            return None
        return Task(
            request.url,
            replace(task.why, redirected_from=None, body=request.body),
            page=task.page + 1,
            shown=shown,
            day=task.day,
            day_url=task.day_url,
            empty_days=task.empty_days,
        )

    def _day_before(self, page: ListingPage, oldest: date | None, since: date | None) -> Task | None:
        """Return the task of the day before in the date archive of a section; None if it has none, or it has ended.

        The first one is the oldest day that was shown, of which there may be more.
        """
        task, more = page.task, page.section.more
        empty_days = 0 if page.fresh or task.day is None else task.empty_days + 1
        archive: ArchiveDay | None = None
        if more is None or not more.is_by_day:
            archive = archive_day(task.day_url or self._date_archives.get(page.section.name, ""))
        if empty_days > MAX_EMPTY_DAYS or (archive is None and (more is None or not more.is_by_day)):
            return None
        if task.day is None:
            day = oldest or page.captured_at.astimezone(self._zone).date()
            day = day.replace(day=1) if archive and archive.is_month else day
        elif archive is not None:
            day = archive.previous
        else:
            day = date.fromisoformat(task.day) - timedelta(days=1)
        if archive is not None:
            request = PageRequest(archive.at(day))
        else:
            assert more is not None
            request = more.request(page=task.page + 1, shown=0, day=day, section_url=page.section.url)
        return Task(
            request.url,
            replace(task.why, redirected_from=None, body=request.body),
            page=task.page + 1,
            day=day.isoformat(),
            day_url=request.url,
            empty_days=empty_days,
        )


def _modified_day(stated: str, zone: ZoneInfo) -> date | None:
    """Return the day of a sitemap's lastmod; None if it states none."""
    try:
        at = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return (at.astimezone(zone) if at.tzinfo else at).date()


def _first_of_period(task: Task, since: date) -> date:
    """Return the first day of an archive that may show articles of a day: of a month's, the first of that month."""
    archive = archive_day(task.day_url or "")
    return since.replace(day=1) if archive is not None and archive.is_month else since
