"""The interfaces of the news archive: commands, schedule and web pages, on top of `spiders` and `archive`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.core import Archive as Archive
    from archive.errors import ArchiveBusy as ArchiveBusy
    from archive.errors import ArchiveError as ArchiveError
    from archive.errors import BadQuery as BadQuery
    from archive.errors import DamagedIndex as DamagedIndex
    from archive.errors import DamagedRecord as DamagedRecord
    from archive.errors import NoArchive as NoArchive
    from archive.errors import NotFound as NotFound
    from archive.errors import OutdatedIndex as OutdatedIndex
    from archive.errors import Restricted as Restricted
    from archive.errors import TooSlow as TooSlow
    from archive.errors import Unwritable as Unwritable
    from archive.filters import Filters as Filters
    from archive.http.capture import Capture as Capture
    from archive.index.rows.versions import ArticleVersion as ArticleVersion
    from archive.integrity.record_match import CheckedCapture as CheckedCapture

__version__ = "0.1.0"
__all__ = [
    "Archive",
    "ArchiveBusy",
    "ArchiveError",
    "ArticleVersion",
    "BadQuery",
    "Capture",
    "CheckedCapture",
    "DamagedIndex",
    "DamagedRecord",
    "Filters",
    "NoArchive",
    "NotFound",
    "OutdatedIndex",
    "Restricted",
    "TooSlow",
    "Unwritable",
    "__version__",
]

_MODULES = {
    "Archive": "archive.core",
    "ArchiveBusy": "archive.errors",
    "ArchiveError": "archive.errors",
    "ArticleVersion": "archive.index.rows.versions",
    "BadQuery": "archive.errors",
    "Capture": "archive.http.capture",
    "CheckedCapture": "archive.integrity.record_match",
    "DamagedIndex": "archive.errors",
    "DamagedRecord": "archive.errors",
    "Filters": "archive.filters",
    "NoArchive": "archive.errors",
    "NotFound": "archive.errors",
    "OutdatedIndex": "archive.errors",
    "Restricted": "archive.errors",
    "TooSlow": "archive.errors",
    "Unwritable": "archive.errors",
}


def __getattr__(name: str) -> object:
    # Archive brings lxml, warcio and SQLite with it: `newsarchive --help` must not wait for them.
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    # For completion in an interactive session: what was not loaded yet, too.
    return __all__
