"""Review a file made elsewhere before it is imported: what it holds, what of it cannot be indexed, what is doubtful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archive import urls
from archive.errors import DamagedRecord
from archive.index.db.connection import Connection
from archive.index.ingest import captures
from archive.index.ingest.extraction_queue import may_be_article
from archive.recording.assignments import source_host
from archive.warc import filenames, reader
from archive.warc.entries import CaptureEntry
from archive.warc.event_reader import external_event
from archive.warc.records import Damage, Record
from archive.warc.validation import external_digest_mismatches, unknown_digests

_WITHOUT_PAGES = frozenset(
    {"warcinfo", "request", "metadata"}
)  # these record types never hold what was answered
_MAX_NOTES = 20  # doubtful dates and unknown digests that are named; the others are counted


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """A record of an imported file with something wrong."""

    offset: int  # in the copy
    length: int  # in the copy
    kind: str  # WARC-Type
    record_id: str
    url: str | None
    reason: str

    @classmethod
    def of(cls, record: Record, reason: str) -> RecordFinding:
        """Return the finding about a record."""
        place = record.place
        return cls(place.offset, place.length, record.kind, record.record_id, record.url, reason)

    def sentence(self, file: str) -> str:
        """Return the finding with its place."""
        of = f" of {self.url[:300]}" if self.url else ""
        return f"the {self.kind or 'unnamed'} record{of} ({file} at byte {self.offset}): {self.reason}."


@dataclass(slots=True)
class ImportReview:
    """The contents of a file."""

    records: Counter[str] = field(default_factory=Counter)  # by type
    responses: int = 0  # that can become captures
    held: int = 0  # of these, in the archive already
    held_in: str | None = None  # a file that has one of them
    skipped: list[RecordFinding] = field(default_factory=list)  # that are not imported
    altered: list[RecordFinding] = field(default_factory=list)  # that do not match a digest they state
    notes: list[str] = field(default_factory=list)  # what is doubtful
    more_notes: int = 0
    sources: Counter[str | None] = field(default_factory=Counter)  # of the HTML pages
    hosts: dict[str, Counter[str | None]] = field(default_factory=dict)  # the same by host

    def note(self, sentence: str) -> None:
        """Add a note, or only count it if there are many."""
        if sentence in self.notes:
            return
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(sentence)
        else:
            self.more_notes += 1

    @property
    def source_by_host(self) -> dict[str, str]:
        """Return the source of the pages of each host for which `source` would give one."""
        found = ((host, _source_of_most(sources)) for host, sources in self.hosts.items())
        return {host: source for host, source in found if source}

    @property
    def source(self) -> str | None:
        """Return the source of the pages, if nine in ten are of one and none is of another."""
        return _source_of_most(self.sources)


def _source_of_most(sources: Counter[str | None]) -> str | None:
    named = [name for name in sources if name]
    return named[0] if len(named) == 1 and sources[named[0]] * 10 >= sources.total() * 9 else None


def review(
    path: Path,
    copied: filenames.CopyName,
    connection: Connection,
    source_of: Callable[[str], str | None],
) -> ImportReview:
    """Return what the records of a copy are; `source_of` returns the source of an address, or None."""
    found = ImportReview()
    derived: list[RecordFinding] = []
    captured: set[str] = set()
    for record in reader.read_records(path):
        if isinstance(record, Damage):
            continue  # reported when the copy is indexed
        found.records[record.kind] += 1
        found.altered += [
            RecordFinding.of(record, wrong[0].lower() + wrong[1:].rstrip("."))
            for wrong in external_digest_mismatches(record)
        ]
        for digest in unknown_digests(record):
            found.note(
                f"Digests like {digest.partition(':')[0]!r} cannot be checked: the algorithm is unknown."
            )
        entry = _entry(record, copied)
        if entry:
            _count(found, record, entry, connection, source_of)
            captured.add(entry.url)
        elif reason := _reason_not_taken(record):
            derived.append(RecordFinding.of(record, reason))
    found.skipped += [
        one for one in derived if one.kind != "conversion" or one.url not in captured
    ]  # a text made of a page that is in the file says nothing more
    found.skipped.sort(key=lambda one: one.offset)
    return found


def _entry(record: Record, copied: filenames.CopyName) -> CaptureEntry | None:
    try:
        event = external_event(record, copied)
    except (DamagedRecord, ValueError, OverflowError):
        return None  # reported when the copy is indexed
    return event.entry if event else None


def _count(
    found: ImportReview,
    record: Record,
    entry: CaptureEntry,
    connection: Connection,
    source_of: Callable[[str], str | None],
) -> None:
    found.responses += 1
    if doubt := record.read_date().doubt:
        found.note(f"{entry.url}: {doubt}.")
    if captures.new_entry(connection, entry) is None:
        found.held += 1
        found.held_in = found.held_in or captures.file_of(connection, entry)
    if may_be_article("page", entry.status, entry.media_type):
        source = source_of(entry.url)
        found.sources[source] += 1
        found.hosts.setdefault(source_host(entry.url), Counter())[source] += 1


def _reason_not_taken(record: Record) -> str | None:
    """Return why a record that may hold a page is not imported; None if it cannot hold one, or is imported."""
    if record.kind in _WITHOUT_PAGES:
        return None
    if record.has_capture:
        return None if record.url else "it has no WARC-Target-URI"
    if not record.url or not urls.is_web_url(record.url):
        return None  # DNS lookups, notes of the crawler
    if record.kind == "conversion":
        return f"conversions of type {record.media_type or 'unknown'} are not pages"
    if record.kind == "continuation":
        return "records in segments are not joined"
    return "its WARC-Type is unknown"
