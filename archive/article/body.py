"""The article's text: the part of the page that holds it, and which of its lines are the newsroom's own.

The only importer of trafilatura, which is asked where our own reading is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from archive.article import stampforms, widgets
from archive.article.page import Block, Box, Page
from archive.article.text import plain

WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SENTENCE_END = re.compile(r"[.!?…»”\"'):;。」！？]$")
PARAGRAPHS = frozenset(("p", "li", "blockquote"))
SKIPPED = 4  # labels and pointers between the text and its last short sentences
STOP = re.compile(r"[.!?…»”\"]$")
SENTENCE = 60  # characters from which a line is taken for running text
NEAR = 40  # lines below the headline in which the text may open before the box that holds most of it
BEFORE_COMMENTS = 150  # characters of running text that stand before the readers are heard
LINKS_IN_ROW = 5  # linked headlines one after another, with no text between, that no article holds
ENOUGH = 300  # characters of running text after which a row of links ends the article
OUT = -18.5  # a line that speaks so much against itself is out, wherever it stands
LARGE, DEEP = 8_000, 200  # elements or lines, and levels, of pages that trafilatura is not asked about
DOUBTFUL = 250  # characters of a text so short that trafilatura is asked too
PRUNED = [
    "//*[contains(@class, 'comment') or contains(@id, 'comment') or contains(@class, 'related')"
    " or contains(@class, 'share')]",
]
FULL = 700  # more characters of one paragraph add nothing to the evidence


@dataclass(frozen=True, slots=True)
class Text:
    """The paragraphs of an article as blocks, and the box they were found in."""

    blocks: tuple[Block, ...]
    box: Box | None
    sure: float  # 0 to 1


def text_of(
    page: Page, headline: Block | None, captions: frozenset[int] = frozenset(), ruled: Sequence[Block] = ()
) -> Text:
    """The blocks that are the article's text, in order; none when the page has no running text."""
    values = [0.0 if block.order in captions else _value(block) for block in page.blocks]
    if ruled:
        kept = [
            block
            for block in ruled
            if block.order not in captions and block is not headline and _is_text(block)
        ]
        return Text(tuple(kept), None, 1.0)
    start = headline.order + 1 if headline is not None else 0
    if headline is not None:
        _silence_headline(page, values, headline)
    for order in range(min(start, len(values))):
        values[order] = min(values[order], 0.0)
    if headline is not None:
        _silence_next(page, values, headline)
    _silence_comments(page, values, start)
    _silence_teasers(page, values)
    _silence_repeats(page, values, start)
    box = _holder(page, values)
    if box is None and headline is not None:
        box = page.boxes[0]  # a flat page, whose one box holds all its furniture too
    if box is None:
        return Text(_second_reading(page, values), None, 0.2)
    opens = start if headline is not None and start <= box.first <= start + NEAR else max(box.first, start)
    first, last = _window(page, values, opens, _closing(page, values, box))
    last = _short_ending(page, values, first, last)
    first = _short_opening(page, values, opens, first, captions) if last > first else first
    model = {_build(block) for block in page.blocks[first:last] if values[block.order] > 0}
    kept = [
        block
        for block in page.blocks[first:last]
        if values[block.order] > 0
        or (
            values[block.order] > OUT
            and block.order not in captions
            and _belongs(block, alike=_build(block) in model)
        )
    ]
    kept = _trimmed(kept)
    size = sum(_width(block.text) for block in kept)
    if size < DOUBTFUL:
        second = _second_reading(page, values)
        if sum(_width(block.text) for block in second if block.order >= start) > 2 * size:
            return Text(second, None, 0.3)
    return Text(tuple(kept), box, 1.0 if size > DOUBTFUL else 0.5)


def _value(block: Block) -> float:
    """How much a line speaks for standing in the article (characters of running text) or against it."""
    text = block.text
    length = _width(text)
    share = block.link_share
    role = block.box.role
    if role in ("navigation", "footer", "comments", "form"):
        return -min(length, 200.0) * 0.5 - 10
    if widgets.is_furniture(text) or widgets.opens_read_also(text) or widgets.is_legal(text):
        return -30.0
    if _is_stamp(text):
        return -12.0
    if role in ("caption", "figure"):
        return 0.0
    weight = -1.0 if role in ("furniture", "aside") else 1.0
    if share > 0.7:
        return -15.0 - min(length, 120) * 0.3
    if length >= SENTENCE and share < 0.5:
        running = min(length, FULL) * (1 - share)
        if not SENTENCE_END.search(text):
            running *= 0.5
        return running * weight if weight > 0 else -running * 0.3
    if SENTENCE_END.search(text) and length >= 25 and share < 0.3 and block.box.tag in ("p", "blockquote"):
        return length * weight
    if block.level:
        return -2.0
    return -8.0 - share * 10


def _short_ending(page: Page, values: Sequence[float], first: int, last: int) -> int:
    """Where the text ends when its last paragraphs are short sentences («И сколько?»)."""
    if first == last:
        return last
    model = page.blocks[last - 1].box
    order, skipped = last, 0
    while order < len(page.blocks) and skipped <= SKIPPED:
        block = page.blocks[order]
        if (
            _is_alike_box(block.box, model)
            and STOP.search(block.text)
            and values[order] > OUT
            and block.link_share < 0.3
            and _belongs(block, alike=True)
        ):
            last, skipped = order + 1, 0
        elif (
            widgets.is_furniture(block.text) or widgets.opens_read_also(block.text) or block.link_share > 0.7
        ):
            skipped += 1
        else:
            break
        order += 1
    return last


def _short_opening(
    page: Page, values: Sequence[float], start: int, first: int, captions: frozenset[int]
) -> int:
    """Where the text begins when its first paragraphs are short sentences, built like those after."""
    model = page.blocks[first].box
    while first > start:
        block = page.blocks[first - 1]
        if (
            not _is_alike_box(block.box, model)
            or not STOP.search(block.text)
            or block.link_share > 0.3
            or len(block.text) < 25
        ):
            return first
        if values[first - 1] <= OUT or block.order in captions or not _belongs(block, alike=True):
            return first
        first -= 1
    return first


def _is_alike_box(box: Box, model: Box) -> bool:
    return box is model or (
        box.parent is model.parent and box.tag == model.tag and (box.tag == "p" or box.names == model.names)
    )


def _silence_next(page: Page, values: list[float], headline: Block) -> None:
    """Another article that follows on the page, under a headline built like this one's or a label."""
    running = 0.0
    for block in page.blocks[headline.order + 1 :]:
        running += max(0.0, values[block.order])
        if running < BEFORE_COMMENTS:
            continue
        twin = (
            block.box.tag == headline.box.tag
            and block.box.names == headline.box.names
            and block.box.depth == headline.box.depth
        )
        is_next = (
            block.level is not None
            and block.level <= 2
            and twin
            and (block.level == 1 or bool(headline.box.names))
        )
        if (is_next and plain(block.text) != plain(headline.text)) or widgets.opens_next(block.text):
            for order in range(block.order, len(values)):
                values[order] = min(values[order], OUT - 1)
            return


def _width(text: str) -> int:
    """The length of a text in letters of an alphabet: a Chinese sign says as much as two or three."""
    return len(text) if text.isascii() else len(text) + int(1.5 * len(WIDE.findall(text)))


def _silence_comments(page: Page, values: list[float], start: int) -> None:
    """After the heading that opens the readers' words, nothing on the rest of its part of the page counts."""
    running, silent = 0.0, 0
    for block in page.blocks[start:]:
        running += max(0.0, values[block.order])
        if (
            running < BEFORE_COMMENTS
            or block.link_share > 0.9
            or block.box.tag == "li"
            or not _opens_comments(block)
        ):
            continue
        holder = block.box
        while holder.parent is not None and holder.last - block.order <= 3:
            holder = holder.parent
        for order in range(max(block.order, silent), min(holder.last, len(values))):
            values[order] = min(values[order], -10.0)
        silent = max(silent, holder.last)


def _silence_headline(page: Page, values: list[float], headline: Block) -> None:
    """The headline printed again, as the end of a path or under a picture."""
    words = plain(headline.text)
    for block in page.blocks[headline.order + 1 :]:
        if (
            len(headline.text) >= 20
            and len(block.text) < 2 * len(headline.text)
            and words in plain(block.text)
        ):
            values[block.order] = OUT - 1


def _silence_teasers(page: Page, values: list[float]) -> None:
    """Summaries of other articles: texts in boxes of their own, each brought in by a linked headline."""
    run: list[tuple[Block, Block]] = []
    last_text = -1
    for block in [*(b for b in page.blocks if values[b.order] > 0 and len(b.text) >= SENTENCE), None]:
        bringing = _bringing(page, block, last_text) if block is not None else None
        if block is None or bringing is None or (run and not _is_alike(run[-1][0], block)):
            if (len(run) >= 2 and len({id(text.box.parent) for text, _ in run}) == len(run)) or len(run) >= 5:
                for text, _ in run:
                    values[text.order] = -20.0
            run = []
        if block is not None:
            if bringing is not None:
                run.append((block, bringing))
            last_text = block.order


def _bringing(page: Page, block: Block, since: int) -> Block | None:
    """The linked headline right before a text, with nothing but a stamp or a label between."""
    for other in reversed(page.blocks[max(since + 1, block.order - 3) : block.order]):
        if other.link_share > 0.7 and len(other.text) >= 20 and not widgets.opens_read_also(other.text):
            return other
        if len(other.text) > 60:
            return None
    return None


def _is_alike(one: Block, other: Block) -> bool:
    return one.box.tag == other.box.tag and one.box.depth == other.box.depth


def _silence_repeats(page: Page, values: list[float], start: int) -> None:
    """A paragraph printed twice counts once."""
    seen: set[str] = set()
    for block in page.blocks[start:]:
        if values[block.order] > 0 and len(block.text) >= SENTENCE:
            if block.text in seen:
                values[block.order] = -1.0
            seen.add(block.text)


def _opens_comments(block: Block) -> bool:
    return len(block.text) > 4 and widgets.is_comments_heading(block.text)


def _holder(page: Page, values: Sequence[float]) -> Box | None:
    """The smallest element whose lines together speak most for being the article."""
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    best, best_score = None, 0.0
    for box in page.boxes:
        score = sums[box.last] - sums[box.first]
        if score > best_score or (best is not None and score == best_score and box.depth > best.depth):
            best, best_score = box, score
    return best if best_score >= 80 else None


def _closing(page: Page, values: Sequence[float], box: Box) -> int:
    """Where the text can end: after its box, or after running text that goes on in the box around it."""
    end = box.last
    limit = box.parent.last if box.parent is not None else end
    while end < limit and values[end] > 0 and len(page.blocks[end].text) >= SENTENCE:
        end += 1
    return end


def _window(page: Page, values: Sequence[float], start: int, end: int) -> tuple[int, int]:
    """The stretch of lines that speaks most for being the text; a row of links to other pages ends it.

    What stands between two paragraphs of one parent is put into the text, and is not held against it.
    """
    best, best_range = 0.0, (start, start)
    total, since, links, before_gap = 0.0, start, 0, 0.0
    parents: dict[object, Box] = {}
    for order in range(start, end):
        block, value = page.blocks[order], values[order]
        if value <= 0:
            links += block.link_share > 0.7 and len(block.text) >= 20
            total += value
            continue
        place = _place(block.box)
        goes_on = parents.get(place, block.box) is not block.box
        if goes_on:
            total = max(total, before_gap)
        elif links >= LINKS_IN_ROW and best >= ENOUGH:
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


def _place(box: Box) -> object:
    """What boxes of one text share: their parent, or one that is named and nested alike."""
    parent = box.parent
    if parent is None or not parent.names:
        return id(parent)
    return parent.tag, parent.names, parent.depth


def _build(block: Block) -> tuple[int, str, str]:
    """Where and how a line is built: paragraphs of one text share it."""
    return id(block.box.parent), block.box.tag, block.box.names


def _belongs(block: Block, *, alike: bool) -> bool:
    """Whether a line that does not speak for itself is of the text around it; `alike`: built like it."""
    text = block.text
    if block.box.role in (
        "navigation",
        "footer",
        "comments",
        "form",
        "caption",
        "figure",
        "furniture",
        "aside",
    ):
        return False
    if (
        widgets.is_furniture(text)
        or widgets.opens_read_also(text)
        or widgets.is_credit(text)
        or _is_stamp(text)
    ):
        return False
    if block.link_share > 0.7:
        return False
    return (
        block.level is not None
        or _is_paragraph(block.box)
        or len(text) > 20
        or block.br_parted
        or (alike and STOP.search(text) is not None)
    )


def _is_paragraph(box: Box) -> bool:
    return box.tag in PARAGRAPHS or (box.parent is not None and box.parent.tag == "blockquote")


def _is_stamp(text: str) -> bool:
    """Whether a short line is little more than a stamp."""
    if len(text) > 80 or not any(character.isdigit() for character in text):
        return False
    return sum(end - start for start, end in stampforms.find(text)) * 2 > len(text)


def _is_text(block: Block) -> bool:
    """Whether a line where a rule says the body is, is no furniture by its own words."""
    text = block.text
    return not (
        widgets.is_furniture(text)
        or widgets.opens_read_also(text)
        or widgets.is_credit(text)
        or _is_stamp(text)
        or block.box.role in ("caption", "figure", "comments")
        or (block.link_share > 0.9 and block.box.tag in ("li", "div"))
    )


def _trimmed(blocks: list[Block]) -> list[Block]:
    while blocks and (blocks[-1].level is not None or widgets.is_credit(blocks[-1].text)):
        blocks.pop()
    return blocks


def _second_reading(page: Page, values: Sequence[float]) -> tuple[Block, ...]:
    """The lines trafilatura takes for the text, less what we know to be none; none when it finds nothing."""
    if page.size > LARGE or len(page.blocks) > LARGE or max(box.depth for box in page.boxes) > DEEP:
        return ()  # its time grows with the square of each
    import trafilatura  # .4 s to import, so only when a page needs it

    try:
        found = trafilatura.extract(
            deepcopy(page.root),
            include_comments=False,
            include_tables=False,
            favor_precision=True,
            prune_xpath=PRUNED,
        )
    except Exception:  # a second opinion that fails is none
        return ()
    kept = {plain(line) for line in (found or "").splitlines()}
    kept.discard("")
    return tuple(
        block
        for block in page.blocks
        if plain(block.text) in kept and values[block.order] > -10 and _is_text(block)
    )
