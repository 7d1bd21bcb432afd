"""A job that must run alone does not run at the same time as any other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from archive.jobs.slots import Slots


def test_jobs_run_beside_one_another() -> None:
    room, both = Slots(), Barrier(2, timeout=30)

    def job() -> None:
        with room.acquire(exclusive=False):
            both.wait()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(job) for _ in range(2)]:
            done.result()


def test_one_alone_waits_for_those_that_run_and_keeps_others_out() -> None:
    room, inside, may_end = Slots(), Event(), Event()
    order: list[str] = []

    def first() -> None:
        with room.acquire(exclusive=False):
            inside.set()
            may_end.wait(30)
            order.append("first")

    def alone(name: str) -> None:
        with room.acquire(exclusive=True):
            order.append(f"{name} begins")
            order.append(f"{name} ends")

    def later() -> None:
        with room.acquire(exclusive=False):
            order.append("later")

    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(first)]
        inside.wait(30)
        jobs.append(threads.submit(alone, "one"))
        while not room._is_closed:
            pass
        jobs += [threads.submit(later), threads.submit(alone, "two")]
        assert order == []
        may_end.set()
        for job in jobs:
            job.result()
    assert order[0] == "first"
    assert all(order.index(f"{name} ends") == order.index(f"{name} begins") + 1 for name in ("one", "two"))
