"""Stored groups of copies: their members, which was first, and how much of its text each has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from archive import timestamps
from archive.duplicates.overlap import Overlap, overlap
from archive.duplicates.precedence import FirstBy, PublicationWindow, order_copies, time_bounds
from archive.index.db.connection import Connection, Row
from archive.values.short_repr import ShortRepr

Words = Callable[[int], tuple[str, ...]]  # the words of an article, by its id


@dataclass(frozen=True, slots=True, repr=False)
class CopyGroup(ShortRepr):
    """A group of articles that are copies of one another."""

    id: int  # the smallest id of its articles
    articles: int
    outlets: int  # 1 if an outlet repeats itself
    leading: int  # the article certainly published earliest; the others are compared with it
    first: int | None  # that article if it is known to be the first, else None
    first_by: FirstBy | None  # how that is known: by printed times alone


@dataclass(frozen=True, slots=True)
class Member:
    """An article in a group of copies, and its overlap with the leading article."""

    article_id: int
    place: int  # 1 for the leading one
    overlap: Overlap


def group_of(connection: Connection, article_id: int) -> int | None:
    """Return the group of an article; None if it has no copies."""
    row = connection.execute("SELECT group_id FROM copies WHERE article_id = ?", (article_id,)).fetchone()
    return None if row is None else int(row["group_id"])


def members(connection: Connection, group: int) -> set[int]:
    """Return the articles of a group."""
    rows = connection.execute("SELECT article_id FROM copies WHERE group_id = ?", (group,))
    return {row["article_id"] for row in rows}


def with_copies(connection: Connection, article_id: int) -> set[int]:
    """Return an article and all its copies."""
    group = group_of(connection, article_id)
    return {article_id} if group is None else members(connection, group)


def group_with_members(connection: Connection, article_id: int) -> tuple[CopyGroup, list[Member]] | None:
    """Return an article's group and its members, the leading one first; None if it has no copies."""
    row = connection.execute(
        "SELECT copy_groups.* FROM copies JOIN copy_groups ON copy_groups.id = group_id WHERE article_id = ?",
        (article_id,),
    ).fetchone()
    if row is None:
        return None
    rows = connection.execute(
        "SELECT * FROM copies WHERE group_id = ? ORDER BY place", (row["id"],)
    ).fetchall()
    together = [
        Member(one["article_id"], one["place"], Overlap(one["similarity"], one["kept"], one["taken"]))
        for one in rows
    ]
    return _group(row, together[0].article_id), together


def _group(row: Row, leading: int) -> CopyGroup:
    return CopyGroup(
        id=row["id"],
        articles=row["articles"],
        outlets=row["outlets"],
        leading=leading,
        first=leading if row["first_by"] else None,
        first_by=row["first_by"],
    )


def rewrite_groups(
    connection: Connection,
    groups: Iterable[Collection[int]],
    touched: Collection[int],
    words: Words,
    *,
    changed: int | None = None,
) -> None:
    """Rewrite the rows of all `touched` articles, which now form these groups; a single article is not a group.

    Articles whose text has not `changed` are not compared again with the same leading article.
    """
    before = {row["article_id"]: row for one in touched for row in _rows_of(connection, one)}
    leads = {row["group_id"]: row["article_id"] for row in before.values() if row["place"] == 1}
    standing: set[int] = set()
    for group in groups:
        if len(group) > 1:
            standing.add(min(group))
            _write_group(connection, group, before, leads, words, changed)
    grouped = {one for group in groups if len(group) > 1 for one in group}
    for one in before.keys() - grouped:
        connection.execute("DELETE FROM copies WHERE article_id = ?", (one,))
    for gone in {row["group_id"] for row in before.values()} - standing:
        connection.execute("DELETE FROM copy_groups WHERE id = ?", (gone,))


def _rows_of(connection: Connection, article_id: int) -> Iterator[Row]:
    return iter(connection.execute("SELECT * FROM copies WHERE article_id = ?", (article_id,)).fetchall())


def _write_group(
    connection: Connection,
    group: Collection[int],
    before: dict[int, Row],
    leads: dict[int, int],
    words: Words,
    changed: int | None,
) -> None:
    rows = [_article_row(connection, one) for one in sorted(group)]
    order, first_by = order_copies([_out(row) for row in rows])
    outlets = len({row["source"] for row in rows})
    number, leading = min(group), order[0]
    connection.execute(
        """
        INSERT INTO copy_groups (id, articles, outlets, first_by) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET articles = excluded.articles, outlets = excluded.outlets,
            first_by = excluded.first_by
        """,
        (number, len(group), outlets, first_by),
    )
    for place, one in enumerate(order, 1):
        old = before.get(one)
        if old is not None and changed not in (one, leading) and leads.get(old["group_id"]) == leading:
            measured = (old["similarity"], old["kept"], old["taken"])
            if (old["group_id"], old["place"]) == (number, place):
                continue
        else:
            shared = overlap(words(leading), words(one))
            measured = (round(shared.similarity, 4), round(shared.kept, 4), round(shared.taken, 4))
        connection.execute(
            """
            INSERT INTO copies (article_id, group_id, place, similarity, kept, taken) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (article_id) DO UPDATE SET group_id = excluded.group_id, place = excluded.place,
                similarity = excluded.similarity, kept = excluded.kept, taken = excluded.taken
            """,
            (one, number, place, *measured),
        )


def _article_row(connection: Connection, article_id: int) -> Row:
    row: Row = connection.execute(
        """
        SELECT articles.id, articles.source, articles.first_seen, versions.published, versions.published_utc,
            versions.published_precision, sources.timezone
        FROM articles
        JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
        LEFT JOIN sources ON sources.name = articles.source
        WHERE articles.id = ?
        """,
        (article_id,),
    ).fetchone()
    return row


def _out(row: Row) -> PublicationWindow:
    seen = timestamps.from_iso(row["first_seen"])
    if row["published_utc"] is None:
        return PublicationWindow(row["id"], seen)
    at = timestamps.from_iso(row["published_utc"])
    next_day = _next_day(row, at) if row["published_precision"] == "day" else None
    return PublicationWindow(row["id"], seen, *time_bounds(at, row["published_precision"], next_day))


def _next_day(row: Row, at: datetime) -> datetime | None:
    """Return the midnight that ends a day of the source's zone, 23 to 25 hours later; None for another zone's day."""
    if row["timezone"] is None:
        return None
    zone = ZoneInfo(row["timezone"])
    day = date.fromisoformat(row["published"])
    if datetime.combine(day, time(), zone) != at:
        return None
    return datetime.combine(day + timedelta(days=1), time(), zone)


def groups_of_articles(connection: Connection, articles: Sequence[int]) -> dict[int, CopyGroup]:
    """Return the groups of those articles that have copies, by article id."""
    short: dict[int, CopyGroup] = {}
    for article_id in articles:
        row = connection.execute(
            """
            SELECT copy_groups.*, leading.article_id AS leading FROM copies
            JOIN copy_groups ON copy_groups.id = copies.group_id
            JOIN copies AS leading ON leading.group_id = copies.group_id AND leading.place = 1
            WHERE copies.article_id = ?
            """,
            (article_id,),
        ).fetchone()
        if row is not None:
            short[article_id] = _group(row, row["leading"])
    return short
