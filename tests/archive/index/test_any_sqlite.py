"""Every available SQLite reads an archive's index without errors: ours, Python's own, and the distribution's."""

from __future__ import annotations

import importlib
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import paths, timestamps
from archive.core import Archive
from archive.index.db.connection import connect, transaction
from archive.index.ingest.apply import update_due_time
from tests.earlier import VERSIONS, unpacked

CHECKS = (
    "PRAGMA integrity_check",
    "PRAGMA foreign_key_check",
    "INSERT INTO search_index (search_index) VALUES ('integrity-check')",
)
Asks = Callable[[Path, str], list[str]]


def by_module(sqlite: Any) -> Asks:
    def ask(path: Path, statement: str) -> list[str]:
        with closing(sqlite.connect(path)) as connection:
            return [str(row[0]) for row in connection.execute(statement)]

    return ask


def by_command(path: Path, statement: str) -> list[str]:
    done = subprocess.run(["sqlite3", path, statement], capture_output=True, text=True, check=False)
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


@pytest.fixture(params=["pysqlite3", "sqlite3", "the sqlite3 command"])
def ask(request: pytest.FixtureRequest) -> Asks:
    """Return a function that runs a statement with one of them."""
    if request.param == "the sqlite3 command":
        if shutil.which("sqlite3") is None:
            pytest.skip("the sqlite3 command is not installed")
        return by_command
    if request.param == "sqlite3":
        return by_module(sqlite3)
    try:
        return by_module(importlib.import_module("pysqlite3"))
    except ImportError:
        pytest.skip("pysqlite3 is not made for this machine")


@pytest.fixture(params=["made", "rebuilt", "by the thousand", *VERSIONS])
def index(request: pytest.FixtureRequest, small: Path, rebuilt: Path, tmp_path: Path) -> Path:
    """Return a writable copy of an index."""
    folder = tmp_path / "archive"
    if isinstance(request.param, int):
        Archive.open(unpacked(request.param, folder)).close()
        return paths.index_path(folder)
    shutil.copytree(rebuilt if request.param == "rebuilt" else small, folder)
    if request.param == "by the thousand":
        _add_articles(paths.index_path(folder), 5000)
    return paths.index_path(folder)


def _add_articles(index: Path, number: int) -> None:
    """Add articles visited at arbitrary microseconds, with words and habits of their outlet."""
    chance = random.Random(1)
    with closing(connect(index)) as connection, transaction(connection):
        for article in range(number):
            first = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**15))
            last = first + timedelta(microseconds=chance.randrange(10**14))
            connection.execute(
                "INSERT INTO articles (id, url, source, state, first_seen, last_seen, last_looked)"
                " VALUES (?, ?, 'primorsk', 'live', ?, ?, ?)",
                (article, f"http://news.example/{article}", *map(timestamps.to_iso, (first, last, last))),
            )
            update_due_time(connection, article)


@pytest.mark.parametrize("check", CHECKS, ids=["integrity", "references", "full text"])
def test_it_finds_nothing_wrong(index: Path, ask: Asks, check: str) -> None:
    assert ask(index, check) == (["ok"] if check == CHECKS[0] else [])


def test_it_finds_articles_that_are_due_and_words(index: Path, ask: Asks) -> None:
    due = "SELECT count(*) FROM articles INDEXED BY articles_due WHERE source = 'primorsk' AND due_at <= '2022-01-12'"
    scanned = due.replace("INDEXED BY articles_due", "NOT INDEXED")
    assert ask(index, due) == ask(index, scanned) != ["0"]
    assert ask(index, "SELECT count(*) > 0 FROM search_index WHERE search_index MATCH 'мост'") == ["1"]
