"""Sanitize SVG files: only shapes and text remain, without scripts, animation or external URLs."""

from __future__ import annotations

import re

from lxml import etree

from archive.replay import allowlist, css

MAX_BYTES = 4_000_000  # bytes
SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_PICTURE_DATA = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp)[;,]", re.IGNORECASE)
_OWN_REFERENCE = re.compile(r"(url\(\s*[\"']?#)")
_ELEMENTS = allowlist.SVG_ELEMENTS | {"style", "title", "desc"}
_ATTRIBUTES = allowlist.ATTRIBUTES | frozenset({"style"})


def sanitize_svg(payload: bytes, prefix: str = "") -> bytes | None:
    """Return the drawing with allowed elements and attributes only; None if it is not readable SVG.

    With a `prefix`, for a drawing inside another document, every id and every reference to one begins with it.
    """
    if len(payload) > MAX_BYTES:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(payload, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != f"{{{SVG}}}svg":
        return None
    for element in list(root.iter()):
        if _is_allowed(element):
            _sanitize(element)
        elif (parent := element.getparent()) is not None:
            parent.remove(element)
    if prefix:
        _prefix_ids(root, prefix)
    # only the element, without the document type
    return bytes(etree.tostring(root, encoding="utf-8", with_tail=False))


def _is_allowed(element: etree._Element) -> bool:
    if isinstance(element, etree._Entity):
        return False
    name = etree.QName(element)
    return name.namespace == SVG and name.localname.lower() in _ELEMENTS


def _sanitize(element: etree._Element) -> None:
    if etree.QName(element).localname == "style":
        element.text = css.rewrite_css("".join(map(str, element.itertext())), "", _blank_url)
    for name, value in list(element.attrib.items()):
        key = str(name)
        if key in ("href", XLINK_HREF):
            if not str(value).startswith("#") and not _PICTURE_DATA.match(str(value)):
                del element.attrib[name]
        elif key.lower() in allowlist.CSS_ATTRIBUTES:
            element.set(key, css.rewrite_css(str(value), "", _blank_url))
        elif key.lower() not in _ATTRIBUTES:
            del element.attrib[name]


def _prefix_ids(root: etree._Element, prefix: str) -> None:
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            stated = str(value)
            if name == "id":
                element.set(name, prefix + stated)
            elif name in ("href", XLINK_HREF) and stated.startswith("#"):
                element.set(name, f"#{prefix}{stated[1:]}")
            elif "url(" in stated:
                element.set(name, _OWN_REFERENCE.sub(rf"\g<1>{prefix}", stated))


def _blank_url(url: str) -> str:
    return "about:blank"
