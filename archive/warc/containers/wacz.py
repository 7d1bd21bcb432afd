"""WACZ files: the digests they state, their indexes, and the WARC files in them.

See https://specs.webrecorder.net/wacz/1.1.1/.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.warc.validation import pieces_mismatch

PACKAGE = "datapackage.json"
PACKAGE_DIGEST = "datapackage-digest.json"
_PIECE = 1024 * 1024
_LOCAL_HEADER = 30  # bytes before the name of a member


def digest_problems(path: Path) -> list[str]:
    """Return what of a WACZ file does not match its datapackage.json, as sentences; empty for any other file."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as bundle:
        names = set(bundle.namelist())
        if PACKAGE not in names:
            return []
        try:
            resources = _resources(bundle.read(PACKAGE))
        except ValueError as error:
            return [f"Its {PACKAGE} cannot be read ({error})."]
        problems = list(_package_problems(bundle)) if PACKAGE_DIGEST in names else []
        for name, stated, size in resources:
            if name not in names:
                problems.append(f"{name} is listed in {PACKAGE}, and is missing.")
            elif problem := pieces_mismatch(stated, _pieces(bundle, name)):
                problems.append(f"The digest of {name} {problem}.")
            elif size not in (None, bundle.getinfo(name).file_size):
                problems.append(f"{name} has {bundle.getinfo(name).file_size} bytes, not {size}.")
        listed = {name for name, _, _ in resources}
        unlisted = [name for name in sorted(names - listed) if _is_archived(name)] if listed else []
        return problems + [f"{name} is not listed in {PACKAGE}." for name in unlisted]


def missing_parts(path: Path) -> list[str]:
    """Return which parts a WACZ file should have and has not, as sentences; empty for any other file."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        is_listed = PACKAGE in names and b'"hash"' in bundle.read(PACKAGE)
    found = (
        [] if is_listed else [f"It has no {PACKAGE} with the digests of its files: they were not checked."]
    )
    if not any(name.startswith("indexes/") for name in names):
        found.append("It has no index of its records, with which they could be compared.")
    return found


@contextmanager
def opened_member(path: Path, name: str) -> Iterator[BinaryIO | None]:
    """Yield a member of a zip file to read anywhere in it; None if it is compressed."""
    with path.open("rb") as file, zipfile.ZipFile(file) as bundle:
        info = bundle.getinfo(name)
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            yield None
            return
        file.seek(info.header_offset)
        head = file.read(_LOCAL_HEADER)
        start = (
            info.header_offset
            + _LOCAL_HEADER
            + sum(int.from_bytes(head[i : i + 2], "little") for i in (26, 28))
        )
        yield io.BufferedReader(_Window(file, start, info.file_size))


def _is_archived(name: str) -> bool:
    return name.startswith("archive/") and not name.endswith("/")


class _Window(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._start + self._at)
        piece = self._file.read(max(min(len(buffer), self._size - self._at), 0))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _resources(package: bytes) -> list[tuple[str, str, int | None]]:
    """Return path, digest and length of each file that a datapackage.json lists, or raise ValueError."""
    stated = json.loads(package)
    listed = stated.get("resources", []) if isinstance(stated, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ValueError("it does not list resources")
    found = []
    for one in listed:
        size = one.get("bytes")
        found.append((str(one.get("path")), str(one.get("hash")), size if isinstance(size, int) else None))
    return found


def _package_problems(bundle: zipfile.ZipFile) -> Iterator[str]:
    try:
        stated = json.loads(bundle.read(PACKAGE_DIGEST))
        digest = stated["hash"]
    except (ValueError, TypeError, KeyError):
        yield f"Its {PACKAGE_DIGEST} cannot be read."
        return
    if problem := pieces_mismatch(str(digest), _pieces(bundle, PACKAGE)):
        yield f"The digest of {PACKAGE} {problem}."


def _pieces(bundle: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with bundle.open(name) as member:
        while piece := member.read(_PIECE):
            yield piece
