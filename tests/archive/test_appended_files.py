"""One WARC file for the crawls of a source in a day: each crawl appends to it, and lists its part in a manifest."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archive import events, timestamps
from archive.core import Archive
from archive.events import CrawlEnded, Fetched
from archive.extraction.model import Article, Outlet
from archive.integrity.audit import run_audit
from archive.jobs.pool import ExtractionResult, pool
from archive.manifests import reader as manifests
from archive.recording.repair import repair_crashes
from archive.recording.session import Fetch, Recording
from archive.warc.reader import read_records
from archive.warc.records import Exchange, Record
from tests.recordings import begun
from tests.sound import assert_accepted

MORNING = datetime(2022, 2, 1, 8, 0, tzinfo=UTC)
FILE = "warc/primorsk-20220201080000-00000.warc.gz"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG"
INFO = {"software": "newsarchive/1", "robots": "obey"}


def begin(
    archive: Archive, at: datetime, source: str = "primorsk", info: Mapping[str, str] = INFO, **more: Any
) -> Recording:
    crawl = f"{source}-{at:%Y%m%d%H%M%S}"
    recording = begun(archive, crawl, source, at, appends=True, info={**info, "isPartOf": crawl}, **more)
    why = Fetched(role="image", crawl=crawl, source=source)
    url = f"http://news.example/{source}/{at:%d-%H-%M}.png"
    exchange = Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", RESPONSE, metadata=events.to_json(why))
    recording.store([Fetch(exchange, why)])
    return recording


def crawl(folder: Path, at: datetime, source: str = "primorsk", **more: Any) -> None:
    with Archive.open(folder) as archive:
        recording = begin(archive, at, source, **more)
        recording.record_events(
            [CrawlEnded(crawl=recording.crawl, at=timestamps.to_iso(at), outcome="finished")]
        )
        recording.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    Archive.create(folder).close()
    crawl(folder, MORNING)
    return folder


@pytest.fixture
def appended(folder: Path) -> Path:
    """Return an archive of three crawls in one day, of which two appended to the file of the first."""
    for hours in (1, 2):
        crawl(folder, MORNING + timedelta(hours=hours))
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "warc").iterdir())


def findings(folder: Path) -> list[tuple[str, str]]:
    return [(problem.finding, problem.sentence) for problem in run_audit(folder).problems]


def parts(folder: Path) -> list[tuple[int, int]]:
    return [(one.start, one.bytes) for one in manifests.listed_files(folder) if one.file == FILE]


def replace(folder: Path, data: bytes) -> None:
    (folder / FILE).chmod(0o644)
    (folder / FILE).write_bytes(data)


def test_the_crawls_of_a_day_write_one_file_and_a_manifest_each(appended: Path) -> None:
    assert [f"warc/{name}" for name in files(appended)] == [FILE]
    assert (appended / FILE).stat().st_mode & 0o777 == 0o444
    ends = [0, *(end for _, end in parts(appended))]
    assert parts(appended) == list(pairwise(ends))
    assert (len(parts(appended)), ends[-1]) == (3, (appended / FILE).stat().st_size)
    kinds = [record.kind for record in read_records(appended / FILE) if isinstance(record, Record)]
    assert (kinds.count("warcinfo"), kinds[0]) == (1, "warcinfo")
    assert_accepted(appended)


def test_every_record_belongs_to_the_one_warcinfo_record(appended: Path) -> None:
    first, *others = [record for record in read_records(appended / FILE) if isinstance(record, Record)]
    assert {record.header("WARC-Warcinfo-ID") for record in others} == {first.record_id}


def test_a_rebuild_gives_the_same_rows(appended: Path, tmp_path: Path) -> None:
    def rows(folder: Path) -> list[tuple[Any, ...]]:
        with Archive.open(folder) as archive:
            asked = ("SELECT file, bytes, manifest, listed_bytes FROM warc_files",
                     "SELECT url, file, offset, crawl_id FROM captures ORDER BY offset")  # fmt: skip
            return [tuple(row) for sql in asked for row in archive.connection.execute(sql)]

    before = rows(appended)
    with pool(1) as executor:
        Archive.rebuild(appended, {}, executor)
    assert rows(appended) == before
    crawl(appended, MORNING + timedelta(hours=3))
    assert len(parts(appended)) == 4
    assert_accepted(appended)


def test_sources_crawled_in_turn_have_a_file_each(folder: Path) -> None:
    for hours in range(3):
        crawl(folder, MORNING + timedelta(hours=hours, minutes=10), "port")
        crawl(folder, MORNING + timedelta(hours=hours, minutes=20))
    assert len(files(folder)) == 2
    assert_accepted(folder)
    with pool(1) as executor:
        Archive.rebuild(folder, {}, executor)
    assert_accepted(folder)


@pytest.mark.parametrize(
    ("at", "more"),
    [
        (MORNING + timedelta(days=1), {}),
        (MORNING + timedelta(hours=2), {"max_age": timedelta(hours=1)}),
        (MORNING + timedelta(hours=2), {"max_bytes": 500}),
        (MORNING + timedelta(hours=2), {"info": {**INFO, "software": "newsarchive/2"}}),
        (MORNING + timedelta(hours=2), {"info": {**INFO, "robots": "ignore"}}),
    ],
    ids=["next day", "old", "large", "other software", "other robots"],
)
def test_a_crawl_begins_a_file_of_its_own(folder: Path, at: datetime, more: dict[str, Any]) -> None:
    before = (folder / FILE).read_bytes()
    crawl(folder, at, **more)
    assert len(files(folder)) > 1
    assert (folder / FILE).read_bytes() == before
    assert_accepted(folder)


def test_a_file_that_is_being_read_is_left_alone(folder: Path) -> None:
    with (folder / FILE).open("rb") as reading:
        fcntl.flock(reading, fcntl.LOCK_SH)
        crawl(folder, MORNING + timedelta(hours=1))
    assert len(files(folder)) == 2
    assert (folder / FILE).stat().st_mode & 0o777 == 0o444


def test_a_file_that_was_moved_or_changed_is_left_alone(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / FILE, tmp_path / "moved")
    (folder / FILE).symlink_to(tmp_path / "moved")
    crawl(folder, MORNING + timedelta(hours=1))
    assert len(files(folder)) == 2
    (folder / FILE).unlink()
    crawl(folder, MORNING + timedelta(hours=2))
    assert len(files(folder)) == 1  # that of the second crawl
    (last,) = (folder / "warc").iterdir()
    last.chmod(0o644)
    last.write_bytes(last.read_bytes() + b"x")
    crawl(folder, MORNING + timedelta(hours=3))
    assert len(files(folder)) == 2


def test_a_crawl_killed_while_it_appended_is_unfinished_until_the_next(folder: Path) -> None:
    before = (folder / FILE).stat().st_size
    with Archive.open(folder) as archive:
        begin(archive, MORNING + timedelta(hours=1))._writer.leave_open()
    ((finding, sentence),) = findings(folder)
    assert finding == "unfinished"
    assert "a crawl was killed while it appended to this file" in sentence
    assert repair_crashes(folder, lambda: MORNING)
    assert findings(folder) == []
    assert parts(folder) == [(0, before), (before, (folder / FILE).stat().st_size)]
    assert (folder / FILE).read_bytes()


def test_a_crawl_killed_before_it_appended_leaves_a_complete_file(folder: Path) -> None:
    (folder / FILE).rename(folder / f"{FILE}.open")
    ((finding, sentence),) = findings(folder)
    assert (finding, "had appended nothing yet" in sentence) == ("unfinished", True)
    repair_crashes(folder, lambda: MORNING)
    assert findings(folder) == []
    crawl(folder, MORNING + timedelta(hours=1))
    assert len(files(folder)) == 1


def test_a_change_in_any_part_is_found(appended: Path) -> None:
    whole = (appended / FILE).read_bytes()
    for start, end in parts(appended):
        at = (start + end) // 2
        replace(appended, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert "altered" in {finding for finding, _ in findings(appended)}
    replace(appended, whole)
    assert findings(appended) == []


def test_a_file_cut_off_where_a_crawl_ended_is_truncated(appended: Path) -> None:
    whole = (appended / FILE).read_bytes()
    for _, end in parts(appended)[:-1]:
        replace(appended, whole[:end])
        assert "truncated" in {finding for finding, _ in findings(appended)}


def test_a_record_that_no_crawl_wrote_is_found(appended: Path) -> None:
    whole = (appended / FILE).read_bytes()
    start, end = parts(appended)[1]
    replace(appended, whole + whole[start:end])
    assert "altered" in {finding for finding, _ in findings(appended)}
    replace(appended, whole[:end] + whole[start:end] + whole[end:])
    assert "altered" in {finding for finding, _ in findings(appended)}


def test_a_manifest_in_the_middle_that_is_gone_is_missing(appended: Path) -> None:
    (appended / "manifests" / "0000002-primorsk-20220201090000.jsonl").unlink()
    assert ("missing" in {finding for finding, _ in findings(appended)}) is True
    (appended / "manifests" / "0000001-primorsk-20220201080000.jsonl").unlink()
    assert "missing" in {finding for finding, _ in findings(appended)}


def test_a_backup_follows_a_file_that_grows(folder: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"

    def back_up() -> list[str]:
        with Archive.open(folder) as archive:
            return archive.back_up(backup).problems + archive.check_backup(backup).problems

    assert back_up() == []
    crawl(folder, MORNING + timedelta(hours=1))
    assert back_up() == []
    assert (backup / FILE).read_bytes() == (folder / FILE).read_bytes()
    with Archive.open(folder) as archive:
        recording = begin(archive, MORNING + timedelta(hours=2))
        assert archive.back_up(backup).problems + archive.check_backup(backup).problems == []
        Archive.restore(backup, tmp_path / "restored")
        assert findings(tmp_path / "restored") == []
        recording.close()
    assert back_up() == []
    good = (folder / FILE).read_bytes()
    replace(folder, good[:-9] + bytes([good[-9] ^ 1]) + good[-8:])
    crawl(folder, MORNING + timedelta(hours=3))
    assert back_up() != []
    assert (backup / FILE).read_bytes() == good


def visit(
    folder: Path, at: datetime, source: str, status: str, body: str, url: str = "http://news.example/1"
) -> None:
    """Crawl an article that two sources share."""
    with Archive.open(folder) as archive:
        recording = begin(archive, at, source)
        why = Fetched(role="article", crawl=recording.crawl, source=source, section=source)
        response = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n{body}".encode()
        exchange = Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", response, metadata=events.to_json(why))
        (capture,) = recording.store([Fetch(exchange, why)])
        job = recording.extraction_job(capture, Outlet("UTC"))
        article = Article(title=f"Story {body}", body=(body,), confidence=1.0)
        recording.apply_extraction(capture, ExtractionResult(article, "a test") if job else None)
        recording.record_events(
            [CrawlEnded(crawl=recording.crawl, at=timestamps.to_iso(at), outcome="finished")]
        )
        recording.close()


def test_an_article_that_two_sources_share_has_the_history_that_a_rebuild_gives(folder: Path) -> None:
    looks = [
        ("port", "200 OK", "first"),
        ("primorsk", "200 OK", "second"),
        ("port", "200 OK", "second"),
        ("primorsk", "404 Not Found", "-"),
        ("port", "404 Not Found", "-"),
        ("primorsk", "404 Not Found", "-"),
        ("port", "200 OK", "third"),
        ("primorsk", "200 OK", "first"),
    ]
    for number, (source, status, body) in enumerate(looks, 1):
        visit(folder, MORNING + timedelta(hours=number), source, status, body)
        visit(
            folder,
            MORNING + timedelta(hours=number, minutes=1),
            source,
            "200 OK",
            body,
            "http://news.example/2",
        )
    assert len(files(folder)) == 2
    assert findings(folder) == []
