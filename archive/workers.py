"""Reading in processes of its own: a page that takes long or takes much costs no one else anything."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from archive.article.model import Article, Listed, NotAnArticle, Outlet
from archive.capture import Place


@dataclass(frozen=True, slots=True)
class ReadJob:
    """One capture to be read; small, for it travels to another process."""

    folder: Path
    place: Place
    outlet: Outlet
    listed: Listed | None
    # The capture of the version to compare with, where another extractor had read it.
    before: tuple[Place, Listed | None] | None = None


@dataclass(frozen=True, slots=True)
class ReadDone:
    """What a capture was read as, and what the one before it is read as by the same extractor."""

    reading: Article | NotAnArticle
    before: Article | NotAnArticle | None = None


def read_job(job: ReadJob) -> ReadDone:
    """The job done: from bytes on disk to an article. Runs in a worker process."""
    reading = _read(job.folder, job.place, job.outlet, job.listed)
    before = _read(job.folder, job.before[0], job.outlet, job.before[1]) if job.before else None
    return ReadDone(reading, before)


def _read(folder: Path, place: Place, outlet: Outlet, listed: Listed | None) -> Article | NotAnArticle:
    from archive.article.reading import read
    from archive.warc.reader import read_record

    return read(read_record(folder, place).capture(), outlet, listed)


def pool(workers: int | None = None) -> Executor:
    """Worker processes that end with the process that started them, however it ends."""
    return ProcessPoolExecutor(
        workers or os.cpu_count() or 1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us in order
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)  # a killed parent leaves its workers waiting on a queue for ever
