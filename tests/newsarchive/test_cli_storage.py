"""The disk space of an archive on the command line, and its limits."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from newsarchive.crawling.crawl_process import CrawlOrder
from newsarchive.schedule import Scheduler
from tests.conftest import Typed

MORE_THAN_THERE_IS = "9000 PB"


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "archive")


def limit(folder: Path, **limits: str) -> None:
    lines = [f'{name} = "{size}"\n' for name, size in limits.items()]
    (folder / "newsarchive.toml").write_text("[storage]\n" + "".join(lines), encoding="utf-8")


def test_storage_says_what_is_used_and_what_is_free(folder: Path, typed: Typed) -> None:
    limit(folder, min_free="0 B", warn_free="0 B")
    result = typed(folder, "storage")
    assert result.exit_code == 0
    for part in ("WARC files of primorsk", "index (archive.db)", "total", "a day.", "The disk has"):
        assert part in result.stdout
    printed = json.loads(typed(folder, "storage", "--json").stdout)
    assert [one["source"] for one in printed["warc"]] == ["primorsk", "port"]
    assert printed["total_bytes"] == printed["warc_bytes"] + printed["index_bytes"] + printed["other_bytes"]
    assert (printed["min_free_bytes"], printed["days_left"], printed["alarm"]) == (0, None, None)
    assert "Disk: " in typed(folder, "status").stdout


@pytest.mark.parametrize(
    ("name", "sentence"), [("min_free", "free, and crawls need"), ("warn_free", "The disk has only")]
)
def test_too_little_free_space_is_an_alarm(folder: Path, typed: Typed, name: str, sentence: str) -> None:
    limit(folder, **{name: MORE_THAN_THERE_IS})
    for command in ("storage", "status"):
        result = typed(folder, command)
        assert result.exit_code == 1
        assert sentence in result.stdout
    assert sentence in json.loads(typed(folder, "storage", "--json").stdout)["alarm"]


def test_a_limit_without_a_unit_is_a_mistake_in_the_settings(folder: Path, typed: Typed) -> None:
    limit(folder, min_free="5")
    result = typed(folder, "storage")
    assert result.exit_code == 2
    assert 'storage.min_free = "5" is not a size: write a number and a unit' in result.stderr


def test_run_starts_no_crawl_without_space_and_says_so_once(folder: Path) -> None:
    source = (
        'title = "N"\ntimezone = "UTC"\nschedule = "0 6 * * *"\n[[sections]]\nurl = "https://n.example/"\n'
    )
    (folder / "sources" / "n.toml").write_text(source, encoding="utf-8")
    lines: list[str] = []

    def start(_: Path, order: CrawlOrder) -> NoReturn:
        lines.append(f"started {order.source}")
        raise OSError

    async def poll(min_free: int) -> None:
        scheduler = Scheduler(folder, 1, lines.append, start, min_free=min_free)
        scheduler.start()
        scheduler.poll()
        scheduler._min_free = 0
        scheduler.poll()
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)
        await scheduler.stop()

    asyncio.run(poll(2**63))
    said = "\n".join(lines)
    assert said.count("No crawl is started. The disk has") == 1
    assert said.index("The disk has enough free space again.") < said.index("started n")


def test_an_archive_is_backed_up_checked_and_restored(folder: Path, tmp_path: Path, typed: Typed) -> None:
    backup = tmp_path / "backup"
    assert "Copied 10 files" in typed(folder, "backup", backup).stdout
    printed = json.loads(typed(folder, "backup", backup, "--json").stdout)
    assert (printed["files"], printed["copied_files"], printed["problems"]) == (10, 1, [])
    assert "no problems" in typed(folder, "backup", "--check", backup).stdout
    assert "Restored 10 files" in typed(None, "restore", backup, tmp_path / "new").stdout
    assert typed(tmp_path / "new", "search", "мост").exit_code == 0
    result = typed(None, "restore", backup, tmp_path / "new")
    assert result.exit_code == 2
    assert "is not empty, and restore overwrites nothing" in result.stderr
    next((backup / "warc").iterdir()).unlink()
    result = typed(folder, "backup", "--check", backup)
    assert result.exit_code == 1
    assert "is missing from the backup." in result.stdout


def test_files_are_moved_to_another_disk(folder: Path, tmp_path: Path, typed: Typed) -> None:
    result = typed(folder, "storage", "move", tmp_path / "disk")
    assert result.exit_code == 0
    assert "Moved 4 WARC files" in result.stdout
    assert "in other folders" in typed(folder, "storage").stdout
    shutil.rmtree(tmp_path / "disk")
    result = typed(folder, "verify")
    assert result.exit_code == 2
    assert "is not there: 4 WARC files of this archive were moved to it." in result.stderr
    assert "Traceback" not in result.stderr
