"""Moments as the index and the WARC files write them: ISO 8601, UTC, microseconds, a closing Z."""

from __future__ import annotations

from datetime import UTC, datetime


def text(moment: datetime) -> str:
    """`2022-01-10T09:55:00.000000Z`: sorts as text the way it sorts in time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(stated: str) -> datetime:
    """The aware UTC moment of any ISO 8601 text with an offset; ValueError for anything else."""
    moment = datetime.fromisoformat(stated)
    if moment.tzinfo is None:
        raise ValueError(f"{stated!r} states no offset")
    return moment.astimezone(UTC)
