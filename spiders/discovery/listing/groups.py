"""Group links by their position: links reached by the same path of tags belong together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean

from lxml.etree import _Element

from spiders.discovery.listing import headlines, url_shapes
from spiders.discovery.listing.items import MAX_LEVELS, assign_dates, item_headline, split_items
from spiders.discovery.listing.surroundings import Surroundings, continues_list, is_foreign_heading
from spiders.discovery.listing.tree import Link, Tree, text_content

_UNSTABLE_CLASS = re.compile(
    r"\d{3,}|^(?:first|last|odd|even|active|current|new|hot|important|bold|big|small|clear(?:fix)?)$"
)


@dataclass(slots=True, eq=False)
class Group:
    """Links with the same position in the page, and their features."""

    links: list[Link]
    containers: list[_Element]
    path: tuple[str, ...]  # tags from the container down to the link
    names: frozenset[str] = frozenset()  # classes of links and items
    keys: list[str] = field(default_factory=list)
    headline_score: float = 0.0  # how much its texts look like headlines, 0 to 1
    url_score: float = 0.0  # how much its addresses look like articles, 0 to 1
    url_patterns: Counter[str] = field(default_factory=Counter)
    dated: float = 0.0  # share of its items with a date
    below_section: float = 0.0  # share of its addresses below the section's own
    in_headings: float = 0.0  # share of its links in headings
    extra_text: float = 0.0  # mean number of characters of an item besides the headline
    heading: str | None = None
    is_boilerplate: bool = False
    is_beside_content: bool = False  # even if the content shows no articles at all
    is_after_empty_list: bool = False  # the section's own, between the page's title and this group
    first: int = 0
    last: int = 0


def group_links(tree: Tree, links: Sequence[Link], section_url: str) -> list[Group]:
    """Return all groups of a page's links with their features; each link is in one of them."""
    surroundings = Surroundings(
        tree, [link.position for link in links if headlines.score(link_headline(link)) >= 0.5]
    )
    groups = _merge_same_items(tree, _group_by_path(links))
    for group in groups:
        _measure(tree, group, section_url, surroundings)
    groups = _merge_similar(groups)
    for group in groups:
        _measure(tree, group, section_url, surroundings)
    return groups


def item_element(link: Link, group: Group) -> _Element:
    """Return the child of the group's container that holds the link."""
    element = link.element
    while (
        (parent := element.getparent()) is not None
        and parent not in group.containers
        and element not in group.containers
    ):
        element = parent
    return element


def link_headline(link: Link) -> str:
    """Return the headline of a link; empty if it has none."""
    return headlines.find_in_link(link.element)[0] or ""


def _group_by_path(links: Sequence[Link]) -> list[Group]:
    """Group links by the nearest ancestor that has several items with the same path of tags."""
    items_by_path: dict[tuple[_Element, tuple[str, ...]], dict[_Element, set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    keys_of: dict[tuple[_Element, tuple[str, ...]], set[str]] = defaultdict(set)
    all_steps: list[list[tuple[_Element, tuple[str, ...], _Element]]] = []
    for link in links:
        steps: list[tuple[_Element, tuple[str, ...], _Element]] = []
        item: _Element = link.element
        path: tuple[str, ...] = (str(item.tag),)
        for _ in range(MAX_LEVELS):
            parent = item.getparent()
            if parent is None or item.tag == "body":
                break
            steps.append((parent, path, item))
            items_by_path[parent, path][item].add(link.key)
            keys_of[parent, path].add(link.key)
            item, path = parent, (str(parent.tag), *path)
        all_steps.append(steps)
    grouped: dict[tuple[_Element, tuple[str, ...]], list[Link]] = defaultdict(list)
    for link, steps in zip(links, all_steps, strict=True):
        for parent, path, item in steps:
            if len(keys_of[parent, path]) > 1 and any(
                keys != {link.key} and other is not item and _are_items(item, other)
                for other, keys in items_by_path[parent, path].items()
            ):
                grouped[parent, path].append(link)
                break
        else:
            grouped[link.element, ("a",)].append(link)
    return [
        Group(links=found, containers=[container], path=path) for (container, path), found in grouped.items()
    ]


def _are_items(one: _Element, two: _Element) -> bool:
    """Return whether two children of one element are items of one list: blocks with different classes are not."""
    return one.tag in ("li", "tr", "article") or _share_class(one, two)


def _merge_same_items(tree: Tree, groups: list[Group]) -> list[Group]:
    """Merge groups of links to the same articles: image, headline and «read more» of the same items."""
    by_keys: dict[frozenset[str], Group] = {}
    merged: list[Group] = []
    for group in groups:
        keys = frozenset(link.key for link in group.links)
        other = by_keys.get(keys)
        if other is None:
            other = next(
                (
                    kept
                    for kept in merged
                    if _share_most_links(keys, kept) and _are_interleaved(tree, group, kept)
                ),
                None,
            )
        elif not _are_interleaved(tree, group, other):
            other = None
        if other is None:
            by_keys.setdefault(keys, group)
            merged.append(group)
            continue
        if len(group.path) > len(other.path) or not headlines.score(link_headline(other.links[0])):
            other.path = group.path
        other.links = sorted([*other.links, *group.links], key=lambda link: link.position)
        other.containers += [container for container in group.containers if container not in other.containers]
    return merged


def _share_most_links(keys: frozenset[str], group: Group) -> bool:
    """Return whether a group leads to mostly the same addresses."""
    others = {link.key for link in group.links}
    return len(keys & others) >= 0.6 * len(keys | others)


def _are_interleaved(tree: Tree, one: Group, two: Group) -> bool:
    """Return whether two groups are interleaved and not in two columns."""
    first, second = tree.span(one.containers[0]), tree.span(two.containers[0])
    if len({link.key for link in one.links}) == 1:
        gap = tree.span(tree.common_ancestor(one.links[0].element, two.links[0].element))
        return gap[1] - gap[0] < 60
    return first[0] < second[1] and second[0] < first[1]


def _merge_similar(groups: list[Group]) -> list[Group]:
    """Merge groups with similar classes and content: lists split by day, rows of a grid, labels beside headlines."""
    merged: list[Group] = []
    by_path: dict[tuple[str, ...], list[Group]] = defaultdict(list)
    for group in groups:
        path = (*(str(element.tag) for element in _with_ancestors(group.containers[0])), *group.path)
        for other in by_path[path]:
            if _have_similar_ancestors(group, other) and _have_similar_content(group, other):
                other.links = sorted([*other.links, *group.links], key=lambda link: link.position)
                other.containers += group.containers
                break
        else:
            by_path[path].append(group)
            merged.append(group)
    return merged


def _have_similar_ancestors(one: Group, two: Group) -> bool:
    """Return whether the containers of two groups have the same classes, level by level."""
    pairs = zip(_with_ancestors(one.containers[0]), _with_ancestors(two.containers[0]), strict=True)
    return all(first is second or _share_class(first, second) for first, second in pairs)


def _share_class(one: _Element, two: _Element) -> bool:
    """Return whether two elements have a class in common, or one of them has none."""
    first, second = _classes(one), _classes(two)
    return bool(first & second) or not first or not second


def _have_similar_content(later: Group, earlier: Group) -> bool:
    """Return whether a later group may continue an earlier one."""
    if later.is_boilerplate != earlier.is_boilerplate:
        return False
    if is_foreign_heading(later.heading) != is_foreign_heading(earlier.heading):
        return False
    if later.heading and later.heading != earlier.heading and not continues_list(later.heading):
        return False
    if abs(later.dated - earlier.dated) > 0.5 or abs(later.headline_score - earlier.headline_score) > 0.6:
        return len(later.keys) == 1 and len(earlier.keys) == 1
    return abs(later.below_section - earlier.below_section) <= 0.6


def _with_ancestors(element: _Element) -> list[_Element]:
    """Return an element and its ancestors."""
    return [element, *element.iterancestors()]


def _classes(element: _Element) -> frozenset[str]:
    """Return the classes and the id of an element, without those that differ between items of a list."""
    names = (element.get("class") or "").lower().split() + (
        [f"#{element.get('id')}"] if element.get("id") else []
    )
    return frozenset(name for name in names if not _UNSTABLE_CLASS.search(name))


def _measure(tree: Tree, group: Group, section_url: str, surroundings: Surroundings) -> None:
    """Compute the features of a group."""
    by_key: dict[str, list[Link]] = defaultdict(list)
    for link in group.links:
        by_key[link.key].append(link)
    group.keys = list(by_key)
    texts = {key: item_headline(links, item_element(links[0], group)) or "" for key, links in by_key.items()}
    group.headline_score = mean(headlines.score(text) for text in texts.values())
    group.url_score = mean(url_shapes.score(key) for key in by_key)
    group.url_patterns = Counter(url_shapes.url_pattern(key) for key in by_key)
    group.below_section = mean(url_shapes.is_below(key, section_url) for key in by_key)
    group.in_headings = mean(
        any(headlines.find_in_link(link.element)[1] == 3 for link in links) for links in by_key.values()
    )
    group.first, group.last = group.links[0].position, tree.span(group.links[-1].element)[1]
    items = [item_element(link, group) for link in group.links]
    group.names = frozenset().union(
        *(_classes(link.element) | _classes(item) for link, item in zip(group.links, items, strict=True))
    )
    group.dated = len(assign_dates(tree, split_items(tree, group.links), group.containers)) / len(by_key)
    group.extra_text = mean(len(text_content(item)) for item in items) - mean(
        len(text) for text in texts.values()
    )
    group.is_boilerplate = surroundings.is_boilerplate(
        group.links[0].element
    ) and surroundings.is_boilerplate(group.links[-1].element)
    group.is_beside_content = surroundings.is_beside_content(group.links[0].element)
    group.is_after_empty_list = surroundings.is_after_empty_list(group.first)
    group.heading = surroundings.heading_of(items[0])
