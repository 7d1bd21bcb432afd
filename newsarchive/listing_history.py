"""Summarize where an article was listed: one row for each listing, however often it showed the article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.index.rows.captures import SightingRow


@dataclass(frozen=True, slots=True)
class ListingPeriod:
    """The presence of an article in one listing, from the first sighting to the last."""

    listing: str  # its address
    role: str  # listing, feed or sitemap
    section: str | None
    first_seen: datetime
    last_seen: datetime
    times: int
    places: tuple[int, int]  # the highest and the lowest
    headlines: tuple[str, ...]  # each that it had there, in order
    stamps: tuple[str, ...]  # likewise

    @property
    def place(self) -> str:
        """Return the place for display: «2», or «1 to 4» if it changed."""
        highest, lowest = self.places
        return f"{highest}" if highest == lowest else f"{highest} to {lowest}"


def listing_periods(sightings: Iterable[SightingRow]) -> list[ListingPeriod]:
    """Group sightings, which must be in chronological order, by listing."""
    by_listing: dict[str, list[SightingRow]] = {}
    for one in sightings:
        by_listing.setdefault(one.listing, []).append(one)
    return [_listing_period(seen) for seen in by_listing.values()]


def _listing_period(sightings: Sequence[SightingRow]) -> ListingPeriod:
    places = [one.place for one in sightings]
    return ListingPeriod(
        listing=sightings[0].listing,
        role=sightings[0].role,
        section=sightings[0].section,
        first_seen=sightings[0].seen_at,
        last_seen=sightings[-1].seen_at,
        times=len(sightings),
        places=(min(places), max(places)),
        headlines=tuple(dict.fromkeys(one.headline for one in sightings if one.headline)),
        stamps=tuple(dict.fromkeys(one.stamp for one in sightings if one.stamp)),
    )
