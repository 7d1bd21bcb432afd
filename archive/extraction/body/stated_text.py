"""Use the text that a page states in its data or holds in a script, where that script has yet to print it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from archive.extraction.metadata.collect import collect_metadata
from archive.extraction.model import Article, Rejection
from archive.extraction.normalize import clean, stems
from archive.extraction.page.blocks import Page

UNPRINTED = frozenset(("unrendered", "no text", "empty"))  # rejections of pages that do not print their text
MIN_STATED_CHARS = 400
MAX_PRINTED_SHARE = 0.3  # of the words of the stated text that the page prints
LOW_CONFIDENCE = 0.9  # of an article that may have another text than the stated one
MIN_TITLE_WORDS = 2  # of the title, in a text held in a script
MIN_PARAGRAPHS = 3  # of it
MAX_VALUES = 200_000  # values of a script's data that are examined
# Parts of a page that Next.js streams to its script: self.__next_f.push([1,"…"])
STREAMED = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)')
PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
# What is no text inside the markup of an article.
NOT_PROSE = "figure figcaption script style iframe aside table button".split()
CAPTION_NAMES = re.compile(r"caption|editor-img|copyright|byline|writer", re.IGNORECASE)
SENTENCES_OF_PARAGRAPH = (
    400  # characters after which a text without line breaks is broken at the end of a sentence
)


def unprinted_text(page: Page, found: Article | Rejection) -> list[str] | None:
    """Return the title and the paragraphs that a page states in its data and does not print; None if it does.

    A text that the page states not to be free to read is not used: the page shows readers a part of it.
    """
    if isinstance(found, Rejection) and found.code not in UNPRINTED:
        return None
    if isinstance(found, Article) and found.confidence >= LOW_CONFIDENCE:
        return None
    metadata = collect_metadata(page)
    if metadata.is_free is False or not metadata.titles:
        return None
    title = metadata.titles[0].value
    if len(metadata.article_body) < MIN_STATED_CHARS:
        return [title, *held] if isinstance(found, Rejection) and (held := _held_text(page, title)) else None
    wanted = stems(metadata.article_body)
    printed = stems(" ".join(found.body)) if isinstance(found, Article) else frozenset()
    if len(wanted & printed) > MAX_PRINTED_SHARE * len(wanted):
        return None
    return [title, *_paragraphs(metadata.article_body)]


def _held_text(page: Page, title: str) -> list[str]:
    """Return the paragraphs of the longest markup in the page's scripts that is about its title; empty if none is."""
    known = stems(title)
    best: list[str] = []
    for markup in _held_markup(page.root):
        paragraphs = _prose(markup)
        words = stems(" ".join(paragraphs))
        is_about_it = len(known & words) >= min(MIN_TITLE_WORDS, len(known))
        if (
            len(paragraphs) >= MIN_PARAGRAPHS
            and is_about_it
            and sum(map(len, paragraphs)) > max(MIN_STATED_CHARS, sum(map(len, best)))
        ):
            best = paragraphs
    return best


def _held_markup(root: Any) -> Iterator[str]:
    """Yield the strings in a page's scripts that hold several paragraphs in HTML."""
    streamed: list[str] = []
    for script in root.iter("script"):
        text = script.text or ""
        if "json" in (script.get("type") or ""):
            yield from filter(_has_paragraphs, _strings(text))
        else:
            streamed += [json.loads(part, strict=False) for part in STREAMED.findall(text)]
    for row in "".join(streamed).splitlines():  # «1f:["$","div",…]», or a text of its own
        whole = row.partition(":")[2]
        strings = list(_strings(whole)) or [row]
        yield from filter(_has_paragraphs, strings)


def _strings(text: str) -> Iterator[str]:
    """Yield the strings of some JSON; none if it is not valid."""
    try:
        values = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(MAX_VALUES):
        if not values:
            return
        value = values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            values += value.values()


def _has_paragraphs(text: str) -> bool:
    return len(PARAGRAPH.findall(text)) >= MIN_PARAGRAPHS


def _prose(markup: str) -> list[str]:
    """Return the paragraphs of an article's markup, without captions."""
    root = html.fragment_fromstring(markup, create_parent="div")
    for element in list(root.iter()):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element is not root and (element.tag in NOT_PROSE or CAPTION_NAMES.search(names)):
            element.drop_tree()
    lines = (clean("".join(one.itertext())) for one in root.iter("p", "h2", "h3", "h4", "li", "blockquote"))
    return list(filter(None, dict.fromkeys(lines)))


def print_text(root: Any, lines: list[str]) -> None:
    """Add a title and paragraphs to a page as an <article> of their own, in place of what it prints."""
    body = root.find(".//body")
    if body is None:
        return
    for child in list(body):
        if child.tag not in ("script", "style"):
            body.remove(child)
    body.text = None
    article = html.Element("article")
    for tag, line in zip(("h1", *("p" for _ in lines)), lines, strict=False):
        element = html.Element(tag)
        element.text = line
        article.append(element)
    body.append(article)


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a stated text: its lines, or groups of sentences if it has no line breaks."""
    if "<" in text and (parsed := html.fragment_fromstring(text, create_parent="div")) is not None:
        text = "\n".join(parsed.itertext())
    lines = [line for line in map(clean, text.splitlines()) if line]
    if len(lines) > 1:
        return lines
    found, current = [], ""
    for sentence in clean(text).replace(". ", ".\n").splitlines():
        current = f"{current} {sentence}".strip()
        if len(current) >= SENTENCES_OF_PARAGRAPH:
            found.append(current)
            current = ""
    return [*found, current] if current else found
