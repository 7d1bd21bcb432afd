"""A server that forks Python programs of this project from a process that has their modules loaded.

Loading Scrapy and the extraction takes more processor time than most crawls of the tests, and they crawl hundreds of
times. So `python -m MODULE` for a module of `PRELOADED`, started by a test, is forked from a process that has loaded
what that program imports, and nothing else: no reactor, no threads, no settings. Everything after the imports is as
usual: the program is a child process with its own pipes, environment, folder and exit code, and can be killed.

Programs are started the usual way if `NEWSARCHIVE_TEST_ALL` is set (`make test-all`), off Linux, and with options that
the server does not know. A program that a program starts is always started the usual way, except for the fork server of
multiprocessing, which would load the same modules again.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import importlib
import inspect
import os
import pickle
import runpy
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import resource_tracker, util
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CRAWL = (
    "archive.core",
    "archive.extraction.extract",
    "archive.jobs.preload",
    "archive.recording.session",
    "newsarchive.config",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.engine",
    "scrapy.crawler",
    "scrapy.utils.project",
    "spiders.crawl.recorder",
    "spiders.crawl.scheduler",
    "spiders.fetch.handler",
    "spiders.loader",
    "spiders.spider",
)
# What each program imports after its start.
PRELOADED: Mapping[str, tuple[str, ...]] = {
    "newsarchive.crawling.crawl_child": CRAWL,
    "tests.faults": CRAWL,
    "newsarchive": (
        "archive.core",
        "archive.export.csv",
        "newsarchive.cli",
        "newsarchive.config",
        "newsarchive.sources.status",
        "rich.console",
        "rich.table",
    ),
}
# Python reads these before the first line of a program: other values need another server.
READ_AT_START = "PYTHON"
EXCEPT = "PYTHONUNBUFFERED"
# These change what the C library does: no server is started for them.
OF_THE_SYSTEM = ("LD_", "LC_", "LANG", "TZ")
MIN_PROGRAMS = 2  # a server costs as much as a program
HIGH = 500  # file descriptors above are the server's own
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Order:
    """A program to fork: the arguments after `python -m`, and what the child process is to have."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    descriptors: Sequence[int]  # the numbers in the child of the descriptors sent along
    is_session_leader: bool


class Popen(subprocess.Popen):  # type: ignore[type-arg]
    """A child process, which is forked from a server if there is one for its program."""

    def _execute_child(self, *arguments: Any) -> None:
        named = dict(zip(_PARAMETERS, arguments, strict=True))
        order = _order(named)
        if order is None:
            super()._execute_child(*arguments)  # type: ignore[misc]
            return
        pipes = [named["p2cread"], named["c2pwrite"], named["errwrite"]]
        streams = [number if pipe == -1 else pipe for number, pipe in enumerate(pipes)]
        server = _server(PRELOADED[order.arguments[0]], _read_at_start(order.environment))
        self.pid = server.fork(order, [*streams, *named["pass_fds"]])
        self._child_created = True
        ends = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(named[end] for end in ends))  # type: ignore[attr-defined]


_START = subprocess.Popen
_PARAMETERS = list(inspect.signature(subprocess.Popen._execute_child).parameters)[1:]  # type: ignore[attr-defined]


def install() -> None:
    """Let `subprocess` fork the programs that it can, from now on."""
    if sys.platform == "linux" and not os.environ.get("NEWSARCHIVE_TEST_ALL"):
        subprocess.Popen = Popen  # type: ignore[misc]


def _order(named: Mapping[str, Any]) -> Order | None:
    """Return the order for a program, or None if only a new interpreter can run it."""
    command = named["args"]
    is_known = (
        isinstance(command, list | tuple)
        and [str(one) for one in command[:2]] == [sys.executable, "-m"]
        and command[2] in PRELOADED
        and not any(named[name] for name in ("preexec_fn", "executable", "shell"))
        and all(named.get(name) in (None, -1) for name in ("gid", "gids", "uid", "umask", "process_group"))
    )
    if not is_known:
        return None
    environment = dict(os.environ if named["env"] is None else named["env"])
    if _of_the_system(environment) != _of_the_system(os.environ):
        return None
    kind = (PRELOADED[command[2]], _read_at_start(environment))
    _wanted[kind] += 1
    if _wanted[kind] < MIN_PROGRAMS:
        return None
    return Order(
        [os.fspath(one) for one in command[2:]],
        environment,
        os.fspath(named["cwd"] or os.getcwd()),
        [0, 1, 2, *named["pass_fds"]],
        named["start_new_session"],
    )


Settings = tuple[tuple[str, str], ...]
_wanted = Counter[tuple[tuple[str, ...], Settings]]()


def _read_at_start(environment: Mapping[str, str]) -> Settings:
    return tuple(
        sorted(one for one in environment.items() if one[0].startswith(READ_AT_START) and one[0] != EXCEPT)
    )


def _of_the_system(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: it for name, it in environment.items() if name.startswith(OF_THE_SYSTEM)}


@cache
def _server(modules: tuple[str, ...], settings: Settings) -> _Server:
    others = {name: it for name, it in os.environ.items() if not name.startswith(READ_AT_START)}
    return _Server(modules, others | dict(settings))


class _Server:
    """The other end of a server process."""

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()  # tests crawl in several threads
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _START(
                [sys.executable, "-m", "tests.fork_server", str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for pytest
            )

    def fork(self, order: Order, descriptors: Sequence[int]) -> int:
        """Return the id of a new child of this process."""
        with self._lock, _adopting():
            socket.send_fds(self._socket, [pickle.dumps(order)], descriptors)
            answer = self._socket.recv(100)
        if not answer:
            raise RuntimeError("The fork server of the tests has ended; standard error says why.")
        return int(answer)


@contextmanager
def _adopting() -> Iterator[None]:
    """Within the block, make a process whose parent ends a child of this one."""
    _set_subreaper(True)
    try:
        yield
    finally:
        _set_subreaper(False)


def _set_subreaper(is_on: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(is_on), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def main(descriptor: str, *modules: str) -> None:
    """Load the modules, and fork a program for each order until the socket is closed."""
    for module in modules:
        importlib.import_module(module)
    assert threading.active_count() == 1
    assert "twisted.internet.reactor" not in sys.modules
    _share_resource_tracker()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as orders:
        while True:
            message, descriptors, _, _ = socket.recv_fds(orders, 1 << 20, 100)
            if not message:
                return
            pid = _fork_orphan()
            if not pid:
                break
            orders.send(str(pid).encode())
            for one in descriptors:
                os.close(one)
    _run(pickle.loads(message), descriptors)


def _fork_orphan() -> int:
    """Fork a process whose parent has ended: the process that adopts orphans is its parent then."""
    reading, writing = os.pipe()
    middle = os.fork()
    if not middle:
        if pid := os.fork():
            os.write(writing, str(pid).encode())
            os._exit(0)
        return 0
    os.waitpid(middle, 0)
    with open(reading, "rb") as pipe:
        os.close(writing)
        return int(pipe.read())


def _share_resource_tracker() -> None:
    """Start the process in which multiprocessing keeps accounts of resources once for all programs."""
    tracker: Any = resource_tracker._resource_tracker  # type: ignore[attr-defined]
    tracker.ensure_running()
    low = tracker._fd
    tracker._fd, tracker._pid = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, HIGH), None
    os.close(low)


def _run(order: Order, descriptors: Sequence[int]) -> None:
    """Be the program that was ordered, until its end."""
    _renumber(descriptors, order.descriptors)
    if order.is_session_leader:
        os.setsid()
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir(order.folder)
    tempfile.tempdir = None
    is_unbuffered = bool(order.environment.get("PYTHONUNBUFFERED"))
    sys.stdin = sys.__stdin__ = open(0, encoding=sys.stdin.encoding, errors=sys.stdin.errors)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = _stream(1, sys.stdout, is_unbuffered)
    sys.stderr = sys.__stderr__ = _stream(2, sys.stderr, is_unbuffered)
    sys.path[0] = order.folder
    sys.argv = ["-m", *order.arguments[1:]]
    prefork_workers()
    runpy.run_module(order.arguments[0], run_name="__main__", alter_sys=True)


def _renumber(descriptors: Sequence[int], numbers: Sequence[int]) -> None:
    """Give descriptors their numbers, and close all others but those of the server."""
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, HIGH) for one in descriptors]
    os.closerange(3, HIGH)
    for one, number in zip(high, numbers, strict=True):
        os.dup2(one, number)
        os.close(one)


def _stream(number: int, like: Any, is_unbuffered: bool) -> Any:
    stream = open(number, "w", encoding=like.encoding, errors=like.errors)  # noqa: SIM115
    stream.reconfigure(write_through=is_unbuffered, line_buffering=number == 2 or stream.line_buffering)
    return stream


def prefork_workers() -> None:
    """Fork the fork server of multiprocessing now, while this process has one thread; it waits until it is needed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = os.fork()
    if not server:
        ours.close()
        message, descriptors, _, _ = socket.recv_fds(theirs, 1 << 20, 10)
        if message:
            program, numbers = pickle.loads(message)
            _renumber(descriptors, numbers)
            with suppress(SystemExit):
                exec(program, {})
        os._exit(0)
    theirs.close()
    start = getattr(util.spawnv_passfds, "original", util.spawnv_passfds)

    def give(path: str, arguments: Sequence[str], descriptors: Sequence[int]) -> int:
        util.spawnv_passfds = start  # type: ignore[assignment]  # another is started if this one is killed
        if "multiprocessing.forkserver" not in str(arguments[-1]):
            return start(path, arguments, descriptors)
        socket.send_fds(ours, [pickle.dumps((arguments[-1], list(descriptors)))], descriptors)
        ours.close()
        return server

    give.original = start  # type: ignore[attr-defined]
    util.spawnv_passfds = give  # type: ignore[assignment]


if __name__ == "__main__":
    main(*sys.argv[1:])
