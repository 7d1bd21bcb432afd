"""The doors of the news archive: commands, timetable and web pages, over `spiders` and `archive`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.store import Archive as Archive

__version__ = "0.1.0"
__all__ = ["Archive", "__version__"]


def __getattr__(name: str) -> object:
    # Archive brings lxml, warcio and SQLite with it: `newsarchive --help` must not wait for them.
    if name == "Archive":
        from archive.store import Archive

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
