"""What is known of an outlet's pages, learned from the captures an archive holds of them.

captures ──▶ do the known layouts fit? ──▶ learn ──▶ a layout, and from which moment on it holds
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import moments
from archive.article import layouts
from archive.article.learning import FEWEST, MOST, Sample, fitting, learn
from archive.article.model import Layout, Outlet
from archive.index import pending
from archive.index.connection import Connection
from archive.warc.reader import read_capture
from archive.workers import ReadJob

STILL_FITS = 0.5  # of the newest pages; under it the outlet has a new layout
CHECKED = 10  # pages of a crawl that are read both ways,
ONE_IN = 4  # of them when those few agree


@dataclass(frozen=True, slots=True)
class Known:
    """What looking at an outlet's newest pages came to."""

    fitting: float  # share of them that the known layouts fit; 0 where none is known
    learned: Layout | None  # a layout that was not known before


def look(
    connection: Connection,
    folder: Path,
    source: str,
    outlet: Outlet,
    executor: Executor,
    *,
    crawl: str | None = None,
) -> Known:
    """Whether an outlet's layouts fit its newest pages, and the one learned where they do not.

    `crawl`: the newest pages are those of this crawl; nothing is learned where it brought none.
    """
    newest = _pages(connection, folder, source, outlet, crawl, CHECKED)
    if not newest:
        return Known(1.0 if outlet.layouts else 0.0, None)
    fits = executor.submit(_fitting, newest[::ONE_IN], outlet).result() if outlet.layouts else 0.0
    if outlet.layouts and fits < 1.0:
        fits = executor.submit(_fitting, newest, outlet).result()
    if fits >= STILL_FITS:
        return Known(fits, None)
    return Known(fits, relearn(connection, folder, source, outlet, executor))


def relearn(
    connection: Connection, folder: Path, source: str, outlet: Outlet, executor: Executor
) -> Layout | None:
    """The layout of an outlet's newest pages that fit none it is known to have had; None where they are too
    few or too unlike.
    """
    pages = _pages(connection, folder, source, outlet, None, MOST)
    return executor.submit(_learn, pages, outlet).result() if len(pages) >= FEWEST else None


def to_read_again(
    connection: Connection, folder: Path, crawl: str, outlet: Outlet, extractor: str
) -> list[tuple[int, ReadJob]]:
    """The articles that a crawl found for the first time: the number of the capture, and what reads it by all
    that is known now.
    """
    rows = connection.execute(
        """
        SELECT captures.* FROM captures JOIN versions ON versions.capture_id = captures.id
        JOIN articles ON articles.id = versions.article_id
        WHERE captures.crawl_id = ? AND articles.version_count = 1 ORDER BY captures.id
        """,
        (crawl,),
    ).fetchall()
    jobs = []
    for row in rows:
        known = layouts.known_at(outlet, moments.read(row["fetched_at"]))
        name = layouts.named(extractor, known)
        jobs.append((row["id"], pending.job_of(connection, folder, row, known, name, is_new=True)))
    return jobs


@dataclass(frozen=True, slots=True)
class _Page:
    job: ReadJob
    since: datetime  # the beginning of the crawl that captured it


def _pages(
    connection: Connection, folder: Path, source: str, outlet: Outlet, crawl: str | None, most: int
) -> list[_Page]:
    """The newest pages of a source that are articles, each article once."""
    rows = connection.execute(
        """
        SELECT captures.*, coalesce(crawls.started_at, captures.fetched_at) AS since FROM versions
        JOIN articles ON articles.id = versions.article_id AND versions.number = articles.version_count
        JOIN captures ON captures.id = versions.capture_id
        LEFT JOIN crawls ON crawls.id = captures.crawl_id
        WHERE articles.source = :source AND (:crawl IS NULL OR captures.crawl_id = :crawl)
        ORDER BY captures.fetched_at DESC, captures.id DESC LIMIT :most
        """,
        {"source": source, "crawl": crawl, "most": most},
    ).fetchall()
    return [
        _Page(pending.job_of(connection, folder, row, outlet, ""), moments.read(row["since"])) for row in rows
    ]


def _learn(pages: Sequence[_Page], outlet: Outlet) -> Layout | None:
    return learn([_sample(page) for page in pages], outlet)


def _fitting(pages: Sequence[_Page], outlet: Outlet) -> float:
    return fitting([_sample(page) for page in pages], outlet)


def _sample(page: _Page) -> Sample:
    job = page.job
    return Sample(read_capture(job.folder, job.place, job.original).standing, job.listed, page.since)
