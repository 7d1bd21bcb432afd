"""The data dictionary beside an export: every field with its type, unit and meaning. PURE."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from archive.export import fields, parquet
from archive.export.csv import BOM, LIST_SEPARATOR
from archive.export.fields import Field
from archive.export.formats import ExportFormat
from archive.index.db import schema_docs
from archive.index.db.schema import TABLES, VIEWS

HEADING = ("field", "type", "unit", "values", "meaning", "column")
_JSON = {"moment": "string", "day or moment": "string", "text": "string"}


@dataclass(frozen=True, slots=True)
class Entry:
    """The description of one field of an export."""

    field: str  # "images[].caption": of each item of a list
    type: str
    unit: str
    values: str  # the allowed values, separated by «; »; empty: any
    meaning: str
    column: str  # in archive.db; for SQLite the column it refers to


def entries(form: ExportFormat, *, links: bool = False) -> Iterator[Entry]:
    """Yield every field of an export, in order."""
    exported = fields.exported_fields(links=links)
    match form:
        case "jsonl":
            yield from (entry for field in exported for entry in _json_entries(field))
        case "csv":
            for name, field in fields.flat_columns(exported):
                yield _entry(name, _csv_type(field), field)
        case "parquet":
            types = parquet.column_types(links=links)
            for name, field in fields.flat_columns(exported):
                yield _entry(name, types[name], field)
        case "sqlite":
            yield from _sqlite_entries()


def to_csv(form: ExportFormat, *, links: bool = False) -> str:
    """Return the dictionary as CSV, in the format of the CSV exports."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADING)
    writer.writerows(astuple(entry) for entry in entries(form, links=links))
    return BOM + written.getvalue()


def _json_entries(field: Field, above: str = "") -> Iterator[Entry]:
    name = above + field.name
    kind = _JSON.get(field.kind, field.kind)
    yield _entry(name, f"array of {kind}" if field.is_list else kind, field)
    for part in field.parts:
        yield from _json_entries(part, name + ("[]." if field.is_list else "."))


def _csv_type(field: Field) -> str:
    if field.is_list:
        return "JSON" if field.parts else "text, several joined"
    return {"moment": "text", "day or moment": "text"}.get(field.kind, field.kind)


def _entry(name: str, kind: str, field: Field) -> Entry:
    return Entry(name, kind, field.unit or "", LIST_SEPARATOR.join(field.values), field.meaning, field.column)


def _sqlite_entries() -> Iterator[Entry]:
    for table in (*TABLES, *VIEWS):
        yield Entry(
            table, "view" if table in VIEWS else "table", "", "", schema_docs.table_comment(table), ""
        )
        for column in schema_docs.columns_of(table):
            name, refers_to = f"{table}.{column.name}", column.refers_to or ""
            values = LIST_SEPARATOR.join(column.values)
            yield Entry(name, column.kind or "column", "", values, schema_docs.meaning(name), refers_to)
