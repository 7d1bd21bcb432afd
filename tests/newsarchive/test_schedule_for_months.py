"""The schedules of a hundred sources, kept for ninety days under a clock that is driven."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import subprocess
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from archive import locks, paths
from newsarchive.crawling.crawl_process import CrawlOrder
from newsarchive.crawling.schedule_state import lock_path
from newsarchive.schedule import ClockReadings, Scheduler

SOURCES, DAYS, EVERY = 100, 90, timedelta(hours=6)
START = datetime(2022, 1, 10, 0, 30, tzinfo=UTC)  # a Monday
ENDED = {"event": "ended", "outcome": "finished", "crawl": "x", "fetched": 1, "counts": {}, "failures": [],
         "forbidden": [], "refused": [], "notes": []}  # fmt: skip


@dataclass
class EndedCrawl:
    """A crawl that ends at once: what the scheduler uses of a process, without the cost of a thousand of them."""

    stdout: io.StringIO = field(default_factory=lambda: io.StringIO(json.dumps(ENDED) + "\n"))
    stderr: io.StringIO = field(default_factory=io.StringIO)
    stdin: None = None

    def wait(self) -> int:
        return 0


def turns_until(number: int, now: datetime) -> int:
    """Return how many turns a source has had after START."""
    first = START.replace(hour=number % 24, minute=number % 60)
    first += timedelta(days=7 * (first <= START))
    return (now - first) // timedelta(days=7) + 1


def test_every_turn_is_kept_or_reported_and_nothing_grows(folder: Path) -> None:
    for number in range(SOURCES):
        text = f'title = "N"\ntimezone = "UTC"\nschedule = "{number % 60} {number % 24} * * 1"\n'
        text += f'[[sections]]\nurl = "https://n{number}.example/"\n'
        (folder / paths.SOURCES / f"n{number}.toml").write_text(text, "utf-8")
    lines: list[str] = []
    started: Counter[str] = Counter()
    now = START

    def start(_: Path, order: CrawlOrder) -> subprocess.Popen[str]:
        started[order.source] += 1
        return cast("subprocess.Popen[str]", EndedCrawl())

    def clocks() -> ClockReadings:
        elapsed = (now - START).total_seconds()
        return ClockReadings(now, elapsed, elapsed)

    async def crawls_ended() -> None:
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)

    async def keep() -> list[tuple[int, ...]]:
        nonlocal now
        used = []
        scheduler = Scheduler(folder, 4, lines.append, start, clocks)
        scheduler.start()
        await crawls_ended()
        for step in range(DAYS * 4):
            now += timedelta(days=15) if step == 200 else EVERY  # once the machine is off for two weeks
            scheduler.poll()
            await crawls_ended()
            if step in (100, 350):
                gc.collect()
                used.append(
                    (len(os.listdir("/proc/self/fd")), threading.active_count(), len(asyncio.all_tasks()),
                     sum(1 for _ in folder.rglob("*")), len(gc.get_objects()) // 2000)
                )  # fmt: skip
                lines_until.append(len(lines))
        await scheduler.stop()
        return used

    lines_until: list[int] = []
    with locks.lock(lock_path(folder), "held by the test"):
        early, late = asyncio.run(keep())
    assert late[:4] == early[:4]
    assert late[4] <= early[4] + (lines_until[1] - lines_until[0]) // 1000
    missed = sum(int(line.split(": ")[1].split()[0]) for line in lines if " missed since " in line)
    expected = SOURCES + sum(
        turns_until(number, now) for number in range(SOURCES)
    )  # first each is crawled at once
    assert sum(started.values()) + missed == expected
    assert SOURCES <= missed <= 2 * SOURCES
