"""Merge two articles found to be the same one: a single history, under the older id."""

from __future__ import annotations

from archive.index.db.connection import Connection, Row
from archive.index.duplicates import grouping
from archive.index.search import fulltext

_PARTS = ("bylines", "tags", "images", "links")


def merge_articles(connection: Connection, from_id: int, into_id: int) -> int:
    """Merge two articles, as the address of `from_id` now redirects to that of `into_id`; return the remaining id.

    The article seen first keeps its id; the address is the one that responds. Consecutive versions with the same
    content become one.
    """
    rows = {
        row["id"]: row
        for row in connection.execute(
            "SELECT * FROM articles WHERE id IN (?, ?)", (from_id, into_id)
        ).fetchall()
    }
    kept_id, merged_id = sorted((from_id, into_id), key=lambda number: (rows[number]["first_seen"], number))
    for number in (merged_id, kept_id):
        grouping.remove_from_groups(connection, number)
    address = rows[into_id]["url"]
    for table in ("addresses", "sightings"):
        connection.execute(f"UPDATE {table} SET article_id = ? WHERE article_id = ?", (kept_id, merged_id))
    count = _merge_versions(connection, kept_id, merged_id)
    connection.execute("DELETE FROM articles WHERE id = ?", (merged_id,))
    connection.execute(
        """
        UPDATE articles SET url = ?, version_count = ?, last_seen = max(last_seen, ?),
            last_looked = max(last_looked, ?), gone_looks = 0, gone_since = NULL WHERE id = ?
        """,
        (address, count, rows[merged_id]["last_seen"], rows[merged_id]["last_looked"], kept_id),
    )
    grouping.update_groups(connection, kept_id, is_readded=True)
    return kept_id


def _merge_versions(connection: Connection, kept_id: int, merged_id: int) -> int:
    versions = connection.execute(
        "SELECT * FROM versions WHERE article_id IN (?, ?) ORDER BY first_seen, id", (kept_id, merged_id)
    ).fetchall()
    for version in versions:  # before their rows change: the full-text index needs them as indexed
        fulltext.remove_version(connection, version["id"])
    connection.execute(  # avoids UNIQUE (article_id, number) while they are renumbered
        "UPDATE versions SET number = -id WHERE article_id IN (?, ?)", (kept_id, merged_id)
    )
    count = 0
    latest: Row | None = None
    for version in versions:
        if latest is not None and latest["content_sha256"] == version["content_sha256"]:
            connection.execute(
                "UPDATE versions SET last_seen = max(last_seen, ?) WHERE id = ?",
                (version["last_seen"], latest["id"]),
            )
            delete_version(connection, version["id"])
            continue
        count += 1
        connection.execute(
            "UPDATE versions SET article_id = ?, number = ? WHERE id = ?", (kept_id, count, version["id"])
        )
        fulltext.add_version(connection, version["id"])
        latest = version
    return count


def delete_version(connection: Connection, version_id: int) -> None:
    """Delete a version's row and all rows that belong to it; remove it from the full-text index before."""
    for table in _PARTS:
        connection.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))
    connection.execute("DELETE FROM versions WHERE id = ?", (version_id,))
