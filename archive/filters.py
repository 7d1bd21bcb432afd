"""The selection of articles by a query: one value, validated once, for every interface. PURE.

Command options, URL parameters, Python keywords and the provenance of an export all derive from the fields of
`Filters`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, cast, get_args

from archive.errors import BadQuery

# A day, or its ISO 8601 text: «2022-01-31».
Day: TypeAlias = date | str
Kind = Literal["name", "language", "state", "day"]
Sort = Literal["relevance", "newest", "oldest"]

STATES = ("live", "unavailable", "removed", "moved", "restricted")
STATE_ALIASES: Mapping[str, str] = {"unreachable": "unavailable"}  # an earlier name
SORTS: tuple[Sort, ...] = get_args(Sort)


def parse_day(value: Day) -> date:
    """Return a day from a date, a datetime or ISO 8601 text, or raise BadQuery."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadQuery(f"{value!r} is not a day: write it as 2022-01-31.") from error


def parse_language(value: str) -> str:
    """Return a two-letter language code in lower case, or raise BadQuery."""
    if not isinstance(value, str) or len(value) != 2 or not (value.isascii() and value.isalpha()):
        raise BadQuery(f"{value!r} is not a two-letter language code, such as ru, uk or en.")
    return value.lower()


def parse_state(value: str) -> str:
    """Return a valid state of an article's address, or raise BadQuery."""
    return _one_of(STATES, STATE_ALIASES.get(value, value), "not a state of an article")


def parse_sort(value: str) -> Sort:
    """Return a valid sort order, or raise BadQuery."""
    return cast(Sort, _one_of(SORTS, value, "not a sort order"))


def parse_limit(value: object) -> int | None:
    """Return the maximum number of articles, None for no limit, or raise BadQuery."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadQuery(
            f"limit: {value!r} is not a number of articles: use a whole number from 1, or None for all."
        )
    return value


def parse_text(value: str) -> str:
    """Return text unchanged, or raise BadQuery if the value is not text."""
    if not isinstance(value, str):
        raise BadQuery(f"{value!r} is not text.")
    return value


def _one_of(known: tuple[str, ...], stated: str, what: str) -> str:
    if stated not in known:
        raise BadQuery(f"{stated!r} is {what}: use one of {', '.join(known)}.")
    return stated


_PARSERS: dict[Kind, Callable[[Any], object]] = {
    "name": parse_text,
    "language": parse_language,
    "state": parse_state,
    "day": parse_day,
}


class FilterArgs(TypedDict, total=False):
    """The fields of Filters as keyword arguments: None means no filter, and days may be texts."""

    source: str | None
    section: str | None
    author: str | None
    tag: str | None
    language: str | None
    state: str | None
    published_from: Day | None
    published_to: Day | None
    captured_from: Day | None
    captured_to: Day | None


@dataclass(frozen=True, slots=True)
class Filters:
    """The articles to select: those that match `query` and every filter that is not None.

    Publication days are those the outlets print; capture days are in UTC. Ranges include their last day. Names match
    in any letter case. Raise BadQuery, naming the field, for an invalid day, language or state, and for a range that
    ends before it begins.
    """

    query: str = ""  # as typed: "a phrase", -word, word*, title:word, OR; empty: all
    source: str | None = None
    section: str | None = None
    author: str | None = None
    tag: str | None = None
    language: str | None = None  # ISO 639-1
    state: str | None = None  # one of STATES
    published_from: date | None = None
    published_to: date | None = None
    captured_from: date | None = None
    captured_to: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "query", _parse("query", self.query))
        for name in FILTERS:
            object.__setattr__(self, name, _parse(name, getattr(self, name)))
        for what, first, last in (
            ("published", self.published_from, self.published_to),
            ("captured", self.captured_from, self.captured_to),
        ):
            if first and last and first > last:
                raise BadQuery(f"The range of days ends before it begins: {what} from {first} to {last}.")

    @classmethod
    def of(cls, query: str | Filters = "", **filtered: Unpack[FilterArgs]) -> Filters:
        """Return the filters for a query and keywords; keywords override the fields of `Filters` that are passed in."""
        meant = query if isinstance(query, Filters) else cls(query)
        given: dict[str, Any] = {name: stated for name, stated in filtered.items() if stated is not None}
        return replace(meant, **given)

    @property
    def narrows(self) -> bool:
        """Return whether any filter besides the query is set."""
        return bool(self.given())

    def given(self) -> dict[str, str]:
        """Return the filters that are set, without the query, as text by name."""
        values = ((name, getattr(self, name)) for name in FILTERS)
        return {name: str(value) for name, value in values if value is not None}


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, as the interfaces describe it."""

    description: str  # a phrase without a full stop: «filter by …»
    example: str = ""
    kind: Kind = "name"
    parameter: str = ""  # empty: by the name of the field

    @property
    def values(self) -> tuple[str, ...]:
        """Return the values it accepts; empty if it accepts any."""
        return STATES if self.kind == "state" else ()

    def parse(self, stated: object) -> object:
        """Return a value validated and converted, or raise BadQuery with a sentence about it."""
        return _PARSERS[self.kind](stated)


# By field name.
FILTERS: Mapping[str, Filter] = {
    "source": Filter(
        "filter by source (its file name); pages imported without a source never match", "primorsk"
    ),
    "section": Filter("filter by section, as printed on the page or named in the source file", "Мир"),
    "author": Filter("filter by author, as printed on the page", "Ольга Нечай"),
    "tag": Filter("filter by tag, as printed on the page", "Казахстан"),
    "language": Filter("filter by language: a two-letter code such as ru, uk or en", "uk", "language"),
    "state": Filter("filter by the current state of the article's URL", kind="state"),
    "published_from": Filter(
        "published on or after this day, in the outlet's time zone", "2022-01-01", "day", "from"
    ),
    "published_to": Filter(
        "published on or before this day, in the outlet's time zone", "2022-01-31", "day", "to"
    ),
    "captured_from": Filter("version first captured on or after this day (UTC)", "2022-01-01", "day"),
    "captured_to": Filter("version first captured on or before this day (UTC)", "2022-01-31", "day"),
}


def parameter_name(name: str) -> str:
    """Return the URL parameter of a field of Filters; the command option is the same with hyphens."""
    return FILTERS[name].parameter or name


def _parse(name: str, stated: object) -> object:
    if name in FILTERS and stated is None:
        return None
    try:
        return FILTERS[name].parse(stated) if name in FILTERS else parse_text(cast(str, stated))
    except BadQuery as error:
        raise BadQuery(f"{name}: {error}") from error
