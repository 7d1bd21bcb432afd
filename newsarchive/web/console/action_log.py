"""The log of what people did in the console: state/logs/console.log."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from archive import paths, timestamps

FILE = Path(paths.STATE, "logs", "console.log")
MOST_BYTES = 1_000_000  # then the log is renamed to console.log.1, in place of the one before


def log_action(folder: Path, who: str | None, path: str, status: int) -> None:
    """Add a line: when, who, which action, and the status of the response.

    An action is not undone because its line cannot be written: a full disk must not keep anyone from stopping a crawl.
    """
    file = folder / FILE
    line = f"{timestamps.to_iso(datetime.now(UTC))} {who or '-'} {quote(path)} {status}\n"
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > MOST_BYTES:
            os.replace(file, file.with_name(f"{file.name}.1"))
        with file.open("a", encoding="utf-8") as log:
            log.write(line)
