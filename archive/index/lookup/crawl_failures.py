"""Addresses that a crawl requested without getting an article: the ones behind the counts of its row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from archive import urls
from archive.index.db.connection import Connection
from archive.index.ingest.decisions import GONE
from archive.index.rows.addresses import article_at
from archive.reasons import ANSWERED, ARTICLE, ARTICLE_IN_PART, CUT_OFF, FORBIDDEN, UNAPPLIED, Reason
from archive.values.short_repr import ShortRepr

Kind = Literal["failed", "not an article", "forbidden"]
_NOT_EXTRACTED = frozenset({ANSWERED, CUT_OFF, UNAPPLIED})  # codes in captures.reading without an extraction


@dataclass(frozen=True, slots=True, repr=False)
class CrawlFailure(ShortRepr):
    """An address that gave no usable response, was not an article, or that robots.txt forbids."""

    kind: Kind
    url: str  # as requested
    role: str  # as in captures
    reason: str

    def as_dict(self) -> dict[str, str]:
        """Return the fields, for JSON."""
        return asdict(self)


def pending_articles(connection: Connection, source: str, limit: int) -> list[CrawlFailure]:
    """Return stored pages of a source's articles that are not extracted yet, at most `limit`.

    The next crawl begins with them. Workers were killed before they finished these, or the crawl was; during a
    crawl, some wait for their turn.
    """
    rows = connection.execute(
        """
        SELECT url FROM main.captures INDEXED BY captures_unread
        WHERE reading IS NULL AND role = 'article' AND source = ? ORDER BY id LIMIT ?
        """,
        (source, limit),
    )
    return [CrawlFailure("failed", row["url"], "article", "stored, not extracted yet") for row in rows]


def failures_of_crawl(connection: Connection, crawl: str, limit: int) -> list[CrawlFailure]:
    """Return the addresses that a crawl missed, failures first, about `limit` at most. Page requisites are left out."""
    found = {
        row["url"]: CrawlFailure(
            "forbidden" if Reason.parse(row["reason"]).code == FORBIDDEN else "failed",
            row["url"],
            row["role"],
            row["reason"],
        )
        for row in connection.execute(
            "SELECT url, role, reason FROM failures WHERE crawl_id = ? AND role NOT IN ('image', 'requisite')"
            " ORDER BY id LIMIT ?",
            (crawl, limit),
        )
    }
    rows = connection.execute(
        """
        SELECT url, reading, status FROM captures AS last
        WHERE crawl_id = :crawl AND role = 'article' AND redirects_to IS NULL
            AND reading NOT IN (:article, :in_part)
            AND NOT EXISTS (
                SELECT 1 FROM captures WHERE url = last.url AND crawl_id = :crawl AND role = 'article' AND id > last.id
            )
        ORDER BY id LIMIT :most
        """,
        {"crawl": crawl, "most": limit, "article": ARTICLE, "in_part": ARTICLE_IN_PART},
    )
    for row in rows:
        is_failure = Reason.parse(row["reading"]).code in _NOT_EXTRACTED
        is_gone = is_failure and row["status"] in GONE  # counted separately if an article was known there
        if not is_gone or article_at(connection, urls.canonical(row["url"])) is None:
            kind: Kind = "failed" if is_failure else "not an article"
            found[row["url"]] = CrawlFailure(kind, row["url"], "article", row["reading"])
    order: tuple[Kind, ...] = ("failed", "not an article", "forbidden")
    return sorted(found.values(), key=lambda one: order.index(one.kind))
