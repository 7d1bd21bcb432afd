"""Crawls that were started in the console: each is a child process, watched by a thread."""

from __future__ import annotations

import secrets
import subprocess
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from archive import timestamps
from archive.crawl_results import OUTCOME_LABELS, STORED_COUNTS, count_phrases
from archive.errors import ArchiveBusy, ArchiveError, NotFound, Unwritable
from newsarchive.config import load_settings
from newsarchive.crawling.crawl_process import (
    CrawlOrder,
    CrawlOutcome,
    CrawlProgress,
    start_crawl,
    stop_child,
    watch_crawl,
)

KEPT = 200  # jobs that are remembered after their end
StartCrawl = Callable[[Path, CrawlOrder], "subprocess.Popen[str]"]
State = Literal["starting", "running", "stopping", "ended"]


@dataclass(frozen=True, slots=True)
class Job:
    """A crawl that was started in the console, at one moment."""

    id: str
    order: CrawlOrder
    started_at: datetime  # UTC
    by: str | None  # name of the account; None: the console is open
    progress: CrawlProgress | None = None
    outcome: CrawlOutcome | None = None
    is_stopping: bool = False

    @property
    def what(self) -> str:
        """Return what the job does, in words."""
        if self.order.recheck is not None:
            number = len(self.order.recheck)
            return "visit to 1 article" if number == 1 else f"visit to {number} articles"
        return "full crawl" if self.order.full else "crawl"

    @property
    def state(self) -> State:
        """Return the state of the job."""
        if self.outcome is not None:
            return "ended"
        if self.is_stopping:
            return "stopping"
        return "running" if self.progress is not None else "starting"

    @property
    def phase(self) -> str:
        """Return what the crawl does now, or how it ended, in words."""
        if self.outcome is not None:
            return OUTCOME_LABELS[self.outcome.outcome]
        if self.is_stopping:
            return "stopping"
        return self.progress.phase if self.progress is not None else "starting"

    @property
    def text(self) -> str:
        """Return the numbers of the crawl in words."""
        if self.outcome is not None:
            return ", ".join(count_phrases(self.outcome.counts)) or "nothing new"
        if self.progress is None:
            return ""
        counts = {name: self.progress.counts.get(name) for name in STORED_COUNTS}
        numbers = [f"{self.progress.fetched} fetched", f"{self.progress.queued} queued"]
        return ", ".join([*numbers, *count_phrases(counts)])

    def as_dict(self) -> dict[str, Any]:
        """Return the job for JSON."""
        progress, outcome = self.progress, self.outcome
        return {
            "id": self.id,
            "source": self.order.source,
            "what": self.what,
            "started_at": timestamps.to_iso(self.started_at),
            "started_by": self.by,
            "state": self.state,
            "phase": self.phase,
            "text": self.text,
            "fetched": outcome.fetched if outcome else progress.fetched if progress else 0,
            "queued": progress.queued if progress and not outcome else 0,
            "outcome": outcome.outcome if outcome else None,
            "counts": dict(outcome.counts if outcome else progress.counts if progress else {}),
            "notes": list(outcome.notes) if outcome else [],
        }


class _Crawl:
    """A job with its process. Only its thread and `Jobs`, which holds the lock, change it."""

    def __init__(self, job: Job, child: subprocess.Popen[str]) -> None:
        self.job = job
        self.child = child
        self.progress: CrawlProgress | None = None
        self.outcome: CrawlOutcome | None = None
        self.is_stopping = False
        self.watcher: Thread | None = None

    def snapshot(self) -> Job:
        made = self.job
        return Job(
            made.id, made.order, made.started_at, made.by, self.progress, self.outcome, self.is_stopping
        )


class Jobs:
    """The crawls that were started in the console since the server was started."""

    def __init__(self, folder: Path, start: StartCrawl = start_crawl) -> None:
        self._folder = folder
        self._start = start
        self._lock = Lock()
        self._crawls: OrderedDict[str, _Crawl] = OrderedDict()

    def start(self, order: CrawlOrder, by: str | None) -> Job:
        """Start a crawl, or raise ArchiveBusy if the source is being crawled or too many crawls are running."""
        at_once = load_settings(self._folder).crawls_at_once
        with self._lock:
            running = [crawl for crawl in self._crawls.values() if crawl.outcome is None]
            if any(crawl.job.order.source == order.source for crawl in running):
                raise ArchiveBusy(f"{order.source} is being crawled already. Wait for the end, or stop it.")
            if len(running) >= at_once:
                raise ArchiveBusy(
                    f"{len(running)} crawls that were started here are running, as many as crawls_at_once in "
                    "newsarchive.toml allows. Wait until one ends, or stop one."
                )
            job = Job(secrets.token_hex(8), order, datetime.now(UTC), by)
            try:
                child = self._start(self._folder, order)
            except OSError as error:
                raise Unwritable.from_os_error(error, "The archive") from error
            crawl = self._crawls[job.id] = _Crawl(job, child)
            self._forget_old()
        crawl.watcher = Thread(target=self._watch, args=(crawl,), name=f"crawl {order.source}", daemon=True)
        crawl.watcher.start()
        return job

    def stop(self, job_id: str) -> Job:
        """Ask a crawl to stop in order; it is killed if it has not ended after half a minute."""
        crawl = self._find(job_id)
        with self._lock:
            is_first = crawl.outcome is None and not crawl.is_stopping
            crawl.is_stopping = crawl.is_stopping or is_first
        if is_first:
            Thread(target=stop_child, args=(crawl.child,), daemon=True).start()
        return crawl.snapshot()

    def close(self) -> None:
        """Stop all crawls in order, and wait until they have ended."""
        for job in self.running():
            self.stop(job.id)
        for job in self._snapshots():
            self.wait(job.id)

    def wait(self, job_id: str) -> None:
        """Wait until a crawl has ended."""
        if (watcher := self._find(job_id).watcher) is not None:
            watcher.join()

    def find(self, job_id: str) -> Job:
        """Return a job, or raise NotFound."""
        return self._find(job_id).snapshot()

    def running(self) -> list[Job]:
        """Return the jobs that have not ended, the earliest first."""
        return [job for job in self._snapshots() if job.outcome is None]

    def latest(self, source: str) -> Job | None:
        """Return the job of a source that was started last; None if there is none."""
        return next((job for job in reversed(self._snapshots()) if job.order.source == source), None)

    def _snapshots(self) -> list[Job]:
        with self._lock:
            return [crawl.snapshot() for crawl in self._crawls.values()]

    def _find(self, job_id: str) -> _Crawl:
        with self._lock:
            if (crawl := self._crawls.get(job_id)) is None:
                raise NotFound(
                    f"There is no crawl “{job_id[:40]}” here. The server may have been restarted since."
                )
            return crawl

    def _forget_old(self) -> None:
        ended = [job_id for job_id, crawl in self._crawls.items() if crawl.outcome is not None]
        for job_id in ended[: max(0, len(ended) - KEPT)]:
            del self._crawls[job_id]

    def _watch(self, crawl: _Crawl) -> None:
        def on_progress(progress: CrawlProgress) -> None:
            crawl.progress = progress

        source = crawl.job.order.source
        try:
            crawl.outcome = watch_crawl(crawl.child, source, on_progress)
        except (ArchiveError, OSError, ValueError, KeyError) as error:
            stop_child(crawl.child)
            crawl.outcome = CrawlOutcome(source, "failed", notes=[str(error)], exit_code=1)
