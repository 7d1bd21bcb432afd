"""How much disk space an archive uses, how fast it grows, and when the disk is full at that rate."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive import paths
from archive.warc import filenames

GROWTH_DAYS = 30  # the days before now whose WARC files say how fast the archive grows
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC file as its name and the file system describe it."""

    source: str | None  # None: its name says none; for a copy, the source it was imported for
    started: datetime | None  # when the run began that it is named after
    bytes: int


@dataclass(frozen=True, slots=True)
class SourceUsage:
    """The WARC files of one source."""

    source: str | None  # None: of no source
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StorageUsage:
    """The disk space of an archive; all sizes in bytes."""

    warc: tuple[SourceUsage, ...]  # the largest first
    index_bytes: int  # archive.db with its write-ahead log
    moved_bytes: int  # of the WARC files, those in folders on other disks
    other_bytes: int  # manifests, state, sources and everything else in the folder
    growth_per_day: float  # of everything, over the last GROWTH_DAYS days
    free_bytes: int  # on the disk of the folder, for this user
    disk_bytes: int

    @property
    def warc_bytes(self) -> int:
        """Return the size of all WARC files."""
        return sum(one.bytes for one in self.warc)

    @property
    def total_bytes(self) -> int:
        """Return the size of the whole archive, on all disks."""
        return self.warc_bytes + self.index_bytes + self.other_bytes

    @property
    def days_left(self) -> int | None:
        """Return after how many days the disk is full at the present rate; None if the archive does not grow."""
        return int(self.free_bytes / self.growth_per_day) if self.growth_per_day > 0 else None


def measure(folder: Path, now: datetime) -> StorageUsage:
    """Look at the files of an archive and at its disk. Files that vanish meanwhile do not count."""
    found = [(entry, size) for entry, size in _sizes(paths.warc_folder(folder)) if size]
    warc = [_warc_file(entry.name, size) for entry, size in found]
    index_bytes = other_bytes = 0
    for entry, size in _sizes(folder):
        if not entry.is_dir():
            if entry.name.startswith(paths.INDEX):
                index_bytes += size
            else:
                other_bytes += size
        elif entry.name != paths.WARC:
            other_bytes += _tree_bytes(Path(entry.path))
    damaged = sum(_tree_bytes(Path(one.path)) for one, _ in _sizes(paths.warc_folder(folder)) if one.is_dir())
    warc_bytes = sum(file.bytes for file in warc)
    everything = warc_bytes + index_bytes + other_bytes + damaged
    disk = shutil.disk_usage(folder)
    return StorageUsage(
        warc=usage_by_source(warc),
        index_bytes=index_bytes,
        moved_bytes=sum(size for entry, size in found if entry.is_symlink()),
        other_bytes=other_bytes + damaged,
        # The index and the manifests grow with the WARC files; only the names of those say when.
        growth_per_day=growth_per_day(warc, now) * (everything / warc_bytes if warc_bytes else 0),
        free_bytes=disk.free,
        disk_bytes=disk.total,
    )


def usage_by_source(files: Iterable[WarcFile]) -> tuple[SourceUsage, ...]:
    """Return the number and size of the files of each source, the largest first."""
    found: dict[str | None, tuple[int, int]] = {}
    for file in files:
        number, size = found.get(file.source, (0, 0))
        found[file.source] = number + 1, size + file.bytes
    sources = (SourceUsage(source, number, size) for source, (number, size) in found.items())
    return tuple(sorted(sources, key=lambda one: (-one.bytes, one.source or "")))


def growth_per_day(files: Iterable[WarcFile], now: datetime) -> float:
    """Return how many bytes of WARC files the last GROWTH_DAYS days added, for each day.

    An archive that is younger counts from its first file, but for one day at least. Files dated in the future, which
    a wrong clock made, do not count.
    """
    dated = [(file.started, file.bytes) for file in files if file.started and file.started <= now]
    if not dated:
        return 0.0
    first = max(min(started for started, _ in dated), now - GROWTH_DAYS * _DAY)
    added = sum(size for started, size in dated if started >= first)
    return added / max((now - first) / _DAY, 1.0)


def _warc_file(name: str, size: int) -> WarcFile:
    if copied := filenames.parse_copy(name):
        return WarcFile(copied.source, copied.provenance.started, size)
    parsed = filenames.parse(name)
    if parsed is None:
        return WarcFile(None, None, size)
    source = None if parsed.source == filenames.IMPORT_SOURCE else parsed.source
    return WarcFile(source, parsed.started, size)


def _sizes(folder: Path) -> Iterator[tuple[os.DirEntry[str], int]]:
    """Yield the entries of a folder with their sizes; 0 for a folder or for a file that has just vanished."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            try:
                yield entry, entry.stat().st_size if entry.is_file() else 0
            except FileNotFoundError:
                continue


def _tree_bytes(folder: Path) -> int:
    return sum(
        _tree_bytes(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else size
        for entry, size in _sizes(folder)
    )
