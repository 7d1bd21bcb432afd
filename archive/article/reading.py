"""A capture read: Article or NotAnArticle. The steps in order; each stands in the module of its name.

payload → text (decode) → Page (page) → what it says of itself (metadata) → headline → body
        → stamps, images, parts → Article; refusal names what is none
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from zoneinfo import ZoneInfo

from archive import markup
from archive.article import body, images, parts, refusal, rules, stamps
from archive.article.decode import decode
from archive.article.headline import Headline, headline
from archive.article.metadata import metadata, people
from archive.article.model import Article, Image, Listed, NotAnArticle, Outlet, Rule, Stamp
from archive.article.page import Block, Page
from archive.article.text import clean, language, plain
from archive.article.widgets import count, views
from archive.capture import Capture


def _extractor() -> str:
    try:
        return f"newsarchive 1 (trafilatura {version('trafilatura')})"
    except PackageNotFoundError:
        return "newsarchive 1"


EXTRACTOR = _extractor()
LONGEST_PAYLOAD = 3 * markup.LONGEST  # bytes; a longer page is read as far as this


def read(capture: Capture, outlet: Outlet, listed: Listed | None) -> Article | NotAnArticle:
    """What the newsroom wrote on a captured page, or why the page is no article; never raises."""
    try:
        return _read(capture, outlet, listed)
    except (
        Exception
    ) as error:  # the outermost edge of one page: its bytes are kept, and a better reader may come
        return NotAnArticle(f"unreadable ({type(error).__name__})")


def _read(capture: Capture, outlet: Outlet, listed: Listed | None) -> Article | NotAnArticle:
    payload = capture.payload(LONGEST_PAYLOAD)
    reason = refusal.before_reading(capture.status, capture.media_type, payload)
    if reason is not None:
        return NotAnArticle(reason)
    clock = stamps.Clock(ZoneInfo(outlet.timezone), outlet.languages, capture.fetched_at)
    held = rules.in_force(outlet.rules, capture.fetched_at.astimezone(clock.zone).date())
    page = Page(decode(payload, capture.charset).text, capture.url, lambda root: rules.pruned(root, held))
    if page.root is None or not page.blocks:
        return NotAnArticle("empty" if page.root is None or not page.title else "no text")
    return _article(page, clock, held, listed)


def _article(
    page: Page, clock: stamps.Clock, held: Sequence[Rule], listed: Listed | None
) -> Article | NotAnArticle:
    said = metadata(page)
    head = _ruled_headline(page, held) or headline(page, said, listed)
    printed = head.block if head is not None else None
    page.settle(printed)
    known = images.captions(page, printed)
    ruled = _ruled_blocks(page, held)
    text = body.text_of(page, printed, images.captioned(known), ruled)
    if not ruled:
        reason = refusal.by_words(page, head.text if head is not None else "", text.blocks, said)
        if reason is not None:
            return NotAnArticle(reason)
        if refusal.is_section(page, head, text.blocks, said):
            return NotAnArticle("section page")
    if head is None or not text.blocks:
        return NotAnArticle("no text")
    when = stamps.stamps(page, said, clock, headline=printed, text=text.blocks, listed=listed)
    published = _ruled_stamp(page, held, clock) or when.published
    lead_blocks = parts.lead(page, printed, text.blocks, images.captioned(known))
    lead = _ruled(page, held, "lead") or (" ".join(block.text for block in lead_blocks) or None)
    paragraphs = stamps.without_stamp(_paragraphs(text.blocks, lead_blocks, lead))
    pictures = _ruled_images(
        page, held, images.images(page, said.images, known, headline=printed, text=text.blocks)
    )
    return Article(
        title=head.text,
        body=paragraphs,
        lead=lead,
        authors=_ruled_authors(page, held) or parts.authors(page, said, printed, text.blocks),
        section=_ruled(page, held, "section") or parts.section(page, said, printed, listed),
        tags=parts.tags(page, said, printed, text.blocks),
        published=published,
        modified=when.modified,
        language=language((head.text, *paragraphs), clock.languages, said.language),
        views=_ruled_views(page, held, parts.views(page, printed, text.blocks)),
        images=pictures,
        links=parts.links(page, sorted({*lead_blocks, *text.blocks}, key=lambda block: block.order)),
        canonical=said.canonical,
        confidence=_confidence(head, text, when),
    )


def _paragraphs(blocks: Sequence[Block], lead_blocks: Sequence[Block], lead: str | None) -> tuple[str, ...]:
    apart = {block.order for block in lead_blocks}
    kept = tuple(block.text for block in blocks if block.order not in apart)
    if lead and kept and plain(kept[0]) == plain(lead):
        return kept[1:] or kept
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
    chosen: set[Any] = set(rules.elements(page.root, held, "body"))
    if not chosen:
        return ()
    return tuple(
        block for block in page.blocks if any(box.element in chosen for box in block.box.ancestors())
    )


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


def _ruled_views(page: Page, held: Sequence[Rule], found: int | None) -> int | None:
    for text in rules.texts(page.root, held, "views"):
        number = views(text)
        if number is None:
            number = count("".join(character for character in text if character.isdigit()))
        if number is not None:
            return number
    return found


def _ruled_images(page: Page, held: Sequence[Rule], found: tuple[Image, ...]) -> tuple[Image, ...]:
    caption, credit = _ruled(page, held, "caption"), _ruled(page, held, "credit")
    if not found or (caption is None and credit is None):
        return found
    first = found[0]
    return (Image(first.url, caption or first.caption, credit or first.credit), *found[1:])
