"""Print an HTML report as PDF with Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from archive.errors import ArchiveError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-pdf-header-footer",
)


def find_chromium() -> str:
    """Return the path of Chromium, or raise ArchiveError if it is not installed."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise ArchiveError(
            "A PDF needs Chromium, which is not installed: install it, or make the file without --pdf."
        )
    return found


def print_pdf(chromium: str, page: bytes) -> bytes:
    """Return an HTML page as PDF, or raise ArchiveError."""
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "report.html"), Path(scratch, "report.pdf")
        source.write_bytes(page)
        sandbox = (
            ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        )  # root cannot have one
        command = [
            chromium,
            *_OPTIONS,
            *sandbox,
            f"--user-data-dir={scratch}/profile",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
            return target.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise ArchiveError(f"Chromium could not print the report: {error}.") from error
