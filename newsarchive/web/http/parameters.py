"""Query parameters of the search page and of the API, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from archive.filters import FILTERS, SORTS, parameter_name
from newsarchive.web.http.requests import MAX_QUERY_LENGTH
from newsarchive.web.http.search_params import MAX_PAGES

Kind = Literal["text", "day", "address", "number"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter, or a part of the path."""

    name: str
    description: str
    kind: Kind = "text"
    example: str = ""
    values: tuple[str, ...] = ()  # the allowed values; empty: any
    default: int | None = None
    most: int | None = None  # the maximum of a number; the minimum is 1
    is_required: bool = False

    def schema(self) -> dict[str, Any]:
        """Return the parameter as JSON Schema."""
        if self.kind == "number":
            bounds = {"minimum": 1, "maximum": self.most, "default": self.default}
            return {"type": "integer", **{name: value for name, value in bounds.items() if value is not None}}
        if self.values:
            return {"type": "string", "enum": list(self.values)}
        formats = {"day": {"format": "date"}, "address": {"format": "uri"}, "text": {}}
        return {"type": "string", "maxLength": MAX_QUERY_LENGTH, **formats[self.kind]}


SEARCH = (
    Parameter(
        "query",
        'words, in any inflected form; supports "exact phrase", -word, word*, title:word, lead:word and OR. '
        "OR takes precedence: a b OR c means a AND (b OR c). Without a query, all articles match",
        example="Казахстан",
    ),
    *(
        Parameter(
            parameter_name(name),
            one.description,
            "day" if one.kind == "day" else "text",
            one.example,
            one.values,
        )
        for name, one in FILTERS.items()
    ),
    Parameter("sort", "order of the results; default: relevance with a query, newest without", values=SORTS),
    Parameter("group_copies", "1: show only the first result of each group of copies", values=("1",)),
    Parameter("page", "page of the results", "number", default=1, most=MAX_PAGES),
)
