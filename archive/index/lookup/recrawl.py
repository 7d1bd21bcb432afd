"""Choose the addresses to visit again: often after a change, then less and less, at least once in 30 days.

See archive/rechecks.py for the rule. `articles.due_at` stores when an article is due.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from archive import timestamps, urls
from archive.index.db.connection import Connection
from archive.index.rows.addresses import article_at
from archive.rechecks import CLOCK_TOLERANCE, due_at


@dataclass(frozen=True, slots=True)
class DueArticle:
    """An article to visit again, and what its listings said about it."""

    url: str
    section: str | None
    headline: str | None  # in the last listing that showed it with a stamp
    stamp: str | None  # likewise


def due_articles(
    connection: Connection, source: str, now: datetime, limit: int, *, crawl: str
) -> tuple[int, list[DueArticle]]:
    """Return how many articles of a source are due at `now`, and those that have waited longest.

    An unconfirmed 404 is always due. Articles that killed crawls have visited since the last complete crawl are
    left out: `crawl`, which now begins, continues from there.
    """
    rows = connection.execute(
        """
        WITH due (id) AS (
            SELECT id FROM articles WHERE source = :source AND due_at <= :now
            UNION
            SELECT id FROM articles
            WHERE source = :source AND state IN ('live', 'removed', 'moved', 'unreachable') AND last_looked > :doubted
            UNION
            SELECT id FROM articles INDEXED BY articles_by_state  -- they are few
            WHERE state IN ('live', 'moved', 'unreachable') AND gone_since IS NOT NULL AND source = :source
        ),
        longest AS (
            SELECT articles.*, count(*) OVER () AS due FROM due CROSS JOIN articles ON articles.id = due.id
            WHERE last_looked > :doubted OR last_looked < coalesce((
                SELECT min(started_at) FROM crawls WHERE source = :source AND ended_at IS NULL AND id != :crawl
                AND rowid > coalesce(  -- in storage order, whatever the clock said
                    (SELECT max(rowid) FROM crawls WHERE source = :source AND ended_at IS NOT NULL), 0
                )
            ), 'now')
            ORDER BY last_looked, articles.id LIMIT :most
        )
        SELECT url, section, due, (
            SELECT json_array(headline, stamp) FROM sightings
            WHERE sightings.article_id = longest.id AND stamp IS NOT NULL ORDER BY seen_at DESC LIMIT 1
        ) AS shown
        FROM longest ORDER BY last_looked, id
        """,
        {
            "source": source,
            "crawl": crawl,
            "most": limit,
            "now": timestamps.to_iso(now),
            "doubted": timestamps.to_iso(now + CLOCK_TOLERANCE),
        },
    ).fetchall()
    found = [
        DueArticle(row["url"], row["section"], *(json.loads(row["shown"]) if row["shown"] else (None, None)))
        for row in rows
    ]
    return (rows[0]["due"] if rows else 0), found


def should_fetch(connection: Connection, url: str, now: datetime) -> bool:
    """Return whether to request an address that a listing shows as one not yet known.

    For a known article, `due_articles` decides; for a page that was not an article, and for a redirect to none, the
    same growing waits apply.
    """
    if article_at(connection, urls.canonical(url)) is not None:
        return False
    row = connection.execute(
        """
        SELECT min(fetched_at) AS first_seen, max(fetched_at) AS last_looked FROM captures
        WHERE url = ? AND role = 'article' AND (status IN (200, 304) OR redirects_to IS NOT NULL)
            AND reading IS NOT NULL AND truncated IS NULL
            AND fetched_at BETWEEN ? AND ?
        """,
        (url, timestamps.NO_CRAWL_BEFORE, timestamps.to_iso(now + CLOCK_TOLERANCE)),
    ).fetchone()
    if row["last_looked"] is None:
        return True
    first, last = timestamps.from_iso(row["first_seen"]), timestamps.from_iso(row["last_looked"])
    return due_at(first, last) <= now
