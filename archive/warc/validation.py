"""Compare a record with the digests it states."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from archive.http.capture import Capture
from archive.warc.block import payload_start
from archive.warc.records import Record

_ANY_DATE = datetime.fromtimestamp(0, UTC)
_LONGEST = 200  # characters of a digest that are quoted
_ALGORITHMS = {  # by name without hyphens and underscores
    name.replace("_", ""): name
    for name in sorted(hashlib.algorithms_guaranteed)
    if not name.startswith("shake")  # their digests have any length
}


def check_digests(record: Record) -> list[str]:
    """Return what does not match in one of our records, as sentences; empty if everything matches."""
    problems = [] if record.record_id else ["The record has no WARC-Record-ID."]
    problems += [
        f"The digest {one} has an algorithm that cannot be checked." for one in unknown_digests(record)
    ]
    return problems + _digest_mismatches(record)


def external_digest_mismatches(record: Record) -> list[str]:
    """Return which stated digests of a record made elsewhere do not match it, as sentences.

    Digests of unknown algorithms are no mismatch; the payload digest of a part may be that of the whole.
    """
    is_part = record.header("WARC-Segment-Number") or record.header("WARC-Truncated")
    return _digest_mismatches(record, check_payload=not is_part)


def _digest_mismatches(record: Record, *, check_payload: bool = True) -> list[str]:
    problems = []
    block = record.header("WARC-Block-Digest")
    if block and (problem := digest_mismatch(block, record.block)):
        problems.append(f"The block digest {problem}.")
    payload = record.header("WARC-Payload-Digest")
    content = _payload(record)
    if payload and content is not None and check_payload:
        problem = digest_mismatch(payload, content)
        if problem and not _agrees_unframed(record, payload):
            problems.append(f"The payload digest {problem}.")
    return problems


def has_payload_digest(record: Record, digest: str) -> bool:
    """Return whether the payload of a record has a digest, in any form that crawlers compute it."""
    if _algorithm(digest) is None:
        return record.header("WARC-Payload-Digest") == digest
    content = _payload(record)
    is_as_stored = content is not None and digest_mismatch(digest, content) is None
    return is_as_stored or _agrees_unframed(record, digest)


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


def unknown_digests(record: Record) -> list[str]:
    """Return the digests of a record that cannot be checked, as their algorithm is unknown."""
    stated = (record.header("WARC-Block-Digest"), record.header("WARC-Payload-Digest"))
    return list(dict.fromkeys(one[:_LONGEST] for one in stated if one and _algorithm(one) is None))


def payload_digest(record: Record) -> str:
    """Return the digest by which a revisit may name the payload of a response made elsewhere.

    That is the one that the record states, if it is right, in hexadecimal; else the SHA-1 of the body.
    """
    stated = record.header("WARC-Payload-Digest")
    if stated and has_payload_digest(record, stated):
        return normalized_digest(stated)
    body = Capture("", _ANY_DATE, record.block).body if record.kind == "response" else record.block
    return f"sha1:{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"


def normalized_digest(stated: str) -> str:
    """Return a digest as «sha1:…» in hexadecimal, however it is spelled; of an unknown algorithm, unchanged."""
    algorithm = _algorithm(stated)
    if algorithm is None:
        return stated
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size
    found = next(iter(_spelled_digests(stated.strip().partition(":")[2], size)), None)
    return stated if found is None else f"{algorithm}:{found.hex()}"


def digest_mismatch(stated: str, data: bytes) -> str | None:
    """Return how a stated digest differs from that of the data, as the end of a sentence.

    None if it matches, or if its algorithm is unknown.
    """
    return pieces_mismatch(stated, (data,))


def pieces_mismatch(stated: str, pieces: Iterable[bytes]) -> str | None:
    """Return the same for data that is read piece by piece."""
    name, _, value = stated.strip().partition(":")
    algorithm = _algorithm(stated)
    if algorithm is None:
        return None
    hashed = hashlib.new(algorithm, usedforsecurity=False)
    for piece in pieces:
        hashed.update(piece)
    found = hashed.digest()
    if found in _spelled_digests(value, len(found)):
        return None
    return f"is {name.lower().replace('-', '')}:{found.hex()}, not {stated[:_LONGEST]}"


def _algorithm(stated: str) -> str | None:
    name = stated.partition(":")[0].strip().lower()
    return _ALGORITHMS.get(name.replace("-", "").replace("_", "")) if ":" in stated else None


def _spelled_digests(value: str, size: int) -> list[bytes]:
    """Return what a digest may spell: in hexadecimal, base 32 or base 64, with padding or without."""
    value = value.strip().rstrip("=")
    found = []
    try:
        if len(value) == 2 * size:
            found.append(bytes.fromhex(value))
        elif len(value) == (size * 8 + 4) // 5:
            found.append(base64.b32decode(value.upper() + "=" * (-len(value) % 8)))
        elif len(value) == (size * 8 + 5) // 6:
            found.append(
                base64.b64decode(
                    value + "=" * (-len(value) % 4), altchars=b"-_" if _is_urlsafe(value) else None
                )
            )
    except (ValueError, binascii.Error):
        pass
    return found


def _is_urlsafe(value: str) -> bool:
    return "-" in value or "_" in value
