"""Choose the parts of a page to request again: pictures, style sheets, fonts and scripts.

See archive/rechecks.py for the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from archive import timestamps, urls
from archive.http.capture import Place
from archive.index.db.connection import Connection
from archive.index.rows.addresses import article_at, latest_version
from archive.rechecks import CLOCK_TOLERANCE, PartRequest, RecheckPolicy, part_due_at

MAX_PART_REQUESTS = 100  # of one address, the newest; as the waits grow, more are rare


def due_parts(
    connection: Connection,
    addresses: Iterable[str],
    now: datetime,
    *,
    policy: RecheckPolicy,
    least_wait: timedelta,
    fresh_until: Callable[[Place], datetime | None],
) -> list[str]:
    """Return those of the addresses of a page's parts that were never requested or are due again.

    `fresh_until` reads from a stored response until when it is fresh; it is called for those that else were due.
    """
    found = []
    for url in addresses:
        requests, newest = _part_requests(connection, url, now)
        if requests and part_due_at(requests, policy=policy, least_wait=least_wait) > now:
            continue
        fresh = fresh_until(newest) if newest is not None else None
        if (
            not requests
            or part_due_at(requests, policy=policy, fresh_until=fresh, least_wait=least_wait) <= now
        ):
            found.append(url)
    return found


def _part_requests(connection: Connection, url: str, now: datetime) -> tuple[list[PartRequest], Place | None]:
    """Return the earlier requests for an address, the newest first, and the place of the newest one's response.

    There is no place if it gave no content. A 304 has the content that it confirms.
    """
    rows = connection.execute(
        """
        SELECT fetched_at AS at, file, "offset", length, CASE
            WHEN truncated IS NOT NULL THEN NULL
            WHEN redirects_to IS NOT NULL THEN redirects_to
            WHEN status = 200 OR (status = 304 AND payload_bytes > 0) THEN payload_sha256
        END AS content
        FROM captures WHERE url = :requested AND fetched_at <= :latest
        UNION ALL
        SELECT failed_at, NULL, NULL, NULL, NULL FROM failures WHERE url = :url AND failed_at <= :latest
        ORDER BY at DESC LIMIT :most
        """,
        {
            "url": url,
            "requested": urls.with_ascii_host(url),
            "latest": timestamps.to_iso(now + CLOCK_TOLERANCE),
            "most": MAX_PART_REQUESTS,
        },
    ).fetchall()
    requests = [PartRequest(timestamps.from_iso(row["at"]), row["content"]) for row in rows]
    if not requests or requests[0].content is None:
        return requests, None
    return requests, Place(rows[0]["file"], rows[0]["offset"], rows[0]["length"])


def article_images(connection: Connection, url: str) -> list[str]:
    """Return the addresses of the images of the newest version of the article at an address; empty if there is none."""
    article = article_at(connection, urls.canonical(url))
    version = latest_version(connection, article) if article is not None else None
    if version is None:
        return []
    rows = connection.execute("SELECT url FROM images WHERE version_id = ? ORDER BY place", (version["id"],))
    return [row["url"] for row in rows.fetchall()]
