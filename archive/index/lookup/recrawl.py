"""Choose the addresses to visit again: often after a change, then less and less, at least once in 30 days.

See archive/rechecks.py for the rule. `articles.due_at` stores when an article is due.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from archive import timestamps, urls
from archive.index.db.connection import Connection, Row
from archive.index.rows.addresses import article_at
from archive.rechecks import (
    CLOCK_TOLERANCE,
    REMOVED_AFTER,
    Candidate,
    History,
    ListingVisit,
    RecheckPolicy,
    due_at,
    edit_habits,
    listing_due_at,
    most_urgent,
)

DEFAULT_POLICY = RecheckPolicy()
LISTING_VISITS = 40  # of a section, feed or sitemap, the newest
HABIT_ARTICLES = 2000  # of a source, from which the habits of its sections are learned


@dataclass(frozen=True, slots=True)
class DueArticle:
    """An article to visit again, and what its listings said about it."""

    url: str
    section: str | None
    headline: str | None  # in the last listing that showed it with a stamp
    stamp: str | None  # likewise


def due_articles(
    connection: Connection,
    source: str,
    now: datetime,
    limit: int,
    *,
    crawl: str,
    policy: RecheckPolicy = DEFAULT_POLICY,
    per_host: int | None = None,
) -> tuple[int, list[DueArticle]]:
    """Return how many articles of a source are due at `now`, and the most urgent ones, of which `per_host` a host.

    A 404 that another one may confirm by now is always due. Articles that killed crawls have visited since the last
    complete crawl are left out: `crawl`, which now begins, continues from there.
    """
    wait = connection.execute(
        "SELECT coalesce((SELECT removed_after FROM crawls WHERE id = ?), ?) AS removed_after",
        (crawl, int(REMOVED_AFTER.total_seconds())),
    ).fetchone()
    rows = connection.execute(
        """
        WITH due (id) AS (
            SELECT id FROM articles WHERE source = :source AND due_at <= :earliest
            UNION
            SELECT id FROM articles
            WHERE source = :source AND state IN ('live', 'unavailable', 'removed', 'moved', 'restricted')
                AND last_looked > :doubted
            UNION
            SELECT id FROM articles INDEXED BY articles_by_state  -- they are few
            WHERE state = 'unavailable' AND gone_since <= :confirmable AND source = :source
        )
        SELECT url, section, last_looked, due_at,
            last_looked > :doubted OR state = 'unavailable' AND gone_since <= :confirmable AS is_urgent
        FROM due CROSS JOIN articles ON articles.id = due.id
        WHERE last_looked > :doubted OR last_looked < coalesce((
            SELECT min(started_at) FROM crawls WHERE source = :source AND ended_at IS NULL AND id != :crawl
            AND rowid > coalesce(  -- in storage order, whatever the clock said
                (SELECT max(rowid) FROM crawls WHERE source = :source AND ended_at IS NOT NULL), 0
            )
        ), 'now')
        """,
        {
            "source": source,
            "crawl": crawl,
            "earliest": timestamps.to_iso(policy.earliest(now)),
            "confirmable": timestamps.to_iso(now - timedelta(seconds=wait["removed_after"])),
            "doubted": timestamps.to_iso(now + CLOCK_TOLERANCE),
        },
    )
    candidates = (
        Candidate(
            row["url"],
            row["section"],
            timestamps.from_iso(row["last_looked"]),
            timestamps.from_iso(row["due_at"]),
            bool(row["is_urgent"]),
        )
        for row in rows
    )
    number, chosen = most_urgent(policy, candidates, now, limit, per_host)
    return number, known_articles(connection, [one.url for one in chosen])


def known_articles(connection: Connection, addresses: Sequence[str]) -> list[DueArticle]:
    """Return what is known of articles, given their canonical addresses, in that order."""
    rows = connection.execute(
        """
        SELECT url, section, (
            SELECT json_array(headline, stamp) FROM sightings
            WHERE sightings.article_id = articles.id AND stamp IS NOT NULL ORDER BY seen_at DESC LIMIT 1
        ) AS shown
        FROM json_each(?) AS asked JOIN articles ON articles.url = asked.value ORDER BY asked.key
        """,
        (json.dumps(addresses),),
    )
    return [
        DueArticle(row["url"], row["section"], *(json.loads(row["shown"]) if row["shown"] else (None, None)))
        for row in rows
    ]


def all_articles(connection: Connection, source: str, limit: int) -> tuple[int, list[DueArticle]]:
    """Return how many articles of a source are known, and `limit` of them, those visited longest ago first."""
    number = connection.execute("SELECT count(*) FROM articles WHERE source = ?", (source,)).fetchone()[0]
    rows = connection.execute(
        "SELECT url FROM articles WHERE source = ? ORDER BY last_looked, id LIMIT ?", (source, limit)
    )
    return number, known_articles(connection, [row["url"] for row in rows])


def hours_since_last_crawl(connection: Connection, source: str, now: datetime, *, crawl: str) -> float:
    """Return the hours since the source's previous crawl began: between one hour and a day."""
    row = connection.execute(
        "SELECT max(started_at) AS started_at FROM crawls WHERE source = ? AND id != ? AND started_at <= ?",
        (source, crawl, timestamps.to_iso(now)),
    ).fetchone()
    if row["started_at"] is None:
        return 24.0
    return min(max((now - timestamps.from_iso(row["started_at"])) / timedelta(hours=1), 1.0), 24.0)


def due_listings(
    connection: Connection,
    source: str,
    addresses: Sequence[str],
    now: datetime,
    longest: timedelta,
    *,
    crawl: str,
) -> list[str]:
    """Return those of the addresses of sections, feeds and sitemaps that were never requested or are due again.

    All are due if the crawl before `crawl` did not finish: they lead to the articles that it left out.
    """
    last = connection.execute(
        "SELECT outcome FROM crawls WHERE source = ? AND id != ? ORDER BY rowid DESC LIMIT 1", (source, crawl)
    ).fetchone()
    if last is not None and last["outcome"] != "finished":
        return list(addresses)
    visits = {url: _listing_visits(connection, url, now) for url in addresses}
    return [url for url, found in visits.items() if not found or listing_due_at(found, longest) <= now]


def _listing_visits(connection: Connection, url: str, now: datetime) -> list[ListingVisit]:
    """Return the earlier visits to a listing, the newest first. Its content is what it showed, or else its bytes."""
    rows = connection.execute(
        """
        SELECT id, fetched_at AS at, role, payload_sha256, status IN (200, 304) AND truncated IS NULL AS is_whole
        FROM captures WHERE url = :url AND request_body IS NULL AND fetched_at <= :latest
        UNION ALL SELECT NULL, failed_at, NULL, NULL, 0 FROM failures WHERE url = :url AND failed_at <= :latest
        ORDER BY at DESC LIMIT :most
        """,
        {"url": url, "latest": timestamps.to_iso(now + CLOCK_TOLERANCE), "most": LISTING_VISITS},
    ).fetchall()
    return [
        ListingVisit(
            timestamps.from_iso(row["at"]), _listing_content(connection, row) if row["is_whole"] else ""
        )
        for row in rows
    ]


def _listing_content(connection: Connection, row: Row) -> str:
    if row["role"] == "sitemap":  # it may have 50,000 entries, and nothing but them
        return str(row["payload_sha256"])
    shown = connection.execute("SELECT url FROM sightings WHERE capture_id = ? ORDER BY url", (row["id"],))
    addresses = "\n".join(one["url"] for one in shown)
    return hashlib.sha256(addresses.encode()).hexdigest() if addresses else str(row["payload_sha256"])


def section_habits(connection: Connection, source: str) -> dict[str | None, float]:
    """Return how often the source's sections are edited, as their most recently visited articles show."""
    rows = connection.execute(
        """
        SELECT article_id, section, last_looked, first_seen FROM (
            SELECT id, articles.section, last_looked FROM articles
            WHERE source = ? AND state = 'live' ORDER BY last_looked DESC LIMIT ?
        ) AS visited
        JOIN (SELECT article_id, number, first_seen FROM versions) AS seen ON seen.article_id = visited.id
        ORDER BY article_id, number
        """,
        (source, HABIT_ARTICLES),
    )
    histories = (
        History(
            section,
            [timestamps.from_iso(version["first_seen"]) for version in versions],
            timestamps.from_iso(checked),
        )
        for (_, section, checked), versions in groupby(
            rows, key=itemgetter("article_id", "section", "last_looked")
        )
    )
    return edit_habits(histories)


def published_at(connection: Connection, addresses: Sequence[str]) -> dict[str, str]:
    """Return when the articles at canonical addresses were published, as stored; without those not known."""
    published = {}
    for url in addresses:
        row = connection.execute(
            """
            SELECT versions.published FROM addresses JOIN articles ON articles.id = addresses.article_id
            JOIN versions ON versions.article_id = articles.id AND versions.number = articles.version_count
            WHERE addresses.url = ? AND versions.published IS NOT NULL
            """,
            (url,),
        ).fetchone()
        if row is not None:
            published[url] = str(row["published"])
    return published


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
