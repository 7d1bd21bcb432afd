"""Compare a record with the digests it states."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime

from archive.http.capture import Capture
from archive.warc.block import payload_start
from archive.warc.records import Record

_ANY_DATE = datetime.fromtimestamp(0, UTC)
_ALGORITHMS = frozenset({"md5", "sha1", "sha256", "sha384", "sha512"})


def check_digests(record: Record) -> list[str]:
    """Return what does not match, as sentences; empty if everything that can be checked matches."""
    problems = [] if record.record_id else ["The record has no WARC-Record-ID."]
    block = record.header("WARC-Block-Digest")
    if block and (problem := digest_mismatch(block, record.block)):
        problems.append(f"The block digest {problem}.")
    payload = record.header("WARC-Payload-Digest")
    content = _payload(record)
    if payload and content is not None:
        problem = digest_mismatch(payload, content)
        if problem and not _agrees_unframed(record, payload):
            problems.append(f"The payload digest {problem}.")
    return problems


def _agrees_unframed(record: Record, stated: str) -> bool:
    """Return whether the digest matches the body without framing, or without compression too.

    The standard defines it without framing, and some crawlers compute it without compression; ours is of the bytes as
    stored.
    """
    if record.kind != "response":
        return False
    capture = Capture("", _ANY_DATE, record.block)
    return digest_mismatch(stated, capture.body) is None or digest_mismatch(stated, capture.payload()) is None


def _payload(record: Record) -> bytes | None:
    if record.kind == "revisit":  # the payload is in the record it refers to
        return None
    if record.kind not in ("request", "response"):
        return record.block
    start = payload_start(record.block)
    return None if start is None else record.block[start:]


def digest_mismatch(stated: str, data: bytes) -> str | None:
    """Return how a stated digest differs from that of the data, as the end of a sentence, or None if it matches."""
    algorithm, _, value = stated.partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return f"{stated} has an algorithm that cannot be checked"
    found = hashlib.new(algorithm, data).digest()
    if _digest_bytes(value, len(found)) == found:
        return None
    return f"is {algorithm}:{found.hex()}, not {stated}"


def _digest_bytes(value: str, size: int) -> bytes | None:
    """Decode a digest in either spelling in use, hexadecimal or base 32; None if it is neither."""
    try:
        return bytes.fromhex(value) if len(value) == 2 * size else base64.b32decode(value.upper())
    except (ValueError, binascii.Error):
        return None
