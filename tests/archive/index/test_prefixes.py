"""Prefixes: found by the words that begin with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.index.search import prefixes, query
from tests.searchable_index import SearchableIndex


@pytest.fixture
def searchable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SearchableIndex]:
    monkeypatch.setattr(prefixes, "_max_words", lambda connection: 100)  # as in a large archive
    newsroom = SearchableIndex(tmp_path / "archive.db")
    yield newsroom
    newsroom.index.close()


def _ends(searchable: SearchableIndex, typed: str) -> tuple[str, ...]:
    return prefixes.expand_prefixes(searchable.index, query.parse(typed)).required[0][0].expansions


def test_a_prefix_is_expanded_to_the_printed_words_with_it(searchable: SearchableIndex) -> None:
    searchable.publish(
        "Закон о мостах", "Законы, законам; Мостовая.", lead="закон-то", tags=("законодательство",)
    )
    assert _ends(searchable, "зако*") == ("закон", "законам", "законы")
    assert {"мост", "мостах", "мостовая"} <= set(
        _ends(searchable, "мост*")
    )  # and dictionary forms, which find no more


def test_facet_terms_are_no_words(searchable: SearchableIndex) -> None:
    searchable.publish("Titles", "Sources are often led.", tags=("sourdough",))
    assert _ends(searchable, "title*") == ("title", "titles")
    assert _ends(searchable, "sour*") == ("source", "sources")
    assert searchable.found("sourd*") == []
    assert searchable.found("tag*") == searchable.found("versio*") == []


@pytest.mark.parametrize("most", [0, 1500])
@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_few_and_many_words_find_the_same(
    searchable: SearchableIndex, monkeypatch: pytest.MonkeyPatch, most: int, sort: str
) -> None:
    monkeypatch.setattr(prefixes, "_max_words", lambda connection: most)
    urls = [
        searchable.publish(title, text, at=datetime(2022, 1, day, tzinfo=UTC))
        for day, (title, text) in enumerate(
            (
                ("Мост", "река"),
                ("Река", "мосты"),
                ("Порт", "мостовые закон"),
                ("Мосты", "мосту"),
                ("Закон", "пост"),
            ),
            start=1,
        )
    ]
    days = {"newest": [4, 3, 2, 1], "oldest": [1, 2, 3, 4], "relevance": [4, 1, 3, 2]}
    assert searchable.found("мост*", sort) == [urls[day - 1] for day in days[sort]]  # type: ignore[arg-type]
    assert searchable.found('title:мост* -"мосту"') == [urls[0]]
    assert searchable.found("закон -мостов*") == [urls[4]]
    assert searchable.found("ре* OR пос*") == [urls[4], urls[1], urls[0]]
    assert searchable.found("щ*") == []
    assert searchable.counted("мост*").articles == 4


def test_the_last_word_of_several_is_the_prefix(searchable: SearchableIndex) -> None:
    url = searchable.publish("Премьер-министры встретились")
    searchable.publish("Премьер и министры")
    assert searchable.found("премьер-мин*") == [url]


def test_what_is_written_meanwhile_is_found_too(searchable: SearchableIndex) -> None:
    first = searchable.publish("Мост", at=datetime(2022, 1, 1, tzinfo=UTC))
    assert searchable.found("мос*") == [first]
    second = searchable.publish("Мосты", at=datetime(2022, 1, 2, tzinfo=UTC))
    assert searchable.found("мос*") == [second, first]
