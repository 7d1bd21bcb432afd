"""Prefixes: found by the words that begin with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.index.search import prefixes, query
from tests.searchable import Newsroom


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setattr(prefixes, "_max_words", lambda connection: 100)  # as in a large archive
    newsroom = Newsroom(tmp_path / "archive.db")
    yield newsroom
    newsroom.index.close()


def _ends(room: Newsroom, typed: str) -> tuple[str, ...]:
    return prefixes.expand_prefixes(room.index, query.parse(typed)).required[0][0].expansions


def test_a_prefix_is_expanded_to_the_printed_words_with_it(room: Newsroom) -> None:
    room.publish("Закон о мостах", "Законы, законам; Мостовая.", lead="закон-то", tags=("законодательство",))
    assert _ends(room, "зако*") == ("закон", "законам", "законы")
    assert {"мост", "мостах", "мостовая"} <= set(
        _ends(room, "мост*")
    )  # and dictionary forms, which find no more


def test_facet_terms_are_no_words(room: Newsroom) -> None:
    room.publish("Titles", "Sources are often led.", tags=("sourdough",))
    assert _ends(room, "title*") == ("title", "titles")
    assert _ends(room, "sour*") == ("source", "sources")
    assert room.found("sourd*") == []
    assert room.found("tag*") == room.found("versio*") == []


@pytest.mark.parametrize("most", [0, 1500])
@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_few_and_many_words_find_the_same(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, most: int, sort: str
) -> None:
    monkeypatch.setattr(prefixes, "_max_words", lambda connection: most)
    urls = [
        room.publish(title, text, at=datetime(2022, 1, day, tzinfo=UTC))
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
    assert room.found("мост*", sort) == [urls[day - 1] for day in days[sort]]  # type: ignore[arg-type]
    assert room.found('title:мост* -"мосту"') == [urls[0]]
    assert room.found("закон -мостов*") == [urls[4]]
    assert room.found("ре* OR пос*") == [urls[4], urls[1], urls[0]]
    assert room.found("щ*") == []
    assert room.counted("мост*").articles == 4


def test_the_last_word_of_several_is_the_prefix(room: Newsroom) -> None:
    url = room.publish("Премьер-министры встретились")
    room.publish("Премьер и министры")
    assert room.found("премьер-мин*") == [url]


def test_what_is_written_meanwhile_is_found_too(room: Newsroom) -> None:
    first = room.publish("Мост", at=datetime(2022, 1, 1, tzinfo=UTC))
    assert room.found("мос*") == [first]
    second = room.publish("Мосты", at=datetime(2022, 1, 2, tzinfo=UTC))
    assert room.found("мос*") == [second, first]
