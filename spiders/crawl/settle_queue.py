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

BATCH_SIZE = 16  # readings that are settled in one transaction, where so many are under way,
BATCH_WAIT_SECONDS = 0.2  # seconds that the first of them waits for the last


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """The result of one visit to an article's address."""

    extraction: Article | Rejection | None  # None for answers that are not read
    applied: VisitResult


@dataclass(slots=True)
class _Entry:
    """An article's capture that waits to be applied to the index."""

    capture_id: int
    url: str
    extraction: asyncio.Future[ExtractionResult | None] | None = (
        None  # not begun while its outlet is being learned
    )


class SettleQueue:
    """The captures of one crawl that wait to be extracted and applied, and the result of each.

    `at_hand` returns a capture that is still in memory, else None. `on_failure` is called with the address and the
    error of a capture that could not be applied: it stays unread, and the next crawl extracts it.
    """

    def __init__(
        self,
        recording: Recording,
        learner: TemplateLearner,
        report: CrawlReport,
        pool: Executor,
        in_thread: RunInThread,
        *,
        at_hand: Callable[[int], Capture | None],
        on_failure: Callable[[str, Exception], None],
    ) -> None:
        self._recording = recording
        self._learner = learner
        self._report = report
        self._pool = pool
        self._in_thread = in_thread
        self._at_hand = at_hand
        self._on_unsettled = on_failure
        self._order: deque[_Entry] = deque()
        self._looks: dict[int, asyncio.Future[ArticleResult]] = {}
        self._settling: asyncio.Task[None] | None = None

    def add(self, capture_id: int, url: str, job: ExtractionJob | None) -> None:
        """Append a capture; start its extraction at once unless templates have to be learned first."""
        self._looks[capture_id] = asyncio.get_running_loop().create_future()
        turn = _Entry(capture_id, url)
        self._order.append(turn)
        being_read = sum(one.extraction is not None for one in self._order)
        if being_read == len(self._order) - 1 and self._learner.may_start(being_read):  # none before it waits
            turn.extraction = self._start_extraction(job)
        if self._settling is None:
            self._settling = asyncio.ensure_future(self._apply_in_order())

    def extraction_job(self, capture_id: int, *, ahead: bool = False) -> ExtractionJob | None:
        """Return the extraction job of a capture with the templates known by now; see `Recording.extraction_job`."""
        return self._recording.extraction_job(capture_id, self._learner.outlet, ahead=ahead)

    async def result_of(self, capture_id: int) -> ArticleResult:
        """Return the result of a capture. One that a killed crawl applied is extracted again but not applied again."""
        if capture_id in self._looks:
            looked = await self._looks[capture_id]
            del self._looks[capture_id]
            return looked
        reading = self._start_extraction(await self._in_thread(self.extraction_job, capture_id))
        await asyncio.wait({reading})
        done = _result_or_error(reading)
        if isinstance(done, Exception):
            raise done
        return ArticleResult(
            done.extraction if done else None, VisitResult("changed")
        )  # its parts may be wanting

    async def wait_until_empty(self) -> None:
        """Return once no capture waits."""
        while self._settling is not None:
            await self._settling

    def _start_extraction(self, job: ExtractionJob | None) -> asyncio.Future[ExtractionResult | None]:
        if job is not None:
            return asyncio.wrap_future(self._pool.submit(run_extraction, job))
        nothing: asyncio.Future[ExtractionResult | None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    async def _apply_in_order(self) -> None:
        """Apply extractions in the order their captures were stored, whichever finishes first."""
        try:
            while self._order:
                await self._start_deferred()
                if self._order[0].extraction is None:
                    await self._learner.wait_until_learned()
                else:
                    await asyncio.wait({self._order[0].extraction})
                    await self._apply_ready()
                    self._learner.start_if_ready()
        except Exception as error:  # the index cannot even be asked what is to be read
            while self._order:
                self._fail(self._order.popleft(), error)
        self._settling = None

    async def _apply_ready(self) -> None:
        """Apply the finished extractions up to the first unfinished one."""
        first = [turn.extraction for turn in islice(self._order, BATCH_SIZE) if turn.extraction is not None]
        if len(first) == BATCH_SIZE:  # a commit for each would cost as much as settling it
            await asyncio.wait(first, timeout=BATCH_WAIT_SECONDS)
        readings: list[tuple[int, ExtractionResult | None]] = []
        for turn in self._order:
            if turn.extraction is None or not turn.extraction.done():
                break
            done = _result_or_error(turn.extraction)
            if not isinstance(done, Exception):
                readings.append((turn.capture_id, done))
            elif readings:
                break
            else:
                self._fail(self._order.popleft(), done)
                return
        came: Sequence[VisitResult | ExtractionJob | Exception]
        try:
            came = await self._in_thread(self._recording.apply_batch, readings, self._learner.outlet)
        except Exception as error:
            came = [error] * len(readings)
        for (_, read), settled in zip(readings, came, strict=False):
            if isinstance(settled, ExtractionJob):
                self._order[0].extraction = self._start_extraction(settled)
                break
            turn = self._order.popleft()
            if isinstance(settled, Exception):
                self._fail(turn, settled)
                continue
            self._report.count_outcome(turn.url, settled)
            self._looks[turn.capture_id].set_result(ArticleResult(read.extraction if read else None, settled))

    async def _start_deferred(self) -> None:
        """Start the extractions that waited for templates, as far as the learner allows."""
        waiting = [turn for turn in self._order if turn.extraction is None]
        for turn in waiting:
            if not self._learner.may_start(len(self._order) - len(waiting)):
                return
            job = await self._in_thread(partial(self.extraction_job, turn.capture_id, ahead=True))
            capture = self._at_hand(turn.capture_id)
            turn.extraction = self._start_extraction(
                replace(job, capture=capture) if job and capture else job
            )
            waiting = waiting[1:]

    def _fail(self, entry: _Entry, error: Exception) -> None:
        self._on_unsettled(entry.url, error)
        self._looks[entry.capture_id].set_exception(error)


def _result_or_error(
    extraction: asyncio.Future[ExtractionResult | None],
) -> ExtractionResult | Exception | None:
    """Return the result of a finished extraction, or the error that ended it."""
    try:
        return extraction_result(extraction)
    except Exception as error:
        return error
