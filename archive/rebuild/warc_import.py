"""Import WARC files made elsewhere: copy them, record their origin, extract their articles.

    FILE ──copy──▶ warc/import-T-N-copy.warc.gz ──▶ rows ──▶ articles extracted and applied
                   warc/import-T-N.warc.gz           states file, source and digest; written last

A copy that neither that file nor a manifest mentions was never acknowledged. The next import moves it aside.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from archive import events, locks, paths, timestamps, urls
from archive.errors import machine_error
from archive.events import Assigned, Event, Imported
from archive.extraction.model import Outlet
from archive.index.db.connection import Connection, transaction
from archive.index.ingest import articles, extraction_queue
from archive.index.ingest.revisits import unresolved_revisits
from archive.index.search.maintenance import maintain_search_index
from archive.jobs.pool import ExtractionResult, JobInterrupted, run_extraction
from archive.manifests import writer as manifest_writer
from archive.rebuild import assignments
from archive.rebuild.assignments import AssignResult
from archive.rebuild.collection import Collection, check_index, check_wacz_index
from archive.rebuild.import_review import ImportReview, RecordFinding, review
from archive.recording import repair as archive_repair
from archive.recording import session
from archive.recording.assignments import Assignments, read_assignments, source_host
from archive.recording.history import HistoryRebuilder
from archive.values.plurals import counted, have
from archive.values.short_repr import ShortRepr
from archive.warc import external, filenames
from archive.warc.containers import wacz
from archive.warc.records import Damage
from archive.warc.writer import WarcWriter, sync_folder

_CONVERTED = (
    "Its ARC records were converted to WARC records: the content of each is unchanged, and its header line is in the "
    "field ARC-Header."
)
MAX_PENDING = 64  # pages sent to workers ahead of the one being applied


@dataclass(frozen=True, slots=True)
class Origin:
    """The source that an imported file's pages are attributed to."""

    name: str
    title: str
    outlet: Outlet


@dataclass(slots=True, repr=False)
class ImportResult(ShortRepr):
    """The result of importing one file."""

    path: Path
    file: str  # path in the archive
    is_new: bool = True  # False for one that was imported before
    repacked: bool = False
    captures: int = 0
    articles: int = 0
    source: str | None = None  # that the pages were assigned to
    sources_by_host: dict[str, str] = field(
        default_factory=dict
    )  # if there is none: those to which the pages of single hosts were assigned
    held: int = (
        0  # responses without a row of their own: they are in the archive already, or twice in the file
    )
    records: dict[str, int] = field(default_factory=dict)  # by type
    damages: list[str] = field(default_factory=list)
    skipped: list[RecordFinding] = field(default_factory=list)  # records that are not imported
    altered: list[RecordFinding] = field(default_factory=list)  # records that differ from digests they state
    mismatches: list[str] = field(
        default_factory=list
    )  # how an index or digests beside the records disagree with them
    lines: int | None = None  # of the index of a collection, if this is the result of reading that
    notes: list[str] = field(default_factory=list)  # what is doubtful, a sentence for each
    mended: list[str] = field(default_factory=list)  # repairs after killed imports, a sentence for each
    # Addresses of pages with the reason: pending ones of all imports, which the next import or rebuild extracts,
    unread: list[tuple[str, str]] = field(default_factory=list)
    # and pages of this file that could not become rows
    unsettled: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports files. The caller has checked each with `external.check_is_warc`."""

    folder: Path
    connection: Connection
    executor: Executor
    extractor: str
    info: Mapping[str, str]
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    outlets: Mapping[
        str, Outlet
    ]  # by source; pages of others are extracted in the time zone their crawls state
    origins: Mapping[str, Origin] = field(
        default_factory=dict
    )  # by host, for files imported without a source
    # called with the pages extracted and all to be extracted, of the file that is being imported
    on_progress: Callable[[int, int], None] = lambda done, all_: None

    def import_warc(self, path: Path, origin: Origin | None) -> ImportResult:
        """Import one file; a file without any new response adds nothing."""
        with self._writing():
            repairs = self._finish_killed_imports()
            result = self._import(path, origin)
            result.mended = repairs
            return result

    def import_collection(self, collection: Collection, origin: Origin | None) -> Iterator[ImportResult]:
        """Import the files of a collection, compared with its index; yield a result for each, and one for the index."""
        checked = check_index(collection)
        for path in collection.files:
            result = self.import_warc(path, origin)
            result.mismatches += checked.by_file.get(path, [])
            yield result
        if collection.indexes:
            yield ImportResult(
                collection.path, "", is_new=False, mismatches=checked.others, lines=checked.lines
            )

    def assign(
        self,
        origin: Origin,
        file: str | None,
        host: str | None,
        on_progress: Callable[[int], None] = lambda articles: None,
    ) -> AssignResult:
        """Assign imported pages to a source: those of a file, of a host, or of a host in a file."""
        with self._writing():
            repairs = self._finish_killed_imports()
            assignments.require_pages(self.connection, file, host)
            now = self.now()
            event = Assigned(
                source=origin.name,
                title=origin.title,
                timezone=origin.outlet.timezone,
                at=timestamps.to_iso(now),
                file=file,
                host=host,
            )
            at = filenames.run_start(self.folder, now)
            beside = self._record([event], self._free_name(at), at)
            with transaction(self.connection):
                session.index_warc_file(self.connection, beside, filenames.stored_name(beside))
            histories = self._histories()
            result = assignments.reassign(self.connection, histories, event, on_progress)
            result.unread += self._extract_pending()
            result.unsettled = assignments.unapplied_pages(self.connection, file, host)
            self._close_manifest(at, [filenames.stored_name(beside)])
            result.mended = repairs
            return result

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the locks of an import; turn a full or failing disk into an error for the user."""
        busy = "The index is being rebuilt: import when that is done."
        with (
            locks.lock(paths.writers_lock(self.folder), busy, shared=True),
            locks.lock(paths.source_lock(self.folder, filenames.IMPORT_SOURCE), "Another import is running."),
        ):
            try:
                yield
            except OSError as error:
                if trouble := machine_error(error, paths.warc_folder(self.folder)):
                    raise trouble from error
                raise

    def _record(self, stated: Sequence[Event], name: filenames.WarcName, at: datetime) -> Path:
        """Write a file of our own that states events; return its path."""
        with WarcWriter(
            self.folder,
            filenames.IMPORT_SOURCE,
            at,
            self.info,
            serial=name.serial,
            now=self.now,
            new_id=self.new_id,
        ) as writer:
            for event in stated:
                written = writer.write_event(events.to_json(event))
            writer.sync()
        return self.folder / written.place.file

    def _close_manifest(self, at: datetime, written: list[str]) -> None:
        manifest_writer.close_manifest(
            self.folder,
            self.connection,
            crawl=f"{filenames.IMPORT_SOURCE}-{at:%Y%m%d%H%M%S%f}",
            source=filenames.IMPORT_SOURCE,
            now=self.now(),
            written=written,
        )

    def _histories(self) -> HistoryRebuilder:
        return HistoryRebuilder(self.folder, self.connection, self.executor, self.extractor, self._outlet)

    def _finish_killed_imports(self) -> list[str]:
        """Finish what killed imports left, pending extractions included; return a sentence for each action."""
        archive_repair.remove_unfinished_index(self.folder)
        repairs = archive_repair.repair_source(
            self.folder, self.connection, filenames.IMPORT_SOURCE, self.now
        )
        self._extract_pending()
        return repairs

    def _import(self, path: Path, origin: Origin | None) -> ImportResult:
        sha256 = external.sha256_of_file(path).removeprefix("sha256:")
        before = self.connection.execute("SELECT * FROM imports WHERE sha256 = ?", (sha256,)).fetchone()
        if before:
            return ImportResult(path, before["file"], is_new=False, source=before["source"])
        now = self.now()
        at = filenames.run_start(self.folder, now)
        beside = self._free_name(at)
        warc_folder = paths.warc_folder(self.folder)
        part = warc_folder / (filenames.copy_name(beside, None) + filenames.PART_SUFFIX)
        copied = self._copy(path, part)
        source_of = partial(self._source_of, read_assignments(self.folder))
        found = review(part, filenames.CopyName(beside, None), self.connection, source_of)
        if found.responses and found.held == found.responses:
            part.unlink()
            result = ImportResult(path, found.held_in or "", is_new=False, held=found.held)
            return _with_review(result, found)
        origin = origin or self._origin_named(found.source)
        copy = warc_folder / filenames.copy_name(beside, origin.name if origin else None)
        os.rename(part, copy)
        sync_folder(copy.parent)
        result = ImportResult(path, filenames.stored_name(copy), repacked=copied.repacked)
        result.source = origin.name if origin else None
        _with_review(result, found)
        if copied.is_arc:
            result.notes.insert(0, _CONVERTED)
        result.mismatches += wacz.digest_problems(path) + check_wacz_index(path)
        result.notes += wacz.missing_parts(path)
        event = Imported(
            file=result.file,
            name=path.name,
            sha256=sha256,
            at=timestamps.to_iso(now),
            repacked=result.repacked,
            source=origin.name if origin else None,
            title=origin.title if origin else None,
            timezone=origin.outlet.timezone if origin else None,
        )
        by_host = [] if origin else self._assigned_by_host(found, result.file, event.at)
        result.sources_by_host = {str(one.host): one.source for one in by_host}
        stated = self._record([*by_host, event], beside, at)
        damages = self._add_rows(stated, copy)
        result.unread = self._extract_pending()
        self._close_manifest(at, [filenames.stored_name(stated), result.file])
        return self._with_counts(result, found.responses, damages)

    def _free_name(self, at: datetime) -> filenames.WarcName:
        serial = 0
        while True:
            name = filenames.warc_name(filenames.IMPORT_SOURCE, at, serial)
            if not any(
                paths.warc_folder(self.folder).glob(f"{name.final_name.removesuffix('.warc.gz')}[.-]*")
            ):
                return name
            serial += 1

    def _copy(self, path: Path, part: Path) -> external.CopyResult:
        part.unlink(missing_ok=True)
        try:
            return external.copy(path, part)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _source_of(self, corrections: Assignments, url: str) -> str | None:
        """Return the source of a known article's address, else that of its host.

        That is the source to which pages of that host were assigned before, or whose sections are there.
        """
        row = self.connection.execute(
            """
            SELECT articles.source FROM addresses JOIN articles ON articles.id = addresses.article_id
            WHERE addresses.url = ? AND articles.source IS NOT NULL
            """,
            (urls.canonical(url),),
        ).fetchone()
        if row:
            return str(row["source"])
        host = source_host(url)
        if assigned := corrections.source_of_host(host):
            return assigned
        origin = self.origins.get(host)
        return origin.name if origin else None

    def _assigned_by_host(self, found: ImportReview, file: str, at: str) -> list[Assigned]:
        """Return the sources of the hosts of a file whose pages are not all of one source."""
        by_host = {host: self._origin_named(name) for host, name in sorted(found.source_by_host.items())}
        return [
            Assigned(
                source=origin.name,
                title=origin.title,
                timezone=origin.outlet.timezone,
                at=at,
                file=file,
                host=host,
            )
            for host, origin in by_host.items()
            if origin is not None
        ]

    def _origin_named(self, name: str | None) -> Origin | None:
        if name is None:
            return None
        row = self.connection.execute("SELECT * FROM sources WHERE name = ?", (name,)).fetchone()
        if row and name not in self.outlets:
            return Origin(name, row["title"], Outlet(row["timezone"]))
        return next((one for one in self.origins.values() if one.name == name), None) or (
            Origin(name, row["title"], self.outlets[name]) if row else None
        )

    def _add_rows(self, beside: Path, copy: Path) -> list[Damage]:
        """Add the rows of both files, and return what of the copy could not be indexed."""
        with transaction(self.connection):
            session.index_warc_file(self.connection, beside, filenames.stored_name(beside))
            return session.index_warc_file(self.connection, copy, filenames.stored_name(copy))

    def _extract_pending(self) -> list[tuple[str, str]]:
        """Extract every pending imported page and apply the results in the order of storage, then late ones.

        Return the addresses of those that stay pending, with the reason.
        """
        unread: list[tuple[str, str]] = []
        waiting: deque[tuple[int, Outlet, Future[ExtractionResult] | None]] = deque()
        late = self._histories()
        pages = extraction_queue.pending_pages(self.connection)
        for done, (capture_id, source) in enumerate(pages):
            self.on_progress(done, len(pages))
            outlet = self._outlet(source)
            waiting.append((capture_id, outlet, self._submit_extraction(capture_id, outlet, ahead=True)))
            if len(waiting) > MAX_PENDING:
                unread += self._apply_extraction(late, *waiting.popleft())
        while waiting:
            unread += self._apply_extraction(late, *waiting.popleft())
        unread += [(url, str(error)) for url, error in late.rebuild_all()]
        maintain_search_index(self.connection)
        return unread

    def _outlet(self, source: str | None) -> Outlet:
        if known := self.outlets.get(source or ""):
            return known
        row = self.connection.execute("SELECT timezone FROM sources WHERE name = ?", (source,)).fetchone()
        return Outlet(row["timezone"] if row else "UTC")

    def _submit_extraction(
        self, capture_id: int, outlet: Outlet, *, ahead: bool = False
    ) -> Future[ExtractionResult] | None:
        job = extraction_queue.extraction_job(
            self.connection, self.folder, capture_id, outlet, self.extractor, ahead=ahead
        )
        return self.executor.submit(run_extraction, job) if job else None

    def _apply_extraction(
        self,
        late: HistoryRebuilder,
        capture_id: int,
        outlet: Outlet,
        extraction: Future[ExtractionResult] | None,
    ) -> list[tuple[str, str]]:
        """Return the address with the reason if the page stays pending, else nothing."""
        start_extraction = partial(self._submit_extraction, capture_id, outlet)
        try:
            done = extraction_queue.compared_result(self.connection, capture_id, extraction, start_extraction)
        except JobInterrupted as error:
            return [(extraction_queue.capture_url(self.connection, capture_id), str(error))]
        with transaction(self.connection):
            late.add_if_late(capture_id, articles.apply_isolated(self.connection, capture_id, done))
        return []

    def _with_counts(self, result: ImportResult, responses: int, damages: Iterable[Damage]) -> ImportResult:
        row = self.connection.execute(
            "SELECT count(*) AS captures, sum(role = 'article') AS articles FROM captures WHERE file = ?",
            (result.file,),
        ).fetchone()
        result.captures, result.articles = row["captures"], row["articles"] or 0
        result.held = max(responses - result.captures, 0)
        result.unsettled = extraction_queue.unapplied_captures(self.connection, result.file)
        result.damages += [
            f"{result.path} was imported, but not {counted(one.place.length, 'byte')} of {result.file} "
            f"at byte {one.place.offset}: {one.reason}."
            for one in damages
        ]
        result.notes += self._unresolved_notes(result.file)
        return result

    def _unresolved_notes(self, file: str) -> list[str]:
        rows = [row for row in unresolved_revisits(self.connection) if row["file"] == file]
        if not rows:
            return []
        count = len(rows)
        repeat = (
            "1 revisit record repeats a response"
            if count == 1
            else f"{count} revisit records repeat responses"
        )
        return [
            f"{repeat} not in the archive, first that of {rows[0]['url']}: import the files with the originals too."
        ]


def _with_review(result: ImportResult, found: ImportReview) -> ImportResult:
    result.records = dict(sorted(found.records.items()))
    result.skipped, result.altered = found.skipped, found.altered
    result.notes = list(found.notes)
    if found.more_notes:
        records = f"{counted(found.more_notes, 'more record')} {have(found.more_notes)}"
        result.notes.append(f"{records} doubtful dates or unknown digests.")
    return result
