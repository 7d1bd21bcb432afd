"""The timetable: each source crawled when its schedule says, in a process of its own, until stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from archive import folders, locks
from archive.errors import SourceError
from archive.facts import in_words
from archive.store import Archive
from newsarchive.crawling import Order, Outcome, end, start_crawl, watch
from spiders.source import Source, files, load, load_all

LOOK_EVERY = 5.0  # seconds between two looks at the source files
LOCK = "newsarchive.run.lock"  # its dots keep it apart from the lock of any source
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
Start = Callable[[Path, Order], "subprocess.Popen[str]"]


def trigger(schedule: str, timezone: str) -> BaseTrigger:
    """When a schedule's turns come, read as cron reads it.

    APScheduler counts weekdays from Monday and asks day of the month *and* day of the week to fit; cron
    counts from Sunday, and where both are given either will do.
    """
    minute, hour, day, month, weekday = schedule.lower().split()
    on = _weekdays(weekday)
    if day.startswith("*") or weekday.startswith("*"):
        return _cron(minute, hour, day, month, on, timezone)
    return OrTrigger(
        [_cron(minute, hour, day, month, "*", timezone), _cron(minute, hour, "*", month, on, timezone)]
    )


def next_turn(source: Source, after: datetime) -> datetime | None:
    """When a source is crawled next, in its zone; None when only asked for, or on a day that never comes."""
    if source.schedule is None:
        return None
    at: datetime | None = trigger(source.schedule, source.timezone).get_next_fire_time(
        None, (after + timedelta(seconds=1)).astimezone(ZoneInfo(source.timezone))
    )
    return at


def due(sources: Iterable[Source], last: Mapping[str, datetime], now: datetime) -> list[Source]:
    """The scheduled sources that were never crawled, or have missed a turn since they were."""
    return [source for source in sources if source.schedule and _is_due(source, last.get(source.name), now)]


def keep_timetable(
    folder: Path, at_once: int, say: Callable[[str], None], start: Start = start_crawl
) -> None:
    """Crawls by the timetable until SIGTERM or SIGINT; returns when every crawl that ran has ended.

    SourceError when a source file is wrong at the beginning; ArchiveBusy when the timetable is kept already.
    """
    load_all(folder / folders.SOURCES)
    busy = "Another 'newsarchive run' keeps the timetable of this archive."
    with locks.held(folder / folders.STATE / LOCK, busy):
        asyncio.run(_until_stopped(Timetable(folder, at_once, say, start)))


async def _until_stopped(timetable: Timetable) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    timetable.begin()
    while not stop.is_set():
        timetable.look()
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue
    await timetable.end()


@dataclass(frozen=True, slots=True)
class _Read:
    """A source file as it was last read; the source is the last sound one."""

    signature: tuple[int, int, int]
    source: Source | None


class Timetable:
    """The sources, when their turns come, and the crawls that run. Lives in one event loop."""

    def __init__(self, folder: Path, at_once: int, say: Callable[[str], None], start: Start) -> None:
        self.folder = folder
        self._say = say
        self._start = start
        self._files: dict[Path, _Read] = {}
        self._places = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="crawl")
        self._scheduler = AsyncIOScheduler()
        self._scheduler.add_listener(self._still_running, EVENT_JOB_MAX_INSTANCES)
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._turns: set[asyncio.Task[None]] = set()
        self._is_ending = False
        # Its warnings are said here in our own words.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)

    def begin(self) -> None:
        """Turns come from now on."""
        self._scheduler.start()
        self.look()
        if not self._scheduler.get_jobs():
            self._tell("No source has a schedule; one that is given a schedule is taken in.")

    def look(self) -> None:
        """Takes in what changed in the source files; a file that is wrong keeps its last sound schedule."""
        before = self._sources()
        self._files = {path: self._read(path) for path in files(self.folder / folders.SOURCES)}
        after = self._sources()
        for name in before.keys() - after.keys():
            if self._scheduler.get_job(name):  # one whose last turn is over is gone already
                self._scheduler.remove_job(name)
            self._tell(f"{name}: no longer scheduled")
        fresh = [source for name, source in after.items() if name not in before]
        last = self._last_crawls([source.name for source in fresh]) if fresh else {}
        overdue = {source.name for source in due(fresh, last, datetime.now(UTC))}
        for name, source in after.items():
            if source != before.get(name):
                self._plan(source, at_once=name in overdue)

    async def end(self) -> None:
        """No turn comes any more; the crawls that run are asked to end, and waited for."""
        self._is_ending = True
        self._scheduler.pause()
        if self._running:
            self._tell("Stopping: waiting for the crawls that run to end.")
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max(1, len(self._running))) as enders:
            ends = [loop.run_in_executor(enders, end, child) for child in self._running.values()]
            await asyncio.gather(*ends)
        await asyncio.gather(*self._turns, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        self._threads.shutdown()
        self._tell("The timetable is no longer kept.")

    def _sources(self) -> dict[str, Source]:
        read = (file.source for file in self._files.values())
        return {source.name: source for source in read if source is not None and source.schedule is not None}

    def _read(self, path: Path) -> _Read:
        known = self._files.get(path)
        try:
            stat = path.stat()
            signature = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except OSError:  # gone between the listing and now; the next look misses it
            signature = (0, 0, 0)
        if known and known.signature == signature:
            return known
        try:
            return _Read(signature, load(path))
        except SourceError as error:
            for line in str(error).splitlines():
                self._tell(f"Error: {line}")
            if known and known.source:
                self._tell(f"{path.stem}: goes on as it was before the mistake")
            return _Read(signature, known.source if known else None)

    def _plan(self, source: Source, *, at_once: bool) -> None:
        assert source.schedule is not None
        self._scheduler.add_job(
            self._turn,
            trigger(source.schedule, source.timezone),
            args=[source.name],
            id=source.name,
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            **({"next_run_time": datetime.now(UTC)} if at_once else {}),
        )
        at = next_turn(source, datetime.now(UTC))
        when = f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "on a day that never comes"
        self._tell(f"{source.name}: {'due now, then' if at_once else 'next crawl'} {when}")

    async def _turn(self, name: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._turns.add(task)
        try:
            async with self._places:
                if not self._is_ending:
                    await self._crawl(name)
        finally:
            self._turns.discard(task)

    async def _crawl(self, name: str) -> None:
        try:
            child = self._start(self.folder, Order(name))
        except OSError as error:
            self._tell(f"{name}: no crawl could be started: {error.strerror or error}")
            return
        self._running[name] = child
        self._tell(f"{name}: crawl started")
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(self._threads, watch, child, name)
        finally:
            del self._running[name]
        for line in _sentences(outcome):
            self._tell(f"{name}: {line}")

    def _still_running(self, event: JobSubmissionEvent) -> None:
        self._tell(f"{event.job_id}: the crawl before it still runs; this turn is left out")

    def _last_crawls(self, names: Sequence[str]) -> dict[str, datetime]:
        with Archive.open(self.folder) as archive:
            return {name: crawl.started_at for name in names for crawl in archive.crawls(name, most=1)}

    def _tell(self, line: str) -> None:
        """A line with the time of this machine, as all times in it are."""
        self._say(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}")


def _sentences(outcome: Outcome) -> list[str]:
    counts = ", ".join(in_words(outcome.counts))
    return [f"crawl ended: {outcome.outcome}" + (f"; {counts}" if counts else ""), *outcome.notes]


def _is_due(source: Source, last: datetime | None, now: datetime) -> bool:
    if last is None:
        return True
    turn = next_turn(source, last)
    return turn is not None and turn <= now


def _cron(minute: str, hour: str, day: str, month: str, weekday: str, timezone: str) -> CronTrigger:
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=weekday,
        timezone=ZoneInfo(timezone),
    )


def _weekdays(field: str) -> str:
    """Cron's day of the week, 0 and 7 both Sunday, as the names of the days."""
    if field == "*":
        return "*"
    days: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        ends = [0, 6] if span == "*" else [_weekday(end) for end in span.split("-")]
        days.update(day % 7 for day in range(ends[0], ends[-1] + 1, int(step or 1)))
    return ",".join(_WEEKDAYS[day] for day in sorted(days))


def _weekday(end: str) -> int:
    return _WEEKDAYS.index(end) if end in _WEEKDAYS else int(end)
