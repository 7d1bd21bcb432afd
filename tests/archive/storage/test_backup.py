"""Backups: consistent while a crawl writes, incremental, checked, and restored to a sound archive."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import events
from archive.core import Archive
from archive.errors import ArchiveError
from archive.events import Fetched
from archive.integrity.audit import run_audit
from archive.recording.session import Fetch, Recording
from archive.storage.inventory import NotABackup
from archive.warc.records import Exchange
from tests.recordings import begun

LATER = datetime(2022, 2, 1, 10, 0, tzinfo=UTC)
STORY = "http://news.example/world/later"
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG"


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    folder: Path = shutil.copytree(small, tmp_path / "archive")
    (folder / "sources" / "primorsk.toml").write_text("title = 'P'\n", encoding="utf-8")
    return folder


def back_up(folder: Path, to: Path) -> tuple[int, list[str]]:
    with Archive.open(folder) as archive:
        result = archive.back_up(to)
    return result.copied, result.problems


def store(recording: Recording, number: int) -> None:
    why = Fetched(role="image", crawl=recording.crawl, source="primorsk", section=None, listing=None)
    at = LATER + timedelta(minutes=number)
    recording.store([Fetch(Exchange(f"{STORY}{number}", at, b"GET / HTTP/1.1\r\n\r\n", RESPONSE, None,
                                    metadata=events.to_json(why)), why)])  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def problems(folder: Path) -> list[str]:
    return [problem.sentence for problem in run_audit(folder).problems]


def test_a_restored_archive_is_the_one_that_was_backed_up(folder: Path, tmp_path: Path) -> None:
    assert back_up(folder, tmp_path / "backup") == (11, [])
    assert Archive.restore(tmp_path / "backup", tmp_path / "restored").problems == []
    before, after = contents(folder), contents(tmp_path / "restored")
    assert {name for name in before.keys() ^ after.keys() if not name.startswith("state/")} == set()
    assert all(after[name] == before[name] for name in after if not name.startswith(("state/", "archive.db")))
    assert problems(tmp_path / "restored") == []
    with Archive.open(folder) as one, Archive.open(tmp_path / "restored") as other:
        assert [article.as_dict() for article in one.search()] == [
            article.as_dict() for article in other.search()
        ]


def test_what_the_backup_has_is_not_copied_again(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "backup" / "warc").iterdir()}
    assert back_up(folder, tmp_path / "backup") == (1, [])  # the index, which is one file
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    (folder / "sources" / "primorsk.toml").write_text("title = 'Q'\n", encoding="utf-8")
    assert back_up(folder, tmp_path / "backup") == (2, [])
    assert (tmp_path / "backup" / "sources" / "primorsk.toml").read_text() == "title = 'Q'\n"


def test_a_backup_made_during_a_crawl_has_what_the_index_knows(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder) as archive:
        recording = begun(archive, "primorsk-20220201100000", "primorsk", LATER)
        store(recording, 1)

        def write_more(done: int, all_: int) -> None:
            if done == all_ and not has_more:
                has_more.append(True)
                store(recording, 2)  # while the index is being copied

        has_more: list[bool] = []
        result = archive.back_up(tmp_path / "backup", indexing=write_more)
        assert (result.problems, has_more) == ([], [True])
        assert Archive.restore(tmp_path / "backup", tmp_path / "restored").problems == []
        assert problems(tmp_path / "restored") == []
        assert list((tmp_path / "restored" / "warc").glob("*.open")) == []
        with Archive.open(tmp_path / "restored") as restored:
            assert len(restored.captures(f"{STORY}1")) == 1
            assert restored.connection.execute("SELECT count(*) FROM captures WHERE url = ?", (f"{STORY}2",)
                                               ).fetchone()[0] == 0  # fmt: skip
        recording.close()
        assert archive.back_up(tmp_path / "backup").problems == []  # now the file is complete
    assert list((tmp_path / "backup" / "warc").glob("*.open")) == []
    assert Archive.check_backup(tmp_path / "backup").problems == []


def test_a_backup_that_was_killed_is_completed_by_the_next(folder: Path, tmp_path: Path) -> None:
    def fail(done: int, all_: int) -> None:
        if done > all_ // 2:
            raise KeyboardInterrupt

    with Archive.open(folder) as archive, pytest.raises(KeyboardInterrupt):
        archive.back_up(tmp_path / "backup", fail)
    with pytest.raises(ArchiveError, match="was never completed"):
        Archive.restore(tmp_path / "backup", tmp_path / "restored")
    assert back_up(folder, tmp_path / "backup")[1] == []
    assert Archive.check_backup(tmp_path / "backup").problems == []
    assert list((tmp_path / "backup").rglob("*.part")) == []


def test_a_restore_that_was_killed_can_be_run_again(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")

    def fail(done: int, all_: int) -> None:
        if done > all_ // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Archive.restore(tmp_path / "backup", tmp_path / "restored", fail)
    assert not (tmp_path / "restored" / "newsarchive.toml").exists()
    assert Archive.restore(tmp_path / "backup", tmp_path / "restored").problems == []
    assert problems(tmp_path / "restored") == []


def test_a_damaged_file_does_not_replace_a_good_copy(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    name = "warc/primorsk-20220110100000-00000.warc.gz"
    path, good = folder / name, (folder / name).read_bytes()
    path.chmod(0o644)
    path.write_bytes(good[:-40])
    (problem,) = back_up(folder, tmp_path / "backup")[1]
    assert (tmp_path / "backup" / name).read_bytes() == good
    assert Archive.check_backup(tmp_path / "backup").problems == []
    # Neither has a good one: the bytes that are left are copied, with a problem.
    path.write_bytes(good[:-1] + b"x")
    (tmp_path / "backup" / name).unlink()
    (problem,) = back_up(folder, tmp_path / "backup")[1]
    assert problem == f"{name} is not as it was when it was copied before. Run 'newsarchive verify'."
    assert (tmp_path / "backup" / name).read_bytes() == path.read_bytes()


def test_a_check_finds_every_damaged_and_missing_file(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    first, second, *_ = sorted((tmp_path / "backup" / "warc").iterdir())
    first.chmod(0o644)
    first.write_bytes(first.read_bytes()[:-1] + b"x")
    second.unlink()
    found = Archive.check_backup(tmp_path / "backup").problems
    assert found == [
        f"warc/{first.name} is not as it was copied: its bytes have changed.",
        f"warc/{second.name} is missing from the backup.",
    ]
    restored = Archive.restore(tmp_path / "backup", tmp_path / "restored")
    assert len(restored.problems) == 2
    assert back_up(folder, tmp_path / "backup") == (3, [])
    assert Archive.check_backup(tmp_path / "backup").problems == []


def test_nothing_is_overwritten_by_mistake(folder: Path, tmp_path: Path, small: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear")
    for to, why in (
        (tmp_path / "full", "is not empty and is not a backup"),
        (folder / "b", "contain one another"),
    ):
        with Archive.open(folder) as archive, pytest.raises(ArchiveError, match=why):
            archive.back_up(to)
    with pytest.raises(NotABackup):
        Archive.restore(tmp_path / "full", tmp_path / "new")
    back_up(folder, tmp_path / "backup")
    with pytest.raises(ArchiveError, match="restore overwrites nothing"):
        Archive.restore(tmp_path / "backup", folder)
    other = Archive.create(tmp_path / "other")
    begun(other, "port-20220201100000", "port", LATER).close()
    with other, pytest.raises(ArchiveError, match="the backup of another archive"):
        other.back_up(tmp_path / "backup")
