"""A page that takes long or takes much costs its own reader, and no other page anything."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest

from archive.article.model import NotAnArticle
from archive.workers import Allowance, ReaderEnded, answered, pool


def spin() -> None:
    while True:
        pass


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
    allowance = Allowance(processor_seconds=1, seconds=3.0, memory=512 * 1024**2)
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
    with pytest.raises(ReaderEnded, match=why):
        bad.result()
    assert good.result() == 7


def test_processor_time_is_bounded_for_each_job_apart() -> None:
    with pool(1, Allowance(processor_seconds=1, seconds=60.0)) as executor:
        bad, good = executor.submit(spin), executor.submit(int, "7")
        with pytest.raises(ReaderEnded, match="more than 1 seconds of processor time"):
            bad.result()
        assert good.result() == 7


def test_what_a_job_raises_comes_back_as_it_is(readers: Executor) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        readers.submit(int, "seven").result()


def test_a_page_that_ended_its_reader_is_no_article_and_says_why(readers: Executor) -> None:
    done = answered(readers.submit(end))  # type: ignore[arg-type]
    assert done.reading == NotAnArticle("unreadable: reading it ended the reader")


def test_readers_sent_home_take_no_more_jobs() -> None:
    executor = pool(1)
    executor.shutdown()
    with pytest.raises(RuntimeError):
        executor.submit(int, "7")
