"""Count the articles a search finds, by month and by source, without finding them one by one.

Few matches are counted row by row. Many are counted with the bitmaps of each month; only the rows of months
that changed since are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from archive.filters import Filters
from archive.index.db.connection import Connection, Row, read_snapshot
from archive.index.search import fulltext
from archive.index.search.bitmap_counts import BitmapCounts, count_by_bitmaps
from archive.index.search.query import any_of
from archive.index.search.search import ROW_COLUMNS, SearchPlan, expand_prefixes, matching_rows, plan_of
from archive.values.short_repr import ShortRepr

MAX_DIRECT_COUNT = 2_000  # versions that take no time to read


@dataclass(frozen=True, slots=True, repr=False)
class Counts(ShortRepr):
    """How many articles match: in all, by month and by source."""

    articles: int
    months: dict[str | None, int]  # of publication, as printed, earliest first: «2022-01»; None: unknown
    sources: dict[str | None, int]  # most first; None: without a source


def count_articles(connection: Connection, filters: Filters, *, by_source: bool = True) -> Counts:
    """Return the numbers of articles that a search finds.

    An article with several matching versions counts in the month that the last of them states. All numbers are of
    one moment, whatever is written meanwhile.
    """
    if connection.in_transaction:
        return _count(connection, filters, by_source=by_source)
    with read_snapshot(connection):
        return _count(connection, filters, by_source=by_source)


def _count(connection: Connection, filters: Filters, *, by_source: bool) -> Counts:
    plan = plan_of(filters, latest_only=True)
    if plan.query.matches_nothing:
        return _to_counts(Counter(), Counter())
    if _has_few_versions(connection, plan):
        plan = expand_prefixes(connection, plan)
        return _to_counts(*_count_rows(matching_rows(connection, plan, plan.match())))
    tally = count_by_bitmaps(connection, plan, filters, by_source=by_source)
    months, sources = _count_rows(_uncounted_rows(connection, plan, tally))
    return _to_counts(tally.months + months, tally.sources + sources)


def _has_few_versions(connection: Connection, plan: SearchPlan) -> bool:
    """Return whether few versions are in the range, or contain one of the required words.

    Each word is checked separately and only up to the limit: counting the versions with all words may take long.
    """
    sql = f"""
        SELECT count(*) FROM (
            SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ? LIMIT {MAX_DIRECT_COUNT + 1}
        )
    """
    return any(
        connection.execute(sql, (expression, *plan.id_range)).fetchone()[0] <= MAX_DIRECT_COUNT
        for expression in (any_of([fulltext.FIRST_VERSION, fulltext.LATER_VERSION]), *plan.required_words)
    )


def _uncounted_rows(connection: Connection, plan: SearchPlan, tally: BitmapCounts) -> Iterator[Row]:
    """Yield the short rows of versions to count one by one, besides the bitmap counts."""
    for gap in tally.gaps:
        yield from matching_rows(connection, replace(plan, id_range=gap), plan.match())
    sql = f"""
        SELECT {ROW_COLUMNS} FROM versions AS version JOIN articles ON articles.id = version.article_id
        WHERE version.id = :number{"".join(f" AND {condition}" for condition in plan.conditions)}
    """
    for number in tally.spread:
        yield from connection.execute(sql, {**plan.parameters, "number": number})


def _count_rows(rows: Iterable[Row]) -> tuple[Counter[str | None], Counter[str | None]]:
    """Count each article in the latest of its versions among these."""
    found: dict[int, Row] = {}
    for row in rows:
        other = found.get(row["article_id"])
        if other is None or other["number"] < row["number"]:
            found[row["article_id"]] = row
    months = Counter((row["published"] or "")[:7] or None for row in found.values())
    return months, Counter(row["source"] for row in found.values())


def _to_counts(months: Counter[str | None], sources: Counter[str | None]) -> Counts:
    return Counts(
        sum(months.values()),
        {month: months[month] for month in sorted(months, key=lambda month: month or "") if months[month]},
        dict(
            sorted(
                ((name, n) for name, n in sources.items() if n), key=lambda item: (-item[1], item[0] or "")
            )
        ),
    )
