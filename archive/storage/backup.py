"""Back up an archive to another folder, while crawls may run, and check the copy.

A backup has the layout of an archive, without `state/`. The index is copied as of one moment. Of a WARC file that is
being written, the copy has the part which that index knows, under its open name: `restore` completes it, as the next
crawl would. So the files and the index of a backup always belong together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive import locks, paths
from archive.errors import ArchiveError, NoArchive, Unwritable
from archive.index.db.connection import Connection, connect, copy_index, read_snapshot
from archive.manifests import reader as manifests
from archive.manifests.reader import ListedFile
from archive.storage import moved
from archive.storage.inventory import (
    INVENTORY,
    PART_SUFFIX,
    CopiedFile,
    copy_file,
    describe_copy,
    file_digest,
    finish_copy,
    read_inventory,
    span_digest,
    write_inventory,
)
from archive.warc import filenames

OnProgress = Callable[[int, int], None]  # bytes done, and all
_LOCK = "backup.lock"


@dataclass(frozen=True, slots=True)
class BackupItem:
    """A file that a backup must have."""

    file: str  # its name in the backup
    source: Path
    bytes: int  # as many are copied from the beginning
    parts: tuple[ListedFile, ...] = ()  # of a WARC file, as manifests list it
    is_fixed: bool = False  # never changes once it has this name


@dataclass(slots=True)
class BackupResult:
    """The result of a backup, or of checking one."""

    files: int = 0  # in the backup
    bytes: int = 0
    copied: int = 0  # files that were new or had changed
    copied_bytes: int = 0
    problems: list[str] = field(default_factory=list)


def back_up(
    folder: Path,
    destination: Path,
    progress: OnProgress = lambda done, all_: None,
    *,
    indexing: OnProgress = lambda done, all_: None,
) -> BackupResult:
    """Copy to a folder what it lacks of an archive; safe to kill at any instant and to run again.

    A file that the backup already has is not copied again if its size and its digest are those that the manifests
    list. A file that differs from its manifest does not replace a good copy: it is reported as a problem. `indexing`
    is called with the pages of the index that were copied, then `progress` with the bytes of the other files.
    """
    if not (folder / paths.SETTINGS).is_file():
        raise NoArchive(f"{folder} is not an archive.")
    _check_destination(folder, destination)
    moved.require_folders(folder)
    try:
        destination.mkdir(parents=True, exist_ok=True)
        with locks.lock(destination / _LOCK, f"Another backup to {destination} is running."):
            return _Backup(folder, destination, progress, indexing).run()
    except OSError as error:
        raise Unwritable.from_os_error(error, destination) from error


def check_backup(folder: Path, progress: OnProgress = lambda done, all_: None) -> BackupResult:
    """Read every file of a backup and compare it with its size and digest, and with the manifests in the backup."""
    copied = read_inventory(folder)
    listed = parts_by_file(manifests.listed_files(folder))
    result = BackupResult(len(copied), sum(one.bytes for one in copied.values()))
    done = 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        progress(done, max(done, result.bytes))

    for one in copied.values():
        path = folder / one.file
        try:
            if file_digest(path, on_bytes) != one.sha256:
                result.problems.append(f"{one.file} is not as it was copied: its bytes have changed.")
                continue
            parts = listed.get(one.file.removesuffix(filenames.OPEN_SUFFIX), ())
            wrong = wrong_part(path, [part for part in parts if part.bytes <= one.bytes], one.sha256)
        except FileNotFoundError:
            result.problems.append(f"{one.file} is missing from the backup.")
            continue
        except OSError as error:
            result.problems.append(f"{one.file} cannot be read ({error.strerror or error}).")
            continue
        if wrong is not None:
            result.problems.append(f"{one.file} is not as {wrong.manifest} lists it.")
    result.problems += [
        f"{file} is missing from the backup; {parts[0].manifest} lists it."
        for file, parts in listed.items()
        if file not in copied and file + filenames.OPEN_SUFFIX not in copied
    ]
    return result


class _Backup:
    def __init__(self, folder: Path, destination: Path, progress: OnProgress, indexing: OnProgress) -> None:
        self.folder = folder
        self.destination = destination
        self.progress, self.indexing = progress, indexing
        self.result = BackupResult()
        self.before = read_inventory(destination) if (destination / INVENTORY).exists() else {}
        self.copied: dict[str, CopiedFile] = {}
        # Copies that replace one another only at the end, together with the inventory: partial, final path, mode.
        self.waiting: list[tuple[Path, Path, int]] = []
        self.done = self.total = 0

    def run(self) -> BackupResult:
        if not self.before:
            write_inventory(
                self.destination, ()
            )  # the folder is a backup from now on, even if this is killed
        closed = [path for path in filenames.warc_files(self.folder) if not _is_open(path.name)]
        numbers = [manifests.number_of(path.name) or 0 for path in manifests.manifest_paths(self.folder)]
        with closing(connect(paths.index_path(self.folder))) as connection, read_snapshot(connection):
            known = _known_files(connection)
            numbers += [manifests.number_of(name) or 0 for name in _known_manifests(connection)]
            self._copy_index(connection)
        listed = self._new_parts(known)
        items = list(self._items(closed, known, listed, max(numbers, default=0)))
        self.total = sum(item.bytes for item in items)
        for item in items:
            self._take(item)
        self._finish()
        self.result.files = len(self.copied)
        self.result.bytes = sum(one.bytes for one in self.copied.values())
        return self.result

    def _copy_index(self, connection: Connection) -> None:
        target = self.destination / paths.INDEX
        part = target.with_name(target.name + PART_SUFFIX)
        part.unlink(missing_ok=True)
        copy_index(connection, part, self.indexing)
        self._add_copy(paths.INDEX, part, file_digest(part, _no_progress))
        self.waiting.append((part, target, 0o644))

    def _finish(self) -> None:
        """Give all copies their names and write the inventory; forget no WARC file and no manifest that was copied."""
        for part, target, mode in self.waiting:
            finish_copy(part, target, mode)
        left = [
            file
            for file in self.before
            if file not in self.copied and file + filenames.OPEN_SUFFIX not in self.copied
        ]
        kept = [file for file in left if file.startswith((f"{paths.WARC}/", f"{paths.MANIFESTS}/"))]
        self.copied |= {file: self.before[file] for file in kept if not _is_open(file)}
        write_inventory(self.destination, self.copied.values())
        for file in filter(_is_open, kept):  # it is in the backup under its final name now
            (self.destination / file).unlink(missing_ok=True)

    def _add_copy(self, file: str, path: Path, digest: str) -> None:
        self.copied[file] = describe_copy(file, path, digest)
        self.result.copied += 1
        self.result.copied_bytes += self.copied[file].bytes

    def _new_parts(self, known: Mapping[str, tuple[int, str | None]]) -> dict[str, list[ListedFile]]:
        """Return the parts of WARC files that manifests list which the backup does not have yet.

        What the others list was checked when it was copied.
        """
        needed = {manifest for file, (_, manifest) in known.items() if manifest and file not in self.before}
        found: list[ListedFile] = []
        for path in manifests.manifest_paths(self.folder):
            if path.name in needed or f"{paths.MANIFESTS}/{path.name}" not in self.before:
                try:
                    found += manifests.read(path).files
                except (manifests.BadManifest, OSError) as error:
                    self.result.problems.append(f"{error} Run 'newsarchive verify'.")
        return parts_by_file(found)

    def _items(
        self,
        closed: Collection[Path],
        known: Mapping[str, tuple[int, str | None]],
        listed: Mapping[str, Sequence[ListedFile]],
        last_manifest: int,
    ) -> Iterator[BackupItem]:
        for path in _other_files(self.folder):
            yield BackupItem(path.relative_to(self.folder).as_posix(), path, path.stat().st_size)
        for path in manifests.manifest_paths(self.folder):
            if (manifests.number_of(path.name) or 0) <= last_manifest:
                name = f"{paths.MANIFESTS}/{path.name}"
                yield BackupItem(name, path, path.stat().st_size, is_fixed=True)
        for file, (size, _) in known.items():
            path = self.folder / file
            if not path.exists():
                path = path.with_name(path.name + filenames.OPEN_SUFFIX)
            if not path.exists():
                path = self.folder / file  # it was renamed between the two
            if not path.exists():
                self.result.problems.append(f"{file} is missing from the archive. Run 'newsarchive verify'.")
            elif not _is_open(path.name) and (there := path.stat().st_size) <= size:
                yield BackupItem(file, path, there, tuple(listed.get(file, ())), is_fixed=True)
            else:
                parts = [part for part in listed.get(file, ()) if part.bytes <= size]
                yield BackupItem(file + filenames.OPEN_SUFFIX, path, size, tuple(parts))
        for path in closed:  # that the index does not know: it has to be rebuilt
            if (file := filenames.stored_name(path)) not in known and path.exists():
                yield BackupItem(file, path, path.stat().st_size, is_fixed=True)

    def _take(self, item: BackupItem) -> None:
        target = self.destination / item.file
        before = self.before.get(item.file)
        if (
            target.is_file()
            and target.stat().st_size == item.bytes
            and self._is_unchanged(item, target, before)
        ):
            self._add_bytes(item.bytes)
            return
        try:
            with _open(item.source) as source:
                if item.is_fixed:
                    locks.hold_while_open(source)
                mode = os.fstat(source.fileno()).st_mode
                part, digest = copy_file(source, target, item.bytes, self._add_bytes)
        except FileNotFoundError:
            self.result.problems.append(f"{item.file} vanished while the backup was made.")
            return
        if self._is_rejected(item, part, digest):
            part.unlink()
            return
        if item.is_fixed:
            finish_copy(part, target, mode)
            part = target
        else:
            self.waiting.append((part, target, mode))
        self._add_copy(item.file, part, digest)

    def _is_rejected(self, item: BackupItem, part: Path, digest: str) -> bool:
        """Report a WARC file or manifest that is not as it should be; return whether a good copy is kept instead.

        It should begin with what was copied before, as only whole records are appended, and go on as manifests list.
        """
        name = item.file.removesuffix(filenames.OPEN_SUFFIX)
        before = self.before.get(name)
        has_copy = before is not None and _is_intact(before, self.destination / name)
        is_other = (
            before is not None
            and (item.is_fixed or _is_open(item.file))
            and (
                item.bytes < before.bytes or span_digest(part, 0, before.bytes, _no_progress) != before.sha256
            )
        )
        if not is_other and wrong_part(part, item.parts, digest) is None:
            return False
        self.result.problems.append(
            f"{item.file} is not as "
            + ("it was when it was copied before" if is_other else "its manifest lists it")
            + ("; that copy was kept" if has_copy else "")
            + ". Run 'newsarchive verify'."
        )
        if has_copy and before is not None:
            self.copied[name] = before
        return has_copy

    def _is_unchanged(self, item: BackupItem, target: Path, before: CopiedFile | None) -> bool:
        """Return whether the backup has the file already, and take its entry over."""
        if (
            not item.is_fixed
        ):  # a settings file, say; or the part of a WARC file, which may have been repaired
            if before is None or file_digest(item.source, _no_progress) != before.sha256:
                return False
        elif before is None or not _is_intact(before, target):
            # Copied by a backup that was killed, or touched since.
            digest = file_digest(target, _no_progress)
            if digest != file_digest(item.source, _no_progress) or wrong_part(target, item.parts, digest):
                return False
            before = describe_copy(item.file, target, digest)
        self.copied[item.file] = before
        return True

    def _add_bytes(self, count: int) -> None:
        self.done += count
        self.progress(self.done, max(self.done, self.total))


def _check_destination(folder: Path, destination: Path) -> None:
    archive, target = folder.resolve(), destination.resolve()
    if target.is_relative_to(archive) or archive.is_relative_to(target):
        raise ArchiveError(
            f"{destination} and the archive {folder} contain one another: name another folder."
        )
    if destination.exists() and not destination.is_dir():
        raise ArchiveError(f"{destination} is a file: name a folder.")
    if not destination.is_dir() or (destination / INVENTORY).exists():
        first, copy = manifests.manifest_paths(folder)[:1], manifests.manifest_paths(destination)[:1]
        if first and copy and manifests.file_sha256(first[0]) != manifests.file_sha256(copy[0]):
            raise ArchiveError(f"{destination} is the backup of another archive: name another folder.")
        return
    if any(entry.name != _LOCK for entry in os.scandir(destination)):
        raise ArchiveError(f"{destination} is not empty and is not a backup: name another folder.")


def _known_files(connection: Connection) -> dict[str, tuple[int, str | None]]:
    """Return how many bytes of each WARC file the index knows, and the manifest that lists the file."""
    rows = connection.execute("SELECT file, bytes, manifest FROM warc_files ORDER BY file")
    return {row["file"]: (row["bytes"], row["manifest"]) for row in rows}


def _known_manifests(connection: Connection) -> list[str]:
    return [row["name"] for row in connection.execute("SELECT name FROM manifests")]


def _other_files(folder: Path) -> Iterator[Path]:
    """Yield every file of an archive but WARC files, manifests, the index and the state."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith((paths.INDEX, moved.MAP)):
            yield path
        elif path.is_dir() and path.name not in (paths.WARC, paths.MANIFESTS, paths.STATE):
            yield from (one for one in sorted(path.rglob("*")) if one.is_file())
    damaged = paths.warc_folder(folder) / "damaged"
    yield from (one for one in sorted(damaged.glob("*")) if one.is_file() and one.suffix != PART_SUFFIX)


def parts_by_file(listed: Iterable[ListedFile]) -> dict[str, list[ListedFile]]:
    """Return the parts that manifests list by WARC file."""
    found: dict[str, list[ListedFile]] = {}
    for one in listed:
        found.setdefault(one.file, []).append(one)
    return found


def wrong_part(path: Path, parts: Iterable[ListedFile], digest: str) -> ListedFile | None:
    """Return the first part that is not as its manifest lists it, or None; `digest` is that of the whole file."""
    size = path.stat().st_size
    for part in parts:
        is_whole = (part.start, part.bytes) == (0, size)
        if part.sha256 != (digest if is_whole else span_digest(path, part.start, part.bytes, _no_progress)):
            return part
    return None


def _no_progress(count: int) -> None:
    """Ignore how many bytes were read."""


def _is_intact(copied: CopiedFile, target: Path) -> bool:
    """Return whether a copy has its size and was not touched since."""
    return target.is_file() and copied == describe_copy(copied.file, target, copied.sha256)


def _is_open(name: str) -> bool:
    return name.endswith(filenames.OPEN_SUFFIX)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        if not _is_open(path.name):
            raise
        return path.with_name(path.name.removesuffix(filenames.OPEN_SUFFIX)).open("rb")
