"""Compare how two pages are built: by what their elements are called and the files they are drawn with. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.extraction.page import parser
from archive.extraction.page.encoding import decode
from archive.http.capture import Capture

# Twice what two pages have in common, of all of both. Two articles of an outlet have .7 to 1 of their names in common;
# pages of different outlets hardly ever .4, and then for they are small and name header, menu and footer alike.
ALIKE = 0.4
FEWEST_NAMES, FEWEST_NESTED = 4, 3  # under which they tell nothing


@dataclass(frozen=True, slots=True)
class PageStructure:
    """The structure of a page: the names and the nesting of its elements."""

    names: frozenset[str]  # classes and ids of its elements, and where its style sheets and scripts are
    nesting: frozenset[str]  # which element stands in which; it tells where a page has no names


def page_structure(capture: Capture) -> PageStructure:
    """Return the structure of a captured page.

    Names with digits are left out: they often belong to a single article.
    """
    root = parser.parse_html(decode(capture.payload(), capture.charset).text)
    names: set[str] = set()
    nested: set[str] = set()
    for element in root.iter("*") if root is not None else ():
        said = f"{element.get('class') or ''} {element.get('id') or ''}".split()
        names.update(name for name in said if not any(map(str.isdigit, name)))
        if element.tag == "script" or (element.tag == "link" and element.get("rel") == "stylesheet"):
            names.add(_path(element.get("src") or element.get("href") or ""))
        above = element.getparent()
        if above is not None and above.tag not in ("html", "head"):
            nested.add(f"{above.tag} {element.tag}")
    return PageStructure(frozenset(names) - {""}, frozenset(nested))


def has_same_structure(one: PageStructure, other: PageStructure) -> bool | None:
    """Return whether a page has the structure of another; None where the other has too few elements to tell."""
    if len(other.names) >= FEWEST_NAMES:
        return _is_alike(one.names, other.names)
    if len(other.nesting) >= FEWEST_NESTED:
        return _is_alike(one.nesting, other.nesting)
    return None


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= ALIKE * (len(one) + len(other))


def _path(source: str) -> str:
    try:
        return urlsplit(source).path
    except ValueError:
        return ""
