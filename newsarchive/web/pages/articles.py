"""Pages about an article: its text, history, sightings and citation; comparisons of versions and of copies."""

from __future__ import annotations

import secrets
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.citations.formats import every_citation
from archive.core import Archive
from archive.errors import DamagedRecord
from archive.index.rows.captures import CaptureRow
from archive.index.rows.versions import ArticleVersion
from archive.replay import mementos
from newsarchive.listing_history import listing_periods
from newsarchive.web.http import errors
from newsarchive.web.http.requests import (
    number_parameter,
    open_archive,
    parse_id,
    public_address,
    server_origin,
)
from newsarchive.web.http.security import script_headers
from newsarchive.web.rendering import body_html
from newsarchive.web.rendering.templating import render_page

MAX_VERSION = 100_000


def article(request: Request) -> Response:
    """Return the page of an article in its latest version, or in the version given by ?version=."""
    key = parse_id(request.path_params["key"])
    with open_archive(request) as archive:
        version = number_parameter(request, "version", 0, MAX_VERSION) or None
        shown = archive.article(str(key), version)  # the first digits are enough
        if shown.id != key:
            return RedirectResponse(f"/articles/{shown.id}")
        images = {
            image.url: image_capture(archive, image.url, shown.capture.fetched_at) for image in shown.images
        }
        nonce = secrets.token_urlsafe(16)
        page = render_page(
            request,
            "article.html",
            article=shown,
            mismatch=record_mismatch(archive, shown),
            history=archive.versions(shown.id),
            outlet=outlet_title(archive, shown.source),
            addresses=archive.addresses(shown.id),
            listings=listing_periods(archive.sightings(shown.id)),
            copies=archive.copies(shown.id),
            titles={source.name: source.title for source in archive.sources()},
            captures=article_captures(archive, shown.id),
            evidence=archive.state_evidence(shown.id),
            states=archive.state_history(shown.id),
            grades=archive.grades(shown.id),
            text=body_html.render_body(shown.body_html, shown.images, shown.capture.fetched_at)
            if shown.body_html
            else [],
            images=images,
            image_mismatches={url: record_mismatch(archive, row) for url, row in images.items() if row},
            origin=server_origin(request),
            citations=every_citation(archive.citation(shown.id, shown.version, base=public_address(request))),
            nonce=nonce,
        )
    page.headers.update(script_headers(nonce))
    return page


def compare(request: Request) -> Response:
    """Return the page that compares two versions, field by field and word by word."""
    key = parse_id(request.path_params["key"])
    old, new = parse_id(request.path_params["old"]), parse_id(request.path_params["new"])
    with open_archive(request) as archive:
        before, after = archive.article(key, old), archive.article(key, new)
        return render_page(
            request,
            "compare.html",
            before=before,
            after=after,
            fields=archive.compare(before.id, old, new),
            graded=archive.grades(after.id).get(new) if new == old + 1 else None,
            outlet=outlet_title(archive, after.source),
        )


def compare_copies(request: Request) -> Response:
    """Return the page that compares an article with a copy in another outlet, word by word."""
    key, other = parse_id(request.path_params["key"]), parse_id(request.path_params["other"])
    with open_archive(request) as archive:
        one, copy = archive.article(key), archive.article(other)
        return render_page(
            request,
            "copies.html",
            one=one,
            copy=copy,
            fields=archive.altered(one, copy),
            outlets=(outlet_title(archive, one.source), outlet_title(archive, copy.source)),
        )


def outlet_title(archive: Archive, source: str | None) -> str:
    """Return the title of a source's outlet; the source's name if it has none."""
    return next(
        (state.title for state in archive.sources() if state.name == source), source or "Unknown outlet"
    )


def article_captures(archive: Archive, article_id: int) -> list[CaptureRow]:
    """Return the captures of all addresses of an article, earliest first."""
    found = {row.id: row for url in archive.addresses(article_id) for row in archive.captures(url)}
    return sorted(found.values(), key=lambda row: (row.fetched_at, row.id))


def record_mismatch(archive: Archive, of: ArticleVersion | CaptureRow) -> str | None:
    """Return how a record differs from the index, or why it cannot be read; None if it matches."""
    try:
        return archive.check_capture(of).mismatch
    except DamagedRecord as error:
        return errors.damaged_record_text(error)


def image_capture(archive: Archive, url: str, at: datetime) -> CaptureRow | None:
    """Return the capture of an image nearest to a time, or None if it was not captured."""
    captured = [row for row in mementos.viewable(archive.captures(url)) if row.status == 200]
    return mementos.closest(captured, at, url)
