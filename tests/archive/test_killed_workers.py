"""A killed worker affects no page; a page that kills its workers is recognized."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from archive.extraction.model import Rejection
from archive.jobs.pool import MAX_TRIES, JobFailed, JobInterrupted, Limits, extraction_result, pool
from archive.reasons import UNREADABLE
from tests import readers

HOARD: list[bytearray] = []


def run_and_die(log: Path, times: int, number: int) -> int:
    """Kill this process with a signal the given number of times; then return the number of runs."""
    with log.open("ab") as file:
        file.write(b"x")
    ran = log.stat().st_size
    if ran <= times:
        os.kill(os.getpid(), number)
        signal.pause()
    return ran


def write_pid_and_wait(pids: Path, log: Path) -> int:
    """Return the id of this process; the first one to run this reports its id and then hangs."""
    is_first = not log.exists()
    log.touch()
    if is_first:
        with pids.open("w") as pipe:
            pipe.write(f"{os.getpid()}\n")
        signal.pause()
    return os.getpid()


def hoard(size: int) -> int:
    HOARD.append(bytearray(size))
    return os.getpid()


def need(size: int) -> int:
    bytearray(size)
    return os.getpid()


@pytest.fixture
def executor() -> Iterator[Executor]:
    """Yield workers of a running fork server: a killed one loses the exit codes of its processes."""
    with pool(2, Limits(processor_seconds=2, seconds=60.0)) as executor:
        yield executor


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGSEGV", "SIGBUS", "SIGABRT"])
def test_a_job_whose_process_was_killed_is_done_by_another(
    executor: Executor, tmp_path: Path, name: str
) -> None:
    number = getattr(signal, name)
    assert executor.submit(run_and_die, tmp_path / "log", 1, number).result() == 2


def test_a_job_whose_processes_are_always_killed_is_not_done_and_at_no_fault(
    executor: Executor, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    future = executor.submit(run_and_die, log, 1000, signal.SIGKILL)
    with pytest.raises(JobInterrupted, match=r"the worker process was killed \(SIGKILL\), 8 times in a row"):
        extraction_result(future)
    assert log.stat().st_size == MAX_TRIES["killed"]
    assert executor.submit(int, "7").result() == 7


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE"])
def test_a_job_that_crashes_every_process_is_at_fault(executor: Executor, tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    future = executor.submit(run_and_die, log, 1000, getattr(signal, name))
    assert extraction_result(future).extraction == Rejection(
        UNREADABLE, f"reading it ended the reader ({name})"
    )  # type: ignore[union-attr]
    assert log.stat().st_size == MAX_TRIES["crash"]


def test_processes_killed_all_at_once_cost_no_job_anything(executor: Executor, tmp_path: Path) -> None:
    pids = tmp_path / "told"
    os.mkfifo(pids)
    jobs = [executor.submit(write_pid_and_wait, pids, tmp_path / str(number)) for number in range(2)]
    victims = set[int]()
    while len(victims) < 2:
        victims.update(map(int, pids.read_text().split()))
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    assert not victims & {job.result() for job in jobs}


def test_a_process_killed_while_it_has_nothing_to_do_costs_no_job_a_try(tmp_path: Path) -> None:
    with pool(1) as executor:
        victim = executor.submit(os.getpid).result()
        watched = os.pidfd_open(victim)
        os.kill(victim, signal.SIGSEGV)
        select.select([watched], [], [], 30)  # until all of its threads have ended
        os.close(watched)
        log = tmp_path / "log"
        crashes = MAX_TRIES["crash"] - 1
        assert executor.submit(run_and_die, log, crashes, signal.SIGSEGV).result() == crashes + 1


def test_the_fork_server_may_be_killed_too(tmp_path: Path) -> None:
    pids = tmp_path / "told"
    os.mkfifo(pids)
    with pool(1) as executor:
        job = executor.submit(write_pid_and_wait, pids, tmp_path / "log")
        victim = int(pids.read_text())
        os.kill(readers.fork_server(), signal.SIGKILL)
        os.kill(victim, signal.SIGKILL)
        assert job.result() != victim
        os.kill(readers.fork_server(), signal.SIGKILL)
        assert executor.submit(int, "7").result() == 7


def test_memory_that_other_jobs_hold_is_no_fault_of_a_job() -> None:
    with pool(1, Limits(memory=700 * 1024**2)) as executor:
        first = executor.submit(hoard, 300 * 1024**2).result()
        assert executor.submit(need, 300 * 1024**2).result() != first
        with pytest.raises(JobFailed, match="more memory than a page may"):
            executor.submit(need, 1024**3).result()


def run(folder: Path, program: str) -> str:
    """Return the output of another program that uses the archive's workers."""
    path = folder / "program.py"
    path.write_text(program)
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, path],
        env=os.environ | {"PYTHONPATH": root},
        timeout=120,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_a_program_that_ends_while_readers_are_at_work_ends(tmp_path: Path) -> None:
    """At exit, multiprocessing kills running workers and would wait for their replacements."""
    run(
        tmp_path,
        "import signal\nfrom archive.jobs.pool import pool\n"
        "if __name__ == '__main__':\n"
        "    executor = pool(2)\n"
        "    jobs = [executor.submit(signal.pause) for _ in range(4)]\n"
        "    executor.submit(int, '7')\n",
    )


def test_what_the_program_has_loaded_itself_is_no_fault_of_a_page(tmp_path: Path) -> None:
    printed = run(
        tmp_path,
        "import mmap\nfrom archive.jobs.pool import pool\n"
        "HELD = mmap.mmap(-1, 600_000_000)\n"
        "def need(): return len(bytes(200_000_000))\n"
        "if __name__ == '__main__':\n"
        "    with pool(1) as executor:\n"
        "        print(executor.submit(need).result())\n",
    )
    assert printed == "200000000\n"
