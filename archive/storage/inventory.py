"""The inventory of a backup: each file with its size and digest, in `backup.jsonl`."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveError
from archive.warc.writer import sync_folder

INVENTORY = "backup.jsonl"
PART_SUFFIX = ".part"  # suffix of a file that is being copied
_PIECE = 1024 * 1024


class NotABackup(ArchiveError):
    """The folder is not a backup, or its inventory cannot be read."""


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file of a backup as it was copied."""

    file: str  # relative to the folder, with slashes
    bytes: int
    sha256: str  # hex
    mtime_ns: int  # of the copy: a file that was not touched since need not be read again


def read_inventory(folder: Path) -> dict[str, CopiedFile]:
    """Return the files of a backup by name, or raise NotABackup."""
    path = folder / INVENTORY
    try:
        lines = path.read_text("utf-8").splitlines()
        copied = [CopiedFile(**json.loads(line)) for line in lines]
    except FileNotFoundError as error:
        raise NotABackup(
            f"{folder} is not a backup: it has no {INVENTORY}. Make one with 'newsarchive backup {folder}'."
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise NotABackup(f"{path} cannot be read ({error}): make the backup again.") from error
    return {one.file: one for one in copied}


def write_inventory(folder: Path, copied: Iterable[CopiedFile]) -> None:
    """Replace the inventory of a backup, completely or not at all."""
    part = folder / (INVENTORY + PART_SUFFIX)
    with part.open("w", encoding="utf-8") as stream:
        for one in sorted(copied, key=lambda copy: copy.file):
            stream.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, folder / INVENTORY)
    sync_folder(folder)


def describe_copy(file: str, path: Path, sha256: str) -> CopiedFile:
    """Return the entry of a file that was copied to `path`."""
    stat = path.stat()
    return CopiedFile(file, stat.st_size, sha256, stat.st_mtime_ns)


def copy_file(source: BinaryIO, target: Path, size: int, on_bytes: Callable[[int], None]) -> tuple[Path, str]:
    """Copy the first `size` bytes to a partial file beside `target`; return its path and the SHA-256 of the bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + PART_SUFFIX)
    part.unlink(missing_ok=True)
    digest = hashlib.sha256()
    with part.open("wb") as copy:
        left = size
        while left and (piece := source.read(min(_PIECE, left))):
            digest.update(piece)
            copy.write(piece)
            on_bytes(len(piece))
            left -= len(piece)
        copy.flush()
        os.fsync(copy.fileno())
    return part, digest.hexdigest()


def finish_copy(part: Path, target: Path, mode: int) -> None:
    """Give a partial file its final name and the mode of the original."""
    os.chmod(part, mode & 0o777)
    os.replace(part, target)
    sync_folder(target.parent)


def file_digest(path: Path, on_bytes: Callable[[int], None]) -> str:
    """Return the SHA-256 of a file."""
    return span_digest(path, 0, path.stat().st_size, on_bytes)


def span_digest(path: Path, start: int, end: int, on_bytes: Callable[[int], None]) -> str:
    """Return the SHA-256 of the bytes of a file from `start` to `end`."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        stream.seek(start)
        while start < end and (piece := stream.read(min(_PIECE, end - start))):
            digest.update(piece)
            on_bytes(len(piece))
            start += len(piece)
    return digest.hexdigest()
