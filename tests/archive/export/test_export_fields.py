"""The fields of an export: one list for the exports, their dictionaries and the docs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from archive.article_fields import ArticleVersion, Field, exported_fields, field_of
from archive.core import Archive
from archive.export import data_dictionary
from archive.export.formats import EXPORT_FORMATS, ExportFormat, find_format
from archive.extraction.model import Image, Link
from archive.index.db import schema_docs
from archive.index.db.schema import TABLES, VIEWS

KINDS: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": float,
    "text": str,
    "boolean": bool,
    "time": str,
    "date or time": str,
    "object": dict,
}


def walked(exported: Sequence[Field]) -> Iterator[Field]:
    for field in exported:
        yield field
        yield from walked(field.parts)


@pytest.fixture
def full(articles: list[ArticleVersion]) -> ArticleVersion:
    """Return an article in which nothing is missing."""
    moment = datetime(2022, 1, 10, 9, 55, tzinfo=UTC)
    known = {
        "lead": "Лид",
        "authors": ("Анна",),
        "tags": ("ОДКБ",),
        "published": moment,
        "published_utc": moment,
        "modified": date(2022, 1, 11),
        "views": 1,
        "images": (Image("http://a.example/1.png", "Путин", "Кремль"),),
        "links": (Link("http://a.example/", "ссылка"),),
        "notices": ("ИНОАГЕНТ",),
        "published_stated": "11:55",
        "published_found_in": "visible",
        "published_precision": "minute",
        "published_zone": "source",
        "language": "ru",
    }
    return replace(articles[0], **known)


def test_an_article_has_exactly_the_fields_that_are_listed_in_that_order(full: ArticleVersion) -> None:
    exported = full.as_dict(links=True)
    assert list(exported) == [field.name for field in exported_fields(links=True)]
    assert list(exported["capture"]) == [part.name for part in field_of("capture").parts]
    assert list(full.as_dict()) == [field.name for field in exported_fields(links=False)]


@pytest.mark.parametrize("field", exported_fields(links=True), ids=lambda field: field.name)
def test_every_field_is_of_its_kind(field: Field, full: ArticleVersion) -> None:
    _check(field, full.as_dict(links=True)[field.name])


def _check(field: Field, value: Any) -> None:
    if value is None:
        return
    for one in value if field.is_list else [value]:
        assert isinstance(one, KINDS[field.kind])
        assert (field.kind == "boolean") == isinstance(one, bool)
        if field.kind == "time":
            assert datetime.fromisoformat(one).utcoffset() == datetime.now(UTC).utcoffset()
        if field.parts:
            assert list(one) == [part.name for part in field.parts]
            for part in field.parts:
                _check(part, one[part.name])


@pytest.mark.parametrize("field", list(walked(exported_fields(links=True))), ids=lambda field: field.column)
def test_every_field_is_a_column_of_the_index_with_a_meaning(field: Field) -> None:
    table, _, name = field.column.partition(".")
    assert table in TABLES
    assert not name or name in {column.name for column in schema_docs.columns_of(table)}
    assert schema_docs.meaning_of(field).strip()


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_a_dictionary_has_a_line_for_every_field(form: ExportFormat, archive: Archive) -> None:
    read = list(csv.DictReader(io.StringIO(data_dictionary.to_csv(form).removeprefix("\ufeff"), newline="")))
    named = [line["field"] for line in read]
    assert len(named) == len(set(named))
    assert all(line["type"] and line["meaning"] for line in read)
    if form == "sqlite":
        for table in (*TABLES, *VIEWS):
            rows = archive.connection.execute(f"PRAGMA table_info ({table})").fetchall()
            if "VIRTUAL" not in TABLES.get(table, ""):
                assert [n for n in named if n.startswith(f"{table}.")] == [
                    f"{table}.{r['name']}" for r in rows
                ]
    elif not find_format(form).has_captures:
        assert {"id", "body", "published_utc"} <= set(named)


def test_a_dictionary_says_what_the_schema_says() -> None:
    entries = {entry.field: entry for entry in data_dictionary.entries("csv")}
    assert entries["capture_offset"].unit == "bytes"
    assert entries["state"].values == "live; unavailable; removed; moved; restricted"
    assert entries["published"].meaning == schema_docs.meaning("versions.published")


def test_a_dictionary_tells_of_links_when_they_are_exported() -> None:
    named = [entry.field for entry in data_dictionary.entries("jsonl", links=True)]
    assert {"links[].url", "images[].credit", "capture.record_id"} <= set(named)
    assert not any(name.startswith("links") for name in (e.field for e in data_dictionary.entries("jsonl")))
