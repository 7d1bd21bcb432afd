"""The layout of an archive's folder."""

from __future__ import annotations

from pathlib import Path

SETTINGS = "newsarchive.toml"
USERS = "users.toml"  # accounts of the web interface
SOURCES = "sources"
WARC = "warc"
INDEX = "archive.db"
RESTRICTIONS = "restrictions.jsonl"
STATE = "state"
MANIFESTS = "manifests"
FOLDERS = (SOURCES, WARC, STATE, MANIFESTS)


def index_path(folder: Path) -> Path:
    """Return the path of the SQLite index."""
    return folder / INDEX


def new_index_path(folder: Path) -> Path:
    """Return the path of the index that a rebuild is writing."""
    return folder / (INDEX + ".new")


def warc_folder(folder: Path) -> Path:
    """Return the folder of WARC files."""
    return folder / WARC


def manifests_folder(folder: Path) -> Path:
    """Return the folder of manifests."""
    return folder / MANIFESTS


def is_unused(folder: Path) -> bool:
    """Return whether an archive is empty: no WARC file, complete or partial, and no manifest."""
    return not any(
        there.is_dir() and any(there.iterdir()) for there in (warc_folder(folder), manifests_folder(folder))
    )


def manifests_lock(folder: Path) -> Path:
    """Return the lock file to hold while a manifest is linked to the previous one."""
    return folder / STATE / "newsarchive.manifests.lock"


def writers_lock(folder: Path) -> Path:
    """Return the lock file that writers of the archive share and a rebuild holds exclusively."""
    return (
        folder / STATE / "newsarchive.writers.lock"
    )  # no source name has dots, so this is never the lock of a source


def source_lock(folder: Path, source: str) -> Path:
    """Return the lock file of a source, so that two crawls of it never overlap."""
    return folder / STATE / f"{source}.lock"
