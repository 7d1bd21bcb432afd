"""The index made anew: from what can be read, swapped in only when it is whole, killed whenever one likes."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archive.store import Archive
from archive.verifying import verify
from archive.workers import pool
from tests.forgery import members, packed, with_digests
from tests.small_archive import BRIDGE, HARBOUR, SUMMIT
from tests.sound import assert_index_is_sound

FIRST = "warc/primorsk-20220110100000-00000.warc.gz"
ROOT = Path(__file__).parents[2]
REBUILD = """
import sys
from archive.store import Archive
from archive.workers import pool
if __name__ == "__main__":
    with pool(1) as executor:
        Archive.rebuild(sys.argv[1], {}, executor, lambda done, all_: print(done, flush=True))
"""


@pytest.fixture
def folder(rebuilt: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    copy = shutil.copytree(rebuilt, tmp_path / "archive")
    for path in copy.glob("warc/*"):
        path.chmod(0o644)
    return copy


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the index, and how many words each version is found by."""
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
    """What could not be read."""
    with pool(1) as executor:
        return Archive.rebuild(folder, {}, executor).damages


def test_a_rebuilt_index_verifies_and_rebuilds_to_the_same(folder: Path) -> None:
    assert verify(folder).problems == []
    before = rows(folder)
    rebuilt(folder)
    assert rows(folder) == before


def test_damaged_files_are_told_and_everything_else_goes_in(folder: Path) -> None:
    there = members(folder / FIRST)
    there[1] = there[1][:50] + b"\0" + there[1][51:]  # the crawl's beginning
    there[5] = packed(
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
def test_facts_that_say_nonsense_end_no_rebuild(folder: Path, facts: bytes) -> None:
    there = members(folder / FIRST)
    block = b"facts: " + facts + b"\r\n"
    head = (
        b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2022-01-10T10:00:00Z\r\n"
        b"Content-Type: application/warc-fields\r\nContent-Length: %d\r\n\r\n" % len(block)
    )
    (folder / FIRST).write_bytes(b"".join([*there[:4], packed(head + block + b"\r\n\r\n"), *there[4:]]))
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
