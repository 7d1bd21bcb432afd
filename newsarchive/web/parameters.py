"""Query parameters of the search page and of the API, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from archive.filters import FILTERS, SORTS, parameter_name
from newsarchive.web.requests import MAX_QUERY_LENGTH
from newsarchive.web.search_params import MAX_PAGES

Kind = Literal["text", "day", "address", "number"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter, or a part of the path."""

    name: str
    says: str
    kind: Kind = "text"
    example: str = ""
    values: tuple[str, ...] = ()  # the only ones it may have; empty: any
    default: int | None = None
    most: int | None = None  # of a number, which begins at 1
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
        "words, in any case form; quotes for a phrase as printed, -word, word*, title:word, lead:word, and OR between "
        "two of these, which binds closer than the blank: a b OR c is a with b or c; none finds all",
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
    Parameter("sort", "relevance when words are asked for, else newest, unless stated", values=SORTS),
    Parameter(
        "group_copies", "of articles that are copies of one another only the first found", values=("1",)
    ),
    Parameter("page", "which page of the answer", "number", default=1, most=MAX_PAGES),
)
