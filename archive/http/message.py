"""HTTP/1.x messages as servers really send them: parse heads and body framing leniently."""

from __future__ import annotations

import re
from dataclasses import dataclass

STATUS_LINE = re.compile(
    rb"(?:\r?\n)*HTTP/?(?:\d+(?:\.(?:\d+|x))?)?[ \t]+(\d{3})(?!\d)[ \t]*([^\r\n]*)", re.IGNORECASE
)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_CHUNK_LINE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_CONTENT_RANGE = re.compile(rb"\s*bytes\s+(\d{1,15})-(\d{1,15})/(\d{1,15}|\*)\s*$", re.IGNORECASE)
_CHUNK_LINE_BYTES = 16 * 1024  # a longer line is not a chunk extension


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and header fields of a response, and where they end."""

    status: int  # 0 when the bytes do not begin with an HTTP status line
    reason: bytes
    fields: tuple[tuple[bytes, bytes], ...]  # order, case and repeats preserved; values unfolded and stripped
    length: int  # of the head in bytes, its blank line included; the body begins here
    is_complete: bool  # False when the bytes stop before the blank line

    def values(self, name: bytes) -> list[bytes]:
        """Return every value of a field, in order."""
        wanted = name.lower()
        return [value for field, value in self.fields if field.lower() == wanted]


def read_head(raw: bytes) -> Head:
    """Return the head of a response; without an HTTP status line at the start, all bytes are body."""
    start = STATUS_LINE.match(raw)
    if start is None:
        return Head(0, b"", (), 0, False)
    blank = _BLANK_LINE.search(raw, start.end())
    length = blank.end() if blank else len(raw)
    lines = raw[start.end() : length].split(b"\n")[1:]
    return Head(int(start[1]), start[2].strip(), _fields(lines), length, blank is not None)


def _fields(lines: list[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    """Return header fields; lines without a colon are skipped, with their continuation lines."""
    unfolded: list[list[bytes]] = []
    for line in lines:
        stripped = line.strip()
        if not stripped:
            continue
        if line[:1] in (b" ", b"\t"):
            if unfolded:
                unfolded[-1].append(stripped)
        else:
            unfolded.append([stripped])
    split = (b" ".join(parts).partition(b":") for parts in unfolded)
    return tuple((name.strip(), value.strip()) for name, colon, value in split if colon)


def strip_interim_responses(raw: bytes) -> bytes:
    """Return the bytes from the final response on, without the heads of 1xx responses before it."""
    while True:
        head = read_head(raw)
        if not (head.is_complete and 100 <= head.status < 200 and head.status != 101):
            return raw
        raw = raw[head.length :]


def body_of(head: Head, raw: bytes) -> bytes:
    """Return the body as sent: chunk framing removed, cut to a stated length, content coding left."""
    if head.status in (204, 304) or 100 <= head.status < 200:
        return b""
    framed = raw[head.length :] if head.length else raw
    codings = list_values(head.values(b"transfer-encoding"))
    if "chunked" in codings:
        return dechunk(framed)
    return framed[: _stated_length(head, codings)]


def list_values(values: list[bytes]) -> list[str]:
    """Return the members of a list field, over all its repeats, in lower case."""
    names = (name.strip().lower() for value in values for name in value.decode("latin-1").split(","))
    return [name for name in names if name]


def is_body_complete(head: Head, raw: bytes) -> bool:
    """Return whether a body is as long as its framing announced; True if nothing was announced."""
    if not head.is_complete or head.status in (204, 304) or 100 <= head.status < 200:
        return True
    framed = raw[head.length :]
    codings = list_values(head.values(b"transfer-encoding"))
    if "chunked" in codings:
        return _dechunk(framed)[1]
    stated = _stated_length(head, codings)
    return stated is None or len(framed) >= stated


def is_full_range(head: Head, body_length: int) -> bool:
    """Return whether a response has the whole resource and not a range of it (RFC 9110, 14.4).

    A crawl never requests a range. A range from the first byte to the last is the whole resource.
    """
    stated = head.values(b"content-range")
    if head.status not in (200, 203, 206) or not (stated or head.status == 206):
        return True
    found = _CONTENT_RANGE.match(stated[0]) if len(stated) == 1 else None
    if found is None:
        return head.status != 206
    first, last, length = (None if number == b"*" else int(number) for number in found.groups())
    if length is None:
        return head.status != 206
    return (first == 0 and last == length - 1) or (head.status != 206 and body_length >= length)


def _stated_length(head: Head, codings: list[str]) -> int | None:
    lengths = {value.strip() for joined in head.values(b"content-length") for value in joined.split(b",")}
    if codings or len(lengths) != 1 or not (stated := lengths.pop()).isdigit() or len(stated) >= 16:
        return None
    return int(stated)


def dechunk(framed: bytes) -> bytes:
    """Return the chunks joined; of a broken or truncated framing, what precedes the break.

    Bytes that do not begin with a chunk are returned unchanged: some servers announce chunks and send none, and some
    programs join the chunks but leave the header.
    """
    return _dechunk(framed)[0]


def _dechunk(framed: bytes) -> tuple[bytes, bool]:
    """Return the chunks joined, and whether the last chunk was reached or there are no chunks."""
    chunks: list[bytes] = []
    at = 0
    while line := _CHUNK_LINE.match(framed, at, at + _CHUNK_LINE_BYTES):
        size = int(line[1], 16)
        if size == 0:
            return b"".join(chunks), True
        chunks.append(framed[line.end() : line.end() + size])
        at = line.end() + size
        if framed[at : at + 2] == b"\r\n":
            at += 2
        elif framed[at : at + 1] == b"\n":
            at += 1
        else:
            break
    return (b"".join(chunks), False) if chunks else (framed, bool(framed))
