"""Detect paywalls: where a text was cut, and the offers to pay, which are not part of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from archive.extraction.metadata.collect import Metadata
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection import page_text
from archive.extraction.templates import rules
from archive.extraction.vocabulary import rejection_phrases
from archive.language.phrases import any_phrase, words

MAX_LINES_BELOW = 12  # lines below the text that can contain an offer
MAX_SAMPLE_CHARACTERS = 1500  # characters; a longer text is hardly a sample
# characters; below a longer text an offer is for something else: registration, other articles
LONG_TEXT_CHARACTERS = 4000
BOX_NAMES = re.compile(
    r"pay-?wall|piano-|tp-(?:modal|container)|subscri(?:be|ption|ber)[-_]?(?:wall|only|required|block|offer)"
    r"|(?:article|content|text|post|material)[-_]{1,2}(?:locked|closed|restricted|premium|cut)|locked|premium-?(?:wall"
    r"|block|offer)|reg-?wall|closed-?(?:text|content|article|material)|only-?(?:for-?)?subscribers",
    re.I,
)
# Offers that appear only where a text was cut; «Подпишитесь на наш канал» is below whole texts too.
CUT_OFFERS = any_phrase("cut_offer")


# The heading above such an offer, where the rest of the text would begin.
REST_HEADING = re.compile(
    rf"{words('rest_of_text')}\W{{1,4}}{words('open_to')}?{words('only_for')} .{{1,50}}(?<![.!?…:,;])"
)


def cut_at_paywall(page: Page, text: Sequence[Block], metadata: Metadata) -> tuple[tuple[Block, ...], bool]:
    """Return the text without offers to pay, and whether a paywall hides the rest of it."""
    if not text:
        return (), False
    kept = list(text)
    offers = [block for block in kept if is_offer(block)]
    cut = offers[0].order if offers and offers[0].order >= kept[len(kept) // 2].order else None
    if cut is not None:
        if any(block.order == cut - 1 and REST_HEADING.fullmatch(block.text.lower()) for block in kept):
            cut -= 1
        kept = [block for block in kept if block.order < cut]
    if not kept:
        return tuple(text), False
    last = kept[-1]
    below = page.blocks[last.order + 1 : last.order + 1 + MAX_LINES_BELOW]
    size = sum(len(block.text) for block in kept)
    is_short = size < LONG_TEXT_CHARACTERS or metadata.is_free is False or _is_cut_off(last)
    offered = any(is_offer(block) for block in below if block.box.role != "comments")
    if cut is not None or (offered and is_short):
        return tuple(kept), True
    boxed = size < MAX_SAMPLE_CHARACTERS and any(_is_in_paywall_box(block) for block in below)
    if metadata.is_free is False:
        return tuple(kept), boxed or _is_rest_missing(page, metadata, kept) or _is_cut_off(last)
    return tuple(kept), boxed and _is_cut_off(last)


def find_gate(page: Page, text: Sequence[Block], metadata: Metadata) -> Literal["stated", "shown"] | None:
    """Return the sign of a paywall: "stated" in the metadata or "shown" in a box below the text; None if there is none.

    Complete texts can have such boxes too.
    """
    if metadata.is_free is False:
        return "stated"
    below = page.blocks[text[-1].order + 1 : text[-1].order + 1 + MAX_LINES_BELOW] if text else ()
    candidates = (block for block in below if block.box.role != "comments")
    return (
        "shown"
        if any(
            _is_in_paywall_box(block) or is_offer(block) or _asks_to_subscribe(block) for block in candidates
        )
        else None
    )


def _asks_to_subscribe(block: Block) -> bool:
    """Return whether a line asks the reader to pay, subscribe or register in order to read on."""
    text = block.text
    return len(text) <= 300 and any(
        page_text.opens_with_phrase(text, words)
        for words in (rejection_phrases.PAYWALL_OFFER, rejection_phrases.PHRASES_BY_REASON["login"])
    )


def is_offer(block: Block) -> bool:
    """Return whether a line offers the rest of the text for payment."""
    text = block.text
    if len(text) > 300 or block.link_share > 0.9:
        return False
    folded = text.lower()
    if folded[:1] in rejection_phrases.QUOTED:
        return False
    if REST_HEADING.fullmatch(folded) and _has_button(block):
        return True
    is_cut_offer = CUT_OFFERS.match(folded) is not None
    return is_cut_offer and (
        page_text.opens_with_phrase(text, rejection_phrases.PAYWALL_OFFER)
        or rejection_phrases.ADDRESSES_READER.search(folded) is not None
        or _is_in_paywall_box(block)
    )


def _has_button(block: Block) -> bool:
    """Return whether a line is in a small box with a button."""
    for box in list(block.box.ancestors())[:2]:
        if box.tag == "body" or box.last - box.first > 4:
            return False
        if next(box.element.iter("button"), None) is not None:
            return True
    return False


def _is_in_paywall_box(block: Block) -> bool:
    return any(
        BOX_NAMES.search(box.names) for box in block.box.ancestors() if box.names and box.tag != "body"
    )


def _is_rest_missing(page: Page, metadata: Metadata, kept: Sequence[Block]) -> bool:
    """Return whether the elements that the metadata marks as closed contain nothing of the text."""
    if not metadata.closed_selectors or sum(len(block.text) for block in kept) >= MAX_SAMPLE_CHARACTERS:
        return False
    closed: set[Any] = set()
    for selector in metadata.closed_selectors:
        closed.update(rules.select(page.root, selector))
    return not any(box.element in closed for block in kept for box in block.box.ancestors())


def _is_cut_off(block: Block) -> bool:
    return block.text.rstrip(' »"”').endswith(("…", "..."))
