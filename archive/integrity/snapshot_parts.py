"""Find the captures that the snapshot of a page uses for its pictures, style sheets and fonts, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from archive.errors import DamagedRecord
from archive.http.capture import Capture
from archive.index.db.connection import Connection
from archive.index.ingest import revisits
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
from archive.reasons import ANSWERED, Reason
from archive.replay import mementos
from archive.replay.page_requisites import page_parts
from archive.values.short_repr import ShortRepr
from archive.warc import reader

MAX_PARTS = 1000  # looked up for one page
MAX_SHEETS = 100  # of one page, those that its style sheets import included
MAX_EMBEDDED = 20  # captures written into one page
MAX_EMBEDDED_BYTES = 2 * 1024 * 1024  # of one such capture
MAX_REDIRECTS = 5
OK = 200
PartKind = Literal["image", "style sheet", "font", "embedded page"]


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part of a page that its snapshot cannot show."""

    kind: PartKind
    url: str  # the first of the addresses at which the page offers it
    reason: Reason | None  # why the last request for it gave no content; None if it was never requested


@dataclass(frozen=True, slots=True)
class MissingParts:
    """The parts of a page that its snapshot cannot show, and how many of each kind the page has."""

    parts: tuple[MissingPart, ...]
    totals: Mapping[PartKind, int]

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def counts(self) -> list[tuple[PartKind, int, int]]:
        """Return for each kind of which parts are missing: the kind, how many are, and of how many."""
        missing = Counter(part.kind for part in self.parts)
        return [(kind, missing[kind], self.totals[kind]) for kind in self.totals if missing[kind]]


class SnapshotParts(ShortRepr):
    """The captures that a snapshot of one moment uses for the parts of its page."""

    _shown = ("at",)

    def __init__(self, connection: Connection, folder: Path, at: datetime) -> None:
        self._connection = connection
        self._folder = folder
        self.at = at
        self._rows: dict[str, CaptureRow | None] = {}
        self._embedded: dict[str, Capture | None] = {}

    def row(self, url: str) -> CaptureRow | None:
        """Return the capture used for an address, redirects followed; None if nothing was captured there."""
        if url not in self._rows:
            self._rows[url] = self._find(url) if len(self._rows) < MAX_PARTS else None
        return self._rows[url]

    def is_captured(self, url: str) -> bool:
        """Return whether an address was captured with content."""
        row = self.row(url)
        return row is not None and row.status == OK

    def embedded(self, url: str) -> Capture | None:
        """Return the capture that is written into the page itself; None if there is none, or it is too much."""
        if url not in self._embedded:
            row = self.row(url) if len(self._embedded) < MAX_EMBEDDED else None
            is_fit = row is not None and row.status == OK and row.place.length <= MAX_EMBEDDED_BYTES
            self._embedded[url] = self._read(row) if row is not None and is_fit else None
        return self._embedded[url]

    def missing(self, page: Capture) -> MissingParts:
        """Return the pictures, style sheets, fonts and embedded pages of a page that are missing, and why."""
        parts = page_parts(page)
        fonts = dict.fromkeys(parts.fonts)
        sheets: dict[str, bool] = {}
        todo = list(reversed(parts.style_sheets))
        while todo and len(sheets) < MAX_SHEETS:
            url = todo.pop()
            if url in sheets:
                continue
            sheets[url] = self.is_captured(url)
            row = self.row(url)
            if sheets[url] and row is not None and (sheet := self._read(row)) is not None:
                within = page_parts(sheet)
                todo += reversed(within.style_sheets)
                fonts |= dict.fromkeys(within.fonts)
        offered: dict[PartKind, list[tuple[str, ...]]] = {
            "image": list(parts.pictures),
            "style sheet": [(url,) for url in sheets],
            "font": list(fonts),
            "embedded page": [(url,) for url in parts.embedded],
        }
        return MissingParts(
            tuple(
                MissingPart(kind, urls[0], self._reason(urls[0]))
                for kind, groups in offered.items()
                for urls in groups
                if not any(map(self.is_captured, urls))
            ),
            {kind: len(groups) for kind, groups in offered.items()},
        )

    def _reason(self, url: str) -> Reason | None:
        """Return why there is no content at an address; None if it was never requested."""
        row = self.row(url)
        if row is not None and row.status is not None and not row.redirects_to:
            return Reason(ANSWERED, str(row.status))
        return captures.last_failure(self._connection, url)

    def _find(self, url: str) -> CaptureRow | None:
        for _ in range(MAX_REDIRECTS):
            row = mementos.closest_part(
                mementos.viewable(captures.of_url(self._connection, url)), self.at, url
            )
            if row is not None and row.status == mementos.NOT_MODIFIED:
                return captures.original_at(self._connection, row.place)
            if row is None or not row.redirects_to:
                return row
            url = row.redirects_to
        return None

    def _read(self, row: CaptureRow) -> Capture | None:
        try:
            return reader.read_capture(
                self._folder, row.place, revisits.original_place(self._connection, row.place)
            )
        except DamagedRecord:
            return None
