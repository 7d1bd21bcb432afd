"""Which capture answers «this address at that time», and the list of all (RFC 7089)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Protocol, TypeVar

from archive.replay.urls import escape_url, snapshot_path

TIMEGATE = "/timegate/"
TIMEMAP = "/timemap/link/"
TIMEMAP_JSON = "/timemap/json/"
NOT_MODIFIED = 304  # holds nothing to see: it says that an earlier capture still stood


class CaptureLike(Protocol):
    """What must be known of a capture to choose it."""

    @property
    def id(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def fetched_at(self) -> datetime: ...
    @property
    def status(self) -> int | None: ...


T = TypeVar("T", bound=CaptureLike)


def viewable(captures: Sequence[T]) -> list[T]:
    """The captures that can be looked at, earliest first; of several in one second the first."""
    kept: dict[str, T] = {}
    for capture in sorted(captures, key=lambda one: (one.fetched_at, one.id)):
        if capture.status != NOT_MODIFIED:
            kept.setdefault(snapshot_path(capture.url, capture.fetched_at), capture)
    return list(kept.values())


def closest(captures: Sequence[T], at: datetime) -> T | None:
    """The capture nearest to a moment, the earlier of two as near; None when there is none."""
    at = at.replace(microsecond=0)
    return min(
        captures,
        key=lambda one: (abs(one.fetched_at.replace(microsecond=0) - at), one.fetched_at, one.id),
        default=None,
    )


def http_date(moment: datetime) -> str:
    """«Mon, 10 Jan 2022 09:55:00 GMT»."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def parse_http_date(stated: str) -> datetime | None:
    """The moment a header states; None when it states none."""
    try:
        moment = parsedate_to_datetime(stated)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def link_header(origin: str, url: str) -> str:
    """The Link header of a snapshot: what it is a snapshot of, and where its other times are found."""
    return ", ".join(
        (
            f'<{escape_url(url)}>; rel="original"',
            f'<{origin}{TIMEGATE}{escape_url(url)}>; rel="timegate"',
            f'<{origin}{TIMEMAP}{escape_url(url)}>; rel="timemap"; type="application/link-format"',
        )
    )


def link_timemap(origin: str, url: str, captures: Sequence[CaptureLike]) -> str:
    """The list of an address's snapshots as application/link-format."""
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
    """The same list for programs that rather read JSON."""
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
