"""An outlet's layout learned from its own pages, and whether it still fits them.

Each page is read as any page is read. Where most pages have their text is where the text is; what stands
inside it and is text on none of them is furniture; what is printed word for word in the bodies of many
articles is of none. Nothing is learned that loses anything on the pages it was learned from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from archive.extraction.body import select as body
from archive.extraction.extract import Extraction, extract_with_lines, field_at, is_complete
from archive.extraction.fields import view_counts
from archive.extraction.learning import recurring
from archive.extraction.learning.recurring import MIN_TIMES_SEEN, ExtractedSample, Sample
from archive.extraction.model import Article, LearningResult, Outlet, PageTemplate
from archive.extraction.normalize import bag_similarity, clean, comparable
from archive.extraction.page.elements import Block, Box
from archive.extraction.templates import apply, rules, selection
from archive.extraction.templates.selection import MAX_PAGES, MIN_PAGES, PARTS, Part
from archive.extraction.templates.selectors import candidate_selectors
from archive.extraction.vocabulary import boilerplate

MANY_PAGES = 10  # from which on some may be odd
MOST_GAINED = 2.5  # times the words
AGREED = 0.95  # of the pages: what a region must have in common; the rest are odd
HELD = 0.8  # of the pages on which a part is found: what its place must explain
TIGHT = 0.9  # of what holds the text: how much of it is text, and how much of the text is in it (F1)
KNOWN_FOR_NONE = 0.2  # what a character of a line counts that is no text by its words
PLAIN: tuple[Part, ...] = ("title", "published")  # parts that no page of which they are not known can have
FEW = 3  # places tried where none fits, to tell how far pages agree
MANY = 50  # half of the articles are seen more often, and have fewer comments
LINES_OF_A_STAMP = 4  # that stand together at most: a place that holds more says nothing
NOT_HOLDERS = frozenset(["p", "li", "blockquote", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "html", "body"])
KEPT_FIELDS = ("title", "authors", "section", "tags", "published", "modified", "views", "images")


def learn_template(samples: Sequence[Sample], outlet: Outlet) -> PageTemplate | None:
    """Learn the template of the pages that fit none of an outlet's templates.

    Return None if they are too few, or have no template in common.
    """
    return learning_result(samples, outlet).template


def learning_result(samples: Sequence[Sample], outlet: Outlet) -> LearningResult:
    """Learn a template as `learn_template` does; also return how many pages there were and how far they agree."""
    pages = len(samples[:MAX_PAGES])
    plainly = replace(outlet, templates=())
    unknown = (one for one in _read(samples[:MAX_PAGES], plainly) if not _is_known(one, outlet))
    seen = list(_distinct(unknown))
    if len(seen) < MIN_PAGES:
        return LearningResult(None, pages, len(seen))
    labels = _labels(seen)
    seen = [_without_labels(one, labels) for one in seen]
    since = min(one.sample.since or one.sample.capture.fetched_at for one in seen).replace(microsecond=0)
    layout = PageTemplate(since=since, pages=len(seen), labels=labels)
    layout = replace(layout, lines=recurring.find_recurring_lines(seen, layout))
    layout = replace(layout, body=_holder(seen, layout))
    layout = replace(
        layout, lines=tuple(sorted({*layout.lines, *recurring.find_recurring_lines(seen, layout)}))
    )
    captions, furniture = recurring.classify_boxes(seen, layout)
    layout = replace(layout, lead=_selector("lead", seen))
    parted = replace(layout, caption=captions, furniture=furniture)
    odd = _odd(len(seen))
    if _agrees(parted, seen, plainly, odd):
        layout = parted
    elif not _agrees(layout, seen, plainly, odd):
        layout = replace(layout, body=None)
    layout = _with_region(layout, seen, plainly)
    if (layout.region or layout.body) is None or not _teacher_agrees(layout, seen, plainly):
        return LearningResult(None, pages, len(seen), _most_alike(layout, seen, plainly))
    stories = len(seen)
    seen = [one for one in seen if _is_alike(_by(layout, one, plainly), one.found, layout)]
    changes = list(_changes(layout, seen))
    together = reduce(_changed, changes, layout)
    if _agrees(together, seen, plainly, may_gain=True):
        return LearningResult(together, pages, stories, len(seen))
    for change in changes:
        tried = _changed(layout, change)
        if _agrees(tried, seen, plainly, may_gain=True):
            layout = tried
    return LearningResult(layout, pages, stories, len(seen))


def _most_alike(layout: PageTemplate, seen: Sequence[ExtractedSample], outlet: Outlet) -> int:
    """Return on how many pages the best of the most likely templates changes nothing."""
    offered = _offered([_own_text(one, layout) for one in seen])
    bodies = [selector for selector, _ in _most_offered(offered, FEW)]
    held = [replace(layout, region=None, body=selector) for selector in bodies]
    tried = [
        *held,
        *(replace(one, region=region) for one in held[:1] for region in _regions(seen, one)[:FEW]),
    ]
    return max(
        (sum(_is_alike(_by(one, page, outlet), page.found, one) for page in seen) for one in tried), default=0
    )


def _labels(seen: Sequence[ExtractedSample]) -> tuple[str, ...]:
    """Return the labels extracted as the section on pages of several sections alike, although none has that name."""
    filed = [
        (one.found.article.section, one.sample.listed.section)
        for one in seen
        if one.sample.listed is not None and one.sample.listed.section
    ]
    sections = Counter(comparable(section) for _, section in filed)
    told = Counter(label for label, _ in filed if label)
    if sum(number > 1 for number in sections.values()) < 2:
        return ()
    return tuple(
        sorted(
            label
            for label, number in told.items()
            if number >= max(MIN_PAGES, AGREED * len(filed)) and comparable(label) not in sections
        )
    )


def _without_labels(one: ExtractedSample, labels: Sequence[str]) -> ExtractedSample:
    if one.found.article.section not in labels:
        return one
    return replace(one, found=replace(one.found, article=replace(one.found.article, section=None)))


def fitting_share(samples: Sequence[Sample], outlet: Outlet) -> float:
    """Return the share of article pages that an outlet's templates still fit, 0 to 1; 1 if no page is an article."""
    read = list(_read(samples, replace(outlet, templates=())))
    return sum(_is_known(one, outlet) for one in read) / len(read) if read else 1.0


def _is_known(one: ExtractedSample, outlet: Outlet) -> bool:
    layout = selection.active_template(outlet.templates, one.sample.capture.fetched_at)
    if layout is None:
        return False
    return _is_alike(_by(layout, one, replace(outlet, templates=())), one.found, layout, may_gain=True)


def _read(samples: Iterable[Sample], outlet: Outlet) -> Iterator[ExtractedSample]:
    for sample in samples:
        known = selection.outlet_at(outlet, sample.capture.fetched_at)
        try:
            found = extract_with_lines(sample.capture, known, sample.listed)
        except Exception:  # the outermost edge of one page: it teaches nothing
            continue
        if isinstance(found, Extraction) and is_complete(found):
            yield ExtractedSample(sample, found)


def _distinct(seen: Iterable[ExtractedSample]) -> Iterator[ExtractedSample]:
    """Yield one page of each story, since lines that recur in copies of one story are not boilerplate.

    Lines that are on many pages do not make two of them copies.
    """
    kept: list[set[str]] = []
    read = [(one, {comparable(block.text) for block in one.found.text}) for one in seen]
    pages = Counter(line for _, lines in read for line in lines)
    often = {
        line
        for line, number in pages.items()
        if number > max(MIN_TIMES_SEEN, recurring.MIN_PAGE_SHARE * len(read))
    }
    for one, lines in read:
        paragraphs = lines - often or lines
        if not any(len(paragraphs & other) * 2 > min(len(paragraphs), len(other)) for other in kept):
            kept.append(paragraphs)
            yield one


def _by(layout: PageTemplate, one: ExtractedSample, outlet: Outlet) -> Extraction | None:
    known = selection.outlet_at(outlet, one.sample.capture.fetched_at)
    try:
        found = extract_with_lines(one.sample.capture, known, one.sample.listed, layout)
    except Exception:  # likewise: a layout by which a page cannot be read does not fit it
        return None
    return (
        found if isinstance(found, Extraction) and found.template is not None and is_complete(found) else None
    )


def _holder(seen: Sequence[ExtractedSample], layout: PageTemplate) -> str | None:
    """Return the selector whose elements hold the text of most pages and the least besides; None if none fits."""
    texts = [_own_text(one, layout) for one in seen]
    offered = _offered(texts)
    best, best_score = None, TIGHT
    for selector, pages in _most_offered(offered, 60):
        if pages < len(seen) * HELD:
            break
        if _is_of_paragraphs(seen, texts, selector):
            continue
        well = sum(_held_well(one, text, selector, layout) for one, text in zip(seen, texts, strict=True))
        score = well / len(seen) - 0.002 * selector.count(">")
        if score > best_score + 1e-9:
            best, best_score = selector, score
    return best


def _offered(texts: Sequence[Sequence[Block]]) -> Counter[str]:
    """Count for each selector the pages on which its elements hold most of the text."""
    offered: Counter[str] = Counter()
    for text in texts:
        held: Counter[str] = Counter()
        total = sum(len(block.text) for block in text)
        for block in text:
            for selector in {s for box in _holders(block) for s in candidate_selectors(box.element)}:
                held[selector] += len(block.text)
        offered.update(selector for selector, size in held.items() if size >= total * 0.6)
    return offered


def _most_offered(offered: Counter[str], number: int) -> list[tuple[str, int]]:
    """Return the most common selectors; of equally common ones the shortest first, so that the order is stable."""
    return sorted(offered.items(), key=lambda one: (-one[1], len(one[0]), one[0]))[:number]


def _holders(block: Block) -> list[Box]:
    return [box for box in block.box.ancestors() if box.tag not in NOT_HOLDERS]


def _is_of_paragraphs(
    seen: Sequence[ExtractedSample], texts: Sequence[Sequence[Block]], selector: str
) -> bool:
    """Return whether a selector finds single paragraphs: it would miss lists, quotations and subheadings."""
    found = lines = 0
    for one, text in zip(seen, texts, strict=True):
        if len(text) > 2:
            found += len(rules.select(one.found.page.root, selector))
            lines += len(text)
    return found * 2 > lines


def _own_text(one: ExtractedSample, layout: PageTemplate) -> list[Block]:
    """Return the lines of the text without recurring lines and the lead."""
    apart = {block.order for block in one.found.lead}
    return [
        block
        for block in one.found.text
        if block.order not in apart and not apply.is_recurring(block.text, layout)
    ]


def _held_well(one: ExtractedSample, text: Sequence[Block], selector: str, layout: PageTemplate) -> float:
    """Return the F1 of the characters that a selector holds and those of the text.

    Captions are ignored, and lines that are boilerplate by their words count little. Each further element costs a
    little: of two selectors that hold the same, the one with a single element around all of it wins.
    """
    pieces = len(rules.select(one.found.page.root, selector)) - 1
    orders = {block.order for block in text}
    right, held = 0, 0.0
    for block in apply.blocks_at(one.found.page, selector):
        if block.order in orders:
            right += len(block.text)
        elif block.order not in one.found.captions and block not in one.found.lead:
            is_known = not body.is_body_line(block) or apply.is_recurring(block.text, layout)
            held += len(block.text) * (KNOWN_FOR_NONE if is_known else 1.0)
    both = right + held + sum(len(block.text) for block in text)
    return 2 * right / both - 0.01 * min(pieces, 5) if both else 0.0


def _with_region(layout: PageTemplate, seen: Sequence[ExtractedSample], outlet: Outlet) -> PageTemplate:
    """Add the smallest region within which the extraction equals that of the whole page."""
    regions = [replace(layout, region=selector) for selector in _regions(seen, layout)]
    odd = _odd(len(seen))
    for may_fail in (0, odd) if odd else (0,):
        for tried in regions:
            if _agrees(tried, seen, outlet, may_fail):
                return tried
    return layout


def _regions(seen: Sequence[ExtractedSample], layout: PageTemplate) -> list[str]:
    """Return selectors of elements that hold headline and text, innermost first."""
    depths: dict[str, list[int]] = {}
    for one in seen:
        first = _common_box(one, layout)
        for depth, element in enumerate([first, *first.iterancestors()] if first is not None else []):
            if element.tag in ("body", "html"):
                break
            for selector in candidate_selectors(element):
                if next(iter(rules.select(one.found.page.root, selector)), None) is element:
                    depths.setdefault(selector, []).append(depth)
    steady = [(sum(at) / len(at), s) for s, at in depths.items() if len(at) >= len(seen) - _odd(len(seen))]
    # Of the selectors of one element the shortest, in any process.
    return [selector for _, selector in sorted(steady, key=lambda one: (one[0], len(one[1]), one[1]))]


def _common_box(one: ExtractedSample, layout: PageTemplate) -> Any:
    """Return the innermost element that holds both the headline and the text, or None."""
    assert one.found.headline is not None
    chosen = rules.select(one.found.page.root, layout.body) if layout.body else _text_elements(one)
    above = [one.found.headline.box.element, *one.found.headline.box.element.iterancestors()]
    for element in above:
        if chosen and all(element is box or element in box.iterancestors() for box in chosen):
            return element
    return None


def _text_elements(one: ExtractedSample) -> list[Any]:
    return list({block.box.element for block in one.found.text})


def _changes(layout: PageTemplate, seen: Sequence[ExtractedSample]) -> Iterator[PageTemplate]:
    """Yield further parts to learn, each as a template with that part alone."""
    captions, furniture = recurring.classify_boxes(seen, layout)
    yield from (PageTemplate(caption=(one,)) for one in captions if one not in layout.caption)
    yield from (PageTemplate(furniture=(one,)) for one in furniture if one not in layout.furniture)
    yield from (PageTemplate(furniture=(one,)) for one in recurring.find_unused_boxes(seen, layout))
    for part in PARTS:
        selector = _selector(part, seen)
        if selector is None and part == "views":
            selector = _counted(seen)
        if selector is not None:
            learned: dict[str, Any] = {part: selector}
            yield PageTemplate(**learned)


def _changed(layout: PageTemplate, change: PageTemplate) -> PageTemplate:
    """Return a template with one change added."""
    added: dict[str, Any] = {part: getattr(change, part) for part in PARTS if getattr(change, part)}
    added["caption"] = layout.caption + change.caption
    added["furniture"] = layout.furniture + change.furniture
    return replace(layout, **added)


def _selector(part: Part, seen: Sequence[ExtractedSample]) -> str | None:
    """Return the selector that gives a part on most pages that have it, and nothing else on any of them.

    It may also give a value on pages where none was known, as long as those are not the majority. Return None if
    there is no such selector.
    """
    offered: Counter[str] = Counter()
    known = [one for one in seen if _value(part, one.found.article)]
    for one in known:
        offered.update({s for element in _showing(part, one) for s in candidate_selectors(element)})
    best, best_number = None, max(MIN_TIMES_SEEN, HELD * len(known))
    for selector, number in _most_offered(offered, 40):
        if number < best_number:
            break
        told = [(_told(part, one, selector), _value(part, one.found.article)) for one in seen]
        right = sum(1 for said, value in told if said and said == value)
        wrong = sum(1 for said, value in told if said and said != value and (value or part in PLAIN))
        beyond = sum(1 for said, value in told if said and not value)
        if not wrong and beyond <= right and right > best_number - (best is None):
            best, best_number = selector, right
    return best


def _counted(seen: Sequence[ExtractedSample]) -> str | None:
    """Return the selector of a number alone beside an icon: on most pages, different on each, too large for comments.

    Return None if there is none.
    """
    numbers: dict[str, list[int]] = {}
    for one in seen:
        told: dict[str, list[int]] = {}
        for element, number in view_counts.counts_beside_icons(
            one.found.page, one.found.headline, one.found.text
        ):
            for selector in candidate_selectors(element):
                told.setdefault(selector, []).append(number)
        for selector, found in told.items():
            if len(set(found)) == 1:
                numbers.setdefault(selector, []).append(found[0])
    large = [
        (sorted(found)[len(found) // 2], -len(selector), selector)
        for selector, found in numbers.items()
        if len(found) >= max(MIN_TIMES_SEEN, HELD * len(seen)) and len(set(found)) >= HELD * len(found)
    ]
    middle, _, selector = max(large, default=(0, 0, ""))
    return selector if middle >= MANY else None


def _value(part: Part, article: Article) -> object:
    if part == "author":
        return article.authors
    if part == "published":
        return article.published.at if article.published and article.published.found_in == "visible" else None
    return getattr(article, part)


def _told(part: Part, one: ExtractedSample, selector: str) -> object:
    """Return the value that a selector gives for a part."""
    if part == "published":
        stated = one.found.article.published
        blocks = apply.blocks_at(one.found.page, selector)
        if len(blocks) > LINES_OF_A_STAMP:
            return blocks
        said = [block for block in blocks if stated is not None and stated.stated_as in block.text]
        return stated.at if stated is not None and said else (blocks or None)
    return field_at(one.found.page, part, selector)


def _showing(part: Part, one: ExtractedSample) -> Iterator[Any]:
    """Yield the innermost elements that print a part; for a date, which is parsed by line, those of its lines."""
    found = one.found
    if part == "title" and found.headline is not None:
        yield found.headline.box.element
        return
    if part == "lead":
        yield from {block.box.element for block in found.lead}
        return
    for needle, longest in _needles(part, found.article):
        for block in found.page.blocks:
            if len(block.text) <= longest and needle(block.text):
                box = block.box.element
                yield box if part == "published" else _innermost(box, needle)


def _needles(part: Part, article: Article) -> list[tuple[Callable[[str], bool], int]]:
    if part == "author":
        return [(lambda text: all(name in text for name in article.authors), 160)]
    if part == "published" and article.published is not None:
        stated = article.published.stated_as
        return [(lambda text: stated in text, 200)]
    if part == "section" and article.section:
        section = comparable(article.section)
        return [(lambda text: comparable(text) == section, 60)]
    if part == "views" and article.views is not None:
        views = article.views
        return [(lambda text: _number(text) == views, 80)]
    return []


def _number(text: str) -> int | None:
    number = boilerplate.parse_views(text)
    return (
        number
        if number is not None
        else boilerplate.parse_number(clean(text))
        if text[:1].isdigit()
        else None
    )


def _innermost(element: Any, needle: Callable[[str], bool]) -> Any:
    for _ in range(20):
        inner = next(
            (c for c in element if isinstance(c.tag, str) and needle(clean("".join(c.itertext())))), None
        )
        if inner is None:
            return element
        element = inner
    return element


def _odd(pages: int) -> int:
    """Return how many of some pages may be unlike the others without preventing a template."""
    return max(1, round((1 - AGREED) * pages)) if pages >= MANY_PAGES else 0


def _agrees(
    layout: PageTemplate,
    seen: Sequence[ExtractedSample],
    outlet: Outlet,
    may_fail: int = 0,
    *,
    may_gain: bool = False,
) -> bool:
    """Return whether a template loses nothing that is extracted without it, except on up to `may_fail` pages."""
    for one in seen:
        may_fail -= not _is_alike(_by(layout, one, outlet), one.found, layout, may_gain=may_gain)
        if may_fail < 0:
            return False
    return True


def _is_alike(
    tried: Extraction | None, known: Extraction, layout: PageTemplate, *, may_gain: bool = False
) -> bool:
    """Return whether a page gives the same with a template as without.

    With `may_gain` it may also give more, as when boilerplate that hid the end of a text is now recognized.
    """
    if tried is None:
        return False
    new, old = tried.article, known.article
    kept = all(_covers(getattr(new, field), getattr(old, field)) for field in KEPT_FIELDS)
    kept = kept and (_covers(new.lead, old.lead) or (new.lead is None and old.lead == new.body[0]))
    return kept and new.notices == old.notices and _likeness(tried, known, layout, may_gain) >= HELD


def _covers(new: object, old: object) -> bool:
    return new == old or not old


def _likeness(one: Extraction, other: Extraction, layout: PageTemplate, may_gain: bool) -> float:
    """Return the similarity of two texts, 0 to 1, without the lines that the template knows as boilerplate."""
    silent = {
        block.order
        for selector in layout.furniture
        for block in apply.blocks_at(other.page, selector)
        if other.template is None
    }
    new = _bag(lead_and_text(one), layout)
    old = _bag([block for block in lead_and_text(other) if block.order not in silent], layout)
    if may_gain and new.total() <= MOST_GAINED * old.total():
        return (new & old).total() / old.total() if old else 0.0
    return bag_similarity(new, old)


def lead_and_text(found: Extraction) -> list[Block]:
    """Return the lines of an article's lead and text in page order."""
    held = {block.order: block for block in (*found.lead, *found.text)}
    return [held[order] for order in sorted(held)]


def _bag(blocks: Sequence[Block], layout: PageTemplate) -> Counter[str]:
    """Count the words of some lines, without the template's recurring lines."""
    own = (block for block in blocks if not apply.is_recurring(block.text, layout))
    return Counter(word for block in own for word in comparable(block.text).split())


def _teacher_agrees(layout: PageTemplate, seen: Sequence[ExtractedSample], outlet: Outlet) -> bool:
    """Return whether on a few pages trafilatura agrees with the template's text about as well as with the other."""
    nearer = 0.0
    for one in seen[:: max(1, len(seen) // 5)][:5]:
        tried = _by(layout, one, outlet)
        taught = _bag(body.trafilatura_lines(one.found.page), layout)
        if tried is not None and taught:
            known = _bag(lead_and_text(one.found), layout)
            nearer += bag_similarity(_bag(lead_and_text(tried), layout), taught) - bag_similarity(
                known, taught
            )
    return nearer >= -0.25
