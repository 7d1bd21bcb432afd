"""Exclude lines below a headline that belong to something else: the next article, comments, teasers.

Each function lowers the scores of such lines in place; a line at or below EXCLUDED is never part of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice

from archive.extraction.normalize import comparable, stems
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block, Box
from archive.extraction.vocabulary import boilerplate
from archive.language.phrases import words

MIN_SENTENCE_CHARACTERS = 60  # characters; a shorter line is not counted as running text
BEFORE_COMMENTS = 150  # characters of running text before comments can begin
LARGEST_BOX = 60  # lines of a box of other articles
LARGEST_TEASER, LONGEST_TEASER = 4, 400  # lines of a teaser inside the text, and characters of its text
# share of a page's text lines with the markup of such a box; the article's paragraphs have more
MAX_SIMILAR_SHARE = 0.34
DEEPEST = 6  # boxes around a label
FOREIGN_LABEL = re.compile(words("foreign_label"))  # among the labels that boilerplate knows
MIN_SHARED_WORDS = 2  # of the headline, in a box that belongs to the article
MIN_NOTICE_SHARE = 0.15  # share of a box that notices make up when all of it is one
MIN_ARTICLE_SCORE = 300.0  # of an <article> that holds the whole text
EXCLUDED = -18.5  # a line with this score or less is never part of the text


def exclude_repeated_headline(page: Page, scores: list[float], headline: Block) -> None:
    """Exclude the headline printed again, at the end of a breadcrumb path or under a picture."""
    words = comparable(headline.text)
    for block in page.blocks[headline.order + 1 :]:
        if (
            len(headline.text) >= 20
            and len(block.text) < 2 * len(headline.text)
            and words in comparable(block.text)
            and not _opens_text(block, words)
        ):
            scores[block.order] = EXCLUDED - 1


def _opens_text(block: Block, words: str) -> bool:
    """Return whether a line is a first sentence that starts with the headline («…, сообщает Геофизическая служба»)."""
    text = comparable(block.text)
    return (
        text.startswith(words)
        and len(text) >= len(words) + 12
        and block.text.endswith((".", "!", "?", "…"))
        and block.box.tag in ("p", "div", "td", "article", "section")
    )


def exclude_next_article(page: Page, scores: list[float], headline: Block) -> None:
    """Exclude another article that follows on the page, under a headline with the same markup or a label."""
    running = 0.0
    for block in page.blocks[headline.order + 1 :]:
        running += max(0.0, scores[block.order])
        if running < BEFORE_COMMENTS:
            continue
        twin = (
            block.box.tag == headline.box.tag
            and block.box.names == headline.box.names
            and (block.box.depth == headline.box.depth or _is_headline(block))
        )
        is_next = (
            block.level is not None
            and block.level <= 2
            and twin
            and (block.level == 1 or bool(headline.box.names))
        )
        if (
            is_next and comparable(block.text) != comparable(headline.text)
        ) or boilerplate.is_next_article_label(block.text):
            for order in range(block.order, len(scores)):
                scores[order] = min(scores[order], EXCLUDED - 1)
            return


def exclude_listed_articles(page: Page, scores: list[float], headline: Block) -> None:
    """Exclude the teasers of other articles below a label after the text: «ПОСЛЕДНИЕ», «Читайте также».

    All lines below the label must be teasers, to the end of its box or to the next heading of its rank: where the
    article goes on after a link or two, nothing is excluded.
    """
    running, own = 0.0, set[object]()
    for block in page.blocks[headline.order + 1 :]:
        if running >= BEFORE_COMMENTS and _is_label_of_articles(block):
            listed = _lines_below(page, block)
            texts = [other for other in listed if scores[other.order] > 0]
            if texts and _are_teasers(page, block, texts, own):
                for other in (block, *listed):
                    scores[other.order] = min(scores[other.order], EXCLUDED - 1)
        if scores[block.order] > 0:
            running += scores[block.order]
            own.add(_structure_key(block))


def _is_label_of_articles(block: Block) -> bool:
    """Return whether a line, set as a heading, is a label above other articles."""
    is_set_apart = block.level is not None or block.bold > 0.9 * len(block.text)
    return is_set_apart and (_is_foreign_label(block.text) or boilerplate.is_listing_heading(block.text))


def _lines_below(page: Page, label: Block) -> list[Block]:
    """Return the lines below a label, to the end of the box around it or to the next heading of its rank."""
    box = label.box
    while box.parent is not None and box.last - label.order <= 1:
        box = box.parent
    found: list[Block] = []
    for block in page.blocks[label.order + 1 : box.last]:
        if label.level is not None and block.level == label.level and block.link_share < 0.5:
            break
        found.append(block)
    return found


def _are_teasers(page: Page, label: Block, texts: Sequence[Block], own: Collection[object]) -> bool:
    """Return whether each text has a title or a link of its own, and there are several, or their markup differs."""
    titled = [
        block.linked > 0 or _title_above(page, block, since) for since, block in _pairs(label.order, texts)
    ]
    is_unlike = all(_structure_key(block) not in own for block in texts)
    return all(titled) and (len(texts) > 1 or is_unlike)


def _pairs(since: int, texts: Sequence[Block]) -> list[tuple[int, Block]]:
    """Return each text with the order of the one before it, or of the label."""
    return list(zip([since, *(block.order for block in texts)], texts, strict=False))


def _title_above(page: Page, block: Block, since: int) -> bool:
    """Return whether a title is directly above a text: a linked one, a heading or a line in bold."""
    above = page.blocks[block.order - 1]
    is_title = above.level is not None or above.bold > 0.9 * len(above.text)
    return (above.order > since and is_title) or _linked_headline_above(page, block, since) is not None


def exclude_notices(page: Page, scores: list[float], headline: Block) -> None:
    """Exclude boxes about cookies, consent, copyright or the site itself, however long they are."""
    if boilerplate.is_site_notice(headline.text):
        return
    for block in page.blocks:
        if not boilerplate.is_site_notice(block.text) or _is_in_article(block.box, headline):
            continue
        excluded = None
        for box in islice(block.box.ancestors(), DEEPEST):
            if box.first <= headline.order < box.last or box.last - box.first > LARGEST_BOX:
                break
            lines = page.blocks[box.first : box.last]
            size = sum(len(one.text) for one in lines)
            notices = sum(len(one.text) for one in lines if boilerplate.is_site_notice(one.text))
            if notices < MIN_NOTICE_SHARE * size:
                break
            excluded = box
        if (
            excluded is None
            or not _is_text_elsewhere(scores, headline.order + 1, excluded)
            or _shares_words(page, excluded, headline)
        ):
            continue
        last = excluded.last
        while last < len(scores) and _is_alike(page.blocks[last], block) and block.box.names:
            last += 1
        for order in range(excluded.first, last):
            scores[order] = min(scores[order], EXCLUDED - 1)


def _is_in_article(box: Box, headline: Block) -> bool:
    """Return whether a box is in the <article> that the headline is in."""
    return any(one.tag == "article" and one.first <= headline.order < one.last for one in box.ancestors())


def _shares_words(page: Page, box: Box, headline: Block) -> bool:
    """Return whether a box has several of the headline's words: an article about such matters is no notice."""
    words = stems(headline.text)
    around = box.parent if box.last - box.first == 1 and box.parent is not None else box
    inside = stems(" ".join(block.text for block in page.blocks[around.first : around.last]))
    return len(words & inside) >= min(MIN_SHARED_WORDS, len(words))


def _is_text_elsewhere(scores: Sequence[float], start: int, box: Box) -> bool:
    """Return whether the page has text below the headline and outside a box."""
    outside = [*scores[start : max(start, box.first)], *scores[max(start, box.last) :]]
    return sum(score for score in outside if score > 0) >= MIN_SENTENCE_CHARACTERS


def exclude_outside_article(page: Page, scores: list[float], headline: Block) -> None:
    """Exclude the blocks below the <article> with the headline if that has most of the text below the headline."""
    article = next((box for box in headline.box.ancestors() if box.tag == "article"), None)
    if article is None:
        return
    inside = sum(score for score in scores[headline.order + 1 : article.last] if score > 0)
    outside = sum(score for score in scores[article.last :] if score > 0)
    if inside >= MIN_ARTICLE_SCORE and inside >= outside:
        for order in range(article.last, len(scores)):
            scores[order] = min(scores[order], 0.0)


def _is_headline(block: Block) -> bool:
    return block.level == 1 and bool(block.box.names) and block.link_share < 0.5


def exclude_comments(page: Page, scores: list[float], start: int) -> None:
    """Exclude everything after a heading for readers' comments, in the same part of the page."""
    running, excluded_until = 0.0, 0
    for block in page.blocks[start:]:
        running += max(0.0, scores[block.order])
        if (
            running < BEFORE_COMMENTS
            or block.link_share > 0.9
            or block.box.tag == "li"
            or not _opens_comments(block)
        ):
            continue
        container = block.box
        while container.parent is not None and container.last - block.order <= 3:
            container = container.parent
        for order in range(max(block.order, excluded_until), min(container.last, len(scores))):
            scores[order] = min(scores[order], -10.0)
        excluded_until = max(excluded_until, container.last)


def _opens_comments(block: Block) -> bool:
    return len(block.text) > 4 and boilerplate.is_comments_heading(block.text)


def exclude_teasers(page: Page, scores: list[float]) -> None:
    """Exclude summaries of other articles: texts in boxes of their own, each below a linked headline."""
    run: list[tuple[Block, Block]] = []
    last_text = -1
    for block in [
        *(b for b in page.blocks if scores[b.order] > 0 and len(b.text) >= MIN_SENTENCE_CHARACTERS),
        None,
    ]:
        headline = _linked_headline_above(page, block, last_text) if block is not None else None
        if block is None or headline is None or (run and not _is_alike(run[-1][0], block)):
            if len(run) >= 5 or (len(run) >= 2 and _are_separate(page, run)):
                for text, _ in run:
                    scores[text.order] = -20.0
            run = []
        if block is not None:
            if headline is not None:
                run.append((block, headline))
            last_text = block.order


def exclude_foreign_boxes(page: Page, scores: list[float], start: int) -> None:
    """Exclude boxes beside the text whose markup differs: «Схожі новини», an advertisement, a single teaser."""
    sums = [0.0]
    for value in scores:
        sums.append(sums[-1] + max(0.0, value))
    builds = Counter(_structure_key(block) for block in page.blocks[start:] if scores[block.order] > 0)

    def text_beside(box: Box) -> float:
        """Return how much text is beside a box inside its parent box, in score points."""
        outer = box.parent or box
        return sums[outer.last] - sums[box.last] + sums[box.first] - sums[max(outer.first, start)]

    for block in page.blocks[start:]:
        box = _box_opened_by(block)
        if box is None or box.last - box.first > LARGEST_BOX:
            continue
        texts = [other for other in page.blocks[box.first : box.last] if scores[other.order] > 0]
        inside = Counter(map(_structure_key, texts))
        if not texts or any(
            builds[build] - count > MAX_SIMILAR_SHARE * builds.total() for build, count in inside.items()
        ):
            continue
        if _is_foreign_label(block.text):
            are_others = all(_is_foreign_text(page, other, block.order) for other in texts)
            is_foreign = (
                text_beside(box) > 0 if are_others else text_beside(box) > sums[box.last] - sums[box.first]
            )
        else:
            is_foreign = _is_teaser(page, box, texts) and text_beside(box) > 2 * (
                sums[box.last] - sums[box.first]
            )
        if is_foreign:
            for other in texts:
                scores[other.order] = EXCLUDED - 1


def _box_opened_by(block: Block) -> Box | None:
    """Return the smallest box of several lines that starts with this line; None if there is none."""
    for box in islice(block.box.ancestors(), DEEPEST):
        if box.first != block.order:
            return None
        if box.last - box.first > 1:
            return box
    return None


def _structure_key(block: Block) -> tuple[object, ...]:
    """Return what identifies the markup of a line and of the box around it."""
    outer = block.box.parent or block.box
    return outer.tag, outer.names, outer.depth, block.box.tag, block.box.names


def _is_foreign_label(line: str) -> bool:
    """Return whether a line is a label above content that is not the article's own."""
    return boilerplate.is_boilerplate(line) and FOREIGN_LABEL.search(line.casefold()) is not None


def _is_foreign_text(page: Page, block: Block, since: int) -> bool:
    """Return whether a text under such a label is one of several, or comes with a link to its article."""
    return block.linked > 0 or block.box.tag == "li" or _linked_headline_above(page, block, since) is not None


def _is_teaser(page: Page, box: Box, texts: Sequence[Block]) -> bool:
    """Return whether a small box contains the linked headline of another article and one text."""
    return (
        len(texts) == 1
        and box.last - box.first <= LARGEST_TEASER
        and box.role is None
        and not any(one.tag in ("blockquote", "li", "td") for one in islice(box.ancestors(), 2))
        and len(texts[0].text) <= LONGEST_TEASER
        and texts[0].linked == 0
        and _linked_headline_above(page, texts[0], box.first - 1) is not None
    )


def _are_separate(page: Page, run: Sequence[tuple[Block, Block]]) -> bool:
    """Return whether each text of a run shares a box with its linked headline and with no other text of the run."""
    orders = [text.order for text, _ in run]
    for text, headline in run:
        shared = next((box for box in text.box.ancestors() if box.first <= headline.order), page.boxes[0])
        if sum(shared.first <= order < shared.last for order in orders) > 1:
            return False
    return True


def _linked_headline_above(page: Page, block: Block, since: int) -> Block | None:
    """Return the linked headline directly above a text, with at most a date or a label between; None if none."""
    for other in reversed(page.blocks[max(since + 1, block.order - 3) : block.order]):
        if other.link_share > 0.7 and len(other.text) >= 20 and not boilerplate.starts_read_also(other.text):
            return other
        if len(other.text) > 60:
            return None
    return None


def _is_alike(one: Block, other: Block) -> bool:
    return one.box.tag == other.box.tag and one.box.depth == other.box.depth


def exclude_repeats(page: Page, scores: list[float], start: int) -> None:
    """Exclude repetitions of a paragraph that is printed more than once."""
    seen: set[str] = set()
    for block in page.blocks[start:]:
        if scores[block.order] > 0 and len(block.text) >= MIN_SENTENCE_CHARACTERS:
            if block.text in seen:
                scores[block.order] = -1.0
            seen.add(block.text)
