"""The facts of a source for archive/monitoring: its newest pages, its listings, and when they were visited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zlib import crc32

from archive import timestamps, urls
from archive.index.db.connection import Connection, Row
from archive.monitoring.coverage import Visit
from archive.monitoring.drift import PageFacts
from archive.reasons import ARTICLE, ARTICLE_IN_PART

PAGES = 360  # of a source; archive.monitoring.drift compares at most 340
CRAWLS = 2000  # crawls in which they are looked for
MIN_PARAGRAPH = 40  # characters: shorter ones, such as «Фото: агентство», may well be repeated
LISTING_VISITS = 30


def newest_pages(connection: Connection, source: str, now: datetime) -> list[PageFacts]:
    """Return the newest pages of a source that are, or might have been, new articles; oldest first."""
    rows = connection.execute(
        """
        SELECT captures.url, captures.section, captures.fetched_at, captures.status, captures.reading,
            versions.id, versions.published_utc, versions.lead, versions.words, versions.confidence, versions.body,
            EXISTS (SELECT 1 FROM bylines WHERE version_id = versions.id) AS has_author
        FROM (
            SELECT id FROM crawls WHERE source = :source AND started_at <= :now ORDER BY started_at DESC LIMIT :crawls
        ) AS newest
        CROSS JOIN main.captures INDEXED BY captures_by_crawl
            ON captures.crawl_id = newest.id AND captures.role = 'article' AND captures.redirects_to IS NULL
        LEFT JOIN versions ON versions.capture_id = captures.id AND versions.number = 1
        WHERE versions.id IS NOT NULL
            OR captures.reading NOT IN (:article, :part) AND captures.status NOT IN (304, 404, 410)
        LIMIT :pages
        """,
        {
            "source": source,
            "now": timestamps.to_iso(now),
            "crawls": CRAWLS,
            "pages": PAGES,
            "article": ARTICLE,
            "part": ARTICLE_IN_PART,
        },
    )
    return sorted(map(_facts, rows), key=lambda page: (page.fetched_at, page.url))


def _facts(row: Row) -> PageFacts:
    is_article = row["id"] is not None
    published = row["published_utc"]
    return PageFacts(
        row["url"],
        row["section"],
        timestamps.from_iso(row["fetched_at"]),
        row["status"],
        None if is_article else row["reading"],
        timestamps.from_iso(published) if published else None,
        bool(row["has_author"]),
        row["lead"] is not None,
        row["words"] or 0,
        row["confidence"] if is_article else 0.0,
        frozenset(
            crc32(paragraph.encode())
            for paragraph in (row["body"] or "").split("\n\n")
            if len(paragraph) >= MIN_PARAGRAPH
        ),
    )


def crawl_times(
    connection: Connection, source: str, since: datetime, now: datetime
) -> list[tuple[datetime, bool]]:
    """Return when the ended crawls of a source were started, in order, each with whether it found a new article."""
    rows = connection.execute(
        """
        SELECT started_at, new FROM crawls
        WHERE source = ? AND started_at BETWEEN ? AND ? AND ended_at IS NOT NULL ORDER BY started_at
        """,
        (source, timestamps.to_iso(since), timestamps.to_iso(now)),
    )
    return [(timestamps.from_iso(row["started_at"]), bool(row["new"])) for row in rows]


def listing_visits(
    connection: Connection, source: str, section: str, url: str, limit: int = LISTING_VISITS
) -> list[tuple[datetime, int]]:
    """Return the newest visits to the first page of a section, in order, each with the number of articles it showed."""
    rows = connection.execute(
        """
        SELECT fetched_at, (SELECT count(*) FROM sightings WHERE capture_id = captures.id) AS links
        FROM main.captures INDEXED BY captures_of_sections
        WHERE role = 'listing' AND source = ? AND section = ? AND status IN (200, 304)
            AND coalesce(canonical, url) = ?
        ORDER BY fetched_at DESC LIMIT ?
        """,
        (source, section, urls.canonical(url), limit),
    ).fetchall()
    return [(timestamps.from_iso(row["fetched_at"]), row["links"]) for row in reversed(rows)]


def section_visits(
    connection: Connection, source: str, section: str, url: str, begin: datetime, end: datetime
) -> Iterator[Visit]:
    """Yield the visits to the first page of a section in a span of time, in order."""
    rows = connection.execute(
        """
        SELECT id, fetched_at FROM main.captures INDEXED BY captures_of_sections
        WHERE role = 'listing' AND source = ? AND section = ? AND status IN (200, 304)
            AND coalesce(canonical, url) = ? AND fetched_at BETWEEN ? AND ?
        ORDER BY fetched_at
        """,
        (source, section, urls.canonical(url), timestamps.to_iso(begin), timestamps.to_iso(end)),
    )
    for row in rows:
        shown = connection.execute("SELECT url FROM sightings WHERE capture_id = ?", (row["id"],))
        yield Visit(timestamps.from_iso(row["fetched_at"]), frozenset(one["url"] for one in shown))
