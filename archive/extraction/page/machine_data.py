"""Find microdata written as text for machines («<div itemprop="headline">»), which only a style sheet hides.

Takes lxml elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from archive.extraction.normalize import clean

# No outlet prints a moment in this form, or the bare address of a page, for its readers.
MACHINE_VALUE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*|https?://\S+")
MAX_PROPERTIES = 400  # elements with a property that are examined
MIN_RUN = 3  # properties side by side
MAX_INNER = 60  # elements within one property
TEXT_TAGS = ("div", "span", "p", "a", "td", "li", "h1", "h2", "h3", "h4")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def find_machine_data(root: Any) -> frozenset[Any]:
    """Return the elements that hold properties as text beside a bare timestamp or address; empty if there are none.

    They count only if the page prints their headline elsewhere: otherwise they may be the article itself.
    """
    found: set[Any] = set()
    seen: set[Any] = set()
    for element in root.xpath("//div[@itemprop] | //span[@itemprop]")[:MAX_PROPERTIES]:
        if element in seen or not _is_machine_value(element):
            continue
        run = [element, *_alike(element.itersiblings()), *_alike(element.itersiblings(preceding=True))]
        seen.update(run)
        if len(run) >= MIN_RUN and _is_printed_elsewhere(root, run):
            found.update(run)
    return frozenset(found)


def _is_machine_value(element: Any) -> bool:
    return len(element) == 0 and MACHINE_VALUE.fullmatch((element.text or "").strip()) is not None


def _alike(siblings: Iterator[Any]) -> Iterator[Any]:
    """Yield the siblings up to the first that is not a property written as plain text."""
    for element in islice(siblings, MAX_PROPERTIES):
        inner = list(islice(element.iter(), MAX_INNER))
        if element.get("itemprop") is None or element.tag in HEADINGS:
            return
        if len(inner) == MAX_INNER or any(
            one is not element and one.get("itemprop") is None for one in inner
        ):
            return
        yield element


def _is_printed_elsewhere(root: Any, run: list[Any]) -> bool:
    headlines = {
        clean(element.text or "")
        for element in run
        if element.get("itemprop").lower() in ("headline", "name")
    } - {""}
    return any(
        clean(element.text or "") in headlines and element not in run and element.get("itemprop") is None
        for element in root.iter(*TEXT_TAGS)
        if element.text
    )
