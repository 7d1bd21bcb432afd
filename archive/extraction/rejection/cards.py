"""Find cards: repeated boxes that each present another page by a linked headline, often with a date and an excerpt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block, Box
from archive.extraction.vocabulary import date_patterns

MIN_CARDS = 3
MIN_LINK_SHARE = 0.7
MIN_LINKS_IN_ROW = 3
MIN_HEADLINE, MAX_HEADLINE = 12, 240  # characters of a linked headline
MAX_FLAT_LINES = 6  # lines after a headline that are its excerpt where no box surrounds a card
# a box is no card if its excerpt is longer than that many times the usual one, and some characters
MANY_TIMES, SOME_CHARACTERS = 4, 600
EXCLUDED_ROLES = frozenset(("navigation", "footer", "comments"))
WEB_SCHEMES = frozenset(("", "http", "https"))


@dataclass(frozen=True, slots=True)
class Card:
    """One box that presents another page: its lines are the blocks `first` up to `last`, without the latter."""

    headline: Block
    target: str  # the address it leads to
    first: int
    last: int
    is_stamped: bool  # it prints a date or a time of its own
    excerpt_length: int  # characters that are no link, beside the headline and the date


def find_cards(page: Page) -> tuple[Card, ...]:
    """Return the cards on a page in document order: at least `MIN_CARDS` boxes that are alike, and top stories."""
    targets = {mark.order: mark.element for mark in reversed(page.anchors)}
    groups: dict[tuple[object, ...], list[tuple[Block, str]]] = defaultdict(list)
    for block in page.blocks:
        if not _may_be_headline(block):
            continue
        target = other_page(page, _link_of(block, targets))
        if target is not None:
            groups[_signature(block)].append((block, target))
    found: dict[int, Card] = {}
    for members in groups.values():
        if len(members) < MIN_CARDS:
            found.update(
                (card.headline.order, card) for card in map(partial(_lone_card, page), members) if card
            )
        if len({target for _, target in members}) >= MIN_CARDS:
            for card in _cards_of(page, members):
                found.setdefault(card.headline.order, card)
    return tuple(found[order] for order in sorted(found))


def other_page(page: Page, link: Any) -> str | None:
    """Return the address of another page of the site a link leads to, without its scheme; None if there is none."""
    href = (link.get("href") or "").strip() if link is not None else ""
    if not href or href.startswith("#"):
        return None
    try:
        here, there = urlsplit(page.url), urlsplit(urljoin(page.url, href))
    except ValueError:
        return None
    if there.scheme not in WEB_SCHEMES or _site(there.netloc) != _site(here.netloc):
        return None
    if there.path.rstrip("/") == here.path.rstrip("/") and there.query in ("", here.query):
        return None
    return f"//{there.netloc}{there.path}?{there.query}"


def link_at(page: Page, block: Block) -> Any:
    """Return the first link element in a line or around it, or None."""
    return _link_of(block, {mark.order: mark.element for mark in reversed(page.anchors)})


def is_date_line(text: str) -> bool:
    """Return whether a line is little more than a date or time."""
    if len(text) > 80 or not any(map(str.isdigit, text)):
        return False
    return sum(end - start for start, end in date_patterns.find_date_spans(text)) * 2 > len(text)


def _lone_card(page: Page, member: tuple[Block, str]) -> Card | None:
    """Return the card of a linked heading that opens a box of its own, as a top story does; None if it does not."""
    block, target = member
    box = block.box.parent
    if block.level is None or box is None or box.tag in ("body", "html", "main"):
        return None
    if not box.first <= block.order <= box.first + 1:
        return None
    return _card(page, block, target, box.first, box.last)


def _may_be_headline(block: Block) -> bool:
    return (
        block.link_share > MIN_LINK_SHARE
        and MIN_HEADLINE <= len(block.text) <= MAX_HEADLINE
        and " " in block.text
        and block.box.role not in EXCLUDED_ROLES
        and not is_date_line(block.text)
        and not is_row_of_links(block)
    )


def is_row_of_links(block: Block) -> bool:
    """Return whether a line is several links in a row, such as tags or buttons: the headline of a page is one."""
    links = [run for run in block.runs if run.placed is not None and run.placed.element.tag == "a"]
    return len(links) >= MIN_LINKS_IN_ROW


def _link_of(block: Block, targets: dict[int, Any]) -> Any:
    if (link := targets.get(block.order)) is not None:
        return link
    for element in (block.box.element, *block.box.element.iterancestors()):
        if element.tag == "a":
            return element
    return None


def _site(netloc: str) -> str:
    return ".".join(netloc.rpartition("@")[2].partition(":")[0].lower().split(".")[-2:])


def _signature(block: Block) -> tuple[object, ...]:
    """Return what headlines of one list have in common: tag and first name of the box, heading level, outer tag."""
    parent = block.box.parent
    return block.box.tag, _first_name(block.box), block.level, parent.tag if parent is not None else None


def _first_name(box: Box) -> str:
    name = next(iter(box.names.split()), "")
    return "" if any(map(str.isdigit, name)) else name


def _cards_of(page: Page, members: Sequence[tuple[Block, str]]) -> list[Card]:
    headlines = [block for block, _ in members]
    orders = [-1, *(block.order for block in headlines), len(page.blocks)]
    chains = [_boxes_around(block, orders[place], orders[place + 2]) for place, block in enumerate(headlines)]
    # A lone headline of the same look inside a text would otherwise take the whole text for its card.
    usual = Counter(map(len, chains)).most_common(1)[0][0]
    boxes = [chain[min(len(chain), usual) - 1] if chain else None for chain in chains]
    spans = [
        (box.first, box.last) if box is not None else (block.order, block.order + 1)
        for box, block in zip(boxes, headlines, strict=True)
    ]
    spans = _with_flat_excerpts(spans, boxes, headlines)
    found = [
        _card(page, block, target, first, last)
        for (block, target), (first, last) in zip(members, spans, strict=True)
    ]
    most = MANY_TIMES * median(card.excerpt_length for card in found) + SOME_CHARACTERS
    return [card for card in found if card.excerpt_length <= most]


def _boxes_around(block: Block, before: int, after: int) -> list[Box]:
    """Return the boxes around a headline that contain neither the headline before nor the one after it in the list."""
    chain: list[Box] = []
    for box in block.box.ancestors():
        if box.tag in ("body", "html") or box.first <= before or box.last > after:
            break
        chain.append(box)
    return chain


def _with_flat_excerpts(
    spans: list[tuple[int, int]], boxes: Sequence[Box | None], headlines: Sequence[Block]
) -> list[tuple[int, int]]:
    """Return the lines of each card with what follows a heading directly, up to the next heading of the list."""
    ends = [last for _, last in spans]
    for place, (one, other) in enumerate(pairwise(boxes)):
        if one is None or other is None or one.parent is not other.parent:
            continue
        gap = other.first - one.last
        if 0 < gap <= MAX_FLAT_LINES and headlines[place].level is not None:
            ends[place] = other.first
    last = boxes[-1]
    if last is not None and last.parent is not None and len(ends) > 1 and ends[-2] > spans[-2][1]:
        ends[-1] = min(last.parent.last, ends[-1] + ends[-2] - spans[-2][1])
    return [(first, end) for (first, _), end in zip(spans, ends, strict=True)]


def _card(page: Page, headline: Block, target: str, first: int, last: int) -> Card:
    lines = [block for block in page.blocks[first:last] if block is not headline]
    stamped = any(is_date_line(block.text) for block in lines if len(block.text) <= 80)
    excerpt = sum(
        len(block.text)
        for block in lines
        if block.link_share <= MIN_LINK_SHARE and not is_date_line(block.text)
    )
    return Card(headline, target, first, last, stamped, excerpt)
