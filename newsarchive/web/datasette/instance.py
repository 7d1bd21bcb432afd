"""Open Datasette on the index of an archive."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import paths
from newsarchive._compat import datasette_names
from newsarchive.web.datasette.metadata import metadata
from newsarchive.web.datasette.plugin import MAX_CELL, TOO_LARGE, register_plugin
from newsarchive.web.datasette.policy import ROOT, STYLESHEET

if TYPE_CHECKING:
    from datasette.app import Datasette


def open_datasette(folder: Path, *, any_sql: bool, time_limit: int) -> Datasette:
    """Return Datasette for the index in a folder, with descriptions from the schema and the prepared queries.

    The file may be written to meanwhile, so it is not opened as immutable unless the folder is read-only: there
    SQLite cannot create the auxiliary files needed to read along with a writer.
    """
    from datasette.app import Datasette
    from datasette.database import Database

    errors = datasette_names()

    class Quiet(Database):  # type: ignore[misc]  # otherwise every invalid query is logged, over many lines
        async def execute(self, *arguments: Any, **named: Any) -> Any:
            try:
                return await super().execute(*arguments, **{**named, "log_sql_errors": False})
            except MemoryError as error:
                raise errors.DatasetteError(TOO_LARGE, title="Too large", status=400) from error

    register_plugin()
    opened = Datasette(
        [],
        metadata=metadata(),
        static_mounts=[
            (STYLESHEET.split("/")[1], str(files("newsarchive.web.rendering").joinpath("static")))
        ],
        settings={
            "base_url": f"{ROOT}/",
            "default_allow_sql": any_sql,
            "allow_download": False,  # without its write-ahead log the file would be incomplete
            "sql_time_limit_ms": time_limit,
            "default_cache_ttl": 0,
            "truncate_cells_html": MAX_CELL,
        },
    )
    index = paths.index_path(folder)
    opened.remove_database("_memory")
    opened.add_database(Quiet(opened, str(index), is_mutable=os.access(folder, os.W_OK)), name="archive")
    return opened
