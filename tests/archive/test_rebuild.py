"""Rebuild the index: from everything readable, replaced only when complete, killed at any moment."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import Unwritable
from archive.integrity.audit import run_audit
from archive.jobs.pool import pool
from tests.archive.test_killed_import import Inline, rebuild, take_in, written
from tests.disks import small_disk
from tests.forgery import compress_record, members, with_digests
from tests.newsarchive.test_import import INFO
from tests.small_archive import BRIDGE, HARBOUR, SUMMIT
from tests.sound import assert_index_is_sound

FIRST = "warc/primorsk-20220110100000-00000.warc.gz"
ROOT = Path(__file__).parents[2]
REBUILD = """
import sys
from archive.core import Archive
from archive.jobs.pool import pool
if __name__ == "__main__":
    with pool(1) as executor:
        Archive.rebuild(sys.argv[1], {}, executor, lambda done, all_: print(done, flush=True))
"""

LIMITED = """
import resource, sys
from newsarchive.cli import main
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    main(["--archive", sys.argv[1], "rebuild", "--workers", "1"])
"""


@pytest.fixture
def folder(rebuilt: Path, tmp_path: Path) -> Path:
    """Return a copy of the archive that a test may change."""
    copy = shutil.copytree(rebuilt, tmp_path / "archive")
    for path in copy.glob("warc/*"):
        path.chmod(0o644)
    return copy


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the index, and the number of search terms of each version."""
    with sqlite3.connect(folder / "archive.db") as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_", "search_index")) or name == "search_index_docsize"
        ]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    connection.close()
    return found


def rebuilt(folder: Path) -> list[str]:
    """Rebuild the index and return what could not be read."""
    with pool(1) as executor:
        return Archive.rebuild(folder, {}, executor).damages


def test_a_rebuilt_index_verifies_and_rebuilds_to_the_same(folder: Path) -> None:
    assert run_audit(folder).problems == []
    before = rows(folder)
    rebuilt(folder)
    assert rows(folder) == before


def test_damaged_files_are_reported_and_everything_else_is_indexed(folder: Path) -> None:
    there = members(folder / FIRST)
    there[1] = there[1][:50] + b"\0" + there[1][51:]  # the crawl's beginning
    there[5] = compress_record(
        with_digests(b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\nfacts: {\r\n\r\n")
    )
    (folder / FIRST).write_bytes(b"".join(there))
    (folder / "warc" / "strange.warc.gz").write_bytes(os.urandom(5000))
    (folder / "warc" / "primorsk-20230101000000-00000.warc.gz").mkdir()
    damages = rebuilt(folder)
    assert len(damages) == 4, damages
    assert sum(FIRST in sentence for sentence in damages) == 2
    with Archive.open(folder) as archive:
        for url in (SUMMIT, BRIDGE, HARBOUR):
            assert archive.captures(url)


@pytest.mark.parametrize(
    "facts",
    [
        b'{"fact": "fetched"}',
        b'{"fact": "fetched", "role": {"a": 1}, "crawl": [2], "source": 7}',
        b'{"fact": "sighted", "listing": "x", "source": "primorsk", "shown": [5]}',
        b'{"fact": "sighted", "listing": ["x"], "source": {}, "shown": "primorsk"}',
        b'{"fact": "failed", "role": 1, "url": null, "at": null, "reason": {}}',
        b'{"fact": "crawl started", "crawl": null, "source": null, "title": 1, "timezone": 2, "at": 3}',
        b'{"fact": "crawl ended", "crawl": {}, "at": 3, "outcome": [], "counts": 5, "notes": 7}',
        b'{"fact": "crawl started", "crawl": "c", "source": "primorsk", "title": "t", "timezone": "UTC", "at": "now"}',
        b'{"fact": "failed", "role": "article", "url": "http://x.example/", "at": "2022-01-10", "reason": "r"}',
        b'{"fact": "fetched", "role": "whatever"}',
        b'{"fact": []}',
        b"[" * 100_000,
    ],
)
def test_impossible_events_end_no_rebuild(folder: Path, facts: bytes) -> None:
    there = members(folder / FIRST)
    block = b"facts: " + facts + b"\r\n"
    head = (
        b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2022-01-10T10:00:00Z\r\n"
        b"Content-Type: application/warc-fields\r\nContent-Length: %d\r\n\r\n" % len(block)
    )
    (folder / FIRST).write_bytes(
        b"".join([*there[:4], compress_record(head + block + b"\r\n\r\n"), *there[4:]])
    )
    rebuilt(folder)
    assert_index_is_sound(folder)
    with Archive.open(folder) as archive:
        assert archive.captures(SUMMIT)
        assert archive.verify().problems


def test_warc_files_are_only_read(folder: Path) -> None:
    open_ = (folder / FIRST).rename(folder / (FIRST + ".open"))
    with open_.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08\x00 torn")
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.glob("warc/*")}
    with pool(1) as executor:
        came = Archive.rebuild(folder, {}, executor)
    assert came.damages == []
    assert len(came.unfinished) == 1
    assert {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.glob("warc/*")
    } == before


def test_a_rebuild_killed_at_any_moment_leaves_the_old_index_as_it_was(folder: Path) -> None:
    before, chance = rows(folder), random.Random(7)
    for lines in (0, *chance.choices(range(1, 6), k=4)):
        with subprocess.Popen(
            [sys.executable, "-c", REBUILD, str(folder)], cwd=ROOT, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            for _ in range(lines):
                child.stdout.readline()
            child.kill()
        assert rows(folder) == before
    rebuilt(folder)
    assert rows(folder) == before
    assert {path.name for path in folder.iterdir() if path.name.startswith("archive.db.")} == set()


def test_an_old_index_that_is_damaged_is_replaced(folder: Path) -> None:
    before = rows(folder)
    (folder / "archive.db").write_bytes(b"no index" * 1000)
    rebuilt(folder)
    assert rows(folder) == before


def left_of_new(folder: Path) -> list[str]:
    """Return the files beside the index, without its own log."""
    own = {"archive.db", "archive.db-wal", "archive.db-shm"}
    return sorted(path.name for path in folder.glob("archive.db*") if path.name not in own)


def test_a_rebuild_that_fills_the_disk_leaves_the_old_index_and_no_other(
    rebuilt: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", megabytes=16) as disk:
        folder = shutil.copytree(rebuilt, disk / "archive")
        before, index = rows(folder), (folder / "archive.db").stat().st_size
        for room in (index // 2, 64 * 1024, 0):
            filler = disk / "filler"
            filler.write_bytes(bytes(shutil.disk_usage(disk).free - room))
            with pytest.raises(Unwritable) as raised:
                rebuild(folder)
            assert left_of_new(folder) == []
            needed, free = (float(number) for number in re.findall(r"([\d.]+) MB", str(raised.value)))
            assert "the disk is full" in str(raised.value)
            assert needed * 10**6 >= index
            assert free < needed
            filler.unlink()
            assert rows(folder) == before
        rebuild(folder)
        assert rows(folder) == before


def test_a_rebuild_that_meets_a_limit_on_the_size_of_files_leaves_no_new_index(folder: Path) -> None:
    before = rows(folder)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: The index could not be rebuilt: ")
    assert left_of_new(folder) == []
    assert rows(folder) == before


@pytest.mark.parametrize("at_the_start_of", ["a rebuild", "an import", "a repair"])
def test_what_a_killed_rebuild_left_is_removed(folder: Path, tmp_path: Path, at_the_start_of: str) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        (folder / f"archive.db.new{end}").write_bytes(b"left")
    if at_the_start_of == "a rebuild":
        rebuild(folder)
    elif at_the_start_of == "a repair":
        Archive.check(folder, Inline(), repair=True)
    else:
        take_in(folder, written(tmp_path / "a.warc", "most"))
    assert left_of_new(folder) == []


def test_a_file_without_responses_is_in_a_rebuilt_index(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(INFO)
    take_in(folder, path)
    assert run_audit(folder).problems == []
    for _ in range(2):
        assert rebuild(folder) == []
        assert run_audit(folder).problems == []
