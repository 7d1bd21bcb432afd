"""Where things stand in an archive's folder."""

from __future__ import annotations

from pathlib import Path

SETTINGS = "newsarchive.toml"
SOURCES = "sources"
WARC = "warc"
INDEX = "archive.db"
STATE = "state"
MANIFESTS = "manifests"
FOLDERS = (SOURCES, WARC, STATE, MANIFESTS)


def index_path(folder: Path) -> Path:
    """The SQLite index."""
    return folder / INDEX


def new_index_path(folder: Path) -> Path:
    """The index that a rebuild is making."""
    return folder / (INDEX + ".new")


def warc_folder(folder: Path) -> Path:
    """The folder of WARC files."""
    return folder / WARC


def manifests_folder(folder: Path) -> Path:
    """The folder of manifests."""
    return folder / MANIFESTS


def is_unused(folder: Path) -> bool:
    """Return whether an archive holds nothing yet: no WARC file, whole or not, and no manifest."""
    return not any(
        there.is_dir() and any(there.iterdir()) for there in (warc_folder(folder), manifests_folder(folder))
    )


def manifests_lock(folder: Path) -> Path:
    """What whoever closes a manifest holds while it is linked to the one before."""
    return folder / STATE / "newsarchive.manifests.lock"


def writers_lock(folder: Path) -> Path:
    """What everything that adds to the archive holds together, and a rebuild alone."""
    return folder / STATE / "newsarchive.writers.lock"  # its dots keep it apart from the lock of any source


def source_lock(folder: Path, source: str) -> Path:
    """What a crawl of a source holds, so that two never overlap."""
    return folder / STATE / f"{source}.lock"
