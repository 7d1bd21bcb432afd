"""Check an index by itself: which files and manifests it names, and its faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from archive import timestamps, urls
from archive.extraction.body import html_grammar
from archive.extraction.model import Image
from archive.index.db import migrations
from archive.index.db.connection import Connection
from archive.index.db.triggers import TRIGGERS
from archive.warc.entries import CaptureEntry

_MAX_FAULTS = 20  # faults of the file itself to report


def indexed_bytes(connection: Connection, file: str) -> int | None:
    """Return how many bytes of a WARC file are indexed; None if the index does not know the file."""
    row = connection.execute("SELECT bytes FROM warc_files WHERE file = ?", (file,)).fetchone()
    return int(row["bytes"]) if row else None


def all_reached(connection: Connection) -> dict[str, int | None]:
    """Return how many bytes of each WARC file are indexed; None for a file that only rows of captures name."""
    rows = connection.execute(
        """
        SELECT file, bytes FROM warc_files
        UNION ALL SELECT DISTINCT file, NULL FROM captures WHERE file NOT IN (SELECT file FROM warc_files)
        """
    )
    return {row["file"]: row["bytes"] for row in rows}


def captures(connection: Connection) -> int:
    """Return the number of captures."""
    return int(connection.execute("SELECT count(*) FROM captures").fetchone()[0])


def sources(connection: Connection) -> list[tuple[str, str, str]]:
    """Return name, title and time zone of every source."""
    return [
        tuple(row) for row in connection.execute("SELECT name, title, timezone FROM sources ORDER BY name")
    ]


def was_extracted_later(connection: Connection, entry: CaptureEntry) -> bool:
    """Return whether an article's address was captured again and extracted since, or a version needs the lost row."""
    later = connection.execute(
        "SELECT 1 FROM captures WHERE url = ? AND role = 'article' AND fetched_at > ? AND reading IS NOT NULL",
        (entry.url, timestamps.to_iso(entry.fetched_at)),
    ).fetchone()
    rests = connection.execute(
        """
        SELECT 1 FROM versions JOIN addresses ON addresses.article_id = versions.article_id
        WHERE addresses.url = ? AND versions.capture_id NOT IN (SELECT id FROM captures)
        """,
        (urls.canonical(entry.url),),
    ).fetchone()
    return later is not None or rests is not None


def captures_per_file(connection: Connection) -> dict[str, int]:
    """Return every file that a row names, and how many captures name it."""
    rows = connection.execute(
        """
        SELECT file, count(*) AS captures FROM captures GROUP BY file
        UNION ALL SELECT file, 0 FROM warc_files WHERE file NOT IN (SELECT file FROM captures)
        """
    )
    return {row["file"]: row["captures"] for row in rows}


def manifest_digests(connection: Connection) -> dict[str, str]:
    """Return every manifest that has a row, and its SHA-256."""
    return {row["name"]: row["sha256"] for row in connection.execute("SELECT name, sha256 FROM manifests")}


def manifest_of(connection: Connection, file: str) -> str | None:
    """Return the manifest that lists a file, according to its row."""
    row = connection.execute("SELECT manifest FROM warc_files WHERE file = ?", (file,)).fetchone()
    return row["manifest"] if row else None


def crawl_ids(connection: Connection) -> set[str]:
    """Return every crawl that has a row."""
    return {row["id"] for row in connection.execute("SELECT id FROM crawls")}


def captures_dated_ahead(connection: Connection, now: datetime) -> tuple[int, str] | None:
    """Return how many captures are dated in the future, and the latest of their dates; None if there are none."""
    row = connection.execute(
        "SELECT count(*) AS captures, max(fetched_at) AS latest FROM captures WHERE fetched_at > ?",
        (timestamps.to_iso(now + timestamps.CLOCK_SLACK),),
    ).fetchone()
    return (row["captures"], row["latest"]) if row["captures"] else None


def integrity_faults(connection: Connection) -> Iterator[str]:
    """Yield SQLite's integrity errors (file, indexes, full-text index), and references to missing rows."""
    for row in connection.execute(f"PRAGMA integrity_check({_MAX_FAULTS})"):
        if row[0] != "ok":
            yield str(row[0]).splitlines()[0]
    for count, row in enumerate(connection.execute("PRAGMA foreign_key_check")):
        if count == _MAX_FAULTS:
            yield "and more such rows"
            break
        yield f"a row of {row['table']} ({row['rowid'] or 'no number'}) names a row of {row['parent']} that is missing"


def unknown_triggers(connection: Connection) -> Iterator[str]:
    """Yield the triggers that are not of this release: they may change rows when others are written."""
    for kind, name, *_ in migrations.schema_objects(connection):
        if kind == "trigger" and name not in TRIGGERS:
            yield f"the trigger {name} is not part of this release"


def bodies(connection: Connection) -> Iterator[tuple[str | None, str]]:
    """Yield address and sentence for each version whose `body_html` and `body` have different words."""
    rows = connection.execute(
        """
        SELECT versions.number, versions.body, versions.body_html, articles.url,
            (SELECT json_group_array(json_array(url, caption, credit)) FROM
                (SELECT url, caption, credit FROM images WHERE version_id = versions.id ORDER BY place)) AS pictures
        FROM versions LEFT JOIN articles ON articles.id = versions.article_id
        WHERE body_html IS NOT NULL ORDER BY versions.id
        """
    )
    for row in rows:
        pictures = [Image(*picture) for picture in json.loads(row["pictures"])]
        if "\n\n".join(html_grammar.html_paragraphs(row["body_html"], pictures)) != row["body"]:
            what = f"version {row['number']} of {row['url'] or 'no article'}"
            yield row["url"], f"{what} has other words in body_html than in body"


def repeats(connection: Connection) -> Iterator[tuple[str | None, str]]:
    """Yield address and sentence for each revisit whose original is missing or has another body."""
    for row in connection.execute(
        """
        SELECT captures.url, original.payload_sha256 AS other
        FROM captures LEFT JOIN captures AS original ON original.record_id = captures.revisit_of
        WHERE captures.kind = 'revisit' AND captures.payload_sha256 IS NOT original.payload_sha256
            AND captures.crawl_id IS NOT NULL  -- imported revisits may repeat records that were never imported
        """
    ):
        what = "is not in the index" if row["other"] is None else "has another body"
        yield row["url"], f"the record that a revisit of {row['url']} repeats {what}"
