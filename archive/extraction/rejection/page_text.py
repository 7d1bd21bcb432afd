"""Collect a page's own content, sentence by sentence: without site boilerplate and teasers of other pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.extraction.fields.headline import SEPARATORS, Headline
from archive.extraction.metadata.collect import Metadata
from archive.extraction.metadata.jsonld import ARTICLE_TYPES
from archive.extraction.normalize import clean, comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, date_patterns, rejection_phrases
from archive.extraction.vocabulary.rejection_phrases import PhraseSet
from archive.urls import host_of

AROUND = frozenset(("navigation", "footer", "comments", "aside"))
BOXED = frozenset(
    ("furniture", "form", "dialog")
)  # walls stand in such too; beside an article they are furniture
LINKED = 0.7
NAMED = 20  # characters from which a linked line is the headline of another page
LISTED = 6  # linked headlines beside which what pops up is no wall
POPUP = re.compile(r"popup|pop-up|modal|cookie|consent|newsletter|subscribe", re.I)
TEASERS = 4  # linked headlines from which what follows each is a teaser's summary
NEWS = 22  # characters from which a headline can tell something
MOST = 400  # lines that are looked at
ENOUGH = 24  # characters of a wall's words, after which a sentence may go on
WALLED = 4000  # characters of running text that no wall has
PLENTY = 400  # characters told, after which nobody looks further
NEAREST = 40  # lines below a headline, in which a page's own part begins
LONGEST_ASKING = 300  # characters of a line that asks for something
COVERED = 0.6  # of a heading; what says more is about the thing and not the thing
GOES_ON = re.compile(r"[,.;:)!?»—–-]|[a-zа-яёіїєґў]")  # after a link that is part of a sentence
SENTENCE_END = re.compile(r"[.!?…»”\")。」！？।؟۔]$")


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page's own content, for deciding whether it is an article."""

    headings: tuple[str, ...]  # what could be its heading: of the title, the printed ones
    news_headline: str | None  # the heading that tells news, if one does
    sentences: tuple[str, ...]
    news_length: int  # characters of sentences that neither speak to the reader nor are of a wall
    text_length: int  # the same with those that speak to the reader: advice is an article too
    total_length: int  # characters of all sentences
    linked_headlines: tuple[Block, ...]  # headlines of other pages
    is_dated: bool  # a stamp stands by the headline, or the data state one
    is_declared: bool  # the data call it an article
    site_names: frozenset[str]  # plain

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
    printed = head.block if head is not None else None
    start = max(0, printed.order - MOST // 4) if printed is not None else 0
    near = page.blocks[start : start + MOST]
    teased = _teased(page, linked)
    texts = {block.order for block in text} - teased
    quick = _told(_sentences([block for block in text if block.order in texts], printed, names))
    is_dated = bool(metadata.published) or _is_dated(page, printed, linked)
    is_stated = bool(metadata.types & ARTICLE_TYPES) or "article" in metadata.types
    if quick >= PLENTY:
        news = head.text if head is not None else None
        return PageContent((), news, (), quick, quick, quick, linked, is_dated, is_stated, names)
    main = [
        block
        for block in near
        if block.order in texts
        or (
            block.box.role not in AROUND
            and block.box.role not in BOXED
            and block.link_share <= LINKED
            and block.order not in teased
        )
    ]
    news = _news(head, names, main)
    sentences = tuple(_sentences(main, printed, names))
    told = _told(sentences)
    if news is None and told < NEWS:
        few = len(linked) < LISTED
        main = [
            block
            for block in near
            if block.box.role not in AROUND
            and block.link_share <= LINKED
            and block.order not in teased
            and (few or not POPUP.search(_names(block)))
        ]
        sentences = tuple(_sentences(main, printed, names))
        told = _told(sentences)
    return PageContent(
        headings=tuple(_headings(page, head, main, names)),
        news_headline=news,
        sentences=sentences,
        news_length=max(told, sum(len(block.text) for block in text if block.order in texts) - WALLED),
        text_length=max(told, _told(sentences, with_address=True)),
        total_length=sum(map(len, sentences)),
        linked_headlines=linked,
        is_dated=is_dated,
        is_declared=is_stated,
        site_names=names,
    )


def _names(block: Block) -> str:
    return " ".join(box.names for box in block.box.ancestors())


def _teased(page: Page, linked: tuple[Block, ...]) -> frozenset[int]:
    """Return the orders of lines that belong to teasers: between linked headlines, if there are many."""
    if len(linked) < TEASERS:
        return frozenset()
    found: set[int] = set()
    for block in linked:
        for after in page.blocks[block.order + 1 : block.order + 4]:
            if after.link_share > LINKED or (after.level is not None and after.level <= 2):
                break
            found.add(after.order)
            if len(after.text) > 60:
                break
    return frozenset(found)


def _is_linked_headline(block: Block) -> bool:
    return (
        block.link_share > LINKED
        and len(block.text) >= NAMED
        and " " in block.text
        and block.box.role not in ("navigation", "footer", "comments")
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
    said_first = (block.text for block in page.blocks[:MOST] if block.level == 1)
    parts = (comparable(part) for part in (*SEPARATORS.split(page.title), *said_first) if part)
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


def _news(head: Headline | None, names: frozenset[str], main: list[Block]) -> str | None:
    """Return the headline if it tells news: printed in the page's own content, and not a wall's phrase."""
    if head is None or len(head.text) < NEWS or comparable(head.text) in names or head.block is None:
        return None
    if not any(block is head.block for block in main) or head.agreement < 0.35:
        return None
    walls = (*rejection_phrases.PHRASES_BY_REASON.values(), rejection_phrases.PAYWALL_OFFER)
    return None if any(is_mostly_phrase(head.text, words) for words in walls) else head.text


def _sentences(main: list[Block], printed: Block | None, names: frozenset[str]) -> Iterator[str]:
    heading = comparable(printed.text) if printed is not None else ""
    for block in main:
        text = block.text
        if block is printed or comparable(text) in names or (heading and comparable(text) == heading):
            continue
        if block.box.role in ("caption", "figure") or _is_stamp(text):
            continue
        if _is_around(text):
            continue
        yield from rejection_phrases.SENTENCE.split(text)


def _is_around(text: str) -> bool:
    """Return whether a line is site boilerplate by its words, and not an offer or a wall's phrase."""
    if not (boilerplate.is_boilerplate(text) or boilerplate.is_legal_notice(text)):
        return False
    walls = (*rejection_phrases.PHRASES_BY_REASON.values(), rejection_phrases.PAYWALL_OFFER)
    return not any(opens_with_phrase(text, words) for words in walls)


def _told(sentences: Iterable[str], *, with_address: bool = False) -> int:
    told = 0
    for sentence in sentences:
        if _tells(sentence, with_address):
            told += len(sentence)
            if told >= PLENTY:
                break
    return told


def _tells(sentence: str, with_address: bool) -> bool:
    """Return whether a sentence can be news: long enough, not addressed to the reader, not a wall's phrase."""
    if len(sentence) < NEWS or (not SENTENCE_END.search(sentence) and len(sentence) < 60):
        return False
    if (
        boilerplate.is_boilerplate(sentence)
        or boilerplate.is_legal_notice(sentence)
        or boilerplate.is_credit(sentence)
    ):
        return False
    unquoted = rejection_phrases.QUOTATION.sub("", sentence)
    if (
        not with_address and rejection_phrases.ADDRESSES_READER.search(unquoted)
    ) or rejection_phrases.NO_SCRIPT.search(unquoted):
        return False
    walls = (*rejection_phrases.PHRASES_BY_REASON.values(), rejection_phrases.PAYWALL_OFFER)
    return not any(opens_with_phrase(sentence, words) for words in walls)


def lines_below(page: Page, printed: Block, linked_headlines: Sequence[Block]) -> tuple[Block, ...]:
    """Return the lines between the headline and the first headline of another page, without site boilerplate."""
    end = min(
        (block.order for block in linked_headlines if block.order > printed.order), default=len(page.blocks)
    )
    near = page.blocks[printed.order + 1 : min(end, printed.order + NEAREST)]
    kept: list[Block] = []
    for block in near:
        if block.level is not None and block.level <= 3 and kept:
            break
        if block.box.role not in AROUND and block.link_share <= LINKED:
            kept.append(block)
    return tuple(kept)


def sentences(lines: Sequence[Block], printed: Block) -> tuple[str, ...]:
    """Return the sentences of lines below a headline, without dates and captions."""
    return tuple(_sentences(list(lines), printed, frozenset()))


def news_length(texts: Iterable[str], *, including_advice: bool = False) -> int:
    """Return how many characters of the sentences tell news.

    `including_advice`: also count sentences that address the reader.
    """
    return _told(texts, with_address=including_advice)


def is_appeal(block: Block) -> bool:
    """Return whether a line is no text of its page: it asks the reader for something, or presents an author."""
    if len(block.text) > LONGEST_ASKING:
        return False
    if boilerplate.is_boilerplate(block.text) or boilerplate.is_legal_notice(block.text):
        return True
    return rejection_phrases.CALL_TO_ACTION.search(block.text) is not None or _is_filled_in(block)


def opens_with_link(block: Block) -> bool:
    """Return whether a line begins with a linked headline: a teaser with its summary."""
    opening = 0
    for piece in block.runs:
        if not piece.linked and piece.text.strip():
            return opening >= NAMED and GOES_ON.match(piece.text.strip()) is None
        opening += len(piece.text.strip())
    return opening >= NAMED


def _is_filled_in(block: Block) -> bool:
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
    return opening > 0 and opening >= min(COVERED * len(text), ENOUGH)


def is_mostly_phrase(heading: str, words: PhraseSet) -> bool:
    """Return whether a heading is little more than one of these phrases."""
    text = heading.lower().strip(' .!?…«»"“”')
    if not text:
        return False
    return words.longest_length(text) >= COVERED * len(text)


def _is_dated(page: Page, printed: Block | None, linked: tuple[Block, ...]) -> bool:
    """Return whether a date is beside the headline, with no headline of another page between."""
    if printed is None:
        return False
    others = {block.order for block in linked if block is not printed}
    for step in (1, -1):
        for order in range(printed.order + step, printed.order + 5 * step, step):
            if not 0 <= order < len(page.blocks) or order in others:
                break
            block = page.blocks[order]
            if block.box.role in AROUND or len(block.text) > 120:
                break
            if _is_stamp(block.text):
                return True
    return False


def _is_stamp(text: str) -> bool:
    if len(text) > 80 or not any(map(str.isdigit, text)):
        return False
    return sum(end - start for start, end in date_patterns.find_date_spans(text)) * 2 > len(text)
