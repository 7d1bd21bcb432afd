"""A source's hand-written rules: which are active for a capture, and what they select. Uses lxml and cssselect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Literal, get_args

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from archive.extraction.model import Rule
from archive.extraction.normalize import clean

Field = Literal["title", "lead", "body", "published", "author", "section", "caption", "credit", "views"]
FIELDS: tuple[Field, ...] = get_args(Field)


def active_rules(rules: Sequence[Rule], day: date) -> tuple[Rule, ...]:
    """Return the rules that are active for a page captured on a day, newest first."""
    active = [rule for rule in rules if rule.since is None or rule.since <= day]
    return tuple(sorted(active, key=lambda rule: rule.since or date.min, reverse=True))


def have_selectors(rules: Sequence[Rule]) -> bool:
    """Return whether any rule has a selector for a field; such a selector may match anywhere on the page."""
    return any(getattr(rule, field) for rule in rules for field in FIELDS)


def is_xpath(selector: str) -> bool:
    """Return whether a selector is XPath, which starts with a step; anything else is CSS."""
    return selector.strip().startswith(("/", "./", "(", ".."))


def select(root: Any, selector: str) -> list[Any]:
    """Return the elements that a selector finds, or strings if an XPath selects text; nothing if it is invalid."""
    try:
        found = _compiled(selector)(root)
    except (SelectorError, etree.XPathError, ValueError, AttributeError, TypeError):
        return []
    return found if isinstance(found, list) else [found] if isinstance(found, str) and found else []


@lru_cache(maxsize=1024)  # the same selectors are used on every page of an outlet
def _compiled(selector: str) -> Callable[[Any], Any]:
    return etree.XPath(selector) if is_xpath(selector) else CSSSelector(selector, translator="html")


def select_elements(root: Any, rules: Sequence[Rule], field: Field) -> list[Any]:
    """Return what the newest rule finds whose selector for a field finds anything."""
    for rule in rules:
        selector = getattr(rule, field)
        if selector:
            found = select(root, selector)
            if any(_text(item) for item in found) or (field == "body" and found):
                return found
    return []


def select_texts(root: Any, rules: Sequence[Rule], field: Field) -> list[str]:
    """Return the texts that a field's rule selects; for a <time> or <meta> without text, its value."""
    return [text for text in map(_text, select_elements(root, rules, field)) if text]


def select_printed(root: Any, selector: str) -> list[str]:
    """Return the texts that a selector finds."""
    return [text for text in map(_text, select(root, selector)) if text]


def prune(root: Any, rules: Sequence[Rule]) -> None:
    """Remove from a tree what the newest rule excludes from the article."""
    for rule in rules[:1]:
        for selector in rule.prune:
            for element in select(root, selector):
                if isinstance(element, etree._Element) and element.getparent() is not None:
                    element.drop_tree()  # type: ignore[attr-defined]


def _text(item: Any) -> str:
    if isinstance(item, str):
        return clean(item)
    if not isinstance(item, etree._Element):
        return ""
    printed = clean("".join(map(str, item.itertext()))[:20_000])
    return printed or clean(str(item.get("content") or item.get("datetime") or item.get("title") or ""))
