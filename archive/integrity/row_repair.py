"""Give records that have no row in the index their rows again, where that is safe."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from archive import paths as folders
from archive.events import Fetched
from archive.index.db.connection import Connection, connect, writing
from archive.index.lookup import audit as checking
from archive.integrity.problems import Verified
from archive.recording.session import add_apart
from archive.warc.event_reader import Stated, told


def mend_rows(folder: Path, verified: Verified) -> list[str]:
    """Make the rows that whole records lack, where that is safe; a sentence for each."""
    lacking = [one for one in verified.problems if one.row_missing]
    if not lacking:
        return []
    done = []
    with closing(connect(folders.index_of(folder))) as connection:
        with writing(connection):  # a picture's row that comes back has another number
            connection.execute(
                "UPDATE images SET capture_id = NULL WHERE capture_id NOT IN (SELECT id FROM captures)"
            )
        for file in sorted({one.file for one in lacking}):
            offsets = {one.offset for one in lacking if one.file == file}
            mended = _mend_rows_of(folder, connection, file, offsets)
            for one in [one for one in lacking if one.file == file and one.offset in mended]:
                done.append(f"{file} at byte {one.offset}: {one.url} has a row again.")
    return done


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
            _, error = add_apart(connection, stated)
        if error is None:
            mended.add(at)
    return mended
