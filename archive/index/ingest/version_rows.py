"""Rows of versions with all that belongs to them: parts, full-text index, groups of copies."""

from __future__ import annotations

from archive.extraction.model import Article
from archive.index.db import edit_grades
from archive.index.db.connection import Connection
from archive.index.duplicates import grouping
from archive.index.ingest.changes import NewVersion
from archive.index.rows import versions
from archive.index.search import fulltext
from archive.language import search_terms

_PARTS = ("bylines", "tags", "images", "links")


def add_version(connection: Connection, new: NewVersion) -> None:
    """Add a version with all its rows as the latest one."""
    number = connection.execute(
        "UPDATE articles SET version_count = version_count + 1 WHERE id = ? RETURNING version_count",
        (new.article_id,),
    ).fetchone()[0]
    article, search_keys = new.article, new.search_keys
    columns = versions.column_values(article)
    version_id = fulltext.next_version_id(connection, columns["published_utc"], new.at)
    values = {
        "id": version_id,
        "article_id": new.article_id,
        "number": number,
        "capture_id": new.capture_id,
        "first_seen": new.at,
        "last_seen": new.at,
        **columns,
        "section": columns["section"] or new.section,
        "extractor": new.extractor,
        "content_sha256": new.digest,
    }
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO versions ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    _add_parts(connection, version_id, article)
    if number > 1:
        edit_grades.store_grade(connection, version_id)
    fulltext.add_version(connection, version_id, search_keys.terms if search_keys else None)
    grouping.update_groups(
        connection, new.article_id, known_fingerprints=search_keys.fingerprints if search_keys else None
    )


def extend_version(connection: Connection, version_id: int, at: str) -> None:
    """Store that a version was seen again."""
    connection.execute("UPDATE versions SET last_seen = max(last_seen, ?) WHERE id = ?", (at, version_id))


def remove_latest_version(
    connection: Connection,
    article_id: int,
    version_id: int,
    terms: search_terms.SearchTerms | None = None,
) -> None:
    """Remove the latest version of an article; the one before it is the latest again.

    `terms` are the search terms of the version, if they are known.
    """
    grouping.remove_from_groups(connection, article_id)
    fulltext.remove_version(connection, version_id, terms)
    delete_version(connection, version_id)
    row = connection.execute(
        "UPDATE articles SET version_count = version_count - 1 WHERE id = ? RETURNING version_count",
        (article_id,),
    ).fetchone()
    if row["version_count"]:
        grouping.update_groups(connection, article_id, is_readded=True)


def delete_version(connection: Connection, version_id: int) -> None:
    """Delete a version's row and all rows that belong to it; remove it from the full-text index before."""
    for table in _PARTS:
        connection.execute(f"DELETE FROM {table} WHERE version_id = ?", (version_id,))
    connection.execute("DELETE FROM edit_grades WHERE version_id = ?", (version_id,))
    connection.execute("DELETE FROM versions WHERE id = ?", (version_id,))


def _add_parts(connection: Connection, version_id: int, article: Article) -> None:
    connection.executemany(
        "INSERT INTO bylines VALUES (?, ?, ?)",
        [(version_id, place, name) for place, name in enumerate(article.authors, 1)],
    )
    connection.executemany(
        "INSERT INTO tags VALUES (?, ?, ?)",
        [(version_id, place, tag) for place, tag in enumerate(article.tags, 1)],
    )
    connection.executemany(
        """
        INSERT INTO images VALUES (
            ?, ?, ?, ?, ?, (SELECT min(id) FROM captures WHERE url = ? AND role IN ('image', 'requisite'))
        )
        """,
        [
            (version_id, place, image.url, image.caption, image.credit, image.url)
            for place, image in enumerate(article.images, 1)
        ],
    )
    connection.executemany(
        "INSERT INTO links VALUES (?, ?, ?, ?)",
        [(version_id, place, link.url, link.text) for place, link in enumerate(article.links, 1)],
    )
