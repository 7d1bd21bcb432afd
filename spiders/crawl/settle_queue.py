"""Articles kept and waiting for their turn: read in other processes, whichever is done first, settled in order.

add ──▶ turns, in the order kept ──▶ readers ──▶ as many as are read by now: settle ──▶ looks, report
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from archive.extraction.model import Article, NotAnArticle
from archive.http.capture import Capture
from archive.index.ingest.articles import Settled
from archive.jobs.pool import ReadDone, ReadJob, answered, read_job
from archive.recording.session import Recording
from spiders.crawl.report import Report
from spiders.crawl.template_learner import InThread, Learner

TOGETHER = 16  # readings that are settled in one transaction, where so many are under way,
LONGEST_WAIT = 0.2  # seconds that the first of them waits for the last


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at an article's address came to."""

    reading: Article | NotAnArticle | None  # None for answers that are not read
    settled: Settled


@dataclass(slots=True)
class _Turn:
    """An article's capture that waits to be settled."""

    capture_id: int
    url: str
    reading: asyncio.Future[ReadDone | None] | None = None  # not begun while its outlet is being learned


class Turns:
    """The captures of one crawl that wait to be read and settled, and what came of each.

    `at_hand` gives the bytes of a capture where they need not be read back; `on_unsettled` is told the address and the
    error of one that could not be settled: it stays unread, and the next crawl reads it.
    """

    def __init__(
        self,
        recording: Recording,
        learner: Learner,
        report: Report,
        pool: Executor,
        in_thread: InThread,
        *,
        at_hand: Callable[[int], Capture | None],
        on_unsettled: Callable[[str, Exception], None],
    ) -> None:
        self._recording = recording
        self._learner = learner
        self._report = report
        self._pool = pool
        self._in_thread = in_thread
        self._at_hand = at_hand
        self._on_unsettled = on_unsettled
        self._order: deque[_Turn] = deque()
        self._looks: dict[int, asyncio.Future[Looked]] = {}
        self._settling: asyncio.Task[None] | None = None

    def add(self, capture_id: int, url: str, job: ReadJob | None) -> None:
        """A capture's turn comes after those before it; it is read ahead of that, if its outlet need not be learned."""
        self._looks[capture_id] = asyncio.get_running_loop().create_future()
        turn = _Turn(capture_id, url)
        self._order.append(turn)
        being_read = sum(one.reading is not None for one in self._order)
        if being_read == len(self._order) - 1 and self._learner.has_room(being_read):  # none before it waits
            turn.reading = self._reading(job)
        if self._settling is None:
            self._settling = asyncio.ensure_future(self._settle())

    def job(self, capture_id: int, *, ahead: bool = False) -> ReadJob | None:
        """What reads a capture by what is known by now; see `Recording.job`."""
        return self._recording.job(capture_id, self._learner.outlet, ahead=ahead)

    async def look(self, capture_id: int) -> Looked:
        """What a capture came to; one that was settled by a killed crawl is read again, and settled no second time."""
        if capture_id in self._looks:
            looked = await self._looks[capture_id]
            del self._looks[capture_id]
            return looked
        reading = self._reading(await self._in_thread(self.job, capture_id))
        await asyncio.wait({reading})
        done = _told(reading)
        if isinstance(done, Exception):
            raise done
        return Looked(done.reading if done else None, Settled("changed"))  # its parts may be wanting

    async def over(self) -> None:
        """Returns when none waits."""
        while self._settling is not None:
            await self._settling

    def _reading(self, job: ReadJob | None) -> asyncio.Future[ReadDone | None]:
        if job is not None:
            return asyncio.wrap_future(self._pool.submit(read_job, job))
        nothing: asyncio.Future[ReadDone | None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    async def _settle(self) -> None:
        """Readings become rows in the order their captures were kept, whichever was read first."""
        try:
            while self._order:
                await self._begin()
                if self._order[0].reading is None:
                    await self._learner.learned()
                else:
                    await asyncio.wait({self._order[0].reading})
                    await self._settle_ready()
                    self._learner.look()
        except Exception as error:  # the index cannot even be asked what is to be read
            while self._order:
                self._unsettled(self._order.popleft(), error)
        self._settling = None

    async def _settle_ready(self) -> None:
        """Settles as many as are read by now, up to the first that is not."""
        first = [turn.reading for turn in islice(self._order, TOGETHER) if turn.reading is not None]
        if len(first) == TOGETHER:  # a commit for each would cost as much as settling it
            await asyncio.wait(first, timeout=LONGEST_WAIT)
        readings: list[tuple[int, ReadDone | None]] = []
        for turn in self._order:
            if turn.reading is None or not turn.reading.done():
                break
            done = _told(turn.reading)
            if not isinstance(done, Exception):
                readings.append((turn.capture_id, done))
            elif readings:
                break
            else:
                self._unsettled(self._order.popleft(), done)
                return
        came: Sequence[Settled | ReadJob | Exception]
        try:
            came = await self._in_thread(self._recording.settle_in_turn, readings, self._learner.outlet)
        except Exception as error:
            came = [error] * len(readings)
        for (_, read), settled in zip(readings, came, strict=False):
            if isinstance(settled, ReadJob):
                self._order[0].reading = self._reading(settled)
                break
            turn = self._order.popleft()
            if isinstance(settled, Exception):
                self._unsettled(turn, settled)
                continue
            self._report.count(turn.url, settled)
            self._looks[turn.capture_id].set_result(Looked(read.reading if read else None, settled))

    async def _begin(self) -> None:
        """What waited for its outlet to be learned goes to be read, as far as that is done, or needs more pages."""
        waiting = [turn for turn in self._order if turn.reading is None]
        for turn in waiting:
            if not self._learner.has_room(len(self._order) - len(waiting)):
                return
            job = await self._in_thread(partial(self.job, turn.capture_id, ahead=True))
            capture = self._at_hand(turn.capture_id)
            turn.reading = self._reading(replace(job, capture=capture) if job and capture else job)
            waiting = waiting[1:]

    def _unsettled(self, turn: _Turn, error: Exception) -> None:
        self._on_unsettled(turn.url, error)
        self._looks[turn.capture_id].set_exception(error)


def _told(reading: asyncio.Future[ReadDone | None]) -> ReadDone | Exception | None:
    """What a reading that ended gave; a page that ended its reader is no article, and says why."""
    try:
        return answered(reading)
    except Exception as error:
        return error
