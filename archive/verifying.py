"""Every record against its digests, and every row of the index against its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from archive.index.connection import Connection, Row
from archive.warc import names, reader
from archive.warc.check import check
from archive.warc.record import Damage, Record

Finding = Literal["missing", "damaged", "altered", "unlisted", "open"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found wrong, and where."""

    finding: Finding
    file: str
    offset: int | None
    url: str | None
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """Its fields, for JSON."""
        return {name: getattr(self, name) for name in ("finding", "file", "offset", "url", "sentence")}


@dataclass(slots=True)
class Verified:
    """What was looked at and what was found."""

    files: int = 0
    records: int = 0
    rows: int = 0
    bytes: int = 0
    problems: list[Problem] = field(default_factory=list)


def verify(
    folder: Path, connection: Connection, progress: Callable[[int, int], None] = lambda done, all_: None
) -> Verified:
    """What is wrong with the archive; `progress` is told bytes read and bytes in all."""
    verified = Verified()
    paths = {names.place_file(path): path for path in names.files(folder)}
    total = sum(path.stat().st_size for path in paths.values())
    for file, path in paths.items():
        _verify_file(connection, file, path, verified)
        verified.bytes += path.stat().st_size
        progress(verified.bytes, total)
    for row in connection.execute("SELECT file FROM warc_files ORDER BY file").fetchall():
        if row["file"] not in paths:
            verified.problems.append(
                Problem(
                    "missing",
                    row["file"],
                    None,
                    None,
                    f"{row['file']} is in the index and not in the folder.",
                )
            )
    return verified


def _verify_file(connection: Connection, file: str, path: Path, verified: Verified) -> None:
    verified.files += 1
    rows = {
        row["offset"]: row
        for row in connection.execute(
            'SELECT url, record_id, digest, "offset", length FROM captures WHERE file = ?', (file,)
        ).fetchall()
    }
    is_open = path.name.endswith(names.OPEN)
    known = connection.execute("SELECT bytes FROM warc_files WHERE file = ?", (file,)).fetchone()
    indexed = known["bytes"] if known else 0
    for record in reader.iterate(path):
        if is_open and record.place.offset >= indexed:
            break  # being written at this moment
        if isinstance(record, Damage):
            verified.problems.append(
                Problem(
                    "damaged",
                    file,
                    record.place.offset,
                    None,
                    f"{_at(record.place.offset, file)} {record.reason}.",
                )
            )
            continue
        verified.records += 1
        row = rows.pop(record.place.offset, None)
        verified.problems.extend(_of_record(record, file))
        verified.problems.extend(_of_row(record, row, file))
        verified.rows += row is not None
    for row in rows.values():
        verified.problems.append(
            Problem(
                "missing",
                file,
                row["offset"],
                row["url"],
                f"{_at(row['offset'], file)} the record of {row['url']} is not to be read.",
            )
        )


def _of_record(record: Record, file: str) -> list[Problem]:
    return [
        Problem(
            "altered", file, record.place.offset, record.url, f"{_at(record.place.offset, file)} {wrong}."
        )
        for wrong in check(record)
    ]


def _of_row(record: Record, row: Row | None, file: str) -> list[Problem]:
    at = _at(record.place.offset, file)
    if row is None:
        if not record.answers:
            return []
        return [
            Problem(
                "unlisted",
                file,
                record.place.offset,
                record.url,
                f"{at} {record.url} has no row in the index.",
            )
        ]
    if row["record_id"] == record.record_id and row["digest"] == record.header("WARC-Block-Digest"):
        return []
    return [
        Problem(
            "altered",
            file,
            record.place.offset,
            record.url,
            f"{at} the record is not the one the index names.",
        )
    ]


def _at(offset: int, file: str) -> str:
    return f"{file} at byte {offset}:"
