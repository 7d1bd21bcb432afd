"""A journal: a file of JSON lines to which changes are appended, each durable before it is applied."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from archive.errors import ArchiveError, Unwritable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def read_journal(
    path: Path, to_change: Callable[..., T], name: str, error_class: type[ArchiveError]
) -> list[T]:
    """Return all changes in order, made by `to_change` from the fields of a line.

    Raise `error_class` if the file is damaged. A torn last line was never confirmed.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise error_class(f"{path}: cannot be read: {error.strerror or error}.") from error
    found = []
    for number, line in enumerate(lines[:-1], 1):
        try:
            found.append(to_change(**json.loads(line)))
        except (TypeError, ValueError) as error:
            raise error_class(
                f"{path}, line {number}: is not {name}. Restore the file from a backup."
            ) from error
    return found


def append_change(path: Path, change: DataclassInstance) -> None:
    """Add a change durably; a torn last line is dropped."""
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
