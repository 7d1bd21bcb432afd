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
from archive.filters import FILTERS, Filters, Sort, parameter_name, parse_sort
from archive.index.rows.versions import ArticleVersion
from archive.index.search.counts import Counts
from newsarchive.web.requests import number_parameter, text_parameter

Value = TypeVar("Value")

MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class SearchParams:
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

    def results(self, archive: Archive) -> tuple[list[ArticleVersion], bool]:
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
            **{parameter_name(name): value for name, value in self.filters.given().items()},
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


def read_search(request: Request, *, per_page: int) -> SearchParams:
    """The search a request asks for; BadQuery for what cannot be asked."""
    filtered: Any = {
        name: _parsed_parameter(request, parameter_name(name), one.parse) for name, one in FILTERS.items()
    }
    return SearchParams(
        filters=Filters(text_parameter(request, "query"), **filtered),
        sort=_parsed_parameter(request, "sort", parse_sort),
        page=number_parameter(request, "page", 1, MAX_PAGES),
        per_page=per_page,
        group_copies=bool(_parsed_parameter(request, "group_copies", _only_1)),
    )


def page_links(params: SearchParams, more: bool) -> Iterator[tuple[str, str]]:
    """The pages before and after: (name, address)."""
    if params.page > 1:
        yield "previous", params.address(page=params.page - 1 if params.page > 2 else None)
    if more and params.page < MAX_PAGES:
        yield "next", params.address(page=params.page + 1)


def _parsed_parameter(request: Request, name: str, read: Callable[[str], Value]) -> Value | None:
    """A parameter as it was meant; None where it is not given or empty."""
    given = text_parameter(request, name)
    try:
        return read(given) if given else None
    except BadQuery as error:
        raise BadQuery(f"“{name}”: {error}") from error


def _only_1(stated: str) -> str:
    if stated != "1":
        raise BadQuery("only 1 can stand here.")
    return stated
