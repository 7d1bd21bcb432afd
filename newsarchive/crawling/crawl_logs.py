"""The logs of crawls: state/logs/NAME.log, with the earlier ones beside it as NAME.log.1 and so on."""

from __future__ import annotations

import os
from pathlib import Path

from archive import paths

MAX_BYTES = 1_000_000  # of a log, when a crawl begins; beyond it, the crawl begins another
KEPT = 4  # earlier logs of a source


def begin_log(folder: Path, source: str) -> Path:
    """Return the log to which a crawl of a source appends, after the earlier ones were renamed if it is large."""
    log = folder / paths.STATE / "logs" / f"{source}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size >= MAX_BYTES:
        for number in range(KEPT, 0, -1):
            earlier = _numbered(log, number - 1)
            if earlier.exists():
                os.replace(earlier, _numbered(log, number))
    return log


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}") if number else log
