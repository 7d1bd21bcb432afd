"""The evidence for the state of an article: every change of it, and the last response at its addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from archive import timestamps
from archive.extraction.normalize import clean
from archive.extraction.page.encoding import decode
from archive.http.capture import Capture
from archive.index.db.connection import Connection
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
from archive.reasons import ARTICLE, FORBIDDEN, Reason
from archive.values.short_repr import ShortRepr

TITLE = re.compile(r"<title[^>]{0,200}>(.{1,1000}?)</title", re.I | re.S)
MAX_TITLE_BYTES = 200_000  # of a page that are searched for its title
MAX_TITLE = 200  # characters


@dataclass(frozen=True, slots=True, repr=False)
class StateEvidence(ShortRepr):
    """The response at the last visit to an article, in place of the article."""

    at: datetime  # aware, UTC
    url: str  # as requested
    reason: str  # in words, as in captures.reading or failures.reason
    status: int | None = None  # None if there was no response
    redirects_to: str | None = None
    page_title: str | None = None  # of the page that was sent instead
    capture: CaptureRow | None = None  # the response; None if there was none

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for JSON."""
        return {
            "checked_at": timestamps.to_iso(self.at),
            "url": self.url,
            "reason": self.reason,
            "status": self.status,
            "redirects_to": self.redirects_to,
            "page_title": self.page_title,
        }


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of an article's state, or of the reason for it, and the response that shows it."""

    at: datetime  # aware, UTC: when the check found it
    state: str  # one of archive.filters.STATES; "live": the article is back
    reason: str | None  # one of archive.reasons.STATE_REASONS
    moved_to: str | None
    capture: CaptureRow | None  # None if there was no response

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for JSON."""
        return {
            "at": timestamps.to_iso(self.at),
            "state": self.state,
            "reason": self.reason,
            "moved_to": self.moved_to,
            "url": self.capture.url if self.capture else None,
            "status": self.capture.status if self.capture else None,
            "record_id": self.capture.record_id if self.capture else None,
        }


def state_history(connection: Connection, article_id: int) -> list[StateChange]:
    """Return every change of an article's state, earliest first; empty if it was live at every check."""
    rows = connection.execute(
        "SELECT * FROM state_changes WHERE article_id = ? ORDER BY number", (article_id,)
    ).fetchall()
    return [
        StateChange(
            timestamps.from_iso(row["at"]),
            row["state"],
            row["reason"],
            row["moved_to"],
            captures.of_id(connection, row["capture_id"]) if row["capture_id"] is not None else None,
        )
        for row in rows
    ]


def last_evidence(connection: Connection, addresses: Sequence[str]) -> StateEvidence | None:
    """Return what the last visit to an article's addresses found; None if it was the article's whole text.

    The title of the page is left out: it is in the record of the capture.
    """
    rows = {row.id: row for url in addresses for row in captures.of_url(connection, url)}
    last = max(
        (row for row in rows.values() if row.role == "article" and row.reading),
        key=lambda row: (row.fetched_at, row.id),
        default=None,
    )
    marks = ", ".join("?" * len(addresses))
    failure = connection.execute(
        f"SELECT url, failed_at, reason FROM failures WHERE url IN ({marks}) AND role = 'article' AND reason != ?"
        " ORDER BY failed_at DESC LIMIT 1",
        (*addresses, Reason(FORBIDDEN).words),  # robots.txt says nothing about the article
    ).fetchone()
    if failure is not None:
        failed_at = timestamps.from_iso(failure["failed_at"])
        if last is None or failed_at > last.fetched_at:
            return StateEvidence(failed_at, failure["url"], failure["reason"])
    if last is None or last.reading is None or last.reading == ARTICLE:
        return None
    return StateEvidence(
        last.fetched_at, last.url, last.reading, last.status, last.redirects_to, capture=last
    )


def page_title(capture: Capture) -> str | None:
    """Return the title of a captured page, or None if it has none."""
    found = TITLE.search(decode(capture.payload(MAX_TITLE_BYTES), capture.charset).text)
    return clean(unescape(found[1]))[:MAX_TITLE] or None if found else None
