"""Text into HTML, for every outlet alike; all else is the outlet's own."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from newsarchive.demo_site.story import BOLD, LINK


def text(words: str) -> str:
    """Words as they stand between tags or in an attribute."""
    return escape(words, quote=True)


def inline(words: str) -> str:
    """A paragraph's inside: its links and bold words marked up."""
    marked = LINK.sub(r'<a href="\2">\1</a>', escape(words, quote=False))
    return BOLD.sub(r"<b>\1</b>", marked)


def join(parts: Iterable[str]) -> str:
    """Parts of a page under one another."""
    return "\n".join(parts)
