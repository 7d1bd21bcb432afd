"""The items of a list: what belongs to one article, and which stamp is its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from lxml.etree import _Element

from spiders.listing.tree import Link, Stamp, Tree

HIGHEST = 12  # levels above a link that can still be its item


def stamps_of(tree: Tree, links: Sequence[Link], containers: Sequence[_Element]) -> dict[str, Stamp]:
    """The stamp of each address: within its item; where items have no element of their own, beside it."""
    if not tree.stamps or not links:
        return {}
    blocks = _blocks(tree, links)
    places = [stamp.at for stamp in tree.stamps]

    def between(first: int, last: int) -> list[Stamp]:
        return tree.stamps[bisect_left(places, first) : bisect_left(places, last)]

    inside: dict[str, Stamp] = {}
    for key, first, last in blocks:
        stamp = _plainest(between(first, last))
        if stamp is not None and key not in inside:
            inside[key] = stamp
    if 2 * len(inside) >= len({key for key, _, _ in blocks}):
        return inside
    start = min((tree.span(container)[0] for container in containers), default=blocks[0][1])
    end = max((tree.span(container)[1] for container in containers), default=blocks[-1][2])
    gaps = [between(start, blocks[0][1])]
    gaps += [between(one[2], two[1]) for one, two in pairwise(blocks)]
    gaps.append(between(blocks[-1][2], end))
    filled = sum(1 for gap in gaps if gap)
    if filled < 0.6 * len(blocks):
        return inside
    precede = bool(gaps[0]) and not gaps[-1]
    for place, (key, _, _) in enumerate(blocks):
        gap = gaps[place] if precede else gaps[place + 1]
        stamp = _plainest(gap[::-1] if precede else gap)
        if stamp is not None:
            inside.setdefault(key, stamp)
    return inside


def _blocks(tree: Tree, links: Sequence[Link]) -> list[tuple[str, int, int]]:
    """For each run of links to one address the widest element that holds no other's."""
    runs: list[list[Link]] = []
    for link in links:
        if runs and runs[-1][0].key == link.key:
            runs[-1].append(link)
        else:
            runs.append([link])
    blocks: list[tuple[str, int, int]] = []
    for place, run in enumerate(runs):
        low = tree.span(runs[place - 1][-1].element)[1] if place else 0
        high = runs[place + 1][0].at if place + 1 < len(runs) else len(tree.order)
        first, last = run[0].at, tree.span(run[-1].element)[1]
        element: _Element | None = run[0].element
        for _ in range(HIGHEST):
            element = element.getparent() if element is not None else None
            if element is None or element.tag in ("body", "main", "html"):
                break
            span = tree.span(element)
            if span[0] < low or span[1] > high:
                break
            first, last = min(first, span[0]), max(last, span[1])
            if element.tag in ("article", "li", "tr"):
                break
        blocks.append((run[0].key, first, last))
    return blocks


def _plainest(stamps: Sequence[Stamp]) -> Stamp | None:
    return next((stamp for stamp in stamps if stamp.printed.names_day), stamps[0] if stamps else None)
