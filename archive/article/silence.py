"""Lines that stand below a headline and speak of something else: the next article, comments, teasers.

Each function takes what the lines speak for, and lowers what these do.
"""

from __future__ import annotations

from archive.article import widgets
from archive.article.page import Block, Page
from archive.article.text import plain

SENTENCE = 60  # characters from which a line is taken for running text
BEFORE_COMMENTS = 150  # characters of running text that stand before the readers are heard
OUT = -18.5  # a line that speaks so much against itself is out, wherever it stands


def headline_again(page: Page, values: list[float], headline: Block) -> None:
    """The headline printed again, as the end of a path or under a picture."""
    words = plain(headline.text)
    for block in page.blocks[headline.order + 1 :]:
        if (
            len(headline.text) >= 20
            and len(block.text) < 2 * len(headline.text)
            and words in plain(block.text)
            and not _opens_text(block, words)
        ):
            values[block.order] = OUT - 1


def _opens_text(block: Block, words: str) -> bool:
    """Whether a line is a first sentence in the headline's words: «…, сообщает Геофизическая служба РАН.»"""
    text = plain(block.text)
    return (
        text.startswith(words)
        and len(text) >= len(words) + 12
        and block.text.endswith((".", "!", "?", "…"))
        and block.box.tag in ("p", "div", "td", "article", "section")
    )


def next_article(page: Page, values: list[float], headline: Block) -> None:
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


def comments(page: Page, values: list[float], start: int) -> None:
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


def _opens_comments(block: Block) -> bool:
    return len(block.text) > 4 and widgets.is_comments_heading(block.text)


def teasers(page: Page, values: list[float]) -> None:
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


def repeats(page: Page, values: list[float], start: int) -> None:
    """A paragraph printed twice counts once."""
    seen: set[str] = set()
    for block in page.blocks[start:]:
        if values[block.order] > 0 and len(block.text) >= SENTENCE:
            if block.text in seen:
                values[block.order] = -1.0
            seen.add(block.text)
