"""Whatever people type is a valid query."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index.db.connection import Connection, connect
from archive.index.search import fulltext, query

TEXTS = (
    ("Кризис", "Президент Казахстана Касым-Жомарт Токаев назвал ситуацию тяжёлым кризисом"),
    ("Токаев объявил траур", "Траур по жертвам протестов в Алматы, сообщил Токаеву пресс-секретарь"),
    ("Вдома", "Сім’я повернулася додому"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    folder: Path = tmp_path_factory.mktemp("index")
    connection = connect(folder / "archive.db", create=True)
    for number, (title, body) in enumerate(TEXTS):
        connection.execute(
            "INSERT INTO search_index (rowid, lemmas, title, lead, body) VALUES (?, ?, ?, ?, ?)",
            (number, *fulltext.index_columns(title, "", body, None, [fulltext.FIRST_VERSION])),
        )
    yield connection
    connection.close()


def found(index: Connection, typed: str) -> list[int]:
    asked = query.parse(typed)
    everything = query.any_of([fulltext.FIRST_VERSION])
    match = f"({asked.match or everything})" + (f" NOT ({asked.exclusion})" if asked.exclusion else "")
    rows = index.execute("SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid", (match,))
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("токаев", [0, 1]),
        ("ТОКАЕВА", [0, 1]),
        ("токаев траура", [1]),
        ('"жертвам протестов"', [1]),
        ("«жертвам протестов»", [1]),
        ("„жертвам протестов“", [1]),
        ('"жертвы протестов"', []),
        ('"протестов жертвам"', []),
        ('"жертвам', [1]),
        ("жертва протест", [1]),
        ("токаев -траур", [0]),
        ("токаев –траура", [0]),
        ("-токаев", [2]),
        ('-"жертвам протестов"', [0, 2]),
        ("казахстан*", [0]),
        ("каз*", [0]),
        ("траур OR кризис", [0, 1]),
        ("траур OR кризис OR сім'я", [0, 1, 2]),
        ("токаев траур OR сім'я", [1]),
        ("OR траур", [1]),
        ("😀 OR траур", [1]),
        ("траур OR 😀", [1]),
        ("траур 😀", [1]),
        ("тяжелый", [0]),
        ("тяжёлого", [0]),
        ("Касым-Жомарту", [0]),
        ("-Касым-Жомарт", [1, 2]),
        ("касым-жом*", [0]),
        ("сім'ї", [2]),
        ("сім’я", [2]),
        ("title:токаева", [1]),
        ("title:траур -title:кризис", [1]),
        ('title:"токаев объявил"', [1]),
        ("title:тра*", [1]),
        ("title:протест", []),
        ("or", []),
        ("https://news.example/?a=b", []),
    ],
)
def test_quotes_minus_star_or_and_title_mean_what_they_mean_elsewhere(
    index: Connection, typed: str, answer: list[int]
) -> None:
    assert found(index, typed) == answer


@given(
    st.text(max_size=60)
    | st.text(alphabet="\"*-:() ORANDtitle:ёa«»^{}+,'=\\\x00\ufeff'’", max_size=40)
    | st.lists(
        st.sampled_from(["OR", "-", '"', "*", "title:", "lemmas:", "мир", "(", ")", "NEAR(", "a*b"])
    ).map(" ".join)
)
def test_no_input_is_a_syntax_error(index: Connection, typed: str) -> None:
    found(index, typed)
    for place in ("title", "head", "often"):
        for expression in query.parse(typed).expressions(place):
            index.execute(
                "SELECT count(*) FROM search_index WHERE search_index MATCH ?", (expression,)
            ).fetchone()
    for start, end in query.match_spans(typed, query.parse(typed)):
        assert 0 <= start < end <= len(typed)


def test_a_page_of_text_is_a_query_too(index: Connection) -> None:
    typed = " ".join(body for _, body in TEXTS * 50)
    assert found(index, typed) == []
    assert found(index, " OR ".join(typed.split())) == [0, 1, 2]


@pytest.mark.parametrize("typed", ["😀", '"', "(((", "-", "OR", '-"»', "* *"])
def test_what_was_typed_and_holds_no_word_is_met_by_nothing(typed: str) -> None:
    assert query.parse(typed).matches_nothing


@pytest.mark.parametrize("typed", ["", "  ", "-траур", "траур", "OR траур"])
def test_nothing_typed_and_a_word_left_out_can_be_met(typed: str) -> None:
    assert not query.parse(typed).matches_nothing


def test_a_query_without_words_has_no_expression() -> None:
    assert query.parse(' "" * - ').match is None


def test_matches_are_at_the_words_as_printed() -> None:
    text = "Тяжё\u00adлый кризис: Токаеву, Касым-Жомарту Токаеву, о кризисах и кризисе."
    for typed, words in [
        ('тяжелый "касым-жомарту"', ["Тяжё\u00adлый", "Касым-Жомарту"]),
        ("кризис", ["кризис", "кризисах", "кризисе"]),
        ("токаев", ["Токаеву", "Токаеву"]),
        ("криз*", ["кризис", "кризисах", "кризисе"]),
        ('"кризисе"', ["кризисе"]),
        ("-кризис", []),
    ]:
        marks = query.match_spans(text, query.parse(typed), "ru")
        assert [text[start:end] for start, end in marks] == words
