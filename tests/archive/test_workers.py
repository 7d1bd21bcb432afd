"""A page that takes long or uses much memory affects its own worker and no other page."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.extraction.model import Article, Outlet, Rejection
from archive.http.capture import Capture, Place
from archive.jobs.pool import (
    ExtractionJob,
    JobFailed,
    JobInterrupted,
    Limits,
    extraction_result,
    pool,
    run_extraction,
)
from archive.reasons import UNREADABLE
from tests.outlet_pages import old_design


def spin() -> None:
    while True:
        pass


def spend(seconds: list[float]) -> int:
    """Use that much processor time for each item, and return their number."""
    for one in seconds:
        end = time.process_time() + one
        while time.process_time() < end:
            pass
    return len(seconds)


def take(size: int) -> int:
    return len(bytearray(size))


def end() -> None:
    os._exit(3)


class Odd(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_odd() -> None:
    raise Odd(1, 2)


@pytest.fixture(scope="module")
def readers() -> Iterator[Executor]:
    allowance = Limits(processor_seconds=1, seconds=3.0, memory=512 * 1024**2)
    with pool(1, allowance) as executor:
        yield executor


@pytest.mark.parametrize(
    ("job", "arguments", "why"),
    [
        (time.sleep, (60,), "more than 3 seconds"),
        (take, (2**30,), "more memory than a page may"),
        (end, (), "reading it ended the reader"),
        (raise_odd, (), "Odd: 1 and 2"),
    ],
)
def test_a_job_that_overruns_says_why_and_the_next_one_is_done(
    readers: Executor, job: object, arguments: tuple[object, ...], why: str
) -> None:
    bad = readers.submit(job, *arguments)  # type: ignore[arg-type]
    good = readers.submit(int, "7")
    with pytest.raises((JobFailed, JobInterrupted), match=why):
        bad.result()
    assert good.result() == 7


def test_processor_time_is_bounded_for_each_job_apart() -> None:
    with pool(1, Limits(processor_seconds=1, seconds=60.0)) as executor:
        bad, good = executor.submit(spin), executor.submit(int, "7")
        with pytest.raises(JobFailed, match="more than 1 seconds of processor time"):
            bad.result()
        assert good.result() == 7


HEAVY, LIGHT = (
    "<h1>Заголовок новости дня</h1>" + one * times
    for one, times in (
        ("<p>" + "слово и дело города, о котором 10 января говорили. " * 3_000 + "</p>", 30),
        ("<p>" + "Город говорил об этом весь день, и к вечеру стало ясно, что будет. " * 6 + "</p>", 2),
    )
)


def page(markup: str) -> Capture:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return Capture("https://news.example/a", datetime(2022, 1, 11, tzinfo=UTC), head + markup.encode())


def test_a_page_that_takes_too_long_is_named_and_the_others_are_read() -> None:
    place, outlet = Place("x.warc.gz", 0, 0), Outlet("Europe/Kyiv", ("ru",))
    jobs = [
        ExtractionJob(Path(), place, outlet, None, capture=page(HEAVY if number in (1, 4) else LIGHT))
        for number in range(6)
    ]
    with pool(2, Limits(processor_seconds=0.3)) as executor:
        readings = [
            extraction_result(future).extraction
            for future in [executor.submit(run_extraction, job) for job in jobs]
        ]
    assert [isinstance(reading, Article) for reading in readings] == [True, False, True, True, False, True]
    assert readings[1] == Rejection(UNREADABLE, "reading it took more than 0.3 seconds of processor time")


def test_no_page_may_take_more_than_five_seconds_or_half_a_gigabyte() -> None:
    assert Limits().processor_seconds <= 5
    with pool(1) as executor:
        soft, _ = executor.submit(resource.getrlimit, resource.RLIMIT_AS).result()
    assert 0 < soft <= 500_000_000


def test_a_job_over_many_pages_has_the_time_of_each() -> None:
    with pool(1, Limits(processor_seconds=0.3)) as executor:
        assert executor.submit(spend, [0.2, 0.2, 0.2]).result() == 3
        with pytest.raises(JobFailed, match="processor time"):
            executor.submit(spend, [0.7]).result()


def test_what_a_job_raises_comes_back_as_it_is(readers: Executor) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        readers.submit(int, "seven").result()


def test_a_page_that_ended_its_reader_is_no_article_and_says_why(readers: Executor) -> None:
    done = extraction_result(readers.submit(end))  # type: ignore[arg-type]
    assert done.extraction == Rejection(UNREADABLE, "reading it ended the reader (exit code 3)")


def test_readers_sent_home_take_no_more_jobs() -> None:
    executor = pool(1)
    executor.shutdown()
    with pytest.raises(RuntimeError):
        executor.submit(int, "7")


def patterns_compiled_by(response: bytes) -> int:
    """Return how many regular expressions are compiled when this process extracts a page."""
    import re

    from archive.extraction.extract import extract

    compiled: list[object] = []
    compile_pattern = re._compiler.compile  # type: ignore[attr-defined]

    def counted(*arguments: object) -> object:
        compiled.append(arguments[0])
        return compile_pattern(*arguments)

    re._compiler.compile = counted  # type: ignore[attr-defined]
    page = Capture("http://vesti.example/1.html", datetime(2022, 3, 1, tzinfo=UTC), response)
    assert isinstance(extract(page, Outlet("UTC"), None), Article)
    return len(compiled)


def test_a_new_worker_has_the_patterns_of_extraction_already() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + old_design(1).encode()
    with pool(1) as executor:
        assert executor.submit(patterns_compiled_by, page).result() < 10  # without preparation 50
