"""The list of a listing page: links grouped by where they stand, the main group chosen, its company judged."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from statistics import mean

from lxml.etree import _Element

from spiders import addresses, headlines
from spiders.surroundings import Surroundings, goes_on, is_day_heading, is_foreign_heading, is_latest_heading
from spiders.tree import Link, Stamp, Tree, below

HIGHEST = 12  # levels above a link within which its like is looked for
ENOUGH = 1.0  # of what speaks for a group's joining the main one
NEAR_LANDMARK = 1.5
_PASSING_CLASS = re.compile(
    r"\d{3,}|^(?:first|last|odd|even|active|current|new|hot|important|bold|big|small|clear(?:fix)?)$"
)


@dataclass(slots=True, eq=False)
class Group:
    """Links that stand alike, and what is seen of them."""

    links: list[Link]
    containers: list[_Element]
    path: tuple[str, ...]  # tags from the container down to the link
    names: frozenset[str] = frozenset()  # classes of link and item
    keys: list[str] = field(default_factory=list)
    likeness: float = 0.0  # of its texts to headlines
    shape: float = 0.0  # of its addresses to articles'
    skeletons: Counter[str] = field(default_factory=Counter)
    stamped: float = 0.0  # share of its items with a stamp
    below_section: float = 0.0  # share of its addresses below the section's own
    marked: float = 0.0  # share of its links in headings
    text: float = 0.0  # characters an item says besides the headline
    heading: str | None = None
    furniture: bool = False
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """The links of a list and the elements that hold them."""

    links: tuple[Link, ...] = ()
    containers: tuple[_Element, ...] = ()


def of_the_list(tree: Tree, links: Sequence[Link], section_url: str, landmarks: Sequence[_Element]) -> Listed:
    """The section's own list; `landmarks` are elements that stand with it: paging, the page's title."""
    likely = [link.at for link in links if headlines.likeness(_text(link)) >= 0.5]
    around = Surroundings(tree, likely)
    groups = _merged(tree, _grouped(links))
    for group in groups:
        _look_at(tree, group, section_url, around)
    groups = _merged_alike(tree, groups)
    for group in groups:
        _look_at(tree, group, section_url, around)
    groups = [group for group in groups if group.likeness > 0 or group.shape >= 0.8]
    if not groups:
        return Listed()
    worths = {group: _worth(group) for group in groups}
    for landmark in landmarks:
        for group in _nearest(tree, [group for group in groups if not group.furniture], landmark):
            worths[group] *= NEAR_LANDMARK
    main = max(groups, key=lambda group: (worths[group], -group.first))
    if worths[main] < 0.35:
        return Listed()
    column = _column(tree, main, landmarks)
    company = [group for group in groups if group is main or _joins(tree, group, main, column, groups) >= ENOUGH]
    chosen = [link for group in company for link in group.links]
    return Listed(tuple(_articles(chosen, main)), tuple(main.containers))


# Grouping: two links are alike when the same way of tags leads down to them from two children of one element.


def _grouped(links: Sequence[Link]) -> list[Group]:
    ways: dict[tuple[_Element, tuple[str, ...]], dict[_Element, set[str]]] = defaultdict(lambda: defaultdict(set))
    climbs: list[list[tuple[_Element, tuple[str, ...], _Element]]] = []
    for link in links:
        climb: list[tuple[_Element, tuple[str, ...], _Element]] = []
        item: _Element = link.element
        way: tuple[str, ...] = (str(item.tag),)
        for _ in range(HIGHEST):
            parent = item.getparent()
            if parent is None or item.tag == "body":
                break
            climb.append((parent, way, item))
            ways[parent, way][item].add(link.key)
            item, way = parent, (str(parent.tag), *way)
        climbs.append(climb)
    grouped: dict[tuple[_Element, tuple[str, ...]], list[Link]] = defaultdict(list)
    for link, climb in zip(links, climbs, strict=True):
        for parent, way, item in climb:
            if any(
                keys != {link.key} and other is not item and _are_items(item, other)
                for other, keys in ways[parent, way].items()
            ):
                grouped[parent, way].append(link)
                break
        else:
            grouped[link.element, ("a",)].append(link)
    return [Group(links=found, containers=[container], path=way) for (container, way), found in grouped.items()]


def _are_items(one: _Element, two: _Element) -> bool:
    """Whether two children of one element are items of one list: a block with a name of its own is none."""
    return one.tag in ("li", "tr", "article") or _alike(one, two)


def _merged(tree: Tree, groups: list[Group]) -> list[Group]:
    """Picture, headline and «read more» of the same items are one group."""
    by_keys: dict[frozenset[str], Group] = {}
    merged: list[Group] = []
    for group in groups:
        keys = frozenset(link.key for link in group.links)
        other = by_keys.get(keys)
        if other is None:
            other = next((kept for kept in merged if _overlap(keys, kept) and _together(tree, group, kept)), None)
        elif not _together(tree, group, other):
            other = None
        if other is None:
            by_keys.setdefault(keys, group)
            merged.append(group)
            continue
        if len(group.path) > len(other.path) or not headlines.likeness(_text(other.links[0])):
            other.path = group.path
        other.links = sorted([*other.links, *group.links], key=lambda link: link.at)
        other.containers += [container for container in group.containers if container not in other.containers]
    return merged


def _overlap(keys: frozenset[str], group: Group) -> bool:
    others = {link.key for link in group.links}
    return len(keys & others) >= 0.6 * len(keys | others)


def _together(tree: Tree, one: Group, two: Group) -> bool:
    """Whether two groups lie in one another's place and not in two columns."""
    first, second = tree.span(one.containers[0]), tree.span(two.containers[0])
    if len({link.key for link in one.links}) == 1:
        gap = tree.span(_common(tree, one.links[0].element, two.links[0].element))
        return gap[1] - gap[0] < 60
    return first[0] < second[1] and second[0] < first[1]


def _merged_alike(tree: Tree, groups: list[Group]) -> list[Group]:
    """Lists parted by days, rows of a grid, and the label beside each headline: one way of classes, one content."""
    merged: list[Group] = []
    by_way: dict[tuple[str, ...], list[Group]] = defaultdict(list)
    for group in groups:
        way = (*(str(element.tag) for element in _line(group.containers[0])), *group.path)
        for other in by_way[way]:
            if _one_way(group, other) and _one_content(group, other):
                other.links = sorted([*other.links, *group.links], key=lambda link: link.at)
                other.containers += group.containers
                break
        else:
            by_way[way].append(group)
            merged.append(group)
    return merged


def _one_way(one: Group, two: Group) -> bool:
    lines = zip(_line(one.containers[0]), _line(two.containers[0]), strict=True)
    return all(first is second or _alike(first, second) for first, second in lines)


def _alike(one: _Element, two: _Element) -> bool:
    first, second = _classes(one), _classes(two)
    return bool(first & second) or not first or not second


def _one_content(one: Group, two: Group) -> bool:
    if one.furniture != two.furniture or is_foreign_heading(one.heading) != is_foreign_heading(two.heading):
        return False
    own = [group.heading for group in (one, two) if group.heading and not is_day_heading(group.heading)]
    if len(set(own)) > 1 or (len(own) == 1 and not is_day_heading(one.heading) and two is not None and own[0] == two.heading):
        return False
    if abs(one.stamped - two.stamped) > 0.5 or abs(one.likeness - two.likeness) > 0.6:
        return len(one.keys) == 1 and len(two.keys) == 1
    return abs(one.below_section - two.below_section) <= 0.6


def _line(element: _Element) -> list[_Element]:
    return [element, *element.iterancestors()]


def _classes(element: _Element) -> frozenset[str]:
    names = (element.get("class") or "").lower().split() + ([f"#{element.get('id')}"] if element.get("id") else [])
    return frozenset(name for name in names if not _PASSING_CLASS.search(name))


def _look_at(tree: Tree, group: Group, section_url: str, around: Surroundings) -> None:
    by_key: dict[str, list[Link]] = defaultdict(list)
    for link in group.links:
        by_key[link.key].append(link)
    group.keys = list(by_key)
    texts = {key: headlines.best(link.element for link in links) or "" for key, links in by_key.items()}
    group.likeness = mean(headlines.likeness(text) for text in texts.values())
    group.shape = mean(addresses.likeness(key) for key in by_key)
    group.skeletons = Counter(addresses.skeleton(key) for key in by_key)
    group.below_section = mean(addresses.is_under(key, section_url) for key in by_key)
    group.marked = mean(any(headlines.of_link(link.element)[1] == 3 for link in links) for links in by_key.values())
    group.first, group.last = group.links[0].at, tree.span(group.links[-1].element)[1]
    items = [_item(link, group) for link in group.links]
    group.names = frozenset().union(*(_classes(link.element) | _classes(item) for link, item in zip(group.links, items, strict=True)))
    group.stamped = len(stamps_of(tree, group.links, group.containers)) / len(by_key)
    group.text = mean(len(below(item)) for item in items) - mean(len(text) for text in texts.values())
    group.furniture = around.is_furniture(group.links[0].element) and around.is_furniture(group.links[-1].element)
    group.heading = around.heading_of(items[0], None)


def _item(link: Link, group: Group) -> _Element:
    element = link.element
    while (parent := element.getparent()) is not None and parent not in group.containers and element not in group.containers:
        element = parent
    return element


# Choosing: what a group is worth as the section's list, and which others belong to it.


def _worth(group: Group) -> float:
    worth = log2(1 + len(group.keys))
    worth *= 0.1 + group.likeness
    worth *= 0.5 + group.stamped
    worth *= 0.3 + 0.7 * group.shape
    worth *= 1 + 0.5 * group.below_section + 0.3 * group.marked + min(1.0, max(0.0, group.text) / 300)
    if group.furniture:
        worth *= 0.1
    if is_foreign_heading(group.heading):
        worth *= 0.25
    elif is_latest_heading(group.heading):
        worth *= 0.7
    return worth


def _nearest(tree: Tree, groups: Sequence[Group], landmark: _Element) -> list[Group]:
    """The groups that stand in the narrowest part of the page that holds the landmark too."""
    groups = [group for group in groups if group.likeness >= 0.3]
    sizes = {group: _size(tree, _common(tree, landmark, group.links[0].element)) for group in groups}
    return [group for group, size in sizes.items() if size == min(sizes.values())]


def _column(tree: Tree, main: Group, landmarks: Sequence[_Element]) -> _Element | None:
    """The part of the page that holds the list and what goes with it; None when that is the whole page."""
    column = main.links[0].element
    for element in (main.links[-1].element, *landmarks):
        wider = _common(tree, column, element)
        if wider.tag not in ("body", "html"):
            column = wider
    return column if landmarks and column is not main.links[0].element else None


def _size(tree: Tree, element: _Element) -> int:
    first, last = tree.span(element)
    return last - first


def _joins(
    tree: Tree, group: Group, main: Group, column: _Element | None, groups: Sequence[Group]
) -> float:
    """How much speaks for a group's belonging to the main group's list."""
    if group.furniture and not main.furniture or is_foreign_heading(group.heading):
        return -9.0
    if group.likeness < 0.5 and group.marked < 0.5:
        return -9.0
    if _is_inside_items(tree, group, main):
        return -9.0
    joins = 0.0
    shared = group.names & main.names
    joins += 1.5 if shared else 0.0
    if main.stamped >= 0.7:
        joins += 1.0 if group.stamped >= 0.5 else -1.0
    if main.below_section >= 0.7:
        joins += 1.0 if group.below_section >= 0.5 else -1.5
    joins += 0.5 if main.skeletons.keys() & group.skeletons.keys() else -1.0
    if group.heading and not goes_on(group.heading) and group.heading != main.heading:
        joins -= 1.0
    if is_latest_heading(group.heading) and group.heading != main.heading:
        joins -= 1.0
    common = _common(tree, group.links[0].element, main.links[0].element)
    if common.tag in ("body", "html"):
        joins -= 0.5 if len(group.keys) <= 2 and group.first < main.first else 1.5
    elif _holds_strangers(tree, common, group, main, groups):
        joins -= 0.5
    else:
        joins += 1.0
    if column is not None and not tree.holds(column, group.first):
        joins -= 1.5
    if len(group.keys) <= 3 and group.first < main.first and (group.marked >= 0.5 or _has_picture(group)):
        joins += 0.5
    return joins


def _is_inside_items(tree: Tree, group: Group, main: Group) -> bool:
    """Whether a group's links stand within the items of another list: read-also lines, labels."""
    spans = [tree.span(_item(link, main)) for link in main.links]
    return all(any(first < link.at < last for first, last in spans) for link in group.links)


def _holds_strangers(tree: Tree, common: _Element, group: Group, main: Group, groups: Sequence[Group]) -> bool:
    """Whether what holds both also holds a list that is surely another."""
    return any(
        other is not group
        and other is not main
        and len(other.keys) > 2
        and other.likeness >= 0.5
        and (other.furniture or is_foreign_heading(other.heading))
        and tree.holds(common, other.first)
        for other in groups
    )


def _has_picture(group: Group) -> bool:
    return any(next(iter(link.element.iter("img", "picture")), None) is not None for link in group.links)


def _articles(links: Iterable[Link], main: Group) -> list[Link]:
    """Of links that stand in the list, those that are articles: labels of sections, tags and authors aside."""
    chosen = sorted(links, key=lambda link: link.at)
    by_key: dict[str, list[Link]] = defaultdict(list)
    for link in chosen:
        by_key[link.key].append(link)
    above = addresses.parents(by_key)
    usual = {shape for shape, times in main.skeletons.items() if times >= 0.3 * len(main.keys)}
    places = {link.at: place for place, link in enumerate(chosen)}
    kept: list[Link] = []
    for key, found in by_key.items():
        alike = headlines.likeness(headlines.best(link.element for link in found) or "")
        shape = addresses.likeness(key)
        path = key.partition("?")[0].partition("//")[2].partition("/")[2].rstrip("/")
        is_label = "/" + path in above or shape <= 0.05 or (alike < 0.5 and _times(found, places) > 2)
        is_usual = addresses.skeleton(key) in usual or any(headlines.of_link(link.element)[1] >= 2 for link in found)
        if (is_label and alike < 1.0) or (alike < 0.5 and not is_usual) or (alike == 0.0 and shape < 0.8):
            continue
        kept += found
    return sorted(kept, key=lambda link: link.at)


def _times(found: Sequence[Link], places: Mapping[int, int]) -> int:
    """How many times an address comes up anew, other addresses having stood between."""
    order = [places[link.at] for link in found]
    return 1 + sum(1 for one, two in zip(order, order[1:], strict=False) if two != one + 1)


# Stamps: of the item that holds them, or of the gap beside it.


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
    gaps += [between(one[2], two[1]) for one, two in zip(blocks, blocks[1:], strict=False)]
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


def _common(tree: Tree, one: _Element, two: _Element) -> _Element:
    at = tree.span(two)[0]
    node: _Element = one
    while not tree.holds(node, at):
        parent = node.getparent()
        if parent is None:
            break
        node = parent
    return node


def _text(link: Link) -> str:
    return headlines.of_link(link.element)[0] or ""
