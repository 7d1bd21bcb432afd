"""Saved searches: each new article and change that fits is found once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from newsarchive.notices.watches import check_after_crawl, check_watches
from tests.small_archive import FIRST, GONE, SUMMIT, THIRD

Typed = Callable[..., Result]
NOW = datetime(2022, 1, 13, tzinfo=UTC)
TEXT = """
[[watches]]
name = "Казахстан"
query = "Казахстан"

[[watches]]
name = "снято"
kind = "removal"
source = "primorsk"

[[watches]]
name = "нигде"
source = "not-crawled-yet"
"""


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    folder = shutil.copytree(small, tmp_path / "archive")
    save(folder, TEXT, FIRST)
    return folder


def save(folder: Path, text: str, at: datetime) -> None:
    """Write watches.toml as if it had been saved then."""
    file = folder / "watches.toml"
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at.timestamp(), at.timestamp()))


def found(folder: Path, now: datetime = NOW) -> list[tuple[str, str, str]]:
    return [(name, change.kind, change.url) for name, change in check_watches(folder, now).found]


def test_each_change_is_found_once(folder: Path) -> None:
    assert found(folder) == [
        ("Казахстан", "new", SUMMIT),
        ("Казахстан", "edit", SUMMIT),
        ("снято", "removal", GONE),
    ]
    assert found(folder) == []
    assert check_after_crawl(folder) == []


def test_a_search_begins_when_it_is_saved(folder: Path) -> None:
    save(folder, TEXT, THIRD)
    assert found(folder) == [("снято", "removal", GONE)]


def test_a_search_that_is_changed_begins_anew(folder: Path) -> None:
    found(folder)
    save(folder, TEXT.replace('query = "Казахстан"', 'query = "мост"'), THIRD)
    assert found(folder) == []
    save(folder, TEXT.replace('query = "Казахстан"', 'query = "залив"'), FIRST)
    assert [one[:2] for one in found(folder)] == [("Казахстан", "new")]


def test_the_commands_list_and_check(typed: Typed, folder: Path) -> None:
    listed = typed(folder, "watches", "list")
    assert listed.exit_code == 0
    assert "снято" in listed.stdout
    assert "this terminal only" in listed.stdout
    data = json.loads(typed(folder, "watches", "list", "--json").stdout)
    assert [one["name"] for one in data["watches"]] == ["Казахстан", "снято", "нигде"]
    assert data["watches"][1]["kinds"] == ["removal"]
    checked = typed(folder, "watches", "check")
    assert "Казахстан: edited (fact): Саммит ОДКБ" in checked.stdout.replace("\n", " ")
    assert typed(folder, "watches", "check").stdout == "Nothing new.\n"
    assert json.loads(typed(folder, "watches", "check", "--json").stdout)["found"] == []


def test_without_a_file_there_is_nothing_to_check(typed: Typed, small: Path) -> None:
    assert "No saved searches yet" in typed(small, "watches", "list").stdout
    assert check_after_crawl(small) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[watches]]\nquery = 'x'\n", "name"),
        ("[[watches]]\nname = 'a'\n[[watches]]\nname = 'a'\n", "two watches are named 'a'"),
        ("[[watches]]\nname = 'a'\nkind = 'edits'\n", "watch 'a': kind: 'edits' is not one of edit, removal"),
        ("[[watches]]\nname = 'a'\nwords = 'x'\n", "words"),
        ("[[watches]", "is not TOML"),
    ],
)
def test_a_mistake_is_named_and_stops_no_crawl(typed: Typed, folder: Path, text: str, sentence: str) -> None:
    save(folder, text, FIRST)
    result = typed(folder, "watches", "check")
    assert result.exit_code == 2
    assert sentence in result.stderr.replace("\n", " ")
    (line,) = check_after_crawl(folder)
    assert line.startswith("Saved searches were not checked: ")


def test_what_could_not_be_delivered_is_shown_until_it_is(typed: Typed, folder: Path) -> None:
    (folder / "newsarchive.toml").write_text('[notifications]\nwebhook = "http://127.0.0.1:9/"\n')
    (line,) = check_after_crawl(folder)
    assert "could not be delivered by webhook" in line
    assert "could not be delivered yet." in typed(folder, "status").stderr
    assert "could not be delivered yet." in typed(folder, "watches", "list").stdout
