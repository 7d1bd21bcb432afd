"""The search that the query parameters describe: filters, order, and page of the results."""

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
from newsarchive.web.http.requests import number_parameter, text_parameter

Value = TypeVar("Value")

MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class SearchParams:
    """A validated search request."""

    filters: Filters
    sort: Sort | None  # None: by relevance, or newest first without a query
    page: int
    per_page: int
    group_copies: bool = False  # show only the first result of each group of copies

    @property
    def order(self) -> Sort:
        """Return the sort order, explicit or by default."""
        return self.sort or ("relevance" if self.filters.query else "newest")

    def results(self, archive: Archive) -> tuple[list[ArticleVersion], bool]:
        """Return the articles of the requested page, and whether more follow."""
        articles = archive.search(self.filters, sort=self.order, group_copies=self.group_copies)
        start = (self.page - 1) * self.per_page
        found = list(islice(articles, start, start + self.per_page + 1))
        return found[: self.per_page], len(found) > self.per_page

    def counts(self, archive: Archive) -> Counts:
        """Return the number of matching articles, by month and by source."""
        return archive.counts(self.filters)

    def address(self, path: str = "/", **other: object) -> str:
        """Return the address of the same search with some parameters replaced."""
        parameters: dict[str, object] = {
            "query": self.filters.query,
            **{parameter_name(name): value for name, value in self.filters.given().items()},
            "sort": self.sort,
            "group_copies": "1" if self.group_copies else None,
            "page": self.page if self.page > 1 else None,
            **other,
        }
        query = urlencode({name: value for name, value in parameters.items() if value})
        return f"{path}?{query}" if query else path

    def within_days(self, first: date, last: date) -> str:
        """Return the address of the first page of the same search, limited to publication between two days."""
        filters = replace(self.filters, published_from=first, published_to=last)
        return replace(self, filters=filters, page=1).address()

    def within_source(self, name: str) -> str:
        """Return the address of the first page of the same search in one source; in all if the name is empty."""
        return replace(self, filters=replace(self.filters, source=name or None), page=1).address()

    def without_filters(self) -> str:
        """Return the address of a search with the same query and no filters."""
        return f"/?{urlencode({'query': self.filters.query})}" if self.filters.query else "/"


def parse_search(request: Request, *, per_page: int) -> SearchParams:
    """Return the search of a request, or raise BadQuery for invalid parameters."""
    filters: Any = {
        name: _parsed_parameter(request, parameter_name(name), one.parse) for name, one in FILTERS.items()
    }
    return SearchParams(
        filters=Filters(text_parameter(request, "query"), **filters),
        sort=_parsed_parameter(request, "sort", parse_sort),
        page=number_parameter(request, "page", 1, MAX_PAGES),
        per_page=per_page,
        group_copies=bool(_parsed_parameter(request, "group_copies", _parse_flag)),
    )


def page_links(params: SearchParams, more: bool) -> Iterator[tuple[str, str]]:
    """Yield links to the previous and next page as (name, address)."""
    if params.page > 1:
        yield "previous", params.address(page=params.page - 1 if params.page > 2 else None)
    if more and params.page < MAX_PAGES:
        yield "next", params.address(page=params.page + 1)


def _parsed_parameter(request: Request, name: str, parse: Callable[[str], Value]) -> Value | None:
    """Return a parsed parameter; None if it is absent or empty."""
    value = text_parameter(request, name)
    try:
        return parse(value) if value else None
    except BadQuery as error:
        raise BadQuery(f"“{name}”: {error}") from error


def _parse_flag(value: str) -> str:
    """Return "1", the only value of a flag, or raise BadQuery."""
    if value != "1":
        raise BadQuery("must be 1 or left out.")
    return value
