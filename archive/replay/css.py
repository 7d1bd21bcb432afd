"""Rewrite every URL in style sheets to lead into the archive."""

from __future__ import annotations

import re
from collections.abc import Callable

import tinycss2
from tinycss2 import ast

from archive.replay.urls import resolve_url

MAX_CHARACTERS = 2_000_000  # takes about three seconds; a longer sheet is dropped
_HARMLESS_DATA = re.compile(
    r"data:(?:image|font|application/(?:x-)?font|application/vnd\.ms-fontobject)", re.IGNORECASE
)
# Everything that can contain a URL; any of it can be spelled with backslashes.
_MAY_NAME = re.compile(r"\\|url|@import|image|src\(|cross-fade|expression|binding|behavior", re.IGNORECASE)
_ADDRESS_FUNCTIONS = frozenset(
    {"url", "src", "image-set", "-webkit-image-set", "image", "cross-fade", "-webkit-cross-fade"}
)
_LEFT_OUT = frozenset({"expression", "element", "-moz-element"})
_FONT_FACE = re.compile(r"@font-face\s*\{[^{}]*\}", re.IGNORECASE)
_CONTAINED_FONT = re.compile(r"url\(\s*[\"']?\s*data:", re.IGNORECASE)
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_BYTES_PER_CHARACTER = 4


def rewrite_css(css: str, base: str, rewrite_url: Callable[[str], str]) -> str:
    """Return a style sheet or the value of a style attribute, with every URL in it replaced by `rewrite_url(url)`.

    The result contains nothing that a browser could take for markup. Parts that cannot be parsed are dropped; the
    whole sheet is if it is nested too deeply.
    """
    css = css.replace("\x00", "\ufffd")
    if len(css) > MAX_CHARACTERS:
        return ""
    if _MAY_NAME.search(css):
        try:
            nodes = tinycss2.parse_component_value_list(css, skip_comments=True)
            css = tinycss2.serialize(
                _rewrite_nodes(nodes, lambda stated: _rewrite_address(stated, base, rewrite_url))
            )
        except RecursionError:
            return ""
    return _MARKUP.sub(r"\\3c ", css)


def imports(css: str, base: str) -> list[str]:
    """Return the absolute URLs of the style sheets that a style sheet imports, in order."""
    if "@" not in css or len(css) > MAX_CHARACTERS:
        return []
    found: list[str] = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if not isinstance(rule, ast.AtRule) or rule.lower_at_keyword not in ("import", "charset", "layer"):
            break  # imports after any other rule are not valid
        if rule.lower_at_keyword == "import":
            stated = _imported(rule.prelude)
            url = resolve_url(stated, base) if stated else None
            if url is not None:
                found.append(url.partition("#")[0])
    return found


def fonts(css: str, base: str) -> list[tuple[str, ...]]:
    """Return for each font face of a style sheet the absolute URLs at which it is offered.

    Faces that the sheet itself contains, and those of the reader's own computer, are left out.
    """
    faces = [rule for rule in _FONT_FACE.findall(css[:MAX_CHARACTERS]) if not _CONTAINED_FONT.search(rule)]
    return [offered for rule in faces if (offered := tuple(dict.fromkeys(named_urls(rule, base))))]


def named_urls(css: str, base: str) -> list[str]:
    """Return the absolute URLs that a style sheet names, in order."""
    named: list[str] = []

    def keep(url: str) -> str:
        named.append(url)
        return url

    rewrite_css(css, base, keep)
    return named


def _imported(prelude: list[ast.Node]) -> str | None:
    for node in prelude:
        if isinstance(node, ast.URLToken | ast.StringToken):
            return str(node.value)
        if isinstance(node, ast.FunctionBlock) and node.lower_name in ("url", "src"):
            return _imported(node.arguments)
        if not isinstance(node, ast.WhitespaceToken):
            return None
    return None


def background(address: str) -> str:
    """Return the declaration of a background picture."""
    return f'background-image:url("{_quoted(address)}")'


def decode_css(css: bytes, declared: str | None) -> str:
    """Return the text of a style sheet, decoded as the standard says: by BOM, header, @charset, else UTF-8."""
    text, _ = tinycss2.bytes.decode_stylesheet_bytes(css[: MAX_CHARACTERS * _BYTES_PER_CHARACTER], declared)
    return str(text)


def _rewrite_address(stated: str, base: str, rewrite_url: Callable[[str], str]) -> str:
    if _HARMLESS_DATA.match(stated) or stated.startswith("#"):
        return stated
    url = resolve_url(stated, base)
    return "about:blank" if url is None else rewrite_url(url.partition("#")[0]) + _fragment(url)


def _fragment(url: str) -> str:
    fragment = url.partition("#")[2]
    return "#" + fragment if fragment else ""  # of a font or symbol in an SVG file


def _rewrite_nodes(
    nodes: list[ast.Node], rewrite: Callable[[str], str], *, names_address: bool = False
) -> list[ast.Node]:
    kept: list[ast.Node] = []
    after_import = False
    for node in nodes:
        if isinstance(node, ast.ParseError):
            continue
        if isinstance(node, ast.URLToken):
            kept.append(_url(rewrite(node.value)))
        elif isinstance(node, ast.StringToken) and (after_import or names_address):
            kept.append(_string(rewrite(node.value)))
        elif isinstance(node, ast.FunctionBlock):
            if node.lower_name in _LEFT_OUT:
                continue
            node.arguments = _rewrite_nodes(
                node.arguments, rewrite, names_address=node.lower_name in _ADDRESS_FUNCTIONS
            )
            kept.append(node)
        elif isinstance(node, ast.ParenthesesBlock | ast.SquareBracketsBlock | ast.CurlyBracketsBlock):
            node.content = _rewrite_nodes(node.content, rewrite)
            kept.append(node)
        else:
            kept.append(node)
        if not isinstance(node, ast.WhitespaceToken):
            after_import = isinstance(node, ast.AtKeywordToken) and node.lower_value == "import"
    return kept


def _url(value: str) -> ast.Node:
    return ast.URLToken(0, 0, value, f'url("{_quoted(value)}")')


def _string(value: str) -> ast.Node:
    return ast.StringToken(0, 0, value, f'"{_quoted(value)}"')


def _quoted(value: str) -> str:
    return re.sub(r'[\\"\x00-\x1f\x7f<]', lambda found: f"\\{ord(found[0]):x} ", value)
