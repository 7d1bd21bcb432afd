"""Find what recurs on an outlet's pages and belongs to no article: repeated lines, and boxes of boilerplate.

A box with a different text on each page belongs to the articles; one that says the same on the next page
(«Корреспондент, пишет о регионах») does not, whatever its names are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from archive.extraction.body import select as body
from archive.extraction.extract import Extraction
from archive.extraction.fields import bylines
from archive.extraction.model import ListingEntry, PageTemplate
from archive.extraction.normalize import comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.templates import apply, rules
from archive.extraction.templates.selectors import candidate_selectors, own_selector
from archive.extraction.vocabulary import boilerplate
from archive.http.capture import Capture
from archive.language.phrases import words

MIN_CONSISTENCY = 0.8  # share of the times a box is seen that it must have one use
MIN_REPETITION = 0.5  # share of the times a box is seen that it repeats the text of another page
MIN_LINES_A_PAGE = 4  # lines a page; removing a box with fewer from the region saves no time
MAX_UNUSED_BOXES = 12
MIN_TIMES_SEEN = 3  # times a line or box must be seen
MIN_PAGE_SHARE = 0.15  # share of pages on which a recurring line must be
PROSE_PAGE_SHARE = (
    0.3  # share of pages for a paragraph that looks like any other: on fewer it may be background to stories
)
MIN_PROSE_PAGES = 5  # pages for such a paragraph
MAX_PROSE_SHARE = 0.25  # share of the text; if such paragraphs are more, the outlet's articles reuse them
NUMBER = re.compile(r"\d+(?:[ \u00a0]\d{3})*(?:[.,:]\d+)*")
MIN_LINE_CHARS, MAX_LINE_CHARS = 8, 400  # characters of a recurring line
# Words with which an outlet addresses its readers or speaks of itself.
READER_WORDS = re.compile(rf"\b{words('we_and_you')}\b|{words('to_readers')}")
QUOTED = re.compile(r"[«\"“„—–-]|.*[»\"”],? [—–-] ")  # somebody else is quoted


@dataclass(frozen=True, slots=True)
class Sample:
    """A captured page to learn from, with what its listing states."""

    capture: Capture
    listed: ListingEntry | None = None
    since: datetime | None = None  # a template is valid from the earliest of these; None: from the capture


@dataclass(frozen=True, slots=True)
class ExtractedSample:
    """A page to learn from, extracted without a template."""

    sample: Sample
    extraction: Extraction


CONTAINER_TAGS = frozenset(("div", "section", "aside", "table", "center", "ul"))
MIN_HEADLINE_CHARS = 20  # characters of a linked line that may be another article's headline
MIN_LINK_LIST = 3  # lines; a box of so many links would end the text if it were not known
Use = Literal["text", "repeated", "linked", "caption", "boilerplate", "left out", "links", "beside the text"]


def find_recurring_lines(seen: Sequence[ExtractedSample], template: PageTemplate) -> tuple[str, ...]:
    """Return the lines that recur inside the bodies of several articles, as first printed; «#» is a varying number.

    A paragraph that looks like any other recurs if it addresses the reader or is on many pages; the first paragraph
    of an article only if it addresses the reader, since teasers on other pages may repeat it.
    """
    tallies: dict[str, _Tally] = {}
    opening = Counter(
        line
        for one in seen
        for line in {comparable(block.text) for block in (*one.extraction.lead, *one.extraction.text[:1])}
    )
    for one in seen:
        blocks = apply.blocks_at(one.extraction.page, template.body) or one.extraction.text
        builds = Counter(map(_structure, one.extraction.text))
        for line, block in {
            comparable(block.text): block for block in (*one.extraction.lead, *blocks)
        }.items():
            if not MIN_LINE_CHARS <= len(block.text) <= MAX_LINE_CHARS or _is_teaser(
                one.extraction.page, block
            ):
                continue
            to_reader = _addresses_reader(block.text)
            if block.order in one.extraction.captions or (not to_reader and _is_label(block)):
                continue
            if to_reader or opening[line] != 1:
                tally = tallies.setdefault(line, _Tally(block.text, to_reader))
                tally.pages += 1
                tally.alone_in_structure += builds[_structure(block)] <= 1
                tally.signed += _names_author(block.text, one.extraction.article.authors)
            if to_reader and NUMBER.search(block.text):
                text = NUMBER.sub(apply.NUMBER_PLACEHOLDER, block.text)
                tallies.setdefault(
                    f"{apply.NUMBER_PLACEHOLDER} {comparable(text)}", _Tally(text, to_reader)
                ).pages += 1
    fewest, often = (
        max(MIN_TIMES_SEEN, round(MIN_PAGE_SHARE * len(seen))),
        max(MIN_PROSE_PAGES, PROSE_PAGE_SHARE * len(seen)),
    )
    always = max(MIN_PROSE_PAGES, MIN_CONSISTENCY * len(seen))
    found = {line: tally for line, tally in tallies.items() if tally.recurs(fewest, often)}
    size = sum(len(block.text) for one in seen for block in one.extraction.text)
    if (
        sum(
            len(tally.text) * tally.pages
            for tally in found.values()
            if tally.is_prose and tally.pages < always
        )
        > MAX_PROSE_SHARE * size
    ):
        found = {line: tally for line, tally in found.items() if not tally.is_prose or tally.pages >= always}
    return tuple(sorted({tally.text for tally in found.values()}))


@dataclass(slots=True)
class _Tally:
    """How often, and in which context, one line was seen."""

    text: str
    addresses_reader: bool  # it addresses the reader
    pages: int = 0
    alone_in_structure: int = 0  # of them: no other line of the text has its structure
    signed: int = 0  # of them: it begins with the name of the article's author

    @property
    def is_prose(self) -> bool:
        """Return whether it looks like any other paragraph, except that it recurs."""
        return (
            not self.addresses_reader
            and self.signed < self.pages
            and self.alone_in_structure < MIN_CONSISTENCY * self.pages
        )

    def recurs(self, fewest: int, often: float) -> bool:
        if self.signed == self.pages:  # «Анна Ветрова, обозреватель»: an author may have few articles
            return self.pages > 1
        is_likely = (
            self.addresses_reader
            or self.pages >= often
            or self.alone_in_structure >= MIN_CONSISTENCY * self.pages
        )
        return self.pages >= fewest and is_likely


def _is_teaser(page: Page, block: Block) -> bool:
    """Return whether a line is a link or follows a linked headline, so that it teases another article."""
    above = page.blocks[max(0, block.order - 1)]
    shared = next(box for box in block.box.ancestors() if box.first < block.order or box.parent is None)
    return block.link_share > 0.7 or (
        above.link_share > 0.7
        and len(above.text) >= MIN_HEADLINE_CHARS
        and shared.last - shared.first <= MIN_LINK_LIST
    )


def _is_label(block: Block) -> bool:
    """Return whether a line is a label above a part of the text («Что известно:»)."""
    return block.level is not None or block.text.endswith(":")


def _addresses_reader(text: str) -> bool:
    """Return whether a line addresses the reader and quotes nobody."""
    return QUOTED.match(text) is None and READER_WORDS.search(text.casefold()) is not None


def _names_author(text: str, authors: Sequence[str]) -> bool:
    """Return whether a line is about the article's author; for an unsigned article, whether it is an author's bio."""
    return bylines.is_bio_of(text, authors) if authors else bylines.is_bio(text)


def _structure(block: Block) -> tuple[object, ...]:
    """Return the tags, names and depth of a line and the box around it, for comparison."""
    outer = block.box.parent or block.box
    return outer.tag, outer.names, outer.depth, block.box.tag, block.box.names


def classify_boxes(
    seen: Sequence[ExtractedSample], template: PageTemplate
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return selectors of boxes inside the text that always hold captions, and of those that hold boilerplate."""
    uses: dict[str, Counter[Use]] = {}
    repeated = _repeated_lines(seen)
    around = template.body or template.region
    for one in seen if around else ():
        for name, use in _box_uses(one, repeated, around or "", in_body=template.body is not None):
            uses.setdefault(name, Counter())[use] += 1
    return _selectors_used_as(uses, _is_caption), _selectors_used_as(uses, _is_boilerplate)


def _box_uses(
    one: ExtractedSample, repeated: set[str], around: str, *, in_body: bool
) -> Iterator[tuple[str, Use]]:
    """Yield the selector of each box inside the text with its use on the page."""
    page, text = one.extraction.page, {block.order for block in one.extraction.text}
    chosen = set(rules.select(page.root, around))
    for box in page.boxes:
        name = _box_selector(box.element)
        if name is None or box.first == box.last or box.tag in ("p", "h1"):
            continue
        if box.element in chosen or not any(above.element in chosen for above in box.ancestors()):
            continue
        blocks = page.blocks[box.first : box.last]
        in_text = [block for block in blocks if block.order in text]
        is_amid = min(text) < box.first and box.last - 1 < max(text)
        if any(map(must_stay, blocks)):
            yield name, "text"
        elif in_text:
            is_linked = blocks[0].link_share > 0.7 and len(blocks[0].text) >= MIN_HEADLINE_CHARS
            yield name, "repeated" if _is_repeated(in_text, repeated) else "linked" if is_linked else "text"
        elif all(block.order in one.extraction.captions for block in blocks):
            yield name, "caption"
        elif all(_is_left_out(block) for block in blocks):
            yield name, "links" if is_amid and len(blocks) >= MIN_LINK_LIST else "left out"
        else:
            yield name, "boilerplate" if is_amid or in_body else "beside the text"


def _box_selector(element: Any) -> str | None:
    """Return the selector of an element by its names, or by its parent if it has none; None if there is neither."""
    own = own_selector(element)
    if own is not None or element.tag not in CONTAINER_TAGS or element.getparent() is None:
        return own
    if element.get("class") or element.get("id"):
        return None  # names that change from page to page
    outer = candidate_selectors(element.getparent())
    return f"{outer[0]} > {element.tag}:not([class]):not([id])" if outer else None


def _repeated_lines(seen: Sequence[ExtractedSample]) -> set[str]:
    """Return the lines that are part of the text on two pages or more."""
    pages = Counter(
        line for one in seen for line in {comparable(block.text) for block in one.extraction.text}
    )
    return {line for line, number in pages.items() if number > 1 and len(line) >= MIN_LINE_CHARS}


def _is_repeated(blocks: Sequence[Block], repeated: set[str]) -> bool:
    """Return whether most of a box's text is on other pages too."""
    repeated_chars = sum(len(block.text) for block in blocks if comparable(block.text) in repeated)
    return repeated_chars >= MIN_CONSISTENCY * sum(len(block.text) for block in blocks)


def _is_left_out(block: Block) -> bool:
    """Return whether a line is left out wherever it is, by its words or because it is a link."""
    return block.link_share > 0.7 or not body.is_body_line(block)


def must_stay(block: Block) -> bool:
    """Return whether a line must not be removed although it is not text: a legal notice or a picture credit."""
    return boilerplate.is_legal_notice(block.text) or boilerplate.is_credit(block.text)


def _is_caption(uses: Counter[Use]) -> bool:
    return uses["caption"] >= max(MIN_TIMES_SEEN, MIN_CONSISTENCY * uses.total())


def _is_boilerplate(uses: Counter[Use]) -> bool:
    """Return whether a box is boilerplate: nearly always something other than text, or mostly repeated.

    A box whose lines are left out by their words anyway need not be listed, and may hold text on another page.
    """
    not_text = uses["boilerplate"] + uses["repeated"] + uses["linked"] + uses["links"]
    total = uses.total()
    if total < MIN_TIMES_SEEN or not not_text:
        return False
    if uses["repeated"] >= max(MIN_TIMES_SEEN, MIN_REPETITION * total):
        return True
    if (uses["beside the text"] or uses["links"]) and not uses["text"]:  # and extracted as text by mistake
        return True
    is_known = uses["left out"] > not_text and uses["text"] > 0
    return (
        not_text >= MIN_TIMES_SEEN and not_text + uses["left out"] >= MIN_CONSISTENCY * total and not is_known
    )


def _selectors_used_as(
    uses: Mapping[str, Counter[Use]], is_one: Callable[[Counter[Use]], bool]
) -> tuple[str, ...]:
    return tuple(sorted(name for name, counted in uses.items() if is_one(counted)))


def find_unused_boxes(seen: Sequence[ExtractedSample], template: PageTemplate) -> list[str]:
    """Return selectors of large boxes in the region that never hold text or headline, the largest first."""
    line_counts: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    never: set[str] = set()
    for one in seen if template.region else ():
        page = one.extraction.page
        used = {block.order for block in one.extraction.text} | one.extraction.captions
        if one.extraction.headline is not None:
            used.add(one.extraction.headline.order)
        region = next(iter(rules.select(page.root, template.region or "")), None)
        names: set[str] = set()
        for box in page.boxes:
            name = own_selector(box.element)
            if name is None or not any(above.element is region for above in box.ancestors()):
                continue
            if not used.isdisjoint(range(box.first, box.last)) or any(
                map(must_stay, page.blocks[box.first : box.last])
            ):
                never.add(name)
            elif name not in names:
                names.add(name)
                line_counts[name] += box.last - box.first
        pages.update(names)
    large = [
        name
        for name, number in sorted(line_counts.items(), key=lambda one: (-one[1], one[0]))
        if name not in never and pages[name] * 2 >= len(seen) and number >= MIN_LINES_A_PAGE * len(seen)
    ]
    return large[:MAX_UNUSED_BOXES]
