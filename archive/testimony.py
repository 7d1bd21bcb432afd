"""A WARC file as the facts it states, in the order they were written: what the index is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive import facts
from archive.capture import Capture
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
    response: Record | None = None
    for record in reader.iterate(path, start=start):
        if isinstance(record, Damage):
            yield record
            continue
        if record.answers:
            response = record
            continue
        stated = record.facts()
        fact = facts.from_json(stated)
        if fact is None:
            continue
        end = record.place.offset + record.place.length
        if not isinstance(fact, Fetched):
            yield Stated(fact, end)
        elif response is not None:
            yield Stated(fact, end, entry(response, stated))
            response = None


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
