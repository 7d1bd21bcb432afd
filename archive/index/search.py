"""Questions over the full-text index: which articles hold these words, where, and in what order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from archive.index import query as queries
from archive.index import versions
from archive.index.connection import Connection, Row
from archive.index.versions import ArticleVersion

Sort = Literal["relevance", "newest", "oldest"]
PASSAGE_LETTERS = 240  # two lines in a result list at the usual width
# How much a word counts in title, lead, body, lemmas: a headline says what a text is about.
_WEIGHTS = "10.0, 4.0, 1.0, 0.5"
_ORDERS: dict[Sort, str] = {
    "relevance": "relevance, versions.published_utc DESC, versions.id DESC",
    "newest": "coalesce(versions.published_utc, versions.first_seen) DESC, versions.id DESC",
    "oldest": "coalesce(versions.published_utc, versions.first_seen), versions.id",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are asked for; None asks for all."""

    source: str | None = None
    section: str | None = None
    author: str | None = None
    state: str | None = None
    published_from: date | None = None  # the day as the outlet prints it
    published_to: date | None = None  # that day included


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the original text, and where in it the words asked for stand."""

    text: str
    marks: tuple[tuple[int, int], ...]


def search(
    connection: Connection,
    typed: str,
    filters: Filters,
    *,
    sort: Sort = "relevance",
    all_versions: bool = False,
) -> Iterator[ArticleVersion]:
    """The articles that hold what was typed, best or newest first, each once in the version that fits.

    With nothing typed every article is found, in its latest version. `all_versions` gives every version
    that fits.
    """
    query = queries.parse(typed)
    latest_only = query.match is None and not all_versions
    sql, values = _statement(query, filters, sort, latest_only)
    rows = connection.execute(sql, values)
    return versions.of_rows(connection, rows if all_versions else _each_once(rows))


def months(connection: Connection, typed: str, filters: Filters) -> dict[str | None, int]:
    """How many of the articles that search finds are of which month, earliest first; None: of no known day."""
    query = queries.parse(typed)
    sql, values = _statement(query, filters, "newest", latest_only=query.match is None)
    rows = connection.execute(
        f"""
        SELECT month, count(*) AS articles FROM (
            SELECT article_id, max(substr(published, 1, 7)) AS month FROM ({sql}) GROUP BY article_id
        ) GROUP BY month ORDER BY month
        """,
        values,
    )
    return {row["month"]: row["articles"] for row in rows}


def marks(text: str, typed: str) -> list[tuple[int, int]]:
    """Where the words asked for stand in a text."""
    return queries.marked(text, queries.parse(typed))


def passage(article: ArticleVersion, typed: str) -> Passage:
    """The piece of the text in which most of the words asked for stand; the beginning when none does."""
    query = queries.parse(typed)
    lead = article.lead + ("" if article.lead[-1] in ".!?…»" else ".") if article.lead else None
    text = " ".join(part for part in (lead, article.body.replace("\n\n", " ")) if part)
    marks = queries.marked(text, query)
    at = _densest(marks)
    start = _word_start(text, max(0, at - PASSAGE_LETTERS // 3))
    piece = text[start : start + PASSAGE_LETTERS]
    if start + PASSAGE_LETTERS < len(text):
        piece = piece.rsplit(" ", 1)[0] + "…"
    before = "…" if start else ""
    shift = start - len(before)
    inside = tuple((a - shift, b - shift) for a, b in marks if a >= start and b - start <= len(piece))
    return Passage(before + piece, inside)


def _densest(marks: list[tuple[int, int]]) -> int:
    if not marks:
        return 0
    return max(
        (start for start, _ in marks),
        key=lambda start: (sum(start <= other < start + PASSAGE_LETTERS for other, _ in marks), -start),
    )


def _word_start(text: str, at: int) -> int:
    return 0 if at <= 0 else text.find(" ", at) + 1


def _statement(
    query: queries.Query, filters: Filters, sort: Sort, latest_only: bool
) -> tuple[str, dict[str, object]]:
    conditions = []
    values: dict[str, object] = {}
    relevance = "0"
    select = versions.SELECT
    if query.match is not None:
        select += " JOIN search_index ON search_index.rowid = versions.id"
        conditions.append("search_index MATCH :match")
        values["match"] = query.match
        relevance = f"bm25(search_index, {_WEIGHTS})"
    if query.exclude is not None:
        conditions.append(
            "versions.id NOT IN (SELECT rowid FROM search_index WHERE search_index MATCH :exclude)"
        )
        values["exclude"] = query.exclude
    if latest_only:
        conditions.append("versions.number = articles.version_count")
    for condition, name, value in _filtered(filters):
        conditions.append(condition)
        values[name] = value
    where = " WHERE " + " AND ".join(conditions) if conditions else ""
    select = select.replace("SELECT versions.*", f"SELECT versions.*, {relevance} AS relevance", 1)
    return f"{select}{where} ORDER BY {_ORDERS[sort]}", values


def _filtered(filters: Filters) -> Iterator[tuple[str, str, object]]:
    if filters.source is not None:
        yield "articles.source = :source", "source", filters.source
    if filters.section is not None:
        yield "(versions.section = :section OR articles.section = :section)", "section", filters.section
    if filters.author is not None:
        yield (
            "versions.id IN (SELECT version_id FROM bylines WHERE name = :author)",
            "author",
            filters.author,
        )
    if filters.state is not None:
        yield "articles.state = :state", "state", filters.state
    if filters.published_from is not None:
        yield "versions.published >= :from", "from", filters.published_from.isoformat()
    if filters.published_to is not None:
        yield "versions.published < :to", "to", (filters.published_to + timedelta(days=1)).isoformat()


def _each_once(rows: Iterator[Row]) -> Iterator[Row]:
    seen: set[int] = set()
    for row in rows:
        if row["article_id"] not in seen:
            seen.add(row["article_id"])
            yield row
