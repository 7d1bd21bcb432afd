"""Versions of articles: from rows to `ArticleVersion`, and from an extracted article to a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from archive import timestamps
from archive.article_fields import (
    ARTICLE_FIELDS,
    ArticleField,
    ArticleVersion,
    CaptureRef,
    Kind,
    version_columns,
)
from archive.extraction.model import Article, Image, Link, StatedTime
from archive.http.capture import Place
from archive.index.db.connection import Connection, Row

__all__ = [
    "LIST_TABLES",
    "SELECT_VERSIONS",
    "ArticleVersion",
    "CaptureRef",
    "column_values",
    "field_value",
    "of_rows",
    "versions_of_article",
]

_BATCH = 200  # rows whose parts are fetched together
_ITEM_TYPES = {"images": Image, "links": Link}  # of a list of objects, by the list's table
LIST_TABLES = tuple(field.column for field in ARTICLE_FIELDS if "." not in field.column)  # a row per item
_SIMPLE_FIELDS = tuple(  # all but the capture
    field for field in ARTICLE_FIELDS if field.exported != "never" and field.name != "capture"
)
_ROW_KEYS = {field.name: field.column.removeprefix("versions.") for field in ARTICLE_FIELDS}
_FROM_ARTICLES = ", ".join(
    f'{field.column} AS "{field.column}"' for field in ARTICLE_FIELDS if field.column.startswith("articles.")
)

SELECT_VERSIONS = f"""
    SELECT versions.*, {_FROM_ARTICLES}, captures.fetched_at, captures.status, captures.file, captures."offset",
        captures.length, captures.digest, captures.record_id, captures.url AS captured_url
    FROM versions
    JOIN articles ON articles.id = versions.article_id
    JOIN captures ON captures.id = versions.capture_id
"""


def versions_of_article(connection: Connection, article_id: int) -> list[ArticleVersion]:
    """Return every version of an article, oldest first."""
    sql = f"{SELECT_VERSIONS} WHERE versions.article_id = ? ORDER BY versions.number"
    return list(of_rows(connection, connection.execute(sql, (article_id,))))


def of_rows(connection: Connection, rows: Iterator[Row]) -> Iterator[ArticleVersion]:
    """Yield the versions of rows from SELECT_VERSIONS, in order, in batches, so that memory stays flat."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield from _with_parts(connection, batch)
            batch = []
    yield from _with_parts(connection, batch)


def field_value(field: ArticleField, row: Row, parts: Mapping[str, Sequence[Row]]) -> Any:
    """Return the value of a field from a row of a version and its rows in the tables of lists, by table."""
    if field.column in parts:
        return tuple(_item(field, part) for part in parts[field.column])
    value = row[_ROW_KEYS[field.name]]
    if field.is_list:
        return tuple(value.split("\n\n")) if value else ()
    convert = _FROM_COLUMN.get(field.kind)
    return value if value is None or convert is None else convert(value)


def column_values(article: Article) -> dict[str, Any]:
    """Return what an extracted article gives for the columns of `versions`, by column."""
    return {field.name: _column_value(field, article) for field in version_columns() if field.is_extracted}


def _column_value(field: ArticleField, article: Article) -> Any:
    value = field.extracted_from(article)
    if field.has_paragraphs:
        return "\n\n".join(value) if value or field.is_required else None
    convert = _TO_COLUMN.get(field.kind)
    return value if value is None or convert is None else convert(value)


def _parse_date(stated: str) -> datetime | date:
    return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)


_FROM_COLUMN: dict[Kind, Callable[[Any], Any]] = {  # values of all other kinds are stored as they are
    "boolean": bool,
    "time": timestamps.from_iso,
    "date or time": _parse_date,
}
_TO_COLUMN: dict[Kind, Callable[[Any], Any]] = {
    "boolean": int,
    "time": timestamps.to_iso,
    "date or time": StatedTime.isoformat,
}


def _with_parts(connection: Connection, rows: Sequence[Row]) -> Iterator[ArticleVersion]:
    numbers = [row["id"] for row in rows]
    parts = {table: _parts(connection, table, numbers) for table in LIST_TABLES}
    for row in rows:
        yield _version(row, {table: found.get(row["id"], []) for table, found in parts.items()})


def _parts(connection: Connection, table: str, numbers: Sequence[int]) -> dict[int, list[Row]]:
    marks = ", ".join("?" * len(numbers))
    found: dict[int, list[Row]] = {}
    for row in connection.execute(
        f"SELECT * FROM {table} WHERE version_id IN ({marks}) ORDER BY version_id, place", tuple(numbers)
    ):
        found.setdefault(row["version_id"], []).append(row)
    return found


def _version(row: Row, parts: Mapping[str, Sequence[Row]]) -> ArticleVersion:
    capture = CaptureRef(
        url=row["captured_url"],
        fetched_at=timestamps.from_iso(row["fetched_at"]),
        status=row["status"],
        place=Place(row["file"], row["offset"], row["length"]),
        digest=row["digest"],
        record_id=row["record_id"],
    )
    values = {field.name: field_value(field, row, parts) for field in _SIMPLE_FIELDS}
    return ArticleVersion(capture=capture, **values)


def _item(field: ArticleField, part: Row) -> Any:
    if field.item_column:
        return part[field.item_column]
    return _ITEM_TYPES[field.column](**{one.name: part[one.name] for one in field.parts})
