"""The restrictions of an archive: articles and sources taken from public view, in restrictions.jsonl.

The file is only ever added to: who restricted or lifted what, when and why. The index follows from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from archive import paths
from archive.errors import ArchiveError, Unwritable


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
    path = folder / paths.RESTRICTIONS
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror or error}.") from error
    found = []
    for number, line in enumerate(lines[:-1], 1):
        try:
            found.append(RestrictionChange(**json.loads(line)))
        except (TypeError, ValueError) as error:
            raise ArchiveError(
                f"{path}, line {number}: is not a restriction. Restore the file from a backup."
            ) from error
    return found


def add_restriction(folder: Path, change: RestrictionChange) -> None:
    """Add a change durably; a torn last line is dropped."""
    path = folder / paths.RESTRICTIONS
    stated = {key: value for key, value in asdict(change).items() if value is not None}
    try:
        with path.open("a+b") as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
            file.write(json.dumps(stated, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Unwritable.from_os_error(error, path) from error


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
