"""The log of what people did in the console: state/logs/newsarchive.console.log."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from archive import timestamps
from newsarchive.crawling.crawl_logs import begin_log

NAME = "newsarchive.console"  # its dot keeps it apart from the log of any source


def log_action(folder: Path, who: str | None, path: str, status: int) -> None:
    """Add a line: when, who, which action, and the status of the response. Large logs are renamed as those of crawls.

    An action is not undone because its line cannot be written: a full disk must not keep anyone from stopping a crawl.
    """
    line = f"{timestamps.to_iso(datetime.now(UTC))} {who or '-'} {quote(path)} {status}\n"
    with suppress(OSError), begin_log(folder, NAME).open("a", encoding="utf-8") as log:
        log.write(line)
