"""Parse HTML into a tree with bounded work, whatever was sent. Articles and listings are both parsed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lxml import etree, html
from lxml.etree import _Element

from archive.extraction.normalize import CONTROL, SURROGATE

_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)  # lxml.html's own calls Python for each
_END = re.compile(rb"</html\s*>\s*(?:<!--[^<>]*-->\s*)*\Z", re.IGNORECASE)
MAX_CHARS = 6_000_000  # characters of a page that are parsed
MAX_TAGS = 150_000  # opening and closing; the largest real page seen had a tenth of this
MAX_ATTRIBUTES = 250  # of one tag; libxml2 is quadratic in them (100,000: 116 s measured)
MAX_HIDDEN_ATTRIBUTES = 1_000  # of text in a script or comment that libxml2 may take for a tag
HEAD_TAGS = frozenset(
    ("title", "meta", "link", "base", "script", "style", "noscript", "template", "object", "bgsound")
)
LONG_TAG = 500  # characters; a shorter tag cannot have too many attributes

# No pattern here has a possessive group: before Python 3.11.5 `re` loses matches of some. Of alternatives each begins
# with another character, so giving back is cheap; and counts are bounded, since a group keeps memory for each turn.
_TAG_START = re.compile(r"</?[a-zA-Z]")
_ATTRIBUTES = re.compile(r"[^>=]*+(?:=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+)[^>=]*+){0,250}")
_RAW = "(?i:script|style|title|textarea|iframe|noembed|noframes|xmp)"
_TOKEN_START = re.compile(rf"<(?:(?P<comment>!--)|(?P<raw>{_RAW})(?=[\s/>])|/?[a-zA-Z])")
_COMMENT_END = re.compile(r"--!?>|\Z")
_EMPTY_COMMENT = re.compile(r"-?>")  # after "<!--"
_RAW_END = re.compile(rf"</(?P<raw>{_RAW})[\s/>]")
# Ordinary tags with the text between them, matched in one run for speed: none can have more than 240 attributes.
_PLAIN_TAGS = re.compile(
    rf"(?:</?+(?!{_RAW}[\s/>])[a-zA-Z]"
    r"(?:[^<>=]{0,36}+=\s*+(?:\"[^\"]{0,300}+\"|'[^']{0,300}+'|[^\s>\"'][^\s>]{0,100}+)){0,12}[^<>=]{0,36}+>[^<]*+){1,500}"
)
_ATTRIBUTE = re.compile(r"[\s/]*+=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?")
READING_TAGS = ("rt", "rp", "rtc")
_RUBY = re.compile("<ruby", re.I)
_CONTROLS = bytes(byte for byte in range(128) if CONTROL.match(chr(byte)))
_HIGHER_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")  # in UTF-8
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_DATA = re.compile(r"data:[\w/+.;=-]{0,60}base64,[\w+/=%\s-]{200,}+")
_STYLE_TAG = re.compile(
    r"</?(?:font|b|i|u|em|strong|span|small|big|center|nobr|o:p)(?:\s[^<>]{0,2000})?>", re.I
)
_NESTED_TAG = re.compile(
    r"</?(?!(?:html|head|body|title|meta|link|script|style|h[1-6]|img|br|time|p|a)[\s/>])[a-z]", re.I
)
_PARAGRAPHS = re.compile(r"(?:<p>\s*+)+")


def has_closing_tag(page: bytes) -> bool:
    """Return whether a page ends with </html>, whatever Content-Length its server declared."""
    return _END.search(page[-1000:].rstrip(b"\x00")) is not None


def parse_html(text: str) -> _Element | None:
    """Return the root element of a page, or None if nothing can be parsed.

    Elements nested deeper than libxml2 allows (about 2,000 levels) are flattened into paragraphs.
    """
    text = limit_markup(text)
    root, is_whole = _parse(text)
    if not is_whole:
        # Old pages nest this deep by unclosed style tags; any other page was made to.
        text = _STYLE_TAG.sub("", text)
        root, is_whole = _parse(text)
    if not is_whole:
        root, is_whole = _parse(_without_nesting(text))
    if root is not None:
        _close_head(root)
        if _RUBY.search(text):
            _remove_readings(root)
    return root


def _close_head(root: _Element) -> None:
    """Move what cannot be in a page's <head> into its <body>: libxml2 does not know that <main> or <article> end it."""
    head = root.find("head")
    if head is None:
        return
    children = list(head)
    first = next((place for place, child in enumerate(children) if child.tag not in HEAD_TAGS), len(children))
    if first == len(children):
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for place, child in enumerate(children[first:]):
        body.insert(place, child)
    children[-1].tail, body.text = (children[-1].tail or "") + (body.text or ""), None


def _remove_readings(root: _Element) -> None:
    """Remove how words are read, which is printed above or beside them: <ruby>漢字<rt>かんじ</rt></ruby>."""
    for base in list(root.iter("rb")):
        ruby = next(base.iterancestors("ruby"), None)
        if ruby is not None and next(base.iterancestors("rt", "rp", "rtc"), None) is not None:
            ruby.append(base)  # an <rt> before it was not closed, so that the tree has it inside
    etree.strip_elements(root, *READING_TAGS, with_tail=False)


def limit_markup(text: str) -> str:
    """Return markup cut to what the parser can handle: limited length, number of tags, and attributes of each tag."""
    text = _DECLARATION.sub("", _without_controls(text[:MAX_CHARS].replace("\x00", "")).lstrip("\ufeff"))
    if "data:" in text:
        text = _DATA.sub("data:", text)
    if text.count("<") > MAX_TAGS:
        text = text[: _end_of_tag(text, MAX_TAGS)]
    pieces: list[str] = []
    done = 0
    for start, end in _tokens(text, in_runs=True):
        if end - start <= LONG_TAG:
            continue
        short = _shorten(text[start:end])
        if short is not None:
            pieces += (text[done:start], short)
            done = end
    return "".join((*pieces, text[done:])) if pieces else text


def _tokens(text: str, *, in_runs: bool = False) -> Iterator[tuple[int, int]]:
    """Yield where each tag and comment starts and ends, a script with its content; with `in_runs` no ordinary tag."""
    end = 0
    while (opening := _TOKEN_START.search(text, end)) is not None:
        run = _PLAIN_TAGS.match(text, opening.start()) if in_runs else None
        if run is not None:
            end = run.end()
        else:
            end = _end_of_token(text, opening)
            yield opening.start(), end


def _end_of_token(text: str, opening: re.Match[str]) -> int:
    if opening["comment"]:
        empty = _EMPTY_COMMENT.match(text, opening.end())
        closing = empty or _COMMENT_END.search(text, opening.end())
        return closing.end() if closing else len(text)
    end = _end_of_attributes(text, opening.end())
    if not opening["raw"]:
        return end
    name = opening["raw"].lower()
    return next(
        (tag.start() for tag in _RAW_END.finditer(text, end) if tag["raw"].lower() == name), len(text)
    )


def _end_of_attributes(text: str, at: int) -> int:
    """Return where the tag ends whose attributes start here; the length of the text if it does not end."""
    while at < len(text):
        attributes = _ATTRIBUTES.match(text, at)
        at = attributes.end() if attributes else len(text)
        if text.startswith(">", at):
            return at + 1
    return len(text)


def _without_controls(text: str) -> str:
    try:
        sent = text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub("\ufffd", CONTROL.sub(" ", text))
    # Scanning bytes takes a third of the time of scanning characters, and few pages have any to remove.
    if len(sent.translate(None, _CONTROLS)) == len(sent) and not _HIGHER_CONTROL.search(sent):
        return text
    return CONTROL.sub(" ", text)


def _end_of_tag(text: str, number: int) -> int:
    """Return where the tag with this number ends, counted from 0; the length of the text if there are fewer."""
    return next((end for _, end in islice(_tokens(text), number, None)), len(text))


def _shorten(piece: str) -> str | None:
    """Return a tag, or a script with its content, without excess attributes; None if it has none."""
    opening = _TAG_START.match(piece)
    if opening is None:
        return _without_hidden(piece)
    end = _end_of_attributes(piece, opening.end())
    short = _cut_attributes(piece[:end], MAX_ATTRIBUTES)
    rest = piece[end:]
    hidden = _without_hidden(rest) if len(rest) > LONG_TAG else None
    if short is None and hidden is None:
        return None
    return (piece[:end] if short is None else short) + (rest if hidden is None else hidden)


def _without_hidden(text: str) -> str | None:
    cut = _replace_tags(text, _TAG_START, lambda tag: _cut_attributes(tag, MAX_HIDDEN_ATTRIBUTES) or tag)
    return cut if len(cut) < len(text) else None


def _without_nesting(text: str) -> str:
    """Return markup with a paragraph in place of each run of tags that can be nested."""
    return _PARAGRAPHS.sub("<p>", _replace_tags(text, _NESTED_TAG, lambda tag: "<p>"))


def _replace_tags(text: str, opening: re.Pattern[str], replacement: Callable[[str], str]) -> str:
    pieces: list[str] = []
    done = 0
    while (tag := opening.search(text, done)) is not None:
        end = _end_of_attributes(text, tag.end())
        pieces += (text[done : tag.start()], replacement(text[tag.start() : end]))
        done = end
    return "".join((*pieces, text[done:]))


def _cut_attributes(tag: str, most: int) -> str | None:
    if len(tag) <= LONG_TAG:
        return None
    for number, attribute in enumerate(_ATTRIBUTE.finditer(tag)):
        if number > most:
            return tag[: attribute.start()] + ">"
    return None


def _parse(text: str) -> tuple[_Element | None, bool]:
    """Return the root, and whether libxml2 parsed to the end."""
    # Without huge_tree libxml2 drops everything nested deeper than 256 elements; with it, 2,048.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None, True
    return root, not any("depth" in entry.message.lower() for entry in parser.error_log)
