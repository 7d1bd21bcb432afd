"""Import WARC files made elsewhere: copy them, record their origin, extract their articles.

    FILE ──copy──▶ warc/import-T-N-copy.warc.gz ──▶ rows ──▶ articles extracted and applied
                   warc/import-T-N.warc.gz           states file, source and digest; written last

A copy that neither that file nor a manifest mentions was never acknowledged. The next import moves it aside.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from archive import events, locks, paths, timestamps
from archive.errors import machine_error
from archive.events import Imported
from archive.extraction.model import Outlet
from archive.index.db.connection import Connection, transaction
from archive.index.ingest import articles, extraction_queue
from archive.index.search.maintenance import maintain_search_index
from archive.jobs.pool import ExtractionResult, JobInterrupted, run_extraction
from archive.manifests import writer as manifest_writer
from archive.recording import repair as archive_repair
from archive.recording import session
from archive.recording.history import HistoryRebuilder
from archive.warc import external, filenames, reader
from archive.warc.records import Damage
from archive.warc.writer import WarcWriter, sync_folder

MAX_PENDING = 64  # pages sent to workers ahead of the one being applied


@dataclass(frozen=True, slots=True)
class Origin:
    """The source that an imported file's pages are attributed to."""

    name: str
    title: str
    outlet: Outlet


@dataclass(slots=True)
class ImportResult:
    """The result of importing one file."""

    path: Path
    file: str  # path in the archive
    is_new: bool = True  # False for one that was imported before
    repacked: bool = False
    captures: int = 0
    articles: int = 0
    damages: list[str] = field(default_factory=list)
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

    def import_warc(self, path: Path, origin: Origin | None) -> ImportResult:
        """Import one file; a file without any new response adds nothing."""
        busy = "The index is being rebuilt: import when that is done."
        with (
            locks.lock(paths.writers_lock(self.folder), busy, shared=True),
            locks.lock(paths.source_lock(self.folder, filenames.IMPORT_SOURCE), "Another import is running."),
        ):
            try:
                repairs = self._finish_killed_imports()
                result = self._import(path, origin)
            except OSError as error:
                if trouble := machine_error(error, paths.warc_folder(self.folder)):
                    raise trouble from error
                raise
            result.mended = repairs
            return result

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
            return ImportResult(path, before["file"], is_new=False)
        now = self.now()
        at = filenames.run_start(self.folder, now)
        beside = self._free_name(at)
        copy = paths.warc_folder(self.folder) / filenames.copy_name(beside, origin.name if origin else None)
        part = copy.with_name(copy.name + filenames.PART_SUFFIX)
        repacked = self._copy(path, part)
        if stored_file := self._file_holding_all(part):
            part.unlink()
            return ImportResult(path, stored_file, is_new=False)
        os.rename(part, copy)
        sync_folder(copy.parent)
        result = ImportResult(path, filenames.stored_name(copy), repacked=repacked)
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
        with WarcWriter(
            self.folder,
            filenames.IMPORT_SOURCE,
            at,
            self.info,
            serial=beside.serial,
            now=self.now,
            new_id=self.new_id,
        ) as writer:
            written = writer.write_event(events.to_json(event))
            writer.sync()
        damages = self._add_rows(self.folder / written.place.file, copy)
        result.unread = self._extract_pending()
        manifest_writer.close_manifest(
            self.folder,
            self.connection,
            crawl=f"{filenames.IMPORT_SOURCE}-{at:%Y%m%d%H%M%S%f}",
            source=filenames.IMPORT_SOURCE,
            now=self.now(),
            written=[written.place.file, result.file],
        )
        return self._with_counts(result, damages)

    def _free_name(self, at: datetime) -> filenames.WarcName:
        serial = 0
        while True:
            name = filenames.warc_name(filenames.IMPORT_SOURCE, at, serial)
            if not any(
                paths.warc_folder(self.folder).glob(f"{name.final_name.removesuffix('.warc.gz')}[.-]*")
            ):
                return name
            serial += 1

    def _copy(self, path: Path, part: Path) -> bool:
        part.unlink(missing_ok=True)
        try:
            return external.copy(path, part).repacked
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _file_holding_all(self, part: Path) -> str | None:
        """Return a stored file if every response in this one is already stored, else None."""
        file: str | None = None
        for record in reader.read_records(part):
            if isinstance(record, Damage) or not record.has_capture:
                continue
            row = self.connection.execute(
                "SELECT file FROM captures WHERE record_id = ?", (record.record_id,)
            ).fetchone()
            if row is None:
                return None
            file = file or row["file"]
        return file

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
        late = HistoryRebuilder(self.folder, self.connection, self.executor, self.extractor, self._outlet)
        for capture_id, source in extraction_queue.pending_pages(self.connection):
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

    def _with_counts(self, result: ImportResult, damages: Iterable[Damage]) -> ImportResult:
        row = self.connection.execute(
            "SELECT count(*) AS captures, sum(role = 'article') AS articles FROM captures WHERE file = ?",
            (result.file,),
        ).fetchone()
        result.captures, result.articles = row["captures"], row["articles"] or 0
        result.unsettled = extraction_queue.unapplied_captures(self.connection, result.file)
        result.damages += [
            f"{result.path} was imported, but not {one.place.length} bytes of {result.file} "
            f"at byte {one.place.offset}: {one.reason}."
            for one in damages
        ]
        return result
