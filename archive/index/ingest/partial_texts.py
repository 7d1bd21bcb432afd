"""Tell whether an extraction shows all of an article, a part of it, or the whole of a text known in part."""

from __future__ import annotations

from archive.extraction.excerpts import ComparableText, is_excerpt
from archive.extraction.model import Article, Rejection
from archive.extraction.similarity import credit_holder
from archive.index.db.connection import Connection, Row

TRANSFORMED_STATUS = 203  # the work of a proxy, not the outlet's words


def known_text(
    connection: Connection, latest: Row, extractor: str, reextraction: Article | Rejection | None
) -> ComparableText:
    """Return the content of the latest version, as today's extractor reads it if another one had read it."""
    if latest["extractor"] != extractor and isinstance(reextraction, Article):
        return ComparableText.from_article(reextraction)
    return _stated_parts(connection, latest)


def may_be_paywalled(article: Article, reextraction: Article | Rejection | None) -> bool:
    """Return whether a paywall may hide the rest of a text.

    A box that asks to subscribe may be below complete texts too: it is a paywall if the version before had none.
    """
    if article.partial or article.gate == "stated":
        return True
    return article.gate == "shown" and isinstance(reextraction, Article) and reextraction.gate is None


def completes(connection: Connection, latest: Row, known: ComparableText, article: Article) -> bool:
    """Return whether an article shows more, or all, of the latest version, which was a part of it: that is not an edit.

    The teaser of a paywall may have other words than the text: then the headline identifies it.
    """
    if is_placeholder(connection, latest):
        return True
    if not latest["partial"]:
        return False
    return (not article.partial and known.title == article.title) or is_excerpt(
        known, ComparableText.from_article(article)
    )


def is_placeholder(connection: Connection, version: Row) -> bool:
    """Return whether a version is only what a cut-off response, or one that a proxy changed, contained."""
    capture = connection.execute(
        "SELECT status, truncated FROM captures WHERE id = ?", (version["capture_id"],)
    ).fetchone()
    if capture["status"] == TRANSFORMED_STATUS:
        return True
    return bool(version["partial"]) and capture["truncated"] is not None


def lacks_ending(article: Article, known: ComparableText) -> bool:
    """Return whether the end of the known text is missing."""
    return bool(known.body) and known.body[-1] not in article.body and len(article.body) < len(known.body)


def _stated_parts(connection: Connection, version: Row) -> ComparableText:
    """Return the content of a stored version."""
    of = (version["id"],)
    authors = connection.execute("SELECT name FROM bylines WHERE version_id = ? ORDER BY place", of)
    pictures = connection.execute(
        "SELECT caption, credit FROM images WHERE version_id = ? ORDER BY place", of
    )
    return ComparableText(
        version["title"],
        version["lead"],
        tuple(version["body"].split("\n\n")) if version["body"] else (),
        tuple(row["name"] for row in authors),
        version["published"] if version["published_found_in"] not in ("listing", "feed") else None,
        tuple(
            (row["caption"], credit_holder(row["credit"]))
            for row in pictures
            if row["caption"] or row["credit"]
        ),
        tuple(version["notices"].split("\n\n")) if version["notices"] else (),
    )
