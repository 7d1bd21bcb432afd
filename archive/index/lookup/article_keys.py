"""Find an article by what users give: its id, the beginning of the id, or any address it was found at."""

from __future__ import annotations

from typing import TypeAlias

from archive import urls
from archive.errors import BadQuery, NotFound
from archive.index.db.connection import Connection
from archive.index.rows.addresses import article_at
from archive.index.rows.versions import ArticleVersion

# An article, its id, or as text its id, the beginning of it, or any address it ever had.
ArticleKey: TypeAlias = ArticleVersion | int | str
_LARGEST = 2**63 - 1  # SQLite's
_DIGITS = 13  # of the largest article id: 43 bits


def article_id_of(connection: Connection, key: ArticleKey) -> int:
    """Return the id of the article that a key names.

    Raise NotFound if there is none, or more than one; BadQuery if the key is neither an address nor a number.
    """
    if isinstance(key, ArticleVersion):
        return key.id
    if isinstance(key, int):
        return _by_number(connection, key)
    if not isinstance(key, str):
        raise BadQuery(f"{key!r} is neither an article nor the address or number of one.")
    return (
        _by_address(connection, key) if urls.is_web_url(key) else _by_number_prefix(connection, key.strip())
    )


def addresses(connection: Connection, article_id: int) -> list[str]:
    """Return every address an article was found at, the first one first."""
    rows = connection.execute(
        "SELECT url FROM addresses WHERE article_id = ? ORDER BY first_seen, url", (article_id,)
    )
    return [row["url"] for row in rows]


def _by_number(connection: Connection, number: int) -> int:
    sql = "SELECT 1 FROM articles WHERE id = ?"
    if not 0 < number <= _LARGEST or connection.execute(sql, (number,)).fetchone() is None:
        raise NotFound(f"There is no article {number}.")
    return number


def _by_address(connection: Connection, url: str) -> int:
    for address in (*urls.spellings(url), *urls.amp_twins(url)):
        if (known := article_at(connection, address)) is not None:
            return known
    raise NotFound(f"No article was ever found at {url}.")


def _by_number_prefix(connection: Connection, stated: str) -> int:
    if not stated.isdecimal():
        raise BadQuery(f"{stated!r} is neither an address nor an article's number.")
    sql = "SELECT id FROM articles WHERE id BETWEEN ? AND ? LIMIT 2"
    rows = (row for span in _prefix_ranges(stated) for row in connection.execute(sql, span))
    first, second = next(rows, None), next(rows, None)
    if first is None:
        raise NotFound(f"There is no article {stated}.")
    if second is not None and first["id"] != int(stated):
        raise NotFound(f"More than one article ID begins with {stated}: give more of its digits.")
    return int(first["id"])


def _prefix_ranges(stated: str) -> list[tuple[int, int]]:
    """Return the ranges of ids that begin with these digits, each (from, to); the number itself first."""
    number, missing = int(stated[: _DIGITS + 1]), _DIGITS - len(stated)
    return [(number * 10**more, (number + 1) * 10**more - 1) for more in range(missing + 1 if number else 0)]
