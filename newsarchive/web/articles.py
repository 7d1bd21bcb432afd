"""An article: its text, its history, where it was seen, and how to cite it; two versions set side by side."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.core import Archive
from archive.errors import DamagedRecord
from archive.index.rows.captures import CaptureRow
from archive.index.rows.versions import ArticleVersion
from archive.replay import mementos
from newsarchive.listing_history import stays
from newsarchive.web import body_html as texts
from newsarchive.web import errors as troubles
from newsarchive.web.requests import count, number, opened, origin
from newsarchive.web.templating import page

MOST_VERSIONS = 100_000


def article(request: Request) -> Response:
    """An article in its latest version, or in the one asked for with ?version=."""
    key = number(request.path_params["key"])
    with opened(request) as archive:
        wanted = count(request, "version", 0, MOST_VERSIONS) or None
        shown = archive.article(str(key), wanted)  # the beginning of a number leads to the whole one
        if shown.id != key:
            return RedirectResponse(f"/articles/{shown.id}")
        pictures = {image.url: picture(archive, image.url) for image in shown.images}
        return page(
            request,
            "article.html",
            article=shown,
            mismatch=mismatch(archive, shown),
            history=archive.versions(shown.id),
            outlet=outlet(archive, shown.source),
            addresses=archive.addresses(shown.id),
            stays=stays(archive.sightings(shown.id)),
            copies=archive.copies(shown.id),
            titles={source.name: source.title for source in archive.sources()},
            captures=taken(archive, shown.id),
            reason=archive.state_reason(shown.id),
            text=texts.shown(shown.body_html, shown.images, shown.capture.fetched_at)
            if shown.body_html
            else [],
            pictures=pictures,
            picture_mismatches={url: mismatch(archive, row) for url, row in pictures.items() if row},
            origin=origin(request),
        )


def compare(request: Request) -> Response:
    """What changed between two versions, field by field, word by word."""
    key = number(request.path_params["key"])
    old, new = number(request.path_params["old"]), number(request.path_params["new"])
    with opened(request) as archive:
        before, after = archive.article(key, old), archive.article(key, new)
        return page(
            request,
            "compare.html",
            before=before,
            after=after,
            fields=archive.compare(before.id, old, new),
            outlet=outlet(archive, after.source),
        )


def altered(request: Request) -> Response:
    """What another outlet's copy has otherwise than an article, word by word."""
    key, other = number(request.path_params["key"]), number(request.path_params["other"])
    with opened(request) as archive:
        one, copy = archive.article(key), archive.article(other)
        return page(
            request,
            "copies.html",
            one=one,
            copy=copy,
            fields=archive.altered(one, copy),
            outlets=(outlet(archive, one.source), outlet(archive, copy.source)),
        )


def outlet(archive: Archive, source: str | None) -> str:
    """The outlet's name for readers."""
    return next(
        (state.title for state in archive.sources() if state.name == source), source or "unknown outlet"
    )


def taken(archive: Archive, article_id: int) -> list[CaptureRow]:
    """Every capture of every address of an article, earliest first."""
    found = {row.id: row for url in archive.addresses(article_id) for row in archive.captures(url)}
    return sorted(found.values(), key=lambda row: (row.fetched_at, row.id))


def mismatch(archive: Archive, of: ArticleVersion | CaptureRow) -> str | None:
    """Return in what a record differs from the index, or why it cannot be read; None if neither."""
    try:
        return archive.check_capture(of).mismatch
    except DamagedRecord as error:
        return troubles.of_record(error)


def picture(archive: Archive, url: str) -> CaptureRow | None:
    """The capture of a picture, where it was captured."""
    return next((row for row in mementos.shown(archive.captures(url)) if row.status == 200), None)
