"""WARC files made elsewhere: recognize them, and copy them so that each record can be read by its offset."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveError
from archive.warc.reader import MAX_RECORD, read_records
from archive.warc.records import Damage

_PIECE = 1024 * 1024
_GZIP = b"\x1f\x8b"
_MAX_HEAD = 1024 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_VERSION_LINE = re.compile(rb"WARC/\d\.\d+\r?\n")
_RECORD_END = b"\r\n\r\n"


class NotWarc(ArchiveError):
    """A file to import is not a WARC file."""


@dataclass(frozen=True, slots=True)
class CopyResult:
    """The result of copying a file."""

    digest: str  # "sha256:…" of the original file
    repacked: bool  # whether its records, unchanged, were compressed one by one


def check_is_warc(path: Path) -> None:
    """Raise NotWarc, with a sentence, if a file does not begin like a WARC file."""
    with path.open("rb") as file:
        begin = b""
        for piece in _decompressed(file):
            begin += piece
            if len(begin.lstrip(b"\r\n")) >= 64:
                break
    begin = begin.lstrip(b"\r\n")
    if begin.startswith(b"filedesc:"):
        raise NotWarc(f"{path} is an ARC file, the predecessor of WARC: convert it with 'warcio recompress'.")
    if not begin:
        raise NotWarc(
            f"{path} is empty, or compressed with something other than gzip: it is not a WARC file."
        )
    if not _VERSION_LINE.match(begin):
        raise NotWarc(f"{path} is not a WARC file: it does not begin with «WARC/1.0» or «WARC/1.1».")


def sha256_of_file(path: Path) -> str:
    """Return «sha256:…» of a whole file."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def copy(path: Path, target: Path) -> CopyResult:
    """Copy a file so that every record is a gzip member of its own, and sync it to disk.

    A file that is already compressed record by record is copied as it is; else each record, its bytes unchanged, is
    compressed into a member. Damaged stretches are copied too and stay damaged.
    """
    repacked = not _is_record_by_record(path)
    with target.open("xb") as out:
        if repacked:
            with path.open("rb") as file:
                for record in _records(file):
                    packer = zlib.compressobj(wbits=31)
                    out.write(packer.compress(record) + packer.flush())
        else:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    out.write(piece)
        out.flush()
        os.fchmod(out.fileno(), 0o444)
        os.fsync(out.fileno())
    return CopyResult(sha256_of_file(path), repacked)


def _is_record_by_record(path: Path) -> bool:
    """Return whether every gzip member holds one record. Damage alone is no reason to repack a file."""
    with path.open("rb") as file:
        if file.read(2) != _GZIP:
            return False
        file.seek(0)
        if _has_second_record(_RecordBuffer(_first_member(file))):
            return False  # checked first: such a member may be as large as the whole file
    return not any(
        isinstance(one, Damage) and "as long as it states" in one.reason for one in read_records(path)
    )


def _has_second_record(member: _RecordBuffer) -> bool:
    stated = _LENGTH.search(head) if member.skip_blank_lines() and (head := member.read_head()) else None
    length = int(stated[1]) if stated else MAX_RECORD
    if length >= MAX_RECORD or not member.has(len(head) + length):
        return False
    member.take(len(head) + length)
    return member.skip_blank_lines()


def _first_member(file: BinaryIO) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=31)
    while not decoder.eof and (piece := decoder.unconsumed_tail or file.read(_PIECE)):
        try:
            yield decoder.decompress(piece, _PIECE)
        except zlib.error:
            return


def _decompressed(file: BinaryIO) -> Iterator[bytes]:
    """Yield the file's content, compressed or not; of damaged gzip, what precedes the damage."""
    piece = file.read(_PIECE)
    if not piece.startswith(_GZIP):
        while piece:
            yield piece
            piece = file.read(_PIECE)
        return
    decoder = zlib.decompressobj(wbits=31)
    while piece:
        try:
            yield decoder.decompress(piece, _PIECE)
        except zlib.error:
            return
        piece = decoder.unconsumed_tail or (decoder.unused_data if decoder.eof else b"")
        if decoder.eof:
            decoder = zlib.decompressobj(wbits=31)
        piece = piece or file.read(_PIECE)


def _records(file: BinaryIO) -> Iterator[bytes]:
    """Yield each record's bytes with the line ends after it, and each stretch that is not a record."""
    tape = _RecordBuffer(_decompressed(file))
    while tape.skip_blank_lines():
        head = tape.read_head()
        stated = _LENGTH.search(head) if head and _VERSION_LINE.match(head) else None
        length = int(stated[1]) if stated else None
        if length is None or length > MAX_RECORD or not tape.has(len(head) + length):
            yield tape.until_next_record()
        else:
            yield tape.take(len(head) + length) + _RECORD_END


class _RecordBuffer:
    """Bytes read in order, with lookahead."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()

    def has(self, count: int) -> bool:
        while len(self._held) < count:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._held += piece
        return True

    def skip_blank_lines(self) -> bool:
        """Skip line ends; return False at the end of the file."""
        while True:
            blank = len(self._held) - len(self._held.lstrip(b"\r\n"))
            del self._held[:blank]
            if self._held:
                return True
            if not self.has(1):
                return False

    def read_head(self) -> bytes:
        """Return a record's head with its blank line, without consuming it; empty if it has no end."""
        looked = 0
        while True:
            if found := _HEAD_END.search(self._held, max(looked - 4, 0)):
                return bytes(self._held[: found.end()])
            looked = len(self._held)
            if looked > _MAX_HEAD or not self.has(looked + 1):
                return b""

    def take(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def until_next_record(self) -> bytes:
        """Return the bytes before the next record's beginning, or up to the end of the file."""
        looked = 1
        while len(self._held) < MAX_RECORD:
            if found := _VERSION_LINE.search(self._held, max(looked - 16, 1)):
                return self.take(found.start())
            looked = len(self._held)
            if not self.has(looked + 1):
                break
        return self.take(len(self._held))
