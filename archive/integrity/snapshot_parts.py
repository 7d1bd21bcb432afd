"""Find the captures that the snapshot of a page uses for its pictures, style sheets and fonts, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.errors import DamagedRecord
from archive.http.capture import Capture
from archive.index.db.connection import Connection
from archive.index.ingest import revisits
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
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


@dataclass(frozen=True, slots=True)
class MissingParts:
    """How much of a page was not captured."""

    images: int
    all_images: int
    style_sheets: int
    all_style_sheets: int

    def __bool__(self) -> bool:
        return bool(self.images or self.style_sheets)


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
        """Return how many of the pictures that a page shows and of the style sheets that it applies are missing."""
        parts = page_parts(page)
        absent = sum(not any(map(self.is_captured, offered)) for offered in parts.pictures)
        sheets: dict[str, bool] = {}
        todo = list(reversed(parts.style_sheets))
        while todo and len(sheets) < MAX_SHEETS:
            url = todo.pop()
            if url in sheets:
                continue
            sheets[url] = self.is_captured(url)
            row = self.row(url)
            if sheets[url] and row is not None and (sheet := self._read(row)) is not None:
                todo += reversed(page_parts(sheet).style_sheets)
        return MissingParts(absent, len(parts.pictures), list(sheets.values()).count(False), len(sheets))

    def _find(self, url: str) -> CaptureRow | None:
        for _ in range(MAX_REDIRECTS):
            row = mementos.closest_part(
                mementos.viewable(captures.of_url(self._connection, url)), self.at, url
            )
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
