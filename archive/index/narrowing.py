"""What a search is narrowed to, as it was asked: checked, and made into filters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from archive.errors import BadQuery
from archive.index import captures
from archive.index.connection import Connection
from archive.index.search import Filters

# A day, or as ISO 8601 writes it: «2022-01-31».
Day: TypeAlias = date | str
_DAYS = ("published_from", "published_to", "captured_from", "captured_to")


def filters_of(connection: Connection, asked: Mapping[str, object]) -> Filters:
    """The filters that were meant; BadQuery for what cannot be."""
    values: dict[str, Any] = {**asked}
    for name in _DAYS:
        values[name] = _day(name, values.get(name))
    if values.get("language") is not None:
        values["language"] = _language(values["language"])
    filters = Filters(**values)
    if filters.source is not None and filters.source not in captures.source_names(connection):
        known = ", ".join(sorted(captures.source_names(connection))) or "none yet"
        raise BadQuery(f"No source {filters.source!r} was ever crawled here; there are: {known}.")
    for what, first, last in (
        ("published", filters.published_from, filters.published_to),
        ("captured", filters.captured_from, filters.captured_to),
    ):
        if first and last and first > last:
            raise BadQuery(f"The days are the wrong way round: {what} from {first} to {last}.")
    return filters


def _day(name: str, stated: Day | None) -> date | None:
    if isinstance(stated, datetime):
        return stated.date()
    if stated is None or isinstance(stated, date):
        return stated
    try:
        return date.fromisoformat(stated)
    except (TypeError, ValueError) as error:
        raise BadQuery(f"{name}: {stated!r} is not a day; write it as 2022-01-31.") from error


def _language(stated: str) -> str:
    if len(stated) != 2 or not (stated.isascii() and stated.isalpha()):
        raise BadQuery(f"{stated!r} is no language's code of two letters, such as ru, uk or en.")
    return stated.lower()
