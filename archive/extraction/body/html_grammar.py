"""The grammar of the HTML that is stored beside an article's text. Pure functions.

archive/extraction/body/html_writer.py writes this HTML. An index may come from anywhere, so the HTML in it is
checked against the text before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from archive.extraction.model import Image
from archive.extraction.normalize import clean

BETWEEN_CELLS = " | "  # of a table row, in the text
BETWEEN_PARTS = " · "  # caption and credit
LONGEST_ADDRESS = 2_000
_NEXT_CELL = re.compile(r"</t[dh]><t[dh]>")
_BLOCK = re.compile(r"</?(?:p|h[2-4]|li|[uo]l|blockquote|table|tr)>|\n")
_INLINE = re.compile(r'</?(?:strong|em|sup|t[dh])>|</a>|<a href="https?://[^"<>]*">')


def html_paragraphs(html: str, pictures: Sequence[Image]) -> tuple[str, ...]:
    """Return the paragraphs in such HTML, without the captions of the given pictures.

    Anything else in it, including unknown tags, counts as text.
    """
    for image in pictures:
        if image.caption or image.credit:
            html = html.replace(figure_html(image), "", 1)
    text = _INLINE.sub("", _BLOCK.sub("\n", _NEXT_CELL.sub(BETWEEN_CELLS, html)))
    return tuple(line for line in (clean(unescape(line)) for line in text.split("\n")) if line)


def figure_html(image: Image) -> str:
    """Return the HTML of a picture's caption and credit, linked to the picture."""
    parts = [escape(clean(part), quote=False) for part in (image.caption, image.credit) if part]
    if is_web(image.url):
        parts[0] = f'<a href="{escape(image.url)}">{parts[0]}</a>'
    return f"<figure><figcaption>{BETWEEN_PARTS.join(parts)}</figcaption></figure>\n"


def is_web(url: str) -> bool:
    """Return whether a URL is allowed in this HTML: http or https, printable, not too long."""
    return url.startswith(("http://", "https://")) and url.isprintable() and len(url) <= LONGEST_ADDRESS * 2
