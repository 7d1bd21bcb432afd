"""The whole archive held against itself: manifests and their chain, WARC files, rows; what differs is named."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from archive import folders, locks, manifests, sealing
from archive.errors import ArchiveError, DamagedIndex
from archive.findings import MOST, Finding, Problem, Verified, problem, shown
from archive.index import checking
from archive.index.connection import Connection, check_schema, connect
from archive.inspecting import FileJob, Inspected, inspect
from archive.manifests import BadManifest, Head, ListedFile, Manifest
from archive.warc import names
from archive.warc.repair import DAMAGED_FOLDER
from archive.workers import Allowance, ReaderEnded, Unread

# A file of 1 GB takes some minutes of a slow machine; a record may be a gigabyte, unpacked.
ALLOWANCE = Allowance(processor_seconds=24 * 3600, seconds=24 * 3600.0, memory=8 * 1024**3)
AHEAD = 8  # files handed to the workers ahead of the one waited for
Tell = Callable[[int, int], None]
Job = TypeVar("Job")
Done = TypeVar("Done")


def verify(
    folder: Path,
    executor: Executor | None = None,
    progress: Tell = lambda done, all_: None,
    *,
    noted: str | None = None,
) -> Verified:
    """What is wrong with the archive; `progress` is told bytes read and bytes in all.

    Files are read in the executor's processes, or here when there is none. Nothing is written, and crawls may go on:
    what they are writing is looked at as far as it had come. A head `noted` down earlier must be in the chain.
    """
    return _Verifying(folder, executor, progress, noted).run()


@dataclass(slots=True)
class _Chain:
    """The manifests as they were found."""

    listed: dict[str, ListedFile] = field(default_factory=dict)  # by WARC file
    by_digest: dict[str, str] = field(default_factory=dict)  # SHA-256 of a WARC file → its name
    digests: dict[str, str] = field(default_factory=dict)  # manifest → SHA-256, as far as it can be read


class _Verifying:
    def __init__(self, folder: Path, executor: Executor | None, progress: Tell, noted: str | None) -> None:
        self.folder = folder
        self.noted = noted
        self.executor = executor
        self.progress = progress
        self.verified = Verified()
        self.chain = _Chain()
        self.crawls: set[str] = set()
        self.known_crawls: set[str] = set()  # by their rows when the look began
        self.failures = self.known_failures = 0
        self.is_still = True  # no crawl is writing
        self.is_whole = True  # every file could be read from end to end

    def run(self) -> Verified:
        connection = self._index()
        until = self._until(connection)
        self._manifests()
        self._files(until, connection)
        if connection is not None:
            with closing(connection):
                try:
                    self._rows(connection)
                except ArchiveError as error:
                    self._damaged_index(error)
        return self.verified

    def _index(self) -> Connection | None:
        connection = None
        try:
            connection = connect(folders.index_of(self.folder))
            check_schema(connection)
            self.known_crawls = checking.crawls(connection)
            self.known_failures = checking.failures(connection)
        except ArchiveError as error:
            self._damaged_index(error)
            if connection is not None:
                connection.close()
            return None
        return connection

    def _damaged_index(self, error: ArchiveError) -> None:
        index = folders.index_of(self.folder)
        finding: Finding = "damaged" if isinstance(error, DamagedIndex) else "unchecked"
        says = str(error).replace(str(index), folders.INDEX)
        found = Problem(finding if index.exists() else "missing", folders.INDEX, None, None, says)
        if found not in self.verified.problems:  # readers of files may have met it too
            self._add(found)

    def _until(self, connection: Connection | None) -> Mapping[str, int]:
        """How far the files that are being written had come when the look began."""
        running = {}
        for path in names.left_open(self.folder):
            name = names.parse(path.name)
            if name and locks.is_held(folders.source_lock(self.folder, name.source)):
                self.is_still = False
                file = names.place_file(path)
                running[file] = self._reached(connection, file)
        return running

    def _reached(self, connection: Connection | None, file: str) -> int:
        try:
            return (checking.reached(connection, file) or 0) if connection else 0
        except ArchiveError:
            return 0  # told where the rows are looked at

    def _manifests(self) -> None:
        before: Manifest | None = None
        before_digest: str | None = None
        expected = 1
        for path, manifest, error in _each(
            self.executor, _read_manifest, manifests.paths(self.folder), _unread_manifest
        ):
            self.verified.manifests += 1
            name = f"{folders.MANIFESTS}/{path.name}"
            number = manifests.number_of(path.name) or 0
            for gone in range(expected, min(number, expected + 100)):
                self._add(problem("missing", folders.MANIFESTS, f"manifest number {gone} is not there"))
            if number < expected:
                self._add(problem("altered", name, "two manifests have its number"))
            is_gap = number != expected
            expected = max(expected, number + 1)
            if manifest is None:
                self._add(Problem("altered", name, None, None, error))
            else:
                self._linked(manifest, before, before_digest, is_gap=is_gap, is_first=number == 1)
                self._list(manifest)
            before, before_digest = manifest, manifest.sha256 if manifest else manifests.file_digest(path)
            self.chain.digests[path.name] = before_digest
            self.verified.head = Head(path.name, before_digest)
        if self.noted and self.noted.lower() not in self.chain.digests.values():
            says = f"none of them has the digest {shown(self.noted)}, the head that was noted down"
            self._add(problem("altered", folders.MANIFESTS, says))
        there = folders.manifests_of(self.folder)
        for entry in sorted(os.scandir(there), key=lambda one: one.name) if there.is_dir() else ():
            if manifests.number_of(entry.name) is None and not entry.name.endswith(manifests.PART):
                self._add(problem("foreign", f"{folders.MANIFESTS}/{entry.name}", "it is no manifest"))

    def _list(self, manifest: Manifest) -> None:
        for listed in manifest.files:
            first = self.chain.listed.setdefault(listed.file, listed)
            self.chain.by_digest.setdefault(listed.sha256, listed.file)
            if first.sha256 != listed.sha256:
                says = f"it lists {shown(listed.file)} otherwise than {first.manifest} did before"
                self._add(problem("altered", f"{folders.MANIFESTS}/{manifest.name}", says))

    def _linked(
        self,
        manifest: Manifest,
        before: Manifest | None,
        before_digest: str | None,
        *,
        is_gap: bool,
        is_first: bool,
    ) -> None:
        name = f"{folders.MANIFESTS}/{manifest.name}"
        if is_first:
            if manifest.previous is not None:
                says = f"it is numbered as the first and follows {shown(manifest.previous)}"
                self._add(problem("altered", name, says))
        elif not is_gap and manifest.previous_sha256 != before_digest:
            says = f"it follows {shown(manifest.previous)} as that was then; what stands there now is another"
            self._add(problem("altered", name, says))

    def _files(self, until: Mapping[str, int], connection: Connection | None) -> None:
        index = folders.index_of(self.folder) if connection else None
        paths = {names.place_file(path): path for path in names.files(self.folder)}
        total = sum(_size(path) for path in paths.values())
        jobs = (
            FileJob(self.folder, path, index, self.chain.listed.get(file), until.get(file))
            for file, path in paths.items()
        )
        for seen in _each(self.executor, inspect, jobs, _unread_file):
            self._take(seen, paths[seen.file], seen.file in until, connection)
            self.progress(self.verified.bytes, total)
        for file in sorted(self.chain.listed.keys() - paths.keys()):
            says = f"it is in the manifest {self.chain.listed[file].manifest} and not in the folder"
            self._add(problem("missing", file, says))
        self._strangers()

    def _take(self, seen: Inspected, path: Path, is_written: bool, connection: Connection | None) -> None:
        verified = self.verified
        verified.files += 1
        verified.records += seen.records
        verified.rows += seen.rows
        verified.bytes += _size(path)
        self.crawls |= seen.crawls
        self.failures += seen.failures
        if seen.index_fault is not None:
            self._damaged_index(seen.index_fault)
            self.is_whole = False  # its crawls and failures were not counted
        self.is_whole &= not any(one.finding in ("damaged", "truncated") for one in seen.problems)
        listed = self.chain.listed.get(seen.file)
        if is_written:
            verified.notes.append(f"{seen.file} is being written: it was looked at up to byte {seen.bytes}.")
        elif listed is None:
            self._unlisted(seen, path, connection)
        elif connection and not seen.in_index:
            says = "the index has no row of it; 'newsarchive rebuild' makes the index anew"
            self._add(problem("missing", seen.file, says))
        other = self.chain.by_digest.get(seen.sha256)
        if listed and seen.sha256 != listed.sha256 and other and other != seen.file:
            says = f"it holds what the manifest lists as {other}: the two were exchanged or copied"
            self._add(problem("altered", seen.file, says))
            return
        verified.problems += seen.problems
        if seen.more:
            self._add(problem("altered", seen.file, f"{seen.more} more problems are not named here"))

    def _unlisted(self, seen: Inspected, path: Path, connection: Connection | None) -> None:
        """A file that no manifest lists: what a crash left, or what someone did."""
        name, copied = names.parse(path.name), names.parse_copy(path.name)
        source = sealing.source_of(seen.file)
        copy = self.chain.by_digest.get(seen.sha256)
        if source and locks.is_held(folders.source_lock(self.folder, source)):
            self.is_still = False
            self.verified.notes.append(f"{seen.file} belongs to a crawl that runs: it has no manifest yet.")
        elif copy:
            says = f"it is a copy of {copy}, which the manifest {self.chain.listed[copy].manifest} lists"
            self._add(problem("foreign", seen.file, says))
        elif (name and name.is_open) or (
            not seen.in_index and (copied or (source == names.IMPORT and seen.begins_as_ours))
        ):
            self._add(
                problem("unfinished", seen.file, "a crawl or an import was killed as it wrote this file")
            )
        elif not seen.records:
            seen.problems = [one for one in seen.problems if one.finding != "damaged"]
            self._add(problem("foreign", seen.file, "it holds no WARC record, and no manifest lists it"))
        elif seen.in_index:
            manifest = self._manifest_of(connection, seen.file)
            if manifest is None:
                says = "what wrote it was killed before it closed a manifest: none lists it yet"
                self._add(problem("unfinished", seen.file, says))
            elif not self._lists_it_now(manifest, seen.file):
                says = f"its manifest {shown(manifest)} is not there, or lists it no more"
                self._add(problem("missing", seen.file, says))
        elif name is None or not seen.begins_as_ours:
            what = "its name is none of ours" if name is None else "it does not begin as ours do"
            self._add(problem("foreign", seen.file, f"{what}, and no manifest lists it"))
        else:
            says = "no manifest lists it, and the index does not know it"
            self._add(problem("unlisted", seen.file, says))

    def _manifest_of(self, connection: Connection | None, file: str) -> str | None:
        try:
            return checking.manifest_of(connection, file) if connection else None
        except ArchiveError:
            return None  # told where the rows are looked at

    def _lists_it_now(self, manifest: str, file: str) -> bool:
        """Whether a manifest that was closed since the look began lists a file."""
        if manifest in self.chain.digests:
            return False
        _, read, _ = _read_manifest(folders.manifests_of(self.folder) / manifest)
        return read is not None and file in {listed.file for listed in read.files}

    def _strangers(self) -> None:
        """What else lies in the folder of WARC files."""
        there = folders.warc_of(self.folder)
        for entry in sorted(os.scandir(there), key=lambda one: one.name) if there.is_dir() else ():
            file = f"{folders.WARC}/{entry.name}"
            if names.is_warc(entry.name) or (entry.name == DAMAGED_FOLDER and entry.is_dir()):
                continue
            if not names.parse_copy(entry.name.removesuffix(manifests.PART)):
                self._add(problem("foreign", file, "it is no WARC file of this archive"))
            elif not locks.is_held(folders.source_lock(self.folder, names.IMPORT)):
                self._add(problem("unfinished", file, "an import was killed as it copied this file"))

    def _rows(self, connection: Connection) -> None:
        for says in checking.faults(connection):
            self._add(problem("damaged", folders.INDEX, says))
        if ahead := checking.dated_ahead(connection, datetime.now(UTC)):
            captures, latest = ahead
            dated = "1 capture is" if captures == 1 else f"{captures} captures are"
            self.verified.notes.append(
                f"{dated} dated in the future, up to {latest}: the clock was ahead then, or is behind now."
            )
        named = checking.files(connection)
        there = {names.place_file(path) for path in names.files(self.folder)}
        for file in sorted(named.keys() - there - self.chain.listed.keys()):
            says = f"it is in the index, with {named[file]} captures, and not in the folder"
            self._add(problem("missing", file, says))
        self._manifest_rows(checking.manifests(connection))
        if self.is_still and self.is_whole:
            for crawl in sorted(self.known_crawls - self.crawls):
                self._add(
                    problem("missing", folders.INDEX, f"the crawl {shown(crawl)} has a row and no record")
                )
            extra = self.known_failures - self.failures
            if extra > 0:
                self._add(problem("altered", folders.INDEX, f"{extra} rows of failures have no record"))
        for url, says in islice(checking.derived(connection), MOST):
            self._add(problem("altered", folders.INDEX, says, url=url))

    def _manifest_rows(self, rows: Mapping[str, str]) -> None:
        for name, sha256 in rows.items():
            found, file = self.chain.digests.get(name), f"{folders.MANIFESTS}/{name}"
            if found is None and not (self.folder / file).exists():
                self._add(problem("missing", file, "it is in the index and not in the folder"))
            elif found is not None and found != sha256:
                self._add(problem("altered", file, "its digest is not the one the index has of it"))
        for name in sorted(self.chain.digests.keys() - rows.keys()):
            self._add(problem("unfinished", f"{folders.MANIFESTS}/{name}", "it has no row in the index yet"))

    def _add(self, found: Problem) -> None:
        self.verified.problems.append(found)


def _read_manifest(path: Path) -> tuple[Path, Manifest | None, str]:
    try:
        return path, manifests.read(path), ""
    except BadManifest as error:
        return path, None, str(error)
    except OSError as error:
        return path, None, f"{folders.MANIFESTS}/{path.name}: it cannot be read ({error.strerror or error})."


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # its crawl has ended meanwhile, and it has its final name
        return path.with_name(path.name.removesuffix(names.OPEN)).stat().st_size


def _unread_manifest(path: Path, error: ArchiveError) -> tuple[Path, Manifest | None, str]:
    return path, None, f"{folders.MANIFESTS}/{path.name}: {error}."


def _unread_file(job: FileJob, error: ArchiveError) -> Inspected:
    file = names.place_file(job.path)
    return Inspected(file, in_index=True, problems=[problem("damaged", file, str(error).rstrip("."))])


def _each(
    executor: Executor | None,
    function: Callable[[Job], Done],
    jobs: Iterable[Job],
    failed: Callable[[Job, ArchiveError], Done],
) -> Iterator[Done]:
    """What the function gives for each job, in order; in other processes where there are any."""
    if executor is None:
        yield from map(function, jobs)
        return
    waiting: deque[tuple[Job, Future[Done]]] = deque()
    for job in jobs:
        waiting.append((job, executor.submit(function, job)))
        if len(waiting) >= AHEAD:
            yield _answer(*waiting.popleft(), failed)
    while waiting:
        yield _answer(*waiting.popleft(), failed)


def _answer(job: Job, done: Future[Done], failed: Callable[[Job, ArchiveError], Done]) -> Done:
    try:
        return done.result()
    except (ReaderEnded, Unread) as error:
        return failed(job, error)
