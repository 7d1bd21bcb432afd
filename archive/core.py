"""The front desk: every user's verb is a method of Archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Self, Unpack
from uuid import uuid4

from archive import paths
from archive.errors import BadQuery, NoArchive, NotFound
from archive.export.csv import Separator
from archive.export.export import ExportResult, export_to_file, export_to_stream
from archive.export.formats import ExportFormat, format_of_file, parse_format
from archive.export.provenance import ExportRequest
from archive.extraction.model import LearningResult, Outlet
from archive.extraction.page.encoding import decode
from archive.filters import FilterArgs, Filters, Sort, parse_limit, parse_sort
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection, connect
from archive.index.duplicates import groups as copy_groups
from archive.index.duplicates import reports as copy_reports
from archive.index.duplicates.groups import CopyGroup
from archive.index.duplicates.reports import Copy
from archive.index.ingest import revisits
from archive.index.ingest.retraction import EXTRACTED_ARTICLE
from archive.index.lookup import article_keys, crawl_failures, neighbours
from archive.index.lookup.article_keys import ArticleKey
from archive.index.lookup.crawl_failures import CrawlFailure
from archive.index.lookup.neighbours import Neighbours
from archive.index.rows import captures, sources, version_diff, versions
from archive.index.rows.captures import CaptureRow, SightingRow
from archive.index.rows.sources import CrawlRow, SourceState
from archive.index.rows.version_diff import FieldChange
from archive.index.rows.versions import ArticleVersion, CaptureRef
from archive.index.search import counts, search, snippets
from archive.index.search import query as queries
from archive.index.search.counts import Counts
from archive.index.search.snippets import Snippet
from archive.integrity import audit, record_match
from archive.integrity import row_repair as rowmending
from archive.integrity.index_audit import Pages
from archive.integrity.problems import MAX_NAMED_PROBLEMS, AuditResult
from archive.integrity.record_match import CheckedCapture
from archive.manifests import reader as manifests
from archive.rebuild import rebuild
from archive.rebuild.rebuild import RebuildResult
from archive.rebuild.warc_import import Importer, ImportResult, Origin
from archive.recording import repair as archive_repair
from archive.warc import external, reader
from archive.warc.records import Record


class Archive:
    """An archive's folder, opened. A context manager; not for use from two threads at once."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def create(cls, folder: Path | str) -> Self:
        """A new archive in a folder that is empty or not there yet; one that is there is opened.

        ArchiveError where WARC files or manifests are there and the index is not: it is made by a rebuild.
        """
        folder = Path(folder)
        for name in paths.FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        settings = folder / paths.SETTINGS
        if not settings.exists():
            settings.write_text("")
        return cls(folder, connect(paths.index_path(folder)))

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The archive in a folder; NoArchive when there is none."""
        folder = Path(folder)
        if not (folder / paths.SETTINGS).is_file():
            raise NoArchive(f"{folder} is not an archive: 'newsarchive init {folder}' makes one.")
        return cls(folder, connect(paths.index_path(folder)))

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
        query: str | Filters = "",
        *,
        sort: Sort = "relevance",
        limit: int | None = None,
        all_versions: bool = False,
        group_copies: bool = False,
        **filtered: Unpack[FilterArgs],
    ) -> Iterator[ArticleVersion]:
        """The articles that hold the words asked for, in any form; with an empty query, all. Lazy: memory stays flat.

        They are narrowed to a `source`, `section`, `author`, `tag`, `language` or `state`, and to the days
        `published_from`, `published_to`, `captured_from` and `captured_to`: dates, or texts like «2022-01-31».
        Days of publication are those the outlets print; those of capture are the days, in UTC, on which a version was
        captured first. What is put together once and used often is a value, `Filters`, in place of the query.

        Each article comes once, in the version that fits best; `all_versions` gives every one that fits. `sort` is
        relevance, newest or oldest. With `group_copies`, of articles that are copies of one another only the one
        that comes first. BadQuery for what is no day, days the wrong way round, a source that is not known, and what
        is no state, language, order or number of articles.
        """
        filters = self._build_filters(query, filtered)
        found = search.search(self.connection, filters, sort=parse_sort(sort), all_versions=all_versions)
        return islice(
            copy_reports.first_of_each_group(self.connection, found) if group_copies else found,
            parse_limit(limit),
        )

    def export(
        self,
        to: Path | str | IO[bytes],
        query: str | Filters = "",
        *,
        form: ExportFormat | None = None,
        sort: Sort = "oldest",
        limit: int | None = None,
        all_versions: bool = False,
        links: bool = False,
        separator: Separator = "comma",
        overwrite: bool = False,
        on_progress: Callable[[int], None] = lambda rows: None,
        **filtered: Unpack[FilterArgs],
    ) -> ExportResult:
        """What a search finds, written to a file with its provenance and data dictionary beside it, or to a stream.

        All of it is of one moment, whatever a crawl writes meanwhile. The form is by default what the file's
        name asks for. `told` hears now and then how many articles are written. ArchiveError when the
        file is there already and is not to be overwritten, or cannot be written: then nothing is left of it.
        """
        file = Path(to) if isinstance(to, str | Path) else None
        form = parse_format(form) if form else format_of_file(file)
        if separator != "comma" and form != "csv":
            raise BadQuery("Only CSV has a separator.")
        filters = self._build_filters(query, filtered)
        question = ExportRequest(
            form, filters, parse_sort(sort), parse_limit(limit), all_versions, links, separator
        )

        def found() -> Iterator[ArticleVersion]:
            every = all_versions and form != "sqlite"  # there every article has all its versions as it is
            return self.search(filters, sort=sort, limit=limit, all_versions=every)

        if file is None:
            assert not isinstance(to, str | Path)
            return export_to_stream(self.connection, found, question, to, on_progress)
        now = datetime.now(UTC)
        return export_to_file(
            self.folder,
            self.connection,
            found,
            question,
            file,
            overwrite=overwrite,
            on_progress=on_progress,
            at=now,
        )

    def passage(self, article: ArticleVersion, query: str) -> Snippet:
        """The piece of an article's text where the words asked for stand."""
        return snippets.make_snippet(article, query)

    def marks(self, text: str, query: str, language: str | None = None) -> list[tuple[int, int]]:
        """Where in a text of that language the words asked for stand, in any form."""
        return snippets.find_matches(text, query, language)

    def notes(self, query: str) -> tuple[str, ...]:
        """A sentence on each thing in a query that is not asked for: signs without a word, words past the hundredth."""
        return queries.parse(query).notes

    def months(self, query: str | Filters = "", **filtered: Unpack[FilterArgs]) -> dict[str | None, int]:
        """How many articles a search finds by month of publication («2022-01»; None: not known), in order."""
        filters = self._build_filters(query, filtered)
        return counts.count_articles(self.connection, filters, by_source=False).months

    def counts(self, query: str | Filters = "", **filtered: Unpack[FilterArgs]) -> Counts:
        """How many articles a search finds: in all, by month of publication and by source."""
        return counts.count_articles(self.connection, self._build_filters(query, filtered))

    def sections(self) -> list[str]:
        """Every section an article stands in, by name."""
        return sources.sections(self.connection)

    def titles(self) -> dict[str, str]:
        """Every source that was ever crawled, by name, and what it is called."""
        return sources.titles(self.connection)

    def article(self, key: ArticleKey, version: int | None = None) -> ArticleVersion:
        """The latest version of an article, or the one of that number, from 1; NotFound when there is no such one."""
        article_id = self._article_id(key)
        history = self.versions(article_id)
        if version is None:
            return history[-1]
        if not isinstance(version, int):
            raise BadQuery(f"{version!r} is no number of a version: it is a whole number from 1.")
        if not 1 <= version <= len(history):
            raise NotFound(f"{history[-1].url} has versions 1 to {len(history)}, and no version {version}.")
        return history[version - 1]

    def versions(self, key: ArticleKey) -> list[ArticleVersion]:
        """Every version of an article, oldest first; NotFound when there is no such article."""
        return versions.versions_of_article(self.connection, self._article_id(key))

    def compare(self, key: ArticleKey, old: int = 1, new: int | None = None) -> tuple[FieldChange, ...]:
        """What differs between two versions of an article, field by field: by default the first and the latest."""
        return version_diff.changed_fields(self.article(key, old), self.article(key, new))

    def copies(self, key: ArticleKey) -> list[Copy]:
        """The articles that tell the same text, itself among them, in the order in which they were certainly out;
        empty when it has no copies.
        """
        return copy_reports.copies_of_article(self.connection, self._article_id(key))

    def copy_groups(self, articles: Iterable[ArticleVersion]) -> dict[int, CopyGroup]:
        """The groups of those articles that have copies, by the article's number."""
        return copy_groups.groups_of_articles(self.connection, [article.id for article in articles])

    def altered(self, key: ArticleKey, other: ArticleKey) -> tuple[FieldChange, ...]:
        """What another article's headline, lead and text have otherwise than this one's, in their latest versions."""
        return copy_reports.changed_written_fields(self.article(key), self.article(other))

    def neighbours(self, key: ArticleKey) -> Neighbours:
        """What the source published right before and after an article, and what stood beside it in the listings."""
        return neighbours.neighbours_of(
            self.connection, key if isinstance(key, ArticleVersion) else self.article(key)
        )

    def addresses(self, key: ArticleKey) -> list[str]:
        """Every address an article was found at, first found first."""
        return article_keys.addresses(self.connection, self._article_id(key))

    def sightings(self, key: ArticleKey) -> list[SightingRow]:
        """Where and when listings showed an article, earliest first."""
        return captures.sightings(self.connection, self._article_id(key))

    def captures(self, url: str | ArticleVersion) -> list[CaptureRow]:
        """Every capture of an address, or of every address of an article, earliest first; empty when there is none."""
        if isinstance(url, str):
            return captures.of_url(self.connection, url)
        asked = {*self.addresses(url), *(version.capture.url for version in self.versions(url))}
        found = {row.id: row for address in asked for row in captures.of_url(self.connection, address)}
        return sorted(found.values(), key=lambda row: (row.fetched_at, row.id))

    def state_reason(self, key: ArticleKey) -> str | None:
        """Return what the last answer at an article's address was instead of its whole text; None where it was that."""
        article = self.article(key)
        looks = [row.reading for row in self.captures(article) if row.role == "article" and row.reading]
        return looks[-1] if looks and looks[-1] != EXTRACTED_ARTICLE else None

    def closest(self, url: str, at: datetime) -> CaptureRow:
        """The capture of an address nearest to a moment, which is aware of its zone; NotFound when there is none."""
        if not isinstance(at, datetime) or at.tzinfo is None:
            raise BadQuery(f"{at!r} is no moment that is aware of its zone, such as datetime.now(UTC).")
        found = self.captures(url)
        if not found:
            raise NotFound(f"{url} was never captured.")
        return min(found, key=lambda row: (abs(row.fetched_at - at), row.id))

    def capture(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> Capture:
        """What was answered, byte for byte, whether its record holds all of it or repeats an earlier one;
        DamagedRecord when it cannot be read. Of an article, the capture that its version rests on.
        """
        place = _place(of)
        return reader.read_capture(self.folder, place, revisits.original_place(self.connection, place))

    def check_capture(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> CheckedCapture:
        """Return a capture with its record, and a sentence where that is not what the index holds of it; or raise
        DamagedRecord when it cannot be read.
        """
        return record_match.check_capture(self.connection, self.folder, _place(of))

    def altered_parts(self, page: Capture) -> int:
        """Return how many parts of a page's snapshot are not what the index holds of them or cannot be read."""
        return record_match.altered_parts(self.connection, self.folder, page)

    def html(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> str:
        """The page of a capture as text: compression undone, letters told by the encoding it really has."""
        page = self.capture(of).effective
        return decode(page.payload(), page.charset).text

    def record(self, record_id: str) -> Record:
        """A response's whole record, by its id with or without «<urn:uuid:>».

        NotFound when the index has none of that id, DamagedRecord when its bytes cannot be read.
        """
        return reader.read_record(self.folder, self.capture_row(record_id).place)

    def capture_row(self, record_id: str) -> CaptureRow:
        """Return what the index holds of a response's record, by its id; or raise NotFound."""
        row = captures.of_record(self.connection, record_id)
        if row is None:
            raise NotFound(f"There is no record {record_id}.")
        return row

    def crawls(self, source: str | None = None, *, most: int | None = None) -> list[CrawlRow]:
        """The crawls of one source or of all, the last begun first: every one, or so many at most."""
        return sources.crawls(self.connection, source, most=most)

    def crawls_dated_ahead(self, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Return how many crawls of each source are dated later than `now`, and the latest of their dates."""
        return sources.dated_ahead(self.connection, now)

    def missed(self, crawl: str, *, most: int = 1000) -> list[CrawlFailure]:
        """The addresses that a crawl asked for and got no article of, with the reason: those that failed, pages that
        are none, and what robots.txt forbids; about so many at most.
        """
        return crawl_failures.failures_of_crawl(self.connection, crawl, most)

    def unread(self, source: str, *, most: int = 1000) -> list[CrawlFailure]:
        """The pages of a source's articles that are kept and not read yet, so many at most: a reader was killed
        before it was done with them, or the crawl was. The next crawl reads them, and so does a rebuild.
        """
        return crawl_failures.pending_articles(self.connection, source, most)

    def sources(self) -> list[SourceState]:
        """What is known of every source that was ever crawled, by name."""
        return sources.sources(self.connection)

    def verify(
        self,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        outlets: Mapping[str, Outlet] = MappingProxyType({}),
        quick: bool = False,
    ) -> AuditResult:
        """Every record against its digests, every manifest, and every row against what follows from the records.

        Every page is read again, by what is known of its outlet, unless `quick`: then what the index says that it was
        read as is trusted, and what follows from that is checked. Pages are read in processes of their own, so that a
        script which calls this needs its `if __name__ == "__main__":`.
        """
        from archive.extraction.version import EXTRACTOR
        from archive.jobs.pool import pool

        with pool() as readers:
            pages = Pages(EXTRACTOR, readers, outlets, again=not quick)
            return audit.run_audit(self.folder, None, progress, pages=pages)

    @staticmethod
    def check(
        folder: Path | str,
        executor: Executor,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        repair: bool = False,
        noted: str | None = None,
        pages: Pages | None = None,
        deriving: Callable[[int, int], None] = lambda done, all_: None,
        most: int | None = MAX_NAMED_PROBLEMS,
    ) -> AuditResult:
        """Likewise, in other processes and even without a readable index; `repair` mends what can be mended.

        A head `noted` down earlier must be in the chain of manifests. BadQuery, before anything is looked at, for one
        that is no SHA-256. `pages` says by whom pages are read, and whether all of them are read again; `most` bounds
        what is named of one file or table.
        """
        folder = Path(folder)
        noted = manifests.parse_head_digest(noted) if noted is not None else None

        def look() -> AuditResult:
            return audit.run_audit(
                folder, executor, progress, noted=noted, pages=pages, deriving=deriving, most=most
            )

        mended = archive_repair.repair_crashes(folder, lambda: datetime.now(UTC)) if repair else []
        verified = look()
        if repair and (rows := rowmending.repair_rows(folder, verified)):
            mended += rows
            verified = look()  # what followed from a row that was not there
        verified.mended += mended
        return verified

    def take_in(
        self,
        paths: Sequence[Path],
        executor: Executor,
        origin: Origin | None = None,
        outlets: Mapping[str, Outlet] = MappingProxyType({}),
    ) -> Iterator[ImportResult]:
        """WARC files made elsewhere, copied into the archive and their articles read, one after another.

        What is older than the last look at its article takes its place in the article's history, which is told anew;
        `outlets`, by source, is what crawled captures are read by then, as in `rebuild`.

        NotWarc, before anything is taken in, when one of them is none.
        """
        from archive.extraction.version import EXTRACTOR

        for path in paths:
            external.check_is_warc(path)
        importer = Importer(
            self.folder,
            self.connection,
            executor,
            EXTRACTOR,
            {"software": "newsarchive"},
            lambda: datetime.now(UTC),
            uuid4,
            {**outlets, origin.name: origin.outlet} if origin else outlets,
        )
        return (importer.import_warc(path, origin) for path in paths)

    def learn(self, source: str, outlet: Outlet, executor: Executor) -> LearningResult:
        """The layout of a source's newest pages that fit none its outlet is known to have had; none where they
        are too few or too unlike one another, with the numbers that tell which.
        """
        from archive.templates import refresh

        return refresh.learn_template(self.connection, self.folder, source, outlet, executor)

    @staticmethod
    def rebuild(
        folder: Path | str,
        outlets: Mapping[str, Outlet],
        executor: Executor,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        indexing: Callable[[int, int], None] = lambda done, all_: None,
        compare: bool = False,
        keep_old: bool = False,
    ) -> RebuildResult:
        """The index of an archive made anew from its WARC files; the old one stays until the new one is whole.

        `progress` is told bytes read and bytes in all; `indexing`, when all are read, how many versions of how many
        are ready to be counted and found fast. `compare` tells what is read otherwise than before, and by whom;
        `keep_old` keeps the old index beside the new one, named for the moment.
        """
        from archive.extraction.version import EXTRACTOR

        return rebuild.rebuild(
            Path(folder),
            outlets,
            executor,
            extractor=EXTRACTOR,
            progress=progress,
            indexing=indexing,
            compare=compare,
            keep_old_as=f"archive-until-{datetime.now(UTC):%Y%m%d%H%M%S}.db" if keep_old else None,
        )

    def _build_filters(self, query: str | Filters, filtered: FilterArgs) -> Filters:
        """The filters that were meant; BadQuery where none can be."""
        filters = Filters.of(query, **filtered)
        if filters.source is not None:
            sources.require_source(self.connection, filters.source)
        return filters

    def _article_id(self, key: ArticleKey) -> int:
        """The number of an article."""
        return article_keys.article_id_of(self.connection, key)


def _place(of: Place | CaptureRef | CaptureRow | ArticleVersion) -> Place:
    if isinstance(of, Place):
        return of
    if not isinstance(of, ArticleVersion | CaptureRef | CaptureRow):
        raise BadQuery(
            f"{of!r} is neither a capture nor an article; archive.article gives one by its number or address."
        )
    return of.capture.place if isinstance(of, ArticleVersion) else of.place
