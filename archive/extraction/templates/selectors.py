"""Build CSS selectors for an element from what stays the same from page to page: tag, class, id, position.

Takes lxml elements and returns strings.
"""

from __future__ import annotations

import re
from typing import Any

CSS_IDENTIFIER = re.compile(r"-?[A-Za-z_][\w-]*")
UNSTABLE_NAME = re.compile(
    r"\d{3}|^(?:js-|is-|has-)"
)  # a class or id that is numbered or names a state of the page
MAX_STEPS = 6  # steps up to an element with a name


def candidate_selectors(element: Any) -> list[str]:
    """Return selectors that find an element, simplest first; they may find other elements too."""
    own = _own_selectors(element)
    found = [*own]
    parent = element.getparent()
    parent_selectors = _own_selectors(parent)[:1] if parent is not None else []
    for name in parent_selectors:
        found += [f"{name} > {one}" for one in own[:1] or [_step(element)]]
    if not own:
        path = _path(element)
        if path is not None:
            found.append(path)
    return list(dict.fromkeys(found))


def own_selector(element: Any) -> str | None:
    """Return the selector of an element by its own names; None if it has none."""
    return next(iter(_own_selectors(element)), None)


def _own_selectors(element: Any) -> list[str]:
    tag = element.tag
    if not isinstance(tag, str) or tag in ("html", "body"):
        return []
    found: list[str] = []
    classes = [name for name in (element.get("class") or "").split() if _is_stable(name)]
    if classes:
        found.append(tag + "".join(f".{name}" for name in dict.fromkeys(classes)))
    element_id = element.get("id") or ""
    if _is_stable(element_id):
        found.append(f"{tag}#{element_id}")
    for prop in (element.get("itemprop") or "").split():
        if CSS_IDENTIFIER.fullmatch(prop):
            found.append(f'{tag}[itemprop~="{prop}"]')
    if len(classes) > 1:
        found += [f"{tag}.{name}" for name in dict.fromkeys(classes)]
    if tag in ("article", "main", "h1", "time", "aside", "figcaption"):
        found.append(tag)
    return found


def _is_stable(name: str) -> bool:
    return CSS_IDENTIFIER.fullmatch(name) is not None and UNSTABLE_NAME.search(name) is None


def _step(element: Any) -> str:
    """Return the selector of an element by its position among siblings with the same tag: «td:nth-of-type(2)»."""
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    is_alone = not before and next(element.itersiblings(element.tag), None) is None
    return element.tag if is_alone else f"{element.tag}:nth-of-type({before + 1})"


def _path(element: Any) -> str | None:
    """Return the path to an element without a name, from the nearest ancestor with a name or from the body.

    Return None if there is neither within a few steps.
    """
    steps = [_step(element)]
    for above in element.iterancestors():
        if len(steps) > MAX_STEPS:
            return None
        own = _own_selectors(above)
        if own or above.tag == "body":
            return " > ".join([own[0] if own else "body", *reversed(steps)])
        if not isinstance(above.tag, str):
            return None
        steps.append(_step(above))
    return None
