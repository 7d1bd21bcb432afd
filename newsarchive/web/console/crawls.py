"""Start, watch and stop crawls in the console."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from archive.errors import ArchiveError, BadQuery, NotFound
from archive.filters import Filters
from archive.index.rows.versions import ArticleVersion
from newsarchive.crawling import recheck
from newsarchive.crawling.crawl_process import CrawlOrder
from newsarchive.source_editing.source_file import require_source_name
from newsarchive.web.console.access import Form, Visitor, console_of, wants_json
from newsarchive.web.console.jobs import Job
from newsarchive.web.console.sources import source_path
from newsarchive.web.http.requests import MAX_QUERY_LENGTH, open_archive
from spiders.sources.source import Source, load

MOST_ARTICLES = 10**9
MOST_VISITS = 2000  # known articles in one request; the command has no limit


def crawl_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Start a crawl of a source."""
    source = _load_source(request)
    most = form.get("max_articles", "").strip()
    if most and not (most.isascii() and most.isdecimal() and 1 <= int(most[:12]) <= MOST_ARTICLES):
        raise BadQuery("“Most new articles” must be a whole number from 1.")
    order = CrawlOrder(source.name, int(most) if most else None, full="full" in form)
    return _started(request, console_of(request).jobs.start(order, visitor.name))


def recheck_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Start visits to known articles of a source: one by its address or number, or all that match a query."""
    source = _load_source(request)
    articles = _articles_to_visit(request, source, form)
    if not articles:
        raise NotFound(f"No article of {source.name} matches.")
    (order,) = recheck.orders(articles, [source])
    return _started(request, console_of(request).jobs.start(order, visitor.name))


def stop_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Stop a crawl that was started in the console."""
    return _started(request, console_of(request).jobs.stop(request.path_params["job"]))


def job_json(request: Request, visitor: Visitor) -> Response:
    """Return the progress of a crawl that was started in the console as JSON."""
    return JSONResponse(console_of(request).jobs.find(request.path_params["job"]).as_dict())


def _started(request: Request, job: Job) -> Response:
    if wants_json(request):
        return JSONResponse(job.as_dict(), 202)
    return RedirectResponse(source_path(job.order.source, "#h-now"), 303)


def _load_source(request: Request) -> Source:
    """Return the source in the address; raise NotFound, or ArchiveError if it cannot be crawled."""
    source = load(require_source_name(console_of(request).folder, request.path_params["name"]))
    if source.state != "active":
        raise ArchiveError(f"{source.name} is {source.state}. Resume it to crawl it again.")
    return source


def _articles_to_visit(request: Request, source: Source, form: Form) -> list[ArticleVersion]:
    key, query = form.get("article", "").strip(), form.get("query", "").strip()
    if len(key) > MAX_QUERY_LENGTH or len(query) > MAX_QUERY_LENGTH:
        raise BadQuery(f"The query is longer than {MAX_QUERY_LENGTH} characters.")
    with open_archive(request) as archive:
        if key:
            article = archive.article(key)
            if article.source != source.name:
                raise NotFound(f"{article.url} is not an article of {source.name}.")
            return [article]
        filters = Filters.of(query, source=source.name, state="removed" if "removed" in form else None)
        found = list(archive.search(filters, sort="oldest", limit=MOST_VISITS + 1))
    if len(found) > MOST_VISITS:
        raise BadQuery(
            f"More than {MOST_VISITS:,} articles match. Narrow the query, or run "
            f"'newsarchive recheck --source {source.name}'."
        )
    return found
