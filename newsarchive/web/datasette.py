"""Datasette under /db/: browse the archive's tables and query them in SQL. Requires newsarchive[datasette]."""

from __future__ import annotations

import logging
import os
import re
import warnings
from asyncio import Lock
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import ref

from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from archive import paths, timestamps, urls
from archive.core import Archive
from archive.index.db import schema_docs
from archive.index.db.schema import TABLES, VIEWS
from archive.index.sample_queries import load_queries
from archive.replay.urls import snapshot_path
from newsarchive.web.security import OWN_HEADERS
from newsarchive.web.templating import render_page

if TYPE_CHECKING:
    from datasette.app import Datasette

ROOT = "/db"
ARTICLES = ("current_articles", "removed_articles")
STATIC = "/-/static/"
STYLESHEET = "/sheet/tables.css"
# Milliseconds a query may take: over a million articles the heaviest of the questions takes six seconds.
TIME_LIMIT = 10_000
MAX_ANSWER_BYTES = 32 * 1024 * 1024  # letters and bytes of one query's rows
TOO_LARGE = "This answer takes more memory than it may: ask for fewer rows or columns, or for shorter values."
TOO_SLOW = "This takes longer than it may: ask for less, or put it more narrowly."
MISSING = (
    "The tables can be browsed here once Datasette is installed: run pip install 'newsarchive[datasette]' "
    "and start this again. Until then any SQLite tool opens archive.db."
)
FACETS = {
    "articles": ["source", "state"],
    "captures": ["source", "role"],
    "crawls": ["source", "outcome"],
    "current_articles": ["source", "section", "state", "language"],
    "edits": ["source", "changed"],
    "failures": ["source", "role"],
    "removed_articles": ["source", "section"],
}
NEWEST_FIRST = {
    "crawls": "started_at",
    "current_articles": "published_utc",
    "edits": "seen_at",
    "front_pages": "seen_at",
    "removed_articles": "gone_since",
}
HIDDEN = ("copy_habits", "copy_marks", "copy_texts", "search_months", "search_places", "search_words")
# What a row is called where another refers to it.
LABELS = {"captures": "url", "sources": "title", "versions": "title"}
# Columns that say for when the address beside them is looked up.
TIME_COLUMNS = ("seen_at", "fetched_at", "first_seen")
_DATASETTE_ERROR_HANDLER = "datasette.handle_exception"  # the plugin of theirs that answers errors
_LOG = logging.getLogger(__name__)
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class DatasetteApp:
    """An ASGI app with Datasette for the archive in a folder, read-only; without Datasette, a page that says so.

    Datasette is opened with the first request, and again when a rebuild has replaced the index. `any_sql` lets visitors
    run their own SQL; the prepared queries can always be run.
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
            told = {"title": "No tables here yet", "sentence": MISSING, "live": None, "elsewhere": None}
            answer = render_page(request, "trouble.html", 404, **told)
            await answer(scope, receive, send)
            return
        path = _raw_path(scope)
        if path.startswith(b"/-/") and not path.startswith(STATIC.encode()):
            raise HTTPException(404)  # its housekeeping tells of this machine
        policy = _content_security_policy(request.url.netloc)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name.lower(), value) for name, value in message["headers"]]
                MutableHeaders(scope=message).update({**OWN_HEADERS, "Content-Security-Policy": policy})
            await send(message)

        # Datasette puts base_url before every address it makes, and expects none in what it is asked.
        asked = {**scope, "root_path": "", "path": path.decode("utf-8", "replace"), "raw_path": path}
        await (await self._current())(asked, receive, guarded)

    async def _current(self) -> ASGIApp:
        index = paths.index_path(self._folder)
        async with self._opening:
            found = os.stat(index) if index.exists() else None
            which = (found.st_dev, found.st_ino) if found else None
            if self._open is None or which is None or self._open[0] != which:
                Archive.open(self._folder).close()  # says what is wrong with it, if anything
                opened = datasette(self._folder, any_sql=self._any_sql, time_limit=self._time_limit)
                await opened.invoke_startup()
                self._open = (which, opened.app())
            return self._open[1]


def datasette(folder: Path, *, any_sql: bool, time_limit: int) -> Datasette:
    """Return Datasette for the index in a folder, with descriptions from the schema and the prepared queries.

    The file may be written to meanwhile, so it is not opened as immutable unless the folder is read-only: there
    SQLite cannot create the auxiliary files needed to read along with a writer.
    """
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.views.base import DatasetteError

    class Quiet(Database):  # type: ignore[misc]  # else every wrong question is printed, over many lines
        async def execute(self, *arguments: Any, **named: Any) -> Any:
            try:
                return await super().execute(*arguments, **{**named, "log_sql_errors": False})
            except MemoryError as error:
                raise DatasetteError(TOO_LARGE, title="Too large", status=400) from error

    _register_plugin()
    opened = Datasette(
        [],
        metadata=metadata(),
        static_mounts=[(STYLESHEET.split("/")[1], str(files("newsarchive.web").joinpath("static")))],
        settings={
            "base_url": f"{ROOT}/",
            "default_allow_sql": any_sql,
            "allow_download": False,  # without the WAL beside it, what would be sent is no sound file
            "sql_time_limit_ms": time_limit,
            "default_cache_ttl": 0,
            "truncate_cells_html": 300,
        },
    )
    index = paths.index_path(folder)
    opened.remove_database("_memory")
    opened.add_database(Quiet(opened, str(index), is_mutable=os.access(folder, os.W_OK)), name="archive")
    return opened


def metadata() -> dict[str, Any]:
    """Return Datasette's metadata: descriptions from the schema, facets, and the prepared queries."""
    return {
        "title": "The archive’s tables",
        "source": "News archive",
        "source_url": "/",
        "extra_css_urls": [STYLESHEET],
        "description": "Every table of archive.db, read-only. Begin with the questions, or with the views "
        + ", ".join(VIEWS)
        + ".",
        "databases": {
            "archive": {
                "title": "archive.db",
                "tables": {name: _table_metadata(name) for name in (*TABLES, *VIEWS)},
                "queries": {
                    question.name: {
                        "title": question.title,
                        "description": question.description,
                        "sql": question.sql,
                    }
                    for question in load_queries()
                },
            }
        },
    }


def _table_metadata(name: str) -> dict[str, Any]:
    says = schema_docs.table_comment(name)
    told: dict[str, Any] = {
        "description": says[0].upper() + says[1:] + ".",
        "columns": {
            column.name: (column.comment or f"→ {column.refers_to}").replace("`", "")
            for column in schema_docs.columns_of(name)
        },
    }
    if name in FACETS:
        told["facets"] = FACETS[name]
    if name in NEWEST_FIRST:
        told["sort_desc"] = NEWEST_FIRST[name]
    if name in LABELS:
        told["label_column"] = LABELS[name]
    if name in HIDDEN:
        told["hidden"] = True
    if name in ARTICLES:
        told |= {"fts_table": "search_index", "fts_pk": "version_id"}
    return told


def link_cell(row: Any, value: object, column: str, table: str | None) -> Markup | None:
    """Return a cell as a link to the page about it; None to keep Datasette's rendering.

    URLs lead to their snapshot nearest to the time of the row, not to the live web.
    """
    if column == "record_id" and isinstance(value, str):
        bare = value.strip("<>").removeprefix("urn:uuid:")
        return Markup('<a href="/record/{}">{}</a>').format(quote(bare), bare)
    if isinstance(value, int) and (
        (column == "article_id" and (table is None or table in VIEWS))
        or (column == "id" and table in ARTICLES)
    ):
        return Markup('<a href="/articles/{}">{}</a>').format(value, value)
    if isinstance(value, str) and urls.is_web_url(value):
        return Markup('<a href="{}">{}</a>').format(snapshot_path(value, _row_time(row)), value)
    return None


def _row_time(row: Any) -> datetime:
    for name in TIME_COLUMNS:
        with suppress(
            KeyError, IndexError, TypeError, ValueError
        ):  # a reader's own SQL names columns as it likes
            return timestamps.from_iso(row[name])
    return datetime.now(UTC)


@cache
def _register_plugin() -> None:
    from datasette import hookimpl
    from datasette.plugins import pm

    class NewsarchiveCells:  # Datasette looks for templates beside a plugin: beside this module they would be ours
        render_cell = staticmethod(hookimpl(link_cell))
        prepare_connection = staticmethod(hookimpl(limit_answer))
        handle_exception = staticmethod(hookimpl(handle_error))

    pm.register(NewsarchiveCells)
    pm.unregister(name=_DATASETTE_ERROR_HANDLER)
    # What it had begun when a question failed, it never ends.
    warnings.filterwarnings("ignore", "coroutine '.*' was never awaited", RuntimeWarning, "datasette")


def limit_answer(conn: Any) -> None:
    """Limit the text and blobs in the rows of one query to MAX_ANSWER_BYTES."""
    row = conn.row_factory
    of: Callable[[], object] = lambda: None  # noqa: E731 - the cursor, not kept: it would keep its query open
    size = 0

    def counted(cursor: Any, values: tuple[object, ...]) -> Any:
        nonlocal of, size
        if of() is not cursor:
            of, size = ref(cursor), 0
        size += sum(len(value) for value in values if isinstance(value, str | bytes))
        if size > MAX_ANSWER_BYTES:
            raise conn.OperationalError(TOO_LARGE)
        return row(cursor, values)

    conn.row_factory = counted


def handle_error(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Any]]:
    """Return a function that makes the error page, or JSON, in Datasette's own format.

    Datasette's own handler also prints a traceback of many screens with all local variables whenever
    a visitor mistypes an address.
    """
    from datasette import Response
    from datasette.database import QueryInterrupted
    from datasette.utils.asgi import Base400
    from datasette.views.base import DatasetteError

    status, says, title, told = 500, str(exception), None, {}
    if isinstance(exception, DatasetteError):
        status = 400 if exception.status == 500 else exception.status  # theirs where nothing else is said
        title, told = exception.title, exception.error_dict
        says = Markup(exception.message) if exception.message_is_html else exception.message
        if exception.message_is_html and request.path.endswith(".json"):
            says = TOO_SLOW  # the only thing that it says in markup
    elif isinstance(exception, Base400):
        status, says = exception.status, str(exception.args[0])
    elif isinstance(exception, QueryInterrupted):
        status, says = 400, TOO_SLOW
    elif isinstance(exception, MemoryError):
        status, says = 400, TOO_LARGE
    else:
        _LOG.error("%s%s: %s: %s", ROOT, request.path, type(exception).__name__, " ".join(says.split()))
    told = {**told, "ok": False, "error": says, "status": status, "title": title}

    async def answer() -> Any:
        if request.path.endswith(".json"):
            return Response.json(told, status=status)
        drawn = datasette.jinja_env.select_template([f"{status}.html", "error.html"])
        around = {
            "urls": datasette.urls,
            "app_css_hash": datasette.app_css_hash(),
            "menu_links": list,
        }
        return Response.html(await drawn.render_async(told | around), status=status)

    return answer


def _raw_path(scope: Scope) -> bytes:
    """Return the path as sent, without /db: Datasette decodes it itself."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path.partition(b"?")[0].removeprefix(ROOT.encode())


def _content_security_policy(host: str) -> str:
    """Return a Content-Security-Policy that allows only Datasette's script files and unchanged inline scripts."""
    named = host and "[" not in host  # a policy cannot name IPv6 addresses
    theirs, sheet = (f"{host}{ROOT}{STATIC}", f"{host}{ROOT}{STYLESHEET}") if named else ("'self'", "'self'")
    return (
        f"default-src 'none'; script-src {theirs} {_inline_scripts()}; style-src {theirs} {sheet} 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _inline_scripts() -> str:
    """Return the digests of the inline scripts in Datasette's templates, as a policy lists them."""
    found: set[str] = set()
    for template in files("datasette").joinpath("templates").iterdir():
        for text in _INLINE.findall(template.read_text("utf-8")):
            found |= {text.replace("{{ datasette_allow_facet }}", value) for value in ("true", "false")}
    return " ".join(map(script_digest, sorted(found)))


def script_digest(script: str) -> str:
    """Return the digest of a script, as a policy lists it."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
