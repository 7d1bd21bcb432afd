"""Turn an article's lines into paragraphs, and into simple HTML with the same words and their structure.

The HTML consists of a fixed set of tags around escaped text; no markup of the page is passed through.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice, takewhile
from typing import Any, NamedTuple
from urllib.parse import urljoin

from archive.extraction.body.html_grammar import BETWEEN_CELLS, LONGEST_ADDRESS, figure_html, is_web
from archive.extraction.model import Image
from archive.extraction.normalize import CONTROL, INVISIBLE, SURROGATE, clean
from archive.extraction.page import embeds
from archive.extraction.page.blocks import Page, run_texts
from archive.extraction.page.elements import Block
from archive.extraction.page.tables import Row

LIST_MARKERS = {  # typed markers in a list that prints its own
    "ul": re.compile(r"(?:[•·▪▫■□●○◦‣⁃*►▶✓✔–—-]\s*)(?<=[\s•·▪▫■□●○◦‣⁃►▶✓✔])(?=\S)"),
    "ol": re.compile(r"\d{1,3}[.)]\s+(?=\S)"),
}
# a link from a footnote back to its place in the text
FOOTNOTE_BACKLINK = re.compile(r"\s*↩\ufe0e?$|\s+[↑^]$")
HEADINGS = {1: "h2", 2: "h2", 3: "h3", 4: "h4", 5: "h4", 6: "h4"}
LISTS = frozenset(("ul", "ol"))
CONTAINERS = frozenset(("ul", "ol", "li", "blockquote"))
STRONG, EMPHASIS = frozenset(("b", "strong")), frozenset(("i", "em", "cite", "dfn"))
DEEPEST = 24  # elements searched around a line or a word
MOST_NESTED = 8  # nested lists and quotations
MOST_LINKS = 5_000  # in one article; further links are written as plain words


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A paragraph of the text: a printed line or a table row."""

    text: str
    block: Block  # of a table row, the first one
    row: Row | None = None
    cells: tuple[str, ...] = ()


class Style(NamedTuple):
    """How the page formats some words."""

    href: str | None = None
    strong: bool = False
    emphasis: bool = False
    superscript: bool = False


class Container(NamedTuple):
    """A list, list item, quotation, table or row that contains lines."""

    tag: str
    number: int  # identifies it among those with the same tag


PLAIN = Style()


def to_lines(page: Page, blocks: Sequence[Block]) -> tuple[Line, ...]:
    """Return the paragraphs of the chosen blocks in order; the cells of a table row are joined by « | »."""
    chosen = {block.order for block in blocks}
    found: list[Line] = []
    for block in blocks:
        row = page.rows.get(block.order)
        if row is None:
            text = printed_text(block)
            if text:
                found.append(Line(text, block))
        elif not found or found[-1].row is not row:
            cells = tuple(" ".join(one.text for one in cell if one.order in chosen) for cell in row.cells)
            found.append(Line(clean(BETWEEN_CELLS.join(cells)), block, row, cells))
    return tuple(found)


def printed_text(block: Block) -> str:
    """Return a line's text without a typed list marker or the frame of an embedded post; may be empty."""
    text = block.text
    if block.box.role == "post":
        text = embeds.post_text(text)
    listed = _list_of(block)
    if listed is not None:
        text = LIST_MARKERS[listed].sub("", text, count=1) if LIST_MARKERS[listed].match(text) else text
    return FOOTNOTE_BACKLINK.sub("", text) if text.endswith(("↩", "\ufe0e", "↑", "^")) else text


def write_html(
    page: Page, lines: Sequence[Line], texts: Sequence[str], pictures: Sequence[tuple[int, Image]]
) -> str:
    """Return the paragraphs as HTML, with the captions of pictures between them.

    `texts` has the words of each line; `pictures` has, for each picture, the order of the block it comes before.
    """
    writer = _Writer(page, lines)
    waiting = [(order, image) for order, image in pictures if image.caption or image.credit]
    for line, paragraph in zip(lines, texts, strict=True):
        while waiting and waiting[0][0] <= line.block.order:
            _, image = waiting.pop(0)
            if line is not lines[0]:
                writer.write_picture(image, line)
        writer.write_line(line, paragraph)
    return writer.finish()


class _Writer:
    """Writes HTML and keeps track of the open elements."""

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        self._page = page
        self._out: list[str] = []
        self._open: list[Container] = []
        self._links = 0
        paths = {id(line): _path(line) for line in lines}
        shared = _shared_depth(list(paths.values()))
        self._paths = {key: path[shared:] for key, path in paths.items()}
        self._held = Counter(holder for path in self._paths.values() for holder in path)

    def write_line(self, line: Line, paragraph: str) -> None:
        path = self._paths[id(line)]
        self._open_path(path)
        if line.row is not None and line.text == paragraph:
            for cell, is_head in zip(line.cells, line.row.headers, strict=True):
                tag = "th" if is_head else "td"
                self._out.append(f"<{tag}>{escape(clean(cell), quote=False)}</{tag}>")
            return
        words = self._words(line.block, paragraph)
        if line.block.level is not None:
            tag = HEADINGS[line.block.level]
        elif path and path[-1].tag == "li" and self._held[path[-1]] == 1:
            self._out.append(words)
            return
        else:
            tag = "p"
        self._out.append(f"<{tag}>{words}</{tag}>\n")

    def write_picture(self, image: Image, before: Line) -> None:
        """Write a picture's caption and credit; between the items of a list, close the list first."""
        path = self._paths[id(before)]
        common = _common_depth([tuple(self._open), path])
        while common and path[common - 1].tag not in ("li", "blockquote"):
            common -= 1
        self._open_path(path[:common])
        self._out.append(figure_html(image))

    def finish(self) -> str:
        self._open_path(())
        return "".join(self._out)

    def _open_path(self, path: tuple[Container, ...]) -> None:
        """Close and open elements until exactly those of `path` are open."""
        common = _common_depth([tuple(self._open), path])
        while len(self._open) > common:
            self._out.append(f"</{self._open.pop().tag}>\n")
        for holder in path[common:]:
            self._out.append(f"<{holder.tag}>")
            self._open.append(holder)

    def _words(self, block: Block, paragraph: str) -> str:
        """Return a paragraph with its line's links and emphasis, or as plain words if these cannot be placed."""
        if all(piece.element is block.box.element and not piece.is_tail for piece in block.runs):
            return escape(paragraph, quote=False)
        runs = _runs(block, self._page.url)
        at = "".join(text for text, _ in runs).find(paragraph)
        if at < 0:
            return escape(paragraph, quote=False)
        out: list[str] = []
        opened: list[tuple[str, str]] = []  # tag, and its full start tag
        for text, style in _slice_runs(runs, at, at + len(paragraph)):
            tags = self._tags(style, is_heading=block.level is not None)
            common = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(opened, tags, strict=False))
            )
            out += [f"</{tag}>" for tag, _ in reversed(opened[common:])]
            out += [opening for _, opening in tags[common:]]
            out.append(escape(text, quote=False))
            opened = tags
        out += [f"</{tag}>" for tag, _ in reversed(opened)]
        return "".join(out)

    def _tags(self, style: Style, *, is_heading: bool) -> list[tuple[str, str]]:
        tags: list[tuple[str, str]] = []
        if style.href is not None:
            self._links += 1
            if self._links <= MOST_LINKS:
                tags.append(("a", f'<a href="{escape(style.href)}">'))
        if style.strong and not is_heading:
            tags.append(("strong", "<strong>"))
        if style.emphasis:
            tags.append(("em", "<em>"))
        if style.superscript:
            tags.append(("sup", "<sup>"))
        return tags


def _runs(block: Block, base: str) -> list[tuple[str, Style]]:
    """Return the words of a block with their styles: runs of one style are merged, white space is collapsed."""
    found: list[tuple[list[str], Style]] = []
    styles: dict[Any, Style] = {}
    has_space_before = False  # a space precedes the next words
    for piece, text in zip(block.runs, run_texts(block.runs), strict=True):
        if not text:
            continue
        words = " ".join(text.split())
        if not words.isprintable():
            text = CONTROL.sub(" ", SURROGATE.sub("\ufffd", INVISIBLE.sub("", text)))
            words = " ".join(text.split())
        has_space_before = has_space_before or text[:1].isspace()
        if not words:
            continue
        key = piece.element, piece.is_tail
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(piece.element, piece.is_tail, block, base)
        if has_space_before and found:
            _add(found, " ", _common_style(found[-1][1], style))
        _add(found, words, style)
        has_space_before = text[-1:].isspace()
    return [("".join(parts), style) for parts, style in found]


def _add(found: list[tuple[list[str], Style]], text: str, style: Style) -> None:
    if found and found[-1][1] == style:
        found[-1][0].append(text)
    else:
        found.append(([text], style))


def _common_style(one: Style, other: Style) -> Style:
    """Return what two styles have in common."""
    return Style(
        one.href if one.href == other.href else None,
        one.strong and other.strong,
        one.emphasis and other.emphasis,
        one.superscript and other.superscript,
    )


def _slice_runs(runs: Sequence[tuple[str, Style]], start: int, end: int) -> Iterator[tuple[str, Style]]:
    at = 0
    for text, style in runs:
        part = text[max(0, start - at) : max(0, end - at)]
        at += len(text)
        if part:
            yield part, style


def _style(element: Any, is_tail: bool, block: Block, base: str) -> Style:
    """Return the style that the elements between some words and the box of their line give them."""
    href: str | None = None
    strong = emphasis = raised = False
    element = element.getparent() if is_tail and element is not None else element
    for _ in range(DEEPEST):
        if element is None or element is block.box.element:
            break
        tag = element.tag
        if tag == "a" and href is None:
            href = _link_target(element.get("href"), base)
        strong = strong or tag in STRONG
        emphasis = emphasis or tag in EMPHASIS
        raised = raised or tag == "sup"
        element = element.getparent()
    return Style(href, strong, emphasis, raised)


def _link_target(href: str | None, base: str) -> str | None:
    """Return the absolute URL of a link if it leads to another web page, else None."""
    href = (href or "").strip()
    if not href or len(href) > LONGEST_ADDRESS:
        return None
    try:
        url = href if href.startswith(("https://", "http://")) else urljoin(base, href)
    except ValueError:
        return None
    return url if is_web(url) and url.split("#")[0] != base.split("#")[0] else None


def _path(line: Line) -> tuple[Container, ...]:
    """Return the lists, items, quotations and table around a line, outermost first."""
    table = line.row.table if line.row is not None else None
    inside = table.parent if table is not None else line.block.box
    boxes = (
        [box for box in islice(inside.ancestors(), DEEPEST) if box.tag in CONTAINERS]
        if inside is not None
        else []
    )
    found: list[Container] = []
    listed: Container | None = None
    for box in reversed(boxes):
        if box.tag in LISTS:
            listed = Container(box.tag, id(box))
        elif box.tag == "blockquote":
            found.append(Container("blockquote", id(box)))
            listed = None
        elif len(found) <= MOST_NESTED:
            found += [listed or Container("ul", id(box.parent)), Container("li", id(box))]
            listed = None
    del found[MOST_NESTED:]
    if found and found[-1].tag in LISTS:
        found.pop()
    if line.row is not None:
        found += [Container("table", id(table)), Container("tr", id(line.row))]
    return tuple(found)


def _shared_depth(paths: Sequence[tuple[Container, ...]]) -> int:
    """Return how many outer containers all paths share: on pages laid out in lists these have no meaning."""
    common = _common_depth(paths)
    while common and paths[0][common - 1].tag not in ("li", "blockquote"):
        common -= 1
    return common


def _common_depth(paths: Sequence[tuple[Container, ...]]) -> int:
    """Return how many containers the paths have in common, counted from the outermost."""
    common = 0
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        common += 1
    return common


def _list_of(block: Block) -> str | None:
    """Return the tag of the list in which a line begins an item; None if it does not begin one."""
    is_item = False
    for box in islice(block.box.ancestors(), 4):
        if is_item and box.tag in LISTS:
            return box.tag
        if box.tag == "li":
            if box.first != block.order:
                return None
            is_item = True
    return "ul" if is_item else None
