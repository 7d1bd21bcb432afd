"""The web interface as an ASGI application: routes, middleware and error handlers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from newsarchive.accounts.throttle import Throttle
from newsarchive.web.api import mementos
from newsarchive.web.api import routes as api
from newsarchive.web.console import routes as console
from newsarchive.web.console.access import Console
from newsarchive.web.console.jobs import Jobs
from newsarchive.web.console.tasks import Tasks
from newsarchive.web.datasette.app import DatasetteApp
from newsarchive.web.datasette.policy import ROOT
from newsarchive.web.http import errors
from newsarchive.web.http.security import SecurityMiddleware
from newsarchive.web.pages import articles, assets, changes, records, search, snapshots, sources


def create_app(
    folder: Path,
    *,
    hosts: Iterable[str] = (),
    address: str | None = None,
    any_sql: bool = True,
    show_restricted_to: Iterable[str] = (),
    datasette: ASGIApp | None = None,
    is_local: bool = False,
) -> Starlette:
    """Return the web interface for the archive in a folder.

    It answers to IP addresses, to `localhost` and to the names in `hosts`, and to no other Host. The archive is opened
    for each request, so a missing or damaged archive gives an error page. `any_sql`: whether visitors may run their own
    SQL under /db/. By default Datasette runs in this process, where nothing limits the resources of a query; pass
    another app as `datasette` to avoid that. `address` is where other people reach the interface, for citations.
    Restricted articles are shown only to requests whose `state.role`, set by whatever signs visitors in, is one of
    `show_restricted_to`. `is_local`: only this machine can reach the interface, so that the console is open as long as
    the archive has no accounts.
    """
    app = Starlette(
        routes=[
            Route("/", search.search),
            Route("/articles/{key}", articles.article),
            Route("/articles/{key}/compare/{old}/{new}", articles.compare),
            Route("/articles/{key}/copies/{other}", articles.compare_copies),
            Route("/changes", changes.changes),
            Route("/changes.atom", changes.feed),
            Route("/sources", sources.source_list),
            Route("/sources/{name}", sources.source),
            Route("/snapshot/{target:path}", snapshots.snapshot),
            Route("/timegate/{target:path}", mementos.timegate),
            Route("/timemap/link/{target:path}", mementos.link_timemap),
            Route("/timemap/json/{target:path}", mementos.json_timemap),
            Route("/record/{record_id}", records.record),
            *api.routes(),
            *console.routes(),
            Mount(ROOT, datasette or DatasetteApp(folder, any_sql=any_sql)),
            Route("/static/{name}", assets.asset),
        ],
        middleware=[Middleware(SecurityMiddleware, hosts=frozenset(hosts))],
        exception_handlers=errors.HANDLERS,
    )
    app.state.folder = folder
    app.state.address = address
    app.state.show_restricted_to = frozenset(show_restricted_to)
    app.state.console = Console(folder, is_local, Jobs(folder), Tasks(), Throttle())
    return app
