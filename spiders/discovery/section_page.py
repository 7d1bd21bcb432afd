"""Find the articles on a section's page, without knowledge of the site other than the section's address.

    capture → tree → links that may be articles → groups with the same position → the list → ListedArticle
                                                └ paging → the next page

Pure: the same capture always gives the same listing. Feeds and sitemaps are read in feeds.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml.etree import _Element

from archive.extraction.page.encoding import decode
from archive.http.capture import Capture
from archive.urls import canonical, is_web_url
from spiders.discovery.listing import headlines, url_shapes
from spiders.discovery.listing.dates import find_date, is_unknown_day
from spiders.discovery.listing.items import Item, assign_dates, item_headline, split_items
from spiders.discovery.listing.links import resolve
from spiders.discovery.listing.selection import SelectedList, select_list
from spiders.discovery.listing.tree import DateElement, Link, Tree, text_content
from spiders.discovery.paging.date_archives import find_date_archive
from spiders.discovery.paging.json_answer import JsonAnswer, looks_like_json, read_json
from spiders.discovery.paging.load_more import load_more_request
from spiders.discovery.paging.page_requests import PageRequest, following
from spiders.discovery.paging.pagination import current_section_url, next_page, pager_links

MAX_BEFORE_PAGE = 5000  # characters before the first tag of a page: comments, warnings
_PAGE_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
UNKNOWN_DAY = ""  # the text of a day heading in a language that is not known


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article as shown by a listing, feed or sitemap."""

    url: str  # absolute, as printed
    place: int  # in the list, from 1
    title: str | None = None
    stamp: str | None = None  # date as printed; a bare time has the day heading above it put before it


@dataclass(frozen=True, slots=True)
class Listing:
    """The articles and the next page of one page of a section."""

    articles: tuple[ListedArticle, ...] = ()
    next_pages: tuple[str, ...] = ()  # at most one
    next_body: str | None = None  # what to send to it by POST; None: a GET
    date_archive: str | None = (
        None  # an address of the section's archive by day or month, if the page links to it
    )


def read_listing(
    capture: Capture,
    *,
    section_url: str,
    article: Sequence[str] = (),
    ignore: Sequence[str] = (),
    body: str | None = None,
) -> Listing:
    """Return the articles of a section's page in the order printed, and its next page; empty if it has none.

    `article` and `ignore` are regular expressions, searched in path and query. With `article`, every matching
    link to the site is an article, wherever it is on the page; without, the main list of the page is detected.
    The capture may also be what a page loads for more: a piece of HTML, or JSON. `body` is what was sent for it by
    POST.
    """
    if not is_web_url(capture.url) or not is_web_url(section_url):
        return Listing()
    page = decode(capture.payload(), capture.charset)
    reading = _Reading(PageRequest(capture.url, body), section_url, tuple(article), tuple(ignore))
    if looks_like_json(page.text):
        answer = read_json(page.text, reading.may_be_record)
        return Listing() if answer is None else _json_listing(reading, answer)
    return _html_listing(reading, page.text, page.encoding)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a response is read as a listing: the request that gave it, and what the source file says."""

    request: PageRequest
    section_url: str
    article: tuple[str, ...]
    ignore: tuple[str, ...]

    def may_be_record(self, address: str) -> bool:
        """Return whether an address in JSON may be an article's."""
        url = resolve(self.section_url, address)
        return (
            url is not None
            and url_shapes.is_same_site(url, self.section_url)
            and not url_shapes.is_file(url)
            and url_shapes.is_selected(url, self.article, self.ignore)
            and url_shapes.score(canonical(url)) > 0.05
        )


def _json_listing(reading: _Reading, answer: JsonAnswer) -> Listing:
    """Return the listing in a JSON document: its records, or else its pieces of HTML."""
    if answer.records:
        by_key: dict[str, ListedArticle] = {}
        for record in answer.records:
            url = resolve(reading.section_url, record.address) or record.address
            by_key.setdefault(canonical(url), ListedArticle(url, len(by_key) + 1, record.title, record.stamp))
        listing = Listing(tuple(by_key.values()))
    elif answer.html is not None:
        listing = _html_listing(reading, answer.html, "utf-8")
    else:
        return Listing()
    if answer.is_last:
        return Listing(listing.articles)
    if answer.next_address is not None:
        stated = resolve(reading.request.url, answer.next_address)
        if stated is not None and url_shapes.is_same_site(stated, reading.section_url):
            return Listing(listing.articles, (stated,))
    if answer.cursor is None and listing.next_pages:
        return listing
    return _with_next(listing.articles, following(reading.request, len(listing.articles), answer.cursor))


def _html_listing(reading: _Reading, text: str, encoding: str) -> Listing:
    """Return the listing in a page or a piece of one."""
    request, section_url, article, ignore = (
        reading.request,
        reading.section_url,
        reading.article,
        reading.ignore,
    )
    own_url = current_section_url(request.url, section_url)
    tree = Tree(text, request.url, encoding)
    is_page = _PAGE_TAG.search(text[:MAX_BEFORE_PAGE]) is not None or bool(pager_links(tree, own_url))
    if is_page:
        section_url = own_url
    else:  # the links of a piece are relative to the page that shows it
        tree = Tree(text, section_url, encoding)
    if tree.root is None:
        return Listing()
    links = [
        link
        for link in tree.links
        if url_shapes.is_same_site(link.url, section_url)
        and link.key not in (canonical(request.url), canonical(section_url))
        and url_shapes.is_selected(link.url, article, ignore)
    ]
    paging = pager_links(tree, section_url)
    # /?p=123 is a page on one site and an article on another: an article if any link to it has a headline.
    with_headline = {link.key for link in links if headlines.score(text_content(link.element)) >= 0.5}
    pages = {link.key for link in paging} - with_headline
    if article:
        listed = SelectedList(tuple(links))
    else:
        candidates = [link for link in links if link.key not in pages and _may_be_article(link)]
        landmarks = [link.element for link in paging[:1]] + list(tree.root.iter("h1"))[:1]
        listed = select_list(tree, candidates, section_url, landmarks)
    found = _listed_articles(tree, listed)
    keys = [canonical(one.url) for one in found]
    days = find_date_archive((link.url for link in tree.links if link.key not in keys), section_url)
    next_url = next_page(tree, request.url, section_url, keys)
    if next_url:
        return Listing(found, (next_url,), date_archive=days)
    more = load_more_request(tree, request, section_url, keys, len(found))
    if more is None and not is_page and found:
        more = following(request, len(found))
    return replace(_with_next(found, more), date_archive=days)


def _with_next(articles: tuple[ListedArticle, ...], request: PageRequest | None) -> Listing:
    """Return a listing that goes on with a request, or ends if there is none."""
    return Listing(articles) if request is None else Listing(articles, (request.url,), request.body)


def _may_be_article(link: Link) -> bool:
    """Return whether a link may lead to an article, by its address, rel and place."""
    return (
        not url_shapes.is_file(link.url)
        and url_shapes.score(link.key) > 0
        and not _is_in_sentence(link)
        and not {"tag", "category", "author", "next", "prev"}
        & set((link.element.get("rel") or "").lower().split())
    )


def _is_in_sentence(link: Link) -> bool:
    """Return whether the link continues a sentence, as links in a summary do and headlines never do."""
    before = link.element.getprevious()
    parent = link.element.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    text = text.rstrip()
    date = find_date(text)
    letters = sum(map(str.isalpha, text)) - (len(date.text) if date else 0)
    return letters >= 5 and (text[-1].isalpha() or text[-1] in ",(«")


def _listed_articles(tree: Tree, listed: SelectedList) -> tuple[ListedArticle, ...]:
    """Return the articles of the selected links, with headline and date."""
    links = listed.links
    items = split_items(tree, links)
    by_key: dict[str, list[Item]] = {}
    for item in items:
        by_key.setdefault(item.key, []).append(item)
    dates = assign_dates(tree, items, listed.containers)
    days = _day_headings(tree, links) if any(not date.date.has_day for date in dates.values()) else []
    return tuple(
        ListedArticle(
            url=same_items[0].links[0].url,
            place=place,
            title=item_headline([link for item in same_items for link in item.links], same_items[0].element),
            stamp=_date_text(dates[key], days) if key in dates else None,
        )
        for place, (key, same_items) in enumerate(by_key.items(), 1)
    )


def _date_text(date: DateElement, days: Sequence[tuple[int, str | None]]) -> str | None:
    """Return the date as printed, with the day heading above it put before a bare time; None if that is unknown."""
    place = bisect_left(days, date.position, key=lambda day: day[0])
    day = days[place - 1][1] if place and not date.date.has_day else None
    if day == UNKNOWN_DAY:
        return None
    return f"{day}, {date.date.text}" if day else date.date.text


def _day_headings(tree: Tree, links: Sequence[Link]) -> list[tuple[int, str | None]]:
    """Return the positions of days printed alone, each with its text if it is a heading in the list, else None."""
    places = [link.position for link in links]

    def precedes_articles(heading: _Element) -> bool:
        """Return whether a link of the list follows a heading in its block."""
        element = heading
        for _ in range(3):
            following = element.getnext()
            if following is not None:
                first, last = tree.span(following)
                if bisect_left(places, last) > bisect_left(places, first):
                    return True
            parent = element.getparent()
            if parent is None or text_content(parent) != text_content(element):
                return False
            element = parent
        return False

    known = [
        (date.position, date.date.text if precedes_articles(date.element) else None)
        for date in tree.dates
        if date.date.has_day and not date.date.has_time and date.date.is_alone
    ]
    unknown = [
        (position, UNKNOWN_DAY)
        for position, element in enumerate(tree.order)
        if element.tag in headlines.HEADINGS
        and is_unknown_day(text_content(element))
        and precedes_articles(element)
    ]
    return sorted([*known, *unknown], key=lambda day: day[0])
