"""Repair a file that a killed run left open: complete groups stay, the torn tail is moved aside."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from archive.errors import ArchiveBusy, DamagedRecord
from archive.warc.filenames import OPEN_SUFFIX
from archive.warc.reader import read_records
from archive.warc.records import Damage
from archive.warc.writer import sync_folder

DAMAGED_FOLDER = "damaged"  # in the WARC folder
_GROUP_ENDS = frozenset({"warcinfo", "metadata"})


@dataclass(frozen=True, slots=True)
class RepairResult:
    """The result of repairing a file that was left open."""

    file: Path | None  # its final path; None if nothing in it was complete
    kept_bytes: int
    torn: Path | None  # where the torn tail is now; None if there was none
    torn_bytes: int


def repair_file(path: Path, known_good: int = 0) -> RepairResult:
    """Turn an open file into a complete, read-only one with its final name.

    `known_good` is the end of a group that is known to be on disk; only what follows it is read. Safe to kill at any
    instant and to run again. Raise ArchiveBusy if a running process is writing the file.
    """
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    if final.exists():
        raise DamagedRecord(f"{final} and {path} both exist; move one of them out of the folder.")
    os.chmod(path, 0o644)
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        _lock(fd, path)
        size = os.fstat(fd).st_size
        if not size:  # a run was killed before it wrote anything
            os.unlink(path)
            sync_folder(path.parent)
            return RepairResult(None, 0, None, 0)
        whole = end_of_last_group(path, known_good if known_good <= size else 0)
        torn = _copy_tail_aside(path, whole, size) if whole < size else None
        if not whole:
            os.unlink(path)
            sync_folder(path.parent)
            return RepairResult(None, 0, torn, size)
        os.ftruncate(fd, whole)
        os.fchmod(fd, 0o444)
        os.fsync(fd)
        os.rename(path, final)
        sync_folder(path.parent)
    finally:
        os.close(fd)
    return RepairResult(final, whole, torn, size - whole)


def end_of_last_group(path: Path, known_good: int = 0) -> int:
    """Return where the last complete group ends; what follows was never acknowledged."""
    whole = known_good
    for record in read_records(path, known_good):
        if isinstance(record, Damage):
            break
        if record.kind in _GROUP_ENDS:
            whole = record.place.offset + record.place.length
    return whole


def _lock(fd: int, path: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ArchiveBusy(f"{path.name} is being written by another process.") from error


def set_aside(path: Path) -> Path:
    """Move a complete file into the folder for damaged files, replacing none, and return its new path."""
    folder = path.parent / DAMAGED_FOLDER
    folder.mkdir(exist_ok=True)
    aside = _free_path(folder, path.name, "")
    os.rename(path, aside)
    sync_folder(folder)
    sync_folder(path.parent)
    return aside


def _copy_tail_aside(path: Path, start: int, end: int) -> Path:
    """Copy the tail to a file of its own, synced to disk before the tail is cut off, and return its path."""
    folder = path.parent / DAMAGED_FOLDER
    folder.mkdir(exist_ok=True)
    torn = _free_path(folder, f"{path.name.removesuffix(OPEN_SUFFIX)}.{start}", ".torn")
    part = torn.with_name(torn.name + ".part")
    with path.open("rb") as source, part.open("wb") as copy:
        source.seek(start)
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    os.rename(part, torn)
    sync_folder(folder)
    return torn


def _free_path(folder: Path, stem: str, end: str) -> Path:
    """Return an unused path. The name of a file without any complete group is free again after the repair."""
    names = (f"{stem}{again}{end}" for again in chain([""], (f"-{number}" for number in count(2))))
    return next(path for path in map(folder.joinpath, names) if not path.exists())
