"""The schema's comments on each table, view and column, for the docs and for data dictionaries. PURE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from archive.article_fields import Field
from archive.index.db.schema import TABLES, VIEWS

_TABLE = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) \w+ (?:USING fts5 )?(?:\(|AS)  -- (?P<says>.+)")
_COLUMN = re.compile(
    r'^    "?(?P<name>\w+)"? (?P<kind>INTEGER|TEXT|REAL|BLOB)(?P<rest>.*?),?(?:\s+-- (?P<says>.+))?$'
)
_VIEW_COLUMN = re.compile(r"^    (?:.* AS |\w+\.)(?P<name>\w+),?  -- (?P<says>.+)$")
_REFERENCE = re.compile(r"REFERENCES (\w+) \((\w+)\)")
_VALUES = re.compile(r"CHECK \(\w+ IN \('(?P<values>.+)'\)\)")
_KEY = re.compile(r"^    PRIMARY KEY \((?P<names>.+)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its meaning, and the column it refers to."""

    name: str
    kind: str  # integer, text, real, blob; empty in a view
    comment: str | None
    refers_to: str | None  # "sources.name"
    values: tuple[str, ...] = ()  # the allowed values; empty: any
    is_key: bool = False  # of its table, alone or with others
    is_required: bool = False  # never null


def table_comment(table: str) -> str:
    """Return the description of a table or view; raise ValueError if its comment is missing."""
    statement = TABLES.get(table) or VIEWS[table]
    found = _TABLE.search(statement)
    if found is None:
        raise ValueError(f"no comment says what this holds: {statement.strip().splitlines()[0]}")
    return found["says"]


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """Return the columns of a table or view in order; empty for a full-text index."""
    return tuple(columns_of_statement(TABLES.get(table) or VIEWS[table]))


def meaning(name: str) -> str:
    """Return the description of a table or of a column «table.column»; raise KeyError if there is none."""
    if "." not in name:
        return table_comment(name)
    found = find_column(name)
    return found.comment or f"→ {found.refers_to}"


def meaning_of(field: Field) -> str:
    """Return the description of a field's content."""
    return field.description or meaning(field.column)


def values_of(field: Field) -> tuple[str, ...]:
    """Return the allowed values of a field; empty: any."""
    return find_column(field.column).values if field.kind == "text" and "." in field.column else ()


def find_column(name: str) -> Column:
    """Return the column «table.column»; raise KeyError if there is none."""
    table, _, wanted = name.partition(".")
    return {column.name: column for column in columns_of(table)}[wanted]


def columns_of_statement(statement: str) -> Iterator[Column]:
    """Yield the columns that a CREATE TABLE or CREATE VIEW statement makes."""
    return _view_columns(statement) if "CREATE VIEW" in statement else _table_columns(statement)


def _view_columns(statement: str) -> Iterator[Column]:
    for line in statement.splitlines():
        if line.startswith("FROM "):
            return
        if found := _VIEW_COLUMN.match(line):
            yield Column(found["name"], "", found["says"], None)


def _table_columns(statement: str) -> Iterator[Column]:
    stated = _KEY.search(statement)
    keys = stated["names"].split(", ") if stated else []
    lines = statement.splitlines()
    for number, line in enumerate(lines, 1):
        if found := _COLUMN.match(line):
            reference = _REFERENCE.search(found["rest"])
            below = takewhile(lambda line: line.startswith("        "), lines[number:])
            values = _VALUES.search(" ".join([found["rest"], *(line.strip() for line in below)]))
            is_key = "PRIMARY KEY" in found["rest"] or found["name"] in keys
            yield Column(
                found["name"],
                found["kind"].lower(),
                found["says"],
                f"{reference[1]}.{reference[2]}" if reference else None,
                tuple(values["values"].split("', '")) if values else (),
                is_key,
                is_key or "NOT NULL" in found["rest"],
            )
