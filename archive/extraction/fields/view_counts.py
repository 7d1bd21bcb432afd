"""Find an article's view count as its page prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from archive.extraction.normalize import clean
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, class_names, date_patterns

NUMBER = re.compile(
    r"(?<![\d.,:])(\d{1,3}(?:[ \u00a0]\d{3})+|\d+(?:[.,]\d+)?)\s?(тыс|тис|мың|k|к|т|млн|m)?\b", re.I
)
BARE = re.compile(r"\d{1,3}(?:[ \u00a0]?\d{3})*")
OTHER_NAMES = re.compile(r"(?<!p)review|overview|interview", re.I)
OTHER_COUNTS = re.compile(r"comm?ent|komment|like|share|vote|rat", re.I)
NUMBERED_NAMES = re.compile(
    r"phone|mobile|(?:^|[\s_-])(?:tel|fax|iban|inn|okpo|edrpou|swift|bik)(?:$|[\s_-])|card-?num|credit-?card|bank"
    r"|account|requisit|rekvizit|donat|passport|(?:^|[\s_-])(?:article|post|news|item|doc|record)-?id(?:$|[\s_-])",
    re.I,
)  # class names of elements that contain an account, a phone or a document number
# For a number without a label and without a telling class name: with eight digits or more it may be a registration
# number (ЄДРПОУ has eight), a date («20220110») or a phone number; with four, a year.
MOST_DIGITS_BARE = 7
YEAR = re.compile(r"(?:19|20)\d\d")
ICON_NAMES = (
    *("class", "alt", "title", "src", "href", "{http://www.w3.org/1999/xlink}href", "xlink:href"),
    *("aria-label", "data-icon", "data-src", "data-title", "data-tooltip"),
)
MOST_ELEMENTS = 60  # of a line that are searched


def find_views(
    page: Page, headline: Block | None, text: Sequence[Block], stated: int | None = None
) -> int | None:
    """Return the view count printed beside the article's text, else `stated` from its metadata."""
    if not text:
        return None
    near = [
        block
        for block in info_lines.lines_around(page, headline, text)
        if not block.level and not _is_numbered(page, block)
    ]
    for block in near:
        number = boilerplate.parse_views(info_lines.without_dates(block.text, " | "))
        if number is not None:
            return number
    for block in near:
        number = next(_counts_by_name(block), None)
        if number is not None:
            return number
    return _bare_count(page, text) if stated is None else stated


def _is_numbered(page: Page, block: Block) -> bool:
    """Return whether a line's words, class names or the line before it say that its number is no count."""
    if not any(map(str.isdigit, block.text)):
        return False
    words = boilerplate.IDENTIFIER_LABEL.search(block.text.casefold())
    names = NUMBERED_NAMES.search(info_lines.box_names(block)) or _has_numbered_icon(block)
    if words is not None or names:
        return boilerplate.parse_views(block.text) is None
    before = page.blocks[block.order - 1].text if block.order else ""
    return before.endswith(":") and boilerplate.IDENTIFIER_LABEL.search(before.casefold()) is not None


def _has_numbered_icon(block: Block) -> bool:
    if block.box.last - block.box.first > 3:
        return False
    icons = islice(block.box.element.iter("i", "img", "svg", "use"), MOST_ELEMENTS)
    return any(NUMBERED_NAMES.search(_icon_names(icon)) for icon in icons)


def _counts_by_name(block: Block) -> Iterator[int]:
    """Yield the counts in elements named for views, or beside an icon named for views."""
    for piece in info_lines.line_pieces(block):
        title = piece.element.get("title") if piece.element is not None else None
        number = boilerplate.parse_views(title) if title else None
        names = f"{piece.names} {_outer_names(block)}" if piece.text == block.text else piece.names
        if number is None and _is_named_for_views(names) and _is_preview(names, piece.text):
            number = _single_number(piece.text)
        if number is not None:
            yield number
    if block.box.last - block.box.first > 3:
        return
    for icon in islice(block.box.element.iter("i", "img", "svg", "span", "use"), MOST_ELEMENTS):
        names = _icon_names(icon)
        if not _is_named_for_views(names) or "preview" in names.lower() or _printed_of_icon(icon):
            continue
        number = _single_number(_text_after(icon))
        if number is not None:
            yield number


def _outer_names(block: Block) -> str:
    """Return the class names around a bare number whose box contains little else: «1204» above «VIEWS»."""
    outer = block.box.parent
    is_count = BARE.fullmatch(block.text) is not None and outer is not None and outer.last - outer.first <= 2
    return info_lines.split_camel_case(outer.names) if is_count and outer is not None else ""


def counts_beside_icons(
    page: Page, headline: Block | None, text: Sequence[Block]
) -> Iterator[tuple[Any, int]]:
    """Yield elements by headline or text that contain only an icon and a bare number not named for another count.

    One page alone cannot show what is counted; many pages of an outlet can.
    """
    for block in info_lines.lines_around(page, headline, text):
        if block.box.last - block.box.first > 3 or not any(map(str.isdigit, block.text)):
            continue
        for element in islice(
            block.box.element.iter("span", "div", "li", "a", "p", "b", "small"), MOST_ELEMENTS
        ):
            printed = _printed_text(element)
            number = _count(printed) if printed in block.text else None
            if number is not None and _has_icon(element) and not _counts_other(_icon_names(element)):
                yield element, number


def _counts_other(names: str) -> bool:
    return OTHER_COUNTS.search(names) is not None or NUMBERED_NAMES.search(names) is not None


def _count(text: str) -> int | None:
    """Return the number if the text is only a number, in a form that a view count can have."""
    digits = "".join(filter(str.isdigit, text))
    if BARE.fullmatch(text) is None or len(digits) > MOST_DIGITS_BARE:
        return None
    is_padded = len(digits) > 1 and digits.startswith("0")
    return None if is_padded or YEAR.fullmatch(text) else boilerplate.parse_number(text)


def _has_icon(element: Any) -> bool:
    return any(
        child.tag in ("svg", "img", "i", "use") and not _printed_of_icon(child)
        for child in islice(element.iter(), MOST_ELEMENTS)
    )


def _is_named_for_views(names: str) -> bool:
    return class_names.VIEWS_NAMES.search(names) is not None and OTHER_NAMES.search(names) is None


def _is_preview(names: str, text: str) -> bool:
    """Return whether «preview» names a count and not a picture: the element contains only a number."""
    return "preview" not in names.lower() or BARE.fullmatch(text) is not None


def _icon_names(icon: Any) -> str:
    values = [icon.get(name) for name in ICON_NAMES]
    if icon.tag == "svg":
        values.append("".join(icon.itertext()))  # its <title>
    return " ".join(value for value in values if value)[:300]


def _printed_of_icon(icon: Any) -> str:
    return "" if icon.tag == "svg" else clean("".join(icon.itertext()))


def _printed_text(element: Any) -> str:
    """Return the text that an element displays, without text inside SVG drawings."""
    text = "".join(islice(element.itertext(), 20))
    for drawing in islice(element.iter("svg"), 4):
        text = text.replace("".join(drawing.itertext()), " ", 1)
    return clean(text)


def _text_after(icon: Any) -> str:
    """Return the text directly after an icon: its tail, the next element's text, or that after its parent."""
    for _ in range(3):
        text = clean(icon.tail or "")
        if text:
            return text
        follower = icon.getnext()
        if follower is not None:
            return clean("".join(follower.itertext())[:40]) if isinstance(follower.tag, str) else ""
        icon = icon.getparent()
        if icon is None:
            break
    return ""


def _bare_count(page: Page, text: Sequence[Block]) -> int | None:
    """Return the only bare number below the text if nothing names it another count."""
    last = text[-1].order
    bare = [
        block
        for block in page.blocks[last + 1 : last + 9]
        if _count(block.text) is not None and not _is_labelled(page, block)
    ]
    counted = [
        block
        for block in bare
        if not _counts_other(" ".join(box.names for box in list(block.box.ancestors())[:3]) + block.names)
    ]
    if len(bare) == 1 and counted and counted[0].link_share < 0.5:
        return _count(counted[0].text)
    return None


def _is_labelled(page: Page, block: Block) -> bool:
    """Return whether the line before a bare number names it as something other than views."""
    before = page.blocks[block.order - 1].text
    if not before.endswith((":", "№")) and _is_numbered(page, block):
        return True
    return before.endswith((":", "№")) and not class_names.VIEWS_NAMES.search(before)


def _single_number(text: str) -> int | None:
    """Return the only number of a text, dates excluded; None if there are several."""
    for start, end in reversed(date_patterns.find_date_spans(text)):
        text = text[:start] + " " + text[end:]
    numbers = NUMBER.findall(text)
    if len(numbers) != 1 or re.search(r"\d+[:.]\d\d(?!\d)\b(?!\s?(?:тыс|k))", text, re.I):
        return None
    number, scale = numbers[0]
    if len(number) > 1 and number.startswith("0") and number.isdigit():
        return None
    return boilerplate.parse_number(number, {"к": "k"}.get(scale.lower(), scale.lower()))
