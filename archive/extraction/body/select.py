"""Select the lines of a page that are the article's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from archive.extraction.body import boundaries, exclusions, live_entries
from archive.extraction.body.exclusions import EXCLUDED, MIN_SENTENCE_CHARACTERS
from archive.extraction.body.membership import belongs_to_text, introduces_list, is_date_line, is_paragraph
from archive.extraction.body.membership import (
    is_body_line as is_body_line,  # imported from here by other packages
)
from archive.extraction.fields import bylines
from archive.extraction.model import PageTemplate
from archive.extraction.page import embeds
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block, Box
from archive.extraction.templates import apply
from archive.extraction.vocabulary import boilerplate

WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SENTENCE_END = re.compile(r"[.!?…»”\"'):;。」！？]$")
# lines between the headline and the box with most of the text, in which the text may already start
MAX_OPENING_LINES = 40
LINKS_IN_ROW = 5  # consecutive linked headlines without text between them: no article contains so many
ENOUGH_CHARACTERS = 300  # characters of running text after which a row of links ends the article
SHORT_CHARACTERS = 250  # characters; how much of a shorter text was kept says little
MAX_PARAGRAPH_SCORE = 700  # a longer paragraph counts no more than this


@dataclass(frozen=True, slots=True)
class Text:
    """The paragraphs of an article as blocks, and the box they were found in."""

    blocks: tuple[Block, ...]
    box: Box | None
    confidence: float  # 0 to 1


def select_text(
    page: Page,
    headline: Block | None,
    captions: frozenset[int] = frozenset(),
    rule_blocks: Sequence[Block] = (),
) -> Text:
    """Return the blocks of the article's text in order; none if the page has no running text."""
    scores = _scores(page, captions)
    if rule_blocks:
        kept = [
            block
            for block in rule_blocks
            if block.order not in captions
            and block is not headline
            and (block.order in page.rows or is_body_line(block))
        ]
        return Text(live_entries.with_entry_times(page, kept, headline), None, 1.0)
    start = headline.order + 1 if headline is not None else 0
    for order in range(min(start, len(scores))):
        scores[order] = min(scores[order], 0.0)
    _exclude(page, scores, headline)
    box = _best_box(page, scores)
    if box is None and headline is not None:
        box = page.boxes[0]  # a flat page, whose only box also contains its boilerplate
    if box is None:
        return Text((), None, 0.0)
    opens = (
        start
        if headline is not None and start <= box.first <= start + MAX_OPENING_LINES
        else max(box.first, start)
    )
    first, last = _best_window(page, scores, opens, _latest_end(page, scores, box))
    last = boundaries.extend_end(page, scores, box, first, last)
    if last > first:
        first = boundaries.extend_start(page, scores, opens, first, captions)
        above = page.blocks[first - 1 : first] if first > opens else []
        first -= sum(introduces_list(page, block) and scores[block.order] > EXCLUDED for block in above)
    model = {_structure_key(block) for block in page.blocks[first:last] if scores[block.order] > 0}
    kept = [
        block
        for block in page.blocks[first:last]
        if scores[block.order] > 0
        or block.order in page.rows
        or (
            scores[block.order] > EXCLUDED
            and block.order not in captions
            and (
                belongs_to_text(block, is_alike=_structure_key(block) in model)
                or introduces_list(page, block)
            )
        )
    ]
    kept = _trim(kept)
    size = sum(_width(block.text) for block in kept)
    if not kept and headline is not None:
        kept = boundaries.single_sentence(page, scores, headline, captions)
    within = page.blocks[max(box.first, start) : box.last]
    confidence = _share_kept(page, scores, within, kept, captions) if size > SHORT_CHARACTERS else 0.5
    return Text(live_entries.with_entry_times(page, kept, headline), box, confidence)


def select_text_within(
    page: Page,
    headline: Block | None,
    candidates: Sequence[Block],
    template: PageTemplate,
    captions: frozenset[int] = frozenset(),
) -> Text:
    """Return the article's text from the lines in the place that the outlet's page template gives for it."""
    scores = select_scores(page, headline, captions)
    start = headline.order + 1 if headline is not None else 0
    if headline in candidates:
        candidates = [block for block in candidates if block.order >= start]
    model = {_structure_key(block) for block in candidates if scores[block.order] > 0}
    kept = [
        block
        for block in candidates
        if block.order not in captions
        and block is not headline
        and scores[block.order] > EXCLUDED
        and block.link_share <= 0.9
        and (
            block.order in page.rows
            or scores[block.order] > 0
            or belongs_to_text(block, is_alike=_structure_key(block) in model)
            or introduces_list(page, block)
        )
        and (block.order in page.rows or is_body_line(block))
        and not boilerplate.is_legal_notice(block.text)
    ]
    kept = _without_stray_end(page, _trim(kept))
    confidence = _share_kept(page, scores, candidates, kept, captions)
    return without_recurring_lines(
        Text(live_entries.with_entry_times(page, kept, headline), None, confidence), template
    )


def select_scores(page: Page, headline: Block | None, captions: frozenset[int]) -> list[float]:
    """Return the score of each line, with lines excluded that belong to something else than the article."""
    scores = _scores(page, captions)
    _exclude(page, scores, headline)
    return scores


def _exclude(page: Page, scores: list[float], headline: Block | None) -> None:
    start = headline.order + 1 if headline is not None else 0
    if headline is not None:
        exclusions.exclude_repeated_headline(page, scores, headline)
        exclusions.exclude_next_article(page, scores, headline)
        exclusions.exclude_listed_articles(page, scores, headline)
        exclusions.exclude_notices(page, scores, headline)
        exclusions.exclude_outside_article(page, scores, headline)
    exclusions.exclude_comments(page, scores, start)
    exclusions.exclude_teasers(page, scores)
    exclusions.exclude_foreign_boxes(page, scores, start)
    exclusions.exclude_repeats(page, scores, start)


def without_recurring_lines(text: Text, template: PageTemplate) -> Text:
    """Return a text without the lines that its outlet prints in many articles, and without authors' bios."""
    kept = [block for block in text.blocks if not apply.is_recurring(block.text, template)]
    if len(kept) > 1 and bylines.is_bio(kept[-1].text) and _prints_bios(template.lines):
        kept.pop()
    return replace(text, blocks=tuple(kept))


@lru_cache(maxsize=256)
def _prints_bios(lines: tuple[str, ...]) -> bool:
    """Return whether an outlet ends its articles with bios of their authors."""
    return sum(map(bylines.is_bio, lines)) > 1


def _scores(page: Page, captions: frozenset[int]) -> list[float]:
    """Return the score of each line; rows of data tables in the text never have a negative one."""
    scores = [0.0 if block.order in captions else line_score(block) for block in page.blocks]
    for order in page.rows:
        scores[order] = max(0.0, scores[order])
    return scores


def line_score(block: Block) -> float:
    """Return the score of a line: positive if it is likely part of the article, negative if not.

    The unit is one character of running text.
    """
    text = block.text
    length = _width(text)
    share = block.link_share
    role = block.box.role
    if role in ("navigation", "footer", "comments", "form"):
        return -min(length, 200.0) * 0.5 - 10
    if (
        boilerplate.is_boilerplate(text)
        or boilerplate.starts_read_also(text)
        or boilerplate.is_legal_notice(text)
    ):
        return -30.0
    if is_date_line(text):
        return -12.0
    if role == "post" and not embeds.post_text(text):
        return -30.0
    if role in ("caption", "figure"):
        return 0.0
    weight = -1.0 if role in ("boilerplate", "aside") else 1.0
    if share > 0.7:
        return -15.0 - min(length, 120) * 0.3
    if length >= MIN_SENTENCE_CHARACTERS and share < 0.5:
        running = min(length, MAX_PARAGRAPH_SCORE) * (1 - share)
        if not SENTENCE_END.search(text):
            running *= 0.5
        return running * weight if weight > 0 else -running * 0.3
    if SENTENCE_END.search(text) and length >= 25 and share < 0.3 and block.box.tag in ("p", "blockquote"):
        return length * weight
    if block.level:
        return -2.0
    return -8.0 - share * 10


def _share_kept(
    page: Page,
    scores: Sequence[float],
    candidates: Sequence[Block],
    kept: Sequence[Block],
    captions: frozenset[int],
) -> float:
    """Return the share of text-like lines in the text's box that were selected: 1 if nothing was left out."""
    orders = {block.order for block in kept} | captions
    size = sum(len(block.text) for block in kept)
    left = sum(
        len(block.text)
        for block in candidates
        if block.order not in orders
        and (block.order in page.rows or is_paragraph(block.box))
        and scores[block.order] > EXCLUDED
        and block.box.role in (None, "post")
        and block.link_share <= 0.7
        and is_body_line(block)
        and not (boilerplate.is_legal_notice(block.text) or bylines.is_signed(block.text))
    )
    return size / (size + left) if left else 1.0


def _width(text: str) -> int:
    """Return the length of a text in alphabetic letters: a Chinese character says as much as two or three."""
    return len(text) if text.isascii() else len(text) + int(1.5 * len(WIDE.findall(text)))


def _best_box(page: Page, scores: Sequence[float]) -> Box | None:
    """Return the smallest box whose lines have the highest total score; None if no box has a text."""
    sums = [0.0]
    for value in scores:
        sums.append(sums[-1] + value)
    best, best_score = None, 0.0
    for box in page.boxes:
        score = sums[box.last] - sums[box.first]
        if score > best_score or (best is not None and score == best_score and box.depth > best.depth):
            best, best_score = box, score
    return best if best_score >= 80 else None


def _latest_end(page: Page, scores: Sequence[float], box: Box) -> int:
    """Return the latest possible end of the text: its box, or running text that continues in the parent box."""
    end = box.last
    limit = box.parent.last if box.parent is not None else end
    while end < limit and scores[end] > 0 and len(page.blocks[end].text) >= MIN_SENTENCE_CHARACTERS:
        end += 1
    return end


def _best_window(page: Page, scores: Sequence[float], start: int, end: int) -> tuple[int, int]:
    """Return the range of lines with the highest total score; a row of links to other pages ends it.

    Lines between two paragraphs with the same parent are inserts, and do not lower the score.
    """
    best, best_range = 0.0, (start, start)
    total, since, links, before_gap = 0.0, start, 0, 0.0
    parents: dict[object, Box] = {}
    for order in range(start, end):
        block, value = page.blocks[order], scores[order]
        if value <= 0:
            links += block.link_share > 0.7 and len(block.text) >= 20 and not links_within_page(block)
            total += value
            continue
        place = _parent_key(block.box)
        goes_on = parents.get(place, block.box) is not block.box
        if goes_on:
            total = max(total, before_gap)
        elif links >= LINKS_IN_ROW and best >= ENOUGH_CHARACTERS:
            break
        elif total <= 0 or links >= LINKS_IN_ROW:
            total, since = 0.0, order
            parents.clear()
        total += value
        links, before_gap = 0, total
        parents[place] = block.box
        if total > best:
            best, best_range = total, (since, order + 1)
    return best_range


def links_within_page(block: Block) -> bool:
    """Return whether all links of a line lead to parts of the same page, as in a table of contents."""
    targets = [
        (run.placed.element.get("href") or "").strip()
        for run in block.runs
        if run.placed is not None and run.placed.element.tag == "a"
    ]
    return bool(targets) and all(len(target) > 1 and target.startswith("#") for target in targets)


def _parent_key(box: Box) -> object:
    """Return what the boxes of one text have in common: their parent, or its names and depth."""
    parent = box.parent
    if parent is None or not parent.names:
        return id(parent)
    return parent.tag, parent.names, parent.depth


def _structure_key(block: Block) -> tuple[int, str, str]:
    """Return what identifies the place and markup of a line; the paragraphs of one text share it."""
    return id(block.box.parent), block.box.tag, block.box.names


def _is_empty_heading(block: Block, after: Block | None) -> bool:
    """Return whether the next heading has the same or a higher rank and everything between was left out."""
    return (
        after is not None
        and block.level is not None
        and after.level is not None
        and after.level <= block.level
        and after.order > block.order + 1
    )


def _without_stray_end(page: Page, blocks: list[Block]) -> list[Block]:
    """Return lines without a last one that ends no sentence and comes after links to other articles."""
    if len(blocks) < 2:
        return blocks
    before, last = blocks[-2:]
    between = page.blocks[before.order + 1 : last.order]
    is_unlike = last.order not in page.rows and _structure_key(last) not in map(_structure_key, blocks[:-1])
    is_stray = (
        is_unlike
        and any(block.link_share > 0.7 for block in between)
        and all(map(boundaries.is_label_or_link, between))
        and not SENTENCE_END.search(last.text)
    )
    return blocks[:-1] if is_stray else blocks


def _trim(blocks: list[Block]) -> list[Block]:
    """Return lines without empty headings, and without headings, credits and signatures at their end."""
    blocks = [
        block for block, after in zip_longest(blocks, blocks[1:]) if not _is_empty_heading(block, after)
    ]
    while blocks and (
        blocks[-1].level is not None
        or boilerplate.is_credit(blocks[-1].text)
        or bylines.is_signed(blocks[-1].text)
    ):
        blocks.pop()
    return blocks
