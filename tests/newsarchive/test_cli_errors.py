"""Whatever happened to the archive, a command says it in one sentence."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any

import pytest

from tests.conftest import Typed
from tests.disks import small_disk
from tests.earlier import VERSIONS, WITHOUT_A_COLUMN, alter, unpacked
from tests.small_archive import BRIDGE, SUMMIT

PROGRAM = (sys.executable, "-m", "newsarchive")
COMMANDS = (["status"], ["search", "мост"], ["show", SUMMIT], ["diff", SUMMIT], ["export"])


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "archive")


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
        connection.execute("PRAGMA user_version = 1000")
    before = (folder / "archive.db").read_bytes()
    result = typed(folder, "search", "мост")
    assert result.exit_code == 2
    assert "was made by a newer release of newsarchive (its schema version is 1000, " in result.stderr
    assert result.stderr.endswith("): update newsarchive.\n")
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
    assert result.stderr.startswith("Exported 5 articles")


def test_an_export_to_a_disk_that_is_read_only_names_the_file(read_only: Path, typed: Typed) -> None:
    result = typed(read_only, "export", "-o", read_only.parent / "archive" / "all.csv")
    assert result.exit_code == 2
    assert "all.csv cannot be written: the disk is read-only." in result.stderr


def test_an_archive_that_a_full_disk_kept_from_being_made_can_be_made_later(
    tmp_path: Path, typed: Typed
) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        with suppress(OSError):
            (disk / "fill").write_bytes(bytes(2 * 1024 * 1024))
        result = typed(None, "init", disk / "new")
        assert result.exit_code == 2
        assert "newsarchive.toml cannot be written: the disk is full. Free some space" in result.stderr
        (disk / "fill").unlink()
        assert "Created an archive in" in typed(None, "init", disk / "new").stdout
        assert "contact" in (disk / "new" / "newsarchive.toml").read_text("utf-8")


def test_a_full_disk_takes_in_nothing_of_an_import(folder: Path, tmp_path: Path, typed: Typed) -> None:
    made_elsewhere = tmp_path / "elsewhere.warc.gz"
    shutil.copy(next(folder.glob("warc/*.gz")), made_elsewhere)
    with small_disk(tmp_path / "disk", 4) as disk:
        shutil.copytree(folder, disk / "archive")
        with suppress(OSError):
            (disk / "fill").write_bytes(bytes(5 * 1024 * 1024))
        before = sorted((disk / "archive" / "warc").iterdir())
        result = typed(disk / "archive", "import", made_elsewhere)
        assert result.exit_code == 2
        assert "cannot be written: the disk is full." in result.stderr
        assert sorted((disk / "archive" / "warc").iterdir()) == before
        (disk / "fill").unlink()
        assert typed(disk / "archive", "import", made_elsewhere).exit_code == 0


def printed(
    folder: Path, *arguments: str, output: IO[bytes] | int, is_unbuffered: bool = False, messages: Any = PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose output goes there, with or without the buffer that Python puts before it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [*PROGRAM, "--archive", folder, *arguments],
        stdout=output,
        stderr=messages,
        env=kept | ({"PYTHONUNBUFFERED": "1"} if is_unbuffered else {}),
        check=False,
    )


UNBUFFERED = pytest.mark.parametrize("is_unbuffered", [False, True], ids=["buffered", "unbuffered"])
FULL = b"Error: The output could not be written: No space left on device. Free some space and run the command again.\n"


@UNBUFFERED
@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["search"], ["status", "--json"], ["export", "--format", "csv"]],
    ids=lambda one: one[0],
)
def test_what_cannot_be_printed_is_a_sentence(
    folder: Path, arguments: list[str], is_unbuffered: bool
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = printed(folder, *arguments, output=full, is_unbuffered=is_unbuffered)
    assert (done.returncode, done.stderr) == (2, FULL)


@UNBUFFERED
@pytest.mark.parametrize(
    "arguments", [["export"], ["export", "--format", "csv"], ["search", "--json"]], ids=" ".join
)
def test_an_output_cut_short_by_a_full_disk_is_a_sentence(
    folder: Path, tmp_path: Path, arguments: list[str], is_unbuffered: bool
) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk / "fill").write_bytes(bytes(1024 * 1024 - 4096))
        with (disk / "output").open("wb") as output:
            done = printed(folder, *arguments, output=output, is_unbuffered=is_unbuffered)
        assert (done.returncode, done.stderr) == (2, FULL)
        assert (disk / "output").stat().st_size == 4096


def test_an_output_on_a_failing_disk_is_a_sentence(folder: Path) -> None:
    with Path("/proc/self/mem").open("wb", buffering=0) as failing:  # nothing can be written at its beginning
        done = printed(folder, "export", output=failing)
    assert (done.returncode, done.stderr) == (
        2,
        b"Error: The output could not be written: Input/output error.\n",
    )


def test_messages_that_cannot_be_written_change_no_exit_code(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        assert printed(folder, "export", output=PIPE, messages=full).returncode == 0
        assert printed(folder, "search", "нетакогослова", output=PIPE, messages=full).returncode == 1
        assert printed(folder, "export", output=full, messages=full).returncode == 2
        assert printed(folder, "search", "--nonsense", output=full, messages=full).returncode == 2


@UNBUFFERED
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--help"], 0), (["search", "--json"], 0), (["export"], 0), (["status", "--json"], 1)],
    ids=["help", "search", "export", "status"],
)
def test_who_reads_the_output_may_have_seen_enough_of_it(
    folder: Path, arguments: list[str], code: int, is_unbuffered: bool
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = printed(folder, *arguments, output=writing, is_unbuffered=is_unbuffered)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")  # 1: a source of this archive has no file


@pytest.mark.parametrize("arguments", [["search"], ["export"]], ids=lambda one: one[0])
def test_a_closed_output_is_a_sentence_and_no_file_takes_its_number(
    folder: Path, arguments: list[str]
) -> None:
    program = shlex.join(map(str, [*PROGRAM, "--archive", folder, *arguments]))
    done = subprocess.run(["sh", "-c", f"{program} >&-"], stderr=PIPE, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        b"Error: The output could not be written: it is closed.\n",
    )


def test_a_pipe_that_must_not_block_gets_the_whole_output(folder: Path) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    command = [*PROGRAM, "--archive", folder, "export"]
    with subprocess.Popen(command, stdout=writing, stderr=PIPE) as child:
        os.close(writing)
        with open(reading, "rb") as output:
            lines = output.read().splitlines()
    assert child.returncode == 0
    assert len([json.loads(line) for line in lines]) == 5


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "db"])
@pytest.mark.parametrize("room", [0, 4096, 12288])
def test_an_export_to_a_full_disk_leaves_nothing_and_says_so(
    folder: Path, tmp_path: Path, typed: Typed, ending: str, room: int
) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk / "fill").write_bytes(bytes(1024 * 1024 - room))
        result = typed(folder, "export", "-o", disk / f"all.{ending}")
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: {disk}/all.{ending} cannot be written: the disk is full. No partial file was left.\n"
        )
        assert [path.name for path in disk.iterdir()] == ["fill"]


def test_an_index_of_an_earlier_release_answers(tmp_path: Path, typed: Typed) -> None:
    for version in VERSIONS:
        folder = unpacked(version, tmp_path / str(version))
        assert SUMMIT in typed(folder, "show", SUMMIT).stdout
        assert BRIDGE in typed(folder, "search", "мосты").stdout
        assert "primorsk: articles that are not live: 1 unavailable" in typed(folder, "status").stdout
        assert typed(folder, "verify", "--quick").stdout.endswith("no problems.\n")


@pytest.mark.parametrize("command", [*COMMANDS, ["init"]], ids=lambda command: command[0])
def test_an_index_of_no_known_release_is_one_sentence(folder: Path, command: list[str], typed: Typed) -> None:
    alter(folder, *WITHOUT_A_COLUMN, "PRAGMA user_version = 0")
    result = typed(folder, *command, *([folder] if command == ["init"] else []))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "was made by an earlier release of newsarchive: run 'newsarchive rebuild'" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_after_a_rebuild_an_index_of_no_known_release_answers(folder: Path, typed: Typed) -> None:
    alter(folder, *WITHOUT_A_COLUMN, "PRAGMA user_version = 0")
    verified = typed(folder, "verify")
    assert verified.exit_code == 1
    assert verified.stdout.startswith("unchecked: archive.db was made by an earlier release")
    assert "altered" not in verified.stdout
    assert typed(folder, "rebuild").exit_code == 0
    assert typed(folder, "verify").stdout.endswith("no problems.\n")


def test_an_archive_whose_init_was_killed_can_be_used(tmp_path: Path, typed: Typed) -> None:
    folder = tmp_path / "new"
    typed(None, "init", folder, "--contact", "editor@example.org")
    for command in ("status", "search", "verify", "rebuild"):
        (folder / "archive.db").unlink()
        (folder / "archive.db").touch()
        result = typed(folder, command)
        nothing_found = (1, "No matches.\n")
        assert (result.exit_code, result.stderr) == (nothing_found if command == "search" else (0, "")), (
            command
        )
