"""The home page: search form, results, and a timeline of their publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.core import Archive
from archive.errors import NotFound
from archive.replay import mementos
from archive.replay.urls import complete_url, snapshot_path
from newsarchive.web.http import search_params
from newsarchive.web.http.parameters import SEARCH
from newsarchive.web.http.requests import open_archive, reject_unknown_parameters
from newsarchive.web.http.search_params import SearchParams
from newsarchive.web.rendering.templating import render_page

_ADDRESS = re.compile(r"(?:https?://\S+|[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S*)$", re.IGNORECASE)
PER_PAGE = 20
TIMELINE_MONTHS = 240  # bars for more months would be thinner than a pixel


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """One month of the timeline."""

    month: date  # its first day
    articles: int
    height: float  # of 100
    address: str  # of the search narrowed to it


def search(request: Request) -> Response:
    """Return the page of search results."""
    reject_unknown_parameters(request, (one.name for one in SEARCH))
    params = search_params.parse_search(request, per_page=PER_PAGE)
    with open_archive(request) as archive:
        known = _page_at_address(archive, params.filters.query)
        if known is not None:
            return RedirectResponse(known, status_code=302)
        articles, more = params.results(archive)
        groups = archive.copy_groups(articles) if params.group_copies else {}
        counts = params.counts(archive)
        titles = archive.titles()
        return render_page(
            request,
            "search.html",
            params=params,
            results=[
                (
                    article,
                    archive.marks(article.title, params.filters.query, article.language),
                    archive.passage(article, params.filters.query),
                )
                for article in articles
            ],
            groups=groups,
            notes=archive.notes(params.filters.query),
            total=counts.articles,
            undated=counts.months.get(None, 0),
            bars=list(timeline_bars(params, counts.months)),
            by_source=[(name, number) for name, number in counts.sources.items() if name],
            pages=dict(search_params.page_links(params, more)),
            titles=titles,
            sections=archive.sections(),
        )


def _page_at_address(archive: Archive, query: str) -> str | None:
    """Return the page about a web address that was typed as a query: its article's or its newest snapshot; or None."""
    url = complete_url(query) if _ADDRESS.match(query) else None
    if url is None:
        return None
    try:
        return f"/articles/{archive.article(url).id}"
    except NotFound:
        captures = mementos.viewable(archive.captures(url))
        return snapshot_path(captures[-1].url, captures[-1].fetched_at) if captures else None


def timeline_bars(params: SearchParams, months: dict[str | None, int]) -> Iterator[TimelineBar]:
    """Yield a bar for each month from the first with articles to the last; none if there is only one month."""
    counts = {date.fromisoformat(f"{month}-01"): number for month, number in months.items() if month}
    if len(counts) < 2:
        return
    most = max(counts.values())
    at = min(counts)
    shown = []
    while at <= max(counts):
        shown.append(at)
        at = _next_month(at)
    for month in shown[-TIMELINE_MONTHS:]:
        number = counts.get(month, 0)
        last = _next_month(month) - timedelta(days=1)
        address = params.within_days(month, last)
        yield TimelineBar(month, number, round(max(3, 100 * number / most), 1) if number else 0, address)


def _next_month(month: date) -> date:
    """Return the first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
