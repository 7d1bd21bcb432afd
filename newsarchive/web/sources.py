"""Pages about sources: their articles and crawls."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NotFound
from newsarchive.web.requests import open_archive
from newsarchive.web.templating import render_page

CRAWLS = 50
ARTICLES = 10
FAILURES_SHOWN = 100  # addresses of the last crawl that gave no article, of each kind


def source_list(request: Request) -> Response:
    """List every source that was ever crawled."""
    with open_archive(request) as archive:
        return render_page(request, "sources.html", sources=archive.sources())


def source(request: Request) -> Response:
    """Show one source: its articles by state, its newest ones, its crawls and their notes."""
    name = request.path_params["name"]
    with open_archive(request) as archive:
        found = next((state for state in archive.sources() if state.name == name), None)
        if found is None:
            raise NotFound(f"No source “{name[:80]}” was ever crawled here.")
        last = found.last_crawl
        return render_page(
            request,
            "source.html",
            source=found,
            missed=archive.missed(last.id, most=FAILURES_SHOWN + 1) if last else [],
            most=FAILURES_SHOWN,
            crawls=archive.crawls(name, most=CRAWLS),
            newest=list(archive.search(source=name, sort="newest", limit=ARTICLES)),
        )
