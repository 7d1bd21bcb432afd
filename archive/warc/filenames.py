"""Names of WARC files: source, run, number within the run, and whether the file is still being written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive import timestamps

WARC_FOLDER = "warc"  # in the archive's folder
OPEN_SUFFIX = ".open"  # suffix of a file that is being written, or that a killed run left
_TIME = "%Y%m%d%H%M%S"
PART_SUFFIX = ".part"  # suffix of a copy that is being written
IMPORT_SOURCE = "import"  # takes the place of the source in names of imported files
_COPY = re.compile(
    rf"{IMPORT_SOURCE}-(?P<time>\d{{14}})-(?P<serial>\d{{5,}})-copy(?:-(?P<source>[^/]+))?\.warc\.gz"
)
_NAME = re.compile(r"(?P<source>.+)-(?P<time>\d{14})-(?P<serial>\d{5,})\.warc\.gz(?P<open>\.open)?")


@dataclass(frozen=True, slots=True)
class WarcName:
    """A file name like «primorsk-20260110095500-00003.warc.gz»."""

    source: str
    time: str  # YYYYMMDDhhmmss, UTC: when the run began
    serial: int
    is_open: bool = False

    @property
    def final_name(self) -> str:
        """Return the name of the file once it is complete."""
        return f"{self.source}-{self.time}-{self.serial:05d}.warc.gz"

    @property
    def started(self) -> datetime | None:
        """Return when the run began, to the second, or None if the digits of the name are not a valid date."""
        try:
            started = datetime.strptime(self.time, _TIME).replace(tzinfo=UTC)
        except ValueError:
            return None
        return started if started < timestamps.LATEST else None

    @property
    def sort_key(self) -> tuple[str, str, int]:
        """Return a key that sorts runs by their beginning and each run's files by number."""
        return self.time, self.source, self.serial


def warc_name(source: str, started: datetime, serial: int) -> WarcName:
    """Return the name of a run's file."""
    return WarcName(source, run_time(started), serial)


def run_time(started: datetime) -> str:
    """Return when a run began, as in the names of its files."""
    return started.astimezone(UTC).strftime(_TIME)


def run_start(folder: Path, started: datetime) -> datetime:
    """Return the start time to record for a run that begins now: never before an earlier run's.

    The clock may have been set back. Files are read in the order of their names, which has to be the order they were
    written in.
    """
    named_so = (parse(path.name) for path in warc_files(folder))
    return max([started, *(name.started for name in named_so if name and name.started)])


def parse(name: str) -> WarcName | None:
    """Return the parts of a file name, or None if newsarchive does not use such names."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return WarcName(found["source"], found["time"], int(found["serial"]), found["open"] is not None)


def copy_name(provenance: WarcName, source: str | None) -> str:
    """Return the name for the copy of a file made elsewhere; `provenance` is the file that states its origin."""
    return (
        provenance.final_name.removesuffix(".warc.gz")
        + "-copy"
        + (f"-{source}" if source else "")
        + ".warc.gz"
    )


@dataclass(frozen=True, slots=True)
class CopyName:
    """A file name like «import-20261122170000-00001-copy-primorsk.warc.gz»: a copy of a file made elsewhere."""

    provenance: WarcName  # our file that states its origin
    source: str | None


def parse_copy(name: str) -> CopyName | None:
    """Return the parts of an imported file's name, or None if it is not one."""
    found = _COPY.fullmatch(name)
    return (
        CopyName(WarcName(IMPORT_SOURCE, found["time"], int(found["serial"])), found["source"])
        if found
        else None
    )


def imported_copies(folder: Path) -> list[Path]:
    """Return the imported files of an archive by name, partial copies included."""
    found = (folder / WARC_FOLDER).glob(f"{IMPORT_SOURCE}-*-copy*")
    return sorted(
        path for path in found if parse_copy(path.name.removesuffix(PART_SUFFIX)) and path.is_file()
    )


def warc_files(folder: Path) -> list[Path]:
    """Return every WARC file of an archive in the order of writing, open ones included; other names come last.

    A copy comes right after the file that states its origin.
    """
    found = (folder / WARC_FOLDER).glob("*.warc.gz*")
    return sorted((path for path in found if is_warc_name(path.name)), key=file_order)


FileOrder = tuple[bool, tuple[str, str, int], bool, str]


def file_order(path: Path) -> FileOrder:
    """Return a key that sorts files by the run that began them, as `warc_files` does."""
    copied = parse_copy(path.name)
    name = copied.provenance if copied else parse(path.name)
    return name is None, name.sort_key if name else ("", "", 0), copied is not None, path.name


def is_warc_name(name: str) -> bool:
    """Return whether a name is that of a WARC file."""
    return name.endswith((".warc.gz", ".warc.gz" + OPEN_SUFFIX))


def open_files(folder: Path, source: str | None = None) -> list[Path]:
    """Return the files of an archive, or of one source, that are being written or were left by a killed run."""
    named_open = ((path, parse(path.name)) for path in warc_files(folder))
    return [path for path, name in named_open if name and name.is_open and source in (None, name.source)]


def other_name(path: Path) -> Path:
    """Return the path of an open file once it is complete, or of a complete file once a crawl appends to it."""
    name = path.name
    is_open = name.endswith(OPEN_SUFFIX)
    return path.with_name(name.removesuffix(OPEN_SUFFIX) if is_open else name + OPEN_SUFFIX)


def last_file(folder: Path, source: str) -> WarcName | None:
    """Return the name of the last file that crawls of a source wrote, or None if there is none."""
    names = (parse(path.name) for path in warc_files(folder))
    return max((name for name in names if name and name.source == source), key=_order_of, default=None)


def _order_of(name: WarcName) -> tuple[str, str, int]:
    return name.sort_key


def stored_name(path: Path) -> str:
    """Return the name of a WARC file as in Place: relative to the archive's folder, its final name."""
    return f"{path.parent.name}/{path.name.removesuffix(OPEN_SUFFIX)}"
