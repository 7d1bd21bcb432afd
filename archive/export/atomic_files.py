"""Files that get their names when they are whole: all of them, or none and nothing is left."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from archive import paths
from archive.errors import ArchiveError, Unwritable, write_failure_reason

_BESIDE = ("", "-journal", "-wal", "-shm")  # what SQLite may leave beside a file


@contextmanager
def write_atomically(files: Sequence[Path], *, overwrite: bool = False) -> Iterator[tuple[Path, ...]]:
    """Gives a name to write under for each file, beside where it will stand.

    When the block ends in order the files are synced and take their names, the first file last: where it stands, the
    others do. Otherwise they are removed, and what stood under the names is as it was. ArchiveError when
    a name is taken and may not be; Unwritable when the disk is full.
    """
    check_targets(files, overwrite=overwrite)
    parts = tuple(file.with_name(f".{file.name}.{os.getpid()}.part") for file in files)
    try:
        yield parts
        for part in parts:
            _sync(part)
        _name_all(parts, files, overwrite=overwrite)
    except OSError as error:
        raise unwritable_error(error, files[0]) from error
    finally:
        for part in parts:
            for end in _BESIDE:
                with suppress(OSError):  # on a disk that is read-only, there is nothing to remove
                    part.with_name(part.name + end).unlink(missing_ok=True)


def check_targets(files: Sequence[Path], *, overwrite: bool) -> None:
    """ArchiveError when a file cannot be put where it is meant to stand."""
    folder = files[0].parent
    if not folder.is_dir():
        raise ArchiveError(f"There is no folder {folder} to put {files[0].name} into.")
    for file in files:
        if file.is_dir():
            raise ArchiveError(f"{file} is a folder.")
        if file.exists() and not overwrite:
            raise ArchiveError(f"{file} is there already; --overwrite replaces it.")


def check_outside_archive(archive: Path, file: Path) -> None:
    """ArchiveError when the file is one of the archive's own."""
    archive, file = archive.resolve(), file.resolve()
    if not file.is_relative_to(archive):
        return
    name = file.relative_to(archive).parts[0] if file != archive else ""
    own = {paths.SETTINGS, "scrapy.cfg", *paths.FOLDERS, *(paths.INDEX + end for end in _BESIDE)}
    if name in own:
        raise ArchiveError(f"{file} belongs to the archive itself: export to another place.")


def unwritable_error(error: OSError, file: Path) -> Unwritable:
    """The sentence for what the system said while a file was written."""
    return Unwritable(
        f"{file} cannot be written: {write_failure_reason(error)}. Nothing of it was left behind."
    )


def _name_all(parts: Sequence[Path], files: Sequence[Path], *, overwrite: bool) -> None:
    named: list[Path] = []
    try:
        for part, file in reversed(list(zip(parts, files, strict=True))):
            _name(part, file, overwrite=overwrite)
            named.append(file)
    except BaseException:
        if not overwrite:
            for file in named:
                file.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # not every disk can sync a folder
        _sync(files[0].parent)


def _name(part: Path, file: Path, *, overwrite: bool) -> None:
    if not overwrite:
        try:
            os.link(part, file)  # unlike a rename it refuses a name that someone took meanwhile
            return
        except FileExistsError as error:
            raise ArchiveError(f"{file} came to be while it was written; --overwrite replaces it.") from error
        except OSError:  # no such links on this disk
            check_targets([file], overwrite=False)
    os.replace(part, file)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
