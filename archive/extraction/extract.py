"""Extract an article from a capture, or reject the page. The steps run in this order, each in its own module.

payload → text (decode) → Page (page) → metadata → headline → body → dates, images, other fields → Article;
`rejection` decides which pages are not articles
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from archive.extraction.body import candidates, html_writer, live_blog, short_text, stated_text
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
from archive.reasons import EXTRACTOR_ERROR

MIN_TEXT_CHARACTERS = 60  # about one sentence
# a page with this much text where the template expects it is certainly an article
MIN_CERTAIN_CHARACTERS = 1000
MAX_PAYLOAD_BYTES = 3 * parser.MAX_CHARS  # the rest of a longer page is ignored


def extract(capture: Capture, outlet: Outlet, listed: ListingEntry | None) -> Article | Rejection:
    """Return the article on a captured page, or why the page is not an article.

    Raises MemoryError and nothing else: any other failure is a Rejection with the code EXTRACTOR_ERROR.
    """
    try:
        return _extract(capture, outlet, listed)
    except MemoryError:  # the process may be at fault, not the page
        raise
    # one page must never stop a crawl; its bytes are stored, so it can be extracted again later
    except Exception as error:
        return Rejection(EXTRACTOR_ERROR, type(error).__name__)


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article with the lines of the page that its fields were taken from."""

    article: Article
    page: Page
    headline: Block | None
    lead: tuple[Block, ...]
    text: tuple[Block, ...]
    captions: frozenset[int]  # orders of the lines that belong to pictures
    template: PageTemplate | None  # the page template that was applied; None if there was none


def _extract(capture: Capture, outlet: Outlet, listed: ListingEntry | None) -> Article | Rejection:
    outlet_then = selection.outlet_at(outlet, capture.fetched_at)
    template = next(iter(outlet_then.templates), None)
    if template is not None:
        found = extract_with_lines(capture, outlet_then, listed, template)
        if isinstance(found, Extraction) and (found.template is None or is_complete(found)):
            return found.article
    found = extract_with_lines(capture, outlet_then, listed)
    return found.article if isinstance(found, Extraction) else found


def extract_with_lines(
    capture: Capture, outlet: Outlet, listed: ListingEntry | None, template: PageTemplate | None = None
) -> Extraction | Rejection:
    """Extract an article with the lines it was taken from, by a learned page template if one is given."""
    payload = capture.payload(MAX_PAYLOAD_BYTES)
    redirect = (capture.url, capture.redirects_to)
    rejection = classify.response_rejection(capture.status, capture.media_type, payload, redirect)
    if rejection is not None:
        return rejection
    date_context = publication.DateContext(ZoneInfo(outlet.timezone), outlet.languages, capture.fetched_at)
    active_rules = rules.active_rules(outlet.rules, capture.fetched_at.astimezone(date_context.zone).date())
    is_applied = False

    def prepare(root: Any) -> None:
        nonlocal is_applied
        rules.prune(root, active_rules)
        if template is not None and not rules.have_selectors(active_rules):
            is_applied = apply.apply_template(root, template)

    text = decode(payload, capture.charset).text
    page = Page(text, capture.url, prepare)
    if page.root is None:
        return classify.blank_page_rejection(page)
    found = (
        _extract_from_page(
            page, date_context, active_rules, listed, template if is_applied else None, outlet.title
        )
        if page.blocks
        else classify.blank_page_rejection(page)
    )
    stated = stated_text.unprinted_text(page, found.article if isinstance(found, Extraction) else found)
    if stated is None:
        return found
    page = Page(text, capture.url, lambda root: stated_text.print_text(root, stated))
    return _extract_from_page(page, date_context, active_rules, listed, None, outlet.title)


def is_complete(found: Extraction) -> bool:
    """Return whether an extraction by a page template is complete: a printed headline with a text below it."""
    return found.headline is not None and sum(len(block.text) for block in found.text) >= MIN_TEXT_CHARACTERS


def _extract_from_page(
    page: Page,
    date_context: publication.DateContext,
    active_rules: Sequence[Rule],
    listed: ListingEntry | None,
    template: PageTemplate | None,
    outlet_title: str | None,
) -> Extraction | Rejection:
    places = template or PageTemplate()
    metadata = collect_metadata(page)
    date_context = replace(date_context, page_language=metadata.language)
    head = _headline_by_rule(page, active_rules) or find_headline(
        page, metadata, listed, _orders_at(page, places.title)
    )
    headline_block = head.block if head is not None else None
    if template is not None:
        apply.mark_captions(page, template)
        apply.mark_text(page, template)
    page.assign_roles(headline_block)
    picture_captions = images.find_captions(page, headline_block)
    caption_orders = images.caption_orders(picture_captions)
    rule_blocks = _body_by_rule(page, active_rules)
    if template is not None and template.body is not None:
        text = body.select_text_within(
            page, headline_block, apply.blocks_at(page, template.body), template, caption_orders
        )
    else:
        text = body.select_text(page, headline_block, caption_orders, rule_blocks)
        if template is not None:
            text = body.without_recurring_lines(text, template)
    if not rule_blocks and template is None:
        seen = candidates.witness(page, metadata, head.text if head is not None else "")
        text = candidates.best_text(page, headline_block, text, caption_orders, seen)
        if not text.blocks and headline_block is not None:
            text = short_text.text_below(page, headline_block, caption_orders)
    is_certain = (
        template is not None and sum(len(block.text) for block in text.blocks) >= MIN_CERTAIN_CHARACTERS
    )
    if not (rule_blocks or is_certain):
        rejection = classify.page_rejection(page, head, text.blocks, metadata)
        if rejection is not None:
            return rejection
    if head is None or not text.blocks:
        return Rejection("no text")
    open_lines, partial = paywall.cut_at_paywall(page, legal_notices.without_notices(text.blocks), metadata)
    authors = (
        _authors_by_rule(page, active_rules)
        or bylines.find_authors(
            page, metadata, headline_block, _with_recurring(page, template, text.blocks), caption_orders
        )
        or field_at(page, "author", places.author)
    )
    text = replace(text, blocks=bylines.without_bios(open_lines, authors))
    dates = publication.determine_dates(
        page,
        metadata,
        date_context,
        headline=headline_block,
        text=text.blocks,
        listed=listed,
        known_places=_orders_at(page, places.published),
        captions=caption_orders,
    )
    published = _published_by_rule(page, active_rules, date_context) or dates.published
    lead_blocks = _lead_at(page, places.lead, headline_block) or lead_tags_links.find_lead(
        page,
        headline_block,
        text.blocks,
        caption_orders | _recurring_orders(page, template, headline_block, text.blocks),
    )
    lead = _text_by_rule(page, active_rules, "lead") or (
        " ".join(block.text for block in lead_blocks) or None
    )
    lines = _lines(page, text.blocks, lead_blocks, lead)
    paragraphs = publication.without_leading_date(tuple(line.text for line in lines))
    pictures = _images_by_rule(
        page,
        active_rules,
        images.find_images(
            page, metadata.images, picture_captions, headline=headline_block, text=text.blocks
        ),
    )
    article = Article(
        title=head.text,
        body=paragraphs,
        lead=lead,
        authors=authors,
        section=_text_by_rule(page, active_rules, "section")
        or sections.find_section(
            page,
            metadata,
            headline_block,
            listed,
            text.blocks,
            known_place_texts=rules.select_printed(page.root, places.section) if places.section else (),
            excluded_names=(outlet_title, lead, *places.labels),
        ),
        tags=lead_tags_links.find_tags(page, metadata, headline_block, text.blocks),
        published=published,
        modified=dates.modified,
        language=detect_language((head.text, *paragraphs), date_context.languages, metadata.language),
        views=_views_by_rule(page, active_rules)
        or field_at(page, "views", places.views)
        or view_counts.find_views(page, headline_block, text.blocks, metadata.views),
        images=pictures,
        links=lead_tags_links.find_links(
            page, sorted({*lead_blocks, *text.blocks}, key=lambda block: block.order)
        ),
        canonical=metadata.canonical,
        body_html=html_writer.write_html(page, lines, paragraphs, images.image_positions(page, pictures)),
        partial=partial,
        gate=paywall.find_gate(page, open_lines, metadata),
        live_blog=live_blog.is_live_blog(page, text.blocks, metadata),
        notices=legal_notices.find_notices(page, headline_block, text.blocks),
        confidence=_confidence(head, text, dates),
    )
    return Extraction(article, page, headline_block, lead_blocks, text.blocks, caption_orders, template)


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


def _orders_at(page: Page, selector: str | None) -> frozenset[int]:
    return frozenset(block.order for block in apply.blocks_at(page, selector))


def _with_recurring(page: Page, template: PageTemplate | None, text: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return a text with the recurring lines directly below it: the byline may come after them."""
    found = list(text)
    while template is not None and (after := page.blocks[found[-1].order + 1 : found[-1].order + 2]):
        if not apply.is_recurring(after[0].text, template):
            break
        found += after
    return tuple(found)


def _recurring_orders(
    page: Page, template: PageTemplate | None, headline: Block | None, text: Sequence[Block]
) -> frozenset[int]:
    """Return the orders of the lines between headline and text that the outlet prints in many articles."""
    if template is None or headline is None:
        return frozenset()
    between = page.blocks[headline.order + 1 : text[0].order]
    return frozenset(block.order for block in between if apply.is_recurring(block.text, template))


def _lead_at(page: Page, selector: str | None, headline: Block | None) -> tuple[Block, ...]:
    blocks = apply.blocks_at(page, selector)
    return tuple(
        block
        for block in blocks
        if lead_tags_links.may_be_lead(block, is_named=True) and block is not headline
    )


def _lines(
    page: Page, blocks: Sequence[Block], lead_blocks: Sequence[Block], lead: str | None
) -> tuple[Line, ...]:
    """Return the paragraphs of the text without those that belong to the lead."""
    lead_orders = {block.order for block in lead_blocks}
    kept = html_writer.to_lines(page, [block for block in blocks if block.order not in lead_orders])
    if lead and len(kept) > 1 and comparable(kept[0].text) == comparable(lead):
        return kept[1:]
    return kept


def _confidence(head: Headline, text: body.Text, dates: publication.ArticleDates) -> float:
    return round(min(1.0, 0.35 * head.agreement + 0.4 * text.confidence + 0.25 * dates.agreement), 2)


def _text_by_rule(page: Page, active_rules: Sequence[Rule], field: rules.Field) -> str | None:
    return next(iter(rules.select_texts(page.root, active_rules, field)), None)


def _headline_by_rule(page: Page, active_rules: Sequence[Rule]) -> Headline | None:
    for element in rules.select_elements(page.root, active_rules, "title"):
        text = clean("".join(element.itertext())) if not isinstance(element, str) else clean(element)
        block = next((block for block in page.blocks if comparable(block.text) == comparable(text)), None)
        if text:
            return Headline(text, block, 1.0)
    return None


def _body_by_rule(page: Page, active_rules: Sequence[Rule]) -> tuple[Block, ...]:
    """Return the lines that the source's rule for the body selects."""
    return apply.blocks_in(page, rules.select_elements(page.root, active_rules, "body"))


def _published_by_rule(
    page: Page, active_rules: Sequence[Rule], date_context: publication.DateContext
) -> StatedTime | None:
    for text in rules.select_texts(page.root, active_rules, "published"):
        published = date_context.parse(text, "rule") or publication.find_only_date(text, date_context, "rule")
        if published is not None:
            return published
    return None


def _authors_by_rule(page: Page, active_rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name
            for text in rules.select_texts(page.root, active_rules, "author")
            for name in parse_names(text)
        )
    )


def _views_by_rule(page: Page, active_rules: Sequence[Rule]) -> int | None:
    return next(
        (
            n
            for text in rules.select_texts(page.root, active_rules, "views")
            if (n := _parse_views(text)) is not None
        ),
        None,
    )


def _parse_views(text: str) -> int | None:
    number = parse_views(text)
    return number if number is not None else parse_number("".join(filter(str.isdigit, text)))


def _images_by_rule(page: Page, active_rules: Sequence[Rule], found: tuple[Image, ...]) -> tuple[Image, ...]:
    caption, credit = (
        _text_by_rule(page, active_rules, "caption"),
        _text_by_rule(page, active_rules, "credit"),
    )
    if not found or (caption is None and credit is None):
        return found
    first = found[0]
    return (Image(first.url, caption or first.caption, credit or first.credit), *found[1:])
