"""How a listing goes on in a crawl, and how far `--since` walks it back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from archive import urls
from archive.events import Fetched
from spiders.crawl.budget import Budget
from spiders.crawl.paging import ListingPage, Paging
from spiders.crawl.queue import Queue
from spiders.crawl.recorder import Recorder
from spiders.crawl.report import CrawlReport
from spiders.crawl.task import Task
from spiders.discovery.paging.more_setting import MoreSetting
from spiders.discovery.section_page import ListedArticle, Listing
from spiders.sources.source import Section, Source

SITE = "https://news.example"
WORLD = SITE + "/world/"
SINCE = date(2022, 1, 1)
CAPTURED = datetime(2022, 3, 31, 12, tzinfo=UTC)
ENTRY = Task(WORLD, Fetched(role="listing", section="Мир"))


class Known:
    """The published times that a recorder finds in its archive."""

    def __init__(self, published: Mapping[str, str]) -> None:
        self.published = published

    async def published_at(self, addresses: Sequence[str]) -> dict[str, str]:
        return {key: self.published[key] for key in addresses if key in self.published}


class Crawl:
    """One crawl of one section; `page` returns the task that follows from a page of it."""

    def __init__(
        self,
        since: date | None = SINCE,
        *,
        pages: int | None = 1,
        more: MoreSetting | None = None,
        published: Mapping[str, str] | None = None,
        depth: int = 1000,
    ) -> None:
        self.section = Section("Мир", WORLD, pages, more)
        self.published = dict(published or {})
        source = Source("city", "Город", "Europe/Kyiv", sections=(self.section,), depth=depth)
        self.notes: list[str] = []
        budget = Budget(source, CrawlReport(), self.notes.append)
        self.paging = Paging(source, cast(Recorder, Known(self.published)), budget, since)

    def page(
        self,
        task: Task,
        *stamps: str | None,
        following: str | None = None,
        archive: str | None = None,
        has_new: bool = True,
        has_room: bool = True,
    ) -> Task | None:
        shown = tuple(
            ListedArticle(f"{SITE}/world/{task.page}-{place}.html", place, "Мост закрыт", stamp)
            for place, stamp in enumerate(stamps, 1)
        )
        listing = Listing(shown, (following,) if following else (), date_archive=archive)
        page = ListingPage(task, self.section, listing, shown, CAPTURED)
        return asyncio.run(self.paging.next_task(page, has_new=has_new, has_room=has_room))

    def next(self, task: Task, *stamps: str | None, **named: object) -> Task:
        """Return the task that follows, as there must be one."""
        found = self.page(task, *stamps, **named)  # type: ignore[arg-type]
        assert found is not None
        return found

    @property
    def state(self) -> str:
        return self.paging.walks.by_section["Мир"].state


def test_without_a_day_the_source_file_says_how_many_pages_are_followed() -> None:
    second = Crawl(None, pages=2).next(ENTRY, "10.01.2022", following=WORLD + "?page=2")
    assert (second.url, second.page, second.since) == (WORLD + "?page=2", 2, None)
    assert Crawl(None, pages=2).page(second, "09.01.2022", following=WORLD + "?page=3") is None
    assert Crawl(None).page(ENTRY, "10.01.2022", following=WORLD + "?page=2") is None


def test_a_walk_ends_at_a_page_that_is_wholly_older() -> None:
    crawl = Crawl()
    second = crawl.next(ENTRY, "30.03.2022", "31.12.2021", following=WORLD + "?page=2")
    assert (second.since, second.is_last_resort) == ("2022-01-01", False)
    assert crawl.page(second, "31.12.2021", "30.12.2021", following=WORLD + "?page=3") is None
    assert (crawl.state, crawl.paging.walks.notes({})) == ("reached", [])


def test_a_walk_that_is_under_way_says_how_far_it_is() -> None:
    crawl = Crawl()
    crawl.next(ENTRY, "30.03.2022", "29.03.2022", following=WORLD + "?page=2")
    assert crawl.paging.walks.notes({"Мир"}) == [
        "Мир: went back to 2022-03-29 in 1 page of its listing, on the way to 2022-01-01; the next crawl goes on from"
        " there."
    ]


def test_a_listing_that_ends_too_early_is_noted() -> None:
    crawl = Crawl()
    assert crawl.page(ENTRY, "30.03.2022") is None
    assert crawl.state == "ended"
    assert (
        "its listing ends with articles of 2022-03-30, and does not go back to 2022-01-01"
        in (crawl.paging.walks.notes({})[0])
    )


@pytest.mark.parametrize("stamps", [("11:55", "11:40"), (None, None), ("30 декабря, 11:55", "29 декабря")])
def test_times_without_a_complete_date_do_not_end_a_walk(stamps: tuple[str | None, ...]) -> None:
    assert Crawl(date(2021, 1, 1)).page(ENTRY, *stamps, following=WORLD + "?page=2") is not None


def test_of_a_page_without_dates_the_articles_decide_once_they_are_read() -> None:
    crawl = Crawl()
    second = crawl.next(ENTRY, None, None, following=WORLD + "?page=2")
    assert second.is_last_resort
    assert second.priority < Task(SITE, Fetched(role="article", listing=WORLD)).priority
    third = crawl.next(second, None, None, following=WORLD + "?page=3")
    for place in (1, 2):
        crawl.published[urls.canonical(f"{SITE}/world/2-{place}.html")] = "2021-12-30T10:00:00Z"
    assert crawl.page(third, None, None, following=WORLD + "?page=4") is None
    assert crawl.state == "reached"


def test_one_old_article_among_unread_ones_does_not_end_a_walk() -> None:
    known = {urls.canonical(f"{SITE}/world/1-1.html"): "2020-01-01T10:00:00Z"}
    crawl = Crawl(published=known)
    assert crawl.page(ENTRY, None, None, None, following=WORLD + "?page=2") is not None


def test_after_its_last_page_a_walk_goes_on_in_the_date_archive_from_the_oldest_day() -> None:
    crawl = Crawl()
    day = crawl.next(ENTRY, "03.01.2022", "02.01.2022", archive=WORLD + "2022/03/30/")
    assert (day.url, day.day, day.day_url) == (WORLD + "2022/01/02/", "2022-01-02", WORLD + "2022/01/02/")
    within = crawl.next(day, "02.01.2022", following=WORLD + "2022/01/02/page/2/")
    assert (within.day, within.day_url) == ("2022-01-02", WORLD + "2022/01/02/")
    before = crawl.next(within)
    assert (before.url, before.since) == (WORLD + "2022/01/01/", "2022-01-01")
    assert crawl.page(before, "01.01.2022") is None
    assert crawl.state == "reached"


def test_a_month_archive_goes_back_to_the_month_of_the_day() -> None:
    crawl = Crawl(date(2021, 12, 15))
    month = crawl.next(ENTRY, "03.01.2022", archive=WORLD + "2022/03/")
    assert month.url == WORLD + "2022/01/"
    earlier = crawl.next(month, "02.01.2022")
    assert earlier.url == WORLD + "2021/12/"
    assert crawl.page(earlier, "01.12.2021") is None
    assert crawl.state == "reached"


def test_a_date_archive_ends_after_many_days_without_an_article() -> None:
    crawl = Crawl(date(2000, 1, 1))
    task = crawl.next(ENTRY, "03.01.2022", archive=WORLD + "2022/03/30/")
    days = 0
    while (following := crawl.page(task)) is not None:
        task, days = following, days + 1
    assert days == 60
    assert crawl.state == "ended"


def test_a_limit_leaves_the_page_to_the_next_crawl() -> None:
    crawl = Crawl()
    assert crawl.page(ENTRY, "30.03.2022", following=WORLD + "?page=2", has_room=False) is None
    assert crawl.paging.walks.unfinished == {ENTRY.key}


def test_a_resumed_walk_is_not_walked_again_from_its_beginning() -> None:
    crawl = Crawl(None)
    crawl.paging.walks.resumed = {"Мир": 7}
    again = replace(ENTRY, since="2022-01-01")
    assert crawl.page(again, "30.03.2022", following=WORLD + "?page=2", has_new=False) is None
    left = replace(again, url=WORLD + "?page=7", page=7)
    following = crawl.page(left, "20.02.2022", following=WORLD + "?page=8", has_new=False)
    assert following is not None
    assert following.since == "2022-01-01"


def test_a_walk_goes_no_deeper_than_the_limit() -> None:
    crawl = Crawl(depth=1)
    assert crawl.page(ENTRY, "30.03.2022", following=WORLD + "?page=2") is None
    assert "goes on past page 1" in crawl.notes[0]
    assert crawl.paging.walks.notes({}) == [
        "Мир: went back to 2022-03-30 in 1 page of its listing, on the way to 2022-01-01; it was not followed further."
    ]


def test_the_setting_comes_before_what_the_page_states() -> None:
    more = MoreSetting(SITE + "/api?r={section}&offset={offset}")
    second = Crawl(more=more).next(ENTRY, "30.03.2022", "29.03.2022", following=WORLD + "?page=2")
    assert second.url == SITE + "/api?r=world&offset=2"
    third = Crawl(more=more).next(second, "28.03.2022", "27.03.2022")
    assert third.url == SITE + "/api?r=world&offset=4"


def test_a_setting_by_day_begins_with_the_oldest_day_shown() -> None:
    crawl = Crawl(more=MoreSetting(SITE + "/archive/{date:%d-%m-%Y}", "r=5"))
    day = crawl.next(ENTRY, "03.01.2022", "02.01.2022")
    assert (day.url, day.why.body) == (SITE + "/archive/02-01-2022", "r=5")
    before = crawl.next(day, "02.01.2022")
    assert before.url == SITE + "/archive/01-01-2022"
    assert crawl.page(before) is None
    assert crawl.state == "reached"


def test_without_a_walk_a_setting_by_day_is_followed_for_as_many_pages_as_the_file_says() -> None:
    crawl = Crawl(None, pages=3, more=MoreSetting(SITE + "/archive/{date}"))
    day = crawl.next(ENTRY, "30.03.2022")
    before = crawl.next(day)
    assert (day.url, before.url) == (SITE + "/archive/2022-03-31", SITE + "/archive/2022-03-30")
    assert crawl.page(before) is None


def test_a_walk_that_a_limit_stops_at_its_first_page_is_continued_too(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "frontier.db", "city", "crawl-1")
    first = Crawl().paging.begin(ENTRY)
    assert (first.since, first.key, first.is_entry_point) == ("2022-01-01", ENTRY.key, True)
    queue.add(first)
    leased = queue.lease()
    assert leased is not None
    queue.defer(leased)
    queue.close()
    queue = Queue(tmp_path / "frontier.db", "city", "crawl-2")
    queue.take_over(lambda crawl, url: None)
    assert queue.walked_sections() == {"Мир": 1}
    assert not queue.add(ENTRY)  # on schedule, without a day
    again = queue.lease()
    assert again is not None
    assert (again.since, again.crawls) == ("2022-01-01", 0)


@pytest.mark.parametrize(
    ("url", "modified", "expected"),
    [
        ("/sitemap-2021-12.xml", None, True),
        ("/sitemap-2022-01.xml", None, False),
        ("/sitemap-7.xml", "2021-12-31T21:59:00Z", True),
        ("/sitemap-7.xml", "2021-12-31T23:00:00Z", False),  # 1 January in Kyiv
        ("/sitemap-7.xml", "2021-12-31", True),
        ("/sitemap-7.xml", "yesterday", False),
        ("/sitemap-7.xml", None, False),
    ],
)
def test_a_sitemap_from_before_the_day_is_not_requested(
    url: str, modified: str | None, expected: bool
) -> None:
    stated = {SITE + url: modified} if modified else {}
    assert Crawl().paging.is_sitemap_too_old(SITE + url, stated, SINCE) == expected
