"""Silence: a source or section from which nothing new comes for longer than it ever did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

MIN_ARTICLES = 20  # with fewer, nothing is known of what is usual
MIN_SPAN = timedelta(days=8)  # of the known past: a week end is in it
LONGER_THAN = 3  # times the longest pause
MIN_SILENCE = timedelta(hours=6)
EMPTY_LISTINGS = 2  # in a row: one may be a page that was being rebuilt
USUAL_LINKS = 3  # a listing that usually shows fewer may well be empty


@dataclass(frozen=True, slots=True)
class Silence:
    """A source or section without new articles."""

    section: str | None  # None: the whole source
    since: datetime  # UTC: the last new article
    longest_before: timedelta  # the longest pause before


@dataclass(frozen=True, slots=True)
class EmptyListing:
    """A listing that used to show articles and shows none."""

    section: str | None
    url: str
    since: datetime  # UTC: the first visit that found it empty
    usual: int  # links before


def find_silence(
    section: str | None, seen: Sequence[datetime], watched: Sequence[datetime]
) -> Silence | None:
    """Return the silence of a source, given when new articles came and when it was crawled.

    Both are in order. Time without crawls does not count: then nobody looked.
    """
    if len(seen) < MIN_ARTICLES or seen[-1] - seen[0] < MIN_SPAN:
        return None
    visited_later = [at for at in watched if at > seen[-1]]
    if not visited_later:
        return None
    longest = max(after - before for before, after in pairwise(seen))
    silence = visited_later[-1] - seen[-1]
    if silence < MIN_SILENCE or silence <= longest * LONGER_THAN:
        return None
    unwatched = max(after - before for before, after in pairwise([seen[-1], *visited_later]))
    if silence - unwatched < MIN_SILENCE:
        return None
    return Silence(section, seen[-1], longest)


def find_empty_listing(
    section: str | None, url: str, visits: Sequence[tuple[datetime, int]]
) -> EmptyListing | None:
    """Return whether a listing has become empty, given its visits in order, each with the number of links found."""
    empty = 0
    while empty < len(visits) and not visits[-1 - empty][1]:
        empty += 1
    before = sorted(links for _, links in visits[: len(visits) - empty])
    usual = before[len(before) // 2] if before else 0
    if empty < EMPTY_LISTINGS or usual < USUAL_LINKS:
        return None
    return EmptyListing(section, url, visits[-empty][0], usual)
