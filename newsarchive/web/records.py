"""A record of a WARC file: what it says, for a person; and the record itself."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NotFound
from archive.warc.records import Record
from newsarchive.web.requests import opened
from newsarchive.web.security import KEPT_TO_ITSELF, replay_headers
from newsarchive.web.templating import page
from newsarchive.web.warnings import saved_as

LONGEST_HEAD = 64 * 1024  # bytes shown; no server sends more that means something
_ID = re.compile(r"<?(?:urn:uuid:)?[0-9a-fA-F-]{36}>?")


def record(request: Request) -> Response:
    """A response's record; with ?raw the record itself, to be saved."""
    record_id = request.path_params["record_id"]
    if not _ID.fullmatch(record_id):
        raise NotFound(f"“{record_id[:80]}” is not a record's id.")
    with opened(request) as archive:
        checked = archive.check_capture(archive.capture_row(record_id))
    found = checked.record
    bare = found.record_id.strip("<>").removeprefix("urn:uuid:")
    if "raw" in request.query_params:
        headers = replay_headers(request.url.netloc) | KEPT_TO_ITSELF
        headers |= saved_as(f"{bare}.warc", checked.mismatch)
        return Response(whole(found), media_type="application/warc", headers=headers)
    return page(request, "record.html", checked=checked, bare=bare, head=head_of(found))


def head_of(record: Record) -> str:
    """Status line and headers as they came, for reading."""
    head = record.block.partition(b"\r\n\r\n")[0][:LONGEST_HEAD]
    return head.decode("utf-8", "replace")


def whole(record: Record) -> bytes:
    """The record as it stands in its WARC file once that is unpacked."""
    head = "".join(f"{name}: {value}\r\n" for name, value in record.headers)
    return f"WARC/1.1\r\n{head}\r\n".encode() + record.block + b"\r\n\r\n"
