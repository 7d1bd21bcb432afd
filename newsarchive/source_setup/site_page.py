"""A page of a site, parsed once: its links, what its head states, and the articles it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml.etree import _Element

from archive.extraction.metadata import jsonld
from archive.extraction.normalize import clean
from archive.extraction.page.encoding import decode
from archive.http.capture import Capture
from archive.urls import canonical, host_of
from spiders.discovery.listing import url_shapes
from spiders.discovery.listing.links import resolve
from spiders.discovery.listing.tree import Link, Tree, text_content
from spiders.discovery.section_page import Listing, read_listing

MAX_LABEL_CHARS = 40  # of a link in a menu
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|title|meta|a\s)", re.IGNORECASE)
_MENU = re.compile(
    r"(?:^|[\s_-])(?:main)?(?:nav\w*|menu\w*|rubri[ck]\w*|sections?|categor\w+|header|head|topbar)", re.I
)
_FOOTER = re.compile(r"(?:^|[\s_-])(?:footer|sidebar|pager|pagination|breadcrumbs?|social|tags?)", re.I)


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A `link` element of a page's head."""

    url: str
    rel: frozenset[str]
    type: str
    title: str
    language: str


class SitePage:
    """A parsed page of the site."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.url = capture.url
        decoded = decode(capture.payload(), capture.charset)
        self.encoding = decoded.encoding
        self.text = decoded.text
        self.tree = Tree(decoded.text, capture.url, decoded.encoding)

    @property
    def root(self) -> _Element | None:
        """Return the page's root element; None if it has none."""
        return self.tree.root

    @property
    def language(self) -> str:
        """Return the language that the page states for itself, as written."""
        if self.root is None:
            return ""
        return self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""

    @cached_property
    def listing(self) -> Listing:
        """Return the articles that a crawl would find on this page as a section."""
        return read_listing(self.capture, section_url=self.url)

    @cached_property
    def own_links(self) -> list[Link]:
        """Return the links to pages of the same site, without this page itself."""
        return [
            link
            for link in self.tree.links
            if url_shapes.is_same_site(link.url, self.url)
            and link.key != canonical(self.url)
            and not url_shapes.is_file(link.url)
        ]

    @cached_property
    def head_links(self) -> list[HeadLink]:
        """Return the `link` elements with an address."""
        found = []
        for element in self.root.iter("link") if self.root is not None else ():
            url = resolve(self.tree.base, element.get("href") or "", self.encoding)
            if url:
                found.append(
                    HeadLink(
                        url,
                        frozenset((element.get("rel") or "").lower().split()),
                        (element.get("type") or "").lower().partition(";")[0].strip(),
                        clean(element.get("title") or ""),
                        (element.get("hreflang") or "").lower(),
                    )
                )
        return found

    @cached_property
    def json_ld(self) -> list[dict[str, object]]:
        """Return the objects of the page's JSON-LD."""
        return list(jsonld.iter_nodes(self.root)) if self.root is not None else []

    @cached_property
    def title(self) -> str:
        """Return the text of the `title` element."""
        element = next(self.root.iter("title"), None) if self.root is not None else None
        return text_content(element) if element is not None else ""

    @cached_property
    def name(self) -> str:
        """Return the page's name as a section: the label of a menu's link to it, else its heading or title."""
        for link in self.tree.links:
            label = text_content(link.element)
            if (
                link.key == canonical(self.url)
                and 0 < len(label) <= MAX_LABEL_CHARS
                and _is_in_menu(link.element)
            ):
                return label
        heading = next(self.root.iter("h1"), None) if self.root is not None else None
        return (text_content(heading) if heading is not None else "") or self.title

    def meta(self, *names: str) -> str:
        """Return the first non-empty value of the named `meta` elements, by name or property."""
        values: dict[str, str] = {}
        for element in self.root.iter("meta") if self.root is not None else ():
            name = (element.get("property") or element.get("name") or "").lower()
            if content := clean(element.get("content") or ""):
                values.setdefault(name, content)
        return next((values[name] for name in names if name in values), "")

    def menu_links(self) -> Iterator[tuple[Link, str]]:
        """Yield the links of menus to other pages of this host, each with its label, in document order."""
        return ((link, label) for link, label in self.labelled_links() if _is_in_menu(link.element))

    def labelled_links(self) -> Iterator[tuple[Link, str]]:
        """Yield the links to other pages of this host that have a short label with letters, each address once."""
        seen: set[str] = set()
        host = host_of(self.url).removeprefix("www.")
        for link in self.own_links:
            label = text_content(link.element)
            parts = urlsplit(link.url)
            if (
                link.key not in seen
                and len(label) <= MAX_LABEL_CHARS
                and any(map(str.isalpha, label))
                and host_of(link.url).removeprefix("www.") == host
                and (parts.path.strip("/") or parts.query)
            ):
                seen.add(link.key)
                yield link, label


def is_html(capture: Capture) -> bool:
    """Return whether a response is a web page, by its type or, without one, by its beginning."""
    if capture.media_type in ("text/html", "application/xhtml+xml"):
        return True
    return capture.media_type is None and bool(_HTML.search(capture.payload()[:2000]))


def _is_in_menu(element: _Element) -> bool:
    """Return whether a link is in a navigation, by the names of the elements around it."""
    for box in element.iterancestors():
        name = f"{box.get('class') or ''} {box.get('id') or ''}"
        if box.tag in ("footer", "aside", "article") or _FOOTER.search(name):
            return False
        if box.tag in ("nav", "header") or box.get("role") == "navigation" or _MENU.search(name):
            return True
    return False
