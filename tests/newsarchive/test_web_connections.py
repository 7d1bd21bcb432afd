"""Limits on connections: clients that send nothing, send half a request, or do not read the response."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from newsarchive.web.http.connections import BoundedProtocol, uvicorn_limits

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
LARGE = 64 * 1024 * 1024


class ImpatientProtocol(BoundedProtocol):
    """The protocol with short time limits."""

    connections_most = 20
    request_seconds = 1.0
    unread_seconds = 2.0


@contextmanager
def served(**settings: Any) -> Iterator[int]:
    def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse("x" * (LARGE if "large" in request.query_params else 1))

    app = Starlette(routes=[Route("/", answer, methods=["GET", "POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            log_level="critical",
            lifespan="off",
            **{**uvicorn_limits(), "http": ImpatientProtocol, **settings},
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    with served() as port:
        yield port


def connected(port: int, data: bytes = b"") -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(data)
    return client


def received(client: socket.socket) -> bytes:
    """Return everything received until the server closes the connection."""
    data_received = bytearray()
    try:
        while data := client.recv(65536):
            data_received += data
    except ConnectionResetError:
        pass
    return bytes(data_received)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET",
        HEAD,
        HEAD + b"X: " + b"y" * 1000,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_an_incomplete_request_is_dropped(port: int, sent: bytes) -> None:
    with connected(port, sent) as client:
        start = monotonic()
        received(client)
        assert monotonic() - start < 20


def test_a_request_sent_byte_by_byte_is_dropped(port: int) -> None:
    with connected(port, HEAD) as client:
        client.settimeout(0.1)
        start = monotonic()
        try:
            while monotonic() - start < 20:
                client.sendall(b"X")
                try:
                    if not client.recv(1):
                        break
                except TimeoutError:
                    continue
        except (ConnectionResetError, BrokenPipeError):
            pass
        assert monotonic() - start < 20


def test_an_unread_response_is_dropped(port: int) -> None:
    with connected(port, b"GET /?large HTTP/1.1\r\nHost: localhost\r\n\r\n") as client:
        client.recv(1, socket.MSG_PEEK)
        threading.Event().wait(6)  # longer than the limit and the interval of checks
        assert len(received(client)) < LARGE


def test_a_slowly_read_response_is_completed(port: int) -> None:
    with connected(port, b"GET /?large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as client:
        size, start = 0, monotonic()
        while data := client.recv(1024 * 1024):
            size += len(data)
            if monotonic() - start < 5:
                threading.Event().wait(0.005)
        assert size > LARGE


def test_many_silent_clients_do_not_block_others() -> None:
    with served(http=type("Patient", (ImpatientProtocol,), {"request_seconds": 600.0})) as port:
        silent = [connected(port) for _ in range(100)]
        for _ in range(3):
            with connected(port, HEAD + b"Connection: close\r\n\r\n") as client:
                assert received(client).endswith(b"x")
        ended = 0
        for one in silent:
            one.settimeout(0.01)
            with suppress(TimeoutError):
                ended += not received(one)
            one.close()
        assert ended >= 80


def test_a_connection_serves_many_requests(port: int) -> None:
    with connected(port) as client:
        start = monotonic()
        while monotonic() - start < 2.5:  # longer than one request may take
            client.sendall(HEAD + b"\r\n")
            answer = b""
            while not answer.endswith(b"\r\n\r\nx"):
                received_now = client.recv(1000)
                assert received_now
                answer += received_now
            threading.Event().wait(0.2)


def test_an_endless_request_head_is_rejected(port: int) -> None:
    with connected(port) as client:
        try:
            client.sendall(HEAD + b"X: " + b"y" * 200_000)
        except (ConnectionResetError, BrokenPipeError):
            return
        answer = received(client)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
