"""The schedules of `newsarchive run`: crawl each source when its schedule says, each in a separate process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from archive import locks, paths
from archive.core import Archive
from archive.crawl_results import OUTCOME_LABELS, count_phrases
from archive.errors import SourceError
from archive.journals.source_changes import changes_path
from archive.storage.thresholds import disk_shortage
from archive.timestamps import is_in_future
from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, start_crawl, stop_child, watch_crawl
from newsarchive.crawling.schedule_state import ScheduleState, lock_path, write_state
from newsarchive.monitoring import after_crawl
from spiders.sources.cron import cron_trigger
from spiders.sources.source import Source, load, load_all, source_files

# Seconds between two checks of the clock and the source files. Sleeping until the next run could miss it: timers of the
# event loop stop while the machine is suspended, and do not follow a clock that is set.
LOOK_EVERY = 5.0
MOST_MISSED = 1000  # runs that are counted
CLOCK_STEP = 60.0  # seconds; a clock is set by less every day
StartCrawl = Callable[[Path, CrawlOrder], "subprocess.Popen[str]"]


def next_run(source: Source, after: datetime) -> datetime | None:
    """Return when a source is crawled next, in its time zone; None without a schedule or for a day that never comes."""
    if source.schedule is None or not source.is_scheduled:
        return None
    return _next_run(source.schedule, source.timezone, after)


def missed_runs(source: Source, last: datetime, now: datetime) -> int:
    """Return how many runs came due after the last one, without the one that is due now; MOST_MISSED at most."""
    number, at = -1, next_run(source, last)
    while at is not None and at <= now and number < MOST_MISSED:
        number, at = number + 1, next_run(source, at)
    return max(number, 0)


def due_sources(sources: Iterable[Source], last: Mapping[str, datetime], now: datetime) -> list[Source]:
    """Return the scheduled sources that were never crawled, or have missed a run since.

    A crawl dated in the future was made while the clock was wrong: how long ago is unknown, so the source is due.
    """
    return [
        source for source in sources if source.is_scheduled and _is_due(source, last.get(source.name), now)
    ]


@dataclass(frozen=True, slots=True)
class ClockReadings:
    """The clocks of this machine at one moment."""

    wall: datetime  # aware; can be set
    elapsed: float  # seconds since the machine was started
    awake: float  # the same without the time it was suspended

    @classmethod
    def read(cls) -> ClockReadings:
        """Return the readings of now."""
        elapsed = time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
        return cls(datetime.now(UTC), elapsed, time.monotonic())


def clock_jumps(before: ClockReadings, after: ClockReadings) -> list[str]:
    """Return a sentence for each jump between two readings: a suspended machine, a clock that was set."""
    elapsed = after.elapsed - before.elapsed
    asleep = elapsed - (after.awake - before.awake)
    step = (after.wall - before.wall).total_seconds() - elapsed
    found = []
    if asleep > CLOCK_STEP:
        found.append(f"The machine was suspended for {_duration(asleep)}.")
    if abs(step) > CLOCK_STEP:
        found.append(f"The clock was set {'forward' if step > 0 else 'back'} by {_duration(abs(step))}.")
    return found


def run_schedule(
    folder: Path,
    at_once: int,
    log: Callable[[str], None],
    start: StartCrawl = start_crawl,
    *,
    min_free: int = 0,
) -> None:
    """Crawl by the schedules until SIGTERM or SIGINT; return when every running crawl has ended.

    Raises SourceError if a source file has errors at the start, ArchiveBusy if another process runs the schedules.
    """
    load_all(folder / paths.SOURCES)
    busy = "Another 'newsarchive run' is already running for this archive."
    with locks.lock(lock_path(folder), busy):
        asyncio.run(_until_stopped(Scheduler(folder, at_once, log, start, min_free=min_free)))


async def _until_stopped(scheduler: Scheduler) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    scheduler.start()
    while not stop.is_set():
        scheduler.poll()
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue
    await scheduler.stop()


@dataclass(frozen=True, slots=True)
class _SourceFile:
    """A source file as it was last read; `source` is its last valid content, None if there was none."""

    signature: tuple[int, int, int, int]  # of the file, and the size of the file of changes of sources
    source: Source | None


class Scheduler:
    """Starts the crawls of scheduled sources when they are due, in one event loop."""

    def __init__(
        self,
        folder: Path,
        at_once: int,
        log: Callable[[str], None],
        start: StartCrawl,
        read_clocks: Callable[[], ClockReadings] | None = None,
        *,
        min_free: int = 0,
    ) -> None:
        self.folder = folder
        self._min_free = min_free  # bytes of disk space; with less, no crawl is started
        self._is_disk_short = False
        self._read_clocks = read_clocks or ClockReadings.read
        self._write = log
        self._start = start
        self._files: dict[Path, _SourceFile] = {}
        self._changes_size = 0  # of the file of changes of sources, to which lines are only added
        self._last: dict[str, datetime] = {}  # source → its last crawl or run
        self._clocks = self._read_clocks()
        self._slots = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="crawl")
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._crawling: dict[str, datetime] = {}  # source → when its crawl was started
        self._since = self._clocks.wall
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._checks: set[asyncio.Task[None]] = set()  # of saved searches, after crawls
        self._checker = ThreadPoolExecutor(1, thread_name_prefix="watches")
        self._is_ending = False

    def start(self) -> None:
        """Start the crawls that are due now."""
        self._write_state()
        self.poll()
        if not self._sources():
            self._log("No source has a schedule. Waiting for one to be added to a source file.")

    def poll(self) -> None:
        """Read changed source files, and start the crawls that are due.

        A file with errors keeps its last valid schedule. However many runs a source has missed, it gets one.
        """
        before, clocks = self._clocks, self._read_clocks()
        self._clocks = clocks
        for sentence in clock_jumps(before, clocks):
            self._log(sentence)
        self._reload_files(clocks.wall)
        due = due_sources(self._sources().values(), self._last, clocks.wall)
        if due and not self._has_space():
            return
        for source in due:
            self._log_missed_runs(source, clocks.wall)
            self._start_run(source.name, clocks.wall)

    def _has_space(self) -> bool:
        """Return whether the disk has the free space that crawls need; log when that changes.

        A source that is due stays due, so it is crawled once there is space again.
        """
        short = disk_shortage(self.folder, self._min_free)
        if short and not self._is_disk_short:
            self._log(f"No crawl is started. {short}")
        elif self._is_disk_short and not short:
            self._log("The disk has enough free space again.")
        self._is_disk_short = short is not None
        return short is None

    async def stop(self) -> None:
        """Start no more crawls, stop the running ones in order, and wait for them."""
        self._is_ending = True
        if self._running:
            self._log("Stopping; waiting for running crawls to end.")
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max(1, len(self._running))) as enders:
            ends = [loop.run_in_executor(enders, stop_child, child) for child in self._running.values()]
            await asyncio.gather(*ends)
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await asyncio.gather(*self._checks, return_exceptions=True)
        self._checker.shutdown()
        self._threads.shutdown()
        self._log("Stopped.")

    def _reload_files(self, now: datetime) -> None:
        before = self._sources()
        changes = changes_path(self.folder)
        self._changes_size = changes.stat().st_size if changes.exists() else 0
        self._files = {path: self._load_file(path) for path in source_files(self.folder / paths.SOURCES)}
        after = self._sources()
        for name in before.keys() - after.keys():
            self._log(f"{name}: no longer scheduled")
        fresh = [name for name in after if name not in before]
        last = self._last_crawls(fresh) if fresh else {}
        for name, source in after.items():
            if source == before.get(name):
                continue
            if name not in before:
                self._last.pop(name, None)
                self._last.update({name: last[name]} if name in last else {})
            else:
                self._last[name] = now
            self._log_next_run(source, now)

    def _start_run(self, name: str, now: datetime) -> None:
        self._last[name] = now
        if name in self._tasks:
            self._log(f"{name}: the previous crawl is still running; this run is skipped")
        else:
            self._tasks[name] = asyncio.get_running_loop().create_task(self._run_when_free(name))
            self._write_state()

    def _log_missed_runs(self, source: Source, now: datetime) -> None:
        last = self._last.get(source.name)
        if last is None or is_in_future(last, now) or not (missed := missed_runs(source, last, now)):
            return
        number = (
            f"{missed} or more runs"
            if missed == MOST_MISSED
            else "1 run"
            if missed == 1
            else f"{missed} runs"
        )
        self._log(f"{source.name}: {number} missed since {last.astimezone().isoformat(' ', 'minutes')}")

    def _sources(self) -> dict[str, Source]:
        read = (file.source for file in self._files.values())
        return {source.name: source for source in read if source is not None and source.is_scheduled}

    def _load_file(self, path: Path) -> _SourceFile:
        known = self._files.get(path)
        try:
            stat = path.stat()
            signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino, self._changes_size)
        except OSError:  # deleted since the folder was listed; the next check will notice
            signature = (0, 0, 0, 0)
        if known and known.signature == signature:
            return known
        try:
            return _SourceFile(signature, load(path))
        except SourceError as error:
            for line in str(error).splitlines():
                self._log(f"Error: {line}")
            if known and known.source:
                self._log(f"{path.stem}: still scheduled as before the error")
            return _SourceFile(signature, known.source if known else None)

    def _log_next_run(self, source: Source, now: datetime) -> None:
        last = self._last.get(source.name)
        if last is not None and is_in_future(last, now):
            self._log(
                f"{source.name}: the last crawl is dated {last.astimezone().isoformat(' ', 'minutes')}, in the future: "
                "this machine's clock was ahead then, or is behind now"
            )
        at = next_run(source, now)
        when = at.astimezone().isoformat(" ", "minutes") if at else "never, as no day matches the schedule"
        is_due = due_sources([source], self._last, now)
        self._log(f"{source.name}: {'due now, then' if is_due else 'next crawl'} {when}")

    async def _run_when_free(self, name: str) -> None:
        try:
            async with self._slots:
                if not self._is_ending:
                    await self._crawl(name)
        finally:
            del self._tasks[name]
            self._write_state()

    async def _crawl(self, name: str) -> None:
        try:
            child = self._start(self.folder, CrawlOrder(name, scheduled=True))
        except OSError as error:
            self._log(f"{name}: the crawl could not be started: {error.strerror or error}")
            return
        self._running[name] = child
        self._crawling[name] = self._clocks.wall
        self._write_state()
        self._log(f"{name}: crawl started")
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(
                self._threads, watch_crawl, child, name
            )
        finally:
            del self._running[name], self._crawling[name]
        for line in _outcome_lines(outcome):
            self._log(f"{name}: {line}")
        check = asyncio.get_running_loop().create_task(self._report(name))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    async def _report(self, name: str) -> None:
        """Report what a crawl brought; a slow mail server keeps no crawl from its turn."""
        loop = asyncio.get_running_loop()
        for line in await loop.run_in_executor(self._checker, after_crawl.report, self.folder, [name]):
            self._log(line)

    def _write_state(self) -> None:
        waiting = tuple(name for name in self._tasks if name not in self._crawling)
        write_state(self.folder, ScheduleState(self._since, os.getpid(), dict(self._crawling), waiting))

    def _last_crawls(self, names: Sequence[str]) -> dict[str, datetime]:
        with Archive.open(self.folder) as archive:
            return {name: crawl.started_at for name in names for crawl in archive.crawls(name, most=1)}

    def _log(self, line: str) -> None:
        """Log a line with the local time of this machine, like all times in it."""
        self._write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}")


def _outcome_lines(outcome: CrawlOutcome) -> list[str]:
    counts = ", ".join(count_phrases(outcome.counts))
    return [
        f"crawl ended: {OUTCOME_LABELS[outcome.outcome]}" + (f"; {counts}" if counts else ""),
        *outcome.notes,
    ]


def _is_due(source: Source, last: datetime | None, now: datetime) -> bool:
    if last is None or is_in_future(last, now):
        return True
    at = next_run(source, last)
    return at is not None and at <= now


@lru_cache(maxsize=4096)  # called for every source at every check
def _next_run(schedule: str, timezone: str, after: datetime) -> datetime | None:
    at: datetime | None = cron_trigger(schedule, timezone).get_next_fire_time(
        None, (after + timedelta(seconds=1)).astimezone(ZoneInfo(timezone))
    )
    return at


def _duration(seconds: float) -> str:
    """Return a duration in the largest unit of which it has at least two, such as «2 hours»."""
    for unit, length in (("years", 365.25 * 86400), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}"
    return f"{round(seconds)} seconds"
