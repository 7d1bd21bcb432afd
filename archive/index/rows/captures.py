"""Queries on captures and sightings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive import timestamps, urls
from archive.http.capture import Place
from archive.index.db.connection import Connection, Row
from archive.reasons import Reason
from archive.values.short_repr import ShortRepr


@dataclass(frozen=True, slots=True, repr=False)
class CaptureRow:
    """A capture as the index knows it; `place` locates its bytes."""

    id: int
    url: str
    role: str
    fetched_at: datetime  # aware, UTC
    status: int | None
    media_type: str | None
    redirects_to: str | None
    payload_sha256: str
    truncated: str | None
    reading: str | None  # article, or why it is not one
    record_id: str
    digest: str
    place: Place
    repeats: str | None = None  # record id of the stored response whose body it repeats

    def __repr__(self) -> str:
        """Return what identifies the capture, on one short line, for an interactive session."""
        status = self.status or "no status"
        return f"<CaptureRow {self.id}: {self.url} at {self.fetched_at:%Y-%m-%d %H:%M:%S} UTC, {status}, {self.role}>"


@dataclass(frozen=True, slots=True, repr=False)
class SightingRow(ShortRepr):
    """An article in a listing."""

    seen_at: datetime  # aware, UTC
    listing: str  # address of the listing, feed or sitemap
    role: str  # listing, feed or sitemap
    section: str | None
    place: int
    headline: str | None
    stamp: str | None


@dataclass(frozen=True, slots=True)
class FailureRow:
    """An address that gave no usable response."""

    url: str  # as requested
    role: str  # as in captures
    reason: str


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A capture of a listing, feed or sitemap, and how many articles it showed."""

    url: str
    role: str
    section: str | None
    status: int | None
    found: int


def of_url(connection: Connection, url: str) -> list[CaptureRow]:
    """Return every capture of an address, however it is spelled, earliest first.

    Spelling includes tracking parameters, http or https, "www." and a final slash. Without such a capture, return
    those of its AMP twin. Redirects from one spelling to another are left out if anything else was captured, and
    responses to a POST always: they are not what a reader sees at the address.
    """
    if not urls.is_web_url(url):
        return _at_addresses(connection, [url])
    spellings = urls.spellings(url)
    found = _at_addresses(connection, [url, *spellings])
    if not found:
        found = _at_addresses(connection, urls.amp_twins(url))
    kept = [row for row in found if not _is_respelled(row)]
    return kept or found


def _at_addresses(connection: Connection, addresses: Iterable[str]) -> list[CaptureRow]:
    """Return the captures whose address or its canonical form is one of these, earliest first."""
    stated = tuple(dict.fromkeys(addresses))
    marks = ", ".join("?" * len(stated))
    rows = connection.execute(
        f"""
        SELECT * FROM captures WHERE id IN (
            SELECT id FROM captures WHERE url IN ({marks})
            UNION SELECT id FROM captures WHERE canonical IN ({marks})
        ) AND request_body IS NULL ORDER BY fetched_at, id
        """,
        (*stated, *stated),
    )
    return [of_row(row) for row in rows]


def _is_respelled(row: CaptureRow) -> bool:
    """Return whether a capture redirects to another spelling of its own address."""
    return (
        row.redirects_to is not None
        and urls.is_web_url(row.redirects_to)
        and urls.canonical(row.redirects_to) in urls.spellings(row.url)
    )


def of_id(connection: Connection, capture_id: int) -> CaptureRow | None:
    """Return the capture with that id, or None."""
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    return of_row(row) if row else None


def of_record(connection: Connection, record_id: str) -> CaptureRow | None:
    """Return the capture of a record id, given with or without «<urn:uuid:>»; None if there is none."""
    bare = record_id.strip("<>").removeprefix("urn:uuid:")
    row = connection.execute("SELECT * FROM captures WHERE record_id = ?", (f"<urn:uuid:{bare}>",)).fetchone()
    return of_row(row) if row else None


def of_place(connection: Connection, place: Place) -> CaptureRow | None:
    """Return the capture whose record begins at a place, or None."""
    row = connection.execute(
        'SELECT * FROM captures WHERE file = ? AND "offset" = ?', (place.file, place.offset)
    ).fetchone()
    return of_row(row) if row else None


def original_at(connection: Connection, place: Place) -> CaptureRow | None:
    """Return the capture whose body the one at a place repeats; None if it has its own."""
    row = connection.execute(
        """
        SELECT original.* FROM captures JOIN captures AS original ON original.record_id = captures.revisit_of
        WHERE captures.file = ? AND captures."offset" = ?
        """,
        (place.file, place.offset),
    ).fetchone()
    return of_row(row) if row else None


def captured_in_crawl(connection: Connection, crawl: str, url: str) -> int | None:
    """Return the complete capture of an address in a crawl, or None."""
    row = connection.execute(
        "SELECT id FROM captures WHERE crawl_id = ? AND url = ? AND truncated IS NULL AND status < 500"
        " AND status NOT IN (408, 425, 429)"  # those to be tried again after a while
        " ORDER BY id DESC LIMIT 1",
        (crawl, url),
    ).fetchone()
    return int(row["id"]) if row else None


def last_requested(connection: Connection, addresses: Iterable[str]) -> dict[str, str]:
    """Return when each address was last requested, as stored, with or without a response.

    Addresses that were never requested are left out.
    """
    found = {}
    for url in addresses:
        row = connection.execute(
            """
            SELECT max(at) AS at FROM (
                SELECT max(fetched_at) AS at FROM captures WHERE url IN (:url, :canonical) AND request_body IS NULL
                UNION ALL SELECT max(failed_at) FROM failures WHERE url = :url
            )
            """,
            {"url": url, "canonical": urls.canonical(url)},
        ).fetchone()
        if row["at"] is not None:
            found[url] = row["at"]
    return found


def of_role(connection: Connection, role: str) -> list[CaptureRow]:
    """Return every capture with that role, in the order stored."""
    return [
        of_row(row)
        for row in connection.execute("SELECT * FROM captures WHERE role = ? ORDER BY id", (role,))
    ]


def listings(connection: Connection) -> list[ListingRow]:
    """Return every capture of a listing, feed or sitemap with its number of articles, in the order stored."""
    rows = connection.execute(
        """
        SELECT captures.*, (SELECT count(*) FROM sightings WHERE capture_id = captures.id) AS found
        FROM captures WHERE role IN ('listing', 'feed', 'sitemap') ORDER BY id
        """
    )
    return [ListingRow(row["url"], row["role"], row["section"], row["status"], row["found"]) for row in rows]


def failures(connection: Connection) -> list[FailureRow]:
    """Return every address that gave no usable response, in the order requested."""
    rows = connection.execute("SELECT url, role, reason FROM failures ORDER BY id")
    return [FailureRow(row["url"], row["role"], row["reason"]) for row in rows]


def last_failure(connection: Connection, url: str) -> Reason | None:
    """Return why the last request for an address without a usable response gave none; None if there was no such."""
    row = connection.execute(
        "SELECT reason FROM failures WHERE url = ? ORDER BY failed_at DESC, id DESC LIMIT 1", (url,)
    ).fetchone()
    return Reason.parse(row["reason"]) if row else None


def sightings(connection: Connection, article_id: int) -> list[SightingRow]:
    """Return where listings showed an article, earliest first."""
    rows = connection.execute(
        """
        SELECT sightings.*, captures.url AS listing, captures.role FROM sightings
        JOIN captures ON captures.id = sightings.capture_id
        WHERE article_id = ? ORDER BY seen_at, sightings.capture_id, place
        """,
        (article_id,),
    )
    return [
        SightingRow(
            timestamps.from_iso(row["seen_at"]),
            row["listing"],
            row["role"],
            row["section"],
            row["place"],
            row["headline"],
            row["stamp"],
        )
        for row in rows
    ]


def of_row(row: Row) -> CaptureRow:
    """Return a row of captures as a value."""
    return CaptureRow(
        row["id"],
        row["url"],
        row["role"],
        timestamps.from_iso(row["fetched_at"]),
        row["status"],
        row["media_type"],
        row["redirects_to"],
        row["payload_sha256"],
        row["truncated"],
        row["reading"],
        row["record_id"],
        row["digest"],
        Place(row["file"], row["offset"], row["length"]),
        row["revisit_of"] if row["payload_bytes"] else None,
    )
