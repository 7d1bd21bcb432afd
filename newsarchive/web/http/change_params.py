"""The selection of changes that the query parameters describe."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from archive.core import Archive
from archive.edit_grading.grading import GRADES
from archive.index.lookup.changes import KINDS, ArticleChange, ChangeFilters
from newsarchive.web.http.parameters import Parameter
from newsarchive.web.http.requests import number_parameter, text_parameter
from newsarchive.web.http.search_params import MAX_PAGES

FILTERS = (
    Parameter("since", "first day or moment, in UTC without an offset", example="2022-01-01"),
    Parameter("until", "last day (included), or the moment before which changes were seen"),
    Parameter("source", "filter by source (its file name)", example="primorsk"),
    Parameter("section", "filter by section, as printed on the page or named in the source file"),
    Parameter("kind", "filter by kind; without it all but unavailable and new", values=KINDS),
    Parameter("grade", "only edits of this grade; without it all but noise", values=GRADES),
    Parameter("query", "only articles that match, in the version before or after the change"),
)
PAGE = Parameter("page", "page of the results", "number", default=1, most=MAX_PAGES)


@dataclass(frozen=True, slots=True)
class ChangeParams:
    """A validated request for changes."""

    stated: dict[str, str]  # by parameter, without empty ones
    filters: ChangeFilters
    page: int
    per_page: int
    newest_first: bool = True

    def results(self, archive: Archive) -> tuple[list[ArticleChange], bool]:
        """Return the changes of the requested page, and whether more follow."""
        arguments: Any = self.stated
        found = archive.changes(newest_first=self.newest_first, **arguments)
        start = (self.page - 1) * self.per_page
        shown = list(islice(found, start, start + self.per_page + 1))
        return shown[: self.per_page], len(shown) > self.per_page

    def address(self, path: str, **other: object) -> str:
        """Return the address of the same selection with some parameters replaced."""
        parameters = {**self.stated, **other}
        query = urlencode({name: value for name, value in parameters.items() if value not in (None, "")})
        return f"{path}?{query}" if query else path


def change_params(request: Request, *, per_page: int, newest_first: bool = True) -> ChangeParams:
    """Return the request for changes that the query parameters describe, or raise BadQuery."""
    names = [one.name for one in FILTERS]
    stated = {name: value for name in names if (value := text_parameter(request, name))}
    arguments: Any = stated
    return ChangeParams(
        stated,
        ChangeFilters.of(**arguments),
        number_parameter(request, "page", 1, MAX_PAGES),
        per_page,
        newest_first,
    )
