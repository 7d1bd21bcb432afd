"""What people type is a query, whatever it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index import query

TEXTS = (
    "Президент Казахстана Касым-Жомарт Токаев назвал ситуацию тяжёлым кризисом",
    "Токаев объявил траур по жертвам протестов в Алматы",
    "Сім’я повернулася додому",
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE texts USING fts5 (title, lead, body, tokenize = 'unicode61 remove_diacritics 0')"
    )
    connection.executemany(
        "INSERT INTO texts VALUES (?, '', ?)",
        [(query.fold(text).split()[0], query.fold(text)) for text in TEXTS],
    )
    yield connection
    connection.close()


def found(index: sqlite3.Connection, typed: str) -> list[int]:
    asked = query.parse(typed)
    rows = index.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (asked.match,)).fetchall()
    excluded = (
        {row[0] for row in index.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (asked.exclude,))}
        if asked.exclude
        else set()
    )
    return sorted(row[0] - 1 for row in rows if row[0] not in excluded)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("токаев", [0, 1]),
        ("ТОКАЕВ", [0, 1]),
        ("токаев траур", [1]),
        ('"жертвам протестов"', [1]),
        ("«жертвам протестов»", [1]),
        ('"протестов жертвам"', []),
        ("токаев -траур", [0]),
        ("казахстан*", [0]),
        ("траур OR кризисом", [0, 1]),
        ("тяжелым", [0]),
        ("тяжёлым", [0]),
        ("Касым-Жомарт", [0]),
        ("сім'я", [2]),
        ("сім’я", [2]),
        ("title:токаев", [1]),
    ],
)
def test_quotes_minus_star_or_and_title_mean_what_they_mean_elsewhere(
    index: sqlite3.Connection, typed: str, answer: list[int]
) -> None:
    assert found(index, typed) == answer


@given(st.text(max_size=60) | st.text(alphabet='"*-:() ORаё«»^{}+', max_size=30))
def test_no_input_is_a_syntax_error(typed: str) -> None:
    asked = query.parse(typed)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5 (title, lead, body)")
    for expression in filter(None, (asked.match, asked.exclude)):
        assert connection.execute(
            "SELECT count(*) FROM texts WHERE texts MATCH ?", (expression,)
        ).fetchone() == (0,)
    connection.close()


def test_a_query_without_words_is_met_by_everything() -> None:
    assert query.parse(' "" * - ').match is None


def test_marks_stand_on_the_words_as_printed() -> None:
    text = "Тяжё\u00adлый кризис: Токаев, Касым-Жомарт Токаев."
    marks = query.marked(text, query.parse('тяжелый "касым-жомарт"'))
    assert [text[start:end] for start, end in marks] == ["Тяжё\u00adлый", "Касым-Жомарт"]
