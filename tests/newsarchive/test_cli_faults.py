"""Whatever happened to the archive, a command says it in one sentence."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.newsarchive.conftest import Typed
from tests.places import mounted
from tests.small_archive import SUMMIT

COMMANDS = (["status"], ["search", "мост"], ["show", SUMMIT], ["diff", SUMMIT], ["export"])


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "archive")


@pytest.fixture
def read_only(folder: Path) -> Iterator[Path]:
    """The archive on a disk that is mounted for reading alone."""
    with mounted("--bind", folder, folder), mounted("-o", "remount,ro,bind", folder, folder, undo=False):
        yield folder


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_says_so_and_shows_no_traceback(folder: Path, command: list[str], typed: Typed) -> None:
    path = folder / "archive.db"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(1).randbytes(path.stat().st_size - 4096))
    result = typed(folder, *command)
    assert result.exit_code == 2
    assert "is damaged" in result.stderr
    assert "newsarchive rebuild" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_index_of_a_newer_release_is_left_alone(folder: Path, typed: Typed) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newsarchive', 'later', '')"
        )
    before = (folder / "archive.db").read_bytes()
    result = typed(folder, "search", "мост")
    assert result.exit_code == 2
    assert "was made by a newer release of newsarchive (it has later): update newsarchive" in result.stderr
    assert (folder / "archive.db").read_bytes() == before


def test_a_rebuild_where_nothing_can_be_written_says_so(read_only: Path, typed: Typed) -> None:
    result = typed(read_only, "rebuild")
    assert result.exit_code == 2
    assert "read-only" in result.stderr.lower()
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "db"])
def test_an_archive_that_cannot_be_written_can_be_exported(
    read_only: Path, tmp_path: Path, typed: Typed, ending: str
) -> None:
    result = typed(read_only, "export", "-o", tmp_path / f"all.{ending}")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("Wrote 5 articles")
