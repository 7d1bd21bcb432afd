"""A task: one address to request in a crawl, and why. The queue stores it and a Scrapy request carries it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from archive import events, urls
from archive.events import Fetched

# robots.txt and listings come first, as they lead to everything else; new articles may be gone tomorrow.
PRIORITIES = {
    "robots": 40,
    "listing": 30,
    "feed": 30,
    "sitemap": 30,
    "article": 20,
    "image": 10,
    "requisite": 5,
}
AFTER_ARTICLES = 15
ENTRY_ROLES = ("listing", "feed", "sitemap")
PART_ROLES = ("image", "requisite")  # of the resources that a page embeds
MAX_REDIRECTS = 10  # redirects followed from one address


@dataclass(frozen=True, slots=True)
class Task:
    """One address to request. Tasks with the same key are the same task."""

    url: str
    why: Fetched
    page: int = 1  # of a listing
    hops: int = 0  # redirects that led here
    tries: int = 0  # earlier requests in this crawl, without a usable response
    crawls: int = 0  # earlier crawls that requested it, without a usable response
    shown: int = 0  # articles on the pages of the listing before it
    since: str | None = None  # the day until which its listing is walked back, as YYYY-MM-DD; None: it is not
    day: str | None = None  # of a date archive: the day that it shows, or the first one of its month
    day_url: str | None = None  # the first page of that day
    empty_days: int = 0  # days after it in its date archive, one after another, without an article
    is_last_resort: bool = (
        False  # requested after all articles found so far, whose dates decide whether it is needed
    )

    @property
    def key(self) -> str:
        """Return what identifies the task in a crawl. An image that is also a requisite is requested once."""
        kind = "part" if self.why.role in PART_ROLES else self.why.role
        body = f" {self.why.body}" if self.why.body is not None else ""
        return f"{kind} {urls.canonical(self.url)}{body}"

    @property
    def priority(self) -> int:
        """Return the priority; higher comes first. Known articles come after those that a listing shows."""
        if self.is_last_resort:
            return AFTER_ARTICLES
        return PRIORITIES.get(self.why.role, 0) - (
            5 if self.why.role == "article" and self.why.listing is None else 0
        )

    @property
    def is_entry_point(self) -> bool:
        """Return whether the task is a section, feed or sitemap that the source file names, or its redirect."""
        return self.why.role in ENTRY_ROLES and self.page == 1 and self.day is None

    @property
    def is_deep(self) -> bool:
        """Return whether the task is a page of a listing that is walked back, to which no entry point may lead."""
        return self.since is not None and self.why.role == "listing" and not self.is_entry_point

    def retry(self) -> Task:
        """Return the task for another try in this crawl."""
        return replace(self, tries=self.tries + 1)

    def for_next_crawl(self) -> Task:
        """Return the task for the next crawl."""
        return replace(self, tries=0, crawls=self.crawls + 1)

    def redirected_to(self, url: str, *, is_repeated: bool = False) -> Task:
        """Return the task for the address that its response redirects to.

        A POST becomes a GET there, unless it `is_repeated`, as the statuses 307 and 308 say.
        """
        why = replace(self.why, redirected_from=self.url, body=self.why.body if is_repeated else None)
        return replace(self, url=url, hops=self.hops + 1, tries=0, why=why)

    def to_json(self) -> str:
        """Return the task as the queue stores it."""
        data = {**asdict(self), "why": events.to_json(self.why)}
        return json.dumps(data, ensure_ascii=False)

    @classmethod
    def from_json(cls, stored: str) -> Task:
        """Return the task from its stored form."""
        data: Mapping[str, Any] = json.loads(stored)
        why = events.from_json(data["why"])
        assert isinstance(why, Fetched)
        return cls(**{**data, "why": why})
