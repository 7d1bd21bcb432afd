"""Read WARC records: one by its place, or all records of a file, with damaged stretches reported."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.errors import DamagedRecord
from archive.http.capture import Capture, Place
from archive.warc.filenames import OPEN_SUFFIX, stored_name
from archive.warc.records import Damage, Record, damage_error

MAX_RECORD = 1024**3  # bytes, decompressed; above every limit on the size of a response
_PIECE = 64 * 1024
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


def file_exists(folder: Path, place: Place) -> bool:
    """Return whether the file of a place is in the archive's folder, without reading it."""
    path = folder / place.file
    return path.exists() or path.with_name(path.name + OPEN_SUFFIX).exists()


def read_records(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """Yield every record of a file from an offset on, in order; Damage for each stretch that is not a record."""
    file = stored_name(path)
    with path.open("rb") as stream:
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


def _record_at(stream: BinaryIO, file: str, offset: int) -> Record:
    member, length = _member_at(stream, file, offset)
    place = Place(file, offset, length)
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


def _member_at(stream: BinaryIO, file: str, offset: int) -> tuple[bytes, int]:
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
