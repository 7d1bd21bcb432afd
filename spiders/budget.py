"""How much one crawl may ask for: what keeps a site without an end from making a crawl without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from archive import urls
from spiders.report import Report
from spiders.source import Source
from spiders.task import PARTS, Task

MOST_NESTED = 5  # sitemaps within sitemaps; the standard knows two levels
MOST_PARTS = 500  # of one article, with what its style sheets name in turn


class Budget:
    """The pages a crawl may still ask for. Parts of pages are not counted among them: a page has only so many."""

    def __init__(self, source: Source, report: Report, note: Callable[[str], None]) -> None:
        self._source = source
        self._report = report
        self._note = note
        self.is_met = False
        self._pages = 0
        self._parts: Counter[str | None] = Counter()  # article → parts asked for

    @property
    def for_known(self) -> int:
        """How many known articles may be looked at again: new ones must not go short for them."""
        return self._source.most_pages // 2

    def has_room(self, task: Task) -> bool:
        """Whether a task may be queued; says so in the notes when it may not."""
        if task.why.role in PARTS and self._parts[task.why.article] >= MOST_PARTS:
            self._report.missing_parts += 1
            return False
        if task.tries or task.why.role in PARTS or self._pages < self._source.most_pages:
            return True
        self.is_met = True
        if task.why.role == "article":
            self._report.left_out.add(urls.canonical(task.url))
        self._note(
            f"The crawl met its budget of {self._source.most_pages} pages; the rest is left for the next one"
            " ([limits] pages in the source file)."
        )
        return False

    def spend(self, task: Task) -> None:
        """A task was queued."""
        if task.why.role in PARTS:
            self._parts[task.why.article] += 1
        elif not task.tries:
            self._pages += 1

    def is_deep(self, task: Task, pages: int | None) -> bool:
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
