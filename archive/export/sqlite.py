"""Write a smaller archive.db: the same tables, with only the rows that belong to the chosen articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from archive.errors import DamagedIndex
from archive.export.fields import LIST_SEPARATOR, Entry
from archive.export.provenance import ArchiveContent
from archive.index.db import schema_docs
from archive.index.db.connection import Connection, open_private, read_snapshot, transaction
from archive.index.db.schema import TABLES, VIEWS
from archive.index.db.triggers import TRIGGERS
from archive.index.search import bitmaps, fulltext

# The selection is stored in the new file for a while: many builds of SQLite hold temporary tables in memory.
_CHOSEN = ("chosen_articles", "chosen_versions", "chosen_captures")

# The captures the articles are based on: of their versions, of their images, of the listings that showed them, and all
# of their addresses, including the responses that say they are gone.
# One query each: SQLite would collect the rows of a UNION in memory.
CAPTURES_OF_ARTICLES: Mapping[str, str] = {
    "versions": "SELECT capture_id FROM main.versions WHERE id IN (SELECT id FROM chosen_versions)",
    "images": """
    SELECT capture_id FROM main.images
    WHERE version_id IN (SELECT id FROM chosen_versions) AND capture_id IS NOT NULL
    """,
    "listings": "SELECT capture_id FROM main.sightings WHERE article_id IN (SELECT id FROM chosen_articles)",
    "addresses": """
    SELECT captures.id FROM main.addresses CROSS JOIN main.captures ON captures.url = addresses.url
    WHERE addresses.article_id IN (SELECT id FROM chosen_articles)
    """,
    "states": """
    SELECT capture_id FROM main.state_changes
    WHERE article_id IN (SELECT id FROM chosen_articles) AND capture_id IS NOT NULL
    """,
    "spellings": """
    SELECT captures.id FROM main.addresses CROSS JOIN main.captures ON captures.canonical = addresses.url
    WHERE addresses.article_id IN (SELECT id FROM chosen_articles)
    """,
    "requested": """
    SELECT captures.id FROM main.versions CROSS JOIN main.captures AS requested ON requested.id = versions.capture_id
    CROSS JOIN main.captures ON captures.url = requested.url
    WHERE versions.id IN (SELECT id FROM chosen_versions)
    """,
}
# The body of a revisit is in the record it repeats; a 304 may repeat a revisit.
ADD_ORIGINALS = """
INSERT OR IGNORE INTO chosen_captures
SELECT earlier.id FROM main.captures AS later
JOIN main.captures AS earlier ON earlier.record_id = later.revisit_of
WHERE later.id IN (SELECT id FROM chosen_captures)
"""
# Which rows of a table belong to the articles; a table not listed here is selected by its own version_id or
# article_id. The order matters: later conditions use what is already copied.
ROW_CONDITIONS: Mapping[str, str] = {
    "articles": "id IN (SELECT id FROM chosen_articles)",
    "versions": "id IN (SELECT id FROM chosen_versions)",
    "captures": "id IN (SELECT id FROM chosen_captures)",
    "addresses": "article_id IN (SELECT id FROM chosen_articles)",
    "failures": "url IN (SELECT url FROM subset.addresses)",
    "crawls": "id IN (SELECT crawl_id FROM subset.captures UNION SELECT crawl_id FROM subset.failures)",
    "warc_files": "file IN (SELECT file FROM subset.captures)",
    "manifests": "name IN (SELECT manifest FROM subset.warc_files)",
    "imports": "file IN (SELECT file FROM subset.captures)",
    "sources": " OR ".join(
        f"name IN (SELECT source FROM subset.{table})"
        for table in ("articles", "captures", "crawls", "failures", "imports")
    )
    + " OR name IN (SELECT source FROM main.sightings WHERE article_id IN (SELECT id FROM chosen_articles))",
    "copy_groups": "id IN (SELECT group_id FROM main.copies WHERE article_id IN (SELECT id FROM chosen_articles))",
    "restrictions": "0",  # of articles that are not exported
    "copy_habits": "source IN (SELECT name FROM subset.sources)",
    "search_months": "0",  # covers other articles too; rebuilt
    "search_places": "0",
    "search_words": "0",
}
_PROGRESS_INTERVAL = 100  # versions between two progress reports
_CONDITIONS_BY_COLUMN = {
    "version_id": "version_id IN (SELECT id FROM chosen_versions)",
    "article_id": "article_id IN (SELECT id FROM chosen_articles)",
}


def write_archive(
    content: ArchiveContent, part: Path, articles: Iterable[int], on_progress: Callable[[int], None]
) -> dict[str, dict[str, int]]:
    """Write the index of the articles to a new file; return the number of rows of each table."""
    return {"tables": write_subset(content.connection, part, articles, on_progress)}


def write_subset(
    connection: Connection, path: Path, articles: Iterable[int], on_progress: Callable[[int], None]
) -> dict[str, int]:
    """Write the index of the articles to a new file; return the number of rows of each table.

    It has every version of each article, all from one snapshot. `on_progress` is called with the number of
    versions indexed for full-text search, which takes longest.
    """
    open_private(path).close()
    with _attached(connection, path), read_snapshot(connection):
        counts = _copy_all(connection, articles)
    with closing(open_private(path)) as filled, transaction(filled):
        _check_references(filled, connection)
        for statement in TRIGGERS.values():
            filled.execute(statement)
        numbers = filled.execute("SELECT id FROM versions ORDER BY id")
        for done, row in enumerate(numbers, start=1):
            fulltext.add_version(filled, row["id"])
            if done % _PROGRESS_INTERVAL == 0 or done == counts["versions"]:
                on_progress(done)
    with closing(open_private(path)) as filled:
        bitmaps.update_bitmaps(filled)
    return counts


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield every table and view, each followed by its columns; they are the same with and without `links`."""
    for table in (*TABLES, *VIEWS):
        kind = "view" if table in VIEWS else "table"
        yield Entry(table, kind, "", "", schema_docs.table_comment(table), "")
        for column in schema_docs.columns_of(table):
            name, refers_to = f"{table}.{column.name}", column.refers_to or ""
            values = LIST_SEPARATOR.join(column.values)
            yield Entry(name, column.kind or "column", "", values, schema_docs.meaning(name), refers_to)


@contextmanager
def _attached(connection: Connection, path: Path) -> Iterator[None]:
    connection.execute("ATTACH ? AS subset", (str(path),))
    try:
        connection.execute("PRAGMA subset.journal_mode = OFF")
        connection.execute("PRAGMA subset.synchronous = OFF")
        # Checked at the end: otherwise SQLite looks up every new row in each table that may refer to it.
        connection.execute("PRAGMA foreign_keys = OFF")
        for table in _CHOSEN:
            connection.execute(f"CREATE TABLE subset.{table} (id INTEGER PRIMARY KEY)")
        # SQLite would first collect the rows copied into a table with triggers in memory.
        for trigger in TRIGGERS:
            connection.execute(f"DROP TRIGGER subset.{trigger}")
        yield
        for table in _CHOSEN:
            connection.execute(f"DROP TABLE subset.{table}")
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DETACH subset")


def _check_references(filled: Connection, archive: Connection) -> None:
    """Raise DamagedIndex if a row refers to a missing one: then it is missing in the archive too."""
    if lost := filled.execute("PRAGMA foreign_key_check").fetchone():
        path = archive.execute("PRAGMA database_list").fetchone()["file"]
        raise DamagedIndex(
            f"{path} is damaged (rows of {lost['table']} refer to rows of {lost['parent']} that are missing): "
            "move it away and run 'newsarchive rebuild'."
        )


def _copy_all(connection: Connection, articles: Iterable[int]) -> dict[str, int]:
    connection.executemany("INSERT OR IGNORE INTO chosen_articles VALUES (?)", ((one,) for one in articles))
    connection.execute(
        "INSERT INTO chosen_versions SELECT id FROM main.versions"
        " WHERE article_id IN (SELECT id FROM chosen_articles)"
    )
    for which in CAPTURES_OF_ARTICLES.values():
        connection.execute(f"INSERT OR IGNORE INTO chosen_captures {which}")
    while connection.execute(ADD_ORIGINALS).rowcount > 0:
        pass
    counts = {table: _copy(connection, table, rule) for table, rule in row_conditions(connection).items()}
    return {table: counts[table] for table in TABLES if table in counts}


def row_conditions(connection: Connection) -> dict[str, str]:
    """Return which rows of each table belong, in copying order."""
    found = dict(ROW_CONDITIONS)
    for table in TABLES:
        if table not in found and table not in _full_text_tables():
            columns = _columns(connection, table)
            found[table] = next(rule for column, rule in _CONDITIONS_BY_COLUMN.items() if column in columns)
    return found


def _copy(connection: Connection, table: str, rule: str) -> int:
    columns = ", ".join(f'"{name}"' for name in _columns(connection, table))
    return connection.execute(
        f"INSERT INTO subset.{table} ({columns}) SELECT {columns} FROM main.{table} WHERE {rule}"
    ).rowcount


def _columns(connection: Connection, table: str) -> list[str]:
    return [row["name"] for row in connection.execute(f"PRAGMA main.table_info ({table})")]


def _full_text_tables() -> list[str]:
    """Return the tables that have no content of their own and are built from another."""
    return [table for table, statement in TABLES.items() if "CREATE VIRTUAL TABLE" in statement]
