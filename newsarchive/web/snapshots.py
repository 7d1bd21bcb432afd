"""A page as it was captured: ours around it, theirs in a sandbox."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.core import Archive
from archive.errors import BadQuery, NotFound
from archive.index.rows.captures import CaptureRow
from archive.replay import mementos
from archive.replay.gif import file_name, kind_of, still
from archive.replay.urls import ROOT, Asked, addresses_at, asked, stamp_of
from archive.replay.urls import snapshot as address_of
from newsarchive.web.requests import behind, opened, origin
from newsarchive.web.security import KEPT_TO_ITSELF, replay_headers
from newsarchive.web.templating import page
from newsarchive.web.warnings import saved_as, warned


def snapshot(request: Request) -> Response:
    """The capture of an address nearest to a moment: on our page, by itself, or as bytes to be saved."""
    target = behind(request, ROOT)
    wanted = asked(target)
    if wanted is None:
        raise BadQuery(
            "A snapshot's address is /snapshot/, the moment as YYYYMMDDhhmmss, / and a web address."
        )
    with opened(request) as archive:
        captures = mementos.shown(archive.captures(wanted.url))
        row = mementos.closest(captures, wanted.at)
        if row is None:
            raise NotFound(f"{wanted.url} was never captured.")
        if wanted.form == "page":
            return _framed(request, archive, wanted, captures, row)
        response = (
            _alone(request, archive, wanted, row) if wanted.form == "frame" else _saved(request, archive, row)
        )
        response.headers["Link"] = mementos.relations(origin(request), row.url)
        response.headers["Memento-Datetime"] = mementos.http_date(row.fetched_at)
        return response


def article_at(archive: Archive, url: str) -> int | None:
    """The number of the article found at an address, or None."""
    try:
        return archive.article(url).id
    except NotFound:
        return None


def _framed(
    request: Request, archive: Archive, wanted: Asked, captures: list[CaptureRow], row: CaptureRow
) -> Response:
    if stamp_of(row.fetched_at) != wanted.stamp:
        return RedirectResponse(address_of(row.url, row.fetched_at), status_code=302)
    place = captures.index(row)
    checked = archive.check_capture(row)
    capture = checked.capture
    is_page = kind_of(capture) == "page" and not row.redirects_to
    response = page(
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
        article_id=article_at(archive, row.url),
    )
    response.headers.update(warned(checked.mismatch))
    response.headers["Link"] = mementos.relations(origin(request), row.url)
    response.headers["Memento-Datetime"] = mementos.http_date(row.fetched_at)
    return response


def _alone(request: Request, archive: Archive, wanted: Asked, row: CaptureRow) -> Response:
    if row.redirects_to:
        address = address_of(row.redirects_to, wanted.at, "frame")
        return RedirectResponse(address, status_code=302, headers=replay_headers(request.url.netloc))
    checked = archive.check_capture(row)
    shown = still(checked.capture, addresses_at(row.fetched_at))
    headers = replay_headers(request.url.netloc) | warned(checked.mismatch)
    if not shown.is_shown:
        headers |= saved_as(file_name(row.url), checked.mismatch)
    return Response(shown.body, headers={**headers, "Content-Type": shown.media_type})


def _saved(request: Request, archive: Archive, row: CaptureRow) -> Response:
    checked = archive.check_capture(row)
    headers = (
        replay_headers(request.url.netloc) | KEPT_TO_ITSELF | saved_as(file_name(row.url), checked.mismatch)
    )
    return Response(
        checked.capture.payload(), headers={**headers, "Content-Type": "application/octet-stream"}
    )
