"""The surroundings of a block of links: whether it is in navigation or a sidebar, and the heading above it."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from lxml.etree import _Element

from archive.language.phrases import words
from spiders.discovery.listing.dates import find_date
from spiders.discovery.listing.headlines import HEADINGS
from spiders.discovery.listing.tree import Tree, text_content

_BOILERPLATE_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog", "address"})
_BOILERPLATE_ROLES = frozenset(
    {"navigation", "contentinfo", "complementary", "search", "menu", "banner", "dialog"}
)
# Whole words of class and id: the parts between hyphens, underscores and changes of case.
_BOILERPLATE_WORDS = frozenset(
    "sidebar aside popular mostread related similar recommend recommended recommendations partner "
    "partners promo banner banners adv ads advert advertising reklama footer menu submenu navbar "
    "navigation breadcrumb breadcrumbs crumbs tagcloud social share sharing comments ticker subscribe "
    "informer trend trends trending calendar rightcol leftcol rightside leftside sitenav topmenu toplinks "
    "readalso readmore mostviewed viewed cookie modal popup".split()
)
_BOILERPLATE_PAIRS = frozenset(
    "side-bar col-right right-col column-right right-column right-side left-side col-left left-col most- "
    "read most-popular read-also see-also most-viewed top-news tag-cloud tags-list side-block block-side "
    "main-menu top-menu widget-area".split()
)
_ITEM_TAGS = frozenset({"article", "li", "tr", "main"})
_FOREIGN_HEADING = re.compile(words("aside_heading"), re.IGNORECASE)
_SELECTION_HEADING = re.compile(words("selection_heading"), re.IGNORECASE)
_LATEST_HEADING = re.compile(words("latest_heading"), re.IGNORECASE)
_MORE_HEADING = re.compile(words("more_heading"), re.IGNORECASE)
# What a section prints in place of its list if that is empty.
_EMPTY_NOTICE = re.compile(
    r"(?:(?:в (?:этом|данном) разделе|у (?:цьому|даному) розділі|здесь|тут)\s+)?"
    r"(?:пока\s+|поки(?:\s+що)?\s+|ещ[её]\s+|ще\s+)?"
    r"(?:нет|немає|нема|отсутствуют|відсутні)\s+(?:\w+\s+){0,2}"
    r"(?:материал\w*|матеріал\w*|новост\w*|новин\w*|стат\w*|публикац\w*|публікац\w*|запис\w*|данных|даних)(?:\s.{0,40})?"
    r"|(?:материалов|матеріалів|новостей|новин|статей|публикаций|публікацій|записей|записів)\s+(?:пока\s+|поки\s+)?"
    r"(?:нет|немає|не найдено|не знайдено)(?:\s.{0,40})?"
    r"|(?:.{0,40}\s)?(?:ничего|нічого) не (?:найдено|знайдено)(?:\s.{0,40})?|(?:раздел|розділ) (?:пуст|порожній).{0,40}"
    r"|(?:sorry,? )?(?:no|nothing)(?: (?:posts?|articles?|news|stories|items|results|entries|content))?"
    r"(?: (?:were |was )?(?:found|yet|available|here|to show|matched)).{0,60}|there (?:are|is) no(?:thing)? .{0,60}",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTENT_NAMES = frozenset(
    "content main primary maincontent main-content page-content content-area site-content dle-content main_content"
    " middle center".split()
)
_LIST_NAME = re.compile(
    r"(?:(?:news|articles?|posts?|items?|materials?|section|category|rubric|search|b)[-_]{1,2})?"
    r"(?:list|listing|feed|lenta|news|posts|articles|results|items)",
    re.IGNORECASE,
)  # of the section's own list, which «breaking-news» and «news-banner» are not
_MAX_HEADING = 60
_MAX_NOTICE = 120


class Surroundings:
    """The boilerplate areas and headings of a page, by its structure."""

    def __init__(self, tree: Tree, article_like: list[int]) -> None:
        self._tree = tree
        self._positions = sorted(article_like)  # positions of links that may be articles
        self._links = [link.position for link in tree.links]
        self._boilerplate: dict[_Element, bool] = {}
        contents = [one for one in tree.order if one.tag == "main" or one.get("role") == "main"]
        has_title = len(contents) == 1 and contents[0].find(".//h1") is not None
        self._content = contents[0] if has_title else self._named_content()
        self._empty_list: int | None = (
            None  # position of the first one after the page's title, once it is sought
        )

    def is_boilerplate(self, element: _Element) -> bool:
        """Return whether an element is in navigation, a sidebar or a footer, by tag, role, class or id."""
        path: list[_Element] = []
        node: _Element | None = element
        while node is not None and node not in self._boilerplate:
            path.append(node)
            node = node.getparent()
        known = node is not None and self._boilerplate[node]
        for step in reversed(path):
            known = known or self._is_boilerplate_itself(step)
            self._boilerplate[step] = known
        return known

    def is_beside_content(self, element: _Element) -> bool:
        """Return whether an element is in a box beside the page's content, even if that shows no articles at all.

        Boxes are recognized by tag, role, class or id; one with the page's title is its content. If the content is
        marked up as `main`, everything outside of it is beside.
        """
        for step in (element, *element.iterancestors()):
            if step.tag in ("main", "body") or step.find(".//h1") is not None:
                break
            if step.tag in _BOILERPLATE_TAGS or step.get("role") in _BOILERPLATE_ROLES:
                return True
            if _names_boilerplate(f"{step.get('class') or ''} {step.get('id') or ''}"):
                return True
        return self._content is not None and not self._tree.contains(
            self._content, self._tree.span(element)[0]
        )

    def _named_content(self) -> _Element | None:
        """Return the one element with the page's title whose id or class is a usual name of the content, or None."""
        named = [
            element
            for element in self._tree.order
            if element.tag in ("div", "section", "td")
            and (
                element.get("id") in _CONTENT_NAMES or (element.get("class") or "").strip() in _CONTENT_NAMES
            )
            and element.find(".//h1") is not None
        ]
        return named[-1] if named else None

    def is_after_empty_list(self, first: int) -> bool:
        """Return whether the page's title is followed by an empty list, or by the notice that there is none.

        `first` is the position of the list before which it has to be.
        """
        if self._empty_list is None:
            title = next((element for element in self._tree.order if element.tag == "h1"), None)
            after = self._tree.span(title)[1] if title is not None else len(self._tree.order)
            found = (
                place
                for place in range(after, len(self._tree.order))
                if self._is_empty_list(self._tree.order[place])
            )
            self._empty_list = next(found, len(self._tree.order))
        return self._empty_list < first

    def _is_empty_list(self, element: _Element) -> bool:
        """Return whether an element is a list without items, or says that there are none."""
        begin, end = self._tree.span(element)
        if begin == end or end - begin > 4:
            return False
        text = text_content(element)
        if not text:
            names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
            is_list = element.tag in ("ul", "ol", "div", "section") and any(map(_LIST_NAME.fullmatch, names))
            is_bare = element.tag in ("ul", "ol") and not element.attrib
            return bool(is_list or is_bare) and end - begin == 1
        if len(text) > _MAX_NOTICE or not _EMPTY_NOTICE.fullmatch(text.strip(" .!…")):
            return False
        return not any(
            one.get("hidden") is not None
            or _HIDDEN.search(one.get("style") or "")
            or "hidden" in (one.get("class") or "")
            for one in (element, *element.iterancestors())
        )

    def _is_boilerplate_itself(self, element: _Element) -> bool:
        """Return whether an element is boilerplate by its own tag, role, class or id."""
        tag = element.tag
        if tag in ("html", "body", "main"):
            return False
        if tag in _BOILERPLATE_TAGS or element.get("role") in _BOILERPLATE_ROLES:
            return not self._is_most_of_the_page(element)
        if tag == "header":
            return not any(ancestor.tag in _ITEM_TAGS for ancestor in element.iterancestors())
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        return (
            bool(names.strip())
            and _names_boilerplate(names)
            and not self._is_most_of_the_page(element)
            and element.find(".//h1") is None
        )

    def _is_most_of_the_page(self, element: _Element) -> bool:
        """Return whether an element contains most links to articles."""
        first, last = self._tree.span(element)
        inside = bisect_left(self._positions, last) - bisect_left(self._positions, first)
        return inside > 0.8 * len(self._positions)

    def heading_of(self, first: _Element) -> str | None:
        """Return the heading above a block, the nearest one before its first item; None if there is none.

        The search goes outwards from the item and ends at other articles.
        """
        node = first
        for _ in range(6):
            sibling = node.getprevious()
            for _ in range(4):
                if sibling is None:
                    break
                if self._has_articles(sibling):
                    return None
                text = self._heading(sibling)
                if text:
                    return text
                sibling = sibling.getprevious()
            parent = node.getparent()
            if parent is None or parent.tag == "body":
                return None
            if parent.text and 0 < len(parent.text.strip()) <= _MAX_HEADING:
                return parent.text.strip()
            node = parent
        return None

    def _heading(self, element: _Element) -> str | None:
        """Return the heading in an element, or a short text that serves as one; None if there is none."""
        inner = element if element.tag in HEADINGS else next(iter(element.iter(*HEADINGS)), element)
        first, last = self._tree.span(inner)
        if first == last:  # in a template or <noscript>
            return None
        if bisect_left(self._links, last) - bisect_left(self._links, first) > 1:
            return None
        if inner.tag == "h1":  # the title of the page, not of a part of it
            return None
        text = text_content(inner)
        return text if 2 < len(text) <= _MAX_HEADING else None

    def _has_articles(self, element: _Element) -> bool:
        """Return whether an element contains a link to an article."""
        first, last = self._tree.span(element)
        return bisect_left(self._positions, last) > bisect_left(self._positions, first)


def is_foreign_heading(text: str | None) -> bool:
    """Return whether a heading announces a selection from the whole site or from elsewhere."""
    return bool(text and _FOREIGN_HEADING.search(text))


def is_selection_heading(text: str | None) -> bool:
    """Return whether a heading announces what is popular or recommended: never a section's own list."""
    return bool(text and _SELECTION_HEADING.search(text))


def is_latest_heading(text: str | None) -> bool:
    """Return whether a heading says «latest news»: the section's own list, or the site's."""
    return bool(text and _LATEST_HEADING.search(text))


def is_day_heading(text: str | None) -> bool:
    """Return whether a heading is a date that splits a list into days."""
    date = find_date(text) if text else None
    return date is not None and date.is_alone and date.has_day


def continues_list(text: str | None) -> bool:
    """Return whether the list continues below a heading: a day, «more»."""
    return is_day_heading(text) or bool(text and _MORE_HEADING.match(text))


def _names_boilerplate(names: str) -> bool:
    """Return whether class names say that an element is boilerplate."""
    words = [
        word for word in re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()) if word
    ]
    if _BOILERPLATE_WORDS.intersection(words):
        return True
    return any(f"{one}-{two}" in _BOILERPLATE_PAIRS for one, two in pairwise(words))
