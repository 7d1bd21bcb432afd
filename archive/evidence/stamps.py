"""Time stamps of an independent authority (RFC 3161) over an evidence manifest. rfc3161-client is used here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import ArchiveError, BadQuery
from archive.evidence.check import Claim

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_CLAIM = "time stamp"
_CERTIFICATES = 0xA0  # tag of the certificates in SignedData


class StampError(ArchiveError):
    """An authority gave no usable time stamp."""


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A request for a time stamp over a content."""

    content: bytes
    request: Any  # rfc3161_client.TimeStampRequest

    @classmethod
    def over(cls, content: bytes) -> StampRequest:
        """Return the request for a content, with a nonce; it asks for the authority's certificate too."""
        from rfc3161_client import TimestampRequestBuilder
        from rfc3161_client.base import HashAlgorithm

        builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
        return cls(content, builder.nonce(nonce=True).cert_request(cert_request=True).build())

    @property
    def der(self) -> bytes:
        """Return the request as it is sent."""
        return bytes(self.request.as_bytes())

    def check(self, response: bytes) -> None:
        """Raise StampError unless a response is a time stamp for this very request."""
        try:
            stamp = _parse(response)
            info = stamp.tst_info
        except ValueError as error:
            raise StampError(
                "The time stamp authority gave no time stamp: its response cannot be read."
            ) from error
        if stamp.status != 0 or info.nonce != self.request.nonce or not _is_of(info, self.content):
            raise StampError("The time stamp authority stamped something else than it was asked to.")


def check_stamp(response: bytes, content: bytes, root: Certificate | None) -> Claim:
    """Return whether a time stamp is for a content, and whether its authority is under the `root` certificate."""
    try:
        return _check(response, content, root)
    except Exception:  # whatever parsers raise for DER that was made to confuse them
        return Claim(_CLAIM, "fails", "The time stamp cannot be read.")


def _check(response: bytes, content: bytes, root: Certificate | None) -> Claim:
    from rfc3161_client import VerificationError, VerifierBuilder

    stamp = _parse(response)
    info = stamp.tst_info
    if stamp.status != 0 or not _is_of(info, content):
        return Claim(_CLAIM, "fails", "The time stamp is not for this evidence manifest.")
    at = f"{info.gen_time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if root is None:
        advice = "name the certificate of its authority with --root to check that"
        return Claim(_CLAIM, "unknown", f"It states {at}; {advice}.")
    try:
        VerifierBuilder().add_root_certificate(root).build().verify_message(stamp, content)
    except VerificationError:
        return Claim(_CLAIM, "fails", "The time stamp is not signed by an authority under that certificate.")
    return Claim(
        _CLAIM, "holds", f"Everything in the file existed on {at}, by the clock of the stamp's authority."
    )


def load_certificate(path: Path) -> Certificate:
    """Return the certificate in a PEM or DER file, or raise BadQuery."""
    from cryptography import x509

    try:
        content = path.read_bytes()
        read = x509.load_pem_x509_certificate if b"-----BEGIN" in content else x509.load_der_x509_certificate
        return read(content)
    except (OSError, ValueError) as error:
        raise BadQuery(f"{path} is not a certificate: use a PEM or DER file.") from error


def _parse(response: bytes) -> Any:
    """Return the response of an authority, or raise ValueError."""
    from rfc3161_client import decode_timestamp_response

    return decode_timestamp_response(_with_sorted_certificates(response))


def _with_sorted_certificates(response: bytes) -> bytes:
    """Return a response with its certificates in the order of DER, which authorities that run OpenSSL do not keep.

    rfc3161-client reads no other order. The signature does not cover the certificates. A response that is laid out
    otherwise is returned as it is.
    """
    try:
        _, content = _elements(
            response, *_content(response, 0, len(response))
        )  # status, then the signed token
        _, token = _elements(response, *_content(response, *content))  # its type, then the content
        signed = _elements(response, *_content(response, *_content(response, *token)))
        start, end = next(one for one in signed if response[one[0]] == _CERTIFICATES)
        begin, _ = _content(response, start, end)
        sorted_ = sorted(response[one[0] : one[1]] for one in _elements(response, begin, end))
    except (ValueError, IndexError, StopIteration):
        return response
    return response[:begin] + b"".join(sorted_) + response[end:]


def _content(der: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the content of the DER element at a place begins and ends."""
    length = der[start + 1]
    begin = start + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(der[start + 2 : begin], "big")
    if begin + length > end:
        raise ValueError("the element is longer than what it is in")
    return begin, begin + length


def _elements(der: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Return where each DER element between two places begins and ends."""
    found = []
    while start < end:
        _, after = _content(der, start, end)
        found.append((start, after))
        start = after
    return found


def _is_of(info: Any, content: bytes) -> bool:
    imprint = info.message_imprint
    for name, algorithm in (
        ("2.16.840.1.101.3.4.2.1", hashlib.sha256),
        ("2.16.840.1.101.3.4.2.3", hashlib.sha512),
    ):
        if imprint.hash_algorithm.dotted_string == name:
            return bool(imprint.message == algorithm(content).digest())
    return False
