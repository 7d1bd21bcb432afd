"""Read the microdata of a page: the properties of the schema.org item that is its article. Takes lxml elements."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from archive.extraction.metadata.jsonld import ARTICLE_TYPES
from archive.extraction.normalize import clean
from archive.extraction.vocabulary import class_names

PHOTO_LABEL = re.compile(
    r"(?:^|\W)(?:фото|фотограф\w*|автор фото|фотографии|світлина|здымак|сурет|иллюстрация|ілюстрація|коллаж|колаж"
    r"|видео|відео|photo(?:s|graphy|grapher)?|pictures?|images?|illustration)(?:\s+by)?\s*[:—–-]?$",
    re.I,
)
MAX_CAPTION_DEPTH = 3  # levels above an author that are searched for a figure or caption


def article_properties(root: Any, machine_data: frozenset[Any] = frozenset()) -> dict[str, list[str]]:
    """Return the values of each property by its name in lower case; an empty dict if no item is an article.

    `machine_data`: elements that are not displayed; only there is the article's body a property and not the text.
    """
    scope = _article_scope(root)
    return _properties(scope, machine_data) if scope is not None else {}


def _article_scope(root: Any) -> Any:
    best, best_size = None, -1
    for element in root.xpath("//*[@itemscope and contains(@itemtype, 'schema.org')]")[:200]:
        if element.get("itemtype", "").rsplit("/", 1)[-1].lower() in ARTICLE_TYPES:
            size = 10_000_000 * bool(element.xpath(".//*[@itemprop='articleBody']")) + sum(
                1 for _ in element.iter("p")
            )
            if size > best_size:
                best, best_size = element, size
    return best


def _properties(scope: Any, machine_data: frozenset[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in scope.xpath(".//*[@itemprop]")[:400]:
        owner = element.getparent()
        while owner is not None and owner.get("itemscope") is None:
            owner = owner.getparent()
        if owner is not scope:
            continue
        for name in element.get("itemprop", "").lower().split():
            if (name == "articlebody" and element not in machine_data) or (
                name == "author" and _is_of_picture(element)
            ):
                continue
            value = _value(element, name)
            if value:
                found.setdefault(name, []).append(value)
    return found


def _value(element: Any, name: str) -> str:
    if name == "author" and element.get("itemscope") is not None:
        named = element.xpath(".//*[@itemprop='name']")
        if named:
            element = named[0]
    for attribute in (
        ("content", "datetime", "src", "href")
        if name in ("image", "url", "contenturl")
        else ("content", "datetime")
    ):
        if element.get(attribute):
            return clean(str(element.get(attribute))[:5000])
    if name == "image":
        inner = element.xpath(".//*[@itemprop='url' or @itemprop='contentUrl' or self::img]")
        return (
            str(inner[0].get("content") or inner[0].get("href") or inner[0].get("src") or "") if inner else ""
        )
    return clean("".join(element.itertext())[:2000])


def _is_of_picture(element: Any) -> bool:
    """Return whether an author belongs to a picture: named in its credit or caption, or after «Фото:»."""
    return PHOTO_LABEL.search(_text_before(element)) is not None or any(
        ancestor.tag in ("figure", "figcaption")
        or any(
            pattern.search(ancestor.get("class") or "")
            for pattern in (class_names.CAPTION_NAMES, class_names.CREDIT_NAMES)
        )
        for ancestor in (element, *islice(element.iterancestors(), MAX_CAPTION_DEPTH))
    )


def _text_before(element: Any) -> str:
    """Return the text directly before an element, in its parent or in the parent's parent."""
    for _ in range(2):
        before, parent = element.getprevious(), element.getparent()
        if before is not None:
            text = clean(before.tail or "") or clean("".join(islice(before.itertext(), 20)))
        else:
            text = clean(parent.text or "") if parent is not None else ""
        if text or parent is None:
            return text
        element = parent
    return ""
