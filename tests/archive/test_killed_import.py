"""An import killed at any step: the next start completes it, nothing is lost and nothing is doubled.

Each step is a call that changes the disk or an SQLite statement (tests/faults.py), in a process of its own. The steps
are a sample (tests/sampling.py) with each kind of them; `make test-all` kills at every one that changes the disk.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from archive.extraction.model import Outlet
from archive.integrity.audit import run_audit
from archive.manifests import reader as manifests
from archive.rebuild.warc_import import Origin
from archive.recording import repair as archive_repair
from tests import faults
from tests.newsarchive.test_import import INFO, PAGE, answer, record
from tests.sampling import IS_COMPLETE, sample_steps
from tests.sound import assert_index_is_sound

ORIGIN = Origin("primorsk", "Новости Приморска", Outlet("Europe/Kyiv"))
SITE = "http://elsewhere.example"


class Inline(Executor):
    """Runs each job at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **named))
        return future


def written(path: Path, *names: str, first: int = 1) -> Path:
    """Write a WARC file with a page for each name and record ids numbered from `first`."""
    answers = (
        record(
            "response",
            f"{SITE}/{name}.html",
            answer(PAGE.replace(b"</h1>", f" {name}</h1>".encode())),
            number=number,
        )
        for number, name in enumerate(names, first)
    )
    path.write_bytes(INFO + b"".join(answers))
    return path


def take_in(folder: Path, path: Path) -> list[str]:
    """Import a file and return the repairs that the import reports."""
    with Archive.open(folder) as archive:
        (taken,) = archive.take_in([path], Inline(), ORIGIN)
    return taken.mended


def rebuild(folder: Path) -> list[str]:
    """Rebuild the index and return what could not be read."""
    return Archive.rebuild(folder, {}, Inline()).damages


def start_a_crawl(folder: Path) -> None:
    """Repair killed imports as a crawl does before its first request."""
    with Archive.open(folder) as archive:
        archive_repair.repair_killed_imports(folder, archive.connection, lambda: datetime.now(UTC))


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the content of the index without values that differ between runs."""
    asked = {
        "captures": "SELECT url, source, role, fetched_at, reading, record_id FROM captures",
        "versions": "SELECT articles.url, number, title, body FROM versions JOIN articles ON articles.id = article_id",
        "imports": "SELECT name, sha256, source FROM imports",
        "sources": "SELECT name, title, timezone FROM sources",
    }
    with Archive.open(folder) as archive:
        return {name: sorted(map(tuple, archive.connection.execute(sql))) for name, sql in asked.items()}


def assert_whole(folder: Path, expected: dict[str, list[tuple[Any, ...]]], when: str) -> None:
    """Assert that the archive has the expected content and passes all checks."""
    assert rows(folder) == expected, when
    assert run_audit(folder).problems == [], when
    assert_index_is_sound(folder)
    there = {f"warc/{path.name}" for path in (folder / "warc").iterdir() if path.is_file()}
    listed = [one.file for one in manifests.listed_files(folder)]
    assert sorted(listed) == sorted(there), when


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("given") / "elsewhere.warc", "most", "port")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with another imported file, which no kill may affect."""
    folder = tmp_path_factory.mktemp("before")
    Archive.create(folder).close()
    take_in(folder, written(folder / "earlier.warc", "reka", first=50))
    return folder


@pytest.fixture(scope="module")
def expected(
    before: Path, given: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    """Return the content of the index after an uninterrupted import."""
    folder = shutil.copytree(before, tmp_path_factory.mktemp("undisturbed") / "archive")
    take_in(folder, given)
    found = rows(folder)
    assert {name: len(table) for name, table in found.items()} == {
        "captures": 3,
        "versions": 3,
        "imports": 2,
        "sources": 1,
    }
    assert_whole(folder, found, "undisturbed")
    return found


@pytest.fixture(scope="module")
def steps(before: Path, given: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the steps of an import, in order."""
    folder = shutil.copytree(before, tmp_path_factory.mktemp("steps") / "archive")
    taken = faults.run(take_in, folder, given)
    assert isinstance(taken, list)
    assert {"fsync", "rename", "pwrite", "fchmod", "COMMIT"} <= set(taken)
    return taken


def struck(steps: list[str]) -> list[int]:
    """Return a sample of the steps that change the disk, and some of the statements."""
    on_disk = [number for number, kind in enumerate(steps) if kind in faults.CALLS]
    others = [number for number in range(len(steps)) if number not in on_disk]
    in_sql = random.Random(4).sample(others, 12 if IS_COMPLETE else 4)
    return sorted({*sample_steps(steps, on_disk, 10), *in_sql})


def test_the_next_import_of_the_same_file_ends_as_if_nothing_had_been(
    steps: list[str], before: Path, given: Path, expected: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    for number in struck(steps):
        folder = shutil.copytree(before, tmp_path / str(number))
        assert faults.run(take_in, folder, given, at=number) == -9
        take_in(folder, given)
        assert_whole(folder, expected, f"killed at step {number}, {steps[number]}")


def test_verify_calls_it_unfinished_and_a_rebuild_or_a_crawl_mends_it(
    steps: list[str], before: Path, given: Path, expected: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    """Mend by a rebuild and by a crawl in turn; `make test-all` mends by both after each step."""
    for turn, number in enumerate(struck(steps)):
        when = f"killed at step {number}, {steps[number]}"
        folder = shutil.copytree(before, tmp_path / str(number))
        assert faults.run(take_in, folder, given, at=number) == -9
        assert {one.finding for one in run_audit(folder).problems} <= {"unfinished"}, when
        ways = [rebuild, start_a_crawl] if IS_COMPLETE else [(rebuild, start_a_crawl)[turn % 2]]
        for mend in ways:
            mended = shutil.copytree(folder, tmp_path / f"{number}-{mend.__name__}")
            assert not mend(mended), when
            assert run_audit(mended).problems == [], f"{when}, then {mend.__name__}"
            take_in(mended, given)
            assert_whole(mended, expected, when)


def test_mending_killed_at_any_step_is_done_by_the_next_start(
    steps: list[str], before: Path, given: Path, expected: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    renames = [number for number, kind in enumerate(steps) if kind == "rename"]
    killed_at = {
        "copied": renames[0] + 2,
        "stated": renames[1],
    }  # before anything states it; with its file open
    for name, at in killed_at.items():
        killed = shutil.copytree(before, tmp_path / name)
        assert faults.run(take_in, killed, given, at=at) == -9
        mend = faults.run(start_a_crawl, shutil.copytree(killed, tmp_path / f"{name}-mended"))
        assert isinstance(mend, list)
        assert "rename" in mend
        changes = [number for number, kind in enumerate(mend) if kind in (*faults.CALLS, "COMMIT")]
        for number in sample_steps(mend, changes, 8):
            folder = shutil.copytree(killed, tmp_path / f"{name}-{number}")
            assert faults.run(start_a_crawl, folder, at=number) == -9
            take_in(folder, given)
            assert_whole(folder, expected, f"{name}: mending killed at step {number}, {mend[number]}")


def test_a_copy_that_was_never_imported_is_moved_aside_and_reported(
    steps: list[str], before: Path, given: Path, expected: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    renamed = steps.index("rename")
    for at, end in ((renamed, ".part"), (renamed + 1, ".warc.gz")):
        folder = shutil.copytree(before, tmp_path / end)
        assert faults.run(take_in, folder, given, at=at) == -9
        (left,) = (
            path for path in (folder / "warc").iterdir() if path.stat().st_ino and is_new(before, path)
        )
        content = left.read_bytes()
        (sentence,) = take_in(folder, given)
        (aside,) = (folder / "warc" / "damaged").iterdir()
        assert (aside.name, aside.read_bytes()) == (left.name, content)
        assert left.name.endswith(end)
        assert f"warc/damaged/{aside.name}" in sentence
        assert_whole(folder, expected, end)


def is_new(before: Path, path: Path) -> bool:
    return not (before / "warc" / path.name).exists()
