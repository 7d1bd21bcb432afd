"""The text of an article that other pages' headlines interrupt or outweigh: a digest, one sentence beside a feed."""

from __future__ import annotations

from archive.extraction.body.select import Text
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate

MIN_CHARACTERS = 60  # of a line that is a sentence
MAX_LINK_SHARE = 0.4
CONFIDENCE = 0.3
EXCLUDED_ROLES = frozenset(
    ("navigation", "footer", "comments", "aside", "boilerplate", "form", "dialog", "caption", "figure")
)
OUTER_TAGS = frozenset(("body", "html"))


def text_below(page: Page, headline: Block, captions: frozenset[int]) -> Text:
    """Return the sentences below a headline in the smallest box that holds it and any of them, or an empty text."""
    for box in list(headline.box.ancestors())[1:]:
        if box.tag in OUTER_TAGS:
            break
        lines = tuple(
            block
            for block in page.blocks[headline.order + 1 : box.last]
            if block.order not in captions and _is_sentence(block)
        )
        if lines:
            return Text(lines, box, CONFIDENCE)
    return Text((), None, 0.0)


def _is_sentence(block: Block) -> bool:
    return (
        len(block.text) >= MIN_CHARACTERS
        and block.link_share <= MAX_LINK_SHARE
        and block.level is None
        and block.box.role not in EXCLUDED_ROLES
        and not boilerplate.is_boilerplate(block.text)
        and not boilerplate.is_legal_notice(block.text)
    )
