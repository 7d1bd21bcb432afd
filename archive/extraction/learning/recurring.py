"""Find what recurs on an outlet's pages and belongs to no article: lines, and boxes that hold nothing else.

A box whose text is another's each time it is looked at is an article's; one that says on one page what it says on
the next («Корреспондент, пишет о регионах») is not, however its outlet calls it.
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

CONSISTENT = 0.8  # of the times an element is seen: text, caption or furniture
REPEATING = 0.5  # of the times a box is seen: it says what it says on another page too
LARGE = 4  # lines a page, from which on taking something out of the region spares time
MOST_BESIDE = 12
MIN_TIMES_SEEN = 3  # times, at least
MIN_PAGE_SHARE = 0.15  # of the pages
OFTEN = (
    0.3  # of the pages: a paragraph that looks like any other and comes again is background to many stories
)
FEWEST_AGAIN = 5  # pages, at least
LARGELY = 0.25  # of the text: an outlet whose paragraphs like any other come again so much writes so
NUMBER = re.compile(r"\d+(?:[ \u00a0]\d{3})*(?:[.,:]\d+)*")
SHORTEST_LINE, LONGEST_LINE = 8, 400  # characters of a recurring line
TO_THE_READER = re.compile(  # words by which an outlet speaks to its reader, of itself
    r"\b(?:мы|нас|нам|нами|наш(?:а|е|и|у|ей|его|ему|им|их|ими|ем|ої|ого|ому|ій|і|ага|аму|ых|ым)?|ми|ви|we|us|our|you|your"
    r"|вы|вас|вам|вами|ваш(?:а|е|и|у|ей|его|ему|им|их|ими|ем|ої|ого|ому|ій|і|ага|аму|ых|ым)?|біз(?:ге|дің|бен)?|сіз(?:ге|дің)?)\b"
    r"|подпис[аы]|подпиш|підпис[ау]|підпиш|падпіс|падпіш|жазылы|рассылк|розсилк|рассылк|телеграм|telegram|viber|whatsapp"
    r"|https?://|редакци|редакці|рэдакцы|subscri|newsletter|donat|sign up|©|cookie|реклам|рэклам|жарнама|erid|станьте"
    r"|приєднуй|присоединя|долуча"
)
QUOTED = re.compile(r"[«\"“„—–-]|.*[»\"”],? [—–-] ")  # it is somebody else who speaks


@dataclass(frozen=True, slots=True)
class Sample:
    """A captured page to learn from, with what its listing states."""

    capture: Capture
    listed: ListingEntry | None = None
    since: datetime | None = None  # what is learned holds from the earliest of these; None: from its capture


@dataclass(frozen=True, slots=True)
class ExtractedSample:
    """A page to learn from, extracted without a template."""

    sample: Sample
    found: Extraction


HOLDERS = frozenset(("div", "section", "aside", "table", "center", "ul"))
HEADLINE = 20  # characters of a linked line that may be another article's headline
LIST = 3  # lines of a box of links that ends the text where it is not known for one
Use = Literal["text", "repeated", "linked", "caption", "furniture", "told", "links", "beside the text"]


def find_recurring_lines(seen: Sequence[ExtractedSample], template: PageTemplate) -> tuple[str, ...]:
    """Return the lines that recur inside the bodies of several articles, as first printed; «#» is a varying number.

    A paragraph that looks like any other recurs if it addresses the reader or is on many pages; the first paragraph
    of an article only if it addresses the reader, since teasers on other pages may repeat it.
    """
    tallies: dict[str, _Tally] = {}
    opening = Counter(
        line
        for one in seen
        for line in {comparable(block.text) for block in (*one.found.lead, *one.found.text[:1])}
    )
    for one in seen:
        held = apply.blocks_at(one.found.page, template.body) or one.found.text
        builds = Counter(map(_build, one.found.text))
        for line, block in {comparable(block.text): block for block in (*one.found.lead, *held)}.items():
            if not SHORTEST_LINE <= len(block.text) <= LONGEST_LINE or _is_of_teaser(one.found.page, block):
                continue
            speaks = _speaks(block.text)
            if block.order in one.found.captions or (not speaks and _brings_in(block)):
                continue
            if speaks or opening[line] != 1:
                tally = tallies.setdefault(line, _Tally(block.text, speaks))
                tally.pages += 1
                tally.apart += builds[_build(block)] <= 1
                tally.signed += _is_of_author(block.text, one.found.article.authors)
            if speaks and NUMBER.search(block.text):
                text = NUMBER.sub(apply.NUMBER_PLACEHOLDER, block.text)
                tallies.setdefault(
                    f"{apply.NUMBER_PLACEHOLDER} {comparable(text)}", _Tally(text, speaks)
                ).pages += 1
    fewest, often = (
        max(MIN_TIMES_SEEN, round(MIN_PAGE_SHARE * len(seen))),
        max(FEWEST_AGAIN, OFTEN * len(seen)),
    )
    found = {line: tally for line, tally in tallies.items() if tally.recurs(fewest, often)}
    size = sum(len(block.text) for one in seen for block in one.found.text)
    if sum(len(tally.text) * tally.pages for tally in found.values() if tally.is_prose) > LARGELY * size:
        found = {line: tally for line, tally in found.items() if not tally.is_prose}
    return tuple(sorted({tally.text for tally in found.values()}))


@dataclass(slots=True)
class _Tally:
    """How often, and in which context, one line was seen."""

    text: str
    speaks: bool  # to the reader
    pages: int = 0
    apart: int = 0  # of them: where no other line is built like it
    signed: int = 0  # of them: where it begins with the name of the article's author

    @property
    def is_prose(self) -> bool:
        """Return whether it looks like any other paragraph, except that it recurs."""
        return not self.speaks and self.signed < self.pages and self.apart < CONSISTENT * self.pages

    def recurs(self, fewest: int, often: float) -> bool:
        if self.signed == self.pages:  # «Анна Ветрова, обозреватель»: not everyone writes much
            return self.pages > 1
        is_likely = self.speaks or self.pages >= often or self.apart >= CONSISTENT * self.pages
        return self.pages >= fewest and is_likely


def _is_of_teaser(page: Page, block: Block) -> bool:
    """Return whether a line is a link or follows a linked headline, so that it teases another article."""
    above = page.blocks[max(0, block.order - 1)]
    shared = next(box for box in block.box.ancestors() if box.first < block.order or box.parent is None)
    return block.link_share > 0.7 or (
        above.link_share > 0.7 and len(above.text) >= HEADLINE and shared.last - shared.first <= LIST
    )


def _brings_in(block: Block) -> bool:
    """Return whether a line is a label above a part of the text («Что известно:»)."""
    return block.level is not None or block.text.endswith(":")


def _speaks(text: str) -> bool:
    """Return whether a line addresses the reader and quotes nobody."""
    return QUOTED.match(text) is None and TO_THE_READER.search(text.casefold()) is not None


def _is_of_author(text: str, authors: Sequence[str]) -> bool:
    """Return whether a line is about the article's author; for an unsigned article, whether it is an author's bio."""
    return bylines.is_bio_of(text, authors) if authors else bylines.is_bio(text)


def _build(block: Block) -> tuple[object, ...]:
    """Return the tags, names and depth of a line and the box around it, for comparison."""
    outer = block.box.parent or block.box
    return outer.tag, outer.names, outer.depth, block.box.tag, block.box.names


def classify_boxes(
    seen: Sequence[ExtractedSample], template: PageTemplate
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return selectors of boxes inside the text that always hold captions, and of those that hold boilerplate."""
    uses: dict[str, Counter[Use]] = {}
    twice = _twice(seen)
    around = template.body or template.region
    for one in seen if around else ():
        for name, use in _uses(one, twice, around or "", in_body=template.body is not None):
            uses.setdefault(name, Counter())[use] += 1
    return _named(uses, _is_caption), _named(uses, _is_furniture)


def _uses(one: ExtractedSample, twice: set[str], around: str, *, in_body: bool) -> Iterator[tuple[str, Use]]:
    """Yield the selector of each box inside the text with its use on the page."""
    page, text = one.found.page, {block.order for block in one.found.text}
    chosen = set(rules.select(page.root, around))
    for box in page.boxes:
        name = _name(box.element)
        if name is None or box.first == box.last or box.tag in ("p", "h1"):
            continue
        if box.element in chosen or not any(above.element in chosen for above in box.ancestors()):
            continue
        held = page.blocks[box.first : box.last]
        told = [block for block in held if block.order in text]
        is_amid = min(text) < box.first and box.last - 1 < max(text)
        if any(map(must_stay, held)):
            yield name, "text"
        elif told:
            is_linked = held[0].link_share > 0.7 and len(held[0].text) >= HEADLINE
            yield name, "repeated" if _repeats(told, twice) else "linked" if is_linked else "text"
        elif all(block.order in one.found.captions for block in held):
            yield name, "caption"
        elif all(_is_told(block) for block in held):
            yield name, "links" if is_amid and len(held) >= LIST else "told"
        else:
            yield name, "furniture" if is_amid or in_body else "beside the text"


def _name(element: Any) -> str | None:
    """Return the selector of an element by its names, or by its parent if it has none; None if there is neither."""
    own = own_selector(element)
    if own is not None or element.tag not in HOLDERS or element.getparent() is None:
        return own
    if element.get("class") or element.get("id"):
        return None  # names that change from page to page
    outer = candidate_selectors(element.getparent())
    return f"{outer[0]} > {element.tag}:not([class]):not([id])" if outer else None


def _twice(seen: Sequence[ExtractedSample]) -> set[str]:
    """Return the lines that are part of the text on two pages or more."""
    pages = Counter(line for one in seen for line in {comparable(block.text) for block in one.found.text})
    return {line for line, number in pages.items() if number > 1 and len(line) >= SHORTEST_LINE}


def _repeats(told: Sequence[Block], twice: set[str]) -> bool:
    """Return whether most of a box's text is on other pages too."""
    again = sum(len(block.text) for block in told if comparable(block.text) in twice)
    return again >= CONSISTENT * sum(len(block.text) for block in told)


def _is_told(block: Block) -> bool:
    """Return whether a line is left out wherever it is, by its words or because it is a link."""
    return block.link_share > 0.7 or not body.is_body_line(block)


def must_stay(block: Block) -> bool:
    """Return whether a line must not be removed although it is not text: a legal notice or a picture credit."""
    return boilerplate.is_legal_notice(block.text) or boilerplate.is_credit(block.text)


def _is_caption(uses: Counter[Use]) -> bool:
    return uses["caption"] >= max(MIN_TIMES_SEEN, CONSISTENT * uses.total())


def _is_furniture(uses: Counter[Use]) -> bool:
    """Return whether a box is boilerplate: nearly always something other than text, or mostly repeated.

    A box whose lines are left out by their words anyway need not be listed, and may hold text on another page.
    """
    silent = uses["furniture"] + uses["repeated"] + uses["linked"] + uses["links"]
    total = uses.total()
    if total < MIN_TIMES_SEEN or not silent:
        return False
    if uses["repeated"] >= max(MIN_TIMES_SEEN, REPEATING * total):
        return True
    if (uses["beside the text"] or uses["links"]) and not uses["text"]:  # and read as the text by mistake
        return True
    is_known = uses["told"] > silent and uses["text"] > 0
    return silent >= MIN_TIMES_SEEN and silent + uses["told"] >= CONSISTENT * total and not is_known


def _named(uses: Mapping[str, Counter[Use]], is_one: Callable[[Counter[Use]], bool]) -> tuple[str, ...]:
    return tuple(sorted(name for name, counted in uses.items() if is_one(counted)))


def find_unused_boxes(seen: Sequence[ExtractedSample], template: PageTemplate) -> list[str]:
    """Return selectors of large boxes in the region that never hold text or headline, the largest first."""
    held_lines: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    never: set[str] = set()
    for one in seen if template.region else ():
        page = one.found.page
        held = {block.order for block in one.found.text} | one.found.captions
        if one.found.headline is not None:
            held.add(one.found.headline.order)
        region = next(iter(rules.select(page.root, template.region or "")), None)
        names: set[str] = set()
        for box in page.boxes:
            name = own_selector(box.element)
            if name is None or not any(above.element is region for above in box.ancestors()):
                continue
            if not held.isdisjoint(range(box.first, box.last)) or any(
                map(must_stay, page.blocks[box.first : box.last])
            ):
                never.add(name)
            elif name not in names:
                names.add(name)
                held_lines[name] += box.last - box.first
        pages.update(names)
    large = [
        name
        for name, number in sorted(held_lines.items(), key=lambda one: (-one[1], one[0]))
        if name not in never and pages[name] * 2 >= len(seen) and number >= LARGE * len(seen)
    ]
    return large[:MOST_BESIDE]
