"""Select the section's own list: the main group of links, the groups that join it, the articles in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

from lxml.etree import _Element

from spiders.discovery.listing import headlines, url_shapes
from spiders.discovery.listing.groups import Group, group_links, item_element
from spiders.discovery.listing.items import Item, assign_dates, item_headline, split_items
from spiders.discovery.listing.surroundings import (
    continues_list,
    is_foreign_heading,
    is_latest_heading,
    is_selection_heading,
)
from spiders.discovery.listing.tree import Link, Tree

MIN_JOIN_EVIDENCE = 1.0  # evidence needed for a group to join the main one
LANDMARK_FACTOR = 1.5  # for the score of the groups nearest to a landmark
MIN_MAIN_SCORE = 0.35  # below it the page has no list
NEVER_JOINS = -9.0  # evidence that nothing else outweighs


@dataclass(frozen=True, slots=True)
class SelectedList:
    """The links of a list and the elements that contain them."""

    links: tuple[Link, ...] = ()
    containers: tuple[_Element, ...] = ()


def select_list(
    tree: Tree, links: Sequence[Link], section_url: str, landmarks: Sequence[_Element]
) -> SelectedList:
    """Return the section's own list; `landmarks` are elements near it: the pager, the page's title."""
    groups = group_links(tree, links, section_url)
    groups = [group for group in groups if group.headline_score > 0 or group.url_score >= 0.8]
    if not groups:
        return SelectedList()
    scores = {group: _score(group) for group in groups}
    for landmark in landmarks:
        for group in _nearest(tree, [group for group in groups if not group.is_boilerplate], landmark):
            scores[group] *= LANDMARK_FACTOR
    own = [group for group in groups if not _is_of_whole_site(group)]
    if not own:
        return SelectedList()
    main = max(own, key=lambda group: (scores[group], -group.first))
    if scores[main] < MIN_MAIN_SCORE:
        return SelectedList()
    column = _column(tree, main, landmarks)
    joined = [
        group
        for group in groups
        if group is main or _join_evidence(tree, group, main, column, groups) >= MIN_JOIN_EVIDENCE
    ]
    chosen = [link for group in joined for link in group.links]
    return SelectedList(tuple(_articles(tree, chosen, main, section_url)), tuple(main.containers))


def _is_of_whole_site(group: Group) -> bool:
    """Return whether a group shows articles of the whole site, even where the section shows none of its own."""
    is_apart = group.is_beside_content or group.is_after_empty_list
    return is_selection_heading(group.heading) or (is_apart and group.below_section < 0.5)


def _score(group: Group) -> float:
    """Return how much a group looks like the section's own list."""
    score = log2(1 + len(group.keys))
    score *= 0.1 + group.headline_score
    score *= 0.5 + group.dated
    score *= 0.3 + 0.7 * group.url_score
    score *= (
        1
        + 0.8 * group.below_section
        + 0.3 * group.in_headings
        + 0.2 * _has_picture(group)
        + min(1.0, max(0.0, group.extra_text) / 300)
    )
    if group.is_boilerplate:
        score *= 0.1
    if is_foreign_heading(group.heading):
        score *= 0.25
    elif is_latest_heading(group.heading):
        score *= 0.7
    return score


def _nearest(tree: Tree, groups: Sequence[Group], landmark: _Element) -> list[Group]:
    """Return the groups in the smallest part of the page that also contains the landmark."""
    groups = [group for group in groups if group.headline_score >= 0.3]
    sizes = {group: _size(tree, tree.common_ancestor(landmark, group.links[0].element)) for group in groups}
    return [group for group, size in sizes.items() if size == min(sizes.values())]


def _column(tree: Tree, main: Group, landmarks: Sequence[_Element]) -> _Element | None:
    """Return the column of the page with the list and its landmarks; None if that is the whole page."""
    column = main.links[0].element
    for element in (main.links[-1].element, *landmarks):
        wider = tree.common_ancestor(column, element)
        if wider.tag not in ("body", "html"):
            column = wider
    return column if landmarks and column is not main.links[0].element else None


def _size(tree: Tree, element: _Element) -> int:
    """Return the number of elements below an element."""
    first, last = tree.span(element)
    return last - first


def _join_evidence(
    tree: Tree, group: Group, main: Group, column: _Element | None, groups: Sequence[Group]
) -> float:
    """Return how much evidence there is that a group belongs to the main group's list."""
    if (group.is_boilerplate and not main.is_boilerplate) or is_foreign_heading(group.heading):
        return NEVER_JOINS
    if group.headline_score < 0.5 and group.in_headings < 0.5:
        return NEVER_JOINS
    if _is_inside_items(tree, group, main):
        return NEVER_JOINS
    evidence = 0.0
    shared = group.names & main.names
    evidence += 1.5 if shared else 0.0
    if main.dated >= 0.7:
        evidence += 1.0 if group.dated >= 0.5 else -1.0
    if main.below_section >= 0.7:
        evidence += 1.0 if group.below_section >= 0.5 else -1.5
    evidence += 0.5 if main.url_patterns.keys() & group.url_patterns.keys() else -1.0
    if group.heading and not continues_list(group.heading) and group.heading != main.heading:
        evidence -= 1.0
    if is_latest_heading(group.heading) and group.heading != main.heading:
        evidence -= 1.0
    common = tree.common_ancestor(group.links[0].element, main.links[0].element)
    if common.tag in ("body", "html"):
        evidence -= 0.5 if len(group.keys) <= 2 and group.first < main.first else 1.5
    elif _contains_other_list(tree, common, group, main, groups):
        evidence -= 0.5
    else:
        evidence += 1.0
    if column is not None and not tree.contains(column, group.first):
        evidence -= 1.5
    if (
        len(group.keys) <= 3
        and group.first < main.first
        and (group.in_headings >= 0.5 or _has_picture(group))
    ):
        evidence += 0.5
    return evidence


def _is_inside_items(tree: Tree, group: Group, main: Group) -> bool:
    """Return whether a group's links are within the items of another list: read-also lines, labels."""
    spans = [tree.span(item_element(link, main)) for link in main.links]
    return all(any(first < link.position < last for first, last in spans) for link in group.links)


def _contains_other_list(
    tree: Tree, common: _Element, group: Group, main: Group, groups: Sequence[Group]
) -> bool:
    """Return whether the common ancestor also contains a list that is surely another."""
    return any(
        other is not group
        and other is not main
        and len(other.keys) > 2
        and other.headline_score >= 0.5
        and (other.is_boilerplate or is_foreign_heading(other.heading))
        and tree.contains(common, other.first)
        for other in groups
    )


def _has_picture(group: Group) -> bool:
    """Return whether a link of the group contains a picture."""
    return any(next(iter(link.element.iter("img", "picture")), None) is not None for link in group.links)


def _articles(tree: Tree, links: Iterable[Link], main: Group, section_url: str) -> list[Link]:
    """Return those links of the list that are articles, without labels of sections, tags and authors."""
    chosen = sorted(links, key=lambda link: link.position)
    by_key: dict[str, list[Link]] = defaultdict(list)
    for link in chosen:
        by_key[link.key].append(link)
    parents = url_shapes.parent_paths(by_key)
    usual = {shape for shape, times in main.url_patterns.items() if times >= 0.3 * len(main.keys)}
    items: dict[str, list[Item]] = defaultdict(list)
    order = split_items(tree, chosen)
    for item in order:
        items[item.key].append(item)
    dates = assign_dates(tree, order, main.containers)
    kept: list[Link] = []
    for key, found in by_key.items():
        rating = headlines.score(item_headline(found, items[key][0].element) or "")
        shape = url_shapes.score(key)
        path = key.partition("?")[0].partition("//")[2].partition("/")[2].rstrip("/")
        is_label = "/" + path in parents or shape <= 0.05 or (rating < 0.5 and len(items[key]) > 2)
        is_usual = url_shapes.url_pattern(key) in usual
        is_marked = any(headlines.find_in_link(link.element)[1] >= 2 for link in found)
        is_outside = main.below_section >= 0.8 and not url_shapes.is_below(key, section_url)
        lacks_date = main.dated >= 0.7 and key not in dates
        if (
            (is_label and rating < 1.0)
            or (rating < 0.5 and not (is_usual or is_marked or (main.dated >= 0.7 and key in dates)))
            or (rating == 0.0 and shape < 0.8)
            or (not is_usual and lacks_date and (is_outside or shape < 0.5))
        ):
            continue
        kept += found
    return sorted(kept, key=lambda link: link.position)
