"""When a response is stored as a revisit, and when completely."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.core import Archive
from archive.events import Fetched
from archive.extraction.model import Article, Outlet, Rejection
from archive.index.ingest import revisits
from archive.index.lookup import recrawl
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
from archive.jobs.pool import ExtractionResult
from archive.recording.session import Fetch
from archive.warc.records import Exchange, Truncated
from tests.recordings import begun

START = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
URL = "http://news.example/a/1"
HELLO = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: text/html\r\n\r\nhello'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
STORY = Article(title="Мост закрыт", body=("Мост через реку закрыт на ремонт до весны.",))


class Crawl:
    """Store exchanges a minute apart, in a crawl that began at `at`."""

    def __init__(self, archive: Archive, at: datetime = START, source: str = "primorsk") -> None:
        self.archive = archive
        self.at = at
        crawl = f"{source}-{at:%Y%m%d%H%M%S}"
        self.recording = begun(archive, crawl, source, at, extractor="one", now=lambda: self.at)

    def fetch(
        self,
        response: bytes = HELLO,
        url: str = URL,
        role: str = "article",
        truncated: Truncated | None = None,
        *,
        asked: bool = False,
    ) -> Fetch:
        self.at += timedelta(minutes=1)
        stored = revisits.validators(self.archive.connection, url, run=self.recording.run) if asked else None
        exchange = Exchange(url, self.at, b"GET / HTTP/1.1\r\n\r\n", response, truncated=truncated)
        return Fetch(exchange, Fetched(role=role), stored.original if stored else None)

    def keep(self, *fetches: Fetch) -> list[CaptureRow]:
        rows = [captures.of_id(self.archive.connection, number) for number in self.recording.store(fetches)]
        return [row for row in rows if row]

    def kinds(self, *fetches: Fetch) -> list[str]:
        return [self.archive.record(row.record_id).kind for row in self.keep(*fetches)]

    def settle(self, row: CaptureRow, reading: Article | Rejection) -> str:
        """Extract as a crawl does: only if there is a job."""
        job = self.recording.extraction_job(row.id, Outlet("UTC"))
        return self.recording.apply_extraction(row.id, ExtractionResult(reading) if job else None).outcome


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def test_the_same_body_is_stored_once_also_within_one_batch(archive: Archive) -> None:
    crawl = Crawl(archive)
    other_head = HELLO.replace(b"OK", b"Fine")
    assert crawl.kinds(crawl.fetch(), crawl.fetch(other_head)) == ["response", "revisit"]
    assert crawl.kinds(crawl.fetch()) == ["revisit"]
    assert [archive.capture(row.place).raw for row in archive.captures(URL)] == [HELLO, other_head, HELLO]


def test_only_the_very_same_bytes_are_the_same(archive: Archive) -> None:
    crawl = Crawl(archive)
    assert crawl.kinds(crawl.fetch(), crawl.fetch(CHUNKED), crawl.fetch(CHUNKED), crawl.fetch()) == [
        "response",
        "response",
        "revisit",
        "revisit",
    ]


def test_pages_repeat_their_own_address_and_pictures_any(archive: Archive) -> None:
    crawl = Crawl(archive)
    crawl.keep(crawl.fetch())
    assert crawl.kinds(crawl.fetch(url=URL + "/other")) == ["response"]
    assert crawl.kinds(crawl.fetch(url=URL + ".png", role="image")) == ["revisit"]


def test_a_cut_off_response_and_one_without_a_body_are_stored_as_they_are(archive: Archive) -> None:
    crawl = Crawl(archive)
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    assert (
        crawl.kinds(crawl.fetch(truncated="time"), crawl.fetch(), crawl.fetch(truncated="time"))
        == ["response"] * 3
    )
    assert crawl.kinds(crawl.fetch(empty), crawl.fetch(empty)) == ["response"] * 2


def test_a_damaged_original_is_never_referred_to(archive: Archive) -> None:
    crawl = Crawl(archive)
    (row,) = crawl.keep(crawl.fetch())
    crawl.recording.close()
    path = archive.folder / row.place.file
    path.chmod(0o644)
    stored = bytearray(path.read_bytes())
    stored[row.place.offset + row.place.length // 2] ^= 0xFF
    path.write_bytes(stored)
    later = Crawl(archive, START + timedelta(days=1))
    assert later.kinds(later.fetch(), later.fetch()) == ["response", "revisit"]


def test_a_revisit_never_refers_forward(archive: Archive) -> None:
    later, earlier = Crawl(archive, START + timedelta(hours=1)), Crawl(archive, START, "port")
    later.keep(later.fetch())
    assert earlier.kinds(earlier.fetch()) == ["response"]
    assert later.kinds(later.fetch()) == ["revisit"]


def test_a_304_confirms_the_response_asked_about_and_means_nothing_by_itself(archive: Archive) -> None:
    crawl = Crawl(archive)
    not_modified = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    (first,) = crawl.keep(crawl.fetch())
    (asked,) = crawl.keep(crawl.fetch(not_modified, asked=True))
    assert archive.record(asked.record_id).refers_to == first.record_id
    assert archive.capture(asked.place).raw == not_modified
    assert archive.capture(asked.place).payload() == b"hello"
    assert crawl.kinds(crawl.fetch(not_modified)) == ["response"]
    assert crawl.fetch(asked=True).validated_original is None, (
        "after a 304 that tells nothing, all is asked for"
    )


def test_an_unchanged_article_is_known_and_one_that_went_back_is_changed(archive: Archive) -> None:
    crawl = Crawl(archive)
    corrected = HELLO.replace(b"hello", b"bye")
    looks = [(HELLO, STORY), (HELLO, STORY), (corrected, Article(title="Мост открыт", body=STORY.body))]
    looks += [(HELLO, STORY), (HELLO, STORY)]
    outcomes = []
    for response, reading in looks:
        (row,) = crawl.keep(crawl.fetch(response))
        outcomes.append(crawl.settle(row, reading))
    assert outcomes == ["new", "known", "changed", "changed", "known"]
    assert [version.title for version in archive.versions(URL)] == [
        "Мост закрыт",
        "Мост открыт",
        "Мост закрыт",
    ]


def test_an_unchanged_page_that_is_no_article_is_not_requested_by_every_crawl(archive: Archive) -> None:
    crawl = Crawl(archive)
    (row,) = crawl.keep(crawl.fetch())
    crawl.settle(row, Rejection("list"))
    crawl.at += timedelta(days=9)
    (again,) = crawl.keep(crawl.fetch(b"HTTP/1.1 304 Not Modified\r\n\r\n", asked=True))
    assert crawl.settle(again, STORY) == "not an article"
    assert not recrawl.should_fetch(archive.connection, URL, crawl.at + timedelta(days=1))
    assert recrawl.should_fetch(archive.connection, URL, crawl.at + timedelta(days=9))
