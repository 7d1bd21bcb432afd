"""The life of a source: rename it, pause and resume it, retire it, merge it into another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archive import locks, paths, timestamps
from archive.core import Archive
from archive.errors import ArchiveError, Unwritable
from archive.index.ingest import source_names
from archive.journals.source_changes import (
    Kind,
    SourceChange,
    State,
    add_change,
    current_names,
    last_changes,
    read_changes,
    state_of,
)
from archive.recording import session
from spiders.crawl.queue import Queue
from spiders.sources import templates_file
from spiders.sources.source import is_source_name

_PARTICIPLES = {"paused": "paused", "retired": "retired", "resumed": "active"}
MERGED_SUFFIX = ".merged"  # of the files of a source that was merged into another: kept, but no longer read


def change_state(folder: Path, name: str, change: Kind, why: str | None = None) -> State:
    """Pause, resume or retire a source, and return its state before; raise ArchiveError if it has it already."""
    changes = read_changes(folder)
    _require_known(folder, name)
    last = last_changes(changes).get(name)
    before = state_of(last)
    if before == _PARTICIPLES[change]:
        since = f" since {last.at[:10]}" if last is not None else ""
        raise ArchiveError(f"{name} is {before} already{since}.")
    _add_change(folder, change, name, why=why)
    return before


def rename(folder: Path, old: str, new: str) -> None:
    """Rename a source: its files, its rows in the index, and what WARC files will be taken to say from now on.

    A rename that was interrupted is completed when it is repeated.
    """
    _require_name(new)
    _require_known(folder, old)
    names = current_names(read_changes(folder))
    is_repeated = names.get(old) == new
    if not is_repeated:
        _require_free(folder, new, names, unless_formerly=old)
    with _locked(folder, old, new), Archive.open(folder) as archive:
        if not is_repeated:
            _add_change(folder, "renamed", old, new)
        session.recover_source(folder, archive.connection, old)
        source_names.rename_source(archive.connection, old, new)
        _move_files(folder, old, new)


def merge(folder: Path, source: str, into: str) -> None:
    """Make all that was captured for a source part of another, and set its files aside; then the index must be rebuilt.

    Copies are found between outlets, so what the two shared is known only to a rebuild.
    """
    if source == into:
        raise ArchiveError(f"{source} cannot be merged into itself.")
    for name in (source, into):
        _require_known(folder, name)
    if not _source_path(folder, into).is_file():
        raise ArchiveError(
            f"{_source_path(folder, into)} does not exist, so nothing can be merged into {into}."
        )
    with _locked(folder, source, into), Archive.open(folder) as archive:
        session.recover_source(folder, archive.connection, source)
        if current_names(read_changes(folder)).get(source) != into:
            _add_change(folder, "merged", source, into)
        for path in (
            _source_path(folder, source),
            templates_file.templates_path(_source_path(folder, source)),
        ):
            _move(path, path.with_name(path.name + MERGED_SUFFIX))
        _clear_queue(folder, source)


def _add_change(
    folder: Path, change: Kind, source: str, to: str | None = None, why: str | None = None
) -> None:
    add_change(folder, SourceChange(timestamps.to_iso(datetime.now(UTC)), change, source, to, why))


@contextmanager
def _locked(folder: Path, *names: str) -> Iterator[None]:
    """Hold the locks of the sources, so that no crawl of them and no rebuild runs meanwhile."""
    rebuilt = "The index is being rebuilt: try again when that is done."
    first, second = sorted(names)
    with (
        locks.lock(paths.writers_lock(folder), rebuilt, shared=True),
        locks.lock(
            paths.source_lock(folder, first), f"{first} is being crawled: try again when that is done."
        ),
        locks.lock(
            paths.source_lock(folder, second), f"{second} is being crawled: try again when that is done."
        ),
    ):
        yield


def _move_files(folder: Path, old: str, new: str) -> None:
    """Give the files of a source its new name, its definition last: without it, a repeated rename does the rest."""
    old_path, new_path = _source_path(folder, old), _source_path(folder, new)
    _clear_queue(folder, old)  # the tasks in it state the old name; the listings lead to their pages again
    logs = folder / paths.STATE / "logs"
    _move(logs / f"{old}.log", logs / f"{new}.log")
    _move(templates_file.templates_path(old_path), templates_file.templates_path(new_path))
    _move(old_path, new_path)


def _move(path: Path, to: Path) -> None:
    try:
        os.rename(path, to)
    except FileNotFoundError:
        return  # there is none, or it was moved before
    except OSError as error:
        raise Unwritable.from_os_error(error, path) from error


def _clear_queue(folder: Path, name: str) -> None:
    if (path := folder / paths.STATE / "frontier.db").exists():
        queue = Queue(path, name, "")
        queue.clear()
        queue.close()


def _source_path(folder: Path, name: str) -> Path:
    return folder / paths.SOURCES / f"{name}.toml"


def _require_name(name: str) -> None:
    if not is_source_name(name):
        raise ArchiveError(f'{name!r} cannot name a source: write only a-z, 0-9, "-" and "_".')


def _require_known(folder: Path, name: str) -> None:
    """Raise ArchiveError if a source has neither a file nor rows."""
    if is_source_name(name) and _source_path(folder, name).is_file():
        return
    with Archive.open(folder) as archive:
        known = sorted({one.name for one in archive.sources()})
    if name not in known:
        names = sorted({*known, *(path.stem for path in (folder / paths.SOURCES).glob("*.toml"))})
        raise ArchiveError(f"No source named {name!r}. Known sources: {', '.join(names) or 'none'}.")


def _require_free(folder: Path, name: str, names: dict[str, str], *, unless_formerly: str) -> None:
    """Raise ArchiveError if a source has a name, or had it and is another one now."""
    if _source_path(folder, name).exists():
        raise ArchiveError(f"{_source_path(folder, name)} is there already: choose another name, or merge.")
    if names.get(name, unless_formerly) != unless_formerly:
        raise ArchiveError(f"{name} was the name of {names[name]} before: choose another name.")
    with Archive.open(folder) as archive:
        if any(one.name == name for one in archive.sources()):
            raise ArchiveError(f"The archive has articles of a source named {name}: choose another name.")
