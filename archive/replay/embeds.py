"""Write what a snapshot shows in place of content that only scripts or other sites would have added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

from archive.replay.tokenizer import StartTag

_LENGTH = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]+)?)(px|%)?\s*", re.ASCII)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOX = (
    "display:inline-flex;box-sizing:border-box;align-items:center;justify-content:center;max-width:100%;"
    "min-height:3em;padding:.5em 1em;border:1px dashed #777;background:#f2f2f2;color:#333;"
    "font:14px/1.4 sans-serif;text-align:center"
)

MISSING_PICTURE_STYLE = (
    "box-sizing:border-box;min-width:3em;min-height:3em;max-width:100%;border:1px dashed #777;background:#f2f2f2;"
    "color:#333;font:14px/1.4 sans-serif"
)


def missing_picture_text(attributes: Mapping[str, str]) -> str:
    """Return the text in place of a picture that was not captured."""
    stated = attributes.get("alt", "").strip()
    return f"Image not captured: {stated}" if stated else "Image not captured"


def iframe(attributes: Mapping[str, str], url: str, markup: str | None) -> str:
    """Return an embedded page with this markup; if that is None, a box of its size that says what is missing."""
    size = _size(attributes)
    if markup is None:
        text = f"Embedded content from {urlsplit(url).netloc} was not captured"
        return f'<span role="note" lang="en" style="{_BOX};{size}">{escape(text)}</span>'
    kept = "".join(
        f' {name}="{escape(attributes[name])}"'
        for name in ("id", "class", "title", "width", "height")
        if name in attributes
    )
    return (
        f'<iframe{kept} sandbox="allow-top-navigation-by-user-activation" style="border:0;max-width:100%;{size}"'
        f' srcdoc="{escape(markup)}"></iframe>'
    )


def note(text: str) -> str:
    """Return a line that says what is missing."""
    return f'<span role="note" lang="en" style="{_BOX}">{escape(text)}</span>'


def is_invisible(attributes: Mapping[str, str]) -> bool:
    """Return whether an element takes no room on the page, as those that only count visits."""
    sizes = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    is_dot = any(size is not None and size[2] != "%" and float(size[1]) <= 2 for size in sizes)
    return is_dot or "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")) is not None


def amp_style(token: StartTag) -> str:
    """Return the style with which AMP's script would have laid out an element."""
    layout = token.attributes.get("layout", "").lower()
    if layout == "fill":
        return "position:absolute;top:0;left:0;width:100%;height:100%"
    if layout in ("responsive", "intrinsic") or token.name not in ("amp-img", "amp-anim"):
        return f"display:block;max-width:100%;{_ratio(token.attributes)}"
    return "max-width:100%"


def _ratio(attributes: Mapping[str, str]) -> str:
    width, height = (_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height"))
    if width is None or height is None:
        return "height:auto"
    return f"position:relative;width:{width[1]}px;height:auto;aspect-ratio:{width[1]}/{height[1]}"


def _size(attributes: Mapping[str, str]) -> str:
    found = []
    for name in ("width", "height"):
        length = _LENGTH.fullmatch(attributes.get(name, ""))
        if length is not None:
            found.append(f"{name}:{length[1]}{length[2] or 'px'}")
    return ";".join(found)
