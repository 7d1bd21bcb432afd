"""Memento (RFC 7089): TimeGates redirect to the snapshot nearest to a time, TimeMaps list all snapshots of a URL."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from archive.errors import BadQuery, NotFound
from archive.http.freshness import parse_http_date
from archive.index.rows.captures import CaptureRow
from archive.replay import mementos
from archive.replay.urls import complete_url, snapshot_path
from newsarchive.web.http import errors
from newsarchive.web.http.requests import open_archive, raw_target, server_origin


def timegate(request: Request) -> Response:
    """Redirect to the snapshot nearest to Accept-Datetime, or to the newest without that header."""
    captures = _captures(request, mementos.TIMEGATE)
    header = request.headers.get("Accept-Datetime")
    at = parse_http_date(header) if header else captures[-1].fetched_at
    if at is None:  # also this answer names the TimeMap (RFC 7089, 4.5.2)
        sentence = (
            f"Accept-Datetime “{str(header)[:60]}” is not a date. Example: Mon, 10 Jan 2022 09:55:00 GMT."
        )
        response = errors.error_response(request, 400, "Invalid request", sentence)
        response.headers.update(_negotiation_headers(request, captures[-1].url))
        return response
    row = mementos.closest(captures, at)
    assert row is not None
    headers = _negotiation_headers(request, row.url)
    return RedirectResponse(snapshot_path(row.url, row.fetched_at), status_code=302, headers=headers)


def _negotiation_headers(request: Request, url: str) -> dict[str, str]:
    return {"Vary": "accept-datetime", "Link": mementos.link_header(server_origin(request), url)}


def link_timemap(request: Request) -> Response:
    """Serve the list of all snapshots of a URL as application/link-format."""
    captures = _captures(request, mementos.TIMEMAP)
    links = mementos.link_timemap(server_origin(request), captures[0].url, captures)
    return PlainTextResponse(links, media_type="application/link-format")


def json_timemap(request: Request) -> Response:
    """Serve the list of all snapshots of a URL as JSON."""
    captures = _captures(request, mementos.TIMEMAP_JSON)
    return JSONResponse(mementos.json_timemap(server_origin(request), captures[0].url, captures))


def _captures(request: Request, root: str) -> list[CaptureRow]:
    """Return the captures of the URL after `root` in the address, or raise BadQuery or NotFound."""
    url = complete_url(raw_target(request, root))
    if url is None:
        raise BadQuery(f"The path must be {root} followed by a web address.")
    with open_archive(request) as archive:
        captures = mementos.viewable(archive.captures(url))
    if not captures:
        raise NotFound(f"{url} was never captured.")
    return captures
