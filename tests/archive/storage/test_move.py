"""WARC files on a second disk: found, verified, rebuilt from and backed up; a disk that is away is named."""

from __future__ import annotations

import fcntl
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import DamagedRecord
from archive.integrity.audit import run_audit
from archive.jobs.pool import pool
from archive.storage.moved import FolderMissing, read_map
from archive.storage.usage import measure
from tests.small_archive import SUMMIT

FIRST = "warc/primorsk-20220110100000-00000.warc.gz"


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "archive")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return tmp_path / "disk"


def move(folder: Path, disk: Path, days: int = 1) -> tuple[int, list[str]]:
    with Archive.open(folder) as archive:
        result = archive.move_warc_files(disk, days=days)
    return result.copied, result.problems


def test_moved_files_are_read_verified_and_rebuilt_from(folder: Path, disk: Path, tmp_path: Path) -> None:
    whole = {path.name: path.read_bytes() for path in (folder / "warc").iterdir()}
    assert move(folder, disk) == (4, [])
    assert {path.name: path.read_bytes() for path in disk.glob("*.gz")} == whole
    assert all(path.is_symlink() for path in (folder / "warc").iterdir())
    assert read_map(folder)[FIRST] == str(disk / Path(FIRST).name)
    assert run_audit(folder).problems == []
    with Archive.open(folder) as archive:
        assert archive.capture(archive.captures(SUMMIT)[0]).status == 200
        assert archive.back_up(tmp_path / "backup").problems == []
    with pool(1) as executor:
        assert Archive.rebuild(folder, {}, executor).damages == []
    used = measure(folder, datetime.now(UTC))
    assert used.moved_bytes == used.warc_bytes == sum(map(len, whole.values()))
    Archive.restore(tmp_path / "backup", tmp_path / "restored")  # in one folder again
    assert {path.name: path.read_bytes() for path in (tmp_path / "restored" / "warc").iterdir()} == whole
    assert not (tmp_path / "restored" / "moved.json").exists()


def test_a_disk_that_is_away_is_one_sentence(folder: Path, disk: Path) -> None:
    move(folder, disk)
    disk.rename(disk.with_name("away"))
    disk.mkdir()  # the empty folder on which it is mounted
    said = f"{disk} is not there: 4 WARC files of this archive were moved to it. Connect its disk, and try again."
    with pool(1) as executor:
        for act in (lambda: Archive.check(folder, executor), lambda: Archive.rebuild(folder, {}, executor)):
            with pytest.raises(FolderMissing) as raised:
                act()
            assert str(raised.value) == said
    with Archive.open(folder) as archive:
        assert next(archive.search("саммит")).url == SUMMIT
        with pytest.raises(DamagedRecord, match=f"was moved to {disk}, which is not there"):
            archive.capture(archive.captures(SUMMIT)[0])
    disk.rmdir()
    disk.with_name("away").rename(disk)
    assert run_audit(folder).problems == []


def test_recent_files_and_files_in_use_stay(folder: Path, disk: Path) -> None:
    age = (datetime.now(UTC) - datetime(2022, 1, 10, 10, 0, tzinfo=UTC)) // timedelta(days=1)
    assert move(folder, disk, days=age) == (1, [])
    with (folder / "warc" / "port-20220112100000-00000.warc.gz").open("rb") as reading:
        fcntl.flock(reading, fcntl.LOCK_SH)
        assert move(folder, disk) == (2, [])
    assert move(folder, disk) == (1, [])
    assert move(folder, disk) == (0, [])


def test_a_file_of_another_archive_is_not_replaced(folder: Path, disk: Path) -> None:
    disk.mkdir()
    (disk / Path(FIRST).name).write_bytes(b"of another archive")
    moved, (problem,) = move(folder, disk)
    assert (moved, (disk / Path(FIRST).name).read_bytes()) == (3, b"of another archive")
    assert "exists already, and is another file" in problem
    assert run_audit(folder).problems == []


def test_a_file_that_differs_from_its_manifest_stays(folder: Path, disk: Path) -> None:
    path = folder / FIRST
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    moved, (problem,) = move(folder, disk)
    assert (moved, path.is_symlink()) == (3, False)
    assert problem.startswith(f"{FIRST} is not as 0000001-")
    assert list(disk.glob("*.part")) == []


def test_a_move_that_was_killed_is_completed(folder: Path, disk: Path) -> None:
    def fail(done: int, all_: int) -> None:
        if done > all_ // 2:
            raise KeyboardInterrupt

    with Archive.open(folder) as archive, pytest.raises(KeyboardInterrupt):
        archive.move_warc_files(disk, fail)
    assert run_audit(folder).problems == []
    (folder / "moved.json").unlink()  # as if it had been killed before it was written
    move(folder, disk)
    assert len(read_map(folder)) == 4
    assert run_audit(folder).problems == []
