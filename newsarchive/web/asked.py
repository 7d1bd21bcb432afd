"""A search as the address asks it: what is looked for, and which part of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request

from archive.errors import BadQuery
from archive.index.counting import Counts
from archive.index.search import Sort
from archive.index.versions import ArticleVersion
from archive.store import Archive, Filtered
from newsarchive.web.door import count, day, text

STATES = ("live", "removed", "moved", "unreachable")
SORTS = ("relevance", "newest", "oldest")
MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    query: str
    source: str
    section: str
    author: str
    state: str
    published_from: date | None
    published_to: date | None
    sort: str  # empty: the best first, or with no words the newest
    page: int
    per_page: int
    group_copies: bool = False  # of articles that are copies of one another, only the first found
    tag: str = ""
    language: str = ""
    captured_from: date | None = None
    captured_to: date | None = None

    @property
    def order(self) -> Sort:
        """How the answers are sorted."""
        return cast(Sort, self.sort or ("relevance" if self.query else "newest"))

    @property
    def narrows(self) -> bool:
        """Whether anything but words is asked for."""
        return any(value is not None for value in self.filtered.values())

    @property
    def filtered(self) -> Filtered:
        """What is asked for but words, as Archive takes it."""
        return {
            "source": self.source or None,
            "section": self.section or None,
            "author": self.author or None,
            "tag": self.tag or None,
            "language": self.language or None,
            "state": self.state or None,
            "published_from": self.published_from,
            "published_to": self.published_to,
            "captured_from": self.captured_from,
            "captured_to": self.captured_to,
        }

    def found(self, archive: Archive) -> tuple[list[ArticleVersion], bool]:
        """The articles of the page asked for, and whether more follow."""
        articles = archive.search(
            self.query, sort=self.order, group_copies=self.group_copies, **self.filtered
        )
        start = (self.page - 1) * self.per_page
        got = list(islice(articles, start, start + self.per_page + 1))
        return got[: self.per_page], len(got) > self.per_page

    def counts(self, archive: Archive) -> Counts:
        """How many articles are found, by month and by source."""
        return archive.counts(self.query, **self.filtered)

    def address(self, path: str = "/", **other: object) -> str:
        """The address of the same search with some things asked otherwise."""
        stated: dict[str, object] = {
            "query": self.query,
            "source": self.source,
            "section": self.section,
            "author": self.author,
            "tag": self.tag,
            "language": self.language,
            "state": self.state,
            "from": self.published_from,
            "to": self.published_to,
            "captured_from": self.captured_from,
            "captured_to": self.captured_to,
            "sort": self.sort,
            "group_copies": "1" if self.group_copies else None,
            "page": self.page if self.page > 1 else None,
            **other,
        }
        query = urlencode({name: value for name, value in stated.items() if value})
        return f"{path}?{query}" if query else path

    def narrowed_to(self, first: date, last: date) -> str:
        """The address of the same search, its first page, between two days."""
        return replace(self, published_from=first, published_to=last, page=1).address()

    def of_source(self, name: str) -> str:
        """The address of the same search, its first page, in one source; in any with an empty name."""
        return replace(self, source=name, page=1).address()

    def widened(self) -> str:
        """The address of the same words with nothing else asked for."""
        return f"/?{urlencode({'query': self.query})}" if self.query else "/"


def read(request: Request, *, per_page: int) -> Asked:
    """The search a request asks for; BadQuery for what cannot be asked."""
    return Asked(
        query=text(request, "query"),
        source=text(request, "source"),
        section=text(request, "section"),
        author=text(request, "author"),
        tag=text(request, "tag"),
        language=text(request, "language").lower(),
        state=_one_of(request, "state", STATES),
        published_from=day(request, "from"),
        published_to=day(request, "to"),
        captured_from=day(request, "captured_from"),
        captured_to=day(request, "captured_to"),
        sort=_one_of(request, "sort", SORTS),
        page=count(request, "page", 1, MOST_PAGES),
        per_page=per_page,
        group_copies=bool(_one_of(request, "group_copies", ("1",))),
    )


def numbered(asked: Asked, more: bool) -> Iterator[tuple[str, str]]:
    """The pages before and after: (name, address)."""
    if asked.page > 1:
        yield "previous", asked.address(page=asked.page - 1 if asked.page > 2 else None)
    if more and asked.page < MOST_PAGES:
        yield "next", asked.address(page=asked.page + 1)


def _one_of(request: Request, name: str, known: tuple[str, ...]) -> str:
    given = text(request, name)
    if given and given not in known:
        raise BadQuery(f"“{name}” is one of {', '.join(known)}, not “{given[:40]}”.")
    return given
