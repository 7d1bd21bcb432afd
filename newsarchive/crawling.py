"""A crawl in a process of its own (newsarchive/child.py): started, watched and ended from here."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from archive import folders
from archive.article.extractor import EXTRACTOR
from archive.index import captures, pending
from archive.store import Archive
from archive.workers import read_job
from newsarchive.checking import Checked, CheckedListing, CheckedPage
from spiders import learned
from spiders.source import Source


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be crawled."""

    source: str
    max_articles: int | None = None  # not yet known ones
    since: date | None = None  # none that the listing dates earlier
    full: bool = False  # what is known is asked for again


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a crawl stands."""

    phase: str
    found: int = 0
    fetched: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0
    gone: int = 0
    moved: int = 0
    removed: int = 0
    not_articles: int = 0
    failed: int = 0
    queued: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a crawl."""

    source: str
    outcome: str  # finished, stopped, limit; failed when it ended without saying
    crawl: str | None = None
    fetched: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)  # address, reason
    notes: list[str] = field(default_factory=list)
    exit_code: int = 0

    @property
    def needs_looking_at(self) -> bool:
        """Whether anything went other than it should."""
        return (
            self.exit_code != 0
            or bool(self.failures or self.notes)
            or self.outcome not in ("finished", "limit")
        )


def start_crawl(folder: Path, order: Order, then: Sequence[str] = ()) -> subprocess.Popen[str]:
    """The child process of a crawl; its standard output carries JSON lines, its log is state/logs/NAME.log.

    It goes on with the sources `then` in turn, in the same way, as long as nothing is wrong.
    """
    arguments = [sys.executable, "-m", "newsarchive.child", "--end-with-input", order.source, *then]
    if order.max_articles:
        arguments += ["--max-articles", str(order.max_articles)]
    if order.since:
        arguments += ["--since", order.since.isoformat()]
    if order.full:
        arguments.append("--full")
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


def run_crawl(
    folder: Path, order: Order, on_progress: Callable[[Progress], None] = lambda progress: None
) -> Outcome:
    """A crawl from beginning to end. Ctrl-C ends the child in order before it is passed on."""
    child = start_crawl(folder, order)
    try:
        return watch(child, order.source, on_progress)
    except BaseException:
        end(child)
        raise


def run_crawls(
    folder: Path, orders: Sequence[Order], on_progress: Callable[[Progress], None] = lambda progress: None
) -> Generator[Outcome, None, None]:
    """Crawls one after another, and what came of each; in one process, which need not be loaded again, as long
    as nothing is wrong. Whatever ends the iteration ends the child in order.
    """
    left = list(orders)
    while left:
        alike = takewhile(lambda order: replace(order, source=left[0].source) == left[0], left)
        sources = [order.source for order in alike]
        child = start_crawl(folder, left[0], sources[1:])
        try:
            for outcome in _watched(child, sources, on_progress):
                del left[0]
                yield outcome
        except BaseException:
            end(child)
            raise


def watch(
    child: subprocess.Popen[str], source: str, on_progress: Callable[[Progress], None] = lambda progress: None
) -> Outcome:
    """What a child with one crawl tells, until it ends."""
    return next(_watched(child, [source], on_progress))


def _watched(
    child: subprocess.Popen[str], sources: Sequence[str], on_progress: Callable[[Progress], None]
) -> Iterator[Outcome]:
    """What came of a child's crawls, until it ends: the last outcome is that of the crawl it ended with."""
    waiting = deque(sources)
    ended: dict[str, Any] | None = None
    said: deque[str] = deque(maxlen=20)
    listening = Thread(target=lambda: said.extend(child.stderr or ()), daemon=True)
    listening.start()
    for event in _events(child):
        if event["event"] == "progress":
            on_progress(
                Progress(**{name: event[name] for name in Progress.__dataclass_fields__ if name in event})
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
        sentence = said[-1].strip() if said else f"The crawl ended without a word (exit code {exit_code})."
        yield Outcome(waiting[0], "failed", notes=[sentence], exit_code=exit_code or 1)
    else:
        yield _outcome(waiting[0], ended, exit_code)


def _outcome(source: str, ended: Mapping[str, Any], exit_code: int) -> Outcome:
    return Outcome(
        source,
        ended["outcome"],
        ended["crawl"],
        ended["fetched"],
        ended["counts"],
        [(url, reason) for url, reason in ended["failures"]],
        ended["notes"],
        exit_code,
    )


def end(child: subprocess.Popen[str], patience: float = 30.0) -> None:
    """Asks a child to end, and makes it after `patience` seconds."""
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def check_source(folder: Path, source: Source, articles: int = 5) -> Checked:
    """What a crawl of a source would find and read now: made in a folder that is thrown away."""
    with TemporaryDirectory(prefix="newsarchive-check-") as name:
        trial = Path(name)
        Archive.create(trial).close()
        described = f"{folders.SOURCES}/{source.name}.toml"
        for kept in (folders.SETTINGS, described, learned.beside(Path(described))):
            if (folder / kept).exists():
                shutil.copy(folder / kept, trial / kept)
        outcome = run_crawl(trial, Order(source.name, max_articles=articles))
        with Archive.open(trial) as archive:
            return Checked(
                source.name,
                tuple(_checked_listings(archive, outcome)),
                tuple(_checked_pages(archive, source, outcome)),
                tuple(outcome.notes),
            )


def _checked_listings(archive: Archive, outcome: Outcome) -> Iterator[CheckedListing]:
    failed = dict(outcome.failures)
    for listing in captures.listings(archive.connection):
        yield CheckedListing(
            listing.url,
            listing.role,
            listing.section,
            listing.status,
            listing.found,
            failed.pop(listing.url, None),
        )


def _checked_pages(archive: Archive, source: Source, outcome: Outcome) -> Iterator[CheckedPage]:
    for row in captures.of_role(archive.connection, "article"):
        job = pending.job(archive.connection, archive.folder, row.id, source.outlet, EXTRACTOR)
        if job is None:
            yield CheckedPage(row.url, None, None, row.reading)
        else:
            yield CheckedPage(row.url, job.listed, read_job(job).reading)
    held = {row.url for row in captures.of_role(archive.connection, "article")}
    for url, reason in outcome.failures:
        if url not in held:
            yield CheckedPage(url, None, None, reason)


def _events(child: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    for line in child.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # a library that prints
        if isinstance(event, dict) and "event" in event:
            yield event
