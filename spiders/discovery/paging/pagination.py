"""Find the next page of a listing by rel=next, by page numbers, and by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from lxml.etree import _Element

from archive.urls import canonical
from spiders.discovery.listing import headlines, url_shapes
from spiders.discovery.listing.tree import Link, Tree, text_content

_NEXT = re.compile(
    r"(?:следующ\w+|след|наступн\w+|вперед|вперёд|впер[её]д|далее|далі|дальше|next|older|older posts"
    r"|older entries)"
    r"(?:\s+(?:страниц\w*|сторінк\w*|page|новост\w*|новин\w*|записи|posts?|entries))?"
    r"|(?:предыдущие|более ранние|более старые|старые|старіші|попередні)\s+(?:записи|новости|материалы"
    r"|публикации|новини|записи)"
    r"|(?:показать|загрузить|смотреть|показати|завантажити|load|show|view|see)\s+(?:ещ[её]|ще|больше"
    r"|більше|more)(?:\s+\w+){0,2}"
    r"|(?:ещ[её]|ще|больше|більше|more)(?:\s+\d{1,3})?(?:\s+(?:новост\w*|новин\w*|материал\w*|матеріал\w*|стат\w*"
    r"|публикац\w*|публікац\w*|запис\w*|news|articles|posts|stories))?"
    r"|раньше|раніше|ранее",
    re.IGNORECASE,
)
_ARROWS = frozenset({"›", "»", "→", ">", ">>", "››", "»»", "⟩", "❯"})
_FIRST = frozenset({"1", "01", "‹", "«", "←", "<", "<<", "‹‹", "««"})
_PAGER_SYMBOLS = "→›»>←‹«< .…[](){}|"
_PARAMETERS = re.compile(
    r"(?:.*_)?(?:page|pages|current_?page|page_?index|cstart|ofs|p|pg|paged|pagen_?\d*|pagenum\w*|pageno|start|limitstart|offset|from|skip"
    r"|list|str|stranica|pagina|n)\d*",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,6}")
_PAGE_SUFFIX = r"[-_/](?:page|pages|p|pg|str|stranica|storinka)[-_/]?\d{1,6}/?(?:\.\w{3,5})?$"
_PAGE_WORD = re.compile(r"(?:page|paging|str|stran|storin|pagin)", re.IGNORECASE)
_PAGE_NUMBER = (
    r"[-_/]{0,2}(?P<word>(?:page|pages|p|pg|str|stranica|storinka|list|index)[-_/]?)?"
    r"(?P<number>\d{1,6})(?:/|(?:/index)?\.\w{3,5})?"
)
_PAGER = re.compile(
    r"pag(?:er|inat|ination|enav|es|e-?nav)|navigation|nav-links|load-?more|show-?more", re.IGNORECASE
)

_NEXT_CLASS = re.compile(r"(?:^|[\s_-])(?:next|older|forward)(?:$|[\s_-])", re.IGNORECASE)


def current_section_url(page_url: str, section_url: str) -> str:
    """Return the section's current address: if it has moved, the page's own without the page number."""
    page, section = urlsplit(canonical(page_url)), urlsplit(canonical(section_url))
    if unquote(page.path).startswith(_path_stem(section.path)):
        return section_url
    path = re.sub(_PAGE_SUFFIX, "/", page.path, flags=re.IGNORECASE)
    query = "&".join(
        f"{key}={value}"
        for key, value in parse_qsl(page.query)
        if not (_PARAMETERS.fullmatch(key) and _COUNT.fullmatch(value))
    )
    return urlunsplit((page.scheme, page.netloc, path, query, ""))


def pager_links(tree: Tree, section_url: str) -> list[Link]:
    """Return the links to other pages of the listing in the order printed, those to its first page included."""
    first = canonical(section_url)
    return [
        link
        for link in tree.links
        if (link.key == first and _is_first_link(link.element))
        or _page_number(link.url, section_url, text_content(link.element)) is not None
    ]


def next_page(tree: Tree, page_url: str, section_url: str, articles: Sequence[str]) -> str | None:
    """Return the address of the next page, None on the last; never this page, the first or a previous one."""
    here = canonical(page_url)
    seen = {here, canonical(section_url), *articles}
    current = _page_number(page_url, section_url, None) or 0.0

    def is_ahead(link: Link, *, surely: bool) -> bool:
        """Return whether a link leads to a later page; `surely` if its rel says so."""
        if (
            link.key in seen
            or not url_shapes.is_same_site(link.url, section_url)
            or url_shapes.is_file(link.url)
        ):
            return False
        number = _page_number(link.url, section_url, _shown_text(link.element))
        if number is None:
            return surely or _is_continuation(link.key, section_url)
        # Most sites number the second page 2, some 1, which on other sites is the number of the first page.
        return number > current and (number > 1 or current > 0 or _is_second(tree, link, section_url))

    by_rel = [link for link in _head_links(tree) if is_ahead(link, surely=True)]
    by_rel += [link for link in tree.links if "next" in _rel(link.element) and is_ahead(link, surely=True)]
    if by_rel:
        return by_rel[0].url
    by_words = [link for link in tree.links if _is_next_link(link.element) and is_ahead(link, surely=False)]
    by_number = [
        (number, link.position, link)
        for link in tree.links
        if (number := _page_number(link.url, section_url, _shown_text(link.element))) is not None
        and is_ahead(link, surely=False)
    ]
    if by_number:
        return min(by_number, key=lambda found: found[:2])[2].url
    return by_words[0].url if by_words else None


def _is_second(tree: Tree, link: Link, section_url: str) -> bool:
    """Return whether an address with the number 1 leads to the page labelled 2."""
    if text_content(link.element) == "1":
        return False
    return _is_next_link(link.element) or any(
        text_content(other.element) == "2" and _page_number(other.url, section_url, "2") == 1
        for other in tree.links
    )


def _head_links(tree: Tree) -> list[Link]:
    """Return the rel=next links of the page's head."""
    found: list[Link] = []
    for element in tree.root.iter("link") if tree.root is not None else ():
        if "next" in _rel(element) and element.get("href"):
            link = tree.link_to(element)
            if link is not None:
                found.append(link)
    return found


def _rel(element: _Element) -> list[str]:
    """Return the rel values of an element."""
    return (element.get("rel") or "").lower().split()


def _is_next_link(element: _Element) -> bool:
    """Return whether the text, label or arrow of a link says that it leads to the next page."""
    text = text_content(element).strip(" .…[](){}|")
    words = text.strip(_PAGER_SYMBOLS)
    if "prev" in _rel(element):
        return False
    if words and _NEXT.fullmatch(words):
        return True
    pictured = next((image.get("alt") or "" for image in element.iter("img")), "")
    label = (element.get("aria-label") or element.get("title") or pictured).strip()
    if label and len(text) < 4 and is_next_text(label):
        return True
    if not text and _NEXT_CLASS.search(_class_and_id(element)):
        return True  # its arrow is a picture
    return text in _ARROWS and any(
        _PAGER.search(_class_and_id(node)) for node in [element, *element.iterancestors()][:4]
    )


def is_next_text(text: str) -> bool:
    """Return whether a text says that there is more: «Далее», «Показать ещё», «Next page»."""
    words = text.strip().strip(_PAGER_SYMBOLS)
    return bool(words) and _NEXT.fullmatch(words) is not None


def _shown_text(element: _Element) -> str:
    """Return the text of a link; of an arrow that is a picture, the word it stands for."""
    return text_content(element) or ("next" if _is_next_link(element) else "")


def _is_first_link(element: _Element) -> bool:
    """Return whether a link to the section belongs to its pager («1») and not to a menu."""
    return "prev" in _rel(element) or text_content(element).strip(" .…[](){}|") in _FIRST


def _class_and_id(element: _Element) -> str:
    """Return class and id of an element as one text."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _page_number(url: str, section_url: str, text: str | None) -> float | None:
    """Return the page number in an address, however counted; None if it is not a page of the listing."""
    is_next = text is not None and bool(_NEXT.fullmatch(text.strip(_PAGER_SYMBOLS)))
    parts, section = urlsplit(canonical(url)), urlsplit(canonical(section_url))
    query, section_query = dict(parse_qsl(parts.query)), dict(parse_qsl(section.query))
    if _path_stem(parts.path) == _path_stem(section.path):
        other = {key: value for key, value in query.items() if section_query.get(key) != value}
        counts = [
            key for key, value in other.items() if _PARAMETERS.fullmatch(key) and _COUNT.fullmatch(value)
        ]
        if len(counts) != 1 or not section_query.keys() <= query.keys():
            return None
        word, number = counts[0], other[counts[0]]
    else:
        found = re.fullmatch(
            re.escape(_path_stem(section.path)) + _PAGE_NUMBER, unquote(parts.path), re.IGNORECASE
        )
        if found is None or query != section_query:
            return None
        word, number = found["word"] or "", found["number"]
    if text is None or is_next or _PAGE_WORD.match(word):
        return float(number)
    # /?p=123 and /world/123 may be pages of a listing or articles; the text of the link decides.
    is_page = headlines.score(text) < 0.5 if word else text in (number, *_ARROWS)
    return float(number) if is_page else None


def _path_stem(path: str) -> str:
    """Return a section's path without a suffix of its first page: slash, extension, index, number 1."""
    return re.sub(r"(?:/index|/page[-_/]?1)?(?:\.\w{3,5})?/?$", "", unquote(path), flags=re.IGNORECASE)


def _is_continuation(key: str, section_url: str) -> bool:
    """Return whether an address continues the section: its path with other parameters or a day."""
    parts, section = urlsplit(key), urlsplit(canonical(section_url))
    if parts.path.rstrip("/") == section.path.rstrip("/"):
        return bool(parts.query)
    rest = parts.path.removeprefix(section.path.rstrip("/") + "/")
    return rest != parts.path and bool(
        re.fullmatch(r"[\d/_.-]+|.*(?:page|before|older|archive|more)\W?\w{0,12}/?", rest)
    )
