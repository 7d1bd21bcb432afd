"""Audit one WARC file against its digests and its manifest, and dump its events. Runs in any process."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from archive import locks
from archive.errors import Unwritable
from archive.events import Fetched
from archive.integrity.derivation import write_fact
from archive.integrity.problems import MAX_NAMED_PROBLEMS, Finding, Problem, make_problem, shorten
from archive.integrity.sequence_diff import Difference, differences
from archive.journals.source_changes import current_names, read_changes
from archive.manifests import reader as manifests
from archive.manifests.reader import UNREADABLE, BadManifest, Entry, ListedFile
from archive.values.plurals import are, counted
from archive.warc import filenames, reader
from archive.warc.event_reader import EventRecord, parse_events
from archive.warc.records import Damage, Record
from archive.warc.validation import check_digests, external_digest_mismatches

_OUR_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"  # no flags, no time: the start of every record that newsarchive writes


@dataclass(frozen=True, slots=True)
class FileAuditJob:
    """A file to audit."""

    folder: Path
    path: Path
    listed: tuple[ListedFile, ...]  # the parts of the file, in order; none if no manifest lists it
    size: int  # at the start of the audit: a crawl may have appended to it since
    until: int | None = None  # of a file that is being written: its size at the start of the audit
    facts: Path | None = None  # where to dump the events of the file, from which the index is derived
    reached: int | None = None  # bytes of the file in the index; None for all
    most: int | None = MAX_NAMED_PROBLEMS  # maximum of problems to name; None: all


@dataclass(slots=True)
class FileAuditResult:
    """The result of auditing a file."""

    file: str
    bytes: int = 0
    records: int = 0
    captures: int = 0  # in the part of the file that is in the index
    sha256: str = ""  # hex, of the whole file
    begins_as_ours: bool = False  # with a warcinfo record
    unlisted: int = (
        0  # records after the last one that a manifest lists, which a killed crawl may have appended
    )
    is_read: bool = True  # False if its process was ended
    most: int | None = MAX_NAMED_PROBLEMS
    problems: list[Problem] = field(default_factory=list)
    more: int = 0  # number of problems that are not named
    imported_damages: int = (
        0  # stretches that were unreadable in an imported file when its manifest was closed
    )

    def add(self, found: Problem) -> None:
        """Add a problem, or only count it if there are too many to name."""
        if self.most is None or len(self.problems) < self.most:
            self.problems.append(found)
        else:
            self.more += 1


def audit_file(job: FileAuditJob) -> FileAuditResult:
    """Audit a file from its first byte to its last; memory use does not grow with its size."""
    return _FileAudit(job).run()


class _FileAudit:
    def __init__(self, job: FileAuditJob) -> None:
        self.job = job
        self.file = filenames.stored_name(job.path)
        self.seen = FileAuditResult(self.file, most=job.most)
        self.against_manifest = _ManifestComparison(job, self.seen) if job.listed else None
        # Its crawl may have ended meanwhile, or one may have begun that appends to it.
        self.path = job.path if job.path.exists() else filenames.other_name(job.path)
        # Parts before the first one were listed by a manifest that is missing or damaged now.
        self.listed_start = job.listed[0].start if job.listed else 0
        self.listed_end = job.listed[-1].bytes if job.listed else 0
        self.is_ours = filenames.parse(job.path.name) is not None

    def run(self) -> FileAuditResult:
        with ExitStack() as stack:
            facts = stack.enter_context(self.job.facts.open("wb")) if self.job.facts else None
            try:
                self._read(facts)
            except OSError as error:
                says = f"it cannot be read further ({error.strerror or error})"
                self._add("damaged", says, offset=self.seen.bytes)
            else:
                if self.against_manifest:
                    self.against_manifest.end()
        return self.seen

    def _read(self, facts: BinaryIO | None) -> None:
        """Read the file to its end, and dump its events as far as the index has them."""
        beyond = 0
        names = current_names(read_changes(self.job.folder)) if facts else {}
        for stated in parse_events(self._records(), names):
            if facts is None or not isinstance(stated, EventRecord):
                continue
            if self.job.reached is not None and stated.end > self.job.reached:
                beyond += 1
                continue
            self.seen.captures += isinstance(stated.event, Fetched)
            try:
                write_fact(facts, stated)
            except OSError as error:
                raise Unwritable.from_os_error(error, facts.name) from error
        if beyond:
            says = f"{beyond} events from byte {self.job.reached} on are not in the index yet"
            self._add("unfinished", says, offset=self.job.reached or 0)

    def _records(self) -> Iterator[Record | Damage]:
        whole = hashlib.sha256()
        with self.path.open("rb") as raw:
            if not self.path.name.endswith(filenames.OPEN_SUFFIX):
                locks.hold_while_open(raw)
            for item in reader.read_records(self.path):
                place = item.place
                if place.offset >= (self.job.size if self.job.until is None else self.job.until):
                    break
                raw.seek(place.offset)
                begins = raw.read(len(_OUR_GZIP))
                raw.seek(place.offset)
                sha256 = manifests.hash_next_bytes(raw, place.length, whole)
                self.seen.bytes = place.offset + place.length
                self._check_item(item, sha256, begins)
                yield item
        self.seen.sha256 = whole.hexdigest()

    def _check_item(self, item: Record | Damage, sha256: str, begins: bytes) -> None:
        if isinstance(item, Record):
            self.seen.records += 1
            self.seen.begins_as_ours |= item.place.offset == 0 and item.kind == "warcinfo"
            check = check_digests if self.is_ours else external_digest_mismatches
            for wrong in check(item):
                self._add("altered", wrong.rstrip("."), offset=item.place.offset, url=item.url)
        if (
            self.against_manifest
            and item.place.offset >= self.listed_start
            and not self._may_be_appended(item.place.offset)
        ):
            self.against_manifest.take(item, sha256)
        elif self._may_be_appended(item.place.offset) and isinstance(item, Record):
            self.seen.unlisted += 1
        elif isinstance(item, Damage):
            if not self._is_torn_end():
                self._add("damaged", item.reason, offset=item.place.offset)
        elif self.is_ours and begins != _OUR_GZIP:
            self._add(
                "altered",
                "the record's gzip header is not as newsarchive writes it",
                offset=item.place.offset,
            )

    def _may_be_appended(self, offset: int) -> bool:
        """Return whether bytes after the listed end are of a crawl that runs or was killed.

        Such a file is open, or the index has what was appended: a record on disk gets its row before its manifest.
        """
        if not self.job.listed or offset < self.listed_end:
            return False
        return self.job.path.name.endswith(filenames.OPEN_SUFFIX) or offset < (self.job.reached or 0)

    def _is_torn_end(self) -> bool:
        """Return whether the last bytes read are what a killed crawl did not finish writing."""
        return self.path.name.endswith(filenames.OPEN_SUFFIX) and self.seen.bytes == self.path.stat().st_size

    def _add(self, finding: Finding, says: str, *, offset: int, url: str | None = None) -> None:
        self.seen.add(make_problem(finding, self.file, says, offset=offset, url=url))


@dataclass(frozen=True, slots=True)
class _Found:
    """A record, or bytes that are not one, as now in the file."""

    offset: int
    length: int
    sha256: str
    url: str | None
    damage: str | None


class _ManifestComparison:
    """Compares the file with what its manifest lists; buffers nothing until the first difference."""

    def __init__(self, job: FileAuditJob, seen: FileAuditResult) -> None:
        self.size = job.listed[-1].bytes
        self.seen = seen
        self.is_imported = filenames.parse_copy(job.path.name) is not None
        self.entries = chain.from_iterable(manifests.read_entries(job.folder, one) for one in job.listed)
        self.alike = bytearray()  # digests of the equal records before the first difference
        self.found: list[_Found] | None = None  # from the first difference on
        self.stated: list[Entry] = []

    def take(self, item: Record | Damage, sha256: str) -> None:
        place = item.place
        is_record = isinstance(item, Record)
        found = _Found(
            place.offset,
            place.length,
            sha256,
            item.url if isinstance(item, Record) and item.has_capture else None,
            None if isinstance(item, Record) else item.reason,
        )
        if self.found is not None:
            self.found.append(found)
            return
        entry = self._next()
        if entry and (entry.offset, entry.length, entry.sha256) == (place.offset, place.length, sha256):
            self.alike += bytes.fromhex(sha256)
            if not is_record and self.is_imported:
                self.seen.imported_damages += 1
            elif not is_record:
                self._add("damaged", f"{found.damage}, as it was when its manifest was closed", found.offset)
            elif entry.kind == UNREADABLE:
                self._add("altered", "the manifest calls this record unreadable", found.offset)
            return
        self.found = [found]
        self.stated = [entry] if entry else []

    def end(self) -> None:
        rest = self._next() if self.found is None else None
        if self.found is None and rest is None:
            return
        self.stated += [rest] if rest else []
        while (entry := self._next()) is not None:
            self.stated.append(entry)
        self._report(self.found or [])

    def _next(self) -> Entry | None:
        try:
            return next(self.entries, None)
        except BadManifest:
            return None  # reported by the audit of manifests

    def _report(self, found: list[_Found]) -> None:
        if self._is_cut(found):
            return
        alike = Counter(self.alike[at : at + 32].hex() for at in range(0, len(self.alike), 32))
        for one in differences(self.stated, found, key=lambda record: record.sha256, alike=alike):
            self._report_difference(one)

    def _is_cut(self, found: list[_Found]) -> bool:
        """Return whether the file matches up to its end and is too short."""
        if self.seen.bytes >= self.size or not self.stated:
            return False
        torn = found[-1:] if found and found[-1].damage else []
        whole = [one.sha256 for one in found[: len(found) - len(torn)]]
        if whole != [entry.sha256 for entry in self.stated[: len(whole)]]:
            return False
        gone = self.stated[len(whole) :]
        if torn and torn[0].offset != gone[0].offset:
            return False
        urls = [entry.url for entry in gone if entry.url]
        of = f", the first of {shorten(urls[0])}" if urls else ""
        records = counted(len(gone), "record")
        says = f"it ends at byte {self.seen.bytes} of {self.size}: {records} {are(len(gone))} gone{of}"
        if not self.seen.bytes:
            says = f"it is empty, and should hold {records} of {self.size} bytes{of}"
        self._add("truncated", says, gone[0].offset, urls[0] if urls else None)
        return True

    def _report_difference(self, one: Difference[Entry, _Found]) -> None:
        entry, found = one.stated, one.found
        if one.kind == "changed" and entry and found:
            what = f"can no longer be read ({found.damage})" if found.damage else "is not as it was written"
            url = entry.url or found.url
            self._add("altered", f"the {entry.kind} record{_of(url)} {what}", found.offset, url)
        elif one.kind == "removed" and entry:
            says = f"the {entry.kind} record{_of(entry.url)} that was here was removed"
            self._add("missing", says, entry.offset, entry.url)
        elif one.kind == "added" and found:
            says = (
                f"bytes that no manifest lists were inserted ({found.damage})"
                if found.damage
                else f"a record{_of(found.url)} that no manifest lists was inserted"
            )
            self._add("altered", says, found.offset, found.url)
        elif one.kind == "doubled" and found:
            self._add("altered", f"the record{_of(found.url)} is here a second time", found.offset, found.url)
        elif one.kind == "reordered" and entry and found:
            says = (
                f"the {entry.kind} record{_of(entry.url)} was at byte {entry.offset}: the order was changed"
            )
            self._add("altered", says, found.offset, entry.url)

    def _add(self, finding: Finding, says: str, offset: int, url: str | None = None) -> None:
        self.seen.add(make_problem(finding, self.seen.file, says, offset=offset, url=url))


def _of(url: str | None) -> str:
    return f" of {shorten(url)}" if url else ""
