"""The page of changes, and its Atom feed."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from archive.index.lookup.changes import ArticleChange
from newsarchive.notices import change_feed
from newsarchive.web.http.change_params import FILTERS, change_params
from newsarchive.web.http.requests import open_archive, reject_unknown_parameters, server_origin
from newsarchive.web.rendering.templating import render_page

PER_PAGE = 50
FEED_ENTRIES = 100


def changes(request: Request) -> Response:
    """Return the page of edits, removals, moves and returns, the newest first."""
    asked = change_params(request, per_page=PER_PAGE)
    with open_archive(request) as archive:
        found, has_more = asked.results(archive)
        return render_page(
            request,
            "changes.html",
            changes=found,
            stated=asked.stated,
            titles=archive.titles(),
            feed=asked.address("/changes.atom"),
            newer=asked.address("/changes", page=asked.page - 1) if asked.page > 1 else None,
            older=asked.address("/changes", page=asked.page + 1) if has_more else None,
            change_address=change_address,
        )


def feed(request: Request) -> Response:
    """Return the newest changes as an Atom feed."""
    reject_unknown_parameters(request, (one.name for one in FILTERS))
    asked = change_params(request, per_page=FEED_ENTRIES)
    origin = server_origin(request)
    with open_archive(request) as archive:
        found, _ = asked.results(archive)
        title = archive.titles().get(asked.filters.source or "", "")
    about = [title, asked.filters.query, asked.stated.get("kind"), asked.stated.get("grade")]
    made = change_feed.feed(
        found,
        title=" · ".join(["Changes", *filter(None, about)]),
        key=asked.filters.key,
        now=datetime.now(UTC),
        link=lambda one: origin + change_address(one),
        address=origin + asked.address("/changes.atom"),
    )
    return Response(made, media_type=change_feed.MEDIA_TYPE)


def change_address(change: ArticleChange) -> str:
    """Return the address of the page that shows a change."""
    if change.version is not None:
        return f"/articles/{change.article_id}/compare/{change.version - 1}/{change.version}"
    return f"/articles/{change.article_id}"
