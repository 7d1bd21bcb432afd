"""Absurd values in a page, a listing or a header do not keep other pages out of the index."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from archive import events, paths
from archive.core import Archive
from archive.events import Fetched, Sighted, SightedArticle
from archive.extraction.model import Article, Image, Link, Outlet, StatedTime
from archive.http.capture import Capture
from archive.jobs.pool import ExtractionJob, ExtractionResult
from archive.reasons import UNAPPLIED, Reason
from archive.recording import session
from archive.recording.session import Fetch, Recording
from archive.warc.records import Exchange
from tests.newsarchive.test_import import answer, record
from tests.recordings import begun
from tests.sound import assert_index_is_sound

SENT = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
OUTLET = Outlet("UTC")
SOUND = Article(title="Мост закрыт", body=("Мост через реку закрыт на ремонт до весны.",), language="ru")
HALF = "\ud800"  # of a surrogate pair: JSON may state one
LONG = "слово " * 300_000  # 3 MB
LONG_NAME = "слово " * 90_000


def at(moment: datetime) -> StatedTime:
    return StatedTime(moment, "second", str(moment), "visible", "stated", "iso")


ODD_ZONE = timezone(timedelta(hours=2, minutes=1, seconds=30))
ABSURD: dict[str, Article] = {
    "views past 63 bits": replace(SOUND, views=2**63),
    "views of 4000 digits": replace(SOUND, views=10**4000),
    "views below nothing": replace(SOUND, views=-1),
    "views that are text": replace(SOUND, views="many"),  # type: ignore[arg-type]
    "confidence that is none": replace(SOUND, confidence=math.nan),
    "confidence without end": replace(SOUND, confidence=math.inf),
    "confidence below nothing": replace(SOUND, confidence=-math.inf),
    "a long title": replace(SOUND, title=LONG),
    "a long text": replace(SOUND, body=(LONG,)),
    "a long section": replace(SOUND, section=LONG_NAME),
    "a long author": replace(SOUND, authors=(LONG_NAME,)),
    "a zero in the title": replace(SOUND, title="Мост\0закрыт"),
    "a zero in the text": replace(SOUND, body=("Мост\0закрыт\0",)),
    "zeros in names": replace(SOUND, authors=("\0",), tags=("\0",), section="\0", language="\0"),
    "half a pair in the title": replace(SOUND, title=f"Мост{HALF}закрыт"),
    "half a pair in the text": replace(SOUND, body=(HALF,)),
    "half a pair in a tag": replace(SOUND, tags=(HALF,)),
    "half a pair in an author": replace(SOUND, authors=(HALF,)),
    "half a pair in an address": replace(SOUND, images=(Image(f"http://news.example/{HALF}.jpg"),)),
    "half a pair in a link": replace(SOUND, links=(Link(f"http://news.example/{HALF}", HALF),)),
    "half a pair in the canonical": replace(SOUND, canonical=f"http://news.example/{HALF}"),
    "a canonical that is no address": replace(SOUND, canonical="http://[::1"),
    "half a pair in the stamp": replace(SOUND, published=replace(at(SENT), stated_as=HALF)),
    "nothing at all": Article(title="", body=()),
    "empty parts": replace(SOUND, title="", lead="", body=("",), section="", language="", authors=("",), tags=("",)),
    "the year 1": replace(SOUND, published=at(datetime.min.replace(tzinfo=UTC))),
    "the year 1 in a zone": replace(SOUND, published=at(datetime.min.replace(tzinfo=timezone(timedelta(hours=14))))),
    "the year 9999": replace(SOUND, published=at(datetime.max.replace(tzinfo=UTC))),
    "the year 9999 in a zone": replace(SOUND, published=at(datetime.max.replace(tzinfo=timezone(-timedelta(hours=9))))),
    "a zone with seconds": replace(SOUND, published=at(datetime(2022, 1, 10, tzinfo=ODD_ZONE))),
    "a stamp without a zone": replace(SOUND, published=at(datetime(2022, 1, 10))),
    "changed in the year 1": replace(SOUND, modified=at(datetime.min.replace(tzinfo=UTC))),
    "many authors": replace(SOUND, authors=tuple(map(str, range(30_000)))),
    "many tags": replace(SOUND, tags=tuple(map(str, range(30_000)))),
    "many images": replace(SOUND, images=tuple(Image(f"http://news.example/{n}") for n in range(30_000))),
    "the same author often": replace(SOUND, authors=("Роман Шульц",) * 1000),
    "a language of a megabyte": replace(SOUND, language="ru" * 500_000),
    "numbers for text": replace(SOUND, title=5, section=6),  # type: ignore[arg-type]
    "nothing for text": replace(SOUND, title=None, body=(None,)),  # type: ignore[arg-type]
}  # fmt: skip


class Says(Executor):
    """Return a prepared extraction for each address instead of extracting."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            if isinstance(arguments[0], ExtractionJob):
                future.set_result(self.read(arguments[0]))
            else:
                future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def read(self, job: ExtractionJob) -> ExtractionResult:
        from archive.warc.reader import read_capture

        capture = job.capture or read_capture(job.folder, job.place)
        return ExtractionResult(article_of(capture.url), extractor=job.extractor)


def article_of(url: str) -> Article:
    number = ADDRESSES.index(url)
    if number % 2:
        return list(ABSURD.values())[number // 2]
    return replace(SOUND, title=url, body=(f"Мост номер {number} закрыт на ремонт до весны.",))


def address(name: str) -> str:
    return f"http://news.example/{name.replace(' ', '-')}.html"


def sound_addresses() -> Iterator[str]:
    yield from (f"http://news.example/{number}" for number in range(len(ABSURD)))


ADDRESSES = [url for both in zip(sound_addresses(), map(address, ABSURD), strict=True) for url in both]


def fetch(
    url: str, why: Fetched, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
) -> Fetch:
    exchange = Exchange(url, SENT, b"GET / HTTP/1.1\r\n\r\n", head + b"page", metadata=events.to_json(why))
    return Fetch(exchange, why)


def readings(folder: Path) -> dict[str, str]:
    with Archive.open(folder) as archive:
        found = archive.connection.execute("SELECT url, reading FROM captures WHERE url LIKE '%example/%'")
        return {row["url"]: row["reading"] for row in found}


def assert_only_absurd_ones_are_wanting(folder: Path) -> None:
    found = readings(folder)
    assert found.keys() == set(ADDRESSES)
    assert {found[url] for url in sound_addresses()} == {"article"}
    wanting = {url for url, reading in found.items() if reading != "article"}
    assert all(Reason.parse(found[url]).code == UNAPPLIED for url in wanting)
    assert {address("views past 63 bits"), address("half a pair in the title")} <= wanting
    assert {address("a long text"), address("many tags"), address("a zone with seconds")}.isdisjoint(wanting)
    with Archive.open(folder) as archive:
        assert {one.url for one in archive.search()} == set(ADDRESSES) - wanting
        assert len(list(archive.search("мост"))) > 0
    assert_index_is_sound(folder)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with all cases, applied as by a crawl. Tests must not change it."""
    folder = tmp_path_factory.mktemp("absurd") / "archive"
    with Archive.create(folder) as archive:
        crawl = begun(archive, "c", "s", SENT)
        why = Fetched(role="article", crawl="c", source="s")
        numbers = crawl.store([fetch(url, why) for url in ADDRESSES])
        done = [ExtractionResult(article_of(url), extractor="a test") for url in ADDRESSES]
        came = crawl.apply_batch(list(zip(numbers, done, strict=True)), OUTLET)
        assert len(came) == len(ADDRESSES)
        crawl.close()
    return folder


def test_a_crawl_settles_what_it_can_and_notes_the_rest(crawled: Path) -> None:
    assert_only_absurd_ones_are_wanting(crawled)


def test_a_rebuild_settles_what_it_can_and_names_the_rest(crawled: Path) -> None:
    before = readings(crawled)
    came = Archive.rebuild(crawled, {}, Says())
    assert readings(crawled) == before
    assert {url for url, _ in came.unsettled} == {url for url in before if before[url] != "article"}
    assert dict(came.unsettled)[address("views past 63 bits")].startswith("OverflowError")
    assert came.unread == []
    assert_only_absurd_ones_are_wanting(crawled)


@pytest.mark.slow
def test_an_import_settles_what_it_can_and_names_the_rest(tmp_path: Path) -> None:
    given = tmp_path / "given.warc.gz"
    pieces = [record("response", url, answer(b"page"), number=n) for n, url in enumerate(ADDRESSES, 1)]
    given.write_bytes(b"".join(map(gzip.compress, pieces)))
    with Archive.create(tmp_path / "archive") as archive:
        (taken,) = archive.take_in([given], Says())
    found = readings(tmp_path / "archive")
    assert {url for url, _ in taken.unsettled} == {url for url in found if found[url] != "article"}
    assert_only_absurd_ones_are_wanting(tmp_path / "archive")


def test_what_a_later_release_can_hold_a_rebuild_takes_in(
    crawled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = readings(crawled)
    for name in ABSURD:
        monkeypatch.setitem(ABSURD, name, replace(SOUND, title=name, body=(f"{name}.",)))
    came = Archive.rebuild(crawled, {}, Says())
    assert came.unsettled == []
    assert set(readings(crawled).values()) == {"article"}
    monkeypatch.undo()
    Archive.rebuild(crawled, {}, Says())
    assert readings(crawled) == before


def test_a_page_that_was_repaired_is_extracted_and_keeps_its_address(tmp_path: Path) -> None:
    url = address("views past 63 bits")
    with Archive.create(tmp_path / "archive") as archive:
        why = Fetched(role="article", crawl="c", source="s")
        outcomes = []
        for number, reading in enumerate(
            (SOUND, replace(SOUND, title="Мост", views=2**63), replace(SOUND, views=7))
        ):
            crawl = begun(archive, f"c{number}", "s", SENT + timedelta(days=number))
            (kept,) = crawl.store([fetch(url, replace(why, crawl=f"c{number}"))])
            outcomes.append(
                crawl.apply_extraction(kept, ExtractionResult(reading, extractor="a test")).outcome
            )
            crawl.close()
            assert archive.article(url).state == "live"
        assert outcomes == ["new", "unsettled", "known"]
        assert len(archive.versions(url)) == 1


HEADERS = [
    b'ETag: "\0\xff\xfe"\r\nLast-Modified: \0\xed\xa0\x80',
    b"Content-Type: text/html; charset=\0\xed\xa0\x80",
    b"Content-Type: \0/\xff\xed\xa0\x80",
    b"ETag: " + b"x" * 1_000_000,
    b"Location: http://\xed\xa0\x80/\0",
]


def all_but_readings(archive: Archive) -> list[dict[str, object]]:
    """Return the rows of captures without their readings, which this test makes up."""
    rows = archive.connection.execute("SELECT * FROM captures ORDER BY id")
    return [{name: row[name] for name in row.keys() if name != "reading"} for row in rows]  # noqa: SIM118


def test_whatever_headers_listings_and_feeds_state_is_kept_and_rebuilt(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    stated = (HALF, "\0", "", "слово" * 200_000, "9" * 5000)
    with Archive.create(folder) as archive:
        crawl = begun(archive, "c", "s", SENT)
        listing = Fetched(role="listing", crawl="c", source="s")
        crawl.store([fetch("http://news.example/list", listing)])
        record_id = archive.connection.execute("SELECT record_id FROM captures").fetchone()["record_id"]
        shown = [
            SightedArticle(url=f"http://news.example/{n}", place=n, headline=one, stamp=one)
            for n, one in enumerate(stated)
        ]
        crawl.record_events([Sighted(listing=record_id, source="s", section=None, shown=tuple(shown))])
        whys = [
            Fetched(role="article", crawl="c", source="s", headline=one, stamp=one, listed_in="feed")
            for one in stated
        ]
        numbers = crawl.store([fetch(one.url, why) for one, why in zip(shown, whys, strict=True)])
        why = Fetched(role="article", crawl="c", source="s")
        numbers += crawl.store(
            [
                fetch(f"http://news.example/head/{n}", why, b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
                for n, head in enumerate(HEADERS)
            ]
        )
        assert crawl.stop_error is None
        for one in numbers:
            crawl.apply_extraction(one, ExtractionResult(SOUND, extractor="a test"))
        crawl.close()
        before = all_but_readings(archive)
        assert len(before) == 1 + len(numbers)
        assert archive.connection.execute("SELECT count(*) FROM sightings").fetchone()[0] == len(stated)
    came = Archive.rebuild(folder, {}, Says())
    assert (came.damages, came.unread, came.unsettled) == ([], [], [])
    with Archive.open(folder) as archive:
        assert all_but_readings(archive) == before
        assert archive.verify(quick=True).problems == []  # what was read in them is made up


def test_an_event_that_makes_no_row_affects_no_other_at_the_next_start(tmp_path: Path) -> None:
    """A position beyond 63 bits: no crawl of ours writes one, but a file may state anything."""
    folder = tmp_path / "archive"
    with Archive.create(folder) as archive:
        crawl = begun(archive, "c", "s", SENT)
        crawl.store([fetch("http://news.example/list", Fetched(role="listing", crawl="c", source="s"))])
        record_id = archive.connection.execute("SELECT record_id FROM captures").fetchone()["record_id"]
        odd = Sighted(
            listing=record_id,
            source="s",
            shown=(
                SightedArticle(url="http://news.example/1", place=1),
                SightedArticle(url="http://news.example/2", place=10**30),
            ),
        )
        crawl._writer.write_event(events.to_json(odd))
        why = Fetched(role="article", crawl="c", source="s")
        exchange = fetch("http://news.example/a", why).exchange
        crawl._writer.write(exchange, None, Capture(exchange.url, SENT, exchange.response).payload_digest())
        crawl._writer.sync()
        crawl._writer.leave_open()
    with Archive.open(folder) as archive:
        done = session.recover_source(folder, archive.connection, "s")
        assert any("cannot become a row" in sentence for sentence in done)
        assert [row.url for row in archive.captures("http://news.example/a")] == ["http://news.example/a"]
        assert archive.connection.execute("SELECT count(*) FROM sightings").fetchone()[0] == 0
        assert session.recover_source(folder, archive.connection, "s") == []
    assert paths.warc_folder(folder).is_dir()


def test_readings_settled_again_cost_no_other_one(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        crawl: Recording = begun(archive, "c", "s", SENT)
        why = Fetched(role="article", crawl="c", source="s")
        first, second = crawl.store([fetch(url, why) for url in ADDRESSES[:2]])
        for number, title in ((first, "Раз"), (second, "Два")):
            crawl.apply_extraction(number, ExtractionResult(replace(SOUND, title=title), extractor="one"))
        again = [(first, replace(SOUND, views=2**70)), (second, replace(SOUND, title="Три"))]
        crawl.reapply_extractions([(number, ExtractionResult(one, extractor="two")) for number, one in again])
        assert [archive.article(url).title for url in ADDRESSES[:2]] == ["Раз", "Три"]
    assert_index_is_sound(tmp_path / "archive")
