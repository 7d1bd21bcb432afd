"""Add the index rows that intact records lack, if that is safe."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from archive import paths
from archive.events import Fetched
from archive.index.db.connection import Connection, connect, transaction
from archive.index.lookup import audit as index_audit
from archive.integrity.problems import AuditResult
from archive.journals.source_changes import current_names, read_changes
from archive.recording.session import add_event_record
from archive.warc.event_reader import EventRecord, read_events


def repair_rows(folder: Path, result: AuditResult) -> list[str]:
    """Add the rows that intact records lack, if that is safe; return a sentence for each."""
    missing = [one for one in result.problems if one.row_missing]
    if not missing:
        return []
    done = []
    with closing(connect(paths.index_path(folder))) as connection:
        with transaction(connection):  # the restored row of a picture gets another number
            connection.execute(
                "UPDATE images SET capture_id = NULL WHERE capture_id NOT IN (SELECT id FROM captures)"
            )
        for file in sorted({one.file for one in missing}):
            offsets = {one.offset for one in missing if one.file == file}
            repaired = _repair_rows_of(folder, connection, file, offsets)
            for one in [one for one in missing if one.file == file and one.offset in repaired]:
                done.append(f"{file} at byte {one.offset}: {one.url} has a row again.")
    return done


def _repair_rows_of(
    folder: Path, connection: Connection, file: str, offsets: set[int | None]
) -> set[int | None]:
    repaired: set[int | None] = set()
    names = current_names(read_changes(folder))
    for record in read_events(folder / file, names=names):
        if (
            not isinstance(record, EventRecord)
            or record.entry is None
            or not isinstance(record.event, Fetched)
        ):
            continue
        at = record.entry.place.offset
        if at not in offsets or (
            record.event.role == "article" and index_audit.was_extracted_later(connection, record.entry)
        ):
            continue
        with transaction(connection):
            _, error = add_event_record(connection, record)
        if error is None:
            repaired.add(at)
    return repaired
