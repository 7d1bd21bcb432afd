"""Find where a page sends its readers by itself, in place of a redirect: <meta http-equiv="refresh">."""

from __future__ import annotations

import re

from archive.extraction.page.encoding import decode
from archive.extraction.page.parser import parse_html
from archive.http.capture import Capture
from archive.urls import canonical
from spiders.discovery.listing.links import base_url, resolve

MAX_SECONDS = 15  # a page that shows itself for longer is worth reading
# The declarative refresh of the HTML standard: «0; url=/new», «0,URL='/new'», «0 /new».
_CONTENT = re.compile(
    r"\s*(?P<seconds>[0-9]*)[0-9.]*(?:\s*[;,]\s*+|\s++(?![;,]))(?:url\s*+=\s*+|(?!url\s*+=))"
    r"(?P<quote>['\"]?)(?P<url>.+)",
    re.IGNORECASE | re.DOTALL,
)


def refresh_target(capture: Capture) -> str | None:
    """Return the absolute address to which a page refreshes at once; None if it does not, or only reloads itself."""
    if capture.media_type not in (None, "text/html", "application/xhtml+xml"):
        return None
    page = decode(capture.payload(), capture.charset)
    root = parse_html(page.text) if "refresh" in page.text.lower() else None
    if root is None:
        return None
    for element in root.iter("meta"):
        if (element.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        stated = _CONTENT.match(element.get("content") or "")
        if stated is None or next(element.iterancestors("noscript"), None) is not None:
            continue  # browsers that run scripts ignore it
        if int(stated["seconds"] or 0) > MAX_SECONDS:
            return None
        quote, url = stated["quote"], stated["url"]
        target = resolve(
            base_url(root, capture.url), url.partition(quote)[0] if quote else url, page.encoding
        )
        return target if target and canonical(target) != canonical(capture.url) else None
    return None
