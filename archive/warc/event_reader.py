"""Read the events that a WARC file states, in the order they were written: the source of the index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

from archive import events, timestamps, urls
from archive.errors import DamagedRecord
from archive.events import CrawlEnded, Event, Fetched
from archive.http.capture import Capture
from archive.warc import dates, filenames, reader
from archive.warc.block import sha256
from archive.warc.entries import CaptureEntry, OriginalReference, Payload
from archive.warc.records import Damage, Record
from archive.warc.validation import digest_mismatch, payload_digest

EARLIEST_WEB_DATE = datetime(1990, 1, 1, tzinfo=UTC)
MAX_CLOCK_SKEW = timedelta(days=1)  # by which the clock of another crawler may be ahead
EMPTY_SHA256 = hashlib.sha256().hexdigest()  # of an empty payload: for a revisit whose original is unknown


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event, and for a fetch the response it belongs to."""

    event: Event
    end: int  # of the record that states it, in bytes from the start of the file
    entry: CaptureEntry | None = None
    capture: Capture | None = field(default=None, repr=False, compare=False)  # of a response record


def read_events(
    path: Path, *, start: int = 0, names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[EventRecord | Damage]:
    """Yield every event of a file from `start` on; unreadable bytes yield Damage, then reading goes on.

    `names` has the current name of each source that was renamed, by its earlier names.

    Skip responses without a matching metadata record: the crawl never acknowledged them. Files made elsewhere have none
    of these metadata records: each of their responses yields a fetch of a page, and after them each of their revisits.
    """
    yield from parse_events(reader.read_records(path, start=start), names)


def parse_events(
    records: Iterable[Record | Damage], names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[EventRecord | Damage]:
    """Yield the events of records that are already read; see `read_events`."""
    for stated in _parse_events(records):
        yield _with_current_name(stated, names) if isinstance(stated, EventRecord) else stated


def _with_current_name(stated: EventRecord, names: Mapping[str, str]) -> EventRecord:
    """Return an event with the current name of its source."""
    event = stated.event
    if isinstance(event, CrawlEnded) or event.source is None or event.source not in names:
        return stated
    return replace(stated, event=replace(event, source=names[event.source]))


def _parse_events(records: Iterable[Record | Damage]) -> Iterator[EventRecord | Damage]:
    response: Record | None = None
    elsewhere: _ExternalFile | None = None
    revisits: list[EventRecord] = []  # of a file made elsewhere, where originals may come after them
    for record in records:
        if isinstance(record, Damage):
            yield record
            continue
        copied = filenames.parse_copy(record.place.file.rpartition("/")[2])
        if copied:
            elsewhere = elsewhere or _ExternalFile(copied)
            try:
                answer = elsewhere.event_record(record)
            except DamagedRecord as error:
                yield Damage(record.place, str(error).partition(": ")[2].rstrip("."))
            except (ValueError, OverflowError) as error:
                yield Damage(record.place, f"it is not a response that can be indexed ({error})")
            else:
                if answer and answer.entry and answer.entry.kind == "revisit":
                    revisits.append(answer)
                elif answer:
                    yield answer
            continue
        if record.has_capture:
            response = record
            continue
        try:
            stated = _event_record(record, response)
        except DamagedRecord as error:
            yield Damage(record.place, str(error).partition(": ")[2].rstrip("."))
        except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
            yield Damage(record.place, f"its metadata is invalid ({error})")
        else:
            if stated is not None:
                yield stated
                response = None if stated.entry else response
    yield from revisits


def external_event(record: Record, copied: filenames.CopyName) -> EventRecord | None:
    """Return the event of a record made elsewhere, once it is in the file `copied`; None if it yields none.

    Raise DamagedRecord, ValueError or OverflowError if the record cannot be indexed.
    """
    return _ExternalFile(copied).event_record(record)


def _event_record(record: Record, response: Record | None) -> EventRecord | None:
    stated = record.metadata()
    fact = events.from_json(stated)
    end = record.place.offset + record.place.length
    if not isinstance(fact, Fetched):
        return EventRecord(fact, end) if fact else None
    # Unreadable bytes may separate a response from metadata of a later one.
    if response is None or record.refers_to not in (None, response.record_id):
        return None
    capture = response.capture() if response.kind == "response" else None
    return EventRecord(fact, end, capture_entry(response, stated), capture)


def capture_entry(response: Record, stated: Mapping[str, object]) -> CaptureEntry:
    """Return the index entry of a response or revisit record and the metadata stated with it."""
    is_revisit = response.kind == "revisit"
    return CaptureEntry.of(
        Capture(response.url or "", response.date, response.block) if is_revisit else response.capture(),
        record_id=response.record_id,
        place=response.place,
        digest=response.header("WARC-Block-Digest") or "",
        truncated=None
        if is_revisit
        else response.header("WARC-Truncated"),  # its body is in another record, and complete
        revisit_of=response.refers_to if is_revisit else None,
        payload=_payload(stated) if is_revisit else None,
    )


class _ExternalFile:
    """The responses of one file that was made elsewhere."""

    def __init__(self, copied: filenames.CopyName) -> None:
        self.source = copied.source
        self._latest = (copied.provenance.started or timestamps.LATEST) + MAX_CLOCK_SKEW
        self._responses: dict[str, tuple[str, str]] = {}  # address and date of the first by payload digest

    def event_record(self, record: Record) -> EventRecord | None:
        """Return the event of a record, or None if it is not a response from a web address."""
        if not record.has_capture or record.url is None or not urls.is_web_url(record.url):
            return None
        self._check_date(record)
        entry = self._revisit(record) if record.kind == "revisit" else self._response(record)
        end = record.place.offset + record.place.length
        return EventRecord(Fetched(role="page", source=self.source), end, entry)

    def _check_date(self, record: Record) -> None:
        """Raise DamagedRecord for a date before the web began or after the import.

        Dates are compared with the moment of the import and not with now, so that a rebuild years later accepts the
        same records.
        """
        if record.date < EARLIEST_WEB_DATE:
            raise record.damage_error(f"its WARC-Date {record.stated_date!r} is before the web began")
        if record.date > self._latest:
            raise record.damage_error(f"its WARC-Date {record.stated_date!r} is later than its import")

    def _response(self, record: Record) -> CaptureEntry:
        capture = record.capture()
        if stated := record.header("WARC-Payload-Digest"):
            self._responses.setdefault(stated, (capture.url, timestamps.to_iso(capture.fetched_at)))
        truncated = record.header("WARC-Truncated")
        if record.header("WARC-Segment-Number"):
            truncated = truncated or "unspecified"  # the rest is in continuation records
        entry = self._entry(record, capture, truncated, None, Payload.of(capture))
        return replace(entry, payload_digest=payload_digest(record))

    def _revisit(self, record: Record) -> CaptureEntry:
        capture = Capture(record.url or "", record.date, record.block)
        original = str(self._reference(record))
        return self._entry(record, capture, None, original, Payload("sha256:" + EMPTY_SHA256, 0))

    def _reference(self, record: Record) -> OriginalReference:
        digest = record.header("WARC-Payload-Digest")
        url = (record.header("WARC-Refers-To-Target-URI") or "").strip("<> ") or None
        dated = dates.parse((record.header("WARC-Refers-To-Date") or "")[: dates.LONGEST])
        date = timestamps.to_iso(dated.at) if dated and dated.at >= timestamps.EARLIEST else None
        if not (url and date) and digest in self._responses:
            url, date = self._responses[digest]
        return OriginalReference(record.refers_to, url, date, digest)

    def _entry(
        self,
        record: Record,
        capture: Capture,
        truncated: str | None,
        revisit_of: str | None,
        payload: Payload,
    ) -> CaptureEntry:
        entry = CaptureEntry.of(
            capture,
            record_id=_record_id(record),
            place=record.place,
            digest=_digest(record),
            truncated=truncated,
            revisit_of=revisit_of,
            payload=payload,
        )
        converted_from = record.refers_to if record.kind == "conversion" else None
        return replace(entry, is_external=True, converted_from=converted_from)


def _digest(record: Record) -> str:
    """Return the digest of the block that the record states, or the right one if that is wrong."""
    stated = record.header("WARC-Block-Digest") or ""
    return sha256(record.block) if stated and digest_mismatch(stated, record.block) else stated


def _record_id(record: Record) -> str:
    """Return the record's id, or one derived from its place if it has none."""
    place = f"{record.place.file}#{record.place.offset}"
    return record.record_id or f"<urn:uuid:{uuid5(NAMESPACE_URL, place)}>"


def _payload(stated: Mapping[str, object]) -> Payload:
    length = stated.get("payload_bytes")
    return Payload(str(stated.get("payload_digest")), length if isinstance(length, int) else 0)
