"""Decide which of several copies was published first, as far as their times show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

FirstBy = Literal["published"]


@dataclass(frozen=True, slots=True)
class PublicationWindow:
    """When an article was published: within the bounds of its printed time, and before it was first captured."""

    article_id: int
    seen: datetime  # its first capture; aware, UTC
    earliest: datetime | None = None  # None if no time is known
    latest: datetime | None = None

    @property
    def is_dated(self) -> bool:
        """Return whether the printed time is credible: nothing is captured before it is published."""
        return self.earliest is not None and self.earliest <= self.seen

    @property
    def published_by(self) -> datetime:
        """Return the time by which the article was certainly published."""
        return min(self.latest, self.seen) if self.is_dated and self.latest else self.seen


def order_copies(copies: Sequence[PublicationWindow]) -> tuple[tuple[int, ...], FirstBy | None]:
    """Return the ids of the copies in the order in which they were certainly published, and how the first is known.

    `published`: even the latest time that its printed time allows is before the earliest time of every other copy.
    None: the printed times do not decide. The time of the first capture would only show in which order the sources
    were crawled.
    """
    ordered = sorted(copies, key=lambda copy: (copy.published_by, copy.seen, copy.article_id))
    first, *others = ordered
    is_first = first.is_dated and all(other.is_dated and _is_before(first, other) for other in others)
    return tuple(copy.article_id for copy in ordered), "published" if is_first else None


def time_bounds(at: datetime, precision: str | None, next_day: datetime | None) -> tuple[datetime, datetime]:
    """Return the earliest and latest time that a printed time allows; `next_day` is the midnight that ends its day."""
    match precision:
        case "second":
            return at, at + timedelta(seconds=1)
        case "minute":
            return at, at + timedelta(minutes=1)
        case "hour":  # «3 часа назад»: sites round up and down
            return at - timedelta(hours=1), at + timedelta(hours=1)
        case _:
            return at, (next_day or at + timedelta(hours=25)).astimezone(UTC)


def _is_before(one: PublicationWindow, other: PublicationWindow) -> bool:
    return one.latest is not None and other.earliest is not None and one.latest <= other.earliest
