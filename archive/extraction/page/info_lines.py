"""Info lines: the short lines around an article with its section, date, author and counters.

A line is split into pieces: the text of one element, or the text between two separators («10 января | Политика»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from archive.extraction.normalize import clean
from archive.extraction.page.blocks import SEPARATING_TAGS, Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, date_patterns
from archive.language.phrases import words

CACHE_SIZE = 2048  # several steps of the extraction ask the same about a line
MAX_LINE_CHARS = 200  # characters of an info line
MAX_PART_CHARS = 60  # characters between two separators
MAX_DATE_LINE_CHARS = 80  # characters of a line that is little more than a date
MAX_ELEMENTS = 60  # elements of a line that are examined
SEPARATORS = re.compile(r"\s+[|•·∙—–/]\s+|\s*[|•·∙]\s*|\s{2,}")
BARS = re.compile(r"\s*[|•·∙]\s*|\s+/\s+")  # between the pieces of an info line
COMMENT_COUNT = re.compile(
    rf"{words('counted_comments')}\s*[:(—–-]?\s*\d+\)?|\d+\s+{words('counted_comments')}", re.I
)
ENDS_SENTENCE = re.compile(r"[^\W\d_]{3}[.!?…]$")
CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
LINES_ABOVE = 8
LINES_BELOW = 16


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A piece of a line with the names of its element."""

    text: str
    names: str  # class, id, itemprop and title of its element
    href: str | None = None
    element: Any = None


def lines_around(page: Page, headline: Block | None, text: Sequence[Block]) -> list[Block]:
    """Return the short lines near the headline and after the text, without comments, menus, forms and site footer."""
    if headline is None and not text:
        return []
    top = headline.order if headline is not None else text[0].order
    first = text[min(len(text), 2) - 1].order if text else top + LINES_ABOVE
    last = text[-1].order if text else top
    prose = {block.order for block in text if len(block.text) > MAX_LINE_CHARS // 2}
    return [
        block
        for block in (
            *page.blocks[top : max(first, top + 1) + 1],
            *reversed(page.blocks[max(0, top - LINES_ABOVE) : top]),
            *page.blocks[max(last, first + 1) : last + 1 + LINES_BELOW],
        )
        if len(block.text) <= MAX_LINE_CHARS
        and block is not headline
        and block.order not in prose
        and not _is_outside_article(block)
    ]


def _is_outside_article(block: Block) -> bool:
    if block.box.role == "footer":
        return not any(box.tag in ("article", "main") for box in block.box.ancestors())
    return block.box.role in ("comments", "navigation", "form")


def line_pieces(block: Block) -> list[LinePiece]:
    """Return the text of each element of a line in printed order; the line as a whole comes last."""
    found: list[LinePiece] = []
    if block.box.last - block.box.first <= 3:
        for element in islice(
            block.box.element.iter(*SEPARATING_TAGS, "li", "strong", "small"), MAX_ELEMENTS
        ):
            text = clean("".join(islice(element.itertext(), 20)))
            if text and text in block.text:
                found.append(LinePiece(text, _names(element), element.get("href"), element))
    names = f"{split_camel_case(block.box.names)} {block.box.element.get('title') or ''}"
    if block.box.last - block.box.first > 3:
        names = (
            f"{names} {split_camel_case(block.names)}"  # the line's own elements, not those around all lines
        )
    found.append(LinePiece(block.text, names, None, block.box.element))
    return found


@lru_cache(maxsize=CACHE_SIZE)
def split_line(text: str) -> tuple[str, ...]:
    """Split a line at its separators, leaving out dates."""
    return tuple(part for part in map(clean, SEPARATORS.split(without_dates(text, " | "))) if part)


def is_dated_line(text: str) -> bool:
    """Return whether a line consists of a date and other short parts between separators, without a sentence."""
    parts = split_line(text)
    if len(text) > MAX_PART_CHARS and ENDS_SENTENCE.search(text) is not None:
        return False
    return (
        len(parts) > 1
        and max(map(len, parts)) <= MAX_PART_CHARS
        and bool(date_patterns.find_date_spans(text))
    )


@lru_cache(maxsize=CACHE_SIZE)
def is_info_line(text: str) -> bool:
    """Return whether a line is an info line: short pieces between bars, at least one of them a date or a counter.

    An example: «Город | 6 мая | Просмотров: 7».
    """
    if len(text) > MAX_LINE_CHARS:
        return False
    pieces = [piece for piece in map(clean, BARS.split(text)) if piece]
    if len(pieces) < 2 or max(map(len, pieces)) > MAX_PART_CHARS:
        return False
    return any(_is_mostly_date(piece) or _is_counter(piece) for piece in pieces)


def is_date_line(text: str) -> bool:
    """Return whether a line is little more than a date, a date with a counter, or an info line."""
    if is_info_line(text):
        return True
    return len(text) <= MAX_DATE_LINE_CHARS and (_is_mostly_date(text) or _is_date_and_counter(text))


def _is_date_and_counter(text: str) -> bool:
    """Return whether a line is a date and a counter: «6 мая, 10:12 Просмотров: 7»."""
    rest = without_dates(text)
    return rest != text and _is_counter(rest)


def _is_mostly_date(text: str) -> bool:
    return sum(end - start for start, end in date_patterns.find_date_spans(text)) * 2 > len(text)


def _is_counter(text: str) -> bool:
    return COMMENT_COUNT.fullmatch(text) is not None or (
        text[-1:].isdigit() and len(text.split()) <= 3 and boilerplate.parse_views(text) is not None
    )


def piece_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return start and end of the piece of an info line that holds a span; of any other line, the whole line."""
    if not is_info_line(text):
        return 0, len(text)
    first, last = 0, len(text)
    for bar in BARS.finditer(text):
        if bar.end() <= start:
            first = bar.end()
        elif bar.start() >= end:
            last = bar.start()
            break
    return first, last


@lru_cache(maxsize=CACHE_SIZE)
def without_dates(text: str, replacement: str = " ") -> str:
    """Return a line without its dates, each replaced by `replacement`."""
    text = clean(text)
    for start, end in reversed(date_patterns.find_date_spans(text)):
        text = text[:start] + replacement + text[end:]
    return clean(text).strip(" ,|·•—–-/")


def _names(element: Any) -> str:
    given = (element.get(name) for name in ("class", "id", "itemprop", "rel", "title"))
    return split_camel_case(" ".join(value for value in given if value)[:300])


@lru_cache(maxsize=4096)  # every page of an outlet has the same names
def split_camel_case(names: str) -> str:
    """Split camelCase names into words: «itemIntroText» becomes «item-Intro-Text»."""
    return CAMEL_CASE.sub("-", names)


def box_names(block: Block, depth: int = 2) -> str:
    """Return the names of up to `depth` boxes around a line, as long as they hold at most six lines."""
    return split_camel_case(" ".join(box.names for box in _near(block, depth)))


def _near(block: Block, depth: int) -> Iterable[Any]:
    for number, box in enumerate(block.box.ancestors()):
        if number >= depth or box.last - box.first > 6:
            return
        yield box
