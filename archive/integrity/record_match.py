"""Compare a record read from a WARC file with its row in the index.

Whoever rewrites a record can make every digest in its file match again. The index, written together with the record,
still has the original digest, so an altered record is detected wherever it is shown. If the index was rewritten too,
only `verify` with its manifests detects that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from archive.errors import DamagedRecord, NotFound
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
from archive.integrity.snapshot_parts import SnapshotParts
from archive.replay import page_requisites
from archive.replay.render import kind_of
from archive.values.short_repr import ShortRepr
from archive.warc import filenames, reader
from archive.warc.block import sha256
from archive.warc.entries import distinct_record_id
from archive.warc.records import Record

MAX_PARTS = 200  # of one page, those of its style sheets included
MAX_PART_BYTES = 64 * 1024 * 1024  # of all parts of a page together


@dataclass(frozen=True, slots=True, repr=False)
class CheckedCapture(ShortRepr):
    """A capture as read from its WARC file, and whether it matches the index."""

    _shown = ("mismatch", "capture")

    record: Record
    capture: Capture
    mismatch: str | None  # how it differs from the index, as a sentence; None if it matches


def check_capture(connection: Connection, folder: Path, place: Place) -> CheckedCapture:
    """Return the capture at a place and how it differs from its row.

    For a revisit, the record whose body it repeats has to match its own row too. Raise NotFound if the index has no
    capture there, DamagedRecord if its bytes cannot be read.
    """
    row = captures.of_place(connection, place)
    if row is None:
        raise NotFound(f"The index has no capture in {place.file} at byte {place.offset}.")
    record = reader.read_record_at(folder, row.place)
    original_row = captures.original_at(connection, place)
    original = reader.read_record_at(folder, original_row.place) if original_row else None
    capture = record.capture(original.capture() if original else None)
    if (differs := _difference(row, record, capture)) is not None:
        return CheckedCapture(record, capture, _sentence("This record", differs))
    if (
        original_row
        and original
        and (differs := _difference(original_row, original, original.capture())) is not None
    ):
        return CheckedCapture(record, capture, _sentence("The record whose body this one repeats", differs))
    return CheckedCapture(record, capture, None)


def altered_parts(connection: Connection, folder: Path, page: Capture) -> int:
    """Return how many pictures, styles and fonts of a page's snapshot differ from the index or cannot be read.

    Each is looked up as the snapshot does; what was never captured is not counted.
    """
    seen: set[str] = set()
    altered, size = 0, 0
    todo = [page]
    parts = SnapshotParts(connection, folder, page.fetched_at)
    while todo:
        for url in page_requisites.snapshot_requisites(todo.pop(), parts.is_captured):
            if url in seen or len(seen) >= MAX_PARTS or size > MAX_PART_BYTES:
                continue
            seen.add(url)
            row = parts.row(url)
            if row is None:
                continue
            try:
                part = check_capture(connection, folder, row.place)
            except DamagedRecord:
                altered += 1
                continue
            altered += part.mismatch is not None
            size += len(part.capture.raw)
            if kind_of(part.capture) == "style":
                todo.append(part.capture)
    return altered


def _difference(row: CaptureRow, record: Record, capture: Capture) -> str | None:
    """Return the name of the first property that differs from the index, or None."""
    # Records made elsewhere may state a wrong block digest from the start. The index has our own digest of the payload,
    # and no digest of the head; so its properties are compared below.
    is_ours = filenames.parse(PurePosixPath(row.place.file).name) is not None
    if is_ours and row.digest != sha256(record.block):
        return "digest"
    if capture.payload_digest() != f"sha256:{row.payload_sha256}":
        return "digest"
    found: dict[str, tuple[object, object]] = {
        "length": (record.place.length, row.place.length),
        "record id": (record.record_id if is_ours else _external_id(row, record), row.record_id),
        "address": (record.url, row.url),
        "date": (record.date, row.fetched_at),
    }
    if not is_ours:
        found |= {
            "status": (capture.status or None, row.status),
            "media type": (capture.media_type, row.media_type),
            "redirect": (capture.redirects_to, row.redirects_to),
        }
    return next((name for name, (stated, indexed) in found.items() if stated != indexed), None)


def _external_id(row: CaptureRow, record: Record) -> str:
    """Return the row's id if a record made elsewhere has it, or was given it in place of one that is not its own."""
    payload = None if record.kind == "revisit" else row.payload_sha256
    distinct = distinct_record_id(record.record_id, row.fetched_at, row.url, row.digest, payload)
    return row.record_id if not record.record_id or distinct == row.record_id else record.record_id


def _sentence(what: str, differs: str) -> str:
    return (
        f"{what} does not match the {differs} in the index: the WARC file or the index was altered. "
        "Run 'newsarchive verify'."
    )
