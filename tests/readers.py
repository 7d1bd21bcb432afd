"""Kills the processes that read pages, as the kernel does when memory runs out."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import NoReturn


def fork_server() -> int:
    """Return the id of the fork server, the parent of the worker processes."""
    return int(forkserver._forkserver._forkserver_pid)  # type: ignore[attr-defined]


def own() -> list[int]:
    """Return the worker processes of this process."""
    return children(fork_server())


def of(process: int) -> list[int]:
    """Return the worker processes of another process: the children of its children."""
    return [reader for child in children(process) for reader in children(child)]


def children(process: int) -> list[int]:
    """Return the running child processes of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process and state != "Z":
                found.append(int(path.parent.name))
    return found


def die(*arguments: object, **named: object) -> NoReturn:
    """Kill the process that runs this, as nothing that a page does can; few modules are loaded with it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


@contextmanager
def killed(
    among: Callable[[], list[int]], a_second: float, most: int | None = None, seed: int = 7
) -> Iterator[list[int]]:
    """Kill one of the processes at random, so many times a second and in all; what was killed is in the list."""
    chance, ended, victims = random.Random(seed), threading.Event(), list[int]()

    def kill() -> None:
        while len(victims) != most and not ended.wait(1 / a_second):
            if there := among():
                victims.append(chance.choice(there))
                with suppress(ProcessLookupError):
                    os.kill(victims[-1], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield victims
    finally:
        ended.set()
        killer.join()
