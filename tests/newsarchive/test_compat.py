"""The undocumented names in newsarchive/_compat.py exist in the installed releases."""

from __future__ import annotations

import asyncio
import inspect
from importlib.metadata import version

import pytest
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from newsarchive._compat import DATASETTE_ERROR_HANDLER, datasette_names


@pytest.mark.parametrize("attribute", ["conn", "connections", "loop", "transport", "on_response_complete"])
def test_uvicorns_connection_has_the_attribute(attribute: str) -> None:
    async def connection() -> H11Protocol:
        return H11Protocol(Config(app=lambda: None), ServerState(), {})  # type: ignore[arg-type]

    assert hasattr(asyncio.run(connection()), attribute), (
        f"H11Protocol of uvicorn {version('uvicorn')} has no {attribute}: see H11Protocol in newsarchive/_compat.py."
    )


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("datasette.database", "QueryInterrupted"),
        ("datasette.plugins", "pm"),
        ("datasette.utils.asgi", "Base400"),
        ("datasette.views.base", "DatasetteError"),
    ],
)
def test_a_name_of_datasette_can_be_imported(module: str, name: str) -> None:
    pytest.importorskip("datasette")
    assert hasattr(pytest.importorskip(module), name), (
        f"Datasette {version('datasette')} has no {module}.{name}: see newsarchive/_compat.py."
    )


def test_datasette_takes_the_argument_that_keeps_sql_errors_out_of_the_log() -> None:
    database = pytest.importorskip("datasette.database").Database
    assert "log_sql_errors" in inspect.signature(database.execute).parameters, (
        f"Database.execute of Datasette {version('datasette')} has no log_sql_errors: see newsarchive/_compat.py."
    )


def test_datasette_has_the_hash_that_its_error_page_needs() -> None:
    app = pytest.importorskip("datasette.app").Datasette
    assert hasattr(app, "app_css_hash"), (
        f"Datasette {version('datasette')} has no app_css_hash: see newsarchive/_compat.py."
    )


def test_datasettes_own_error_handler_is_registered_by_the_name_that_is_removed() -> None:
    pytest.importorskip("datasette")
    handler = pytest.importorskip(DATASETTE_ERROR_HANDLER)
    plugins = datasette_names().plugins
    assert plugins.get_name(handler) in (DATASETTE_ERROR_HANDLER, None), (  # None: removed by an earlier test
        f"Datasette {version('datasette')} registers its error handler by another name: "
        "see DATASETTE_ERROR_HANDLER in newsarchive/_compat.py."
    )
