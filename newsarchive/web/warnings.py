"""Warn of what is not as the index holds it, where no page of ours is around it: in headers and in a file's name."""

from __future__ import annotations

MISMATCH_HEADER = "Newsarchive-Mismatch"  # a header: the sentence that our pages show
ALTERED_PREFIX = "ALTERED-"  # before the name of a file that is saved: nobody sees the headers it came with


def mismatch_headers(mismatch: str | None) -> dict[str, str]:
    """Return the headers that say in what a record differs from the index; none where it does not."""
    return {MISMATCH_HEADER: mismatch} if mismatch else {}


def download_headers(name: str, mismatch: str | None) -> dict[str, str]:
    """Return the headers under which something is saved, with the warning in the name of the file too."""
    shown = f"{ALTERED_PREFIX}{name}" if mismatch else name
    return {"Content-Disposition": f'attachment; filename="{shown}"', **mismatch_headers(mismatch)}
