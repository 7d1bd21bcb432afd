"""The free space below which crawls stop: a full disk would stop them in the middle of a record."""

from __future__ import annotations

import shutil
from pathlib import Path

from archive.errors import ArchiveError
from archive.storage.sizes import size_text

MIN_FREE_KEY = "min_free in [storage] of newsarchive.toml"
WARN_FREE_KEY = "warn_free in [storage] of newsarchive.toml"


class DiskNearlyFull(ArchiveError):
    """The disk has less free space than the archive's settings ask for."""


def disk_shortage(folder: Path, min_free: int) -> str | None:
    """Return a sentence if the disk of a folder has less than `min_free` bytes free, else None."""
    return shortage(shutil.disk_usage(folder).free, min_free)


def shortage(free: int, min_free: int) -> str | None:
    """Return a sentence if less is free than `min_free`, in bytes, else None."""
    if free >= min_free:
        return None
    return (
        f"The disk has {size_text(free)} free, and crawls need {size_text(min_free)} ({MIN_FREE_KEY}). "
        "Free some space; the next crawl continues from here."
    )


def low_space_warning(free: int, warn_free: int) -> str | None:
    """Return a warning if less is free than `warn_free`, in bytes, else None."""
    if free >= warn_free:
        return None
    return f"The disk has only {size_text(free)} free, less than {size_text(warn_free)} ({WARN_FREE_KEY})."
