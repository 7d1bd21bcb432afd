"""Record a crawl: write records to WARC files and, once they are durable, rows to the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from archive import events, timestamps
from archive.errors import ArchiveBusy, ArchiveError, DamagedIndex, Unwritable
from archive.events import Assigned, CrawlEnded, CrawlStarted, Failed, Fetched, Imported, Sighted
from archive.extraction.model import Outlet
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection, savepoint, transaction
from archive.index.ingest import articles, captures, extraction_queue
from archive.index.ingest import revisits as stored_originals
from archive.index.ingest.articles import VisitResult
from archive.index.ingest.revisits import Original
from archive.index.search import fulltext
from archive.index.search.maintenance import maintain_search_index
from archive.jobs.pool import ExtractionJob, ExtractionResult, JobInterrupted
from archive.journals.source_changes import current_names, read_changes
from archive.manifests import writer as manifest_writer
from archive.recording import restricting, revisits
from archive.recording.assignments import Assignments, read_assignments
from archive.recording.history import HistoryRebuilder
from archive.warc import filenames, repair
from archive.warc.entries import CaptureEntry, Payload
from archive.warc.event_reader import EventRecord, read_events
from archive.warc.records import Damage, Exchange, Revisit
from archive.warc.writer import WarcWriter


@dataclass(frozen=True, slots=True)
class Fetch:
    """One exchange, with the reason it was made."""

    exchange: Exchange
    event: Fetched
    validated_original: Original | None = None  # the stored response whose validators were sent


P = ParamSpec("P")
T = TypeVar("T")


def _stop_on_failure(
    act: Callable[Concatenate[Recording, P], T],
) -> Callable[Concatenate[Recording, P], T]:
    """Stop the recording if anything could not be stored completely.

    That includes any error that leaves records on disk without their rows.
    """

    @wraps(act)
    def wrapper(self: Recording, /, *arguments: P.args, **named: P.kwargs) -> T:
        if self.stop_error is not None:
            raise self.stop_error
        position_before = self._writer.position
        try:
            return act(self, *arguments, **named)
        except (Unwritable, DamagedIndex, ArchiveBusy) as error:
            self.stop_error = error
            raise
        except OSError as error:
            self.stop_error = Unwritable.from_os_error(error, self.folder)
            raise self.stop_error from error
        except Exception as error:
            if self._writer.position != position_before:
                self.stop_error = ArchiveError(f"What was stored could not be indexed: {error}")
            raise

    return wrapper


class Recording:
    """The recording of one crawl.

    Every method that stores something returns only when it is durable: records are written, the file is synced, and
    only then are the rows committed. Not safe for use from two threads at once.

    After a failure to store something (`stop_error`), nothing more is stored: rows of later records would hide from
    `recover_source` that rows of earlier ones are missing. The next crawl repairs and continues.
    """

    def __init__(
        self,
        folder: Path,
        connection: Connection,
        started: CrawlStarted,
        *,
        extractor: str,
        info: Mapping[str, str],
        max_bytes: int,
        max_age: timedelta = timedelta(hours=24),
        appends: bool = False,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self.folder = folder
        self.crawl = started.crawl
        at = timestamps.from_iso(started.at)
        began = filenames.run_start(folder, at)
        self.run = filenames.warc_name(started.source, began, 0)
        self.stop_error: ArchiveError | None = None
        self._source = started.source
        self._written: set[str] = set()  # names of WARC files
        self._late: list[tuple[int, VisitResult]] = []  # with the numbers of their captures
        self._now = now
        self._connection = connection
        self._extractor = extractor
        self._writer = WarcWriter(
            folder,
            started.source,
            began,
            info,
            max_bytes=max_bytes,
            max_age=max_age,
            continued=continuable_file(folder, connection, started.source, now(), max_bytes, max_age)
            if appends and began == at
            else None,
            now=now,
            new_id=new_id,
        )
        self.record_events([started])
        restricting.lift_ended(folder, connection, now().date())

    @_stop_on_failure
    def store(self, fetches: Sequence[Fetch]) -> list[int]:
        """Store exchanges and return the numbers of their captures, in order."""
        entries: list[CaptureEntry] = []
        ends: dict[str, int] = {}
        for fetch in fetches:
            capture = Capture(fetch.exchange.url, fetch.exchange.fetched_at, fetch.exchange.response)
            revisit, payload = self._find_revisit(fetch, capture, entries)
            written = self._writer.write(fetch.exchange, revisit, payload.digest)
            ends[written.place.file] = _end(written.metadata.place)
            entries.append(
                CaptureEntry.of(
                    capture,
                    record_id=written.record_id,
                    place=written.place,
                    digest=written.block_digest,
                    truncated=fetch.exchange.truncated,
                    revisit_of=revisit.original.record_id if revisit else None,
                    payload=payload,
                )
            )
        self._writer.sync()
        with transaction(self._connection):
            numbers = [
                captures.add_capture(self._connection, entry, fetch.event)
                for entry, fetch in zip(entries, fetches, strict=True)
            ]
            for file, end in ends.items():
                mark_indexed(self._connection, file, end)
        self._written.update(ends)
        return numbers

    @_stop_on_failure
    def record_events(self, new_events: Sequence[Failed | Sighted | CrawlStarted | CrawlEnded]) -> None:
        """Store events that belong to no response."""
        ends = {}
        for event in new_events:
            written = self._writer.write_event(
                events.to_json(event), refers_to=getattr(event, "listing", None)
            )
            ends[written.place.file] = _end(written.place)
        self._writer.sync()
        with transaction(self._connection):
            for event in new_events:
                add_event(self._connection, event)
            for file, end in ends.items():
                mark_indexed(self._connection, file, end)
        self._written.update(ends)

    @_stop_on_failure
    def extraction_job(self, capture_id: int, outlet: Outlet, *, ahead: bool = False) -> ExtractionJob | None:
        """Return the job that extracts a capture, or None for responses that are not extracted.

        If `ahead` of its turn, also return None for a page that may be unchanged.
        """
        return extraction_queue.extraction_job(
            self._connection, self.folder, capture_id, outlet, self._extractor, ahead=ahead
        )

    @_stop_on_failure
    def apply_extraction(self, capture_id: int, result: ExtractionResult | None) -> VisitResult:
        """Store the result of an extraction as rows."""
        with transaction(self._connection):
            return articles.apply_isolated(self._connection, capture_id, result)

    @_stop_on_failure
    def apply_batch(
        self, results: Sequence[tuple[int, ExtractionResult | None]], outlet: Outlet
    ) -> list[VisitResult | ExtractionJob | Exception]:
        """Store the results of several extractions as rows, in one transaction; return the outcome of each, in order.

        An exception means that this one could not be applied; the others are not affected. A job means that this
        capture has to be extracted first, which only became known at its turn; the results after it are not applied
        and have no outcome.
        """
        outcomes: list[VisitResult | ExtractionJob | Exception] = []
        with transaction(self._connection), fulltext.batch_inserts(self._connection):
            for capture_id, done in results:
                try:
                    with savepoint(self._connection), fulltext.restore_batch_on_error(self._connection):
                        outcomes.append(self._apply_or_job(capture_id, done, outlet))
                except ArchiveError:
                    raise
                except Exception as error:
                    outcomes.append(error)
                if isinstance(outcomes[-1], ExtractionJob):
                    break
                if isinstance(result := outcomes[-1], VisitResult) and result.outcome == "late":
                    self._late.append((capture_id, result))
        return outcomes

    @_stop_on_failure
    def rebuild_late_histories(self, rebuilder: HistoryRebuilder) -> list[tuple[str, JobInterrupted]]:
        """Rebuild the histories of articles whose captures arrived out of order: see `articles.apply_extraction`.

        Return the addresses of those that could not be rebuilt, with the reason: the next crawl tries again.
        """
        for capture_id, result in self._late:
            rebuilder.add_if_late(capture_id, result)
        self._late.clear()
        return rebuilder.rebuild_all()

    def _apply_or_job(
        self, capture_id: int, done: ExtractionResult | None, outlet: Outlet
    ) -> VisitResult | ExtractionJob:
        if done is None or not extraction_queue.can_apply(self._connection, capture_id, done):
            job = extraction_queue.extraction_job(
                self._connection, self.folder, capture_id, outlet, self._extractor
            )
            if job is not None:
                return job
            done = None
        return articles.apply_isolated(self._connection, capture_id, done)

    @_stop_on_failure
    def reapply_extractions(self, results: Sequence[tuple[int, ExtractionResult]]) -> int:
        """Apply new extractions of captures that were applied before; return how many revealed no change.

        They were extracted again with a page template learned since.
        """
        with transaction(self._connection):
            return sum(self._reapply_extraction(capture_id, done) for capture_id, done in results)

    def _reapply_extraction(self, capture_id: int, done: ExtractionResult) -> bool:
        """Return whether the new extraction shows no change; if it cannot be applied, the first one stays."""
        try:
            with savepoint(self._connection):
                return articles.replace_latest_version(
                    self._connection,
                    capture_id,
                    done.extraction,
                    extractor=done.extractor,
                    reextraction=done.previous,
                    search_keys=done.search_keys,
                    old_terms=done.replaced_terms,
                )
        except (ArchiveError, OSError):
            raise
        except Exception:  # the outermost edge of one page: others must not be affected
            return False

    def close(self, keep_going: Callable[[int, int], bool] = lambda done, all_: True) -> None:
        """Give the last file its final name and close the crawl's manifest.

        After a stop, leave the file open for the next crawl to repair and list. `keep_going` is called like that of
        `upkeep`.
        """
        if self.stop_error is not None:
            self._writer.leave_open()
            return
        self._finish(keep_going)

    @_stop_on_failure
    def _finish(self, keep_going: Callable[[int, int], bool]) -> None:
        self._writer.close()
        manifest_writer.close_manifest(
            self.folder,
            self._connection,
            crawl=self.crawl,
            source=self._source,
            now=self._now(),
            written=self._written,
        )
        maintain_search_index(self._connection, keep_going)

    def _find_revisit(
        self, fetch: Fetch, capture: Capture, unlisted: Sequence[CaptureEntry]
    ) -> tuple[Revisit | None, Payload]:
        revisit = revisits.not_modified_revisit(self.folder, fetch.exchange, fetch.validated_original)
        if revisit is not None:
            return revisit, Payload(revisit.payload_digest, revisit.payload_bytes)
        payload = Payload.of(capture)
        anywhere = fetch.event.role in revisits.SHARED_ROLES
        stored = chain(
            revisits.originals_among(unlisted, capture.url, payload, anywhere=anywhere),
            stored_originals.originals(
                self._connection,
                capture.url,
                payload.digest.removeprefix("sha256:"),
                run=self.run,
                anywhere=anywhere,
            ),
        )
        return revisits.identical_revisit(self.folder, fetch.exchange, payload, stored), payload


def _end(place: Place) -> int:
    return place.offset + place.length


def continuable_file(
    folder: Path,
    connection: Connection,
    source: str,
    now: datetime,
    max_bytes: int,
    max_age: timedelta,
) -> tuple[filenames.WarcName, int] | None:
    """Return the last file of a source and its size if a crawl that begins now should append to it, else None.

    It has to be of the same day, in UTC, neither large nor old, complete, and listed by manifests to its last byte.
    What a killed crawl left is not: the next crawl lists it, and begins a file of its own.
    """
    name = filenames.last_file(folder, source)
    if name is None or name.is_open or name.started is None:
        return None
    if name.started.date() != now.astimezone(UTC).date() or name.started + max_age <= now:
        return None
    path = folder / filenames.WARC_FOLDER / name.final_name
    latest = connection.execute("SELECT max(started_at) AS at FROM crawls").fetchone()["at"]
    if latest is not None and latest > timestamps.to_iso(now):  # the clock was set back
        return None
    row = connection.execute(
        "SELECT bytes, listed_bytes FROM warc_files WHERE file = ?", (filenames.stored_name(path),)
    ).fetchone()
    size = path.stat().st_size
    if row is None or not row["bytes"] == row["listed_bytes"] == size or size >= max_bytes:
        return None
    return name, size


def add_event(
    connection: Connection, event: Failed | Sighted | CrawlStarted | CrawlEnded | Imported | Assigned
) -> None:
    """Add the rows of an event that belongs to no response."""
    match event:
        case Failed():
            captures.add_failure(connection, event)
            articles.apply_failure(connection, event)
        case Sighted():
            captures.add_sightings(connection, event)
        case CrawlStarted():
            captures.add_crawl_started(connection, event)
        case CrawlEnded():
            captures.add_crawl_ended(connection, event)
        case Imported():
            captures.add_import(connection, event)
        case Assigned():
            captures.add_assignment(connection, event)


def add_event_record(connection: Connection, record: EventRecord) -> tuple[int | None, Exception | None]:
    """Add the rows of an event read back from a WARC file, or none of them if one is impossible.

    Return the number of a capture that is new to the index, and what is wrong with the event. A bad record does not
    keep later ones from being added.
    """
    try:
        with savepoint(connection):
            return _add_rows(connection, record), None
    except (ArchiveError, OSError):
        raise
    except Exception as error:  # the outermost edge of one event: others must not be affected
        return None, error


def impossible_row_reason(error: Exception) -> str:
    """Return why an event is not in the index, for a report of damage."""
    return f"the previous record cannot become a row ({error})"


def _add_rows(connection: Connection, record: EventRecord) -> int | None:
    if isinstance(record.event, Fetched):
        assert record.entry is not None
        entry = captures.new_entry(connection, record.entry)
        if entry is None:
            return None
        captures.add_unrecorded_crawl(
            connection, record.event.crawl, record.event.source, timestamps.to_iso(record.entry.fetched_at)
        )
        return captures.add_capture(connection, entry, record.event)
    if isinstance(record.event, Failed):
        captures.add_unrecorded_crawl(connection, record.event.crawl, record.event.source, record.event.at)
    add_event(connection, record.event)
    return None


def mark_indexed(connection: Connection, file: str, size: int) -> None:
    """Store that the index has everything of a WARC file up to `size` bytes."""
    connection.execute(
        """
        INSERT INTO warc_files (file, bytes) VALUES (?, ?)
        ON CONFLICT (file) DO UPDATE SET bytes = max(bytes, excluded.bytes)
        """,
        (file, size),
    )


def recover_source(folder: Path, connection: Connection, source: str) -> list[str]:
    """Repair what killed crawls of a source left behind; return a sentence for each action.

    Torn ends are moved aside, complete files get their final name, and records that were durable before their rows
    were committed get their rows. The caller holds the source's lock.
    """
    done = []
    for path in filenames.warc_files(folder):
        name = filenames.parse(path.name)
        if name is None or name.source != source:
            continue
        file = filenames.stored_name(path)
        row = connection.execute("SELECT bytes FROM warc_files WHERE file = ?", (file,)).fetchone()
        known = row["bytes"] if row else 0
        whole: Path | None = path
        if name.is_open:
            repaired = repair.repair_file(path, known)
            done.append(repair_sentence(file, repaired))
            whole = repaired.file
        if whole is not None and whole.stat().st_size > known:
            with transaction(connection):
                damages = index_warc_file(connection, whole, file, known)
            done += [f"{file} at byte {one.place.offset} is not indexed: {one.reason}." for one in damages]
    return done


def repair_sentence(file: str, repaired: repair.RepairResult) -> str:
    """Return a sentence about a repair."""
    if repaired.file is None and repaired.torn is None:
        return f"{file} was left open and has been removed: nothing was written to it."
    if repaired.torn is None:
        return f"{file} was left open and is complete."
    torn = f"{repaired.torn.parent.name}/{repaired.torn.name}"
    return f"{file} was left open: {repaired.torn_bytes} torn bytes were moved to {torn}."


def index_warc_file(connection: Connection, path: Path, file: str, known: int = 0) -> list[Damage]:
    """Add the rows of everything a WARC file states from `known` bytes on; return what could not become rows."""
    damages = []
    is_copy = filenames.parse_copy(path.name) is not None
    assignments = read_assignments(path.parent.parent) if is_copy else Assignments()
    names = current_names(read_changes(path.parent.parent))
    for stated in read_events(path, start=known, names=names):
        if isinstance(stated, Damage):
            damages.append(stated)
            continue
        stated = assignments.corrected(file, stated) if is_copy else stated
        _, error = add_event_record(connection, stated)
        if error is not None:
            place = stated.entry.place if stated.entry else Place(file, stated.end, 0)
            damages.append(Damage(place, impossible_row_reason(error)))
    if is_copy:
        revisits.resolve_imported(path.parent.parent, connection)
    mark_indexed(connection, file, path.stat().st_size)
    return damages
