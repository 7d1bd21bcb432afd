"""A citation as a line of text."""

from __future__ import annotations

from archive.citations.citation import Citation
from archive.citations.words import Words, archived_note, published_time


def write(cited: Citation, words: Words) -> str:
    """Return the citation as one line, with stated and archived times and their zones."""
    opening, closing = words.quotes
    title = f"{opening}{cited.title}{closing}"
    parts = [
        ", ".join(cited.authors),
        title,
        f"{cited.outlet}, {published_time(cited, words)}",
        cited.url,
        archived_note(cited, words),
        f"{words.snapshot}: {cited.snapshot}" if cited.snapshot else "",
    ]
    return ". ".join(part.removesuffix(".") for part in parts if part) + "\n"
