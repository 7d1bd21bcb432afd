"""Entry point of a crawl process, which runs one crawl or several in turn.

It writes JSON lines to its standard output: the progress of a crawl, its outcome, and the start of the next one.
Its worker processes import this module too, so everything heavy is imported where it is used.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

EXIT_BUSY = 3  # exit code when the source is being crawled already


def main(arguments: list[str] | None = None) -> int:
    """Run the crawls and return the exit code; what kept a crawl from starting is a line on standard error.

    The next crawl starts only if nothing was wrong with the previous one.
    """
    from archive.errors import ArchiveBusy, ArchiveError, Unwritable

    try:
        return _crawl(arguments)
    except (ArchiveError, OSError) as error:
        told = Unwritable.from_os_error(error, "The archive") if isinstance(error, OSError) else error
        print(told, file=sys.stderr)
        return EXIT_BUSY if isinstance(error, ArchiveBusy) else 1


def _crawl(arguments: list[str] | None) -> int:
    from scrapy.crawler import Crawler, CrawlerProcess
    from scrapy.utils.log import install_scrapy_root_handler
    from scrapy.utils.project import get_project_settings
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from newsarchive.crawling.crawl_logs import begin_log

    class Process(CrawlerProcess):
        is_stopping = False

        def stop(self) -> Deferred[Any]:
            self.is_stopping = True
            for crawler in self.crawlers:
                if recorder := getattr(crawler, "recorder", None):
                    recorder.skips_maintenance = True
            return super().stop()

    parser = argparse.ArgumentParser(prog="python -m newsarchive.crawling.crawl_child", description=__doc__)
    parser.add_argument("sources", nargs="+", metavar="source")
    parser.add_argument("--max-articles")
    parser.add_argument("--since")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--scheduled", action="store_true")
    parser.add_argument("--recheck")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--end-with-input", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.end_with_input:
        threading.Thread(target=stop_with_parent, daemon=True).start()
    settings = get_project_settings()
    folder = Path(settings["NEWSARCHIVE_FOLDER"])
    settings.set("LOG_FILE", str(begin_log(folder, asked.sources[0])))
    if asked.verbose:
        settings.set("LOG_LEVEL", "DEBUG")
    settings.set("NEWSARCHIVE_TELL", True)
    process = Process(settings)
    left = deque[str](asked.sources)
    refused: list[BaseException] = []
    codes: list[int] = []

    def begin() -> None:
        crawler = process.create_crawler(left.popleft())
        options = {
            "max_articles": asked.max_articles,
            "since": asked.since,
            "full": asked.full,
            "scheduled": asked.scheduled,
            "recheck": asked.recheck,
        }
        process.crawl(crawler, **options).addBoth(go_on, crawler)

    def go_on(came: object, crawler: Crawler) -> None:
        if isinstance(came, Failure) and came.value is not None:
            refused.append(came.value)
        recorder = getattr(crawler, "recorder", None)
        codes.append(1 if recorder is None or recorder.fatal_error is not None else 0)
        if left and not (refused or codes[-1] or process.is_stopping):
            print(json.dumps({"event": "next"}), flush=True)
            settings.set("LOG_FILE", str(begin_log(folder, left[0])))
            install_scrapy_root_handler(settings)
            begin()

    begin()
    process.start()
    if refused:
        raise refused[0]
    return codes[-1] if codes else 1


def stop_with_parent() -> None:
    """Stop the crawl in order when the parent process is gone.

    Standard input is a pipe from the parent: it closes when that process ends, however it ends.
    """
    while os.read(0, 1024):  # not sys.stdin, whose lock a thread may not hold when the interpreter ends
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    if code := main():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # what libraries still say as they fall apart is not about the crawl
