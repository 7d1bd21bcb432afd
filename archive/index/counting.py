"""How many articles a search finds, by month and by source, without finding them one by one.

Where few fit they are counted as they are. Where many do, the index counts: numbers of versions run with
time, so that a month is a span of numbers, and a source is a word of the index. Single rows are looked at
only where the number does not tell the month that the outlet printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from archive.index import wording
from archive.index.connection import Connection, Row
from archive.index.query import held
from archive.index.search import FEW_TO_ASK, SHORT, Filters, Plan, fitting, plan_of

ONE_BY_ONE = 2_000  # versions: so many are read in no time
MONTHS_BY_ROW = 8_000  # versions: the rows of so many are read sooner than the index counts a hundred months
ROW_BY_ROW = 40_000  # versions: likewise between two days, where the index can count whole months only
_FIRST = f" NOT ({held([wording.LATER])})"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles fit: in all, by month and by source."""

    articles: int
    months: dict[str | None, int]  # of publication, as printed, earliest first: «2022-01»; None: not known
    sources: dict[str | None, int]  # most first; None: of no source


def counts(connection: Connection, typed: str, filters: Filters, *, by_source: bool = True) -> Counts:
    """The numbers of articles that a search gives; where many fit, those by source take most of the time.

    An article of which several versions fit counts in the last of their months. Where many articles fit,
    it counts in the month of its first version.
    """
    plan = plan_of(typed, filters, latest_only=True)
    if plan.query.is_void:
        return _counted(Counter(), Counter())
    if plan.about_state and plan.match() is None:
        return _counted(*_one_by_one(_meeting(connection, plan)))
    asked = plan.match() or held([wording.FIRST, wording.LATER])
    if plan.about_state or _are_at_most(connection, plan, asked, ONE_BY_ONE):
        return _counted(*_one_by_one(fitting(connection, plan, asked)))
    plan = plan_of(typed, filters, latest_only=False)
    asked = plan.match() or held([wording.FIRST])
    is_dated = filters.published_from is not None or filters.published_to is not None
    if is_dated and _are_at_most(connection, plan, asked, ROW_BY_ROW):
        months, sources = (
            _row_by_row(connection, plan, asked, "month"),
            _row_by_row(connection, plan, asked, "source"),
        )
    elif is_dated:
        months, sources = _between(connection, plan, asked, filters)
    else:
        by_rows = _are_at_most(connection, plan, asked, MONTHS_BY_ROW)
        months = (
            _row_by_row(connection, plan, asked, "month") if by_rows else _months(connection, plan, asked)
        )
        sources = Counter[str | None]()
        if by_source:
            sources = _sources(connection, f"({asked})", held([wording.LATER]), plan.numbers, months.total())
    more_months, more_sources = _one_by_one(_fitting_since_an_edit(connection, plan, asked))
    return _counted(months + more_months, sources + more_sources)


def _are_at_most(connection: Connection, plan: Plan, asked: str, most: int) -> bool:
    sql = f"""
        SELECT count(*) FROM (
            SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ? LIMIT {most + 1}
        )
    """
    return bool(connection.execute(sql, (asked, *plan.numbers)).fetchone()[0] <= most)


def _meeting(connection: Connection, plan: Plan) -> Iterator[Row]:
    """The rows in short of versions that meet the conditions, in no order."""
    sql = f"SELECT {SHORT} FROM articles JOIN versions AS version ON version.article_id = articles.id"
    return connection.execute(f"{sql} WHERE {' AND '.join(plan.conditions)}", plan.values)


def _one_by_one(rows: Iterable[Row]) -> tuple[Counter[str | None], Counter[str | None]]:
    found: dict[int, tuple[str, str | None]] = {}
    for row in rows:
        month = (row["published"] or "")[:7]
        found[row["article_id"]] = max(month, found.get(row["article_id"], ("",))[0]), row["source"]
    months = Counter(month or None for month, _ in found.values())
    return months, Counter(source for _, source in found.values())


def _row_by_row(connection: Connection, plan: Plan, asked: str, by: str) -> Counter[str | None]:
    """Of first versions: how many rows there are by month, or by source."""
    columns = {"month": "substr(version.published, 1, 7)", "source": "articles.source"}
    articles = "CROSS JOIN articles ON articles.id = version.article_id" if by == "source" else ""
    where = ["search_index MATCH :match", "search_index.rowid BETWEEN :low AND :high", *plan.conditions]
    rows = connection.execute(
        f"""
        SELECT {columns[by]} AS name, count(*) AS articles
        FROM search_index
        CROSS JOIN versions AS version INDEXED BY versions_in_short ON version.id = search_index.rowid {articles}
        WHERE {" AND ".join(where)}
        GROUP BY name
        """,
        {**plan.values, "match": f"({asked}){_FIRST}", "low": plan.numbers[0], "high": plan.numbers[1]},
    )
    return Counter({row["name"]: row["articles"] for row in rows})


def _months(connection: Connection, plan: Plan, asked: str) -> Counter[str | None]:
    """Likewise by month, counted by the index but for the rows whose number does not tell their month."""
    months = _row_by_row(connection, plan, f"({asked}) AND {held([wording.OTHER_MONTH])}", "month")
    regular = f"({asked}) NOT ({held([wording.SINGLY])})"
    for month, numbers, _ in _spans(connection, Filters()):
        months[month] += _number(connection, regular, numbers)
    months[None] += _number(connection, f"(({asked}) AND {held([wording.NO_MONTH])}){_FIRST}", plan.numbers)
    return months


def _sources(
    connection: Connection, asked: str, unless: str, numbers: tuple[int, int], total: int
) -> Counter[str | None]:
    """Likewise by source; the rest of the total is of no source."""
    found: Counter[str | None] = Counter()
    for row in connection.execute("SELECT name FROM sources").fetchall():
        of_source = held([wording.facet("source", row["name"])])
        found[row["name"]] = _number(connection, f"({of_source} AND {asked}) NOT ({unless})", numbers)
    found[None] = total - found.total()
    return found


def _between(
    connection: Connection, plan: Plan, asked: str, filters: Filters
) -> tuple[Counter[str | None], Counter[str | None]]:
    """Likewise by both, between two days: whole months by the index, what is beside them row by row."""
    regular = f"({asked}) NOT ({held([wording.SINGLY])})"
    spans = list(_spans(connection, filters))
    beside = [(f"({asked}) AND {held([wording.OTHER_MONTH])}", plan.numbers)]
    beside += [(regular, numbers) for _, numbers, is_whole in spans if not is_whole]
    months, sources = Counter[str | None](), Counter[str | None]()
    for match, numbers in beside:
        part = replace(plan, numbers=numbers)
        months += _row_by_row(connection, part, match, "month")
        sources += _row_by_row(connection, part, match, "source")
    whole = [(month, numbers) for month, numbers, is_whole in spans if is_whole]
    counted = Counter({month: _number(connection, regular, numbers) for month, numbers in whole})
    if whole:
        within = (whole[0][1][0], whole[-1][1][1])
        sources += _sources(connection, f"({asked})", held([wording.SINGLY]), within, counted.total())
    return months + counted, sources


def _fitting_since_an_edit(connection: Connection, plan: Plan, asked: str) -> list[Row]:
    """Rows of articles whose first version does not fit and a later one does; none when too many to be asked."""
    later = f"({asked}) AND {held([wording.LATER])}"
    if not plan.query.has_words or _number(connection, later, plan.numbers) > FEW_TO_ASK:
        return []
    rows = list(fitting(connection, plan, later))
    numbers = ", ".join({str(row["article_id"]) for row in rows})
    fitted = {
        row["article_id"]
        for row in connection.execute(
            f"""
            SELECT version.article_id FROM versions AS version CROSS JOIN search_index
            WHERE version.article_id IN ({numbers}) AND version.number = 1
                AND search_index.rowid = version.id AND search_index MATCH ?
            """,
            (asked,),
        )
    }
    return [row for row in rows if row["article_id"] not in fitted]


def _number(connection: Connection, match: str, numbers: tuple[int, int]) -> int:
    sql = "SELECT count(*) FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ?"
    return int(connection.execute(sql, (match, *numbers)).fetchone()[0])


def _spans(connection: Connection, filters: Filters) -> Iterator[tuple[str, tuple[int, int], bool]]:
    """Every month there are versions of: its name, its numbers, and whether all of it is asked for."""
    least, most = (
        connection.execute(f"SELECT {end}(id) FROM versions").fetchone()[0] for end in ("min", "max")
    )
    first = max(wording.moment_of(least).date(), filters.published_from or date.min)
    last = min(wording.moment_of(most).date(), filters.published_to or date.max)
    month = first.replace(day=1)
    while month <= last:
        after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
        numbers = (_number_of(month), _number_of(after) - 1)
        begins = filters.published_from is None or filters.published_from <= month
        ends = filters.published_to is None or filters.published_to >= after - timedelta(days=1)
        yield f"{month:%Y-%m}", numbers, begins and ends
        month = after


def _number_of(day: date) -> int:
    return wording.first_number(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _counted(months: Counter[str | None], sources: Counter[str | None]) -> Counts:
    return Counts(
        sum(months.values()),
        {month: months[month] for month in sorted(months, key=lambda month: month or "") if months[month]},
        dict(
            sorted(
                ((name, n) for name, n in sources.items() if n), key=lambda item: (-item[1], item[0] or "")
            )
        ),
    )
