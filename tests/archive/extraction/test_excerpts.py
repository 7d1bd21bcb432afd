"""Whether one extraction of an article is an excerpt of another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.extraction.excerpts import ComparableText, is_excerpt

WHOLE = ComparableText(
    "Мост закрыт",
    "До весны.",
    ("Мост через реку закрыт на ремонт.", "Движение идёт в объезд.", "Автобусы идут через порт."),
    authors=("Анна Ли",),
    published="2022-01-10T11:55:00+02:00",
    captions=(("Мост", "Иван Петров"),),
    notices=("18+",),
)
BARE = replace(WHOLE, authors=(), published=None, captions=(), notices=())


@pytest.mark.parametrize(
    "part",
    [
        WHOLE,
        BARE,
        replace(BARE, body=WHOLE.body[:1]),
        replace(BARE, lead=None, body=WHOLE.body[:2]),
        replace(BARE, lead=None, body=("До весны.", *WHOLE.body[:1])),
        replace(BARE, body=(WHOLE.body[0], "Движение ид…")),
        replace(BARE, body=(WHOLE.body[0], "Движение идёт ...")),
        replace(BARE, body=(" ".join(WHOLE.body[:2]),)),
        replace(BARE, lead="До весны.", body=()),
    ],
)
def test_the_beginning_of_a_text_is_an_excerpt_of_it(part: ComparableText) -> None:
    assert is_excerpt(part, WHOLE)


@pytest.mark.parametrize(
    "part",
    [
        replace(WHOLE, title="Мост открыт"),
        replace(BARE, lead=None, body=()),
        replace(BARE, lead=None, body=("…",)),
        replace(BARE, body=(WHOLE.body[1],)),
        replace(BARE, body=(WHOLE.body[0], "Движение открыто.")),
        replace(WHOLE, body=(*WHOLE.body, "И ещё.")),
        replace(WHOLE, authors=("Пётр Ли",)),
        replace(WHOLE, published="2022-01-11T11:55:00+02:00"),
        replace(WHOLE, captions=(("Река", None),)),
        replace(WHOLE, notices=("16+",)),
    ],
)
def test_a_text_that_says_anything_else_is_no_excerpt(part: ComparableText) -> None:
    assert not is_excerpt(part, WHOLE)
