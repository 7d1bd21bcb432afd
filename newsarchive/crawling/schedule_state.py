"""The present work of `newsarchive run`, in state/run.json: written by it, read by `status` and the web interface."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import locks, paths, timestamps

LOCK_FILE = "newsarchive.run.lock"  # its dots keep it apart from the lock of any source
STATE_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """The present work of the process that keeps the schedules."""

    since: datetime  # when it was started
    process: int  # its number
    crawling: Mapping[str, datetime] = field(default_factory=dict)  # source → when its crawl was started
    waiting: tuple[str, ...] = ()  # sources that are due, and wait for another crawl to end

    def as_dict(self) -> dict[str, Any]:
        """Return the state for JSON."""
        return {
            "since": timestamps.to_iso(self.since),
            "process": self.process,
            "crawling": {name: timestamps.to_iso(at) for name, at in self.crawling.items()},
            "waiting": list(self.waiting),
        }


def lock_path(folder: Path) -> Path:
    """Return the file that the process which keeps the schedules holds locked."""
    return folder / paths.STATE / LOCK_FILE


def is_running(folder: Path) -> bool:
    """Return whether a process keeps the schedules of the archive."""
    return locks.is_locked(lock_path(folder))


def write_state(folder: Path, state: ScheduleState) -> None:
    """Replace the stored state. A full disk is no reason to stop crawling: then the earlier state stays."""
    path = folder / paths.STATE / STATE_FILE
    part = path.with_suffix(".part")
    with suppress(OSError):
        part.write_text(json.dumps(state.as_dict()), encoding="utf-8")
        os.replace(part, path)


def read_state(folder: Path) -> ScheduleState | None:
    """Return what the process that keeps the schedules is doing; None if there is no such process."""
    if not is_running(folder):
        return None
    try:
        stored = json.loads((folder / paths.STATE / STATE_FILE).read_text("utf-8"))
        return ScheduleState(
            timestamps.from_iso(stored["since"]),
            stored["process"],
            {name: timestamps.from_iso(at) for name, at in stored["crawling"].items()},
            tuple(stored["waiting"]),
        )
    except (OSError, ValueError, KeyError, TypeError):  # it has just been started, or its disk is full
        return None
