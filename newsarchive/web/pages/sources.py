"""Pages about sources: their articles and crawls."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NotFound
from newsarchive.web.http.requests import open_archive
from newsarchive.web.rendering.templating import render_page

CRAWLS = 50
ARTICLES = 10
FAILURES_SHOWN = 100  # URLs of the last crawl without an article, of each kind


def source_list(request: Request) -> Response:
    """Return the page with all sources that were ever crawled."""
    with open_archive(request) as archive:
        return render_page(request, "sources.html", sources=archive.sources())


def source(request: Request) -> Response:
    """Return the page of a source: its articles by state, the newest articles, crawls and their notes."""
    name = request.path_params["name"]
    with open_archive(request) as archive:
        found = next((state for state in archive.sources() if state.name == name), None)
        if found is None:
            raise NotFound(f"There is no source “{name[:80]}” in this archive.")
        last = found.last_crawl
        return render_page(
            request,
            "source.html",
            source=found,
            failures=archive.missed(last.id, most=FAILURES_SHOWN + 1) if last else [],
            max_failures=FAILURES_SHOWN,
            crawls=archive.crawls(name, most=CRAWLS),
            newest=list(archive.search(source=name, sort="newest", limit=ARTICLES)),
        )
