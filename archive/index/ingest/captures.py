"""Facts from WARC records into rows: crawls, captures, failures, sightings."""

from __future__ import annotations

from dataclasses import replace

from archive import timestamps as moments
from archive import urls
from archive.events import COUNTS, CrawlEnded, CrawlStarted, Failed, Fetched, Imported, Sighted, storable
from archive.index.db.connection import Connection
from archive.warc.entries import CaptureEntry


def is_listed(connection: Connection, record_id: str) -> bool:
    """Whether a response has its row already: an import may hold what was crawled, or imported before."""
    found = connection.execute("SELECT 1 FROM captures WHERE record_id = ?", (record_id,)).fetchone()
    return found is not None


def add_capture(connection: Connection, kept: CaptureEntry, fact: Fetched) -> int:
    """A row for a response; its number."""
    columns = capture_columns(_with_payload(connection, kept), fact)
    named, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    cursor = connection.execute(f"INSERT INTO captures ({named}) VALUES ({marks})", tuple(columns.values()))
    number = int(cursor.lastrowid or 0)
    if fact.role == "image":
        connection.execute(
            "UPDATE images SET capture_id = ? WHERE url = ? AND capture_id IS NULL", (number, kept.url)
        )
    return number


def _with_payload(connection: Connection, kept: CaptureEntry) -> CaptureEntry:
    """A revisit made elsewhere does not say what it repeats: that stands in the original's row."""
    if kept.kind != "revisit" or kept.payload_bytes:
        return kept
    held = connection.execute(
        "SELECT payload_sha256, payload_bytes FROM captures WHERE record_id = ?", (kept.revisit_of,)
    ).fetchone()
    if held is None:
        return kept
    return replace(kept, payload_sha256=held["payload_sha256"], payload_bytes=held["payload_bytes"])


def capture_columns(kept: CaptureEntry, fact: Fetched) -> dict[str, object]:
    """What a response's row says of it when it is kept: column → value."""
    columns = {
        "crawl_id": fact.crawl,
        "source": fact.source,
        "role": fact.role,
        "url": kept.url,
        "fetched_at": moments.text(kept.fetched_at),
        "status": kept.status,
        "media_type": kept.media_type,
        "charset": kept.charset,
        "etag": kept.etag,
        "last_modified": kept.last_modified,
        "redirects_to": kept.redirects_to,
        "payload_sha256": kept.payload_sha256,
        "payload_bytes": kept.payload_bytes,
        "truncated": kept.truncated,
        "kind": kept.kind,
        "revisit_of": kept.revisit_of,
        "record_id": kept.record_id,
        "file": kept.place.file,
        "offset": kept.place.offset,
        "length": kept.place.length,
        "digest": kept.digest,
        "redirected_from": fact.redirected_from,
        "section": fact.section,
        "listed_headline": fact.headline,
        "listed_stamp": fact.stamp,
        "listed_in": fact.listed_in,
    }
    return {name: storable(value) for name, value in columns.items()}


def add_failed(connection: Connection, fact: Failed) -> None:
    """A row for an address that gave no usable answer."""
    connection.execute(
        "INSERT INTO failures (crawl_id, source, role, url, failed_at, reason) VALUES (?, ?, ?, ?, ?, ?)",
        tuple(map(storable, (fact.crawl, fact.source, fact.role, fact.url, fact.at, fact.reason))),
    )


def add_sighted(connection: Connection, fact: Sighted) -> None:
    """A row for each article a listing showed; nothing when the listing itself is not in the index."""
    listing = connection.execute(
        "SELECT id, fetched_at FROM captures WHERE record_id = ?", (fact.listing,)
    ).fetchone()
    if listing is None:
        return
    for shown in fact.shown:
        url = urls.canonical(shown.url)
        connection.execute(
            """
            INSERT OR IGNORE INTO sightings
                (capture_id, place, source, section, seen_at, url, article_id, headline, stamp)
            VALUES (?, ?, ?, ?, ?, ?, (SELECT article_id FROM addresses WHERE url = ?), ?, ?)
            """,
            (
                listing["id"],
                shown.place,
                fact.source,
                fact.section,
                listing["fetched_at"],
                url,
                url,
                storable(shown.headline),
                storable(shown.stamp),
            ),
        )


def add_crawl_started(connection: Connection, fact: CrawlStarted) -> None:
    """A row for the crawl, and one for its source, whose title and zone are the newest stated."""
    connection.execute(
        """
        INSERT INTO sources (name, title, timezone) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET title = excluded.title, timezone = excluded.timezone
        """,
        (fact.source, fact.title, fact.timezone),
    )
    connection.execute(
        "INSERT OR IGNORE INTO crawls (id, source, started_at) VALUES (?, ?, ?)",
        (fact.crawl, fact.source, fact.at),
    )


def add_unstated(connection: Connection, crawl: str | None, source: str | None, at: str) -> None:
    """Rows for a crawl and its source where the record of its beginning cannot be read; else nothing."""
    if source is None:
        return
    connection.execute(
        "INSERT OR IGNORE INTO sources (name, title, timezone) VALUES (?, ?, 'UTC')", (source, source)
    )
    if crawl is not None:
        connection.execute(
            "INSERT OR IGNORE INTO crawls (id, source, started_at) VALUES (?, ?, ?)", (crawl, source, at)
        )


def add_imported(connection: Connection, fact: Imported) -> None:
    """A row for the file, and one for a source that was never crawled."""
    if fact.source:
        connection.execute(
            "INSERT OR IGNORE INTO sources (name, title, timezone) VALUES (?, ?, ?)",
            (fact.source, fact.title or fact.source, fact.timezone or "UTC"),
        )
    connection.execute(
        "INSERT OR IGNORE INTO imports VALUES (?, ?, ?, ?, ?, ?)",
        (fact.file, fact.name, fact.sha256, fact.at, fact.repacked, fact.source),
    )


def add_crawl_ended(connection: Connection, fact: CrawlEnded) -> None:
    """The crawl's row is closed with what came of it."""
    connection.execute(
        """
        UPDATE crawls SET ended_at = ?, outcome = ?, found = ?, new = ?, known = ?, changed = ?, gone = ?,
            moved = ?, removed = ?, not_articles = ?, forbidden = ?, failed = ?, notes = ?
        WHERE id = ?
        """,
        (
            fact.at,
            fact.outcome,
            *(fact.counts.get(name, 0) for name in COUNTS),
            "\n".join(fact.notes) or None,
            fact.crawl,
        ),
    )
