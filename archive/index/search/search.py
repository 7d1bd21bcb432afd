"""Full-text search: which articles match a query, and in what order.

Version ids follow the time of publication, so that the newest are at the end of every list of ids, and the first
page costs the same however many articles match. Words, sources, sections, authors, tags and languages are all
terms of the index, which intersects them without reading the rows. Relevance is the position of the words: first
the articles with all of them in the headline, then in headline or lead, then often in the text, then anywhere;
newest first in each tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from archive.filters import Filters, Sort
from archive.index.db.connection import Connection, Row
from archive.index.rows import versions
from archive.index.rows.versions import ArticleVersion
from archive.index.search import fulltext, prefixes
from archive.index.search import query as queries
from archive.index.search.query import Query, all_of, any_of
from archive.language import search_terms

FIRST_BATCH, BATCH = 25, 200  # articles fetched together: one page at first, then what is fast
MAX_TO_CHECK = 100  # versions that are faster checked one by one than searched by words
MAX_TO_SPAN = 100_000  # versions whose range of ids is faster to find than searching all
MAX_TO_SORT = 5_000  # versions that are faster sorted than found in order among all
_ZONES = timedelta(hours=15)  # a local day may reach this far beyond the same day in UTC
_LAST = 2**62

# The short row of a version and its article: covered by one index, so that no texts are read.
ROW_COLUMNS = (
    "version.id, version.article_id, version.number, version.published, "
    "articles.version_count, articles.source"
)


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How to run a query on the index."""

    query: Query
    facets: tuple[str, ...]  # index terms for the filters
    id_range: tuple[int, int]  # the first and the last version id that can match
    conditions: tuple[str, ...]  # SQL on the rows `version` and `articles`
    parameters: dict[str, object] = field(default_factory=dict)
    filters_rows: bool = False  # whether a condition concerns more than the days of publication

    def match(self, scope: queries.Scope = "anywhere", one_in_title: bool = False) -> str | None:
        """Return the FTS5 expression for versions with the words in this scope; None if no word is required."""
        groups = self.query.expressions(scope)
        if one_in_title:
            groups.append("(" + " OR ".join(self.query.expressions("title")) + ")")
        wanted = all_of([*groups, *(any_of([facet]) for facet in self.facets)])
        if self.query.exclusion is None:
            return wanted
        return f"({wanted or any_of([fulltext.FIRST_VERSION, fulltext.LATER_VERSION])}) NOT ({self.query.exclusion})"

    @property
    def required_words(self) -> Iterator[str]:
        """Yield FTS5 expressions of single words that every match must contain."""
        for facet in self.facets:
            yield any_of([facet])
        for group in self.query.required:
            if len(group) == 1:
                yield from group[0].word_expressions


def search(
    connection: Connection,
    filters: Filters,
    *,
    sort: Sort = "relevance",
    all_versions: bool = False,
) -> Iterator[ArticleVersion]:
    """Yield the articles that match the query, in any form of its words; all of them if it is empty.

    They come best or newest first, each once, in its matching version; without words in the query, in its latest
    one. A query of signs without a word matches nothing. `all_versions` gives every version that matches.
    """
    plan = plan_of(filters, latest_only=not all_versions)
    if plan.query.matches_nothing:
        return iter(())
    plan = expand_prefixes(connection, plan)
    rows = _by_relevance(connection, plan) if sort == "relevance" else _by_time(connection, plan, sort)
    if not all_versions and plan.query.has_words:
        rows = _unique_articles(connection, plan, rows, latest=sort != "relevance")
    return _load_versions(connection, (row["id"] for row in rows))


def plan_of(filters: Filters, *, latest_only: bool) -> SearchPlan:
    """Return the plan for a query. Without words, only latest versions match."""
    query = queries.parse(filters.query)
    conditions, values = [], dict[str, object]()
    if latest_only and not query.has_words:
        conditions.append("version.number = articles.version_count")
    for condition, name, value in _conditions(filters):
        conditions.append(condition)
        values[name] = value
    facets = tuple(
        search_terms.facet_term(name, value)
        for name in ("source", "section", "author", "tag", "language")
        if (value := getattr(filters, name)) is not None
    )
    about_state = bool(filters.state or filters.captured_from or filters.captured_to)
    return SearchPlan(query, facets, _published_id_range(filters), tuple(conditions), values, about_state)


def expand_prefixes(connection: Connection, plan: SearchPlan) -> SearchPlan:
    """Return the same plan with prefixes expanded, which finds few of many faster."""
    return replace(plan, query=prefixes.expand_prefixes(connection, plan.query))


def matching_rows(
    connection: Connection, plan: SearchPlan, match: str | None, order: str = "DESC"
) -> Iterator[Row]:
    """Yield the short rows of matching versions, by id."""
    few = (
        _few_versions(connection, plan, MAX_TO_CHECK if match else MAX_TO_SORT) if plan.filters_rows else None
    )
    low, high = _captured_id_range(connection, plan) if few is None else plan.id_range
    if few == [] or low > high:
        return iter(())
    version = "main.versions AS version INDEXED BY versions_in_short"
    where = ["articles.id = version.article_id", *plan.conditions]
    if match is None:
        number, tables = "version.id", f"{version} CROSS JOIN articles"
    elif few is None:
        number, tables = "search_index.rowid", f"search_index CROSS JOIN {version} CROSS JOIN articles"
        where += ["version.id = search_index.rowid", "search_index MATCH :match"]
    else:
        number, tables = "version.id", f"{version} CROSS JOIN articles CROSS JOIN search_index"
        where += ["search_index.rowid = version.id", "search_index MATCH :match"]
    if few is None:
        where.append(f"{number} BETWEEN :low AND :high")
    else:
        within = [str(one) for one in few if low <= one <= high]
        where.append(f"{number} IN ({', '.join(within)})")
    values = {**plan.parameters, "low": low, "high": high, "match": match}
    sql = f"SELECT {ROW_COLUMNS} FROM {tables} WHERE {' AND '.join(where)} ORDER BY {number} {order}"
    return connection.execute(sql, {name: value for name, value in values.items() if f":{name}" in sql})


def _by_time(connection: Connection, plan: SearchPlan, sort: Sort) -> Iterator[Row]:
    return matching_rows(connection, plan, plan.match(), "ASC" if sort == "oldest" else "DESC")


def _by_relevance(connection: Connection, plan: SearchPlan) -> Iterator[Row]:
    """Yield tier by tier; each leaves out the matches of those before it."""
    anywhere = plan.match()
    if not plan.query.required:
        yield from matching_rows(connection, plan, anywhere)
        return
    tiers = [plan.match(place) for place in ("title", "head", "often")]
    if len(plan.query.required) > 1:
        tiers.append(plan.match(one_in_title=True))
    previous: list[str] = []
    for tier in dict.fromkeys((*tiers, anywhere)):
        exclusions = "".join(f" NOT ({one})" for one in previous)
        yield from matching_rows(connection, plan, f"({tier}){exclusions}")
        previous = [str(tier)] if tier in tiers[:3] else [*previous, str(tier)]  # the first three are nested


def _unique_articles(
    connection: Connection, plan: SearchPlan, rows: Iterator[Row], *, latest: bool
) -> Iterator[Row]:
    """Yield one row per article: the first that came, or its latest matching version."""
    seen: set[int] = set()
    for row in rows:
        if row["version_count"] == 1:
            yield row
        elif row["article_id"] not in seen:
            seen.add(row["article_id"])
            yield _latest(connection, plan, row) if latest else row


def _latest(connection: Connection, plan: SearchPlan, row: Row) -> Row:
    fits = connection.execute(
        f"""
        SELECT version.id, version.article_id, version.number
        FROM versions AS version CROSS JOIN articles CROSS JOIN search_index
        WHERE version.article_id = :article AND articles.id = version.article_id
            AND search_index.rowid = version.id AND search_index MATCH :match
            {"".join(f" AND {condition}" for condition in plan.conditions)}
        ORDER BY version.number DESC LIMIT 1
        """,
        {**plan.parameters, "article": row["article_id"], "match": plan.match()},
    ).fetchone()
    return fits or row


def _load_versions(connection: Connection, numbers: Iterator[int]) -> Iterator[ArticleVersion]:
    size = FIRST_BATCH
    while batch := list(islice(numbers, size)):
        marks = ", ".join("?" * len(batch))
        rows = connection.execute(
            f"{versions.SELECT_VERSIONS} WHERE versions.id IN ({marks})", batch
        ).fetchall()
        found = {row["id"]: row for row in rows}
        yield from versions.of_rows(connection, (found[number] for number in batch if number in found))
        size = BATCH


def _few_versions(connection: Connection, plan: SearchPlan, limit: int) -> list[int] | None:
    """Return the versions that meet the conditions if there are at most `limit`; else None."""
    rows = connection.execute(
        f"""
        SELECT version.id FROM articles JOIN versions AS version ON version.article_id = articles.id
        WHERE {" AND ".join(plan.conditions)} LIMIT {limit + 1}
        """,
        plan.parameters,
    ).fetchall()
    return [row["id"] for row in rows] if len(rows) <= limit else None


def _captured_id_range(connection: Connection, plan: SearchPlan) -> tuple[int, int]:
    """Return the id range of the versions captured in the requested days."""
    captured = [condition for condition in plan.conditions if "first_seen" in condition]
    if not captured:
        return plan.id_range
    number, least, most = connection.execute(
        f"""
        SELECT count(*), min(id), max(id) FROM (
            SELECT id FROM versions AS version WHERE {" AND ".join(captured)} LIMIT {MAX_TO_SPAN + 1}
        )
        """,
        {name: value for name, value in plan.parameters.items() if name.startswith("captured")},
    ).fetchone()
    low, high = plan.id_range
    return plan.id_range if number > MAX_TO_SPAN else (max(low, least or 1), min(high, most or 0))


def _published_id_range(filters: Filters) -> tuple[int, int]:
    low, high = 0, _LAST
    if filters.published_from is not None:
        low = fulltext.first_version_id(_midnight(filters.published_from) - _ZONES)
    if filters.published_to is not None and filters.published_to < date.max - timedelta(days=2):
        high = fulltext.first_version_id(_midnight(filters.published_to + timedelta(days=1)) + _ZONES)
    return low, high


def _midnight(day: date) -> datetime:
    return datetime.combine(max(day, date(1970, 1, 3)), time(), UTC)


def _conditions(filters: Filters) -> Iterator[tuple[str, str, object]]:
    if filters.state is not None:
        yield "articles.state = :state", "state", filters.state
    else:
        yield "articles.state != :hidden", "hidden", "restricted"
    if filters.published_from is not None:
        yield "version.published >= :published_from", "published_from", filters.published_from.isoformat()
    if filters.published_to is not None:
        yield "version.published < :published_to", "published_to", _day_after(filters.published_to)
    if filters.captured_from is not None:
        yield "version.first_seen >= :captured_from", "captured_from", filters.captured_from.isoformat()
    if filters.captured_to is not None:
        yield "version.first_seen < :captured_to", "captured_to", _day_after(filters.captured_to)


def _day_after(day: date) -> str:
    return (day + timedelta(days=1)).isoformat() if day < date.max else "9999-12-32"
