"""Articles as Parquet: typed columns, written one row group at a time. The only module that uses pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, TypeVar

from archive.article_fields import ArticleVersion, Field, exported_fields
from archive.errors import ArchiveError
from archive.export import fields
from archive.export.fields import Entry
from archive.export.provenance import ExportRequest
from archive.index.db import schema_docs

if TYPE_CHECKING:
    import pyarrow

Item = TypeVar("Item")
BATCH = 500  # articles converted to columns together
ROW_GROUP = 20  # batches: small enough for memory, large enough for readers to skip


def write(articles: Iterator[ArticleVersion], stream: IO[bytes], request: ExportRequest) -> None:
    """Write the articles; raise ArchiveError if pyarrow is not installed."""
    arrow, parquet = _import_pyarrow()
    columns = dict(fields.flat_columns(exported_fields(links=request.links)))
    schema = arrow.schema([_arrow_field(arrow, name, field) for name, field in columns.items()])
    with _closing(parquet.ParquetWriter(stream, schema, compression="zstd", version="2.6")) as writer:
        for batches in _batches(_batches(articles, BATCH), ROW_GROUP):
            group = [_record_batch(arrow, schema, columns, batch, request.links) for batch in batches]
            writer.write_table(arrow.Table.from_batches(group))


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield every column in order, with its Arrow type."""
    arrow, _ = _import_pyarrow()
    for name, field in fields.flat_columns(exported_fields(links=links)):
        yield fields.describe(field, str(_arrow_type(arrow, field)), name)


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
    exported = exported_fields(links=links)
    rows = [tuple(fields.flat_values(one.as_dict(links=links), exported)) for one in articles]
    arrays = [
        arrow.array([_arrow_value(field, value) for value in values], type=schema.field(name).type)
        for (name, field), values in zip(columns.items(), zip(*rows, strict=True), strict=True)
    ]
    return arrow.RecordBatch.from_arrays(arrays, schema=schema)


def _arrow_field(arrow: Any, name: str, field: Field) -> pyarrow.Field:
    kind = _arrow_type(arrow, field)
    metadata = {"description": schema_docs.meaning_of(field)} | ({"unit": field.unit} if field.unit else {})
    return arrow.field(name, kind, metadata=metadata)


def _arrow_type(arrow: Any, field: Field) -> pyarrow.DataType:
    kind = {
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "text": arrow.string(),
        "boolean": arrow.bool_(),
        "time": arrow.timestamp("us", tz="UTC"),
        "date or time": arrow.string(),  # no type holds a date in one row and an offset in the next
        "object": arrow.struct([arrow.field(part.name, _arrow_type(arrow, part)) for part in field.parts]),
    }[field.kind]
    return arrow.list_(kind) if field.is_list else kind


def _arrow_value(field: Field, value: Any) -> Any:
    if field.kind == "time" and value is not None:
        return datetime.fromisoformat(value)
    return value
