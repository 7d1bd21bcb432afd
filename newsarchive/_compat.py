"""The undocumented names of uvicorn and Datasette that the web interface depends on; used in no other module.

Each entry says which release it was checked with, why it is needed, and what breaks without it.
tests/newsarchive/test_compat.py has a test for each.
"""

from __future__ import annotations

from types import SimpleNamespace

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["DATASETTE_ERROR_HANDLER", "H11Protocol", "datasette_names"]

# H11Protocol, with its attributes `conn`, `connections`, `loop` and `transport` and its method `on_response_complete`
# Checked with uvicorn 0.54.0.
# Needed: uvicorn has no option that limits how long a client may stall, or the number of connections.
# Without: clients that send or read nothing keep all others out.

# Checked with Datasette 0.65.5.
# Needed: this plugin of Datasette prints a traceback of many screens whenever a visitor mistypes an address.
# Without: it cannot be unregistered by its name, and the log fills with tracebacks.
DATASETTE_ERROR_HANDLER = "datasette.handle_exception"


def datasette_names() -> SimpleNamespace:
    """Return Datasette's error classes and its plugin manager; imported on call, as Datasette is optional.

    Checked with Datasette 0.65.5; also its argument Database.execute(log_sql_errors) and Datasette.app_css_hash.
    Needed: Datasette documents no way to distinguish a visitor's mistake from a bug, or to remove one of its plugins.
    Without: a mistyped query is answered with status 500 and printed as a traceback.
    """
    from datasette.database import QueryInterrupted
    from datasette.plugins import pm
    from datasette.utils.asgi import Base400
    from datasette.views.base import DatasetteError

    return SimpleNamespace(
        BadRequest=Base400, DatasetteError=DatasetteError, QueryInterrupted=QueryInterrupted, plugins=pm
    )
