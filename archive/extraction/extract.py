"""Extract an article from a capture, or reject the page. The steps run in this order, each in its own module.

payload → text (decode) → Page (page) → metadata → headline → body → dates, images, other fields → Article;
`rejection` decides which pages are not articles
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from archive.extraction.body import html_writer, live_blog
from archive.extraction.body import select as body
from archive.extraction.body.html_writer import Line
from archive.extraction.dates import publication
from archive.extraction.fields import bylines, images, lead_tags_links, legal_notices, sections, view_counts
from archive.extraction.fields.headline import Headline, find_headline
from archive.extraction.metadata.collect import collect_metadata, parse_names
from archive.extraction.model import (
    Article,
    Image,
    ListingEntry,
    Outlet,
    PageTemplate,
    Rejection,
    Rule,
    StatedTime,
)
from archive.extraction.normalize import clean, comparable, detect_language
from archive.extraction.page import parser
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.page.encoding import decode
from archive.extraction.rejection import classify, paywall
from archive.extraction.templates import apply, rules, selection
from archive.extraction.vocabulary.boilerplate import parse_number, parse_views
from archive.http.capture import Capture

SHORTEST_TEXT = 60  # characters: one sentence
LONG_TEXT = 1000  # characters: where they stand as an outlet's articles do, the page is one
LONGEST_PAYLOAD = 3 * parser.MAX_CHARS  # bytes; a longer page is read as far as this


def extract(capture: Capture, outlet: Outlet, listed: ListingEntry | None) -> Article | Rejection:
    """Return the article on a captured page, or the reason why the page is not an article.

    Raises MemoryError and nothing else: any other failure is a Rejection with the reason "unreadable (…)".
    """
    try:
        return _extract(capture, outlet, listed)
    except MemoryError:  # it may be the process's fault, and not the page's
        raise
    except (
        Exception
    ) as error:  # the outermost edge of one page: its bytes are kept, and a better reader may come
        return Rejection(f"unreadable ({type(error).__name__})")


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article with the lines of the page that its fields were taken from."""

    article: Article
    page: Page
    headline: Block | None
    lead: tuple[Block, ...]
    text: tuple[Block, ...]
    captions: frozenset[int]  # orders of the lines that speak of pictures
    template: PageTemplate | None  # that the page was read by; None where it was read as any page is


def _extract(capture: Capture, outlet: Outlet, listed: ListingEntry | None) -> Article | Rejection:
    known = selection.outlet_at(outlet, capture.fetched_at)
    layout = next(iter(known.templates), None)
    if layout is not None:
        found = extract_with_lines(capture, known, listed, layout)
        if isinstance(found, Extraction) and (found.template is None or is_complete(found)):
            return found.article
    found = extract_with_lines(capture, known, listed)
    return found.article if isinstance(found, Extraction) else found


def extract_with_lines(
    capture: Capture, outlet: Outlet, listed: ListingEntry | None, template: PageTemplate | None = None
) -> Extraction | Rejection:
    """Extract an article with the lines it was taken from, by a learned page template if one is given."""
    payload = capture.payload(LONGEST_PAYLOAD)
    led = (capture.url, capture.redirects_to)
    reason = classify.response_rejection(capture.status, capture.media_type, payload, led)
    if reason is not None:
        return Rejection(reason)
    clock = publication.DateContext(ZoneInfo(outlet.timezone), outlet.languages, capture.fetched_at)
    held = rules.active_rules(outlet.rules, capture.fetched_at.astimezone(clock.zone).date())
    is_narrowed = False

    def prepared(root: Any) -> None:
        nonlocal is_narrowed
        rules.prune(root, held)
        if template is not None and not rules.have_selectors(held):
            is_narrowed = apply.apply_template(root, template)

    page = Page(decode(payload, capture.charset).text, capture.url, prepared)
    if page.root is None or not page.blocks:
        return Rejection(classify.blank_page_rejection(page))
    return _explained(page, clock, held, listed, template if is_narrowed else None, outlet.title)


def is_complete(found: Extraction) -> bool:
    """Return whether an extraction by a page template is complete: a printed headline with a text below it."""
    return found.headline is not None and sum(len(block.text) for block in found.text) >= SHORTEST_TEXT


def _explained(
    page: Page,
    clock: publication.DateContext,
    held: Sequence[Rule],
    listed: ListingEntry | None,
    layout: PageTemplate | None,
    title: str | None,
) -> Extraction | Rejection:
    places = layout or PageTemplate()
    said = collect_metadata(page)
    head = _ruled_headline(page, held) or find_headline(page, said, listed, _orders(page, places.title))
    printed = head.block if head is not None else None
    if layout is not None:
        apply.mark_captions(page, layout)
    page.assign_roles(printed)
    known = images.find_captions(page, printed)
    captioned = images.caption_orders(known)
    ruled = _ruled_blocks(page, held)
    if layout is not None and layout.body is not None:
        text = body.select_text_within(page, printed, apply.blocks_at(page, layout.body), layout, captioned)
    else:
        text = body.select_text(page, printed, captioned, ruled)
        if layout is not None:
            text = body.without_recurring_lines(text, layout)
    is_sure = layout is not None and sum(len(block.text) for block in text.blocks) >= LONG_TEXT
    if not (ruled or is_sure):
        reason = classify.page_rejection(page, head, text.blocks, said)
        if reason is not None:
            return Rejection(reason)
    if head is None or not text.blocks:
        return Rejection("no text")
    open_lines, partial = paywall.cut_at_paywall(page, legal_notices.without_notices(text.blocks), said)
    authors = (
        _ruled_authors(page, held)
        or bylines.find_authors(page, said, printed, _with_recurring(page, layout, text.blocks), captioned)
        or field_at(page, "author", places.author)
    )
    text = replace(text, blocks=bylines.without_bios(open_lines, authors))
    when = publication.determine_dates(
        page,
        said,
        clock,
        headline=printed,
        text=text.blocks,
        listed=listed,
        known_places=_orders(page, places.published),
        captions=captioned,
    )
    published = _ruled_stamp(page, held, clock) or when.published
    lead_blocks = _placed_lead(page, places.lead, printed) or lead_tags_links.find_lead(
        page, printed, text.blocks, captioned | _recurring(page, layout, printed, text.blocks)
    )
    lead = _ruled(page, held, "lead") or (" ".join(block.text for block in lead_blocks) or None)
    lines = _lines(page, text.blocks, lead_blocks, lead)
    paragraphs = publication.without_leading_date(tuple(line.text for line in lines))
    pictures = _ruled_images(
        page, held, images.find_images(page, said.images, known, headline=printed, text=text.blocks)
    )
    article = Article(
        title=head.text,
        body=paragraphs,
        lead=lead,
        authors=authors,
        section=_ruled(page, held, "section")
        or sections.find_section(
            page,
            said,
            printed,
            listed,
            text.blocks,
            known_place_texts=rules.select_printed(page.root, places.section) if places.section else (),
            excluded_names=(title, *places.labels),
        ),
        tags=lead_tags_links.find_tags(page, said, printed, text.blocks),
        published=published,
        modified=when.modified,
        language=detect_language((head.text, *paragraphs), clock.languages, said.language),
        views=_ruled_views(page, held)
        or field_at(page, "views", places.views)
        or view_counts.find_views(page, printed, text.blocks, said.views),
        images=pictures,
        links=lead_tags_links.find_links(
            page, sorted({*lead_blocks, *text.blocks}, key=lambda block: block.order)
        ),
        canonical=said.canonical,
        body_html=html_writer.write_html(page, lines, paragraphs, images.image_positions(page, pictures)),
        partial=partial,
        gate=paywall.find_gate(page, open_lines, said),
        live_blog=live_blog.is_live_blog(page, text.blocks, said),
        notices=legal_notices.find_notices(page, printed, text.blocks),
        confidence=_confidence(head, text, when),
    )
    return Extraction(article, page, printed, lead_blocks, text.blocks, captioned, layout)


def field_at(page: Page, part: selection.Part, selector: str | None) -> Any:
    """Return the value of a field at a selector's place; None or empty if the selector matches nothing useful."""
    texts = rules.select_printed(page.root, selector) if selector else []
    match part:
        case "author":
            return tuple(dict.fromkeys(name for text in texts for name in parse_names(text)))
        case "views":
            return next((number for text in texts if (number := _parse_views(text)) is not None), None)
        case "section":
            return next((text for text in texts if sections.is_label(text)), None)
        case _:
            return " ".join(texts) or None


def _orders(page: Page, selector: str | None) -> frozenset[int]:
    return frozenset(block.order for block in apply.blocks_at(page, selector))


def _with_recurring(page: Page, layout: PageTemplate | None, text: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return a text with the recurring lines directly below it: the byline may come after them."""
    found = list(text)
    while layout is not None and (after := page.blocks[found[-1].order + 1 : found[-1].order + 2]):
        if not apply.is_recurring(after[0].text, layout):
            break
        found += after
    return tuple(found)


def _recurring(
    page: Page, layout: PageTemplate | None, headline: Block | None, text: Sequence[Block]
) -> frozenset[int]:
    """Return the orders of the lines between headline and text that the outlet prints in many articles."""
    if layout is None or headline is None:
        return frozenset()
    between = page.blocks[headline.order + 1 : text[0].order]
    return frozenset(block.order for block in between if apply.is_recurring(block.text, layout))


def _placed_lead(page: Page, selector: str | None, headline: Block | None) -> tuple[Block, ...]:
    held = apply.blocks_at(page, selector)
    return tuple(
        block for block in held if lead_tags_links.may_be_lead(block, is_named=True) and block is not headline
    )


def _lines(
    page: Page, blocks: Sequence[Block], lead_blocks: Sequence[Block], lead: str | None
) -> tuple[Line, ...]:
    """Return the paragraphs of the text without those that belong to the lead."""
    apart = {block.order for block in lead_blocks}
    kept = html_writer.to_lines(page, [block for block in blocks if block.order not in apart])
    if lead and len(kept) > 1 and comparable(kept[0].text) == comparable(lead):
        return kept[1:]
    return kept


def _confidence(head: Headline, text: body.Text, when: publication.ArticleDates) -> float:
    return round(min(1.0, 0.35 * head.agreement + 0.4 * text.confidence + 0.25 * when.agreement), 2)


def _ruled(page: Page, held: Sequence[Rule], field: rules.Field) -> str | None:
    return next(iter(rules.select_texts(page.root, held, field)), None)


def _ruled_headline(page: Page, held: Sequence[Rule]) -> Headline | None:
    for element in rules.select_elements(page.root, held, "title"):
        text = clean("".join(element.itertext())) if not isinstance(element, str) else clean(element)
        block = next((block for block in page.blocks if comparable(block.text) == comparable(text)), None)
        if text:
            return Headline(text, block, 1.0)
    return None


def _ruled_blocks(page: Page, held: Sequence[Rule]) -> tuple[Block, ...]:
    """Return the lines that the source's rule for the body selects."""
    return apply.blocks_in(page, rules.select_elements(page.root, held, "body"))


def _ruled_stamp(page: Page, held: Sequence[Rule], clock: publication.DateContext) -> StatedTime | None:
    for text in rules.select_texts(page.root, held, "published"):
        stamp = clock.parse(text, "rule") or publication.find_only_date(text, clock, "rule")
        if stamp is not None:
            return stamp
    return None


def _ruled_authors(page: Page, held: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name for text in rules.select_texts(page.root, held, "author") for name in parse_names(text)
        )
    )


def _ruled_views(page: Page, held: Sequence[Rule]) -> int | None:
    return next(
        (n for text in rules.select_texts(page.root, held, "views") if (n := _parse_views(text)) is not None),
        None,
    )


def _parse_views(text: str) -> int | None:
    number = parse_views(text)
    return number if number is not None else parse_number("".join(filter(str.isdigit, text)))


def _ruled_images(page: Page, held: Sequence[Rule], found: tuple[Image, ...]) -> tuple[Image, ...]:
    caption, credit = _ruled(page, held, "caption"), _ruled(page, held, "credit")
    if not found or (caption is None and credit is None):
        return found
    first = found[0]
    return (Image(first.url, caption or first.caption, credit or first.credit), *found[1:])
