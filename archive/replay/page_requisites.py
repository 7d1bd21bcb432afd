"""Find the requisites of a page: its style sheets and what they name, scripts, fonts, the article's pictures.

The same code rewrites the URLs of a page for replay, so a snapshot requests exactly what is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from archive.extraction.page.encoding import decode
from archive.http.capture import Capture
from archive.replay import allowlist, css
from archive.replay import html as page
from archive.replay import render as replay
from archive.replay.tokenizer import RawText, StartTag, tokenize
from archive.replay.urls import UrlRewriter, resolve_url

MAX_REQUISITES = 200  # of one page or style sheet; a page with more was generated without end


def requisites(capture: Capture, pictures: Collection[str] = ()) -> tuple[str, ...]:
    """Return the absolute URLs of what a page or style sheet consists of, each once, in the order named.

    Of the pictures that elements show, only those in `pictures` count, in every size that the page offers; pictures
    in style sheets always count. Empty for captures that are neither a page nor a style sheet.
    """
    payload = capture.payload()
    kind = replay.kind_of(capture)
    if kind == "style":
        return _unique(_css_urls(css.decode_css(payload, capture.charset), capture.url))
    if kind != "page":
        return ()
    decoded = decode(payload, capture.charset)
    return _unique(_page_urls(decoded.text, capture.url, decoded.encoding, frozenset(pictures)))


def snapshot_requisites(capture: Capture) -> tuple[str, ...]:
    """Return the absolute URLs that the snapshot of a page or style sheet requests, each once, in that order."""
    named: list[str] = []
    replay.render(capture, UrlRewriter(page=lambda url: url, resource=_collector(named)))
    return _unique(named)


def _page_urls(html: str, url: str, encoding: str, pictures: frozenset[str]) -> Iterator[str]:
    tokens = list(tokenize(html))
    base = page.base_url(tokens, url, encoding)
    for token in tokens:
        if isinstance(token, RawText) and token.element == "style":
            yield from _css_urls(token.text, base)
        elif isinstance(token, StartTag):
            yield from _element_urls(token, base, encoding, pictures)


def _element_urls(token: StartTag, base: str, encoding: str, pictures: frozenset[str]) -> Iterator[str]:
    attributes = token.attributes
    if token.name == "link" and page.is_stylesheet(attributes):
        yield from _absolute(attributes.get("href"), base, encoding)
    elif token.name == "script":
        yield from _absolute(attributes.get("src"), base, encoding)
    elif token.name in allowlist.SRCSET_ELEMENTS:
        sizes = list(_picture_urls(token, base, encoding))
        if pictures.intersection(sizes):
            yield from sizes
    if "style" in attributes:
        yield from _css_urls(attributes["style"], base)


def _picture_urls(token: StartTag, base: str, encoding: str) -> Iterator[str]:
    """Yield every URL at which an element's picture is offered."""
    for name in ("src", *allowlist.LAZY_SRC):
        yield from _absolute(token.attributes.get(name), base, encoding)
    for name in ("srcset", *allowlist.LAZY_SRCSET):
        for stated in page.srcset_urls(token.attributes.get(name, "")):
            yield from _absolute(stated, base, encoding)


def _css_urls(sheet: str, base: str) -> list[str]:
    named: list[str] = []
    css.rewrite_css(sheet, base, _collector(named))
    return named


def _collector(found: list[str]) -> Callable[[str], str]:
    def keep(url: str) -> str:
        found.append(url)
        return url

    return keep


def _absolute(stated: str | None, base: str, encoding: str) -> Iterator[str]:
    if stated and stated.strip() and not stated.lstrip().startswith("data:"):
        url = resolve_url(stated, base, encoding)
        if url is not None:
            yield url.partition("#")[0]


def _unique(found: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MAX_REQUISITES]
