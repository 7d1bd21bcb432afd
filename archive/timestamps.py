"""Timestamps as the index and the WARC files write them: ISO 8601, UTC, microseconds, a final Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# A clock that is corrected while a crawl runs moves by less than this.
CLOCK_SLACK = timedelta(minutes=5)
# An earlier date means that the clock is wrong: this program did not exist then.
NO_CRAWL_BEFORE = "2020-01-01T00:00:00.000000Z"

# Moments in this range can be formatted, converted to any zone and shifted by days without overflow.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def to_iso(moment: datetime) -> str:
    """Return `2022-01-10T09:55:00.000000Z`: text that sorts in the order of time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> datetime:
    """Return the moment of ISO 8601 text as an aware UTC datetime, or raise ValueError if it has no offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} states no offset")
    return moment.astimezone(UTC)


def is_in_future(moment: datetime, now: datetime) -> bool:
    """Return whether a stored moment is in the future: the clock was ahead then, or is behind now."""
    return moment > now + CLOCK_SLACK
