"""The front desk: every user's verb is a method of Archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeAlias, TypedDict, Unpack
from uuid import uuid4

from archive import comparing, copied, layout, mending, rebuilding, urls, verifying
from archive.article.decode import decode
from archive.article.model import Layout, Outlet
from archive.capture import Capture, Place
from archive.comparing import FieldChange
from archive.copied import Copy
from archive.errors import BadQuery, NoArchive, NotFound
from archive.export.csv import Separator
from archive.export.exporting import Exported, to_file, to_stream
from archive.export.forms import Form, of_name
from archive.export.provenance import Question
from archive.findings import Verified
from archive.importing import Importer, Origin, TakenIn
from archive.index import (
    captures,
    copygroups,
    counting,
    narrowing,
    neighbours,
    passages,
    repeats,
    search,
    versions,
)
from archive.index.captures import CaptureRow, CrawlRow, SightingRow
from archive.index.connection import Connection, connect
from archive.index.copygroups import CopyGroup
from archive.index.counting import Counts
from archive.index.narrowing import Day
from archive.index.neighbours import Neighbours
from archive.index.passages import Passage
from archive.index.search import Filters, Sort
from archive.index.versions import ArticleVersion, CaptureRef
from archive.rebuilding import Rebuilt
from archive.warc import foreign, reader
from archive.warc.record import Record

# An article, its number, or as text its number, the beginning of it, or any address it ever had.
Key: TypeAlias = ArticleVersion | int | str
_LARGEST = 2**63 - 1  # SQLite's
_DIGITS = 13  # of the largest number an article can have: 43 bits


class Filtered(TypedDict, total=False):
    """What a search is narrowed to: see Archive.search."""

    source: str | None
    section: str | None
    author: str | None
    tag: str | None
    language: str | None
    state: str | None
    published_from: Day | None
    published_to: Day | None
    captured_from: Day | None
    captured_to: Day | None


class Narrowed(Filtered, total=False):
    """What a search or an export is narrowed to, and its order: see Archive.search."""

    sort: Sort


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the index knows of a source."""

    name: str
    title: str
    articles: int
    by_state: Mapping[str, int]
    last_crawl: CrawlRow | None
    timezone: str  # in which it was crawled last


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
        tag: str | None = None,
        language: str | None = None,
        state: str | None = None,
        published_from: Day | None = None,
        published_to: Day | None = None,
        captured_from: Day | None = None,
        captured_to: Day | None = None,
        sort: Sort = "relevance",
        limit: int | None = None,
        all_versions: bool = False,
        group_copies: bool = False,
    ) -> Iterator[ArticleVersion]:
        """The articles that hold the words asked for, in any form; with an empty query, all. Lazy: memory stays flat.

        Each article comes once, in the version that fits best; `all_versions` gives every one that fits.
        Days of publication are those the outlets print; `captured_from` and `captured_to` are days, in UTC, on
        which a version was captured first; each is a date or a text like «2022-01-31». BadQuery for what is no
        day, days the wrong way round, a source that is not known, and a language that is no two letters.
        With `group_copies`, of articles that are copies of one another only the one that comes first.
        """
        filters = self._filters(
            source=source,
            section=section,
            author=author,
            tag=tag,
            language=language,
            state=state,
            published_from=published_from,
            published_to=published_to,
            captured_from=captured_from,
            captured_to=captured_to,
        )
        found = search.search(self.connection, query, filters, sort=sort, all_versions=all_versions)
        return islice(copied.each_group_once(self.connection, found) if group_copies else found, limit)

    def export(
        self,
        to: Path | str | IO[bytes],
        query: str = "",
        *,
        form: Form | None = None,
        all_versions: bool = False,
        links: bool = False,
        limit: int | None = None,
        separator: Separator = "comma",
        overwrite: bool = False,
        told: Callable[[int], None] = lambda rows: None,
        **narrowed: Unpack[Narrowed],
    ) -> Exported:
        """What a search finds, written to a file with its provenance and data dictionary beside it, or to a stream.

        All of it is of one moment, whatever a crawl writes meanwhile. The form is by default what the file's
        name asks for. `told` hears now and then how many articles are written. ArchiveError when the
        file is there already and is not to be overwritten, or cannot be written: then nothing is left of it.
        """
        file = Path(to) if isinstance(to, str | Path) else None
        narrowed.setdefault("sort", "oldest")
        form = form or of_name(file)
        if separator != "comma" and form != "csv":
            raise BadQuery("Only CSV has a separator.")
        question = Question(form, query, dict(narrowed), limit, all_versions, links, separator)

        def found() -> Iterator[ArticleVersion]:
            every = all_versions and form != "sqlite"  # there every article has all its versions as it is
            return self.search(query, limit=limit, all_versions=every, **narrowed)

        if file is None:
            assert not isinstance(to, str | Path)
            return to_stream(self.connection, found, question, to, told)
        now = datetime.now(UTC)
        return to_file(
            self.folder, self.connection, found, question, file, overwrite=overwrite, told=told, at=now
        )

    def passage(self, article: ArticleVersion, query: str) -> Passage:
        """The piece of an article's text where the words asked for stand."""
        return passages.passage(article, query)

    def marks(self, text: str, query: str, language: str | None = None) -> list[tuple[int, int]]:
        """Where in a text of that language the words asked for stand, in any form."""
        return passages.marks(text, query, language)

    def months(self, query: str = "", **filtered: Unpack[Filtered]) -> dict[str | None, int]:
        """How many articles a search finds by month of publication («2022-01»; None: not known), in order."""
        filters = self._filters(**filtered)
        return counting.counts(self.connection, query, filters, by_source=False).months

    def counts(self, query: str = "", **filtered: Unpack[Filtered]) -> Counts:
        """How many articles a search finds: in all, by month of publication and by source."""
        return counting.counts(self.connection, query, self._filters(**filtered))

    def sections(self) -> list[str]:
        """Every section an article stands in, by name."""
        rows = self.connection.execute(
            """
            WITH RECURSIVE every (section) AS (
                SELECT min(section) FROM versions
                UNION ALL
                SELECT (SELECT min(section) FROM versions WHERE versions.section > every.section)
                FROM every WHERE section IS NOT NULL
            )
            SELECT section FROM every WHERE section IS NOT NULL  -- a step for each section, not for each version
            """
        )
        return [row["section"] for row in rows]

    def titles(self) -> dict[str, str]:
        """Every source that was ever crawled, by name, and what it is called."""
        rows = self.connection.execute("SELECT name, title FROM sources ORDER BY name")
        return {row["name"]: row["title"] for row in rows}

    def article(self, key: Key, version: int | None = None) -> ArticleVersion:
        """The latest version of an article, or the one of that number."""
        article_id = self._find(key)
        history = self.versions(article_id)
        if version is None:
            return history[-1]
        if not 1 <= version <= len(history):
            raise NotFound(f"{history[-1].url} has versions 1 to {len(history)}, and no version {version}.")
        return history[version - 1]

    def versions(self, key: Key) -> list[ArticleVersion]:
        """Every version of an article, oldest first."""
        rows = self.connection.execute(
            f"{versions.SELECT} WHERE versions.article_id = ? ORDER BY versions.number", (self._find(key),)
        )
        return list(versions.of_rows(self.connection, rows))

    def compare(self, key: Key, old: int = 1, new: int | None = None) -> tuple[FieldChange, ...]:
        """What differs between two versions of an article, field by field: by default the first and the latest."""
        return comparing.fields(self.article(key, old), self.article(key, new))

    def copies(self, key: Key) -> list[Copy]:
        """The articles that tell the same text, itself among them, in the order in which they were certainly out;
        empty when it has no copies.
        """
        return copied.of_article(self.connection, self._find(key))

    def copy_groups(self, articles: Iterable[ArticleVersion]) -> dict[int, CopyGroup]:
        """The groups of those articles that have copies, by the article's number."""
        return copygroups.in_short(self.connection, [article.id for article in articles])

    def altered(self, key: Key, other: Key) -> tuple[FieldChange, ...]:
        """What another article's headline, lead and text have otherwise than this one's, in their latest versions."""
        return copied.altered(self.article(key), self.article(other))

    def neighbours(self, key: Key) -> Neighbours:
        """What the source published right before and after an article, and what stood beside it in the listings."""
        return neighbours.of_article(
            self.connection, key if isinstance(key, ArticleVersion) else self.article(key)
        )

    def addresses(self, key: Key) -> list[str]:
        """Every address an article was found at, first found first."""
        rows = self.connection.execute(
            "SELECT url FROM addresses WHERE article_id = ? ORDER BY first_seen, url", (self._find(key),)
        )
        return [row["url"] for row in rows]

    def sightings(self, key: Key) -> list[SightingRow]:
        """Where and when listings showed an article, earliest first."""
        return captures.sightings(self.connection, self._find(key))

    def captures(self, url: str | ArticleVersion) -> list[CaptureRow]:
        """Every capture of an address, or of every address of an article, earliest first; empty when there is none."""
        if isinstance(url, str):
            return captures.of_url(self.connection, url)
        asked = {*self.addresses(url), *(version.capture.url for version in self.versions(url))}
        found = {row.id: row for address in asked for row in captures.of_url(self.connection, address)}
        return sorted(found.values(), key=lambda row: (row.fetched_at, row.id))

    def closest(self, url: str, at: datetime) -> CaptureRow:
        """The capture of an address nearest to a moment; NotFound when there is none."""
        found = self.captures(url)
        if not found:
            raise NotFound(f"{url} was never captured.")
        return min(found, key=lambda row: (abs(row.fetched_at - at), row.id))

    def capture(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> Capture:
        """What was answered, byte for byte, whether its record holds all of it or repeats an earlier one;
        DamagedRecord when it cannot be read. Of an article, the capture that its version rests on.
        """
        place = _place(of)
        return reader.read_capture(self.folder, place, repeats.original_place(self.connection, place))

    def html(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> str:
        """The page of a capture as text: compression undone, letters told by the encoding it really has."""
        page = self.capture(of).standing
        return decode(page.payload(), page.charset).text

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
                row["timezone"],
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
        from archive.article.extractor import EXTRACTOR

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

    def learn(self, source: str, outlet: Outlet, executor: Executor) -> Layout | None:
        """The layout of a source's newest pages that fit none its outlet is known to have had; None where they
        are too few or too unlike one another.
        """
        from archive import knowing

        return knowing.relearn(self.connection, self.folder, source, outlet, executor)

    @staticmethod
    def rebuild(
        folder: Path | str,
        outlets: Mapping[str, Outlet],
        executor: Executor,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        compare: bool = False,
        keep_old: bool = False,
    ) -> Rebuilt:
        """The index of an archive made anew from its WARC files; the old one stays until the new one is whole.

        `compare` tells what is read otherwise than before, and by whom; `keep_old` keeps the old index beside the
        new one, named for the moment.
        """
        from archive.article.extractor import EXTRACTOR

        return rebuilding.rebuild(
            Path(folder),
            outlets,
            executor,
            extractor=EXTRACTOR,
            progress=progress,
            compare=compare,
            keep_old_as=f"archive-until-{datetime.now(UTC):%Y%m%d%H%M%S}.db" if keep_old else None,
        )

    def _filters(self, **filtered: Unpack[Filtered]) -> Filters:
        return narrowing.filters_of(self.connection, filtered)

    def _find(self, key: Key) -> int:
        """The number of an article."""
        if isinstance(key, ArticleVersion):
            return key.id
        if isinstance(key, str) and urls.is_web(key):
            row = self.connection.execute(
                "SELECT article_id FROM addresses WHERE url = ?", (urls.canonical(key),)
            ).fetchone()
            if row is None:
                raise NotFound(f"No article was ever found at {key}.")
            return int(row["article_id"])
        if isinstance(key, int):
            return self._numbered(key)
        stated = key.strip()
        if not stated.isdecimal():
            raise BadQuery(f"{stated!r} is neither an address nor an article's number.")
        spans = _numbers_beginning(stated)
        rows = (
            row
            for span in spans
            for row in self.connection.execute(
                "SELECT id FROM articles WHERE id BETWEEN ? AND ? LIMIT 2", span
            )
        )
        first, second = next(rows, None), next(rows, None)
        if first is None:
            raise NotFound(f"There is no article {stated}.")
        if second is not None and first["id"] != int(stated):
            raise NotFound(f"More than one article's number begins with {stated}: give more of it.")
        return int(first["id"])

    def _numbered(self, number: int) -> int:
        """The number of an article, which must be there."""
        sql = "SELECT 1 FROM articles WHERE id = ?"
        if not 0 < number <= _LARGEST or self.connection.execute(sql, (number,)).fetchone() is None:
            raise NotFound(f"There is no article {number}.")
        return number


def _numbers_beginning(stated: str) -> list[tuple[int, int]]:
    """The spans of numbers that begin with these digits, each from and to; the number itself first."""
    number, missing = int(stated[: _DIGITS + 1]), _DIGITS - len(stated)
    return [(number * 10**more, (number + 1) * 10**more - 1) for more in range(missing + 1 if number else 0)]


def _place(of: Place | CaptureRef | CaptureRow | ArticleVersion) -> Place:
    if isinstance(of, Place):
        return of
    return of.capture.place if isinstance(of, ArticleVersion) else of.place
