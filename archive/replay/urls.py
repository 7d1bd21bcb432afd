"""Snapshot addresses: build and parse /snapshot/YYYYMMDDhhmmss/URL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from archive import urls
from archive.http.capture import Capture

SNAPSHOT_ROOT = "/snapshot/"
# page: inside our own page; frame: sanitized, by itself; bytes: a download of the bytes as the server sent them.
Form = Literal["page", "frame", "bytes"]
SUFFIXES: dict[Form, str] = {"page": "", "frame": "if_", "bytes": "id_"}

_SNAPSHOT_PATH = re.compile(r"(?P<timestamp>[0-9]{4,14})(?P<suffix>[a-z]{2}_)?/(?P<url>.+)", re.DOTALL)
_COLLAPSED = re.compile(r"^(https?):/+", re.IGNORECASE)  # proxies may collapse «//» to «/»
_ESCAPED_SCHEME = re.compile(r"https?(?:%3a|:%2f)", re.IGNORECASE)  # the whole address was escaped again
_DOT_SEGMENT = re.compile(r"(?:^|/)\.{1,2}(?=/|$)")
_ESCAPED_DOT = re.compile(r"%2e", re.IGNORECASE)
_DROPPED = re.compile(r"[\t\n\r]|^[\x00-\x20]+|[\x00-\x20]+$")  # browsers drop these before they parse a URL
_URL_SAFE = "!$%&'()*+,/:;=?@[]~|"


@dataclass(frozen=True, slots=True)
class UrlRewriter:
    """How the URLs of a page are rewritten in its snapshot; all functions take an absolute web URL."""

    page: Callable[[str], str]  # for links that a reader can follow
    resource: Callable[[str], str]  # for resources: pictures, styles, fonts
    is_captured: Callable[[str], bool] = lambda url: True  # of the addresses offered, the snapshot uses these
    embedded: Callable[[str], Capture | None] = lambda url: None  # what is written into the page itself


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """The request that a snapshot address makes."""

    timestamp: str  # fourteen digits
    at: datetime  # aware, UTC
    form: Form
    url: str


def format_timestamp(moment: datetime) -> str:
    """Return a time in UTC as fourteen digits, to the second: `20220110095500`."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def snapshot_path(url: str, at: datetime, form: Form = "page") -> str:
    """Return the path of a snapshot on this server."""
    return f"{SNAPSHOT_ROOT}{format_timestamp(at)}{SUFFIXES[form]}/{escape_url(url)}"


def rewriter_at(
    at: datetime,
    is_captured: Callable[[str], bool] = lambda url: True,
    embedded: Callable[[str], Capture | None] = lambda url: None,
) -> UrlRewriter:
    """Return the rewriter that leads every URL of a page to its snapshot at the same time."""
    return UrlRewriter(
        page=lambda url: snapshot_path(url, at),
        resource=lambda url: snapshot_path(url, at, "frame"),
        is_captured=is_captured,
        embedded=embedded,
    )


def parse_snapshot_path(target: str) -> SnapshotRequest | None:
    """Parse what follows /snapshot/: a timestamp, possibly only its first digits, and a URL.

    Return None if the timestamp, the form or the URL is not valid.
    """
    found = _SNAPSHOT_PATH.fullmatch(target)
    if found is None:
        return None
    form = next((form for form, suffix in SUFFIXES.items() if suffix == (found["suffix"] or "")), None)
    at = parse_timestamp(found["timestamp"])
    url = complete_url(found["url"])
    if form is None or at is None or url is None:
        return None
    return SnapshotRequest(format_timestamp(at), at, form, url)


def parse_timestamp(timestamp: str) -> datetime | None:
    """Return the time of fourteen digits, or the earliest time that fewer digits allow; None if they are no time."""
    if (
        not timestamp.isdecimal()
        or not timestamp.isascii()
        or not 4 <= len(timestamp) <= 14
        or len(timestamp) % 2
    ):
        return None
    try:
        return datetime.strptime(timestamp + "00000101000000"[len(timestamp) :], "%Y%m%d%H%M%S").replace(
            tzinfo=UTC
        )
    except ValueError:
        return None


def complete_url(url: str) -> str | None:
    """Return a URL that was typed or passed on, with its scheme repaired; None if it is not a web URL."""
    if _ESCAPED_SCHEME.match(url):
        url = unquote(url)
    if "://" not in url.partition("?")[0] and not _COLLAPSED.match(url):
        url = "http://" + url
    url = _COLLAPSED.sub(r"\1://", url)
    return url if urls.is_web_url(url) else None


def escape_url(url: str) -> str:
    """Return a URL escaped so that it can be part of another URL; its fragment is removed."""
    return quote(url.partition("#")[0], safe=_URL_SAFE)


def resolve_url(stated: str, base: str, encoding: str = "utf-8") -> str | None:
    """Return the absolute web URL of a link on a page, with its fragment; None if it does not lead to the web.

    The query is encoded in the page's own encoding, as browsers do.
    """
    stated = _DROPPED.sub("", stated)
    try:
        url = urljoin(base, stated)
        if not urls.is_web_url(url):
            return None
        parts = urlsplit(url)
        path = _ESCAPED_DOT.sub(".", parts.path.replace("\\", "/"))
        if _DOT_SEGMENT.search(path):
            path = urlsplit(urljoin("http://host/", path)).path
        else:
            path = parts.path.replace("\\", "/")
        host = parts.netloc.replace("\\", "/")
        query = quote(parts.query.encode(encoding, "xmlcharrefreplace"), safe=_URL_SAFE)
        fragment = quote(unquote(parts.fragment), safe=_URL_SAFE)
        return urlunsplit((parts.scheme.lower(), host, quote(path, safe=_URL_SAFE), query, fragment))
    except (ValueError, LookupError):
        return None
