"""Show a WARC record as a page, and serve it for download."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NotFound
from archive.warc.records import Record
from newsarchive.web.requests import open_archive
from newsarchive.web.security import SAME_ORIGIN_ONLY, replay_headers
from newsarchive.web.templating import render_page
from newsarchive.web.warnings import download_headers

MAX_HEAD_BYTES = 64 * 1024  # bytes shown; no server sends more that means something
_ID = re.compile(r"<?(?:urn:uuid:)?[0-9a-fA-F-]{36}>?")


def record(request: Request) -> Response:
    """Show the record of a response; with ?raw serve the record for download."""
    record_id = request.path_params["record_id"]
    if not _ID.fullmatch(record_id):
        raise NotFound(f"“{record_id[:80]}” is not a record's id.")
    with open_archive(request) as archive:
        checked = archive.check_capture(archive.capture_row(record_id))
    found = checked.record
    bare = found.record_id.strip("<>").removeprefix("urn:uuid:")
    if "raw" in request.query_params:
        headers = replay_headers(request.url.netloc) | SAME_ORIGIN_ONLY
        headers |= download_headers(f"{bare}.warc", checked.mismatch)
        return Response(record_bytes(found), media_type="application/warc", headers=headers)
    return render_page(request, "record.html", checked=checked, bare=bare, head=http_head(found))


def http_head(record: Record) -> str:
    """Return status line and headers as received, decoded for display."""
    head = record.block.partition(b"\r\n\r\n")[0][:MAX_HEAD_BYTES]
    return head.decode("utf-8", "replace")


def record_bytes(record: Record) -> bytes:
    """Return the record as in its WARC file after decompression."""
    head = "".join(f"{name}: {value}\r\n" for name, value in record.headers)
    return f"WARC/1.1\r\n{head}\r\n".encode() + record.block + b"\r\n\r\n"
