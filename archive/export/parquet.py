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
BATCH = 500  # articles converted to columns together
ROW_GROUP = 20  # batches: small enough for memory, large enough for readers to skip


def write(articles: Iterable[ArticleVersion], file: IO[bytes], *, links: bool = False) -> None:
    """Write the articles; raise ArchiveError if pyarrow is not installed."""
    arrow, parquet = _import_pyarrow()
    columns = dict(fields.flat_columns(fields.exported_fields(links=links)))
    schema = arrow.schema([_arrow_field(arrow, name, field) for name, field in columns.items()])
    with _closing(parquet.ParquetWriter(file, schema, compression="zstd", version="2.6")) as writer:
        for batches in _batches(_batches(articles, BATCH), ROW_GROUP):
            group = [_record_batch(arrow, schema, columns, batch, links) for batch in batches]
            writer.write_table(arrow.Table.from_batches(group))


def column_types(*, links: bool = False) -> dict[str, str]:
    """Return the Arrow type of each column."""
    arrow, _ = _import_pyarrow()
    return {
        name: str(_arrow_field(arrow, name, field).type)
        for name, field in fields.flat_columns(fields.exported_fields(links=links))
    }


def _import_pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ArchiveError(
            "Parquet needs pyarrow, which is not installed: run 'pip install \"newsarchive[parquet]\"'."
        ) from error
    return pyarrow, pyarrow.parquet


@contextmanager
def _closing(writer: Any) -> Iterator[Any]:
    try:
        yield writer
        writer.close()
    except BaseException:
        writer.is_open = False  # else it tries to write its footer again when it is garbage-collected
        raise


def _batches(items: Iterable[Item], size: int) -> Iterator[Iterator[Item]]:
    """Yield the items in groups of this size, consuming them only on demand."""
    upcoming = iter(items)
    for first in upcoming:
        yield chain([first], islice(upcoming, size - 1))


def _record_batch(
    arrow: Any, schema: Any, columns: dict[str, Field], articles: Iterable[ArticleVersion], links: bool
) -> Any:
    exported = fields.exported_fields(links=links)
    rows = [tuple(fields.flat_values(fields.to_record(one, links=links), exported)) for one in articles]
    arrays = [
        arrow.array([_arrow_value(field, value) for value in values], type=schema.field(name).type)
        for (name, field), values in zip(columns.items(), zip(*rows, strict=True), strict=True)
    ]
    return arrow.RecordBatch.from_arrays(arrays, schema=schema)


def _arrow_field(arrow: Any, name: str, field: Field) -> pyarrow.Field:
    kind = _arrow_type(arrow, field)
    metadata = {"description": field.meaning} | ({"unit": field.unit} if field.unit else {})
    return arrow.field(name, kind, metadata=metadata)


def _arrow_type(arrow: Any, field: Field) -> pyarrow.DataType:
    kind = {
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "text": arrow.string(),
        "boolean": arrow.bool_(),
        "moment": arrow.timestamp("us", tz="UTC"),
        "day or moment": arrow.string(),  # no type holds a day in one row and an offset in the next
        "object": arrow.struct([arrow.field(part.name, _arrow_type(arrow, part)) for part in field.parts]),
    }[field.kind]
    return arrow.list_(kind) if field.is_list else kind


def _arrow_value(field: Field, value: Any) -> Any:
    if field.kind == "moment" and value is not None:
        return datetime.fromisoformat(value)
    return value
