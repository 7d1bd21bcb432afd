"""A page parsed once: one lxml tree, and its visible text line by line.

No lxml object leaves archive.extraction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree

from archive.extraction.normalize import clean, comparable
from archive.extraction.page import embeds, tables
from archive.extraction.page.elements import Block, Box, PlacedElement, TextRun
from archive.extraction.page.machine_data import find_machine_data
from archive.extraction.page.parser import parse_html
from archive.extraction.vocabulary import class_names

RUNNING_TEXT_CHARS = 80  # characters; an unlinked line of this length counts as running text
FIXED_ROLES = frozenset(("comments", "footer", "navigation"))
MAX_BOILERPLATE_SHARE = 0.5  # share of a page's running text; a box with more is not boilerplate
MIN_TITLE_CHARS, MAX_TITLE_CHARS = 15, 320  # characters of a line that may print the page's title
MIN_SLUG_WORDS, MIN_SLUG_PARTS = 4, 6  # of an id made from a headline
MIN_ALIKE_PARAGRAPHS = 3  # paragraphs that share a name before the name counts as their look
# characters of running text in an invisible element that may be the page itself, and how many times as much it has
# as all that is visible
MIN_HIDDEN_CHARS, HIDDEN_TIMES = 240, 3
MAX_BLOCK_CHARS = 200_000  # characters of one line
MAX_ELEMENTS = 60_000  # of a page that are examined; the largest real page seen had a tenth of this
MAX_BLOCKS = 10_000  # lines that are examined; the longest live blog seen had a fifth of this

INVISIBLE_TAGS = frozenset(
    [
        "script",
        "style",
        "template",
        "select",
        "option",
        "textarea",
        "button",
        "svg",
        "iframe",
        "object",
        "embed",
        "applet",
        "head",
        "title",
        "meta",
        "link",
        "map",
        "audio",
        "video",
        "canvas",
        "input",
        "datalist",
        "noscript",
        "math",
    ]
)
TEXTLESS_TAGS = INVISIBLE_TAGS - {
    "template",
    "button",
    "noscript",
    "object",
}  # these never hold a page's content
INLINE_TAGS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "o",
        "q",
        "rb",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "picture",
        "source",
        "index",
        "noindex",
        "br",
        "amp-img",
    ]
)
SEPARATING_TAGS = frozenset(
    ["span", "a", "time", "i", "em", "label", "small", "b", "strong"]
)  # <sub>, <sup> and <font> continue a word
PICTURE_TAGS = frozenset(
    ["img", "amp-img", "picture", "video", "audio", "iframe", "svg", "canvas", "object", "embed"]
)
HEADING_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
ROLE_BY_TAG = {
    "nav": "navigation",
    "footer": "footer",
    "aside": "aside",
    "form": "form",
    "dialog": "dialog",
    "figcaption": "caption",
    "figure": "figure",
    "menu": "navigation",
}
NAME_ATTRIBUTES = (
    "class",
    "id",
    "itemprop",
    "role",
    "data-type",
    "rel",
)  # attributes that say what an element is
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@dataclass(slots=True, eq=False)
class _Line:
    runs: list[TextRun] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Page:
    """A parsed page: `root` for queries, `blocks` for its lines in document order.

    `prepare` may change the tree before its lines are read.
    """

    def __init__(self, text: str, url: str, prepare: Callable[[Any], None] | None = None) -> None:
        self.url = url
        self.root: Any = parse_html(text)
        self.boxes: list[Box] = []
        self.blocks: list[Block] = []
        self.pictures: list[PlacedElement] = []
        self.times: list[PlacedElement] = []
        self.anchors: list[PlacedElement] = []
        self.skipped: list[Any] = []  # invisible elements that may hold text
        self.size = 0  # elements
        self.machine_data: frozenset[Any] = (
            frozenset()
        )  # elements with microdata as text that is not displayed
        if self.root is not None:
            if prepare is not None:
                prepare(self.root)
            self.machine_data = find_machine_data(self.root)
            _walk(self)
            if (hidden := _hidden_content(self)) is not None:
                self._read_again(hidden)
            self.assign_roles(None)

    def _read_again(self, shown: Any) -> None:
        """Read the lines again, with an invisible element shown."""
        self.boxes, self.blocks, self.pictures, self.times, self.anchors = [], [], [], [], []
        self.skipped, self.size = [], 0
        _walk(self, shown)

    def assign_roles(self, headline: Block | None, *, by_names: bool = True) -> None:
        """Assign every box its role; a box with the headline or most of the running text is not boilerplate.

        Names are evidence only: a name that most paragraphs around it share, or that is on a box with the page's
        own title and text, says how the article looks. Without `by_names` only tags count.
        """
        sums = [0]
        for block in self.blocks:
            sums.append(
                sums[-1]
                + (
                    min(len(block.text), 700)
                    if len(block.text) >= RUNNING_TEXT_CHARS and block.link_share < 0.4
                    else 0
                )
            )
        at = headline.order if headline is not None else -1
        for box in self.boxes:
            running = sums[box.last] - sums[box.first]
            own = box.own_role
            is_named = own is not None and box.tag not in ROLE_BY_TAG
            if own is not None and (
                box.first <= at < box.last
                or (
                    own not in FIXED_ROLES
                    and running > MAX_BOILERPLATE_SHARE * sums[-1]
                    and running > 4 * RUNNING_TEXT_CHARS
                )
                or (is_named and own != "post" and not by_names)
                or (
                    is_named
                    and running > 2 * RUNNING_TEXT_CHARS
                    and any(
                        box.first <= order < box.last and sums[box.last] - sums[order] > running // 2
                        for order in self.title_orders
                    )
                )
                or (is_named and own == "boilerplate" and box.tag == "p" and self._is_paragraph_name(box))
            ):
                own = None
            box.role = own or (box.parent.role if box.parent is not None else None)

    @cached_property
    def title_orders(self) -> tuple[int, ...]:
        """Return the orders of the lines that print the title in <title> or og:title and are not links."""
        stated = self.root.xpath("//meta[@property='og:title']/@content")[:1]
        titles = [comparable(title) for title in (self.title, *map(clean, stated)) if title]
        found = []
        for block in self.blocks:
            if MIN_TITLE_CHARS <= len(block.text) <= MAX_TITLE_CHARS and block.link_share < 0.5:
                words = comparable(block.text)
                if len(words) >= MIN_TITLE_CHARS and any(words in title for title in titles):
                    found.append(block.order)
        return tuple(found)

    def _is_paragraph_name(self, box: Box) -> bool:
        """Return whether most paragraphs beside a box have its names: then these say how text looks."""
        if box.parent is None:
            return False
        beside = [
            block.box
            for block in self.blocks[box.parent.first : box.parent.last]
            if block.box.parent is box.parent
            and block.box.tag == "p"
            and len(block.text) >= RUNNING_TEXT_CHARS
            and block.link_share < 0.4
        ]
        alike = sum(one.own_role == box.own_role for one in beside)
        return alike >= MIN_ALIKE_PARAGRAPHS and 2 * alike > len(beside)

    @cached_property
    def rows(self) -> dict[int, tables.Row]:
        """Return the rows of the data tables within running text, by the order of each block in them."""
        return tables.find_data_rows(self.boxes, self.blocks)

    @cached_property
    def title(self) -> str:
        """Return the cleaned text of <title>; empty if there is none."""
        if self.root is None:
            return ""
        element = self.root.find(".//title")
        return clean("".join(element.itertext())[:1000]) if element is not None else ""


def _hidden_content(page: Page) -> Any:
    """Return the invisible element that holds the page's content; None if the visible lines are the content.

    Scripts move streamed content out of hidden elements or <template>, and an unclosed <button> holds all that follows.
    """
    if not page.skipped:
        return None
    visible = sum(len(block.text) for block in page.blocks if _is_running(block.text, block.linked))
    best, most = None, max(MIN_HIDDEN_CHARS, HIDDEN_TIMES * visible)
    for element in page.skipped:
        if class_names.CONSENT_NAMES.search(_names(element, element.keys())):
            continue
        texts = [clean("".join(one.itertext())) for one in element.iter("p")]
        size = sum(len(text) for text in texts if _is_running(text, 0))
        if size > most:
            best, most = element, size
    return best


def _is_running(text: str, linked: int) -> bool:
    return len(text) >= RUNNING_TEXT_CHARS and linked < 0.4 * len(text)


def _walk(page: Page, shown: Any = None) -> None:
    line = _Line()
    box = Box(page.root, None, "html", 0, "", None)
    page.boxes.append(box)
    link = bold = 0
    walker = etree.iterwalk(page.root, events=("start", "end"))
    for seen, (event, element) in enumerate(walker):
        if seen > 2 * MAX_ELEMENTS or len(page.blocks) >= MAX_BLOCKS:
            break
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if event == "start":
            page.size += 1
            keys = element.keys()
            if element in page.machine_data:
                walker.skip_subtree()
                continue
            if element is not shown and (tag in INVISIBLE_TAGS or (keys and _is_hidden(element, keys))):
                if tag not in TEXTLESS_TAGS and len(element):
                    page.skipped.append(element)
                if tag == "noscript":
                    page.pictures.extend(
                        PlacedElement(image, len(page.blocks), box) for image in element.iter("img")
                    )
                walker.skip_subtree()
                continue
            if tag == "br":
                line.runs.append(TextRun("\n"))
            elif tag in ("img", "amp-img"):
                page.pictures.append(_place_element(line, element, page, box))
            elif tag in INLINE_TAGS:
                if tag == "a":
                    link += 1
                    page.anchors.append(_place_element(line, element, page, box))
                elif tag in ("b", "strong"):
                    bold += 1
                elif tag == "time":
                    page.times.append(_place_element(line, element, page, box))
                names = _names(element, keys) if keys else ""
                if names:
                    line.names.append(names)
            else:
                _flush(page, line, box)
                names = _names(element, keys) if keys else ""
                role = _role(tag, names)
                if role == "figure" and _is_quotation(element):
                    role = None
                box = Box(element, box, tag, box.depth + 1, names, role, first=len(page.blocks))
                page.boxes.append(box)
            text = element.text
            if text and (line.runs or not text.isspace()):
                line.runs.append(TextRun(text, link > 0, bold > 0, None, tag in SEPARATING_TAGS, element))
        else:
            if tag == "a":
                link = max(0, link - 1)
            elif tag in ("b", "strong"):
                bold = max(0, bold - 1)
            elif element is box.element:
                _flush(page, line, box)
                box.last = len(page.blocks)
                box = box.parent or box
            text = element.tail
            if text and (line.runs or not text.isspace()) and element is not page.root:
                apart = tag in SEPARATING_TAGS or tag in INVISIBLE_TAGS
                line.runs.append(TextRun(text, link > 0, bold > 0, None, apart, element, True))
    _flush(page, line, box)
    for opened in box.ancestors():
        opened.last = len(page.blocks)


def _is_quotation(figure: Any) -> bool:
    """Return whether a <figure> holds text and no picture."""
    tags = {element.tag for element in figure.iter()}
    return tags.isdisjoint(PICTURE_TAGS) and not tags.isdisjoint(("p", "blockquote"))


def _is_hidden(element: Any, keys: list[str]) -> bool:
    return "hidden" in keys or (
        "style" in keys and HIDDEN_STYLE.search(element.get("style")[:300]) is not None
    )


def _names(element: Any, keys: list[str]) -> str:
    return " ".join([element.get(key)[:200] for key in NAME_ATTRIBUTES if key in keys])


@lru_cache(maxsize=8192)  # every page of an outlet has the same names
def _role(tag: str, names: str) -> str | None:
    if names and embeds.EMBED_NAMES.search(names):
        return "post"
    if tag in ROLE_BY_TAG:
        return ROLE_BY_TAG[tag]
    if not names or tag in ("html", "body"):
        return None
    names = _judged_names(names)
    if class_names.COMMENT_NAMES.search(names):
        return "comments"
    if class_names.CAPTION_NAMES.search(names):
        return "caption"
    if class_names.FOOTER_NAMES.search(names):
        return "footer"
    if class_names.BOILERPLATE_NAMES.search(names) and not class_names.CONTENT_NAMES.search(names):
        return "boilerplate"
    return None


def _judged_names(names: str) -> str:
    """Return the names that say what an element is: no slug of an article, and no name of the space around a part."""
    return " ".join(
        name for name in names.split() if not (class_names.LAYOUT_NAMES.fullmatch(name) or _is_slug(name))
    )


def _is_slug(name: str) -> bool:
    """Return whether a name is made from a headline: «news-2024-04-17-spuskali-v-podval-lestnicu»."""
    parts = re.split(r"[-_]+", name)
    words = sum(part.isalpha() and len(part) >= 3 for part in parts)
    return words >= MIN_SLUG_WORDS and (any(map(str.isdigit, name)) or len(parts) >= MIN_SLUG_PARTS)


def _place_element(line: _Line, element: Any, page: Page, box: Box) -> PlacedElement:
    mark = PlacedElement(element, len(page.blocks), box)
    line.runs.append(TextRun("", placed=mark))
    return mark


def _flush(page: Page, line: _Line, box: Box) -> None:
    if not line.runs:
        return
    runs, names = line.runs, " ".join(line.names)
    line.runs, line.names = [], []
    groups = _split_at_breaks(runs)
    parted = any(blank for blank, _ in groups)
    printed = 0
    for blank, group in groups:
        if len(page.blocks) >= MAX_BLOCKS:
            return
        if len(group) > 1 and any(run.linked for run in group):
            group = [run for run in group if not _is_counter(run)]
        text = clean("".join(run_texts(group))[:MAX_BLOCK_CHARS])
        for run in group:
            if run.placed is not None:
                run.placed.order = len(page.blocks)
        if not text:
            continue
        page.blocks.append(
            Block(
                text=text,
                box=box,
                order=len(page.blocks),
                linked=min(len(text), sum(len(run.text.strip()) for run in group if run.linked)),
                bold=min(len(text), sum(len(run.text.strip()) for run in group if run.bold)),
                level=_heading_level(box),
                line_broken=printed > 0 and not blank,
                br_parted=parted,
                names=names,
                runs=group,
            )
        )
        printed += 1


def _is_counter(run: TextRun) -> bool:
    """Return whether a run is the number of comments, shares or votes, linked from a paragraph."""
    return (
        run.linked
        and run.text.strip().isdigit()
        and run.element is not None
        and not run.is_tail
        and class_names.COUNTER_NAMES.search(_names(run.element, run.element.keys())) is not None
    )


def run_texts(runs: Sequence[TextRun]) -> list[str]:
    """Return the texts of a line's runs, with a space where two elements touch that are not one word or number."""
    found: list[str] = []
    last = ""
    for run in runs:
        text = run.text
        if not text:
            found.append("")
            continue
        if run.at_boundary and last and _NEEDS_SPACE.match(last + text[0]):
            found.append(" " + text)
        else:
            found.append(text)
        last = text[-1]
    return found


_NEEDS_SPACE = re.compile(r"\d\d|[^\W\d_]\d|\d[^\W\d_]|[a-zа-яёіїєґў][A-ZА-ЯЁІЇЄҐЎ]")


def _split_at_breaks(runs: list[TextRun]) -> list[tuple[bool, list[TextRun]]]:
    """Split runs at <br>: return each line with whether a blank line precedes it."""
    lines: list[tuple[bool, list[TextRun]]] = []
    current: list[TextRun] = []
    blank = False
    breaks = 0
    for run in runs:
        if run.text == "\n" and run.placed is None:
            breaks += 1
        elif breaks and run.placed is None and not run.text.strip():
            continue
        else:
            if breaks and current:
                lines.append((blank, current))
                current, blank = [], breaks > 1
            breaks = 0
            current.append(run)
    if current:
        lines.append((blank, current))
    return lines


def _heading_level(box: Box) -> int | None:
    for ancestor in box.ancestors():
        if ancestor.tag in HEADING_LEVELS:
            return HEADING_LEVELS[ancestor.tag]
        if ancestor.tag in ("div", "td", "section", "article", "body"):
            return None
    return None
