"""Warn, in headers and file names, that content does not match the index: for content that is sent without a page."""

from __future__ import annotations

MISMATCH_HEADER = "Newsarchive-Mismatch"  # a header with the sentence that our pages show
ALTERED_PREFIX = "ALTERED-"  # begins the name of a downloaded file, which loses its headers


def mismatch_headers(mismatch: str | None) -> dict[str, str]:
    """Return the headers that say how a record differs from the index; empty if it matches."""
    return {MISMATCH_HEADER: mismatch} if mismatch else {}


def download_headers(name: str, mismatch: str | None) -> dict[str, str]:
    """Return the headers of a download; a warning is also part of its file name."""
    file_name = f"{ALTERED_PREFIX}{name}" if mismatch else name
    return {"Content-Disposition": f'attachment; filename="{file_name}"', **mismatch_headers(mismatch)}
