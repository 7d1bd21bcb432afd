"""A WARC file as the facts it states, in the order they were written: what the index is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive import facts
from archive.capture import Capture
from archive.errors import DamagedRecord
from archive.facts import Fact, Fetched
from archive.index.keeping import CaptureEntry, Payload
from archive.warc import reader
from archive.warc.record import Damage, Record


@dataclass(frozen=True, slots=True)
class Stated:
    """One fact, and for a fetch the response it stands beside."""

    fact: Fact
    end: int  # of the record that states it: bytes from the file's beginning
    entry: CaptureEntry | None = None


def told(path: Path, *, start: int = 0) -> Iterator[Stated | Damage]:
    """Every fact of a file from `start` on; where bytes cannot be read, the damage, and then what follows it.

    A response without the fact that belongs beside it is not told: it was never acknowledged.
    """
    yield from told_by(reader.iterate(path, start=start))


def told_by(records: Iterable[Record | Damage]) -> Iterator[Stated | Damage]:
    """Likewise, of records as they are read."""
    response: Record | None = None
    for record in records:
        if isinstance(record, Damage):
            yield record
            continue
        if record.answers:
            response = record
            continue
        try:
            stated = _stated(record, response)
        except DamagedRecord as error:
            yield Damage(record.place, str(error).partition(": ")[2].rstrip("."))
        except (TypeError, ValueError, AttributeError) as error:
            yield Damage(record.place, f"its facts are not as this archive writes them ({error})")
        else:
            if stated is not None:
                yield stated
                response = None if stated.entry else response


def _stated(record: Record, response: Record | None) -> Stated | None:
    stated = record.facts()
    fact = facts.from_json(stated)
    end = record.place.offset + record.place.length
    if not isinstance(fact, Fetched):
        return Stated(fact, end) if fact else None
    return Stated(fact, end, entry(response, stated)) if response is not None else None


def entry(response: Record, stated: Mapping[str, object]) -> CaptureEntry:
    """What the index says of a response or revisit record, and the facts that were stated beside it."""
    is_revisit = response.kind == "revisit"
    return CaptureEntry.of(
        Capture(response.url or "", response.date, response.block) if is_revisit else response.capture(),
        record_id=response.record_id,
        place=response.place,
        digest=response.header("WARC-Block-Digest") or "",
        truncated=None if is_revisit else response.header("WARC-Truncated"),  # its body is elsewhere, and whole
        revisit_of=response.refers_to if is_revisit else None,
        payload=_payload(stated) if is_revisit else None,
    )


def _payload(stated: Mapping[str, object]) -> Payload:
    length = stated.get("payload_bytes")
    return Payload(str(stated.get("payload_digest")), length if isinstance(length, int) else 0)
