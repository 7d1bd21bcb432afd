"""The download handler, which passes the exact bytes of every response to the recorder before Scrapy sees it.

    Scrapy ── RecordingHandler ── RequestAgent ── _TappedPool ── _Connection ── server
                   │                                               ├ request bytes as written   ┐
                   │                                               └ response bytes as received ├ _Tap
                   └── recorder.store(WireExchange) ◄───────────────────────────────────────────┘

Every connection is made through _GuardedReactor, which checks the IP address with the guard before it connects.
The private names of Scrapy and Twisted that this depends on are in spiders/_compat.py.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool
from twisted.web.http_headers import InvalidHeaderName

from archive.errors import ArchiveError
from archive.http.message import read_head, strip_interim_responses
from archive.urls import is_private_address
from spiders._compat import (
    FINISHED,
    IN_HEADERS,
    IN_STATUS_LINE,
    ClientConnection,
    ClientParser,
    ConnectionFactory,
    DownloadHandler,
    RequestAgent,
    translated_errors,
)
from spiders.fetch.errors import CrawlStopped, ForbiddenAddress
from spiders.fetch.tls import tls_metadata

MAX_HEAD_BYTES = 256 * 1024  # all heads of a response, interim ones too; browsers have the same limit
MAX_HEADER_LINE_BYTES = 64 * 1024
STOP_GRACE_SECONDS = 3.0  # how long a stopping crawl waits for responses under way
STOP_POLL_SECONDS = 0.5  # how often it checks whether it should stop


@dataclass(frozen=True, slots=True)
class WireExchange:
    """One request and its response, as transferred."""

    url: str
    sent_at: datetime  # aware, UTC
    request: bytes = field(repr=False)  # as sent
    response: bytes = field(repr=False)  # as received, without heads of 1xx responses; never empty
    ip: str | None
    truncated: Literal["length", "time", "disconnect", "unspecified"] | None  # why the end is missing
    tls: Mapping[str, object] | None  # see spiders/fetch/tls.py; None over plain HTTP


class Recorder(Protocol):
    """Stores responses; set as `crawler.recorder`."""

    def store(self, request: Request, wire_exchange: WireExchange) -> Awaitable[int | str]:
        """Store an exchange; return its reference, for `request.meta["capture"]`, once it is durable."""


class Guard(Protocol):
    """Decides which IP addresses may be connected to; set as `crawler.guard`. Without one, only public ones."""

    def is_allowed(self, request: Request, ip: str) -> bool:
        """Return whether a request may connect to an IP address."""


class ResponseTooLong(ArchiveError):
    """Raised for a head or body longer than the limit; the part within the limit is stored."""


class RecordingHandler(DownloadHandler):
    """Scrapy's HTTP/1.1 handler, for http and https, which stores what is transferred.

    Every response, complete or truncated, is stored before it is passed on; its reference is in
    `request.meta["capture"]`, even if the fetch then fails.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler, _ConnectionFactory)

    async def download_request(self, request: Request) -> Response:
        """Return Scrapy's response once the bytes are stored."""
        request.meta.pop("capture", None)  # a retry carries the meta of the earlier fetch
        recorder: Recorder | None = getattr(self.crawler, "recorder", None)
        if recorder is None:
            raise ArchiveError("This crawl has no recorder to store responses, so it fetches nothing.")
        guard: Guard = getattr(self.crawler, "guard", None) or _PublicAddressesOnly()
        tap = _Tap(request, guard, request.meta.get("download_maxsize", self.max_body_bytes))
        tap.check_literal_host()
        try:
            response = await self._until_stopped(self._fetch(request, tap))
        except CrawlStopped:
            raise  # the partial response is not stored: the next crawl requests it again
        except Exception as error:
            await _store(recorder, tap, tap.truncation_from_error(error))
            raise
        await _store(recorder, tap, tap.truncation_from_flags(response.flags))
        if isinstance(tap.fault, ResponseTooLong):
            raise DownloadCancelledError(str(tap.fault)) from tap.fault
        return response

    async def _until_stopped(self, fetched: Coroutine[Any, Any, Response]) -> Response:
        """Return the response; raise CrawlStopped if it is not complete some time after the crawl was stopped."""
        fetching = asyncio.ensure_future(fetched)
        remaining = STOP_GRACE_SECONDS
        while not fetching.done():
            await asyncio.wait({fetching}, timeout=STOP_POLL_SECONDS)
            engine = self.crawler.engine
            remaining -= STOP_POLL_SECONDS if engine is not None and not engine.running else 0.0
            if remaining <= 0 and not fetching.done():
                fetching.cancel()
                await asyncio.wait({fetching})
                raise CrawlStopped("the crawl was stopped during the response")
        return fetching.result()

    async def _fetch(self, request: Request, tap: _Tap) -> Response:
        """Return Scrapy's response, while the tap collects the bytes; raise Scrapy's error or ForbiddenAddress."""
        from twisted.internet import reactor

        agent = RequestAgent(
            _GuardedReactor(reactor, tap.check_address),
            pool=_TappedPool(self.pool, tap),
            # The tap applies the limit: Scrapy would drop a response announced too long without reading it.
            maxsize=0,
            warnsize=0,
            **self.agent_options(),
        )
        try:
            with translated_errors():
                return await maybe_deferred_to_future(agent.download_request(request))
        except Exception as error:
            if tap.forbidden:
                # A new instance: the original is a cause of `error`, and must not become its own cause.
                raise ForbiddenAddress(tap.forbidden.host, tap.forbidden.ip) from error
            if isinstance(tap.fault, ResponseTooLong):
                raise DownloadCancelledError(str(tap.fault)) from error
            raise


class _GuardedReactor:
    """The reactor, which calls `check_address` with the IP address when it connects, before the first packet.

    It checks the very address of the connection, however the host name was resolved.
    """

    def __init__(self, reactor: Any, check_address: Callable[[str], None]) -> None:
        self._reactor = reactor
        self._check_address = check_address

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, factory: Any, **options: Any) -> Any:
        """Connect, if the address is allowed."""
        self._check_address(host)
        return self._reactor.connectTCP(host, port, factory, **options)


async def _store(recorder: Recorder, tap: _Tap, truncated: _Truncated) -> None:
    """Store what was transferred, if anything was; put its reference into the meta of the request."""
    exchange = tap.finish(truncated)
    if exchange is not None:
        tap.request.meta["capture"] = await recorder.store(tap.request, exchange)


_Truncated = Literal["length", "time", "disconnect", "unspecified"] | None


class _PublicAddressesOnly:
    """The guard of a crawl that has set none."""

    def is_allowed(self, request: Request, ip: str) -> bool:
        """Return whether an IP address is public."""
        return not is_private_address(ip)


class _Tap:
    """Collects the bytes of one fetch; attached to its Twisted request."""

    def __init__(self, request: Request, guard: Guard, max_body: int) -> None:
        self.request = request
        self.fault: Exception | None = None  # why the rest of the response is not read
        self.forbidden: ForbiddenAddress | None = None
        self._guard = guard
        self._max_body = max_body  # bytes as transferred, with chunk framing; 0 for no limit
        self._began: datetime | None = None
        self._sent = bytearray()
        self._received = bytearray()
        self._body_start: int | None = None
        self._connection: _Connection | None = None
        self._ip: str | None = None
        self._was_reset = False
        self._is_over = False

    def check_literal_host(self) -> None:
        """Raise ForbiddenAddress for a forbidden IP address in the URL, before any connection."""
        host = self._host
        try:
            ip = str(ipaddress.ip_address(host))
        except ValueError:
            return
        self.check_address(ip)

    def check_address(self, ip: str) -> None:
        """Raise ForbiddenAddress if this IP address of the host may not be connected to."""
        ip = ip.partition("%")[0]  # an IPv6 zone
        if not self._guard.is_allowed(self.request, ip):
            self.forbidden = ForbiddenAddress(self._host, ip)
            raise self.forbidden

    @property
    def _host(self) -> str:
        """Return the host in the URL of the request."""
        return urlparse_cached(self.request).hostname or ""

    def begin(self, connection: _Connection, ip: str) -> None:
        """Start collecting; again for a second try, which Twisted makes if a kept-alive connection was closed."""
        self._connection, self._ip = connection, ip
        self._sent.clear()
        self._received.clear()
        self._body_start, self.fault, self.forbidden, self._was_reset = None, None, None, False
        self._began = datetime.now(UTC)

    def sent(self, data: bytes) -> None:
        """Collect sent bytes."""
        self._sent += data

    def received(self, data: bytes) -> bytes:
        """Collect received bytes; return those that may be parsed, fewer once the limit is reached."""
        if self._is_over:
            return data
        if self._body_start is not None and self._max_body:
            room = self._body_start + self._max_body - len(self._received)
            if len(data) > room:
                data = data[: max(room, 0)]
                self.fault = self._too_long(self._max_body)
        if self._connection and not self._received:
            self._connection.note_tls(self._host)
        self._received += data
        return data

    def check_limits(self, state: str) -> None:
        """Check the size limits while the head arrives and when it is complete."""
        if self._is_over:
            return
        if state in (IN_STATUS_LINE, IN_HEADERS):
            if len(self._received) > MAX_HEAD_BYTES:
                self.fault = self._too_long(MAX_HEAD_BYTES)
        elif self._body_start is None:
            final = strip_interim_responses(bytes(self._received))
            self._body_start = len(self._received) - len(final) + read_head(final).length
            end = self._body_start + self._max_body
            if self._max_body and len(self._received) > end:
                del self._received[end:]
                self.fault = self._too_long(self._max_body)

    def line_too_long(self) -> ResponseTooLong:
        """Return the error for a header line that is too long."""
        return self._too_long(MAX_HEADER_LINE_BYTES)

    def connection_lost(self, reason: object) -> None:
        """Note an unclean end of the connection, which truncates a body without a stated length."""
        cause = reason.value if isinstance(reason, Failure) else reason
        self._was_reset = isinstance(cause, ConnectionLost)

    def truncation_from_flags(self, flags: list[str]) -> _Truncated:
        """Return why a response that Scrapy accepted is truncated; None if it is complete."""
        if isinstance(self.fault, ResponseTooLong):
            return "length"
        if self.fault or "download_stopped" in flags:
            return "unspecified"
        return "disconnect" if "dataloss" in flags or self._was_reset else None

    def truncation_from_error(self, error: Exception) -> _Truncated:
        """Return why the response of a failed fetch is truncated."""
        if isinstance(error, DownloadTimeoutError):
            return "time"
        if isinstance(error, DownloadCancelledError):
            return "length"
        return "unspecified" if self.fault else "disconnect"

    def finish(self, truncated: _Truncated) -> WireExchange | None:
        """Return what was transferred, None if nothing was received; collect nothing from now on."""
        received = bytes(self._received)
        self._received.clear()
        self._is_over = True
        if not received or self._began is None or self._connection is None:
            return None
        return WireExchange(
            url=self.request.url.partition("#")[0],
            sent_at=self._began,
            request=bytes(self._sent),
            response=strip_interim_responses(received) or received,
            ip=self._ip,
            truncated=truncated,
            tls=self._connection.tls,
        )

    def _too_long(self, limit: int) -> ResponseTooLong:
        """Return the error for a response longer than a limit."""
        return ResponseTooLong(f"{self.request.url} sends more than {limit} bytes.")


class _TappedPool:
    """The handler's connection pool as seen by one fetch, which adds its tap to connections."""

    persistent = True

    def __init__(self, pool: HTTPConnectionPool, tap: _Tap) -> None:
        self._pool = pool
        self._tap = tap

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:
        """Return a connection to a server, which reports to the tap."""
        connection: Deferred[Any] = self._pool.getConnection(key, endpoint)
        return connection.addCallback(partial(_TappedConnection, self._tap))


class _TappedConnection:
    """A connection as seen by one fetch, which adds its tap to the request."""

    def __init__(self, tap: _Tap, connection: Any) -> None:
        self._tap = tap
        self._connection = connection

    def request(self, request: Any) -> Deferred[Any]:
        """Send a request that carries the tap."""
        request.tap = self._tap
        result: Deferred[Any] = self._connection.request(request)
        return result


class _Parser(ClientParser):
    """The parser of one response, which passes what it receives to the tap."""

    MAX_LENGTH = MAX_HEADER_LINE_BYTES

    def dataReceived(self, data: bytes) -> None:
        """Pass received bytes to the tap, then parse them; raise the fault if a limit is exceeded."""
        tap: _Tap = self.request.tap
        try:
            super().dataReceived(tap.received(data))  # type: ignore[no-untyped-call]
        except Exception as error:
            tap.fault = tap.fault or error
            raise
        tap.check_limits(self.state)
        if tap.fault and self.state != FINISHED:
            raise tap.fault

    def headerReceived(self, name: bytes, value: bytes) -> None:
        """Skip an invalid header name, as browsers do; Twisted would fail the page."""
        with suppress(InvalidHeaderName):
            super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:
        """Fail the response."""
        raise self.request.tap.line_too_long()

    def connectionLost(self, reason: Failure | None = None) -> None:
        """Note how the connection ended."""
        self.request.tap.connection_lost(reason)
        super().connectionLost(reason)


class _Connection(ClientConnection):
    """One connection; each of its requests carries a tap of its own."""

    parser_class = _Parser
    tls: dict[str, object] | None = None

    def request(self, request: Any) -> Deferred[Any]:
        """Send a request that carries the tap."""
        tap: _Tap = request.tap
        transport: Any = self.transport
        ip = transport.getPeer().host
        try:
            tap.check_address(ip)  # a kept-alive connection was checked for another request
        except ForbiddenAddress:
            transport.loseConnection()
            return fail()
        tap.begin(self, ip)
        # Use the class's method: on a second try the instance's is the tapped one of the first.
        request.writeTo = lambda to: type(request).writeTo(request, _TappedTransport(to, tap))
        return super().request(request)

    def note_tls(self, host: str) -> None:
        """Record the TLS metadata; called at the first byte, when the handshake is surely complete."""
        transport: Any = self.transport
        if self.tls is None and hasattr(transport, "getPeerCertificate"):
            try:
                self.tls = tls_metadata(transport.getHandle(), host)
            except Exception as error:  # an unusual certificate must not fail the page
                self.tls = {"verified": None, "fault": f"{type(error).__name__}: {error}"}


class _TappedTransport:
    """A transport that passes what is sent to the tap."""

    def __init__(self, transport: Any, tap: _Tap) -> None:
        self._transport = transport
        self._tap = tap

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        self._tap.sent(data)
        self._transport.write(data)

    def writeSequence(self, data: list[bytes]) -> None:
        """Send several pieces."""
        self.write(b"".join(data))


class _ConnectionFactory(ConnectionFactory):
    """Makes the connections of the pool."""

    connection_class = _Connection
