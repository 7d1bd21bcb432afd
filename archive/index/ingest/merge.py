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
    kept, given_up = sorted((from_id, into_id), key=lambda number: (rows[number]["first_seen"], number))
    for number in (given_up, kept):
        grouping.remove_from_groups(connection, number)
    address = rows[into_id]["url"]
    for table in ("addresses", "sightings"):
        connection.execute(f"UPDATE {table} SET article_id = ? WHERE article_id = ?", (kept, given_up))
    count = _one_history(connection, kept, given_up)
    connection.execute("DELETE FROM articles WHERE id = ?", (given_up,))
    connection.execute(
        """
        UPDATE articles SET url = ?, version_count = ?, last_seen = max(last_seen, ?),
            last_looked = max(last_looked, ?), gone_looks = 0, gone_since = NULL WHERE id = ?
        """,
        (address, count, rows[given_up]["last_seen"], rows[given_up]["last_looked"], kept),
    )
    grouping.update_groups(connection, kept, is_readded=True)
    return kept


def _one_history(connection: Connection, kept: int, given_up: int) -> int:
    versions = connection.execute(
        "SELECT * FROM versions WHERE article_id IN (?, ?) ORDER BY first_seen, id", (kept, given_up)
    ).fetchall()
    for version in versions:  # as long as they are what they were put into the full-text index as
        fulltext.remove_version(connection, version["id"])
    connection.execute(  # out of the way of UNIQUE (article_id, number) while they are numbered anew
        "UPDATE versions SET number = -id WHERE article_id IN (?, ?)", (kept, given_up)
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
            "UPDATE versions SET article_id = ?, number = ? WHERE id = ?", (kept, count, version["id"])
        )
        fulltext.add_version(connection, version["id"])
        latest = version
    return count


def delete_version(connection: Connection, version_id: int) -> None:
    """Delete a version's row and all rows that belong to it; remove it from the full-text index before."""
    """Takes out a version's row with all that hangs on it; the full-text index has let go of it before."""
    for table in _PARTS:
        connection.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))
    connection.execute("DELETE FROM versions WHERE id = ?", (version_id,))
