"""Notice a text that is probably wrong, and choose the best of several that were selected in different ways.

A text is judged by what the page says of it elsewhere (title, summary, text stated in the data), by its place and by
its words. The weights of these measures were fitted on 1,200 labelled pages of some 900 sites; see docs/speed.md and
`benchmarks/extraction.py` for how often the judgement is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2

from archive.extraction.body.second_reader import trafilatura_lines
from archive.extraction.body.select import Text, select_scores, select_text
from archive.extraction.metadata.collect import Metadata
from archive.extraction.normalize import stems
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate

RUNNING_CHARACTERS = 60  # a shorter line is no running text
DOUBTFUL = 0.7  # a text that is less plausible is compared with others
MIN_COVERED, DOUBTFUL_PART = 0.5, 0.82  # of a text that is only a small part of the page's running text
CLEARLY_MORE = 0.06  # by how much another must be more plausible to be taken
MIN_OTHER_CHARACTERS = 120  # of another text
USUAL_LINKED = 0.15  # share of characters inside links that a text may have
USUAL = 0.8  # agreement with a summary that an article usually has
MIN_WITNESS_WORDS = 5  # a description or stated text with fewer different words says nothing


@dataclass(frozen=True, slots=True)
class Witness:
    """The statements of a page about its text: the words of its titles, its summary and its stated text."""

    title: frozenset[str]
    description: frozenset[str]
    body: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measures:
    """How well a text agrees with its page."""

    size: int  # characters
    title: float  # share of the title's words that the text has
    description: float | None  # share of the summary's words; None if there is no summary
    body: float | None  # share of the words of the text stated in the data; None if none is stated
    legal: float  # share of the text that is about cookies, consent, copyright or the site itself
    skipped: float  # running text between the headline and the text, as a share of both
    above: float  # share of the text that is above the headline
    linked: float  # share of its characters inside links
    covered: float  # share of the page's running text that it has
    named: float  # share of it in boxes with the name of boilerplate


def best_text(
    page: Page, headline: Block | None, text: Text, captions: frozenset[int], seen: Witness
) -> Text:
    """Return a text, or a clearly more plausible one if it is doubtful; its confidence is how plausible it is.

    The others are selected with the page's class names ignored, as all that looks like text below the headline, and by
    trafilatura.
    """
    measures = measure(page, text.blocks, headline, seen)
    measured = quality(measures) if text.blocks else 0.0
    if measured >= (DOUBTFUL if measures.covered >= MIN_COVERED else DOUBTFUL_PART):
        return replace(text, confidence=measured * (1 + text.confidence) / 2)
    best, best_quality = text, measured + CLEARLY_MORE
    page.assign_roles(headline, by_names=False)
    unnamed = select_text(page, headline, captions)
    page.assign_roles(headline)
    scores = select_scores(page, headline, captions)
    second = tuple(
        block
        for block in trafilatura_lines(page, scores)
        if block is not headline and block.order not in captions
    )
    others = (
        Text(_first_run(page, headline, scores), None, 1.0),
        unnamed,
        Text(_below(page, headline, captions, scores), None, 1.0),
        Text(second, None, 1.0),
    )
    for other in others:
        size = sum(len(block.text) for block in other.blocks)
        is_most_of_it = set(other.blocks) < set(text.blocks) and 2 * size > sum(
            len(b.text) for b in text.blocks
        )
        if size >= MIN_OTHER_CHARACTERS and not is_most_of_it:
            its_quality = quality(measure(page, other.blocks, headline, seen))
            if its_quality > best_quality:
                best, best_quality, measured = other, its_quality, its_quality
    return replace(best, confidence=measured * (1 + best.confidence) / 2)


def _first_run(page: Page, headline: Block | None, scores: Sequence[float]) -> tuple[Block, ...]:
    """Return the lines that look like text in the box around the first running text below the headline."""
    start = headline.order + 1 if headline is not None else 0
    for block in page.blocks[start:]:
        if scores[block.order] > 0 and is_running(block):
            box = block.box.parent or block.box
            return tuple(
                one for one in page.blocks[max(start, box.first) : box.last] if scores[one.order] > 0
            )
    return ()


def _below(
    page: Page, headline: Block | None, captions: frozenset[int], scores: Sequence[float]
) -> tuple[Block, ...]:
    """Return all lines that look like text in the smallest box with the headline and running text below it."""
    if headline is None:
        return ()
    for box in headline.box.ancestors():
        below = [block for block in page.blocks[headline.order + 1 : box.last] if block.order not in captions]
        if sum(len(block.text) for block in below if is_running(block)) >= MIN_OTHER_CHARACTERS:
            return tuple(block for block in below if scores[block.order] > 0)
    return ()


def witness(page: Page, metadata: Metadata, title: str) -> Witness:
    """Return what a page says of its text outside of it."""
    known = stems(title)
    described = (
        frozenset().union(*map(stems, metadata.descriptions)) if metadata.descriptions else frozenset()
    )
    return Witness(known, described - known, stems(metadata.article_body))


def measure(page: Page, text: Sequence[Block], headline: Block | None, seen: Witness) -> Measures:
    """Return the measures of a text on its page."""
    size = sum(len(block.text) for block in text)
    own = stems(" ".join(block.text for block in text))
    orders = {block.order for block in text}
    at = headline.order if headline is not None else -1
    first = min((order for order in orders if order > at), default=at + 1)
    running = [block for block in page.blocks if is_running(block)]
    total = sum(len(block.text) for block in running)
    skipped = sum(len(block.text) for block in running if at < block.order < first and block.box.role is None)
    mine = sum(len(block.text) for block in running if block.order in orders)

    def share(selected: Sequence[Block]) -> float:
        return sum(len(block.text) for block in selected) / max(1, size)

    notices = [
        block
        for block in text
        if boilerplate.is_legal_notice(block.text) or boilerplate.is_site_notice(block.text)
    ]
    about_notices = len(seen.title & stems(" ".join(block.text for block in notices))) >= 2
    return Measures(
        size=size,
        title=_part(seen.title, own) or 0.0,
        description=_part(seen.description, own),
        body=_part(seen.body, own),
        legal=0.0 if about_notices else share(notices),
        skipped=skipped / max(1, skipped + size),
        above=share([block for block in text if block.order < at]),
        linked=sum(block.linked for block in text) / max(1, size),
        covered=mine / max(1, total),
        named=share(
            [
                block
                for block in text
                if block.box.role in ("boilerplate", "aside", "comments", "footer", "navigation", "form")
            ]
        ),
    )


def is_running(block: Block) -> bool:
    """Return whether a line is running text that is neither a link nor a legal notice."""
    return (
        len(block.text) >= RUNNING_CHARACTERS
        and block.link_share < 0.5
        and not boilerplate.is_legal_notice(block.text)
        and not boilerplate.is_site_notice(block.text)
    )


def quality(measures: Measures) -> float:
    """Return how plausible a text is, from 0 to 1. What the page does not state counts as a usual agreement."""
    size = min(1.0, log2(1 + measures.size / 100) / 5)
    described = USUAL if measures.description is None else measures.description
    stated = USUAL if measures.body is None else measures.body
    return max(
        0.0,
        min(
            1.0,
            0.07 * measures.title
            + 0.56 * described
            + 0.09 * stated
            + 0.22 * size
            + 0.06 * measures.covered
            - 1.4 * measures.legal
            - 1.2 * max(0.0, measures.linked - USUAL_LINKED)
            - 0.3 * measures.skipped
            - 0.23 * measures.above
            - 0.2 * measures.named,
        ),
    )


def _part(wanted: frozenset[str], own: frozenset[str]) -> float | None:
    return len(wanted & own) / len(wanted) if len(wanted) >= MIN_WITNESS_WORDS else None
