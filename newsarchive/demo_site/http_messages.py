"""HTTP/1.1 requests and responses as bytes, every byte of them chosen here."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

CHUNK = 1000  # bytes; Cyrillic letters and gzip blocks are often split between chunks, as on real sites


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was received, and the response as it was sent."""

    method: str
    path: str  # with its query, as sent
    headers: tuple[tuple[str, str], ...]
    raw: bytes
    answer: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def user_agent(self) -> str | None:
        """Return the User-Agent header."""
        return self.header("User-Agent")

    @property
    def status(self) -> int:
        """Return the status of the response."""
        return int(self.answer.split(b" ", 2)[1])


@dataclass(frozen=True, slots=True)
class Response:
    """A response of the site, before it is framed."""

    body: bytes = b""
    status: int = 200
    type: str | None = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    last_modified: datetime | None = None
    gzip: bool = False  # if the client accepts it
    chunked: bool = False  # if the client speaks HTTP/1.1
    keep_alive: bool = True
    missing_bytes: int = 0  # bytes announced by Content-Length but not sent
    date: datetime | None = None


def parse_request(raw: bytes) -> Request | None:
    """Return the request that these bytes begin with, or None if they are not HTTP."""
    lines = raw.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    headers = tuple(
        (name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])
    )
    return Request(words[0], words[1], headers, raw)


def is_http_11(request: Request) -> bool:
    """Return whether the client said HTTP/1.1."""
    return request.raw.split(b"\r\n", 1)[0].endswith(b"HTTP/1.1")


def keeps_alive(request: Request, response: Response) -> bool:
    """Return whether the connection serves another request after this one."""
    said = (request.header("Connection") or "").lower()
    return response.keep_alive and is_http_11(request) and said != "close"


def apply_conditions(request: Request, response: Response) -> Response:
    """Return the response, or a 304 if the client already has it (RFC 9110, 13.2.2)."""
    if response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    if (tags := request.header("If-None-Match")) is not None:
        known = response.etag is not None and (
            tags.strip() == "*" or _opaque(response.etag) in map(_opaque, tags.split(","))
        )
    elif (since := request.header("If-Modified-Since")) is not None and response.last_modified is not None:
        known = response.last_modified <= _parse_http_date(since)
    else:
        known = False
    return replace(response, status=304, body=b"", type=None, chunked=False) if known else response


def serialize(request: Request, response: Response) -> bytes:
    """Return the bytes of a response to this request."""
    body = response.body
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    if response.date:
        lines.append(f"Date: {_format_http_date(response.date)}")
    if response.type:
        lines.append(f"Content-Type: {response.type}")
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.etag:
        lines.append(f"ETag: {response.etag}")
    if response.last_modified:
        lines.append(f"Last-Modified: {_format_http_date(response.last_modified)}")
    if response.gzip:
        lines.append("Vary: Accept-Encoding")
        if response.body and "gzip" in (request.header("Accept-Encoding") or ""):
            body = gzip_body(body)
            lines.append("Content-Encoding: gzip")
    chunked = response.chunked and is_http_11(request)
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    elif response.status != 304:
        lines.append(f"Content-Length: {len(body) + response.missing_bytes}")
    lines.append(f"Connection: {'keep-alive' if keeps_alive(request, response) else 'close'}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    if request.method == "HEAD" or response.status == 304:
        return head
    return head + (chunk_body(body) if chunked else body)


def gzip_body(body: bytes) -> bytes:
    """Compress a body without time or name in the header: the same bytes every time."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def chunk_body(body: bytes) -> bytes:
    """Return the body in chunks, with the empty one at the end."""
    parts = (body[start : start + CHUNK] for start in range(0, len(body), CHUNK))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _format_http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _parse_http_date(stated: str) -> datetime:
    try:
        return parsedate_to_datetime(stated).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)  # ignored, as if there were none


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/")
