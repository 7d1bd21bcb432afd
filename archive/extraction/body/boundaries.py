"""Find where a text starts and ends, including short sentences, lists and tables around its long paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from archive.extraction.body.exclusions import EXCLUDED
from archive.extraction.body.membership import STOP, belongs_to_text, is_body_line, is_date_line
from archive.extraction.fields import bylines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block, Box
from archive.extraction.vocabulary import boilerplate

MIN_ITEM_CHARACTERS = 25  # average characters of an item in a list that ends a text
MIN_NEWS_CHARACTERS = 16  # characters of a sentence that is the whole article
MAX_LINES_BELOW_HEADLINE = 8  # lines below the headline that are searched for it
MIN_UNLINKED_CHARACTERS = 20  # characters of a sentence outside its links
MAX_SKIPPED_LINES = 4  # labels and links between the text and its last short sentences


def extend_end(page: Page, scores: Sequence[float], box: Box, first: int, last: int) -> int:
    """Return the end of the text, including short sentences, data tables and lists after its last long paragraph."""
    while first < last < len(page.blocks):
        before = last
        last = _extend_by_table(page, box, _extend_by_sentences(page, scores, first, last))
        last = _extend_by_list(page, scores, box, first, last)
        if last == before:
            break
    return last


def _extend_by_sentences(page: Page, scores: Sequence[float], first: int, last: int) -> int:
    """Return the end of the text including short sentences («И сколько?») after it, even below a list."""
    if first == last:
        return last
    model = page.blocks[last - 1].box
    if model.tag == "li":
        above = (block.box for block in reversed(page.blocks[first:last]) if block.box.tag != "li")
        model = next(above, model)
    order, skipped = last, 0
    while order < len(page.blocks) and skipped <= MAX_SKIPPED_LINES:
        block = page.blocks[order]
        is_item = block.box.tag == "li" and block.box.parent is page.blocks[last - 1].box.parent
        if (
            (_is_alike_box(block.box, model) or is_item)
            and STOP.search(block.text)
            and scores[order] > EXCLUDED
            and (block.link_share < 0.3 or _is_sentence_with_links(block))
            and belongs_to_text(block, is_alike=True)
        ):
            last, skipped = order + 1, 0
        elif is_label_or_link(block):
            skipped += 1
        else:
            break
        order += 1
    return last


def _extend_by_table(page: Page, box: Box, last: int) -> int:
    """Return the end of the text including a data table that follows it, even under a heading."""
    while box.parent is not None and box.last - box.first == 1:
        box = box.parent
    row = page.rows.get(_below_heading(page, last))
    return max(last, min(row.table.last, box.last)) if row is not None else last


def _below_heading(page: Page, order: int) -> int:
    """Return the order of the line after a heading, or `order` itself if that line is no heading."""
    is_heading = any(block.level is not None for block in page.blocks[order : order + 1])
    return order + is_heading


def _extend_by_list(page: Page, scores: Sequence[float], box: Box, first: int, last: int) -> int:
    """Return the end of the text including a list after its last paragraph, unless the list is a menu."""
    opens = _below_heading(page, last)
    before, after = page.blocks[last - 1], page.blocks[opens : opens + 1]
    lists = [one for one in islice(after[0].box.ancestors(), 4) if one.tag in ("ul", "ol")] if after else []
    if not lists or lists[0].first != opens or lists[0].last > box.last or lists[0].role is not None:
        return last
    items = page.blocks[opens : lists[0].last]
    size, linked = sum(len(item.text) for item in items), sum(item.linked for item in items)
    is_introduced = opens == last and (size >= MIN_ITEM_CHARACTERS * len(items) or before.text.endswith(":"))
    is_text = (
        (is_introduced and lists[0].parent in (before.box, before.box.parent) and linked * 3 < size)
        or (linked == 0 and _is_among_paragraphs(page, lists[0], first, last))
    ) and all(scores[item.order] > EXCLUDED and belongs_to_text(item, is_alike=False) for item in items)
    return lists[0].last if is_text else last


def _is_among_paragraphs(page: Page, one: Box, first: int, last: int) -> bool:
    """Return whether a list without class names is among the text's paragraphs, in the same box."""
    paragraphs = [
        block for block in page.blocks[first:last] if block.box.tag == "p" and block.box.parent is one.parent
    ]
    return not one.names and len(paragraphs) > 1


def extend_start(
    page: Page, scores: Sequence[float], start: int, first: int, captions: frozenset[int]
) -> int:
    """Return the start of the text including short sentences before it that have the same markup."""
    model = page.blocks[first].box
    order, skipped = first - 1, 0
    while order >= start and skipped <= MAX_SKIPPED_LINES:
        block = page.blocks[order]
        if is_label_or_link(block):
            skipped += 1
        elif (
            not _is_alike_box(block.box, model)
            or not STOP.search(block.text)
            or (block.link_share > 0.3 and not _is_sentence_with_links(block))
            or len(block.text) < 25
            or scores[order] <= EXCLUDED
            or block.order in captions
            or not belongs_to_text(block, is_alike=True)
        ):
            break
        else:
            first, skipped = order, 0
        order -= 1
    return first


def is_label_or_link(block: Block) -> bool:
    """Return whether a line between paragraphs is a label or a link, after which the text may continue."""
    return (
        boilerplate.is_boilerplate(block.text)
        or boilerplate.starts_read_also(block.text)
        or block.link_share > 0.7
    )


def _is_alike_box(box: Box, model: Box) -> bool:
    return box is model or (
        box.parent is model.parent and box.tag == model.tag and (box.tag == "p" or box.names == model.names)
    )


def _is_sentence_with_links(block: Block) -> bool:
    """Return whether a line is a sentence with links inside it, not at its beginning or end."""
    runs = [piece for piece in block.runs if piece.text.strip()]
    return (
        block.link_share < 0.7
        and len(block.text) - block.linked >= MIN_UNLINKED_CHARACTERS
        and not (runs[0].linked or runs[-1].linked or runs[0].text.rstrip().endswith(":"))
    )


def single_sentence(
    page: Page, scores: Sequence[float], headline: Block, captions: frozenset[int]
) -> list[Block]:
    """Return the text of an article of one sentence, as a list of one line; empty if there is none.

    The sentence is alone in its box, and a date is beside the headline.
    """
    near = page.blocks[headline.order + 1 : headline.order + 1 + MAX_LINES_BELOW_HEADLINE]
    above = page.blocks[max(0, headline.order - 2) : headline.order]
    if not any(block.box.role is None and is_date_line(block.text) for block in (*above, *near)):
        return []
    found = [
        block
        for block in near
        if block.order not in captions
        and scores[block.order] > EXCLUDED
        and block.box.role in (None, "post")
        and block.box.last - block.box.first == 1
        and block.level is None
        and block.linked == 0
        and len(block.text) >= MIN_NEWS_CHARACTERS
        and block.text.count(" ") > 1
        and block.text[:1].isupper()
        and STOP.search(block.text) is not None
        and is_body_line(block)
        and not (boilerplate.is_legal_notice(block.text) or bylines.is_signed(block.text))
    ]
    return found[:1]
