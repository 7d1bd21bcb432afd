"""Headers and file names that warn of content that does not match the index, where no page surrounds it."""

from __future__ import annotations

MISMATCH_HEADER = "Newsarchive-Mismatch"  # a header: the sentence that our pages show
ALTERED_PREFIX = "ALTERED-"  # before the name of a file that is saved: nobody sees the headers it came with


def mismatch_headers(mismatch: str | None) -> dict[str, str]:
    """Return the headers that say how a record differs from the index; empty if it matches."""
    return {MISMATCH_HEADER: mismatch} if mismatch else {}


def download_headers(name: str, mismatch: str | None) -> dict[str, str]:
    """Return the headers of a download, with the warning also in its file name."""
    shown = f"{ALTERED_PREFIX}{name}" if mismatch else name
    return {"Content-Disposition": f'attachment; filename="{shown}"', **mismatch_headers(mismatch)}
