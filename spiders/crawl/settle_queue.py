"""Article captures waiting to be extracted and applied: extracted in parallel, applied in the order stored.

add ──▶ entries, in the order stored ──▶ workers extract ──▶ apply the finished ones in order ──▶ results, report
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from archive.extraction.model import Article, Rejection
from archive.http.capture import Capture
from archive.index.ingest.articles import VisitResult
from archive.jobs.pool import ExtractionJob, ExtractionResult, extraction_result, run_extraction
from archive.recording.session import Recording
from spiders.crawl.report import CrawlReport
from spiders.crawl.template_learner import RunInThread, TemplateLearner

BATCH_SIZE = 16  # extractions applied in one transaction, if so many are under way
BATCH_WAIT_SECONDS = 0.2  # that the first extraction of a batch waits for the last


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """The result of one visit to an article's address."""

    extraction: Article | Rejection | None  # None for responses that are not extracted
    applied: VisitResult


@dataclass(slots=True)
class _Entry:
    """An article's capture that waits to be applied to the index."""

    capture_id: int
    url: str
    extraction: asyncio.Future[ExtractionResult | None] | None = (
        None  # None: not started, as templates are being learned
    )


class SettleQueue:
    """The captures of one crawl that wait to be extracted and applied, and the result of each.

    `cached_capture` returns a capture that is still in memory, else None. `on_failure` is called with the address and
    the error of a capture that could not be applied: it is left to the next crawl.
    """

    def __init__(
        self,
        recording: Recording,
        learner: TemplateLearner,
        report: CrawlReport,
        pool: Executor,
        in_thread: RunInThread,
        *,
        cached_capture: Callable[[int], Capture | None],
        on_failure: Callable[[str, Exception], None],
    ) -> None:
        self._recording = recording
        self._learner = learner
        self._report = report
        self._pool = pool
        self._in_thread = in_thread
        self._cached_capture = cached_capture
        self._on_failure = on_failure
        self._entries: deque[_Entry] = deque()
        self._results: dict[int, asyncio.Future[ArticleResult]] = {}
        self._applying: asyncio.Task[None] | None = None

    def add(self, capture_id: int, url: str, job: ExtractionJob | None) -> None:
        """Append a capture; start its extraction at once unless templates have to be learned first."""
        self._results[capture_id] = asyncio.get_running_loop().create_future()
        entry = _Entry(capture_id, url)
        self._entries.append(entry)
        in_progress = sum(one.extraction is not None for one in self._entries)
        if in_progress == len(self._entries) - 1 and self._learner.may_start(
            in_progress
        ):  # no earlier entry waits
            entry.extraction = self._start_extraction(job)
        if self._applying is None:
            self._applying = asyncio.ensure_future(self._apply_in_order())

    def extraction_job(self, capture_id: int, *, ahead: bool = False) -> ExtractionJob | None:
        """Return the extraction job of a capture with the templates known by now; see `Recording.extraction_job`."""
        return self._recording.extraction_job(capture_id, self._learner.outlet, ahead=ahead)

    async def result_of(self, capture_id: int) -> ArticleResult:
        """Return the result of a capture. One that a killed crawl applied is extracted again but not applied again."""
        if capture_id in self._results:
            result = await self._results[capture_id]
            del self._results[capture_id]
            return result
        extraction = self._start_extraction(await self._in_thread(self.extraction_job, capture_id))
        await asyncio.wait({extraction})
        done = _result_or_error(extraction)
        if isinstance(done, Exception):
            raise done
        return ArticleResult(
            done.extraction if done else None, VisitResult("changed")
        )  # its parts may be missing

    async def wait_until_empty(self) -> None:
        """Return once no capture waits."""
        while self._applying is not None:
            await self._applying

    def _start_extraction(self, job: ExtractionJob | None) -> asyncio.Future[ExtractionResult | None]:
        """Submit an extraction to the workers; without a job its result is None at once."""
        if job is not None:
            return asyncio.wrap_future(self._pool.submit(run_extraction, job))
        finished: asyncio.Future[ExtractionResult | None] = asyncio.get_running_loop().create_future()
        finished.set_result(None)
        return finished

    async def _apply_in_order(self) -> None:
        """Apply extractions in the order their captures were stored, whichever finishes first."""
        try:
            while self._entries:
                await self._start_deferred()
                if self._entries[0].extraction is None:
                    await self._learner.wait_until_learned()
                else:
                    await asyncio.wait({self._entries[0].extraction})
                    await self._apply_ready()
                    self._learner.start_if_ready()
        except Exception as error:  # the index itself cannot be read
            while self._entries:
                self._fail(self._entries.popleft(), error)
        self._applying = None

    async def _apply_ready(self) -> None:
        """Apply the finished extractions up to the first unfinished one."""
        pending = [
            entry.extraction for entry in islice(self._entries, BATCH_SIZE) if entry.extraction is not None
        ]
        if len(pending) == BATCH_SIZE:  # a commit for each would cost as much as applying it
            await asyncio.wait(pending, timeout=BATCH_WAIT_SECONDS)
        results: list[tuple[int, ExtractionResult | None]] = []
        for entry in self._entries:
            if entry.extraction is None or not entry.extraction.done():
                break
            done = _result_or_error(entry.extraction)
            if not isinstance(done, Exception):
                results.append((entry.capture_id, done))
            elif results:
                break
            else:
                self._fail(self._entries.popleft(), done)
                return
        applied: Sequence[VisitResult | ExtractionJob | Exception]
        try:
            applied = await self._in_thread(self._recording.apply_batch, results, self._learner.outlet)
        except Exception as error:
            applied = [error] * len(results)
        for (_, result), outcome in zip(results, applied, strict=False):
            if isinstance(outcome, ExtractionJob):
                self._entries[0].extraction = self._start_extraction(outcome)
                break
            entry = self._entries.popleft()
            if isinstance(outcome, Exception):
                self._fail(entry, outcome)
                continue
            self._report.count_outcome(entry.url, outcome)
            self._results[entry.capture_id].set_result(
                ArticleResult(result.extraction if result else None, outcome)
            )

    async def _start_deferred(self) -> None:
        """Start the extractions that waited for templates, as far as the learner allows."""
        waiting = [entry for entry in self._entries if entry.extraction is None]
        for entry in waiting:
            if not self._learner.may_start(len(self._entries) - len(waiting)):
                return
            job = await self._in_thread(partial(self.extraction_job, entry.capture_id, ahead=True))
            capture = self._cached_capture(entry.capture_id)
            entry.extraction = self._start_extraction(
                replace(job, capture=capture) if job and capture else job
            )
            waiting = waiting[1:]

    def _fail(self, entry: _Entry, error: Exception) -> None:
        """Report the error of an entry, to the crawl and to whoever waits for its result."""
        self._on_failure(entry.url, error)
        self._results[entry.capture_id].set_exception(error)


def _result_or_error(
    extraction: asyncio.Future[ExtractionResult | None],
) -> ExtractionResult | Exception | None:
    """Return the result of a finished extraction, or the error that ended it."""
    try:
        return extraction_result(extraction)
    except Exception as error:
        return error
