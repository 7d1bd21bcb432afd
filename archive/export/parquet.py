"""Articles as Parquet: typed columns, written one row group at a time. The only module that uses pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, TypeVar

from archive.errors import ArchiveError
from archive.export import fields
from archive.export.fields import Field
from archive.index.rows.versions import ArticleVersion

if TYPE_CHECKING:
    import pyarrow

Item = TypeVar("Item")
BATCH = 500  # articles turned into columns together
ROW_GROUP = (
    20  # such batches: small enough to hold, large enough that a reader skips what it does not ask for
)


def write(articles: Iterable[ArticleVersion], file: IO[bytes], *, links: bool = False) -> None:
    """Write the articles; raise ArchiveError if pyarrow is not installed."""
    arrow, parquet = _pyarrow()
    columns = dict(fields.flat_columns(fields.exported_fields(links=links)))
    schema = arrow.schema([_column(arrow, name, field) for name, field in columns.items()])
    with _written(parquet.ParquetWriter(file, schema, compression="zstd", version="2.6")) as writer:
        for batches in _many(_many(articles, BATCH), ROW_GROUP):
            group = [_columns(arrow, schema, columns, batch, links) for batch in batches]
            writer.write_table(arrow.Table.from_batches(group))


def column_types(*, links: bool = False) -> dict[str, str]:
    """Return the Arrow type of each column."""
    arrow, _ = _pyarrow()
    return {
        name: str(_column(arrow, name, field).type)
        for name, field in fields.flat_columns(fields.exported_fields(links=links))
    }


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ArchiveError(
            "Parquet needs pyarrow, which is not installed: run 'pip install \"newsarchive[parquet]\"'."
        ) from error
    return pyarrow, pyarrow.parquet


@contextmanager
def _written(writer: Any) -> Iterator[Any]:
    try:
        yield writer
        writer.close()
    except BaseException:
        writer.is_open = False  # else it tries once more to write its end when nobody listens
        raise


def _many(things: Iterable[Item], most: int) -> Iterator[Iterator[Item]]:
    """Yield the items in groups of this size, consuming them only on demand."""
    upcoming = iter(things)
    for first in upcoming:
        yield chain([first], islice(upcoming, most - 1))


def _columns(
    arrow: Any, schema: Any, columns: dict[str, Field], articles: Iterable[ArticleVersion], links: bool
) -> Any:
    exported = fields.exported_fields(links=links)
    rows = [tuple(fields.flat_values(fields.to_record(one, links=links), exported)) for one in articles]
    arrays = [
        arrow.array([_value(field, value) for value in held], type=schema.field(name).type)
        for (name, field), held in zip(columns.items(), zip(*rows, strict=True), strict=True)
    ]
    return arrow.RecordBatch.from_arrays(arrays, schema=schema)


def _column(arrow: Any, name: str, field: Field) -> pyarrow.Field:
    kind = _type(arrow, field)
    told = {"description": field.meaning} | ({"unit": field.unit} if field.unit else {})
    return arrow.field(name, kind, metadata=told)


def _type(arrow: Any, field: Field) -> pyarrow.DataType:
    kind = {
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "text": arrow.string(),
        "boolean": arrow.bool_(),
        "moment": arrow.timestamp("us", tz="UTC"),
        "day or moment": arrow.string(),  # no type holds a day in one row and an offset in the next
        "object": arrow.struct([arrow.field(part.name, _type(arrow, part)) for part in field.parts]),
    }[field.kind]
    return arrow.list_(kind) if field.is_list else kind


def _value(field: Field, value: Any) -> Any:
    if field.kind == "moment" and value is not None:
        return datetime.fromisoformat(value)
    return value
