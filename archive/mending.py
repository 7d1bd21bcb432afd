"""What can be mended is: files that crashes left open, rows they left out, manifests they left unclosed.

Nothing here changes a byte of a whole WARC file, and no row of an article is made up out of its order:
where only reading everything anew would do, that is said.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from archive import folders, locks, manifests, sealing
from archive.errors import ArchiveBusy, ArchiveError, Unwritable
from archive.facts import Fetched
from archive.findings import Verified
from archive.index import checking
from archive.index.connection import Connection, connect, writing
from archive.recording import add_stated, recover
from archive.testimony import Stated, told
from archive.warc import names


def mend_crashes(folder: Path, now: Callable[[], datetime]) -> list[str]:
    """What killed crawls left is made whole, source by source; a sentence for each thing done or left.

    Sources that are being crawled at this moment are left alone. Without an index nothing is done.
    """
    try:
        connection = connect(folders.index_of(folder))
    except ArchiveError:
        return []  # told by whoever looks the archive over
    with (
        closing(connection),
        locks.held(
            folders.writers_lock(folder), "The index is being rebuilt: repair when that is done.", shared=True
        ),
    ):
        done = _known_manifests(folder, connection)
        for source in sorted(_sources(folder)):
            try:
                with locks.held(
                    folders.source_lock(folder, source), f"{source} is being crawled: left alone."
                ):
                    done += _mend_source(folder, connection, source, now)
            except ArchiveBusy as error:
                if names.left_open(folder, source):
                    done.append(str(error))
            except ArchiveError as error:
                done.append(f"{source} could not be mended: {error}")
            except OSError as error:
                done.append(f"{source} could not be mended: {Unwritable.of(error, folder)}")
        return done


def mend_rows(folder: Path, verified: Verified) -> None:
    """Rows that whole records lack are made from the records, where that is safe; `verified` is told."""
    lacking = [one for one in verified.problems if one.row_missing]
    if not lacking:
        return
    with closing(connect(folders.index_of(folder))) as connection:
        for file in sorted({one.file for one in lacking}):
            offsets = {one.offset for one in lacking if one.file == file}
            mended = _mend_rows_of(folder, connection, file, offsets)
            for one in [one for one in lacking if one.file == file and one.offset in mended]:
                verified.problems.remove(one)
                verified.mended.append(f"{file} at byte {one.offset}: {one.url} has a row again.")


def _sources(folder: Path) -> set[str]:
    found = (sealing.source_of(names.place_file(path)) for path in names.files(folder))
    return {source for source in found if source}


def _known_manifests(folder: Path, connection: Connection) -> list[str]:
    known = checking.manifests(connection)
    lacking = [path.name for path in manifests.paths(folder) if path.name not in known]
    if not lacking:
        return []
    sealing.take_in(folder, connection)
    known = checking.manifests(connection)
    return [f"{folders.MANIFESTS}/{name} has its row." for name in lacking if name in known]


def _mend_source(folder: Path, connection: Connection, source: str, now: Callable[[], datetime]) -> list[str]:
    done = recover(folder, connection, source)
    left = [file for file in sealing.unlisted(connection) if sealing.source_of(file) == source]
    if left:
        crawl = _crawl_of(connection, left[-1], source)
        name = sealing.close(
            folder, connection, crawl=crawl, source=source, now=now(), written=(), closed_by="repair"
        )
        if name:
            done.append(f"{folders.MANIFESTS}/{name} lists what no manifest listed: {', '.join(left)}.")
    return done


def _crawl_of(connection: Connection, file: str, source: str) -> str:
    """The crawl that wrote a file, as far as the index knows it."""
    begun = f"{source}-{sealing.time_of(file)}"
    return next((crawl for crawl in sorted(checking.crawls(connection)) if crawl.startswith(begun)), begun)


def _mend_rows_of(
    folder: Path, connection: Connection, file: str, offsets: set[int | None]
) -> set[int | None]:
    mended: set[int | None] = set()
    for stated in told(folder / file):
        if not isinstance(stated, Stated) or stated.entry is None or not isinstance(stated.fact, Fetched):
            continue
        at = stated.entry.place.offset
        if at not in offsets or (
            stated.fact.role == "article" and checking.was_read_later(connection, stated.entry)
        ):
            continue
        with writing(connection):
            add_stated(connection, stated)
        mended.add(at)
    return mended
