"""The private names of Scrapy and Twisted that capture depends on; no other module of this package uses any.

Both libraries may change them in any release, so pyproject.toml pins Scrapy to one minor release. Each entry says which
releases it was checked with, why it is needed, and what breaks without it. tests/spiders/test_compat.py has a test for
each; tests/spiders/test_download_handler.py compares what is captured byte for byte.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Any, ClassVar

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.web.client import Agent, HTTPConnectionPool

try:
    from scrapy.core.downloader.handlers.http11 import (
        _LenientHTTP11ClientProtocol,
        _LenientHTTPClientParser,
        _ScrapyAgent,
    )
    from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
    from twisted.web._newclient import DONE, HEADER, STATUS
    from twisted.web.client import _HTTP11ClientFactory
except ImportError as error:
    raise ImportError(
        f"newsarchive cannot crawl with the installed Scrapy {version('scrapy')} and Twisted {version('twisted')}:"
        f" {error}. Install the releases that constraints.txt of newsarchive names."
    ) from error

# Checked with Scrapy 2.19.0.
# Needed: turns Twisted's errors into Scrapy's, as Scrapy's own handler does around each request.
# Without: a refused connection or a timeout is reported as an unexpected error and is not retried.
translated_errors = wrap_twisted_exceptions

# Checked with Twisted 26.10.0.
# Needed: the values of `ClientParser.state`, to check limits while the head arrives and to stop an unfinished response.
# Without: heads are read without limit, and a response past its limit is read to its end.
IN_STATUS_LINE, IN_HEADERS, FINISHED = STATUS, HEADER, DONE


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 download handler, with its private attributes under public names.

    Checked with Scrapy 2.19.0 (_contextFactory, _bind_address, _default_maxsize, _fail_on_dataloss,
    _tls_verbose_logging, _pool) and Twisted 26.10.0 (HTTPConnectionPool._factory).
    Needed: Scrapy has no setting for the connection class, and its handler creates its agent itself.
    Without: nothing is captured, as the bytes on the wire never reach the recorder.
    """

    def __init__(self, crawler: Crawler, connections: type[ConnectionFactory]) -> None:
        super().__init__(crawler)
        self._pool._factory = connections

    @property
    def pool(self) -> HTTPConnectionPool:
        """Return the connections that are kept open."""
        return self._pool

    @property
    def max_body_bytes(self) -> int:
        """Return the setting DOWNLOAD_MAXSIZE."""
        return self._default_maxsize

    def agent_options(self) -> dict[str, Any]:
        """Return the options of an agent that follow from Scrapy's settings."""
        return {
            "contextFactory": self._contextFactory,
            "bindAddress": normalize_bind_address(self._bind_address),
            "fail_on_dataloss": self._fail_on_dataloss,
            "crawler": self.crawler,
            "tls_verbose_logging": self._tls_verbose_logging,
        }


class RequestAgent(_ScrapyAgent):
    """Scrapy's agent for one request, which connects through a given reactor and never through a proxy.

    Checked with Scrapy 2.19.0 (_ScrapyAgent and its method _get_agent).
    Needed: Scrapy's agent always uses the global reactor and, if the request names one, a proxy.
    Without: connections are made without a check of the IP address, to private networks too.
    """

    def __init__(
        self,
        reactor: Any,
        *,
        contextFactory: Any,
        bindAddress: tuple[str, int] | None,
        pool: Any,
        **options: Any,
    ) -> None:
        super().__init__(contextFactory=contextFactory, bindAddress=bindAddress, pool=pool, **options)
        self._agent = partial(Agent, reactor, contextFactory, bindAddress=bindAddress, pool=pool)

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        """Return an agent that connects through the given reactor."""
        return self._agent(connectTimeout=timeout)


class ClientParser(_LenientHTTPClientParser):
    """The parser of one response.

    Checked with Scrapy 2.19.0 (_LenientHTTPClientParser) and Twisted 26.10.0 (twisted.web._newclient.HTTPClientParser
    with request, state, MAX_LENGTH, headerReceived, lineLengthExceeded and connectionLost).
    Needed: it is the only place that sees every received byte, in order, before it is interpreted.
    Without: nothing is captured.
    """


class ClientConnection(_LenientHTTP11ClientProtocol):
    """One connection to a server; its responses are parsed by `parser_class`.

    Checked with Scrapy 2.19.0 (_LenientHTTP11ClientProtocol) and Twisted 26.10.0 (HTTP11ClientProtocol._parser).
    Needed: Twisted creates the parser itself; Scrapy replaces its class in the same way.
    Without: nothing is captured.
    """

    parser_class: ClassVar[type[ClientParser]] = ClientParser

    def request(self, request: Any) -> Deferred[Any]:
        """Send a request; return the response when its head is complete."""
        response: Deferred[Any] = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = self.parser_class
        return response


class ConnectionFactory(_HTTP11ClientFactory):
    """Makes a `connection_class` for each connection of a pool.

    Checked with Twisted 26.10.0 (_HTTP11ClientFactory and its attribute _quiescentCallback).
    Needed: a pool has no public option for the class of its connections.
    Without: connections are not kept open between requests, or nothing is captured.
    """

    noisy = False
    connection_class: ClassVar[type[ClientConnection]] = ClientConnection

    def buildProtocol(self, addr: Any) -> ClientConnection:
        """Return the connection for an address."""
        return self.connection_class(self._quiescentCallback)
