"""Audit an archive: manifests and their chain, WARC files, and the index, which is derived again for comparison."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from archive import locks, paths
from archive.errors import ArchiveError, DamagedIndex, Unwritable
from archive.index.db.connection import Connection, check_schema, connect
from archive.index.lookup import audit as index_audit
from archive.integrity.derivation import FileOfFacts
from archive.integrity.file_audit import FileAuditJob, FileAuditResult, audit_file
from archive.integrity.index_audit import Comparison, Here, Pages, SearchJob, found_otherwise
from archive.integrity.problems import (
    MAX_NAMED_PROBLEMS,
    AuditResult,
    Finding,
    Problem,
    make_problem,
    shorten,
)
from archive.jobs.pool import JobFailed, JobInterrupted, Limits
from archive.manifests import reader as manifests
from archive.manifests import writer as manifest_writer
from archive.manifests.reader import BadManifest, ChainHead, ListedFile, Manifest
from archive.values.plurals import are, counted
from archive.warc import filenames
from archive.warc.repair import DAMAGED_FOLDER

# A file of 1 GB takes some minutes on a slow machine; a record may have a gigabyte, decompressed.
ALLOWANCE = Limits(processor_seconds=24 * 3600, seconds=24 * 3600.0, memory=8 * 1024**3)
MAX_PENDING = 8  # files sent to workers ahead of the one waited for
ProgressCallback = Callable[[int, int], None]
Job = TypeVar("Job")
Done = TypeVar("Done")


def run_audit(
    folder: Path,
    executor: Executor | None = None,
    progress: ProgressCallback = lambda done, all_: None,
    *,
    noted: str | None = None,
    pages: Pages | None = None,
    deriving: ProgressCallback = lambda done, all_: None,
    most: int | None = MAX_NAMED_PROBLEMS,
) -> AuditResult:
    """Return what is wrong with the archive.

    `progress` is called with the bytes read and their total, then `deriving` with how much of the index is derived
    and compared.

    Files are read in the executor's processes, or in this one if there is none. Only scratch files are written, and
    crawls may run: files being written are checked up to their size at the start. A chain head `noted` down earlier
    has to be in the chain. `pages` says who extracts pages again, and which; without it, as few as possible are, in
    this process. At most `most` problems of one file or table are named, the others counted.
    """
    if pages is None:
        from archive.extraction.version import EXTRACTOR

        pages = Pages(EXTRACTOR, again=False)
    with tempfile.TemporaryDirectory(prefix="newsarchive-verify-") as scratch:
        look = _Audit(folder, executor, (progress, deriving), noted, pages, most, Path(scratch))
        try:
            return look.run()
        except Unwritable as error:
            if scratch not in str(error):
                raise
            raise Unwritable(
                f"The index cannot be derived for comparison: {error} It needs as much space as archive.db, in "
                "the folder that TMPDIR names."
            ) from error


@dataclass(slots=True)
class _ManifestChain:
    """The manifests as found in the folder."""

    listed: dict[str, list[ListedFile]] = field(default_factory=dict)  # by WARC file: its parts, in order
    by_digest: dict[str, str] = field(default_factory=dict)  # SHA-256 of a WARC file → its name
    digests: dict[str, str] = field(default_factory=dict)  # manifest → SHA-256, if readable
    unchecked: set[str] = field(
        default_factory=set
    )  # manifests whose check failed, though they may be in order


class _Audit:
    def __init__(
        self,
        folder: Path,
        executor: Executor | None,
        progress: tuple[ProgressCallback, ProgressCallback],
        noted: str | None,
        pages: Pages,
        most: int | None,
        scratch: Path,
    ) -> None:
        self.folder = folder
        self.noted = noted
        self.executor = executor
        self.progress, self.deriving = progress
        self.pages = pages
        self.most = most
        self.scratch = scratch
        self.result = AuditResult()
        self.chain = _ManifestChain()
        self.known: dict[
            str, int | None
        ] = {}  # files in the index, with the indexed bytes if their row has them
        self.paths: dict[str, Path] = {}  # of WARC files, at the start of the audit
        self.sizes: dict[str, int] = {}  # of the same: a crawl that begins later may append to one
        self.last_manifest = (
            0  # its number, at the start of the audit: later ones may list more than is checked
        )
        self.crawled: dict[str, bool] = {}  # whether a source is being crawled, if checked already
        self.facts: list[FileOfFacts] = []
        self.why_not_derived: str | None = None  # if comparing the index with the records would be misleading

    def run(self) -> AuditResult:
        connection = self._index()
        self.paths = {filenames.stored_name(path): path for path in filenames.warc_files(self.folder)}
        if closed := manifests.manifest_paths(self.folder):
            self.last_manifest = manifests.number_of(closed[-1].name) or 0
        self.sizes = {file: _size(path) for file, path in self.paths.items()}
        until = self._until()
        job = SearchJob(paths.index_path(self.folder), self.scratch / "search.db", self.most)
        search = (self.executor or Here()).submit(found_otherwise, job) if connection else None
        self._manifests()
        self._files(until, connection)
        if connection is not None and search is not None:
            with closing(connection):
                self._run_checks(lambda: self._rows(connection))
                comparison = self._comparison(connection)
                self._run_checks(comparison.run)
                self._run_checks(lambda: comparison.searched(search, job))
        return self.result

    def _index(self) -> Connection | None:
        """Open the index in a transaction that sees its present state; None if it cannot be read."""
        connection: Connection | None = None
        try:
            connection = connect(paths.index_path(self.folder))
            check_schema(connection)
            connection.execute("BEGIN")
            self.known = index_audit.all_reached(connection)
            return connection
        except ArchiveError as error:
            self._damaged_index(error)
        if connection is not None:
            connection.close()
        return None

    def _run_checks(self, act: Callable[[], None]) -> None:
        """Run checks of the index; a fault of the index itself is a problem of it alone."""
        try:
            act()
        except Unwritable:
            raise
        except ArchiveError as error:
            self._damaged_index(error)
        except Exception as error:  # the outermost edge of the checks of the index
            says = (
                "it could not be compared with the records because of an error in the index or in newsarchive "
                f"({type(error).__name__}: {error}): run 'newsarchive rebuild', and report it if that does not help"
            )
            self._add(make_problem("unchecked", paths.INDEX, says))

    def _damaged_index(self, error: ArchiveError) -> None:
        index = paths.index_path(self.folder)
        finding: Finding = "damaged" if isinstance(error, DamagedIndex) else "unchecked"
        says = str(error).replace(str(index), paths.INDEX)
        found = Problem(finding if index.exists() else "missing", paths.INDEX, None, None, says)
        if found not in self.result.problems:  # another check may have found it too
            self._add(found)

    def _until(self) -> Mapping[str, int]:
        """Return the size of each file that is being written, at the start of the audit."""
        running = {}
        for file, path in self.paths.items():
            source = manifest_writer.source_of(file)
            if source and self._is_crawled(source):
                reached = self.known.get(file)
                if path.name.endswith(filenames.OPEN_SUFFIX) or (reached or 0) < _size(path):
                    running[file] = reached or 0
        return running

    def _is_crawled(self, source: str) -> bool:
        if source not in self.crawled:
            self.crawled[source] = locks.is_locked(paths.source_lock(self.folder, source))
        return self.crawled[source]

    def _manifests(self) -> None:
        before: Manifest | None = None
        before_digest: str | None = None
        expected = 1
        for path, manifest, error in _run_in_order(
            self.executor, _read_manifest, manifests.manifest_paths(self.folder), _unread_manifest
        ):
            self.result.manifests += 1
            name = f"{paths.MANIFESTS}/{path.name}"
            number = manifests.number_of(path.name) or 0
            for gone in range(expected, min(number, expected + 100)):
                self._add(make_problem("missing", paths.MANIFESTS, f"manifest number {gone} does not exist"))
            if number < expected:
                self._add(make_problem("altered", name, "two manifests have its number"))
            is_gap = number != expected
            expected = max(expected, number + 1)
            if error is not None:
                self._add(error)
                if error.finding == "unchecked":
                    self.chain.unchecked.add(path.name)
            if manifest is not None:
                self._linked(manifest, before, before_digest, is_gap=is_gap, is_first=number == 1)
                self._list(manifest)
            before, before_digest = manifest, manifest.sha256 if manifest else manifests.file_sha256(path)
            self.chain.digests[path.name] = before_digest
            self.result.head = ChainHead(path.name, before_digest)
        if self.noted and self.noted.lower() not in self.chain.digests.values():
            says = f"none of them has the digest {shorten(self.noted)}, the head that was noted down"
            self._add(make_problem("altered", paths.MANIFESTS, says))
        there = paths.manifests_folder(self.folder)
        for entry in sorted(os.scandir(there), key=lambda one: one.name) if there.is_dir() else ():
            if manifests.number_of(entry.name) is None and not entry.name.endswith(manifests.PART_SUFFIX):
                self._add(make_problem("foreign", f"{paths.MANIFESTS}/{entry.name}", "it is not a manifest"))

    def _list(self, manifest: Manifest) -> None:
        for listed in manifest.files:
            parts = self.chain.listed.setdefault(listed.file, [])
            same = next((part for part in parts if part.start == listed.start), None)
            if not listed.start:
                self.chain.by_digest.setdefault(listed.sha256, listed.file)
            if same is not None:
                if same.sha256 != listed.sha256:
                    says = f"it lists {shorten(listed.file)} with another checksum than {same.manifest} before it"
                    self._add(make_problem("altered", f"{paths.MANIFESTS}/{manifest.name}", says))
                continue
            if parts and parts[-1].bytes != listed.start:
                says = (
                    f"it lists {shorten(listed.file)} from byte {listed.start} on, but {parts[-1].manifest} before it "
                    f"lists it up to byte {parts[-1].bytes}"
                )
                self._add(make_problem("altered", f"{paths.MANIFESTS}/{manifest.name}", says))
                continue
            parts.append(listed)

    def _linked(
        self,
        manifest: Manifest,
        before: Manifest | None,
        before_digest: str | None,
        *,
        is_gap: bool,
        is_first: bool,
    ) -> None:
        name = f"{paths.MANIFESTS}/{manifest.name}"
        if is_first:
            if manifest.previous is not None:
                says = f"it is numbered as the first and follows {shorten(manifest.previous)}"
                self._add(make_problem("altered", name, says))
        elif not is_gap and manifest.previous_sha256 != before_digest:
            says = f"it follows {shorten(manifest.previous)} as it was then; that manifest has changed since"
            self._add(make_problem("altered", name, says))

    def _files(self, until: Mapping[str, int], connection: Connection | None) -> None:
        paths = self.paths
        total = sum(_size(path) for path in paths.values())
        jobs = [self._job(number, file, path, until) for number, (file, path) in enumerate(paths.items())]
        for seen in _run_in_order(self.executor, audit_file, jobs, _unread_file):
            self._take(seen, paths[seen.file], seen.file in until, connection)
            self.progress(self.result.bytes, total)
        for file in sorted(self.chain.listed.keys() - paths.keys()):
            says = f"it is in the manifest {self.chain.listed[file][0].manifest} and not in the folder"
            self._add(make_problem("missing", file, says))
        self._foreign_files()

    def _job(self, number: int, file: str, path: Path, until: Mapping[str, int]) -> FileAuditJob:
        size, facts, reached = self.sizes[file], None, self.known.get(file)
        parts = tuple(
            part
            for part in self.chain.listed.get(file, ())
            if part.start < size or (manifests.number_of(part.manifest) or 0) <= self.last_manifest
        )
        if file in self.known:
            facts = self.scratch / f"{number}.facts"
            is_partly = file in until or path.name.endswith(filenames.OPEN_SUFFIX)
            self.facts.append(FileOfFacts(path, facts, (reached or 0) if is_partly else None))
        return FileAuditJob(self.folder, path, parts, size, until.get(file), facts, reached, self.most)

    def _take(
        self, seen: FileAuditResult, path: Path, is_written: bool, connection: Connection | None
    ) -> None:
        verified = self.result
        verified.files += 1
        verified.records += seen.records
        verified.rows += seen.captures
        verified.bytes += _size(path)
        if not seen.is_read and self.why_not_derived is None:
            self.why_not_derived = f"as {seen.file} could not be read to its end"
        parts = self.chain.listed.get(seen.file)
        listed = parts[0] if parts and len(parts) == 1 else None
        if is_written:
            verified.notes.append(f"{seen.file} is being written: it was checked up to byte {seen.bytes}.")
        elif parts is None:
            self._unlisted(seen, path, connection)
        elif seen.unlisted or path.name.endswith(filenames.OPEN_SUFFIX):
            self._appended(seen)
        elif connection and seen.file not in self.known:
            says = "the index has no row of it; 'newsarchive rebuild' builds the index again"
            self._add(make_problem("missing", seen.file, says))
        other = self.chain.by_digest.get(seen.sha256)
        if listed and seen.sha256 != listed.sha256 and other and other != seen.file:
            says = (
                f"it has the contents that the manifest lists for {other}: the files were swapped or copied"
            )
            self._add(make_problem("altered", seen.file, says))
            self.why_not_derived = "while the files are swapped"
            return
        verified.problems += seen.problems
        if seen.imported_damages:
            stretches = counted(seen.imported_damages, "stretch")
            verified.notes.append(
                f"{seen.file} has {stretches} of bytes that could not be read when it was imported, and is as it was."
            )
        if seen.more:
            says = f"{counted(seen.more, 'more problem')} {are(seen.more)} not listed here"
            self._add(make_problem("altered", seen.file, says))

    def _appended(self, seen: FileAuditResult) -> None:
        """Report a listed file to which a crawl was appending when it was killed."""
        source = manifest_writer.source_of(seen.file)
        if source and (self._is_crawled(source) or locks.is_locked(paths.source_lock(self.folder, source))):
            self.result.notes.append(
                f"{seen.file} belongs to a running crawl: no manifest lists its end yet."
            )
            return
        listed = "no manifest lists what it appended" if seen.unlisted else "it had appended nothing yet"
        says = f"a crawl was killed while it appended to this file: {listed}"
        self._add(make_problem("unfinished", seen.file, says))

    def _unlisted(self, seen: FileAuditResult, path: Path, connection: Connection | None) -> None:
        """Report a file that no manifest lists: left by a crash, or made by someone."""
        name, copied = filenames.parse(path.name), filenames.parse_copy(path.name)
        source = manifest_writer.source_of(seen.file)
        copy = self.chain.by_digest.get(seen.sha256)
        if source and (self._is_crawled(source) or locks.is_locked(paths.source_lock(self.folder, source))):
            self.result.notes.append(f"{seen.file} belongs to a running crawl: it has no manifest yet.")
        elif copy:
            says = f"it is a copy of {copy}, which the manifest {self.chain.listed[copy][0].manifest} lists"
            self._add(make_problem("foreign", seen.file, says))
        elif (name and name.is_open) or (
            connection
            and seen.file not in self.known
            and (copied or (source == filenames.IMPORT_SOURCE and seen.begins_as_ours))
        ):
            self._add(
                make_problem(
                    "unfinished", seen.file, "a crawl or an import was killed while it wrote this file"
                )
            )
        elif not seen.records and seen.is_read:
            seen.problems = [one for one in seen.problems if one.finding != "damaged"]
            self._add(make_problem("foreign", seen.file, "it has no WARC record, and no manifest lists it"))
        elif connection is None or seen.file in self.known:
            manifest = self._manifest_of(connection, seen.file)
            if manifest is None:
                says = "the process that wrote it was killed before it closed a manifest: none lists it yet"
                self._add(make_problem("unfinished", seen.file, says))
            elif manifest not in self.chain.unchecked and not self._lists_it_now(manifest, seen.file):
                says = f"its manifest {shorten(manifest)} does not exist, or no longer lists it"
                self._add(make_problem("missing", seen.file, says))
        elif name is None or not seen.begins_as_ours:
            what = (
                "newsarchive does not use such names"
                if name is None
                else "it does not begin like the files of newsarchive"
            )
            self._add(make_problem("foreign", seen.file, f"{what}, and no manifest lists it"))
        else:
            says = "no manifest lists it, and the index has no row of it"
            self._add(make_problem("unlisted", seen.file, says))

    def _manifest_of(self, connection: Connection | None, file: str) -> str | None:
        try:
            return index_audit.manifest_of(connection, file) if connection else None
        except ArchiveError:
            return None  # reported by the check of rows

    def _lists_it_now(self, manifest: str, file: str) -> bool:
        """Return whether a manifest closed since the audit began lists a file."""
        if manifest in self.chain.digests:
            return False
        _, read, _ = _read_manifest(paths.manifests_folder(self.folder) / manifest)
        return read is not None and file in {listed.file for listed in read.files}

    def _foreign_files(self) -> None:
        """Report other files in the folder of WARC files."""
        there = paths.warc_folder(self.folder)
        for entry in sorted(os.scandir(there), key=lambda one: one.name) if there.is_dir() else ():
            file = f"{paths.WARC}/{entry.name}"
            if filenames.is_warc_name(entry.name) or (entry.name == DAMAGED_FOLDER and entry.is_dir()):
                continue
            if not filenames.parse_copy(entry.name.removesuffix(manifests.PART_SUFFIX)):
                self._add(make_problem("foreign", file, "it is not a WARC file of this archive"))
            elif not locks.is_locked(paths.source_lock(self.folder, filenames.IMPORT_SOURCE)):
                self._add(make_problem("unfinished", file, "an import was killed while it copied this file"))

    def _rows(self, connection: Connection) -> None:
        if ahead := index_audit.captures_dated_ahead(connection, datetime.now(UTC)):
            captures, latest = ahead
            dated = f"{counted(captures, 'capture')} {are(captures)}"
            self.result.notes.append(
                f"{dated} dated in the future, up to {latest}: the clock was ahead then, or is behind now."
            )
        named = index_audit.captures_per_file(connection)
        there = {filenames.stored_name(path) for path in filenames.warc_files(self.folder)}
        for file in sorted(named.keys() - there - self.chain.listed.keys()):
            says = f"it is in the index, with {counted(named[file], 'capture')}, and not in the folder"
            self._add(make_problem("missing", file, says))
        with closing(
            connect(paths.index_path(self.folder))
        ) as by_now:  # newer than the snapshot, as are the manifests
            self._manifest_rows(index_audit.manifest_digests(by_now))

    def _comparison(self, connection: Connection) -> Comparison:
        if self.why_not_derived:
            says = f"The index is not compared with what the WARC files say, {self.why_not_derived}."
            self.result.notes.append(says)
        return Comparison(
            self.folder,
            connection,
            None if self.why_not_derived else self.facts,
            self.pages,
            self.scratch,
            self.most,
            self.result,
            self.deriving,
            [source for source, is_crawled in self.crawled.items() if is_crawled],
        )

    def _manifest_rows(self, rows: Mapping[str, str]) -> None:
        for name, sha256 in rows.items():
            found, file = self.chain.digests.get(name), f"{paths.MANIFESTS}/{name}"
            if found is None and not (self.folder / file).exists():
                self._add(make_problem("missing", file, "it is in the index and not in the folder"))
            elif found is not None and found != sha256:
                self._add(make_problem("altered", file, "its digest differs from the one in the index"))
        for name in sorted(self.chain.digests.keys() - rows.keys()):
            self._add(
                make_problem("unfinished", f"{paths.MANIFESTS}/{name}", "it has no row in the index yet")
            )

    def _add(self, found: Problem) -> None:
        self.result.problems.append(found)


def _read_manifest(path: Path) -> tuple[Path, Manifest | None, Problem | None]:
    file = f"{paths.MANIFESTS}/{path.name}"
    try:
        return path, manifests.read(path), None
    except BadManifest as error:
        return path, None, Problem("altered", file, None, None, str(error))
    except OSError as error:
        return path, None, make_problem("altered", file, f"it cannot be read ({error.strerror or error})")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # its crawl ended meanwhile and renamed it, or one began that appends to it
        return filenames.other_name(path).stat().st_size


def _unread_manifest(path: Path, error: ArchiveError) -> tuple[Path, Manifest | None, Problem | None]:
    return path, None, make_problem("unchecked", f"{paths.MANIFESTS}/{path.name}", str(error).rstrip("."))


def _unread_file(job: FileAuditJob, error: ArchiveError) -> FileAuditResult:
    file = filenames.stored_name(job.path)
    return FileAuditResult(
        file, is_read=False, problems=[make_problem("unchecked", file, str(error).rstrip("."))]
    )


def _run_in_order(
    executor: Executor | None,
    function: Callable[[Job], Done],
    jobs: Iterable[Job],
    failed: Callable[[Job, ArchiveError], Done],
) -> Iterator[Done]:
    """Yield the result of each job, in order; in other processes if there is an executor."""
    if executor is None:
        yield from map(function, jobs)
        return
    waiting: deque[tuple[Job, Future[Done]]] = deque()
    for job in jobs:
        waiting.append((job, executor.submit(function, job)))
        if len(waiting) >= MAX_PENDING:
            yield _result_of(function, *waiting.popleft(), failed)
    while waiting:
        yield _result_of(function, *waiting.popleft(), failed)


def _result_of(
    function: Callable[[Job], Done],
    job: Job,
    done: Future[Done],
    failed: Callable[[Job, ArchiveError], Done],
) -> Done:
    try:
        try:
            return done.result()
        except SystemError:  # raised by C code that failed at the memory limit of its process
            return function(job)
    except (JobFailed, JobInterrupted) as error:
        return failed(job, error)
    except ArchiveError:
        raise
    except (
        Exception
    ) as error:  # the outermost edge of one file: a fault of the program says nothing about the file
        fault = f"{type(error).__name__}: {error}"
        says = f"it could not be checked, for a fault of newsarchive or of the machine ({fault})"
        return failed(job, JobInterrupted(says))
