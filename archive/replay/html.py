"""Rewrite an archived page for replay: nothing in it runs, and every URL leads into the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape

from archive.extraction.page.encoding import decode
from archive.extraction.page.picture_sources import LAZY_SRC, lazy_background, picture_sources
from archive.replay import allowlist, css, embeds, pictures, svg
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
_SETS_REL = re.compile(r"rel\s*=\s*['\"]stylesheet['\"]", re.IGNORECASE)
_SETS_MEDIA = re.compile(r"media\s*=\s*(['\"])(?P<media>[^'\"<>]*)\1", re.IGNORECASE)
# Media that no screen has, with which sites keep a style sheet from blocking.
_SCREENLESS = re.compile(
    r"print|none|only x|x|nope!?|not all|no-media|(?:max-width|min-width):.*", re.IGNORECASE
)
_LAZY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:lazy\w*|lozad|b-lazy|blazy|unveil|blur-up|fade-?in|not-loaded|unloaded)(?:$|[\s_-])",
    re.IGNORECASE,
)


def rewrite_page(html: str, url: str, rewriter: UrlRewriter, *, encoding: str = "utf-8") -> str:
    """Return the page at `url` for replay, with allowed elements and attributes only.

    `encoding` is the page's own encoding, which applies to the queries of its links.
    """
    tokens = list(tokenize(html))
    base = base_url(tokens, url, encoding)
    return "".join([*_write_doctype(tokens), CHARSET, *_Writer(tokens, base, rewriter, encoding).write()])


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


class _Writer:
    def __init__(self, tokens: list[Token], base: str, rewriter: UrlRewriter, encoding: str) -> None:
        self._tokens = tokens
        self._base = base
        self._rewriter = rewriter
        self._encoding = encoding
        self._pictures, self._dropped = pictures.choose(
            pictures.page_pictures(tokens, base, encoding),
            rewriter.is_captured,
            prefers_noscript=_hides_lazy_pictures(tokens),
        )
        self._dropped |= pictures.amp_content(tokens)
        self._sprites: dict[
            str, str
        ] = {}  # URL of an SVG file with symbols → the prefix of its ids in this page

    def write(self) -> Iterator[str]:
        """Yield the allowed tokens as markup."""
        inside: str | None = None  # the element that is being dropped with its content
        depth = 0
        for at, token in enumerate(self._tokens):
            if inside is not None:
                if isinstance(token, StartTag) and token.name == inside:
                    depth += 1
                elif isinstance(token, EndTag) and token.name == inside:
                    depth -= 1
                    inside = inside if depth else None
            elif at in self._dropped:
                continue
            elif isinstance(token, Text):
                yield escape(token.text, quote=False)
            elif isinstance(token, RawText):
                if token.element == "style":
                    yield css.rewrite_css(token.text, self._base, self._rewriter.resource)
            elif isinstance(token, EndTag):
                name = allowlist.AMP_ELEMENTS.get(token.name, token.name)
                if _is_allowed(name) and name not in allowlist.VOID_ELEMENTS:
                    yield f"</{name}>"
            elif isinstance(token, StartTag):
                if token.name in allowlist.DROPPED_WITH_CONTENT or _is_amp_boilerplate(token):
                    inside, depth = token.name, 1
                    if token.name == "iframe":
                        yield self._iframe(token)
                elif _is_allowed(token.name):
                    yield from self._start(token, at)
        yield from self._symbols()

    def _start(self, token: StartTag, at: int) -> Iterator[str]:
        name = allowlist.AMP_ELEMENTS.get(token.name, token.name)
        attributes = dict(self._attributes(StartTag(name, token.attributes, token.is_self_closing), at))
        if name == "meta" and attributes.get("name", "").lower() not in allowlist.META_NAMES:
            return
        if name == "link" and "href" not in attributes:
            return
        style = ";".join(filter(None, (attributes.get("style"), *self._added_styles(token, at))))
        if style:
            attributes["style"] = style
        stated = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        yield f"<{name}{stated}{' /' if token.is_self_closing else ''}>"
        if token.name == "amp-iframe":
            yield self._iframe(token)
        elif token.name in allowlist.AMP_EMBEDS:
            yield embeds.note(f"Embedded content ({token.name}) is not part of this copy")

    def _added_styles(self, token: StartTag, at: int) -> Iterator[str]:
        """Yield the style declarations that replace what a script would have done to an element."""
        if self._is_missing(token, at):
            yield embeds.MISSING_PICTURE_STYLE
        background = lazy_background(token.attributes)
        if background is not None and "url(" not in token.attributes.get("style", ""):
            part = self._resource_url(background)
            if part is not None:
                yield css.background(part)
        if token.name in allowlist.AMP_ELEMENTS or token.name in allowlist.AMP_EMBEDS:
            yield embeds.amp_style(token)
        if _LAZY_CLASS.search(token.attributes.get("class", "")) or (
            token.name in pictures.PICTURE_TAGS
            and ("onload" in token.attributes or picture_sources(token.attributes).is_lazy)
        ):
            yield "opacity:1!important;visibility:visible!important"

    def _iframe(self, token: StartTag) -> str:
        """Return an embedded page as part of this one, or a box in its place if it was not captured."""
        url = embedded_url(token.attributes, self._base, self._encoding)
        if url is None:
            return ""
        capture = self._rewriter.embedded(url)
        markup = None
        if capture is not None and (capture.media_type or "text/html").startswith("text/html"):
            decoded = decode(capture.payload(), capture.charset)
            inner = replace(self._rewriter, embedded=lambda url: None)
            markup = rewrite_page(decoded.text, capture.url, inner, encoding=decoded.encoding)
        return embeds.iframe(token.attributes, url, markup)

    def _use(self, stated: str) -> str | None:
        """Return the reference of a <use>: to a symbol of this page, or of an SVG file that is added to it."""
        if stated.startswith("#"):
            return stated
        url, _, symbol = (resolve_url(stated, self._base, self._encoding) or "").partition("#")
        if not url or not symbol or self._rewriter.embedded(url) is None:
            return None
        prefix = self._sprites.setdefault(url, f"sprite{len(self._sprites) + 1}-")
        return f"#{prefix}{symbol}"

    def _symbols(self) -> Iterator[str]:
        """Yield the SVG files whose symbols the page uses: browsers load none into a sandboxed page."""
        for url, prefix in self._sprites.items():
            capture = self._rewriter.embedded(url)
            drawing = svg.sanitize_svg(capture.payload(), prefix) if capture is not None else None
            if drawing is not None:
                tokens = list(tokenize(drawing.decode("utf-8")))
                inner = replace(self._rewriter, embedded=lambda url: None)
                yield '<div style="position:absolute;width:0;height:0;overflow:hidden" aria-hidden="true">'
                yield from _Writer(tokens, url, inner, "utf-8").write()
                yield "</div>"

    def _attributes(self, token: StartTag, at: int) -> Iterator[tuple[str, str]]:
        for name, value in token.attributes.items():
            if name in allowlist.CSS_ATTRIBUTES:
                yield name, css.rewrite_css(value, self._base, self._rewriter.resource)
            elif _is_plain(token.name, name, value):
                yield name, value
        yield from self._url_attributes(token, at)

    def _url_attributes(self, token: StartTag, at: int) -> Iterator[tuple[str, str]]:
        """Yield the attributes that contain URLs, each rewritten to lead into the archive."""
        attributes = token.attributes
        if token.name in ("a", "area") and "href" in attributes:
            yield from self._link(attributes["href"])
        elif token.name == "use":
            used = self._use(attributes.get("href") or attributes.get("xlink:href", ""))
            if used is not None:
                yield "href", used
        elif token.name == "image":
            yield from self._url_attribute("href", attributes.get("href") or attributes.get("xlink:href"))
        elif token.name == "link" and is_stylesheet(attributes):
            yield from self._url_attribute("href", attributes.get("href"))
            yield "rel", "stylesheet"
        if token.name in ("link", "style"):
            yield from _media(attributes)
        if at in self._pictures:
            yield from self._picture(token, self._pictures[at])
            if self._is_missing(token, at):
                yield "alt", embeds.missing_picture_text(token.attributes)
        else:
            for name in allowlist.RESOURCE_ATTRIBUTES.get(token.name, ()):
                stated = attributes.get(name) or attributes.get(f"data-{name}")
                yield from self._url_attribute(name, stated)
        if token.name in ("video", "audio"):
            yield "preload", "none"

    def _is_missing(self, token: StartTag, at: int) -> bool:
        """Return whether an element shows a picture that was not captured, and takes room on the page."""
        shown = self._pictures.get(at)
        return shown is not None and shown.is_missing and not embeds.is_invisible(token.attributes)

    def _picture(self, token: StartTag, shown: pictures.Shown) -> Iterator[tuple[str, str]]:
        stated = token.attributes.get("src", "")
        if shown.src is not None:
            yield "src", self._rewriter.resource(shown.src)
        elif _PICTURE_DATA.match(stated):
            yield "src", stated
        parts = [(self._rewriter.resource(one.url), one.descriptor) for one in shown.srcset]
        if parts:  # a comma at its end would not be part of an address
            yield (
                "srcset",
                ", ".join(f"{re.sub(',$', '%2C', url)} {described}".rstrip() for url, described in parts),
            )

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

    def _url_attribute(self, name: str, stated: str | None) -> Iterator[tuple[str, str]]:
        part = self._resource_url(stated) if stated else None
        if part is not None:
            yield name, part

    def _resource_url(self, stated: str) -> str | None:
        if _PICTURE_DATA.match(stated):
            return stated
        url = resolve_url(stated, self._base, self._encoding)
        return None if url is None else self._rewriter.resource(url.partition("#")[0])


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


def embedded_url(attributes: Mapping[str, str], base: str, encoding: str) -> str | None:
    """Return the address of the page that an <iframe> shows; None if there is none, or it takes no room."""
    stated = attributes.get("src") or ""
    if not stated.strip() or stated.strip().startswith("about:"):
        stated = next((attributes[name] for name in LAZY_SRC if attributes.get(name)), "")
    if not stated or embeds.is_invisible(attributes):
        return None
    return pictures.absolute(stated, base, encoding)


def is_stylesheet(attributes: dict[str, str]) -> bool:
    """Return whether a link applies a style sheet: at once, or as its `onload` does when the sheet is loaded."""
    relations = attributes.get("rel", "").lower().split()
    if "stylesheet" in relations and "alternate" not in relations:
        return True
    is_style = "stylesheet" in relations or attributes.get("as", "").strip().lower() == "style"
    return is_style and _SETS_REL.search(attributes.get("onload", "")) is not None


def _media(attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the media of a style sheet once its `onload` has run, which makes it apply after it was loaded."""
    onload = attributes.get("onload", "")
    if _SETS_REL.search(onload):
        yield "title", ""  # an alternate sheet is applied without its title
    if "media" not in attributes or not onload:
        return
    stated = _SETS_MEDIA.search(onload)
    if stated is not None:
        yield "media", stated["media"]
    elif _SCREENLESS.fullmatch(attributes["media"].strip()):
        yield "media", "all"


def _hides_lazy_pictures(tokens: list[Token]) -> bool:
    """Return whether the page hides pictures that scripts load from readers without scripts."""
    inside = False
    for token in tokens:
        if isinstance(token, StartTag | EndTag) and token.name == "noscript":
            inside = isinstance(token, StartTag)
        elif (isinstance(token, StartTag) and token.name == "html" and "no-js" in _classes(token)) or (
            inside and isinstance(token, RawText) and token.element == "style" and "none" in token.text
        ):
            return True
    return False


def _classes(token: StartTag) -> list[str]:
    return token.attributes.get("class", "").split()


def _is_amp_boilerplate(token: StartTag) -> bool:
    """Return whether a style hides an AMP page until its script runs."""
    return token.name == "style" and "amp-boilerplate" in token.attributes
