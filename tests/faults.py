"""Kills a process at a step taken by number: what it was doing to the disk, or to the index, is left half done.

A step is a call that changes the disk (a write, a sync, a rename, a cut, a removal) or a statement to SQLite.
A process dies before the step; of a write, a part is on disk by then. Nothing of the project knows of this:
functions of `os` are replaced in the process that is to die, and SQLite tells its statements by its own trace.

As a script, `python tests/faults.py SOURCE KINDS:STEP …`, it is newsarchive.crawl_child again and again, each time with
such a death before it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NoReturn

CALLS = ("pwrite", "fsync", "rename", "replace", "ftruncate", "fchmod", "unlink", "mkdir", "rmdir")
SQL = (
    "INSERT",
    "UPDATE",
    "DELETE",
    "BEGIN",
    "COMMIT",
    "CREATE",
)  # and PRAGMA, ALTER, DROP where one asks for them
ALL = (*CALLS, *SQL)


class Steps:
    """Counts the steps of this process, and strikes at one of them."""

    def __init__(self, kinds: Iterable[str], at: int | None) -> None:
        self.kinds = frozenset(kinds)
        self.at = at
        self.taken: list[str] = []
        self._lock = threading.Lock()

    def watch(self) -> None:
        """From here on steps count."""
        for name in CALLS:
            setattr(os, name, partial(self._call, name, getattr(os, name)))
        from archive.index.db import connection

        connect = connection.sqlite3.connect
        connection.sqlite3.connect = partial(self._connected, connect)

    def _connected(self, connect: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        opened = connect(*arguments, **named)
        opened.set_trace_callback(self._statement)
        return opened

    def _call(self, name: str, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if self._is_struck(name):
            if name == "pwrite":  # torn: a part of it is there
                fd, data, offset = arguments
                call(fd, bytes(data)[: random.Random(self.at).randrange(len(data))], offset)
            die()
        return call(*arguments, **named)

    def _statement(self, sql: str) -> None:
        kind = sql.split(None, 1)[0].upper() if sql.strip() else ""
        if self._is_struck(kind):
            if kind == "COMMIT":  # while SQLite writes: it lets other threads run
                threading.Thread(target=_die_after, args=(random.Random(self.at).random() * 0.002,)).start()
            else:
                die()

    def _is_struck(self, kind: str) -> bool:
        if kind not in self.kinds:
            return False
        with self._lock:
            self.taken.append(kind)
            return len(self.taken) - 1 == self.at


def die() -> NoReturn:
    """kill -9, by one's own hand."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


def _die_after(seconds: float) -> None:
    time.sleep(seconds)
    die()


def run(
    act: Callable[..., None], *arguments: Any, at: int | None = None, kinds: Iterable[str] = ALL
) -> int | list[str]:
    """`act` in a process of its own, killed at a step: its exit code (-9); with no step, the steps it took."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():  # that other threads run here: none of them holds what the child needs
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        code = 70
        try:
            steps = Steps(kinds, at)
            steps.watch()
            act(*arguments)
            if at is not None and len(steps.taken) > at:
                die()  # a blow that was still to fall
            os.write(writing, " ".join(steps.taken).encode())
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as pipe:
        taken = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return taken.decode().split() if at is None and status == 0 else status


def main(arguments: list[str]) -> int:
    """Crawls of a source that die, one after another, each in a process of its own; the exit code is the number
    of the first one that did not die, or 0.
    """
    source, *deaths = arguments
    from newsarchive import crawl_child as child
    from newsarchive import light_imports as lean
    from newsarchive import settings

    lean.import_index()

    import scrapy.crawler  # noqa: F401  what every crawl loads is loaded once

    settings.NEWSARCHIVE_WARC_MAX_BYTES = 20_000  # so that files rotate within a small site
    for number, death in enumerate(deaths, 1):
        kinds, at = death.split(":")
        dying = os.fork()
        if not dying:
            Steps(kinds.split(","), int(at)).watch()
            os._exit(child.main([source]))
        if os.waitstatus_to_exitcode(os.waitpid(dying, 0)[1]) != -signal.SIGKILL:
            return number
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
