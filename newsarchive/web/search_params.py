"""The search described by the query parameters: filters, order, and page of the results."""

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
    """A validated search request."""

    filters: Filters
    sort: Sort | None  # None: the best first, or with no words the newest
    page: int
    per_page: int
    group_copies: bool = False  # of articles that are copies of one another, only the first found

    @property
    def order(self) -> Sort:
        """Return the sort order, explicit or by default."""
        return self.sort or ("relevance" if self.filters.query else "newest")

    def results(self, archive: Archive) -> tuple[list[ArticleVersion], bool]:
        """Return the articles of the requested page, and whether more follow."""
        articles = archive.search(self.filters, sort=self.order, group_copies=self.group_copies)
        start = (self.page - 1) * self.per_page
        got = list(islice(articles, start, start + self.per_page + 1))
        return got[: self.per_page], len(got) > self.per_page

    def counts(self, archive: Archive) -> Counts:
        """Return the number of matching articles, by month and by source."""
        return archive.counts(self.filters)

    def address(self, path: str = "/", **other: object) -> str:
        """Return the address of the same search with some parameters replaced."""
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
        """Return the address of the first page of the same search, limited to publication between two days."""
        filters = replace(self.filters, published_from=first, published_to=last)
        return replace(self, filters=filters, page=1).address()

    def of_source(self, name: str) -> str:
        """Return the address of the first page of the same search in one source; in any if the name is empty."""
        return replace(self, filters=replace(self.filters, source=name or None), page=1).address()

    def widened(self) -> str:
        """Return the address of a search with the same words and no filters."""
        return f"/?{urlencode({'query': self.filters.query})}" if self.filters.query else "/"


def read_search(request: Request, *, per_page: int) -> SearchParams:
    """Return the search of a request, or raise BadQuery for invalid parameters."""
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
    """Yield links to the previous and next page as (name, address)."""
    if params.page > 1:
        yield "previous", params.address(page=params.page - 1 if params.page > 2 else None)
    if more and params.page < MAX_PAGES:
        yield "next", params.address(page=params.page + 1)


def _parsed_parameter(request: Request, name: str, read: Callable[[str], Value]) -> Value | None:
    """Return a parsed parameter; None if it is absent or empty."""
    given = text_parameter(request, name)
    try:
        return read(given) if given else None
    except BadQuery as error:
        raise BadQuery(f"“{name}”: {error}") from error


def _only_1(stated: str) -> str:
    if stated != "1":
        raise BadQuery("only 1 can stand here.")
    return stated
