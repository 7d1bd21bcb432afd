"""Names of WARC files: which source, which run, which of the run's files, and whether it is being written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive import timestamps

WARC_FOLDER = "warc"  # in the archive's folder
OPEN_SUFFIX = ".open"  # ends the name of a file that is being written, or that a killed run left
_TIME = "%Y%m%d%H%M%S"
PART_SUFFIX = ".part"  # ends the name of a copy that is being written
IMPORT_SOURCE = "import"  # stands for the source in names of imported files
_COPY = re.compile(
    rf"{IMPORT_SOURCE}-(?P<time>\d{{14}})-(?P<serial>\d{{5,}})-copy(?:-(?P<source>[^/]+))?\.warc\.gz"
)
_NAME = re.compile(r"(?P<source>.+)-(?P<time>\d{14})-(?P<serial>\d{5,})\.warc\.gz(?P<open>\.open)?")


@dataclass(frozen=True, slots=True)
class WarcName:
    """«primorsk-20260110095500-00003.warc.gz»."""

    source: str
    time: str  # YYYYMMDDhhmmss, UTC: when the run began
    serial: int
    is_open: bool = False

    @property
    def final_name(self) -> str:
        """The name the file has once it is whole."""
        return f"{self.source}-{self.time}-{self.serial:05d}.warc.gz"

    @property
    def started(self) -> datetime | None:
        """Return when the run began, to the second; None where the digits of the name are no moment."""
        try:
            started = datetime.strptime(self.time, _TIME).replace(tzinfo=UTC)
        except ValueError:
            return None
        return started if started < timestamps.LATEST else None

    @property
    def sort_key(self) -> tuple[str, str, int]:
        """Runs in the order they began, and each run's files in the order they were written."""
        return self.time, self.source, self.serial


def warc_name(source: str, started: datetime, serial: int) -> WarcName:
    """The name of a run's file."""
    return WarcName(source, started.astimezone(UTC).strftime(_TIME), serial)


def run_start(folder: Path, started: datetime) -> datetime:
    """When a run that starts now is to say it began: never before an earlier run, though the clock was set back.

    The files are read back in the order of their names, which must be the order they were written in.
    """
    named_so = (parse(path.name) for path in warc_files(folder))
    return max([started, *(name.started for name in named_so if name and name.started)])


def parse(name: str) -> WarcName | None:
    """None when a file is not named as ours are."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return WarcName(found["source"], found["time"], int(found["serial"]), found["open"] is not None)


def copy_name(provenance: WarcName, source: str | None) -> str:
    """The name of a file made elsewhere, copied here; `beside` is the file that says where it came from."""
    return (
        provenance.final_name.removesuffix(".warc.gz")
        + "-copy"
        + (f"-{source}" if source else "")
        + ".warc.gz"
    )


@dataclass(frozen=True, slots=True)
class CopyName:
    """«import-20261122170000-00001-copy-primorsk.warc.gz»: a file made elsewhere, as it came."""

    provenance: WarcName  # the file of ours that says where it came from
    source: str | None


def parse_copy(name: str) -> CopyName | None:
    """None when a file is not named as an imported one is."""
    found = _COPY.fullmatch(name)
    return (
        CopyName(WarcName(IMPORT_SOURCE, found["time"], int(found["serial"])), found["source"])
        if found
        else None
    )


def imported_copies(folder: Path) -> list[Path]:
    """Return the files made elsewhere in an archive's folder by name, those that were being copied among them."""
    found = (folder / WARC_FOLDER).glob(f"{IMPORT_SOURCE}-*-copy*")
    return sorted(
        path for path in found if parse_copy(path.name.removesuffix(PART_SUFFIX)) and path.is_file()
    )


def warc_files(folder: Path) -> list[Path]:
    """Every WARC file of an archive in order, those left open among them; one named otherwise comes last.

    A copy comes right behind the file that says where it came from.
    """

    def order(path: Path) -> tuple[bool, tuple[str, str, int], bool, str]:
        copied = parse_copy(path.name)
        name = copied.provenance if copied else parse(path.name)
        return name is None, name.sort_key if name else ("", "", 0), copied is not None, path.name

    found = (folder / WARC_FOLDER).glob("*.warc.gz*")
    return sorted((path for path in found if is_warc_name(path.name)), key=order)


def is_warc_name(name: str) -> bool:
    """Whether a file is taken for a WARC file, by its name."""
    return name.endswith((".warc.gz", ".warc.gz" + OPEN_SUFFIX))


def open_files(folder: Path, source: str | None = None) -> list[Path]:
    """The files of an archive, or of one of its sources, that are being written or that a killed run left."""
    named_open = ((path, parse(path.name)) for path in warc_files(folder))
    return [path for path, name in named_open if name and name.is_open and source in (None, name.source)]


def stored_name(path: Path) -> str:
    """A WARC file as a Place names it: relative to the archive's folder, by its final name."""
    return f"{path.parent.name}/{path.name.removesuffix(OPEN_SUFFIX)}"
