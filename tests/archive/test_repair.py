"""Leftovers of a crash are distinguished from tampering and repaired, unless only a rebuild can do that."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from archive import events, locks, paths, timestamps
from archive.core import Archive
from archive.events import CrawlStarted, Fetched
from archive.integrity.audit import run_audit
from archive.integrity.problems import AuditResult
from archive.jobs.pool import pool
from archive.manifests import reader as manifests
from archive.manifests import writer as manifest_writer
from archive.recording import session
from archive.recording.repair import repair_crashes
from archive.recording.session import Fetch, Recording
from archive.warc.records import Exchange
from tests.small_archive import BRIDGE, HARBOUR, LISTING, build

AT = datetime(2022, 2, 1, 10, 0, tzinfo=UTC)
NEW = "http://news.example/world/new"


def begun(folder: Path, archive: Archive, at: datetime, *, max_bytes: int = 10**9) -> Recording:
    """Begin a crawl and store two pages."""
    crawl = f"primorsk-{at:%Y%m%d%H%M%S%f}"
    started = CrawlStarted(
        crawl=crawl, source="primorsk", title="Новости", timezone="Europe/Kyiv", at=timestamps.to_iso(at)
    )
    record = Recording(
        folder,
        archive.connection,
        started,
        extractor="none",
        info={"software": "a test"},
        max_bytes=max_bytes,
        now=lambda: at,
        new_id=uuid4,
    )
    for number in range(2):
        why = Fetched(role="image", crawl=crawl, source="primorsk")
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\npicture {number} {at}".encode()
        exchange = Exchange(
            f"{NEW}/{number}", at, b"GET / HTTP/1.1\r\n\r\n", answer, metadata=events.to_json(why)
        )
        record.store([Fetch(exchange, why)])
    return record


@pytest.fixture(scope="module")
def killed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with a killed crawl: one complete file, one open. Tests must not change it."""
    folder = build(tmp_path_factory.mktemp("killed") / "archive")
    with Archive.open(folder) as archive:
        begun(folder, archive, AT, max_bytes=1500)  # never closed
        archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def killed(killed_once: Path, tmp_path: Path) -> Path:
    """Return a copy of it, in which no running process has the open file."""
    return shutil.copytree(killed_once, tmp_path / "archive")


def findings(folder: Path) -> set[str]:
    return {problem.finding for problem in run_audit(folder).problems}


def mended(folder: Path) -> list[str]:
    return repair_crashes(folder, lambda: AT + timedelta(hours=1))


def execute(folder: Path, statement: str, *values: object) -> None:
    """Change the index, as anyone with write access can."""
    with sqlite3.connect(folder / "archive.db") as connection:
        assert connection.execute(statement, values).rowcount
    connection.close()


def test_what_a_killed_crawl_left_is_unfinished_and_nothing_else(killed: Path) -> None:
    assert findings(killed) == {"unfinished"}


def test_a_torn_end_is_a_crash_and_no_tampering(killed: Path) -> None:
    (torn,) = killed.glob("warc/*.open")
    with torn.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08\x00 torn")
    assert findings(killed) == {"unfinished"}
    mended(killed)
    assert findings(killed) == set()
    assert [path.name for path in (killed / "warc" / "damaged").iterdir()]


def test_a_repair_lists_what_killed_crawls_left_and_says_so(killed: Path) -> None:
    before = {path.name: path.read_bytes() for path in killed.glob("warc/*.gz")}
    messages = mended(killed)
    assert findings(killed) == set()
    assert "lists what no manifest listed" in messages[-1]
    newest = manifests.manifest_paths(killed)[-1]
    assert json.loads(newest.read_text().splitlines()[0])["closed_by"] == "repair"
    assert all(listed.is_leftover for listed in manifests.read(newest).files)
    assert len(manifests.read(newest).files) == 2
    for name, content in before.items():
        assert (killed / "warc" / name).read_bytes() == content
    assert mended(killed) == []


def test_the_next_crawl_lists_what_a_killed_one_left_apart_from_its_own(killed: Path) -> None:
    later = AT + timedelta(days=1)
    with Archive.open(killed) as archive:
        session.recover_source(killed, archive.connection, "primorsk")
        begun(killed, archive, later).close()
    assert findings(killed) == set()
    listed = manifests.read(manifests.manifest_paths(killed)[-1]).files
    assert [one.is_leftover for one in listed] == [True, True, False]


def test_a_crawl_of_another_source_leaves_them_alone(killed: Path) -> None:
    with Archive.open(killed) as archive:
        closed = manifest_writer.close_manifest(
            killed, archive.connection, crawl="port-x", source="port", now=AT, written=()
        )
    assert closed is None
    assert len(manifests.manifest_paths(killed)) == 4


def test_a_source_that_is_being_crawled_is_left_alone_and_no_problem(killed: Path) -> None:
    with locks.lock(paths.source_lock(killed, "primorsk"), ""):
        assert mended(killed) == ["primorsk is being crawled: skipped."]
        verified = run_audit(killed)
    assert verified.problems == []
    assert len(verified.notes) == 2


def test_records_whose_rows_were_not_committed_are_unfinished_and_get_their_rows(killed: Path) -> None:
    (left,) = killed.glob("warc/*.open")
    file = f"warc/{left.name.removesuffix('.open')}"
    execute(killed, "DELETE FROM captures WHERE file = ?", file)
    execute(killed, "UPDATE warc_files SET bytes = 0 WHERE file = ?", file)
    assert findings(killed) == {"unfinished"}
    mended(killed)
    assert run_audit(killed).problems == []
    with Archive.open(killed) as archive:
        assert len(archive.captures(f"{NEW}/1")) == 1


def test_a_crawl_killed_before_it_closed_its_manifest_is_unfinished(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    newest = manifests.manifest_paths(folder)[-1]
    execute(folder, "UPDATE warc_files SET manifest = NULL, listed_bytes = 0 WHERE manifest = ?", newest.name)
    execute(folder, "DELETE FROM manifests WHERE name = ?", newest.name)
    newest.rename(newest.with_name("port-20220112100000.jsonl.part"))
    assert findings(folder) == {"unfinished"}
    mended(folder)
    assert findings(folder) == set()
    assert len(list((folder / "manifests").iterdir())) == 4


def test_a_crawl_killed_between_its_manifest_and_the_row_lists_nothing_twice(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    newest = manifests.manifest_paths(folder)[-1]
    execute(folder, "UPDATE warc_files SET manifest = NULL, listed_bytes = 0 WHERE manifest = ?", newest.name)
    execute(folder, "DELETE FROM manifests WHERE name = ?", newest.name)
    assert findings(folder) == {"unfinished"}
    with Archive.open(folder) as archive:
        assert (
            manifest_writer.close_manifest(
                folder, archive.connection, crawl="x", source="port", now=AT, written=()
            )
            is None
        )
    assert findings(folder) == set()
    assert len(manifests.manifest_paths(folder)) == 4


def test_a_crawl_that_wrote_nothing_closes_no_manifest(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    with Archive.open(folder) as archive:
        assert not manifest_writer.close_manifest(
            folder, archive.connection, crawl="x", source="y", now=AT, written=()
        )
    assert len(manifests.manifest_paths(folder)) == 4


def test_a_lost_row_is_made_from_its_record(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    execute(folder, "DELETE FROM captures WHERE id = 3")  # the picture
    verified = repaired(folder)
    assert len(verified.mended) == 1
    assert verified.problems == []
    with Archive.open(folder) as archive:
        assert len(archive.captures("http://news.example/img/summit.png")) == 1


def test_a_lost_row_under_a_version_is_left_to_a_rebuild(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    execute(folder, "DELETE FROM captures WHERE url = ?", HARBOUR)
    execute(folder, "DELETE FROM captures WHERE url = ? AND fetched_at < '2022-01-11'", BRIDGE)
    verified = repaired(folder)
    assert verified.mended == []
    assert {problem.url for problem in verified.problems if problem.row_missing} == {HARBOUR, BRIDGE}


def test_manifests_are_read_only_and_so_are_the_files_they_list(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    for path in (*manifests.manifest_paths(folder), *folder.glob("warc/*.gz")):
        assert path.stat().st_mode & 0o222 == 0
    (first,) = [listed for listed in manifests.listed_files(folder) if "0110" in listed.file]
    pages = [entry.url for entry in manifests.read_entries(folder, first) if entry.url]
    assert pages[0] == LISTING


def repaired(folder: Path) -> AuditResult:
    with pool(1) as executor:
        return Archive.check(folder, executor, repair=True)
