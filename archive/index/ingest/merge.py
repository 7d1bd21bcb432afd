"""Merge two articles found to be the same one: a single history, under the older id."""

from __future__ import annotations

from archive.index.db import edit_grades
from archive.index.db.connection import Connection, Row
from archive.index.duplicates import grouping
from archive.index.ingest import version_rows
from archive.index.search import fulltext


def merge_articles(connection: Connection, kept_id: int, merged_id: int, url: str) -> None:
    """Merge an article into another, which is found at `url` from now on.

    Consecutive versions with the same content become one.
    """
    for number in (merged_id, kept_id):
        grouping.remove_from_groups(connection, number)
    for table in ("addresses", "sightings"):
        connection.execute(f"UPDATE {table} SET article_id = ? WHERE article_id = ?", (kept_id, merged_id))
    connection.execute(
        "UPDATE OR REPLACE address_clues SET article_id = ? WHERE article_id = ?", (kept_id, merged_id)
    )
    _merge_state_changes(connection, kept_id, merged_id)
    count = _merge_versions(connection, kept_id, merged_id)
    merged = connection.execute(
        "DELETE FROM articles WHERE id = ? RETURNING last_seen, last_looked", (merged_id,)
    ).fetchone()
    connection.execute(
        """
        UPDATE articles SET url = ?, version_count = ?, last_seen = max(last_seen, ?),
            last_looked = max(last_looked, ?), gone_looks = 0, gone_since = NULL WHERE id = ?
        """,
        (url, count, merged["last_seen"], merged["last_looked"], kept_id),
    )
    grouping.update_groups(connection, kept_id, is_readded=True)


def _merge_state_changes(connection: Connection, kept_id: int, merged_id: int) -> None:
    rows = connection.execute(
        """
        DELETE FROM state_changes WHERE article_id IN (?, ?)
        RETURNING at, article_id != ? AS is_merged, number, state, reason, moved_to, capture_id
        """,
        (kept_id, merged_id, kept_id),
    ).fetchall()
    connection.executemany(
        "INSERT INTO state_changes (article_id, number, at, state, reason, moved_to, capture_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (kept_id, number, row["at"], row["state"], row["reason"], row["moved_to"], row["capture_id"])
            for number, row in enumerate(sorted(rows, key=lambda row: tuple(row)[:3]), 1)
        ],
    )


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
            version_rows.delete_version(connection, version["id"])
            continue
        count += 1
        connection.execute(
            "UPDATE versions SET article_id = ?, number = ? WHERE id = ?", (kept_id, count, version["id"])
        )
        fulltext.add_version(connection, version["id"])
        edit_grades.store_grade(connection, version["id"])
        latest = version
    return count
