"""Memento (RFC 7089): choose the capture of a URL nearest to a time, and list all captures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Protocol, TypeVar

from archive.replay.urls import escape_url, snapshot_path

TIMEGATE = "/timegate/"
TIMEMAP = "/timemap/link/"
TIMEMAP_JSON = "/timemap/json/"
REQUESTED_WITHIN = timedelta(minutes=1)  # of a page: its parts, in the same crawl
_SHOWN = range(200, 400)  # statuses of responses with content, and of redirects to some
NOT_MODIFIED = 304  # has no content of its own: it says that an earlier response is still current


class CaptureLike(Protocol):
    """The properties of a capture that are needed to choose one."""

    @property
    def id(self) -> int:
        """Return the id of its row."""

    @property
    def url(self) -> str:
        """Return the URL requested."""

    @property
    def fetched_at(self) -> datetime:
        """Return when it was fetched, in UTC."""

    @property
    def status(self) -> int | None:
        """Return the HTTP status, or None if there was no response."""

    @property
    def repeats(self) -> str | None:
        """Return the id of the stored record whose body it repeats, or None."""


T = TypeVar("T", bound=CaptureLike)


def viewable(captures: Sequence[T]) -> list[T]:
    """Return the captures that can be viewed, earliest first; of several in one second, the first.

    A 304 can be viewed if the archive has the response that it says is still current.
    """
    kept: dict[str, T] = {}
    for capture in sorted(captures, key=lambda one: (one.fetched_at, one.id)):
        if capture.status != NOT_MODIFIED or capture.repeats is not None:
            kept.setdefault(snapshot_path(capture.url, capture.fetched_at), capture)
    return list(kept.values())


def closest(captures: Sequence[T], at: datetime, url: str | None = None) -> T | None:
    """Return the capture nearest to a time, the earlier of two equally near ones; None if there is none.

    Of captures in the same second, one whose address is spelled like `url` comes first.
    """
    at = at.replace(microsecond=0)
    return min(
        captures,
        key=lambda one: (
            abs(one.fetched_at.replace(microsecond=0) - at),
            url is not None and one.url != url,
            one.fetched_at,
            one.id,
        ),
        default=None,
    )


def closest_part(captures: Sequence[T], at: datetime, url: str) -> T | None:
    """Return the capture that a snapshot uses for a part of its page: the nearest that has content or redirects.

    A capture of that very second is used whatever its status: the snapshot itself is one. Parts are requested after
    their page, so one of the minute after it is nearer than any before.
    """
    nearest = closest(captures, at, url)
    at = at.replace(microsecond=0)
    if nearest is None or nearest.fetched_at.replace(microsecond=0) == at:
        return nearest
    shown = [one for one in captures if (one.status or 0) in _SHOWN]
    with_page = [one for one in shown if at <= one.fetched_at <= at + REQUESTED_WITHIN]
    return closest(with_page, at, url) or closest(shown, at, url) or nearest


def http_date(moment: datetime) -> str:
    """Format a time as an HTTP date: "Mon, 10 Jan 2022 09:55:00 GMT"."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def link_header(origin: str, url: str) -> str:
    """Return the Link header of a snapshot: its original URL, TimeGate and TimeMap."""
    return ", ".join(
        (
            f'<{escape_url(url)}>; rel="original"',
            f'<{origin}{TIMEGATE}{escape_url(url)}>; rel="timegate"',
            f'<{origin}{TIMEMAP}{escape_url(url)}>; rel="timemap"; type="application/link-format"',
        )
    )


def link_timemap(origin: str, url: str, captures: Sequence[CaptureLike]) -> str:
    """Return the TimeMap of a URL as application/link-format. `captures` must not be empty."""
    first, last = http_date(captures[0].fetched_at), http_date(captures[-1].fetched_at)
    lines = [
        f'<{escape_url(url)}>; rel="original"',
        f'<{origin}{TIMEMAP}{escape_url(url)}>; rel="self"; type="application/link-format"; '
        f'from="{first}"; until="{last}"',
        f'<{origin}{TIMEGATE}{escape_url(url)}>; rel="timegate"',
    ]
    for place, one in enumerate(captures):
        names = ["first"] * (place == 0) + ["last"] * (place == len(captures) - 1) + ["memento"]
        address = origin + snapshot_path(one.url, one.fetched_at)
        lines.append(f'<{address}>; rel="{" ".join(names)}"; datetime="{http_date(one.fetched_at)}"')
    return ",\n".join(lines) + "\n"


def json_timemap(origin: str, url: str, captures: Sequence[CaptureLike]) -> dict[str, Any]:
    """Return the TimeMap of a URL as JSON. `captures` must not be empty."""
    listed = [
        {
            "datetime": one.fetched_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "uri": origin + snapshot_path(one.url, one.fetched_at),
        }
        for one in captures
    ]
    return {
        "original_uri": url,
        "timegate_uri": f"{origin}{TIMEGATE}{escape_url(url)}",
        "timemap_uri": {
            "link_format": f"{origin}{TIMEMAP}{escape_url(url)}",
            "json_format": f"{origin}{TIMEMAP_JSON}{escape_url(url)}",
        },
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }
