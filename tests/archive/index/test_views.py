"""The views that people read, over a small archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import small_archive

Rows = list[sqlite3.Row]


@pytest.fixture(scope="module")
def connection(small: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{small / 'archive.db'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def asked(connection: sqlite3.Connection, query: str) -> Rows:
    return connection.execute(query).fetchall()


def test_an_edit_says_what_changed_and_between_which_captures(connection: sqlite3.Connection) -> None:
    (edit,) = asked(connection, "SELECT * FROM edits")
    assert edit["url"] == small_archive.SUMMIT
    assert edit["changed"] == "title, body"
    assert edit["title_was"] == small_archive.summit().title
    assert edit["title"] == small_archive.summit_corrected().title
    assert edit["words_added"] == small_archive.summit_corrected().words - small_archive.summit().words
    assert edit["last_seen_before"] == "2022-01-10T10:00:03.000000Z"
    assert edit["seen_at"] == "2022-01-11T10:00:01.000000Z"
    assert edit["version"] == 2


def test_minutes_are_counted_from_the_first_capture_and_from_publication(
    connection: sqlite3.Connection,
) -> None:
    (edit,) = asked(connection, "SELECT * FROM edits")
    assert edit["minutes_since_first_seen"] == 24 * 60 - 1  # whole ones: two seconds short of a day
    assert edit["minutes_since_published"] == 24 * 60 + 5  # published at 11:55 in Kyiv, which is 09:55 UTC


def test_a_day_alone_gives_no_minutes_since_publication(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    connection = sqlite3.connect(folder / "archive.db")
    connection.execute("UPDATE versions SET published_precision = 'day'")
    assert connection.execute("SELECT minutes_since_published FROM edits").fetchall() == [(None,)]
    connection.close()


def test_every_field_that_makes_a_version_is_named(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    connection = sqlite3.connect(folder / "archive.db")
    (later,) = connection.execute("SELECT version_id FROM edits").fetchone()
    for statement in (
        "UPDATE versions SET lead = 'x', published = '2022-01-10T12:00:00+02:00' WHERE id = ?",
        "INSERT INTO bylines SELECT id, 9, 'x' FROM versions WHERE id = ?",
        "UPDATE images SET credit = 'x' WHERE version_id = ?",
    ):
        connection.execute(statement, (later,))
    (changed,) = connection.execute("SELECT changed FROM edits").fetchone()
    connection.close()
    assert changed == "title, lead, body, authors, images, published"


def test_a_removed_article_is_shown_with_its_last_text(connection: sqlite3.Connection) -> None:
    (removed,) = asked(connection, "SELECT * FROM removed_articles")
    assert removed["url"] == small_archive.GONE
    assert removed["title"] == small_archive.gone().title
    assert removed["body"].split("\n\n") == list(small_archive.gone().body)
    assert removed["last_seen"] == "2022-01-10T10:00:05.000000Z"
    assert removed["gone_since"] == "2022-01-11T10:00:03.000000Z"
    assert removed["gone_looks"] == 2


def test_a_section_page_has_everything_it_showed_each_time(connection: sqlite3.Connection) -> None:
    shown = asked(connection, "SELECT * FROM front_pages ORDER BY seen_at, place")
    assert [(row["seen_at"][:10], row["place"], row["headline"]) for row in shown] == [
        (day, place, headline)
        for day in ("2022-01-10", "2022-01-11")
        for place, headline in (
            (1, "Саммит ОДКБ по Казахстану"),
            (2, "Мост закрыт"),
            (3, "Снятая новость"),
        )
    ]
    assert {row["listing"] for row in shown} == {small_archive.LISTING}
    assert [row["state"] for row in shown[:3]] == ["live", "live", "removed"]
    assert shown[0]["title"] == small_archive.summit_corrected().title
    assert shown[0]["stamp"] == "11:55"


def test_current_articles_are_signed_in_the_order_printed(connection: sqlite3.Connection) -> None:
    (row,) = asked(connection, f"SELECT * FROM current_articles WHERE url = '{small_archive.SUMMIT}'")
    assert row["authors"] == ", ".join(small_archive.summit_corrected().authors)
    assert row["versions"] == 2
