"""Find the earlier response that a response repeats, and what its extraction means for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive import urls
from archive.http.capture import Place
from archive.index.db.connection import Connection, Row
from archive.index.rows.captures import original_at
from archive.reasons import UNAPPLIED, Reason
from archive.warc import filenames

# Responses with the same payload in other encodings to compare byte by byte.
MAX_CANDIDATES = 3
_SENDABLE = re.compile(r"[ -~]{1,1000}")


@dataclass(frozen=True, slots=True)
class Original:
    """A response whose body others may refer to."""

    record_id: str
    place: Place
    payload_sha256: str
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of a response, with which to ask the server whether it is still current."""

    original: Original  # the record that holds the body
    etag: str | None
    last_modified: str | None

    def headers(self) -> dict[str, str]:
        """Return the conditional request headers (RFC 9110 section 13.1)."""
        stated = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in stated.items() if value}


def originals(
    connection: Connection, url: str, payload_sha256: str, *, run: filenames.WarcName, anywhere: bool
) -> Iterator[Original]:
    """Yield complete responses with this payload, of this address or `anywhere`, the most likely equal first.

    Only records that a rebuild meets before those of `run`: a revisit never refers forward.
    """
    rows = connection.execute(
        """
        SELECT * FROM captures
        WHERE payload_sha256 = ? AND kind = 'response' AND truncated IS NULL AND (url = ? OR ?)
        ORDER BY url = ? DESC, id DESC LIMIT ?
        """,
        (payload_sha256, url, anywhere, url, MAX_CANDIDATES),
    )
    return (_original(row) for row in rows.fetchall() if _is_before(row["file"], run))


def validators(connection: Connection, url: str, *, run: filenames.WarcName) -> Validators | None:
    """Return validators for the last usable response of an address; None to request it in full.

    Also None after a 304 that refers to no stored response.
    """
    row = connection.execute(
        """
        SELECT captures.etag, captures.last_modified, original.*
        FROM captures JOIN captures AS original
            ON original.record_id = coalesce(captures.revisit_of, captures.record_id)
        WHERE captures.url = :url AND captures.status = 200 AND captures.truncated IS NULL
            AND captures.id > coalesce((
                SELECT max(id) FROM captures WHERE url = :url AND status = 304 AND kind = 'response'
            ), 0)
        ORDER BY captures.id DESC LIMIT 1
        """,
        {"url": url.partition("#")[0]},
    ).fetchone()
    if row is None or not _is_before(row["file"], run):
        return None
    etag, last_modified = (value if value and _SENDABLE.fullmatch(value) else None for value in row[:2])
    return Validators(_original(row), etag, last_modified) if etag or last_modified else None


def original_place(connection: Connection, place: Place) -> Place | None:
    """Return the place of the body that the capture at a place repeats; None if it has its own."""
    original = original_at(connection, place)
    return original.place if original else None


def repeated_capture(connection: Connection, row: Row) -> Row | None:
    """Return the capture whose extraction holds for this one too, because it is the same page; None to extract it.

    The charset is declared in the HTTP header, which a revisit does not repeat.
    """
    if row["kind"] != "revisit" or row["truncated"] or row["redirects_to"]:
        return None
    original: Row | None = connection.execute(
        "SELECT * FROM captures WHERE record_id = ?", (row["revisit_of"],)
    ).fetchone()
    if (
        original is None
        or original["role"] != "article"
        or original["reading"] is None
        or original["redirects_to"]
    ):
        return None
    if Reason.parse(original["reading"]).code == UNAPPLIED:  # nor can this one be applied
        return None
    same_address = urls.canonical(original["url"]) == urls.canonical(row["url"])
    same_head = row["status"] == 304 or (row["status"], row["charset"]) == (
        original["status"],
        original["charset"],
    )
    is_page = original["status"] is not None and original["status"] < 300
    return original if same_address and same_head and is_page else None


def _is_before(file: str, run: filenames.WarcName) -> bool:
    name = filenames.parse(file.rpartition("/")[2])
    return name is not None and (name.time, name.source) <= (run.time, run.source)


def _original(row: Row) -> Original:
    return Original(row["record_id"], _place(row), row["payload_sha256"], row["payload_bytes"])


def _place(row: Row) -> Place:
    return Place(row["file"], row["offset"], row["length"])
