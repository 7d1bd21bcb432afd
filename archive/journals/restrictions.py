"""The restrictions of an archive: articles and sources taken from public view, in restrictions.jsonl.

The file is only ever added to: who restricted or lifted what, when and why. The index follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive import paths
from archive.errors import ArchiveError
from archive.journals.journal import append_change, read_journal


@dataclass(frozen=True, slots=True)
class RestrictionChange:
    """A restriction that was imposed or lifted."""

    at: str  # UTC
    change: Literal["restricted", "lifted"]
    target: str  # canonical address of an article, or name of a source
    why: str | None = None  # shown to readers in place of the article
    until: str | None = None  # day on which it ends; None: when it is lifted
    by: str | None = None  # user name on the machine where it was done

    @property
    def is_source(self) -> bool:
        """Return whether it concerns a whole source."""
        return "://" not in self.target


def read_restrictions(folder: Path) -> list[RestrictionChange]:
    """Return all changes in order; raise ArchiveError if the file is damaged. A torn last line was never confirmed."""
    return read_journal(folder / paths.RESTRICTIONS, RestrictionChange, "a restriction", ArchiveError)


def add_restriction(folder: Path, change: RestrictionChange) -> None:
    """Add a change durably; a torn last line is dropped."""
    append_change(folder / paths.RESTRICTIONS, change)


def in_force(
    changes: Iterable[RestrictionChange], names: Mapping[str, str] | None = None
) -> dict[str, RestrictionChange]:
    """Return the restrictions that were not lifted, by target; `names` maps former names of sources to current ones."""
    found: dict[str, RestrictionChange] = {}
    for one in changes:
        target = (names or {}).get(one.target, one.target)
        if one.change == "lifted":
            found.pop(target, None)
        else:
            found[target] = one
    return found
