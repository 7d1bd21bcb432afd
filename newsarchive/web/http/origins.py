"""Decide whether a request comes from a page of another site, or from a person, a program or one of our own pages.

Browsers say so in Sec-Fetch-Site, Origin and Referer, which pages cannot change. Programs send none of these headers.
Browsers send Sec-Fetch-* only to loopback addresses and over HTTPS; elsewhere only Origin and Referer are available.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers

Crossing = Literal["own", "navigation", "part", "foreign"]

# Links from other sites must not run queries or call the API.
CLOSED_ROOTS = ("/db", "/api")
# An archived page has an opaque origin in its sandbox, so its images and styles look like cross-site requests.
SNAPSHOT_PART = re.compile(r"/snapshot/[0-9]{4,14}if_/")
PART_KINDS = frozenset({"image", "style", "audio", "video", "track"})
OPAQUE_ORIGIN = "null"  # of a sandboxed page
_OWN_SITES = frozenset({"same-origin", "none"})  # without "same-site": another port is another program


def crossing(method: str, path: str, headers: Headers) -> Crossing:
    """Return how a request comes from another site, or "own" if it does not.

    "navigation" is a link on another site that a person opened, "part" an image, style or font of an archived page;
    every other request from a page of another site is "foreign".
    """
    if not _is_cross_site(headers):
        return "own"
    kind = headers.get("sec-fetch-dest")
    mode = headers.get("sec-fetch-mode")
    if method not in ("GET", "HEAD"):
        return "foreign"
    if _is_font_of_snapshot(path, headers):
        return "part"
    if mode == "no-cors" and kind in PART_KINDS and SNAPSHOT_PART.match(path):
        return "part"
    if (mode, kind) == ("navigate", "document"):
        return "navigation"
    # Without Sec-Fetch-*: requests by scripts would have an Origin.
    is_link = "sec-fetch-site" not in headers and "origin" not in headers
    return "navigation" if is_link else "foreign"


def _is_font_of_snapshot(path: str, headers: Headers) -> bool:
    """Return whether a request is for a font from a sandboxed page, or may be where browsers send no Sec-Fetch-*.

    Scripts of other sites cannot ask for fonts, and can read no response but a font's: no other has CORS headers.
    """
    is_font = (
        headers.get("sec-fetch-dest", "font") == "font" and headers.get("sec-fetch-mode", "cors") == "cors"
    )
    return is_font and headers.get("origin") == OPAQUE_ORIGIN and SNAPSHOT_PART.match(path) is not None


def is_closed_to_links(path: str) -> bool:
    """Return whether an address is closed to links from other sites."""
    return any(path == root or path.startswith(f"{root}/") for root in CLOSED_ROOTS)


def _is_cross_site(headers: Headers) -> bool:
    """Return whether the headers say that another site sent the request."""
    host = headers.get("host", "").lower()
    site, origin, referer = (headers.get(name) for name in ("sec-fetch-site", "origin", "referer"))
    if site is not None and site not in _OWN_SITES:
        return True
    if origin is not None:
        return _host(origin) != host
    return site is None and referer is not None and _host(referer) != host


def _host(address: str) -> str | None:
    """Return host and port of a URL in lower case; None if it has none or is invalid."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower() or None
    except ValueError:
        return None
