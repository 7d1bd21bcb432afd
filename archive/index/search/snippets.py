"""The piece of a text in which the words asked for stand."""

from __future__ import annotations

from dataclasses import dataclass

from archive.index.rows.versions import ArticleVersion
from archive.index.search import query as queries

PASSAGE_LETTERS = 240  # two lines in a result list at the usual width


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the original text, and where in it the words asked for stand."""

    text: str
    marks: tuple[tuple[int, int], ...]


def marks(text: str, typed: str, language: str | None = None) -> list[tuple[int, int]]:
    """Where the words asked for stand in a text, in whatever form: (start, end), in order."""
    return queries.marked(text, queries.parse(typed), language)


def passage(article: ArticleVersion, typed: str) -> Passage:
    """The piece of the text in which most of the words asked for stand; the beginning when none does."""
    query = queries.parse(typed)
    lead = article.lead + ("" if article.lead[-1] in ".!?…»" else ".") if article.lead else None
    text = " ".join(part for part in (lead, article.body.replace("\n\n", " ")) if part)
    found = queries.marked(text, query, article.language)
    at = _densest(found)
    start = _word_start(text, max(0, at - PASSAGE_LETTERS // 3))
    piece = text[start : start + PASSAGE_LETTERS]
    if start + PASSAGE_LETTERS < len(text):
        piece = piece.rsplit(" ", 1)[0] + "…"
    before = "…" if start else ""
    shift = start - len(before)
    inside = tuple((a - shift, b - shift) for a, b in found if a >= start and b - start <= len(piece))
    return Passage(before + piece, inside)


def _densest(found: list[tuple[int, int]]) -> int:
    if not found:
        return 0
    return max(
        (start for start, _ in found),
        key=lambda start: (sum(start <= other < start + PASSAGE_LETTERS for other, _ in found), -start),
    )


def _word_start(text: str, at: int) -> int:
    return 0 if at <= 0 else text.find(" ", at) + 1
