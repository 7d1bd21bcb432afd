"""The endpoint of changes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.errors import BadQuery
from newsarchive.web.http.change_params import change_params
from newsarchive.web.http.requests import number_parameter, open_archive, text_parameter

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
ORDERS = ("newest", "oldest")


def changes(request: Request) -> Response:
    """Return edits, removals, moves and returns, the newest first or in the order seen."""
    limit = number_parameter(request, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    order = text_parameter(request, "order")
    if order not in ("", *ORDERS):
        raise BadQuery("“order” must be newest or oldest.")
    asked = change_params(request, per_page=limit, newest_first=order != "oldest")
    with open_archive(request) as archive:
        found, has_more = asked.results(archive)
    following = asked.address(request.url.path, order=order, limit=limit, page=asked.page + 1)
    return JSONResponse(
        {"changes": [one.as_dict() for one in found], "next": following if has_more else None}
    )
