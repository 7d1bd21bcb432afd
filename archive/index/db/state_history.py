"""The states of articles through time, from the captures of an index made before they were stored.

The rules are those of archive/index/ingest/decisions.py in schema version 4, for captures in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from archive import timestamps, urls
from archive.reasons import (
    ANSWERED,
    ARTICLE,
    ARTICLE_IN_PART,
    NOT_SENT,
    UNAPPLIED,
    Reason,
    state_reason,
)

if TYPE_CHECKING:
    from archive.index.db.connection import Connection, Row

_REMOVED_AFTER = timedelta(hours=24)


def fill(connection: Connection) -> None:
    """Store every state that the articles had, and the present one with its reason."""
    led_to = _redirect_targets(connection)
    for article_id in _candidates(connection):
        history = _History()
        article = connection.execute("SELECT source FROM articles WHERE id = ?", (article_id,)).fetchone()
        known = {
            row["url"]
            for row in connection.execute("SELECT url FROM addresses WHERE article_id = ?", (article_id,))
        }
        for visit in _visits(connection, known, led_to):
            _apply(connection, history, visit, known, article["source"])
        if not history.is_known:
            continue
        connection.execute(
            "UPDATE articles SET state = ?, state_since = ?, state_reason = ?, moved_to = ? WHERE id = ?",
            (history.state, history.since, history.reason, history.moved_to, article_id),
        )
        connection.executemany(
            "INSERT INTO state_changes (article_id, number, at, state, reason, moved_to, capture_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(article_id, number, *row) for number, row in enumerate(history.rows, 1)],
        )


@dataclass(slots=True)
class _History:
    is_known: bool = False  # whether the article was seen
    state: str = "live"
    since: str | None = None
    reason: str | None = None
    moved_to: str | None = None
    gone_visits: int = 0
    gone_since: str | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def change(self, visit: Row, state: str, reason: str | None = None, moved_to: str | None = None) -> None:
        if (self.state, self.reason, self.moved_to) == (state, reason, moved_to):
            return
        if self.state != state or self.since is None:
            self.since = visit["at"]
        self.state, self.reason, self.moved_to = state, reason, moved_to
        self.rows.append((visit["at"], state, reason, moved_to, visit["id"]))

    def end_gone_series(self) -> None:
        self.gone_visits, self.gone_since = 0, None


def _candidates(connection: Connection) -> list[int]:
    """Return the articles that a check ever did not show."""
    found = {
        row["id"]
        for row in connection.execute(
            "SELECT id FROM articles WHERE state != 'live' OR gone_since IS NOT NULL"
        )
    }
    rows = connection.execute(
        """
        SELECT coalesce(canonical, url) AS url FROM captures
        WHERE role IN ('article', 'page') AND reading IS NOT NULL AND reading NOT IN (?, ?)
        """,
        (ARTICLE, ARTICLE_IN_PART),
    )
    addresses = {row["url"] for row in rows}
    rows = connection.execute("SELECT DISTINCT url FROM failures WHERE role = 'article'")
    addresses.update(urls.canonical(row["url"]) for row in rows if urls.is_web_url(row["url"]))
    for url in addresses:
        row = connection.execute("SELECT article_id FROM addresses WHERE url = ?", (url,)).fetchone()
        if row is not None:
            found.add(row["article_id"])
    return sorted(found)


def _redirect_targets(connection: Connection) -> dict[str, list[int]]:
    """Return the captures that are no articles and that a redirect led to, by the canonical form of its address."""
    found: dict[str, list[int]] = {}
    for row in connection.execute(
        """
        SELECT id, redirected_from FROM captures
        WHERE redirected_from IS NOT NULL AND role = 'article' AND reading IS NOT NULL AND reading NOT IN (?, ?)
        """,
        (ARTICLE, ARTICLE_IN_PART),
    ):
        if urls.is_web_url(row["redirected_from"]):
            found.setdefault(urls.canonical(row["redirected_from"]), []).append(row["id"])
    return found


def _visits(connection: Connection, known: set[str], led_to: dict[str, list[int]]) -> Iterator[Row]:
    """Yield the captures and failed requests of an article's addresses, earliest first."""
    marks = ", ".join("?" * len(known))
    targets = [capture for url in known for capture in led_to.get(url, ())]
    yield from connection.execute(
        f"""
        SELECT id, coalesce(canonical, url) AS url, url AS requested_url, fetched_at AS at, status, reading,
            redirects_to, NULL AS failure
        FROM captures
        WHERE reading IS NOT NULL AND role IN ('article', 'page') AND (
            url IN ({marks}) OR canonical IN ({marks}) OR id IN ({", ".join("?" * len(targets))})
        )
        UNION ALL
        SELECT NULL, url, url, failed_at, NULL, NULL, NULL, reason FROM failures
        WHERE role = 'article' AND url IN ({marks})
        ORDER BY at, id
        """,
        (*known, *known, *targets, *known),
    ).fetchall()


def _apply(
    connection: Connection, history: _History, visit: Row, known: set[str], source: str | None
) -> None:
    if visit["failure"] is not None:
        failure = Reason.parse(visit["failure"])
        if history.is_known and history.state != "removed" and failure.code not in NOT_SENT:
            history.change(visit, "unavailable", state_reason(failure))
        return
    reading = Reason.parse(visit["reading"])
    if visit["url"] not in known:  # where a redirect led
        if history.moved_to == visit["url"] and history.state in ("moved", "unavailable"):
            history.change(visit, "unavailable", state_reason(reading), visit["url"])
        return
    if reading.code in (ARTICLE, ARTICLE_IN_PART):
        history.is_known = True
        history.change(visit, "live")
        history.end_gone_series()
    elif not history.is_known:
        return
    elif reading.code == ANSWERED and visit["status"] in (404, 410):
        _apply_gone(history, visit, reading)
    elif visit["redirects_to"]:
        _apply_redirect(connection, history, visit, known, source)
    elif reading.code == UNAPPLIED:
        if history.state != "removed":
            history.end_gone_series()
    elif history.state != "removed":
        history.change(visit, "unavailable", state_reason(reading))


def _apply_gone(history: _History, visit: Row, reading: Reason) -> None:
    history.gone_visits += 1
    history.gone_since = history.gone_since or visit["at"]
    if history.state == "removed":
        return
    elapsed = timestamps.from_iso(visit["at"]) - timestamps.from_iso(history.gone_since)
    is_removed = history.gone_visits > 1 and elapsed >= _REMOVED_AFTER
    history.change(visit, "removed" if is_removed else "unavailable", state_reason(reading))


def _apply_redirect(
    connection: Connection, history: _History, visit: Row, known: set[str], source: str | None
) -> None:
    target = visit["redirects_to"]
    canonical = urls.canonical(target) if urls.is_web_url(target) else target
    if canonical == visit["url"]:
        return
    if canonical in known:
        history.change(visit, "live")
        history.end_gone_series()
        return
    lost_to = None
    if urls.redirects_to_front_page(visit["requested_url"], target):
        lost_to = "redirect to front page"
    elif _is_section(connection, (target, canonical), source, visit["id"]):
        lost_to = "redirect to section"
    if lost_to is not None:
        if history.state != "removed":
            history.change(visit, "unavailable", lost_to)
        return
    there = connection.execute("SELECT 1 FROM addresses WHERE url = ?", (canonical,)).fetchone()
    if not (there is None and history.state == "unavailable" and history.moved_to == canonical):
        history.change(visit, "moved", moved_to=canonical)
    history.end_gone_series()


def _is_section(connection: Connection, spellings: tuple[str, str], source: str | None, before: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM captures WHERE url IN (?, ?) AND role = 'listing' AND source IS ? AND id < ? LIMIT 1",
        (*spellings, source, before),
    ).fetchone()
    return row is not None
