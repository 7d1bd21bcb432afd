"""Changes of articles as a list: edits, removals, moves and returns, filtered and in the order seen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from archive.errors import BadQuery
from archive.index.lookup.changes import ArticleChange
from tests.small_archive import GONE, SUMMIT

MOVED_TO = "http://news.example/elsewhere"
BACK = "http://news.example/world/10-01-2022/bridge?part=1&page=2"


@pytest.fixture(scope="module")
def archive(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Return the small archive, in which one more article has moved, come back and been hidden by a captcha."""
    folder = shutil.copytree(small, tmp_path_factory.mktemp("changes") / "archive")
    with Archive.open(folder) as archive:
        (number,) = archive.connection.execute("SELECT id FROM articles WHERE url = ?", (BACK,)).fetchone()
        archive.connection.executemany(
            "INSERT INTO state_changes (article_id, number, at, state, reason, moved_to) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, 1, "2022-01-11T12:00:00.000000Z", "unavailable", "captcha", None),
                (number, 2, "2022-01-11T13:00:00.000000Z", "live", None, None),
                (number, 3, "2022-01-13T10:00:00.000000Z", "moved", None, MOVED_TO),
                (number, 4, "2022-01-13T11:00:00.000000Z", "unavailable", "captcha", MOVED_TO),
                (number, 5, "2022-01-14T10:00:00.000000Z", "live", None, None),
            ],
        )
        yield archive


def kinds(archive: Archive, **filtered: Any) -> list[str]:
    return [one.kind for one in archive.changes(**filtered)]


def test_changes_come_in_the_order_seen(archive: Archive) -> None:
    found = list(archive.changes())
    assert [one.kind for one in found] == ["edit", "removal", "move", "return"]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert list(archive.changes(newest_first=True)) == found[::-1]
    assert list(archive.changes(newest_first=True, limit=2)) == found[:1:-1]


def test_an_edit_says_what_changed_with_its_grade_and_record(archive: Archive) -> None:
    (edit,) = archive.changes(kind="edit")
    assert (edit.url, edit.version, edit.grade) == (SUMMIT, 2, "fact")
    assert edit.facts == ("headline", "number")
    assert "2,3" in edit.taken
    assert "2,03" in edit.given
    assert edit.title_was is not None
    assert edit.title_was.startswith("Саммит ОДКБ по Казахстану: Путин")
    capture = archive.article(SUMMIT).capture
    assert (edit.record_id, edit.at) == (capture.record_id, capture.fetched_at)


def test_a_removal_has_both_moments(archive: Archive) -> None:
    (removal,) = archive.changes(kind="removal")
    assert (removal.url, removal.reason, removal.status) == (GONE, "not found", 404)
    assert removal.gone_since == datetime(2022, 1, 11, 10, 0, 3, tzinfo=UTC)
    assert removal.at == datetime(2022, 1, 12, 10, 0, 1, tzinfo=UTC)
    assert removal.last_seen_before == datetime(2022, 1, 10, 10, 0, 5, tzinfo=UTC)


def test_a_return_is_one_after_a_removal_or_a_move_and_not_after_a_captcha(archive: Archive) -> None:
    (back,) = archive.changes(kind="return")
    assert back.at == datetime(2022, 1, 14, 10, tzinfo=UTC)
    assert kinds(archive, kind="unavailable") == ["unavailable"] * 3  # the first 404 of the removed one too


def test_an_article_that_is_found_where_it_moved_to_is_not_back(small: Path, tmp_path: Path) -> None:
    with Archive.open(shutil.copytree(small, tmp_path / "archive")) as archive:
        index = archive.connection
        number, capture, url = index.execute(
            "SELECT article_id, captures.id, coalesce(canonical, url) FROM versions JOIN captures ON captures.id ="
            " capture_id WHERE article_id = (SELECT id FROM articles WHERE url = ?)",
            (BACK,),
        ).fetchone()
        index.executemany(
            "INSERT INTO state_changes (article_id, number, at, state, moved_to, capture_id) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, 1, "2022-01-13T10:00:00.000000Z", "moved", url, None),
                (number, 2, "2022-01-13T10:00:05.000000Z", "live", None, capture),
            ],
        )
        assert kinds(archive, kind=("move", "return")) == ["move"]


@pytest.mark.parametrize(
    ("filtered", "expected"),
    [
        ({"since": "2022-01-12"}, ["removal", "move", "return"]),
        ({"since": date(2022, 1, 12), "until": "2022-01-12"}, ["removal"]),
        ({"since": "2022-01-13T12:30+02:00"}, ["return"]),
        ({"until": datetime(2022, 1, 12, 10, 0, 1, tzinfo=UTC)}, ["edit"]),
        ({"source": "port"}, []),
        ({"section": "мир", "kind": "edit"}, ["edit"]),
        ({"section": "Спорт"}, []),
        ({"kind": ["removal", "move"]}, ["removal", "move"]),
        ({"grade": "fact"}, ["edit"]),
        ({"kind": "new"}, ["new"] * 5),
        ({"kind": ["new", "edit"], "query": "саммит"}, ["new", "edit"]),
        ({"grade": ["typo", "noise"]}, []),
        ({"query": "миротворец"}, ["edit"]),
        ({"query": "майданные"}, ["edit"]),  # only in the version before
        ({"query": "снятую"}, ["removal"]),
        ({"query": "нигде"}, []),
        ({"query": "!!!"}, []),
    ],
)
def test_changes_are_filtered(archive: Archive, filtered: dict[str, Any], expected: list[str]) -> None:
    assert kinds(archive, **filtered) == expected


@pytest.mark.parametrize(
    ("filtered", "sentence"),
    [
        ({"kind": "edits"}, "kind: 'edits' is not one of edit, removal, move, return, unavailable, new."),
        ({"grade": "big"}, "grade: 'big' is not one of noise, typo, wording, fact."),
        ({"kind": "move", "grade": "fact"}, "grade: only edits have a grade"),
        ({"since": "yesterday"}, "since: 'yesterday' is not a moment"),
        ({"since": "2022-01-12", "until": "2022-01-11"}, "The range ends before it begins"),
        ({"source": "nowhere"}, "Source 'nowhere' was never crawled here"),
    ],
)
def test_invalid_filters_are_rejected_with_a_sentence(
    archive: Archive, filtered: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadQuery) as rejected:
        list(archive.changes(**filtered))
    assert str(rejected.value).startswith(sentence)


def test_ids_are_unique_and_depend_on_article_kind_and_moment_alone(archive: Archive) -> None:
    found: list[ArticleChange] = list(
        archive.changes(kind=("edit", "removal", "move", "return", "unavailable"))
    )
    assert len({one.id for one in found}) == len(found) == 7
    assert all(one.id.startswith("urn:uuid:") for one in found)


def test_a_restricted_article_has_no_changes_for_readers(archive: Archive) -> None:
    archive.connection.execute("BEGIN")
    archive.connection.execute("UPDATE articles SET state = 'restricted' WHERE url = ?", (SUMMIT,))
    assert kinds(archive) == ["removal", "move", "return"]
    archive.connection.execute("ROLLBACK")
