"""Reading in processes of its own: a page that takes long or takes much costs no one else anything.

A process has one job at a time, over a pipe of its own. What a job may use is bounded by the kernel; one
that overruns takes its process with it, which is replaced, and no other job is touched. A shared pool of
processes (ProcessPoolExecutor) cannot do that: one process that dies breaks every job in flight.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import queue
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from archive.article.model import Article, Listed, NotAnArticle, Outlet
from archive.capture import MAX_PAYLOAD, Capture, Place
from archive.errors import ArchiveError
from archive.findable import Findable
from archive.index.wording import Worded

P = ParamSpec("P")
T = TypeVar("T")


# Readers are forked from a small process that has loaded what they need, has no threads and opens nothing: one
# that replaces another begins in milliseconds, and what all of them have loaded is in memory once.
_START = multiprocessing.get_context("forkserver")
ALWAYS_NEEDED = ("archive.article.reading", "archive.dictionaries", "archive.markup", "archive.warc.reader")
PAGE_HELD = 20_000_000  # bytes that each further page of a job may take: the largest real one met took half
JOBS_A_READER = 5000  # then it is replaced: what its libraries pile up must not count against a page


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one page may use. One of a real site takes a tenth of a second and some ten megabytes.

    A job with a list among its arguments may use as much time for each thing in the list, and `PAGE_HELD` more memory.
    """

    processor_seconds: float = 5.0
    seconds: float = 300.0  # by the clock: for what waits, and for machines with much else to do
    memory: int = 500_000_000  # bytes of address space, the libraries of the reader included


class ReaderEnded(ArchiveError):
    """A job used more than it may, or ended its process otherwise; it is not tried again."""


@dataclass(frozen=True, slots=True)
class ReadJob:
    """One capture to be read; small, for it travels to another process."""

    folder: Path
    place: Place
    outlet: Outlet
    listed: Listed | None
    is_cut: bool = False  # the connection ended before the promised length
    original: Place | None = None  # of a revisit: the record that holds its body
    # The capture of the version to compare with, where another extractor had read it.
    before: ReadJob | None = None
    extractor: str = ""  # the name under which what is read is kept
    capture: Capture | None = None  # what stands at the place, where it is at hand
    is_new: bool = False  # no article is known at its address: what is read will be a version
    # Title, lead, text and language of the version whose place the reading takes.
    instead_of: tuple[str, str, str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class ReadDone:
    """What a capture was read as, and what the one before it is read as by the same extractor."""

    reading: Article | NotAnArticle
    before: Article | NotAnArticle | None = None
    extractor: str = ""  # as in the job
    findable: Findable | None = None  # by what the article is found, where that was asked for
    found_until_now: Worded | None = None  # by what words the version was whose place it takes


def read_job(job: ReadJob) -> ReadDone:
    """The job done: from bytes on disk to an article. Runs in a worker process."""
    from archive.findable import of_article
    from archive.index.wording import worded

    reading = _read(job)
    return ReadDone(
        reading,
        _read(job.before) if job.before else None,
        job.extractor,
        of_article(reading) if job.is_new and isinstance(reading, Article) else None,
        worded(*job.instead_of) if job.instead_of else None,
    )


def _read(job: ReadJob) -> Article | NotAnArticle:
    from archive.article.reading import read
    from archive.markup import ends_whole
    from archive.warc.reader import read_capture

    capture = (job.capture or read_capture(job.folder, job.place, job.original)).standing
    try:
        if job.is_cut and not ends_whole(capture.payload()):
            return NotAnArticle("answer cut off (disconnect)")
        return bounded(read, capture, job.outlet, job.listed)
    except ReaderEnded as error:
        return unreadable(error).reading


def bounded(
    function: Callable[Concatenate[Capture, P], T], capture: Capture, *args: P.args, **kw: P.kwargs
) -> T:
    """What a function makes of a capture; ReaderEnded when the capture unpacks to more than anyone reads."""
    if len(capture.payload()) >= MAX_PAYLOAD:
        raise ReaderEnded(f"it unpacks to more than {MAX_PAYLOAD // 1024**2} MiB")
    return function(capture, *args, **kw)


def answered(reading: Future[ReadDone]) -> ReadDone:
    """What came of a job that ended; a page that ended its reader is no article, and says why."""
    try:
        return reading.result()
    except ArchiveError as error:
        return unreadable(error)


def unreadable(error: ArchiveError) -> ReadDone:
    """What is said of a page that could not be read."""
    return ReadDone(NotAnArticle(f"unreadable: {str(error).rstrip('.')}"))


def pool(
    workers: int | None = None, allowance: Allowance | None = None, *, needed: Sequence[str] = ()
) -> Executor:
    """Worker processes that end with the process that started them, however it ends.

    `needed` are modules with what they will be asked for, beside the reading of articles: those are loaded once
    for all of them.
    """
    _START.set_forkserver_preload([*ALWAYS_NEEDED, *needed])
    return _Readers(workers or os.cpu_count() or 1, allowance or Allowance())


class _Readers(Executor):
    """A thread for each process: it hands over a job, waits for the answer, and replaces a process that died."""

    def __init__(self, workers: int, allowance: Allowance) -> None:
        self._allowance = allowance
        self._jobs: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        self._is_shut = False
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of a call; ReaderEnded where it overran, else what the function gave or raised."""
        if self._is_shut:
            raise RuntimeError("The readers were sent home.")
        future: Future[T] = Future()
        self._jobs.put((future, bytes(ForkingPickler.dumps((function, args, kwargs)))))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """No more jobs; those handed in are done first, unless they are cancelled."""
        self._is_shut = True
        while cancel_futures:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is not None:
                job[0].cancel()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _serve(self) -> None:
        reader: _Reader | None = None
        jobs = 0
        while (job := self._jobs.get()) is not None:
            future, call = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                reader = reader or _Reader(self._allowance)
                is_result, answer = reader.answer(call)
                jobs += 1
                if jobs == JOBS_A_READER:
                    reader.close()
                    reader, jobs = None, 0
            except ReaderEnded as ended:
                reader, jobs, is_result, answer = None, 0, False, ended
            except Exception as error:  # no process to be had, say: the job is told, the next one tries again
                is_result, answer = False, error
            if is_result:
                future.set_result(answer)
            else:
                future.set_exception(answer)
        if reader is not None:
            reader.close()


class _Reader:
    """One worker process and the pipe to it."""

    _starting = threading.Lock()  # processes are begun by several threads

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._pipe, theirs = _START.Pipe()
        with self._starting:
            self._process = _START.Process(target=_work, args=(theirs, allowance), daemon=True)
            self._process.start()
        theirs.close()

    def answer(self, call: bytes) -> tuple[bool, Any]:
        """Whether the call gave a result, and it or what was raised; ReaderEnded when the process is gone."""
        try:
            self._pipe.send_bytes(call)
            if self._pipe.poll(self._allowance.seconds):
                answer: tuple[bool, Any] = self._pipe.recv()
                return answer
            why = f"reading it took more than {self._allowance.seconds:g} seconds"
        except (EOFError, OSError):
            self._process.join(1.0)
            why = self._how_it_ended()
        self._process.kill()
        self.close()
        raise ReaderEnded(why)

    def close(self) -> None:
        """The process ends once it has nothing to do."""
        self._pipe.close()
        self._process.join()

    def _how_it_ended(self) -> str:
        if self._process.exitcode == -signal.SIGPROF:
            return (
                f"reading it took more than {self._allowance.processor_seconds:g} seconds of processor time"
            )
        return "reading it ended the reader"


def _work(pipe: Connection, allowance: Allowance) -> None:
    """What a worker process does: calls come, results or exceptions go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us in order
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    gc.freeze()  # what it was forked with is never looked through, and stays shared with the other readers
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, allowance.memory)
    while True:
        try:
            call = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        pipe.send_bytes(_answer(call, allowance))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(call: bytes, allowance: Allowance) -> bytes:
    try:
        function, args, kwargs = ForkingPickler.loads(call)
        # The timer of a process's own processor time, and not RLIMIT_CPU, which knows whole seconds only. What it
        # sends ends the process, whatever library is at work.
        pages = _pages(args)
        signal.setitimer(signal.ITIMER_PROF, allowance.processor_seconds * pages)
        _limit(resource.RLIMIT_AS, allowance.memory + (pages - 1) * PAGE_HELD)
        answer = bytes(ForkingPickler.dumps((True, function(*args, **kwargs))))
        if pages > 2:
            _give_back()
        return answer
    except MemoryError:
        return _raised(ReaderEnded("reading it took more memory than a page may"))
    except Exception as error:  # the outermost edge of a job: it is told to whoever asked
        return _raised(error)


def _give_back() -> None:
    """What many pages took goes back to the system, and not to the pages that follow one by one."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
    if trim is not None:
        trim(0)


def _pages(args: tuple[Any, ...]) -> int:
    """How many pages a job has to look at."""
    listed = sum(len(one) for one in args if isinstance(one, list))
    again = sum(one.before is not None for one in args if isinstance(one, ReadJob))
    return max(1, listed) + again


def _raised(error: Exception) -> bytes:
    try:
        told = bytes(ForkingPickler.dumps((False, error)))
        ForkingPickler.loads(told)
    except Exception:  # an exception with a constructor of its own, say
        return bytes(ForkingPickler.dumps((False, ReaderEnded(f"{type(error).__name__}: {error}"))))
    return told


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):  # a kernel that knows no such bound
        resource.setrlimit(what, (soft, hard))


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)  # a killed parent leaves its workers waiting on a pipe for ever
