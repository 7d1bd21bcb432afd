"""Learn the page templates of a source during a crawl: from its first pages, and again at its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from archive import paths
from archive.extraction.templates.selection import MAX_PAGES
from archive.extraction.version import EXTRACTOR
from archive.index.db.connection import Connection
from archive.jobs.pool import ExtractionResult, JobInterrupted, run_extraction
from archive.recording.session import Recording
from archive.templates import refresh, sampling
from archive.values.plurals import counted
from spiders.crawl.report import CrawlReport
from spiders.sources import templates_file
from spiders.sources.source import Source

logger = logging.getLogger(__name__)
T = TypeVar("T")
BATCH_SIZE = 256  # articles extracted again and applied together


class RunInThread(Protocol):
    """Runs a function in the writer thread."""

    def __call__(self, function: Callable[..., T], *arguments: object) -> Awaitable[T]:
        """Return the function's result."""


class TemplateLearner:
    """Learns page templates during one crawl; `outlet` has those known by now.

    The first pages of an outlet without templates are extracted without them. The pages after those wait until
    templates are learned, as extraction with a template takes a tenth of the time.
    """

    def __init__(
        self,
        folder: Path,
        source: Source,
        crawl: str,
        *,
        connection: Connection,
        recording: Recording,
        report: CrawlReport,
        pool: Executor,
        in_thread: RunInThread,
    ) -> None:
        self.outlet = source.outlet
        self._folder = folder
        self._source = source
        self._crawl = crawl
        self._connection = connection
        self._recording = recording
        self._report = report
        self._pool = pool
        self._in_thread = in_thread
        self._learning: asyncio.Future[None] | None = None

    def may_start(self, in_progress: int) -> bool:
        """Return whether another extraction may start beside `in_progress` others: not while templates are learned."""
        if self.outlet.templates:
            return True
        if self._learning is not None:
            return self._learning.done()
        return in_progress + self._report.outcomes["new"] < MAX_PAGES

    def start_if_ready(self) -> None:
        """Start learning if there are no templates and enough pages."""
        if self._learning is None and not self.outlet.templates and self._report.outcomes["new"] >= MAX_PAGES:
            self._learning = asyncio.ensure_future(self._learn_early())

    async def wait_until_learned(self) -> None:
        """Return once no learning is under way."""
        if self._learning is not None:
            await asyncio.wait({self._learning})

    async def finish(self) -> None:
        """Learn from this crawl's pages, write the templates for later crawls, and extract its articles with them."""
        await self.wait_until_learned()
        outlet = self.outlet
        learn = partial(refresh.refresh_template, self._connection, self._folder, self._source.name, outlet)
        path = self._folder / paths.SOURCES / f"{self._source.name}.toml"
        try:
            refreshed = await self._in_thread(partial(learn, self._pool, crawl=self._crawl))
            if refreshed.learned is not None:
                outlet = replace(
                    outlet, templates=templates_file.add_template(outlet.templates, refreshed.learned)
                )
            if outlet.templates != self._source.outlet.templates:
                templates_file.write(path, outlet.templates)
            self.outlet = outlet
            await self._extract_again()
        except Exception as error:  # the crawl is complete without it, and the next one learns
            self._report.notes.append(f"Could not learn page templates from this crawl: {error}")
            return
        if self._source.outlet.templates and refreshed.learned is not None and refreshed.is_new_design:
            self._report.notes.append(
                f"The page template of {self._source.title} has changed: its pages are extracted with a new one, "
                f"learned from {refreshed.learned.pages} of them."
            )

    async def _learn_early(self) -> None:
        """Learn a template from the pages stored so far, for the rest of the crawl."""
        outlet = self.outlet
        try:
            pages = await self._in_thread(
                partial(refresh.newest_pages, self._connection, self._folder, self._source.name, outlet)
            )
            template = await asyncio.wrap_future(self._pool.submit(sampling.learn_template, pages, outlet))
        except Exception as error:  # tried again at the end of the crawl, which reports a failure
            logger.info("Could not learn page templates yet: %s", error)
            return
        if template is not None:
            self.outlet = replace(outlet, templates=templates_file.add_template(outlet.templates, template))

    async def _extract_again(self) -> None:
        """Extract the articles of the crawl that learned the first templates with them, like all later ones.

        Includes those of a crawl that was killed before it got to that.
        """
        jobs = refresh.extraction_jobs(self._connection, self._folder, self._crawl, self.outlet, EXTRACTOR)
        while batch := await self._in_thread(lambda: list(islice(jobs, BATCH_SIZE))):
            futures = [asyncio.wrap_future(self._pool.submit(run_extraction, job)) for _, job in batch]
            results: Sequence[ExtractionResult | BaseException] = await asyncio.gather(
                *futures, return_exceptions=True
            )
            done = [
                (n, one)
                for (n, _), one in zip(batch, results, strict=True)
                if isinstance(one, ExtractionResult)
            ]
            self._report.recount_as_unchanged(
                await self._in_thread(self._recording.reapply_extractions, done)
            )
            if unread := [one for one in results if isinstance(one, JobInterrupted)]:
                self._report.notes.append(
                    f"{counted(len(unread), 'article')} could not be extracted again with the learned page template: "
                    f"{unread[0]}. 'newsarchive rebuild' does that."
                )
