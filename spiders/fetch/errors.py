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
# Of requests that are not sent: the next crawl may send them.
_TRANSIENT_REASONS = frozenset({reasons.NO_ROBOTS_TXT, reasons.HOST_UNRESPONSIVE, reasons.LONG_PAUSES})
# Statuses that may change soon, and Scrapy's flag for an incomplete response.
RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
TRUNCATED_FLAG = "dataloss"
DOWNLOAD_ERRORS: tuple[type[Exception], ...] = (*_TRANSIENT, *_PERMANENT, IgnoreRequest, ArchiveError)


class FetchError(IgnoreRequest):
    """Raised for a request that is not sent, with the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.words)
        self.reason = reason


class ForbiddenAddress(FetchError):
    """Raised for a host at a private IP address; nothing was sent to it."""

    def __init__(self, host: str, ip: str) -> None:
        super().__init__(Reason(reasons.PRIVATE_ADDRESS, ip if host == ip else f"{host} is at {ip}"))
        self.host = host  # as written in the URL
        self.ip = ip

    @property
    def is_hostname(self) -> bool:
        """Return whether a host name resolved to it: it may resolve to another address at the next crawl."""
        return self.host != self.ip


class CrawlStopped(IgnoreRequest):
    """Raised if the crawl was stopped before a response came: the next crawl requests the address."""


def is_retryable(error: BaseException | None) -> bool:
    """Return whether a retry in the same crawl may succeed."""
    return isinstance(error, tuple(_TRANSIENT))


def is_retryable_next_crawl(error: BaseException | None) -> bool:
    """Return whether the next crawl may succeed."""
    if isinstance(error, ForbiddenAddress):
        return error.is_hostname
    return is_retryable(error) or reason_of(error).code in _TRANSIENT_REASONS


def reason_of(error: BaseException | None) -> Reason:
    """Return why a fetch failed; for an unexpected error its type and message."""
    if isinstance(error, FetchError):
        return error.reason
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
