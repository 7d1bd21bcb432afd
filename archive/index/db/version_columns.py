"""The columns of `versions` in SQL, from the table of article fields. PURE."""

from __future__ import annotations

import textwrap

from archive.article_fields import ArticleField, Kind, version_columns

_TYPES: dict[Kind, str] = {
    "integer": "INTEGER",
    "number": "REAL",
    "text": "TEXT",
    "boolean": "INTEGER",
    "time": "TEXT",
    "date or time": "TEXT",
}
_WIDTH = 104


def column_definitions() -> str:
    """Return the lines of CREATE TABLE for these columns, each with its comment."""
    return "\n".join(_lines(field) for field in version_columns())


def statements_to_add(version: int) -> list[str]:
    """Return the SQL that adds the columns which came with a schema version."""
    return [
        f"ALTER TABLE versions ADD COLUMN {field.name} {_type(field)} {_check(field)}".rstrip()
        for field in version_columns()
        if field.since == version
    ]


def latest_version() -> int:
    """Return the latest schema version that added a column."""
    return max(field.since for field in version_columns())


def _lines(field: ArticleField) -> str:
    head = f"    {field.name} {_type(field)}"
    if not (check := _check(field)):
        return f"{head},  -- {field.comment}"
    wrapped = textwrap.wrap(
        check, _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 12, break_on_hyphens=False
    )
    return "\n".join([f"{head}  -- {field.comment}", *wrapped]) + ","


def _type(field: ArticleField) -> str:
    return _TYPES[field.kind] + (" NOT NULL" if field.is_required else "")


def _check(field: ArticleField) -> str:
    """Return the CHECK of a column; empty if any value of its type is allowed."""
    if field.kind == "time":
        return f"CHECK ({field.name} GLOB '????-??-??T??:??:??.??????Z')"
    if field.kind == "boolean":
        return f"CHECK ({field.name} IN (0, 1))"
    if field.values:
        quoted = ", ".join(f"'{value}'" for value in field.values)
        return f"CHECK ({field.name} IN ({quoted}))"
    if field.maximum is not None:
        return f"CHECK ({field.name} BETWEEN {field.minimum} AND {field.maximum})"
    return "" if field.minimum is None else f"CHECK ({field.name} >= {field.minimum})"
