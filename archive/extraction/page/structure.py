"""Compare how two pages are built, by element names, nesting, and linked scripts and style sheets. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.extraction.page import parser
from archive.extraction.page.encoding import decode
from archive.http.capture import Capture

# Sørensen–Dice coefficient. Two articles of one outlet share 0.7 to 1 of their names; pages of different outlets
# rarely reach 0.4, and only small pages do, whose header, menu and footer happen to have the same names.
MIN_SIMILARITY = 0.4
MIN_NAMES, MIN_NESTING = 4, 3  # with fewer the comparison means nothing


@dataclass(frozen=True, slots=True)
class PageStructure:
    """The structure of a page: the names and the nesting of its elements."""

    names: frozenset[str]  # classes and ids of its elements, and where its style sheets and scripts are
    nesting: frozenset[str]  # "parent child" tag pairs, for pages whose elements have no names


def page_structure(capture: Capture) -> PageStructure:
    """Return the structure of a captured page.

    Names with digits are left out: they often belong to a single article.
    """
    root = parser.parse_html(decode(capture.payload(), capture.charset).text)
    names: set[str] = set()
    nested: set[str] = set()
    for element in root.iter("*") if root is not None else ():
        own_names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
        names.update(name for name in own_names if not any(map(str.isdigit, name)))
        if element.tag == "script" or (element.tag == "link" and element.get("rel") == "stylesheet"):
            names.add(_path(element.get("src") or element.get("href") or ""))
        above = element.getparent()
        if above is not None and above.tag not in ("html", "head"):
            nested.add(f"{above.tag} {element.tag}")
    return PageStructure(frozenset(names) - {""}, frozenset(nested))


def has_same_structure(one: PageStructure, other: PageStructure) -> bool | None:
    """Return whether a page has the structure of another; None where the other has too few elements to tell."""
    if len(other.names) >= MIN_NAMES:
        return _is_alike(one.names, other.names)
    if len(other.nesting) >= MIN_NESTING:
        return _is_alike(one.nesting, other.nesting)
    return None


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= MIN_SIMILARITY * (len(one) + len(other))


def _path(source: str) -> str:
    try:
        return urlsplit(source).path
    except ValueError:
        return ""
