"""Render `body_html` of an article for the article page.

The index normally holds what archive/extraction/body/html_writer.py wrote, but an index may come from anywhere:
only the tags of that grammar become tags here, and everything else is escaped as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape

from markupsafe import Markup, escape

from archive import urls
from archive.extraction.model import Image
from archive.replay.urls import snapshot_path

_FIGURE = re.compile(
    r'<figure><figcaption><a href="(?P<href>[^"<>]*)">[^<>]*</a>[^<>]*</figcaption></figure>\n?'
)
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>p|h[2-4]|blockquote|[uo]l|li|table|t[rdh]|strong|em|sup|a|figure|figcaption)"
    r'(?: href="(?P<href>[^"<>]*)")?>'
)
_TABLE = '<div class="scroll"><table>', "</table></div>"  # a wide table scrolls by itself


def render_body(body_html: str, images: Sequence[Image], captured: datetime) -> list[Markup | Image]:
    """Return the text in pieces: markup, and each image in the place of its caption.

    Links lead to the snapshot of their URL nearest to the time of capture.
    """
    known = {image.url: image for image in images}
    open_tags: list[str] = []
    pieces: list[Markup | Image] = []
    at = 0
    for figure in _FIGURE.finditer(body_html):
        image = known.pop(unescape(figure["href"]), None)
        if image is not None:
            pieces += [_render(body_html[at : figure.start()], open_tags, captured), image]
            at = figure.end()
    pieces.append(_render(body_html[at:], open_tags, captured))
    return [*pieces, Markup("").join(map(_closing, reversed(open_tags)))]


def _render(text: str, open_tags: list[str], captured: datetime) -> Markup:
    """Render a part of the text; `open_tags` holds the open tags before it and is updated to those after it."""
    pieces: list[Markup] = []
    at = 0
    for tag in _TAG.finditer(text):
        pieces.append(escape(unescape(text[at : tag.start()])))
        at = tag.end()
        name = tag["name"]
        if not tag["close"]:
            pieces.append(_opening(name, unescape(tag["href"] or ""), captured))
            open_tags.append(name)
        elif name in open_tags:
            last = ""
            while last != name:
                last = open_tags.pop()
                pieces.append(_closing(last))
    pieces.append(escape(unescape(text[at:])))
    return Markup("").join(pieces)


def _opening(name: str, href: str, captured: datetime) -> Markup:
    """Return an opening tag; links lead to snapshots."""
    if name == "table":
        return Markup(_TABLE[0])
    if name == "a" and urls.is_web_url(href):
        return Markup('<a href="{}">').format(snapshot_path(href, captured))
    return Markup(f"<{name}>")


def _closing(name: str) -> Markup:
    """Return a closing tag."""
    return Markup(_TABLE[1]) if name == "table" else Markup(f"</{name}>")
