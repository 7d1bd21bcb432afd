"""Weigh the evidence that a page lists other pages and is not an article. No single sign decides.

Cards alone do not make a listing: articles have cards of related articles, and digests link their headlines. A date,
an address and a text of its own are the evidence against.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

from archive import urls
from archive.extraction.fields.headline import Headline
from archive.extraction.metadata.collect import Metadata
from archive.extraction.metadata.jsonld import ARTICLE_TYPES
from archive.extraction.normalize import comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection import cards, page_text
from archive.extraction.rejection.cards import Card
from archive.extraction.rejection.page_text import PageContent
from archive.extraction.vocabulary import boilerplate

NEGLIGIBLE = 25  # characters; fewer tell as good as nothing
LONG_TITLE = 30  # characters; the names of sections are shorter
# characters of running text; with more, a page that is declared an article is one
MIN_ARTICLE_CHARACTERS = 600
MIN_LISTED_HEADLINES = 6  # headlines of other pages, on a page without a text of its own
MIN_CARDS = 4  # with fewer, nothing is weighed
ENOUGH_EVIDENCE = 3.5  # of real listings 4 to 9, of real articles below 1
CHARACTERS_A_POINT = 120  # of a text outside the cards, which count one point against a listing
OWN_AGREEMENT = 0.6  # of a headline with the stated titles
LISTING_TYPES = frozenset(
    ("collectionpage", "itemlist", "searchresultspage", "profilepage", "imagegallery", "videogallery", "blog")
)
PAGINATION_NAMES = re.compile(
    r"(?:^|[\s_-])(?:pagination|paginator|pager|pages|page-?nav\w*|paging)(?:$|[\s_-])", re.I
)
PAGE_PARAMETERS = frozenset(("page", "p", "paged", "pagen_1", "offset", "start"))
PAGE_SEGMENT = re.compile(r"page[-_]?\d{0,4}|\d{1,2}", re.I)
DATE_SEGMENT = re.compile(r"(?:19|20)\d\d(?:[-.]?\d\d(?:[-.]?\d\d)?)?|\d{1,2}|\d\d[-.]\d\d[-.](?:19|20)\d\d")
SEARCH_PARAMETERS = frozenset(("q", "query", "s", "search", "text", "tag", "date", "sort", *PAGE_PARAMETERS))
MIN_SLUG_WORDS = 4


def is_listing(
    page: Page,
    head: Headline | None,
    text: Sequence[Block],
    content: PageContent,
    metadata: Metadata,
) -> bool:
    """Return whether a page lists other pages: by its cards, or by headlines that interrupt its running text."""
    weight = weigh_cards(page, head, text, content, metadata)
    return weight >= ENOUGH_EVIDENCE or (weight >= 0 and _lists_headlines(head, text, content, metadata))


def weigh_cards(
    page: Page, head: Headline | None, text: Sequence[Block], content: PageContent, metadata: Metadata
) -> float:
    """Return the evidence that a page with cards is a listing, in points; evidence of an article is negative."""
    own = head.block.order if head is not None and head.block is not None else -1
    is_other = head is not None and _is_of_other_page(page, head)
    found = [
        card
        for card in content.cards
        if not card.first <= own < card.last or (is_other and own == card.headline.order)
    ]
    if len(found) < MIN_CARDS:
        return 0.0
    in_cards = {order for card in found for order in range(card.first, card.last)}
    return (
        _weigh_cards_themselves(found)
        + _weigh_text(text, in_cards)
        + _weigh_headline(page, head, found, in_cards, content)
        + weigh_address(page.url)
        + _weigh_metadata(page, metadata, content)
        + (1.0 if _has_pagination(page) else 0.0)
    )


def _weigh_cards_themselves(found: Sequence[Card]) -> float:
    share = 1 / len(found)
    stamped = share * sum(card.is_stamped for card in found)
    excerpts = share * sum(card.excerpt_length >= 60 for card in found)
    return 0.15 * min(len(found), 10) + 0.5 * (stamped >= 0.5) + 0.5 * (excerpts >= 0.5)


def _weigh_text(text: Sequence[Block], in_cards: set[int]) -> float:
    """Return up to two points if the text is what cards say, fewer the more of it is outside of them."""
    total = sum(len(block.text) for block in text)
    if not total:
        return 0.5
    own = _own_length(text, in_cards)
    return 2 * (total - own) / total - min(6.0, own / CHARACTERS_A_POINT)


def _own_length(text: Sequence[Block], in_cards: set[int]) -> int:
    """Return how many characters of a text are outside of cards, without links, headings, dates and boilerplate."""
    return sum(
        len(block.text)
        for block in text
        if block.order not in in_cards
        and block.link_share <= cards.MIN_LINK_SHARE
        and block.level is None
        and not cards.is_date_line(block.text)
        and not boilerplate.is_boilerplate(block.text)
    )


def _weigh_headline(
    page: Page, head: Headline | None, found: Sequence[Card], in_cards: set[int], content: PageContent
) -> float:
    if head is None or head.block is None:
        return 0.5
    block = head.block
    if _is_of_other_page(page, head):
        return 2.0
    points = 0.0
    if _is_name(page, head.text):
        points += 1.0
    elif len(head.text) >= LONG_TITLE and head.agreement >= 0.6:
        points -= 1.0
    below = next((card.first for card in found if card.first > block.order), None)
    if below is not None and not any(
        len(between.text) >= 60 and between.link_share <= cards.MIN_LINK_SHARE
        for between in page.blocks[block.order + 1 : below]
    ):
        points += 1.0  # the first thing below the headline is a card
    if page_text.is_dated(page, block, in_cards):
        points -= 1.5
    return points


def _is_of_other_page(page: Page, head: Headline) -> bool:
    """Return whether a headline is a link to another page, and not the title of this one.

    Many blogs link an article's headline to another address of the article itself.
    """
    if head.block is None or head.block.link_share <= cards.MIN_LINK_SHARE or head.agreement >= OWN_AGREEMENT:
        return False
    return cards.other_page(page, cards.link_at(page, head.block)) is not None


def _is_name(page: Page, text: str) -> bool:
    """Return whether a headline is the name of a section: short, or an entry of the menu or the breadcrumbs."""
    words = comparable(text)
    if len(words.split()) <= 3 and len(text) < LONG_TITLE:
        return True
    return any(
        block.link_share > cards.MIN_LINK_SHARE
        and block.box.role == "navigation"
        and comparable(block.text) == words
        for block in page.blocks
    )


def weigh_address(url: str) -> float:
    """Return the points of an address: a section, a day or a search is for a listing, a number or slug against it."""
    if urls.is_front_page(url):
        return 2.0
    parts = urlsplit(url)
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    while segments and len(segments) > 1 and PAGE_SEGMENT.fullmatch(segments[-1]):
        segments.pop()
    parameters = parse_qsl(parts.query)
    if any(value.isdigit() and name.lower() not in SEARCH_PARAMETERS for name, value in parameters):
        return -1.0
    if segments and all(DATE_SEGMENT.fullmatch(segment) or segment.isalpha() for segment in segments):
        return 1.0
    last = segments[-1] if segments else ""
    words = [
        word for word in re.split(r"[-_.]+", last) if word.isalpha() and word not in ("html", "htm", "php")
    ]
    if re.search(r"\d{4}", last) or len(words) >= MIN_SLUG_WORDS:
        return -1.5
    if any(map(str.isdigit, last)) or re.search(r"\d{4}", parts.path):
        return -0.5
    return 1.0 if parts.path.endswith("/") or not last.endswith((".html", ".htm", ".shtml")) else 0.0


def _weigh_metadata(page: Page, metadata: Metadata, content: PageContent) -> float:
    points = 0.0
    if metadata.types & LISTING_TYPES:
        points += 1.5
    if "website" in metadata.types:
        points += 0.5
    if metadata.published and len(page.root.xpath("//*[@itemprop='datePublished']")) < MIN_CARDS:
        points -= 2.0
    if metadata.types & ARTICLE_TYPES:
        points -= 1.0
    if "article" in metadata.types:
        points -= 0.5
    return points


def _has_pagination(page: Page) -> bool:
    """Return whether the page links to the next pages of a list."""
    for element in page.root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            return True
    pages = set()
    for mark in page.anchors:
        label = "".join(mark.element.itertext()).strip()
        if label.isdigit() and len(label) <= 4 and _leads_to_page(mark.element.get("href") or "", label):
            pages.add(label)
    return len(pages) >= 2


def _leads_to_page(href: str, label: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if any(value == label and name.lower() in PAGE_PARAMETERS for name, value in parse_qsl(parts.query)):
        return True
    last = parts.path.rstrip("/").rpartition("/")[2].lower()
    return last in (f"page{label}", f"page-{label}") or parts.path.rstrip("/").lower().endswith(
        f"/page/{label}"
    )


def _lists_headlines(
    head: Headline | None, text: Sequence[Block], content: PageContent, metadata: Metadata
) -> bool:
    """Return whether headlines of other pages interrupt the running text of a page, or are all it has."""
    running = sum(len(block.text) for block in text)
    if content.is_declared and (metadata.published or running > MIN_ARTICLE_CHARACTERS):
        return False
    headlines = [block for block in content.linked_headlines if len(block.text) >= 25]
    if not text:
        return len(headlines) >= MIN_LISTED_HEADLINES
    is_named = head is not None and head.agreement >= 0.6 and len(head.text) >= LONG_TITLE
    among = [block for block in headlines if text[0].order - 2 <= block.order <= text[-1].order]
    adjoining = sum(1 for one, other in pairwise(text) if other.order - one.order == 1)
    if len(among) >= (8 if is_named else 4) and len(among) >= 0.6 * len(text) and adjoining < len(text) * 0.4:
        return True
    if content.is_article:
        return False
    if (
        content.news_length <= NEGLIGIBLE
        and len(headlines) >= MIN_LISTED_HEADLINES
        and content.news_headline is None
    ):
        return True
    return not is_named and len(headlines) >= 8 and running < 250
