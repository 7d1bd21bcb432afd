"""Limit the number of connections, and how long each may stall.

Uvicorn closes connections that are idle between two requests, but has no limit for a request that never ends, a
response that is never read, or the number of connections.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import h11

from newsarchive._compat import H11Protocol

MAX_CONNECTIONS = 256  # many systems allow a process 1024 open files, and each request opens a few
REQUEST_SECONDS = 15.0  # from opening the connection, or the last response, to the end of a request
UNREAD_SECONDS = 30.0  # without the client reading any of a response
SEND_BUFFER = 128 * 1024  # bytes the system may buffer of a response; these count as read
PROGRESS = 32 * 1024  # bytes that must be read in UNREAD_SECONDS: about a kilobyte a second
BACKLOG = 128  # connections waiting to be accepted
MAX_HEAD_BYTES = 32 * 1024  # of the request line and headers


class BoundedProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 protocol, which also drops stalled connections.

    A connection is checked every few seconds and dropped if it has stalled too long. When there are too many, the
    one that has stalled the longest is dropped for the new one, so that clients that send their request immediately are
    served, no matter how many others send nothing.
    """

    connections_most = MAX_CONNECTIONS
    request_seconds = REQUEST_SECONDS
    unread_seconds = UNREAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, and drop another one if there are too many."""
        super().connection_made(transport)
        self._waiting_since = self._unread_since = self.loop.time()
        self._unread = 0  # bytes the client had not read at the last progress
        self._is_dropped = False
        connected = transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._drop_excess()
        self._schedule_check()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._next_check.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Start the time limit of the next request."""
        self._waiting_since = self.loop.time()
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Note that the client has read what was sent."""
        self._unread_since = self.loop.time()
        super().resume_writing()

    def _stalled_since(self) -> float | None:
        """Return the time since which the client has stalled, or None while it waits for the server."""
        if self.transport.get_write_buffer_size():
            return self._unread_since
        return self._waiting_since if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) else None

    def _drop_excess(self) -> None:
        """Drop the connection that has stalled the longest if there are too many."""
        others = [one for one in self.connections if isinstance(one, BoundedProtocol) and not one._is_dropped]
        if len(others) <= self.connections_most:
            return
        stalled = [(since, id(one), one) for one in others if (since := one._stalled_since()) is not None]
        (min(stalled)[2] if stalled else self)._drop()

    def _drop(self) -> None:
        """Close the connection."""
        self._is_dropped = True  # it stays in self.connections until the event loop runs again
        self.transport.abort()

    def _schedule_check(self) -> None:
        """Schedule the next check of this connection."""
        delay = min(self.request_seconds, self.unread_seconds) / 4
        self._next_check = self.loop.call_later(delay, self._check)

    def _check(self) -> None:
        """Drop this connection if it has stalled too long."""
        now = self.loop.time()
        unread = self.transport.get_write_buffer_size()
        if not unread or unread <= self._unread - PROGRESS:
            self._unread_since, self._unread = now, unread
        self._unread = max(self._unread, unread)
        since = self._stalled_since()
        if since is not None and now - since > (self.unread_seconds if unread else self.request_seconds):
            self._drop()
        else:
            self._schedule_check()


def uvicorn_limits() -> dict[str, Any]:
    """Return the uvicorn settings that limit connections."""
    return {
        "http": BoundedProtocol,
        "ws": "none",
        "h11_max_incomplete_event_size": MAX_HEAD_BYTES,
        "timeout_keep_alive": 5,
        "backlog": BACKLOG,
    }
