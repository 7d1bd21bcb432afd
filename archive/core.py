"""The archive as one object: every operation a user can request is a method of Archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, TYPE_CHECKING, Self, Unpack
from uuid import uuid4

from archive import paths, urls
from archive.citations.citation import Citation, cite
from archive.edit_grading.grading import Grade
from archive.errors import BadQuery, DamagedRecord, NoArchive, NotFound, Restricted
from archive.export.export import ExportResult, export_to_file, export_to_stream
from archive.export.formats import ExportFormat, Separator, find_format, format_of_file, parse_format
from archive.export.provenance import ExportRequest
from archive.extraction.model import LearningResult, Outlet
from archive.extraction.page.encoding import decode
from archive.filters import FilterArgs, Filters, Sort, parse_limit, parse_sort
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection, connect
from archive.index.db.restricted_views import hide_restricted
from archive.index.duplicates import groups as copy_groups
from archive.index.duplicates import reports as copy_reports
from archive.index.duplicates.groups import CopyGroup
from archive.index.duplicates.reports import Copy
from archive.index.ingest import revisits
from archive.index.lookup import article_keys, crawl_failures, hidden, neighbours, state_evidence
from archive.index.lookup import changes as article_changes
from archive.index.lookup.article_keys import ArticleKey
from archive.index.lookup.changes import ArticleChange, ChangeFilterArgs, ChangeFilters
from archive.index.lookup.crawl_failures import CrawlFailure
from archive.index.lookup.neighbours import Neighbours
from archive.index.lookup.state_evidence import StateChange, StateEvidence
from archive.index.rows import captures, restrictions, sources, version_diff, versions
from archive.index.rows.captures import CaptureRow, SightingRow
from archive.index.rows.restrictions import Restriction
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
from archive.integrity.snapshot_parts import SnapshotParts
from archive.manifests import reader as manifests
from archive.rebuild import rebuild
from archive.rebuild.assignments import AssignResult, find_import, parse_host
from archive.rebuild.collection import Collection
from archive.rebuild.rebuild import RebuildResult
from archive.rebuild.warc_import import Importer, ImportResult, Origin
from archive.recording import repair as archive_repair
from archive.recording import restricting
from archive.storage import backup as backups
from archive.storage import move, moved
from archive.storage import restore as restoring
from archive.storage.backup import BackupResult
from archive.warc import external, reader
from archive.warc.records import Record

if TYPE_CHECKING:
    from archive.evidence.bundle import AskForStamp, EvidenceResult, PrintPdf


class Archive:
    """An open archive folder. A context manager; do not share one between threads that run at the same time."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder = folder
        self.connection = connection
        self._hides_restricted = False

    def __repr__(self) -> str:
        """Return the folder of the archive."""
        return f"Archive({str(self.folder)!r})"

    def __dir__(self) -> list[str]:
        """Return the names that a script can use, for completion in an interactive session."""
        return [name for name in super().__dir__() if not name.startswith("_")]

    @classmethod
    def create(cls, folder: Path | str) -> Self:
        """Create an archive in a folder that is empty or missing, or open the one that is already there.

        Raise ArchiveError if the folder has WARC files or manifests but no index: `rebuild` creates that.
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
        """Open the archive in a folder, or raise NoArchive if there is none."""
        folder = Path(folder)
        if not (folder / paths.SETTINGS).is_file():
            raise NoArchive(f"{folder} is not an archive: 'newsarchive init {folder}' creates one.")
        return cls(folder, connect(paths.index_path(folder)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        self.connection.close()

    def hide_restricted(self) -> None:
        """Show restricted articles no longer, as to a reader: whatever asks for one raises Restricted from now on."""
        self._hides_restricted = hide_restricted(self.connection)

    def restrict(
        self, *articles: ArticleKey, why: str, sources: Iterable[str] = (), until: date | None = None
    ) -> int:
        """Hide articles, or sources with all their articles, from readers; return how many articles are hidden then.

        Captures are kept, and crawls still visit the articles. The reason `why` is shown in their place. The
        restriction is kept in restrictions.jsonl and holds after a rebuild.
        """
        return restricting.restrict(self.folder, self.connection, articles, sources, why, until)

    def lift_restriction(
        self, *articles: ArticleKey, sources: Iterable[str] = (), why: str | None = None
    ) -> int:
        """Show articles or sources to readers again; return how many articles are hidden then.

        Raise NotFound if one is not restricted.
        """
        return restricting.lift(self.folder, self.connection, articles, sources, why)

    def lift_ended_restrictions(self, today: date) -> list[str]:
        """Lift the restrictions whose last day has come; return the addresses and sources concerned."""
        return restricting.lift_ended(self.folder, self.connection, today)

    def restrictions(self) -> list[tuple[Restriction, int]]:
        """Return every restriction in force with the number of articles that it hides, the latest first."""
        return restrictions.restrictions(self.connection)

    def restriction(self, key: ArticleKey) -> Restriction | None:
        """Return the restriction of an article, or of its source; None if readers may see it."""
        return restrictions.of_article(self.connection, self._article_id(key))

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
        """Yield the articles that match the query, with inflected forms; all of them if it is empty.

        Lazy: memory use does not grow with the number of results. The filters are `source`, `section`, `author`,
        `tag`, `language`, `state`, and the days `published_from`, `published_to`, `captured_from` and `captured_to`:
        dates, or texts like «2022-01-31». Publication days are those the outlets print; capture days are the days, in
        UTC, on which a version was first captured. To reuse a combination of filters, pass `Filters` in place of the
        query.

        Each article is yielded once, in its best matching version; `all_versions` yields every matching version.
        `sort` is "relevance", "newest" or "oldest". With `group_copies`, only the first article of each group of
        copies is yielded. Raise BadQuery for an invalid day, a range of days that ends before it begins, an unknown
        source, or an invalid state, language, sort order or limit.
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
        articles: Iterable[ArticleKey] = (),
        overwrite: bool = False,
        on_progress: Callable[[int], None] = lambda rows: None,
        **filtered: Unpack[FilterArgs],
    ) -> ExportResult:
        """Write the results of a search to a file with its provenance and data dictionary beside it, or to a stream.

        The export is a snapshot: it shows one moment, even if a crawl writes meanwhile. The default format follows
        from the file name. `articles` names single articles instead of a search. `on_progress` is called now and
        then with the number of articles written so far. Raise ArchiveError if the file exists and `overwrite` is not
        set, or if it cannot be written; no partial file is left behind.
        """
        file = Path(to) if isinstance(to, str | Path) else None
        form = parse_format(form) if form else format_of_file(file)
        if separator != "comma" and not find_format(form).has_separator:
            raise BadQuery("A separator can be chosen for CSV only.")
        filters = self._build_filters(query, filtered)
        chosen = tuple(dict.fromkeys(map(self._article_id, articles)))
        if filters.state != "restricted" and (
            found_hidden := next((one for one in chosen if self.restriction(one) is not None), None)
        ):
            raise Restricted(
                f"Article {found_hidden} is restricted: to export it, add the filter --state restricted."
            )
        if chosen and (filters.query or filters.given().keys() - {"state"}):
            raise BadQuery("Name articles, or a query with filters, but not both.")
        question = ExportRequest(
            form, filters, parse_sort(sort), parse_limit(limit), all_versions, links, separator, chosen
        )

        def found() -> Iterator[ArticleVersion]:
            # In an archive every article has all its versions anyway.
            every = all_versions and not find_format(form).is_archive
            if chosen:
                return (version for one in chosen for version in self.versions(one)[0 if every else -1 :])
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
        """Return the part of an article's text that matches the query best."""
        return snippets.make_snippet(article, query)

    def marks(self, text: str, query: str, language: str | None = None) -> list[tuple[int, int]]:
        """Return where words of the query, in any form, occur in a text of that language, as (start, end) pairs."""
        return snippets.find_matches(text, query, language)

    def notes(self, query: str) -> tuple[str, ...]:
        """Return a sentence for each part of a query that is ignored: bare operators, words past the hundredth."""
        return queries.parse(query).notes

    def months(self, query: str | Filters = "", **filtered: Unpack[FilterArgs]) -> dict[str | None, int]:
        """Return how many articles match by month of publication («2022-01»; None: unknown), in order."""
        filters = self._build_filters(query, filtered)
        return counts.count_articles(self.connection, filters, by_source=False).months

    def counts(self, query: str | Filters = "", **filtered: Unpack[FilterArgs]) -> Counts:
        """Return how many articles match: in total, by month of publication and by source."""
        return counts.count_articles(self.connection, self._build_filters(query, filtered))

    def sections(self) -> list[str]:
        """Return the names of all sections that have articles, sorted."""
        return sources.sections(self.connection)

    def titles(self) -> dict[str, str]:
        """Return the title of every source that was ever crawled, by the source's name."""
        return sources.titles(self.connection)

    def article(self, key: ArticleKey, version: int | None = None) -> ArticleVersion:
        """Return the latest version of an article, or the version with a number, counted from 1.

        Raise NotFound if there is no such article or version.
        """
        article_id = self._article_id(key)
        history = self.versions(article_id)
        if version is None:
            return history[-1]
        if not isinstance(version, int):
            raise BadQuery(f"{version!r} is not a version number: use a whole number from 1.")
        if not 1 <= version <= len(history):
            raise NotFound(
                f"{history[-1].url} has versions 1 to {len(history)}; there is no version {version}."
            )
        return history[version - 1]

    def versions(self, key: ArticleKey) -> list[ArticleVersion]:
        """Return every version of an article, oldest first, or raise NotFound if there is no such article."""
        return versions.versions_of_article(self.connection, self._article_id(key))

    def compare(self, key: ArticleKey, old: int = 1, new: int | None = None) -> tuple[FieldChange, ...]:
        """Return the differences between two versions of an article, by field; by default the first and the latest."""
        return version_diff.changed_fields(self.article(key, old), self.article(key, new))

    def copies(self, key: ArticleKey) -> list[Copy]:
        """Return the copies of an article, the article included, in the order of certain publication.

        Empty if it has no copies.
        """
        return copy_reports.copies_of_article(self.connection, self._article_id(key))

    def copy_groups(self, articles: Iterable[ArticleVersion]) -> dict[int, CopyGroup]:
        """Return the copy group of each of those articles that has copies, by article number."""
        return copy_groups.groups_of_articles(self.connection, [article.id for article in articles])

    def altered(self, key: ArticleKey, other: ArticleKey) -> tuple[FieldChange, ...]:
        """Return how another article's headline, lead and text differ from this one's (latest versions)."""
        return copy_reports.changed_written_fields(self.article(key), self.article(other))

    def neighbours(self, key: ArticleKey) -> Neighbours:
        """Return the articles the source published just before and after an article, and those listed beside it."""
        return neighbours.neighbours_of(
            self.connection, key if isinstance(key, ArticleVersion) else self.article(key)
        )

    def citation(self, key: ArticleKey, version: int | None = None, *, base: str | None = None) -> Citation:
        """Return what a citation of an article states; `archive.citations.formats` writes it in a format.

        `base` is the public address of the archive's web interface, without which no snapshot is named.
        """
        article = self.article(key, version)
        return cite(article, self.titles().get(article.source or "") or article.source, base)

    def evidence(
        self,
        keys: Iterable[ArticleKey],
        to: Path | str,
        *,
        operator: str | None = None,
        print_pdf: PrintPdf | None = None,
        ask_for_stamp: AskForStamp | None = None,
        overwrite: bool = False,
        on_progress: Callable[[int], None] = lambda captures: None,
    ) -> EvidenceResult:
        """Write an evidence file about articles: a WACZ file with their captures, manifests and a report.

        The report is also written beside it. `operator` is named in the report, `print_pdf` makes a PDF of it, and
        `ask_for_stamp` gets a time stamp (RFC 3161). `on_progress` is called with the number of captures copied. Raise
        ArchiveError if a file exists and `overwrite` is not set, or cannot be written; no partial file is left behind.
        """
        from archive.evidence.bundle import write_evidence

        chosen = tuple(dict.fromkeys(map(self._article_id, keys)))
        if not chosen:
            raise BadQuery("Name at least one article.")
        return write_evidence(
            self.connection,
            self.folder,
            chosen,
            Path(to),
            at=datetime.now(UTC),
            operator=operator,
            print_pdf=print_pdf,
            ask_for_stamp=ask_for_stamp,
            overwrite=overwrite,
            on_progress=on_progress,
        )

    def addresses(self, key: ArticleKey) -> list[str]:
        """Return every address an article was found at, in the order of discovery."""
        return article_keys.addresses(self.connection, self._article_id(key))

    def sightings(self, key: ArticleKey) -> list[SightingRow]:
        """Return where and when listings showed an article, earliest first."""
        return captures.sightings(self.connection, self._article_id(key))

    def captures(self, url: str | ArticleVersion) -> list[CaptureRow]:
        """Return every capture of an address, or of all addresses of an article, earliest first.

        An address is found however it is spelled: see `archive.urls.spellings`. If it was never captured itself but
        is known as an address of an article, return the captures of that article.
        """
        if isinstance(url, str):
            found_there = captures.of_url(self.connection, url)
            if self._hides_restricted and not found_there:
                hidden.raise_if_restricted(self.connection, url)
            if found_there or not urls.is_web_url(url):
                return found_there
            try:
                url = self.article(url)
            except NotFound:
                return []
        asked = {*self.addresses(url), *(version.capture.url for version in self.versions(url))}
        found = {row.id: row for address in asked for row in captures.of_url(self.connection, address)}
        return sorted(found.values(), key=lambda row: (row.fetched_at, row.id))

    def state_reason(self, key: ArticleKey) -> str | None:
        """Return why the last visit did not find an article, or None if it found the article's whole text."""
        found = state_evidence.last_evidence(self.connection, self._addresses_of(key))
        return found.reason if found is not None else None

    def changes(
        self, *, newest_first: bool = False, limit: int | None = None, **filtered: Unpack[ChangeFilterArgs]
    ) -> Iterator[ArticleChange]:
        """Yield edits, removals, moves and returns in the order seen, or the newest first.

        Lazy: memory use does not grow with their number. The filters are `since` and `until` (days, moments or texts
        like «2022-01-31»; a day that ends the range belongs to it), `source`, `section`, `kind` («edit», «removal»,
        «move», «return»; «unavailable» and «new» only if they are asked for), `grade` («typo», «wording», «fact»;
        «noise» only if it is asked for; selects edits alone) and `query`. Several kinds or grades are a list. Raise
        BadQuery for invalid ones.
        """
        filters = ChangeFilters.of(**filtered)
        found = article_changes.changes(self.connection, filters, newest_first=newest_first)
        return islice(found, parse_limit(limit))

    def grades(self, key: ArticleKey) -> dict[int, tuple[Grade, tuple[str, ...]]]:
        """Return the grade of each edit of an article and the facts it changed, by the number of the new version."""
        return article_changes.grades(self.connection, self._article_id(key))

    def state_history(self, key: ArticleKey) -> list[StateChange]:
        """Return every change of an article's state with its reason and capture, earliest first.

        Empty if the article was live at every check.
        """
        return state_evidence.state_history(self.connection, self._article_id(key))

    def state_evidence(self, key: ArticleKey) -> StateEvidence | None:
        """Return what the last visit found instead of an article, or None if it found the article's whole text."""
        found = state_evidence.last_evidence(self.connection, self._addresses_of(key))
        if found is None or found.capture is None:
            return found
        try:
            return replace(found, page_title=state_evidence.page_title(self.capture(found.capture)))
        except DamagedRecord:
            return found

    def _addresses_of(self, key: ArticleKey) -> list[str]:
        """Return the addresses of an article and those that its versions were requested from."""
        return sorted({*self.addresses(key), *(version.capture.url for version in self.versions(key))})

    def closest(self, url: str, at: datetime) -> CaptureRow:
        """Return the capture closest in time to `at`, or raise NotFound if the address was never captured.

        `at` must have a time zone.
        """
        if not isinstance(at, datetime) or at.tzinfo is None:
            raise BadQuery(f"{at!r} is not a datetime with a time zone, such as datetime.now(UTC).")
        found = self.captures(url)
        if not found:
            raise NotFound(f"{url} was never captured.")
        return min(found, key=lambda row: (abs(row.fetched_at - at), row.id))

    def capture(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> Capture:
        """Return a capture, byte for byte; for a revisit, with the body of the record it repeats.

        For an article version, return the capture it was extracted from. Raise DamagedRecord if it cannot be read.
        """
        place = _place(of)
        return reader.read_capture(self.folder, place, revisits.original_place(self.connection, place))

    def check_capture(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> CheckedCapture:
        """Return a capture with its record, and a sentence if the record does not match the index.

        Raise DamagedRecord if it cannot be read.
        """
        return record_match.check_capture(self.connection, self.folder, _place(of))

    def altered_parts(self, page: Capture) -> int:
        """Return how many parts of a page's snapshot do not match the index or cannot be read."""
        return record_match.altered_parts(self.connection, self.folder, page)

    def snapshot_parts(self, at: datetime) -> SnapshotParts:
        """Return the captures that snapshots of that moment use for the parts of their pages."""
        return SnapshotParts(self.connection, self.folder, at)

    def html(self, of: Place | CaptureRef | CaptureRow | ArticleVersion) -> str:
        """Return the page of a capture as text, decompressed and decoded with the encoding it really has."""
        page = self.capture(of).effective
        return decode(page.payload(), page.charset).text

    def record(self, record_id: str) -> Record:
        """Return the whole record of a response, by its id with or without «<urn:uuid:>».

        Raise NotFound if the index has no such record, DamagedRecord if its bytes cannot be read.
        """
        return reader.read_record(self.folder, self.capture_row(record_id).place)

    def capture_row(self, record_id: str) -> CaptureRow:
        """Return the index row of a response, by its record id, or raise NotFound."""
        row = captures.of_record(self.connection, record_id)
        if row is None:
            if self._hides_restricted:
                hidden.raise_if_restricted_record(self.connection, record_id)
            raise NotFound(f"There is no record {record_id}.")
        return row

    def crawls(self, source: str | None = None, *, most: int | None = None) -> list[CrawlRow]:
        """Return the crawls of one source or of all, newest first; `most` limits their number."""
        return sources.crawls(self.connection, source, most=most)

    def crawls_dated_ahead(self, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Return, by source, how many crawls are dated later than `now`, and the latest of their dates."""
        return sources.dated_ahead(self.connection, now)

    def missed(self, crawl: str, *, most: int = 1000) -> list[CrawlFailure]:
        """Return the addresses a crawl requested without getting an article, with the reason; about `most` of them.

        Those are failed requests, pages rejected as articles, and addresses that robots.txt forbids.
        """
        return crawl_failures.failures_of_crawl(self.connection, crawl, most)

    def unread(self, source: str, *, most: int = 1000) -> list[CrawlFailure]:
        """Return article pages of a source that are stored but not extracted yet; at most `most` of them.

        Extraction was interrupted: a worker process or the crawl was killed. The next crawl or a rebuild extracts
        them.
        """
        return crawl_failures.pending_articles(self.connection, source, most)

    def sources(self) -> list[SourceState]:
        """Return what is known of every source that was ever crawled, sorted by name."""
        return sources.sources(self.connection)

    def verify(
        self,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        outlets: Mapping[str, Outlet] = MappingProxyType({}),
        quick: bool = False,
    ) -> AuditResult:
        """Check all records against their digests, all manifests, and all rows against the records.

        Every page is extracted again with what is known of its outlet. With `quick`, stored extractions are trusted,
        and only what follows from them is checked. Extraction runs in worker processes, so a script that calls this
        needs the usual `if __name__ == "__main__":`.
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
        """Check the archive as `verify` does, in the executor's processes and even without a readable index.

        `repair` first repairs what can be repaired. A chain head `noted` down earlier has to be in the chain of
        manifests; raise BadQuery, before anything is checked, if it is not a SHA-256. `pages` says who extracts pages
        again and which; `most` limits the problems named for one file or table.
        """
        folder = Path(folder)
        moved.require_folders(folder)
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

    def back_up(
        self,
        destination: Path | str,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        indexing: Callable[[int, int], None] = lambda done, all_: None,
    ) -> BackupResult:
        """Copy to another folder what it lacks of the archive, as of one moment; crawls may run.

        Raise ArchiveError if the folder is neither empty nor a backup of this archive.
        """
        return backups.back_up(self.folder, Path(destination), progress, indexing=indexing)

    def move_warc_files(
        self,
        destination: Path | str,
        progress: Callable[[int, int], None] = lambda done, all_: None,
        *,
        days: int = 1,
    ) -> BackupResult:
        """Move the complete WARC files that were begun `days` days ago or earlier to a folder on another disk."""
        return move.move_files(
            self.folder, Path(destination), datetime.now(UTC), days=days, progress=progress
        )

    @staticmethod
    def check_backup(
        backup: Path | str, progress: Callable[[int, int], None] = lambda done, all_: None
    ) -> BackupResult:
        """Read every file of a backup and compare it with its size, its digest and its manifest."""
        return backups.check_backup(Path(backup), progress)

    @staticmethod
    def restore(
        backup: Path | str,
        folder: Path | str,
        progress: Callable[[int, int], None] = lambda done, all_: None,
    ) -> BackupResult:
        """Make an archive from a backup, in a folder that is empty or missing."""
        return restoring.restore(Path(backup), Path(folder), lambda: datetime.now(UTC), progress)

    def take_in(
        self,
        paths: Sequence[Path],
        executor: Executor,
        origin: Origin | None = None,
        outlets: Mapping[str, Outlet] = MappingProxyType({}),
        origins: Mapping[str, Origin] = MappingProxyType({}),
        on_progress: Callable[[int, int], None] = lambda done, all_: None,
    ) -> Iterator[ImportResult]:
        """Import WARC files made elsewhere: copy each into the archive and extract its articles, one file at a time.

        A path may also be a folder, or a CDX or CDXJ index: the files in it, or named by it, are imported and compared
        with the index, which has a result of its own.

        A capture older than the last check of its article takes its place in the article's history, which is rebuilt.
        `outlets`, by source, are used to extract crawled captures again, as in `rebuild`. Without an `origin`, that of
        a file is found by its known articles, or in `origins` by the hosts of its pages. `on_progress` is called with
        the number of pages of a file extracted so far, and their total.

        Raise NotWarc, before anything is imported, if one of the files is not a WARC file.
        """
        collections = [Collection.of(path) for path in paths]
        for path in chain.from_iterable(one.files for one in collections):
            external.check_is_warc(path)
        outlets = {**outlets, origin.name: origin.outlet} if origin else outlets
        importer = self._importer(executor, outlets, origins, on_progress)
        return chain.from_iterable(importer.import_collection(one, origin) for one in collections)

    def assign_source(
        self,
        executor: Executor,
        origin: Origin,
        *,
        file: str | None = None,
        host: str | None = None,
        outlets: Mapping[str, Outlet] = MappingProxyType({}),
        on_progress: Callable[[int], None] = lambda articles: None,
    ) -> AssignResult:
        """Assign imported pages to a source: those of a file, of a host, or of a host in a file.

        Their articles are extracted again with what is known of that source. `file` is the name of the file as it was
        imported, or as it is stored. The correction is recorded in a WARC file and holds after a rebuild. Raise
        NotFound if nothing imported is concerned.
        """
        if file is None and host is None:
            raise BadQuery("Name an imported file, a host, or both.")
        return self._importer(executor, {**outlets, origin.name: origin.outlet}).assign(
            origin,
            find_import(self.connection, file) if file is not None else None,
            parse_host(host) if host is not None else None,
            on_progress,
        )

    def _importer(
        self,
        executor: Executor,
        outlets: Mapping[str, Outlet],
        origins: Mapping[str, Origin] = MappingProxyType({}),
        on_progress: Callable[[int, int], None] = lambda done, all_: None,
    ) -> Importer:
        from archive.extraction.version import EXTRACTOR

        return Importer(
            self.folder,
            self.connection,
            executor,
            EXTRACTOR,
            {"software": "newsarchive"},
            lambda: datetime.now(UTC),
            uuid4,
            outlets,
            origins,
            on_progress,
        )

    def learn(self, source: str, outlet: Outlet, executor: Executor) -> LearningResult:
        """Learn a page template from a source's newest pages that fit none of its known templates.

        The result has no template if the pages are too few or too different; its numbers say which.
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
        """Rebuild the index of an archive from its WARC files; the old index stays until the new one is complete.

        `progress` is called with the bytes read and their total; `indexing`, once all are read, with the number of
        versions indexed for search and counts, and their total. `compare` reports what is extracted differently than
        before, and by which extractor; `keep_old` preserves the old index beside the new one, with the time in its
        name.
        """
        from archive.extraction.version import EXTRACTOR

        moved.require_folders(Path(folder))
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
        """Return the query and keyword filters as one value, or raise BadQuery if they are invalid."""
        filters = Filters.of(query, **filtered)
        if filters.source is not None:
            sources.require_source(self.connection, filters.source)
        return filters

    def _article_id(self, key: ArticleKey) -> int:
        """Return the number of an article."""
        if self._hides_restricted and not isinstance(key, ArticleVersion):
            hidden.raise_if_restricted(self.connection, key)
        return article_keys.article_id_of(self.connection, key)


def _place(of: Place | CaptureRef | CaptureRow | ArticleVersion) -> Place:
    if isinstance(of, Place):
        return of
    if not isinstance(of, ArticleVersion | CaptureRef | CaptureRow):
        raise BadQuery(
            f"{of!r} is neither a capture nor an article; archive.article gives one by its number or address."
        )
    return of.capture.place if isinstance(of, ArticleVersion) else of.place
