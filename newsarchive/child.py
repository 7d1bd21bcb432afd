"""The process of one crawl. It writes JSON lines to its standard output: where it stands, and what came of it.

Its worker processes import this module too, so everything heavy is imported where it is used.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

BUSY = 3  # exit code when the source is being crawled already


def main(arguments: list[str] | None = None) -> int:
    """One crawl from beginning to end; the exit code. What kept it from beginning is a line on standard error."""
    from archive.errors import ArchiveBusy, ArchiveError, Unwritable

    try:
        return _crawl(arguments)
    except (ArchiveError, OSError) as error:
        told = Unwritable.of(error, "The archive") if isinstance(error, OSError) else error
        print(told, file=sys.stderr)
        return BUSY if isinstance(error, ArchiveBusy) else 1


def _crawl(arguments: list[str] | None) -> int:
    from scrapy.crawler import CrawlerProcess
    from scrapy.utils.project import get_project_settings
    from twisted.python.failure import Failure

    from archive import layout

    parser = argparse.ArgumentParser(prog="python -m newsarchive.child", description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--max-articles")
    parser.add_argument("--since")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--end-with-input", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.end_with_input:
        threading.Thread(target=_end_with_input, daemon=True).start()
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

    crawler = process.create_crawler(asked.source)
    process.crawl(crawler, max_articles=asked.max_articles, since=asked.since, full=asked.full).addErrback(
        refuse
    )
    process.start()
    if refused:
        raise refused[0]
    recorder = getattr(crawler, "recorder", None)
    return 1 if recorder is None or recorder.trouble is not None else 0


def _end_with_input() -> None:
    """Standard input is a pipe from the process that started this one: it closes when that process is gone,
    however it went, and the crawl ends in order.
    """
    while os.read(0, 1024):  # not sys.stdin, whose lock a thread may not hold when the interpreter ends
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    if code := main():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # what libraries still say as they fall apart is not about the crawl
