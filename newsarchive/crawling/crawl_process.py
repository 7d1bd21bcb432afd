"""Start, watch and stop a crawl in a separate process (newsarchive/crawling/crawl_child.py)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from pathlib import Path
from threading import Thread
from typing import Any

from archive import paths
from archive.crawl_results import CRAWL_COUNTS, Outcome


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """A request to crawl one source, with its limits."""

    source: str
    max_articles: int | None = None  # of new ones
    since: date | None = None  # walk listings back to this day, and skip articles that they date earlier
    full: bool = False  # fetch all known articles again
    verbose: bool = False  # log every request and response
    scheduled: bool = False  # request sections, feeds and sitemaps only as often as they change
    recheck: tuple[str, ...] | None = None  # fetch only these known articles, by canonical address


@dataclass(frozen=True, slots=True)
class CrawlProgress:
    """The progress of a crawl."""

    phase: str
    fetched: int
    queued: int
    counts: Mapping[str, int]  # by the names of CRAWL_COUNTS


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """The outcome of a crawl."""

    source: str
    outcome: Outcome
    crawl: str | None = None
    fetched: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)  # address, reason
    forbidden: list[str] = field(default_factory=list)  # addresses that robots.txt forbids
    rejected: list[tuple[str, str]] = field(default_factory=list)  # pages that are no articles, and why
    notes: list[str] = field(default_factory=list)
    exit_code: int = 0

    @property
    def needs_attention(self) -> bool:
        """Return whether the outcome needs attention."""
        return (
            self.exit_code != 0
            or bool(self.failures or self.notes)
            or self.outcome not in ("finished", "limit")
        )


def start_crawl(folder: Path, order: CrawlOrder, next_sources: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start a crawl process; its standard output carries JSON lines, its log is state/logs/NAME.log.

    It continues with `next_sources` in turn, with the same limits, as long as nothing is wrong.
    """
    arguments = [
        sys.executable,
        "-m",
        "newsarchive.crawling.crawl_child",
        "--end-with-input",
        order.source,
        *next_sources,
    ]
    if order.max_articles:
        arguments += ["--max-articles", str(order.max_articles)]
    if order.since:
        arguments += ["--since", order.since.isoformat()]
    if order.full:
        arguments.append("--full")
    if order.verbose:
        arguments.append("--verbose")
    if order.scheduled:
        arguments.append("--scheduled")
    if order.recheck is not None:
        arguments += ["--recheck", str(_write_recheck_list(folder, order.source, order.recheck))]
    environment = {
        **os.environ,
        "NEWSARCHIVE_HOME": str(folder.resolve()),
        "SCRAPY_SETTINGS_MODULE": "newsarchive.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )


def _write_recheck_list(folder: Path, source: str, addresses: Sequence[str]) -> Path:
    """Write the addresses to visit again to a file of the source, and return its path."""
    path = folder / paths.STATE / f"{source}.recheck.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{address}\n" for address in addresses), encoding="utf-8")
    return path


def run_crawl(
    folder: Path, order: CrawlOrder, on_progress: Callable[[CrawlProgress], None] = lambda progress: None
) -> CrawlOutcome:
    """Run a crawl and return its outcome. Ctrl-C stops the child in order before it is re-raised."""
    child = start_crawl(folder, order)
    try:
        return watch_crawl(child, order.source, on_progress)
    except BaseException:
        stop_child(child)
        raise


def run_crawls(
    folder: Path,
    orders: Sequence[CrawlOrder],
    on_progress: Callable[[CrawlProgress], None] = lambda progress: None,
) -> Generator[CrawlOutcome, None, None]:
    """Run crawls one after another and yield the outcome of each.

    They share one process, which saves loading Scrapy again, as long as nothing is wrong. Whatever ends the
    iteration stops the child in order.
    """
    left = list(orders)
    while left:
        alike = takewhile(lambda order: replace(order, source=left[0].source) == left[0], left)
        sources = [order.source for order in alike]
        child = start_crawl(folder, left[0], sources[1:])
        try:
            for outcome in _watch_all(child, sources, on_progress):
                del left[0]
                yield outcome
        except BaseException:
            stop_child(child)
            raise


def watch_crawl(
    child: subprocess.Popen[str],
    source: str,
    on_progress: Callable[[CrawlProgress], None] = lambda progress: None,
) -> CrawlOutcome:
    """Report the progress of a child with one crawl until it ends, and return the outcome."""
    return next(_watch_all(child, [source], on_progress))


def _watch_all(
    child: subprocess.Popen[str], sources: Sequence[str], on_progress: Callable[[CrawlProgress], None]
) -> Iterator[CrawlOutcome]:
    """Yield the outcomes of a child's crawls until it ends; the last one is of the crawl it ended with."""
    waiting = deque(sources)
    ended: dict[str, Any] | None = None
    said: deque[str] = deque(maxlen=20)
    listening = Thread(target=lambda: said.extend(child.stderr or ()), daemon=True)
    listening.start()
    for event in _events(child):
        if event["event"] == "progress":
            on_progress(
                CrawlProgress(
                    event["phase"],
                    event["fetched"],
                    event["queued"],
                    {name: event[name] for name in CRAWL_COUNTS},
                )
            )
        elif event["event"] == "ended":
            ended = event
        elif event["event"] == "next" and ended is not None:
            yield _outcome(waiting.popleft(), ended, 0)
            ended = None
    exit_code = child.wait()
    listening.join()
    if child.stdin is not None:
        child.stdin.close()
    if ended is None:
        sentence = (
            said[-1].strip()
            if said
            else f"The crawl process ended without a message (exit code {exit_code})."
        )
        yield CrawlOutcome(waiting[0], "failed", notes=[sentence], exit_code=exit_code or 1)
    else:
        yield _outcome(waiting[0], ended, exit_code)


def _outcome(source: str, ended: Mapping[str, Any], exit_code: int) -> CrawlOutcome:
    return CrawlOutcome(
        source,
        ended["outcome"],
        ended["crawl"],
        ended["fetched"],
        ended["counts"],
        [(url, reason) for url, reason in ended["failures"]],
        ended["forbidden"],
        [(url, reason) for url, reason in ended["refused"]],
        ended["notes"],
        exit_code,
    )


def stop_child(child: subprocess.Popen[str], timeout: float = 30.0) -> None:
    """Stop a child in order, and kill it after `timeout` seconds."""
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _events(child: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    for line in child.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # a library that prints
        if isinstance(event, dict) and "event" in event:
            yield event
