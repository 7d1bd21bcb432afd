"""A plugin for Datasette: links to the archive's own pages, a limit on the size of results, and error pages."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote
from weakref import ref

from markupsafe import Markup

from archive import timestamps, urls
from archive.index.db.schema import VIEWS
from archive.replay.urls import snapshot_path
from newsarchive._compat import DATASETTE_ERROR_HANDLER, datasette_names
from newsarchive.web.datasette.metadata import ARTICLES
from newsarchive.web.datasette.policy import ROOT

MAX_ANSWER_BYTES = 32 * 1024 * 1024  # text and blobs in the rows of one query
MAX_CELL = 300  # characters of a cell in a table; the page of the row shows all of them
TOO_LARGE = "The result is too large. Select fewer rows or columns, or shorter values."
TOO_SLOW = "The query took too long. Make it more specific, or add a LIMIT."
# Columns with the time of a row; its URLs link to the snapshots nearest to that time.
TIME_COLUMNS = ("seen_at", "fetched_at", "first_seen")
_LOG = logging.getLogger(__name__)


@cache
def register_plugin() -> None:
    """Register this plugin once, in place of Datasette's own error pages."""
    from datasette import hookimpl

    plugins = datasette_names().plugins

    class NewsarchiveCells:  # a class: Datasette would look for templates beside a module
        render_cell = staticmethod(hookimpl(link_cell))
        prepare_connection = staticmethod(hookimpl(limit_answer))
        handle_exception = staticmethod(hookimpl(handle_error))

    plugins.register(NewsarchiveCells)
    plugins.unregister(name=DATASETTE_ERROR_HANDLER)
    # When a query fails, Datasette never awaits what it had started for the same page.
    warnings.filterwarnings("ignore", "coroutine '.*' was never awaited", RuntimeWarning, "datasette")


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
        shown = value if len(value) <= MAX_CELL else f"{value[:MAX_CELL]}…"
        return Markup('<a href="{}">{}</a>').format(snapshot_path(value, _row_time(row)), shown)
    return None


def _row_time(row: Any) -> datetime:
    """Return the time of a row, or the present if it has none."""
    for name in TIME_COLUMNS:
        # Visitors' own SQL may give these names to other values.
        with suppress(KeyError, IndexError, TypeError, ValueError):
            return timestamps.from_iso(row[name])
    return datetime.now(UTC)


def limit_answer(conn: Any) -> None:
    """Limit the text and blobs in the rows of one query to MAX_ANSWER_BYTES."""
    row = conn.row_factory
    # Of the current cursor: a weak reference, because a strong one would keep its query open.
    current: Callable[[], object] = lambda: None  # noqa: E731
    size = 0

    def counted(cursor: Any, values: tuple[object, ...]) -> Any:
        nonlocal current, size
        if current() is not cursor:
            current, size = ref(cursor), 0
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

    errors = datasette_names()
    status, message, title, details = 500, str(exception), None, {}
    if isinstance(exception, errors.DatasetteError):
        status = 400 if exception.status == 500 else exception.status  # Datasette's default
        title, details = exception.title, exception.error_dict
        message = Markup(exception.message) if exception.message_is_html else exception.message
        if exception.message_is_html and request.path.endswith(".json"):
            message = TOO_SLOW  # the only message that Datasette writes in HTML
    elif isinstance(exception, errors.BadRequest):
        status, message = exception.status, str(exception.args[0])
    elif isinstance(exception, errors.QueryInterrupted):
        status, message = 400, TOO_SLOW
    elif isinstance(exception, MemoryError):
        status, message = 400, TOO_LARGE
    else:
        _LOG.error("%s%s: %s: %s", ROOT, request.path, type(exception).__name__, " ".join(message.split()))
    content = {**details, "ok": False, "error": message, "status": status, "title": title}

    async def answer() -> Any:
        if request.path.endswith(".json"):
            return Response.json(content, status=status)
        template = datasette.jinja_env.select_template([f"{status}.html", "error.html"])
        layout = {
            "urls": datasette.urls,
            "app_css_hash": datasette.app_css_hash(),
            "menu_links": list,
        }
        return Response.html(await template.render_async(content | layout), status=status)

    return answer
