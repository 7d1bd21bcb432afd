"""Run Datasette in a separate process, so that a query cannot take resources from other pages.

A query can use any amount of memory, and SQLite, Python and Datasette each hold copies of the rows. Only the operating
system can limit the total, and it does so per process: a query that needs too much fails, or at worst ends this
process, which is restarted with the next request. Requests reach it over a socket that belongs to the server process.

Run as a module, `python -m newsarchive.web.datasette.process`, it is that process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from archive.errors import ArchiveBusy, TooSlow
from archive.index.db.connection import limit_memory
from newsarchive.web.datasette.app import TIME_LIMIT, DatasetteApp
from newsarchive.web.datasette.policy import ROOT
from newsarchive.web.http import errors
from newsarchive.web.http.connections import MAX_HEAD_BYTES

MEMORY_BYTES = 768 * 1024 * 1024  # address space; an idle process has 380 MB, most of it unused
TEMPORARY_FILE_BYTES = (
    512 * 1024 * 1024
)  # for one temporary file: SQLite writes them to sort without an index
SQLITE_HEAP_BYTES = 192 * 1024 * 1024  # for SQLite, in all queries together
MAX_REQUESTS = 4  # at once
WAITING_SECONDS = 5.0  # for a free slot, before the client gets 503 with Retry-After
ANSWER_SECONDS = 300.0  # for a whole response; a client may read it slowly
SILENCE_SECONDS = 30.0  # between two parts of a response; a page may run several queries
_CHUNK = 64 * 1024
_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"expect"}
)
BUSY_MESSAGE = "The data pages are busy with other queries. Try again in a few seconds."
ENDED_MESSAGE = (
    "The query used too many resources, so its process was stopped. "
    "It is restarting: try again in a few seconds."
)
TIMEOUT_MESSAGE = "The query took too long and was cancelled. Make it more specific, or add a LIMIT."


class DatasetteProcess:
    """An ASGI app that forwards requests to the Datasette process.

    A context manager: the process starts with the block, and restarts with the next request if it has died. It ends
    with the block, or when its parent process ends for any reason.
    """

    def __init__(
        self,
        folder: Path,
        *,
        any_sql: bool,
        time_limit: int = TIME_LIMIT,
        waiting: float = WAITING_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._arguments = [str(folder), str(time_limit), *(["--any-sql"] if any_sql else [])]
        self._waiting = waiting
        self._silence = silence
        self._process: subprocess.Popen[bytes] | None = None
        self._slots = asyncio.Semaphore(MAX_REQUESTS)

    def __enter__(self) -> Self:
        """Open the socket and start the process."""
        self._folder = TemporaryDirectory(prefix="newsarchive-")  # accessible to this user only
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(self._address)
        self._listener.listen()
        if find_spec("datasette") is not None:
            self._ensure_started()  # now: starting takes seconds
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the process and remove the socket."""
        self._stop()
        self._listener.close()
        self._folder.cleanup()

    @property
    def _address(self) -> str:
        """Return the path of the socket."""
        return str(Path(self._folder.name) / "datasette")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or raise ArchiveBusy if no slot becomes free in time."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        try:
            await asyncio.wait_for(self._slots.acquire(), self._waiting)
        except TimeoutError as error:
            raise ArchiveBusy(BUSY_MESSAGE) from error
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._forward(scope, send)
        except TimeoutError:
            return  # the client sees an incomplete response
        finally:
            self._slots.release()

    async def _forward(self, scope: Scope, send: Send) -> None:
        """Send a request to the process, and its response to the client."""
        process = self._ensure_started()
        has_started = False
        try:
            reader, writer = await asyncio.open_unix_connection(self._address)
            with closing(writer):
                connection = h11.Connection(h11.CLIENT)
                writer.write(connection.send(_request(scope)) + connection.send(h11.EndOfMessage()))
                while True:
                    event = connection.next_event()
                    if event is h11.NEED_DATA:
                        data = await self._receive(reader, process)
                        connection.receive_data(data)
                    elif isinstance(event, h11.Response):
                        has_started = True
                        await send(_response_start(event))
                    elif isinstance(event, h11.Data):
                        await send(
                            {"type": "http.response.body", "body": bytes(event.data), "more_body": True}
                        )
                    else:
                        await send({"type": "http.response.body", "body": b"", "more_body": False})
                        return
        except (OSError, h11.RemoteProtocolError, TimeoutError) as error:
            if has_started:
                return  # the client sees an incomplete response
            if isinstance(error, TimeoutError):
                raise TooSlow(TIMEOUT_MESSAGE) from error
            raise ArchiveBusy(ENDED_MESSAGE) from error

    async def _receive(self, reader: asyncio.StreamReader, process: subprocess.Popen[bytes]) -> bytes:
        """Return the next bytes from the process; kill it if it sends nothing for too long.

        An SQL function, such as LIKE, may run for hours without SQLite checking its time limit.
        """
        until = asyncio.get_running_loop().time() + self._silence
        reading = asyncio.ensure_future(reader.read(_CHUNK))
        try:
            while True:
                done, _ = await asyncio.wait([reading], timeout=1)
                if done:
                    return reading.result()
                if process.poll() is not None:  # it may have died before accepting the connection
                    raise ConnectionResetError
                if asyncio.get_running_loop().time() > until:
                    process.kill()
                    raise TimeoutError
        finally:
            reading.cancel()

    def _ensure_started(self) -> subprocess.Popen[bytes]:
        """Return the process, after starting it if it does not run."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        fd = self._listener.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive.web.datasette.process", *self._arguments, str(fd)],
            stdin=subprocess.PIPE,
            pass_fds=[fd],
            # Otherwise each thread reserves address space for its own allocations.
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            start_new_session=True,  # Ctrl-C is for the server process only
        )
        return self._process

    def _stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.kill()
            self._process.wait()


def _request(scope: Scope) -> h11.Request:
    """Return a request in the form that is sent to the process."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    kept = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
    kept = [(name, value) for name, value in kept if name not in (b"content-length", b"x-forwarded-proto")]
    return h11.Request(
        method=scope["method"],
        target=path + (b"?" + query if query else b""),
        headers=[*kept, (b"x-forwarded-proto", scope["scheme"].encode()), (b"connection", b"close")],
    )


def _response_start(response: h11.Response) -> dict[str, object]:
    """Return the ASGI message for the head of a response."""
    headers = [(name, value) for name, value in response.headers if name not in _HOP_BY_HOP]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


def main(arguments: list[str] | None = None) -> None:
    """Serve Datasette on an inherited socket, with resource limits, until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m newsarchive.web.datasette.process", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("time_limit", type=int)
    parser.add_argument("listener", type=int)
    parser.add_argument("--any-sql", action="store_true")
    options = parser.parse_args(arguments)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _set_limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _set_limit(resource.RLIMIT_FSIZE, TEMPORARY_FILE_BYTES)
    limit_memory(SQLITE_HEAP_BYTES)
    datasette = DatasetteApp(options.folder, any_sql=options.any_sql, time_limit=options.time_limit)
    app = Starlette(routes=[Mount(ROOT, datasette)], exception_handlers=errors.HANDLERS)
    config = uvicorn.Config(
        app,
        fd=options.listener,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        forwarded_allow_ips="*",  # only the server process can connect
        h11_max_incomplete_event_size=MAX_HEAD_BYTES + 1024,
    )
    uvicorn.Server(config).run()


def _set_limit(limit: int, to: int) -> None:
    """Lower a resource limit of this process."""
    hard = resource.getrlimit(limit)[1]
    to = to if hard == resource.RLIM_INFINITY else min(to, hard)
    with suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(limit, (to, to))


def _exit_with_parent() -> None:
    """Exit when standard input closes, because the parent process holds its other end."""
    while os.read(0, 1024):
        continue
    os._exit(0)


if __name__ == "__main__":
    main()
