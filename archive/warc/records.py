"""The values of reading and writing WARC files: exchanges, written records, records read back, and damage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from archive import timestamps
from archive.errors import DamagedRecord
from archive.http.capture import Capture, Place
from archive.http.message import read_head
from archive.values.short_repr import ShortRepr
from archive.warc import dates
from archive.warc.block import is_http_answer

Truncated = Literal["length", "time", "disconnect", "unspecified"]  # the standard's values of WARC-Truncated
Profile = Literal["identical-payload-digest", "server-not-modified"]  # last parts of the standard's URIs

NON_HTTP_PREFIX = "urn:wire:"  # prefix of the address of a response that is not an HTTP message
METADATA_PREFIX = b"facts: "
_HTML = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP exchange as seen on the wire, with metadata that the wire does not show."""

    url: str
    fetched_at: datetime  # aware, UTC: when the request was sent
    request: bytes = field(repr=False)  # as sent
    response: bytes = field(repr=False)  # as received, without heads of 1xx responses
    ip: str | None = None
    truncated: Truncated | None = None  # why bytes are missing at the end; None if complete
    metadata: Mapping[str, object] = field(default_factory=dict)  # JSON: crawl, source, role, via, tls, …


@dataclass(frozen=True, slots=True)
class Revisit:
    """How a response repeats an earlier record, so that its body is not stored again."""

    profile: Profile
    original: Record  # the record that has the body
    payload_digest: str  # "sha256:…" of the decoded payload
    payload_bytes: int  # its length


@dataclass(frozen=True, slots=True)
class WrittenRecord:
    """A record that was just written."""

    place: Place
    record_id: str  # "<urn:uuid:…>"


@dataclass(frozen=True, slots=True)
class WrittenExchange:
    """The records of one exchange that were just written; place and record_id are the response's."""

    place: Place
    record_id: str
    request: WrittenRecord
    metadata: WrittenRecord
    payload_digest: str  # "sha256:…" of the decoded payload: identifies the content
    block_digest: str  # "sha256:…" of the response as stored


@dataclass(frozen=True, slots=True, repr=False)
class Record(ShortRepr):
    """One record of a WARC file."""

    _shown = ("kind", "url", "stated_date", "place")

    kind: str  # WARC-Type
    headers: tuple[tuple[str, str], ...]
    block: bytes = field(repr=False)
    place: Place

    def header(self, name: str) -> str | None:
        """Return the first value of a WARC header, whatever the case of its name, or None."""
        wanted = name.lower()
        return next((value for field_, value in self.headers if field_.lower() == wanted), None)

    @property
    def record_id(self) -> str:
        """Return «<urn:uuid:…>»; empty if the record has none."""
        return self.header("WARC-Record-ID") or ""

    @property
    def url(self) -> str | None:
        """Return the address the record is about."""
        stated = self.header("WARC-Target-URI")
        return stated.removeprefix("<").removesuffix(">").removeprefix(NON_HTTP_PREFIX) if stated else None

    @property
    def stated_date(self) -> str:
        """Return WARC-Date as stated, cut off if it is longer than any valid date."""
        return (self.header("WARC-Date") or "").strip()[: dates.LONGEST]

    @property
    def date(self) -> datetime:
        """Return WARC-Date, aware and UTC, or raise DamagedRecord if it is invalid or out of range.

        Without one, return the Date of the HTTP response.
        """
        return self.read_date().at

    def read_date(self) -> dates.WarcDate:
        """Return the date with what is doubtful about it, or raise DamagedRecord as `date` does."""
        stated = self.stated_date
        found = dates.parse(stated) if stated else self._date_of_response()
        if found is None:
            raise self.damage_error(
                f"its WARC-Date is {stated!r}"
                if stated
                else "it has no WARC-Date, and its response has no Date"
            )
        if not timestamps.EARLIEST <= found.at < timestamps.LATEST:
            raise self.damage_error(f"its WARC-Date {stated!r} is out of range")
        return found

    def _date_of_response(self) -> dates.WarcDate | None:
        values = read_head(self.block).values(b"date") if self.kind in ("response", "revisit") else []
        return dates.parse_http(values[0].decode("latin-1")) if values else None

    @property
    def has_capture(self) -> bool:
        """Return whether the block is what an address answered, so that it yields a Capture."""
        return self.kind in ("response", "revisit") or self.is_page_resource or self._is_not_http

    @property
    def _is_not_http(self) -> bool:
        """Return whether this is one of our records of bytes that are not an HTTP message."""
        stated = (self.header("WARC-Target-URI") or "").removeprefix("<")
        return self.kind == "resource" and stated.startswith(NON_HTTP_PREFIX)

    @property
    def is_page_resource(self) -> bool:
        """Return whether the block is the content of a web address without HTTP headers, or an HTML page made of it."""
        is_web = (
            (self.header("WARC-Target-URI") or "").strip(" <").lower().startswith(("http://", "https://"))
        )
        return is_web and (
            self.kind == "resource" or (self.kind == "conversion" and self.media_type in _HTML)
        )

    @property
    def media_type(self) -> str:
        """Return the media type of the block, in lower case without parameters; empty if it is not stated."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def profile(self) -> Profile | None:
        """Return how a revisit repeats an earlier record; None for other records and unknown profiles."""
        if self.kind != "revisit":
            return None
        stated = (self.header("WARC-Profile") or "").rstrip(">")
        return next((known for known in get_args(Profile) if stated.endswith(known)), None)

    @property
    def refers_to(self) -> str | None:
        """Return the id of the record this one refers to: for a revisit, its original."""
        return self.header("WARC-Refers-To")

    def capture(self, original: Capture | None = None) -> Capture:
        """Return the response as a capture; a revisit needs the `original` response it repeats.

        The head is the revisit's own, the body is the original's: together the bytes that were received.
        """
        if not self.has_capture or self.url is None:
            raise self.damage_error(f"it is a {self.kind} record, which has no response")
        if self.is_page_resource and not is_http_answer(self.block):
            return Capture(self.url, self.date, self._response_head() + self.block)
        if self.kind != "revisit":
            return Capture(self.url, self.date, self.block)
        if self.profile == "server-not-modified":
            return Capture(self.url, self.date, self.block, original)
        if self.profile is None:
            raise self.damage_error(f"its profile is unknown: {self.header('WARC-Profile')!r}")
        if original is None:
            raise self.damage_error("the record it repeats is missing")
        if not self.block:
            return Capture(self.url, self.date, original.raw)
        head = self.block if read_head(self.block).is_complete else self.block.rstrip(b"\r\n") + b"\r\n\r\n"
        return Capture(self.url, self.date, head + original.raw[read_head(original.raw).length :])

    def _response_head(self) -> bytes:
        """Return the head of an HTTP response with the media type and length that the record states."""
        stated = " ".join((self.header("Content-Type") or "application/octet-stream").split())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {stated}\r\nContent-Length: {len(self.block)}\r\n\r\n"
        return head.encode("utf-8", "surrogateescape")

    def metadata(self) -> dict[str, object]:
        """Return the JSON object of one of our metadata records; empty for any other record."""
        if self.kind != "metadata" or not self.block.startswith(METADATA_PREFIX):
            return {}
        try:
            facts = json.loads(self.block[len(METADATA_PREFIX) :])
        except ValueError as error:
            raise self.damage_error("its metadata is not JSON") from error
        if not isinstance(facts, dict):
            raise self.damage_error("its metadata is not a JSON object")
        return facts

    def damage_error(self, reason: str) -> DamagedRecord:
        """Return the error for what is wrong with this record, with its location."""
        return damage_error(self.place, reason)


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a WARC file that is not a readable record."""

    place: Place
    reason: str


def damage_error(place: Place, reason: str) -> DamagedRecord:
    """Return the error for a place in a file."""
    return DamagedRecord(f"{place.file} at byte {place.offset}: {reason}.")
