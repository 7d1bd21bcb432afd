"""Split HTML into tokens: tags with their attributes, text, and the raw text of styles.

Follows the tokenizer of the HTML standard, in one pass, for any input. No tree is built: the browser that shows the
page builds its own from the tokens that remain.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from html import unescape

_RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes"})
_ESCAPABLE = frozenset({"title", "textarea"})
_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
_ATTRIBUTE = re.compile(
    r"[\t\n\f\r /]*(?:(?P<end>>)|(?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*)"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\t\n\f\r >\"'][^\t\n\f\r >]*))?)?)"
)
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(  # in an attribute, «&copy=1» is not a copyright sign
    r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]{0,40}(?:;|(?![=A-Za-z0-9])))"
)
_SCRIPT_OPENS = re.compile(r"<script[\t\n\f\r />]", re.IGNORECASE)
_SURROGATE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class StartTag:
    """A start tag."""

    name: str  # lower case
    attributes: dict[str, str]  # names in lower case; of repeated attributes the first
    is_self_closing: bool = False  # written «/>», which ends an element in SVG


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag."""

    name: str  # lower case


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags, with character references decoded."""

    text: str


@dataclass(frozen=True, slots=True)
class RawText:
    """The content of an element whose content is not markup."""

    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Doctype:
    """The document type as written, without «<!doctype» and «>»."""

    text: str


Token = StartTag | EndTag | Text | RawText | Doctype


def tokenize(html: str) -> Iterator[Token]:
    """Yield the tokens of a page, without comments."""
    html = _SURROGATE.sub("\ufffd", html.replace("\r\n", "\n"))
    at = 0
    while at < len(html):
        opens = html.find("<", at)
        if opens != at:
            opens = len(html) if opens < 0 else opens
            yield Text(unescape(html[at:opens]))
            at = opens
            continue
        tag = _TAG.match(html, at)
        if tag is None:
            at = yield from _read_declaration(html, at)
            continue
        name = tag[2].lower()
        attributes, at = _read_attributes(html, tag.end())
        if attributes is None:
            return
        if tag[1]:
            yield EndTag(name)
            continue
        yield StartTag(name, attributes, html[at - 2 : at] == "/>")
        if name == "plaintext":
            yield Text(html[at:])
            return
        if name in _RAW or name in _ESCAPABLE:
            end = _raw_end(html, at, name)
            content = html[at:end]
            yield RawText(name, content) if name in _RAW else Text(unescape(content))
            at = end


def _read_declaration(html: str, at: int) -> Generator[Token, None, int]:
    """Yield the token of a document type or a lone "<", or nothing for a comment; return the position after it."""
    if html.startswith("<!--", at):
        if html.startswith((">", "->"), at + 4):
            return html.index(">", at) + 1
        end = _COMMENT_END.search(html, at + 4)
        return end.end() if end else len(html)
    if html.startswith(("<!", "<?", "</"), at):
        if at + 2 == len(html):
            yield Text(html[at:])
            return at + 2
        end_at = html.find(">", at)
        end_at = len(html) if end_at < 0 else end_at
        if html[at + 2 : at + 9].lower() == "doctype":
            yield Doctype(html[at + 9 : end_at].strip())
        return end_at + 1
    yield Text("<")
    return at + 1


def _read_attributes(html: str, at: int) -> tuple[dict[str, str] | None, int]:
    """Return the attributes of a tag and the position after it; None if the page ends inside the tag."""
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(html, at):
        at = found.end()
        if found["end"]:
            return attributes, at
        stated = found["double"] or found["single"] or found["bare"] or ""
        attributes.setdefault(found["name"].lower(), _REFERENCE.sub(lambda match: unescape(match[0]), stated))
    return None, len(html)


def _raw_end(html: str, at: int, name: str) -> int:
    closes = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    end = closes.search(html, at)
    if end and name == "script" and _is_double_escaped(html[at : end.start()]):
        end = closes.search(html, end.end())
    return end.start() if end else len(html)


def _is_double_escaped(content: str) -> bool:
    """Return whether a script contains another <script> inside a comment, so that its first end tag does not count."""
    comment = content.rfind("<!--")
    return comment >= 0 and "-->" not in content[comment:] and bool(_SCRIPT_OPENS.search(content, comment))
