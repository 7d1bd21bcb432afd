"""WARC files made elsewhere: recognize them, and copy them so that each record can be read by its offset."""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from archive.errors import ArchiveError, DamagedRecord
from archive.http.capture import Place
from archive.http.content_coding import ZSTD_ERROR, zstd_file_decoder
from archive.warc.containers import arc
from archive.warc.reader import MAX_RECORD, parse_record, read_member, read_records, read_stream
from archive.warc.records import Damage, Record

_PIECE = 1024 * 1024
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"  # the frame that holds the dictionary of a .warc.zst
_MAX_DICTIONARY = 64 * 1024 * 1024
_MEMBER = re.compile(r"(?:.*/)?archive/.+\.w?arc(?:\.gz|\.zst)?", re.IGNORECASE)
_CDX = re.compile(rb"(?: ?CDX |![\w-]|[^\s{]{1,2000} \d{14} [{\S])")
_MAX_HEAD = 1024 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_VERSION_LINE = re.compile(rb"WARC/\d\.\d+\r?\n")
_RECORD_END = b"\r\n\r\n"
_BLANK = b"\r\n \t\xef\xbb\xbf\x00"


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class NotWarc(ArchiveError):
    """A file to import is not a WARC file."""


@dataclass(frozen=True, slots=True)
class CopyResult:
    """The result of copying a file."""

    digest: str  # "sha256:…" of the original file
    repacked: bool  # whether its records, unchanged, were compressed one by one
    is_arc: bool = False  # whether they were converted from ARC to WARC


def check_is_warc(path: Path) -> None:
    """Raise NotWarc, with a sentence, if a file does not begin like a WARC file."""
    begin = b""
    for piece in _content(path):
        begin += piece
        if len(begin.lstrip(_BLANK)) >= 2048:
            break
    begin = begin.lstrip(_BLANK)
    if _CDX.match(begin):
        raise NotWarc(
            f"{path} is a CDX index: give it a name that ends in .cdxj or .cdx, and import it again."
        )
    if begin.startswith(arc.BEGIN) and arc.parse_header(begin.partition(b"\n")[0]):
        return
    if begin.startswith((_GZIP, _ZSTD, *_ZIP)):
        raise NotWarc(f"{path} is compressed twice: decompress it once, then import it.")
    if not begin:
        raise NotWarc(
            f"{path} is empty, or compressed with something other than gzip and Zstandard: it is not a WARC file."
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
    compressed into a member. Damaged stretches are copied too and stay damaged. The records of ARC files become WARC
    records with the same blocks: see `archive.warc.containers.arc`.
    """
    is_arc = _is_arc(path)
    repacked = is_arc or not _is_record_by_record(path)
    with target.open("xb") as out:
        if repacked:
            for record in _records(path):
                packer = zlib.compressobj(wbits=31)
                out.write(packer.compress(record) + packer.flush())
        else:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    out.write(piece)
        out.flush()
        os.fchmod(out.fileno(), 0o444)
        os.fsync(out.fileno())
    return CopyResult(sha256_of_file(path), repacked, is_arc)


def _is_arc(path: Path) -> bool:
    """Return whether a file holds ARC records, alone or beside WARC files in a WACZ file."""
    return any(_RecordBuffer(pieces).begins_arc() for pieces in _warc_contents(path))


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


def _content(path: Path) -> Iterator[bytes]:
    """Yield the decompressed content of a file, or of all WARC files in a WACZ file."""
    for pieces in _warc_contents(path):
        yield from pieces


def _warc_contents(path: Path) -> Iterator[Iterator[bytes]]:
    """Yield the decompressed content of each WARC file in a file, or raise NotWarc for a zip file without any."""
    with path.open("rb") as file:
        if not file.read(4).startswith(_ZIP):
            file.seek(0)
            yield _decompressed(file)
            return
        try:
            with zipfile.ZipFile(file) as bundle:
                names = sorted(name for name in bundle.namelist() if _MEMBER.fullmatch(name))
                if not names:
                    raise NotWarc(
                        f"{path} is a zip file without WARC files in its folder «archive»: it is no WACZ."
                    )
                for name in names:
                    with bundle.open(name) as member:
                        yield _decompressed(member)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
            raise NotWarc(
                f"{path} is a damaged or encrypted zip file ({error}): download it again."
            ) from error


def _decompressed(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the file's content, compressed or not; of damaged data, what precedes the damage."""
    piece = file.read(_PIECE)
    if piece.startswith(_GZIP):
        yield from _frames(file, piece, lambda: zlib.decompressobj(wbits=31))
    elif piece.startswith(_ZSTD) or _ZSTD_SKIPPABLE.match(piece):
        dictionary, rest = _zstd_dictionary(file, piece)
        yield from _frames(file, rest, lambda: zstd_file_decoder(dictionary))
    else:
        while piece:
            yield piece
            piece = file.read(_PIECE)


def _frames(file: IO[bytes], piece: bytes, new_decoder: Callable[[], _Decoder]) -> Iterator[bytes]:
    """Yield the content of compressed frames, one after the other."""
    decoder = new_decoder()
    while True:
        try:
            yield decoder.decompress(piece, _PIECE)
        except (zlib.error, ZSTD_ERROR, EOFError):
            return
        if decoder.eof:
            piece = decoder.unused_data or file.read(_PIECE)
            while (skipped := _after_skippable(file, piece)) is not None:
                piece = skipped or file.read(_PIECE)
            decoder = new_decoder()
            if not piece:
                return
        else:
            piece = _unconsumed(decoder)
            if not piece and _needs_input(decoder):
                piece = file.read(_PIECE)
                if not piece:
                    return


def _unconsumed(decoder: _Decoder) -> bytes:
    return getattr(decoder, "unconsumed_tail", b"")  # zlib's; the others keep it


def _needs_input(decoder: _Decoder) -> bool:
    return getattr(decoder, "needs_input", True)


def _after_skippable(file: IO[bytes], piece: bytes) -> bytes | None:
    """Return what follows a skippable Zstandard frame at the beginning of a piece; None if there is none."""
    if not _ZSTD_SKIPPABLE.match(piece):
        return None
    return _frame_content(file, piece)[1]


def _zstd_dictionary(file: IO[bytes], piece: bytes) -> tuple[bytes | None, bytes]:
    """Return the dictionary at the beginning of a .warc.zst file, and what follows the first frame.

    See https://iipc.github.io/warc-specifications/specifications/warc-zstd/
    """
    if not _ZSTD_SKIPPABLE.match(piece):
        return None, piece
    content, rest = _frame_content(file, piece)
    if not piece.startswith(_ZSTD_DICTIONARY):
        return None, rest or file.read(_PIECE)
    if content.startswith(_ZSTD):
        try:
            content = zstd_file_decoder().decompress(content, _MAX_DICTIONARY)
        except ZSTD_ERROR:
            content = b""
    return content or None, rest or file.read(_PIECE)


def _frame_content(file: IO[bytes], piece: bytes) -> tuple[bytes, bytes]:
    """Return the content of the skippable frame at the beginning of a piece, and the bytes read beyond it."""
    piece += file.read(max(8 - len(piece), 0))
    length = 8 + int.from_bytes(piece[4:8], "little")
    if length > _MAX_DICTIONARY:
        return b"", b""
    piece += file.read(max(length - len(piece), 0))
    return piece[8:length], piece[length:]


def _records(path: Path) -> Iterator[bytes]:
    """Yield each record's bytes with the line ends after it, and each stretch that is not a record."""
    for pieces in _warc_contents(path):
        tape = _RecordBuffer(pieces)
        yield from _arc_records_in(tape) if tape.begins_arc() else _records_in(tape)


def located_records(path: Path) -> Iterator[Record | Damage] | None:
    """Return the records of a file with the places by which an index of the original file names them.

    None for files in which no index can name single records: of Zstandard, or with several records in a gzip member.
    """
    with path.open("rb") as stream:
        if not _has_places(stream):
            return None
    return _located_in_file(path)


def located_records_in(stream: BinaryIO, name: str) -> Iterator[Record | Damage] | None:
    """Return the same of an open WARC or ARC file."""
    return _located_records(stream, name) if _has_places(stream) else None


def _has_places(stream: BinaryIO) -> bool:
    begin = stream.read(len(arc.BEGIN))
    stream.seek(0)
    if not begin.startswith(_GZIP):
        return not begin.startswith((_ZSTD, *_ZIP)) and _ZSTD_SKIPPABLE.match(begin) is None
    first = _RecordBuffer(_first_member(stream))
    if first.begins_arc():
        return sum(1 for _ in _arc_records_in(first)) == 1
    return not _has_second_record(first)


def _located_in_file(path: Path) -> Iterator[Record | Damage]:
    with path.open("rb") as stream:
        yield from _located_records(stream, path.name)


def _located_records(stream: BinaryIO, name: str) -> Iterator[Record | Damage]:
    stream.seek(0)
    is_compressed = stream.read(len(_GZIP)) == _GZIP
    stream.seek(0)
    if not is_compressed:
        yield from _located(_RecordBuffer(_decompressed(stream)), name)
    elif _RecordBuffer(_first_member(stream)).begins_arc():
        yield from _located_arc_records(stream, name)
    else:
        yield from read_stream(stream, name)


def _located(tape: _RecordBuffer, name: str) -> Iterator[Record | Damage]:
    """Yield the records of a file that is not compressed."""
    records = _arc_records_in(tape) if tape.begins_arc() else _records_in(tape)
    for raw in records:
        place = Place(name, tape.taken_at, tape.taken)
        try:
            yield parse_record(raw, place)
        except DamagedRecord as error:
            yield Damage(place, str(error))


def _located_arc_records(stream: BinaryIO, name: str) -> Iterator[Record | Damage]:
    """Yield the records of an ARC file in which each is a gzip member."""
    end = stream.seek(0, io.SEEK_END)
    at = 0
    while at < end:
        stream.seek(at)
        content, length = read_member(stream, name, at)
        for raw in _arc_records_in(_RecordBuffer(iter([content]))):
            yield parse_record(raw, Place(name, at, length))
        at += length


def _arc_records_in(tape: _RecordBuffer) -> Iterator[bytes]:
    while tape.skip_blank_lines():
        line = tape.read_line(arc.MAX_LINE)
        header = arc.parse_header(line)
        if header is None or header.length > MAX_RECORD or not tape.has(len(line) + header.length):
            yield tape.until(arc.NEXT_LINE)
        else:
            yield arc.to_warc(header, tape.take(len(line) + header.length)[len(line) :])


def _records_in(tape: _RecordBuffer) -> Iterator[bytes]:
    tape.skip_byte_order_mark()
    while tape.skip_blank_lines():
        head = tape.read_head()
        stated = _LENGTH.search(head) if head and _VERSION_LINE.match(head) else None
        length = int(stated[1]) if stated else None
        if length is None or length > MAX_RECORD or not tape.has(len(head) + length):
            yield tape.until(_VERSION_LINE)
        else:
            yield tape.take(len(head) + length) + _RECORD_END


class _RecordBuffer:
    """Bytes read in order, with lookahead."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()
        self._at = 0  # of the first held byte in the content
        self.taken_at = 0  # where the bytes last taken began
        self.taken = 0  # and how many they were

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
            self._discard(blank)
            if self._held:
                return True
            if not self.has(1):
                return False

    def skip_byte_order_mark(self) -> None:
        if self.has(3) and self._held.startswith(b"\xef\xbb\xbf"):
            self._discard(3)

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
        self._discard(count)
        self.taken_at, self.taken = self._at - count, count
        return taken

    def _discard(self, count: int) -> None:
        del self._held[:count]
        self._at += count

    def begins_arc(self) -> bool:
        """Return whether the content is that of an ARC file."""
        return self.has(len(arc.BEGIN)) and self._held.startswith(arc.BEGIN)

    def read_line(self, longest: int) -> bytes:
        """Return a line with its end, without consuming it; what there is of it if it is too long or has no end."""
        while (end := self._held.find(b"\n")) < 0 and len(self._held) < longest:
            if not self.has(len(self._held) + 1):
                break
        return bytes(self._held[: end + 1 if end >= 0 else longest])

    def until(self, beginning: re.Pattern[bytes]) -> bytes:
        """Return the bytes before the beginning of the next record, or up to the end of the file."""
        looked = 1
        while len(self._held) < MAX_RECORD:
            if found := beginning.search(self._held, max(looked - arc.MAX_LINE, 1)):
                return self.take(found.start())
            looked = len(self._held)
            if not self.has(looked + 1):
                break
        return self.take(len(self._held))
