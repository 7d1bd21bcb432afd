"""A listing page as one stream of elements, links and dates in document order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from archive.extraction.normalize import clean
from archive.extraction.page.parser import parse_html
from archive.urls import canonical
from spiders.discovery.listing.dates import (
    MAX_DATED_TEXT,
    PrintedDate,
    find_date,
    is_beside_unknown_date,
    leading_date,
)
from spiders.discovery.listing.links import base_url, resolve

MAX_LINKS = 2_500  # pages of real sites have some hundreds
_SKIPPED_TAGS = frozenset(
    {"script", "style", "template", "noscript", "select", "textarea", "iframe", "object", "svg"}
)
_DURATION = re.compile(r"duration|length|video-?time|player", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Link:
    """An `a` element with a web address."""

    element: _Element
    url: str  # absolute, as printed
    key: str  # canonical
    position: int  # in the stream


@dataclass(slots=True, eq=False)
class DateElement:
    """A date on the page and the element that prints it."""

    date: PrintedDate
    element: _Element
    position: int


class Tree:
    """A parsed page, as a stream of its elements in document order."""

    def __init__(self, text: str, url: str, encoding: str = "utf-8") -> None:
        self.root = parse_html(text)
        self.base = url
        self._encoding = encoding  # of the page, in which it sends queries
        self.links: list[Link] = []
        self.dates: list[DateElement] = []
        self._date_positions: list[int] = []
        self.order: list[_Element] = []  # keeps references, so that each lxml element stays one object
        self._last: dict[_Element, int] = {}
        self._first: dict[_Element, int] = {}
        self._text_lengths: dict[_Element, int] = {}  # characters of text below an element
        self._linked: set[_Element] = set()  # elements with a link below them
        if self.root is not None:
            self.base = base_url(self.root, url)
            self._measure(self.root)
            self._find_dates(self.root)

    def span(self, element: _Element) -> tuple[int, int]:
        """Return the element's range in the stream: [first, last); an empty one if it is in a skipped element."""
        first = self._first.get(element, 0)
        return first, self._last.get(element, first)

    def contains(self, element: _Element, position: int) -> bool:
        """Return whether a position of the stream is inside the element."""
        return self._first[element] <= position < self._last[element]

    def dates_between(self, first: int, last: int) -> list[DateElement]:
        """Return the dates in a range of the stream, `last` excluded."""
        return self.dates[bisect_left(self._date_positions, first) : bisect_left(self._date_positions, last)]

    def common_ancestor(self, one: _Element, two: _Element) -> _Element:
        """Return the lowest common ancestor of two elements."""
        position = self._first[two]
        node = one
        while not self.contains(node, position):
            parent = node.getparent()
            if parent is None:
                break
            node = parent
        return node

    def _measure(self, root: _Element) -> None:
        """Assign a number to each element, collect the links, and count the text below each element."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                self._first[element] = len(self.order)
                self.order.append(element)
                self._text_lengths[element] = len(clean(element.text or "")) if element.text else 0
                if element.tag in _SKIPPED_TAGS:
                    self._text_lengths[element] = 0
                    self._last[element] = len(self.order)
                    walker.skip_subtree()
                elif element.tag == "a" and len(self.links) < MAX_LINKS:
                    link = self.link_to(element)
                    if link is not None:
                        self.links.append(link)
            else:
                self._last[element] = len(self.order)
                parent = element.getparent()
                if parent is not None and parent in self._text_lengths:
                    self._text_lengths[parent] += self._text_lengths[element] + (
                        len(clean(element.tail)) if element.tail else 0
                    )
                    if element.tag == "a" or element in self._linked:
                        self._linked.add(parent)

    def link_to(self, element: _Element) -> Link | None:
        """Return the link of an element with an href; None for a fragment of this page or other than a web address."""
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#"):
            return None
        url = resolve(self.base, href, self._encoding)
        return Link(element, url, canonical(url), self._first[element]) if url else None

    def _find_dates(self, root: _Element) -> None:
        """Find all dates; each belongs to the outermost element with no more text than a date and a few words."""
        inside_link: list[tuple[_Element, int]] = []
        skip_to = 0
        for position, element in enumerate(self.order):
            while inside_link and position >= inside_link[-1][1]:
                inside_link.pop()
            if position < skip_to or element not in self._last:
                continue
            if element.tag in _SKIPPED_TAGS or _DURATION.search(element.get("class") or ""):
                skip_to = self._last[element]
                continue
            linked = bool(inside_link)
            if element.tag == "a":
                inside_link.append((element, self._last[element]))
                linked = True
            found = self._date_of(element, linked)
            if found is not None:
                if found.has_day or not is_beside_unknown_date(found.text, *self._texts_beside(element)):
                    self.dates.append(DateElement(found, element, position))
                skip_to = self._last[element]
                continue
            for text, place, child in self._own_texts(element, position):
                found = leading_date(text) if linked else find_date(text) or leading_date(text)
                before = "" if child is None or linked else self._unlinked_text(child)
                if found is not None and (
                    found.has_day or not is_beside_unknown_date(found.text, before, "")
                ):
                    self.dates.append(DateElement(found, element, place))
        self.dates.sort(key=lambda found: found.position)
        self._date_positions = [found.position for found in self.dates]

    def _date_of(self, element: _Element, linked: bool) -> PrintedDate | None:
        """Return the date that an element prints as a whole; None if it prints none, or more than that."""
        if element.tag == "time":
            return _time_element_date(element)
        if element in self._linked or not 0 < self._text_lengths[element] <= MAX_DATED_TEXT:
            return None
        found = find_date(clean(" ".join(_text_nodes(element))))
        if found is None or (linked and not found.is_alone):
            return None
        if not found.has_day and element.find(".//time") is not None:
            return None  # the element below may state the day
        return found

    def _texts_beside(self, element: _Element) -> tuple[str, str]:
        """Return the text right before and right after an element, without that of links."""
        previous, parent = element.getprevious(), element.getparent()
        if previous is not None:
            before = f"{self._unlinked_text(previous)} {previous.tail or ''}"
        else:
            before = parent.text or "" if parent is not None else ""
        return clean(before), clean(f"{element.tail or ''} {self._unlinked_text(element.getnext())}")

    def _unlinked_text(self, element: _Element | None) -> str:
        if (
            element is None
            or element.tag == "a"
            or element in self._linked
            or element not in self._text_lengths
        ):
            return ""
        return text_content(element) if self._text_lengths[element] <= MAX_DATED_TEXT else ""

    def _own_texts(self, element: _Element, position: int) -> Iterator[tuple[str, int, _Element | None]]:
        """Yield the texts directly in an element, each with its position and the child before it."""
        if element.text and not element.text.isspace():
            yield clean(element.text), position, None
        for child in element:
            if child.tail and not child.tail.isspace() and child in self._last:
                yield clean(child.tail), self._last[child] - 1, child


def text_content(element: _Element) -> str:
    """Return the whole text of an element on one line."""
    return clean(" ".join(_text_nodes(element)))


def _text_nodes(element: _Element) -> Iterator[str]:
    """Yield the texts of an element."""
    return (str(text) for text in element.itertext())


def _time_element_date(element: _Element) -> PrintedDate | None:
    """Return the date that a `time` element prints; if it has no day, that of its datetime attribute."""
    shown = find_date(text_content(element))
    stated = find_date(clean(element.get("datetime") or ""))
    if shown is not None and shown.has_day:
        return shown
    return stated or shown
