"""Derive the index again beside the stored one, for comparison, with the code of a rebuild.

    events of the WARC files ──▶ rows ──▶ each extraction applied ──▶ states, dates, versions, copies

Extractions are taken from the stored index, which is fast: what follows from them is compared, but whether an
extraction itself is right is not. With `pages` every page is extracted again instead.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

from archive import timestamps, urls
from archive.duplicates.fingerprints import article_words, fingerprints
from archive.errors import ArchiveError
from archive.events import Assigned, CrawlStarted, Imported, is_well_formed
from archive.extraction.model import Article, Outlet, Rejection
from archive.extraction.templates import selection
from archive.http.capture import Truncation
from archive.index.db.connection import Connection, Refused, Row, open_private, transaction
from archive.index.ingest import articles
from archive.index.ingest.content_digest import content_digest
from archive.index.rows import addresses
from archive.index.rows.stored_articles import article_of
from archive.jobs.pool import (
    ExtractionJob,
    ExtractionResult,
    JobInterrupted,
    extraction_result,
    run_extraction,
)
from archive.jobs.search_keys import SearchKeys
from archive.language.search_terms import SearchTerms
from archive.reasons import ARTICLE, ARTICLE_IN_PART, EXTRACTOR_ERROR, UNAPPLIED, UNREADABLE, Reason
from archive.rebuild.rebuild import Derivation
from archive.recording.session import mark_indexed
from archive.warc import filenames
from archive.warc.event_reader import EventRecord
from archive.warc.run_order import in_order_of_runs

P = ParamSpec("P")
T = TypeVar("T")
_FACTS_A_COMMIT = 500
_NO_WORDS = SearchTerms("", "", "", "")  # search terms are compared separately
# Text added to the full-text index is discarded.
_NO_FULL_TEXT = (
    "DROP TABLE search_index",
    """
    CREATE VIEW search_index AS
    SELECT NULL AS search_index, 0 AS rowid, NULL AS rank, NULL AS lemmas, NULL AS title, NULL AS lead, NULL AS body
    """,
    "CREATE TRIGGER search_index_unused INSTEAD OF INSERT ON search_index BEGIN SELECT 1; END",
)


@dataclass(frozen=True, slots=True)
class FileOfFacts:
    """A WARC file in the stored index, and the file its events were dumped to."""

    path: Path
    facts: Path
    reached: int | None  # bytes in the stored index if the file is incomplete there; None if complete


@dataclass(slots=True)
class Replayed:
    """The result of a derivation."""

    outdated: dict[tuple[str, str], int] = field(default_factory=dict)  # extractions, by source and extractor
    unread: dict[str, int] = field(default_factory=dict)  # stored captures that are pending, by source
    unreadable: dict[str, int] = field(default_factory=dict)  # pages whose extraction failed here, by source
    unsettled: dict[str, int] = field(default_factory=dict)  # captures that could not become rows, by source
    nonsense: list[str] = field(default_factory=list)  # events that cannot become rows
    faults: list[str] = field(default_factory=list)  # why the derived index lacks rows
    read: int = 0  # pages that were extracted again


def derive(
    folder: Path,
    stored: Connection,
    new: Path,
    files: list[FileOfFacts],
    outlets: Mapping[str, Outlet],
    readers: Executor,
    *,
    extractor: str,
    pages: bool,
    progress: Callable[[], None] = lambda: None,
) -> Replayed:
    """Create the index at `new` that follows from the files; `progress` is called for each event."""
    with closing(open_private(new)) as connection:
        for statement in _NO_FULL_TEXT:
            connection.execute(statement)
        # Copy habits of an outlet persist, even if its articles were extracted differently later.
        connection.executemany(
            "INSERT INTO copy_habits (source, mark) VALUES (?, ?)",
            map(tuple, stored.execute("SELECT source, mark FROM copy_habits")),
        )
        own = dict(outlets)
        readings = StoredReadings(stored, connection, readers, own, extractor, pages=pages)
        return _Replay(folder, own, readings, extractor, connection, stored).replay(files, progress)


def write_fact(stream: Any, stated: EventRecord) -> None:
    """Dump an event for `derive`, without its response."""
    pickle.dump(replace(stated, capture=None), stream)


def _facts(path: Path) -> Iterator[EventRecord]:
    with path.open("rb") as stream:
        while True:
            try:
                yield pickle.load(stream)
            except (EOFError, pickle.UnpicklingError):  # the process that wrote it was ended
                return


class _Replay(Derivation):
    def __init__(
        self,
        folder: Path,
        outlets: dict[str, Outlet],
        readings: StoredReadings,
        extractor: str,
        connection: Connection,
        stored: Connection,
    ) -> None:
        self.stored = stored
        super().__init__(folder, outlets, readings, extractor, connection)
        self.kept = readings
        self.replayed = readings.replayed

    def replay(self, files: list[FileOfFacts], progress: Callable[[], None]) -> Replayed:
        facts = in_order_of_runs([(one.path, _facts(one.facts)) for one in files])
        more = True
        while more:
            with transaction(self.connection):
                more, ended = self._some(files, facts, progress)
                if ended is not None:
                    file = filenames.stored_name(ended.path)
                    size = ended.reached if ended.reached is not None else (self.folder / file).stat().st_size
                    mark_indexed(self.connection, file, size)
            if ended is not None:
                self._finish_file(ended.path)
        self._finish()
        self.replayed.nonsense = self.result.damages
        self.replayed.faults += [f"{url} was not extracted again: {why}" for url, why in self.result.unread]
        return self.replayed

    def _manifests(self) -> Collection[str]:
        """Return the manifests that have rows in the stored index.

        A crawl may have been killed between closing its manifest and adding the row; the audit of manifests reports
        that.
        """
        return {row["name"] for row in self.stored.execute("SELECT name FROM manifests")}

    def _knows_file(self, file: str) -> bool:
        row = self.stored.execute("SELECT 1 FROM warc_files WHERE file = ?", (file,)).fetchone()
        return row is not None

    def _some(
        self,
        files: list[FileOfFacts],
        facts: Iterator[tuple[int, EventRecord | None]],
        progress: Callable[[], None],
    ) -> tuple[bool, FileOfFacts | None]:
        """Apply the next events; return whether there may be more, and the file that ended with them."""
        for count, (number, stated) in enumerate(facts, 1):
            if stated is None:
                return True, files[number]
            if isinstance(stated.event, CrawlStarted | Imported | Assigned) and stated.event.source:
                self.kept.zones.setdefault(stated.event.source, set()).add(stated.event.timezone or "UTC")
            self._add_event(filenames.stored_name(files[number].path), stated)
            progress()
            if count == _FACTS_A_COMMIT:
                return True, None
        return False, None

    def _add(self, stated: EventRecord) -> tuple[int | None, Exception | None]:
        """Add an event, with the truncation and the payload digest of its capture as stored.

        Rows from before responses were examined for them do not have these.
        """
        capture_id, error = super()._add(stated)
        entry = stated.entry
        if capture_id is None or entry is None:
            return capture_id, error
        may_lack = [
            name
            for name, is_new in (
                ("truncated", entry.truncated in get_args(Truncation)),
                ("payload_digest", entry.payload_digest is not None),
            )
            if is_new
        ]
        stored_row = self.kept.of_capture(capture_id) if may_lack else None
        for name in may_lack:
            if stored_row is not None and stored_row[name] is None:
                self.connection.execute(f"UPDATE captures SET {name} = NULL WHERE id = ?", (capture_id,))
        return capture_id, error

    def _report_impossible_row(self, file: str, stated: EventRecord, error: Exception) -> None:
        """Report an event that cannot become a row, and distinguish a forged one from a fault of the program."""
        if isinstance(error, ValueError | OverflowError | Refused) or not is_well_formed(stated.event):
            super()._report_impossible_row(file, stated, error)
        else:
            says = f"{file} at byte {stated.end}: the record before this could not be compared with its rows"
            self.replayed.faults.append(f"{says} ({type(error).__name__}: {error})")

    def _apply_one(self, capture_id: int, outlet: Outlet, reading: Future[ExtractionResult] | None) -> None:
        stored_row = self.kept.of_capture(capture_id)
        if stored_row is not None and self.kept.is_unread(stored_row):
            _count(self.replayed.unread, stored_row)
            return
        if stored_row is not None and _is_unsettled(stored_row):
            _count(self.replayed.unsettled, stored_row)
            row = self.connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
            articles.apply_unapplied(self.connection, row, Reason.parse(stored_row["reading"]).detail or "")
            return
        super()._apply_one(capture_id, outlet, reading)
        if self.kept.trouble is not None:
            raise self.kept.trouble


@dataclass(frozen=True, slots=True)
class _Kept:
    """The extraction of a capture that a stored index implies."""

    done: ExtractionResult
    read_at: str | None = None  # when the extracted page was fetched; None if it was not an article
    is_repeated: bool = False  # the capture made no version: its content equals the previous one's


class StoredReadings(Executor):
    """An executor that returns the extractions of a stored index instead of extracting captures.

    Pages are extracted again if the index does not have the whole extraction or, with `pages`, if they can be
    compared: an extraction by another extractor cannot, and is counted.
    """

    def __init__(
        self,
        stored: Connection,
        derived: Connection,
        readers: Executor,
        outlets: Mapping[str, Outlet],
        extractor: str,
        *,
        pages: bool,
    ) -> None:
        self.stored = stored
        self.derived = derived
        self.readers = readers
        self.outlets = outlets
        self.extractor = extractor
        self.pages = pages
        self.zones: dict[str, set[str]] = {}  # by source, as its crawls stated them
        self.trouble: ArchiveError | None = None
        self.replayed = Replayed()
        self._current: dict[str | None, bool] = {}

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return a future of the extraction in the stored index."""
        (job,) = args
        assert isinstance(job, ExtractionJob)
        stored_row = self.of_capture(self._capture_at(job))
        is_known = stored_row is not None and not self.is_unread(stored_row) and not _is_unsettled(stored_row)
        needed = stored_row is None or (is_known and (self.pages or self._has_own_address(stored_row)))
        return cast(Future[T], _Reading(self, job, stored_row, self._read(job) if needed else None))

    def of_capture(self, capture_id: int) -> Row | None:
        """Return the stored row of a derived capture."""
        (record_id,) = self.derived.execute(
            "SELECT record_id FROM captures WHERE id = ?", (capture_id,)
        ).fetchone()
        row: Row | None = self.stored.execute(
            "SELECT * FROM captures WHERE record_id = ?", (record_id,)
        ).fetchone()
        return row

    def is_unread(self, stored_row: Row) -> bool:
        """Return whether a capture was still pending when the stored index reached its present state."""
        return stored_row["reading"] is None and self._version_of(stored_row) is None

    def _version_of(self, stored_row: Row) -> Row | None:
        row: Row | None = self.stored.execute(
            "SELECT * FROM versions WHERE capture_id = ?", (stored_row["id"],)
        ).fetchone()
        return row

    def answer(
        self, job: ExtractionJob, stored_row: Row | None, reading: Future[ExtractionResult] | None
    ) -> ExtractionResult:
        """Return the extraction of a capture; every capture before it has to be applied."""
        kept = (
            self._kept(job, stored_row) if stored_row is not None and not self.is_unread(stored_row) else None
        )
        if kept is None or stored_row is None:
            return _without_words(extraction_result(reading or self._read(job)))
        if reading is None:
            return kept.done
        try:
            done = extraction_result(reading)
        except JobInterrupted:
            _count(self.replayed.unreadable, stored_row)
            return kept.done
        if self.pages and _ended_reader(done) and done.extraction != kept.done.extraction:
            _count(self.replayed.unreadable, stored_row)
            return kept.done
        if self.pages and (by := self._earlier(kept, done, stored_row)) is None:
            return _without_words(done)
        if self.pages and by and not kept.is_repeated:
            where = (stored_row["source"] or filenames.IMPORT_SOURCE, by)
            self.replayed.outdated[where] = self.replayed.outdated.get(where, 0) + 1
        return _with_own_address(kept.done, done.extraction)

    def _read(self, job: ExtractionJob) -> Future[ExtractionResult]:
        self.replayed.read += 1
        return self.readers.submit(run_extraction, job)

    def _capture_at(self, job: ExtractionJob) -> int:
        row = self.derived.execute(
            'SELECT id FROM captures WHERE file = ? AND "offset" = ?', (job.place.file, job.place.offset)
        ).fetchone()
        return int(row["id"])

    def _has_own_address(self, stored_row: Row) -> bool:
        """Return whether the page may state a canonical address of its own, which no row stores."""
        if stored_row["reading"] not in (ARTICLE, ARTICLE_IN_PART):
            return False
        url = urls.canonical(stored_row["url"])
        rows = self.stored.execute(
            """
            SELECT url FROM addresses
            WHERE article_id = (SELECT article_id FROM addresses WHERE url = ?) AND url != ?
            """,
            (url, url),
        )
        return any(addresses.may_be_twins(url, row["url"]) for row in rows)

    def _kept(self, job: ExtractionJob, stored_row: Row) -> _Kept | None:
        """Return the extraction of a capture that the stored index implies, or None if it does not have all of it."""
        version = self._version_of(stored_row)
        if version is None and stored_row["reading"] == ARTICLE_IN_PART:
            return self._part(stored_row)
        if version is None and stored_row["reading"] != ARTICLE:
            return _Kept(ExtractionResult(Rejection.parse(stored_row["reading"]), extractor=job.extractor))
        connection, is_repeated = self.stored, version is None
        if version is None:  # its content equals the previous version's
            connection = self.derived
            url = urls.canonical(stored_row["url"])
            known = addresses.article_at(self.derived, url)
            known = addresses.article_at(self.stored, url) if known is None else known
            if known is not None and self._lacks_versions(known):
                return None
            version = addresses.latest_version(self.derived, known) if known is not None else None
        if version is None:
            return None
        article = article_of(connection, version, self._zones(stored_row["source"], job.outlet))
        is_whole = is_repeated or content_digest(article) == version["content_sha256"]
        if not is_whole and version["extractor"] == job.extractor:
            return None  # only the page itself shows what was altered
        found_by = SearchKeys(_NO_WORDS, fingerprints(article_words(version["lead"], version["body"])))
        done = ExtractionResult(article, extractor=version["extractor"], search_keys=found_by)
        return _Kept(done, version["first_seen"], is_repeated)

    def _part(self, stored_row: Row) -> _Kept | None:
        """Return an extraction with the same consequences as one that showed a part of an article.

        It begins like the version that is known at that time, or like the first one after it, which replaced it.
        """
        url = urls.canonical(stored_row["url"])
        connection = self.derived
        known = addresses.article_at(self.derived, url)
        version = addresses.latest_version(self.derived, known) if known is not None else None
        if version is None and (known := addresses.article_at(self.stored, url)) is not None:
            connection = self.stored
            version = self.stored.execute(
                """
                SELECT * FROM versions WHERE article_id = ? ORDER BY first_seen < ?, number LIMIT 1
                """,
                (known, stored_row["fetched_at"]),
            ).fetchone()
        if version is None or not (version["lead"] or version["body"]):
            return None
        whole = article_of(connection, version, [])
        words = " ".join((whole.lead or "", *whole.body)).split()
        begins = " ".join(words[:-1]) or words[0][:-1]  # less than any other part that is known
        done = ExtractionResult(
            Article(title=whole.title, body=(begins,), partial=True),
            extractor=version["extractor"],
            search_keys=SearchKeys(_NO_WORDS, fingerprints(())),
        )
        return _Kept(done, is_repeated=True)

    def _lacks_versions(self, article_id: int) -> bool:
        """Return whether versions are missing that the article's row counts: any capture may belong to them."""
        row = self.stored.execute(
            """
            SELECT version_count != (SELECT count(*) FROM versions WHERE article_id = :id)
            FROM articles WHERE id = :id
            """,
            {"id": article_id},
        ).fetchone()
        return row is not None and bool(row[0])

    def _zones(self, source: str | None, outlet: Outlet) -> list[str]:
        return [outlet.timezone, *sorted(self.zones.get(source or "", ()))]

    def _earlier(self, kept: _Kept, done: ExtractionResult, stored_row: Row) -> str | None:
        """Return which other extractor made a stored extraction; None if the current one did, or if both agree."""
        if kept.read_at is not None:
            outlet = self.outlets.get(stored_row["source"] or "", Outlet("UTC"))
            today = selection.extractor_name(
                self.extractor, selection.outlet_at(outlet, timestamps.from_iso(kept.read_at))
            )
            return kept.done.extractor if kept.done.extractor != today else None
        if done.extraction == kept.done.extraction or self._is_current(stored_row["source"]):
            return None
        return "an earlier extractor"  # for rejected pages the extractor is not stored

    def _is_current(self, source: str | None) -> bool:
        """Return whether the current extractor, with current knowledge, made all stored extractions of a source."""
        if source not in self._current:
            outlet = self.outlets.get(source or "", Outlet("UTC"))
            since = [layout.since for layout in outlet.templates if layout.since]
            since += [
                datetime.combine(rule.since, time(), ZoneInfo(outlet.timezone))
                for rule in outlet.rules
                if rule.since
            ]
            moments_of_change = [datetime(1970, 1, 2, tzinfo=UTC), *since, datetime.now(UTC)]
            today = {
                selection.extractor_name(self.extractor, selection.outlet_at(outlet, moment))
                for moment in moments_of_change
            }
            rows = self.stored.execute(
                """
                SELECT DISTINCT extractor FROM versions JOIN articles ON articles.id = versions.article_id
                WHERE articles.source IS ?
                """,
                (source,),
            )
            extractors = {row["extractor"] for row in rows}
            self._current[source] = bool(extractors) and extractors <= today
        return self._current[source]


class _Reading(Future[ExtractionResult]):
    """An extraction looked up when its result is requested: it may depend on the latest version at that time."""

    def __init__(
        self,
        readings: StoredReadings,
        job: ExtractionJob,
        stored_row: Row | None,
        real: Future[ExtractionResult] | None,
    ) -> None:
        super().__init__()
        self._readings = readings
        self._job = job
        self._stored_row = stored_row
        self._real = real

    def result(self, timeout: float | None = None) -> ExtractionResult:
        try:
            return self._readings.answer(self._job, self._stored_row, self._real)
        except JobInterrupted:
            raise
        except ArchiveError as error:  # of the index: the caller would take it for a fault of the page
            self._readings.trouble = error
            raise


def _count(by_source: dict[str, int], stored_row: Row) -> None:
    source = stored_row["source"] or filenames.IMPORT_SOURCE
    by_source[source] = by_source.get(source, 0) + 1


def _is_unsettled(stored_row: Row) -> bool:
    """Return whether the extraction of a capture could not become rows."""
    return Reason.parse(stored_row["reading"] or "").code == UNAPPLIED


def _ended_reader(done: ExtractionResult) -> bool:
    """Return whether extraction failed: that a page exceeded a limit here does not contradict its stored extraction."""
    return isinstance(done.extraction, Rejection) and done.extraction.code in (UNREADABLE, EXTRACTOR_ERROR)


def _with_own_address(done: ExtractionResult, page: Article | Rejection) -> ExtractionResult:
    """Return an extraction with the canonical address that the page states."""
    if not isinstance(done.extraction, Article) or not isinstance(page, Article):
        return done
    return replace(done, extraction=replace(done.extraction, canonical=page.canonical))


def _without_words(done: ExtractionResult) -> ExtractionResult:
    if not isinstance(done.extraction, Article):
        return done
    text = article_words(done.extraction.lead, "\n\n".join(done.extraction.body))
    found_by = done.search_keys.fingerprints if done.search_keys else fingerprints(text)
    return replace(done, search_keys=SearchKeys(_NO_WORDS, found_by))
