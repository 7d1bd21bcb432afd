"""Learn an outlet's page template from its own pages, and measure whether a template still fits.

Each page is first extracted without a template. The element that holds the text on most pages becomes the body;
elements inside it that are text on no page are boilerplate; lines that recur word for word in many articles belong
to none. Nothing is learned that would lose anything on the pages it was learned from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from archive.extraction.body import second_reader
from archive.extraction.body import select as body
from archive.extraction.extract import Extraction, extract_with_lines, field_at, is_complete
from archive.extraction.fields import view_counts
from archive.extraction.learning import evidence, recurring
from archive.extraction.learning.evidence import Correction
from archive.extraction.learning.recurring import MIN_TIMES_SEEN, ExtractedSample, Sample
from archive.extraction.model import Article, LearningResult, Outlet, PageTemplate
from archive.extraction.normalize import bag_similarity, clean, comparable
from archive.extraction.page.elements import Block, Box
from archive.extraction.templates import apply, rules, selection
from archive.extraction.templates.selection import MAX_PAGES, MIN_PAGES, PARTS, Part
from archive.extraction.templates.selectors import candidate_selectors
from archive.extraction.vocabulary import boilerplate

ODD_PAGES_FROM = 10  # from this number of pages on, some may be odd
MAX_GAIN = 2.5  # times the words of the extraction without the template
MIN_AGREEMENT = 0.95  # share of pages that a region must fit; the rest are odd
MIN_SHARE = 0.8  # share of the pages with a part whose value a selector must give
MIN_BODY_F1 = 0.9  # F1 of the characters of the text and of the element that holds it
BOILERPLATE_WEIGHT = 0.2  # weight of a character in a line that is boilerplate by its words
STRICT_PARTS: tuple[Part, ...] = (
    "title",
    "published",
)  # parts of which any value is wrong where none was known
CANDIDATES_TRIED = 3  # selectors tried where none fits, to measure how far the pages agree
MIN_MEDIAN_VIEWS = 50  # of views: half of the articles have more, and fewer comments than this
MAX_DATE_LINES = 4  # a selector that finds more lines says nothing about the date
NOT_CONTAINERS = frozenset(
    ["p", "li", "blockquote", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "html", "body"]
)
KEPT_FIELDS = ("title", "authors", "section", "tags", "published", "modified", "views", "images")


def learn_template(samples: Sequence[Sample], outlet: Outlet) -> PageTemplate | None:
    """Learn the template of the pages that fit none of an outlet's templates.

    Return None if they are too few, or have no template in common.
    """
    return learning_result(samples, outlet).template


def learning_result(samples: Sequence[Sample], outlet: Outlet) -> LearningResult:
    """Learn a template as `learn_template` does; also return how many pages there were and how far they agree."""
    pages = len(samples[:MAX_PAGES])
    bare_outlet = replace(outlet, templates=())
    read = list(_extract_samples(samples[:MAX_PAGES], bare_outlet))
    fitting = _fit_known_template(read, outlet)
    unknown = (one for one, fits in zip(read, fitting, strict=True) if not fits)
    seen = list(_distinct_stories(unknown))
    if len(seen) < MIN_PAGES:
        return LearningResult(None, pages, len(seen))
    correction = evidence.correct(seen, outlet)
    if correction != Correction(tuple(seen)):
        result = _learn_from(correction, pages, bare_outlet)
        if result.template is not None:
            return result
    return _learn_from(Correction(tuple(seen)), pages, bare_outlet)


def _learn_from(correction: Correction, pages: int, bare_outlet: Outlet) -> LearningResult:
    """Learn the template of some stories that loses nothing of what they are corrected to."""
    seen = list(correction.samples)
    labels = _common_labels(seen)
    seen = [_without_labels(one, labels) for one in seen]
    since = min(one.sample.since or one.sample.capture.fetched_at for one in seen).replace(microsecond=0)
    template = PageTemplate(
        since=since, pages=len(seen), labels=labels, title=correction.title, published=correction.published
    )
    template = replace(template, text=correction.text, boilerplate=correction.other_stories)
    template = replace(template, lines=recurring.find_recurring_lines(seen, template))
    template = replace(template, body=_body_selector(seen, template))
    template = replace(
        template, lines=tuple(sorted({*template.lines, *recurring.find_recurring_lines(seen, template)}))
    )
    captions, boilerplate_boxes = recurring.classify_boxes(seen, template)
    template = replace(template, lead=_part_selector("lead", seen))
    boilerplate_boxes = tuple(sorted({*boilerplate_boxes, *template.boilerplate}))
    refined = replace(template, caption=captions, boilerplate=boilerplate_boxes)
    odd = _max_odd_pages(len(seen))
    if _loses_nothing(refined, seen, bare_outlet, odd):
        template = refined
    elif not _loses_nothing(template, seen, bare_outlet, odd):
        template = replace(template, body=None)
    template = _with_region(template, seen, bare_outlet)
    if (template.region or template.body) is None or not _trafilatura_agrees(template, seen, bare_outlet):
        return LearningResult(None, pages, len(seen), _count_most_alike(template, seen, bare_outlet))
    stories = len(seen)
    seen = [
        one
        for one in seen
        if _is_same_result(_extract_with(template, one, bare_outlet), one.extraction, template)
    ]
    changes = list(_proposed_changes(template, seen))
    together = reduce(_add_change, changes, template)
    if _loses_nothing(together, seen, bare_outlet, may_gain=True):
        return LearningResult(together, pages, stories, len(seen))
    for change in changes:
        tried = _add_change(template, change)
        if _loses_nothing(tried, seen, bare_outlet, may_gain=True):
            template = tried
    return LearningResult(template, pages, stories, len(seen))


def _count_most_alike(template: PageTemplate, seen: Sequence[ExtractedSample], outlet: Outlet) -> int:
    """Return on how many pages the best of the most likely templates changes nothing."""
    offered = _count_selectors([_text_blocks(one, template) for one in seen])
    bodies = [selector for selector, _ in _most_common(offered, CANDIDATES_TRIED)]
    bodies_alone = [replace(template, region=None, body=selector) for selector in bodies]
    tried = [
        *bodies_alone,
        *(
            replace(one, region=region)
            for one in bodies_alone[:1]
            for region in _region_selectors(seen, one)[:CANDIDATES_TRIED]
        ),
    ]
    return max(
        (
            sum(_is_same_result(_extract_with(one, page, outlet), page.extraction, one) for page in seen)
            for one in tried
        ),
        default=0,
    )


def _common_labels(seen: Sequence[ExtractedSample]) -> tuple[str, ...]:
    """Return the labels extracted as the section on pages of several sections alike, although none has that name."""
    filed = [
        (one.extraction.article.section, one.sample.listed.section)
        for one in seen
        if one.sample.listed is not None and one.sample.listed.section
    ]
    sections = Counter(comparable(section) for _, section in filed)
    label_counts = Counter(label for label, _ in filed if label)
    if sum(number > 1 for number in sections.values()) < 2:
        return ()
    return tuple(
        sorted(
            label
            for label, number in label_counts.items()
            if number >= max(MIN_PAGES, MIN_AGREEMENT * len(filed)) and comparable(label) not in sections
        )
    )


def _without_labels(one: ExtractedSample, labels: Sequence[str]) -> ExtractedSample:
    if one.extraction.article.section not in labels:
        return one
    return replace(
        one, extraction=replace(one.extraction, article=replace(one.extraction.article, section=None))
    )


def fitting_share(samples: Sequence[Sample], outlet: Outlet) -> float:
    """Return the share of article pages that an outlet's templates still fit, 0 to 1; 1 if no page is an article."""
    read = list(_extract_samples(samples, replace(outlet, templates=())))
    return sum(_fit_known_template(read, outlet)) / len(read) if read else 1.0


def placed_share(samples: Sequence[Sample], outlet: Outlet) -> float:
    """Return the share of article pages whose text is where the templates expect it, whatever else they miss."""
    read = list(_extract_samples(samples, replace(outlet, templates=())))
    corrected = evidence.correct(read, outlet).samples
    placed = [_is_text_in_place(one, other, outlet) for one, other in zip(read, corrected, strict=True)]
    return sum(placed) / len(placed) if placed else 1.0


def _is_text_in_place(one: ExtractedSample, corrected: ExtractedSample, outlet: Outlet) -> bool:
    template = selection.active_template(outlet.templates, one.sample.capture.fetched_at)
    tried = _extract_with(template, one, replace(outlet, templates=())) if template is not None else None
    if template is None or tried is None:
        return False
    return any(
        _text_similarity(tried, known.extraction, template, may_gain=True) >= MIN_SHARE
        for known in (one, corrected)
    )


def _fit_known_template(read: Sequence[ExtractedSample], outlet: Outlet) -> list[bool]:
    """Return for each page whether a known template loses nothing of it, or of what it is corrected to."""
    if not outlet.templates:
        return [False] * len(read)
    pairs = zip(read, evidence.correct(read, outlet).samples, strict=True)
    return [_fits_known_template(one, corrected, outlet) for one, corrected in pairs]


def _fits_known_template(one: ExtractedSample, corrected: ExtractedSample, outlet: Outlet) -> bool:
    template = selection.active_template(outlet.templates, one.sample.capture.fetched_at)
    if template is None:
        return False
    tried = _extract_with(template, one, replace(outlet, templates=()))
    return any(
        _is_same_result(tried, known.extraction, template, may_gain=True) for known in (one, corrected)
    )


def _extract_samples(samples: Iterable[Sample], outlet: Outlet) -> Iterator[ExtractedSample]:
    for sample in samples:
        known = selection.outlet_at(outlet, sample.capture.fetched_at)
        try:
            found = extract_with_lines(sample.capture, known, sample.listed)
        except Exception:  # outermost edge of one page: nothing is learned from it
            continue
        if isinstance(found, Extraction) and is_complete(found):
            yield ExtractedSample(sample, found)


def _distinct_stories(seen: Iterable[ExtractedSample]) -> Iterator[ExtractedSample]:
    """Yield one page of each story, since lines that recur in copies of one story are not boilerplate.

    Lines that are on many pages do not make two of them copies.
    """
    distinct: list[set[str]] = []
    extracted = [(one, {comparable(block.text) for block in one.extraction.text}) for one in seen]
    pages = Counter(line for _, lines in extracted for line in lines)
    often = {
        line
        for line, number in pages.items()
        if number > max(MIN_TIMES_SEEN, recurring.MIN_PAGE_SHARE * len(extracted))
    }
    for one, lines in extracted:
        paragraphs = lines - often or lines
        if not any(len(paragraphs & other) * 2 > min(len(paragraphs), len(other)) for other in distinct):
            distinct.append(paragraphs)
            yield one


def _extract_with(template: PageTemplate, one: ExtractedSample, outlet: Outlet) -> Extraction | None:
    known = selection.outlet_at(outlet, one.sample.capture.fetched_at)
    try:
        found = extract_with_lines(one.sample.capture, known, one.sample.listed, template)
    except Exception:  # likewise: a template that fails on a page does not fit it
        return None
    return (
        found if isinstance(found, Extraction) and found.template is not None and is_complete(found) else None
    )


def _body_selector(seen: Sequence[ExtractedSample], template: PageTemplate) -> str | None:
    """Return the selector whose elements hold the text of most pages and the least besides; None if none fits."""
    texts = [_text_blocks(one, template) for one in seen]
    offered = _count_selectors(texts)
    best, best_score = None, MIN_BODY_F1
    for selector, pages in _most_common(offered, 60):
        if pages < len(seen) * MIN_SHARE:
            break
        if _selects_paragraphs(seen, texts, selector):
            continue
        f1_sum = sum(
            _selector_f1(one, text, selector, template) for one, text in zip(seen, texts, strict=True)
        )
        score = f1_sum / len(seen) - 0.002 * selector.count(">")
        if score > best_score + 1e-9:
            best, best_score = selector, score
    return best


def _count_selectors(texts: Sequence[Sequence[Block]]) -> Counter[str]:
    """Count for each selector the pages on which its elements hold most of the text."""
    offered: Counter[str] = Counter()
    for text in texts:
        text_sizes: Counter[str] = Counter()
        total = sum(len(block.text) for block in text)
        for block in text:
            for selector in {s for box in _containers(block) for s in candidate_selectors(box.element)}:
                text_sizes[selector] += len(block.text)
        offered.update(selector for selector, size in text_sizes.items() if size >= total * 0.6)
    return offered


def _most_common(offered: Counter[str], number: int) -> list[tuple[str, int]]:
    """Return the most common selectors; of equally common ones the shortest first, so that the order is stable."""
    return sorted(offered.items(), key=lambda one: (-one[1], len(one[0]), one[0]))[:number]


def _containers(block: Block) -> list[Box]:
    return [box for box in block.box.ancestors() if box.tag not in NOT_CONTAINERS]


def _selects_paragraphs(
    seen: Sequence[ExtractedSample], texts: Sequence[Sequence[Block]], selector: str
) -> bool:
    """Return whether a selector finds single paragraphs: it would miss lists, quotations and subheadings."""
    found = lines = 0
    for one, text in zip(seen, texts, strict=True):
        if len(text) > 2:
            found += len(rules.select(one.extraction.page.root, selector))
            lines += len(text)
    return found * 2 > lines


def _text_blocks(one: ExtractedSample, template: PageTemplate) -> list[Block]:
    """Return the lines of the text without recurring lines and the lead."""
    apart = {block.order for block in one.extraction.lead}
    return [
        block
        for block in one.extraction.text
        if block.order not in apart and not apply.is_recurring(block.text, template)
    ]


def _selector_f1(one: ExtractedSample, text: Sequence[Block], selector: str, template: PageTemplate) -> float:
    """Return the F1 of the characters that a selector holds and those of the text.

    Captions are ignored, and lines that are boilerplate by their words or their box count little. Each further element
    costs a little: of two selectors that hold the same, the one with a single element around all of it wins.
    """
    pieces = len(rules.select(one.extraction.page.root, selector)) - 1
    orders = {block.order for block in text}
    known = {
        block for one_box in template.boilerplate for block in apply.blocks_at(one.extraction.page, one_box)
    }
    right, wrong = 0, 0.0
    for block in apply.blocks_at(one.extraction.page, selector):
        if block.order in orders:
            right += len(block.text)
        elif block.order not in one.extraction.captions and block not in one.extraction.lead:
            if block in known:
                continue
            is_boilerplate = (
                block.box.role is not None
                or not body.is_body_line(block)
                or apply.is_recurring(block.text, template)
            )
            wrong += len(block.text) * (BOILERPLATE_WEIGHT if is_boilerplate else 1.0)
    both = right + wrong + sum(len(block.text) for block in text)
    return 2 * right / both - 0.01 * min(pieces, 5) if both else 0.0


def _with_region(template: PageTemplate, seen: Sequence[ExtractedSample], outlet: Outlet) -> PageTemplate:
    """Add the smallest region within which the extraction equals that of the whole page."""
    regions = [replace(template, region=selector) for selector in _region_selectors(seen, template)]
    odd = _max_odd_pages(len(seen))
    for may_fail in (0, odd) if odd else (0,):
        for tried in regions:
            if _loses_nothing(tried, seen, outlet, may_fail):
                return tried
    return template


def _region_selectors(seen: Sequence[ExtractedSample], template: PageTemplate) -> list[str]:
    """Return selectors of elements that hold headline and text, innermost first."""
    depths: dict[str, list[int]] = {}
    for one in seen:
        first = _common_container(one, template)
        for depth, element in enumerate([first, *first.iterancestors()] if first is not None else []):
            if element.tag in ("body", "html"):
                break
            for selector in candidate_selectors(element):
                if next(iter(rules.select(one.extraction.page.root, selector)), None) is element:
                    depths.setdefault(selector, []).append(depth)
    steady = [
        (sum(at) / len(at), s) for s, at in depths.items() if len(at) >= len(seen) - _max_odd_pages(len(seen))
    ]
    # Of the selectors of one element the shortest first, so that the order is stable.
    return [selector for _, selector in sorted(steady, key=lambda one: (one[0], len(one[1]), one[1]))]


def _common_container(one: ExtractedSample, template: PageTemplate) -> Any:
    """Return the innermost element that holds both the headline and the text, or None."""
    assert one.extraction.headline is not None
    chosen = rules.select(one.extraction.page.root, template.body) if template.body else _text_elements(one)
    ancestors = [one.extraction.headline.box.element, *one.extraction.headline.box.element.iterancestors()]
    for element in ancestors:
        if chosen and all(element is box or element in box.iterancestors() for box in chosen):
            return element
    return None


def _text_elements(one: ExtractedSample) -> list[Any]:
    return list({block.box.element for block in one.extraction.text})


def _proposed_changes(template: PageTemplate, seen: Sequence[ExtractedSample]) -> Iterator[PageTemplate]:
    """Yield further parts to learn, each as a template with that part alone."""
    captions, boilerplate_boxes = recurring.classify_boxes(seen, template)
    yield from (PageTemplate(caption=(one,)) for one in captions if one not in template.caption)
    yield from (
        PageTemplate(boilerplate=(one,)) for one in boilerplate_boxes if one not in template.boilerplate
    )
    yield from (PageTemplate(boilerplate=(one,)) for one in recurring.find_unused_boxes(seen, template))
    for part in PARTS:
        selector = _part_selector(part, seen)
        if selector is None and part == "views":
            selector = _view_count_selector(seen)
        if selector is not None:
            learned: dict[str, Any] = {part: selector}
            yield PageTemplate(**learned)


def _add_change(template: PageTemplate, change: PageTemplate) -> PageTemplate:
    """Return a template with one change added."""
    added: dict[str, Any] = {part: getattr(change, part) for part in PARTS if getattr(change, part)}
    added["caption"] = template.caption + change.caption
    added["boilerplate"] = template.boilerplate + change.boilerplate
    return replace(template, **added)


def _part_selector(part: Part, seen: Sequence[ExtractedSample]) -> str | None:
    """Return the selector that gives a part on most pages that have it, and nothing else on any of them.

    It may also give a value on pages where none was known, as long as those are not the majority. Return None if
    there is no such selector.
    """
    offered: Counter[str] = Counter()
    known = [one for one in seen if _part_value(part, one.extraction.article)]
    for one in known:
        offered.update({s for element in _elements_showing(part, one) for s in candidate_selectors(element)})
    best, best_number = None, max(MIN_TIMES_SEEN, MIN_SHARE * len(known))
    for selector, number in _most_common(offered, 40):
        if number < best_number:
            break
        pairs = [(_value_at(part, one, selector), _part_value(part, one.extraction.article)) for one in seen]
        right = sum(1 for given, value in pairs if given and given == value)
        wrong = sum(
            1 for given, value in pairs if given and given != value and (value or part in STRICT_PARTS)
        )
        beyond = sum(1 for given, value in pairs if given and not value)
        if not wrong and beyond <= right and right > best_number - (best is None):
            best, best_number = selector, right
    return best


def _view_count_selector(seen: Sequence[ExtractedSample]) -> str | None:
    """Return the selector of a number alone beside an icon: on most pages, different on each, too large for comments.

    Return None if there is none.
    """
    numbers: dict[str, list[int]] = {}
    for one in seen:
        on_page: dict[str, list[int]] = {}
        for element, number in view_counts.counts_beside_icons(
            one.extraction.page, one.extraction.headline, one.extraction.text
        ):
            for selector in candidate_selectors(element):
                on_page.setdefault(selector, []).append(number)
        for selector, found in on_page.items():
            if len(set(found)) == 1:
                numbers.setdefault(selector, []).append(found[0])
    large = [
        (sorted(found)[len(found) // 2], -len(selector), selector)
        for selector, found in numbers.items()
        if len(found) >= max(MIN_TIMES_SEEN, MIN_SHARE * len(seen))
        and len(set(found)) >= MIN_SHARE * len(found)
    ]
    middle, _, selector = max(large, default=(0, 0, ""))
    return selector if middle >= MIN_MEDIAN_VIEWS else None


def _part_value(part: Part, article: Article) -> object:
    if part == "author":
        return article.authors
    if part == "published":
        return article.published.at if article.published and article.published.found_in == "visible" else None
    return getattr(article, part)


def _value_at(part: Part, one: ExtractedSample, selector: str) -> object:
    """Return the value that a selector gives for a part."""
    if part == "published":
        stated = one.extraction.article.published
        blocks = apply.blocks_at(one.extraction.page, selector)
        if len(blocks) > MAX_DATE_LINES:
            return blocks
        matching = [block for block in blocks if stated is not None and stated.stated_as in block.text]
        return stated.at if stated is not None and matching else (blocks or None)
    return field_at(one.extraction.page, part, selector)


def _elements_showing(part: Part, one: ExtractedSample) -> Iterator[Any]:
    """Yield the innermost elements that print a part; for a date, which is parsed by line, those of its lines."""
    found = one.extraction
    if part == "title" and found.headline is not None:
        yield found.headline.box.element
        return
    if part == "lead":
        yield from {block.box.element for block in found.lead}
        return
    for needle, longest in _part_matchers(part, found.article):
        for block in found.page.blocks:
            if len(block.text) <= longest and needle(block.text):
                box = block.box.element
                yield box if part == "published" else _innermost(box, needle)


def _part_matchers(part: Part, article: Article) -> list[tuple[Callable[[str], bool], int]]:
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
        return [(lambda text: _parse_count(text) == views, 80)]
    return []


def _parse_count(text: str) -> int | None:
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


def _max_odd_pages(pages: int) -> int:
    """Return how many of some pages may be unlike the others without preventing a template."""
    return max(1, round((1 - MIN_AGREEMENT) * pages)) if pages >= ODD_PAGES_FROM else 0


def _loses_nothing(
    template: PageTemplate,
    seen: Sequence[ExtractedSample],
    outlet: Outlet,
    may_fail: int = 0,
    *,
    may_gain: bool = False,
) -> bool:
    """Return whether a template loses nothing that is extracted without it, except on up to `may_fail` pages."""
    for one in seen:
        may_fail -= not _is_same_result(
            _extract_with(template, one, outlet), one.extraction, template, may_gain=may_gain
        )
        if may_fail < 0:
            return False
    return True


def _is_same_result(
    tried: Extraction | None, known: Extraction, template: PageTemplate, *, may_gain: bool = False
) -> bool:
    """Return whether a page gives the same with a template as without.

    With `may_gain` it may also give more, as when boilerplate that hid the end of a text is now recognized.
    """
    if tried is None:
        return False
    new, old = tried.article, known.article
    kept = all(_covers(getattr(new, field), getattr(old, field)) for field in KEPT_FIELDS)
    kept = kept and (_covers(new.lead, old.lead) or (new.lead is None and old.lead == new.body[0]))
    return (
        kept
        and new.notices == old.notices
        and _text_similarity(tried, known, template, may_gain) >= MIN_SHARE
    )


def _covers(new: object, old: object) -> bool:
    return new == old or not old


def _text_similarity(one: Extraction, other: Extraction, template: PageTemplate, may_gain: bool) -> float:
    """Return the similarity of two texts, 0 to 1, without the lines that the template knows as boilerplate."""
    known_boilerplate = {
        block.order
        for selector in template.boilerplate
        for block in apply.blocks_at(other.page, selector)
        if other.template is None
    }
    new = _word_counts(lead_and_text(one), template)
    old = _word_counts(
        [block for block in lead_and_text(other) if block.order not in known_boilerplate], template
    )
    if may_gain and new.total() <= MAX_GAIN * old.total():
        return (new & old).total() / old.total() if old else 0.0
    return bag_similarity(new, old)


def lead_and_text(found: Extraction) -> list[Block]:
    """Return the lines of an article's lead and text in page order."""
    by_order = {block.order: block for block in (*found.lead, *found.text)}
    return [by_order[order] for order in sorted(by_order)]


def _word_counts(blocks: Sequence[Block], template: PageTemplate) -> Counter[str]:
    """Count the words of some lines, without the template's recurring lines."""
    own = (block for block in blocks if not apply.is_recurring(block.text, template))
    return Counter(word for block in own for word in comparable(block.text).split())


def _trafilatura_agrees(template: PageTemplate, seen: Sequence[ExtractedSample], outlet: Outlet) -> bool:
    """Return whether on a few pages trafilatura agrees with the template's text about as well as with the other."""
    nearer = 0.0
    for one in seen[:: max(1, len(seen) // 5)][:5]:
        with_template = _extract_with(template, one, outlet)
        reference = _word_counts(second_reader.trafilatura_lines(one.extraction.page), template)
        if with_template is not None and reference:
            without_template = _word_counts(lead_and_text(one.extraction), template)
            nearer += bag_similarity(
                _word_counts(lead_and_text(with_template), template), reference
            ) - bag_similarity(without_template, reference)
    return nearer >= -0.25
