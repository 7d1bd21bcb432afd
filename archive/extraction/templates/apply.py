"""A page narrowed to where its outlet's articles are known to stand; lxml is used here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Any

from archive.extraction.model import Layout
from archive.extraction.normalize import plain
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.templates import rules

SAID = frozenset(["meta", "link", "script", "title", "base"])  # what speaks of the page and prints nothing
ANY_NUMBER = "#"
# Elements outside the region that say what kind of page this is: a wall before the rest, a legal notice.
TELLING = re.compile(r"pay-?wall|premium|subscri|restrict|closed|captcha|agent|notice|disclaimer", re.I)


def narrowed(root: Any, layout: Layout) -> bool:
    """Leaves of a tree the layout's region, without its furniture, and what speaks of the page.

    False, and nothing is changed, when the tree has no such region.
    """
    selector = layout.region or layout.body
    region = next(iter(rules.select(root, selector)), None) if selector else None
    if region is None:
        return False
    if layout.region is not None:
        _gather_data(root, region)
        element = region
        while (parent := element.getparent()) is not None and parent is not root:
            for sibling in parent.getchildren():
                if sibling is not element and not _is_kept(sibling):
                    parent.remove(sibling)
            parent.text = element.tail = None
            element = parent
    _take_out_furniture(region, layout)
    return True


def _gather_data(root: Any, region: Any) -> None:
    """Structured data from all over the page goes to its head, where narrowing leaves it."""
    head = root.find("head")
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "")]
    for script in scripts if head is not None else ():
        if not any(above is region or above is head for above in script.iterancestors()):
            head.append(script)


def _is_kept(element: Any) -> bool:
    if element.tag in SAID:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return TELLING.search(names) is not None


def _take_out_furniture(region: Any, layout: Layout) -> None:
    held = set(rules.select(region, layout.body)) if layout.body else set()
    for selector in layout.furniture:
        for element in rules.select(region, selector):
            if element is not region and element.getparent() is not None and held.isdisjoint(element.iter()):
                element.drop_tree()


def held_by(page: Page, selector: str | None) -> tuple[Block, ...]:
    """The lines that stand where a selector points."""
    return lines_in(page, rules.select(page.root, selector)) if selector else ()


def lines_in(page: Page, elements: Iterable[Any]) -> tuple[Block, ...]:
    """The lines that stand in any of the elements."""
    chosen = set(elements)
    if not chosen:
        return ()
    stretches = [page.blocks[box.first : box.last] for box in page.boxes if box.element in chosen]
    return tuple(sorted({*chain.from_iterable(stretches)}, key=lambda block: block.order))


def mark_captions(page: Page, layout: Layout) -> None:
    """Gives the boxes that hold captions by this layout their role."""
    chosen = {element for selector in layout.caption for element in rules.select(page.root, selector)}
    for box in page.boxes if chosen else ():
        if box.element in chosen:
            box.own_role = "caption"


def is_recurring(text: str, layout: Layout) -> bool:
    """Whether a line is one that stands in the bodies of many articles and belongs to none.

    In what is known of such lines «#» stands for any number.
    """
    if not layout.lines:
        return False
    exact, numbered = _plain_lines(layout.lines)
    line = plain(text)
    return line in exact or (bool(numbered) and numberless(line) in numbered)


def numberless(line: str) -> str:
    """A plain line without its numbers."""
    return " ".join(word for word in line.split() if not word.isdigit())


@lru_cache(maxsize=256)
def _plain_lines(lines: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    numbered = [line for line in lines if ANY_NUMBER in line]
    return frozenset(plain(line) for line in lines if ANY_NUMBER not in line), frozenset(map(plain, numbered))
