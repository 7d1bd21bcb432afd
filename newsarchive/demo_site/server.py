"""The web server of the demo site: one thread, one port for each outlet, all requests recorded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from newsarchive.demo_site.http_messages import (
    Request,
    Response,
    apply_conditions,
    keeps_alive,
    parse_request,
    serialize,
)

Handler = Callable[[Request], Response]
HEAD_LIMIT = 64 * 1024


class Server:
    """Serves one handler per port on loopback, from its own thread, until stopped."""

    def __init__(self, handlers: Sequence[Handler]) -> None:
        self._handlers = handlers
        self._requests: list[list[Request]] = [[] for _ in handlers]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="demo site", daemon=True)
        self._started = threading.Event()
        self._stopping = asyncio.Event()
        self._failure: BaseException | None = None
        self.ports: list[int] = []

    def start(self) -> None:
        """Start listening; when this returns every port is open."""
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def stop(self) -> None:
        """Close every connection and port."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def requests(self, index: int) -> list[Request]:
        """Return the requests that the handler with this index received, in order of arrival."""
        return list(self._requests[index])

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as failure:
            self._failure = failure
        finally:
            self._loop.close()
            self._started.set()

    async def _serve(self) -> None:
        conversations: set[asyncio.Task[None]] = set()
        servers: list[asyncio.Server] = []
        for place in range(len(self._handlers)):
            server = await asyncio.start_server(
                self._connection_handler(place, conversations), "127.0.0.1", 0, limit=HEAD_LIMIT
            )
            servers.append(server)
            self.ports.append(server.sockets[0].getsockname()[1])
        self._started.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def _connection_handler(
        self, index: int, conversations: set[asyncio.Task[None]]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = self._loop.create_task(self._serve_connection(index, reader, writer))
            conversations.add(task)
            task.add_done_callback(conversations.discard)

        return listen

    async def _serve_connection(
        self, index: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while await self._respond_once(index, reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # the client left, or does not speak HTTP
        finally:
            writer.close()

    async def _respond_once(
        self, index: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        request = parse_request(await reader.readuntil(b"\r\n\r\n"))
        if request is None:
            return False
        if length := int(request.header("Content-Length") or 0):
            request = replace(request, raw=request.raw + await reader.readexactly(length))
        answer = apply_conditions(request, self._handlers[index](request))
        sent = serialize(request, answer)
        self._requests[index].append(replace(request, answer=sent))
        writer.write(sent)
        await writer.drain()
        return keeps_alive(request, answer)
