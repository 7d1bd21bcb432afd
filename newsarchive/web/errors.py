"""Error pages with one clear sentence; JSON for programs."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.errors import ArchiveBusy, ArchiveError, BadQuery, DamagedRecord, NotFound, TooSlow
from archive.replay.urls import SNAPSHOT_ROOT, parse_snapshot_path, snapshot_path
from newsarchive.web.requests import raw_target
from newsarchive.web.security import COMMON_HEADERS, OWN_HEADERS, replay_headers
from newsarchive.web.templating import render_page

STATUSES: dict[type[ArchiveError], tuple[int, str]] = {
    NotFound: (404, "Not in the archive"),
    BadQuery: (400, "That cannot be asked"),
    DamagedRecord: (500, "A record is damaged"),
    ArchiveBusy: (503, "The archive is busy"),
    TooSlow: (503, "That takes too long"),
}
RETRY_AFTER = "10"  # seconds until what is busy now may be asked again


async def archive_error(request: Request, error: Exception) -> Response:
    """Answer an ArchiveError with its own message."""
    status, title = next(
        (found for kind, found in STATUSES.items() if isinstance(error, kind)),
        (500, "The archive cannot be read"),
    )
    sentence = str(error)
    if isinstance(error, DamagedRecord):
        sentence = damaged_record_text(error)
    return _error_response(request, status, title, sentence)


def damaged_record_text(error: DamagedRecord) -> str:
    """Return the message for a record that cannot be read: what is wrong with it and what to do."""
    return f"{error} Run 'newsarchive verify' to see what else is."


async def http_error(request: Request, error: Exception) -> Response:
    """Answer a request for an unknown address or with an unsupported method."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    if status == 404:
        return _error_response(request, 404, "No such page", "There is nothing at this address.")
    if status == 405:
        return _error_response(request, 405, "Read only", "The archive can be read here and not changed.")
    return _error_response(request, status, "That cannot be asked", "The request could not be understood.")


async def unexpected_error(request: Request, error: Exception) -> Response:
    """Answer after an unexpected exception, which is a bug."""
    return _error_response(
        request,
        500,
        "Something broke here",
        "This is a defect of the program and not of the archive; the log says more.",
    )


def _error_response(request: Request, status: int, title: str, sentence: str) -> Response:
    again = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    headers = {
        **COMMON_HEADERS,
        **OWN_HEADERS,
        **again,
    }  # set here too: the answer to a defect does not pass the guard
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
        "trouble.html",
        status,
        title=title,
        sentence=sentence,
        live=wanted.url if wanted else None,
        elsewhere=snapshot_path(wanted.url, wanted.at) if wanted and wanted.form != "page" else None,
    )
    if wanted and wanted.form != "page":  # it stands where archived content was to stand
        headers = {**COMMON_HEADERS, **replay_headers(request.url.netloc), **again}
    response.headers.update(headers)
    return response


HANDLERS = {ArchiveError: archive_error, HTTPException: http_error, Exception: unexpected_error}
