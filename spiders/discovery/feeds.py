"""Read articles from feeds and sitemaps: RSS 2.0 and 1.0, Atom, JSON Feed, sitemaps with and without news.

XML is parsed leniently and safely: declared entities are never expanded, nothing external is loaded.
scrapy.utils.sitemap would lose the titles and dates of news sitemaps, and reads neither feeds nor lists of URLs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from html.entities import html5
from typing import cast
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element

from archive.extraction.normalize import CONTROL, SURROGATE, clean
from archive.extraction.page.encoding import decode
from archive.http.capture import MAX_PAYLOAD, Capture
from archive.http.content_coding import decode_content
from archive.urls import canonical, is_web_url
from spiders.discovery.listing import url_shapes
from spiders.discovery.listing.links import resolve
from spiders.discovery.section_page import ListedArticle

ENTRIES_AT_ONCE = 50_000  # the limit of the sitemap standard for one file; of longer files, read in one call
MAX_JUNK = 1000  # characters before the first tag
PIECE = 256 * 1024  # characters parsed at once
_GZIP = b"\x1f\x8b"
# With warnings of PHP before it.
_PROLOG = re.compile(
    r"^(?:(?!<(?:rss|feed|rdf|channel|urlset|sitemap)).){0,200}?<\?xml[^>]{0,300}\?>", re.DOTALL
)
_BEFORE_DOCTYPE = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>]*+\[.*?\]\s*>|[^>\[]*+>)", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{0,32};?)")
# Unescaped markup in the texts of careless feeds, where it closes elements that it never opened.
_STRAY = re.compile(
    r"</?(?:a|b|br|div|em|font|i|img|nobr|p|s|span|strong|sub|sup|u)(?:\s[^<>]{0,2000})?/?>", re.I
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]{0,2000}>")
_ESCAPED = re.compile(r"&#?\w{1,32};")
_ENTRY_TAGS = frozenset({"item", "entry", "url", "sitemap"})
_END_OF_ENTRY = re.compile(r"</(?:item|entry|url|sitemap)\s*>", re.IGNORECASE)
_ROOT = b"<urlset>"  # for the rest of a file, whose own root was read before
_SITEMAP_FILE = re.compile(r"\.xml(?:\.gz)?$", re.IGNORECASE)  # no article is one
_START_OF_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?.*?\?>)*<(?:!doctype\s+html|html|head|body|h1)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The contents of a sitemap, or of a part of it: pages, or further sitemaps."""

    articles: tuple[ListedArticle, ...] = ()
    sitemaps: tuple[str, ...] = ()
    next_start: int | None = None  # where the next part begins; None if this was the last one
    modified: Mapping[str, str] = field(
        default_factory=dict, compare=False
    )  # address → its lastmod, as stated


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a feed or sitemap: an article, or another sitemap."""

    url: str | None
    title: str | None = None
    stamp: str | None = None
    is_sitemap: bool = False
    modified: str | None = None  # of a sitemap: the page or the file


def read_feed(
    capture: Capture, *, article: Sequence[str] = (), ignore: Sequence[str] = (), own_urls: Sequence[str] = ()
) -> tuple[ListedArticle, ...]:
    """Return the articles of a feed in order, dates as printed; empty if it is no feed.

    `article` and `ignore` are those of `read_listing`. `own_urls` are addresses of the outlet: if the feed shows
    articles on their sites, its entries of other sites are left out.
    """
    return read_sitemap(capture, article=article, ignore=ignore, own_urls=own_urls).articles


def read_sitemap(
    capture: Capture,
    *,
    article: Sequence[str] = (),
    ignore: Sequence[str] = (),
    own_urls: Sequence[str] = (),
    start: int = 0,
    before: int = 0,
) -> Sitemap:
    """Return the pages and further sitemaps of a sitemap; only news items have a date. Parameters as in `read_feed`.

    The sitemap protocol also allows feeds and plain lists of addresses. Of a longer file, return about ENTRIES_AT_ONCE
    entries: `next_start` is the `start` of the call that returns the next ones, whose numbers follow `before`.
    """
    articles: dict[str, ListedArticle] = {}
    sitemaps: dict[str, None] = {}
    modified: dict[str, str] = {}
    next_start = None
    count = 0
    for entries, end in _entries(capture, start):
        for entry in entries:
            count += 1
            if entry.url is None:
                continue
            if entry.modified:
                modified[entry.url] = entry.modified
            if entry.is_sitemap or _SITEMAP_FILE.search(urlsplit(entry.url).path):
                sitemaps[entry.url] = None
            elif url_shapes.is_selected(entry.url, article, ignore):
                place = before + len(articles) + 1
                articles.setdefault(
                    canonical(entry.url), ListedArticle(entry.url, place, entry.title, entry.stamp)
                )
        if count >= ENTRIES_AT_ONCE and end is not None:
            next_start = end
            break
    return Sitemap(
        _without_other_sites(tuple(articles.values()), own_urls, before),
        tuple(sitemaps),
        next_start,
        modified,
    )


def is_cut(capture: Capture) -> bool:
    """Return whether a compressed feed or sitemap is longer than what is decompressed of it."""
    return len(_decompressed_payload(capture)) >= MAX_PAYLOAD


def is_web_page(capture: Capture) -> bool:
    """Return whether a response that should be a feed or sitemap is a page for readers."""
    beginning = _START_OF_PAGE.match(_decompressed_payload(capture)[:1000])
    return beginning is not None


def _without_other_sites(
    articles: tuple[ListedArticle, ...], own_urls: Sequence[str], before: int
) -> tuple[ListedArticle, ...]:
    """Return the articles on the outlet's own sites, numbered again after `before`; all of them if none is.

    A feed whose entries are all elsewhere counts readers with a redirect service; one with some entries elsewhere
    shows advertisements and partners.
    """
    own_hosts = {
        host: any(url_shapes.is_same_site(url, own) for own in own_urls)
        for host, url in {urlsplit(one.url).netloc: one.url for one in articles}.items()
    }
    if all(own_hosts.values()) or not any(own_hosts.values()):
        return articles
    kept = (one for one in articles if own_hosts[urlsplit(one.url).netloc])
    return tuple(replace(one, place=place) for place, one in enumerate(kept, before + 1))


def _entries(capture: Capture, start: int) -> Iterator[tuple[Iterable[_Entry], int | None]]:
    """Yield the entries of a feed or sitemap in any format, in parts: each with the place where the next one starts.

    None instead of a place if the file cannot be read on from there.
    """
    text = CONTROL.sub(" ", decode(_decompressed_payload(capture), capture.charset).text)
    text = text.lstrip("\ufeff \r\n\t")
    if text.startswith("{"):
        yield _json_entries(text, capture.url), None
    elif "<" not in text[:MAX_JUNK]:
        while start < len(text):
            end = text.find("\n", start + PIECE) + 1 or len(text)
            lines = map(str.strip, text[start:end].splitlines())
            yield (_Entry(line) for line in lines if is_web_url(line)), end if end < len(text) else None
            start = end
    else:
        yield from _xml_entries(text, capture.url, start)


def _json_entries(text: str, base: str) -> Iterator[_Entry]:
    """Yield the entries of a JSON Feed (jsonfeed.org, version 1.1); none if it is another JSON file."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return
    items = feed.get("items")
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        texts = {key: SURROGATE.sub("\ufffd", value) for key, value in item.items() if isinstance(value, str)}
        about = texts.get("id", "")
        yield _Entry(
            _absolute_url(texts.get("url"), base)
            or (about if is_web_url(about) else _absolute_url(texts.get("external_url"), base)),
            clean(texts.get("title", "")) or None,
            clean(texts.get("date_published") or texts.get("date_modified") or "") or None,
        )


def _entry_of(element: _Element, base: str) -> _Entry:
    """Return the entry in an element of a feed or sitemap."""
    name = _local_name(element)
    if name == "sitemap":
        return _Entry(_location(element, base), is_sitemap=True, modified=_first_text(element, "lastmod"))
    if name == "url":
        return _Entry(
            _location(element, base),
            _first_text(element, "news/title"),
            _first_text(element, "news/publication_date"),
            modified=_first_text(element, "lastmod"),
        )
    return _Entry(
        _entry_url(element, base),
        _first_text(element, "title"),
        _first_text(element, "pubdate", "published", "date", "issued", "created", "updated", "modified"),
    )


def _location(element: _Element, base: str) -> str | None:
    """Return the address in an entry of a sitemap."""
    return _absolute_url(_first_text(element, "loc"), base)


def _entry_url(entry: _Element, base: str) -> str | None:
    """Return the address of an entry: behind a redirect service, of its page, or its guid if that is an address."""
    for original in _children(entry, "origlink"):
        if address := _absolute_url(original.text, _base_of(original, base)):
            return address
    links = _children(entry, "link")
    links.sort(key=lambda link: link.get("rel", "alternate") != "alternate")
    for link in links:
        address = _absolute_url(link.get("href") or link.text or link.tail, _base_of(link, base))
        if address and link.get("rel", "alternate") in ("alternate", "self", "related"):
            return address
    for guid in _children(entry, "guid"):
        if guid.get("isPermaLink", "true").lower() != "false" and is_web_url((guid.text or "").strip()):
            return _absolute_url(guid.text, base)
    about = next((value for key, value in entry.attrib.items() if str(key).endswith("}about")), None)
    if about:
        return _absolute_url(str(about), _base_of(entry, base))
    return next(
        (text for one in _children(entry, "id") if is_web_url(text := (one.text or "").strip())), None
    )


def _base_of(element: _Element, base: str) -> str:
    """Return the address that relative addresses in an element refer to: its xml:base, or the file's own."""
    stated = element.base
    return stated if stated and is_web_url(stated) else base


def _absolute_url(text: str | None, base: str) -> str | None:
    """Return the address in a text, resolved against `base`; None if it is no web address."""
    if not text or not text.strip():
        return None
    return resolve(base, _ESCAPED.sub(lambda entity: unescape(entity[0]), text))


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
    """Return the descendants at a path of local names, such as news/title; first those in the entry's namespace.

    So the title of an entry comes before the title of its picture, media:title.
    """
    found = [entry]
    for name in path.split("/"):
        found = [child for element in found for child in element if _local_name(child) == name]
    return sorted(found, key=lambda element: _namespace(element) != _namespace(entry))


def _namespace(element: _Element) -> str:
    """Return the namespace of an element, or its prefix if that is not declared; empty if it has neither."""
    tag = str(element.tag)
    return tag.rpartition("}")[0] or tag.rpartition(":")[0]


def _local_name(element: _Element) -> str:
    """Return an element's name without its namespace, which in news sitemaps is often wrong or missing."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


def _xml_entries(text: str, url: str, start: int) -> Iterator[tuple[list[_Entry], int | None]]:
    """Yield the entries of an XML file, repaired as far as possible, in parts as `_entries` does.

    Each element is dropped afterwards, to save memory.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        base_url=url,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        if start:
            parser.feed(_ROOT)
        for piece, end in _pieces(_without_prolog(text), start):
            parser.feed(piece.encode())
            yield [_entry_of(element, url) for element in _complete_entries(parser)], end
        root = parser.close()
        yield [_entry_of(element, url) for element in _complete_entries(parser)], None
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is not None:  # entries that were never closed
        left = (element for element in root.iter() if _local_name(element) in _ENTRY_TAGS and len(element))
        yield [_entry_of(element, url) for element in left], None


def _complete_entries(parser: etree.XMLPullParser) -> Iterator[_Element]:
    """Yield the entries that the parser has completed, and drop each with what precedes it."""
    for _, completed in parser.read_events():
        element = cast("_Element", completed)
        if _local_name(element) in _ENTRY_TAGS:
            yield element
            element.clear()
            parent = element.getparent()
            if parent is None or _local_name(parent) in _ENTRY_TAGS:
                continue  # that one is not closed yet
            while element.getprevious() is not None:
                del parent[0]


def _without_prolog(text: str) -> str:
    """Return the text without XML declaration and document type, whose entities are never used."""
    text = _PROLOG.sub("", text)
    begin = _BEFORE_DOCTYPE.match(text)
    doctype = _DOCTYPE.match(text, begin.end()) if begin else None
    return text[doctype.end() :] if doctype else text


def _pieces(text: str, begin: int) -> Iterator[tuple[str, int | None]]:
    """Yield the text in pieces that end with a tag, with markup and entities that XML does not know repaired.

    Each comes with the place where it ends if that is the end of an entry before others.
    """
    while begin < len(text):
        entry = _END_OF_ENTRY.search(text, begin + PIECE, begin + 2 * PIECE)
        end = entry.end() if entry else text.find(">", begin + PIECE) + 1 or len(text)
        piece = _ENTITY.sub(_replace_entity, _STRAY.sub("", text[begin:end]))
        is_last = entry is None or _END_OF_ENTRY.search(text, end) is None
        yield SURROGATE.sub("\ufffd", piece), None if is_last else end
        begin = end


def _replace_entity(entity: re.Match[str]) -> str:
    """Return the character of an HTML entity that XML does not define, or an escaped ampersand."""
    name = entity[1]
    if name.endswith(";") and name in html5:  # «&copy=1» in an address is no entity
        return html5[name].replace("&", "&amp;").replace("<", "&lt;")
    return "&amp;" + name


def _decompressed_payload(capture: Capture) -> bytes:
    """Return the payload, decompressed if the file itself is gzip (sitemap.xml.gz)."""
    payload = capture.payload()
    return decode_content(payload, ["gzip"], MAX_PAYLOAD)[0] if payload.startswith(_GZIP) else payload
