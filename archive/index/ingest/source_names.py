"""Give a source another name in every row of the index."""

from __future__ import annotations

from archive.index.db.connection import Connection, transaction
from archive.index.search import fulltext

_TABLES = ("crawls", "captures", "failures", "imports", "articles", "sightings", "copy_habits")


def rename_source(connection: Connection, old: str, new: str) -> None:
    """Rename a source in all rows and in the full-text index, in one transaction; `new` must have no rows."""
    with transaction(connection):
        connection.execute(
            """
            INSERT OR IGNORE INTO sources (name, title, timezone)
            SELECT ?, title, timezone FROM sources WHERE name = ?
            """,
            (new, old),
        )
        versions = [
            row["id"]
            for row in connection.execute(
                """
                SELECT versions.id FROM versions JOIN articles ON articles.id = versions.article_id
                WHERE articles.source = ? ORDER BY versions.id
                """,
                (old,),
            )
        ]
        for version in versions:
            fulltext.remove_version(connection, version)
        for table in _TABLES:
            connection.execute(f"UPDATE {table} SET source = ? WHERE source = ?", (new, old))
        connection.execute("UPDATE restrictions SET target = ? WHERE target = ?", (new, old))
        connection.execute("DELETE FROM sources WHERE name = ?", (old,))
        with fulltext.batch_inserts(connection):
            for version in versions:
                fulltext.add_version(connection, version)
