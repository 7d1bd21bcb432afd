"""Apply a learned page template: reduce a page to the region that holds its outlet's articles. Takes lxml elements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Any

from archive.extraction.model import PageTemplate
from archive.extraction.normalize import comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.templates import rules

METADATA_TAGS = frozenset(
    ["meta", "link", "script", "title", "base"]
)  # elements about the page that print nothing
NUMBER_PLACEHOLDER = "#"
# Elements outside the region that reveal the type of page: a paywall or captcha, a legal notice.
SIGNAL_NAMES = re.compile(r"pay-?wall|premium|subscri|restrict|closed|captcha|agent|notice|disclaimer", re.I)


def apply_template(root: Any, template: PageTemplate) -> bool:
    """Reduce a tree to the template's region without boilerplate, plus the elements with metadata.

    Return False, leaving the tree unchanged, if it has no such region.
    """
    selector = template.region or template.body
    region = next(iter(rules.select(root, selector)), None) if selector else None
    if region is None:
        return False
    if template.region is not None:
        _gather_data(root, region)
        element = region
        while (parent := element.getparent()) is not None and parent is not root:
            for sibling in parent.getchildren():
                if sibling is not element and not _must_stay(sibling):
                    parent.remove(sibling)
            parent.text = element.tail = None
            element = parent
    _remove_boilerplate(region, template)
    return True


def _gather_data(root: Any, region: Any) -> None:
    """Move the JSON-LD scripts of the whole page to its head, where applying the template keeps them."""
    head = root.find("head")
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "")]
    for script in scripts if head is not None else ():
        if not any(above is region or above is head for above in script.iterancestors()):
            head.append(script)


def _must_stay(element: Any) -> bool:
    if element.tag in METADATA_TAGS:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return SIGNAL_NAMES.search(names) is not None


def _remove_boilerplate(region: Any, template: PageTemplate) -> None:
    body_elements = set(rules.select(region, template.body)) if template.body else set()
    for selector in template.boilerplate:
        for element in rules.select(region, selector):
            if (
                element is not region
                and element.getparent() is not None
                and body_elements.isdisjoint(element.iter())
            ):
                element.drop_tree()


def blocks_at(page: Page, selector: str | None) -> tuple[Block, ...]:
    """Return the lines in the elements that a selector finds, in page order; none without a selector."""
    return blocks_in(page, rules.select(page.root, selector)) if selector else ()


def blocks_in(page: Page, elements: Iterable[Any]) -> tuple[Block, ...]:
    """Return the lines in any of the elements, in page order."""
    chosen = set(elements)
    if not chosen:
        return ()
    stretches = [page.blocks[box.first : box.last] for box in page.boxes if box.element in chosen]
    return tuple(sorted({*chain.from_iterable(stretches)}, key=lambda block: block.order))


def mark_captions(page: Page, template: PageTemplate) -> None:
    """Assign the caption role to the boxes that hold captions by this template."""
    chosen = {element for selector in template.caption for element in rules.select(page.root, selector)}
    for box in page.boxes if chosen else ():
        if box.element in chosen:
            box.own_role = "caption"


def mark_text(page: Page, template: PageTemplate) -> None:
    """Take the role of boilerplate from the boxes that hold text by this template, whatever their names are."""
    chosen = {element for selector in template.text for element in rules.select(page.root, selector)}
    for box in page.boxes if chosen else ():
        if box.element in chosen:
            box.own_role = None


def is_recurring(text: str, template: PageTemplate) -> bool:
    """Return whether a line is one that recurs in the bodies of many articles and belongs to none of them.

    In the template's recurring lines «#» matches any number.
    """
    if not template.lines:
        return False
    exact, numbered = _plain_lines(template.lines)
    line = comparable(text)
    return line in exact or (bool(numbered) and without_numbers(line) in numbered)


def without_numbers(line: str) -> str:
    """Return a line, already normalized by `comparable`, without its numbers."""
    return " ".join(word for word in line.split() if not word.isdigit())


@lru_cache(maxsize=256)
def _plain_lines(lines: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    numbered = [line for line in lines if NUMBER_PLACEHOLDER in line]
    return frozenset(comparable(line) for line in lines if NUMBER_PLACEHOLDER not in line), frozenset(
        map(comparable, numbered)
    )
