"""Restrictions in the index: which articles are hidden from readers, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from archive import urls
from archive.index.db.connection import Connection, Row
from archive.journals.restrictions import RestrictionChange

# Whether a row of articles is restricted: by one of its addresses, or with its whole source.
_APPLIES = """
    EXISTS (SELECT 1 FROM restrictions WHERE target = articles.source)
    OR EXISTS (
        SELECT 1 FROM addresses JOIN restrictions ON restrictions.target = addresses.url
        WHERE addresses.article_id = articles.id
    )
"""
# The state that the checks found.
_CHECKED_STATE = """
    coalesce((SELECT state FROM state_changes WHERE article_id = articles.id ORDER BY number DESC LIMIT 1), 'live')
"""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction in force."""

    target: str  # canonical address of the article, or name of the source
    at: str  # UTC
    why: str
    until: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def store(connection: Connection, restrictions: Mapping[str, RestrictionChange]) -> int:
    """Replace the restrictions in the index, and restrict or release articles accordingly; call it in a transaction.

    Return how many articles are restricted then.
    """
    connection.execute("DELETE FROM restrictions")
    connection.executemany(
        "INSERT INTO restrictions (target, at, why, until) VALUES (?, ?, ?, ?)",
        [(target, one.at, one.why or "", one.until) for target, one in sorted(restrictions.items())],
    )
    connection.execute(
        f"UPDATE articles SET state = {_CHECKED_STATE} WHERE state = 'restricted' AND NOT ({_APPLIES})"
    )
    connection.execute(
        """
        UPDATE articles SET state = 'restricted' WHERE state != 'restricted' AND id IN (
            SELECT articles.id FROM restrictions JOIN articles ON articles.source = restrictions.target
            UNION SELECT article_id FROM restrictions JOIN addresses ON addresses.url = restrictions.target
        )
        """
    )
    return int(connection.execute("SELECT count(*) FROM articles WHERE state = 'restricted'").fetchone()[0])


def enforce(connection: Connection, articles: Iterable[int]) -> None:
    """Restrict those of the articles to which a restriction applies, after a visit has set their state."""
    if connection.execute("SELECT 1 FROM restrictions LIMIT 1").fetchone() is None:
        return
    for article_id in articles:
        connection.execute(
            f"UPDATE articles SET state = 'restricted' WHERE id = ? AND state != 'restricted' AND ({_APPLIES})",
            (article_id,),
        )


def checked_state(connection: Connection, article_id: int) -> Any:
    """Return the state that the last checks of an article's address found, also while it is restricted."""
    row = connection.execute(f"SELECT {_CHECKED_STATE} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return row[0]


def restrictions(connection: Connection) -> list[tuple[Restriction, int]]:
    """Return every restriction in force with the number of articles it hides, the latest first."""
    rows = connection.execute(
        """
        SELECT *, (
            SELECT count(*) FROM main.articles WHERE articles.source = restrictions.target
        ) + EXISTS (SELECT 1 FROM main.addresses WHERE addresses.url = restrictions.target) AS articles
        FROM restrictions ORDER BY at DESC, target
        """
    )
    return [(_of_row(row), row["articles"]) for row in rows]


def of_article(connection: Connection, article_id: int) -> Restriction | None:
    """Return the restriction of an article, its own before that of its source; None if it is not restricted."""
    row = connection.execute(
        """
        SELECT restrictions.* FROM main.addresses JOIN main.restrictions ON restrictions.target = addresses.url
        WHERE addresses.article_id = :id
        UNION ALL
        SELECT restrictions.* FROM main.articles JOIN main.restrictions ON restrictions.target = articles.source
        WHERE articles.id = :id
        LIMIT 1
        """,
        {"id": article_id},
    ).fetchone()
    return _of_row(row) if row is not None else None


def of_address(connection: Connection, url: str) -> Restriction | None:
    """Return the restriction of the article at an address; None if there is none."""
    for address in (*urls.spellings(url), *urls.amp_twins(url)):
        row = connection.execute("SELECT article_id FROM main.addresses WHERE url = ?", (address,)).fetchone()
        if row is not None:
            return of_article(connection, row["article_id"])
        row = connection.execute(
            "SELECT id FROM main.captures WHERE url = ? ORDER BY fetched_at DESC LIMIT 1", (address,)
        ).fetchone()
        if row is not None and (found := of_capture(connection, row["id"])) is not None:
            return found
    return None


def of_capture(connection: Connection, capture_id: int) -> Restriction | None:
    """Return the restriction that hides a capture; None if there is none."""
    row = connection.execute(
        """
        SELECT restrictions.* FROM main.captures JOIN main.restrictions ON restrictions.target = captures.source
        WHERE captures.id = :id
        """,
        {"id": capture_id},
    ).fetchone()
    if row is not None:
        return _of_row(row)
    row = connection.execute(
        """
        SELECT article_id FROM main.versions WHERE capture_id = :id
        UNION ALL SELECT addresses.article_id FROM main.captures JOIN main.addresses
            ON addresses.url IN (captures.canonical, captures.url, captures.redirected_from, captures.redirects_to)
        WHERE captures.id = :id
        UNION ALL SELECT sightings.article_id FROM main.sightings JOIN main.articles
            ON articles.id = sightings.article_id AND articles.state = 'restricted'
        WHERE sightings.capture_id = :id
        UNION ALL SELECT versions.article_id FROM main.captures JOIN main.images ON images.url = captures.url
            JOIN main.versions ON versions.id = images.version_id
            JOIN main.articles ON articles.id = versions.article_id AND articles.state = 'restricted'
        WHERE captures.id = :id
        LIMIT 1
        """,
        {"id": capture_id},
    ).fetchone()
    return of_article(connection, row["article_id"]) if row is not None else None


def of_record(connection: Connection, record_id: str) -> Restriction | None:
    """Return the restriction that hides a record; None if there is none."""
    bare = record_id.strip("<>").removeprefix("urn:uuid:")
    row = connection.execute(
        "SELECT id FROM main.captures WHERE record_id = ?", (f"<urn:uuid:{bare}>",)
    ).fetchone()
    return of_capture(connection, row["id"]) if row is not None else None


def _of_row(row: Row) -> Restriction:
    return Restriction(row["target"], row["at"], row["why"], row["until"])
