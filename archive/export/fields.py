"""The exported fields as a data dictionary describes them, and as columns of a table for CSV and Parquet. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.article_fields import Field
from archive.index.db import schema_docs

LIST_SEPARATOR = "; "  # between the items of a list in one cell


@dataclass(frozen=True, slots=True)
class Entry:
    """The description of one field of an export."""

    field: str  # "images[].caption": of each item of a list
    type: str
    unit: str
    values: str  # the allowed values, separated by «; »; empty: any
    meaning: str
    column: str  # in archive.db; for SQLite the column it refers to


def describe(field: Field, kind: str, name: str | None = None) -> Entry:
    """Return the description of a field whose values have a type of that name, under its own name by default."""
    values = LIST_SEPARATOR.join(schema_docs.values_of(field))
    return Entry(
        name or field.name, kind, field.unit or "", values, schema_docs.meaning_of(field), field.column
    )


def flat_columns(fields: Sequence[Field]) -> Iterator[tuple[str, Field]]:
    """Yield the columns of a table with these fields: one per part of an object, one per list."""
    for field in fields:
        if field.parts and not field.is_list:
            yield from ((f"{field.name}_{part.name}", part) for part in field.parts)
        else:
            yield field.name, field


def flat_values(record: dict[str, Any], fields: Sequence[Field]) -> Iterator[Any]:
    """Yield the values of those columns, in order."""
    for field in fields:
        if field.parts and not field.is_list:
            yield from (record[field.name][part.name] for part in field.parts)
        else:
            yield record[field.name]
