"""Render a capture for replay: pages and styles are rewritten, pictures unchanged, other content is a download."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from archive.extraction.page.encoding import decode
from archive.http.capture import Capture
from archive.replay import css, html, svg
from archive.replay.urls import UrlRewriter

MAX_PAGE_BYTES = 8 * 1024 * 1024  # a larger page is offered as a download
Kind = Literal["page", "style", "drawing", "picture", "media", "font", "text", "other"]

SVG_TYPE = "image/svg+xml"
PAGES = frozenset({"text/html", "application/xhtml+xml"})
# fmt: off
PICTURES = frozenset({
    "image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/avif",
    "image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
})
# fmt: on
TEXTS = frozenset(
    [
        "text/plain",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/json",
        "application/feed+json",
        "text/csv",
    ]
)
# fmt: off
FONTS = frozenset({
    "font/woff", "font/woff2", "font/ttf", "font/otf", "font/sfnt", "application/font-woff",
    "application/font-woff2", "application/x-font-woff", "application/x-font-ttf", "application/x-font-otf",
    "application/vnd.ms-fontobject",
})
# fmt: on
MEDIA = re.compile(r"(?:audio|video)/[a-z0-9.+-]+")
_LOOKS_LIKE_A_PAGE = re.compile(
    rb"\s*+(?:<!--[^-]*+(?:-(?!->)[^-]*+){0,2000}-->\s*+)*"
    rb"<(?:!doctype html|html|head|body|title|meta|h1|p|div|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAGIC_NUMBERS = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"wOFF": "font/woff",
    b"wOF2": "font/woff2",
    b"OTTO": "font/otf",
    b"\x00\x01\x00\x00": "font/ttf",
}
_RIFF_WEBP = re.compile(rb"RIFF....WEBP", re.DOTALL)
# Types that servers state when they know none.
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ReplayResponse:
    """The content to send to a browser for a capture."""

    kind: Kind
    media_type: str  # with its charset if it has one
    body: bytes = field(repr=False)

    @property
    def is_shown(self) -> bool:
        """Return whether a browser may display it; otherwise it is offered as a download."""
        return self.kind != "other"


def render(capture: Capture, rewriter: UrlRewriter) -> ReplayResponse:
    """Return the content that a browser gets for a capture; never fails, whatever the bytes."""
    payload = capture.payload()
    match kind_of(capture):
        case "page":
            decoded = decode(payload, capture.charset)
            markup = html.rewrite_page(decoded.text, capture.url, rewriter, encoding=decoded.encoding)
            return ReplayResponse("page", "text/html; charset=utf-8", markup.encode("utf-8", "replace"))
        case "style":
            sheet = css.rewrite_css(css.decode_css(payload, capture.charset), capture.url, rewriter.resource)
            return ReplayResponse("style", "text/css; charset=utf-8", sheet.encode("utf-8", "replace"))
        case "drawing":
            svg_bytes = svg.sanitize_svg(payload)
            return (
                _as_download(payload) if svg_bytes is None else ReplayResponse("drawing", SVG_TYPE, svg_bytes)
            )
        case "text":
            text = decode(payload, capture.charset).text
            return ReplayResponse("text", "text/plain; charset=utf-8", text.encode("utf-8", "replace"))
        case "other":
            return _as_download(payload)
        case as_it_is:
            return ReplayResponse(as_it_is, _media_type(capture), payload)


def kind_of(capture: Capture) -> Kind:
    """Return how a capture is replayed; "other" if it is only offered as a download."""
    stated = _media_type(capture)
    kinds: tuple[tuple[Kind, bool], ...] = (
        ("page", stated in PAGES and len(capture.payload()) <= MAX_PAGE_BYTES),
        ("style", stated == "text/css"),
        ("drawing", stated == SVG_TYPE),
        ("picture", stated in PICTURES),
        ("text", stated in TEXTS),
        ("font", stated in FONTS),
        ("media", MEDIA.fullmatch(stated) is not None),
    )
    return next((kind for kind, fits in kinds if fits), "other")


def file_name(url: str) -> str:
    """Return a safe file name for downloading the content of a URL."""
    last = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last).strip("._")[:80] or "snapshot"


def _as_download(payload: bytes) -> ReplayResponse:
    return ReplayResponse("other", "application/octet-stream", payload)


def _media_type(capture: Capture) -> str:
    """Return the declared media type, or the type that the content looks like if none is declared."""
    stated = capture.media_type or ""
    if stated not in _UNKNOWN_TYPES and not (stated == "text/plain" and _has_font_name(capture.url)):
        return stated
    payload = capture.payload()
    for beginning, media_type in _MAGIC_NUMBERS.items():
        if payload.startswith(beginning):
            return media_type
    if _RIFF_WEBP.match(payload):
        return "image/webp"
    if stated:
        return stated
    looks = _LOOKS_LIKE_A_PAGE.match(payload.removeprefix(_BOM))
    return "text/html" if looks else "application/octet-stream"


def _has_font_name(url: str) -> bool:
    """Return whether an address ends as those of fonts do: many servers send them as plain text."""
    return url.partition("?")[0].lower().endswith((".woff", ".woff2", ".ttf", ".otf"))
