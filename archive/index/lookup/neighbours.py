"""Neighbours of an article: what its outlet published right before and after, and what listings showed beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive import timestamps
from archive.index.db.connection import Connection, Row
from archive.index.rows import versions
from archive.index.rows.versions import ArticleVersion
from archive.values.short_repr import ShortRepr


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """An entry of a listing."""

    place: int  # in the list, 1 for the first
    url: str  # canonical
    headline: str | None  # as the listing printed it
    stamp: str | None  # likewise
    article: int | None  # its id; None if the address was never extracted as an article


@dataclass(frozen=True, slots=True)
class ListingContext:
    """A listing when it first showed an article, with the entries right above and below."""

    listing: str  # address of the listing, feed or sitemap
    role: str  # listing, feed or sitemap
    section: str | None
    seen_at: datetime  # aware, UTC
    record_id: str  # of the listing as captured
    shown: ListingEntry  # the article itself
    above: ListingEntry | None  # None at the top of the list
    below: ListingEntry | None


@dataclass(frozen=True, slots=True, repr=False)
class Neighbours(ShortRepr):
    """The neighbours of an article, in time and on the page."""

    previous: (
        ArticleVersion | None
    )  # of the same source, by stated time; None if there is none or a time is unknown
    next: ArticleVersion | None
    beside: tuple[
        ListingContext, ...
    ]  # each listing that showed it, at its first sighting there, earliest first


def neighbours_of(connection: Connection, article: ArticleVersion) -> Neighbours:
    """Return the neighbours of an article."""
    return Neighbours(
        _adjacent_article(connection, article, "<", "DESC"),
        _adjacent_article(connection, article, ">", "ASC"),
        _listing_contexts(connection, article.id),
    )


def _adjacent_article(
    connection: Connection, article: ArticleVersion, sign: str, order: str
) -> ArticleVersion | None:
    """Return the nearest article of the source on one side in time; of those of one moment, by id."""
    if article.published_utc is None or article.source is None:
        return None
    # The plus signs make SQLite use the index of times: it stops at the first row that matches.
    rows = connection.execute(
        f"""
        {versions.SELECT_VERSIONS}
        WHERE (versions.published_utc, versions.article_id) {sign} (:at, :id)
            AND +versions.article_id != :id
            AND versions.number = articles.version_count AND +articles.source = :source
        ORDER BY versions.published_utc {order}, versions.article_id {order} LIMIT 1
        """,
        {"at": timestamps.to_iso(article.published_utc), "id": article.id, "source": article.source},
    )
    return next(versions.of_rows(connection, rows), None)


def _listing_contexts(connection: Connection, article_id: int) -> tuple[ListingContext, ...]:
    first: dict[tuple[str, str | None], Row] = {}
    for row in connection.execute(
        """
        SELECT sightings.*, captures.url AS listing, captures.role, captures.record_id
        FROM sightings JOIN captures ON captures.id = sightings.capture_id
        WHERE sightings.article_id = ? ORDER BY sightings.seen_at, sightings.capture_id, sightings.place
        """,
        (article_id,),
    ):
        first.setdefault((row["listing"], row["section"]), row)
    return tuple(
        ListingContext(
            row["listing"],
            row["role"],
            row["section"],
            timestamps.from_iso(row["seen_at"]),
            row["record_id"],
            _entry(row),
            _adjacent_entry(connection, row, "<", "DESC"),
            _adjacent_entry(connection, row, ">", "ASC"),
        )
        for row in first.values()
    )


def _adjacent_entry(connection: Connection, row: Row, sign: str, order: str) -> ListingEntry | None:
    found = connection.execute(
        f"SELECT * FROM sightings WHERE capture_id = ? AND place {sign} ? ORDER BY place {order} LIMIT 1",
        (row["capture_id"], row["place"]),
    ).fetchone()
    return _entry(found) if found else None


def _entry(row: Row) -> ListingEntry:
    return ListingEntry(row["place"], row["url"], row["headline"], row["stamp"], row["article_id"])
