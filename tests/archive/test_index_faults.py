"""A damaged, locked, newer, or unwritable index gives one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from archive import events
from archive.core import Archive
from archive.errors import ArchiveBusy, ArchiveError, DamagedIndex, Unwritable, machine_error
from archive.events import Fetched
from archive.index.db import connection as index
from archive.index.db.schema import SCHEMA_VERSION
from archive.paths import index_path
from archive.recording import session
from archive.recording.session import Fetch, Recording
from archive.warc.records import Exchange
from archive.warc.repair import repair_file
from tests import faults
from tests.recordings import begun
from tests.sampling import sample_steps
from tests.small_archive import SUMMIT
from tests.sound import assert_accepted, assert_index_is_sound

SENT = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "archive")


def begin(archive: Archive, at: datetime = SENT) -> Recording:
    return begun(archive, f"primorsk-{uuid4()}", "primorsk", at)


def fetch(crawl: str, name: str, at: datetime = SENT, size: int = 100) -> Fetch:
    why = Fetched(role="image", crawl=crawl, source="primorsk")
    body = random.Random(name).randbytes(size)
    url = f"http://news.example/{name}"
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + body
    return Fetch(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", answer, metadata=events.to_json(why)), why)


def urls_of(folder: Path) -> list[str]:
    with Archive.open(folder) as archive:
        return [row["url"] for row in archive.connection.execute("SELECT url FROM captures ORDER BY id")]


@pytest.mark.parametrize("where", ["header", "first pages", "middle", "everywhere behind the schema"])
def test_a_damaged_index_is_reported_in_one_sentence(folder: Path, where: str) -> None:
    path = folder / "archive.db"
    size = path.stat().st_size
    begin, end = {
        "header": (0, 64),
        "first pages": (100, 20_000),
        "middle": (size // 3, size - 8192),
        "everywhere behind the schema": (4096 * 4, size),
    }[where]
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(random.Random(where).randbytes(end - begin))
    with pytest.raises(
        DamagedIndex, match=r"archive\.db is damaged .*: move it away and run 'newsarchive rebuild'"
    ):
        _ask(folder)


def _ask(folder: Path) -> None:
    with Archive.open(folder) as archive:
        list(archive.search())
        archive.sources()
        archive.crawls()


@pytest.mark.parametrize("pages", [0, 1])
def test_an_index_cut_to_nothing_is_not_taken_for_an_empty_one(folder: Path, pages: int) -> None:
    index_path(folder).unlink()
    if pages:
        _without_tables(index_path(folder))
    else:
        index_path(folder).touch()
    for opened in (Archive.open, Archive.create):
        with pytest.raises(DamagedIndex, match="is empty: move it away and run 'newsarchive rebuild'"):
            opened(folder)
    index_path(folder).unlink()
    for opened in (Archive.open, Archive.create):
        with pytest.raises(ArchiveError, match="is missing: run 'newsarchive rebuild'"):
            opened(folder)


def _without_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
    assert path.stat().st_size == 4096


@pytest.mark.parametrize("left", ["nothing", "no bytes", "no tables", "one manifest", "one torn file"])
def test_an_index_that_init_did_not_get_to_make_is_made_while_nothing_was_kept(
    tmp_path: Path, left: str
) -> None:
    Archive.create(tmp_path).close()
    path = index_path(tmp_path)
    path.unlink()
    if left == "no tables":
        _without_tables(path)
    elif left != "nothing":
        path.touch()
    kept = {"one manifest": "manifests/0000001-a.jsonl", "one torn file": "warc/a.warc.gz.open"}.get(left)
    if kept:
        (tmp_path / kept).touch()
        with pytest.raises(DamagedIndex, match="is empty"):
            Archive.open(tmp_path)
        return
    with Archive.open(tmp_path) as archive:
        assert archive.sources() == []
        assert archive.verify(quick=True).problems == []


def test_an_archive_killed_at_every_step_of_its_making_opens(tmp_path: Path) -> None:
    steps = faults.run(_make, tmp_path / "whole", kinds=(*faults.ALL, "PRAGMA"))
    assert isinstance(steps, list)
    assert len(steps) > 70
    for at in sample_steps(steps, range(len(steps)), 12):
        folder = tmp_path / str(at)
        assert faults.run(_make, folder, at=at, kinds=(*faults.ALL, "PRAGMA")) == -9
        if not (folder / "newsarchive.toml").exists():
            continue
        with Archive.open(folder) as archive:
            assert archive.verify(quick=True).problems == []
            shown = "SELECT name, sql FROM sqlite_master ORDER BY name"
            made = [tuple(row) for row in archive.connection.execute(shown)]
            assert archive.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert_index_is_sound(folder)
        with closing(sqlite3.connect(index_path(tmp_path / "whole"))) as whole:
            assert whole.execute(shown).fetchall() == made
        shutil.rmtree(folder)


def _make(folder: Path) -> None:
    Archive.create(folder).close()


def test_a_locked_index_is_waited_for_and_then_reported_as_locked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BUSY_SECONDS", 0.05)
    holder = index.sqlite3.connect(folder / "archive.db", isolation_level=None)
    with Archive.open(folder) as archive:
        kept = begin(archive)
        kept.store([fetch(kept.crawl, "a")])
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusy, match=r"archive\.db is locked by another process"):
            kept.store([fetch(kept.crawl, "b")])
        holder.execute("ROLLBACK")
        with pytest.raises(ArchiveBusy):  # its row would hide from the next start that b has none
            kept.store([fetch(kept.crawl, "c")])
        kept.close()
    before = urls_of(folder)
    with Archive.open(folder) as archive:
        session.recover_source(folder, archive.connection, "primorsk")
    assert urls_of(folder) == [*before, "http://news.example/b"]
    assert_accepted(folder)


def until_full(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    with Archive.open(folder) as archive:
        kept = begin(archive)
        with suppress(Unwritable):
            for number in range(30):
                kept.store([fetch(kept.crawl, f"{number}-{part}", size=100_000) for part in "ab"])
        assert "cannot be written" in str(kept.stop_error)
        kept.close()


def test_a_file_that_cannot_grow_stops_the_recording_and_loses_nothing(folder: Path) -> None:
    before = urls_of(folder)
    assert isinstance(faults.run(until_full, folder), list)
    with Archive.open(folder) as archive:
        session.recover_source(folder, archive.connection, "primorsk")
    kept = urls_of(folder)[len(before) :]
    assert (
        kept == [f"http://news.example/{number}-{part}" for number in range(30) for part in "ab"][: len(kept)]
    )
    assert len(kept) > 10
    assert_accepted(folder)


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts the bytes a process reads")
def test_mending_reads_the_tail_however_large_the_file(tmp_path: Path) -> None:
    read, tail = [], _tail(tmp_path / "made")
    for known in (10_000, 50_000_000):
        folder = tmp_path / str(known)
        (folder / "warc").mkdir(parents=True)
        path = folder / "warc" / "primorsk-20220110100000-00000.warc.gz.open"
        path.touch()
        os.truncate(path, known)  # nothing in it could be read as a record
        with path.open("ab") as file:
            file.write(tail + tail[:300])
        before = _bytes_read()
        assert repair_file(path, known).kept_bytes == known + len(tail)
        read.append(_bytes_read() - before)
    assert read[0] == read[1]


def _tail(folder: Path) -> bytes:
    with Archive.create(folder) as archive:
        kept = begin(archive)
        kept.store([fetch(kept.crawl, "a", size=50_000)])
        kept.close()
    (path,) = (folder / "warc").glob("*.gz")
    return path.read_bytes()


def _bytes_read() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


def test_a_clock_set_back_keeps_the_files_in_the_order_they_were_written(folder: Path) -> None:
    for name, at in (("late", SENT + timedelta(days=9)), ("early", SENT - timedelta(days=9))):
        with Archive.open(folder) as archive:
            kept = begin(archive, at)
            kept.store([fetch(kept.crawl, name, at)])
            kept.close()
    written = [path.name for path in session.filenames.warc_files(folder) if path.name.startswith("primorsk")]
    assert written[-2:] == ["primorsk-20220119100000-00000.warc.gz", "primorsk-20220119100000-00001.warc.gz"]
    with Archive.open(folder) as archive:
        assert [row.fetched_at for row in archive.captures("http://news.example/early")] == [
            SENT - timedelta(days=9)
        ]
    assert_accepted(folder)


def test_an_archive_that_cannot_be_written_is_read(folder: Path, read_only: Path) -> None:
    with Archive.open(read_only) as archive:
        assert archive.article(SUMMIT).title
        assert archive.verify(quick=True).problems == []
        with pytest.raises(Unwritable, match=r"archive\.db cannot be written"):
            session.mark_indexed(archive.connection, "warc/x", 1)


def test_a_chain_of_causes_that_goes_round_has_an_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert machine_error(one, "here") is None
