"""A capture read: Article or NotAnArticle. The steps in order; each stands in the module of its name.

payload → text (decode) → Page (page) → what it says of itself (metadata) → headline → body
        → stamps, images, parts → Article; refusal names what is none
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from archive.extraction.body import html_writer as structure
from archive.extraction.body import live_blog as liveblog
from archive.extraction.body import select as body
from archive.extraction.body.html_writer import Line
from archive.extraction.dates import publication as stamps
from archive.extraction.fields import bylines, images, sections
from archive.extraction.fields import lead_tags_links as parts
from archive.extraction.fields import legal_notices as notices
from archive.extraction.fields import view_counts as counters
from archive.extraction.fields.headline import Headline, headline
from archive.extraction.metadata.collect import metadata, people
from archive.extraction.model import Article, Image, Layout, Listed, NotAnArticle, Outlet, Rule, Stamp
from archive.extraction.normalize import clean, language, plain
from archive.extraction.page import parser as markup
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.page.encoding import decode
from archive.extraction.rejection import classify as refusal
from archive.extraction.rejection import paywall as openness
from archive.extraction.templates import apply as narrowing
from archive.extraction.templates import rules
from archive.extraction.templates import selection as layouts
from archive.extraction.vocabulary.boilerplate import count, views
from archive.http.capture import Capture

SHORTEST_TEXT = 60  # characters: one sentence
LONG_TEXT = 1000  # characters: where they stand as an outlet's articles do, the page is one
LONGEST_PAYLOAD = 3 * markup.LONGEST  # bytes; a longer page is read as far as this


def read(capture: Capture, outlet: Outlet, listed: Listed | None) -> Article | NotAnArticle:
    """What the newsroom wrote on a captured page, or why the page is no article; raises MemoryError alone."""
    try:
        return _read(capture, outlet, listed)
    except MemoryError:  # it may be the process's fault, and not the page's
        raise
    except (
        Exception
    ) as error:  # the outermost edge of one page: its bytes are kept, and a better reader may come
        return NotAnArticle(f"unreadable ({type(error).__name__})")


@dataclass(frozen=True, slots=True)
class Explained:
    """An article with the lines of the page it was read from."""

    article: Article
    page: Page
    headline: Block | None
    lead: tuple[Block, ...]
    text: tuple[Block, ...]
    captions: frozenset[int]  # orders of the lines that speak of pictures
    layout: Layout | None  # that the page was read by; None where it was read as any page is


def _read(capture: Capture, outlet: Outlet, listed: Listed | None) -> Article | NotAnArticle:
    known = layouts.known_at(outlet, capture.fetched_at)
    layout = next(iter(known.layouts), None)
    if layout is not None:
        found = explained(capture, known, listed, layout)
        if isinstance(found, Explained) and (found.layout is None or fits(found)):
            return found.article
    found = explained(capture, known, listed)
    return found.article if isinstance(found, Explained) else found


def explained(
    capture: Capture, outlet: Outlet, listed: Listed | None, layout: Layout | None = None
) -> Explained | NotAnArticle:
    """A page read with its reasons; by a learned layout, or by what any page shows."""
    payload = capture.payload(LONGEST_PAYLOAD)
    led = (capture.url, capture.redirects_to)
    reason = refusal.before_reading(capture.status, capture.media_type, payload, led)
    if reason is not None:
        return NotAnArticle(reason)
    clock = stamps.Clock(ZoneInfo(outlet.timezone), outlet.languages, capture.fetched_at)
    held = rules.in_force(outlet.rules, capture.fetched_at.astimezone(clock.zone).date())
    is_narrowed = False

    def prepared(root: Any) -> None:
        nonlocal is_narrowed
        rules.pruned(root, held)
        if layout is not None and not rules.point_anywhere(held):
            is_narrowed = narrowing.narrowed(root, layout)

    page = Page(decode(payload, capture.charset).text, capture.url, prepared)
    if page.root is None or not page.blocks:
        return NotAnArticle(refusal.of_blank(page))
    return _explained(page, clock, held, listed, layout if is_narrowed else None, outlet.title)


def fits(found: Explained) -> bool:
    """Whether what was read by a layout is a whole article: a headline that is printed, and a text below it."""
    return found.headline is not None and sum(len(block.text) for block in found.text) >= SHORTEST_TEXT


def _explained(
    page: Page,
    clock: stamps.Clock,
    held: Sequence[Rule],
    listed: Listed | None,
    layout: Layout | None,
    title: str | None,
) -> Explained | NotAnArticle:
    places = layout or Layout()
    said = metadata(page)
    head = _ruled_headline(page, held) or headline(page, said, listed, _orders(page, places.title))
    printed = head.block if head is not None else None
    if layout is not None:
        narrowing.mark_captions(page, layout)
    page.settle(printed)
    known = images.captions(page, printed)
    captioned = images.captioned(known)
    ruled = _ruled_blocks(page, held)
    if layout is not None and layout.body is not None:
        text = body.text_within(page, printed, narrowing.held_by(page, layout.body), layout, captioned)
    else:
        text = body.text_of(page, printed, captioned, ruled)
        if layout is not None:
            text = body.without_lines(text, layout)
    is_sure = layout is not None and sum(len(block.text) for block in text.blocks) >= LONG_TEXT
    if not (ruled or is_sure):
        reason = refusal.reason(page, head, text.blocks, said)
        if reason is not None:
            return NotAnArticle(reason)
    if head is None or not text.blocks:
        return NotAnArticle("no text")
    open_lines, partial = openness.opened(page, notices.without(text.blocks), said)
    authors = (
        _ruled_authors(page, held)
        or bylines.authors(page, said, printed, _with_recurring(page, layout, text.blocks), captioned)
        or placed(page, "author", places.author)
    )
    text = replace(text, blocks=bylines.without_bios(open_lines, authors))
    when = stamps.stamps(
        page,
        said,
        clock,
        headline=printed,
        text=text.blocks,
        listed=listed,
        place=_orders(page, places.published),
        captions=captioned,
    )
    published = _ruled_stamp(page, held, clock) or when.published
    lead_blocks = _placed_lead(page, places.lead, printed) or parts.lead(
        page, printed, text.blocks, captioned | _recurring(page, layout, printed, text.blocks)
    )
    lead = _ruled(page, held, "lead") or (" ".join(block.text for block in lead_blocks) or None)
    lines = _lines(page, text.blocks, lead_blocks, lead)
    paragraphs = stamps.without_stamp(tuple(line.text for line in lines))
    pictures = _ruled_images(
        page, held, images.images(page, said.images, known, headline=printed, text=text.blocks)
    )
    article = Article(
        title=head.text,
        body=paragraphs,
        lead=lead,
        authors=authors,
        section=_ruled(page, held, "section")
        or sections.section(
            page,
            said,
            printed,
            listed,
            text.blocks,
            placed=rules.printed(page.root, places.section) if places.section else (),
            others=(title, *places.labels),
        ),
        tags=parts.tags(page, said, printed, text.blocks),
        published=published,
        modified=when.modified,
        language=language((head.text, *paragraphs), clock.languages, said.language),
        views=_ruled_views(page, held)
        or placed(page, "views", places.views)
        or counters.views(page, printed, text.blocks, said.views),
        images=pictures,
        links=parts.links(page, sorted({*lead_blocks, *text.blocks}, key=lambda block: block.order)),
        canonical=said.canonical,
        body_html=structure.html(page, lines, paragraphs, images.standing(page, pictures)),
        partial=partial,
        gate=openness.gate(page, open_lines, said),
        live_blog=liveblog.is_live(page, text.blocks, said),
        notices=notices.notices(page, printed, text.blocks),
        confidence=_confidence(head, text, when),
    )
    return Explained(article, page, printed, lead_blocks, text.blocks, captioned, layout)


def placed(page: Page, part: layouts.Part, selector: str | None) -> Any:
    """The part of an article that stands where a selector points; None or empty where nothing does."""
    texts = rules.printed(page.root, selector) if selector else []
    match part:
        case "author":
            return tuple(dict.fromkeys(name for text in texts for name in people(text)))
        case "views":
            return next((number for text in texts if (number := _views(text)) is not None), None)
        case "section":
            return next((text for text in texts if sections.is_label(text)), None)
        case _:
            return " ".join(texts) or None


def _orders(page: Page, selector: str | None) -> frozenset[int]:
    return frozenset(block.order for block in narrowing.held_by(page, selector))


def _with_recurring(page: Page, layout: Layout | None, text: tuple[Block, ...]) -> tuple[Block, ...]:
    """A text with the recurring lines right below it, after which an article is signed."""
    found = list(text)
    while layout is not None and (after := page.blocks[found[-1].order + 1 : found[-1].order + 2]):
        if not narrowing.is_recurring(after[0].text, layout):
            break
        found += after
    return tuple(found)


def _recurring(
    page: Page, layout: Layout | None, headline: Block | None, text: Sequence[Block]
) -> frozenset[int]:
    """The orders of the lines between headline and text that the outlet prints in many articles."""
    if layout is None or headline is None:
        return frozenset()
    between = page.blocks[headline.order + 1 : text[0].order]
    return frozenset(block.order for block in between if narrowing.is_recurring(block.text, layout))


def _placed_lead(page: Page, selector: str | None, headline: Block | None) -> tuple[Block, ...]:
    held = narrowing.held_by(page, selector)
    return tuple(block for block in held if parts.may_lead(block, is_named=True) and block is not headline)


def _lines(
    page: Page, blocks: Sequence[Block], lead_blocks: Sequence[Block], lead: str | None
) -> tuple[Line, ...]:
    """The paragraphs of the text, less what stands apart as the lead."""
    apart = {block.order for block in lead_blocks}
    kept = structure.lines(page, [block for block in blocks if block.order not in apart])
    if lead and len(kept) > 1 and plain(kept[0].text) == plain(lead):
        return kept[1:]
    return kept


def _confidence(head: Headline, text: body.Text, when: stamps.Stamps) -> float:
    return round(min(1.0, 0.35 * head.agreement + 0.4 * text.sure + 0.25 * when.agreement), 2)


def _ruled(page: Page, held: Sequence[Rule], field: rules.Field) -> str | None:
    return next(iter(rules.texts(page.root, held, field)), None)


def _ruled_headline(page: Page, held: Sequence[Rule]) -> Headline | None:
    for element in rules.elements(page.root, held, "title"):
        text = clean("".join(element.itertext())) if not isinstance(element, str) else clean(element)
        block = next((block for block in page.blocks if plain(block.text) == plain(text)), None)
        if text:
            return Headline(text, block, 1.0)
    return None


def _ruled_blocks(page: Page, held: Sequence[Rule]) -> tuple[Block, ...]:
    """The lines that stand where the body's rule points."""
    return narrowing.lines_in(page, rules.elements(page.root, held, "body"))


def _ruled_stamp(page: Page, held: Sequence[Rule], clock: stamps.Clock) -> Stamp | None:
    for text in rules.texts(page.root, held, "published"):
        stamp = clock.read(text, "rule") or stamps.within(text, clock, "rule")
        if stamp is not None:
            return stamp
    return None


def _ruled_authors(page: Page, held: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(name for text in rules.texts(page.root, held, "author") for name in people(text))
    )


def _ruled_views(page: Page, held: Sequence[Rule]) -> int | None:
    return next(
        (n for text in rules.texts(page.root, held, "views") if (n := _views(text)) is not None), None
    )


def _views(text: str) -> int | None:
    number = views(text)
    return number if number is not None else count("".join(filter(str.isdigit, text)))


def _ruled_images(page: Page, held: Sequence[Rule], found: tuple[Image, ...]) -> tuple[Image, ...]:
    caption, credit = _ruled(page, held, "caption"), _ruled(page, held, "credit")
    if not found or (caption is None and credit is None):
        return found
    first = found[0]
    return (Image(first.url, caption or first.caption, credit or first.credit), *found[1:])
