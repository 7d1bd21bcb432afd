"""Rebuild the index from the WARC files and the source files."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from archive import locks, paths
from archive.errors import ArchiveError, Unwritable, write_failure_reason
from archive.events import CrawlStarted, Failed, Fetched, Imported
from archive.extraction.model import Outlet
from archive.http.capture import Capture
from archive.index.db.connection import Connection, connect, is_disk_error, is_disk_full, transaction
from archive.index.ingest import articles, extraction_queue
from archive.index.rows import restrictions
from archive.index.search import fulltext
from archive.index.search.maintenance import maintain_search_index
from archive.jobs.pool import ExtractionResult, JobInterrupted, run_extraction
from archive.journals.restrictions import in_force, read_restrictions
from archive.journals.source_changes import current_names, read_changes
from archive.manifests import reader as manifests
from archive.manifests import writer as manifest_writer
from archive.rebuild import comparison
from archive.rebuild.comparison import RebuildComparison
from archive.recording import repair as archive_repair
from archive.recording import revisits
from archive.recording.assignments import read_assignments
from archive.recording.history import HistoryRebuilder
from archive.recording.session import add_event_record, impossible_row_reason, mark_indexed
from archive.values.short_repr import ShortRepr
from archive.warc import filenames, reader
from archive.warc.event_reader import EventRecord, parse_events
from archive.warc.records import Damage, Record
from archive.warc.run_order import in_order_of_runs
from archive.warc.writer import sync_folder

MAX_PENDING = 64  # captures sent to workers ahead of the one being applied
EVENTS_PER_COMMIT = 500
_MAY_BE_UNINDEXED = frozenset({manifests.UNREADABLE, "response", "revisit", "resource", "conversion"})
CACHE_BYTES = 48 * 1024**2  # bytes of the new index in memory


@dataclass(slots=True, repr=False)
class RebuildResult(ShortRepr):
    """The result of a rebuild."""

    files: int = 0
    captures: int = 0
    articles: int = 0
    versions: int = 0
    damages: list[str] = field(default_factory=list)
    # Files with parts that could not be read or indexed when they were imported, and how many: no damage since then
    unread_imports: dict[str, int] = field(default_factory=dict)
    # left by killed crawls, for the next crawls to repair
    unfinished: list[str] = field(default_factory=list)
    # Addresses of pages with the reason, each capture once: those whose workers were killed or could not start,
    unread: list[tuple[str, str]] = field(default_factory=list)  # which the next crawl or import extracts,
    unsettled: list[tuple[str, str]] = field(default_factory=list)  # and those that could not become rows
    comparison: RebuildComparison | None = None  # with the old index, if requested and if that could be read
    kept: str | None = None  # name of the preserved old index, if requested


def rebuild(
    folder: Path,
    outlets: Mapping[str, Outlet],
    executor: Executor,
    *,
    extractor: str,
    progress: Callable[[int, int], None] = lambda done, all_: None,
    indexing: Callable[[int, int], None] = lambda done, all_: None,
    compare: bool = False,
    keep_old_as: str | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RebuildResult:
    """Build a new index and put it in place of the old one, which stays until the new one is complete.

    With `compare`, compare the two first; `keep_old_as` names a file that preserves the old one.

    `progress` is called with the bytes read and their total; `indexing`, once all are read, with the number of
    versions indexed for search and counts, and their total. A source without a source file is extracted in the time
    zone that its crawls state. WARC files are only read; unreadable parts are reported and the rest is indexed. Safe
    to kill at any instant. Raise ArchiveBusy while a crawl or another rebuild runs. Raise Unwritable if the disk is
    full; the new index is removed then and the old one is unchanged.

    What killed imports left is completed or moved aside, as the next import would do.
    """
    busy = "The archive is being written to: stop its crawls, then rebuild."
    read_progress = _ReadProgress(progress)
    with locks.lock(paths.writers_lock(folder), busy), _remove_new_index_on_failure(folder, read_progress):
        new, old = paths.new_index_path(folder), paths.index_path(folder)
        with closing(connect(new, create=True)) as connection:
            # A failed rebuild starts over, so the file is synced, and gets a WAL, only when it is complete.
            for setting in (
                "journal_mode = MEMORY",
                "synchronous = OFF",
                f"cache_size = -{CACHE_BYTES // 1024}",
            ):
                connection.execute(f"PRAGMA {setting}")
            result = Derivation(folder, dict(outlets), executor, extractor, connection).run(
                read_progress, indexing
            )
            connection.execute("PRAGMA journal_mode = WAL")
            result.damages.extend(_missing_files(folder))
            result.unfinished.extend(archive_repair.repair_killed_imports(folder, connection, now))
        if compare and old.exists():
            with suppress(ArchiveError):  # the old index is damaged: often the reason for a rebuild
                result.comparison = comparison.compare(old, new)
        if keep_old_as is not None and old.exists():
            _keep_old_index(old, old.with_name(keep_old_as))
            result.kept = keep_old_as
        _replace_index(new, old)
    return result


@dataclass(slots=True)
class _ReadProgress:
    """Passes progress on, and knows which share of the WARC files has been read."""

    progress: Callable[[int, int], None]
    done: int = 0
    all: int = 0

    def __call__(self, done: int, all_: int) -> None:
        self.done, self.all = done, all_
        self.progress(done, all_)


@contextmanager
def _remove_new_index_on_failure(folder: Path, read_progress: _ReadProgress) -> Iterator[None]:
    """Remove the new index if it could not be completed; if the disk is full, say how much space it needs."""
    archive_repair.remove_unfinished_index(folder)
    try:
        yield
    except BaseException as error:
        needed = _bytes_needed(folder, read_progress)
        with suppress(OSError):  # the disk may be read-only now: the next rebuild or crawl removes it
            archive_repair.remove_unfinished_index(folder)
        if why := _disk_full_reason(error):
            free = shutil.disk_usage(folder).free
            if is_disk_full(error):
                needed = max(needed, free * 5 // 4)  # that much was not enough
            raise Unwritable(
                f"The index could not be rebuilt: {why}. It needs about {_megabytes(needed)} in "
                f"{folder}, and {_megabytes(free)} are free. Free some space and rebuild again; "
                "the old index is unchanged."
            ) from error
        raise


def _disk_full_reason(error: BaseException) -> str | None:
    """Return what kept the new index from growing, or None for an error that more space would not avoid."""
    if is_disk_full(error):
        return "the disk is full"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return write_failure_reason(error)
    return (
        "the disk fails, or a quota or a limit on the size of files is reached"
        if is_disk_error(error)
        else None
    )


def _bytes_needed(folder: Path, read_progress: _ReadProgress) -> int:
    """Return an estimate in bytes: the size of the old index, or of the new one at its present rate of growth."""
    old, new = (
        path.stat().st_size if path.exists() else 0
        for path in (paths.index_path(folder), paths.new_index_path(folder))
    )
    grown = new * read_progress.all // read_progress.done if read_progress.done else new
    return max(old, grown) * 5 // 4  # at the end, the words of all texts are sorted again


def _megabytes(count: int) -> str:
    return f"{count / 10**6:.1f} MB"


def _missing_files(folder: Path) -> list[str]:
    """Return a sentence for each WARC file that is in the old index and no longer in the folder."""
    try:
        with closing(connect(paths.index_path(folder))) as connection:
            known = [row["file"] for row in connection.execute("SELECT file FROM warc_files ORDER BY file")]
    except ArchiveError:
        return []  # missing or damaged: often the reason for a rebuild
    there = {filenames.stored_name(path) for path in filenames.warc_files(folder)}
    return [f"{file} was in the index and is no longer in the folder" for file in known if file not in there]


@dataclass(slots=True)
class _FileRead:
    """A WARC file that is being read."""

    path: Path
    size: int
    end: int = 0  # of the last event, in bytes
    records: int = 0  # readable ones

    @property
    def file(self) -> str:
        """Return the name under which the index knows the file."""
        return filenames.stored_name(self.path)

    @property
    def is_open(self) -> bool:
        """Return whether a killed crawl left the file."""
        return self.path.name.endswith(filenames.OPEN_SUFFIX)


class Derivation:
    """Derives the rows that follow from WARC files, with the extractions that the executor returns."""

    def __init__(
        self,
        folder: Path,
        outlets: dict[str, Outlet],
        executor: Executor,
        extractor: str,
        connection: Connection,
    ) -> None:
        self.folder = folder
        self.outlets = outlets
        self.executor = executor
        self.extractor = extractor
        self.connection = connection
        self._names = current_names(read_changes(folder))  # of sources that were renamed
        self.pending: deque[tuple[int, Outlet, Future[ExtractionResult] | None]] = deque()
        self._bytes_read = 0
        self.result = RebuildResult()
        self._imported_entries: set[tuple[str, int, str]] | None = None  # once they are needed
        self.assignments = read_assignments(folder, self._knows_file)
        self.late_histories = HistoryRebuilder(folder, connection, executor, extractor, self._outlet)

    def _knows_file(self, file: str) -> bool:
        """Return whether a WARC file belongs to what is derived."""
        return True

    def run(
        self, progress: Callable[[int, int], None], indexing: Callable[[int, int], None]
    ) -> RebuildResult:
        """Index every WARC file again, and return the counts; `progress` gets bytes done and in total."""
        left = archive_repair.unacknowledged_copies(self.folder)
        paths = [path for path in filenames.warc_files(self.folder) if path not in left]
        reads = [_FileRead(path, path.stat().st_size) for path in paths]
        self.result.files = len(reads)
        total = sum(read.size for read in reads)
        events = in_order_of_runs([(read.path, self._events(read)) for read in reads])
        more = True
        while more:
            more, ended = self._add_events(reads, events)
            if ended is not None:
                self._finish_read(ended)
            progress(self._bytes_read, total)
        self._finish()
        maintain_search_index(self.connection, _always_continue(indexing))
        for table in ("captures", "articles", "versions"):
            count = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            setattr(self.result, table, count)
        self.result.unsettled = extraction_queue.unapplied_captures(self.connection)
        return self.result

    def _finish_file(self, path: Path) -> None:
        if filenames.parse_copy(path.name):
            self._add_resolved_revisits()
            self._rebuild_late_histories()

    def _add_resolved_revisits(self) -> None:
        """Submit the imported revisits whose originals came after them."""
        with transaction(self.connection), fulltext.batch_inserts(self.connection):
            self._apply_pending(leave=0)
            resolved = revisits.resolve_imported(self.folder, self.connection)
        self.pending.extend(
            (capture_id, self._outlet(source), None)
            for capture_id, source in extraction_queue.pending_pages(self.connection, resolved)
        )

    def _finish(self) -> None:
        with transaction(self.connection), fulltext.batch_inserts(self.connection):
            self._apply_pending(leave=0)
            restrictions.store(self.connection, in_force(read_restrictions(self.folder), self._names))
        manifest_writer.index_manifests(self.folder, self.connection, self._manifests())

    def _manifests(self) -> Collection[str] | None:
        """Return the names of the manifests that get rows; None: all."""
        return None

    def _events(self, read: _FileRead) -> Iterator[EventRecord | Damage]:
        return self._report_read_errors(
            read.file, parse_events(_count_records(read, reader.read_records(read.path)), self._names)
        )

    def _add_events(
        self, reads: Sequence[_FileRead], events: Iterator[tuple[int, EventRecord | Damage | None]]
    ) -> tuple[bool, _FileRead | None]:
        """Add the next events; return whether there may be more, and the file that ended with them."""
        with transaction(self.connection), fulltext.batch_inserts(self.connection):
            for count, (number, one) in enumerate(events, 1):
                read = reads[number]
                if one is None:
                    return True, read
                if isinstance(one, Damage):
                    is_torn = read.is_open and one.place.offset + one.place.length == read.size
                    if not is_torn:
                        self._report_unreadable(read.file, read.path, one)
                    continue
                self._add_event(read.file, one)
                self._bytes_read += one.end - read.end
                read.end = one.end
                if count >= EVENTS_PER_COMMIT:
                    return True, None
        return False, None

    def _finish_read(self, read: _FileRead) -> None:
        # Imports are repaired right after.
        if read.is_open and manifest_writer.source_of(read.file) != filenames.IMPORT_SOURCE:
            self.result.unfinished.append(
                f"{read.file} was left open by a killed crawl: the next crawl repairs it."
            )
        if read.end or (read.records and not read.is_open):
            with transaction(self.connection):
                mark_indexed(self.connection, read.file, read.end if read.is_open else read.size)
        self._bytes_read += read.size - read.end
        self._finish_file(read.path)

    def _report_read_errors(
        self, file: str, stated: Iterator[EventRecord | Damage]
    ) -> Iterator[EventRecord | Damage]:
        try:
            yield from stated
        except OSError as error:
            self.result.damages.append(f"{file}: it cannot be read ({error.strerror or error})")

    def _report_unreadable(self, file: str, path: Path, one: Damage) -> None:
        if filenames.parse_copy(path.name) and self._is_as_imported(file, path, one):
            self.result.unread_imports[file] = self.result.unread_imports.get(file, 0) + 1
        else:
            self._report_damage(file, one.place.offset, one.reason)

    def _is_as_imported(self, file: str, path: Path, one: Damage) -> bool:
        """Return whether the manifest of an import lists the same bytes at that place."""
        if self._imported_entries is None:
            self._imported_entries = {
                (listed.file, entry.offset, entry.sha256)
                for listed in manifests.listed_files(self.folder)
                if filenames.parse_copy(listed.file.rpartition("/")[2])
                for entry in manifests.read_entries(self.folder, listed)
                if entry.kind in _MAY_BE_UNINDEXED
            }
        with path.open("rb") as stream:
            stream.seek(one.place.offset)
            sha256 = manifests.hash_next_bytes(stream, one.place.length, hashlib.sha256())
        return (file, one.place.offset, sha256) in self._imported_entries

    def _report_damage(self, file: str, offset: int, reason: str) -> None:
        self.result.damages.append(f"{file} at byte {offset}: {reason}")

    def _add_event(self, file: str, stated: EventRecord) -> None:
        stated = self._with_assigned_source(file, stated)
        if isinstance(stated.event, Imported) and stated.event.source and stated.event.timezone:
            self.outlets.setdefault(stated.event.source, Outlet(stated.event.timezone))
        if isinstance(stated.event, CrawlStarted):
            self.outlets.setdefault(stated.event.source, Outlet(stated.event.timezone))
        if isinstance(stated.event, Failed):  # extractions of its article may be pending
            self._apply_pending(leave=0)
        capture_id, error = self._add(stated)
        if error is not None:
            self._report_impossible_row(file, stated, error)
            return
        if capture_id is None or not isinstance(stated.event, Fetched) or stated.entry is None:
            pass  # no capture, or one that is in another file too
        elif self._may_be_article(capture_id, stated.event.role):
            outlet = self._outlet(stated.event.source)
            ahead = self._submit_extraction(capture_id, outlet, ahead=True, capture=stated.capture)
            self.pending.append((capture_id, outlet, ahead))
        self._apply_pending(leave=MAX_PENDING)

    def _with_assigned_source(self, file: str, stated: EventRecord) -> EventRecord:
        if stated.entry is None or not stated.entry.is_external:
            return stated
        assigned = self.assignments.assigned(file, stated.entry.url)
        if assigned is not None:
            self.outlets.setdefault(assigned.source, Outlet(assigned.timezone))
        return self.assignments.corrected(file, stated)

    def _may_be_article(self, capture_id: int, role: str) -> bool:
        # A revisit made elsewhere may have the status and media type of its original, in its row alone.
        row = self.connection.execute(
            "SELECT status, media_type FROM captures WHERE id = ?", (capture_id,)
        ).fetchone()
        return extraction_queue.may_be_article(role, row["status"], row["media_type"])

    def _add(self, stated: EventRecord) -> tuple[int | None, Exception | None]:
        return add_event_record(self.connection, stated)

    def _report_impossible_row(self, file: str, stated: EventRecord, error: Exception) -> None:
        self._report_damage(file, stated.end, impossible_row_reason(error))

    def _submit_extraction(
        self, capture_id: int, outlet: Outlet, *, ahead: bool = False, capture: Capture | None = None
    ) -> Future[ExtractionResult] | None:
        """Submit the extraction of a capture; bytes that are in memory need not be read from disk again."""
        job = extraction_queue.extraction_job(
            self.connection, self.folder, capture_id, outlet, self.extractor, ahead=ahead
        )
        return self.executor.submit(run_extraction, replace(job, capture=capture)) if job else None

    def _apply_pending(self, *, leave: int) -> None:
        while len(self.pending) > leave:
            self._apply_one(*self.pending.popleft())

    def _apply_one(
        self, capture_id: int, outlet: Outlet, extraction: Future[ExtractionResult] | None
    ) -> None:
        start_extraction = partial(self._submit_extraction, capture_id, outlet)
        try:
            done = extraction_queue.compared_result(self.connection, capture_id, extraction, start_extraction)
        except JobInterrupted as error:
            self.result.unread.append((extraction_queue.capture_url(self.connection, capture_id), str(error)))
            return
        self.late_histories.add_if_late(
            capture_id, articles.apply_isolated(self.connection, capture_id, done)
        )

    def _rebuild_late_histories(self) -> None:
        """Rebuild the histories that an import affected before the next file is read."""
        with transaction(self.connection), fulltext.batch_inserts(self.connection):
            self._apply_pending(leave=0)
        self.result.unread += [(url, str(error)) for url, error in self.late_histories.rebuild_all()]

    def _outlet(self, source: str | None) -> Outlet:
        return self.outlets.get(source or "", Outlet("UTC"))


def _count_records(read: _FileRead, records: Iterator[Record | Damage]) -> Iterator[Record | Damage]:
    for one in records:
        read.records += isinstance(one, Record)
        yield one


def _always_continue(progress: Callable[[int, int], None]) -> Callable[[int, int], bool]:
    """Return a `keep_going` callback that reports progress and always returns True."""

    def keep_going(done: int, all_: int) -> bool:
        progress(done, all_)
        return True

    return keep_going


def _replace_index(new: Path, index: Path) -> None:
    """Give the new index the old one's name.

    The old index's WAL, which would not fit the new index, is deleted first; before that its content goes into the
    old index, which is therefore complete until the moment of the replacement.
    """
    _checkpoint(index)
    fd = os.open(new, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
    for beside in (*_log_files(new), *_log_files(index)):
        beside.unlink(missing_ok=True)
    os.replace(new, index)
    sync_folder(index.parent)


def _keep_old_index(index: Path, beside: Path) -> None:
    """Give the old index, with the content of its WAL, another name too."""
    _checkpoint(index)
    part = beside.with_name(beside.name + ".part")
    part.unlink(missing_ok=True)
    try:
        os.link(index, part)
    except OSError:  # a file system without hard links
        shutil.copyfile(index, part)
    os.replace(part, beside)
    sync_folder(beside.parent)


def _checkpoint(index: Path) -> None:
    """Write the WAL of an index into the index itself, or raise Unwritable if the disk is full."""
    try:
        with closing(connect(index)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except Unwritable:
        raise
    except ArchiveError:
        pass  # missing or damaged: often the reason for a rebuild


def _log_files(index: Path) -> tuple[Path, Path]:
    return index.with_name(index.name + "-wal"), index.with_name(index.name + "-shm")
