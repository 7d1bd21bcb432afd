"""Extract pages in worker processes, so that a page that takes long or uses much memory affects no other.

A process runs one job at a time, over a pipe of its own. The kernel limits what a job may use; a job that exceeds a
limit ends its process, which is replaced, and no other job is affected. A shared pool (ProcessPoolExecutor) cannot do
that: one process that dies breaks every job in flight.

A process may also be killed from outside: by the kernel when memory runs out, or by an administrator. That does not
depend on the page, so the job is retried in a new process while no other job runs. A page is at fault (`JobFailed`)
if it exceeds its own limits, or crashes every process that tries it; else the job is `JobInterrupted`.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import multiprocessing
import os
import queue
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar

from archive.errors import ArchiveError, DamagedRecord
from archive.extraction.model import Article, ListingEntry, Outlet, Rejection
from archive.http.capture import MAX_PAYLOAD, Capture, Place
from archive.jobs.search_keys import SearchKeys
from archive.jobs.slots import Slots
from archive.language.search_terms import SearchTerms
from archive.reasons import UNREADABLE

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


# Workers are forked from a small process with their modules loaded, without threads or open files: a replacement
# starts in milliseconds, and the modules of all workers are in memory once.
_START = multiprocessing.get_context("forkserver")
ALWAYS_NEEDED = (
    "archive.extraction.extract",
    "archive.jobs.preload",
    "archive.extraction.page.parser",
    "archive.warc.reader",
)
MEMORY_PER_PAGE = 20_000_000  # bytes for each further page of a job: twice what the largest real page took
# Bytes that a page may use in any case: multiprocessing loads the main module of the program again in each worker,
# which may take much memory.
MIN_PAGE_MEMORY = 300_000_000
# then it is replaced: memory that its libraries accumulate must not count against a page
JOBS_PER_WORKER = 5000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one page. A page of a real site takes a tenth of a second and some ten megabytes.

    A job with a list among its arguments may use that much time for each item, and `MEMORY_PER_PAGE` more memory.
    """

    processor_seconds: float = 5.0
    seconds: float = 300.0  # of wall-clock time: for jobs that wait, and for busy machines
    memory: int = 500_000_000  # bytes of address space, the libraries of the worker included


class JobFailed(ArchiveError):
    """A job exceeded its limits or crashed every process that ran it; it is not retried."""


class JobInterrupted(ArchiveError):
    """A job did not finish for a reason that is not the page's; it is to be retried later."""


class _TooMuchMemory(JobFailed):
    """A job ran out of memory; earlier jobs of the same process may have filled it."""


Cause = Literal["processor time", "memory", "crash", "no answer", "killed"]
# Number of tries of a job by the way its process ended. A page that crashes a library does so every time; if four
# workers are killed a second, one in some thousand pages loses eight of them in a row.
MAX_TRIES: Mapping[Cause, int] = {
    "processor time": 1,
    "memory": 2,
    "crash": 3,
    "no answer": 2,  # extraction never waits: the process was stopped, or the machine is overloaded
    "killed": 8,
}
EXTERNAL_CAUSES: frozenset[Cause] = frozenset({"no answer", "killed"})
# Signals that a process causes itself. All others come from outside: SIGKILL when memory runs out, SIGTERM when the
# machine is shut down, SIGXCPU from a limit set on a process for all of its pages.
CRASHES = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
)
START_PAUSE = 0.1  # seconds until a fork server that was killed is known to be dead, and another is begun
STATUS_LOST = 255  # multiprocessing's exit code of a process whose fork server died first


class _WorkerDied(Exception):
    """A job's process is gone or unusable."""

    def __init__(self, cause: Cause, why: str) -> None:
        super().__init__(why)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class ExtractionJob:
    """A capture to extract; small, because it is sent to another process."""

    folder: Path
    place: Place
    outlet: Outlet
    listed: ListingEntry | None
    truncated: str | None = None  # why the response is incomplete, as in the table captures
    original: Place | None = None  # for a revisit: the record that has its body
    # The capture of the version to compare with, if another extractor extracted it.
    previous: ExtractionJob | None = None
    extractor: str = ""  # name and version to store with the result
    capture: Capture | None = None  # the capture at the place, if it is in memory
    is_new: bool = False  # no article is known at its address: the result will be a version
    known_version: KnownVersion | None = None  # the latest version of the article known at its address
    # Title, lead, text and language of the version that the result replaces.
    replaced: tuple[str, str, str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A stored version with which a page is compared beyond its words, if these are too different."""

    version: int  # row number
    title: str
    body: str
    capture: ExtractionJob
    # Titles and latest captures of other articles of the outlet; None if extraction runs ahead of its turn: which
    # articles to compare with is known only then.
    others: tuple[tuple[str, ExtractionJob], ...] | None = None


@dataclass(frozen=True, slots=True)
class ExtractionResult:
    """The result of extracting a capture, and of extracting the previous one with the same extractor."""

    extraction: Article | Rejection
    previous: Article | Rejection | None = None
    extractor: str = ""  # as in the job
    search_keys: SearchKeys | None = None  # of the article, if requested
    is_cut: bool = False  # the response is incomplete, and the result is a part of the page at best
    compared_version: int | None = None  # row number of the version it was compared with
    # Whether it is another page, by its words and structure; None if the words differ and the decision has to wait
    # for its turn.
    is_another_page: bool | None = False
    replaced_terms: SearchTerms | None = None  # the search terms of the version it replaces


def run_extraction(job: ExtractionJob) -> ExtractionResult:
    """Extract the article of a capture, from bytes on disk. Runs in a worker process."""
    from archive.jobs.search_keys import build_search_keys
    from archive.language.search_terms import terms_of_text

    reading, is_cut = _extract(job)
    before = _extract(job.previous)[0] if job.previous else None
    is_another: bool | None = False
    if job.known_version is not None and isinstance(reading, Article) and not is_cut:
        if before is None and reading.gate == "shown":
            with suppress(DamagedRecord):
                before = _extract(job.known_version.capture)[0]
        is_another = _is_another_page(job, job.known_version, reading)
    return ExtractionResult(
        reading,
        before,
        job.extractor,
        build_search_keys(reading) if job.is_new and isinstance(reading, Article) else None,
        is_cut,
        job.known_version.version if job.known_version else None,
        is_another,
        terms_of_text(*job.replaced) if job.replaced else None,
    )


def _extract(job: ExtractionJob) -> tuple[Article | Rejection, bool]:
    """Return the extraction of a capture, and whether its response is incomplete.

    A page that is there to its end is complete, whatever length its server announced.
    """
    from archive.extraction.extract import extract
    from archive.extraction.page.parser import has_closing_tag

    capture = _capture(job)
    is_cut = job.truncated is not None
    try:
        if job.truncated == "disconnect" and has_closing_tag(capture.payload()):
            is_cut = False
        reading = call_within_size_limit(extract, capture, job.outlet, job.listed)
        if is_cut and isinstance(reading, Article):  # judged by itself, without the headline from the listing
            alone = call_within_size_limit(extract, capture, job.outlet, None)
            reading = replace(reading, partial=True) if isinstance(alone, Article) else alone
    except JobFailed as error:
        return unreadable_page(error).extraction, is_cut
    return reading, is_cut


def _capture(job: ExtractionJob) -> Capture:
    from archive.warc.reader import read_capture

    try:
        return (job.capture or read_capture(job.folder, job.place, job.original)).effective
    except DamagedRecord as error:
        if isinstance(error.__cause__, OSError):  # a fault of the disk or the system, not of the record
            raise JobInterrupted(str(error)) from error
        raise


def _is_another_page(job: ExtractionJob, against: KnownVersion, reading: Article) -> bool | None:
    """Return whether a page is neither the article's nor built like the outlet's other pages.

    After a redesign the outlet's other articles are built alike too; one with the same title is the same foreign
    page. None if this can only be decided later, when the other articles are known.
    """
    from archive.extraction.page.structure import has_same_structure, page_structure
    from archive.extraction.similarity import has_common_text

    def alike(one: ExtractionJob) -> bool | None:
        with suppress(DamagedRecord):
            return has_same_structure(own, page_structure(_capture(one)))
        return None

    if has_common_text(against.title, against.body, reading.title, reading.body):
        return False
    if against.others is None:
        return None
    own = page_structure(_capture(job))
    known = [against.capture, *(other for title, other in against.others if title != reading.title)]
    answers = [alike(one) for one in known]
    return False in answers and True not in answers


def call_within_size_limit(
    function: Callable[Concatenate[Capture, P], T], capture: Capture, *args: P.args, **kw: P.kwargs
) -> T:
    """Call a function with a capture, or raise JobFailed if the capture decompresses to more than the limit."""
    if len(capture.payload()) >= MAX_PAYLOAD:
        raise JobFailed(f"it unpacks to more than {MAX_PAYLOAD // 1024**2} MiB")
    return function(capture, *args, **kw)


class AnyFuture(Protocol[T_co]):
    """A future of concurrent.futures or asyncio."""

    def result(self) -> T_co:
        """Return the result of a job, or raise its exception."""


def extraction_result(future: AnyFuture[T]) -> T | ExtractionResult:
    """Return the result of a finished job; for a page that cannot be extracted, a rejection with the reason.

    Raise JobInterrupted if the page was not at fault, and OSError if the machine cannot go on.
    """
    try:
        return future.result()
    except (JobInterrupted, OSError):
        raise
    except BrokenExecutor as error:
        raise ArchiveError(f"The worker processes have died ({error}): try again.") from error
    except ArchiveError as error:
        return unreadable_page(error)
    except Exception as error:  # a bug of the program that one page triggers
        return unreadable_page(ArchiveError(f"{type(error).__name__}: {error}"))


def unreadable_page(error: ArchiveError) -> ExtractionResult:
    """Return the result for a page that could not be extracted."""
    return ExtractionResult(Rejection(UNREADABLE, str(error).rstrip(".")))


def pool(workers: int | None = None, limits: Limits | None = None, *, needed: Sequence[str] = ()) -> Executor:
    """Return an executor of worker processes that end with the process that started them, however it ends.

    `needed` are modules, with what they use, that jobs other than extraction need: they are loaded once for all
    workers.
    """
    _START.set_forkserver_preload([*ALWAYS_NEEDED, *needed])
    return _WorkerPool(workers or os.cpu_count() or 1, limits or Limits())


class _WorkerPool(Executor):
    """One thread for each process: it sends a job, waits for the result, and replaces a process that died."""

    def __init__(self, workers: int, allowance: Limits) -> None:
        self._allowance = allowance
        self._jobs: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._room = Slots()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        self._is_shut = False
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the future of a call: its result or exception.

        The exception is JobFailed if the call exceeded its limits or crashed, JobInterrupted if its processes were
        killed.
        """
        if self._is_shut:
            raise RuntimeError("The worker pool is shut down.")
        future: Future[T] = Future()
        self._jobs.put((future, bytes(ForkingPickler.dumps((function, args, kwargs)))))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more jobs; run those already submitted unless they are cancelled."""
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
        reader: _Worker | None = None
        while (job := self._jobs.get()) is not None:
            future, call = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                reader, (is_result, answer) = self._run(reader, call)
            except Exception as error:  # no process could start, say: this job fails, the next tries again
                reader, is_result, answer = None, False, error
            if is_result:
                future.set_result(answer)
            else:
                future.set_exception(answer)
        if reader is not None:
            reader.close()

    def _run(self, reader: _Worker | None, call: bytes) -> tuple[_Worker | None, tuple[bool, Any]]:
        """Return the worker for the next job, and the result: see `_Worker.run`.

        Raise JobFailed if the job is at fault for the end of its processes, and JobInterrupted if it is not.
        """
        deaths: Counter[Cause] = Counter()
        while True:
            try:
                with self._room.acquire(exclusive=bool(deaths)):
                    reader = self._usable_worker(reader)
                    answer = reader.run(call)
                return reader, answer
            except _WorkerDied as death:
                reader = None
                deaths[death.cause] += 1
                if deaths[death.cause] < MAX_TRIES[death.cause]:
                    continue
                if death.cause in EXTERNAL_CAUSES:
                    tries = f", {deaths.total()} times in a row" if deaths.total() > 1 else ""
                    raise JobInterrupted(f"{death}{tries}") from death
                raise JobFailed(str(death)) from death

    def _usable_worker(self, reader: _Worker | None) -> _Worker:
        """Return the worker if it is alive and has not run too many jobs, else a new one in its place."""
        if reader is not None and reader.is_usable():
            return reader
        if reader is not None:
            reader.close()
        return _Worker(self._allowance)


class _Worker:
    """One worker process and the pipe to it."""

    _starting = threading.Lock()  # several threads start processes; none may start once this process ends
    _is_over = False

    def __init__(self, allowance: Limits) -> None:
        self._allowance = allowance
        self._jobs = 0
        self._pipe, theirs = _START.Pipe()
        try:
            with self._starting:
                if self._is_over:
                    raise JobInterrupted("the program ended")
                self._process = _START.Process(target=_worker_main, args=(theirs, allowance), daemon=True)
                self._process.start()
        except (EOFError, ConnectionError) as error:  # the fork server died; the next start creates another
            self._pipe.close()
            time.sleep(START_PAUSE)
            raise _WorkerDied("killed", "no worker process could be started") from error
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()

    @classmethod
    def forbid_starts(cls) -> None:
        """Start no more processes: multiprocessing would wait for them for ever when this one ends."""
        with cls._starting:
            cls._is_over = True

    def is_usable(self) -> bool:
        """Return whether the process is alive and below the number of jobs after which it is replaced."""
        has_ended = self._pipe.poll()  # a worker never writes on its own: readable means the end of the pipe
        return self._jobs < JOBS_PER_WORKER and not has_ended

    def run(self, call: bytes) -> tuple[bool, Any]:
        """Return whether the call succeeded, and its result or exception; raise _WorkerDied if the process is gone."""
        is_fresh, self._jobs = self._jobs == 0, self._jobs + 1
        try:
            self._pipe.send_bytes(call)
            if self._pipe.poll(self._allowance.seconds):
                answer: tuple[bool, Any] = self._pipe.recv()
                if not isinstance(answer[1], _TooMuchMemory):
                    return answer
                if is_fresh:
                    self._jobs = JOBS_PER_WORKER  # gives the next job a new process
                    return answer
                death = _WorkerDied("memory", str(answer[1]))
            else:
                death = _WorkerDied(
                    "no answer", f"reading it took more than {self._allowance.seconds:g} seconds"
                )
        except (EOFError, OSError):
            self._process.join(10.0)
            death = self._cause_of_death()
        self._process.kill()
        self.close()
        raise death

    def close(self) -> None:
        """Close the pipe, which ends the process, and wait for it."""
        self._pipe.close()
        self._process.join()

    def _cause_of_death(self) -> _WorkerDied:
        code = self._process.exitcode
        if code == -signal.SIGPROF:
            most = f"{self._allowance.processor_seconds:g} seconds of processor time"
            return _WorkerDied("processor time", f"reading it took more than {most}")
        if code is None or code == STATUS_LOST:
            return _WorkerDied("killed", "the worker process was killed")
        how = f"exit code {code}" if code >= 0 else _name_of(-code)
        if code >= 0 or -code in CRASHES:
            return _WorkerDied("crash", f"reading it ended the reader ({how})")
        return _WorkerDied("killed", f"the worker process was killed ({how})")


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals
        return f"signal {number}"


atexit.register(_Worker.forbid_starts)


def _worker_main(pipe: Connection, allowance: Limits) -> None:
    """Run calls from the pipe and send back results or exceptions: the main loop of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and ends its workers in order
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()
    gc.freeze()  # never scan inherited objects, so that their memory stays shared with other workers
    _set_limit(resource.RLIMIT_CORE, 0)
    allowance = replace(allowance, memory=max(allowance.memory, _address_space() + MIN_PAGE_MEMORY))
    _set_limit(resource.RLIMIT_AS, allowance.memory)
    while True:
        try:
            call = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        pipe.send_bytes(_run_call(call, allowance))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _run_call(call: bytes, allowance: Limits) -> bytes:
    try:
        function, args, kwargs = ForkingPickler.loads(call)
        # A timer of processor time instead of RLIMIT_CPU, which has whole seconds only. Its signal ends the process
        # in any library.
        pages = _pages(args)
        signal.setitimer(signal.ITIMER_PROF, allowance.processor_seconds * pages)
        _set_limit(resource.RLIMIT_AS, allowance.memory + (pages - 1) * MEMORY_PER_PAGE)
        answer = bytes(ForkingPickler.dumps((True, function(*args, **kwargs))))
        if pages > 2:
            _release_memory()
        return answer
    except MemoryError:
        return _pickle_error(_TooMuchMemory("reading it took more memory than a page may"))
    except Exception as error:  # the outermost edge of a job: the exception goes to the caller
        return _pickle_error(error)


def _address_space() -> int:
    """Return the bytes of address space that this process has now; 0 if the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _release_memory() -> None:
    """Return memory to the system after a job with many pages, so that it does not count against later jobs."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only in glibc
    if trim is not None:
        trim(0)


def _pages(args: tuple[Any, ...]) -> int:
    """Return how many pages a job handles."""
    listed = sum(len(one) for one in args if isinstance(one, list))
    again = sum(
        (one.previous is not None) + (one.known_version is not None)
        for one in args
        if isinstance(one, ExtractionJob)
    )
    return max(1, listed) + again


def _pickle_error(error: Exception) -> bytes:
    try:
        pickled = bytes(ForkingPickler.dumps((False, error)))
        ForkingPickler.loads(pickled)
    except Exception:  # some exceptions cannot be pickled, for example because of their constructors
        return bytes(ForkingPickler.dumps((False, JobFailed(f"{type(error).__name__}: {error}"))))
    return pickled


def _set_limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):  # a kernel without this limit
        resource.setrlimit(what, (soft, hard))


def _exit_with_parent(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)  # workers of a killed parent would wait on their pipes for ever
