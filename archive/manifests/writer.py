"""Close the manifest of a crawl: read its files back from disk, list them, and store its row."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from archive import locks, paths, timestamps
from archive.index.db.connection import Connection, transaction
from archive.manifests import reader as manifests
from archive.manifests.reader import BadManifest, Manifest
from archive.warc import filenames, reader
from archive.warc.records import Damage, Record
from archive.warc.writer import sync_folder

_LONGEST_ADDRESS = 8192  # characters of an address that are listed
_NEWEST = 3  # manifests of a source that may lack their row: only the last can, two more are a reserve


def close_manifest(
    folder: Path,
    connection: Connection,
    *,
    crawl: str,
    source: str,
    now: datetime,
    written: Iterable[str],
    closed_by: str = "crawl",
) -> str | None:
    """Close the manifest of a crawl and return its name, or None if there is nothing to list.

    It lists the files that the crawl has `written`, and those of its source that killed crawls left. Of a file that a
    manifest lists already, it lists what was appended since. The caller holds the source's lock. Safe to kill at any
    instant and to run again.
    """
    own_files = set(written)
    recover_unfinished(folder, connection, source, own_files)
    files = [file for file in unlisted_files(connection) if file in own_files or source_of(file) == source]
    files = [file for file in files if (folder / file).is_file()]
    if not files:
        return None
    there = paths.manifests_folder(folder)
    there.mkdir(exist_ok=True)
    part = there / f"{crawl}.jsonl{manifests.PART_SUFFIX}"
    with part.open("wb") as stream:
        body = _ManifestWriter(stream)
        body.write_line(
            {"manifest": manifests.FORMAT, "crawl": crawl, "source": source, "closed_by": closed_by}
        )
        ends = {
            file: body.write_file(
                folder / file, file, listed_bytes(connection, file), is_left=file not in own_files
            )
            for file in files
        }
        with locks.lock_waiting(paths.manifests_lock(folder)):
            name, sha256 = _finish_manifest(folder, body, part, crawl, now)
    with transaction(connection):
        _add_rows(connection, name, sha256, timestamps.to_iso(now), ends)
    return name


def recover_unfinished(
    folder: Path, connection: Connection, source: str, own_files: Collection[str] = ()
) -> None:
    """Store rows for listed files that the index does not know as listed, and delete partial manifests.

    Both are left by a crawl that was killed while or right after it wrote its manifest.
    """
    there = paths.manifests_folder(folder)
    crawl = re.compile(re.escape(source) + r"-\d{14,}")
    for part in there.glob(f"*{manifests.PART_SUFFIX}"):
        if crawl.fullmatch(part.name.removesuffix(".jsonl" + manifests.PART_SUFFIX)):
            part.unlink(missing_ok=True)
    left = {file for file in unlisted_files(connection) if source_of(file) == source} - set(own_files)
    if not left:
        return
    of_source = (
        path
        for path in reversed(manifests.manifest_paths(folder))
        if crawl.fullmatch(manifests.crawl_of(path.name) or "")
    )
    _index_manifests(connection, islice(of_source, _NEWEST))


def index_manifests(folder: Path, connection: Connection, only: Collection[str] | None = None) -> None:
    """Add the rows of every readable manifest, or `only` of those with some names, to an index being rebuilt."""
    paths = manifests.manifest_paths(folder)
    _index_manifests(connection, paths if only is None else (path for path in paths if path.name in only))


def _index_manifests(connection: Connection, paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            manifest = manifests.read(path)
        except (BadManifest, OSError):
            continue  # verify reports it
        with transaction(connection):
            _add_row(connection, manifest)


def unlisted_files(connection: Connection) -> list[str]:
    """Return the WARC files in the index that no manifest lists to their end yet."""
    rows = connection.execute(
        "SELECT file FROM warc_files WHERE manifest IS NULL OR listed_bytes < bytes"
    ).fetchall()
    return sorted((row["file"] for row in rows), key=lambda file: (time_of(file), file))


def listed_bytes(connection: Connection, file: str) -> int:
    """Return how far manifests list a file, in bytes."""
    row = connection.execute("SELECT listed_bytes FROM warc_files WHERE file = ?", (file,)).fetchone()
    return row["listed_bytes"] if row else 0


def source_of(file: str) -> str | None:
    """Return the source whose crawls write files of that name («import» for imports), or None if it is not ours."""
    name = _warc_name(file)
    return name.source if name else None


def time_of(file: str) -> str:
    """Return the start of the run that a file is named after, YYYYMMDDhhmmss; empty if it is not ours."""
    name = _warc_name(file)
    return name.time if name else ""


def _add_row(connection: Connection, manifest: Manifest) -> None:
    ends = {listed.file: listed.bytes for listed in manifest.files}
    _add_rows(connection, manifest.name, manifest.sha256, manifest.closed_at, ends)


def _add_rows(
    connection: Connection, name: str, sha256: str, closed_at: str, ends: Mapping[str, int]
) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO manifests (name, sha256, closed_at) VALUES (?, ?, ?)",
        (name, sha256, closed_at),
    )
    connection.executemany(
        """
        UPDATE warc_files SET manifest = ?, listed_bytes = ?
        WHERE file = ? AND (manifest IS NULL OR listed_bytes < ?)
        """,
        [(name, end, file, end) for file, end in ends.items()],
    )


class _ManifestWriter:
    """A manifest being written: every line goes into its digest, every record into its chain."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.chain = manifests.CHAIN_START
        self.files = self.records = 0

    def write_line(self, fields: Mapping[str, object]) -> None:
        line = _line(fields)
        self.digest.update(line)
        self.stream.write(line)

    def write_file(self, path: Path, file: str, start: int, *, is_left: bool) -> int:
        """Add a WARC file from `start` on, read back from disk record by record; return where it ends."""
        head = {"from": start} if start else {}
        self.write_line({"file": file, **head, **({"left": True} if is_left else {})})
        records, end = 0, start
        whole = hashlib.sha256()
        with path.open("rb") as raw:
            for item in reader.read_records(path, start):
                raw.seek(item.place.offset)
                sha256 = manifests.hash_next_bytes(raw, item.place.length, whole)
                self.write_line(_fields(item, sha256))
                self.chain = manifests.extend_chain(self.chain, sha256)
                records += 1
                end = item.place.offset + item.place.length
        self.write_line(
            {"end": file, "bytes": end, "records": records, "sha256": whole.hexdigest(), "chain": self.chain}
        )
        self.files += 1
        self.records += records
        return end


def _fields(item: Record | Damage, sha256: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "offset": item.place.offset,
        "length": item.place.length,
        "sha256": sha256,
        "type": item.kind if isinstance(item, Record) else manifests.UNREADABLE,
    }
    if isinstance(item, Record) and item.has_capture and item.url:
        fields["url"] = item.url[:_LONGEST_ADDRESS]
    return fields


def _finish_manifest(
    folder: Path, body: _ManifestWriter, part: Path, crawl: str, now: datetime
) -> tuple[str, str]:
    """Link the manifest to the previous one and give it its final name; return the name and its digest."""
    before = manifests.chain_head(folder)
    number = ((manifests.number_of(before.name) or 0) if before else 0) + 1
    body.write_line(
        {
            "number": number,
            "closed_at": timestamps.to_iso(now),
            "previous": before.name if before else None,
            "previous_sha256": before.sha256 if before else None,
            "files": body.files,
            "records": body.records,
            "chain": body.chain,
        }
    )
    body.write_line({"sha256": body.digest.hexdigest()})
    body.stream.flush()
    os.fchmod(body.stream.fileno(), 0o444)
    os.fsync(body.stream.fileno())
    path = part.with_name(f"{number:07d}-{crawl}.jsonl")
    os.rename(part, path)
    sync_folder(path.parent)
    return path.name, body.digest.hexdigest()


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _warc_name(file: str) -> filenames.WarcName | None:
    name = file.rpartition("/")[2]
    copied = filenames.parse_copy(name)
    return copied.provenance if copied else filenames.parse(name)
