"""Read WARC records: one by its place, or all records of a file, with damaged stretches reported."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.errors import DamagedRecord
from archive.http.capture import Capture, Place
from archive.warc.filenames import OPEN_SUFFIX, stored_name
from archive.warc.records import Damage, Record, damage_error

MAX_RECORD = 1024**3  # bytes, decompressed; above every limit on the size of a response
_PIECE = 64 * 1024
MAX_PIECE = 1024 * 1024  # bytes of a record that are copied at once
_GZIP = b"\x1f\x8b\x08"
_RECORD_END = b"\r\n\r\n"
_PARSER = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"])


def read_record(folder: Path, place: Place) -> Record:
    """Return the record at a place; `folder` is the archive's, and the file may still be open.

    Raise DamagedRecord, with file and offset, if there is none or its bytes cannot be read completely.
    """
    record = read_record_at(folder, place)
    if record.place != place:
        raise damage_error(place, f"the record there is {record.place.length} bytes long, not {place.length}")
    return record


def read_record_at(folder: Path, place: Place) -> Record:
    """Return the record that begins at a place's offset, whatever its length, or raise DamagedRecord."""
    try:
        with _open(folder / place.file) as stream:
            return _record_at(stream, place.file, place.offset)
    except OSError as error:
        path = folder / place.file
        if path.is_symlink() and not path.exists():
            raise damage_error(
                place, f"the file was moved to {path.readlink().parent}, which is not there; connect its disk"
            ) from error
        raise damage_error(place, f"the file cannot be read ({error.strerror or error})") from error


def read_capture(folder: Path, place: Place, original: Place | None = None) -> Capture:
    """Return the capture at a place; for a revisit, with the body of the `original` it repeats.

    Raise DamagedRecord as `read_record` does, and if the original is needed and missing.
    """
    record = read_record(folder, place)
    if record.kind != "revisit" or original is None:
        return record.capture()
    return record.capture(read_record(folder, original).capture())


def read_concurrent(folder: Path, record: Record) -> list[Record]:
    """Return the records of the same exchange beside a response: its request, and metadata about it.

    They come right before and after it, in whatever order the program writes them.
    """
    place = record.place
    with _open(folder / place.file) as stream:
        found = (
            [before] if (before := _record_before(stream, place)) and _is_concurrent(before, record) else []
        )
        at = place.offset + place.length
        while True:
            try:
                after = _record_at(stream, place.file, at)
            except DamagedRecord:
                return found
            if not _is_concurrent(after, record):
                return found
            found.append(after)
            at += after.place.length


def copy_member(folder: Path, place: Place, write: Callable[[bytes], object]) -> None:
    """Pass the bytes of a record as stored to `write`, piece by piece."""
    with _open(folder / place.file) as stream:
        stream.seek(place.offset)
        left = place.length
        while left and (piece := stream.read(min(left, MAX_PIECE))):
            write(piece)
            left -= len(piece)


def file_size(folder: Path, file: str) -> int:
    """Return the length of a WARC file in the archive's folder, in bytes."""
    with _open(folder / file) as stream:
        return stream.seek(0, io.SEEK_END)


def file_exists(folder: Path, place: Place) -> bool:
    """Return whether the file of a place is in the archive's folder, without reading it."""
    path = folder / place.file
    return path.exists() or path.with_name(path.name + OPEN_SUFFIX).exists()


def read_records(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """Yield every record of a file from an offset on, in order; Damage for each stretch that is not a record."""
    with path.open("rb") as stream:
        yield from read_stream(stream, stored_name(path), start)


def read_stream(stream: BinaryIO, file: str, start: int = 0) -> Iterator[Record | Damage]:
    """Yield the same of an open file with that name."""
    end = stream.seek(0, io.SEEK_END)
    at = start
    while at < end:
        try:
            record = _record_at(stream, file, at)
        except DamagedRecord as error:
            after = _next_record(stream, file, at + 1, end)
            reason = str(error).partition(": ")[2].rstrip(".")
            yield Damage(Place(file, at, after - at), reason)
            at = after
        else:
            yield record
            at += record.place.length


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        try:
            return path.with_name(path.name + OPEN_SUFFIX).open("rb")
        except FileNotFoundError:
            return path.open("rb")  # the file may have been renamed between the two attempts


def _record_before(stream: BinaryIO, place: Place) -> Record | None:
    """Return the record that ends where another one begins, if it is a short one."""
    begin = max(place.offset - _PIECE, 0)
    stream.seek(begin)
    before = stream.read(place.offset - begin)
    found = len(before)
    while (found := before.rfind(_GZIP, 0, found)) >= 0:
        try:
            record = _record_at(stream, place.file, begin + found)
        except DamagedRecord:
            continue  # these bytes occur in compressed data too
        if record.place.offset + record.place.length == place.offset:
            return record
    return None


def _is_concurrent(one: Record, response: Record) -> bool:
    """Return whether a record is the request of a response, or metadata about it."""
    if one.kind not in ("request", "metadata") or not response.record_id:
        return False
    stated = (one.header("WARC-Concurrent-To"), one.refers_to)
    return response.record_id in stated or (
        bool(one.record_id) and response.header("WARC-Concurrent-To") == one.record_id
    )


def _record_at(stream: BinaryIO, file: str, offset: int) -> Record:
    member, length = read_member(stream, file, offset)
    return parse_record(member, Place(file, offset, length))


def parse_record(member: bytes, place: Place) -> Record:
    """Return the record in decompressed bytes, or raise DamagedRecord."""
    head = io.BytesIO(member)
    try:
        headers = _PARSER.parse(head)
        stated = headers.get_header("Content-Length")
        size = int(stated)
    except (StatusAndHeadersParserException, EOFError) as error:
        raise damage_error(place, "it is not a WARC record") from error
    except (TypeError, ValueError) as error:
        raise damage_error(place, f"the record's Content-Length is {stated!r}") from error
    start = head.tell()
    # Other programs end a record with fewer or more line ends than the standard's two.
    end = member[start + size :]
    if size < 0 or not end or end.strip(_RECORD_END):
        raise damage_error(place, "the record is not as long as it states")
    block = member[start : start + size]
    return Record(headers.get_header("WARC-Type") or "", tuple(headers.headers), block, place)


def read_member(stream: BinaryIO, file: str, offset: int) -> tuple[bytes, int]:
    """Return the content of the gzip member at an offset, and the member's length in the file."""
    place = Place(file, offset, 0)
    stream.seek(offset)
    decoder = zlib.decompressobj(wbits=31)
    content = bytearray()
    taken = 0
    while not decoder.eof:
        piece = decoder.unconsumed_tail or stream.read(_PIECE)
        if not piece:
            raise damage_error(
                place, "the file ends within the record" if taken else "the file ends before the record"
            )
        taken += 0 if decoder.unconsumed_tail else len(piece)
        try:
            content += decoder.decompress(piece, MAX_RECORD - len(content) + 1)
        except zlib.error as error:
            raise damage_error(place, f"the gzip member cannot be read ({error})") from error
        if len(content) > MAX_RECORD:
            raise damage_error(place, "the record is larger than the maximum")
    return bytes(content), taken - len(decoder.unused_data)


def _next_record(stream: BinaryIO, file: str, at: int, end: int) -> int:
    """Return where the next readable record begins, or the end of the file if there is none."""
    while at < end:
        stream.seek(at)
        piece = stream.read(_PIECE + len(_GZIP) - 1)
        found = piece.find(_GZIP)
        if found < 0:
            at += _PIECE
            continue
        try:
            _record_at(stream, file, at + found)
        except DamagedRecord:
            at += found + 1
        else:
            return at + found
    return end
