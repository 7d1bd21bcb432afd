"""Manifests: what a crawl wrote, record by record, in a file of its own that is chained to the one before.

    manifests/0000016-port-….jsonl ◀── manifests/0000017-primorsk-….jsonl ◀── …
                                        │ {"manifest": 1, "crawl": …}
                                        │ {"file": "warc/….warc.gz"}
                                        │ {"offset": 0, "length": 312, "sha256": …}     a record as stored
                                        │ {"end": "warc/….warc.gz", "sha256": …, "chain": …}
                                        │ {"number": 17, "previous": …, "previous_sha256": …, "chain": …}
                                        │ {"sha256": …}                                 of all lines above

Digests inside a WARC file prove nothing against an editor, who writes them anew. Here whoever changes a record
has to change every manifest from there on, and with them the last one's digest, the head: who noted it down
elsewhere can tell.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from archive import layout, locks, moments
from archive.errors import ArchiveError
from archive.index.connection import Connection, writing
from archive.warc import names, reader
from archive.warc.record import Damage, Record
from archive.warc.writer import sync_folder

FORMAT = 1
FIRST_LINK = "0" * 64  # what the first record of a manifest is chained to
UNREADABLE = "unreadable"  # the type of bytes that were no record when the manifest was closed
_NAME = re.compile(r"(?P<number>\d{7,})-(?P<crawl>.+)\.jsonl")
PART = ".part"  # ends the name of a manifest that is being written
_LONGEST_LINE = 1024 * 1024  # addresses in WARC headers have no limit of their own
_LONGEST_ADDRESS = 8192  # what is listed of an address
_PIECE = 1024 * 1024
_NEWEST = (
    3  # of a source's manifests that can have been closed without their row: the last, and some to spare
)


class BadManifest(ArchiveError):
    """A manifest is not as it was written; names the file and the line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as stored: the compressed bytes."""

    offset: int
    length: int
    sha256: str  # hex
    kind: str  # WARC-Type
    url: str | None  # of an answer


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One WARC file as its manifest lists it."""

    file: str
    manifest: str  # name
    at: int  # where its first entry stands in the manifest, in bytes
    bytes: int
    records: int
    sha256: str  # hex, of the whole file
    is_left: bool  # a killed crawl left it, a later one listed it


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that agrees with itself."""

    name: str
    number: int
    crawl: str
    closed_at: str
    previous: str | None
    previous_sha256: str | None
    sha256: str  # hex, of the whole file
    files: tuple[ListedFile, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest manifest; its digest stands for everything listed up to it."""

    name: str
    sha256: str  # hex


def number_of(name: str) -> int | None:
    """A manifest's place in the chain, from its name; None when the name is no manifest's."""
    found = _NAME.fullmatch(name)
    return int(found["number"]) if found else None


def paths(folder: Path) -> list[Path]:
    """The manifests of an archive in the order they were closed."""
    there = layout.manifests_of(folder)
    found = [entry.name for entry in os.scandir(there)] if there.is_dir() else []
    return [there / name for name in sorted((n for n in found if _NAME.fullmatch(n)), key=_order)]


def head(folder: Path) -> Head | None:
    """The newest manifest with its digest; None when no crawl has closed one."""
    newest = paths(folder)[-1:]
    return Head(newest[0].name, file_digest(newest[0])) if newest else None


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a whole file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hashed(stream: BinaryIO, length: int, whole: Any) -> str:
    """SHA-256 (hex) of the next bytes of a stream, which go into another digest too, a piece at a time."""
    digest, taken = hashlib.sha256(), 0
    while taken < length and (piece := stream.read(min(_PIECE, length - taken))):
        digest.update(piece)
        whole.update(piece)
        taken += len(piece)
    return digest.hexdigest()


def link(chain: str, record_sha256: str) -> str:
    """The chain one record further: SHA-256 of the chain so far and the record's digest, both as bytes."""
    return hashlib.sha256(bytes.fromhex(chain) + bytes.fromhex(record_sha256)).hexdigest()


def read(path: Path) -> Manifest:
    """What a manifest lists; its own digest, chain and counts agree. BadManifest when anything does not."""
    return _Reading(path).whole()


def entries(folder: Path, listed: ListedFile) -> Iterator[Entry]:
    """The records of one file, in order. BadManifest when a line is none of a manifest's."""
    path = layout.manifests_of(folder) / listed.manifest
    with path.open("rb") as stream:
        stream.seek(listed.at)
        for _ in range(listed.records):
            yield _entry(path, _parsed(path, stream.readline(_LONGEST_LINE)))


def listed_files(folder: Path) -> Iterator[ListedFile]:
    """Every file of every manifest that can be read."""
    for path in paths(folder):
        try:
            yield from read(path).files
        except (BadManifest, OSError):
            continue  # for verify to tell


def close(
    folder: Path,
    connection: Connection,
    *,
    crawl: str,
    source: str,
    now: datetime,
    written: Iterable[str],
    closed_by: str = "crawl",
) -> str | None:
    """Closes the manifest of a crawl and gives its name; None when there was nothing to list.

    It lists the files that the crawl has `written`, and those of its source that killed crawls left.
    The caller holds the source's lock. May be killed at any instant and begun anew.
    """
    own = set(written)
    settle(folder, connection, source, own)
    files = [file for file in unlisted(connection) if file in own or source_of(file) == source]
    files = [file for file in files if (folder / file).is_file()]
    if not files:
        return None
    there = layout.manifests_of(folder)
    there.mkdir(exist_ok=True)
    part = there / f"{crawl}.jsonl{PART}"
    with part.open("wb") as stream:
        body = _Body(stream)
        body.line({"manifest": FORMAT, "crawl": crawl, "source": source, "closed_by": closed_by})
        for file in files:
            body.file(folder / file, file, is_left=file not in own)
        with locks.waited(layout.manifests_lock(folder)):
            name, sha256 = _sealed(folder, body, part, crawl, now)
    with writing(connection):
        _add_rows(connection, name, sha256, moments.text(now), files)
    return name


def settle(folder: Path, connection: Connection, source: str, own: Collection[str] = ()) -> None:
    """Files that a manifest lists and the index does not know of as listed (a crawl was killed between the
    two) get their row; what a killed crawl had begun to write of a manifest is thrown away.
    """
    there = layout.manifests_of(folder)
    crawl = re.compile(re.escape(source) + r"-\d{14,}")
    for part in there.glob(f"*{PART}"):
        if crawl.fullmatch(part.name.removesuffix(".jsonl" + PART)):
            part.unlink(missing_ok=True)
    left = {file for file in unlisted(connection) if source_of(file) == source} - set(own)
    if not left:
        return
    of_source = (
        path for path in reversed(paths(folder)) if crawl.fullmatch(_NAME.sub(r"\g<crawl>", path.name))
    )
    for path in islice(of_source, _NEWEST):
        try:
            manifest = read(path)
        except (BadManifest, OSError):
            continue  # for verify to tell
        with writing(connection):
            _add_row(connection, manifest)


def take_in(folder: Path, connection: Connection) -> None:
    """The rows of every manifest that can be read, for an index that is made anew."""
    for path in paths(folder):
        try:
            manifest = read(path)
        except (BadManifest, OSError):
            continue  # for verify to tell
        with writing(connection):
            _add_row(connection, manifest)


def unlisted(connection: Connection) -> list[str]:
    """The WARC files the index knows and no manifest lists yet."""
    rows = connection.execute("SELECT file FROM warc_files WHERE manifest IS NULL").fetchall()
    return sorted((row["file"] for row in rows), key=lambda file: (time_of(file), file))


def source_of(file: str) -> str | None:
    """Whose crawls write files of that name, imports among them; None when it is none of ours."""
    name = _name_of(file)
    return name.source if name else None


def time_of(file: str) -> str:
    """When the run began that a file is named after: YYYYMMDDhhmmss; empty when it is none of ours."""
    name = _name_of(file)
    return name.time if name else ""


def _add_row(connection: Connection, manifest: Manifest) -> None:
    files = [listed.file for listed in manifest.files]
    _add_rows(connection, manifest.name, manifest.sha256, manifest.closed_at, files)


def _add_rows(connection: Connection, name: str, sha256: str, closed_at: str, files: Sequence[str]) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO manifests (name, sha256, closed_at) VALUES (?, ?, ?)",
        (name, sha256, closed_at),
    )
    connection.executemany(
        "UPDATE warc_files SET manifest = ? WHERE file = ? AND manifest IS NULL",
        [(name, file) for file in files],
    )


class _Body:
    """A manifest being written: every line goes into its digest, every record into its chain."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.chain = FIRST_LINK
        self.files = self.records = 0

    def line(self, fields: Mapping[str, object]) -> None:
        line = _line(fields)
        self.digest.update(line)
        self.stream.write(line)

    def file(self, path: Path, file: str, *, is_left: bool) -> None:
        """A WARC file read back from the disk, record by record."""
        self.line({"file": file, **({"left": True} if is_left else {})})
        records = end = 0
        whole = hashlib.sha256()
        with path.open("rb") as raw:
            for item in reader.iterate(path):
                raw.seek(item.place.offset)
                sha256 = hashed(raw, item.place.length, whole)
                self.line(_fields(item, sha256))
                self.chain = link(self.chain, sha256)
                records += 1
                end = item.place.offset + item.place.length
        self.line(
            {"end": file, "bytes": end, "records": records, "sha256": whole.hexdigest(), "chain": self.chain}
        )
        self.files += 1
        self.records += records


def _fields(item: Record | Damage, sha256: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "offset": item.place.offset,
        "length": item.place.length,
        "sha256": sha256,
        "type": item.kind if isinstance(item, Record) else UNREADABLE,
    }
    if isinstance(item, Record) and item.answers and item.url:
        fields["url"] = item.url[:_LONGEST_ADDRESS]
    return fields


def _sealed(folder: Path, body: _Body, part: Path, crawl: str, now: datetime) -> tuple[str, str]:
    """The manifest linked to the one before, on disk under its name; the name and its digest."""
    before = head(folder)
    number = ((number_of(before.name) or 0) if before else 0) + 1
    body.line(
        {
            "number": number,
            "closed_at": moments.text(now),
            "previous": before.name if before else None,
            "previous_sha256": before.sha256 if before else None,
            "files": body.files,
            "records": body.records,
            "chain": body.chain,
        }
    )
    body.line({"sha256": body.digest.hexdigest()})
    body.stream.flush()
    os.fchmod(body.stream.fileno(), 0o444)
    os.fsync(body.stream.fileno())
    path = part.with_name(f"{number:07d}-{crawl}.jsonl")
    os.rename(part, path)
    sync_folder(path.parent)
    return path.name, body.digest.hexdigest()


class _Reading:
    """A manifest being read and checked against itself, a line at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self.chain = FIRST_LINK
        self.line = b""
        self.number = 0
        self.records = 0

    def whole(self) -> Manifest:
        try:
            with self.path.open("rb") as stream:
                return self._whole(stream)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self.bad("is not as it was written") from error

    def bad(self, what: str) -> BadManifest:
        return BadManifest(f"{layout.MANIFESTS}/{self.path.name}: line {self.number} {what}.")

    def _next(self, stream: BinaryIO) -> dict[str, Any]:
        self.line = stream.readline(_LONGEST_LINE)
        self.number += 1
        if not self.line:
            raise self.bad("is missing: the manifest was cut")
        fields = _parsed(self.path, self.line, self.number)
        if set(fields) != {"sha256"}:
            self.digest.update(self.line)
        return fields

    def _whole(self, stream: BinaryIO) -> Manifest:
        first = self._next(stream)
        if first["manifest"] != FORMAT:
            raise self.bad("is of a newer release, or of none")
        files = []
        while "file" in (fields := self._next(stream)):
            files.append(self._file(stream, fields))
        number = number_of(self.path.name)
        counts = (number, len(files), self.records, self.chain)
        if (fields["number"], fields["files"], fields["records"], fields["chain"]) != counts:
            raise self.bad("does not agree with the lines above it or with the file's name")
        stated = self._next(stream)
        if stated["sha256"] != self.digest.hexdigest():
            raise self.bad("is not the digest of the lines above it: some of them were changed")
        self.digest.update(self.line)
        if stream.read(1):
            raise self.bad("is not the last one")
        if self.path.name != f"{number:07d}-{first['crawl']}.jsonl":
            raise self.bad("does not agree with the file's name")
        return Manifest(
            name=self.path.name,
            number=fields["number"],
            crawl=first["crawl"],
            closed_at=fields["closed_at"],
            previous=fields["previous"],
            previous_sha256=fields["previous_sha256"],
            sha256=self.digest.hexdigest(),
            files=tuple(files),
        )

    def _file(self, stream: BinaryIO, begun: Mapping[str, Any]) -> ListedFile:
        at = stream.tell()
        records = end = 0
        while "offset" in (fields := self._next(stream)):
            entry = _entry(self.path, fields)
            self.chain = link(self.chain, entry.sha256)
            records += 1
            if entry.offset != end:
                raise self.bad("does not begin where the record before it ends")
            end += entry.length
        counts = (begun["file"], end, records, self.chain)
        if (fields["end"], fields["bytes"], fields["records"], fields["chain"]) != counts:
            raise self.bad("does not agree with the lines above it")
        self.records += records
        return ListedFile(
            file=str(begun["file"]),
            manifest=self.path.name,
            at=at,
            bytes=end,
            records=records,
            sha256=str(fields["sha256"]),
            is_left=begun.get("left") is True,
        )


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _parsed(path: Path, line: bytes, number: int | None = None) -> dict[str, Any]:
    try:
        fields = json.loads(line)
        if isinstance(fields, dict) and line.endswith(b"\n"):
            return fields
    except (ValueError, RecursionError):
        pass
    where = "a line" if number is None else f"line {number}"
    raise BadManifest(f"{layout.MANIFESTS}/{path.name}: {where} is no line of a manifest.")


def _entry(path: Path, fields: Mapping[str, Any]) -> Entry:
    offset, length, sha256 = fields.get("offset"), fields.get("length"), fields.get("sha256")
    if type(offset) is int and type(length) is int and isinstance(sha256, str) and len(sha256) == 64:
        url = fields.get("url")
        return Entry(offset, length, sha256, str(fields.get("type")), None if url is None else str(url))
    raise BadManifest(f"{layout.MANIFESTS}/{path.name}: {fields!r} is no record.")


def _order(name: str) -> tuple[int, str]:
    return number_of(name) or 0, name


def _name_of(file: str) -> names.WarcName | None:
    name = file.rpartition("/")[2]
    copied = names.parse_copy(name)
    return copied.beside if copied else names.parse(name)
