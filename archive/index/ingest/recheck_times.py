"""Store when an article is due to be fetched again."""

from __future__ import annotations

from datetime import timedelta

from archive import timestamps
from archive.index.db.connection import Connection
from archive.rechecks import due_at

# A last visit so far in the future was dated by a wrong clock: it must not stop visits for years.
CLOCK_TOLERANCE = timedelta(days=1)


def update_due_time(connection: Connection, article_id: int) -> None:
    """Store when an article is due to be visited again, after a visit or a change of its versions.

    Do nothing if the article was merged into another meanwhile.
    """
    row = connection.execute(
        """
        SELECT last_looked, max(first_seen, coalesce(
            (SELECT max(first_seen) FROM versions WHERE article_id = articles.id AND first_seen <= last_looked), ''
        )) AS changed FROM articles WHERE id = ?
        """,
        (article_id,),
    ).fetchone()
    if row is None:
        return
    due = due_at(timestamps.from_iso(row["changed"]), timestamps.from_iso(row["last_looked"]))
    connection.execute("UPDATE articles SET due_at = ? WHERE id = ?", (timestamps.to_iso(due), article_id))
