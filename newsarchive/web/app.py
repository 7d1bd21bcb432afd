"""The web interface as one application: which address is answered by what, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from archive.errors import ArchiveError
from newsarchive.web import api, articles, assets, records, searching, snapshots, sources, timemaps, troubles
from newsarchive.web.guard import Guard


def create_app(folder: Path, *, hosts: Iterable[str] = ()) -> Starlette:
    """The interface of the archive in a folder.

    It answers to IP addresses, to `localhost` and to the names in `hosts`, and to no other Host. The
    archive is opened anew for each request, so a missing or damaged one is a page that says so.
    """
    app = Starlette(
        routes=[
            Route("/", searching.search),
            Route("/articles/{key}", articles.article),
            Route("/articles/{key}/compare/{old}/{new}", articles.compare),
            Route("/sources", sources.listed),
            Route("/sources/{name}", sources.source),
            Route("/snapshot/{target:path}", snapshots.snapshot),
            Route("/timegate/{target:path}", timemaps.timegate),
            Route("/timemap/link/{target:path}", timemaps.as_links),
            Route("/timemap/json/{target:path}", timemaps.as_json),
            Route("/record/{record_id}", records.record),
            Route("/api/v1/articles", api.articles),
            Route("/api/v1/articles/{key}", api.article),
            Route("/api/v1/captures", api.captures),
            Route("/static/{name}", assets.asset),
        ],
        middleware=[Middleware(Guard, hosts=frozenset(hosts))],
        exception_handlers={
            ArchiveError: troubles.of_the_archive,
            HTTPException: troubles.of_the_request,
            Exception: troubles.unforeseen,
        },
    )
    app.state.folder = folder
    return app
