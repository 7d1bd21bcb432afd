"""A search as the address asks it: what is looked for, and which part of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from archive.core import Archive
from archive.errors import BadQuery
from archive.filters import FILTERS, Filters, Sort, parameter, sort
from archive.index.rows.versions import ArticleVersion
from archive.index.search.counts import Counts
from newsarchive.web.requests import count, text

Value = TypeVar("Value")

MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    filters: Filters
    sort: Sort | None  # None: the best first, or with no words the newest
    page: int
    per_page: int
    group_copies: bool = False  # of articles that are copies of one another, only the first found

    @property
    def order(self) -> Sort:
        """How the answers are sorted."""
        return self.sort or ("relevance" if self.filters.query else "newest")

    def found(self, archive: Archive) -> tuple[list[ArticleVersion], bool]:
        """The articles of the page asked for, and whether more follow."""
        articles = archive.search(self.filters, sort=self.order, group_copies=self.group_copies)
        start = (self.page - 1) * self.per_page
        got = list(islice(articles, start, start + self.per_page + 1))
        return got[: self.per_page], len(got) > self.per_page

    def counts(self, archive: Archive) -> Counts:
        """How many articles are found, by month and by source."""
        return archive.counts(self.filters)

    def address(self, path: str = "/", **other: object) -> str:
        """The address of the same search with some things asked otherwise."""
        stated: dict[str, object] = {
            "query": self.filters.query,
            **{parameter(name): value for name, value in self.filters.given().items()},
            "sort": self.sort,
            "group_copies": "1" if self.group_copies else None,
            "page": self.page if self.page > 1 else None,
            **other,
        }
        query = urlencode({name: value for name, value in stated.items() if value})
        return f"{path}?{query}" if query else path

    def narrowed_to(self, first: date, last: date) -> str:
        """The address of the same search, its first page, between two days."""
        filters = replace(self.filters, published_from=first, published_to=last)
        return replace(self, filters=filters, page=1).address()

    def of_source(self, name: str) -> str:
        """The address of the same search, its first page, in one source; in any with an empty name."""
        return replace(self, filters=replace(self.filters, source=name or None), page=1).address()

    def widened(self) -> str:
        """The address of the same words with nothing else asked for."""
        return f"/?{urlencode({'query': self.filters.query})}" if self.filters.query else "/"


def read(request: Request, *, per_page: int) -> Asked:
    """The search a request asks for; BadQuery for what cannot be asked."""
    filtered: Any = {name: _stated(request, parameter(name), one.read) for name, one in FILTERS.items()}
    return Asked(
        filters=Filters(text(request, "query"), **filtered),
        sort=_stated(request, "sort", sort),
        page=count(request, "page", 1, MOST_PAGES),
        per_page=per_page,
        group_copies=bool(_stated(request, "group_copies", _only_1)),
    )


def numbered(asked: Asked, more: bool) -> Iterator[tuple[str, str]]:
    """The pages before and after: (name, address)."""
    if asked.page > 1:
        yield "previous", asked.address(page=asked.page - 1 if asked.page > 2 else None)
    if more and asked.page < MOST_PAGES:
        yield "next", asked.address(page=asked.page + 1)


def _stated(request: Request, name: str, read: Callable[[str], Value]) -> Value | None:
    """A parameter as it was meant; None where it is not given or empty."""
    given = text(request, name)
    try:
        return read(given) if given else None
    except BadQuery as error:
        raise BadQuery(f"“{name}”: {error}") from error


def _only_1(stated: str) -> str:
    if stated != "1":
        raise BadQuery("only 1 can stand here.")
    return stated
