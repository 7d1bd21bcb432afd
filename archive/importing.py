"""WARC files made elsewhere taken in: copied, noted where they came from, and their articles read.

    FILE ──copy──▶ warc/import-T-N-copy.warc.gz ──▶ rows ──▶ articles read and settled
                   warc/import-T-N.warc.gz           says: which file, whose, its digest; written last

A copy without the file beside it was never acknowledged, and goes when the next import begins.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from archive import facts, folders, locks, moments, recording, sealing
from archive.article.model import Outlet
from archive.errors import trouble_of_the_machine
from archive.facts import Imported
from archive.index import articles, pending
from archive.index.articles import Settled
from archive.index.connection import Connection, writing
from archive.index.upkeep import upkeep
from archive.retelling import Retelling
from archive.warc import foreign, names, reader
from archive.warc.record import Damage
from archive.warc.writer import Writer, sync_folder
from archive.workers import ReadDone, read_job

WINDOW = 64  # pages handed to the readers ahead of the one being settled


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose the pages of an imported file are said to be."""

    name: str
    title: str
    outlet: Outlet


@dataclass(slots=True)
class TakenIn:
    """What came of one file."""

    path: Path
    file: str  # as it stands in the archive
    is_new: bool = True  # False for one that was imported before
    repacked: bool = False
    captures: int = 0
    articles: int = 0
    damages: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes files in. The caller has looked at each with `foreign.look_at`."""

    folder: Path
    connection: Connection
    executor: Executor
    extractor: str
    info: Mapping[str, str]
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    outlets: Mapping[str, Outlet]  # by source; one without is read in the zone its crawls state

    def take_in(self, path: Path, origin: Origin | None) -> TakenIn:
        """One file; one that holds nothing but what is held already adds nothing."""
        busy = "The index is being rebuilt: import when that is done."
        with (
            locks.held(folders.writers_lock(self.folder), busy, shared=True),
            locks.held(folders.source_lock(self.folder, names.IMPORT), "Another import is at work."),
        ):
            self._mend()
            sha256 = foreign.digest(path).removeprefix("sha256:")
            before = self.connection.execute("SELECT * FROM imports WHERE sha256 = ?", (sha256,)).fetchone()
            if before:
                return TakenIn(path, before["file"], is_new=False)
            try:
                return self._take_in(path, sha256, origin)
            except OSError as error:
                if trouble := trouble_of_the_machine(error, folders.warc_of(self.folder)):
                    raise trouble from error
                raise

    def _take_in(self, path: Path, sha256: str, origin: Origin | None) -> TakenIn:
        at = self.now()
        beside = self._free_name(at)
        copy = folders.warc_of(self.folder) / names.copy_name(beside, origin.name if origin else None)
        part = copy.with_name(copy.name + ".part")
        repacked = self._copy(path, part)
        if held := self._held(part):
            part.unlink()
            return TakenIn(path, held, is_new=False)
        os.rename(part, copy)
        sync_folder(copy.parent)
        taken = TakenIn(path, names.place_file(copy), repacked=repacked)
        fact = Imported(
            file=taken.file,
            name=path.name,
            sha256=sha256,
            at=moments.text(at),
            repacked=taken.repacked,
            source=origin.name if origin else None,
            title=origin.title if origin else None,
            timezone=origin.outlet.timezone if origin else None,
        )
        with Writer(self.folder, names.IMPORT, at, self.info, now=self.now, new_id=self.new_id) as writer:
            kept = writer.write_fact(facts.to_json(fact))
            writer.sync()
        self._add_rows(folders.warc_of(self.folder) / Path(kept.place.file).name, copy)
        self._read()
        sealing.close(
            self.folder,
            self.connection,
            crawl=f"{names.IMPORT}-{at:%Y%m%d%H%M%S%f}",
            source=names.IMPORT,
            now=self.now(),
            written=[kept.place.file, *filter(_is_copy, sealing.unlisted(self.connection))],
        )
        return self._counted(taken, copy)

    def _free_name(self, at: datetime) -> names.WarcName:
        serial = 0
        while True:
            name = names.named(names.IMPORT, at, serial)
            final = folders.warc_of(self.folder) / name.final
            if not final.exists() and not final.with_name(final.name + names.OPEN).exists():
                return name
            serial += 1

    def _copy(self, path: Path, part: Path) -> bool:
        part.unlink(missing_ok=True)
        try:
            return foreign.copy(path, part).repacked
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _held(self, part: Path) -> str | None:
        """The file that holds what is in this one; None when anything in it is not held."""
        file: str | None = None
        for record in reader.iterate(part):
            if isinstance(record, Damage) or not record.answers:
                continue
            row = self.connection.execute(
                "SELECT file FROM captures WHERE record_id = ?", (record.record_id,)
            ).fetchone()
            if row is None:
                return None
            file = file or row["file"]
        return file

    def _add_rows(self, beside: Path, copy: Path) -> None:
        with writing(self.connection):
            for path in (beside, copy):
                recording.take_in(self.connection, path, names.place_file(path))

    def _read(self) -> None:
        """Every imported page that is not read yet, settled in the order kept; late ones each in its place."""
        waiting: deque[tuple[int, Outlet, Future[ReadDone] | None]] = deque()
        late = Retelling(self.folder, self.connection, self.executor, self.extractor, self._outlet)
        for capture_id, source in pending.unread_pages(self.connection):
            outlet = self._outlet(source)
            waiting.append((capture_id, outlet, self._reading(capture_id, outlet, ahead=True)))
            if len(waiting) > WINDOW:
                late.note(waiting[0][0], self._settle(*waiting.popleft()))
        while waiting:
            late.note(waiting[0][0], self._settle(*waiting.popleft()))
        for article_id in late.articles():
            with writing(self.connection):
                late.tell(article_id)
        upkeep(self.connection)

    def _outlet(self, source: str | None) -> Outlet:
        if known := self.outlets.get(source or ""):
            return known
        row = self.connection.execute("SELECT timezone FROM sources WHERE name = ?", (source,)).fetchone()
        return Outlet(row["timezone"] if row else "UTC")

    def _reading(self, capture_id: int, outlet: Outlet, *, ahead: bool = False) -> Future[ReadDone] | None:
        job = pending.job(self.connection, self.folder, capture_id, outlet, self.extractor, ahead=ahead)
        return self.executor.submit(read_job, job) if job else None

    def _settle(self, capture_id: int, outlet: Outlet, reading: Future[ReadDone] | None) -> Settled:
        read = partial(self._reading, capture_id, outlet)
        done = pending.compared(self.connection, capture_id, reading, read)
        with writing(self.connection):
            return articles.settle_done(self.connection, capture_id, done)

    def _counted(self, taken: TakenIn, copy: Path) -> TakenIn:
        row = self.connection.execute(
            "SELECT count(*) AS captures, sum(role = 'article') AS articles FROM captures WHERE file = ?",
            (taken.file,),
        ).fetchone()
        taken.captures, taken.articles = row["captures"], row["articles"] or 0
        taken.damages = [
            f"{taken.path} was taken in, but not {one.place.length} bytes of {taken.file} "
            f"at byte {one.place.offset}: {one.reason}."
            for one in reader.iterate(copy)
            if isinstance(one, Damage)
        ]
        return taken

    def _mend(self) -> None:
        """What killed imports left: rows and readings that are missing are made up for, other copies go."""
        recording.recover(self.folder, self.connection, names.IMPORT)
        known = {row["file"] for row in self.connection.execute("SELECT file FROM imports")}
        there = folders.warc_of(self.folder)
        for path in [
            *there.glob(f"{names.IMPORT}-*-copy*.part"),
            *there.glob(f"{names.IMPORT}-*-copy*.warc.gz"),
        ]:
            if names.place_file(path) not in known:
                path.unlink()
        for file in sorted(known):
            row = self.connection.execute("SELECT 1 FROM warc_files WHERE file = ?", (file,)).fetchone()
            if row is None and (self.folder / file).exists():
                with writing(self.connection):
                    recording.take_in(self.connection, self.folder / file, file)
        self._read()


def _is_copy(file: str) -> bool:
    return names.parse_copy(file.rpartition("/")[2]) is not None
