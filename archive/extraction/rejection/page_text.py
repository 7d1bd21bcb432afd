"""Collect a page's own content, sentence by sentence: without site boilerplate and teasers of other pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from archive.extraction.fields.headline import SEPARATORS, Headline
from archive.extraction.metadata.collect import Metadata
from archive.extraction.metadata.jsonld import ARTICLE_TYPES
from archive.extraction.normalize import clean, comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection.cards import Card, find_cards, is_date_line, is_row_of_links
from archive.extraction.vocabulary import boilerplate, rejection_phrases
from archive.extraction.vocabulary.rejection_phrases import PhraseSet
from archive.urls import host_of

SITE_ROLES = frozenset(("navigation", "footer", "comments", "aside"))
# can contain a wall; beside an article they are boilerplate
BOX_ROLES = frozenset(("boilerplate", "form", "dialog"))
MIN_LINK_SHARE = 0.7
MIN_LINKED_HEADLINE = 20  # characters; a shorter linked line is not the headline of another page
MANY_LINKED_HEADLINES = 6  # linked headlines; beside so many, a popup is not a wall
POPUP = re.compile(r"popup|pop-up|modal|cookie|consent|newsletter|subscribe", re.I)
MIN_TEASERS = 4  # linked headlines; with so many, the lines after each are a teaser's summary
MIN_NEWS_HEADLINE = 22  # characters; a shorter headline reports nothing
MAX_LINES = 400  # lines that are read
ENOUGH_CHARACTERS = 24  # characters of a wall's phrases, after which the sentence may go on
MAX_WALL_CHARACTERS = 4000  # characters of running text; no wall has so many
PLENTY_OF_NEWS = 400  # characters of news, after which reading stops
MAX_LINES_BELOW = 40  # lines below a headline in which the page's own content begins
MAX_APPEAL_CHARACTERS = 300  # characters of a line that appeals to the reader
MIN_PHRASE_SHARE = 0.6  # of a heading; a heading that says more is news about the subject
GOES_ON = re.compile(r"[,.;:)!?»—–-]|[a-zа-яёіїєґў]")  # after a link that is part of a sentence
SENTENCE_END = re.compile(r"[.!?…»”\")。」！？।؟۔]$")


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page's own content, for deciding whether it is an article."""

    headings: tuple[str, ...]  # possible headings: the parts of the title, and printed headings
    news_headline: str | None  # the headline if it reports something, else None
    sentences: tuple[str, ...]
    news_length: int  # characters of sentences that neither address the reader nor are a wall's
    text_length: int  # the same including sentences that address the reader: advice can be an article
    total_length: int  # characters of all sentences
    linked_headlines: tuple[Block, ...]  # headlines of other pages
    is_dated: bool  # a date is beside the headline, or in the metadata
    is_declared: bool  # the metadata declares it an article
    site_names: frozenset[str]  # in comparable form
    cards: tuple[Card, ...]  # boxes that present other pages

    @property
    def is_article(self) -> bool:
        """Return whether something other than its words marks the page as an article."""
        return self.is_dated or self.is_declared

    def has_heading_of(self, kind: str) -> bool:
        """Return whether one of the headings says only that the page is of this kind."""
        return any(
            is_mostly_phrase(heading, rejection_phrases.PHRASES_BY_REASON[kind]) for heading in self.headings
        )

    def count_sentences(self, kind: str) -> int:
        """Return how many sentences are typical of this kind of page."""
        return sum(
            opens_with_phrase(sentence, rejection_phrases.PHRASES_BY_REASON[kind])
            for sentence in self.sentences
        )


def page_content(page: Page, head: Headline | None, text: Sequence[Block], metadata: Metadata) -> PageContent:
    """Return a page's own content, given the lines that were selected as its text.

    Boxes are included only if nothing else is on the page.
    """
    names = _site_names(page, metadata)
    linked = tuple(block for block in page.blocks if _is_linked_headline(block))
    headline = head.block if head is not None else None
    start = max(0, headline.order - MAX_LINES // 4) if headline is not None else 0
    near = page.blocks[start : start + MAX_LINES]
    teasers = _teaser_orders(page, linked)
    texts = {block.order for block in text} - teasers
    quick_length = _news_length(
        _sentences([block for block in text if block.order in texts], headline, names)
    )
    found = find_cards(page)
    others = {block.order for block in linked if block is not headline}
    dated = bool(metadata.published) or is_dated(page, headline, others)
    is_stated = bool(metadata.types & ARTICLE_TYPES) or "article" in metadata.types
    if quick_length >= PLENTY_OF_NEWS:
        news = head.text if head is not None else None
        return PageContent(
            (), news, (), quick_length, quick_length, quick_length, linked, dated, is_stated, names, found
        )
    main = [
        block
        for block in near
        if block.order in texts
        or (
            block.box.role not in SITE_ROLES
            and block.box.role not in BOX_ROLES
            and block.link_share <= MIN_LINK_SHARE
            and block.order not in teasers
        )
    ]
    news = _news_headline(head, names, main)
    sentences = tuple(_sentences(main, headline, names))
    length = _news_length(sentences)
    if news is None and length < MIN_NEWS_HEADLINE:
        few = len(linked) < MANY_LINKED_HEADLINES
        main = [
            block
            for block in near
            if block.box.role not in SITE_ROLES
            and block.link_share <= MIN_LINK_SHARE
            and block.order not in teasers
            and (few or not POPUP.search(_names(block)))
        ]
        sentences = tuple(_sentences(main, headline, names))
        length = _news_length(sentences)
    return PageContent(
        headings=tuple(_headings(page, head, main, names)),
        news_headline=news,
        sentences=sentences,
        news_length=max(
            length, sum(len(block.text) for block in text if block.order in texts) - MAX_WALL_CHARACTERS
        ),
        text_length=max(length, _news_length(sentences, including_advice=True)),
        total_length=sum(map(len, sentences)),
        linked_headlines=linked,
        is_dated=dated,
        is_declared=is_stated,
        site_names=names,
        cards=found,
    )


def _names(block: Block) -> str:
    return " ".join(box.names for box in block.box.ancestors())


def _teaser_orders(page: Page, linked_headlines: tuple[Block, ...]) -> frozenset[int]:
    """Return the orders of lines that belong to teasers: between linked headlines, if there are many."""
    if len(linked_headlines) < MIN_TEASERS:
        return frozenset()
    found: set[int] = set()
    for block in linked_headlines:
        for after in page.blocks[block.order + 1 : block.order + 4]:
            if after.link_share > MIN_LINK_SHARE or (after.level is not None and after.level <= 2):
                break
            found.add(after.order)
            if len(after.text) > 60:
                break
    return frozenset(found)


def _is_linked_headline(block: Block) -> bool:
    return (
        block.link_share > MIN_LINK_SHARE
        and len(block.text) >= MIN_LINKED_HEADLINE
        and " " in block.text
        and block.box.role not in ("navigation", "footer", "comments")
        and not is_row_of_links(block)
    )


def _site_names(page: Page, metadata: Metadata) -> frozenset[str]:
    """Return the site's own names in comparable form: from metadata and from links to its front page."""
    names = {comparable(metadata.site_name or "")}
    host = f"//{host_of(page.url)}"
    fronts = {"/", *(f"{scheme}{host}{end}" for scheme in ("", "http:", "https:") for end in ("", "/"))}
    for mark in page.anchors[:200]:
        if (mark.element.get("href") or "").strip() in fronts:
            names.add(comparable("".join(mark.element.itertext())[:120]))
    owner = " ".join(comparable(block.text) for block in page.blocks[-30:] if "©" in block.text)
    first_headings = (block.text for block in page.blocks[:MAX_LINES] if block.level == 1)
    parts = (comparable(part) for part in (*SEPARATORS.split(page.title), *first_headings) if part)
    names.update(part for part in parts if len(part) > 3 and part in owner)
    return frozenset(name for name in names if name)


def _headings(page: Page, head: Headline | None, main: list[Block], names: frozenset[str]) -> Iterator[str]:
    parts = [clean(part) for part in SEPARATORS.split(page.title) if part and comparable(part) not in names]
    yield from (
        part for part in {" ".join(parts): None, **dict.fromkeys(parts if len(parts) < 2 else ())} if part
    )
    if len(parts) > 1 and min(map(len, parts)) * 2 > max(map(len, parts)):
        yield from parts
    if head is not None:
        yield head.text
    found = 0
    for block in main:
        if block.level is not None and block.level <= 3 and block.text:
            yield block.text
            found += 1
            if found == 3:
                return


def _news_headline(head: Headline | None, names: frozenset[str], main: list[Block]) -> str | None:
    """Return the headline if it reports something: printed in the page's own content, and not a wall's phrase."""
    if (
        head is None
        or len(head.text) < MIN_NEWS_HEADLINE
        or comparable(head.text) in names
        or head.block is None
    ):
        return None
    if not any(block is head.block for block in main) or head.agreement < 0.35:
        return None
    walls = (*rejection_phrases.PHRASES_BY_REASON.values(), rejection_phrases.PAYWALL_OFFER)
    return None if any(is_mostly_phrase(head.text, words) for words in walls) else head.text


def _sentences(main: list[Block], headline: Block | None, names: frozenset[str]) -> Iterator[str]:
    heading = comparable(headline.text) if headline is not None else ""
    for block in main:
        text = block.text
        if block is headline or comparable(text) in names or (heading and comparable(text) == heading):
            continue
        if block.box.role in ("caption", "figure") or is_date_line(text):
            continue
        if _is_site_text(text):
            continue
        yield from rejection_phrases.SENTENCE.split(text)


def _is_site_text(text: str) -> bool:
    """Return whether a line is site boilerplate by its words, and not an offer or a wall's phrase."""
    if not (boilerplate.is_boilerplate(text) or boilerplate.is_legal_notice(text)):
        return False
    walls = (*rejection_phrases.PHRASES_BY_REASON.values(), rejection_phrases.PAYWALL_OFFER)
    return not any(opens_with_phrase(text, words) for words in walls)


def _news_length(sentences: Iterable[str], *, including_advice: bool = False) -> int:
    length = 0
    for sentence in sentences:
        if _is_news(sentence, including_advice):
            length += len(sentence)
            if length >= PLENTY_OF_NEWS:
                break
    return length


def _is_news(sentence: str, including_advice: bool) -> bool:
    """Return whether a sentence can be news: long enough, not addressed to the reader, not a wall's phrase."""
    if len(sentence) < MIN_NEWS_HEADLINE or (not SENTENCE_END.search(sentence) and len(sentence) < 60):
        return False
    if (
        boilerplate.is_boilerplate(sentence)
        or boilerplate.is_legal_notice(sentence)
        or boilerplate.is_credit(sentence)
    ):
        return False
    unquoted = rejection_phrases.QUOTATION.sub("", sentence)
    if (
        not including_advice and rejection_phrases.ADDRESSES_READER.search(unquoted)
    ) or rejection_phrases.NO_SCRIPT.search(unquoted):
        return False
    walls = (*rejection_phrases.PHRASES_BY_REASON.values(), rejection_phrases.PAYWALL_OFFER)
    return not any(opens_with_phrase(sentence, words) for words in walls)


def lines_below(page: Page, headline: Block, linked_headlines: Sequence[Block]) -> tuple[Block, ...]:
    """Return the lines between the headline and the first headline of another page, without site boilerplate."""
    end = min(
        (block.order for block in linked_headlines if block.order > headline.order), default=len(page.blocks)
    )
    near = page.blocks[headline.order + 1 : min(end, headline.order + MAX_LINES_BELOW)]
    kept: list[Block] = []
    for block in near:
        if block.level is not None and block.level <= 3 and kept:
            break
        if block.box.role not in SITE_ROLES and block.link_share <= MIN_LINK_SHARE:
            kept.append(block)
    return tuple(kept)


def sentences(lines: Sequence[Block], headline: Block) -> tuple[str, ...]:
    """Return the sentences of lines below a headline, without dates and captions."""
    return tuple(_sentences(list(lines), headline, frozenset()))


def news_length(texts: Iterable[str], *, including_advice: bool = False) -> int:
    """Return how many characters are in sentences that report something.

    `including_advice`: also count sentences that address the reader.
    """
    return _news_length(texts, including_advice=including_advice)


def is_appeal(block: Block) -> bool:
    """Return whether a line is no text of its page: it asks the reader for something, or presents an author."""
    if len(block.text) > MAX_APPEAL_CHARACTERS:
        return False
    if boilerplate.is_boilerplate(block.text) or boilerplate.is_legal_notice(block.text):
        return True
    return rejection_phrases.CALL_TO_ACTION.search(block.text) is not None or _has_input_field(block)


def opens_with_link(block: Block) -> bool:
    """Return whether a line begins with a linked headline: a teaser with its summary."""
    opening = 0
    for piece in block.runs:
        if not piece.linked and piece.text.strip():
            return opening >= MIN_LINKED_HEADLINE and GOES_ON.match(piece.text.strip()) is None
        opening += len(piece.text.strip())
    return opening >= MIN_LINKED_HEADLINE


def _has_input_field(block: Block) -> bool:
    """Return whether a line is in a small box with an input field."""
    for box in list(block.box.ancestors())[:2]:
        if box.tag == "body" or box.last - box.first > 4:
            return False
        for field in box.element.iter("input", "textarea"):
            if field.tag == "textarea" or (field.get("type") or "text").lower() in ("text", "email"):
                return True
    return False


def opens_with_phrase(sentence: str, words: PhraseSet) -> bool:
    """Return whether a sentence begins with one of these phrases, says hardly more, and is not a quotation."""
    text = sentence.lower()
    if text[:1] in rejection_phrases.QUOTED:
        return False
    opening = words.opening_length(text)
    return opening > 0 and opening >= min(MIN_PHRASE_SHARE * len(text), ENOUGH_CHARACTERS)


def is_mostly_phrase(heading: str, words: PhraseSet) -> bool:
    """Return whether a heading is little more than one of these phrases."""
    text = heading.lower().strip(' .!?…«»"“”')
    if not text:
        return False
    return words.longest_length(text) >= MIN_PHRASE_SHARE * len(text)


def is_dated(page: Page, headline: Block | None, excluded: Set[int]) -> bool:
    """Return whether a date is beside the headline, with none of the `excluded` lines between, by their orders."""
    if headline is None:
        return False
    for step in (1, -1):
        for order in range(headline.order + step, headline.order + 5 * step, step):
            if not 0 <= order < len(page.blocks) or order in excluded:
                break
            block = page.blocks[order]
            if block.box.role in SITE_ROLES or len(block.text) > 120:
                break
            if is_date_line(block.text):
                return True
    return False
