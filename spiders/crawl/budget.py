"""The page budget of a crawl: keeps an endless site from making an endless crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from archive import urls
from archive.values.plurals import counted
from spiders.crawl.report import CrawlReport
from spiders.crawl.task import ENTRY_ROLES, PART_ROLES, Task
from spiders.sources.source import Source

MAX_SITEMAP_DEPTH = 5  # levels of nested sitemaps; the standard defines two
MAX_PARTS = 500  # of one article, including those that its style sheets load


class Budget:
    """The number of pages a crawl may still request; at most half are listings, the others articles.

    Each crawl may request at least one listing and one article. Not counted are parts of pages (each page has a
    limit of its own), retries, and the targets of redirects.
    """

    def __init__(self, source: Source, report: CrawlReport, note: Callable[[str], None]) -> None:
        self._source = source
        self._report = report
        self._note = note
        self.is_exhausted = False
        self._listings = 0  # with feeds and sitemaps
        self._articles = 0
        self._parts: Counter[str | None] = Counter()  # article → parts requested

    @property
    def known_limit(self) -> int:
        """Return how many known articles may be fetched again: half of the pages left by then."""
        return max(0, self._source.max_pages - self._listings - self._articles) // 2

    @property
    def listing_limit(self) -> int:
        """Return how many listings, feeds and sitemaps may be requested in all."""
        return max(1, self._source.max_pages // 2)

    @property
    def entry_point_limit(self) -> int:
        """Return how many sections, feeds and sitemaps of the source file may be requested.

        If they lead to further listings, half of the limit is reserved for those.
        """
        is_followed = bool(self._source.sitemaps) or any(one.pages != 1 for one in self._source.sections)
        return self.listing_limit - (self.listing_limit // 2 if is_followed else 0)

    @property
    def listings_left(self) -> int:
        """Return how many listings, feeds and sitemaps may still be requested."""
        return self.listing_limit - self._listings

    def has_room(self, task: Task) -> bool:
        """Return whether a task may be queued; if not, add a note with the reason."""
        if task.why.role in PART_ROLES and self._parts[task.why.article] >= MAX_PARTS:
            self._report.missing_parts += 1
            return False
        if task.tries or task.hops or task.why.role in PART_ROLES:
            return True
        is_listing = task.why.role in ENTRY_ROLES
        if task.is_entry_point and self._listings >= self.entry_point_limit:
            return self._exhaust(
                f"The crawl's budget of {counted(self._source.max_pages, 'page')} has room for"
                f" {self.entry_point_limit} of its sections, feeds and sitemaps; the others come first in the next one"
                " ([limits] pages in the source file)."
            )
        if is_listing and self._listings >= self.listing_limit:
            limit = self.listing_limit
            room = "1 listing, feed or sitemap" if limit == 1 else f"{limit} listings, feeds and sitemaps"
            return self._exhaust(
                f"The crawl's budget of {counted(self._source.max_pages, 'page')} has room for {room}; further ones"
                " were left out ([limits] pages in the source file)."
            )
        if self._listings + self._articles < self._source.max_pages or not (is_listing or self._articles):
            return True
        if task.why.role == "article":
            self._report.count_left_out(urls.canonical(task.url))
        return self._exhaust(self._used_up)

    @property
    def _used_up(self) -> str:
        """Return the note that no page may be requested any more."""
        return (
            f"The crawl used up its budget of {counted(self._source.max_pages, 'page')}; the rest is left for the next"
            " one ([limits] pages in the source file)."
        )

    @property
    def articles_left(self) -> int:
        """Return how many articles may still be requested."""
        left = self._source.max_pages - self._listings - self._articles
        return max(left, 0 if self._articles else 1)

    def is_pointless(self, task: Task) -> bool:
        """Return whether a queued sitemap of a sitemap could only show articles for which no page is left.

        The next crawl reads it. So a site of a million pages costs a crawl no more than its budget.
        """
        if task.why.role != "sitemap" or task.is_entry_point or self.articles_left:
            return False
        self.use_up()
        return True

    def use_up(self) -> None:
        """Note that the crawl ends with addresses left for which it has no page."""
        self._exhaust(self._used_up)

    def _exhaust(self, sentence: str) -> bool:
        """Add a note, mark the budget as exhausted, and return False."""
        self.is_exhausted = True
        self._note(sentence)
        return False

    def spend(self, task: Task) -> None:
        """Count a task that was queued."""
        if task.why.role in PART_ROLES:
            self._parts[task.why.article] += 1
        elif task.tries or task.hops:
            return
        elif task.why.role in ENTRY_ROLES:
            self._listings += 1
        else:
            self._articles += 1

    def is_past_depth(self, task: Task, pages: int | None) -> bool:
        """Return whether a listing is not followed past this page; add a note if the depth limit is the reason."""
        if pages is not None:
            return task.page >= pages
        if task.page < self._source.depth:
            return False
        self._note(
            f"{task.why.section}: its listing goes on past page {task.page}, and is not followed further"
            " ([limits] depth in the source file)."
        )
        return True
