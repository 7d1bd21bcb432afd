"""Find an article's pictures with their captions and credits. Reads lxml elements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.extraction.fields import captions
from archive.extraction.model import Image
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import RUNNING_TEXT_CHARS, Page
from archive.extraction.page.elements import Block, Box, PlacedElement
from archive.extraction.page.picture_sources import escape_url, largest, picture_sources
from archive.extraction.vocabulary import boilerplate, class_names, date_patterns

# Words that the addresses of icons, buttons and counters often have, and so have those of photographs of a port view or
# of a protest with banners: the place on the page decides.
ICON_WORDS = re.compile(
    r"(?:^|[/_.-])(?:logo\w*|icons?|ico|eye|authors?|views?|comments?|clock|calendar|user|star"
    r"|sprite|pixel|counter|banners?|spacer|blank|1x1|avatar|emoji|smil\w*|arrow|button|btn"
    r"|share|placeholder|"
    r"loader|loading|hit|watch|captcha|noimage|no[-_]?photo|(?<!sites/)default\w*|rss|print|vk|facebook"
    r"|twitter|telegram|pix|trans(?:parent)?|clear)(?:[/_.?=-]|$)"
    r"|counter\.|/ads?/|adriver|\.svg(?:$|\?)",
    re.I,
)
# Names of files that sites state in their metadata where an article has no picture.
STAND_IN = re.compile(
    r"(?:^|[_-])(?:logo\w*|icons?|favicon\w*|placeholder|blank|spacer|stub|no[-_]?(?:image|photo|img)|default)(?:[_.-]|$)"
    r"|^(?:share|sharing|social|og|og[-_]?image)\.|\.svg$",
    re.I,
)
SHORT_LINE = 60  # characters of a line with an icon: a view count, a date, a name
LARGE = 200  # pixels; an icon is declared smaller
SMALLEST = 80  # pixels; a picture with a shorter side is an icon
LONGEST_CAPTION = 400
NEAR_LINES = 6  # lines before and after a line, with which its markup is compared
FIGURE_DEPTH = 5  # boxes around a picture that are searched for its <figure>
CARD_DEPTH, CARD_LINES = 2, 5  # boxes around a teaser's picture, and lines in them
SMALL_TYPE = re.compile(r"^(?:i|em|small|font|figcaption|center)$")


@dataclass(frozen=True, slots=True)
class PictureCaption:
    """The lines printed about a picture."""

    mark: PlacedElement
    blocks: tuple[Block, ...]


def find_captions(page: Page, headline: Block | None) -> list[PictureCaption]:
    """Return the lines that describe each picture, by their place on the page; no entry for a picture without any."""
    found: list[PictureCaption] = []
    for mark in page.pictures[:400]:
        url = _picture_url(mark.element, page.url)
        if url is None or _is_icon(mark, page, url):
            continue
        blocks = _lines_in_frame(page, mark) or _lines_after(page, mark, headline)
        if blocks:
            found.append(PictureCaption(mark, tuple(blocks)))
    return found


def _lines_in_frame(page: Page, mark: PlacedElement) -> list[Block]:
    """Return the lines in the picture's own frame: its <figure>, or a box with little else in it."""
    figure = next((box for box in islice(mark.box.ancestors(), FIGURE_DEPTH) if box.tag == "figure"), None)
    boxes = mark.box.ancestors() if figure is None or _is_gallery(figure) else figure.ancestors()
    for box in boxes:
        blocks = page.blocks[box.first : box.last]
        size = sum(len(block.text) for block in blocks)
        if size > LONGEST_CAPTION * 2 or len(blocks) > 6:
            return []
        if blocks and box.tag == "figure":
            return blocks
        if blocks and (box.role == "caption" or any(block.box.role == "caption" for block in blocks)):
            return [block for block in blocks if block.box.role in ("caption", "figure")]
        if (
            blocks
            and size <= LONGEST_CAPTION
            and all(_may_be_caption(block) for block in blocks)
            and box.tag in ("div", "td", "table", "center", "dl", "p", "span")
        ):
            return (
                blocks
                if size <= (60 if box.tag == "p" else 120)
                or all(boilerplate.is_credit(block.text) for block in blocks)
                else []
            )
        if box.tag in ("body", "article", "main"):
            return []
    return []


def _is_gallery(figure: Box) -> bool:
    """Return whether a <figure> contains several pictures, each with lines of its own."""
    return sum(1 for _ in islice(figure.element.iter("figcaption"), 2)) > 1 or (
        sum(1 for _ in islice(figure.element.iter("img"), 3)) > 2
    )


def _lines_after(page: Page, mark: PlacedElement, headline: Block | None) -> list[Block]:
    """Return a short line directly after a picture below the headline, for pages without telling class names."""
    order = mark.order
    if headline is None or order <= headline.order:
        return []
    found: list[Block] = []
    for block in page.blocks[order : order + 2]:
        if (
            _may_be_caption(block)
            and (len(block.text) <= 120 or captions.split_credit(block.text)[1] is not None)
            and (_says_caption(block) or (not found and not _is_set_like_text(page, block)))
        ):
            found.append(block)
        else:
            break
    if (
        found
        and found[0].box.tag in ("p", "td", "body", "article", "section")
        and len(found[0].text) > 60
        and captions.split_credit(found[0].text)[1] is None
    ):
        return []
    return found


def _says_caption(block: Block) -> bool:
    """Return whether a credit in a line, its class names or its type say that it belongs to a picture."""
    return (
        captions.split_credit(block.text)[1] is not None
        or block.box.role in ("caption", "figure")
        or class_names.CAPTION_NAMES.search(f"{block.box.names} {block.names}") is not None
        or any(run.element is not None and SMALL_TYPE.search(run.element.tag) for run in block.runs[:2])
    )


def _is_set_like_text(page: Page, block: Block) -> bool:
    """Return whether a line after a picture is a subheading, or a sentence set like the paragraphs around it."""
    if class_names.SUBHEADING_NAMES.search(info_lines.split_camel_case(f"{block.box.names} {block.names}")):
        return True
    is_heading_like = block.bold >= 0.9 * len(block.text)
    if block.box.tag != "p" or not (is_heading_like or block.text.endswith((".", "!", "?", ":", "…", "»"))):
        return False
    return any(
        other.box.tag == "p"
        and other.box.names == block.box.names
        and other.box.parent is block.box.parent
        and len(other.text) >= RUNNING_TEXT_CHARS
        for other in page.blocks[max(0, block.order - NEAR_LINES) : block.order + NEAR_LINES]
    )


def _may_be_caption(block: Block) -> bool:
    text = block.text
    if len(text) > 300 or block.level is not None or block.link_share > 0.6 or len(text) < 2:
        return False
    if block.box.role in ("navigation", "footer", "comments", "form"):
        return False
    if captions.split_credit(text)[1] is not None:
        return True
    if (
        boilerplate.is_boilerplate(text)
        or boilerplate.starts_read_also(text)
        or re.fullmatch(r"[\d\s.,:]+", text)
    ):
        return False
    spans = date_patterns.find_date_spans(text)
    if spans and sum(end - start for start, end in spans) * 2 > len(text):
        return False
    if block.box.role in ("caption", "figure"):
        return True
    # A full sentence after a picture may just as well be the first paragraph: captions seldom end with a full stop.
    return not (text.endswith((".", "!", "?", ":", "…")) and len(text) > 40)


def find_images(
    page: Page,
    stated_urls: Sequence[str],
    found_captions: Sequence[PictureCaption],
    *,
    headline: Block | None,
    text: Sequence[Block],
) -> tuple[Image, ...]:
    """Return the article's pictures in page order, the lead picture first.

    A credit line after the text belongs to the lead picture.
    """
    low = headline.order - 3 if headline is not None else (text[0].order - 5 if text else 0)
    high = text[-1].order + 2 if text else low + 10
    by_mark = {id(caption.mark): caption for caption in found_captions}
    used: set[int] = set()
    found: dict[str, Image] = {}
    for mark in page.pictures:
        if not low <= mark.order <= high or mark.box.role in (
            "navigation",
            "footer",
            "comments",
            "aside",
            "boilerplate",
            "form",
        ):
            continue
        url = _picture_url(mark.element, page.url)
        if url is not None and _is_icon(mark, page, url):
            continue
        if any(
            class_names.AUTHOR_NAMES.search(box.names) and box.last - box.first <= 6
            for box in list(mark.box.ancestors())[:3]
        ):
            continue
        if url is None or _in_other_link(mark, page.url) or _is_under_link(mark, page.url):
            continue
        caption = by_mark.get(id(mark))
        lines = [block for block in caption.blocks if block.order not in used] if caption is not None else []
        used.update(block.order for block in lines)
        image = Image(url, *captions.caption_and_credit(lines))
        if url not in found or (found[url].caption is None and image.caption is not None):
            found[url] = image
    pictures = list(found.values())
    if not pictures:
        pictures = [
            Image(url)
            for url in stated_urls[:1]
            if not STAND_IN.search(urlsplit(url).path.rpartition("/")[2])
        ]
        loose = _loose_caption(page, headline, text)
        if pictures and loose is not None:
            pictures = [Image(pictures[0].url, *captions.split_credit(loose))]
    credits_ = iter(_credit_lines(page, headline, text, used) if pictures else [])
    for number, picture in enumerate(pictures):
        if picture.credit is None:
            pictures[number] = Image(picture.url, picture.caption, next(credits_, None))
    return tuple(pictures[:100])


def image_positions(page: Page, pictures: Sequence[Image]) -> list[tuple[int, Image]]:
    """Return where each picture is on the page: the order of the line that it is in or before."""
    waiting = {image.url: image for image in pictures}
    found: list[tuple[int, Image]] = []
    for mark in page.pictures:
        if not waiting:
            break
        image = waiting.pop(_picture_url(mark.element, page.url) or "", None)
        if image is not None:
            found.append((mark.order, image))
    return sorted(found, key=lambda pair: pair[0])


def _credit_lines(page: Page, headline: Block | None, text: Sequence[Block], used: set[int]) -> list[str]:
    """Return the separate credit lines: after the text, else between headline and text, else inside the text."""
    if not text:
        return []
    first, last = text[0].order, text[-1].order
    top = headline.order + 1 if headline is not None else max(0, first - 4)
    for stretch in (page.blocks[last + 1 : last + 6], page.blocks[top:first], page.blocks[first:last]):
        found = [
            captions.without_parentheses(part)
            for block in stretch
            for part in _credits_in(block)
            if block.order not in used
            and block.box.role not in ("navigation", "footer", "comments")
            and block.link_share < 0.9
        ]
        if found:
            return found
    return []


def _credits_in(block: Block) -> list[str]:
    """Return the credits in a line that is one, or that contains some («Текст: … / Фото: …»)."""
    if boilerplate.is_credit(block.text):
        return [block.text]
    signed = boilerplate.SIGNED_WITH_PHOTO.fullmatch(block.text)
    if signed is not None:
        return [signed["credit"]]
    if not boilerplate.is_boilerplate(block.text) or len(block.text) > info_lines.MAX_LINE_CHARS:
        return []
    return [part for part in info_lines.split_line(block.text)[1:] if boilerplate.is_credit(part)]


def _loose_caption(page: Page, headline: Block | None, text: Sequence[Block]) -> str | None:
    if headline is None or not text:
        return None
    for block in page.blocks[headline.order + 1 : text[0].order]:
        if block.box.role in ("caption", "figure"):
            return block.text
    return None


def _picture_url(element: Any, base: str) -> str | None:
    for name in ("width", "height"):
        size = re.match(r"\d{1,5}", element.get(name) or "")
        if size is not None and int(size[0]) < SMALLEST:
            return None
    sources = picture_sources(element.attrib)
    addresses = [value for value in sources.src if not value.startswith("data:") and len(value) < 2000]
    candidate = largest(sources.srcset)
    parent = element.getparent()
    if not addresses and candidate is None and parent is not None and parent.tag == "picture":
        offered = (picture_sources(source.attrib).srcset for source in parent.iterchildren("source"))
        candidate = next((largest(one) for one in offered if one), None)
    if not addresses and candidate is not None:
        addresses = [candidate.url]
    return _absolute(base, addresses[0]) if addresses else None


def _is_icon(mark: PlacedElement, page: Page, url: str) -> bool:
    """Return whether a picture is an icon, button or counter: its address and its place say so.

    A photograph has a caption or a frame of its own, is declared large, or is by itself between lines of text.
    """
    parts = urlsplit(url)
    if not ICON_WORDS.search(f"{parts.path}?{parts.query}"):
        return False
    element = mark.element
    sizes = [re.match(r"\d{1,5}", element.get(name) or "") for name in ("width", "height")]
    if any(size is not None and int(size[0]) >= LARGE for size in sizes):
        return False
    if any(box.tag in ("figure", "picture") or box.role in ("caption", "figure") for box in _near(mark)):
        return False
    parent = element.getparent()
    beside = page.blocks[mark.box.first : mark.box.last]
    if any(block.box.role in ("caption", "figure") for block in beside[:CARD_LINES]):
        return False
    is_alone = parent is not None and sum(1 for _ in islice(parent.iterchildren("img", "amp-img"), 2)) == 1
    return not is_alone or any(len(block.text) <= SHORT_LINE for block in beside[:CARD_LINES])


def _near(mark: PlacedElement) -> list[Box]:
    return list(islice(mark.box.ancestors(), FIGURE_DEPTH))


def _absolute(base: str, value: str) -> str | None:
    try:
        url = urljoin(base, escape_url(value))
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def _in_other_link(mark: PlacedElement, base: str) -> bool:
    """Return whether a picture is inside a link to another page (a teaser), not to its own larger copy."""
    element = mark.element
    for _ in range(4):
        element = element.getparent()
        if element is None:
            return False
        if element.tag == "a":
            href = (element.get("href") or "").split("#")[0]
            if not href or re.search(
                r"\.(?:jpe?g|png|webp|gif|avif)(?:$|\?)|photo|foto|gallery|image|img|javascript:", href, re.I
            ):
                return False
            return _absolute(base, href) != base.split("#")[0]
    return False


def _is_under_link(mark: PlacedElement, base: str) -> bool:
    """Return whether an empty link to another page covers a picture and the lines beside it: a teaser."""
    for number, box in enumerate(mark.box.ancestors()):
        if (
            number > CARD_DEPTH
            or box.last - box.first > CARD_LINES
            or box.tag in ("figure", "article", "body")
        ):
            return False
        for link in islice(box.element.iterchildren("a"), CARD_LINES):
            href = _absolute(base, link.get("href") or "")
            if len(link) == 0 and not (link.text or "").strip() and href not in (None, base.split("#")[0]):
                return True
    return False


def caption_orders(known: Sequence[PictureCaption]) -> frozenset[int]:
    """Return the orders of the lines that belong to pictures and not to the text."""
    return frozenset(block.order for caption in known for block in caption.blocks)
