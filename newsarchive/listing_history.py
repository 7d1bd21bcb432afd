"""Where an article was listed, as a person reads it: a line a listing, however often that showed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.index.rows.captures import SightingRow


@dataclass(frozen=True, slots=True)
class Stay:
    """An article in one listing, from the first time it was seen there to the last."""

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
        """«2», or «1 to 4» where it moved."""
        highest, lowest = self.places
        return f"{highest}" if highest == lowest else f"{highest} to {lowest}"


def stays(sightings: Iterable[SightingRow]) -> list[Stay]:
    """Sightings, earliest first, by listing."""
    by_listing: dict[str, list[SightingRow]] = {}
    for one in sightings:
        by_listing.setdefault(one.listing, []).append(one)
    return [_stay(seen) for seen in by_listing.values()]


def _stay(seen: Sequence[SightingRow]) -> Stay:
    places = [one.place for one in seen]
    return Stay(
        listing=seen[0].listing,
        role=seen[0].role,
        section=seen[0].section,
        first_seen=seen[0].seen_at,
        last_seen=seen[-1].seen_at,
        times=len(seen),
        places=(min(places), max(places)),
        headlines=tuple(dict.fromkeys(one.headline for one in seen if one.headline)),
        stamps=tuple(dict.fromkeys(one.stamp for one in seen if one.stamp)),
    )
