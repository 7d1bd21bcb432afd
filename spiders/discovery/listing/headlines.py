"""Recognize headlines in links, as opposed to labels, counters and «read more»."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.etree import _Element

from archive.extraction.normalize import clean
from archive.language.phrases import any_phrase
from spiders.discovery.listing.dates import find_date, leading_date

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
MAX_LENGTH = 300  # characters; longer texts are paragraphs
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite dfn em font i ins mark nobr q s small strike strong sub sup tt u "
    "wbr".split()
)
_SKIPPED_TAGS = frozenset({"script", "style", "template", "svg", "noscript", "iframe", "button", "select"})
_TITLE_CLASS = re.compile(
    r"(?:^|[-_])(?:title|headline|heading|head|zag|zagolovok|subject|ttl|name)(?:$|[-_])", re.I
)
_LOWERCASE_START = re.compile(r"[а-яёіїєґў]{2}")  # lower-case letters begin the middle of a sentence
_NO_HEADLINE = any_phrase("no_headline", re.IGNORECASE)


def score(text: str) -> float:
    """Return how much a text looks like a headline, 0 to 1."""
    if not text or _NO_HEADLINE.fullmatch(text.strip(" .…→»›>[]()—-:!\t")):
        return 0.0
    words = len(re.findall(r"[^\W\d_]{2,}", text))
    if not words:
        return 0.0
    if len(text) > MAX_LENGTH or _LOWERCASE_START.match(text):
        return 0.4
    if words >= 4 and len(text) >= 25:
        return 1.0
    if words >= 3 and len(text) >= 15:
        return 0.8
    return 0.5 if len(text) >= 12 and words >= 2 else 0.15


def find_in_link(link: _Element) -> tuple[str | None, int]:
    """Return the headline of a link and its mark: 3 heading, 2 title class, 1 plain text, 0 attribute."""
    for inner in link.iter(*HEADINGS):
        text = headline_in(inner)
        if text:
            return text, 3
    for inner in link.iterdescendants():
        if isinstance(inner.tag, str) and _TITLE_CLASS.search(inner.get("class") or ""):
            text = headline_in(inner)
            if text and score(text) >= 0.5:
                return text, 2
    text = headline_in(link)
    if text:
        return text, _mark_of_ancestors(link)
    for element in (link, *link.iter("img")):
        for attribute in ("title", "aria-label", "alt"):
            value = clean(element.get(attribute) or "")
            if score(value) >= 0.5:
                return value, 0
    return None, 0


def best(links: Iterable[_Element]) -> str | None:
    """Return the best headline of all links to one address: the most clearly marked, then the first."""
    chosen: str | None = None
    chosen_rank: tuple[bool, int, float] = (False, -1, 0.0)
    for link in links:
        text, marked = find_in_link(link)
        if text is None:
            continue
        rating = score(text)
        is_full = len(text) <= MAX_LENGTH and (rating >= 0.5 or (rating > 0 and marked >= 2))
        rank = (is_full, marked, 0.5 if is_full else rating)
        if rating > 0 and rank > chosen_rank:
            chosen, chosen_rank = text, rank
    return chosen


def marked_headline(item: _Element) -> str | None:
    """Return the headline in a heading or an element with a title class of an item; None if there is none."""
    for inner in item.iter(*HEADINGS):
        text = headline_in(inner)
        if text:
            return text
    for inner in item.iterdescendants():
        if _TITLE_CLASS.search(inner.get("class") or ""):
            text = headline_in(inner)
            if text:
                return text
    return None


def headline_in(element: _Element) -> str:
    """Return the headline within an element's text, without dates, counters, labels and summaries."""
    pieces = [piece for piece in _text_runs(element) if not _is_not_headline(piece)]
    full = [piece for piece in pieces if score(piece) >= 0.8]
    if full:
        return _strip_leading_time(full[0])
    return _strip_leading_time(max(pieces, key=lambda piece: (score(piece), len(piece)), default=""))


def _is_not_headline(piece: str) -> bool:
    """Return whether a text is certainly no headline."""
    date = find_date(piece)
    return (date is not None and date.is_alone) or score(piece) == 0.0


def _is_date(element: _Element) -> bool:
    """Return whether an element prints a date alone."""
    if len(element) or not element.text:
        return False
    date = find_date(clean(element.text))
    return date is not None and date.is_alone


def _strip_leading_time(text: str) -> str:
    """Return a text without the time printed before its headline."""
    date = leading_date(text)
    if date is None or not text.startswith(date.text):
        return text
    rest = text[len(date.text) :].lstrip(" ,.|•·—–-:")
    return rest if rest[:1].isupper() or rest[:1] in "«\"“„'" else text


def _text_runs(element: _Element) -> list[str]:
    """Return the visually separate texts of an element, in order."""
    pieces: list[str] = []
    running: list[str] = []

    def close() -> None:
        """End the current text."""
        text = clean("".join(running))
        running.clear()
        if not text:
            return
        # A sentence may continue through spans: text that starts in lower case continues the last one.
        if (
            pieces
            and (text[0].islower() or text[0] in ",.:;!?…»)")
            and not pieces[-1].endswith((".", "!", "?", "…"))
        ):
            pieces[-1] = pieces[-1] + ("" if text[0] in ",.:;!?…»)" else " ") + text
        else:
            pieces.append(text)

    stack: list[tuple[_Element, bool]] = [(element, False)]
    while stack:
        node, leaving = stack.pop()
        splits = node is not element and (node.tag not in _INLINE or _is_date(node))
        if leaving:
            if splits:
                close()
            if node is not element:
                running.append(node.tail or "")
            continue
        if splits:
            close()
        if not isinstance(node.tag, str) or node.tag in _SKIPPED_TAGS:
            running.append(node.tail or "")
            continue
        running.append(node.text or "")
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    close()
    return pieces


def _mark_of_ancestors(link: _Element) -> int:
    """Return the mark of a link by the elements around it."""
    element: _Element | None = link
    for _ in range(3):
        if element is None:
            break
        if element.tag in HEADINGS:
            return 3
        if _TITLE_CLASS.search(element.get("class") or ""):
            return 2
        element = element.getparent()
    return 1
