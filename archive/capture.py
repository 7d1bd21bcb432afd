"""A capture: what one address answered at one moment, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: a WARC file of the archive, and the bytes in it."""

    file: str  # relative to the archive's folder: "warc/….warc.gz"
    offset: int  # of the record's gzip member, in bytes
    length: int  # of the gzip member, in bytes


@dataclass(frozen=True, slots=True)
class Capture:
    """What one address answered at one moment, byte for byte."""

    url: str  # the address as asked
    fetched_at: datetime  # aware, UTC: when the request was sent
    raw: bytes  # the whole response as received: status line, headers, framed body

    # see answer.py-like properties below: status, reason, headers, body, payload
