"""Ask a time stamp authority for a stamp over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

from http.client import HTTPException
from urllib.request import Request, urlopen

from archive.evidence.stamps import StampError, StampRequest

_SECONDS = 30
_MAX_RESPONSE = 1024 * 1024  # bytes; a stamp with its certificates has a few thousand


def ask_for_stamp(authority: str, content: bytes) -> bytes:
    """Return the response of an authority, given by its address, or raise StampError."""
    asked = StampRequest.over(content)
    request = Request(
        authority, asked.der, {"Content-Type": "application/timestamp-query", "User-Agent": "newsarchive"}
    )
    try:
        with urlopen(request, timeout=_SECONDS) as answer:
            response = bytes(answer.read(_MAX_RESPONSE))
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise StampError(f"The time stamp authority {authority} gave no answer: {reason}.") from error
    asked.check(response)
    return response
