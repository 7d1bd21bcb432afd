"""The items of a list: the part of the page that belongs to one article, its headline and its date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml.etree import _Element

from spiders.discovery.listing import headlines
from spiders.discovery.listing.tree import DateElement, Link, Tree

MAX_LEVELS = 12  # above a link that may still be its item
_MAX_UNMARKED = 160  # characters of an unmarked text that may be a headline


@dataclass(frozen=True, slots=True)
class Item:
    """Consecutive links to one address, and the outermost element around them without links to another."""

    key: str
    links: tuple[Link, ...]
    element: _Element
    first: int  # positions in the tree's stream
    last: int


def split_items(tree: Tree, links: Sequence[Link]) -> list[Item]:
    """Return the items of links in the order printed; an address repeated further down has several."""
    runs: list[list[Link]] = []
    for link in links:
        if runs and runs[-1][0].key == link.key:
            runs[-1].append(link)
        else:
            runs.append([link])
    if not runs:
        return []
    ends = [(run[0].position, tree.span(run[-1].element)[1]) for run in runs]
    lows = [0, *(end for _, end in ends[:-1])]
    highs = [*(start for start, _ in ends[1:]), len(tree.order)]
    return [_item(tree, run, low, high) for run, low, high in zip(runs, lows, highs, strict=True)]


def _item(tree: Tree, run: Sequence[Link], low: int, high: int) -> Item:
    """Return the item of consecutive links, as wide as it may be between two positions."""
    widest = run[0].element
    first, last = run[0].position, tree.span(run[-1].element)[1]
    for element in list(run[0].element.iterancestors())[:MAX_LEVELS]:
        span = tree.span(element)
        if element.tag in ("body", "main", "html") or span[0] < low or span[1] > high:
            break
        widest, first, last = element, min(first, span[0]), max(last, span[1])
        if element.tag in ("article", "li", "tr"):
            break
    return Item(run[0].key, tuple(run), widest, first, last)


def item_headline(links: Sequence[Link], item: _Element) -> str | None:
    """Return the headline in the links, or else the one beside them in their item; None if there is none."""
    text = headlines.best(link.element for link in links)
    if text and headlines.score(text) >= 0.5:
        return text
    beside = headlines.marked_headline(item)
    if beside is None and text is None:
        shown = headlines.headline_in(item)
        beside = shown if headlines.score(shown) >= 0.8 and len(shown) <= _MAX_UNMARKED else None
    return text if beside is None or (text and headlines.find_in_link(links[0].element)[1] >= 2) else beside


def assign_dates(tree: Tree, items: Sequence[Item], containers: Sequence[_Element]) -> dict[str, DateElement]:
    """Return the date of each address: within its item, or beside it if items have no element of their own."""
    if not tree.dates or not items:
        return {}
    dates: dict[str, DateElement] = {}
    for item in items:
        date = _prefer_day(tree.dates_between(item.first, item.last))
        if date is not None:
            dates.setdefault(item.key, date)
    if 2 * len(dates) >= len({item.key for item in items}):
        return dates
    start = min((tree.span(container)[0] for container in containers), default=items[0].first)
    end = max((tree.span(container)[1] for container in containers), default=items[-1].last)
    gaps = [tree.dates_between(start, items[0].first)]
    gaps += [tree.dates_between(one.last, two.first) for one, two in pairwise(items)]
    gaps.append(tree.dates_between(items[-1].last, end))
    if sum(1 for gap in gaps if gap) < 0.6 * len(items):
        return dates
    precede = bool(gaps[0]) and not gaps[-1]
    for place, item in enumerate(items):
        gap = gaps[place][::-1] if precede else gaps[place + 1]
        date = _prefer_day(gap)
        if date is not None:
            dates.setdefault(item.key, date)
    return dates


def _prefer_day(dates: Sequence[DateElement]) -> DateElement | None:
    """Return the first date with a day, else the first; None if there is none."""
    return next((date for date in dates if date.date.has_day), dates[0] if dates else None)
