"""Temporary views that hide restricted articles from a connection, under the names of the tables.

SQLite looks up a table without a schema among temporary objects first, so every query of the connection is answered
as if the restricted articles were not there, also one that is written later. Queries that write `main.` before the
name of a table still read all rows. The views last as long as the connection, and nothing is written to the file.
"""

from __future__ import annotations

from collections.abc import Mapping

from archive.index.db.connection import Connection
from archive.index.db.schema import VIEWS


def _restricted(article: str) -> str:
    """Return the SQL condition that an article is restricted."""
    return f"EXISTS (SELECT 1 FROM main.articles AS hidden WHERE hidden.id = {article} AND hidden.state = 'restricted')"


def _restricted_address(address: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM main.addresses AS hidden_address JOIN main.articles AS hidden"
        f" ON hidden.id = hidden_address.article_id AND hidden.state = 'restricted'"
        f" WHERE hidden_address.url = {address})"
    )


def _restricted_version(version: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM main.versions AS hidden_version JOIN main.articles AS hidden"
        f" ON hidden.id = hidden_version.article_id AND hidden.state = 'restricted'"
        f" WHERE hidden_version.id = {version})"
    )


def _restricted_source(source: str) -> str:
    return f"EXISTS (SELECT 1 FROM main.restrictions WHERE target = {source})"


_OF_ARTICLE = (
    "state_changes",
    "addresses",
    "address_clues",
    "versions",
    "copies",
    "copy_marks",
    "copy_texts",
)
_WITH_ROWID = ("crawls",)  # queries order them by it, which a view does not have by itself
_OF_VERSION = ("edit_grades", "bylines", "tags", "images")
# A listing or feed that showed a restricted article prints its headline, so its capture is hidden too; a picture is
# hidden unless an article that is not restricted has it as well.
_OF_CAPTURES = " OR ".join(
    (
        _restricted_source("captures.source"),
        _restricted_address("coalesce(captures.canonical, captures.url)"),
        _restricted_address("captures.url"),
        _restricted_address("captures.redirected_from"),
        _restricted_address("captures.redirects_to"),
        "EXISTS (SELECT 1 FROM main.versions AS shown JOIN main.articles AS hidden"
        " ON hidden.id = shown.article_id AND hidden.state = 'restricted'"
        " WHERE shown.capture_id = captures.id)",
        "EXISTS (SELECT 1 FROM main.sightings AS shown CROSS JOIN main.articles AS hidden"
        " ON hidden.id = shown.article_id AND hidden.state = 'restricted'"
        " WHERE shown.capture_id = captures.id)",
        "(captures.role IN ('image', 'requisite')"
        " AND EXISTS (SELECT 1 FROM main.images AS shown JOIN main.versions ON versions.id = shown.version_id"
        " JOIN main.articles AS hidden ON hidden.id = versions.article_id AND hidden.state = 'restricted'"
        " WHERE shown.url = captures.url)"
        " AND NOT EXISTS (SELECT 1 FROM main.images AS shown JOIN main.versions ON versions.id = shown.version_id"
        " JOIN main.articles AS other ON other.id = versions.article_id AND other.state != 'restricted'"
        " WHERE shown.url = captures.url))",
    )
)
# An article found through two sources, or at an address that redirects, needs the captures of its own versions.
_OF_ANOTHER_ARTICLE = (
    "EXISTS (SELECT 1 FROM main.versions AS shown JOIN main.articles AS other"
    " ON other.id = shown.article_id AND other.state != 'restricted'"
    " WHERE shown.capture_id = captures.id)"
)
# Which rows of a table are hidden, by table.
HIDDEN_ROWS: Mapping[str, str] = {
    "articles": "state = 'restricted'",
    **{table: _restricted(f"{table}.article_id") for table in _OF_ARTICLE},
    **{table: _restricted_version(f"{table}.version_id") for table in _OF_VERSION},
    "links": f"{_restricted_version('links.version_id')} OR {_restricted_address('links.url')}",
    "sightings": f"{_restricted('sightings.article_id')} OR {_restricted_address('sightings.url')}"
    f" OR {_restricted_source('sightings.source')}",
    "failures": f"{_restricted_address('failures.url')} OR {_restricted_source('failures.source')}",
    "crawls": _restricted_source("crawls.source"),
    "captures": f"({_OF_CAPTURES}) AND NOT {_OF_ANOTHER_ARTICLE}",
}


def hide_restricted(connection: Connection) -> bool:
    """Hide restricted articles from a connection; return whether there are any."""
    if not has_restricted(connection):
        return False
    for table, rule in HIDDEN_ROWS.items():
        columns = "rowid, *" if table in _WITH_ROWID else "*"
        connection.execute(
            f"CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.{table} WHERE NOT ({rule})"
        )
    for statement in VIEWS.values():
        connection.execute(statement.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
    return True


def has_restricted(connection: Connection) -> bool:
    """Return whether anything is restricted."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM main.restrictions)"
        " OR EXISTS (SELECT 1 FROM main.articles WHERE state = 'restricted')"
    ).fetchone()
    return bool(row[0])


def is_hiding(connection: Connection) -> bool:
    """Return whether restricted articles are hidden from a connection."""
    row = connection.execute(
        "SELECT 1 FROM temp.sqlite_master WHERE type = 'view' AND name = 'articles'"
    ).fetchone()
    return row is not None
