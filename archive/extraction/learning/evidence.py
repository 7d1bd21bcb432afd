"""Correct what the extractor took from an outlet's pages, by evidence that does not come from the extractor.

What differs from page to page is text, and what recurs is not. A text shares the rarer words of its own page's title,
summary and other text, and not those of other pages. What the data states says which line is the headline.

Everything is decided for a place on the outlet's pages, never for one page: a mistake that is made on a single page
is the extractor's to avoid, and one that is made on most of them can be learned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from archive.extraction.body import candidates
from archive.extraction.body.candidates import Witness, is_running
from archive.extraction.body.membership import is_body_line
from archive.extraction.dates.candidates import DateContext, find_candidates
from archive.extraction.learning.recurring import ExtractedSample, must_stay
from archive.extraction.metadata.collect import collect_metadata
from archive.extraction.model import Outlet, StatedTime
from archive.extraction.normalize import comparable, stems
from archive.extraction.page.elements import Block, Box
from archive.extraction.templates.selectors import candidate_selectors, own_selector

T = TypeVar("T")
MIN_PAGES = 3  # fewer do not show what recurs
MIN_PLACE_SHARE = 0.8  # share of the pages that have a place
MAX_COMMON_SHARE = 0.25  # share of the pages; a word on more of them says nothing about a story
# How much more a text shares with its own page than with others, and the least share of its page's rarer words.
ABOUT_TIMES, MIN_ABOUT = 2.0, 0.04
STRAY_TIMES, MAX_STRAY = 1.5, 0.02  # the same for a text that is about other stories
MIN_REPEATED_SHARE = 0.2  # share of the lines about other stories that are on other pages as well,
MIN_ITEMS = 2.0  # or else titles a page above such lines, as in a list of stories
MAX_ITEM_TITLE = 200  # characters
MIN_REST_CHARACTERS = 60  # of a text that is left
MAX_AGREEMENT_LOST = 0.02  # of a page's words about its text
MAX_TITLE_REPEATED = 0.5  # share of the pages whose headline is on another page too
MAX_TIME_DIFFERING = 0.5  # share of the pages whose time is of another day than the one in their data
NO_PLACES = frozenset(["p", "li", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "html", "body"])


@dataclass(frozen=True, slots=True)
class Correction:
    """An outlet's pages with the mistakes corrected that are made on most of them."""

    samples: tuple[ExtractedSample, ...]
    title: str | None = None  # selector of the headline, if it is not where the extractor found it
    published: str | None = None  # selector of the printed time, likewise
    text: tuple[str, ...] = ()  # selectors of boxes that are text although their names sound like boilerplate
    other_stories: tuple[str, ...] = ()  # selectors of boxes that were taken for text


@dataclass(slots=True)
class _Page:
    """A page with what its text is compared with."""

    one: ExtractedSample
    witness: Witness
    stems: list[frozenset[str]]  # of each line
    taken: set[int]  # orders of the lines of its text

    @property
    def blocks(self) -> Sequence[Block]:
        return self.one.extraction.page.blocks

    @property
    def stated(self) -> frozenset[str]:
        """Return the words of its title, summary and stated text."""
        return self.witness.title | self.witness.description | self.witness.body

    def words(self, orders: Iterable[int]) -> frozenset[str]:
        return frozenset().union(*(self.stems[order] for order in orders))

    def size(self, orders: Iterable[int]) -> int:
        return sum(len(self.blocks[order].text) for order in orders)

    def agreement(self, orders: Iterable[int]) -> float:
        """Return the share of the words that the page states about its text."""
        return len(self.words(orders) & self.stated) / max(1, len(self.stated))


Place = dict[int, set[int]]  # for each page that has it, the orders of its lines there
Places = dict[str, Place]  # by selector


def correct(seen: Sequence[ExtractedSample], outlet: Outlet) -> Correction:
    """Return an outlet's pages with the mistakes corrected that the extractor makes on most of them."""
    if len(seen) < MIN_PAGES:
        return Correction(tuple(seen))
    title, with_headlines = _with_stated_headlines(seen)
    published, with_times = _with_stated_times(with_headlines, outlet)
    pages = [_described(one) for one in with_times]
    extracted = [frozenset(page.taken) for page in pages]
    printed = Counter(line for page in pages for line in {comparable(block.text) for block in page.blocks})
    text_boxes = _add_named_like_boilerplate(pages, printed)
    other_stories = _leave_out_other_stories(pages, printed)
    samples = tuple(_corrected(page, before) for page, before in zip(pages, extracted, strict=True))
    return Correction(samples, title, published, text_boxes, other_stories)


def _described(one: ExtractedSample) -> _Page:
    found = one.extraction
    return _Page(
        one,
        candidates.witness(found.page, collect_metadata(found.page), found.article.title),
        [stems(block.text) for block in found.page.blocks],
        {block.order for block in found.text},
    )


def _corrected(page: _Page, before: frozenset[int]) -> ExtractedSample:
    """Return a page with its corrected text. What was found in lines that are no longer text may be lost."""
    if page.taken == before:
        return page.one
    found = page.one.extraction
    left_out = bool(before - page.taken)
    article = replace(found.article, images=(), authors=(), tags=()) if left_out else found.article
    lead = tuple(block for block in found.lead if block.order in page.taken or block.order not in before)
    if lead != found.lead:
        article = replace(article, lead=None)
    text = tuple(page.blocks[order] for order in sorted(page.taken))
    return replace(page.one, extraction=replace(found, article=article, text=text, lead=lead))


def _with_stated_headlines(
    seen: Sequence[ExtractedSample],
) -> tuple[str | None, Sequence[ExtractedSample]]:
    """Return pages with the headline where most of them print a stated title, if the extractor's recurs.

    The selector of that place comes first, or None if nothing was corrected.
    """
    titles = Counter(comparable(one.extraction.article.title) for one in seen)
    recurring = sum(titles[comparable(one.extraction.article.title)] > 1 for one in seen)
    if recurring < max(MIN_PAGES, MAX_TITLE_REPEATED * len(seen)):
        return None, seen
    stated = [_stated_titles(one) for one in seen]
    pages_stating = Counter(title for titles_of_page in stated for title in titles_of_page)
    places: dict[str, dict[int, Block]] = {}
    for at, one in enumerate(seen):
        for block in one.extraction.page.blocks:
            if pages_stating[line := comparable(block.text)] == 1 and line in stated[at]:
                for name in candidate_selectors(block.box.element):
                    places.setdefault(name, {}).setdefault(at, block)
    selector, place = _commonest(places)
    if len(place) < MIN_PLACE_SHARE * len(seen):
        return None, seen
    return selector, [_with_headline(one, place[at]) if at in place else one for at, one in enumerate(seen)]


def _stated_titles(one: ExtractedSample) -> frozenset[str]:
    listed = one.sample.listed
    titles = [value.value for value in collect_metadata(one.extraction.page).titles]
    return frozenset(map(comparable, [*titles, *([listed.title] if listed and listed.title else [])]))


def _with_headline(one: ExtractedSample, headline: Block) -> ExtractedSample:
    found = one.extraction
    lead = tuple(block for block in found.lead if block is not headline)
    article = replace(
        found.article,
        title=headline.text,
        lead=found.article.lead if lead == found.lead else None,
        section=None,  # it was looked for around another line
    )
    text = tuple(block for block in found.text if block is not headline)
    return replace(one, extraction=replace(found, article=article, headline=headline, lead=lead, text=text))


def _with_stated_times(
    seen: Sequence[ExtractedSample], outlet: Outlet
) -> tuple[str | None, Sequence[ExtractedSample]]:
    """Return pages with the time printed where most of them print the day of their data, if the extractor's differs.

    The selector of that place comes first, or None if nothing was corrected.
    """
    contexts = [
        DateContext(ZoneInfo(outlet.timezone), outlet.languages, one.sample.capture.fetched_at)
        for one in seen
    ]
    days = [_stated_day(one, context) for one, context in zip(seen, contexts, strict=True)]
    differing = sum(
        day is not None and (found := one.extraction.article.published) is not None and found.at.date() != day
        for one, day in zip(seen, days, strict=True)
    )
    if differing < max(MIN_PAGES, MAX_TIME_DIFFERING * len(seen)):
        return None, seen
    places: dict[str, dict[int, StatedTime]] = {}
    for at, (one, context) in enumerate(zip(seen, contexts, strict=True)):
        read = one.extraction
        for near in find_candidates(read.page, context, read.headline, read.text, read.captions):
            if near.stamp.at.date() == days[at] and not near.in_prose:
                for name in candidate_selectors(near.block.box.element):
                    places.setdefault(name, {}).setdefault(at, near.stamp)
    selector, place = _commonest(places)
    if len(place) < MIN_PLACE_SHARE * len(seen):
        return None, seen
    return selector, [_with_time(one, place[at]) if at in place else one for at, one in enumerate(seen)]


def _stated_day(one: ExtractedSample, context: DateContext) -> date | None:
    """Return the day of publication that a page's data states in the outlet's zone; None if it states none or two."""
    values = collect_metadata(one.extraction.page).published
    stated = [context.parse(value.value, value.found_in) for value in values]
    days = {stamp.at.astimezone(context.zone).date() for stamp in stated if stamp is not None}
    return days.pop() if len(days) == 1 else None


def _with_time(one: ExtractedSample, published: StatedTime) -> ExtractedSample:
    found = one.extraction
    return replace(one, extraction=replace(found, article=replace(found.article, published=published)))


def _commonest(places: dict[str, dict[int, T]]) -> tuple[str | None, dict[int, T]]:
    """Return the place that most pages have, with its selector; of equally common ones that of the shortest."""
    by_pages = sorted(places.items(), key=lambda one: (-len(one[1]), len(one[0]), one[0]))
    return next(iter(by_pages), (None, {}))


def _add_named_like_boilerplate(pages: Sequence[_Page], printed: Counter[str]) -> tuple[str, ...]:
    """Add the boxes that were left out for their names, although their text varies and is about its page's story.

    Return their selectors.
    """
    places: Places = {}
    for at, page in enumerate(pages):
        for selector, orders in _named_boxes_in_text(page, printed):
            places.setdefault(selector, {}).setdefault(at, set()).update(orders)
    found = []
    for selector, place in sorted(places.items()):
        if len(place) >= MIN_PLACE_SHARE * len(pages) and _is_about_its_page(pages, place):
            found.append(selector)
            for at, orders in place.items():
                pages[at].taken |= orders
    return tuple(found)


def _named_boxes_in_text(page: _Page, printed: Counter[str]) -> Iterator[tuple[str, set[int]]]:
    """Yield the boxes between the headline and the end of the text that a name gives a role, with their lines."""
    headline = page.one.extraction.headline
    if headline is None or not page.taken:
        return
    container = next(
        box
        for box in page.blocks[min(page.taken)].box.ancestors()
        if all(box.first <= order < box.last for order in page.taken)
    )
    if container.tag in NO_PLACES and container.parent is not None:
        container = container.parent
    for order in range(max(container.first, headline.order + 1), max(page.taken)):
        block = page.blocks[order]
        box = _named_box(block, container)
        if (
            order in page.taken
            or box is None
            or not is_running(block)
            or not is_body_line(block)
            or printed[comparable(block.text)] > 1
            or order in page.one.extraction.captions
        ):
            continue
        selector = own_selector(box.element)
        if selector is not None:
            yield selector, {order}


def _named_box(block: Block, container: Box) -> Box | None:
    """Return the outermost box around a line, inside the container, whose name gives it the role of boilerplate."""
    named = None
    for box in block.box.ancestors():
        if box is container:
            break
        if box.own_role in ("boilerplate", "aside", "form"):
            named = box
    return named


def _leave_out_other_stories(pages: Sequence[_Page], printed: Counter[str]) -> tuple[str, ...]:
    """Leave out the boxes whose text is about other stories than that of their page; return their selectors."""
    places = _places(pages, [page.taken for page in pages], printed, keep_repeated=True)
    by_size = sorted(
        places.items(),
        key=lambda one: (-sum(pages[at].size(orders) for at, orders in one[1].items()), len(one[0]), one[0]),
    )
    found = []
    for selector, place in by_size:
        left = {at: orders & pages[at].taken for at, orders in place.items() if orders & pages[at].taken}
        if len(left) >= MIN_PLACE_SHARE * len(pages) and _is_about_other_stories(pages, left, printed):
            found.append(selector)
            for at, orders in left.items():
                pages[at].taken -= orders
    return tuple(sorted(found))


def _is_about_other_stories(pages: Sequence[_Page], place: Place, printed: Counter[str]) -> bool:
    lines = [comparable(pages[at].blocks[order].text) for at, orders in place.items() for order in orders]
    repeated = sum(printed[line] > 1 for line in lines)
    titled = sum(
        order > 0 and _is_item_title(pages[at].blocks[order - 1])
        for at, orders in place.items()
        for order in orders
    )
    if repeated < MIN_REPEATED_SHARE * len(lines) and titled < MIN_ITEMS * len(place):
        return False
    rest = {at: pages[at].taken - orders for at, orders in place.items()}
    if any(pages[at].size(orders) < MIN_REST_CHARACTERS for at, orders in rest.items()):
        return False
    if any(must_stay(pages[at].blocks[order]) for at, orders in place.items() for order in orders):
        return False
    lost = _mean([pages[at].agreement(pages[at].taken) - pages[at].agreement(rest[at]) for at in place])
    if lost > MAX_AGREEMENT_LOST or not _is_about_its_page(pages, rest):
        return False
    stated, whole = _shared(pages, place)
    compared = (stated,) if repeated >= MIN_REPEATED_SHARE * len(lines) else (stated, whole)
    return all(own <= STRAY_TIMES * other + MAX_STRAY for own, other in compared)


def _is_item_title(block: Block) -> bool:
    """Return whether a line looks like the title of an item in a list: a heading, linked or bold."""
    is_marked = block.level is not None or block.link_share > 0.7 or block.bold > 0.9 * len(block.text)
    return is_marked and len(block.text) <= MAX_ITEM_TITLE


def _is_about_its_page(pages: Sequence[_Page], place: Place) -> bool:
    return any(own >= max(MIN_ABOUT, ABOUT_TIMES * other) for own, other in _shared(pages, place))


def _shared(pages: Sequence[_Page], place: Place) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return what the lines of a place share with their own pages and with others.

    First of what the pages state about their texts, then of this and the rest of the texts.
    """
    stated = [page.stated for page in pages]
    rest = [page.words(page.taken - place.get(at, set())) for at, page in enumerate(pages)]
    whole = [one | other for one, other in zip(stated, rest, strict=True)]
    return _shared_with(pages, place, stated), _shared_with(pages, place, whole)


def _shared_with(
    pages: Sequence[_Page], place: Place, stories: Sequence[frozenset[str]]
) -> tuple[float, float]:
    """Return which share of a story's rarer words the lines of a place have: of their own page's, of the others'."""
    number = Counter(word for story in stories for word in story)
    often = max(1.0, MAX_COMMON_SHARE * len(pages))
    rare = [frozenset(word for word in story if number[word] <= often) for story in stories]
    own, other = [], []
    for at, orders in place.items():
        words = pages[at].words(orders)
        shares = [len(words & story) / max(1, len(story)) for story in rare]
        own.append(shares[at])
        other.append((sum(shares) - shares[at]) / (len(shares) - 1))
    return _mean(own), _mean(other)


def _places(
    pages: Sequence[_Page],
    offered: Sequence[Iterable[int]],
    printed: Counter[str],
    *,
    keep_repeated: bool = False,
) -> Places:
    """Return the containers that hold some of the offered lines below the headline, with these lines."""
    found: Places = {}
    for at, page in enumerate(pages):
        headline = page.one.extraction.headline
        start = headline.order + 1 if headline is not None else 0
        by_element: dict[int, tuple[Box, set[int]]] = {}
        for order in offered[at]:
            block = page.blocks[order]
            if order < start or not (
                keep_repeated
                or (
                    is_running(block)
                    and is_body_line(block)
                    and printed[comparable(block.text)] == 1
                    and order not in page.one.extraction.captions
                )
            ):
                continue
            for box in block.box.ancestors():
                if box.tag not in NO_PLACES and not box.first <= start - 1 < box.last:
                    by_element.setdefault(id(box), (box, set()))[1].add(order)
        for box, orders in by_element.values():
            for selector in candidate_selectors(box.element):
                found.setdefault(selector, {}).setdefault(at, set()).update(orders)
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
