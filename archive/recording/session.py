"""The write side of a crawl: records into WARC files, then, once they are durable, rows into the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from archive import events as facts
from archive import timestamps as moments
from archive.errors import ArchiveBusy, ArchiveError, DamagedIndex, Unwritable
from archive.events import CrawlEnded, CrawlStarted, Failed, Fetched, Imported, Sighted
from archive.extraction.model import Outlet
from archive.http.capture import Capture, Place
from archive.index.db.connection import Connection, part, writing
from archive.index.ingest import articles
from archive.index.ingest import captures as keeping
from archive.index.ingest import extraction_queue as pending
from archive.index.ingest import revisits as repeats
from archive.index.ingest.articles import Settled
from archive.index.ingest.revisits import Original
from archive.index.search import fulltext as wording
from archive.index.search.maintenance import upkeep
from archive.jobs.pool import ReadDone, ReadJob, Unread
from archive.manifests import writer as sealing
from archive.recording import revisits as repeating
from archive.recording.history import Retelling
from archive.warc import filenames as names
from archive.warc import repair
from archive.warc.entries import CaptureEntry, Payload
from archive.warc.event_reader import Stated, told
from archive.warc.records import Damage, Exchange, Revisit
from archive.warc.writer import Writer


@dataclass(frozen=True, slots=True)
class Fetch:
    """What the wire saw of one fetch, and why it was made."""

    exchange: Exchange
    why: Fetched
    asked_of: Original | None = None  # the answer that the server was asked about: does it still stand?


P = ParamSpec("P")
T = TypeVar("T")


def _or_stopped(
    act: Callable[Concatenate[Recording, P], T],
) -> Callable[Concatenate[Recording, P], T]:
    """What cannot be stored stops the recording; so does whatever leaves records on disk without their rows."""

    @wraps(act)
    def acted(self: Recording, /, *arguments: P.args, **named: P.kwargs) -> T:
        if self.stopped is not None:
            raise self.stopped
        reached_before = self._writer.reached
        try:
            return act(self, *arguments, **named)
        except (Unwritable, DamagedIndex, ArchiveBusy) as error:
            self.stopped = error
            raise
        except OSError as error:
            self.stopped = Unwritable.of(error, self.folder)
            raise self.stopped from error
        except Exception as error:
            if self._writer.reached != reached_before:
                self.stopped = ArchiveError(f"What was kept could not be listed: {error}")
            raise

    return acted


class Recording:
    """One crawl being recorded.

    Every call that keeps something returns only when it is durable: records are written, the file is
    synced, and only then are the rows committed. Not safe for use from two threads at once.

    Once something could not be stored (`stopped` says what), nothing more is: rows of later records would
    hide from `recover` that those of earlier ones are missing. The next crawl goes on from there.
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
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self.folder = folder
        self.crawl = started.crawl
        began = names.began(folder, moments.read(started.at))
        self.run = names.named(started.source, began, 0)
        self.stopped: ArchiveError | None = None
        self._source = started.source
        self._written: set[str] = set()  # files
        self._late: list[tuple[int, Settled]] = []  # by the captures' numbers
        self._now = now
        self._connection = connection
        self._extractor = extractor
        self._writer = Writer(
            folder,
            started.source,
            began,
            info,
            max_bytes=max_bytes,
            max_age=max_age,
            now=now,
            new_id=new_id,
        )
        self.note([started])

    @_or_stopped
    def keep(self, fetches: Sequence[Fetch]) -> list[int]:
        """The numbers of the captures, in order."""
        entries: list[CaptureEntry] = []
        ends: dict[str, int] = {}
        for fetch in fetches:
            capture = Capture(fetch.exchange.url, fetch.exchange.fetched_at, fetch.exchange.response)
            revisit, payload = self._repeated(fetch, capture, entries)
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
        with writing(self._connection):
            numbers = [
                keeping.add_capture(self._connection, entry, fetch.why)
                for entry, fetch in zip(entries, fetches, strict=True)
            ]
            for file, end in ends.items():
                reached(self._connection, file, end)
        self._written.update(ends)
        return numbers

    @_or_stopped
    def note(self, stated: Sequence[Failed | Sighted | CrawlStarted | CrawlEnded]) -> None:
        """Facts that stand beside no response."""
        ends = {}
        for fact in stated:
            kept = self._writer.write_fact(facts.to_json(fact), refers_to=getattr(fact, "listing", None))
            ends[kept.place.file] = _end(kept.place)
        self._writer.sync()
        with writing(self._connection):
            for fact in stated:
                add(self._connection, fact)
            for file, end in ends.items():
                reached(self._connection, file, end)
        self._written.update(ends)

    @_or_stopped
    def job(self, capture_id: int, outlet: Outlet, *, ahead: bool = False) -> ReadJob | None:
        """What a worker needs to read a capture; None for answers that are not read, and `ahead` of its
        turn to be settled also for one that may be what it was.
        """
        return pending.job(self._connection, self.folder, capture_id, outlet, self._extractor, ahead=ahead)

    @_or_stopped
    def settle(self, capture_id: int, done: ReadDone | None) -> Settled:
        """What was read becomes rows."""
        with writing(self._connection):
            return articles.settle_apart(self._connection, capture_id, done)

    @_or_stopped
    def settle_in_turn(
        self, readings: Sequence[tuple[int, ReadDone | None]], outlet: Outlet
    ) -> list[Settled | ReadJob | Exception]:
        """What was read becomes rows, all in one transaction; what came of each, in order.

        An exception stands for one that could not be settled: it costs no other one. A job stands for one that
        must be read first, which only its turn could tell; those after it are not settled, and nothing is said
        of them.
        """
        came: list[Settled | ReadJob | Exception] = []
        with writing(self._connection), wording.gathered(self._connection):
            for capture_id, done in readings:
                try:
                    with part(self._connection), wording.undone_on_error(self._connection):
                        came.append(self._settled_or_job(capture_id, done, outlet))
                except ArchiveError:
                    raise
                except Exception as error:
                    came.append(error)
                if isinstance(came[-1], ReadJob):
                    break
                if isinstance(settled := came[-1], Settled) and settled.outcome == "late":
                    self._late.append((capture_id, settled))
        return came

    @_or_stopped
    def tell_late(self, late: Retelling) -> list[tuple[str, Unread]]:
        """Tell the histories of articles anew of which captures were settled late: see `articles.settle`.

        Return the addresses of those that could not be, with the reason: the next crawl tries again.
        """
        for capture_id, settled in self._late:
            late.note(capture_id, settled)
        self._late.clear()
        return late.tell_all()

    def _settled_or_job(self, capture_id: int, done: ReadDone | None, outlet: Outlet) -> Settled | ReadJob:
        if done is None or not pending.is_compared(self._connection, capture_id, done):
            job = pending.job(self._connection, self.folder, capture_id, outlet, self._extractor)
            if job is not None:
                return job
            done = None
        return articles.settle_apart(self._connection, capture_id, done)

    @_or_stopped
    def settle_again(self, readings: Sequence[tuple[int, ReadDone]]) -> int:
        """Captures that were settled, and read anew by what has been learned since; how many of them turned out
        to have changed nothing.
        """
        with writing(self._connection):
            return sum(self._settled_again(capture_id, done) for capture_id, done in readings)

    def _settled_again(self, capture_id: int, done: ReadDone) -> bool:
        """Whether it changed nothing; one that cannot be settled again stays as it was settled first."""
        try:
            with part(self._connection):
                return articles.settle_again(
                    self._connection,
                    capture_id,
                    done.reading,
                    extractor=done.extractor,
                    reread=done.before,
                    findable=done.findable,
                    found_until_now=done.found_until_now,
                )
        except (ArchiveError, OSError):
            raise
        except Exception:  # the outermost edge of one page
            return False

    def close(self, goes_on: Callable[[int, int], bool] = lambda done, all_: True) -> None:
        """The last file gets its final name, and the crawl its manifest; after a stop the file is left open,
        for the next crawl to mend and list.

        `goes_on` is asked as `upkeep` asks it.
        """
        if self.stopped is not None:
            self._writer.leave()
            return
        self._finish(goes_on)

    @_or_stopped
    def _finish(self, goes_on: Callable[[int, int], bool]) -> None:
        self._writer.close()
        sealing.close(
            self.folder,
            self._connection,
            crawl=self.crawl,
            source=self._source,
            now=self._now(),
            written=self._written,
        )
        upkeep(self._connection, goes_on)

    def _repeated(
        self, fetch: Fetch, capture: Capture, unlisted: Sequence[CaptureEntry]
    ) -> tuple[Revisit | None, Payload]:
        revisit = repeating.unmodified(self.folder, fetch.exchange, fetch.asked_of)
        if revisit is not None:
            return revisit, Payload(revisit.payload_digest, revisit.payload_bytes)
        payload = Payload.of(capture)
        anywhere = fetch.why.role in repeating.ANYWHERE
        held = chain(
            repeating.just_written(unlisted, capture.url, payload, anywhere=anywhere),
            repeats.originals(
                self._connection,
                capture.url,
                payload.digest.removeprefix("sha256:"),
                run=self.run,
                anywhere=anywhere,
            ),
        )
        return repeating.identical(self.folder, fetch.exchange, payload, held), payload


def _end(place: Place) -> int:
    return place.offset + place.length


def add(connection: Connection, fact: Failed | Sighted | CrawlStarted | CrawlEnded | Imported) -> None:
    """The rows of a fact that stands beside no response."""
    match fact:
        case Failed():
            keeping.add_failed(connection, fact)
            articles.settle_failed(connection, fact)
        case Sighted():
            keeping.add_sighted(connection, fact)
        case CrawlStarted():
            keeping.add_crawl_started(connection, fact)
        case CrawlEnded():
            keeping.add_crawl_ended(connection, fact)
        case Imported():
            keeping.add_imported(connection, fact)


def add_apart(connection: Connection, stated: Stated) -> tuple[int | None, Exception | None]:
    """Add the rows of a fact read back from a WARC file, or none of them where one cannot be.

    Return the number of a capture that was not yet listed, and what kept the fact from becoming rows. Whatever a record
    says, those after it are listed.
    """
    try:
        with part(connection):
            return _add_stated(connection, stated), None
    except (ArchiveError, OSError):
        raise
    except Exception as error:  # the outermost edge of one fact
        return None, error


def makes_no_row(error: Exception) -> str:
    """Say of a fact that it could not become rows."""
    return f"what the record before says makes no row ({error})"


def _add_stated(connection: Connection, stated: Stated) -> int | None:
    if isinstance(stated.fact, Fetched):
        assert stated.entry is not None
        if keeping.is_listed(connection, stated.entry.record_id):
            return None
        keeping.add_unstated(
            connection, stated.fact.crawl, stated.fact.source, moments.text(stated.entry.fetched_at)
        )
        return keeping.add_capture(connection, stated.entry, stated.fact)
    if isinstance(stated.fact, Failed):
        keeping.add_unstated(connection, stated.fact.crawl, stated.fact.source, stated.fact.at)
    add(connection, stated.fact)
    return None


def reached(connection: Connection, file: str, size: int) -> None:
    """The index holds everything of a WARC file up to `size` bytes."""
    connection.execute(
        """
        INSERT INTO warc_files (file, bytes) VALUES (?, ?)
        ON CONFLICT (file) DO UPDATE SET bytes = max(bytes, excluded.bytes)
        """,
        (file, size),
    )


def recover(folder: Path, connection: Connection, source: str) -> list[str]:
    """Mends what killed crawls of a source left behind; a sentence for each thing done.

    Torn ends are set aside, whole files get their final name, and records that were durable before
    their rows were committed get their rows. The caller holds the source's lock.
    """
    done = []
    for path in names.files(folder):
        name = names.parse(path.name)
        if name is None or name.source != source:
            continue
        file = names.place_file(path)
        row = connection.execute("SELECT bytes FROM warc_files WHERE file = ?", (file,)).fetchone()
        known = row["bytes"] if row else 0
        whole: Path | None = path
        if name.is_open:
            repaired = repair.repair(path, known)
            done.append(said(file, repaired))
            whole = repaired.file
        if whole is not None and whole.stat().st_size > known:
            with writing(connection):
                damages = take_in(connection, whole, file, known)
            done += [f"{file} at byte {one.place.offset} is not taken in: {one.reason}." for one in damages]
    return done


def said(file: str, repaired: repair.Repaired) -> str:
    """What a repair did, in a sentence."""
    if repaired.file is None and repaired.torn is None:
        return f"{file} was left open and is removed: nothing was written to it."
    if repaired.torn is None:
        return f"{file} was left open and is whole."
    torn = f"{repaired.torn.parent.name}/{repaired.torn.name}"
    return f"{file} was left open: {repaired.torn_bytes} torn bytes were set aside in {torn}."


def take_in(connection: Connection, path: Path, file: str, known: int = 0) -> list[Damage]:
    """Add the rows of everything a WARC file states from `known` bytes on; return what of it makes no row."""
    damages = []
    for stated in told(path, start=known):
        if isinstance(stated, Damage):
            damages.append(stated)
            continue
        _, error = add_apart(connection, stated)
        if error is not None:
            place = stated.entry.place if stated.entry else Place(file, stated.end, 0)
            damages.append(Damage(place, makes_no_row(error)))
    reached(connection, file, path.stat().st_size)
    return damages
