"""Repair what crashes left: open files, records without rows, files without a manifest.

No byte of a complete WARC file is changed, and no row of an article is added out of order: if only a rebuild can
help, that is reported. No file that a manifest lists, or may list, is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from archive import locks, paths
from archive.errors import ArchiveBusy, ArchiveError, Unwritable
from archive.events import Imported
from archive.index.db.connection import Connection, connect, transaction
from archive.index.lookup import audit as index_audit
from archive.manifests import reader as manifests
from archive.manifests import writer as manifest_writer
from archive.recording.session import index_warc_file, recover_source
from archive.warc import filenames, reader
from archive.warc.event_reader import EventRecord, read_events
from archive.warc.records import Damage, Record
from archive.warc.repair import set_aside


def repair_crashes(folder: Path, now: Callable[[], datetime]) -> list[str]:
    """Complete what killed crawls left, source by source; return a sentence for each thing done or skipped.

    Sources that are being crawled are skipped. Without an index nothing is done.
    """
    try:
        connection = connect(paths.index_path(folder))
    except ArchiveError:
        return []  # an audit reports it
    with (
        closing(connection),
        locks.lock(
            paths.writers_lock(folder), "The index is being rebuilt: repair when that is done.", shared=True
        ),
    ):
        done = _index_unknown_manifests(folder, connection)
        remove_unfinished_index(folder)
        for source in sorted(_sources(folder) | {filenames.IMPORT_SOURCE}):
            done += _repair_source_if_idle(folder, connection, source, now)
        return done


def repair_killed_imports(folder: Path, connection: Connection, now: Callable[[], datetime]) -> list[str]:
    """Finish what a killed import left, as `repair_source` does, unless an import is running.

    Errors are among the returned sentences: it is not the caller's work that failed.
    """
    files = map(filenames.stored_name, (*filenames.warc_files(folder), *filenames.imported_copies(folder)))
    imported = [
        file
        for file in files
        if manifest_writer.source_of(file.removesuffix(filenames.PART_SUFFIX)) == filenames.IMPORT_SOURCE
    ]
    is_left = (
        any(file.endswith(filenames.OPEN_SUFFIX) for file in imported)
        or len(_known(connection, imported)) < len(imported)
        or any(
            manifest_writer.source_of(file) == filenames.IMPORT_SOURCE
            for file in manifest_writer.unlisted_files(connection)
        )
    )
    return _repair_source_if_idle(folder, connection, filenames.IMPORT_SOURCE, now) if is_left else []


def repair_source(
    folder: Path, connection: Connection, source: str, now: Callable[[], datetime]
) -> list[str]:
    """Finish what killed crawls of a source left, or killed imports; return a sentence for each action.

    Open files become complete, records get their rows, and unlisted files get a manifest. Copies that no import
    acknowledged are moved aside. Pages are not extracted: the next crawl or import does that. The caller holds the
    source's lock. Safe to kill at any instant and to run again.
    """
    done = recover_source(folder, connection, source)
    if source == filenames.IMPORT_SOURCE:
        done += _repair_copies(folder, connection)
    left = [
        file
        for file in manifest_writer.unlisted_files(connection)
        if manifest_writer.source_of(file) == source
    ]
    if left:
        crawl = _crawl_of(connection, left[-1], source)
        name = manifest_writer.close_manifest(
            folder, connection, crawl=crawl, source=source, now=now(), written=(), closed_by="repair"
        )
        if name:
            done.append(f"{paths.MANIFESTS}/{name} now lists what no manifest listed: {', '.join(left)}.")
    return done


def remove_unfinished_index(folder: Path) -> None:
    """Remove the new index of a killed rebuild. The caller holds the writers' lock, so no rebuild is running."""
    new = paths.new_index_path(folder)
    for path in (new, *(new.with_name(new.name + end) for end in ("-wal", "-shm", "-journal"))):
        path.unlink(missing_ok=True)


def unacknowledged_copies(folder: Path, known: Collection[str] = ()) -> list[Path]:
    """Return the copies of WARC files made elsewhere that killed imports left before acknowledging them.

    A copy is acknowledged if it is one of `known`, if a manifest lists it, or if the file that states its origin
    does. If a manifest or that file is damaged, the copy may have been acknowledged and counts as such.
    """
    copies = [path for path in filenames.imported_copies(folder) if filenames.stored_name(path) not in known]
    left = [path for path in copies if path.name.endswith(filenames.PART_SUFFIX)]
    unstated = [path for path in copies if path not in left and not _may_be_acknowledged(path)]
    listed = (
        _listed(folder) if unstated else None
    )  # read last, because manifests list every record and are long
    if listed is not None:
        left += [path for path in unstated if filenames.stored_name(path) not in listed]
    return left


def _sources(folder: Path) -> set[str]:
    found = (manifest_writer.source_of(filenames.stored_name(path)) for path in filenames.warc_files(folder))
    return {source for source in found if source}


def _index_unknown_manifests(folder: Path, connection: Connection) -> list[str]:
    known = index_audit.manifest_digests(connection)
    lacking = [path.name for path in manifests.manifest_paths(folder) if path.name not in known]
    if not lacking:
        return []
    manifest_writer.index_manifests(folder, connection)
    known = index_audit.manifest_digests(connection)
    return [f"{paths.MANIFESTS}/{name} has its row." for name in lacking if name in known]


def _repair_source_if_idle(
    folder: Path, connection: Connection, source: str, now: Callable[[], datetime]
) -> list[str]:
    try:
        with locks.lock(paths.source_lock(folder, source), f"{source} is being crawled: skipped."):
            return repair_source(folder, connection, source, now)
    except ArchiveBusy as error:
        return [str(error)] if filenames.open_files(folder, source) else []
    except ArchiveError as error:
        return [f"{source} could not be repaired: {error}"]
    except OSError as error:
        return [f"{source} could not be repaired: {Unwritable.from_os_error(error, folder)}"]


def _repair_copies(folder: Path, connection: Connection) -> list[str]:
    done = []
    for path in unacknowledged_copies(
        folder, _known(connection, map(filenames.stored_name, filenames.imported_copies(folder)))
    ):
        aside = set_aside(path)
        done.append(
            f"{filenames.stored_name(path)} was left by a killed import and is not indexed: it is now "
            f"{paths.WARC}/{aside.parent.name}/{aside.name}. Import the original again if you have not done so."
        )
    for path in filenames.imported_copies(folder):
        file = filenames.stored_name(path)
        if index_audit.indexed_bytes(connection, file) is None:
            with transaction(connection):
                damages = index_warc_file(connection, path, file)
            done += [f"{file} at byte {one.place.offset} is not indexed: {one.reason}." for one in damages]
    return done


def _known(connection: Connection, files: Iterable[str]) -> set[str]:
    """Return the files that are in the index; each is looked up by itself, as the index may have many others."""
    query = "SELECT 1 FROM imports WHERE file = :file UNION ALL SELECT 1 FROM warc_files WHERE file = :file"
    return {file for file in files if connection.execute(query, {"file": file}).fetchone()}


def _listed(folder: Path) -> set[str] | None:
    """Return the files that manifests list, or None if a manifest is missing or damaged: it may list any file."""
    paths = manifests.manifest_paths(folder)
    if [manifests.number_of(path.name) for path in paths] != list(range(1, len(paths) + 1)):
        return None
    try:
        return {listed.file for path in paths for listed in manifests.read(path).files}
    except (manifests.BadManifest, OSError):
        return None


def _may_be_acknowledged(copy: Path) -> bool:
    """Return whether the file that states a copy's origin says it was imported, or is damaged and may have."""
    copied = filenames.parse_copy(copy.name)
    assert copied is not None
    beside = copy.with_name(copied.provenance.final_name)
    is_open = not beside.exists()
    beside = beside.with_name(beside.name + filenames.OPEN_SUFFIX) if is_open else beside
    try:
        if not is_open and not isinstance(next(reader.read_records(beside), None), Record):
            return True
        stated = list(read_events(beside))
    except FileNotFoundError:
        return False
    except OSError:
        return True
    if any(isinstance(one, Damage) for one in stated) and not is_open:
        return True
    file = filenames.stored_name(copy)
    found = (one.event for one in stated if isinstance(one, EventRecord))
    return any(isinstance(event, Imported) and event.file == file for event in found)


def _crawl_of(connection: Connection, file: str, source: str) -> str:
    """Return the crawl that wrote a file, as far as the index knows it."""
    begun = f"{source}-{manifest_writer.time_of(file)}"
    return next(
        (crawl for crawl in sorted(index_audit.crawl_ids(connection)) if crawl.startswith(begun)), begun
    )
