"""The type of a record's block, and where strict WARC readers see its payload begin."""

from __future__ import annotations

import hashlib
import re

# FastWARC 2.0.1 aborts a whole file at a longer head, or at one whose lines end in LF alone.
_STRICT_HEAD_BYTES = 32_000
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +\d{3}(?![^\s])")


def is_http_answer(block: bytes) -> bool:
    """Return whether the bytes begin like an HTTP response; readers misinterpret anything else."""
    return _STATUS_LINE.match(block) is not None


def http_media_type(block: bytes, message: str) -> str:
    """Return «application/http» for a head every reader can parse, else «message/http», which strict ones skip."""
    return f"{'application' if _strict_head_end(block) >= 0 else 'message'}/http;msgtype={message}"


def payload_start(block: bytes) -> int | None:
    """Return where the payload of an HTTP message begins, or None if readers would disagree.

    A truncated head has no end; warcio ends it at a line of blanks, which other readers fold into the head.
    """
    end = _strict_head_end(block)
    if end < 0:
        return None
    lines = block[: end + 2].split(b"\n")[:-1]
    return None if any(not _decode_like_warcio(line).strip() for line in lines) else end + 4


def _strict_head_end(block: bytes) -> int:
    return block.find(b"\r\n\r\n", 0, _STRICT_HEAD_BYTES)


def _decode_like_warcio(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def sha256(data: bytes) -> str:
    """Return the digest as WARC headers and the index state it: «sha256:…»."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
