"""Queries on sources, their crawls and their sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from archive import timestamps
from archive.crawl_results import STORED_COUNTS
from archive.errors import BadQuery
from archive.index.db.connection import Connection
from archive.values.short_repr import ShortRepr


@dataclass(frozen=True, slots=True, repr=False)
class CrawlRow(ShortRepr):
    """A crawl and its counts, which are None while it runs, and forever if it was killed."""

    id: str
    source: str
    started_at: datetime  # aware, UTC
    ended_at: datetime | None
    outcome: str | None
    found: int | None
    new: int | None
    known: int | None
    changed: int | None
    gone: int | None
    moved: int | None
    removed: int | None
    not_articles: int | None
    forbidden: int | None
    failed: int | None
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int | None]:
        """Return the counts by name, in the order of STORED_COUNTS."""
        return {name: getattr(self, name) for name in STORED_COUNTS}


@dataclass(frozen=True, slots=True, repr=False)
class SourceState(ShortRepr):
    """The state of a source, as the index has it."""

    name: str
    title: str
    articles: int
    by_state: Mapping[str, int]  # number of articles; only states that occur: those of archive.filters.STATES
    last_crawl: CrawlRow | None  # the one started last, which may be running
    timezone: str  # IANA; of its last crawl


def sources(connection: Connection) -> list[SourceState]:
    """Return every source that was ever crawled, by name."""
    found = []
    for row in connection.execute("SELECT * FROM sources ORDER BY name").fetchall():
        states = _count_by_state(connection, row["name"])
        last = next(iter(crawls(connection, row["name"], most=1)), None)
        found.append(
            SourceState(row["name"], row["title"], sum(states.values()), states, last, row["timezone"])
        )
    return found


def titles(connection: Connection) -> dict[str, str]:
    """Return the title of every source that was ever crawled, by name."""
    rows = connection.execute("SELECT name, title FROM sources ORDER BY name")
    return {row["name"]: row["title"] for row in rows}


def require_source(connection: Connection, name: str) -> None:
    """Raise BadQuery for a source that was never crawled."""
    known = titles(connection)
    if name not in known:
        raise BadQuery(
            f"Source {name!r} was never crawled here; crawled sources: {', '.join(known) or 'none yet'}."
        )


def crawls(connection: Connection, source: str | None = None, *, most: int | None = None) -> list[CrawlRow]:
    """Return the crawls of one source or of all, the latest first: every one, or at most `most`.

    They are in the order they were stored, because a wrong clock may have dated them differently.
    """
    of_source = "WHERE source = :source" if source is not None else ""
    rows = connection.execute(
        f"SELECT * FROM crawls {of_source} ORDER BY rowid DESC LIMIT :most",
        {"source": source, "most": -1 if most is None else most},
    )
    return [
        CrawlRow(
            id=row["id"],
            source=row["source"],
            started_at=timestamps.from_iso(row["started_at"]),
            ended_at=timestamps.from_iso(row["ended_at"]) if row["ended_at"] else None,
            outcome=row["outcome"],
            **{name: row[name] for name in STORED_COUNTS},
            notes=tuple((row["notes"] or "").splitlines()),
        )
        for row in rows
    ]


def dated_ahead(connection: Connection, now: datetime) -> dict[str, tuple[int, datetime]]:
    """Return how many crawls of each source are dated in the future, and the latest of their dates."""
    rows = connection.execute(
        "SELECT source, count(*) AS crawls, max(started_at) AS latest FROM crawls WHERE started_at > ? GROUP BY source",
        (timestamps.to_iso(now + timestamps.CLOCK_SLACK),),
    )
    return {row["source"]: (row["crawls"], timestamps.from_iso(row["latest"])) for row in rows}


def sections(connection: Connection) -> list[str]:
    """Return every section that has an article, by name."""
    rows = connection.execute(
        """
        WITH RECURSIVE every (section) AS (
            SELECT min(section) FROM versions
            UNION ALL
            SELECT (SELECT min(section) FROM versions WHERE versions.section > every.section)
            FROM every WHERE section IS NOT NULL
        )
        SELECT section FROM every WHERE section IS NOT NULL  -- a step for each section, not for each version
        """
    )
    return [row["section"] for row in rows]


def _count_by_state(connection: Connection, source: str) -> dict[str, int]:
    """Return how many articles of a source are in which state."""
    rows = connection.execute(
        "SELECT state, count(*) AS articles FROM articles WHERE source = ? GROUP BY state ORDER BY state",
        (source,),
    )
    return {row["state"]: row["articles"] for row in rows}
