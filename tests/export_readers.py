"""Readers of the export formats: the articles of a file as flat rows, the same ones for every format."""

from __future__ import annotations

import csv as standard_csv
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet

from archive import timestamps
from archive.article_fields import ArticleVersion, Field, exported_fields
from archive.export import csv, fields
from archive.export.formats import ExportFormat
from archive.index.db.connection import connect
from archive.index.rows.versions import versions_of_article

Rows = list[dict[str, Any]]
EXPORTED = exported_fields(links=True)


def flat(article: ArticleVersion) -> dict[str, Any]:
    names = [name for name, _ in fields.flat_columns(EXPORTED)]
    return dict(zip(names, fields.flat_values(article.as_dict(links=True), EXPORTED), strict=True))


def read_jsonl(file: Path) -> Rows:
    names = [name for name, _ in fields.flat_columns(EXPORTED)]
    records = map(json.loads, file.read_text("utf-8").splitlines())
    return [dict(zip(names, fields.flat_values(one, EXPORTED), strict=True)) for one in records]


def read_csv(file: Path) -> Rows:
    columns = dict(fields.flat_columns(EXPORTED))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [
            {name: cell_value(columns[name], csv.unescape_formula(cell)) for name, cell in row.items()}
            for row in standard_csv.DictReader(lines)
        ]


def cell_value(field: Field, cell: str) -> Any:
    if field.is_list and not field.parts:
        return cell.split("\n\n" if field.has_paragraphs else fields.LIST_SEPARATOR) if cell else []
    if field.kind in ("text", "time", "date or time"):
        return cell or None
    return json.loads(cell) if cell else [] if field.is_list else None


def read_parquet(file: Path) -> Rows:
    columns = dict(fields.flat_columns(EXPORTED))
    rows: Rows = pyarrow.parquet.read_table(file).to_pylist()
    for row in rows:
        row |= {
            name: timestamps.to_iso(value)
            for name, value in row.items()
            if columns[name].kind == "time" and value is not None
        }
    return rows


def read_sqlite(file: Path) -> Rows:
    with closing(connect(file)) as connection:
        ids = [row["id"] for row in connection.execute("SELECT id FROM articles").fetchall()]
        return [flat(version) for one in ids for version in versions_of_article(connection, one)]


READERS: dict[ExportFormat, Callable[[Path], Rows]] = {
    "jsonl": read_jsonl,
    "csv": read_csv,
    "parquet": read_parquet,
    "sqlite": read_sqlite,
}
