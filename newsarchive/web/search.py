"""The home page: search form, results, and a timeline of their publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from archive.filters import STATES
from newsarchive.web import search_params
from newsarchive.web.parameters import SEARCH
from newsarchive.web.requests import open_archive, reject_unknown_parameters
from newsarchive.web.search_params import SearchParams
from newsarchive.web.templating import render_page

PER_PAGE = 20
LANGUAGES = {"ru": "Russian", "uk": "Ukrainian", "en": "English"}
TIMELINE_MONTHS = 240  # more would be thinner than a line on a wide screen


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """One month of the timeline."""

    month: date  # its first day
    articles: int
    height: float  # of 100
    address: str  # of the search narrowed to it


def search(request: Request) -> Response:
    """Show the results of a search."""
    reject_unknown_parameters(request, (one.name for one in SEARCH))
    asked = search_params.read_search(request, per_page=PER_PAGE)
    with open_archive(request) as archive:
        articles, more = asked.results(archive)
        groups = archive.copy_groups(articles) if asked.group_copies else {}
        counts = asked.counts(archive)
        titles = archive.titles()
        return render_page(
            request,
            "search.html",
            asked=asked,
            found=[
                (
                    article,
                    archive.marks(article.title, asked.filters.query, article.language),
                    archive.passage(article, asked.filters.query),
                )
                for article in articles
            ],
            groups=groups,
            notes=archive.notes(asked.filters.query),
            total=counts.articles,
            undated=counts.months.get(None, 0),
            bars=list(timeline_bars(asked, counts.months)),
            by_source=[(name, number) for name, number in counts.sources.items() if name],
            pages=dict(search_params.page_links(asked, more)),
            titles=titles,
            languages=LANGUAGES,
            sections=archive.sections(),
            states=STATES,
        )


def timeline_bars(params: SearchParams, months: dict[str | None, int]) -> Iterator[TimelineBar]:
    """Yield a bar for each month from the first with articles to the last; none if there is only one month."""
    counts = {date.fromisoformat(f"{month}-01"): number for month, number in months.items() if month}
    if len(counts) < 2:
        return
    most = max(counts.values())
    at = min(counts)
    every = []
    while at <= max(counts):
        every.append(at)
        at = _next_month(at)
    for month in every[-TIMELINE_MONTHS:]:
        number = counts.get(month, 0)
        last = _next_month(month) - timedelta(days=1)
        address = params.narrowed_to(month, last)
        yield TimelineBar(month, number, round(max(3, 100 * number / most), 1) if number else 0, address)


def _next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
