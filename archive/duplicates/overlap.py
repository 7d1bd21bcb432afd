"""Measure how much of one text is contained in another, and decide whether two articles are copies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from archive.duplicates.fingerprints import word_hash

COPIED = 0.45  # of the shorter text, from which two texts are copies of one another; see benchmarks/copies.py
# Articles of one outlet share what it prints under all of them: there the greater part must be the same in both.
REPEATED = 0.8
SHORTEST = 12  # words; shorter texts say too little to be anyone's copy
GAP = 8  # words changed in a row, after which a stretch of shared text has ended;
PACE = 4  # or words that one text has put in or left out there
PHRASE = 3  # pairs of words that a stretch must share: fewer are a phrase that anyone may use
# A report of the same form, of another day or town, repeats all words and has other figures between them.
FIGURES = 3  # in shared stretches or right beside them, from which they are looked at
BESIDE = 2  # words
SAME_FIGURES = 0.34  # of them, at least, stand in the same places of a copy; editors seldom alter one


@dataclass(frozen=True, slots=True)
class Overlap:
    """The overlap of two texts, as shares from 0 to 1."""

    similarity: float  # words in common, of all words of both
    kept: float  # of the first text, that stands in the second with no more than single words changed
    taken: float  # of the second text, that stands so in the first


def are_copies(one: tuple[str, ...], other: tuple[str, ...], *, of_one_outlet: bool = False) -> bool:
    """Return whether one text is a reprint of the other, whole or in part, edited or not. Symmetric.

    Two articles of one outlet are copies only if they have most of both texts in common.
    """
    shorter, longer = sorted((one, other), key=lambda text: (len(text), text))
    if len(shorter) < SHORTEST:
        return False
    stretches = list(_stretches(shorter, longer))
    if of_one_outlet and not (_share(stretches, shorter) >= REPEATED and coverage(longer, shorter) >= COPIED):
        return False
    return _share(stretches, shorter) >= COPIED and not _other_figures(stretches, shorter, longer)


def overlap(first: tuple[str, ...], second: tuple[str, ...]) -> Overlap:
    """Return how much of the first text the second one contains."""
    together = len(first) + len(second)
    common = (Counter(first) & Counter(second)).total()
    return Overlap(
        similarity=2 * common / together if together else 1.0,
        kept=coverage(first, second),
        taken=coverage(second, first),
    )


def coverage(text: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return the share of a text's words that are in stretches shared with the other text, single words changed.

    A stretch goes from one shared pair of words to the next, as long as both texts advance at about the same pace;
    it may be anywhere in the other text.
    """
    return _share(_stretches(text, other), text)


def _stretches(text: tuple[str, ...], other: tuple[str, ...]) -> Iterator[list[tuple[int, int]]]:
    """Yield shared stretches as the positions of their shared word pairs in both texts. Stretches do not overlap."""
    places: dict[int, list[int]] = {}
    for place, pair in enumerate(_pairs(other)):
        places.setdefault(pair, []).append(place)
    stretch: list[tuple[int, int]] = []
    ended = 0
    for place, pair in enumerate(_pairs(text)):
        found = places.get(pair)
        if found is None:
            continue
        here, there = stretch[-1] if stretch else (place, found[0])
        expected = there + place - here
        nearest = found[0] if len(found) == 1 else _nearest(found, expected)
        if place - here > GAP or abs(nearest - expected) > PACE:
            if len(stretch) >= PHRASE:
                yield stretch
                ended = here + 2
            stretch = []
        if place >= ended:
            stretch.append((place, nearest))
    if len(stretch) >= PHRASE:
        yield stretch


def _nearest(places: list[int], expected: int) -> int:
    """Return the place nearest to the expected one, the earlier of two.

    `places` is ascending and may be very long (a page can repeat one pair of words endlessly), so it is bisected.
    """
    after = bisect_left(places, expected)
    return min(places[max(0, after - 1) : after + 1], key=lambda at: (abs(at - expected), at))


def _share(stretches: Iterable[list[tuple[int, int]]], text: tuple[str, ...]) -> float:
    return sum(stretch[-1][0] + 2 - stretch[0][0] for stretch in stretches) / len(text) if text else 0.0


def _pairs(text: tuple[str, ...]) -> list[int]:
    return [one << 32 | other for one, other in pairwise(map(word_hash, text))]


def _other_figures(
    stretches: Iterable[list[tuple[int, int]]], text: tuple[str, ...], other: tuple[str, ...]
) -> bool:
    figures = same = 0
    for stretch in stretches:
        until = stretch[-1][0] + 2
        for place in range(max(0, stretch[0][0] - BESIDE), min(len(text), until + BESIDE)):
            if text[place][0].isdigit():
                here, there = stretch[max(0, bisect_right(stretch, (place, len(other))) - 1)]
                at = there + place - here
                figures += 1
                same += text[place] in other[max(0, at - PACE) : max(0, at + PACE + 1)]
    return figures >= FIGURES and same <= SAME_FIGURES * figures
