"""Changes by another extraction of the same captures are distinguished from changes by the outlets."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.core import Archive
from archive.extraction.model import Outlet, Rule
from archive.extraction.version import EXTRACTOR
from archive.jobs.pool import pool
from archive.rebuild import comparison
from newsarchive.cli import main
from tests.small_archive import BRIDGE, SUMMIT, build
from tests.small_archive import EXTRACTOR as HAND
from tests.sound import assert_index_is_sound

LEAD_BY_RULE = {"primorsk": Outlet("Europe/Kyiv", rules=(Rule(lead="article p:first-child"),))}


@pytest.fixture
def folder(rebuilt: Path, tmp_path: Path) -> Path:
    return shutil.copytree(rebuilt, tmp_path / "archive")


def test_the_same_extractor_changes_nothing_though_the_outlet_did(folder: Path) -> None:
    with pool(1) as executor:
        rebuilt = Archive.rebuild(folder, {}, executor, compare=True)
    assert rebuilt.comparison is not None
    assert rebuilt.comparison.is_same
    assert rebuilt.comparison.compared == rebuilt.versions
    with Archive.open(folder) as archive:
        assert len(archive.versions(SUMMIT)) == 2


def test_another_extractor_is_named_with_what_it_changed(tmp_path: Path) -> None:
    folder = build(tmp_path / "archive")
    with Archive.open(folder) as archive:
        was = archive.article(SUMMIT, 1)
    with pool(1) as executor:
        reread = Archive.rebuild(folder, {}, executor, compare=True).comparison
    with Archive.open(folder) as archive:
        became = archive.article(SUMMIT, 1)
    assert reread is not None
    assert set(reread.extractors) == {(HAND, EXTRACTOR)}
    assert reread.changed == reread.extractors.total()
    assert reread.fields["tags"] == 2  # the pages print none: both versions of one article
    (example, *_) = [one for one in reread.examples["tags"] if one.record_id == was.capture.record_id]
    assert (example.before, example.after) == (list(was.tags), list(became.tags))
    assert reread.fields["title"] == sum(one.before != one.after for one in reread.examples.get("title", []))


def test_rules_changed_in_the_source_file_make_another_extractor(folder: Path) -> None:
    with Archive.open(folder) as archive:
        before = {
            one.capture.record_id: one.lead for one in archive.search(source="primorsk", all_versions=True)
        }
    with pool(1) as executor:
        reread = Archive.rebuild(folder, LEAD_BY_RULE, executor, compare=True).comparison
    with Archive.open(folder) as archive:
        after = {
            one.capture.record_id: one.lead for one in archive.search(source="primorsk", all_versions=True)
        }
    assert reread is not None
    otherwise = [record for record in before.keys() & after.keys() if before[record] != after[record]]
    assert reread.fields["lead"] == len(otherwise) > 0
    ((was, became),) = reread.extractors
    assert was == EXTRACTOR
    assert became.startswith(f"{EXTRACTOR}, rules ")
    for example in reread.examples["lead"]:
        assert (example.before, example.after) == (before[example.record_id], after[example.record_id])


def test_what_becomes_an_article_or_no_article_is_counted_by_reason(folder: Path) -> None:
    with sqlite3.connect(folder / "archive.db") as connection:
        connection.execute("UPDATE captures SET reading = 'captcha' WHERE url = ?", (BRIDGE,))
    with pool(1) as executor:
        reread = Archive.rebuild(folder, {}, executor, compare=True).comparison
    assert reread is not None
    assert dict(reread.readings) == {("captcha", "article"): 2}
    assert {example.url for example in reread.examples["reading"]} == {BRIDGE}


def test_an_edit_that_only_one_extractor_saw_is_no_edit_of_the_outlet(folder: Path) -> None:
    other = folder.with_name("other.db")
    shutil.copy(folder / "archive.db", other)
    with sqlite3.connect(other) as connection:
        connection.execute(
            "DELETE FROM versions WHERE number = 2 AND article_id = (SELECT id FROM articles WHERE url = ?)",
            (SUMMIT,),
        )
        connection.execute("UPDATE articles SET version_count = 1 WHERE url = ?", (SUMMIT,))
    gone, found = (
        comparison.compare(folder / "archive.db", other),
        comparison.compare(other, folder / "archive.db"),
    )
    assert (gone.edits_gone, gone.edits_found) == (1, 0)
    assert (found.edits_gone, found.edits_found) == (0, 1)
    (example,) = found.examples["edits_found"]
    assert (example.url, example.before) == (SUMMIT, None)
    assert "body" in example.after


def test_the_old_index_is_kept_beside_the_new_one(folder: Path) -> None:
    with sqlite3.connect(folder / "archive.db") as connection:
        connection.execute("UPDATE versions SET title = 'как читали раньше'")
    with pool(1) as executor:
        rebuilt = Archive.rebuild(folder, {}, executor, keep_old=True)
    assert rebuilt.kept is not None
    assert [path.name for path in folder.glob("archive-until-*")] == [rebuilt.kept]
    with sqlite3.connect(folder / rebuilt.kept) as connection:
        assert {row[0] for row in connection.execute("SELECT title FROM versions")} == {"как читали раньше"}
    assert_index_is_sound(folder)
    again = comparison.compare(folder / rebuilt.kept, folder / "archive.db")
    assert again.fields["title"] == again.compared


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("COLUMNS", raising=False)
    return lambda folder, *words: CliRunner().invoke(main, ["--archive", str(folder), *words])


def test_rebuild_shows_what_is_extracted_differently(folder: Path, typed: Callable[..., Result]) -> None:
    assert "The extraction changed nothing." in typed(folder, "rebuild", "--workers", "1", "--compare").output
    with sqlite3.connect(folder / "archive.db") as connection:
        connection.execute("UPDATE versions SET title = 'прежде', extractor = 'older 1'")
    result = typed(folder, "rebuild", "--workers", "1", "--compare", "--keep-old")
    assert result.exit_code == 0, result.output
    assert f"extracted by older 1 before, {EXTRACTOR} now" in result.output
    assert "прежде" in result.output
    assert "The old index was kept as archive-until-" in result.output
    with sqlite3.connect(folder / "archive.db") as connection:
        connection.execute("UPDATE versions SET lead = 'прежде' WHERE number = 1")
    reread = json.loads(typed(folder, "rebuild", "--workers", "1", "--compare", "--json").output)["reread"]
    assert reread["fields"] == {"lead": reread["changed"]}
    assert reread["extractors"][0]["to"] == EXTRACTOR


def test_without_a_readable_old_index_nothing_is_compared(folder: Path, typed: Callable[..., Result]) -> None:
    for path in folder.glob("archive.db*"):
        path.unlink()
    result = typed(folder, "rebuild", "--workers", "1", "--compare", "--keep-old")
    assert result.exit_code == 0
    assert "The old index is missing or cannot be read" in result.output
    assert list(folder.glob("archive-until-*")) == []
