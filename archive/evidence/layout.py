"""The layout of an evidence file: a zip file that must be exactly what its writer would write."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

_MAX_MEMBERS = 1_000_000
_MAX_NAME = 300
_WHOLE_PIECE = 64 * 1024  # headers are shorter


class LayoutError(ValueError):
    """A zip file is not laid out as an evidence file; the message says what is wrong."""


def stored_members(bundle: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """Return the members of a zip file of a size by name; raise LayoutError unless all are plain stored files.

    Stored members cannot grow when they are read, so that no zip bomb gets past this.
    """
    members: dict[str, zipfile.ZipInfo] = {}
    if len(bundle.infolist()) > _MAX_MEMBERS:
        raise LayoutError("It has too many files.")
    for info in bundle.infolist():
        name = info.filename
        shown = ascii(name[:80])
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise LayoutError(f"{shown} is compressed, which no file in an evidence file is.")
        if info.flag_bits & 1:
            raise LayoutError(f"{shown} is encrypted.")
        if name in members:
            raise LayoutError(f"It has two files {shown}.")
        if len(name) > _MAX_NAME or not _is_plain(name):
            raise LayoutError(f"{shown} is not the name of a file in an evidence file.")
        members[name] = info
    if sum(info.file_size for info in members.values()) > size:
        raise LayoutError("Its files are longer than itself.")
    return members


def _is_plain(name: str) -> bool:
    return (
        name.isprintable()
        and not {"", ".", ".."} & set(name.split("/"))
        and "\\" not in name
        and ":" not in name
    )


class ComparedLayout(io.RawIOBase):
    """A file to write to that only compares: what is written at a place must be there in the original.

    The header of a member is written twice, the second time with its length: what was written last counts.
    """

    def __init__(self, original: BinaryIO) -> None:
        self._original = original
        self._size = original.seek(0, io.SEEK_END)
        self._at = 0
        self._end = 0
        self._wrong: set[int] = set()

    def seekable(self) -> bool:
        """Return that any place can be written to."""
        return True

    def writable(self) -> bool:
        """Return that it is a file to write to."""
        return True

    def tell(self) -> int:
        """Return the place that is written to next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place."""
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence] + offset
        return self._at

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        """Compare a piece with the original."""
        self._original.seek(self._at)
        if self._original.read(len(piece)) == piece:
            self._wrong.discard(self._at)
        else:
            self._wrong.add(self._at)
            if len(piece) >= _WHOLE_PIECE:
                raise LayoutError(
                    f"It differs from what its writer would have written after byte {self._at}."
                )
        self._at += len(piece)
        self._end = max(self._end, self._at)
        return len(piece)

    def check(self) -> None:
        """Raise LayoutError unless everything was as in the original, to its last byte."""
        if self._wrong:
            raise LayoutError(
                f"It differs from what its writer would have written after byte {min(self._wrong)}."
            )
        if self._end != self._size:
            raise LayoutError(f"It has {self._size} bytes instead of {self._end}.")
