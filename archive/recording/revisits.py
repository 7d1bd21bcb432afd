"""Decide whether a response repeats a stored one, so that its body is not stored again.

The bytes on disk decide: the original is read back, and only if its body equals the new one byte for byte, framing
and compression included, does the new record refer to it. A damaged original is never referred to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.errors import DamagedRecord
from archive.http.capture import Place
from archive.http.message import read_head
from archive.index.db.connection import Connection, Row
from archive.index.ingest import revisits as stored_revisits
from archive.index.ingest.revisits import Original
from archive.warc.block import is_http_answer, payload_start
from archive.warc.entries import CaptureEntry, OriginalReference, Payload
from archive.warc.reader import read_record
from archive.warc.records import Exchange, Record, Revisit
from archive.warc.validation import has_payload_digest

NOT_MODIFIED = 304
MAX_COMPARED = 20  # responses of one address whose payload is compared with a digest
SHARED_ROLES = frozenset({"image", "requisite"})  # roles whose responses are often equal under many addresses


def not_modified_revisit(folder: Path, exchange: Exchange, original: Original | None) -> Revisit | None:
    """Return the revisit for a 304 to a conditional request, or None for any other response."""
    if original is None or exchange.truncated or read_head(exchange.response).status != NOT_MODIFIED:
        return None
    record = _readable(folder, original)
    if record is None:
        return None
    digest = "sha256:" + original.payload_sha256
    return Revisit("server-not-modified", record, digest, original.payload_bytes)


def identical_revisit(
    folder: Path, exchange: Exchange, payload: Payload, originals: Iterable[Original]
) -> Revisit | None:
    """Return the revisit of the first original with exactly the same body, or None if there is none or no body."""
    start = payload_start(exchange.response)
    if start is None or exchange.truncated or not is_http_answer(exchange.response):
        return None
    body = exchange.response[start:]
    for original in originals if body else ():
        record = _readable(folder, original)
        if record is not None and record.block[read_head(record.block).length :] == body:
            return Revisit("identical-payload-digest", record, payload.digest, payload.length)
    return None


def originals_among(
    entries: Iterable[CaptureEntry], url: str, payload: Payload, *, anywhere: bool
) -> Iterator[Original]:
    """Yield originals among entries that are written but have no rows yet."""
    for entry in entries:
        same = "sha256:" + entry.payload_sha256 == payload.digest and (anywhere or entry.url == url)
        if same and entry.revisit_of is None and entry.truncated is None:
            yield Original(entry.record_id, entry.place, entry.payload_sha256, entry.payload_bytes)


def resolve_imported(folder: Path, connection: Connection) -> list[int]:
    """Find the originals of imported revisits that have none yet; return the captures that have one now.

    An original may come after its revisit, in the same file or in a later one. One that is named by its payload
    digest alone is sought among all imported responses, then among the crawled ones of the same address.
    """
    found = []
    for row in stored_revisits.unresolved_revisits(connection):
        reference = OriginalReference.parse(row["revisit_of"] or "")
        original = stored_revisits.original_of_external(
            connection, reference, row["url"]
        ) or _response_with_digest(folder, connection, row["url"], reference.digest)
        if original is not None:
            stored_revisits.set_original(connection, row["id"], original)
            found.append(int(row["id"]))
    return found


def _response_with_digest(folder: Path, connection: Connection, url: str, digest: str | None) -> Row | None:
    """Return the first response of an address whose payload has a digest, or None."""
    for row in stored_revisits.responses_of(connection, url, MAX_COMPARED) if digest else ():
        try:
            record = read_record(folder, Place(row["file"], row["offset"], row["length"]))
        except DamagedRecord:
            continue
        if digest and has_payload_digest(record, digest):
            return row
    return None


def _readable(folder: Path, original: Original) -> Record | None:
    try:
        record = read_record(folder, original.place)
    except DamagedRecord:
        return None
    return record if record.kind == "response" and record.record_id == original.record_id else None
