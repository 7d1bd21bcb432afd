"""WARC files of an archive that are in another folder, on another disk.

`moved.json` in the archive says where each is. In `warc/` a symbolic link takes the place of the file, so everything
that reads WARC files finds it there.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from archive.errors import ArchiveError

MAP = "moved.json"
MARKER = "newsarchive-warc-files.txt"  # in the other folder: without it, its disk is not mounted
_MARKER_TEXT = "WARC files of a news archive, moved here by 'newsarchive storage move'. Do not delete.\n"


class FolderMissing(ArchiveError):
    """A folder to which WARC files were moved is not there."""


def read_map(folder: Path) -> dict[str, str]:
    """Return the path of each file that was moved, by its name in the archive."""
    try:
        found = json.loads((folder / MAP).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ArchiveError(f"{folder / MAP} cannot be read ({error}): restore it from a backup.") from error
    return dict(found)


def write_map(folder: Path, moved: Mapping[str, str]) -> None:
    """Replace the map, completely or not at all."""
    part = folder / (MAP + ".part")
    with part.open("w", encoding="utf-8") as stream:
        json.dump(dict(sorted(moved.items())), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, folder / MAP)


def mark_folder(destination: Path) -> None:
    """Mark a folder as one that holds WARC files."""
    destination.mkdir(parents=True, exist_ok=True)
    marker = destination / MARKER
    if not marker.exists():
        marker.write_text(_MARKER_TEXT, encoding="utf-8")


def require_folders(folder: Path) -> None:
    """Raise FolderMissing if a folder to which files were moved is not there, or its disk is not mounted."""
    counts = Counter(os.path.dirname(path) for path in read_map(folder).values())
    for there, number in sorted(counts.items()):
        if not (Path(there) / MARKER).is_file():
            files = "1 WARC file" if number == 1 else f"{number} WARC files"
            raise FolderMissing(
                f"{there} is not there: {files} of this archive were moved to it. Connect its disk, and try again."
            )
