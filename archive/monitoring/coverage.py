"""Coverage: when a section was watched, and the gaps in which articles may have come and gone unseen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

TOLERANCE = 1.5  # of the usual time between two visits


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a listing that was answered."""

    at: datetime  # UTC
    addresses: frozenset[str] = (
        frozenset()
    )  # canonical addresses of the articles that it showed; empty if unknown


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a section was not watched."""

    begin: datetime  # UTC: the last visit before
    end: datetime  # UTC: the first visit after, or the end of the time asked for
    is_bridged: bool  # the listing still showed articles from before, so none was missed

    @property
    def duration(self) -> timedelta:
        """Return how long the gap was."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a section was watched in a span of time."""

    section: str | None
    url: str
    visits: int
    every: timedelta  # the longest usual time between two visits
    gaps: tuple[Gap, ...]
    days: dict[date, str]  # day in the source's zone → full, bridged, gaps or none

    @property
    def missed(self) -> timedelta:
        """Return for how long articles may have been missed."""
        return sum((gap.duration for gap in self.gaps if not gap.is_bridged), timedelta(0))


def find_coverage(
    section: str | None,
    url: str,
    visits: Sequence[Visit],
    begin: datetime,
    end: datetime,
    zone: ZoneInfo,
    every: timedelta | None = None,
) -> Coverage:
    """Return how a section was watched from `begin` to `end`, given the visits in that time in order.

    A gap is a time between two visits longer than `every`, or than the usual time between visits if that is None,
    with a tolerance. Before the first visit there is no gap: the section was not known.
    """
    usual = every if every is not None else usual_wait(visits)
    longest = usual * TOLERANCE
    gaps = [
        Gap(before.at, after.at, bool(before.addresses & after.addresses))
        for before, after in pairwise(visits)
        if after.at - before.at > longest
    ]
    if visits and end - visits[-1].at > longest:
        gaps.append(Gap(visits[-1].at, end, False))
    return Coverage(
        section, url, len(visits), usual, tuple(gaps), dict(_days(visits, gaps, begin, end, zone))
    )


def usual_wait(visits: Sequence[Visit]) -> timedelta:
    """Return the time between two visits that three in four are not longer than; an hour at least."""
    waits = sorted(after.at - before.at for before, after in pairwise(visits))
    return max(waits[len(waits) * 3 // 4], timedelta(hours=1)) if waits else timedelta(days=1)


def _days(
    visits: Sequence[Visit], gaps: Sequence[Gap], begin: datetime, end: datetime, zone: ZoneInfo
) -> Iterable[tuple[date, str]]:
    """Yield each day of the span with how it was watched."""
    day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    visited = {visit.at.astimezone(zone).date() for visit in visits}
    first = visits[0].at if visits else end
    while day <= last:
        midnight = datetime.combine(day, datetime.min.time(), zone)
        following = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        inside = [gap for gap in gaps if gap.begin < following and gap.end > midnight]
        open_gaps = [gap for gap in inside if not gap.is_bridged]
        if following <= first or (not visited & {day} and (open_gaps or not inside)):
            yield day, "none"
        elif open_gaps:
            yield day, "gaps"
        else:
            yield day, "bridged" if inside else "full"
        day += timedelta(days=1)
