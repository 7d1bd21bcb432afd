"""The web interface as an ASGI application: routes, middleware and error handlers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from newsarchive.web import articles, assets, errors, openapi, records, search, snapshots, sources, timemaps
from newsarchive.web.datasette import ROOT, DatasetteApp
from newsarchive.web.security import SecurityMiddleware


def create_app(
    folder: Path, *, hosts: Iterable[str] = (), any_sql: bool = True, tables: ASGIApp | None = None
) -> Starlette:
    """Return the web interface for the archive in a folder.

    It answers to IP addresses, to `localhost` and to the names in `hosts`, and to no other Host. The
    archive is opened for each request, so a missing or damaged one is a page that says so.
    `any_sql`: whether visitors may run their own SQL under /db/. Unless another app `tables` is given, the tables are
    read in this process, where nothing limits the resources of a query.
    """
    app = Starlette(
        routes=[
            Route("/", search.search),
            Route("/articles/{key}", articles.article),
            Route("/articles/{key}/compare/{old}/{new}", articles.compare),
            Route("/articles/{key}/copies/{other}", articles.compare_copies),
            Route("/sources", sources.source_list),
            Route("/sources/{name}", sources.source),
            Route("/snapshot/{target:path}", snapshots.snapshot),
            Route("/timegate/{target:path}", timemaps.timegate),
            Route("/timemap/link/{target:path}", timemaps.as_links),
            Route("/timemap/json/{target:path}", timemaps.as_json),
            Route("/record/{record_id}", records.record),
            *openapi.routes(),
            Mount(ROOT, tables or DatasetteApp(folder, any_sql=any_sql)),
            Route("/static/{name}", assets.asset),
        ],
        middleware=[Middleware(SecurityMiddleware, hosts=frozenset(hosts))],
        exception_handlers=errors.HANDLERS,
    )
    app.state.folder = folder
    return app
