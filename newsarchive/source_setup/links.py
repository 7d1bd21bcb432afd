"""Addresses of feeds and sitemaps of a site: declared by it, linked from it, or where such files usually are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from archive.extraction.normalize import clean
from archive.http.capture import Capture
from archive.urls import canonical
from newsarchive.source_setup.article_urls import matches
from newsarchive.source_setup.model import ArticleShape
from newsarchive.source_setup.site_page import SitePage
from spiders.discovery.feeds import read_feed
from spiders.discovery.listing.links import resolve
from spiders.discovery.listing.tree import text_content
from spiders.discovery.listing.url_shapes import is_same_site
from spiders.discovery.section_page import ListedArticle
from spiders.fetch.robots import sitemap_lines

USUAL_FEEDS = ("/rss.xml", "/feed/", "/rss", "/rss/", "/export/rss2.xml", "/atom.xml", "/feed.json")
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap.txt")
USUAL_NEWS_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml")
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
_FEED_LABEL = re.compile(
    r"(?:^|\W)(?:rss|rss-?лент\w*|rss-?стр[іи]ч\w*|atom|web-?feeds?)(?:\W|$)", re.IGNORECASE
)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss\d?|feeds?|atom)(?:[/._-]|$)", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|комментар|коментар|камент|пікір", re.IGNORECASE)
_CHANNEL_TITLE = re.compile(r"<title[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]{0,200})", re.IGNORECASE)
_ADDRESS_DATA = re.compile(r"^data-[\w-]*(?:url|href|src|api|endpoint|load|next|more)[\w-]*$")
_QUOTED_ADDRESS = re.compile(r"[\"']((?:https?:/)?/[^\s\"'<>]{3,500})[\"']")
_PAGE_IN_URL = re.compile(r"(?<=[?&/])((?:page|p|pg|paged?|PAGEN_1)[=/])(\d{1,3})(?=$|[&/])", re.IGNORECASE)


def declared_feeds(page: SitePage) -> Iterator[tuple[str, str]]:
    """Yield the feeds that a page's head declares, and how; feeds of comments are left out."""
    for link in page.head_links:
        is_feed = link.type in _FEED_TYPES or (
            link.type == "application/json" and not re.search(r"/wp-json/|oembed", link.url)
        )
        if "alternate" in link.rel and is_feed and not is_comments_feed(link.url, link.title):
            yield link.url, f"declared by {page.url}"


def feed_links(page: SitePage) -> Iterator[tuple[str, str]]:
    """Yield the links of a page whose label or address says RSS, to feeds or to a page that lists them."""
    seen: set[str] = set()
    for link in page.tree.links:
        label = text_content(link.element) or clean(link.element.get("title") or "")
        if link.key in seen or not is_same_site(link.url, page.url) or is_comments_feed(link.url, label):
            continue
        if _FEED_LABEL.search(label) or _FEED_PATH.search(urlsplit(link.url).path):
            seen.add(link.key)
            yield link.url, f"linked from {page.url}" + (f" as «{label}»" if label else "")


def is_comments_feed(url: str, title: str = "") -> bool:
    """Return whether the address or the title of a feed says that it shows readers' comments."""
    return bool(_COMMENTS.search(urlsplit(url).path) or _COMMENTS.search(title))


def feed_articles(capture: Capture, own_url: str) -> tuple[ListedArticle, ...]:
    """Return the articles of a feed; empty if it is none, shows comments, or nothing of the site."""
    articles = read_feed(capture, own_urls=(own_url,))
    title = _CHANNEL_TITLE.search(capture.payload()[:5000].decode(capture.charset or "utf-8", "replace"))
    if is_comments_feed("", title[1] if title else ""):
        return ()
    if sum("#comment" in one.url for one in articles) * 2 > len(articles):
        return ()
    return articles


def announced_sitemaps(robots: Capture | None, site: str) -> list[tuple[str, str]]:
    """Return the sitemaps that robots.txt announces, in order."""
    if robots is None or robots.status != 200:
        return []
    urls = (resolve(site, line) for line in sitemap_lines(robots.payload()))
    return [(url, "announced by robots.txt") for url in dict.fromkeys(urls) if url]


def usual_places(site: str, paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return the addresses of usual places on a site."""
    return [(urljoin(site, path), "at a usual place, not announced") for path in paths]


def language_versions(page: SitePage) -> dict[str, str]:
    """Return the address of each other language version of a page, by its language."""
    return {
        link.language: link.url
        for link in page.head_links
        if "alternate" in link.rel
        and re.match(r"[a-z]{2}(?![a-z])", link.language)
        and not link.type
        and is_same_site(link.url, page.url)
        and canonical(link.url) != canonical(page.url)
    }


def load_more_addresses(page: SitePage) -> list[str]:
    """Return the addresses of "load more" buttons in data attributes, with {page} for the number of the page."""
    found: dict[str, None] = {}
    for element in page.root.iter() if page.root is not None else ():
        for name, value in element.attrib.items():
            if isinstance(name, str) and _ADDRESS_DATA.match(name) and isinstance(value, str):
                url = resolve(page.tree.base, value, page.encoding) if _PAGE_IN_URL.search(value) else None
                if url and is_same_site(url, page.url):
                    found[_PAGE_IN_URL.sub(r"\1{page}", url)] = None
    return list(found)


def article_addresses(capture: Capture, shapes: Sequence[ArticleShape]) -> list[str]:
    """Return the addresses of articles in an answer in JSON or HTML, by the shape of the site's articles."""
    text = capture.payload()[:1_000_000].decode(capture.charset or "utf-8", "replace").replace("\\/", "/")
    found = (resolve(capture.url, one) for one in _QUOTED_ADDRESS.findall(text))
    return [url for url in found if url and is_same_site(url, capture.url) and matches(url, shapes)]
