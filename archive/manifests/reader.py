"""Manifests: lists of the records that each crawl wrote, each manifest chained to the previous one.

    manifests/0000016-port-….jsonl ◀── manifests/0000017-primorsk-….jsonl ◀── …
                                        │ {"manifest": 1, "crawl": …}
                                        │ {"file": "warc/….warc.gz"}                    "from": N, if it lists a part
                                        │ {"offset": 0, "length": 312, "sha256": …}     a record as stored
                                        │ {"end": "warc/….warc.gz", "sha256": …, "chain": …}
                                        │ {"number": 17, "previous": …, "previous_sha256": …, "chain": …}
                                        │ {"sha256": …}                                 of all lines above

Digests inside a WARC file do not protect against someone who rewrites them too. With manifests, whoever changes a
record has to change every later manifest, and with them the digest of the last one, the chain head. A copy of that
digest stored elsewhere reveals the change.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from archive import paths
from archive.errors import ArchiveError, BadQuery
from archive.values.short_repr import ShortRepr

FORMAT = 1
CHAIN_START = "0" * 64  # the chain before the first record of a manifest
UNREADABLE = "unreadable"  # the type of bytes that were not a record when the manifest was closed
_NAME = re.compile(r"(?P<number>\d{7,})-(?P<crawl>.+)\.jsonl")
_SHA256 = re.compile(r"[0-9a-f]{64}")
PART_SUFFIX = ".part"  # suffix of a manifest that is being written
_LONGEST_LINE = 1024 * 1024  # addresses in WARC headers have no limit of their own
_PIECE = 1024 * 1024


class BadManifest(ArchiveError):
    """A manifest is not as it was written; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as stored: its compressed bytes."""

    offset: int
    length: int
    sha256: str  # hex
    kind: str  # WARC-Type
    url: str | None  # of a response


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One WARC file as its manifest lists it, or the part that a crawl appended to the file of an earlier one."""

    file: str
    manifest: str  # name
    entries_offset: int  # of its first entry in the manifest, in bytes
    start: int  # where the part begins, in bytes; 0: the manifest lists the file from its beginning
    bytes: int  # where it ends: the size of the file when the manifest was closed
    records: int
    sha256: str  # hex, of the bytes from `start` to the end
    is_leftover: bool  # left by a killed crawl and listed by a later one


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest whose digests, chain and counts are consistent."""

    name: str
    number: int
    crawl: str
    closed_at: str
    previous: str | None
    previous_sha256: str | None
    sha256: str  # hex, of the whole file
    files: tuple[ListedFile, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ChainHead(ShortRepr):
    """The newest manifest; its digest covers everything listed up to it."""

    name: str
    sha256: str  # hex


def number_of(name: str) -> int | None:
    """Return a manifest's position in the chain from its file name, or None if it is not a manifest's name."""
    found = _NAME.fullmatch(name)
    return int(found["number"]) if found else None


def crawl_of(name: str) -> str | None:
    """Return the crawl of a manifest from its file name, or None if it is not a manifest's name."""
    found = _NAME.fullmatch(name)
    return found["crawl"] if found else None


def manifest_paths(folder: Path) -> list[Path]:
    """Return the manifests of an archive in the order they were closed."""
    there = paths.manifests_folder(folder)
    found = [entry.name for entry in os.scandir(there)] if there.is_dir() else []
    return [there / name for name in sorted((n for n in found if _NAME.fullmatch(n)), key=_order)]


def chain_head(folder: Path) -> ChainHead | None:
    """Return the newest manifest with its digest, or None if no crawl has closed one."""
    newest = manifest_paths(folder)[-1:]
    return ChainHead(newest[0].name, file_sha256(newest[0])) if newest else None


def parse_head_digest(stated: str) -> str:
    """Return the digest of a chain head as typed by a user, normalized; raise BadQuery if it is not a SHA-256."""
    digest = stated.strip().lower().removeprefix("sha256:")
    if not _SHA256.fullmatch(digest):
        raise BadQuery(
            f"{stated!r} is not a SHA-256: a head is 64 digits and letters from a to f, as 'newsarchive verify' "
            "printed it."
        )
    return digest


def file_sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of a whole file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_next_bytes(stream: BinaryIO, length: int, whole: Any) -> str:
    """Return the SHA-256 (hex) of the next bytes of a stream, and add them to the digest `whole`."""
    digest, taken = hashlib.sha256(), 0
    while taken < length and (piece := stream.read(min(_PIECE, length - taken))):
        digest.update(piece)
        whole.update(piece)
        taken += len(piece)
    return digest.hexdigest()


def extend_chain(chain: str, record_sha256: str) -> str:
    """Return the chain one record further: SHA-256 of the chain so far and the record's digest, both as bytes."""
    return hashlib.sha256(bytes.fromhex(chain) + bytes.fromhex(record_sha256)).hexdigest()


def read(path: Path) -> Manifest:
    """Return what a manifest lists, or raise BadManifest if its digest, chain or counts are inconsistent."""
    return _ManifestReader(path).read()


def read_entries(folder: Path, listed: ListedFile) -> Iterator[Entry]:
    """Yield the records of one file, in order; raise BadManifest for an invalid line."""
    path = paths.manifests_folder(folder) / listed.manifest
    with path.open("rb") as stream:
        stream.seek(listed.entries_offset)
        for _ in range(listed.records):
            yield _parse_entry(path, _parse_line(path, stream.readline(_LONGEST_LINE)))


def listed_files(folder: Path) -> Iterator[ListedFile]:
    """Yield every file of every readable manifest."""
    for path in manifest_paths(folder):
        try:
            yield from read(path).files
        except (BadManifest, OSError):
            continue  # verify reports it


class _ManifestReader:
    """A manifest being read and checked for consistency, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self.chain = CHAIN_START
        self.line = b""
        self.number = 0
        self.records = 0

    def read(self) -> Manifest:
        try:
            with self.path.open("rb") as stream:
                return self._whole(stream)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self.error("is not as it was written") from error

    def error(self, what: str) -> BadManifest:
        return BadManifest(f"{paths.MANIFESTS}/{self.path.name}: line {self.number} {what}.")

    def _next(self, stream: BinaryIO) -> dict[str, Any]:
        self.line = stream.readline(_LONGEST_LINE)
        self.number += 1
        if not self.line:
            raise self.error("is missing: the manifest is truncated")
        fields = _parse_line(self.path, self.line, self.number)
        if set(fields) != {"sha256"}:
            self.digest.update(self.line)
        return fields

    def _whole(self, stream: BinaryIO) -> Manifest:
        first = self._next(stream)
        if first["manifest"] != FORMAT:
            raise self.error("is of a newer release, or not of a manifest")
        files = []
        while "file" in (fields := self._next(stream)):
            files.append(self._file(stream, fields))
        number = number_of(self.path.name)
        counts = (number, len(files), self.records, self.chain)
        if (fields["number"], fields["files"], fields["records"], fields["chain"]) != counts:
            raise self.error("does not match the lines above it or the file's name")
        stated = self._next(stream)
        if stated["sha256"] != self.digest.hexdigest():
            raise self.error("is not the digest of the lines above it: some of them were changed")
        self.digest.update(self.line)
        if stream.read(1):
            raise self.error("is not the last one")
        if self.path.name != f"{number:07d}-{first['crawl']}.jsonl":
            raise self.error("does not match the file's name")
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
        start = end = begun.get("from", 0)
        records = 0
        while "offset" in (fields := self._next(stream)):
            entry = _parse_entry(self.path, fields)
            self.chain = extend_chain(self.chain, entry.sha256)
            records += 1
            if entry.offset != end:
                raise self.error("does not begin where the record before it ends")
            end += entry.length
        counts = (begun["file"], end, records, self.chain)
        if (fields["end"], fields["bytes"], fields["records"], fields["chain"]) != counts:
            raise self.error("does not match the lines above it")
        self.records += records
        return ListedFile(
            file=str(begun["file"]),
            manifest=self.path.name,
            entries_offset=at,
            start=start,
            bytes=end,
            records=records,
            sha256=str(fields["sha256"]),
            is_leftover=begun.get("left") is True,
        )


def _parse_line(path: Path, line: bytes, number: int | None = None) -> dict[str, Any]:
    try:
        fields = json.loads(line)
        if isinstance(fields, dict) and line.endswith(b"\n"):
            return fields
    except (ValueError, RecursionError):
        pass
    where = "a line" if number is None else f"line {number}"
    raise BadManifest(f"{paths.MANIFESTS}/{path.name}: {where} is not a line of a manifest.")


def _parse_entry(path: Path, fields: Mapping[str, Any]) -> Entry:
    offset, length, sha256 = fields.get("offset"), fields.get("length"), fields.get("sha256")
    if type(offset) is int and type(length) is int and isinstance(sha256, str) and len(sha256) == 64:
        url = fields.get("url")
        return Entry(offset, length, sha256, str(fields.get("type")), None if url is None else str(url))
    raise BadManifest(f"{paths.MANIFESTS}/{path.name}: {fields!r} is not a record.")


def _order(name: str) -> tuple[int, str]:
    return number_of(name) or 0, name
