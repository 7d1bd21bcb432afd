"""Rewrite an archived page for replay: nothing in it runs, and every URL leads into the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from archive.replay import allowlist, css
from archive.replay.tokenizer import Doctype, EndTag, RawText, StartTag, Text, Token, tokenize
from archive.replay.urls import UrlRewriter, resolve_url

_ELEMENTS = allowlist.ELEMENTS | allowlist.SVG_ELEMENTS
CHARSET = '<meta charset="utf-8">'
_PUBLIC = re.compile(
    r"html(?:\s+public\s+\"([-+/.:\w ]*)\"(?:\s+\"([-/.:\w]*)\")?)?(?:\s|$)", re.IGNORECASE | re.ASCII
)
_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_PICTURE_DATA = re.compile(
    r"\s*data:image/(?:png|jpeg|jpg|gif|webp|avif|bmp|x-icon|svg\+xml)[;,]", re.IGNORECASE
)
_CANDIDATE = re.compile(r"[\s,]*(\S+)")
_DESCRIPTOR = re.compile(r"[^,]*")
_LENGTH = re.compile(r"\s+([0-9.]+[wxh])(?:\s+([0-9.]+[wxh]))?\s*", re.ASCII)


def rewrite_page(html: str, url: str, rewriter: UrlRewriter, *, encoding: str = "utf-8") -> str:
    """Return the page at `url` for replay, with allowed elements and attributes only.

    `encoding` is the page's own encoding, which applies to the queries of its links.
    """
    tokens = list(tokenize(html))
    base = base_url(tokens, url, encoding)
    writer = _Writer(base, rewriter, encoding, _noscript_pictures(tokens))
    return "".join([*_write_doctype(tokens), CHARSET, *writer.write(tokens)])


def base_url(tokens: list[Token], url: str, encoding: str) -> str:
    """Return the base URL of a page: its <base href>, else `url`."""
    for token in tokens:
        if isinstance(token, StartTag) and token.name == "base" and "href" in token.attributes:
            return resolve_url(token.attributes["href"], url, encoding) or url
    return url


def _write_doctype(tokens: list[Token]) -> Iterator[str]:
    """Yield the document type, which decides how browsers lay out a page; nothing if the page has none."""
    for token in tokens:
        if isinstance(token, Text) and not token.text.strip():
            continue
        if isinstance(token, Doctype) and (known := _PUBLIC.match(token.text)):
            public, system = known[1], known[2]
            yield "<!DOCTYPE html"
            yield f' PUBLIC "{public}"' if public else ""
            yield f' "{system}"' if public and system else ""
            yield ">"
        return


def _noscript_pictures(tokens: list[Token]) -> frozenset[str]:
    """Return the addresses of pictures inside <noscript> elements."""
    pictures = set()
    inside = False
    for token in tokens:
        if isinstance(token, StartTag | EndTag) and token.name == "noscript":
            inside = isinstance(token, StartTag)
        elif inside and isinstance(token, StartTag) and token.name == "img":
            pictures.add(token.attributes.get("src", ""))
    return frozenset(pictures)


class _Writer:
    def __init__(
        self, base: str, rewriter: UrlRewriter, encoding: str, noscript_pictures: frozenset[str]
    ) -> None:
        self._base = base
        self._rewriter = rewriter
        self._encoding = encoding
        self._noscript_pictures = noscript_pictures

    def write(self, tokens: list[Token]) -> Iterator[str]:
        """Yield the allowed tokens as markup."""
        inside: str | None = None  # the element that is being dropped with its content
        depth = 0
        for token in tokens:
            if inside is not None:
                if isinstance(token, StartTag) and token.name == inside:
                    depth += 1
                elif isinstance(token, EndTag) and token.name == inside:
                    depth -= 1
                    inside = inside if depth else None
            elif isinstance(token, Text):
                yield escape(token.text, quote=False)
            elif isinstance(token, RawText):
                if token.element == "style":
                    yield css.rewrite_css(token.text, self._base, self._rewriter.resource)
            elif isinstance(token, EndTag):
                if _is_allowed(token.name) and token.name not in allowlist.VOID_ELEMENTS:
                    yield f"</{token.name}>"
            elif isinstance(token, StartTag):
                if token.name in allowlist.DROPPED_WITH_CONTENT:
                    inside, depth = token.name, 1
                elif _is_allowed(token.name):
                    yield from self._start(token)

    def _start(self, token: StartTag) -> Iterator[str]:
        attributes = dict(self._attributes(token))
        if token.name == "meta" and attributes.get("name", "").lower() not in allowlist.META_NAMES:
            return
        if token.name == "link" and "href" not in attributes:
            return
        stated = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        yield f"<{token.name}{stated}{' /' if token.is_self_closing else ''}>"

    def _attributes(self, token: StartTag) -> Iterator[tuple[str, str]]:
        for name, value in token.attributes.items():
            if name in allowlist.CSS_ATTRIBUTES:
                yield name, css.rewrite_css(value, self._base, self._rewriter.resource)
            elif _is_plain(token.name, name, value):
                yield name, value
        yield from self._url_attributes(token)

    def _url_attributes(self, token: StartTag) -> Iterator[tuple[str, str]]:
        """Yield the attributes that contain URLs, each rewritten to lead into the archive."""
        attributes = token.attributes
        if token.name in ("a", "area") and "href" in attributes:
            yield from self._link(attributes["href"])
        elif token.name == "use" and (attributes.get("href") or attributes.get("xlink:href", "")).startswith(
            "#"
        ):
            yield "href", attributes.get("href") or attributes["xlink:href"]
        elif token.name == "link" and is_stylesheet(attributes):
            yield from self._url_attribute("href", attributes.get("href"))
            yield "rel", "stylesheet"
        for name in allowlist.RESOURCE_ATTRIBUTES.get(token.name, ()):
            yield from self._url_attribute(
                name, attributes.get(name) if name != "src" else self._picture_source(token)
            )
        if token.name in allowlist.SRCSET_ELEMENTS:
            candidates = _first_nonempty(attributes, ("srcset", *allowlist.LAZY_SRCSET))
            pictures = ", ".join(self._pictures(candidates or ""))
            if pictures:
                yield "srcset", pictures
        if token.name in ("video", "audio"):
            yield "preload", "none"

    def _link(self, stated: str) -> Iterator[tuple[str, str]]:
        if stated.strip().startswith("#"):
            yield "href", stated.strip()
            return
        url = resolve_url(stated, self._base, self._encoding)
        if url is not None:
            _, mark, fragment = url.partition("#")
            yield "href", self._rewriter.page(url.partition("#")[0]) + mark + fragment
            yield "target", "_top"  # so that the header above the frame always describes the page in it
            yield "rel", "noreferrer"

    def _picture_source(self, token: StartTag) -> str | None:
        """Return an element's picture: its lazy-loading URL if `src` is only a placeholder."""
        stated = token.attributes.get("src")
        if token.name != "img" or (stated and not stated.lstrip().startswith("data:")):
            return stated
        later = _first_nonempty(token.attributes, allowlist.LAZY_SRC)
        return later if later and later not in self._noscript_pictures else stated

    def _url_attribute(self, name: str, stated: str | None) -> Iterator[tuple[str, str]]:
        part = self._resource_url(stated) if stated else None
        if part is not None:
            yield name, part

    def _resource_url(self, stated: str) -> str | None:
        if _PICTURE_DATA.match(stated):
            return stated
        url = resolve_url(stated, self._base, self._encoding)
        return None if url is None else self._rewriter.resource(url.partition("#")[0])

    def _pictures(self, srcset: str) -> Iterator[str]:
        for stated, described in _srcset_candidates(srcset):
            part = self._resource_url(stated)
            lengths = _LENGTH.fullmatch(described)
            if part is not None:
                yield " ".join([part.replace(",", "%2C"), *filter(None, lengths.groups() if lengths else ())])


def srcset_urls(srcset: str) -> Iterator[str]:
    """Return the URLs in a srcset, as written."""
    return (stated for stated, _ in _srcset_candidates(srcset))


def _srcset_candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Yield the URLs in a srcset, each with its width, height or density descriptors."""
    at = 0
    while found := _CANDIDATE.match(srcset, at):
        stated, at = found[1], found.end()
        if stated.endswith(","):
            yield stated.rstrip(","), ""
        else:
            described = _DESCRIPTOR.match(srcset, at)
            assert described is not None
            at = described.end()
            yield stated, described[0]


def _is_allowed(name: str) -> bool:
    return name in _ELEMENTS or (
        allowlist.CUSTOM_ELEMENT.fullmatch(name) is not None and name not in allowlist.RESERVED_NAMES
    )


def _is_plain(element: str, name: str, value: str) -> bool:
    if name.startswith(allowlist.ATTRIBUTE_FAMILIES):
        return _ATTRIBUTE_NAME.fullmatch(name) is not None
    if element == "input" and name == "type":
        return value.lower() in allowlist.INPUT_TYPES
    return name in allowlist.ATTRIBUTES


def is_stylesheet(attributes: dict[str, str]) -> bool:
    """Return whether a link names a style sheet that is not an alternate one."""
    relations = attributes.get("rel", "").lower().split()
    return "stylesheet" in relations and "alternate" not in relations


def _first_nonempty(attributes: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((attributes[name] for name in names if attributes.get(name, "").strip()), None)
