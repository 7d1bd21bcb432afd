"""What kind of block bytes from the wire make, and where strict readers see its payload begin."""

from __future__ import annotations

import hashlib
import re

# FastWARC 2.0.1 gives up on a whole file at a head longer than this, or one whose lines end in LF alone.
_STRICT_HEAD_BYTES = 32_000
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +\d{3}(?![^\s])")


def is_http_answer(block: bytes) -> bool:
    """Whether the bytes begin as a response does; readers take anything else for what it is not."""
    return _STATUS_LINE.match(block) is not None


def http_media_type(block: bytes, message: str) -> str:
    """«application/http» for a head every reader can take; «message/http», which strict ones leave unread."""
    return f"{'application' if _strict_head_end(block) >= 0 else 'message'}/http;msgtype={message}"


def payload_start(block: bytes) -> int | None:
    """Where the payload of an HTTP message begins; None where readers would not agree.

    A head that is cut has no end; a line of blanks ends it for warcio, and is folded into it by others.
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
    """The digest as WARC headers and the index state it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
