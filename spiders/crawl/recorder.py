"""Storage for a crawl: captures are stored in batches, extracted in worker processes, applied to the index in order.

handler ──store──▶ batch ──▶ writer thread: records → fsync → rows ──▶ capture ids
                                  │ articles, in the order stored
                                  ▼
                          worker processes: extract ──▶ writer thread: apply to the index ──▶ report
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from scrapy import Request

from archive import events, locks, paths, timestamps, urls
from archive.core import Archive
from archive.errors import ArchiveError, DamagedRecord, machine_error
from archive.events import CrawlEnded, CrawlStarted, Failed, Fetched, Sighted, SightedArticle
from archive.extraction.version import EXTRACTOR
from archive.http.capture import Capture, Place
from archive.http.freshness import fresh_until
from archive.index.db.connection import connect
from archive.index.ingest import extraction_queue, revisits
from archive.index.ingest.revisits import Validators
from archive.index.lookup import page_parts, recrawl
from archive.index.lookup.recrawl import DueArticle
from archive.index.rows import captures
from archive.index.rows.captures import CaptureRow
from archive.jobs.pool import ExtractionJob, JobInterrupted, call_within_size_limit, pool
from archive.reasons import Reason
from archive.rechecks import RecheckPolicy
from archive.recording import repair, session
from archive.recording.history import HistoryRebuilder
from archive.recording.session import Fetch, Recording
from archive.warc import reader
from archive.warc.records import Exchange
from spiders.crawl.report import CrawlReport
from spiders.crawl.settle_queue import ArticleResult, SettleQueue
from spiders.crawl.task import Task
from spiders.crawl.template_learner import TemplateLearner
from spiders.discovery.section_page import ListedArticle
from spiders.fetch.handler import WireExchange
from spiders.sources.source import Source

T = TypeVar("T")
MAX_CACHED_CAPTURES = 256  # captures whose bytes stay in memory until they are processed
WORKER_MODULES = (
    "archive.templates.sampling",
    "spiders.discovery.section_page",
    "spiders.discovery.feeds",
    "spiders.discovery.refresh",
    "archive.replay.page_requisites",
)  # whose functions also run in the workers
REVALIDATED = "revalidated"  # in a request's meta: the capture that a conditional request revalidates


class Unreadable(ArchiveError):
    """Raised when a stored response could not be processed; the message says why."""


class Recorder:
    """Storage for one crawl: opened before its first request, finished after its last.

    Raises ArchiveBusy if the source is being crawled already.
    """

    def __init__(
        self,
        folder: Path,
        source: Source,
        *,
        operator: str | None,
        max_bytes: int,
        max_age: timedelta,
        workers: int | None,
    ) -> None:
        self.folder = folder
        self.source = source
        self.report = CrawlReport()
        self.repairs: list[str] = []
        self.import_repairs: list[str] = []
        self.fatal_error: ArchiveError | None = None  # why nothing more can be stored
        self.skips_maintenance = False  # leave index maintenance to the next crawl
        self.on_fatal_error: Callable[[ArchiveError], None] = lambda error: None
        self._locks = ExitStack()
        self._locks.enter_context(
            locks.lock(
                paths.writers_lock(folder),
                "The index is being rebuilt: crawl when that is done.",
                shared=True,
            )
        )
        self._locks.enter_context(
            locks.lock(paths.source_lock(folder, source.name), f"{source.name} is being crawled already.")
        )
        self._archive = Archive.open(folder)
        repair.remove_unfinished_index(folder)
        self.repairs = session.recover_source(folder, self._archive.connection, source.name)
        self.import_repairs = repair.repair_killed_imports(
            folder, self._archive.connection, lambda: datetime.now(UTC)
        )
        self.started_at = datetime.now(UTC)
        last = next(iter(self._archive.crawls(source.name, most=1)), None)
        if last is not None and timestamps.is_in_future(last.started_at, self.started_at):
            self.repairs.append(
                f"The previous crawl is dated {timestamps.to_iso(last.started_at)}, in the future: "
                "the clock of this machine was ahead then, or is behind now."
            )
        self.crawl = f"{source.name}-{self.started_at:%Y%m%d%H%M%S%f}"
        self._recording = Recording(
            folder,
            self._archive.connection,
            CrawlStarted(
                crawl=self.crawl,
                source=source.name,
                title=source.title,
                timezone=source.timezone,
                at=timestamps.to_iso(self.started_at),
                removed_after=int(source.removed_after.total_seconds()),
            ),
            extractor=EXTRACTOR,
            info=_warcinfo_fields(source, self.crawl, operator),
            max_bytes=max_bytes,
            max_age=max_age,
            appends=True,
            now=lambda: datetime.now(UTC),
            new_id=uuid4,
        )
        self._read_connection = connect(paths.index_path(folder))  # the writer thread uses the other
        self._pool = _worker_pool(workers)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._batch: list[tuple[Fetch, asyncio.Future[int]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._cached: dict[int, Capture] = {}  # captures still needed, kept in memory
        self._sections: dict[str, str] = {}  # canonical address → the first section that listed it
        self._learner = TemplateLearner(
            folder,
            source,
            self.crawl,
            connection=self._archive.connection,
            recording=self._recording,
            report=self.report,
            pool=self._pool,
            in_thread=self._in_thread,
        )
        self._settle_queue = SettleQueue(
            self._recording,
            self._learner,
            self.report,
            self._pool,
            self._in_thread,
            cached_capture=self._cached.get,
            on_failure=self._report_extraction_failure,
        )

    async def store(self, request: Request, wire_exchange: WireExchange) -> int:
        """Return the capture's id once its record and its row are durable; articles are then extracted.

        Its bytes stay in memory until `release`.
        """
        why: Fetched = self._with_section(request.meta["task"])
        exchange = Exchange(
            url=wire_exchange.url,
            fetched_at=wire_exchange.sent_at,
            request=wire_exchange.request,
            response=wire_exchange.response,
            ip=wire_exchange.ip,
            truncated=wire_exchange.truncated,
            metadata=events.to_json(why) | ({"tls": dict(wire_exchange.tls)} if wire_exchange.tls else {}),
        )
        capture_id: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._batch.append((Fetch(exchange, why, request.meta.get(REVALIDATED)), capture_id))
        self.report.fetched += 1
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write_batches())
        return await capture_id

    def _with_section(self, task: Task) -> Fetched:
        """Return why an address was requested; an article found in a feed gets the section that also lists it."""
        if task.why.role != "article" or task.why.section is not None:
            return task.why
        return replace(task.why, section=self._sections.get(urls.canonical(task.url)))

    def validators(self, url: str) -> Validators | None:
        """Return the validators of the stored response, for a conditional request; None if there is none."""
        found = revisits.validators(self._read_connection, url, run=self._recording.run)
        return found if found and reader.file_exists(self.folder, found.original.place) else None

    async def article_result(self, capture_id: int) -> ArticleResult:
        """Return the result of an article's capture. Extraction starts by itself when the capture is stored."""
        return await self._settle_queue.result_of(capture_id)

    async def resume(self) -> list[int]:
        """Start extraction of captures that a killed crawl stored and never extracted; return their ids."""
        capture_ids = await self._in_thread(
            extraction_queue.pending_captures, self._archive.connection, self.source.name
        )
        for capture_id in capture_ids:
            row = await self._in_thread(self.capture_row, capture_id)
            job = await self._in_thread(partial(self._settle_queue.extraction_job, capture_id, ahead=True))
            self._settle_queue.add(capture_id, row.url, job)
        return list(capture_ids)

    async def record_listing(
        self, listing: int, section: str | None, articles: tuple[ListedArticle, ...]
    ) -> None:
        """Record which articles a listing showed; durable on return."""
        shown = tuple(
            SightedArticle(url=article.url, place=article.place, headline=article.title, stamp=article.stamp)
            for article in articles
        )
        addresses = [urls.canonical(article.url) for article in articles]
        self.report.count_listed(addresses)
        self._sections |= {
            address: section for address in addresses if section and address not in self._sections
        }

        def write() -> None:
            """Store the event; the listing has its row by now."""
            record_id = self.capture_row(listing).record_id
            event = Sighted(listing=record_id, source=self.source.name, section=section, shown=shown)
            self._recording.record_events([event])

        await self._in_thread(write)

    async def record_failure(self, url: str, role: str, reason: Reason) -> None:
        """Record that an address gave no usable response."""
        self.report.count_failure(url, role, reason)
        await self._write_event(
            Failed(
                role=role,
                url=url,
                at=timestamps.to_iso(datetime.now(UTC)),
                reason=reason.words,
                crawl=self.crawl,
                source=self.source.name,
            )
        )

    async def capture(self, capture_id: int) -> Capture:
        """Return a capture, from memory or else from its record."""
        cached = self._cached.get(capture_id)
        return cached if cached is not None else await self._in_thread(self.capture_sync, capture_id)

    def capture_sync(self, capture_id: int) -> Capture:
        """Return a capture like `capture`, but block the caller."""
        return self._cached.get(capture_id) or self._archive.capture(self.capture_row(capture_id).place)

    def release(self, capture_id: int) -> None:
        """Drop a capture's bytes from memory."""
        self._cached.pop(capture_id, None)

    async def run_in_worker(self, function: Callable[..., T], capture: Capture, *arguments: object) -> T:
        """Call a pure function on a capture in a worker process; raise Unreadable if it fails."""
        try:
            return await asyncio.wrap_future(
                self._pool.submit(call_within_size_limit, function, capture, *arguments)
            )
        except JobInterrupted as error:
            raise Unreadable(f"stored but not extracted: {error}") from error
        except ArchiveError as error:
            raise Unreadable(f"unreadable: {str(error).rstrip('.')}") from error
        except Exception as error:  # the outermost edge of one page: its bytes are kept
            raise Unreadable(f"unreadable: {type(error).__name__}: {error}") from error

    async def due_for_recrawl(self, most: int) -> tuple[int, list[DueArticle]]:
        """Return how many articles of the source are due for another visit, and the `most` most urgent ones."""
        return await self._in_thread(self._due_for_recrawl, most)

    def _due_for_recrawl(self, most: int) -> tuple[int, list[DueArticle]]:
        connection, source, now = self._archive.connection, self.source, datetime.now(UTC)
        policy = RecheckPolicy(
            source.recheck_share, source.recheck_longest, recrawl.section_habits(connection, source.name)
        )
        per_host = None
        if source.rechecks_per_hour is not None:
            hours = recrawl.hours_since_last_crawl(connection, source.name, now, crawl=self.crawl)
            per_host = max(1, int(source.rechecks_per_hour * hours))
        return recrawl.due_articles(
            connection, source.name, now, most, crawl=self.crawl, policy=policy, per_host=per_host
        )

    async def due_listings(self, addresses: Sequence[str]) -> list[str]:
        """Return those of the sections, feeds and sitemaps that may have changed since the last visit."""
        now = datetime.now(UTC)
        connection, source = self._archive.connection, self.source
        return await self._in_thread(
            lambda: recrawl.due_listings(
                connection, source.name, addresses, now, source.listings_longest, crawl=self.crawl
            )
        )

    async def known_articles(self, most: int) -> tuple[int, list[DueArticle]]:
        """Return how many articles of the source are known, and the `most` visited longest ago."""
        return await self._in_thread(recrawl.all_articles, self._archive.connection, self.source.name, most)

    async def articles_at(self, addresses: Sequence[str]) -> list[DueArticle]:
        """Return those of the articles of the source that are at these canonical addresses."""
        return await self._in_thread(recrawl.known_articles, self._archive.connection, addresses)

    async def select_new(self, addresses: Sequence[str]) -> set[str]:
        """Return those of the listed addresses that should be requested as new."""
        connection, now = self._archive.connection, datetime.now(UTC)
        return await self._in_thread(
            lambda: {url for url in addresses if recrawl.should_fetch(connection, url, now)}
        )

    async def published_at(self, addresses: Sequence[str]) -> dict[str, str]:
        """Return when the articles at canonical addresses were published, as stored; without those not known."""
        return await self._in_thread(recrawl.published_at, self._archive.connection, addresses)

    async def last_requested(self, addresses: Sequence[str]) -> dict[str, str]:
        """Return when each address was last requested, with or without a response; omit those never requested."""
        connection = self._archive.connection
        return await self._in_thread(captures.last_requested, connection, addresses)

    async def due_parts(self, addresses: Sequence[str], least_wait: timedelta) -> list[str]:
        """Return those of the addresses of a page's parts that were never requested or are due again."""
        connection, now = self._archive.connection, datetime.now(UTC)
        return await self._in_thread(
            lambda: page_parts.due_parts(
                connection,
                addresses,
                now,
                policy=RecheckPolicy(self.source.recheck_share, self.source.recheck_longest),
                least_wait=least_wait,
                fresh_until=self._fresh_until,
            )
        )

    def _fresh_until(self, place: Place) -> datetime | None:
        """Return until when the response at a place is fresh; None if it does not say so or cannot be read."""
        try:
            record = reader.read_record(self.folder, place)
            return fresh_until(Capture(record.url or "", record.date, record.block))  # of a revisit, the head
        except DamagedRecord:
            return None

    async def article_images(self, url: str) -> list[str]:
        """Return the addresses of the images of the article at an address, as its newest version has them."""
        return await self._in_thread(page_parts.article_images, self._archive.connection, url)

    def capture_row(self, capture_id: int) -> CaptureRow:
        """Return the index row of a stored capture."""
        row = captures.of_id(self._archive.connection, capture_id)
        assert row is not None
        return row

    def capture_in_crawl(self, crawl: str, url: str) -> int | None:
        """Return the id of the capture that an earlier crawl made of an address, or None.

        Call it only before this crawl's first request.
        """
        return captures.captured_in_crawl(self._archive.connection, crawl, url)

    async def finish(self, outcome: str) -> str:
        """Wait for all extractions, close the crawl, give the WARC file its final name; return the outcome.

        It is "failed" if something could not be stored. Such a crawl is left as a killed one is: the next
        crawl repairs the file and resumes from there.
        """
        await self._settle_queue.wait_until_empty()
        if warning := self.report.rejection_warning():
            self.report.notes.append(warning)
        if self.fatal_error is None:
            await self._apply_late_extractions()
            await self._learner.finish()
        ended = CrawlEnded(
            crawl=self.crawl,
            at=timestamps.to_iso(datetime.now(UTC)),
            outcome=outcome,
            counts=self.report.counts(),
            notes=tuple(self.report.notes),
        )
        try:
            if self.fatal_error is None:
                await self._write_event(ended)
            else:
                self._recording.stop_error = self._recording.stop_error or self.fatal_error
            await self._in_thread(self._recording.close, self._continue_maintenance)
        except ArchiveError as error:
            self.fatal_error = self.fatal_error or error
        self._thread.shutdown()
        self._archive.close()
        self._read_connection.close()
        self._locks.close()
        return outcome if self.fatal_error is None else "failed"

    async def _apply_late_extractions(self) -> None:
        """Add captures of earlier crawls that only this crawl could extract to the history of their articles."""
        rebuilder = HistoryRebuilder(
            self.folder, self._archive.connection, self._pool, EXTRACTOR, lambda source: self._learner.outlet
        )
        try:
            unread = await self._in_thread(self._recording.rebuild_late_histories, rebuilder)
        except Exception as error:  # the crawl is complete without it, and the next one tries again
            self.report.notes.append(
                f"Captures that only this crawl could extract are missing from the history of their articles: {error}. "
                "'newsarchive rebuild' adds them."
            )
            return
        for url, why in unread:
            self._report_extraction_failure(url, why)

    def _continue_maintenance(self, steps_done: int, steps: int) -> bool:
        """Report the progress of search index maintenance; return whether to continue."""
        self.report.write_progress(f"optimizing the search index, {10 * steps_done // steps * 10} %", 0)
        return not self.skips_maintenance

    async def _write_batches(self) -> None:
        """Store waiting fetches batch after batch, with one fsync and one commit for each batch."""
        while self._batch:
            batch, self._batch = self._batch, []
            try:
                stored = await self._in_thread(self._store_batch, [fetch for fetch, _ in batch])
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (fetch, future), (capture_id, capture, job) in zip(batch, stored, strict=True):
                if capture is not None and not future.done():
                    self._cached[capture_id] = capture
                    if len(self._cached) > MAX_CACHED_CAPTURES:
                        del self._cached[next(iter(self._cached))]
                if fetch.event.role == "article":
                    self._settle_queue.add(capture_id, fetch.exchange.url, job)
                if not future.done():
                    future.set_result(capture_id)
        self._writing = None

    def _store_batch(
        self, fetches: Sequence[Fetch]
    ) -> list[tuple[int, Capture | None, ExtractionJob | None]]:
        """Store fetches, in the writer thread.

        Return for each its capture id, the capture if it may stay in memory, and for articles the extraction job.
        """
        stored: list[tuple[int, Capture | None, ExtractionJob | None]] = []
        for capture_id, fetch in zip(self._recording.store(fetches), fetches, strict=True):
            exchange = fetch.exchange
            capture: Capture | None = Capture(exchange.url, exchange.fetched_at, exchange.response)
            if fetch.validated_original is not None:
                capture = None  # after a 304 the body is in another record
            job = (
                self._settle_queue.extraction_job(capture_id, ahead=True)
                if fetch.event.role == "article"
                else None
            )
            stored.append((capture_id, capture, replace(job, capture=capture) if job and capture else job))
        return stored

    def _report_extraction_failure(self, url: str, error: Exception) -> None:
        """Count a capture that could not be extracted; stop the crawl if the machine is the reason."""
        if self.fatal_error is None and (fatal := machine_error(error, self.folder)):
            self.fatal_error = fatal
            self.on_fatal_error(fatal)
        if self.fatal_error is None and isinstance(error, JobInterrupted):
            self.report.failures[url] = f"stored but not extracted; the next crawl tries again: {error}"
        elif self.fatal_error is None:
            self.report.failures[url] = f"stored but could not be extracted: {error}"

    async def _write_event(self, event: Failed | Sighted | CrawlEnded) -> None:
        """Store an event of the crawl."""
        await self._in_thread(self._recording.record_events, [event])

    async def _in_thread(self, function: Callable[..., T], *arguments: object) -> T:
        """Return the result of a function that runs in the writer thread; stop the crawl after a storage failure."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)
        finally:
            if self.fatal_error is None and self._recording.stop_error is not None:
                self.fatal_error = self._recording.stop_error
                self.on_fatal_error(self.fatal_error)


@cache
def _worker_pool(workers: int | None) -> Executor:
    """Return the worker pool of this process. Successive crawls share it, with its loaded modules and word caches."""
    return pool(workers, needed=WORKER_MODULES)


def _warcinfo_fields(source: Source, crawl: str, operator: str | None) -> Mapping[str, str]:
    """Return the fields of the WARC file's warcinfo record."""
    return {
        "software": f"newsarchive/{metadata.version('newsarchive')} Scrapy/{metadata.version('scrapy')}",
        "isPartOf": crawl,
        "description": f"{source.title} ({source.name})",
        "robots": "obey" if source.obey_robots else "ignore",
        **({"operator": operator} if operator else {}),
    }
