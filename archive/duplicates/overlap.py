"""Measure how much of one text is contained in another, and decide whether two articles are copies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from archive.duplicates.fingerprints import word_hash

MIN_COPY_SHARE = 0.45  # share of the shorter text from which two texts are copies; see benchmarks/copies.py
# Articles of one outlet share its standing paragraphs: to be copies, most of both texts must be the same.
MIN_SAME_OUTLET_SHARE = 0.8
MIN_WORDS = 12  # shorter texts say too little to be a copy of anything
MAX_GAP = 8  # changed words in a row that end a stretch of shared text;
MAX_DRIFT = 4  # or words that one text added or left out there
MIN_PAIRS = 3  # shared pairs of words in a stretch; fewer are a common phrase
# A routine report about another day or town repeats all words, but with other figures between them.
MIN_FIGURES = 3  # figures in or beside shared stretches; fewer are not compared
FIGURE_MARGIN = 2  # words on either side of a stretch
MIN_SAME_FIGURES = 0.34  # share of figures that a copy has in the same places; editors seldom change one


@dataclass(frozen=True, slots=True)
class Overlap:
    """The overlap of two texts, as shares from 0 to 1."""

    similarity: float  # common words, as a share of all words of both
    kept: float  # share of the first text that is in the second, with at most single words changed
    taken: float  # share of the second text that is in the first, in the same way


def are_copies(one: tuple[str, ...], other: tuple[str, ...], *, of_one_outlet: bool = False) -> bool:
    """Return whether one text is a reprint of the other, whole or in part, edited or not. Symmetric.

    Two articles of one outlet are copies only if they have most of both texts in common.
    """
    shorter, longer = sorted((one, other), key=lambda text: (len(text), text))
    if len(shorter) < MIN_WORDS:
        return False
    stretches = list(_stretches(shorter, longer))
    if of_one_outlet and not (
        _share(stretches, shorter) >= MIN_SAME_OUTLET_SHARE and coverage(longer, shorter) >= MIN_COPY_SHARE
    ):
        return False
    return _share(stretches, shorter) >= MIN_COPY_SHARE and not _has_other_figures(stretches, shorter, longer)


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
        if place - here > MAX_GAP or abs(nearest - expected) > MAX_DRIFT:
            if len(stretch) >= MIN_PAIRS:
                yield stretch
                ended = here + 2
            stretch = []
        if place >= ended:
            stretch.append((place, nearest))
    if len(stretch) >= MIN_PAIRS:
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


def _has_other_figures(
    stretches: Iterable[list[tuple[int, int]]], text: tuple[str, ...], other: tuple[str, ...]
) -> bool:
    figures = same = 0
    for stretch in stretches:
        until = stretch[-1][0] + 2
        for place in range(max(0, stretch[0][0] - FIGURE_MARGIN), min(len(text), until + FIGURE_MARGIN)):
            if text[place][0].isdigit():
                here, there = stretch[max(0, bisect_right(stretch, (place, len(other))) - 1)]
                at = there + place - here
                figures += 1
                same += text[place] in other[max(0, at - MAX_DRIFT) : max(0, at + MAX_DRIFT + 1)]
    return figures >= MIN_FIGURES and same <= MIN_SAME_FIGURES * figures
