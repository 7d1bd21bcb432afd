"""Snapshots: a captured page in a sandboxed frame, with a banner above it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.core import Archive
from archive.errors import BadQuery, NotFound
from archive.http.capture import Capture
from archive.index.rows.captures import CaptureRow
from archive.integrity.record_match import CheckedCapture
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
from newsarchive.web.http.mismatch_warnings import download_headers, mismatch_headers
from newsarchive.web.http.requests import open_archive, raw_target, server_origin
from newsarchive.web.http.security import SAME_ORIGIN_ONLY, font_headers, replay_headers
from newsarchive.web.rendering.templating import render_page


def snapshot(request: Request) -> Response:
    """Return the capture of a URL nearest to a time: on a page with a banner, for the frame, or as a download."""
    target = parse_snapshot_path(raw_target(request, SNAPSHOT_ROOT))
    if target is None:
        raise BadQuery(
            "The path must be /snapshot/ followed by a time as YYYYMMDDhhmmss, a slash and a web address."
        )
    with open_archive(request) as archive:
        captures = mementos.viewable(archive.captures(target.url))
        choose = mementos.closest_part if target.form == "frame" else mementos.closest
        row = choose(captures, target.at, target.url)
        if row is None:
            raise NotFound(f"{target.url} was never captured.")
        if target.form == "page":
            return _page_response(request, archive, target, captures, row)
        response = (
            _frame_response(request, archive, target, row)
            if target.form == "frame"
            else _download_response(request, archive, row)
        )
        response.headers["Link"] = mementos.link_header(server_origin(request), row.url)
        response.headers["Memento-Datetime"] = mementos.http_date(row.fetched_at)
        return response


def article_id_at(archive: Archive, url: str) -> int | None:
    """Return the id of the article at a URL, or None."""
    try:
        return archive.article(url).id
    except NotFound:
        return None


def _page_response(
    request: Request, archive: Archive, target: SnapshotRequest, captures: list[CaptureRow], row: CaptureRow
) -> Response:
    """Return the page with the banner and the frame; redirect to its exact time first."""
    if format_timestamp(row.fetched_at) != target.timestamp:
        return RedirectResponse(address_of(row.url, row.fetched_at), status_code=302)
    position = captures.index(row)
    checked = archive.check_capture(row)
    capture = _content(checked, row)
    is_page = kind_of(capture) == "page" and not row.redirects_to
    parts = archive.snapshot_parts(row.fetched_at)
    response = render_page(
        request,
        "snapshot.html",
        _status_of(row),
        row=row,
        mismatch=checked.mismatch,
        missing=parts.missing(capture) if is_page else None,
        altered_parts=archive.altered_parts(capture) if is_page else 0,
        is_shown=kind_of(capture) != "other",
        size=len(capture.payload()),
        frame=address_of(row.url, row.fetched_at, "frame"),
        bytes=address_of(row.url, row.fetched_at, "bytes"),
        leads_to=address_of(row.redirects_to, row.fetched_at) if row.redirects_to else None,
        position=position + 1,
        captures=captures,
        before=captures[position - 1] if position else None,
        after=captures[position + 1] if position + 1 < len(captures) else None,
        article_id=article_id_at(archive, row.url),
    )
    response.headers.update(mismatch_headers(checked.mismatch))
    response.headers["Link"] = mementos.link_header(server_origin(request), row.url)
    response.headers["Memento-Datetime"] = mementos.http_date(row.fetched_at)
    return response


def _frame_response(request: Request, archive: Archive, target: SnapshotRequest, row: CaptureRow) -> Response:
    """Return the content of the frame."""
    if row.redirects_to:
        address = address_of(row.redirects_to, target.at, "frame")
        headers = replay_headers(request.url.netloc) | font_headers(request.headers)
        return RedirectResponse(address, status_code=302, headers=headers)
    checked = archive.check_capture(row)
    parts = archive.snapshot_parts(row.fetched_at)
    rendered = render(_content(checked, row), rewriter_at(row.fetched_at, parts.is_captured, parts.embedded))
    headers = replay_headers(request.url.netloc) | mismatch_headers(checked.mismatch)
    if rendered.kind == "font":
        headers |= font_headers(request.headers)
    if not rendered.is_shown:
        headers |= download_headers(file_name(row.url), checked.mismatch)
    return Response(
        rendered.body, status_code=_status_of(row), headers={**headers, "Content-Type": rendered.media_type}
    )


def _download_response(request: Request, archive: Archive, row: CaptureRow) -> Response:
    """Return the payload as a download."""
    checked = archive.check_capture(row)
    headers = (
        replay_headers(request.url.netloc)
        | SAME_ORIGIN_ONLY
        | download_headers(file_name(row.url), checked.mismatch)
    )
    return Response(
        checked.capture.payload(),
        status_code=_status_of(row),
        headers={**headers, "Content-Type": "application/octet-stream"},
    )


def _content(checked: CheckedCapture, row: CaptureRow) -> Capture:
    """Return the capture to show; for a 304, the response that it confirms, as of its own time."""
    content = checked.capture.effective
    return content if content is checked.capture else Capture(content.url, row.fetched_at, content.raw)


def _status_of(row: CaptureRow) -> int:
    """Return the status with which a capture is replayed: an error as it was archived (RFC 7089, 4.5.3)."""
    return row.status if row.status is not None and 400 <= row.status <= 599 else 200
