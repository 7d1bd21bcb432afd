"""Changes to the sources of an archive: renamed, merged, paused, resumed, retired. Kept in sources/changes.jsonl.

WARC records name a source as it was called when they were written, and never change. Whatever derives rows from them
reads the current name here, so that a rebuilt index says the same as one in which a source was renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive import paths
from archive.errors import SourceError
from archive.journals.journal import append_change, read_journal

Kind = Literal["renamed", "merged", "paused", "resumed", "retired"]
State = Literal["active", "paused", "retired"]
_STATES: Mapping[str, State] = {"paused": "paused", "retired": "retired", "resumed": "active"}


@dataclass(frozen=True, slots=True)
class SourceChange:
    """One change of a source."""

    at: str  # UTC
    change: Kind
    source: str  # its name then
    to: str | None = None  # its new name, or the source it was merged into
    why: str | None = None  # as the person who did it says


def changes_path(folder: Path) -> Path:
    """Return the file of the changes; it belongs to the source files, and is backed up with them."""
    return folder / paths.SOURCES / "changes.jsonl"


def read_changes(folder: Path) -> list[SourceChange]:
    """Return all changes in order; raise SourceError if the file is damaged. A torn last line was never confirmed."""
    return read_journal(changes_path(folder), SourceChange, "a change of a source", SourceError)


def add_change(folder: Path, change: SourceChange) -> None:
    """Add a change durably; a torn last line is dropped."""
    append_change(changes_path(folder), change)


def current_names(changes: Iterable[SourceChange]) -> dict[str, str]:
    """Return the current name of each source that was renamed or merged, by each of its earlier names."""
    names: dict[str, str] = {}
    for one in changes:
        if one.to is not None:
            names = {former: one.to if name == one.source else name for former, name in names.items()}
            names[one.source] = one.to
            names.pop(one.to, None)
    return names


def last_changes(changes: Iterable[SourceChange]) -> dict[str, SourceChange]:
    """Return the last pause, retirement or resumption of each source, by its current name."""
    found: dict[str, SourceChange] = {}
    for one in changes:
        if one.to is None:
            found[one.source] = one
        elif (last := found.pop(one.source, None)) is not None and one.change == "renamed":
            found[one.to] = last
    return found


def state_of(change: SourceChange | None) -> State:
    """Return the state in which a source is after its last change."""
    return _STATES.get(change.change, "active") if change is not None else "active"
