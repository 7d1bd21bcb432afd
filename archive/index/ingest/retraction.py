"""Remove versions that were a part of another version, or that proved to be another page."""

from __future__ import annotations

from archive import urls
from archive.extraction.model import Article
from archive.extraction.similarity import has_common_text
from archive.index.db.connection import Connection, Row
from archive.index.duplicates import grouping
from archive.index.ingest import merge
from archive.index.ingest.content_digest import content_digest
from archive.index.rows import addresses
from archive.index.search import fulltext
from archive.language import search_terms

EXTRACTED_ARTICLE = "article"  # in captures.reading
ANOTHER_PAGE = "another page"  # likewise: a page with nothing of the article known there


def remove_latest_version(
    connection: Connection, version: Row, old_terms: search_terms.SearchTerms | None = None
) -> Row | None:
    """Remove the latest version of an article, and return the one before it, which is now the latest."""
    article_id = version["article_id"]
    grouping.remove_from_groups(connection, article_id)
    fulltext.remove_version(connection, version["id"], old_terms)
    merge.delete_version(connection, version["id"])
    connection.execute("UPDATE articles SET version_count = version_count - 1 WHERE id = ?", (article_id,))
    before = addresses.latest_version(connection, article_id)
    if before is not None:
        grouping.update_groups(connection, article_id, is_readded=True)
    return before


def is_shared_by_articles(connection: Connection, row: Row, latest: Row, extraction: Article) -> bool:
    """Return whether a page unlike an article is also, byte for byte, the response for another article of the outlet.

    The other article's version of the page, applied before that could be known, is removed.
    """
    if has_common_text(latest["title"], latest["body"], extraction.title, extraction.body):
        return False
    same = connection.execute(
        """
        SELECT url, reading FROM captures
        WHERE payload_sha256 = ? AND url != ? AND source IS ? AND role = 'article' AND id < ? ORDER BY id DESC LIMIT 10
        """,
        (row["payload_sha256"], row["url"], row["source"], row["id"]),
    ).fetchall()
    digest = content_digest(extraction)
    for url in dict.fromkeys(other["url"] for other in same if other["reading"] == EXTRACTED_ARTICLE):
        known = addresses.article_at(connection, urls.canonical(url))
        theirs = addresses.latest_version(connection, known) if known is not None else None
        if theirs is None or known == latest["article_id"] or theirs["content_sha256"] != digest:
            continue
        before = connection.execute(
            "SELECT * FROM versions WHERE article_id = ? AND number = ?", (known, theirs["number"] - 1)
        ).fetchone()
        if before is None:  # the page belongs to that article
            return True
        is_theirs = has_common_text(before["title"], before["body"], extraction.title, extraction.body)
        is_twin = has_common_text(
            before["title"], before["body"], latest["title"], latest["body"].split("\n\n")
        )
        if not (is_theirs or is_twin):
            _remove_wrong_version(connection, theirs, before, row["payload_sha256"], url)
            return True
    return any(other["reading"] == ANOTHER_PAGE for other in same)


def _remove_wrong_version(
    connection: Connection, version: Row, before: Row, payload_sha256: str, url: str
) -> None:
    """Remove a version that was made from another page."""
    remove_latest_version(connection, version)
    connection.execute(
        "UPDATE captures SET reading = ? WHERE payload_sha256 = ? AND url = ? AND reading = ?",
        (ANOTHER_PAGE, payload_sha256, url, EXTRACTED_ARTICLE),
    )
    connection.execute(
        "UPDATE articles SET state = 'unreachable', last_seen = ? WHERE id = ?",
        (before["last_seen"], before["article_id"]),
    )
