"""Read the addresses at which an element offers its picture: `src`, `srcset`, and the attributes of lazy loading.

Crawling, replay and extraction all read them here, so all three agree on what an element shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

# Attributes in which scripts for lazy loading keep the picture's address. They win over `src`.
LAZY_SRC = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-original-src",
    "data-orig-src",
    "data-real-src",
    "data-actualsrc",
    "data-echo",
    "data-cfsrc",
    "data-pagespeed-lazy-src",
    "data-defer-src",
)
# Attributes with other uses too, such as the address of the page: they only replace a placeholder.
_MAYBE_LAZY_SRC = ("data-full", "data-image", "data-img", "data-url", "data-large")
LAZY_SRCSET = ("data-srcset", "data-lazy-srcset", "data-original-set", "data-original-srcset")
LAZY_BACKGROUND = (
    "data-bg",
    "data-background",
    "data-background-image",
    "data-bg-src",
    "data-bg-image",
    "data-lazy-bg",
    "data-lazy-background",
)
_PLACEHOLDER = re.compile(
    r"^(?:data:|about:|#|javascript:|$)"
    r"|(?:^|[/_.-])(?:blank|spacer|placeholder|1x1|pixel|transparent|trans|empty|grey|gray|loader|loading|lazy\w*"
    r"|preload\w*|clear|dummy|stub)(?:[/_.?=-]|$)",
    re.IGNORECASE,
)
_CSS_URL = re.compile(r"url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^)'\"]*))\s*\)", re.IGNORECASE)
_NOT_AN_ADDRESS = re.compile(r"^(?:[\[{<]|(?:true|false|auto|none|null|undefined|\d+)$)", re.IGNORECASE)
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~|\\"
_SPACE = "\t\n\f\r "
_WIDTH = re.compile(r"[0-9]+", re.ASCII)
_DENSITY = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address in a srcset."""

    url: str  # as written
    descriptor: str = ""  # "400w", "2x", or nothing


@dataclass(frozen=True, slots=True)
class PictureSources:
    """The addresses at which an element offers its picture, as written."""

    src: tuple[str, ...]  # in the order of preference, without `placeholder`
    srcset: tuple[Candidate, ...]
    placeholder: str | None = None  # shown until a script loads the real picture, one of the others

    @property
    def is_lazy(self) -> bool:
        """Return whether only a script would have loaded the picture."""
        return self.placeholder is not None


def picture_sources(attributes: Mapping[str, str]) -> PictureSources:
    """Return the addresses at which an element with these attributes offers its picture."""
    src = (attributes.get("src") or "").strip(_SPACE)
    is_placeholder = bool(_PLACEHOLDER.search(src))
    names = (*LAZY_SRC, *_MAYBE_LAZY_SRC) if is_placeholder else LAZY_SRC
    later = [stated for name in names if (stated := _address(attributes.get(name)))]
    lazy_set = next(
        (found for name in LAZY_SRCSET if (found := parse_srcset(attributes.get(name) or ""))), ()
    )
    plain_set = tuple(
        one for one in parse_srcset(attributes.get("srcset") or "") if not one.url.startswith("data:")
    )
    is_lazy = bool(lazy_set) or bool(later and later[0] != src) or bool(is_placeholder and src and plain_set)
    known = later if is_lazy or not src else [src]
    return PictureSources(
        tuple(dict.fromkeys(known)), lazy_set or plain_set, placeholder=src if is_lazy else None
    )


def escape_url(stated: str) -> str:
    """Return an address as written on a page with what a request cannot contain percent-encoded: spaces, Cyrillic."""
    return quote(stated.strip(_SPACE), safe=_URL_SAFE)


def lazy_background(attributes: Mapping[str, str]) -> str | None:
    """Return the address of the background picture that a script would have set, or None."""
    for name in LAZY_BACKGROUND:
        stated = (attributes.get(name) or "").strip(_SPACE)
        found = _CSS_URL.search(stated)
        address = _address(found[1] or found[2] or found[3] if found else stated)
        if address and ("/" in address or "." in address):
            return address
    return None


def _address(stated: str | None) -> str | None:
    """Return what a lazy attribute states if it can be the address of a picture."""
    stated = (stated or "").strip(_SPACE)
    if not stated or stated.lower().startswith(("data:", "about:", "#")) or _NOT_AN_ADDRESS.match(stated):
        return None
    return stated


def largest(candidates: tuple[Candidate, ...]) -> Candidate | None:
    """Return the candidate with the largest width or density; the last of equal ones; None if there is none."""
    return max(reversed(candidates), key=lambda one: float(one.descriptor[:-1] or 1), default=None)


def parse_srcset(srcset: str) -> tuple[Candidate, ...]:
    """Return the candidates of a srcset, without those that the HTML standard calls errors.

    Commas inside an address belong to it: only a comma at its end separates (HTML standard, «parsing a srcset
    attribute»).
    """
    return tuple(_candidates(srcset))


def _candidates(srcset: str) -> Iterator[Candidate]:
    at, end = 0, len(srcset)
    while True:
        while at < end and srcset[at] in _SPACE + ",":
            at += 1
        if at == end:
            return
        start = at
        while at < end and srcset[at] not in _SPACE:
            at += 1
        url = srcset[start:at]
        if url.endswith(","):
            yield Candidate(url.rstrip(","))
            continue
        descriptors, at = _descriptors(srcset, at)
        descriptor = _parse_descriptors(descriptors)
        if descriptor is not None:
            yield Candidate(url, descriptor)


def _descriptors(srcset: str, at: int) -> tuple[list[str], int]:
    """Return the descriptors that begin at a position, and where the next candidate begins."""
    found: list[str] = []
    current = ""
    is_in_parentheses = False
    while at < len(srcset):
        character = srcset[at]
        at += 1
        if is_in_parentheses:
            current += character
            is_in_parentheses = character != ")"
        elif character == ",":
            break
        elif character in _SPACE:
            found.append(current)
            current = ""
        else:
            current += character
            is_in_parentheses = character == "("
    found.append(current)
    return [one for one in found if one], at


def _parse_descriptors(descriptors: list[str]) -> str | None:
    """Return the width or density of a candidate, "" if it states neither; None if they are in error."""
    width = density = height = None
    for one in descriptors:
        value, unit = one[:-1], one[-1]
        if unit == "w" and _WIDTH.fullmatch(value) and int(value) and width is None and density is None:
            width = int(value)
        elif (
            unit == "x"
            and _DENSITY.fullmatch(value)
            and float(value) >= 0
            and (width, density, height)
            == (
                None,
                None,
                None,
            )
        ):
            density = value
        elif unit == "h" and _WIDTH.fullmatch(value) and int(value) and height is None and density is None:
            height = int(value)
        else:
            return None
    if height is not None and width is None:
        return None
    return f"{width}w" if width is not None else f"{density}x" if density is not None else ""
