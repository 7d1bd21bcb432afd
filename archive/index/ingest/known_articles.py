"""Load what the index knows that matters to a visit, as values for `decisions.decide`."""

from __future__ import annotations

from typing import Any

from archive import urls
from archive.extraction.excerpts import ComparableText
from archive.extraction.model import Article
from archive.extraction.similarity import credit_holder, has_common_text
from archive.index.db.connection import Connection, Row
from archive.index.ingest.changes import Known, KnownArticle, KnownVersion, SamePage, Visit
from archive.index.ingest.decisions import redirect_target
from archive.index.rows import addresses
from archive.index.rows.restrictions import checked_state
from archive.reasons import ANOTHER_PAGE, ARTICLE
from archive.timestamps import NO_CRAWL_BEFORE

MAX_SAME_PAGES = 10  # captures of other addresses with the same bytes
_SELECT_VERSION = """
    SELECT versions.*, captures.status, captures.truncated, captures.url
    FROM versions JOIN captures ON captures.id = versions.capture_id
    WHERE versions.article_id = ? AND versions.number = ?
"""


def load_known(connection: Connection, visit: Visit) -> Known:
    """Return what matters to a visit; whatever it cannot depend on is left out."""
    is_section = _is_section(connection, visit)
    # A section may print the whole text of an article that redirects to it, and is not the article for that.
    article_id = addresses.article_of_page(connection, visit.url, None if is_section else visit.extraction)
    new_id = 0
    if article_id is None and isinstance(visit.extraction, Article):
        own = addresses.trusted_canonical(visit.url, visit.extraction.canonical)
        new_id = addresses.new_article_id(connection, own)
    twin_id = None
    if isinstance(visit.extraction, Article):
        here = addresses.article_at(connection, visit.url)
        stated = addresses.article_at_stated_address(connection, visit.url, visit.extraction)
        if here is not None and stated is not None and here != stated:
            article_id, twin_id = here, stated
    article = _article(connection, article_id, visit) if article_id is not None else None
    target = None
    if visit.redirects_to:
        there = addresses.article_at(connection, redirect_target(visit.redirects_to))
        target = _article(connection, there) if there is not None else None
    led_here = None
    if article is None and visit.redirected_from and urls.is_web_url(visit.redirected_from):
        led_here = addresses.article_at(connection, urls.canonical(visit.redirected_from))
    return Known(
        article=article,
        new_id=new_id,
        twin=_article(connection, twin_id) if twin_id is not None else None,
        redirect_target=target,
        redirects_to_section=_redirects_to_section(connection, visit),
        redirected_article=_article(connection, led_here) if led_here is not None else None,
        is_section=is_section,
        same_pages=_same_pages(connection, visit, article.latest if article else None),
    )


def stored_text(connection: Connection, version_id: int) -> ComparableText:
    """Return the content of a stored version."""
    of = (version_id,)
    version = connection.execute("SELECT * FROM versions WHERE id = ?", of).fetchone()
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
        version["published_stated"],
        version["published_zone"] == "source",
    )


def known_version(connection: Connection, article_id: int, number: int) -> KnownVersion | None:
    """Return a version of an article as a value, or None if it has none of this number."""
    row = connection.execute(_SELECT_VERSION, (article_id, number)).fetchone()
    return _version(connection, row) if row is not None else None


def _article(connection: Connection, article_id: int, visit: Visit | None = None) -> KnownArticle:
    """Return an article; details that only concern the article of a visit are loaded for that one alone."""
    row = connection.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    latest = connection.execute(_SELECT_VERSION, (article_id, row["version_count"])).fetchone()
    details: dict[str, Any] = {}
    if visit is not None:
        if row["last_looked"] < NO_CRAWL_BEFORE:
            details["was_found_by_crawl"] = _was_found_by_crawl(connection, article_id)
        if visit.is_crawled and visit.capture_id is not None and visit.at < row["last_looked"]:
            details["is_overtaken"] = _is_overtaken(connection, visit, article_id)
        if (
            latest is not None
            and isinstance(visit.extraction, Article)
            and latest["content_sha256"] != visit.digest
        ):
            details["latest_text"] = stored_text(connection, latest["id"])
            details["previous"] = known_version(connection, article_id, latest["number"] - 1)
    return KnownArticle(
        id=article_id,
        url=row["url"],
        state=checked_state(connection, article_id) if row["state"] == "restricted" else row["state"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        last_visit=row["last_looked"],
        state_since=row["state_since"],
        state_reason=row["state_reason"],
        moved_to=row["moved_to"],
        gone_visits=row["gone_looks"],
        gone_since=row["gone_since"],
        latest=_version(connection, latest, visit) if latest is not None else None,
        **details,
    )


def _version(connection: Connection, row: Row, visit: Visit | None = None) -> KnownVersion:
    """Return a version; whether its page states the address of the visit is only looked up for one."""
    return KnownVersion(
        id=row["id"],
        article_id=row["article_id"],
        capture_id=row["capture_id"],
        title=row["title"],
        body=row["body"],
        digest=row["content_sha256"],
        extractor=row["extractor"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        is_partial=bool(row["partial"]),
        status=row["status"],
        truncated=row["truncated"],
        url=urls.canonical(row["url"]),
        states_visited=visit is not None
        and isinstance(visit.extraction, Article)
        and addresses.states(connection, row["capture_id"], row["article_id"], visit.url),
    )


def _is_section(connection: Connection, visit: Visit) -> bool:
    """Return whether the page of a visit that looks like an article was captured as a listing before.

    A deleted article often answers with its section, at its own address or by a redirect to that of the section.
    """
    if not isinstance(visit.extraction, Article) or visit.capture_id is None:
        return False
    row = connection.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM captures AS listing
            WHERE listing.url = this.url AND listing.role = 'listing'
                AND listing.source IS this.source AND listing.id < this.id
        ) OR EXISTS (
            SELECT 1 FROM captures AS listing
            WHERE listing.payload_sha256 = this.payload_sha256 AND listing.role = 'listing'
                AND listing.source IS this.source AND listing.id < this.id
        )
        FROM captures AS this WHERE this.id = ?
        """,
        (visit.capture_id,),
    ).fetchone()
    return row is not None and bool(row[0])


def _redirects_to_section(connection: Connection, visit: Visit) -> bool:
    """Return whether a visit redirects to an address that was captured as a listing of its source before."""
    if not visit.redirects_to or visit.capture_id is None:
        return False
    spellings = (visit.redirects_to, redirect_target(visit.redirects_to))
    row = connection.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM captures AS listing
            WHERE listing.url IN (?, ?) AND listing.role = 'listing'
                AND listing.source IS this.source AND listing.id < this.id
        )
        FROM captures AS this WHERE this.id = ?
        """,
        (*spellings, visit.capture_id),
    ).fetchone()
    return row is not None and bool(row[0])


def _was_found_by_crawl(connection: Connection, article_id: int) -> bool:
    found = connection.execute(
        """
        SELECT crawl_id FROM captures JOIN versions ON versions.capture_id = captures.id
        WHERE versions.article_id = ? AND versions.number = 1
        """,
        (article_id,),
    ).fetchone()
    return found is not None and found["crawl_id"] is not None


def _is_overtaken(connection: Connection, visit: Visit, article_id: int) -> bool:
    """Return whether a later visit to the article was applied before this one.

    Captures are compared in the order of storage, failed requests in that of their crawls.
    """
    found = connection.execute(
        """
        WITH article_urls (url) AS (
            SELECT url FROM addresses WHERE article_id = :article_id
            UNION SELECT captures.url FROM versions JOIN captures ON captures.id = versions.capture_id
            WHERE versions.article_id = :article_id
        )
        SELECT 1 FROM captures
        WHERE url IN article_urls AND fetched_at > :at AND id > :id AND role = 'article' AND reading IS NOT NULL
        UNION ALL
        SELECT 1 FROM failures
        WHERE url IN article_urls AND failed_at > :at AND role = 'article'
            AND (SELECT rowid FROM crawls WHERE id = failures.crawl_id) >= (
                SELECT rowid FROM crawls WHERE id = (SELECT crawl_id FROM captures WHERE id = :id)
            )
        LIMIT 1
        """,
        {"id": visit.capture_id, "at": visit.at, "article_id": article_id},
    ).fetchone()
    return found is not None


def _same_pages(connection: Connection, visit: Visit, latest: KnownVersion | None) -> tuple[SamePage, ...]:
    extraction = visit.extraction
    if (
        not isinstance(extraction, Article)
        or latest is None
        or latest.digest == visit.digest
        or has_common_text(latest.title, latest.body, extraction.title, extraction.body)
    ):
        return ()
    rows = connection.execute(
        """
        SELECT others.url, others.payload_sha256, others.reading
        FROM captures AS this JOIN captures AS others ON others.payload_sha256 = this.payload_sha256
        WHERE this.id = ? AND others.url != this.url AND others.source IS this.source
            AND others.role = 'article' AND others.id < this.id
        ORDER BY others.id DESC LIMIT ?
        """,
        (visit.capture_id, MAX_SAME_PAGES),
    ).fetchall()
    return tuple(
        _same_page(connection, *page)
        for page in dict.fromkeys((row["url"], row["payload_sha256"], row["reading"]) for row in rows)
        if page[2] in (ARTICLE, ANOTHER_PAGE)
    )


def _same_page(connection: Connection, url: str, payload_sha256: str, reading: str) -> SamePage:
    page = SamePage(url=url, payload_sha256=payload_sha256, is_article=reading == ARTICLE)
    known = addresses.article_at(connection, urls.canonical(url)) if page.is_article else None
    row = addresses.latest_version(connection, known) if known is not None else None
    if known is None or row is None:
        return page
    return SamePage(
        url=url,
        payload_sha256=payload_sha256,
        is_article=True,
        latest=known_version(connection, known, row["number"]),
        previous=known_version(connection, known, row["number"] - 1),
    )
