"""Move complete WARC files to another folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from archive import locks, paths
from archive.errors import ArchiveError, Unwritable
from archive.manifests import reader as manifests
from archive.manifests.reader import ListedFile
from archive.storage import moved
from archive.storage.backup import BackupResult, OnProgress, parts_by_file, wrong_part
from archive.storage.inventory import copy_file, file_digest, finish_copy
from archive.warc import filenames
from archive.warc.writer import sync_folder

_LINK = "move.link"  # in state/, until it takes the place of the file


def move_files(
    folder: Path,
    destination: Path,
    now: datetime,
    *,
    days: int = 1,
    progress: OnProgress = lambda done, all_: None,
) -> BackupResult:
    """Move the WARC files that were begun `days` days ago or earlier; safe to kill at any instant and to run again.

    Only files that manifests list to their last byte are moved. A file is compared with its manifests while it is
    copied; one that differs stays where it is and is a problem. So does one that is being read or written, without
    being a problem: the next run moves it.
    """
    destination = destination.resolve()
    if destination.is_relative_to(folder.resolve()):
        raise ArchiveError(f"{destination} is in the archive: name a folder on another disk.")
    moved.require_folders(folder)
    parts = parts_by_file(manifests.listed_files(folder))
    files = [
        path
        for path in _candidates(folder, now - timedelta(days=days))
        if filenames.stored_name(path) in parts
    ]
    result = BackupResult()
    total = sum(path.stat().st_size for path in files)
    done = 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        progress(done, max(done, total))

    try:
        with locks.lock(folder / paths.STATE / "move.lock", "Another 'newsarchive storage move' is running."):
            moved.mark_folder(destination)
            places = _moved_before(folder)
            for path in files:
                file = filenames.stored_name(path)
                target = destination / path.name
                size = path.stat().st_size
                if parts[file][-1].bytes != size:
                    continue  # what a killed crawl left: the next crawl lists it
                problem = _move(folder, path, target, parts[file], places, on_bytes)
                if problem is not None:
                    result.problems.append(problem)
                elif path.is_symlink():
                    result.copied += 1
                    result.copied_bytes += size
            moved.write_map(folder, places)
    except OSError as error:
        raise Unwritable.from_os_error(error, destination) from error
    result.files = len(places)
    result.bytes = result.copied_bytes
    return result


def _candidates(folder: Path, until: datetime) -> Iterator[Path]:
    """Yield the complete WARC files that were begun before a moment and are in the archive's own folder."""
    for path in filenames.warc_files(folder):
        copied = filenames.parse_copy(path.name)
        name = copied.provenance if copied else filenames.parse(path.name)
        if name and not name.is_open and name.started and name.started <= until and not path.is_symlink():
            yield path


def _moved_before(folder: Path) -> dict[str, str]:
    """Return the map as the links in `warc/` are; a run that was killed may have left it behind them."""
    links = (path for path in filenames.warc_files(folder) if path.is_symlink())
    return {filenames.stored_name(path): os.readlink(path) for path in links}


def _move(
    folder: Path,
    path: Path,
    target: Path,
    parts: list[ListedFile],
    places: dict[str, str],
    on_bytes: Callable[[int], None],
) -> str | None:
    """Move a file and add it to the map; return a sentence if it is not as its manifests list it."""
    file = filenames.stored_name(path)
    with path.open("rb") as source:
        try:
            fcntl.flock(source, fcntl.LOCK_EX | fcntl.LOCK_NB)  # no crawl appends, nobody reads
        except BlockingIOError:
            return None
        stat = os.fstat(source.fileno())
        if not os.path.samestat(stat, path.lstat()):
            return None
        if target.exists():  # of a run that was killed before it made the link
            is_same = target.stat().st_size == stat.st_size and not wrong_part(
                target, parts, file_digest(target, on_bytes)
            )
            if not is_same:
                return f"{target} exists already, and is another file: {file} was not moved. Name another folder."
        else:
            part, digest = copy_file(source, target, stat.st_size, on_bytes)
            if wrong := wrong_part(part, parts, digest):
                part.unlink()
                return f"{file} is not as {wrong.manifest} lists it, and was not moved. Run 'newsarchive verify'."
            finish_copy(part, target, 0o444)
        places[file] = str(target)
        moved.write_map(folder, places)  # before the link: a missing disk is then known by name
        link = folder / paths.STATE / _LINK
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        os.replace(link, path)
        sync_folder(path.parent)
    return None
