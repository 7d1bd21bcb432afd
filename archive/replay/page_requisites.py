"""Find the requisites of a page: its style sheets and what they name, scripts, fonts and pictures.

The same code rewrites the URLs of a page for replay, so a snapshot requests exactly what is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from archive.extraction.page.encoding import decode
from archive.extraction.page.picture_sources import largest, lazy_background
from archive.http.capture import Capture
from archive.replay import allowlist, css, embeds
from archive.replay import html as page
from archive.replay import render as replay
from archive.replay.pictures import Picture, absolute, page_pictures
from archive.replay.tokenizer import RawText, StartTag, Token, tokenize
from archive.replay.urls import UrlRewriter

T = TypeVar("T")
MAX_REQUISITES = 200  # of one page or style sheet; a page with more was generated without end
# Hosts and paths whose pictures count visits and show nothing.
_COUNTERS = frozenset(
    {
        "mc.yandex.ru", "counter.yadro.ru", "top-fwz1.mail.ru", "counter.rambler.ru", "c.bigmir.net", "hit.gemius.pl",
        "www.google-analytics.com", "ad.doubleclick.net", "stats.g.doubleclick.net", "sb.scorecardresearch.com",
        "counter.ukr.net", "www.tns-counter.ru", "pixel.quantserve.com", "www.facebook.com", "vk.com", "i.bigmir.net",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that a page shows: for each picture and font the addresses at which it is offered."""

    pictures: tuple[tuple[str, ...], ...] = ()
    style_sheets: tuple[str, ...] = ()
    fonts: tuple[tuple[str, ...], ...] = ()
    embedded: tuple[str, ...] = ()  # pages in frames


def requisites(
    capture: Capture,
    pictures: Collection[str] = (),
    *,
    all_pictures: bool = False,
    without: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the absolute URLs of what a page or style sheet consists of, each once: styles and scripts first.

    Of the pictures that elements show, those in `pictures` are requested in every size that the page offers. With
    `all_pictures`, every other one is requested in one size, except for those in `without` and counters of visits.
    Pictures in style sheets always count. Empty for captures that are neither a page nor a style sheet.
    """
    payload = capture.payload()
    kind = replay.kind_of(capture)
    if kind == "style":
        return _unique(css.named_urls(css.decode_css(payload, capture.charset), capture.url))
    if kind != "page":
        return ()
    decoded = decode(payload, capture.charset)
    tokens = list(tokenize(decoded.text))
    base = page.base_url(tokens, capture.url, decoded.encoding)
    shown = page_pictures(tokens, base, decoded.encoding)
    wanted, left_out = frozenset(pictures), frozenset(without)
    found = list(_page_urls(tokens, base, decoded.encoding))
    groups = [picture.urls() for picture in shown]
    found += [url for group in groups if wanted.intersection(group) for url in group]
    if all_pictures:
        for picture, group in zip(shown, groups, strict=True):
            if not left_out.intersection(group) and not _is_counter(picture, group):
                found += group if wanted.intersection(group) else _one_size(picture, group)
        found += _other_pictures(tokens, base, decoded.encoding)
    return _unique(found)


def page_parts(capture: Capture) -> Parts:
    """Return the parts of a page; of a style sheet, its fonts and the sheets that it imports."""
    payload = capture.payload()
    kind = replay.kind_of(capture)
    if kind == "style":
        sheet = css.decode_css(payload, capture.charset)
        return Parts(
            style_sheets=_each_once(css.imports(sheet, capture.url)),
            fonts=_each_once(css.fonts(sheet, capture.url)),
        )
    if kind != "page":
        return Parts()
    decoded = decode(payload, capture.charset)
    tokens = list(tokenize(decoded.text))
    base = page.base_url(tokens, capture.url, decoded.encoding)
    shown = page_pictures(tokens, base, decoded.encoding)
    groups = [group for one in shown if (group := one.urls()) and not _is_counter(one, group)]
    groups += [(url,) for url in _other_pictures(tokens, base, decoded.encoding)]
    styles = [one.text for one in tokens if isinstance(one, RawText) and one.element == "style"]
    return Parts(
        pictures=_each_once(groups),
        style_sheets=_each_once(_style_sheets(tokens, base, decoded.encoding)),
        fonts=_each_once(face for sheet in styles for face in css.fonts(sheet, base)),
        embedded=_each_once(_embedded_pages(tokens, base, decoded.encoding)),
    )


def snapshot_requisites(capture: Capture, is_captured: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the absolute URLs that the snapshot of a page or style sheet requests, each once, in that order."""
    named: list[str] = []
    replay.render(
        capture, UrlRewriter(page=lambda url: url, resource=_collector(named), is_captured=is_captured)
    )
    return _unique(named)


def _page_urls(tokens: list[Token], base: str, encoding: str) -> Iterator[str]:
    """Yield the URLs of style sheets, scripts, and of what styles in the page name."""
    for token in tokens:
        if isinstance(token, RawText) and token.element == "style":
            yield from css.named_urls(token.text, base)
        elif isinstance(token, StartTag):
            attributes = token.attributes
            if token.name == "link" and page.is_stylesheet(attributes):
                yield from _absolute(attributes.get("href"), base, encoding)
            elif token.name == "script":
                yield from _absolute(attributes.get("src"), base, encoding)
            elif token.name == "use":
                stated = attributes.get("href") or attributes.get("xlink:href") or ""
                yield from _absolute(None if stated.startswith("#") else stated, base, encoding)
            if "style" in attributes:
                yield from css.named_urls(attributes["style"], base)


def _style_sheets(tokens: list[Token], base: str, encoding: str) -> Iterator[str]:
    """Yield the URLs of the style sheets that a page applies, without those that they import."""
    for token in tokens:
        if isinstance(token, RawText) and token.element == "style":
            yield from css.imports(token.text, base)
        elif isinstance(token, StartTag) and token.name == "link" and page.is_stylesheet(token.attributes):
            yield from _absolute(token.attributes.get("href"), base, encoding)


def _embedded_pages(tokens: list[Token], base: str, encoding: str) -> Iterator[str]:
    """Yield the URLs of the pages that a page shows in frames."""
    for token in tokens:
        if isinstance(token, StartTag) and token.name in ("iframe", "amp-iframe"):
            url = page.embedded_url(token.attributes, base, encoding)
            if url is not None:
                yield url


def _other_pictures(tokens: list[Token], base: str, encoding: str) -> Iterator[str]:
    """Yield the URLs of pictures that are shown by other elements than <img> and <picture>."""
    for token in tokens:
        if not isinstance(token, StartTag):
            continue
        attributes = token.attributes
        name = allowlist.AMP_ELEMENTS.get(token.name, token.name)
        stated: list[str | None] = [lazy_background(attributes)]
        if name == "video":
            stated.append(attributes.get("poster") or attributes.get("data-poster"))
        elif name == "image":
            stated.append(attributes.get("href") or attributes.get("xlink:href"))
        elif name == "input" and attributes.get("type", "").lower() == "image":
            stated.append(attributes.get("src"))
        elif name != "img":
            stated.append(attributes.get("background"))
        for one in stated:
            yield from _absolute(one, base, encoding)


def _one_size(picture: Picture, group: tuple[str, ...]) -> tuple[str, ...]:
    """Return the URL of one size of a picture: the <img>'s own, else the largest that it is offered in."""
    own = picture.elements[-1]
    if own.src:
        return own.src[:1]
    candidate = largest(own.srcset)
    return group[:1] if candidate is None else (candidate.url,)


def _is_counter(picture: Picture, group: tuple[str, ...]) -> bool:
    """Return whether a picture only counts visits: it takes no room on the page, or its host does nothing else."""
    return embeds.is_invisible(picture.attributes) or any(
        urlsplit(url).hostname in _COUNTERS for url in group
    )


def _collector(found: list[str]) -> Callable[[str], str]:
    def keep(url: str) -> str:
        found.append(url)
        return url

    return keep


def _absolute(stated: str | None, base: str, encoding: str) -> Iterator[str]:
    if stated and stated.strip() and not stated.lstrip().startswith("data:"):
        url = absolute(stated, base, encoding)
        if url is not None:
            yield url


def _each_once(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))


def _unique(found: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MAX_REQUISITES]
