"""Text to HTML, shared by all outlets."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from newsarchive.demo_site.story import BOLD, LINK


def text(words: str) -> str:
    """Escape text for use between tags or in an attribute."""
    return escape(words, quote=True)


def inline(words: str) -> str:
    """Return the content of a paragraph with its links and bold words marked up."""
    marked = LINK.sub(r'<a href="\2">\1</a>', escape(words, quote=False))
    return BOLD.sub(r"<b>\1</b>", marked)


def join(parts: Iterable[str]) -> str:
    """Join parts of a page, one per line."""
    return "\n".join(parts)
