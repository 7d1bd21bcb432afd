"""Locks between the processes of one archive. The kernel holds them and releases them when a process ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from archive.errors import ArchiveBusy


@contextmanager
def lock(path: Path, busy_message: str, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock at `path` while the block runs; raise ArchiveBusy with `busy_message` if it is taken.

    Any number of processes may hold it `shared` while none holds it exclusively.
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
    """Hold the lock at `path` while the block runs, after waiting for it: for work that takes a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def hold_while_open(stream: IO[bytes]) -> None:
    """Show, until a complete WARC file is closed, that this process reads it: no crawl appends to it meanwhile."""
    with suppress(OSError):  # a crawl is already writing it, or the file system has no locks
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)


def is_locked(path: Path) -> bool:
    """Return whether a running process holds the lock at `path` exclusively."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
