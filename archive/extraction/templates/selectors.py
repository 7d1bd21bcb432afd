"""CSS selectors that name an element by what stays the same from page to page: tag, class, id, place.

lxml elements come in; strings go out.
"""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(r"-?[A-Za-z_][\w-]*")
CHANGING = re.compile(r"\d{3}|^(?:js-|is-|has-)")  # of a class or id: numbered, or a state of the page
FARTHEST = 6  # steps up to something that has a name


def candidate_selectors(element: Any) -> list[str]:
    """Return selectors that find an element, simplest first; they may find other elements too."""
    own = _own(element)
    found = [*own]
    parent = element.getparent()
    named = _own(parent)[:1] if parent is not None else []
    for name in named:
        found += [f"{name} > {one}" for one in own[:1] or [_step(element)]]
    if not own:
        path = _path(element)
        if path is not None:
            found.append(path)
    return list(dict.fromkeys(found))


def own_selector(element: Any) -> str | None:
    """Return the selector of an element by its own names; None if it has none."""
    return next(iter(_own(element)), None)


def _own(element: Any) -> list[str]:
    tag = element.tag
    if not isinstance(tag, str) or tag in ("html", "body"):
        return []
    found: list[str] = []
    classes = [name for name in (element.get("class") or "").split() if _is_lasting(name)]
    if classes:
        found.append(tag + "".join(f".{name}" for name in dict.fromkeys(classes)))
    stated = element.get("id") or ""
    if _is_lasting(stated):
        found.append(f"{tag}#{stated}")
    for prop in (element.get("itemprop") or "").split():
        if TOKEN.fullmatch(prop):
            found.append(f'{tag}[itemprop~="{prop}"]')
    if len(classes) > 1:
        found += [f"{tag}.{name}" for name in dict.fromkeys(classes)]
    if tag in ("article", "main", "h1", "time", "aside", "figcaption"):
        found.append(tag)
    return found


def _is_lasting(name: str) -> bool:
    return TOKEN.fullmatch(name) is not None and CHANGING.search(name) is None


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
        if len(steps) > FARTHEST:
            return None
        own = _own(above)
        if own or above.tag == "body":
            return " > ".join([own[0] if own else "body", *reversed(steps)])
        if not isinstance(above.tag, str):
            return None
        steps.append(_step(above))
    return None
