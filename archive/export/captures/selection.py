"""Choose the captures of articles with what is needed to see their pages, in a file so that memory stays flat."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamagedRecord
from archive.export.sqlite import ADD_ORIGINALS, CAPTURES_OF_ARTICLES
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection, Row, read_snapshot
from archive.index.ingest import revisits
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
from archive.reasons import ARTICLE, ARTICLE_IN_PART
from archive.replay import mementos
from archive.replay.page_requisites import requisites, snapshot_requisites
from archive.replay.render import kind_of
from archive.warc import reader

OK = 200
MAX_REDIRECTS = 5  # from the address of a picture or a style sheet to its content
_TABLES = ("chosen_articles", "chosen_versions", "chosen_captures")
_ROWS_AT_ONCE = 200
_PROGRESS_INTERVAL = 100  # pages between two progress reports
_PAGES = f"""
SELECT captures.* FROM chosen_captures JOIN main.captures ON captures.id = chosen_captures.id
WHERE captures.id > ? AND reading IN ('{ARTICLE}', '{ARTICLE_IN_PART}')
    AND (kind = 'response' OR captures.id IN (SELECT capture_id FROM main.versions))
ORDER BY captures.id LIMIT ?
"""
_SORT_PLACES = """
INSERT INTO chosen_places SELECT row_number() OVER (ORDER BY file, "offset"), file, "offset", length
FROM chosen_captures CROSS JOIN main.captures ON captures.id = chosen_captures.id
"""
_PLACES = "SELECT * FROM chosen_places WHERE id > ? ORDER BY id LIMIT ?"
_VERSIONS = """
SELECT versions.id, versions.title, versions.lead, versions.body, captures.url, captures.fetched_at, captures.record_id
FROM chosen_versions JOIN main.versions ON versions.id = chosen_versions.id
JOIN main.captures ON captures.id = versions.capture_id
WHERE versions.id > ? ORDER BY versions.id LIMIT ?
"""


@contextmanager
def selected_captures(connection: Connection, beside: Path) -> Iterator[CaptureSelection]:
    """Yield an empty selection, whose file is in the folder of `beside`; everything is read as of one moment."""
    with tempfile.TemporaryDirectory(dir=beside.parent, prefix=f".{beside.name}.") as scratch:
        connection.execute("ATTACH ? AS selection", (str(Path(scratch) / "selection.db"),))
        try:
            for setting in ("journal_mode = OFF", "synchronous = OFF"):
                connection.execute(f"PRAGMA selection.{setting}")
            for table in _TABLES:
                connection.execute(f"CREATE TABLE selection.{table} (id INTEGER PRIMARY KEY)")
            connection.execute(
                'CREATE TABLE selection.chosen_places (id INTEGER PRIMARY KEY, file, "offset", length)'
            )
            with read_snapshot(connection):
                yield CaptureSelection(connection)
        finally:
            connection.execute("DETACH selection")


@dataclass(frozen=True, slots=True)
class CaptureSelection:
    """The captures chosen for an export."""

    connection: Connection

    def add_articles(self, articles: Iterable[int]) -> None:
        """Add every capture of articles, of their pictures included, but not the listings that showed them."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO chosen_articles VALUES (?)", ((one,) for one in articles)
        )
        self.connection.execute(
            "INSERT OR IGNORE INTO chosen_versions SELECT id FROM main.versions"
            " WHERE article_id IN (SELECT id FROM chosen_articles)"
        )
        for name, query in CAPTURES_OF_ARTICLES.items():
            if name != "listings":
                self.connection.execute(f"INSERT OR IGNORE INTO chosen_captures {query}")
        self._add_originals()

    def add_requisites(self, folder: Path, on_progress: Callable[[int], None]) -> None:
        """Add the style sheets, scripts, fonts and pictures of the chosen pages, as captured next to each page.

        `on_progress` is called with the number of pages done. Pages that cannot be read have none.
        """
        seen: set[int] = set()  # style sheets whose own requisites are chosen
        for done, row in enumerate(self._read(_PAGES), 1):
            found = _Requisites(self.connection, folder, captures.of_row(row), seen)
            self.connection.executemany(
                "INSERT OR IGNORE INTO chosen_captures VALUES (?)", ((one,) for one in found.ids())
            )
            if done % _PROGRESS_INTERVAL == 0:
                on_progress(done)
        self._add_originals()

    def places(self) -> Iterator[Place]:
        """Yield the places of the chosen records, file by file and in the order of each file."""
        self.connection.execute("DELETE FROM chosen_places")
        self.connection.execute(_SORT_PLACES)
        for row in self._read(_PLACES):
            yield Place(row["file"], row["offset"], row["length"])

    def versions(self) -> Iterator[Row]:
        """Yield title, lead, text and capture of each version of the chosen articles, in the order of publication."""
        return self._read(_VERSIONS)

    def _read(self, query: str) -> Iterator[Row]:
        """Yield rows in steps: an open query would keep the file of the selection from being closed after an error."""
        last = 0
        while rows := self.connection.execute(query, (last, _ROWS_AT_ONCE)).fetchall():
            yield from rows
            last = rows[-1]["id"]

    def _add_originals(self) -> None:
        while self.connection.execute(ADD_ORIGINALS).rowcount > 0:
            pass


class _Requisites:
    """The captures that show one page as it looked."""

    def __init__(self, connection: Connection, folder: Path, page: CaptureRow, seen: set[int]) -> None:
        self._connection = connection
        self._folder = folder
        self._page = page
        self._seen = seen
        self._ways: dict[str, list[CaptureRow]] = {}  # by address: redirects, then what they lead to

    def ids(self) -> set[int]:
        """Return the numbers of the captures that the page needs."""
        found: set[int] = set()
        todo = [self._page]
        while todo:
            capture = self._read(todo.pop())
            named = self._named_in(capture) if capture is not None else ()
            for url in named:
                way = self._way(url)
                found.update(row.id for row in way)
                if way and way[-1].id not in self._seen and (way[-1].media_type or "") == "text/css":
                    self._seen.add(way[-1].id)
                    todo.append(way[-1])
        return found

    def _named_in(self, capture: Capture) -> tuple[str, ...]:
        if kind_of(capture) not in ("page", "style"):
            return ()
        named = (*requisites(capture, all_pictures=True), *snapshot_requisites(capture, self._is_captured))
        return tuple(dict.fromkeys(named))

    def _is_captured(self, url: str) -> bool:
        way = self._way(url)
        return bool(way) and way[-1].status == OK

    def _way(self, url: str) -> list[CaptureRow]:
        if url not in self._ways:
            self._ways[url] = list(self._follow(url))
        return self._ways[url]

    def _follow(self, url: str) -> Iterator[CaptureRow]:
        for _ in range(MAX_REDIRECTS):
            there = mementos.viewable(captures.of_url(self._connection, url))
            row = mementos.closest_part(there, self._page.fetched_at, url)
            if row is None:
                return
            yield row
            if not row.redirects_to:
                return
            url = row.redirects_to

    def _read(self, row: CaptureRow) -> Capture | None:
        try:
            original = revisits.original_place(self._connection, row.place)
            return reader.read_capture(self._folder, row.place, original)
        except DamagedRecord:
            return None
