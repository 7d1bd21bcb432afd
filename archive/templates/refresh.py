"""Refresh the page templates of an outlet from its captures.

captures ──▶ do the known templates fit? ──▶ learn ──▶ a page template, and from when on it applies
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from archive import timestamps
from archive.extraction.model import LearningResult, Outlet, PageTemplate
from archive.extraction.templates import selection
from archive.extraction.templates.selection import MAX_PAGES, MIN_PAGES
from archive.index.db.connection import Connection, Row
from archive.index.ingest import extraction_queue
from archive.jobs.pool import ExtractionJob
from archive.templates import sampling
from archive.templates.sampling import SamplePage

MIN_FIT = 0.5  # share of the newest pages; below it the outlet has a new page template
CHECKED_PAGES = 10  # pages of a crawl that are extracted with and without templates,
SAMPLE_STEP = 4  # of them if those few agree
# Share of the pages since the first that does not fit; if so many fit, the design is still in use beside another.
MAX_STILL_FITTING = 0.2
BATCH_SIZE = 64  # articles whose texts are in memory at once


@dataclass(frozen=True, slots=True)
class TemplateRefresh:
    """The result of checking an outlet's newest pages against its page templates."""

    fit: float  # share of them that the known templates fit; 0 if none is known
    learned: PageTemplate | None  # a new page template
    is_new_design: bool = (
        False  # it is needed because the pages have changed, not because it is learned better
    )


def refresh_template(
    connection: Connection,
    folder: Path,
    source: str,
    outlet: Outlet,
    executor: Executor,
    *,
    crawl: str | None = None,
) -> TemplateRefresh:
    """Check whether an outlet's page templates fit its newest pages, and learn a new one if they do not.

    With `crawl`, the newest pages are those of this crawl; if it captured none, nothing is learned.
    """
    brought = _pages(connection, folder, source, outlet, crawl, CHECKED_PAGES)
    if not brought:
        return TemplateRefresh(1.0 if outlet.templates else 0.0, None)
    fits = (
        executor.submit(sampling.measure_fit, brought[::SAMPLE_STEP], outlet).result()
        if outlet.templates
        else 0.0
    )
    if outlet.templates and fits < 1.0:
        fits = executor.submit(sampling.measure_fit, brought, outlet).result()
    if fits >= MIN_FIT:
        return TemplateRefresh(fits, None)
    pages = newest_pages(connection, folder, source, outlet)
    learned = _learn(pages, outlet, executor).template
    if learned is None or learned.since is None or not outlet.templates:
        return TemplateRefresh(fits, learned)
    if _is_known(learned, outlet) or _is_still_in_use(pages, learned.since, outlet, executor):
        return TemplateRefresh(fits, None)
    is_new_design = executor.submit(sampling.measure_placed, brought, outlet).result() < MIN_FIT
    began = _crawl_start(connection, crawl) if crawl is not None else None
    if began is not None:  # pages of earlier crawls were extracted and compared with the previous template
        learned = replace(learned, since=max(learned.since, began))
    return TemplateRefresh(fits, learned, is_new_design)


def _is_known(learned: PageTemplate, outlet: Outlet) -> bool:
    """Return whether an outlet's newest template has the same places."""
    newest = outlet.templates[-1]
    return replace(learned, since=newest.since, pages=newest.pages) == newest


def _is_still_in_use(
    pages: Sequence[SamplePage], since: datetime, outlet: Outlet, executor: Executor
) -> bool:
    """Return whether pages of a known design were captured beside those that fit no template.

    Galleries and live blogs that come among articles are no new design of the outlet.
    """
    later = [page for page in pages if page.since >= since]
    return executor.submit(sampling.measure_fit, later, outlet).result() >= MAX_STILL_FITTING


def learn_template(
    connection: Connection, folder: Path, source: str, outlet: Outlet, executor: Executor
) -> LearningResult:
    """Learn a page template from an outlet's newest pages that fit none of its known templates.

    The result has no template if the pages are too few or too different.
    """
    return _learn(newest_pages(connection, folder, source, outlet), outlet, executor)


def _learn(pages: Sequence[SamplePage], outlet: Outlet, executor: Executor) -> LearningResult:
    if len(pages) < MIN_PAGES:
        return LearningResult(None, len(pages), len(pages))
    return executor.submit(sampling.learn_from_pages, pages, outlet).result()


def newest_pages(connection: Connection, folder: Path, source: str, outlet: Outlet) -> list[SamplePage]:
    """Return the newest pages of an outlet, as many as learning uses."""
    return _pages(connection, folder, source, outlet, None, MAX_PAGES)


def extraction_jobs(
    connection: Connection, folder: Path, crawl: str, outlet: Outlet, extractor: str
) -> Iterator[tuple[int, ExtractionJob]]:
    """Yield the articles to extract again because a newer page template applies: capture number and job.

    These are articles that this crawl, or killed ones before it, found or found changed. The index may be written to
    between one item and the next.
    """
    by_now = selection.extractor_name(extractor, selection.outlet_at(outlet, datetime.now(UTC)))
    for one in _unended_crawls(connection, crawl):
        after = 0
        while rows := _next_outdated(connection, one["id"], by_now, after):
            for row in rows:
                known = selection.outlet_at(outlet, timestamps.from_iso(row["fetched_at"]))
                name = selection.extractor_name(extractor, known)
                if row["read_by"] != name:
                    held = _previous_capture(connection, row["article_id"], row["number"] - 1, name)
                    before = (
                        extraction_queue.job_for_row(connection, folder, held, known, name)
                        if held is not None
                        else None
                    )
                    job = extraction_queue.job_for_row(
                        connection, folder, row, known, name, before, is_new=True
                    )
                    held_now = (row["title"], row["lead"], row["body"], row["language"])
                    yield row["id"], replace(job, replaced=held_now)
            after = rows[-1]["id"]


def _next_outdated(connection: Connection, crawl: str, by_now: str, after: int) -> list[Row]:
    """Return the next captures of a crawl whose newest versions have an extractor other than `by_now`."""
    return connection.execute(
        f"""
        SELECT captures.*, versions.extractor AS read_by, versions.article_id, versions.number, versions.title,
            coalesce(versions.lead, '') AS lead, versions.body, versions.language
        FROM captures CROSS JOIN versions ON versions.capture_id = captures.id
        CROSS JOIN articles ON articles.id = versions.article_id
        WHERE captures.crawl_id = :crawl AND captures.role = 'article' AND captures.id > :after
            AND versions.number = articles.version_count AND versions.extractor != :by_now
        ORDER BY captures.id LIMIT {BATCH_SIZE}
        """,
        {"by_now": by_now, "crawl": crawl, "after": after},
    ).fetchall()


def _unended_crawls(connection: Connection, crawl: str) -> list[Row]:
    """Return this crawl and the killed ones before it, in order: no crawl of the source has ended since."""
    return connection.execute(
        """
        SELECT id, started_at, rowid FROM crawls WHERE id = :crawl
        UNION
        SELECT id, started_at, rowid FROM crawls WHERE ended_at IS NULL
            AND source = (SELECT source FROM crawls WHERE id = :crawl)
            AND rowid > coalesce((  -- by insertion, because the clock may have been wrong
                SELECT max(ended.rowid) FROM crawls AS ended
                WHERE ended.source = crawls.source AND ended.ended_at IS NOT NULL
            ), 0)
        ORDER BY rowid
        """,
        {"crawl": crawl},
    ).fetchall()


def _crawl_start(connection: Connection, crawl: str) -> datetime | None:
    """Return when a crawl began or, if killed crawls precede it, when the first of them did."""
    first = next(iter(_unended_crawls(connection, crawl)), None)
    return timestamps.from_iso(first["started_at"]).replace(microsecond=0) if first else None


def _previous_capture(connection: Connection, article_id: int, number: int, name: str) -> Row | None:
    """Return the capture of one version of an article if another extractor extracted it, else None."""
    row: Row | None = connection.execute(
        """
        SELECT captures.* FROM captures JOIN versions ON versions.capture_id = captures.id
        WHERE versions.article_id = ? AND versions.number = ? AND versions.extractor != ?
        """,
        (article_id, number, name),
    ).fetchone()
    return row


def _pages(
    connection: Connection, folder: Path, source: str, outlet: Outlet, crawl: str | None, most: int
) -> list[SamplePage]:
    """Return the newest pages of a source that are articles, each article once."""
    rows = connection.execute(
        """
        SELECT captures.*, coalesce(crawls.started_at, captures.fetched_at) AS since FROM versions
        JOIN articles ON articles.id = versions.article_id AND versions.number = articles.version_count
        JOIN captures ON captures.id = versions.capture_id
        LEFT JOIN crawls ON crawls.id = captures.crawl_id
        WHERE articles.source = :source AND (:crawl IS NULL OR captures.crawl_id = :crawl)
            AND NOT (versions.partial AND captures.truncated IS NOT NULL)  -- its end is missing
        ORDER BY captures.fetched_at DESC, captures.id DESC LIMIT :most
        """,
        {"source": source, "crawl": crawl, "most": most},
    ).fetchall()
    return [
        SamplePage(
            extraction_queue.job_for_row(connection, folder, row, outlet, ""),
            timestamps.from_iso(row["since"]),
        )
        for row in rows
    ]
