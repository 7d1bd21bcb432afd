"""Store events from WARC records as rows: crawls, captures, failures, sightings."""

from __future__ import annotations

from dataclasses import replace

from archive import timestamps, urls
from archive.crawl_results import STORED_COUNTS
from archive.events import (
    Assigned,
    CrawlEnded,
    CrawlStarted,
    Failed,
    Fetched,
    Imported,
    Sighted,
    without_surrogates,
)
from archive.index.db.connection import Connection, Row
from archive.index.ingest.revisits import HEAD_COLUMNS, original_of_external
from archive.warc.entries import CaptureEntry, OriginalReference

PICTURE_ROLES = (
    "image",
    "requisite",
)  # a picture of an article may be on a section page, which is captured first


def new_entry(connection: Connection, entry: CaptureEntry) -> CaptureEntry | None:
    """Return the entry that becomes a row; None if a response has its row already.

    An import may contain what was crawled or imported before. Programs that repeat record ids are known, so a record
    made elsewhere is the same only if its address, date and content are; else it gets an id of its own. A conversion
    is of no use beside the response it was made of.
    """
    if entry.converted_from and _capture_of_record(connection, entry.converted_from):
        return None
    known = _capture_of_record(connection, entry.record_id)
    if known is None:
        return entry
    if not entry.is_external or _is_same(known, entry):
        return None
    distinct = replace(entry, record_id=entry.distinct_record_id)
    return None if _capture_of_record(connection, distinct.record_id) else distinct


def file_of(connection: Connection, entry: CaptureEntry) -> str | None:
    """Return the WARC file that has the response of an entry already."""
    ids = (entry.record_id, entry.distinct_record_id, entry.converted_from)
    rows = (_capture_of_record(connection, one) for one in ids if one)
    return next((str(row["file"]) for row in rows if row), None)


def _capture_of_record(connection: Connection, record_id: str) -> Row | None:
    row: Row | None = connection.execute(
        "SELECT * FROM captures WHERE record_id = ?", (record_id,)
    ).fetchone()
    return row


def _is_same(row: Row, entry: CaptureEntry) -> bool:
    stated = (entry.url, timestamps.to_iso(entry.fetched_at), entry.kind, entry.digest)
    if stated != (row["url"], row["fetched_at"], row["kind"], row["digest"]):
        return False
    return entry.kind == "revisit" or entry.payload_sha256 == row["payload_sha256"]


def add_capture(connection: Connection, entry: CaptureEntry, event: Fetched) -> int:
    """Add a row for a response; return its id."""
    columns = capture_columns(_with_payload(connection, entry), event)
    named, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    cursor = connection.execute(f"INSERT INTO captures ({named}) VALUES ({marks})", tuple(columns.values()))
    number = int(cursor.lastrowid or 0)
    if event.role in PICTURE_ROLES:
        connection.execute(
            "UPDATE images SET capture_id = ? WHERE url = ? AND capture_id IS NULL", (number, entry.url)
        )
    return number


def _with_payload(connection: Connection, entry: CaptureEntry) -> CaptureEntry:
    """Add the original, with its payload, to a revisit made elsewhere, which does not state it."""
    if entry.kind != "revisit" or entry.payload_bytes:
        return entry
    reference = OriginalReference.parse(entry.revisit_of or "")
    original = original_of_external(connection, reference, entry.url)
    if original is None:
        return entry
    head = {}
    if entry.status is None:  # its block is empty: the head is the original's too
        head = {name: original[name] for name in HEAD_COLUMNS}
    return replace(
        entry,
        revisit_of=original["record_id"],
        payload_sha256=original["payload_sha256"],
        payload_bytes=original["payload_bytes"],
        **head,
    )


def capture_columns(entry: CaptureEntry, event: Fetched) -> dict[str, object]:
    """Return the columns of a response's row when it is stored, by name."""
    columns = {
        "crawl_id": event.crawl,
        "source": event.source,
        "role": event.role,
        "url": entry.url,
        "fetched_at": timestamps.to_iso(entry.fetched_at),
        "status": entry.status,
        "media_type": entry.media_type,
        "charset": entry.charset,
        "etag": entry.etag,
        "last_modified": entry.last_modified,
        "redirects_to": entry.redirects_to,
        "payload_sha256": entry.payload_sha256,
        "payload_bytes": entry.payload_bytes,
        "truncated": entry.truncated,
        "kind": entry.kind,
        "revisit_of": entry.revisit_of,
        "record_id": entry.record_id,
        "file": entry.place.file,
        "offset": entry.place.offset,
        "length": entry.place.length,
        "digest": entry.digest,
        "redirected_from": event.redirected_from,
        "section": event.section,
        "listed_headline": event.headline,
        "listed_stamp": event.stamp,
        "listed_in": event.listed_in,
        "canonical": urls.canonical_if_other(entry.url),
        "payload_digest": entry.payload_digest,
        "request_body": event.body,
    }
    return {name: without_surrogates(value) for name, value in columns.items()}


def add_failure(connection: Connection, event: Failed) -> None:
    """Add a row for an address that gave no usable response."""
    connection.execute(
        "INSERT INTO failures (crawl_id, source, role, url, failed_at, reason) VALUES (?, ?, ?, ?, ?, ?)",
        tuple(
            map(
                without_surrogates, (event.crawl, event.source, event.role, event.url, event.at, event.reason)
            )
        ),
    )


def add_sightings(connection: Connection, event: Sighted) -> None:
    """Add a row for each article a listing showed; do nothing if the listing itself is not in the index."""
    listing = connection.execute(
        "SELECT id, fetched_at FROM captures WHERE record_id = ?", (event.listing,)
    ).fetchone()
    if listing is None:
        return
    for shown in event.shown:
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
                event.source,
                event.section,
                listing["fetched_at"],
                url,
                url,
                without_surrogates(shown.headline),
                without_surrogates(shown.stamp),
            ),
        )


def add_crawl_started(connection: Connection, event: CrawlStarted) -> None:
    """Add rows for the crawl and its source, whose title and time zone are the newest stated."""
    connection.execute(
        """
        INSERT INTO sources (name, title, timezone) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET title = excluded.title, timezone = excluded.timezone
        """,
        (event.source, event.title, event.timezone),
    )
    connection.execute(
        "INSERT OR IGNORE INTO crawls (id, source, started_at, removed_after) VALUES (?, ?, ?, ?)",
        (event.crawl, event.source, event.at, event.removed_after),
    )


def add_unrecorded_crawl(connection: Connection, crawl: str | None, source: str | None, at: str) -> None:
    """Add rows for a crawl and its source if the record of its start cannot be read; do nothing without a source."""
    if source is None:
        return
    connection.execute(
        "INSERT OR IGNORE INTO sources (name, title, timezone) VALUES (?, ?, 'UTC')", (source, source)
    )
    if crawl is not None:
        connection.execute(
            "INSERT OR IGNORE INTO crawls (id, source, started_at) VALUES (?, ?, ?)", (crawl, source, at)
        )


def add_import(connection: Connection, event: Imported) -> None:
    """Add rows for the file, and for its source if it was never crawled."""
    if event.source:
        _add_uncrawled_source(connection, event.source, event.title or event.source, event.timezone or "UTC")
    connection.execute(
        "INSERT OR IGNORE INTO imports VALUES (?, ?, ?, ?, ?, ?)",
        (event.file, event.name, event.sha256, event.at, event.repacked, event.source),
    )


def add_assignment(connection: Connection, event: Assigned) -> None:
    """Store the corrected source of an imported file, with a row for the source if it was never crawled.

    The captures have their own sources: a rebuild adds them with the corrected one.
    """
    _add_uncrawled_source(connection, event.source, event.title, event.timezone)
    if event.file and not event.host:
        connection.execute("UPDATE imports SET source = ? WHERE file = ?", (event.source, event.file))


def _add_uncrawled_source(connection: Connection, name: str, title: str, timezone: str) -> None:
    """Add the row of a source, or complete the one that `add_unrecorded_crawl` added."""
    connection.execute(
        """
        INSERT INTO sources (name, title, timezone) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET title = excluded.title, timezone = excluded.timezone
        WHERE sources.title = sources.name AND sources.timezone = 'UTC'
            AND NOT EXISTS (SELECT 1 FROM crawls WHERE crawls.source = sources.name)
        """,
        (name, title, timezone),
    )


def add_crawl_ended(connection: Connection, event: CrawlEnded) -> None:
    """Store the end and the counts of a crawl in its row."""
    connection.execute(
        f"""
        UPDATE crawls SET ended_at = ?, outcome = ?, {" = ?, ".join(STORED_COUNTS)} = ?, notes = ?
        WHERE id = ?
        """,
        (
            event.at,
            event.outcome,
            *(event.counts.get(name, 0) for name in STORED_COUNTS),
            "\n".join(event.notes) or None,
            event.crawl,
        ),
    )
