"""Why a fetch failed, in words a person can act on, and whether it may succeed at the next try."""

from __future__ import annotations

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

from archive.errors import ArchiveError

_PASSING: dict[type[Exception], str] = {
    CannotResolveHostError: "the host's name is not known",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "no whole answer came in time",
    DownloadFailedError: "the connection broke",
    ResponseDataLossError: "the answer was cut off",
}
_LASTING: dict[type[Exception], str] = {
    UnsupportedURLSchemeError: "it is no web address",
    DownloadCancelledError: "the answer was longer than the limit",
}
DOWNLOAD_ERRORS: tuple[type[Exception], ...] = (*_PASSING, *_LASTING, IgnoreRequest, ArchiveError)


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt forbids the address."""


class RobotsUnavailable(IgnoreRequest):
    """robots.txt answered with a server's error: RFC 9309 section 2.3.1.4 forbids all."""


class CrawlStops(IgnoreRequest):
    """The crawl was stopped before the address was asked: the next crawl asks it."""


def may_pass(error: Exception) -> bool:
    """Whether an error may be gone at the next try."""
    return isinstance(error, tuple(_PASSING))


def reason_of(error: BaseException | None) -> str:
    """A sentence's worth of why; what nobody foresaw is told with its name."""
    if isinstance(error, (ArchiveError, IgnoreRequest)) and str(error):
        return str(error).rstrip(".")
    for kind, words in (_PASSING | _LASTING).items():
        if isinstance(error, kind):
            return words
    return f"{type(error).__name__}: {error}"
