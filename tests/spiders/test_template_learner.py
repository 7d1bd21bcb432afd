"""Which pages of an outlet without page templates are extracted at once, and which wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from archive.core import Archive
from archive.extraction.model import PageTemplate
from archive.extraction.templates.selection import MAX_PAGES
from archive.jobs.pool import pool
from spiders.crawl.report import CrawlReport
from spiders.crawl.template_learner import TemplateLearner
from spiders.sources.source import Source
from tests.recordings import begun

T = TypeVar("T")
BEGAN = datetime(2022, 1, 10, tzinfo=UTC)
SOURCE = Source("vesti", "Вести", "UTC")


async def at_once(function: Callable[..., T], *arguments: object) -> T:
    return function(*arguments)


def learner(
    archive: Archive, report: CrawlReport, executor: Executor, source: Source = SOURCE
) -> TemplateLearner:
    return TemplateLearner(
        archive.folder,
        source,
        "vesti-1",
        connection=archive.connection,
        recording=begun(archive, "vesti-1", "vesti", BEGAN),
        report=report,
        pool=executor,
        in_thread=at_once,
    )


def test_as_many_pages_are_extracted_as_learning_needs_and_the_others_wait(tmp_path: Path) -> None:
    async def crawl(archive: Archive, executor: Executor) -> None:
        report = CrawlReport()
        one = learner(archive, report, executor)
        assert one.may_start(MAX_PAGES - 1)
        assert not one.may_start(MAX_PAGES)
        report.outcomes["new"] = 5
        assert one.may_start(MAX_PAGES - 6)
        assert not one.may_start(MAX_PAGES - 5)
        report.outcomes["new"] = MAX_PAGES
        one.start_if_ready()
        assert not one.may_start(0)
        await one.wait_until_learned()
        assert one.may_start(10_000)  # although nothing was learned, as the archive is empty
        assert one.outlet == SOURCE.outlet

    with Archive.create(tmp_path / "archive") as archive, pool(1) as executor:
        asyncio.run(crawl(archive, executor))


def test_rejected_pages_do_not_count_as_pages_to_learn_from(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive, pool(1) as executor:
        report = CrawlReport()
        one = learner(archive, report, executor)
        report.outcomes["not an article"] = 10 * MAX_PAGES
        one.start_if_ready()
        assert one.may_start(MAX_PAGES - 1)


def test_no_page_waits_if_templates_are_known(tmp_path: Path) -> None:
    known = replace(SOURCE, templates=(PageTemplate(body="article"),))
    with Archive.create(tmp_path / "archive") as archive, pool(1) as executor:
        assert learner(archive, CrawlReport(), executor, known).may_start(10_000)
