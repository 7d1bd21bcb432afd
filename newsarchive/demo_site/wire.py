"""Requests and answers as bytes of HTTP/1.1, every byte of them chosen here."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

CHUNK = 1000  # bytes; a Cyrillic letter or a gzip block often lies across two chunks, as in life


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was received, and the answer as it was sent."""

    method: str
    path: str  # with its query, as sent
    headers: tuple[tuple[str, str], ...]
    raw: bytes
    answer: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def user_agent(self) -> str | None:
        """Who asks."""
        return self.header("User-Agent")

    @property
    def status(self) -> int:
        """What it was answered with."""
        return int(self.answer.split(b" ", 2)[1])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site has to say to a request, before it is framed."""

    body: bytes = b""
    status: int = 200
    type: str | None = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    last_modified: datetime | None = None
    gzip: bool = False  # if the client takes it
    chunked: bool = False  # if the client speaks HTTP/1.1
    keep_alive: bool = True
    promised_beyond: int = 0  # bytes that Content-Length promises and nobody sends
    date: datetime | None = None


def parse_request(raw: bytes) -> Request | None:
    """A request from its head (and whatever follows), or None when it is not HTTP."""
    lines = raw.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    headers = tuple(
        (name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])
    )
    return Request(words[0], words[1], headers, raw)


def speaks_11(request: Request) -> bool:
    """Whether the client said HTTP/1.1."""
    return request.raw.split(b"\r\n", 1)[0].endswith(b"HTTP/1.1")


def stays_open(request: Request, answer: Answer) -> bool:
    """Whether the connection serves another request after this one."""
    said = (request.header("Connection") or "").lower()
    return answer.keep_alive and speaks_11(request) and said != "close"


def unless_known(request: Request, answer: Answer) -> Answer:
    """The answer, or 304 when the client already holds it (RFC 9110, 13.2.2)."""
    if answer.status != 200 or request.method not in ("GET", "HEAD"):
        return answer
    if (tags := request.header("If-None-Match")) is not None:
        known = answer.etag is not None and (
            tags.strip() == "*" or _opaque(answer.etag) in map(_opaque, tags.split(","))
        )
    elif (since := request.header("If-Modified-Since")) is not None and answer.last_modified is not None:
        known = answer.last_modified <= _http_date(since)
    else:
        known = False
    return replace(answer, status=304, body=b"", type=None, chunked=False) if known else answer


def frame(request: Request, answer: Answer) -> bytes:
    """The answer's bytes as they go over the wire."""
    body = answer.body
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    if answer.date:
        lines.append(f"Date: {_stated(answer.date)}")
    if answer.type:
        lines.append(f"Content-Type: {answer.type}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.etag:
        lines.append(f"ETag: {answer.etag}")
    if answer.last_modified:
        lines.append(f"Last-Modified: {_stated(answer.last_modified)}")
    if answer.gzip:
        lines.append("Vary: Accept-Encoding")
        if answer.body and "gzip" in (request.header("Accept-Encoding") or ""):
            body = gzipped(body)
            lines.append("Content-Encoding: gzip")
    chunked = answer.chunked and speaks_11(request)
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    elif answer.status != 304:
        lines.append(f"Content-Length: {len(body) + answer.promised_beyond}")
    lines.append(f"Connection: {'keep-alive' if stays_open(request, answer) else 'close'}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    if request.method == "HEAD" or answer.status == 304:
        return head
    return head + (chunks(body) if chunked else body)


def gzipped(body: bytes) -> bytes:
    """Gzip without a time or a name in its head: the same bytes every time."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def chunks(body: bytes) -> bytes:
    """The body in chunks, closed by the empty one."""
    parts = (body[start : start + CHUNK] for start in range(0, len(body), CHUNK))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _stated(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _http_date(stated: str) -> datetime:
    try:
        return parsedate_to_datetime(stated).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)  # an unreadable date is as good as none


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/")
