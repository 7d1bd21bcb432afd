"""The index made anew from the WARC files and what the source files say of their outlets."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from archive import layout, locks
from archive.article.model import Outlet
from archive.facts import CrawlStarted, Fetched
from archive.index import articles, pending
from archive.index.connection import Connection, connect, writing
from archive.recording import add_stated, reached, said
from archive.testimony import Stated, told
from archive.warc import names, repair
from archive.warc.record import Damage
from archive.workers import ReadDone, answered, read_job

WINDOW = 64  # captures handed to the workers ahead of the one being settled
FACTS_A_COMMIT = 500


@dataclass(slots=True)
class Rebuilt:
    """What came of it."""

    files: int = 0
    captures: int = 0
    articles: int = 0
    versions: int = 0
    damages: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)  # what killed crawls had left, and what was done


def rebuild(
    folder: Path,
    outlets: Mapping[str, Outlet],
    executor: Executor,
    *,
    extractor: str,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Rebuilt:
    """A new index in place of the old one, which stays until the new one is whole.

    `progress` is told bytes read and bytes in all. A source without a file is read in the zone its
    crawls state. ArchiveBusy while a crawl or another rebuild runs.
    """
    busy = "The archive is being written to: stop its crawls, then rebuild."
    with locks.held(layout.writers_lock(folder), busy):
        new = layout.index_of(folder).with_name("archive.db.new")
        for leftover in (new, *_beside(new)):
            leftover.unlink(missing_ok=True)
        connection = connect(new, create=True)
        connection.execute("PRAGMA synchronous = OFF")  # a rebuild that dies is begun again
        rebuilt = _Rebuild(folder, dict(outlets), executor, extractor, connection).run(progress)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _swap(new, layout.index_of(folder))
    return rebuilt


class _Rebuild:
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
        self.readings: deque[tuple[int, Outlet, Future[ReadDone] | None]] = deque()
        self.rebuilt = Rebuilt()

    def run(self, progress: Callable[[int, int], None]) -> Rebuilt:
        for path in names.left_open(self.folder):
            self.rebuilt.repairs.append(said(names.place_file(path), repair.repair(path)))
        paths = names.files(self.folder)
        total, before = sum(path.stat().st_size for path in paths), 0
        for path in paths:
            for done in self._file(path):
                progress(before + done, total)
            before += path.stat().st_size
            progress(before, total)
        with writing(self.connection):
            self._settle(leave=0)
        for table in ("captures", "articles", "versions"):
            count = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            setattr(self.rebuilt, table, count)
        return self.rebuilt

    def _file(self, path: Path) -> Iterator[int]:
        self.rebuilt.files += 1
        stated = told(path)
        more = True
        while more:
            more = False
            with writing(self.connection):
                for count, one in enumerate(stated, 1):
                    if isinstance(one, Damage):
                        self.rebuilt.damages.append(
                            f"{one.place.file} at byte {one.place.offset}: {one.reason}"
                        )
                        continue
                    self._take(one)
                    if count == FACTS_A_COMMIT:
                        more = True
                        yield one.end
                        break
        with writing(self.connection):
            reached(self.connection, names.place_file(path), path.stat().st_size)

    def _take(self, stated: Stated) -> None:
        if isinstance(stated.fact, CrawlStarted):
            self.outlets.setdefault(stated.fact.source, Outlet(stated.fact.timezone))
        capture_id = add_stated(self.connection, stated)
        if capture_id is not None and isinstance(stated.fact, Fetched) and stated.fact.role == "article":
            outlet = self.outlets.get(stated.fact.source or "", Outlet("UTC"))
            self.readings.append((capture_id, outlet, self._read(capture_id, outlet, ahead=True)))
        self._settle(leave=WINDOW)

    def _read(self, capture_id: int, outlet: Outlet, *, ahead: bool = False) -> Future[ReadDone] | None:
        job = pending.job(
            self.connection, self.folder, capture_id, outlet, self.extractor, ahead=ahead
        )
        return self.executor.submit(read_job, job) if job else None

    def _settle(self, *, leave: int) -> None:
        while len(self.readings) > leave:
            capture_id, outlet, reading = self.readings.popleft()
            reading = reading or self._read(capture_id, outlet)
            articles.settle(
                self.connection,
                capture_id,
                answered(reading).reading if reading else None,
                extractor=self.extractor,
            )


def _swap(new: Path, index: Path) -> None:
    """The new index takes the old one's name; the old one's WAL, which is not the new one's, goes first."""
    for beside in (*_beside(new), *_beside(index)):
        beside.unlink(missing_ok=True)
    os.replace(new, index)


def _beside(index: Path) -> tuple[Path, Path]:
    return index.with_name(index.name + "-wal"), index.with_name(index.name + "-shm")
