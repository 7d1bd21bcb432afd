"""The process of one crawl. It writes JSON lines to its standard output: where it stands, and what came of it.

Its worker processes import this module too, so everything heavy is imported where it is used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

BUSY = 3  # exit code when the source is being crawled already


def main(arguments: list[str] | None = None) -> int:
    """One crawl from beginning to end; the exit code."""
    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.project import get_project_settings
    from twisted.python.failure import Failure

    from archive import layout
    from archive.errors import ArchiveBusy, ArchiveError

    parser = argparse.ArgumentParser(prog="python -m newsarchive.child", description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--max-articles")
    parser.add_argument("--since")
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args(arguments)
    settings = get_project_settings()
    log = Path(settings["NEWSARCHIVE_FOLDER"]) / layout.STATE / "logs" / f"{asked.source}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    settings.set("LOG_FILE", str(log))
    settings.set("LOG_FILE_APPEND", False)
    settings.set("NEWSARCHIVE_TELL", True)
    process = CrawlerProcess(settings)
    refused: list[BaseException] = []

    def refuse(failure: Failure) -> None:
        if failure.value is not None:
            refused.append(failure.value)

    process.crawl(
        asked.source, max_articles=asked.max_articles, since=asked.since, full=asked.full
    ).addErrback(refuse)
    process.start()
    for error in refused:
        print(
            error if isinstance(error, ArchiveError) else f"{type(error).__name__}: {error}", file=sys.stderr
        )
        return BUSY if isinstance(error, ArchiveBusy) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
