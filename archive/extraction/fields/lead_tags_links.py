"""Find the lead, tags and links of an article, each where it is printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from urllib.parse import urljoin

from archive.extraction.fields import bylines, sections
from archive.extraction.metadata.collect import Metadata
from archive.extraction.model import Link
from archive.extraction.normalize import clean, word_similarity
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, class_names, date_patterns
from archive.language.phrases import words

TAG_LINE = re.compile(rf"^{words('tags_line_label')}\s*:\s*", re.I)
TAG_NAMES = re.compile(r"(?:^|[\s_-])(?:tags?|taglist|tag-?list|keywords|topics)(?:$|[\s_-])", re.I)
TAG_ADDRESS = re.compile(
    r"/(?:tags?|tegi?|theme|themes|tema|temy|topics?|keywords?|label)/|[?&](?:tags?|tema|theme"
    r"|keyword)=",
    re.I,
)
HASHTAG = re.compile(r"#([^\W_][\w-]+)")
HASHTAGS = re.compile(r"(?:#[^\W_][\w-]+[\s,]*)+")
SUBTITLE_NAMES = re.compile(r"(?:sub|second)[\s_-]?(?:title|head)|titles?(?:$|[\s_-])|headline|teaser", re.I)
MIN_STATEMENT_WORDS = 5  # of a second line without a telling name
REPEATED = 0.6  # similarity of a headline and another wording of it
LONGEST_SUBTITLE, MIN_SUBTITLE_WORDS = 250, 3
LINKS_IN_CONTENTS, OPENING_CHARS = 3, 200  # links of three words or more; a shorter first paragraph is a lead
LONG_HEADING = 60  # characters
SHORTEST, SHORTEST_SENTENCE = 30, 12  # characters of a lead; of a sentence in the usual place of a lead
SENTENCE_END = re.compile(r"[.!?…»”\"]$")


def find_links(page: Page, blocks: Sequence[Block]) -> tuple[Link, ...]:
    """Return the links to other pages inside the article's own lines, in the order printed."""
    texts = {block.order: block.text for block in blocks}
    found: list[Link] = []
    for mark in page.anchors:
        if mark.order not in texts:
            continue
        text = clean("".join(mark.element.itertext()))
        try:
            url = urljoin(page.url, (mark.element.get("href") or "").strip())
        except ValueError:
            continue
        leads_away = url.startswith(("http://", "https://")) and url.split("#")[0] != page.url.split("#")[0]
        if leads_away and text and text in texts[mark.order]:
            found.append(Link(url, text))
    return tuple(found)


def find_lead(
    page: Page, headline: Block | None, text: Sequence[Block], captions: frozenset[int] = frozenset()
) -> tuple[Block, ...]:
    """Return the lines of a separate lead, between headline and text or at the start of it; often there is none."""
    if headline is None or not text:
        return ()
    first = text[0]
    if _opens_above_contents(page, text):
        return ()
    before = [
        block
        for block in page.blocks[headline.order + 1 : first.order]
        if block.order not in captions and may_be_lead(block, is_named=True)
    ]
    named = [block for block in before if _is_named_lead(page, block, text)]
    before = [block for block in before if may_be_lead(block)]
    if named:
        return tuple(named)
    opening = [block for block in text[:2] if _is_named_lead(page, block, text)]
    if opening and opening[0] is first and len(text) > len(opening):
        return tuple(opening)
    separate = [
        block
        for block in before
        if len(block.text) >= 40
        and block.order - headline.order <= 3
        and block.box.role is None
        and (
            block.level in (2, 3)
            or (
                block.order == headline.order + 1
                and (len(block.text) >= 60 or _is_between_boxes(block, headline, first))
            )
        )
    ]
    if separate:
        return tuple(separate[:1])
    under = page.blocks[headline.order + 1 : headline.order + 3]
    under = under[1:] if under and info_lines.is_date_line(under[0].text) else under[:1]
    subtitle = [
        block
        for block in under
        if block.order <= first.order and _is_subtitle(page, block, headline, captions)
    ]
    if subtitle and (subtitle[0] is not first or len(text) > 1):
        return tuple(subtitle)
    opening = [block for block in before[-1:] if _is_opening_sentence(block, first, captions)]
    if opening:
        return tuple(opening)
    is_apart = _is_set_apart(page, headline, text) or _is_set_bold(text) or _is_heading(text)
    return (first,) if is_apart and not info_lines.is_date_line(first.text) else ()


def _is_between_boxes(block: Block, headline: Block, first: Block) -> bool:
    """Return whether a statement is alone in a box beside the headline's, and the text is in another box below both."""
    box = block.box
    words = block.text.split()
    return (
        box.last - box.first == 1
        and box.parent is headline.box.parent
        and first.box.parent is not box.parent
        and len(words) >= MIN_STATEMENT_WORDS
        and 3 * sum(word[:1].islower() for word in words) >= len(words)  # names and offices are capitalized
    )


def _opens_above_contents(page: Page, text: Sequence[Block]) -> bool:
    """Return whether only the first paragraph of the text is above a row of links, such as a table of contents."""
    if len(text) < 2:
        return False
    below = page.blocks[text[0].order + 1 : text[1].order]
    linked = sum(block.link_share > 0.7 and block.text.count(" ") > 1 for block in below)
    return linked >= LINKS_IN_CONTENTS and text[0].level is None and len(text[0].text) >= OPENING_CHARS


def _is_subtitle(page: Page, block: Block, headline: Block, captions: frozenset[int]) -> bool:
    """Return whether the line directly below the headline is its second line: a heading, or named like one.

    A lower heading is one only above the date: below it, it may be the first subheading of the text.
    """
    box = block.box
    is_above_date = any(
        info_lines.is_date_line(other.text) for other in page.blocks[block.order + 1 : block.order + 2]
    )
    is_beside = box.parent is headline.box.parent
    names = info_lines.split_camel_case(box.names)
    return (
        box is not headline.box
        and box.last - box.first == 1
        and block.order not in captions
        and len(block.text) <= LONGEST_SUBTITLE
        and len(block.text.split()) >= MIN_SUBTITLE_WORDS
        and (
            block.level == 1
            or (block.level is not None and is_above_date)
            or (block.level is None and SUBTITLE_NAMES.search(names) is not None)
        )
        and (box.role is None or (box.role == "boilerplate" and is_beside))
        and word_similarity(block.text, headline.text) < REPEATED
        and not class_names.SECTION_NAMES.search(names)
        and not class_names.AUTHOR_NAMES.search(names)
        and not block.text.endswith(":")
        and not bylines.are_names(block.text)
        and may_be_lead(block, is_subtitle=True)
    )


def _is_opening_sentence(block: Block, first: Block, captions: frozenset[int]) -> bool:
    """Return whether a sentence directly above the text is in a box beside the text's paragraphs or their box."""
    between = range(block.order + 1, first.order)
    above = [box for box in (first.box, first.box.parent) if box is not None]
    return (
        block.box.role is None
        and any(block.box.parent is box.parent for box in above)
        and block.box.tag in ("div", "p")
        and SENTENCE_END.search(block.text) is not None
        and all(order in captions for order in between)
    )


def _is_set_apart(page: Page, headline: Block, text: Sequence[Block]) -> bool:
    """Return whether the first paragraph differs in markup, and a picture or its box separates it from the rest."""
    if len(text) < 3:
        return False
    first, rest = text[0], text[1:]
    if (
        any((block.box.tag, block.box.names) == (first.box.tag, first.box.names) for block in rest)
        or not first.box.names
    ):
        return False
    if max(Counter((block.box.tag, block.box.names) for block in rest).values()) * 2 < len(rest):
        return False
    return any(first.order < mark.order <= rest[0].order for mark in page.pictures) or (
        len(first.text) < 300 and (first.box.tag == "div" or first.box.parent is not rest[0].box.parent)
    )


def _is_heading(text: Sequence[Block]) -> bool:
    """Return whether the text opens with a full sentence as a heading: a subheading would be shorter."""
    first = text[0]
    return (
        len(text) > 1
        and first.level is not None
        and first.level > 1
        and len(first.text) >= LONG_HEADING
        and SENTENCE_END.search(first.text) is not None
        and text[1].level is None
    )


def _is_set_bold(text: Sequence[Block]) -> bool:
    """Return whether the first paragraph is a statement in bold, and the next ones are not bold."""
    first, rest = text[0], text[1:4]
    return (
        len(rest) >= 2
        and 60 <= len(first.text) <= 600
        and first.text.endswith((".", "…", "»", "!"))
        and first.bold >= 0.9 * len(first.text)
        and all(block.bold < 0.3 * len(block.text) for block in rest)
    )


def may_be_lead(block: Block, *, is_named: bool = False, is_subtitle: bool = False) -> bool:
    """Return whether a line can be a lead, by its words and its part of the page.

    `is_named`: in an element named for leads, where even one short sentence counts. `is_subtitle`: its length is
    known to be right.
    """
    text = block.text
    return (
        (is_subtitle or len(text) >= SHORTEST or (is_named and _is_short_sentence(text)))
        and block.link_share < 0.5
        and block.box.role not in ("navigation", "comments", "footer", "caption", "figure", "form", "aside")
        and not boilerplate.is_boilerplate(text)
        and not boilerplate.is_credit(text)
        and not boilerplate.is_legal_notice(text)
        and not info_lines.is_dated_line(text)
        and not info_lines.is_info_line(text)
        and sum(end - start for start, end in date_patterns.find_date_spans(text)) * 2 < len(text)
    )


def _is_short_sentence(text: str) -> bool:
    return len(text) >= SHORTEST_SENTENCE and " " in text and SENTENCE_END.search(text) is not None


def _link_texts(block: Block) -> list[str]:
    """Return the texts of a line's links if it has several: they may not be separated by white space."""
    found = [clean("".join(link.itertext())).lstrip("#") for link in islice(block.box.element.iter("a"), 40)]
    texts = [name for name in found if 1 < len(name) <= 60 and name in block.text]
    return texts if len(found) > 1 else []


def _is_named_lead(page: Page, block: Block, text: Sequence[Block]) -> bool:
    for number, box in enumerate(block.box.ancestors()):
        if number > 2 or box.last - box.first > 3:
            return False
        names = info_lines.split_camel_case(box.names)
        if class_names.LEAD_NAMES.search(names) or "alternativeheadline" in names.lower().replace("-", ""):
            return len(block.text) >= SHORTEST or _is_short_sentence(block.text)
    return False


def find_tags(
    page: Page, metadata: Metadata, headline: Block | None, text: Sequence[Block]
) -> tuple[str, ...]:
    """Return the article's tags: from the page's metadata, or from links to tag pages beside the text."""
    if metadata.tags or not text:
        return metadata.tags
    top = headline.order if headline is not None else text[0].order
    found: list[str] = []
    above: list[str] = []  # above the headline, where a single link is the section
    seen: set[int] = set()
    for block in (
        *page.blocks[text[-1].order + (len(text[-1].text) > info_lines.MAX_LINE_CHARS) : text[-1].order + 16],
        *page.blocks[max(0, top - 3) : text[0].order],
    ):
        for part in (
            info_lines.split_line(block.text)[1:] if len(block.text) <= info_lines.MAX_LINE_CHARS else ()
        ):
            opened = TAG_LINE.match(part)
            if opened is not None:
                linked = [piece.text for piece in info_lines.line_pieces(block) if piece.href is not None]
                rest = part[opened.end() :].split(". ")[0]
                names = [name for name in linked if name in rest] or rest.split(",")
                found.extend(tag for tag in map(clean, names) if 1 < len(tag) <= 60)
        line = TAG_LINE.match(block.text)
        if (
            line is not None
            and len(block.text) > line.end()
            and ("," in block.text or block.box.last - block.box.first > 3)
        ):
            found.extend(tag for tag in map(clean, block.text[line.end() :].split(",")) if 1 < len(tag) <= 60)
            continue
        if HASHTAGS.fullmatch(block.text):
            found.extend(_link_texts(block) or HASHTAG.findall(block.text))
            continue
        if block.link_share == 0 or id(block.box) in seen or block.box.last - block.box.first > 40:
            continue
        seen.add(id(block.box))
        if sections.BREADCRUMB_NAMES.search(info_lines.box_names(block, 4)):
            continue
        named = line is not None or TAG_NAMES.search(info_lines.box_names(block, 4)) is not None
        for link in list(block.box.element.iter("a"))[:40]:
            name = clean("".join(link.itertext()))
            rel = (link.get("rel") or "").lower().split()
            is_tag = TAG_ADDRESS.search(link.get("href") or "") or "tag" in rel
            if (is_tag or named) and "category" not in rel and 1 < len(name) <= 60:
                (above if block.order < top else found).append(name.lstrip("#"))
    return tuple(dict.fromkeys(found + (above if len(above) > 1 else [])))
