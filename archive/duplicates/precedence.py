"""Which of several copies was out first, as far as their times tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

FirstBy = Literal["published"]


@dataclass(frozen=True, slots=True)
class PublicationWindow:
    """When an article came out: between the two moments its printed time allows, and before it was seen."""

    article_id: int
    seen: datetime  # the first capture of it; aware, UTC
    earliest: datetime | None = None  # None when no time is known
    latest: datetime | None = None

    @property
    def is_dated(self) -> bool:
        """Whether its printed time can be believed: nothing is seen before it is out."""
        return self.earliest is not None and self.earliest <= self.seen

    @property
    def out_by(self) -> datetime:
        """The moment by which it was certainly out."""
        return min(self.latest, self.seen) if self.is_dated and self.latest else self.seen


def order_copies(copies: Sequence[PublicationWindow]) -> tuple[tuple[int, ...], FirstBy | None]:
    """The copies' articles in the order in which they were certainly out, and by what the first of them was first.

    `published`: its printed time, taken as late as its precision allows, is before that of every other,
    taken as early. None: printed times do not tell. That the archive saw it first would only say in what
    order the sources were crawled.
    """
    ordered = sorted(copies, key=lambda copy: (copy.out_by, copy.seen, copy.article_id))
    first, *others = ordered
    is_first = first.is_dated and all(other.is_dated and _before(first, other) for other in others)
    return tuple(copy.article_id for copy in ordered), "published" if is_first else None


def time_bounds(at: datetime, precision: str | None, next_day: datetime | None) -> tuple[datetime, datetime]:
    """The moments between which a printed time lies; `next_day` is the midnight that ends a day alone."""
    match precision:
        case "second":
            return at, at + timedelta(seconds=1)
        case "minute":
            return at, at + timedelta(minutes=1)
        case "hour":  # «3 часа назад»: sites round up and down
            return at - timedelta(hours=1), at + timedelta(hours=1)
        case _:
            return at, (next_day or at + timedelta(hours=25)).astimezone(UTC)


def _before(one: PublicationWindow, other: PublicationWindow) -> bool:
    return one.latest is not None and other.earliest is not None and one.latest <= other.earliest
