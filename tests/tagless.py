"""An article's HTML with its tags taken off, and what may stand in it at all."""

from __future__ import annotations

import re
from html.parser import HTMLParser

INLINE = frozenset(("a", "strong", "em", "sup"))
WITHIN = {  # what an element may stand in; None is the text itself
    "p": (None, "li", "blockquote"),
    "h2": (None, "li", "blockquote"),
    "h3": (None, "li", "blockquote"),
    "h4": (None, "li", "blockquote"),
    "blockquote": (None, "li", "blockquote"),
    "ul": (None, "li", "blockquote"),
    "ol": (None, "li", "blockquote"),
    "li": ("ul", "ol"),
    "table": (None, "li", "blockquote"),
    "tr": ("table",),
    "td": ("tr",),
    "th": ("tr",),
    "figure": (None, "li", "blockquote"),
    "figcaption": ("figure",),
}
TEXTS = frozenset(("p", "h2", "h3", "h4", "li", "td", "th", "figcaption"))  # what words may stand in


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.paragraphs: list[str] = []
        self.captions: list[str] = []
        self._words: list[str] = []
        self._cells = 0  # of the row

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in INLINE:
            assert TEXTS.intersection(self.open), tag
            assert tag not in self.open, f"<{tag}> within itself"
        else:
            outer = self.open[-1] if self.open else None
            assert outer in WITHIN[tag], f"<{tag}> within {outer}"
            if tag in ("td", "th"):
                self._words += [" | "] if self._cells else []
                self._cells += 1
            else:
                self._end()
                self._cells = 0
        if tag == "a":
            ((name, value),) = attrs
            assert name == "href"
            assert value is not None
            assert re.match(r"https?://", value), value
            assert value.isprintable()
        else:
            assert attrs == []
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "figcaption":
            self.captions.append(" ".join("".join(self._words).split()))
            self._words = []
        elif tag not in INLINE and tag not in ("td", "th"):
            self._end()

    def handle_data(self, data: str) -> None:
        if data.strip():
            assert TEXTS.intersection(self.open), data
        self._words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def _end(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words = []
        if text:
            self.paragraphs.append(text)


def stripped(body_html: str) -> tuple[list[str], list[str]]:
    """Its paragraphs and its captions, as words; AssertionError where it is not of the grammar."""
    reader = _Reader()
    reader.feed(body_html)
    reader.close()
    assert reader.open == []
    return reader.paragraphs, reader.captions
