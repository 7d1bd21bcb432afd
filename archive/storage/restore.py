"""Restore an archive from a backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from archive import paths
from archive.errors import ArchiveError, Unwritable
from archive.recording.repair import repair_crashes
from archive.storage.backup import BackupResult, OnProgress
from archive.storage.inventory import copy_file, file_digest, finish_copy, read_inventory

_UNFINISHED = "restore.unfinished"  # in the new archive until everything has been copied


def restore(
    backup: Path,
    folder: Path,
    now: Callable[[], datetime],
    progress: OnProgress = lambda done, all_: None,
) -> BackupResult:
    """Make an archive from a backup, in a folder that is empty or missing.

    A file that is not as it was copied is a problem, and not restored. The settings come last: until then the folder
    is not an archive, and a restore that was killed can be run again. WARC files that were being written when the
    backup was made are completed, as after a killed crawl.
    """
    copied = read_inventory(backup)
    if paths.INDEX not in copied:
        raise ArchiveError(f"The backup {backup} was never completed: run 'newsarchive backup' again first.")
    if folder.exists() and not folder.is_dir():
        raise ArchiveError(f"{folder} is a file: name a folder.")
    is_again = (folder / _UNFINISHED).exists()
    if folder.is_dir() and any(folder.iterdir()) and not is_again:
        raise ArchiveError(f"{folder} is not empty, and restore overwrites nothing: name another folder.")
    result = BackupResult(len(copied), sum(one.bytes for one in copied.values()))
    done = 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        progress(done, max(done, result.bytes))

    try:
        for name in paths.FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / _UNFINISHED).touch()
        for one in sorted(copied.values(), key=lambda copy: copy.file == paths.SETTINGS):
            target = folder / one.file
            if is_again and target.is_file() and file_digest(target, lambda count: None) == one.sha256:
                on_bytes(one.bytes)
                continue
            try:
                with (backup / one.file).open("rb") as source:
                    part, digest = copy_file(source, target, one.bytes, on_bytes)
            except FileNotFoundError:
                result.problems.append(f"{one.file} is missing from the backup.")
                continue
            if digest != one.sha256:
                part.unlink()
                result.problems.append(f"{one.file} is not as it was copied, and was not restored.")
                continue
            finish_copy(part, target, (backup / one.file).stat().st_mode)
            result.copied += 1
            result.copied_bytes += one.bytes
    except OSError as error:
        raise Unwritable.from_os_error(error, folder) from error
    repair_crashes(folder, now)
    (folder / _UNFINISHED).unlink()
    return result
