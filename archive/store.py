"""The front desk: every user's verb is a method of Archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from archive import comparing, layout, mending, rebuilding, urls, verifying
from archive.article.model import Outlet
from archive.capture import Capture, Place
from archive.comparing import FieldChange
from archive.errors import BadQuery, NoArchive, NotFound
from archive.findings import Verified
from archive.importing import Importer, Origin, TakenIn
from archive.index import captures, repeats, search, versions
from archive.index.captures import CaptureRow, CrawlRow, SightingRow
from archive.index.connection import Connection, connect
from archive.index.search import Filters, Passage, Sort
from archive.index.versions import ArticleVersion
from archive.rebuilding import Rebuilt
from archive.warc import foreign, reader
from archive.warc.record import Record


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the index knows of a source."""

    name: str
    title: str
    articles: int
    by_state: Mapping[str, int]
    last_crawl: CrawlRow | None


class Archive:
    """An archive's folder, opened. A context manager; not for use from two threads at once."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def create(cls, folder: Path | str) -> Self:
        """A new archive in a folder that is empty or not there yet; one that is there is opened."""
        folder = Path(folder)
        for name in layout.FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        settings = folder / layout.SETTINGS
        if not settings.exists():
            settings.write_text("")
        return cls(folder, connect(layout.index_of(folder), create=True))

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The archive in a folder; NoArchive when there is none."""
        folder = Path(folder)
        if not (folder / layout.SETTINGS).is_file():
            raise NoArchive(f"{folder} is not an archive: 'newsarchive init {folder}' makes one.")
        return cls(folder, connect(layout.index_of(folder)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index."""
        self.connection.close()

    def search(
        self,
        query: str = "",
        *,
        source: str | None = None,
        section: str | None = None,
        author: str | None = None,
        state: str | None = None,
        published_from: date | None = None,
        published_to: date | None = None,
        sort: Sort = "relevance",
        limit: int | None = None,
        all_versions: bool = False,
    ) -> Iterator[ArticleVersion]:
        """The articles that hold the words asked for; with no words, all. Lazy: memory stays flat.

        Each article comes once, in the version that fits best; `all_versions` gives every one that fits.
        Days are those the outlets print. BadQuery for a source that is not known or days the wrong way round.
        """
        if source is not None and source not in captures.source_names(self.connection):
            known = ", ".join(sorted(captures.source_names(self.connection))) or "none yet"
            raise BadQuery(f"No source {source!r} was ever crawled here; there are: {known}.")
        if published_from and published_to and published_from > published_to:
            raise BadQuery(f"The days are the wrong way round: from {published_from} to {published_to}.")
        filters = Filters(source, section, author, state, published_from, published_to)
        found = search.search(self.connection, query, filters, sort=sort, all_versions=all_versions)
        return islice(found, limit)

    def passage(self, article: ArticleVersion, query: str) -> Passage:
        """The piece of an article's text where the words asked for stand."""
        return search.passage(article, query)

    def marks(self, text: str, query: str) -> list[tuple[int, int]]:
        """Where in a text the words asked for stand."""
        return search.marks(text, query)

    def months(
        self,
        query: str = "",
        *,
        source: str | None = None,
        section: str | None = None,
        author: str | None = None,
        state: str | None = None,
        published_from: date | None = None,
        published_to: date | None = None,
    ) -> dict[str | None, int]:
        """How many articles a search finds by month of publication («2022-01»; None: not known), in order."""
        filters = Filters(source, section, author, state, published_from, published_to)
        return search.months(self.connection, query, filters)

    def sections(self) -> list[str]:
        """Every section an article stands in, by name."""
        rows = self.connection.execute(
            "SELECT DISTINCT section FROM versions WHERE section IS NOT NULL ORDER BY section"
        )
        return [row["section"] for row in rows]

    def article(self, key: int | str, version: int | None = None) -> ArticleVersion:
        """The latest version of an article, or the one of that number; the key is its address or number."""
        article_id = self._find(key)
        history = self.versions(article_id)
        if version is None:
            return history[-1]
        if not 1 <= version <= len(history):
            raise NotFound(f"{history[-1].url} has versions 1 to {len(history)}, and no version {version}.")
        return history[version - 1]

    def versions(self, key: int | str) -> list[ArticleVersion]:
        """Every version of an article, oldest first."""
        rows = self.connection.execute(
            f"{versions.SELECT} WHERE versions.article_id = ? ORDER BY versions.number", (self._find(key),)
        )
        return list(versions.of_rows(self.connection, rows))

    def compare(self, key: int | str, old: int, new: int) -> tuple[FieldChange, ...]:
        """What differs between two versions of an article, by their numbers, field by field."""
        return comparing.fields(self.article(key, old), self.article(key, new))

    def addresses(self, key: int | str) -> list[str]:
        """Every address an article was found at, first found first."""
        rows = self.connection.execute(
            "SELECT url FROM addresses WHERE article_id = ? ORDER BY first_seen, url", (self._find(key),)
        )
        return [row["url"] for row in rows]

    def sightings(self, key: int | str) -> list[SightingRow]:
        """Where and when listings showed an article, earliest first."""
        return captures.sightings(self.connection, self._find(key))

    def captures(self, url: str) -> list[CaptureRow]:
        """Every capture of an address, earliest first; empty when there is none."""
        return captures.of_url(self.connection, url)

    def closest(self, url: str, at: datetime) -> CaptureRow:
        """The capture of an address nearest to a moment; NotFound when there is none."""
        found = self.captures(url)
        if not found:
            raise NotFound(f"{url} was never captured.")
        return min(found, key=lambda row: (abs(row.fetched_at - at), row.id))

    def capture(self, place: Place) -> Capture:
        """What was answered, byte for byte, whether its record holds all of it or repeats an earlier one;
        DamagedRecord when it cannot be read.
        """
        return reader.read_capture(self.folder, place, repeats.original_place(self.connection, place))

    def record(self, record_id: str) -> Record:
        """A response's whole record, by its id with or without «<urn:uuid:>»."""
        row = captures.of_record(self.connection, record_id)
        if row is None:
            raise NotFound(f"There is no record {record_id}.")
        return reader.read_record(self.folder, row.place)

    def crawls(self, source: str | None = None) -> list[CrawlRow]:
        """Every crawl, newest first."""
        return captures.crawls(self.connection, source)

    def sources(self) -> list[SourceState]:
        """What is known of every source that was ever crawled, by name."""
        return [
            SourceState(
                row["name"],
                row["title"],
                sum(states.values()),
                states,
                next(iter(self.crawls(row["name"])), None),
            )
            for row in self.connection.execute("SELECT * FROM sources ORDER BY name").fetchall()
            for states in (captures.states(self.connection, row["name"]),)
        ]

    def verify(self, progress: Callable[[int, int], None] = lambda done, all_: None) -> Verified:
        """Every record against its digests and its manifest, every row against its record, every manifest."""
        return verifying.verify(self.folder, None, progress)

    @staticmethod
    def check(
        folder: Path | str,
        executor: Executor,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        repair: bool = False,
        noted: str | None = None,
    ) -> Verified:
        """Likewise, in other processes and even without a readable index; `repair` mends what can be mended.

        A head `noted` down earlier must be in the chain of manifests.
        """
        folder = Path(folder)
        mended = mending.mend_crashes(folder, lambda: datetime.now(UTC)) if repair else []
        verified = verifying.verify(folder, executor, progress, noted=noted)
        verified.mended += mended
        if repair:
            mending.mend_rows(folder, verified)
        return verified

    def take_in(
        self, paths: Sequence[Path], executor: Executor, origin: Origin | None = None
    ) -> Iterator[TakenIn]:
        """WARC files made elsewhere, copied into the archive and their articles read, one after another.

        NotWarc, before anything is taken in, when one of them is none.
        """
        from archive.article.reading import EXTRACTOR

        for path in paths:
            foreign.look_at(path)
        importer = Importer(
            self.folder,
            self.connection,
            executor,
            EXTRACTOR,
            {"software": "newsarchive"},
            lambda: datetime.now(UTC),
            uuid4,
        )
        return (importer.take_in(path, origin) for path in paths)

    @staticmethod
    def rebuild(
        folder: Path | str,
        outlets: Mapping[str, Outlet],
        executor: Executor,
        progress: Callable[[int, int], None] = lambda done, all_: None,
    ) -> Rebuilt:
        """The index of an archive made anew from its WARC files; the old one stays until the new one is whole."""
        from archive.article.reading import EXTRACTOR

        return rebuilding.rebuild(Path(folder), outlets, executor, extractor=EXTRACTOR, progress=progress)

    def _find(self, key: int | str) -> int:
        """The number of an article, from its number, the beginning of it, or any address it ever had."""
        if isinstance(key, str) and urls.is_web(key):
            row = self.connection.execute(
                "SELECT article_id FROM addresses WHERE url = ?", (urls.canonical(key),)
            ).fetchone()
            if row is None:
                raise NotFound(f"No article was ever found at {key}.")
            return int(row["article_id"])
        stated = str(key).strip()
        if not stated.isdecimal():
            raise BadQuery(f"{stated!r} is neither an address nor an article's number.")
        rows = self.connection.execute(
            "SELECT id FROM articles WHERE id = ? OR CAST(id AS TEXT) LIKE ? ORDER BY id != ? LIMIT 2",
            (int(stated), stated + "%", int(stated)),
        ).fetchall()
        if not rows:
            raise NotFound(f"There is no article {stated}.")
        if len(rows) > 1 and rows[0]["id"] != int(stated):
            raise NotFound(f"More than one article's number begins with {stated}: give more of it.")
        return int(rows[0]["id"])
