"""Datasette as an ASGI app: browse the archive's tables and query them in SQL. Requires newsarchive[datasette]."""

from __future__ import annotations

import os
from asyncio import Lock
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from archive import paths
from archive.core import Archive
from archive.errors import Restricted
from archive.index.db.restricted_views import has_restricted
from newsarchive.web.datasette.instance import open_datasette
from newsarchive.web.datasette.policy import ROOT, STATIC, content_security_policy
from newsarchive.web.http.security import OWN_HEADERS
from newsarchive.web.rendering.templating import render_page

# In milliseconds, for one query: with a million articles, the slowest prepared query takes six seconds.
TIME_LIMIT = 10_000
MISSING = (
    "To browse the tables here, install Datasette with “pip install 'newsarchive[datasette]'” and restart "
    "the server. Any SQLite tool can also open archive.db."
)

RESTRICTED = (
    "The tables are not shown here while an article is restricted, because they would show its text. "
    "The search, the pages and the API show everything else."
)


class DatasetteApp:
    """An ASGI app with Datasette for the archive in a folder, read-only; without Datasette, a page that says so.

    Datasette is opened with the first request, and again when a rebuild has replaced the index. With `any_sql`,
    visitors can run their own SQL; without it, only the prepared queries.
    """

    def __init__(self, folder: Path, *, any_sql: bool, time_limit: int = TIME_LIMIT) -> None:
        self._folder = folder
        self._any_sql = any_sql
        self._time_limit = time_limit
        self._open: tuple[object, ASGIApp] | None = None
        self._opening = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        request = Request(scope)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405)
        if find_spec("datasette") is None:
            response = render_page(
                request,
                "error.html",
                404,
                title="Datasette is not installed",
                sentence=MISSING,
                live=None,
                elsewhere=None,
            )
            await response(scope, receive, send)
            return
        if self._has_restricted():
            raise Restricted(RESTRICTED)
        path = _raw_path(scope)
        if path.startswith(b"/-/") and not path.startswith(STATIC.encode()):
            raise HTTPException(404)  # its internal pages describe this machine
        policy = content_security_policy(request.url.netloc)

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name.lower(), value) for name, value in message["headers"]]
                MutableHeaders(scope=message).update({**OWN_HEADERS, "Content-Security-Policy": policy})
            await send(message)

        # Datasette puts base_url before every address it writes, and expects requests without it.
        forwarded = {**scope, "root_path": "", "path": path.decode("utf-8", "replace"), "raw_path": path}
        await (await self._current())(forwarded, receive, send_secured)

    def _has_restricted(self) -> bool:
        """Return whether anything is restricted now: tables and SQL cannot leave it out, so nothing is shown then."""
        with Archive.open(self._folder) as archive:
            return has_restricted(archive.connection)

    async def _current(self) -> ASGIApp:
        """Return Datasette for the index that is there now."""
        index = paths.index_path(self._folder)
        async with self._opening:
            status = os.stat(index) if index.exists() else None
            identity = (status.st_dev, status.st_ino) if status else None
            if self._open is None or identity is None or self._open[0] != identity:
                Archive.open(self._folder).close()  # raises an error that names the problem, if there is one
                opened = open_datasette(self._folder, any_sql=self._any_sql, time_limit=self._time_limit)
                await opened.invoke_startup()
                self._open = (identity, opened.app())
            return self._open[1]


def _raw_path(scope: Scope) -> bytes:
    """Return the path as sent, without /db: Datasette decodes it itself."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path.partition(b"?")[0].removeprefix(ROOT.encode())
