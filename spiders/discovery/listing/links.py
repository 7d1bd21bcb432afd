"""Resolve the addresses in links as browsers do (the URL standard, url.spec.whatwg.org)."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin

from lxml.etree import _Element

from archive.urls import is_web_url

_AROUND = "".join(map(chr, range(0x21)))  # C0 controls and blank
_INSIDE = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


def resolve(base: str, href: str, encoding: str = "utf-8") -> str | None:
    """Return the absolute address of a link on a page in an encoding; None if it is no web address.

    A backslash before the query is a slash. Other letters in the query are sent in the page's encoding, in which
    its forms expect them; in host and path they stay as printed, and are sent as UTF-8.
    """
    address, hash_mark, fragment = _INSIDE.sub("", href.strip(_AROUND)).partition("#")
    path, question_mark, query = address.partition("?")
    if not _SCHEME.match(path):
        path = path.replace("\\", "/")
    if not encoding.lower().startswith("utf"):  # pages in UTF-16 send UTF-8 too
        query = _NON_ASCII.sub(lambda text: quote(text[0].encode(encoding, "xmlcharrefreplace")), query)
    try:
        url = urljoin(base, path + question_mark + query + hash_mark + fragment)
    except ValueError:
        return None
    return url if is_web_url(url) else None


def base_url(root: _Element, url: str) -> str:
    """Return the base of relative links. w3lib's getbase_url would scan the whole text again."""
    for element in root.iter("base"):
        if (base := resolve(url, element.get("href") or "")) is not None:
            return base
    return url
