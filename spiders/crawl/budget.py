"""How much one crawl may ask for: what keeps a site without an end from making a crawl without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from archive import urls
from spiders.crawl.report import CrawlReport
from spiders.crawl.task import ENTRY_ROLES, PART_ROLES, Task
from spiders.sources.source import Source

MAX_SITEMAP_DEPTH = 5  # sitemaps within sitemaps; the standard knows two levels
MAX_PARTS = 500  # of one article, with what its style sheets name in turn


class Budget:
    """The pages a crawl may still ask for, of which half at most are listings: the others are for articles.

    Each crawl may ask for one listing and one article at least. Parts of pages are not counted: a page has only so
    many. Neither are tries after the first, and addresses that a redirect leads to.
    """

    def __init__(self, source: Source, report: CrawlReport, note: Callable[[str], None]) -> None:
        self._source = source
        self._report = report
        self._note = note
        self.is_exhausted = False
        self._listings = 0  # and feeds and sitemaps
        self._articles = 0
        self._parts: Counter[str | None] = Counter()  # article → parts asked for

    @property
    def known_limit(self) -> int:
        """How many known articles may be looked at again: half of what the listings asked for so far have left."""
        return max(0, self._source.most_pages - self._listings - self._articles) // 2

    @property
    def listing_limit(self) -> int:
        """How many listings, feeds and sitemaps may be asked for in all."""
        return max(1, self._source.most_pages // 2)

    @property
    def entry_point_limit(self) -> int:
        """How many of those that the source file names: where they lead to further ones, these get half."""
        is_followed = bool(self._source.sitemaps) or any(one.pages != 1 for one in self._source.sections)
        return self.listing_limit - (self.listing_limit // 2 if is_followed else 0)

    @property
    def listings_left(self) -> int:
        """How many listings, feeds and sitemaps may still be asked for."""
        return self.listing_limit - self._listings

    def has_room(self, task: Task) -> bool:
        """Whether a task may be queued; says so in the notes when it may not."""
        if task.why.role in PART_ROLES and self._parts[task.why.article] >= MAX_PARTS:
            self._report.missing_parts += 1
            return False
        if task.tries or task.hops or task.why.role in PART_ROLES:
            return True
        is_listing = task.why.role in ENTRY_ROLES
        if task.is_entry_point and self._listings >= self.entry_point_limit:
            return self._exhaust(
                f"The crawl's budget of {self._source.most_pages} pages has room for {self.entry_point_limit} of its"
                " sections, feeds and sitemaps; the others come first in the next one ([limits] pages in the source"
                " file)."
            )
        if is_listing and self._listings >= self.listing_limit:
            return self._exhaust(
                f"The crawl's budget of {self._source.most_pages} pages has room for {self.listing_limit} listings,"
                " feeds and sitemaps; further ones were left out ([limits] pages in the source file)."
            )
        if self._listings + self._articles < self._source.most_pages or not (is_listing or self._articles):
            return True
        if task.why.role == "article":
            self._report.left_out.add(urls.canonical(task.url))
        return self._exhaust(
            f"The crawl met its budget of {self._source.most_pages} pages; the rest is left for the next one"
            " ([limits] pages in the source file)."
        )

    def _exhaust(self, sentence: str) -> bool:
        self.is_exhausted = True
        self._note(sentence)
        return False

    def spend(self, task: Task) -> None:
        """A task was queued."""
        if task.why.role in PART_ROLES:
            self._parts[task.why.article] += 1
        elif task.tries or task.hops:
            return
        elif task.why.role in ENTRY_ROLES:
            self._listings += 1
        else:
            self._articles += 1

    def is_past_depth(self, task: Task, pages: int | None) -> bool:
        """Whether a listing is not followed past this page; says so in the notes where nobody asked for that."""
        if pages is not None:
            return task.page >= pages
        if task.page < self._source.depth:
            return False
        self._note(
            f"{task.why.section}: its listing goes on past page {task.page}, and is not followed further"
            " ([limits] depth in the source file)."
        )
        return True
