"""Weigh the evidence that a page lists other pages and is not an article. No single sign decides.

Cards alone do not make a listing: articles have cards of related articles, and digests link their headlines. A date,
an address and a text of its own are the evidence against.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from archive import urls
from archive.extraction.fields.headline import Headline
from archive.extraction.metadata.collect import Metadata
from archive.extraction.metadata.jsonld import ARTICLE_TYPES
from archive.extraction.normalize import clean, comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection import addresses, cards, page_text
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
MAX_INTRODUCTION = 1_500  # characters of a page's text about the articles it links to
MAX_BRIEF_INTRODUCTION = 400  # the same where it links to fewer than MIN_CARDS
MAX_ITEM_LINES = 4  # of a listed item, before or after its link
LISTING_TYPES = frozenset(
    ("collectionpage", "itemlist", "searchresultspage", "profilepage", "imagegallery", "videogallery", "blog")
)
PAGINATION_NAMES = re.compile(
    r"(?:^|[\s_-])(?:pagination|paginator|pager|pages|page-?nav\w*|paging)(?:$|[\s_-])", re.I
)


def is_listing(
    page: Page,
    head: Headline | None,
    text: Sequence[Block],
    content: PageContent,
    metadata: Metadata,
) -> bool:
    """Return whether a page lists other pages: by its cards, or by headlines that interrupt its running text."""
    weight = weigh_cards(page, head, text, content, metadata)
    return (
        weight >= ENOUGH_EVIDENCE
        or (weight >= 0 and _lists_headlines(head, text, content, metadata))
        or _introduces_articles(page, head, text, content, metadata)
    )


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
    in_cards = {order for card in found for order in range(card.first, card.last)}
    if len(found) < MIN_CARDS and not (found and text and _own_length(text, in_cards) == 0):
        return 0.0
    return (
        _weigh_cards_themselves(found)
        + _weigh_text(text, in_cards)
        + _weigh_headline(page, head, found, in_cards, content)
        + addresses.weigh_address(page.url)
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
    if any(
        value == label and name.lower() in addresses.PAGE_PARAMETERS for name, value in parse_qsl(parts.query)
    ):
        return True
    last = parts.path.rstrip("/").rpartition("/")[2].lower()
    return last in (f"page{label}", f"page-{label}") or parts.path.rstrip("/").lower().endswith(
        f"/page/{label}"
    )


def _introduces_articles(
    page: Page, head: Headline | None, text: Sequence[Block], content: PageContent, metadata: Metadata
) -> bool:
    """Return whether a page has only a short text about the articles it links to, as those of tags and authors do.

    Neither its length nor its place tells such a text from news. But news has a date, and an address like other news.
    """
    if metadata.published or (metadata.types & ARTICLE_TYPES) - {"article"}:
        return False
    if urls.is_front_page(page.url) and head is not None and head.agreement >= OWN_AGREEMENT:
        return False  # an article that was archived without its own address
    headline = head.block if head is not None else None
    own = headline.order if headline is not None else -1
    places = {target: order for target, order in _listed_pages(page) if order != own}
    if not addresses.is_above_articles(page.url, places):
        return False
    listed = {
        order
        for card in content.cards
        if not card.first <= own < card.last
        for order in range(card.first, card.last)
    } | set(places.values())
    for order in _permalinks(page).values():
        listed |= set(range(order - MAX_ITEM_LINES, order + MAX_ITEM_LINES + 1))
    length = _own_length(text, listed)
    first = min((order for order in places.values() if order > own), default=len(page.blocks))
    if (
        length > MAX_INTRODUCTION
        or page_text.is_dated(page, headline, listed)
        or any(
            cards.is_date_line(block.text)
            for block in page.blocks[own + 1 : first]
            if block.order not in listed and block.box.role not in page_text.SITE_ROLES
        )
    ):
        return False
    if len(places) >= MIN_CARDS:
        return True
    is_brief = length <= MAX_BRIEF_INTRODUCTION and head is not None and _is_name(page, head.text)
    return is_brief and addresses.weigh_address(page.url) >= 1.0


def _listed_pages(page: Page) -> Iterator[tuple[str, int]]:
    """Yield the pages that headlines or permalinks lead to, and their lines; also where many are in one line."""
    yield from _permalinks(page).items()
    for name, target, order in _links(page):
        if " " in name and len(name) >= page_text.MIN_LINKED_HEADLINE:
            yield target, order


def _permalinks(page: Page) -> dict[str, int]:
    """Return the articles linked to by a date or by the same words as others, such as "Read more", and the lines."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for name, target, order in _links(page):
        if name and not name.isdigit() and len(name) < page_text.MIN_LINKED_HEADLINE:
            found["" if cards.is_date_line(name) else name].setdefault(target, order)
    return {
        target: order
        for targets in found.values()
        if len(targets) >= MIN_CARDS
        for target, order in targets.items()
        if addresses.is_of_article(target)
    }


def _links(page: Page) -> Iterator[tuple[str, str, int]]:
    """Yield text, target and line of each link to another page that is outside of sentences and menus."""
    for mark in page.anchors:
        block = page.blocks[mark.order] if mark.order < len(page.blocks) else None
        if (
            block is None
            or block.box.role in cards.EXCLUDED_ROLES
            or block.link_share <= cards.MIN_LINK_SHARE
        ):
            continue
        target = cards.other_page(page, mark.element)
        if target is not None:
            yield clean("".join(mark.element.itertext())), target, mark.order


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
