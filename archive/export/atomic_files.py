"""Write files that appear under their names only when all of them are complete; on failure none does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from archive import paths
from archive.errors import ArchiveError, Unwritable, write_failure_reason

_SQLITE_SUFFIXES = ("", "-journal", "-wal", "-shm")  # SQLite's files beside a database


@contextmanager
def write_atomically(files: Sequence[Path], *, overwrite: bool = False) -> Iterator[tuple[Path, ...]]:
    """Yield a temporary path beside each file to write to, and rename them all when the block succeeds.

    On success the files are synced and renamed, the first file last: if it exists, so do the others. On
    failure they are removed, and existing files under these names stay as they were. Raise ArchiveError if a
    name exists and must not be overwritten, Unwritable if the disk is full.
    """
    check_targets(files, overwrite=overwrite)
    parts = tuple(file.with_name(f".{file.name}.{os.getpid()}.part") for file in files)
    try:
        yield parts
        for part in parts:
            _sync(part)
        _rename_all(parts, files, overwrite=overwrite)
    except OSError as error:
        raise unwritable_error(error, files[0]) from error
    finally:
        for part in parts:
            for end in _SQLITE_SUFFIXES:
                with suppress(OSError):  # nothing to remove on a read-only disk
                    part.with_name(part.name + end).unlink(missing_ok=True)


def check_targets(files: Sequence[Path], *, overwrite: bool) -> None:
    """Raise ArchiveError if a file cannot be created at its path."""
    folder = files[0].parent
    if not folder.is_dir():
        raise ArchiveError(
            f"The folder {folder} does not exist: create it, or name another one for {files[0].name}."
        )
    for file in files:
        if file.is_dir():
            raise ArchiveError(f"{file} is a folder: name a file.")
        if file.exists() and not overwrite:
            raise ArchiveError(f"{file} already exists: use --overwrite to replace it.")


def check_outside_archive(archive: Path, file: Path) -> None:
    """Raise ArchiveError if the file is one of the archive's own."""
    archive, file = archive.resolve(), file.resolve()
    if not file.is_relative_to(archive):
        return
    name = file.relative_to(archive).parts[0] if file != archive else ""
    own_names = {
        paths.SETTINGS,
        paths.USERS,
        "scrapy.cfg",
        *paths.FOLDERS,
        *(paths.INDEX + end for end in _SQLITE_SUFFIXES),
    }
    if name in own_names:
        raise ArchiveError(f"{file} is part of the archive itself: export to another path.")


def unwritable_error(error: OSError, file: Path) -> Unwritable:
    """Return the error for a failed write, with what the system reported."""
    return Unwritable(f"{file} cannot be written: {write_failure_reason(error)}. No partial file was left.")


def _rename_all(parts: Sequence[Path], files: Sequence[Path], *, overwrite: bool) -> None:
    named: list[Path] = []
    try:
        for part, file in reversed(list(zip(parts, files, strict=True))):
            _rename(part, file, overwrite=overwrite)
            named.append(file)
    except BaseException:
        if not overwrite:
            for file in named:
                file.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # not every file system can sync a folder
        _sync(files[0].parent)


def _rename(part: Path, file: Path, *, overwrite: bool) -> None:
    if not overwrite:
        try:
            os.link(part, file)  # unlike a rename, it fails if the name was taken meanwhile
            return
        except FileExistsError as error:
            raise ArchiveError(
                f"{file} was created by another process meanwhile: use --overwrite to replace it."
            ) from error
        except OSError:  # the file system has no hard links
            check_targets([file], overwrite=False)
    os.replace(part, file)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
