"""Imported captures take their place in time, and captures that are archived already are not imported twice."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import events, timestamps
from archive.core import Archive
from archive.events import CrawlEnded, Failed, Fetched
from archive.extraction.model import Outlet
from archive.extraction.version import EXTRACTOR
from archive.jobs.pool import pool, run_extraction
from archive.recording.session import Fetch
from archive.warc.records import Exchange
from tests.conftest import Typed
from tests.newsarchive.test_import import BRIDGE, TEXT, record
from tests.recordings import begun
from tests.test_end_to_end import DERIVED, rows_of

NOON = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
OUTLET = Outlet("UTC")


def page(title: str) -> bytes:
    text = "".join(f"<p>{one}</p>" for one in TEXT)
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f'<time datetime="2022-01-10T11:55:00+00:00">11:55 10 января 2022</time>{text}</article></body></html>'
    ).encode()


def answer(title: str) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page(title)


def crawl(folder: Path, at: datetime, response: bytes | None) -> None:
    """Record a crawl that requests one URL; None is a request without a response."""
    name = f"vesti-{at:%Y%m%d%H%M%S}"
    with Archive.open(folder) as archive:
        recording = begun(archive, name, "vesti", at, extractor=EXTRACTOR)
        if response is None:
            failed = Failed(
                role="article",
                url=BRIDGE,
                at=timestamps.to_iso(at),
                reason="timed out",
                crawl=name,
                source="vesti",
            )
            recording.record_events([failed])
        else:
            why = Fetched(role="article", crawl=name, source="vesti")
            asked = f"GET {BRIDGE} HTTP/1.1\r\n\r\n".encode()
            exchange = Exchange(BRIDGE, at, asked, response, "192.0.2.1", metadata=events.to_json(why))
            (kept,) = recording.store([Fetch(exchange, why)])
            job = recording.extraction_job(kept, OUTLET)
            recording.apply_extraction(kept, run_extraction(job) if job else None)
        recording.record_events(
            [CrawlEnded(crawl=name, at=timestamps.to_iso(at), outcome="finished", counts={})]
        )
        recording.close()


def made_elsewhere(tmp_path: Path, looks: dict[datetime, str]) -> Path:
    path = tmp_path / "elsewhere.warc"
    pieces = [
        record("response", BRIDGE, answer(title), number=number).replace(
            b"2022-01-11T08:00:00Z", f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
        )
        for number, (at, title) in enumerate(looks.items(), 1)
    ]
    path.write_bytes(b"".join(pieces))
    return path


def titles(folder: Path) -> list[tuple[str, datetime, datetime]]:
    """Of each version in order, with when it was seen first and last."""
    with Archive.open(folder) as archive:
        rows = archive.connection.execute("SELECT title, first_seen, last_seen FROM versions ORDER BY number")
        return [
            (row["title"], timestamps.from_iso(row["first_seen"]), timestamps.from_iso(row["last_seen"]))
            for row in rows
        ]


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.fixture
def rebuilds_the_same(folder: Path) -> object:
    yield
    before = rows_of(folder)
    with Archive.open(folder) as archive:
        assert archive.verify().problems == []
    with pool(1) as executor:
        assert Archive.rebuild(folder, {}, executor).damages == []
    now = rows_of(folder)
    assert {table: now[table] for table in DERIVED} == {table: before[table] for table in DERIVED}


@pytest.mark.usefixtures("rebuilds_the_same")
def test_an_older_capture_becomes_an_earlier_version(typed: Typed, folder: Path, tmp_path: Path) -> None:
    crawl(folder, after(2), answer("Второй"))
    crawl(folder, after(4), answer("Третий"))
    result = typed(
        folder, "import", made_elsewhere(tmp_path, {after(1): "Первый", after(3): "Промежуточный"})
    )
    assert result.exit_code == 0, result.output
    assert titles(folder) == [
        ("Первый", after(1), after(1)),
        ("Второй", after(2), after(2)),
        ("Промежуточный", after(3), after(3)),
        ("Третий", after(4), after(4)),
    ]
    crawl(folder, after(5), answer("Третий"))
    assert titles(folder)[-1] == ("Третий", after(4), after(5))


@pytest.mark.usefixtures("rebuilds_the_same")
def test_an_older_capture_brings_no_article_back(typed: Typed, folder: Path, tmp_path: Path) -> None:
    crawl(folder, after(2), answer("Второй"))
    for hours in (4, 28):
        crawl(folder, after(hours), b"HTTP/1.1 404 Not Found\r\n\r\n")
    typed(folder, "import", made_elsewhere(tmp_path, {after(3): "Второй", after(1): "Второй"}))
    with Archive.open(folder) as archive:
        article = archive.article(BRIDGE)
        assert (article.state, article.first_seen, article.last_seen) == ("removed", after(1), after(3))
    assert titles(folder) == [("Второй", after(1), after(3))]


@pytest.mark.usefixtures("rebuilds_the_same")
def test_a_visit_without_a_response_remains_the_last_one(typed: Typed, folder: Path, tmp_path: Path) -> None:
    crawl(folder, after(2), answer("Второй"))
    crawl(folder, after(4), None)
    typed(folder, "import", made_elsewhere(tmp_path, {after(3): "Второй"}))
    with Archive.open(folder) as archive:
        article = archive.article(BRIDGE)
        assert (article.state, article.last_seen) == ("unavailable", after(3))


@pytest.mark.usefixtures("rebuilds_the_same")
def test_captures_of_one_file_need_not_be_in_order(typed: Typed, folder: Path, tmp_path: Path) -> None:
    typed(folder, "import", made_elsewhere(tmp_path, {after(2): "Второй", after(1): "Первый"}))
    assert titles(folder) == [("Первый", after(1), after(1)), ("Второй", after(2), after(2))]


@pytest.mark.usefixtures("rebuilds_the_same")
def test_a_file_of_the_archive_itself_adds_nothing(typed: Typed, folder: Path, tmp_path: Path) -> None:
    crawl(folder, after(1), answer("Первый"))
    (own,) = (folder / "warc").glob("vesti-*.warc.gz")
    crawl(folder, after(2), b"HTTP/1.1 404 Not Found\r\n\r\n")
    crawl(folder, after(3), b"HTTP/1.1 404 Not Found\r\n\r\n")
    result = typed(folder, "import", own)
    assert result.exit_code == 0, result.output
    assert "Nothing was added." in result.stdout
    assert f"warc/{own.name}" in result.stdout.replace("\n", "")
    assert sorted(path.name for path in (folder / "warc").glob("*copy*")) == []


@pytest.mark.usefixtures("rebuilds_the_same")
def test_a_capture_in_two_files_is_applied_once(typed: Typed, folder: Path, tmp_path: Path) -> None:
    crawl(folder, after(1), answer("Первый"))
    (own,) = (folder / "warc").glob("vesti-*.warc.gz")
    for hours in (2, 26):
        crawl(folder, after(hours), b"HTTP/1.1 404 Not Found\r\n\r\n")
    both = tmp_path / "both.warc.gz"
    more = tmp_path / "more.warc"
    more.write_bytes(record("response", "http://news.example/other", answer("Другой")))

    both.write_bytes(own.read_bytes() + gzip.compress(more.read_bytes()))
    assert typed(folder, "import", both).exit_code == 0
    with Archive.open(folder) as archive:
        assert archive.article(BRIDGE).state == "removed"
        assert archive.article("http://news.example/other").title == "Другой"
