"""One WARC file looked over: against its digests, its manifest, and its rows in the index. Runs in any process."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from archive import facts, manifests
from archive.capture import Shortfall
from archive.errors import ArchiveError, DamagedIndex, OutdatedIndex
from archive.facts import CrawlEnded, CrawlStarted, Failed, Fetched, Imported, Sighted
from archive.findings import MOST, Finding, Problem, problem, shown
from archive.index import checking
from archive.index.connection import Connection, Row, connect
from archive.index.keeping import capture_columns
from archive.manifests import UNREADABLE, BadManifest, Entry, ListedFile
from archive.sequences import Difference, differences
from archive.testimony import Stated, told_by
from archive.warc import names, reader
from archive.warc.check import check
from archive.warc.record import Damage, Record

_OUR_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"  # no flags, no time: as every record of ours begins


@dataclass(frozen=True, slots=True)
class FileJob:
    """A file to be looked over."""

    folder: Path
    path: Path
    index: Path | None  # None where there is none to be read
    listed: ListedFile | None
    until: int | None = None  # of a file that is being written: how far it was when the look began


@dataclass(slots=True)
class Inspected:
    """What a look over a file gave."""

    file: str
    bytes: int = 0
    records: int = 0
    rows: int = 0
    sha256: str = ""  # hex, of the whole file
    begins_as_ours: bool = False  # with a warcinfo record
    in_index: bool = False  # whether the index has any row of it
    crawls: set[str] = field(default_factory=set)  # that begin in this file
    failures: int = 0
    index_fault: ArchiveError | None = None  # why the rows were not looked at
    problems: list[Problem] = field(default_factory=list)
    more: int = 0  # problems not named

    def add(self, found: Problem) -> None:
        """Names the problem, or counts it where there are too many to name."""
        if len(self.problems) < MOST:
            self.problems.append(found)
        else:
            self.more += 1


def inspect(job: FileJob) -> Inspected:
    """The file looked over from its first byte to its last; memory does not grow with it.

    Where the index turns out to be damaged, the file is looked over without it.
    """
    fault = None
    if job.index is not None:
        try:
            with closing(connect(job.index)) as connection:
                connection.execute("BEGIN")  # every row as it stood at one moment
                return _Inspection(job, connection).run()
        except (DamagedIndex, OutdatedIndex) as error:
            fault = error
    seen = _Inspection(job, None).run()
    seen.index_fault = fault
    seen.in_index = True  # for all that can be known
    return seen


class _Inspection:
    def __init__(self, job: FileJob, connection: Connection | None) -> None:
        self.job = job
        self.file = names.place_file(job.path)
        self.seen = Inspected(self.file)
        self.against_manifest = _AgainstManifest(job, self.seen) if job.listed else None
        self.path = job.path if job.path.exists() else job.folder / self.file  # its crawl has ended meanwhile
        until = math.inf if job.until is None else job.until
        self.against_index = _AgainstIndex(self.file, connection, self.seen, until) if connection else None
        self.is_ours = names.parse(job.path.name) is not None

    def run(self) -> Inspected:
        try:
            for stated in told_by(self._records()):
                if isinstance(stated, Stated) and self.against_index:
                    self._hold_against_index(self.against_index, stated)
        except OSError as error:
            self._add("damaged", f"it cannot be read on ({error.strerror or error})", offset=self.seen.bytes)
        else:
            if self.against_manifest:
                self.against_manifest.end()
        if self.against_index:
            self.against_index.end()
            self.seen.in_index = self.against_index.is_known
        return self.seen

    def _hold_against_index(self, index: _AgainstIndex, stated: Stated) -> None:
        try:
            index.take(stated)
        except ArchiveError:
            raise
        except Exception as error:  # the outermost edge of one fact: anyone may have written it
            if isinstance(error, ValueError | OverflowError) or not facts.is_well_formed(stated.fact):
                says = f"the record before says what this archive never writes ({error})"
                self._add("altered", says, offset=stated.end)
            else:
                says = (
                    "the record before could not be held against its rows, for a fault of the index or of newsarchive "
                    f"({type(error).__name__}: {error}): run 'newsarchive rebuild', and report it if that does not help"
                )
                self._add("unchecked", says, offset=stated.end)

    def _records(self) -> Iterator[Record | Damage]:
        whole = hashlib.sha256()
        with self.path.open("rb") as raw:
            for item in reader.iterate(self.path):
                place = item.place
                if self.job.until is not None and place.offset >= self.job.until:
                    break
                raw.seek(place.offset)
                begins = raw.read(len(_OUR_GZIP))
                raw.seek(place.offset)
                sha256 = manifests.hashed(raw, place.length, whole)
                self.seen.bytes = place.offset + place.length
                self._look(item, sha256, begins)
                yield item
        self.seen.sha256 = whole.hexdigest()

    def _look(self, item: Record | Damage, sha256: str, begins: bytes) -> None:
        if isinstance(item, Record):
            self.seen.records += 1
            self.seen.begins_as_ours |= item.place.offset == 0 and item.kind == "warcinfo"
            # What a file made elsewhere said of itself was taken in as it came; its manifest tells what changed.
            for wrong in check(item) if self.is_ours or not self.against_manifest else ():
                self._add("altered", wrong.rstrip("."), offset=item.place.offset, url=item.url)
        if self.against_manifest:
            self.against_manifest.take(item, sha256)
        elif isinstance(item, Damage):
            if not self._is_torn_end():
                self._add("damaged", item.reason, offset=item.place.offset)
        elif self.is_ours and begins != _OUR_GZIP:
            self._add(
                "altered", "the record's gzip head is not as it is written here", offset=item.place.offset
            )

    def _is_torn_end(self) -> bool:
        """Whether what was just read is what a killed crawl did not get to write whole."""
        return self.path.name.endswith(names.OPEN) and self.seen.bytes == self.path.stat().st_size

    def _add(self, finding: Finding, says: str, *, offset: int, url: str | None = None) -> None:
        self.seen.add(problem(finding, self.file, says, offset=offset, url=url))


@dataclass(frozen=True, slots=True)
class _Found:
    """A record, or bytes that are none, as they stand in the file now."""

    offset: int
    length: int
    sha256: str
    url: str | None
    damage: str | None


class _AgainstManifest:
    """What the file holds against what its manifest lists: equal, until the first difference."""

    def __init__(self, job: FileJob, seen: Inspected) -> None:
        assert job.listed is not None
        self.listed = job.listed
        self.seen = seen
        self.entries = manifests.entries(job.folder, job.listed)
        self.alike = bytearray()  # the digests up to the first difference
        self.found: list[_Found] | None = None  # from the first difference on
        self.stated: list[Entry] = []

    def take(self, item: Record | Damage, sha256: str) -> None:
        place = item.place
        is_record = isinstance(item, Record)
        found = _Found(
            place.offset,
            place.length,
            sha256,
            item.url if isinstance(item, Record) and item.answers else None,
            None if isinstance(item, Record) else item.reason,
        )
        if self.found is not None:
            self.found.append(found)
            return
        entry = self._next()
        if entry and (entry.offset, entry.length, entry.sha256) == (place.offset, place.length, sha256):
            self.alike += bytes.fromhex(sha256)
            if not is_record:
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
        self._tell(self.found or [])

    def _next(self) -> Entry | None:
        try:
            return next(self.entries, None)
        except BadManifest:
            return None  # told where the manifests are looked over

    def _tell(self, found: list[_Found]) -> None:
        if self._is_cut(found):
            return
        alike = Counter(self.alike[at : at + 32].hex() for at in range(0, len(self.alike), 32))
        for one in differences(self.stated, found, key=lambda record: record.sha256, alike=alike):
            self._tell_one(one)

    def _is_cut(self, found: list[_Found]) -> bool:
        """Whether the file is what it should be up to where it ends, and too short."""
        if self.seen.bytes >= self.listed.bytes or not self.stated:
            return False
        torn = found[-1:] if found and found[-1].damage else []
        whole = [one.sha256 for one in found[: len(found) - len(torn)]]
        if whole != [entry.sha256 for entry in self.stated[: len(whole)]]:
            return False
        gone = self.stated[len(whole) :]
        if torn and torn[0].offset != gone[0].offset:
            return False
        urls = [entry.url for entry in gone if entry.url]
        of = f", that of {shown(urls[0])} first" if urls else ""
        says = f"it ends at byte {self.seen.bytes} of {self.listed.bytes}: {_records(len(gone))} gone{of}"
        if not self.seen.bytes:
            says = f"it is empty, and should hold {_records(len(gone))[:-4]} of {self.listed.bytes} bytes{of}"
        self._add("truncated", says, gone[0].offset, urls[0] if urls else None)
        return True

    def _tell_one(self, one: Difference[Entry, _Found]) -> None:
        entry, found = one.stated, one.found
        if one.kind == "changed" and entry and found:
            what = f"cannot be read any more ({found.damage})" if found.damage else "is not as it was written"
            url = entry.url or found.url
            self._add("altered", f"the {entry.kind} record{_of(url)} {what}", found.offset, url)
        elif one.kind == "removed" and entry:
            says = f"the {entry.kind} record{_of(entry.url)} that stood here was taken out"
            self._add("missing", says, entry.offset, entry.url)
        elif one.kind == "added" and found:
            says = (
                f"bytes that no manifest lists were put in ({found.damage})"
                if found.damage
                else f"a record{_of(found.url)} that no manifest lists was put in"
            )
            self._add("altered", says, found.offset, found.url)
        elif one.kind == "doubled" and found:
            self._add("altered", f"the record{_of(found.url)} stands here once more", found.offset, found.url)
        elif one.kind == "reordered" and entry and found:
            says = (
                f"the {entry.kind} record{_of(entry.url)} stood at byte {entry.offset}: the order was changed"
            )
            self._add("altered", says, found.offset, entry.url)

    def _add(self, finding: Finding, says: str, offset: int, url: str | None = None) -> None:
        self.seen.add(problem(finding, self.seen.file, says, offset=offset, url=url))


class _AgainstIndex:
    """What the file states against the rows that should follow from it."""

    def __init__(self, file: str, connection: Connection, seen: Inspected, most: float) -> None:
        self.file = file
        self.most = most  # rows of what was written since the look began are left alone
        self.connection = connection
        self.seen = seen
        self.rows = checking.capture_rows(connection, file)
        self.row = next(self.rows, None)
        self.is_known = self.row is not None or checking.reached(connection, file) is not None
        self.until = self._until()  # bytes; what is behind has no rows yet
        self.beyond = 0

    def _until(self) -> float:
        reached = checking.reached(self.connection, self.file)
        if reached is None and self.row is not None:
            self.seen.add(
                problem("missing", self.file, "its own row is not in the index, those of its records are")
            )
        return math.inf if reached is None else reached

    def take(self, stated: Stated) -> None:
        if not self.is_known or stated.end > self.until:
            self.beyond += 1
            return
        match stated.fact:
            case Fetched():
                self._capture(stated, stated.fact)
            case Sighted():
                for says in checking.sightings(self.connection, stated.fact):
                    self._add("altered", says, stated.end)
            case Failed():
                self.seen.failures += 1
                if not checking.has_failure(self.connection, stated.fact):
                    says = f"the failure of {shown(stated.fact.url)} has no row in the index"
                    self._add("missing", says, stated.end, stated.fact.url)
            case Imported():
                for says in checking.imported(self.connection, stated.fact):
                    self._add("altered", says, stated.end)
            case CrawlStarted():
                self.seen.crawls.add(stated.fact.crawl)
                for says in checking.crawl_started(self.connection, stated.fact):
                    self._add("altered", says, stated.end)
            case CrawlEnded():
                for says in checking.crawl_ended(self.connection, stated.fact):
                    self._add("altered", says, stated.end)

    def end(self) -> None:
        while self.row is not None and self.row["offset"] < self.most:
            self._unsupported(self.row)
            self._advance()
        if self.beyond and self.is_known:
            says = f"{self.beyond} facts from byte {self.until:g} on are not in the index yet"
            self.seen.add(problem("unfinished", self.file, says, offset=int(self.until)))

    def _capture(self, stated: Stated, fact: Fetched) -> None:
        assert stated.entry is not None
        at = stated.entry.place.offset
        while self.row is not None and self.row["offset"] < at:
            self._unsupported(self.row)
            self._advance()
        if self.row is not None and self.row["offset"] == at:
            row = self.row
            self.seen.rows += 1
            self._advance()  # first: it is there, whatever becomes of the comparison
            self._compare(row, capture_columns(stated.entry, fact), at)
            return
        elsewhere = checking.capture_of(self.connection, stated.entry.record_id)
        url = stated.entry.url
        if elsewhere is not None and names.parse_copy(self.file.rpartition("/")[2]):
            return  # of a record that two imported files hold, the first has the row
        if elsewhere is not None:
            says = f"the row of {shown(url)} says it stands in {shown(elsewhere['file'])} at byte "
            self._add("altered", says + shown(elsewhere["offset"]), at, url)
        else:
            says = f"{shown(url)} has no row in the index"
            self.seen.add(problem("missing", self.file, says, offset=at, url=url, row_missing=True))

    def _compare(self, row: Row, should: dict[str, object], at: int) -> None:
        for name, value in should.items():
            became_article = (name, value, row[name]) == (
                "role",
                "page",
                "article",
            )  # when it was read as one
            # A revisit made elsewhere does not say of what; the row does, where the original is held.
            is_elsewhere = name.startswith("payload_") and not should["payload_bytes"]
            # Rows that were made before answers were looked at for it do not say how these show that they are cut.
            is_unsaid = name == "truncated" and row[name] is None and value in get_args(Shortfall)
            if row[name] == value or became_article or is_unsaid:
                continue
            if not (is_elsewhere and row["kind"] == "revisit"):
                says = f"the row's {name} is {shown(row[name])}, the record's {shown(value)}"
                self._add("altered", says, at, str(should["url"]))

    def _unsupported(self, row: Row) -> None:
        says = f"the row of {shown(row['url'])} (fetched {shown(row['fetched_at'])}) has no record that can be read"
        self._add("missing", says, row["offset"], row["url"])

    def _advance(self) -> None:
        self.row = next(self.rows, None)

    def _add(self, finding: Finding, says: str, offset: int, url: str | None = None) -> None:
        self.seen.add(problem(finding, self.file, says, offset=offset, url=url))


def _of(url: str | None) -> str:
    return f" of {shown(url)}" if url else ""


def _records(number: int) -> str:
    return "1 record is" if number == 1 else f"{number} records are"
