"""Map addresses to articles: an article is found at an address, a page states it, or a redirect leads to it.

A page at an address not known yet may be that of a known article: another page of it stated that address, or the
address has the number of its story. Whether it is one is decided by its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from archive import urls
from archive.extraction.model import Article, Rejection
from archive.extraction.similarity import is_same_story
from archive.index.db.connection import Connection, Row

_HOST_PREFIX = re.compile(r"^(?:(?:www|m|amp|mobile)\.)+(?=.+\.)")
MAX_CANDIDATES = 10  # articles whose text is compared with that of a page, per clue
_MOBILE = re.compile(
    r"/amp(?=/|$)|(?:[/.-]amp)(?=(?:\.\w{1,5})?/?$)", re.IGNORECASE
)  # /amp/a, /a/amp, /a.amp.html


def article_at(connection: Connection, url: str) -> int | None:
    """Return the article found at a canonical address, or None."""
    row = connection.execute("SELECT article_id FROM addresses WHERE url = ?", (url,)).fetchone()
    return None if row is None else int(row["article_id"])


def latest_version(connection: Connection, article_id: int) -> Row | None:
    """Return the row of the newest version, or None."""
    row: Row | None = connection.execute(
        """
        SELECT versions.* FROM versions JOIN articles ON articles.id = versions.article_id
        WHERE articles.id = ? AND versions.number = articles.version_count
        """,
        (article_id,),
    ).fetchone()
    return row


def new_article_id(connection: Connection, url: str) -> int:
    """Return an id for a new article: 43 bits of the SHA-256 of its first address, or the next free one."""
    number = int.from_bytes(hashlib.sha256(url.encode()).digest()[:6]) >> 5
    while connection.execute("SELECT 1 FROM articles WHERE id = ?", (number,)).fetchone():
        number += 1
    return number


def article_of_page(connection: Connection, url: str, extraction: Article | Rejection | None) -> int | None:
    """Return the article that a page at an address shows; None if it is a new one."""
    if not isinstance(extraction, Article):
        return article_at(connection, url)
    own = trusted_canonical(url, extraction.canonical)
    for address in (own, url):
        if (known := article_at(connection, address)) is not None:
            return known
    if (stated := article_at_stated_address(connection, url, extraction)) is not None:
        return stated
    if (redirected := _article_redirected_here(connection, {own, url}, extraction)) is not None:
        return redirected
    return _article_by_clue(connection, url, own, extraction)


def article_at_stated_address(connection: Connection, url: str, extraction: Article) -> int | None:
    """Return the article at the canonical address that a page states, if the page tells its story; else None.

    It may have any path on the same site: twins for mobiles, addresses with a session id, earlier slugs.
    """
    stated = extraction.canonical
    if not stated or not urls.is_web_url(stated) or not may_be_twins(url, urls.canonical(stated)):
        return None
    known = article_at(connection, urls.canonical(stated))
    return known if known is not None and _tells_story_of(connection, known, extraction) else None


def clues_of_page(url: str, extraction: Article) -> Iterator[tuple[str, bool]]:
    """Yield the clues that a page of an article gives, and whether the page states it: see `address_clues`."""
    stated = extraction.canonical
    if stated and urls.is_web_url(stated):
        address = urls.canonical(stated)
        if may_be_twins(url, address) and is_other_page(url, address):
            yield address, True
    own = trusted_canonical(url, stated)
    if (number := urls.numbered_clue(own)) is not None:
        yield number, False


def add_clue(connection: Connection, clue: str, article_id: int, capture_id: int | None) -> None:
    """Store a clue to an article, with the capture of the page that states it."""
    connection.execute(
        """
        INSERT INTO address_clues (clue, article_id, capture_id) VALUES (?, ?, ?)
        ON CONFLICT (clue, article_id) DO UPDATE SET capture_id = excluded.capture_id
        """,
        (clue, article_id, capture_id),
    )


def states(connection: Connection, capture_id: int, article_id: int, url: str) -> bool:
    """Return whether the page of a capture, which gave the latest version of an article, states an address."""
    row = connection.execute(
        "SELECT 1 FROM address_clues WHERE clue = ? AND article_id = ? AND capture_id = ?",
        (url, article_id, capture_id),
    ).fetchone()
    return row is not None


def may_be_twins(url: str, other: str) -> bool:
    """Return whether two addresses may be of one article: they are different, and on one site."""
    one, two = urlsplit(url), urlsplit(other)
    return url != other and _plain_host(one) == _plain_host(two) and one.port == two.port


def is_other_page(url: str, other: str) -> bool:
    """Return whether two addresses of an article have pages of different kinds: at another path, or for mobiles."""
    one, two = urlsplit(url), urlsplit(other)
    if one.path.rstrip("/") != two.path.rstrip("/") or urls.is_amp(url) != urls.is_amp(other):
        return True
    return one.netloc.removeprefix("www.") != two.netloc.removeprefix("www.")


def trusted_canonical(url: str, stated: str | None) -> str:
    """Return the canonical address the page states if it has the same path on the same site, else the page's own.

    The path may differ by what marks a page for mobiles. Sites that state their front page, or one address for all
    pages, are not believed.
    """
    if not stated or not urls.is_web_url(stated):
        return url
    requested, own = urlsplit(url), urlsplit(urls.canonical(stated))
    same_host = _plain_host(requested) == _plain_host(own)
    path = own.path.rstrip("/")
    same_path = (
        path in (requested.path.rstrip("/"), _MOBILE.sub("", requested.path).rstrip("/")) and path != ""
    )
    return own.geturl() if same_host and same_path and requested.port == own.port and not own.query else url


def _plain_host(parts: SplitResult) -> str:
    """Return the host without what precedes it on the same site."""
    return _HOST_PREFIX.sub("", parts.hostname or "")


def _article_redirected_here(connection: Connection, urls_of_page: set[str], article: Article) -> int | None:
    """Return the article with the same story whose own address was redirected to one of these."""
    for address in sorted(urls_of_page):
        for row in connection.execute(
            "SELECT article_id FROM addresses WHERE redirects_to = ? ORDER BY first_seen, url", (address,)
        ).fetchall():
            if _tells_story_of(connection, row["article_id"], article):
                return int(row["article_id"])
    return None


def _article_by_clue(connection: Connection, url: str, own: str, extraction: Article) -> int | None:
    """Return the article with the same story that a page at this address would give a clue to, or None."""
    for clue in dict.fromkeys((own, url, urls.numbered_clue(own))):
        for row in connection.execute(
            "SELECT article_id FROM address_clues WHERE clue = ? ORDER BY article_id LIMIT ?",
            (clue, MAX_CANDIDATES),
        ).fetchall():
            if _tells_story_of(connection, row["article_id"], extraction):
                return int(row["article_id"])
    return None


def _tells_story_of(connection: Connection, article_id: int, extraction: Article) -> bool:
    """Return whether an extraction is the story of an article's latest version."""
    latest = latest_version(connection, article_id)
    return latest is not None and is_same_story(
        latest["title"], latest["body"], extraction.title, "\n\n".join(extraction.body)
    )


def add_address(connection: Connection, url: str, article_id: int, seen: str) -> None:
    """Store that an article is found at a canonical address, also for earlier sightings of that address."""
    connection.execute(
        """
        INSERT INTO addresses (url, article_id, first_seen) VALUES (?, ?, ?)
        ON CONFLICT (url) DO UPDATE SET redirects_to = NULL
        """,
        (url, article_id, seen),
    )
    connection.execute(
        "UPDATE sightings SET article_id = ? WHERE url = ? AND article_id IS NULL", (article_id, url)
    )


def add_redirecting_address(
    connection: Connection, redirected_from: str, url: str, article_id: int, seen: str
) -> None:
    """Store the requested address that redirected here as one of the article's, unless it is another article's."""
    if not urls.is_web_url(redirected_from):
        return
    led = urls.canonical(redirected_from)
    if led != url and article_at(connection, led) is None:
        add_address(connection, led, article_id, seen)
        connection.execute("UPDATE addresses SET redirects_to = ? WHERE url = ?", (url, led))
