"""Find the earlier response that a response repeats, and what its extraction means for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from archive import timestamps, urls
from archive.http.capture import Place
from archive.index.db.connection import Connection, Row
from archive.index.rows.captures import original_at
from archive.reasons import UNAPPLIED, Reason
from archive.warc import filenames
from archive.warc.entries import OriginalReference
from archive.warc.validation import normalized_digest

# Responses with the same payload in other encodings to compare byte by byte.
MAX_CANDIDATES = 3
# what a row has of the HTTP head, which a revisit made elsewhere may lack
HEAD_COLUMNS = ("status", "media_type", "charset", "etag", "last_modified", "redirects_to")
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
        SELECT captures.*, (SELECT started_at FROM crawls WHERE crawls.id = crawl_id) AS run_started
        FROM captures
        WHERE payload_sha256 = ? AND kind = 'response' AND truncated IS NULL AND (url = ? OR ?)
        ORDER BY url = ? DESC, id DESC LIMIT ?
        """,
        (payload_sha256, url, anywhere, url, MAX_CANDIDATES),
    )
    return (_original(row) for row in rows.fetchall() if _is_before(row, run))


def original_of_external(connection: Connection, reference: OriginalReference, url: str) -> Row | None:
    """Return the response that a revisit of `url` made elsewhere names, or None.

    It is named by address and date, by id, or by the digest of its payload. The address and date come first: programs
    that repeat record ids are known. The digest comes last: the same payload may have come with another head.
    """
    found = None
    if reference.url and reference.date:
        first = timestamps.from_iso(reference.date)
        # A date without a fraction may stand for any moment of its second.
        last = first if first.microsecond else first.replace(microsecond=999999)
        found = connection.execute(
            """
            SELECT * FROM captures
            WHERE url = ? AND fetched_at BETWEEN ? AND ? AND kind = 'response'
            ORDER BY record_id IS ? DESC, id LIMIT 1
            """,
            (reference.url, reference.date, timestamps.to_iso(last), reference.record_id),
        ).fetchone()
    if found is None and reference.record_id:
        found = connection.execute(
            """
            SELECT coalesce(original.id, captures.id) AS id
            FROM captures LEFT JOIN captures AS original
                ON captures.kind = 'revisit' AND original.record_id = captures.revisit_of
            WHERE captures.record_id = ?
            """,
            (reference.record_id,),
        ).fetchone()
        found = (
            found
            and connection.execute(
                "SELECT * FROM captures WHERE id = ? AND kind = 'response'", (found["id"],)
            ).fetchone()
        )
    if found is None and reference.digest:
        found = _response_with_payload(connection, normalized_digest(reference.digest), url)
    return cast(Row | None, found)


def _response_with_payload(connection: Connection, digest: str, url: str) -> Row | None:
    """Return the first response with a payload, of that address if there is one, else of any."""
    decoded = digest.removeprefix("sha256:") if digest.startswith("sha256:") else None
    row: Row | None = connection.execute(
        """
        SELECT * FROM captures WHERE id IN (
            SELECT id FROM captures WHERE payload_digest = :digest
            UNION SELECT id FROM captures WHERE payload_sha256 = :decoded AND truncated IS NULL
        ) AND kind = 'response'
        ORDER BY url = :url DESC, id LIMIT 1
        """,
        {"digest": digest, "decoded": decoded, "url": url},
    ).fetchone()
    return row


def unresolved_revisits(connection: Connection) -> list[Row]:
    """Return the revisits of imported files whose originals are not in the index, in the order stored."""
    return connection.execute(
        """
        SELECT * FROM captures
        WHERE kind = 'revisit' AND crawl_id IS NULL AND role = 'page' AND payload_bytes = 0
            AND NOT EXISTS (
                SELECT 1 FROM captures AS original
                WHERE original.record_id = captures.revisit_of AND original.payload_sha256 = captures.payload_sha256
            )
        ORDER BY id
        """
    ).fetchall()


def responses_of(connection: Connection, url: str, most: int) -> list[Row]:
    """Return the first responses of an address that have a body, at most so many."""
    return connection.execute(
        """
        SELECT * FROM captures WHERE url = ? AND kind = 'response' AND payload_bytes > 0
        ORDER BY fetched_at, id LIMIT ?
        """,
        (url, most),
    ).fetchall()


def set_original(connection: Connection, capture_id: int, original: Row) -> None:
    """Store the original of a revisit, which has to be extracted with it."""
    connection.execute(
        """
        UPDATE captures SET revisit_of = ?, payload_sha256 = ?, payload_bytes = ?, reading = NULL WHERE id = ?
        """,
        (original["record_id"], original["payload_sha256"], original["payload_bytes"], capture_id),
    )
    stated = ", ".join(f"{name} = ?" for name in HEAD_COLUMNS)
    connection.execute(
        f"UPDATE captures SET {stated} WHERE id = ? AND status IS NULL",  # an empty block: the original's head
        (*(original[name] for name in HEAD_COLUMNS), capture_id),
    )


def validators(connection: Connection, url: str, *, run: filenames.WarcName) -> Validators | None:
    """Return validators for the last usable response of an address; None to request it in full.

    Also None after a 304 that refers to no stored response.
    """
    row = connection.execute(
        """
        SELECT captures.etag, captures.last_modified, original.*,
            (SELECT started_at FROM crawls WHERE crawls.id = original.crawl_id) AS run_started
        FROM captures JOIN captures AS original
            ON original.record_id = coalesce(captures.revisit_of, captures.record_id)
        WHERE captures.url = :url AND captures.status = 200 AND captures.truncated IS NULL
            AND captures.request_body IS NULL
            AND captures.id > coalesce((
                SELECT max(id) FROM captures WHERE url = :url AND status = 304 AND kind = 'response'
            ), 0)
        ORDER BY captures.id DESC LIMIT 1
        """,
        {"url": url.partition("#")[0]},
    ).fetchone()
    if row is None or not _is_before(row, run):
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


def _is_before(row: Row, run: filenames.WarcName) -> bool:
    """Return whether a rebuild meets a capture before those of a run. An earlier run may have begun its file."""
    name = filenames.parse(row["file"].rpartition("/")[2])
    if name is None:
        return False
    began = re.sub(r"\D", "", row["run_started"] or "")[: len(name.time)]
    return (max(name.time, began), name.source) <= (run.time, run.source)


def _original(row: Row) -> Original:
    return Original(row["record_id"], _place(row), row["payload_sha256"], row["payload_bytes"])


def _place(row: Row) -> Place:
    return Place(row["file"], row["offset"], row["length"])
