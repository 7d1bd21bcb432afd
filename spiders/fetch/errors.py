"""Why a fetch failed, and whether a retry may succeed."""

from __future__ import annotations

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from archive import reasons
from archive.errors import ArchiveError
from archive.reasons import Reason

_TRANSIENT: dict[type[Exception], str] = {
    CannotResolveHostError: reasons.HOST_NOT_FOUND,
    DownloadConnectionRefusedError: reasons.CONNECTION_REFUSED,
    DownloadTimeoutError: reasons.TIMEOUT,
    DownloadFailedError: reasons.CONNECTION_LOST,
    ResponseDataLossError: reasons.TRUNCATED,
}
_PERMANENT: dict[type[Exception], str] = {
    UnsupportedURLSchemeError: reasons.NO_WEB_ADDRESS,
    DownloadCancelledError: reasons.TOO_LONG,
}
# Statuses that may change soon, and Scrapy's flag for an incomplete response.
RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
TRUNCATED_FLAG = "dataloss"
DOWNLOAD_ERRORS: tuple[type[Exception], ...] = (*_TRANSIENT, *_PERMANENT, IgnoreRequest, ArchiveError)


class ForbiddenAddress(ArchiveError):
    """Raised for a host at a private IP address; nothing was sent to it."""

    def __init__(self, host: str, ip: str) -> None:
        where = ip if host == ip else f"{host} is at {ip}"
        super().__init__(f"{where}, a private address that this crawl may not request.")
        self.host = host  # as written in the URL
        self.ip = ip

    @property
    def is_hostname(self) -> bool:
        """Return whether a host name resolved to it: it may resolve to another address at the next crawl."""
        return self.host != self.ip


class ForbiddenByRobots(IgnoreRequest):
    """Raised for an address that robots.txt forbids."""


class RobotsUnavailable(IgnoreRequest):
    """Raised if robots.txt could not be fetched: RFC 9309 section 2.3.1.4 then forbids all."""


class HostSkipped(IgnoreRequest):
    """Raised for a host that does not respond, or that asks for pauses too long for a crawl."""


class CrawlStopped(IgnoreRequest):
    """Raised if the crawl was stopped before a response came: the next crawl requests the address."""


def is_retryable(error: BaseException | None) -> bool:
    """Return whether a retry in the same crawl may succeed."""
    return isinstance(error, tuple(_TRANSIENT))


def is_retryable_next_crawl(error: BaseException | None) -> bool:
    """Return whether the next crawl may succeed."""
    if isinstance(error, ForbiddenAddress):
        return error.is_hostname
    return is_retryable(error) or isinstance(error, (RobotsUnavailable, HostSkipped))


def reason_of(error: BaseException | None) -> Reason:
    """Return why a fetch failed; for an unexpected error its type and message."""
    if isinstance(error, ForbiddenByRobots):
        return Reason(reasons.FORBIDDEN)
    if isinstance(error, (ArchiveError, IgnoreRequest)) and str(error):
        return Reason.parse(str(error).rstrip("."))
    if any(
        isinstance(one.value, SSL.Error) for one in getattr(getattr(error, "__cause__", None), "reasons", ())
    ):
        return Reason(reasons.TLS_FAILED)
    for kind, code in (_TRANSIENT | _PERMANENT).items():
        if isinstance(error, kind):
            return Reason(code)
    return Reason(f"{type(error).__name__}: {error}")
