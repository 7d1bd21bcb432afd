"""Decide whether a line belongs to the text around it, by its words, its markup and its part of the page."""

from __future__ import annotations

import re
from itertools import islice

from archive.extraction.page import embeds, info_lines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block, Box
from archive.extraction.vocabulary import boilerplate, class_names

PARAGRAPHS = frozenset(("p", "li", "blockquote"))
STOP = re.compile(r"[.!?…»”\"]$")
DIGIT = re.compile(r"\d")


def belongs_to_text(block: Block, *, is_alike: bool) -> bool:
    """Return whether a line that is no clear paragraph belongs to the text around it.

    `is_alike`: it has the same markup as the text.
    """
    text = block.text
    if block.box.role in (
        "navigation",
        "footer",
        "comments",
        "form",
        "caption",
        "figure",
        "boilerplate",
        "aside",
    ):
        return False
    if (
        boilerplate.is_boilerplate(text)
        or boilerplate.starts_read_also(text)
        or boilerplate.is_credit(text)
        or is_date_line(text)
    ):
        return False
    if block.link_share > 0.7:
        return False
    return (
        block.level is not None
        or is_paragraph(block.box)
        or len(text) > 20
        or class_names.SUBHEADING_NAMES.search(block.box.names) is not None
        or block.br_parted
        or (is_alike and (STOP.search(text) is not None or text.endswith(":")))
    )


def introduces_list(page: Page, block: Block) -> bool:
    """Return whether a line, even of a word or two, introduces the list directly below it: «Что изменится:»."""
    below = page.blocks[block.order + 1 : block.order + 2]
    return (
        block.text.endswith(":")
        and block.box.role in (None, "post")
        and not any(
            test(block.text)
            for test in (boilerplate.is_boilerplate, boilerplate.starts_read_also, is_date_line)
        )
        and block.link_share < 0.3
        and any(
            box.tag in ("ul", "ol") and box.first == block.order + 1 and box.role is None
            for one in below
            for box in islice(one.box.ancestors(), 4)
        )
    )


def is_paragraph(box: Box) -> bool:
    """Return whether a box is a paragraph, or is directly inside a quotation."""
    return box.tag in PARAGRAPHS or (box.parent is not None and box.parent.tag == "blockquote")


def is_date_line(text: str) -> bool:
    """Return whether a line is short and little more than a date, perhaps with a section and counters."""
    return (
        len(text) <= info_lines.MAX_LINE_CHARS
        and DIGIT.search(text) is not None
        and info_lines.is_date_line(text)
    )


def is_body_line(block: Block) -> bool:
    """Return whether a line, in the place of the body, is not boilerplate by its own words."""
    text = block.text
    return not (
        boilerplate.is_boilerplate(text)
        or boilerplate.starts_read_also(text)
        or boilerplate.is_credit(text)
        or is_date_line(text)
        or block.box.role in ("caption", "figure", "comments")
        or (block.link_share > 0.9 and block.box.tag in ("li", "div"))
        or (block.box.role == "post" and not embeds.post_text(text))
    )
