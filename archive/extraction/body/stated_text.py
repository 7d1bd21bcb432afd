"""Use the text that a page states in its data where a script has yet to print it."""

from __future__ import annotations

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
    if len(metadata.article_body) < MIN_STATED_CHARS or metadata.is_free is False or not metadata.titles:
        return None
    wanted = stems(metadata.article_body)
    printed = stems(" ".join(found.body)) if isinstance(found, Article) else frozenset()
    if len(wanted & printed) > MAX_PRINTED_SHARE * len(wanted):
        return None
    return [metadata.titles[0].value, *_paragraphs(metadata.article_body)]


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
