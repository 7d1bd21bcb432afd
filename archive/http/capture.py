"""A capture: one HTTP exchange with an address at one moment, byte for byte."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from archive.http.content_coding import decode_content
from archive.http.message import Head, body_of, is_body_complete, is_full_range, list_values, read_head
from archive.values.short_repr import ShortRepr

MAX_PAYLOAD = 64 * 1024 * 1024
Truncation = Literal["range", "disconnect", "encoding"]
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, repr=False)
class Place(ShortRepr):
    """The location of a record: a WARC file of the archive and a range of bytes in it."""

    file: str  # relative to the archive's folder: "warc/….warc.gz"
    offset: int  # of the record's gzip member, in bytes
    length: int  # of the gzip member, in bytes


@dataclass(frozen=True, slots=True, repr=False)
class Capture(ShortRepr):
    """A capture: what one address answered at one moment, byte for byte.

    All other properties are parsed from the bytes, leniently, on first access.
    """

    url: str  # the address as requested
    fetched_at: datetime  # aware, UTC: when the request was sent
    raw: bytes = field(repr=False)  # the whole response as received: status line, headers, framed body
    # for a 304: the capture that it declares still valid
    earlier: Capture | None = field(default=None, repr=False)

    _head: Head | None = field(default=None, init=False, repr=False, compare=False)
    _body: bytes | None = field(default=None, init=False, repr=False, compare=False)
    _payload: bytes | None = field(default=None, init=False, repr=False, compare=False)
    # valid once `_payload` is set
    _is_decoded: bool = field(default=True, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[type[Capture], tuple[str, datetime, bytes, Capture | None]]:
        return Capture, (self.url, self.fetched_at, self.raw, self.earlier)

    @property
    def effective(self) -> Capture:
        """Return the capture whose body to use: for a 304 the earlier one that is still valid, else this one."""
        return self.earlier or self

    @property
    def head(self) -> Head:
        """Return the status line and header fields as bytes, and where they end."""
        if self._head is None:
            object.__setattr__(self, "_head", read_head(self.raw))
        assert self._head is not None
        return self._head

    @property
    def status(self) -> int:
        """Return the status code; 0 if the bytes are not HTTP."""
        return self.head.status

    @property
    def reason(self) -> str:
        """Return the reason phrase after the status code, often empty."""
        return _text(self.head.reason)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return header names and values as sent: order, case and repeats preserved, folded lines joined."""
        return tuple((_text(name), _text(value)) for name, value in self.head.fields)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name, or None."""
        values = self.head.values(name.encode())
        return _text(values[0]) if values else None

    @property
    def media_type(self) -> str | None:
        """Return the media type («text/html») in lower case without parameters, or None if not stated."""
        stated = (self.header("Content-Type") or "").split(";")[0].split(",")[0].strip().lower()
        return stated or None

    @property
    def charset(self) -> str | None:
        """Return the encoding that Content-Type states, or None."""
        found = _CHARSET.search(self.header("Content-Type") or "")
        return found[1] if found else None

    @property
    def body(self) -> bytes:
        """Return the body as sent: chunks joined, still compressed if it was sent so."""
        if self._body is None:
            object.__setattr__(self, "_body", body_of(self.head, self.raw))
        assert self._body is not None
        return self._body

    def payload(self, limit: int = MAX_PAYLOAD) -> bytes:
        """Return the decompressed body, at most `limit` bytes; of truncated data, what could be decoded.

        For a 304, return the payload of the capture that is still valid.
        """
        if self.earlier is not None:
            return self.earlier.payload(limit)
        if self._payload is not None and len(self._payload) <= limit <= MAX_PAYLOAD:
            return self._payload
        codings = list_values(self.head.values(b"content-encoding"))
        codings += [name for name in list_values(self.head.values(b"transfer-encoding")) if name != "chunked"]
        payload, is_whole = decode_content(self.body, codings, limit)
        if limit == MAX_PAYLOAD:
            object.__setattr__(self, "_payload", payload)
            object.__setattr__(self, "_is_decoded", is_whole)
        return payload

    @property
    def truncation(self) -> Truncation | None:
        """Return how the response itself shows that it is incomplete, or None if it does not.

        "range": it states that it is a part. "disconnect": it ends before the announced length or last chunk.
        "encoding": its compression ends early or is damaged.
        """
        if not self.is_full_range:
            return "range"
        if not is_body_complete(self.head, self.raw):
            return "disconnect"
        if 200 <= self.status < 300:
            self.payload()
            return None if self._is_decoded else "encoding"
        return None

    @property
    def is_full_range(self) -> bool:
        """Return whether the response covers the whole resource: False for a 206 with less."""
        return is_full_range(self.head, len(self.raw) - self.head.length)

    def payload_digest(self) -> str:
        """Return «sha256:…» of the payload; it does not depend on transfer framing and compression."""
        return "sha256:" + hashlib.sha256(self.payload()).hexdigest()

    @property
    def redirects_to(self) -> str | None:
        """Return the absolute target of a redirect, or None. It may have any scheme and host."""
        if self.status not in _REDIRECTS:
            return None
        location = self.head.values(b"location")
        if not location or not location[0]:
            return None
        try:
            return urljoin(self.url, _quoted(location[0]))
        except ValueError:
            return None


def _text(value: bytes) -> str:
    """Return header bytes as text: UTF-8 if valid, else Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _quoted(location: bytes) -> str:
    """Return a Location with invalid bytes percent-encoded; a host name in other scripts is left as it is.

    As in browsers, a backslash before the query is a slash.
    """
    path, mark, query = location.decode("utf-8", "surrogateescape").partition("?")
    parts = urlsplit(path.replace("\\", "/") + mark + query)
    path, query, fragment = (
        quote(part.encode("utf-8", "surrogateescape"), safe=_URL_SAFE)
        for part in (parts.path, parts.query, parts.fragment)
    )
    host = parts.netloc.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return urlunsplit((parts.scheme, host, path, query, fragment))
