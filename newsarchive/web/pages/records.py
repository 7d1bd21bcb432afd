"""WARC records, as a page and for download."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NotFound
from archive.warc.records import Record
from newsarchive.web.http.mismatch_warnings import download_headers
from newsarchive.web.http.requests import open_archive
from newsarchive.web.http.security import SAME_ORIGIN_ONLY, replay_headers
from newsarchive.web.rendering.templating import render_page

MAX_HEAD_BYTES = 64 * 1024  # shown; longer heads have no meaning
_ID = re.compile(r"<?(?:urn:uuid:)?[0-9a-fA-F-]{36}>?")


def record(request: Request) -> Response:
    """Return the page of a response's WARC record, or with ?raw the record itself."""
    record_id = request.path_params["record_id"]
    if not _ID.fullmatch(record_id):
        raise NotFound(f"“{record_id[:80]}” is not the id of a record.")
    with open_archive(request) as archive:
        row = archive.capture_row(record_id)
        checked = archive.check_capture(row)
    found = checked.record
    bare, original = _bare(found.record_id), _bare(row.repeats) if row.repeats else None
    if "raw" in request.query_params:
        headers = replay_headers(request.url.netloc) | SAME_ORIGIN_ONLY
        headers |= download_headers(f"{bare}.warc", checked.mismatch)
        return Response(record_bytes(found), media_type="application/warc", headers=headers)
    return render_page(
        request, "record.html", checked=checked, bare=bare, original=original, head=http_head(found)
    )


def _bare(record_id: str) -> str:
    """Return a record id as it is written in the address of its page."""
    return record_id.strip("<>").removeprefix("urn:uuid:")


def http_head(record: Record) -> str:
    """Return status line and headers as received, decoded for display."""
    head = record.block.partition(b"\r\n\r\n")[0][:MAX_HEAD_BYTES]
    return head.decode("utf-8", "replace")


def record_bytes(record: Record) -> bytes:
    """Return the record as it is in its WARC file, decompressed."""
    head = "".join(f"{name}: {value}\r\n" for name, value in record.headers)
    return f"WARC/1.1\r\n{head}\r\n".encode() + record.block + b"\r\n\r\n"
