"""Source files edited in the web interface: checked before they are written, with the previous content kept."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from archive import locks, paths
from archive.errors import ArchiveError, NotFound, SourceError, Unwritable
from spiders.sources.source import find_mistakes

LOCK_FILE = "newsarchive.sources.lock"  # its dots keep it apart from the lock of any source
LONGEST = 100_000  # bytes of a source file; the longest of real outlets have a few thousand
KEPT = "~"  # follows the name of the file with the previous content


class FileChanged(ArchiveError):
    """A source file was changed by someone else since it was read."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of a source file, as it was read."""

    name: str
    text: str
    digest: str  # of its bytes


def require_source_name(folder: Path, name: str) -> Path:
    """Return the path of a source's file, or raise NotFound if there is none."""
    path = folder / paths.SOURCES / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9_-]{1,200}", name) or not path.is_file():
        raise NotFound(f"There is no source “{name[:80]}” with a file in sources/.")
    return path


def read_source_file(folder: Path, name: str) -> SourceFile:
    """Return the source file of a name, or raise NotFound."""
    path = require_source_name(folder, name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error
    return SourceFile(name, content.decode("utf-8-sig", "replace"), _digest(content))


def write_source_file(folder: Path, name: str, text: str, digest: str) -> None:
    """Replace the text of a source file, and keep the previous content in NAME.toml~.

    Nothing is written if the text has mistakes (SourceError, with one line for each), or if the file no longer has the
    digest with which it was read (FileChanged).
    """
    path = require_source_name(folder, name)
    content = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    if len(content) > LONGEST:
        raise SourceError(f"the file is longer than {LONGEST // 1000} kilobytes")
    if mistakes := find_mistakes(name, content):
        raise SourceError("\n".join(mistakes))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with locks.lock_waiting(folder / paths.STATE / LOCK_FILE):
            before = path.read_bytes()
            if _digest(before) != digest:
                raise FileChanged(f"sources/{path.name} was changed by someone else while you edited it.")
            if before == content:
                return
            _write_synced(part, before)
            os.replace(part, path.with_name(path.name + KEPT))
            _write_synced(part, content)
            os.chmod(part, path.stat().st_mode & 0o777)
            os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unwritable.from_os_error(error, path) from error


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
