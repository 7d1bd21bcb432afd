"""Locks between the processes of one archive: held by the kernel, gone with the process that held them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveBusy


@contextmanager
def lock(path: Path, busy_message: str, *, shared: bool = False) -> Iterator[None]:
    """The lock at `path` for as long as the block runs; ArchiveBusy with the sentence `busy` when it is taken.

    Any number may hold it `shared` while no one holds it alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(busy_message) from error
        yield


@contextmanager
def lock_waiting(path: Path) -> Iterator[None]:
    """The lock at `path` for as long as the block runs, waited for: for what takes a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock at `path` alone."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
