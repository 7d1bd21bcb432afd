"""Read articles from feeds and sitemaps: RSS 2.0 and 1.0, Atom, sitemaps with and without news.

XML is parsed leniently and safely: declared entities are never expanded, nothing external is loaded.
scrapy.utils.sitemap would lose the titles and dates of news sitemaps, and reads neither feeds nor lists of URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element

from archive.extraction.normalize import CONTROL, SURROGATE, clean
from archive.extraction.page.encoding import decode
from archive.http.capture import MAX_PAYLOAD, Capture
from archive.http.content_coding import decode_content
from archive.urls import canonical, is_web_url
from spiders.discovery.section_page import ListedArticle

MAX_ENTRIES = 50_000  # in one file; the limit of the sitemap standard
_GZIP = b"\x1f\x8b"
_PROLOG = re.compile(r"^.{0,200}?<\?xml[^>]{0,300}\?>", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>]*+\[.*?\]\s*>|[^>\[]*+>)", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{0,32};?)")
# Unescaped markup in the texts of careless feeds, where it closes elements that it never opened.
_STRAY = re.compile(
    r"</?(?:a|b|br|div|em|font|i|img|nobr|p|s|span|strong|sub|sup|u)(?:\s[^<>]{0,2000})?/?>", re.I
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The contents of a sitemap: pages, or further sitemaps."""

    articles: tuple[ListedArticle, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_feed(capture: Capture) -> tuple[ListedArticle, ...]:
    """Return the articles of an RSS or Atom feed in order, dates as printed; empty if it is no feed."""
    root = _parse_xml(capture)
    entries = [] if root is None else [e for e in root.iter() if _local_name(e) in ("item", "entry")]
    return _unique_articles(
        (
            _entry_url(entry, capture.url),
            _first_text(entry, "title"),
            _first_text(entry, "pubdate", "published", "date", "issued", "created", "updated", "modified"),
        )
        for entry in entries
    )


def read_sitemap(capture: Capture) -> Sitemap:
    """Return the pages or further sitemaps of a sitemap; only news items have a date."""
    root = _parse_xml(capture)
    if root is None:
        lines = decode(_decompressed_payload(capture), capture.charset).text.split()
        return Sitemap(_unique_articles((line, None, None) for line in lines if is_web_url(line)))
    index = [
        _absolute_url(_first_text(entry, "loc"), capture.url)
        for entry in root.iter()
        if _local_name(entry) == "sitemap"
    ]
    urls = [entry for entry in root.iter() if _local_name(entry) == "url"]
    return Sitemap(
        articles=_unique_articles(
            (
                _absolute_url(_first_text(entry, "loc"), capture.url),
                _first_text(entry, "news/title"),
                _first_text(entry, "news/publication_date"),
            )
            for entry in urls
        ),
        sitemaps=tuple(dict.fromkeys(address for address in index if address))[:MAX_ENTRIES],
    )


def _unique_articles(
    entries: Iterator[tuple[str | None, str | None, str | None]],
) -> tuple[ListedArticle, ...]:
    """Return entries of address, title and date as articles, each address once."""
    found: dict[str, ListedArticle] = {}
    for url, title, stamp in entries:
        if len(found) == MAX_ENTRIES:
            break
        if url and canonical(url) not in found:
            found[canonical(url)] = ListedArticle(url, len(found) + 1, title, stamp)
    return tuple(found.values())


def _entry_url(entry: _Element, base: str) -> str | None:
    """Return the address of an entry: behind a redirect service, of its page, or its guid if that is an address."""
    for original in _children(entry, "origlink"):
        if address := _absolute_url(original.text, base):
            return address
    links = _children(entry, "link")
    links.sort(key=lambda link: link.get("rel", "alternate") != "alternate")
    for link in links:
        address = _absolute_url(link.get("href") or link.text or link.tail, base)
        if address and link.get("rel", "alternate") in ("alternate", "self", "related"):
            return address
    for guid in _children(entry, "guid"):
        if guid.get("isPermaLink", "true").lower() != "false" and is_web_url((guid.text or "").strip()):
            return _absolute_url(guid.text, base)
    about = next((value for key, value in entry.attrib.items() if str(key).endswith("}about")), None)
    return _absolute_url(str(about) if about else None, base)


def _absolute_url(text: str | None, base: str) -> str | None:
    """Return the address in a text, resolved against `base`; None if it is no web address."""
    try:
        address = urljoin(base, unescape(text or "").strip())
    except ValueError:
        return None
    return address if text and text.strip() and is_web_url(address) else None


def _first_text(entry: _Element, *names: str) -> str | None:
    """Return the text of the first non-empty of the named elements, without markup and entities of its own."""
    for name in names:
        for element in _children(entry, name):
            text = clean("".join(str(part) for part in element.itertext()))
            text = clean(unescape(_MARKUP.sub(" ", unescape(text)))) if name.endswith("title") else text
            if text:
                return text
    return None


def _children(entry: _Element, path: str) -> list[_Element]:
    """Return the descendants at a path of local names, such as news/title."""
    found = [entry]
    for name in path.split("/"):
        found = [child for element in found for child in element if _local_name(child) == name]
    return found


def _local_name(element: _Element) -> str:
    """Return an element's name without its namespace, which in news sitemaps is often wrong or missing."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


def _parse_xml(capture: Capture) -> _Element | None:
    """Return the root element of a feed or sitemap, repaired as far as possible; None if it is no XML."""
    text = CONTROL.sub(" ", decode(_decompressed_payload(capture), capture.charset).text).lstrip(
        "\ufeff \r\n\t"
    )
    text = _STRAY.sub("", _DOCTYPE.sub("", _PROLOG.sub("", text), count=1))
    text = SURROGATE.sub("\ufffd", _ENTITY.sub(_replace_entity, text))
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _replace_entity(entity: re.Match[str]) -> str:
    """Return the character of an HTML entity that XML does not define, or an escaped ampersand."""
    name = entity[1]
    return html5[name].replace("&", "&amp;").replace("<", "&lt;") if name in html5 else "&amp;" + name


def _decompressed_payload(capture: Capture) -> bytes:
    """Return the payload, decompressed if the file itself is gzip (sitemap.xml.gz)."""
    payload = capture.payload()
    return decode_content(payload, ["gzip"], MAX_PAYLOAD)[0] if payload.startswith(_GZIP) else payload
