"""Kill a process at the step with a given number, so that its work on the disk or the index is left half done.

A step is a call that changes the disk (write, sync, rename, truncate, remove) or a statement to SQLite.
The process dies before the step; of a write, a part is on disk by then. The project's code is unchanged:
functions of `os` are replaced in the process that is to die, and SQLite reports its statements through its trace.

As a program, `python -m tests.faults SOURCE KINDS:STEP …`, it runs crawls one after another, each with such a death.
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
)  # and PRAGMA, ALTER, DROP if requested
ALL = (*CALLS, *SQL)


class Steps:
    """Counts the steps of this process, and kills it at one of them."""

    def __init__(self, kinds: Iterable[str], at: int | None) -> None:
        self.kinds = frozenset(kinds)
        self.at = at
        self.taken: list[str] = []
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Start counting steps."""
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
            if name == "pwrite":  # a torn write: only a part is on disk
                fd, data, offset = arguments
                call(fd, bytes(data)[: random.Random(self.at).randrange(len(data))], offset)
            die()
        return call(*arguments, **named)

    def _statement(self, sql: str) -> None:
        kind = sql.split(None, 1)[0].upper() if sql.strip() else ""
        if self._is_struck(kind):
            if kind == "COMMIT":  # while SQLite writes, as it releases the GIL
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
    """Kill this process with SIGKILL."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


def _die_after(seconds: float) -> None:
    time.sleep(seconds)
    die()


def run(
    act: Callable[..., None], *arguments: Any, at: int | None = None, kinds: Iterable[str] = ALL
) -> int | list[str]:
    """Run `act` in a child process killed at a step; return its exit code (-9), or the number of steps without one."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():  # other threads run here, but none holds a lock that the child needs
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        code = 70
        try:
            steps = Steps(kinds, at)
            steps.watch()
            act(*arguments)
            if at is not None and len(steps.taken) > at:
                die()  # a kill that was still pending
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
    """Run crawls of a source that die one after another, each in a process of its own.

    The exit code is the number of the first one that did not die, or 0.
    """
    source, *deaths = arguments
    is_forked = "archive.jobs.preload" in sys.modules
    import scrapy.crawler  # noqa: F401  load once what every crawl needs

    from newsarchive import settings
    from newsarchive.crawling import crawl_child as child
    from tests import fork_server

    settings.NEWSARCHIVE_WARC_MAX_BYTES = 20_000  # so that files rotate within a small site
    for number, death in enumerate(deaths, 1):
        kinds, at = death.split(":")
        dying = os.fork()
        if not dying:
            if is_forked:
                fork_server.prefork_workers()
            Steps(kinds.split(","), int(at)).watch()
            os._exit(child.main([source]))
        if os.waitstatus_to_exitcode(os.waitpid(dying, 0)[1]) != -signal.SIGKILL:
            return number
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
