"""Readers and crawls share one index: neither waits for the other, and no log grows without limit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import ArchiveBusy
from archive.index.db.connection import WAL_SIZE_LIMIT, connect, transaction
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl
from newsarchive.demo_site import DemoSite
from tests import small_archive
from tests.conftest import describe
from tests.sound import assert_accepted, assert_index_is_sound

READS = """
import sqlite3, sys
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, isolation_level=None)
connection.execute("BEGIN")
count = "SELECT count(*) FROM captures"
print(connection.execute(count).fetchone()[0], flush=True)
for line in sys.stdin:
    print(connection.execute(count).fetchone()[0], flush=True)
"""
WRITES = """
import sys
from pathlib import Path
from archive.index.db.connection import connect
connection = connect(Path(sys.argv[1]))
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE sources SET title = 'not yet'")
print("writing", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return a small archive's folder."""
    return small_archive.build(tmp_path / "archive")


class OpenReader:
    """Another process, which keeps a transaction open until it is ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.said = self.answer()

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def ask(self) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write("again\n")
        self._process.stdin.flush()
        return self.answer()


@contextmanager
def reader_of(code: str, index: Path) -> Iterator[OpenReader]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    try:
        yield OpenReader(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_crawl_does_not_wait_for_a_reader_that_never_ends(folder: Path, demo_site: DemoSite) -> None:
    index = folder / "archive.db"
    site = demo_site.outlets["zarya"]
    name = describe(folder, site)
    with reader_of(READS, index) as reader:
        assert reader.said == "0"
        outcome = run_crawl(folder, CrawlOrder(name))
        assert outcome.counts["new"] == len(site.truth())
        assert reader.ask() == "0"  # the reader sees the state of its start
    with Archive.open(folder) as archive:
        assert len(list(archive.search(source=name))) == len(site.truth())
    assert_accepted(folder)


def test_the_log_that_grew_under_a_reader_is_truncated_after_it(folder: Path) -> None:
    index = folder / "archive.db"
    log = index.with_name("archive.db-wal")
    writer = connect(index)

    def write(pages: int) -> None:
        with transaction(writer):
            writer.execute("DELETE FROM failures")
            writer.execute(
                "INSERT INTO failures (role, url, failed_at, reason) VALUES ('page', 'x', ?, hex(zeroblob(?)))",
                ("2022-01-10T10:00:00.000000Z", pages * 2048),
            )

    write(1)
    with reader_of(READS, index) as reader:
        assert reader.said == "0"
        while log.stat().st_size <= WAL_SIZE_LIMIT:
            write(1500)
    for _ in range(3):  # the next checkpoint empties the log, the next write restarts it
        write(1500)
    assert log.stat().st_size <= WAL_SIZE_LIMIT
    writer.close()
    assert_index_is_sound(folder)


def test_a_reader_does_not_wait_for_a_writer_that_never_ends(filled: Path) -> None:
    with reader_of(WRITES, filled / "archive.db") as writer, Archive.open(filled) as archive:
        assert writer.said == "writing"
        archive.connection.execute("PRAGMA busy_timeout = 0")  # a writer that had to wait would fail at once
        assert {state.title for state in archive.sources()} == {"Новости Приморска", "Вісник порту"}
        assert list(archive.search("Казахстан"))
        assert archive.months()
        with pytest.raises(ArchiveBusy):  # a second writer does have to wait
            archive.connection.execute("BEGIN IMMEDIATE")
