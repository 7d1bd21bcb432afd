"""Snippets of texts around the words of a query."""

from __future__ import annotations

from dataclasses import dataclass

from archive.index.rows.versions import ArticleVersion
from archive.index.search import query as queries
from archive.values.short_repr import ShortRepr

SNIPPET_LENGTH = 240  # letters: two lines in a result list at the usual width


@dataclass(frozen=True, slots=True, repr=False)
class Snippet(ShortRepr):
    """A piece of the original text, and where in it the words of the query are."""

    text: str
    marks: tuple[tuple[int, int], ...]


def find_matches(text: str, query_text: str, language: str | None = None) -> list[tuple[int, int]]:
    """Return where the words of a query, in any form, are in a text: (start, end), in order."""
    return queries.match_spans(text, queries.parse(query_text), language)


def make_snippet(article: ArticleVersion, query_text: str) -> Snippet:
    """Return the piece of the text with most words of the query; its beginning if there are none."""
    query = queries.parse(query_text)
    lead = article.lead + ("" if article.lead[-1] in ".!?…»" else ".") if article.lead else None
    text = " ".join(part for part in (lead, article.body.replace("\n\n", " ")) if part)
    found = queries.match_spans(text, query, article.language)
    at = _densest(found)
    start = _word_start(text, max(0, at - SNIPPET_LENGTH // 3))
    piece = text[start : start + SNIPPET_LENGTH]
    if start + SNIPPET_LENGTH < len(text):
        piece = piece.rsplit(" ", 1)[0] + "…"
    before = "…" if start else ""
    shift = start - len(before)
    inside = tuple((a - shift, b - shift) for a, b in found if a >= start and b - start <= len(piece))
    return Snippet(before + piece, inside)


def _densest(found: list[tuple[int, int]]) -> int:
    if not found:
        return 0
    return max(
        (start for start, _ in found),
        key=lambda start: (sum(start <= other < start + SNIPPET_LENGTH for other, _ in found), -start),
    )


def _word_start(text: str, at: int) -> int:
    return 0 if at <= 0 else text.find(" ", at) + 1
