"""Error pages with one clear sentence, or JSON for programs."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.errors import ArchiveBusy, ArchiveError, BadQuery, DamagedRecord, NotFound, Restricted, TooSlow
from archive.replay.urls import SNAPSHOT_ROOT, parse_snapshot_path, snapshot_path
from newsarchive.web.http.requests import raw_target
from newsarchive.web.http.security import COMMON_HEADERS, OWN_HEADERS, replay_headers
from newsarchive.web.rendering.templating import render_page

STATUSES: dict[type[ArchiveError], tuple[int, str]] = {
    NotFound: (404, "Not found in the archive"),
    Restricted: (451, "Not shown in this archive"),  # RFC 7725
    BadQuery: (400, "Invalid request"),
    DamagedRecord: (500, "Damaged record"),
    ArchiveBusy: (503, "Archive busy"),
    TooSlow: (503, "Query too slow"),
}
RETRY_AFTER = "10"  # seconds


async def archive_error(request: Request, error: Exception) -> Response:
    """Return the response to an ArchiveError, with its own message."""
    status, title = next(
        (found for kind, found in STATUSES.items() if isinstance(error, kind)),
        (500, "Archive not readable"),
    )
    if isinstance(error, BadQuery) and request.scope["path"] == "/":
        title = "This search is not valid"
    sentence = str(error)
    if isinstance(error, DamagedRecord):
        sentence = damaged_record_text(error)
    return error_response(request, status, title, sentence)


def damaged_record_text(error: DamagedRecord) -> str:
    """Return the message for a record that cannot be read: what is wrong with it and what to do."""
    return f"{error} Run 'newsarchive verify' to check for more damage."


async def http_error(request: Request, error: Exception) -> Response:
    """Return the response to an unknown address or an unsupported method."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    if status == 404:
        return error_response(request, 404, "Page not found", "There is no page at this address.")
    if status == 405:
        return error_response(request, 405, "Method not allowed", "The archive is read-only here.")
    return error_response(request, status, "Invalid request", "The server could not understand this request.")


async def unexpected_error(request: Request, error: Exception) -> Response:
    """Return the response to an unexpected exception, which is a bug."""
    return error_response(
        request,
        500,
        "Internal error",
        "This is a bug in newsarchive. The details are in the server’s log.",
    )


def error_response(request: Request, status: int, title: str, sentence: str) -> Response:
    """Return an error as a page; as JSON under the addresses for programs."""
    retry = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    # The security middleware does not see the response to an unexpected error.
    headers = {**COMMON_HEADERS, **OWN_HEADERS, **retry}
    path = request.scope["path"]
    if path.startswith(("/api/", "/timemap/", "/timegate/")) or (path.startswith("/db/") and ".json" in path):
        return JSONResponse({"error": sentence}, status_code=status, headers=headers)
    wanted = (
        parse_snapshot_path(raw_target(request, SNAPSHOT_ROOT))
        if request.url.path.startswith(SNAPSHOT_ROOT)
        else None
    )
    response = render_page(
        request,
        "error.html",
        status,
        title=title,
        sentence=sentence,
        live=wanted.url if wanted and status != 451 else None,
        elsewhere=snapshot_path(wanted.url, wanted.at) if wanted and wanted.form != "page" else None,
    )
    if wanted and wanted.form != "page":  # shown in the frame of a snapshot
        headers = {**COMMON_HEADERS, **replay_headers(request.url.netloc), **retry}
    response.headers.update(headers)
    return response


HANDLERS = {ArchiveError: archive_error, HTTPException: http_error, Exception: unexpected_error}
