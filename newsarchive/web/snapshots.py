"""Snapshots: a captured page in a sandboxed frame, with a page of ours around it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.core import Archive
from archive.errors import BadQuery, NotFound
from archive.index.rows.captures import CaptureRow
from archive.replay import mementos
from archive.replay.render import file_name, kind_of, render
from archive.replay.urls import (
    SNAPSHOT_ROOT,
    SnapshotRequest,
    format_timestamp,
    parse_snapshot_path,
    rewriter_at,
)
from archive.replay.urls import snapshot_path as address_of
from newsarchive.web.requests import open_archive, raw_target, server_origin
from newsarchive.web.security import SAME_ORIGIN_ONLY, replay_headers
from newsarchive.web.templating import render_page
from newsarchive.web.warnings import download_headers, mismatch_headers


def snapshot(request: Request) -> Response:
    """Serve the capture of a URL nearest to a time: framed by our page, by itself, or as a download."""
    target = raw_target(request, SNAPSHOT_ROOT)
    wanted = parse_snapshot_path(target)
    if wanted is None:
        raise BadQuery(
            "A snapshot's address is /snapshot/, the moment as YYYYMMDDhhmmss, / and a web address."
        )
    with open_archive(request) as archive:
        captures = mementos.viewable(archive.captures(wanted.url))
        row = mementos.closest(captures, wanted.at)
        if row is None:
            raise NotFound(f"{wanted.url} was never captured.")
        if wanted.form == "page":
            return _page_response(request, archive, wanted, captures, row)
        response = (
            _frame_response(request, archive, wanted, row)
            if wanted.form == "frame"
            else _download_response(request, archive, row)
        )
        response.headers["Link"] = mementos.link_header(server_origin(request), row.url)
        response.headers["Memento-Datetime"] = mementos.http_date(row.fetched_at)
        return response


def article_id_at(archive: Archive, url: str) -> int | None:
    """Return the number of the article at a URL, or None."""
    try:
        return archive.article(url).id
    except NotFound:
        return None


def _page_response(
    request: Request, archive: Archive, wanted: SnapshotRequest, captures: list[CaptureRow], row: CaptureRow
) -> Response:
    if format_timestamp(row.fetched_at) != wanted.timestamp:
        return RedirectResponse(address_of(row.url, row.fetched_at), status_code=302)
    place = captures.index(row)
    checked = archive.check_capture(row)
    capture = checked.capture
    is_page = kind_of(capture) == "page" and not row.redirects_to
    response = render_page(
        request,
        "snapshot.html",
        row=row,
        mismatch=checked.mismatch,
        altered_parts=archive.altered_parts(capture) if is_page else 0,
        is_shown=kind_of(capture) != "other",
        size=len(capture.payload()),
        frame=address_of(row.url, row.fetched_at, "frame"),
        bytes=address_of(row.url, row.fetched_at, "bytes"),
        leads_to=address_of(row.redirects_to, row.fetched_at) if row.redirects_to else None,
        place=place + 1,
        captures=captures,
        before=captures[place - 1] if place else None,
        after=captures[place + 1] if place + 1 < len(captures) else None,
        article_id=article_id_at(archive, row.url),
    )
    response.headers.update(mismatch_headers(checked.mismatch))
    response.headers["Link"] = mementos.link_header(server_origin(request), row.url)
    response.headers["Memento-Datetime"] = mementos.http_date(row.fetched_at)
    return response


def _frame_response(request: Request, archive: Archive, wanted: SnapshotRequest, row: CaptureRow) -> Response:
    if row.redirects_to:
        address = address_of(row.redirects_to, wanted.at, "frame")
        return RedirectResponse(address, status_code=302, headers=replay_headers(request.url.netloc))
    checked = archive.check_capture(row)
    shown = render(checked.capture, rewriter_at(row.fetched_at))
    headers = replay_headers(request.url.netloc) | mismatch_headers(checked.mismatch)
    if not shown.is_shown:
        headers |= download_headers(file_name(row.url), checked.mismatch)
    return Response(shown.body, headers={**headers, "Content-Type": shown.media_type})


def _download_response(request: Request, archive: Archive, row: CaptureRow) -> Response:
    checked = archive.check_capture(row)
    headers = (
        replay_headers(request.url.netloc)
        | SAME_ORIGIN_ONLY
        | download_headers(file_name(row.url), checked.mismatch)
    )
    return Response(
        checked.capture.payload(), headers={**headers, "Content-Type": "application/octet-stream"}
    )
