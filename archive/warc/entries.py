"""A response stored in a WARC file, with what the index stores about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import NAMESPACE_URL, uuid5

from archive import timestamps
from archive.http.capture import Capture, Place
from archive.warc.block import sha256


@dataclass(frozen=True, slots=True)
class Payload:
    """The digest and length of a decoded body, which identify it."""

    digest: str  # "sha256:…"
    length: int

    @classmethod
    def of(cls, capture: Capture) -> Payload:
        """Return the digest and length of a capture's payload, decoded once for both."""
        payload = capture.payload()
        return cls(sha256(payload), len(payload))


@dataclass(frozen=True, slots=True)
class OriginalReference:
    """The original of a revisit made elsewhere, as the revisit states it. As text, it fits the column `revisit_of`."""

    record_id: str | None = None
    url: str | None = None
    date: str | None = None  # as in the index
    digest: str | None = None  # of the payload, as stated

    def __str__(self) -> str:
        target = f"{self.url} {self.date}" if self.url and self.date else None
        return " ".join(filter(None, (self.record_id, target, self.digest)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the reference that a text states."""
        found = _REFERENCE.fullmatch(text)
        return cls(*found.groups()) if found else cls(text)


_REFERENCE = re.compile(
    r"(<[^<>]*>)? ?(?:(\w+://.*?) (\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z))?(?: ?([\w-]+:(?!//)[^ <>]+))?",
    re.DOTALL,
)


def distinct_record_id(
    record_id: str, fetched_at: datetime, url: str, digest: str, payload_sha256: str | None
) -> str:
    """Return the id of a record whose stated id another record has already.

    It follows from the id, date, address and digest, so that a rebuild and a second import give the same.
    """
    content = digest or payload_sha256 or ""
    name = f"{record_id} {timestamps.to_iso(fetched_at)} {url} {content}"
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


@dataclass(frozen=True, slots=True)
class CaptureEntry:
    """A response stored in a WARC file, with what the index stores about it."""

    url: str
    fetched_at: datetime  # aware, UTC
    status: int | None
    media_type: str | None
    redirects_to: str | None
    payload_sha256: str  # hex
    payload_bytes: int
    truncated: str | None
    record_id: str
    place: Place
    digest: str  # "sha256:…" of the record's block
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    kind: str = "response"
    revisit_of: str | None = None
    is_external: bool = False  # the record was made by another program
    converted_from: str | None = None  # id of the record that a conversion was made of
    payload_digest: str | None = (
        None  # of a response made elsewhere, as revisits may name it: "sha1:…" in hex
    )

    @property
    def distinct_record_id(self) -> str:
        """Return the id of this record if another record has its stated id."""
        payload = None if self.kind == "revisit" else self.payload_sha256
        return distinct_record_id(self.record_id, self.fetched_at, self.url, self.digest, payload)

    @classmethod
    def of(
        cls,
        capture: Capture,
        *,
        record_id: str,
        place: Place,
        digest: str,
        truncated: str | None,
        revisit_of: str | None = None,
        payload: Payload | None = None,
    ) -> CaptureEntry:
        """Return the entry of a response stored at `place`.

        `payload` is passed if it is known: for a revisit, whose record does not contain it.
        """
        payload = payload or Payload.of(capture)
        # A revisit's body is in another record, and complete; its head may still state a range.
        shortfall = capture.truncation if revisit_of is None else _truncation_of_head(capture)
        return cls(
            url=capture.url,
            fetched_at=capture.fetched_at,
            status=capture.status or None,
            media_type=capture.media_type,
            redirects_to=capture.redirects_to,
            payload_sha256=payload.digest.removeprefix("sha256:"),
            payload_bytes=payload.length,
            truncated=truncated or shortfall,
            record_id=record_id,
            place=place,
            digest=digest,
            charset=capture.charset,
            etag=capture.header("ETag"),
            last_modified=capture.header("Last-Modified"),
            kind="response" if revisit_of is None else "revisit",
            revisit_of=revisit_of,
        )


def _truncation_of_head(capture: Capture) -> str | None:
    return "range" if capture.status == 206 and not capture.is_full_range else None
