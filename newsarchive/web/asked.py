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
from archive.index.search import Sort
from archive.index.versions import ArticleVersion
from archive.store import Archive
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

    @property
    def order(self) -> Sort:
        """How the answers are sorted."""
        return cast(Sort, self.sort or ("relevance" if self.query else "newest"))

    @property
    def narrows(self) -> bool:
        """Whether anything but words is asked for."""
        return bool(
            self.source
            or self.section
            or self.author
            or self.state
            or self.published_from
            or self.published_to
        )

    def found(self, archive: Archive) -> tuple[list[ArticleVersion], bool]:
        """The articles of the page asked for, and whether more follow."""
        articles = archive.search(
            self.query,
            source=self.source or None,
            section=self.section or None,
            author=self.author or None,
            state=self.state or None,
            published_from=self.published_from,
            published_to=self.published_to,
            sort=self.order,
        )
        start = (self.page - 1) * self.per_page
        got = list(islice(articles, start, start + self.per_page + 1))
        return got[: self.per_page], len(got) > self.per_page

    def months(self, archive: Archive) -> dict[str | None, int]:
        """How many articles are found, by month."""
        return archive.months(
            self.query,
            source=self.source or None,
            section=self.section or None,
            author=self.author or None,
            state=self.state or None,
            published_from=self.published_from,
            published_to=self.published_to,
        )

    def address(self, path: str = "/", **other: object) -> str:
        """The address of the same search with some things asked otherwise."""
        stated: dict[str, object] = {
            "query": self.query,
            "source": self.source,
            "section": self.section,
            "author": self.author,
            "state": self.state,
            "from": self.published_from,
            "to": self.published_to,
            "sort": self.sort,
            "page": self.page if self.page > 1 else None,
            **other,
        }
        query = urlencode({name: value for name, value in stated.items() if value})
        return f"{path}?{query}" if query else path

    def narrowed_to(self, first: date, last: date) -> str:
        """The address of the same search, its first page, between two days."""
        return replace(self, published_from=first, published_to=last, page=1).address()

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
        state=_one_of(request, "state", STATES),
        published_from=day(request, "from"),
        published_to=day(request, "to"),
        sort=_one_of(request, "sort", SORTS),
        page=count(request, "page", 1, MOST_PAGES),
        per_page=per_page,
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
