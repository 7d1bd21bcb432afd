"""Compare two indexes of the same records table by table, matching rows by keys that are the same in every index.

Every column of every table is compared, except ids that only number rows in the order they were added. A column
that refers to such an id is compared by the row it refers to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archive.index.db.connection import Connection

Kind = Literal["altered", "missing", "unsupported"]
# The key columns to match the rows of a table by. `failures` has none: its rows are matched by all columns.
KEYS: Mapping[str, tuple[str, ...]] = {
    "sources": ("name",),
    "crawls": ("id",),
    "captures": ("record_id",),
    "warc_files": ("file",),
    "manifests": ("name",),
    "imports": ("file",),
    "failures": ("failed_at", "url", "source", "crawl_id", "role", "reason"),
    "articles": ("id",),
    "state_changes": ("article_id", "number"),
    "restrictions": ("target",),
    "addresses": ("url",),
    "versions": ("article_id", "number"),
    "edit_grades": ("article_id", "number"),
    "bylines": ("article_id", "number", "place"),
    "tags": ("article_id", "number", "place"),
    "images": ("article_id", "number", "place"),
    "links": ("article_id", "number", "place"),
    "sightings": ("capture_id", "place"),
    "copy_groups": ("id",),
    "copies": ("article_id",),
    "copy_marks": ("mark", "article_id"),
    "copy_texts": ("article_id",),
    "copy_habits": ("source", "mark"),
}
_ORDER_OF_ADDING = frozenset({"captures", "versions", "failures"})  # tables with such an `id`
_PARTS = frozenset({"edit_grades", "bylines", "tags", "images", "links"})  # of a version
_RECORD = "(SELECT record_id FROM captures WHERE captures.id = {table}.capture_id)"
# Of several captures of one image, the row may name any.
_PICTURE = (
    "(SELECT url FROM captures WHERE captures.id = images.capture_id AND role IN ('image', 'requisite'))"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between the stored index and the derived one."""

    kind: (
        Kind  # altered: a value; missing: a row that is only derived; unsupported: a row that is only stored
    )
    table: str
    row: Mapping[str, Any]  # the key columns of the row, and their values
    column: str | None = None  # the column that differs
    stored: Any = None
    derived: Any = None
    url: str | None = None  # of the page or article of the row
    place: tuple[str, int] | None = None  # file and offset of the record, for a row of captures


def compared(stored: Connection, derived: Connection, table: str) -> Iterator[Difference]:
    """Yield the differences between the rows of a table in the stored index and in the derived one."""
    shape = _shape(derived, table)
    for old, new in matched(_rows(stored, shape), _rows(derived, shape), len(shape.key)):
        if old == new:
            continue
        present = old or new
        assert present is not None
        row = dict(zip(shape.key, present, strict=False))
        values = dict(zip((*shape.key, *shape.other), present, strict=True))
        url = values.get("url") or _url(stored, derived, values)
        place = (values["file"], values["offset"]) if table == "captures" else None
        if old is None or new is None:
            yield Difference("missing" if old is None else "unsupported", table, row, url=url, place=place)
            continue
        for column, was, should in zip(
            shape.other, old[len(shape.key) :], new[len(shape.key) :], strict=True
        ):
            if was != should:
                yield Difference("altered", table, row, column, was, should, url, place)


def matched(
    stored: Iterator[tuple[Any, ...]], derived: Iterator[tuple[Any, ...]], length: int
) -> Iterator[tuple[tuple[Any, ...] | None, tuple[Any, ...] | None]]:
    """Yield the rows of two sorted streams in pairs whose first `length` values are equal, or alone."""
    old, new = next(stored, None), next(derived, None)
    while old is not None or new is not None:
        if old == new:
            yield old, new
            old, new = next(stored, None), next(derived, None)
            continue
        left = None if old is None else _sortable(old[:length])
        right = None if new is None else _sortable(new[:length])
        if left == right:
            yield old, new
            old, new = next(stored, None), next(derived, None)
        elif right is None or (left is not None and left < right):
            yield old, None
            old = next(stored, None)
        else:
            yield None, new
            new = next(derived, None)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The query for the rows of a table."""

    key: tuple[str, ...]
    other: tuple[str, ...]
    sql: str


def _shape(derived: Connection, table: str) -> _Shape:
    key = KEYS[table]
    columns = [row["name"] for row in derived.execute(f"PRAGMA table_info({table})")]
    if table in _ORDER_OF_ADDING:
        columns.remove("id")
    if table in _PARTS:
        columns = ["article_id", "number", *(column for column in columns if column != "version_id")]
    other = tuple(column for column in columns if column not in key)
    expressions = ", ".join(_expression(table, column) for column in (*key, *other))
    order = ", ".join(_expression(table, column) for column in key)
    source = table
    if table in _PARTS:
        source = f"versions CROSS JOIN {table} ON {table}.version_id = versions.id"
    elif table == "sightings":
        source = "captures CROSS JOIN sightings ON sightings.capture_id = captures.id"
    return _Shape(key, other, f"SELECT {expressions} FROM {source} ORDER BY {order}")


def _expression(table: str, column: str) -> str:
    if column in ("article_id", "number") and table in _PARTS:
        return f"versions.{column}"
    if column == "capture_id":
        if table == "sightings":
            return "captures.record_id"
        return _PICTURE if table == "images" else _RECORD.format(table=table)
    return f'{table}."{column}"'


def _rows(connection: Connection, shape: _Shape) -> Iterator[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    return iter(cursor.execute(shape.sql))


def _sortable(key: Sequence[Any]) -> tuple[tuple[bool, Any], ...]:
    """Return a key that sorts as in SQLite: NULL first."""
    return tuple((value is not None, value) for value in key)


def _url(stored: Connection, derived: Connection, values: Mapping[str, Any]) -> str | None:
    """Return the address of the article of a row."""
    for connection in (stored, derived):
        row = connection.execute(
            "SELECT url FROM articles WHERE id = ?", (values.get("article_id"),)
        ).fetchone()
        if row is not None:
            return str(row["url"])
    return None
