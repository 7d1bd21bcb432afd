"""Which pages of an outlet that nothing is known of are read, and which wait until it is learned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from archive.core import Archive
from archive.extraction.model import Layout
from archive.extraction.templates.selection import MOST
from archive.jobs.pool import pool
from spiders.crawl.report import Report
from spiders.crawl.template_learner import Learner
from spiders.sources.source import Source
from tests.recordings import begun

T = TypeVar("T")
BEGAN = datetime(2022, 1, 10, tzinfo=UTC)
SOURCE = Source("vesti", "Вести", "UTC")


async def at_once(function: Callable[..., T], *arguments: object) -> T:
    return function(*arguments)


def learner(archive: Archive, report: Report, executor: Executor, source: Source = SOURCE) -> Learner:
    return Learner(
        archive.folder,
        source,
        "vesti-1",
        connection=archive.connection,
        recording=begun(archive, "vesti-1", "vesti", BEGAN),
        report=report,
        pool=executor,
        in_thread=at_once,
    )


def test_as_many_pages_are_read_as_teach_and_the_others_wait_until_that_is_done(tmp_path: Path) -> None:
    async def crawl(archive: Archive, executor: Executor) -> None:
        report = Report()
        one = learner(archive, report, executor)
        assert one.has_room(MOST - 1)
        assert not one.has_room(MOST)
        report.settled["new"] = 5
        assert one.has_room(MOST - 6)
        assert not one.has_room(MOST - 5)
        report.settled["new"] = MOST
        one.look()
        assert not one.has_room(0)
        await one.learned()
        assert one.has_room(10_000)  # though nothing was learned: an empty archive teaches nothing
        assert one.outlet == SOURCE.outlet

    with Archive.create(tmp_path / "archive") as archive, pool(1) as executor:
        asyncio.run(crawl(archive, executor))


def test_pages_that_are_no_articles_make_no_other_wait_for_ever(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive, pool(1) as executor:
        report = Report()
        one = learner(archive, report, executor)
        report.settled["not an article"] = 10 * MOST
        one.look()
        assert one.has_room(MOST - 1)


def test_nothing_waits_where_the_outlet_is_known(tmp_path: Path) -> None:
    known = replace(SOURCE, layouts=(Layout(body="article"),))
    with Archive.create(tmp_path / "archive") as archive, pool(1) as executor:
        assert learner(archive, Report(), executor, known).has_room(10_000)
