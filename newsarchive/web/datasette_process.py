"""Run the tables under /db/ in a separate process, so that a query cannot take resources from other pages.

SQL can request any amount of memory, and SQLite, Python and Datasette each hold copies of the rows. Only the system
can limit their sum, and it limits processes: a query that needs too much fails, or at worst ends this process, which
is started again with the next request. Requests reach it over a socket that belongs to the server process.

Run as a module, `python -m newsarchive.web.datasette_process`, it is that process.
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
from newsarchive.web import errors
from newsarchive.web.connections import MAX_HEAD_BYTES
from newsarchive.web.datasette import ROOT, TIME_LIMIT, DatasetteApp

MEMORY_BYTES = (
    768 * 1024 * 1024
)  # bytes of address space; an idle process takes 380 MB, most of it never touched
TEMPORARY_FILE_BYTES = (
    512 * 1024 * 1024
)  # bytes of one temporary file, as sorting without an index writes them
SQLITE_HEAP_BYTES = 192 * 1024 * 1024  # bytes that SQLite may allocate of these, in all queries together
MAX_REQUESTS = 4  # requests in the process
WAITING_SECONDS = 5.0  # a request waits for its turn before it is told to come back
ANSWER_SECONDS = 300.0  # an answer may keep its turn; a client may read it slowly
SILENCE_SECONDS = 30.0  # the process may say nothing; a page may take several queries
_CHUNK = 64 * 1024
_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"expect"}
)
BUSY_MESSAGE = "The tables are busy with other questions: try again in a few seconds."
ENDED_MESSAGE = (
    "The process that answers for the tables had to be ended, and is started again: "
    "try again in a few seconds."
)
TIMEOUT_MESSAGE = (
    "The tables gave no answer for too long, and the question was ended: "
    "ask for less, or put it more narrowly."
)


class DatasetteProcess:
    """An ASGI app that forwards requests to the Datasette process.

    A context manager: the process is started with the block, and again with the next request if it has died; it ends
    with the block, and with its parent process, however that ends.
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
        self._folder = TemporaryDirectory(prefix="newsarchive-")  # for this user alone
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(self._address)
        self._listener.listen()
        if find_spec("datasette") is not None:
            self._ensure_started()  # its first answer would take seconds
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()
        self._listener.close()
        self._folder.cleanup()

    @property
    def _address(self) -> str:
        return str(Path(self._folder.name) / "tables")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or raise ArchiveBusy if its turn does not come in time."""
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
            return  # the client sees an answer that is cut short
        finally:
            self._slots.release()

    async def _forward(self, scope: Scope, send: Send) -> None:
        process = self._ensure_started()
        is_begun = False
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
                        is_begun = True
                        await send(_response_start(event))
                    elif isinstance(event, h11.Data):
                        await send(
                            {"type": "http.response.body", "body": bytes(event.data), "more_body": True}
                        )
                    else:
                        await send({"type": "http.response.body", "body": b"", "more_body": False})
                        return
        except (OSError, h11.RemoteProtocolError, TimeoutError) as error:
            if is_begun:
                return  # the client sees an answer that is cut short
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
                if process.poll() is not None:  # it may have died before it took up the connection
                    raise ConnectionResetError
                if asyncio.get_running_loop().time() > until:
                    process.kill()
                    raise TimeoutError
        finally:
            reading.cancel()

    def _ensure_started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        fd = self._listener.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive.web.datasette_process", *self._arguments, str(fd)],
            stdin=subprocess.PIPE,
            pass_fds=[fd],
            # Each thread would set aside address space for what it allocates.
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            start_new_session=True,  # Ctrl-C is for the process that serves
        )
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.kill()
            self._process.wait()


def _request(scope: Scope) -> h11.Request:
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
    headers = [(name, value) for name, value in response.headers if name not in _HOP_BY_HOP]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


def main(arguments: list[str] | None = None) -> None:
    """Serve the tables on an inherited socket, with resource limits, until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m newsarchive.web.datasette_process", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("time_limit", type=int)
    parser.add_argument("listener", type=int)
    parser.add_argument("--any-sql", action="store_true")
    asked = parser.parse_args(arguments)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _set_limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _set_limit(resource.RLIMIT_FSIZE, TEMPORARY_FILE_BYTES)
    limit_memory(SQLITE_HEAP_BYTES)
    tables = DatasetteApp(asked.folder, any_sql=asked.any_sql, time_limit=asked.time_limit)
    app = Starlette(routes=[Mount(ROOT, tables)], exception_handlers=errors.HANDLERS)
    config = uvicorn.Config(
        app,
        fd=asked.listener,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        forwarded_allow_ips="*",  # only the process that serves can connect
        h11_max_incomplete_event_size=MAX_HEAD_BYTES + 1024,
    )
    uvicorn.Server(config).run()


def _set_limit(limit: int, to: int) -> None:
    hard = resource.getrlimit(limit)[1]
    to = to if hard == resource.RLIM_INFINITY else min(to, hard)
    with suppress(ValueError, OSError):  # where the system has no such limit, there is none
        resource.setrlimit(limit, (to, to))


def _exit_with_parent() -> None:
    """Exit when the parent process is gone: it holds the other end of standard input."""
    while os.read(0, 1024):
        continue
    os._exit(0)


if __name__ == "__main__":
    main()
