"""When an address is visited again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archive import timestamps, urls
from archive.events import CrawlEnded, CrawlStarted, Fetched, Sighted, SightedArticle
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection, connect
from archive.index.ingest import captures
from archive.index.ingest.apply import update_due_time
from archive.index.lookup import page_parts, recrawl
from archive.index.rows import sources
from archive.rechecks import PartRequest, RecheckPolicy, due_at, part_due_at
from tests.recordings import entry_of

START = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Outlet:
    """The articles of one source, added to the index with their visits."""

    def __init__(self, index: Connection) -> None:
        self.index = index
        self.crawl = "vesti-1"  # the one that is running
        self.begin_crawl(self.crawl, START)

    def begin_crawl(self, crawl: str, at: datetime) -> None:
        started = CrawlStarted(
            crawl=crawl, source="vesti", title="Вести", timezone="Europe/Kyiv", at=timestamps.to_iso(at)
        )
        captures.add_crawl_started(self.index, started)

    def looked_at(self, number: int, last: datetime, *, first: datetime = START, gone_looks: int = 0) -> str:
        url = f"http://news.example/{number}"
        gone_since = timestamps.to_iso(last) if gone_looks else None
        at = timestamps.to_iso(last)
        self.index.execute(
            """
            INSERT INTO articles (id, url, source, state, first_seen, last_seen, last_looked, gone_since, gone_looks)
            VALUES (?1, ?2, 'vesti', iif(?6 IS NULL, 'live', 'unavailable'), ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (id) DO UPDATE SET last_looked = excluded.last_looked
            """,
            (number, url, timestamps.to_iso(first), at, at, gone_since, gone_looks),
        )
        update_due_time(self.index, number)
        return url

    def changed(self, number: int, version: int, at: datetime) -> None:
        """Add a version of the article that a visit at that moment saw first."""
        url = self.looked_at(number, at)
        capture = Capture(url, at, b"HTTP/1.1 200 OK\r\n\r\n")
        stored = captures.add_capture(self.index, entry_of(capture, version), Fetched(role="article"))
        self.index.execute(
            """
            INSERT INTO versions (article_id, number, capture_id, first_seen, last_seen, title, body, words, partial,
                live_blog, confidence, extractor, content_sha256)
            VALUES (?, ?, ?, ?, ?, 'a', 'b', 1, 0, 0, 1.0, 'x', ?)
            """,
            (number, version, stored, timestamps.to_iso(at), timestamps.to_iso(at), str(version)),
        )
        update_due_time(self.index, number)

    def due_at(self, number: int) -> datetime:
        stored = self.index.execute("SELECT due_at FROM articles WHERE id = ?", (number,)).fetchone()
        return timestamps.from_iso(stored["due_at"])

    def due(self, now: datetime, most: int = 100) -> tuple[int, list[str]]:
        number, due = recrawl.due_articles(self.index, "vesti", now, most, crawl=self.crawl)
        return number, [one.url for one in due]


@pytest.fixture
def outlet(tmp_path: Path) -> Iterator[Outlet]:
    index = connect(tmp_path / "archive.db", create=True)
    yield Outlet(index)
    index.close()


def test_articles_are_visited_less_and_less_and_at_least_every_thirty_days(outlet: Outlet) -> None:
    url = outlet.looked_at(1, START)
    visits, now = [], START
    while now < START + 3650 * DAY:
        now += timedelta(minutes=30) if now < START + 2 * DAY else DAY
        if outlet.due(now) == (1, [url]):
            visits.append(now)
            outlet.looked_at(1, now)
    assert visits[0] == START + timedelta(minutes=30)
    assert 120 <= len(visits) <= 150
    waits = [later - earlier for earlier, later in pairwise(visits)]
    assert waits == sorted(waits)
    assert waits[-1] == 30 * DAY


def test_the_wait_is_half_of_the_time_since_the_last_change_found(outlet: Outlet) -> None:
    outlet.changed(1, 1, START)
    outlet.looked_at(1, START + 8 * DAY)
    assert outlet.due_at(1) == START + 12 * DAY
    outlet.changed(1, 2, START + 12 * DAY)
    assert outlet.due_at(1) == START + 12 * DAY  # by the next crawl
    outlet.looked_at(1, START + 13 * DAY)
    assert outlet.due_at(1) == START + 13.5 * DAY


@pytest.mark.parametrize(
    ("changed", "looked", "due"),
    [
        (START, START, START),
        (START, START + timedelta(microseconds=3), START + timedelta(microseconds=4)),
        (START, START + 60 * DAY, START + 90 * DAY),
        (START, START + 3650 * DAY, START + 3680 * DAY),
        (START + DAY, START, START),  # a clock was set back
        (START, datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_when_an_address_is_due_is_exact(changed: datetime, looked: datetime, due: datetime) -> None:
    assert due_at(changed, looked) == due


def test_those_that_have_waited_longest_come_first_and_the_others_are_counted(outlet: Outlet) -> None:
    waiting = [outlet.looked_at(number, START + number * DAY) for number in (3, 1, 2)]
    assert outlet.due(START + 9 * DAY, most=2) == (3, [waiting[1], waiting[2]])
    assert outlet.due(START + 2 * DAY, most=2) == (1, [waiting[1]])


def test_an_unconfirmed_404_is_visited_as_soon_as_another_would_confirm_it(outlet: Outlet) -> None:
    gone = outlet.looked_at(1, START + 400 * DAY, gone_looks=1)
    outlet.looked_at(2, START + 400 * DAY)
    assert outlet.due(START + 401 * DAY - timedelta(minutes=1)) == (0, [])
    assert outlet.due(START + 401 * DAY) == (1, [gone])
    outlet.index.execute("UPDATE crawls SET removed_after = 60")
    assert outlet.due(START + 400 * DAY + timedelta(minutes=1)) == (1, [gone])


def test_an_article_last_visited_under_a_clock_years_ahead_is_due(outlet: Outlet) -> None:
    ahead = outlet.looked_at(1, START + 3650 * DAY)
    outlet.looked_at(2, START + DAY + timedelta(hours=1))
    assert outlet.due(START + DAY) == (1, [ahead])


def test_what_a_killed_crawl_visited_is_left_to_the_crawl_after_the_next(outlet: Outlet) -> None:
    killed, next_one = START + 5 * DAY, START + 50 * DAY
    outlet.looked_at(1, killed + timedelta(hours=1))
    not_reached = outlet.looked_at(2, START)
    ended = CrawlEnded(
        crawl="vesti-1", at=timestamps.to_iso(START + DAY), outcome="finished", counts={}, notes=()
    )
    captures.add_crawl_ended(outlet.index, ended)
    outlet.begin_crawl("vesti-2", killed)
    outlet.crawl = "vesti-3"
    assert outlet.due(next_one) == (1, [not_reached])


def test_a_crawl_killed_under_a_clock_years_ahead_delays_no_visit(outlet: Outlet) -> None:
    ahead = START + 3650 * DAY
    outlet.begin_crawl("vesti-2", ahead)
    looked_at = outlet.looked_at(1, ahead + timedelta(hours=1))
    outlet.begin_crawl("vesti-3", START + DAY)
    ended = CrawlEnded(
        crawl="vesti-3", at=timestamps.to_iso(START + DAY), outcome="finished", counts={}, notes=()
    )
    captures.add_crawl_ended(outlet.index, ended)
    outlet.crawl = "vesti-4"
    outlet.begin_crawl("vesti-4", START + 2 * DAY)
    other = outlet.looked_at(2, START + DAY)
    assert outlet.due(START + 3 * DAY) == (2, [looked_at, other])


@pytest.mark.parametrize("wrong", [START + 3650 * DAY, datetime(2000, 1, 1, tzinfo=UTC)])
def test_a_visit_under_a_wrong_clock_does_not_delay_a_page_that_is_no_article(
    outlet: Outlet, wrong: datetime
) -> None:
    url = "http://news.example/tag"

    def read(number: int, at: datetime) -> None:
        capture = Capture(url, at, b"HTTP/1.1 200 X\r\n\r\n")
        stored = captures.add_capture(outlet.index, entry_of(capture, number), Fetched(role="article"))
        outlet.index.execute("UPDATE captures SET reading = 'section page' WHERE id = ?", (stored,))

    read(0, wrong)
    assert recrawl.should_fetch(outlet.index, url, START)
    read(1, START)
    read(2, START + 4 * DAY)
    assert not recrawl.should_fetch(outlet.index, url, START + 5 * DAY)
    assert recrawl.should_fetch(outlet.index, url, START + 7 * DAY)


def test_the_last_crawl_is_the_one_stored_last(outlet: Outlet) -> None:
    outlet.begin_crawl("vesti-2", START + 3650 * DAY)
    outlet.begin_crawl("vesti-3", START + DAY)
    stored = [crawl.id for crawl in sources.crawls(outlet.index, "vesti")]
    assert stored == ["vesti-3", "vesti-2", "vesti-1"]
    assert sources.dated_ahead(outlet.index, START + DAY) == {"vesti": (1, START + 3650 * DAY)}
    assert sources.dated_ahead(outlet.index, START + 3650 * DAY) == {}


@pytest.mark.parametrize(("last", "is_wanted"), [(0, True), (2, True), (4, True), (7, False)])
def test_a_page_that_is_no_article_is_requested_less_and_less(
    outlet: Outlet, last: int, is_wanted: bool
) -> None:
    url, now = "http://news.example/tag", START + 8 * DAY
    for number, day in enumerate({0, last}):
        capture = Capture(url, START + day * DAY, b"HTTP/1.1 200 X\r\n\r\n")
        stored = captures.add_capture(outlet.index, entry_of(capture, number), Fetched(role="article"))
        outlet.index.execute("UPDATE captures SET reading = 'section page' WHERE id = ?", (stored,))
    assert recrawl.should_fetch(outlet.index, url, now) is is_wanted
    assert recrawl.should_fetch(outlet.index, "http://news.example/other", now)


def part_due_after(*requests: tuple[float, str | None], **stated: float) -> float:
    """Return after how many days a part is due that was requested on these days, with that content."""
    found = [PartRequest(START + day * DAY, content) for day, content in requests]
    due = part_due_at(
        found[::-1],
        policy=RecheckPolicy(stated.get("share", 0.5)),
        fresh_until=START + stated["fresh"] * DAY if "fresh" in stated else None,
        least_wait=stated.get("least", 0) * DAY,
    )
    return (due - START) / DAY


def test_a_part_of_a_page_is_due_like_an_article() -> None:
    assert part_due_after((0, "a")) == 0
    assert part_due_after((0, "a"), (4, "a")) == 6
    assert part_due_after((0, "a"), (4, "b")) == 4
    assert part_due_after((0, "a"), (2, "b"), (3, None), (4, "b")) == 4
    assert part_due_after((0, "a"), (400, "a")) == 430
    assert part_due_after((0, "a"), (4, "a"), share=0.25) == 5


def test_a_part_is_not_due_while_it_is_fresh_or_before_the_least_wait() -> None:
    assert part_due_after((0, "a"), fresh=3) == 3
    assert part_due_after((0, "a"), (4, "a"), fresh=5) == 6
    assert part_due_after((0, "a"), fresh=365) == 30
    assert part_due_after((0, "a"), least=1) == 1


def test_a_part_without_content_is_due_after_growing_waits() -> None:
    days = [0.0]
    while days[-1] < 100:
        days.append(part_due_after(*((day, None) for day in days)))
    assert days == [0, 1, 2, 4, 8, 16, 32, 62, 92, 122]
    assert part_due_after((0, "a"), (4, None)) == 5


def test_which_parts_are_requested_again(outlet: Outlet) -> None:
    sheet, fresh, gone, new = (f"http://новости.example/{name}.css" for name in "abcd")
    places: dict[str, Place] = {}
    for number, url in enumerate((sheet, fresh, gone)):
        status = b"404 Not Found" if url == gone else b"200 OK"
        capture = Capture(
            urls.with_ascii_host(url), START, b"HTTP/1.1 " + status + b"\r\n\r\n" + url.encode()
        )
        entry = entry_of(capture, number)
        captures.add_capture(outlet.index, entry, Fetched(role="requisite"))
        places[url] = entry.place
    read: list[Place] = []

    def fresh_until(place: Place) -> datetime | None:
        read.append(place)
        return START + 3 * DAY if place == places[fresh] else None

    def due(day: float, least: float = 0) -> list[str]:
        return page_parts.due_parts(
            outlet.index,
            [sheet, fresh, gone, new],
            START + day * DAY,
            policy=RecheckPolicy(),
            least_wait=least * DAY,
            fresh_until=fresh_until,
        )

    assert due(0.5, least=1) == [new]
    assert read == []
    assert due(0.5) == [sheet, new]
    assert read == [places[sheet], places[fresh]]
    assert due(2) == [sheet, gone, new]
    assert due(3) == [sheet, fresh, gone, new]


def test_of_listings_those_are_due_that_showed_something_new_or_were_not_visited_lately(
    outlet: Outlet,
) -> None:
    def visited(url: str, hour: int, *shown: str, status: str = "200 OK") -> None:
        capture = Capture(url, START + hour * HOUR, f"HTTP/1.1 {status}\r\n\r\n{hour}".encode())
        number = len(numbers)
        numbers.append(number)
        entry = entry_of(capture, number)
        captures.add_capture(outlet.index, entry, Fetched(role="listing", source="vesti", section="Мир"))
        articles = tuple(SightedArticle(url=one, place=place) for place, one in enumerate(shown, 1))
        captures.add_sightings(outlet.index, Sighted(listing=entry.record_id, source="vesti", shown=articles))

    numbers: list[int] = []
    busy, quiet, failing, fresh = (
        f"http://news.example/{name}/" for name in ("busy", "quiet", "failing", "new")
    )
    everything = [busy, quiet, failing, fresh]
    for hour in range(8):
        visited(busy, hour, "http://news.example/1", f"http://news.example/{hour + 2}")
        visited(quiet, hour, "http://news.example/1", "http://news.example/2")
        visited(failing, hour, "http://news.example/1", status="503 Busy" if hour == 7 else "200 OK")

    def due(hour: float) -> list[str]:
        now = START + hour * HOUR
        longest = timedelta(hours=6)
        return recrawl.due_listings(outlet.index, "vesti", everything, now, longest, crawl="vesti-1")

    assert due(8) == [busy, failing, fresh]
    assert due(11.6) == everything
    outlet.begin_crawl("vesti-0", START)
    assert due(8) == everything, "the crawl before was killed, and left articles out"
