"""Apply changes to the tables: SQL, and no decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from archive import timestamps
from archive.index.db.connection import Connection
from archive.index.ingest import merge, version_rows
from archive.index.ingest.changes import (
    Change,
    Checked,
    Classified,
    ClockCorrected,
    Clue,
    Found,
    Gone,
    Late,
    Merged,
    NewArticle,
    NewVersion,
    PartReplaced,
    Recognized,
    Redirected,
    Retracted,
    StateChanged,
    Unchanged,
    Visited,
)
from archive.index.rows import addresses, restrictions
from archive.reasons import ANOTHER_PAGE, ARTICLE, ARTICLE_IN_PART
from archive.rechecks import due_at


def apply(connection: Connection, changes: Iterable[Change]) -> None:
    """Apply changes in order; an article that is restricted stays so, or becomes so with its first visit."""
    concerned: set[int] = set()
    for change in changes:
        _apply_change(connection, change)
        if isinstance(change, NewArticle | Found | StateChanged):
            concerned.add(change.article_id)
        elif isinstance(change, Merged):
            concerned.add(change.kept_id)
    restrictions.enforce(connection, concerned)


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


def _apply_change(connection: Connection, change: Change) -> None:
    match change:
        case NewArticle():
            _add_article(connection, change)
        case Found():
            _add_addresses(connection, change)
        case Clue():
            addresses.add_clue(connection, change.clue, change.article_id, change.capture_id)
        case NewVersion():
            _mark_seen(connection, change.article_id, change.at)
            version_rows.add_version(connection, change)
        case Unchanged():
            _mark_seen(connection, change.article_id, change.at)
            if change.version_id is not None:
                version_rows.extend_version(connection, change.version_id, change.at)
        case PartReplaced() | Retracted():
            _remove_version(connection, change)
        case Merged():
            merge.merge_articles(connection, change.kept_id, change.merged_id, change.url)
            _end_gone_series(connection, change.kept_id, change.at)
        case Redirected():
            connection.execute(
                "UPDATE addresses SET redirects_to = ? WHERE url = ?", (change.target, change.url)
            )
        case ClockCorrected() | Gone() | Visited() | Checked() | StateChanged():
            _apply_state(connection, change)
        case Recognized():
            connection.execute("UPDATE captures SET role = 'article' WHERE id = ?", (change.capture_id,))
        case Classified():
            connection.execute(
                "UPDATE captures SET reading = ? WHERE id = ?", (change.reading.words, change.capture_id)
            )
        case Late():
            pass  # the caller has the article's history rebuilt
        case _:
            assert_never(change)


def _apply_state(
    connection: Connection,
    change: ClockCorrected | Gone | Visited | Checked | StateChanged,
) -> None:
    match change:
        case ClockCorrected():
            connection.execute(
                """
                UPDATE articles SET first_seen = :first, last_seen = :last, last_looked = :now,
                    gone_since = min(gone_since, :now), state_since = min(state_since, :now) WHERE id = :id
                """,
                {
                    "first": change.first_seen,
                    "last": change.last_seen,
                    "now": change.last_visit,
                    "id": change.article_id,
                },
            )
        case Gone():
            connection.execute(
                """
                UPDATE articles SET gone_looks = ?, gone_since = ?, last_looked = max(last_looked, ?)
                WHERE id = ?
                """,
                (change.visits, change.since, change.at, change.article_id),
            )
        case Visited():
            _end_gone_series(connection, change.article_id, change.at)
        case Checked():
            connection.execute(
                "UPDATE articles SET last_looked = max(last_looked, ?) WHERE id = ?",
                (change.at, change.article_id),
            )
        case StateChanged():
            _set_state(connection, change)


def _set_state(connection: Connection, new: StateChanged) -> None:
    connection.execute(
        "UPDATE articles SET state = ?, state_since = ?, state_reason = ?, moved_to = ? WHERE id = ?",
        (new.state, new.since, new.reason, new.moved_to, new.article_id),
    )
    connection.execute(
        """
        INSERT INTO state_changes (article_id, number, at, state, reason, moved_to, capture_id)
        SELECT :article, coalesce(max(number), 0) + 1, :at, :state, :reason, :moved_to, :capture
        FROM state_changes WHERE article_id = :article
        """,
        {
            "article": new.article_id,
            "at": new.at,
            "state": new.state,
            "reason": new.reason,
            "moved_to": new.moved_to,
            "capture": new.capture_id,
        },
    )


def _end_gone_series(connection: Connection, article_id: int, at: str) -> None:
    connection.execute(
        """
        UPDATE articles SET last_looked = max(last_looked, ?), gone_since = NULL, gone_looks = 0 WHERE id = ?
        """,
        (at, article_id),
    )


def _add_article(connection: Connection, new: NewArticle) -> None:
    connection.execute(
        """
        INSERT INTO articles (id, url, source, section, state, first_seen, last_seen, last_looked)
        VALUES (?, ?, ?, ?, 'live', ?, ?, ?)
        """,
        (new.article_id, new.url, new.source, new.section, *[new.at] * 3),
    )


def _add_addresses(connection: Connection, found: Found) -> None:
    for url in found.urls:
        addresses.add_address(connection, url, found.article_id, found.at)
    if found.redirected_from:
        addresses.add_redirecting_address(
            connection, found.redirected_from, found.urls[-1], found.article_id, found.at
        )
    if found.url is not None:
        connection.execute("UPDATE articles SET url = ? WHERE id = ?", (found.url, found.article_id))


def _mark_seen(connection: Connection, article_id: int, at: str) -> None:
    connection.execute(
        """
        UPDATE articles SET last_seen = max(last_seen, :at), last_looked = max(last_looked, :at),
            gone_since = NULL, gone_looks = 0
        WHERE id = :id
        """,
        {"at": at, "id": article_id},
    )


def _remove_version(connection: Connection, change: PartReplaced | Retracted) -> None:
    version_rows.remove_latest_version(connection, change.article_id, change.version_id)
    if isinstance(change, PartReplaced):
        connection.execute(
            "UPDATE captures SET reading = ? WHERE id = ?", (ARTICLE_IN_PART, change.capture_id)
        )
        return
    connection.execute(
        "UPDATE captures SET reading = ? WHERE payload_sha256 = ? AND url = ? AND reading = ?",
        (ANOTHER_PAGE, change.payload_sha256, change.url, ARTICLE),
    )
    connection.execute(
        "UPDATE articles SET last_seen = ? WHERE id = ?", (change.last_seen, change.article_id)
    )
