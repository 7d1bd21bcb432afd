"""Dry run of a source: fetch its listings and extract a few of the articles they show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import paths
from archive.article_fields import extraction_as_dict
from archive.core import Archive
from archive.extraction.model import Article, ListingEntry, Rejection
from archive.extraction.version import EXTRACTOR
from archive.index.ingest import extraction_queue
from archive.index.rows import captures
from archive.index.rows.captures import FailureRow
from archive.jobs.pool import run_extraction
from archive.reasons import FORBIDDEN, Reason
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl
from newsarchive.sources.advice import Advice, CheckedCapture, about_listing, advise
from spiders.sources import templates_file
from spiders.sources.source import Source

# The fields that a reader of the archive will miss when they are empty, under their exported names.
REPORTED_FIELDS = ("title", "lead", "body", "authors", "section", "tags", "published", "views", "images")


@dataclass(frozen=True, slots=True)
class CheckedListing:
    """The result of fetching one section page, feed or sitemap."""

    url: str
    role: str  # listing, feed or sitemap
    section: str | None
    status: int | None  # None when nothing answered
    found: int  # articles it shows
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """The result of fetching and extracting one article page."""

    url: str
    listed: ListingEntry | None
    extraction: Article | Rejection | None  # None when the page could not be had
    problem: str | None = None  # why not

    def fields(self) -> dict[str, Any]:
        """Return the extracted fields under their exported names; empty if the page is not an article."""
        return extraction_as_dict(self.extraction) if isinstance(self.extraction, Article) else {}


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """The result of a dry run of one source; nothing was stored."""

    source: str
    listings: tuple[CheckedListing, ...]
    pages: tuple[CheckedPage, ...]
    notes: tuple[str, ...] = ()  # what needs looking at, a line each
    forbidden: tuple[str, ...] = ()  # articles that robots.txt forbids: not requested, as in a crawl
    advice: tuple[Advice, ...] = ()  # about fields that are empty or doubtful

    @property
    def articles(self) -> int:
        """Return the number of pages extracted as articles."""
        return sum(isinstance(page.extraction, Article) for page in self.pages)

    def filled(self) -> Mapping[str, int]:
        """Return for each field the number of articles that have it."""
        read = [page.fields() for page in self.pages]
        return {
            name: sum(bool(page.get(name) not in (None, "", [])) for page in read) for name in REPORTED_FIELDS
        }

    @property
    def is_sound(self) -> bool:
        """Return whether a crawl of the source would need no attention."""
        return (
            not self.notes
            and self.articles == len(self.pages) > 0
            and not any(listing.problem for listing in self.listings)
            and any(listing.found for listing in self.listings)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return {
            "source": self.source,
            "listings": [
                {
                    "url": listing.url,
                    "role": listing.role,
                    "section": listing.section,
                    "status": listing.status,
                    "found": listing.found,
                    "problem": listing.problem,
                }
                for listing in self.listings
            ],
            "pages": [
                {
                    "url": page.url,
                    "problem": page.problem or _rejection_reason(page.extraction),
                    "fields": page.fields() or None,
                }
                for page in self.pages
            ],
            "forbidden": list(self.forbidden),
            "articles": self.articles,
            "filled": dict(self.filled()),
            "notes": list(self.notes),
            "advice": [asdict(one) for one in self.advice],
        }


def check_source(folder: Path, source: Source, articles: int = 5) -> SourceCheck:
    """Crawl up to `articles` articles of a source into a temporary archive and return what was found."""
    with TemporaryDirectory(prefix="newsarchive-check-") as name:
        trial = Path(name)
        Archive.create(trial).close()
        described = f"{paths.SOURCES}/{source.name}.toml"
        for kept in (paths.SETTINGS, described, templates_file.templates_path(Path(described))):
            if (folder / kept).exists():
                shutil.copy(folder / kept, trial / kept)
        outcome = run_crawl(trial, CrawlOrder(source.name, max_articles=articles))
        with Archive.open(trial) as archive:
            failures = captures.failures(archive.connection)
            listings = tuple(_checked_listings(archive, source, failures))
            pages = tuple(_checked_pages(archive, source, failures))
            return SourceCheck(
                source.name,
                listings,
                pages,
                tuple(outcome.notes),
                tuple(
                    one.url
                    for one in failures
                    if one.role == "article" and Reason.parse(one.reason).code == FORBIDDEN
                ),
                (
                    *(
                        about_listing(one.role, one.url, one.problem)
                        for one in listings
                        if one.problem or not one.found
                    ),
                    *advise(source, _checked_captures(archive, pages)),
                ),
            )


def _checked_listings(
    archive: Archive, source: Source, failures: Sequence[FailureRow]
) -> Iterator[CheckedListing]:
    failed = {one.url: one for one in failures if one.role in ("listing", "feed", "sitemap")}
    for listing in captures.listings(archive.connection):
        failure = failed.pop(listing.url, None)
        yield CheckedListing(
            listing.url,
            listing.role,
            listing.section,
            listing.status,
            listing.found,
            failure.reason if failure else None,
        )
    named = {section.url: section.name for section in source.sections}
    for silent in failed.values():
        yield CheckedListing(silent.url, silent.role, named.get(silent.url), None, 0, silent.reason)


def _checked_pages(archive: Archive, source: Source, failures: Sequence[FailureRow]) -> Iterator[CheckedPage]:
    rows = captures.of_role(archive.connection, "article")
    for row in rows:
        job = extraction_queue.extraction_job(
            archive.connection, archive.folder, row.id, source.outlet, EXTRACTOR
        )
        if job is None:
            yield CheckedPage(row.url, None, None, row.reading)
        else:
            yield CheckedPage(row.url, job.listed, run_extraction(job).extraction)
    held = {row.url for row in rows}
    for one in failures:
        if one.role == "article" and one.url not in held and Reason.parse(one.reason).code != FORBIDDEN:
            yield CheckedPage(one.url, None, None, one.reason)


def _checked_captures(archive: Archive, pages: Sequence[CheckedPage]) -> list[CheckedCapture]:
    extractions = {page.url: page.extraction for page in pages if page.extraction is not None}
    return [
        CheckedCapture(archive.capture(row), extractions[row.url])
        for row in captures.of_role(archive.connection, "article")
        if row.url in extractions
    ]


def _rejection_reason(extraction: Article | Rejection | None) -> str | None:
    return extraction.words if isinstance(extraction, Rejection) else None
