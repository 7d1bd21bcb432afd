"""Every field of ARTICLE_FIELDS is in every place that derives from the table."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from archive import events
from archive.article_fields import (
    ARTICLE_FIELDS,
    ArticleField,
    ArticleVersion,
    Field,
    compared_fields,
    exported_fields,
    extraction_as_dict,
    version_columns,
)
from archive.core import Archive
from archive.events import Fetched
from archive.export import data_dictionary, fields
from archive.export.formats import FORMATS, ExportFormat
from archive.extraction.model import Article, Image, Link, StatedTime
from archive.index.db import migrations, schema_docs
from archive.index.db import version_columns as columns
from archive.index.db.schema import SCHEMA_VERSION
from archive.index.rows import stored_articles, version_diff
from archive.jobs.pool import ExtractionResult
from archive.recording.session import Fetch
from archive.warc.records import Exchange
from docs import generate
from newsarchive.web.api import openapi
from newsarchive.web.app import create_app
from tests.export_readers import READERS
from tests.recordings import begun

AT = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
URL = "http://news.example/summit"
STATED = StatedTime(datetime(2022, 1, 10, 9, 55, tzinfo=UTC), "minute", "09:55", "visible", "source", "clock")
KEPT_BY_THE_ARCHIVE = {  # all other fields are extracted from the page
    "id", "url", "source", "state", "state_reason", "state_since", "gone_since", "moved_to", "first_seen", "last_seen",
    "version", "versions", "version_first_seen", "version_last_seen", "extractor", "content_sha256", "capture",
}  # fmt: skip
ITEMS: dict[str, tuple[Any, Any]] = {
    "images": (
        Image("http://news.example/1.png", "Мост", "Архив"),
        Image("http://news.example/2.png", "Порт"),
    ),
    "links": (Link("http://news.example/a", "слово"), Link("http://news.example/b", "слово")),
}
FORMATS_OF_ARTICLES = [one.name for one in FORMATS if not one.has_captures]
every_field = pytest.mark.parametrize("field", ARTICLE_FIELDS, ids=lambda field: field.name)
every_exported_field = pytest.mark.parametrize(
    "field", exported_fields(links=True), ids=lambda field: field.name
)


def full_article() -> Article:
    """Return an article in which no field is empty."""
    attributes = {one.name for one in dataclasses.fields(Article)}
    values = {field.name: _sample(field) for field in ARTICLE_FIELDS if field.name in attributes}
    return Article(**values | {"published": STATED, "modified": STATED, "language": "ru"})


def _sample(field: Field) -> Any:
    samples: dict[str, Any] = {"integer": 7, "number": 0.5, "boolean": False, "text": f"Поле {field.name}"}
    if field.name in ITEMS:
        return ITEMS[field.name]
    value = samples.get(field.kind)
    return (value, f"ещё {value}") if field.is_list or field.has_paragraphs else value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with one article in which no field is empty."""
    folder = tmp_path_factory.mktemp("fields") / "archive"
    why = Fetched(role="article", crawl="news-20220110100000", source="news")
    body = b"<h1>x</h1>"
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    request = f"GET {URL} HTTP/1.1\r\n\r\n".encode()
    exchange = Exchange(
        url=URL,
        fetched_at=AT,
        request=request,
        response=response,
        ip="192.0.2.1",
        metadata=events.to_json(why),
    )
    with Archive.create(folder) as archive:
        recording = begun(archive, why.crawl, "news", AT)
        (number,) = recording.store([Fetch(exchange, why)])
        recording.apply_extraction(number, ExtractionResult(full_article(), extractor="a test"))
        recording.close()
        archive.connection.execute(
            "UPDATE articles SET state = 'unavailable', state_reason = 'not found', moved_to = url || '/2',"
            " state_since = first_seen, gone_since = first_seen"
        )
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder) as archive:
        yield archive


@pytest.fixture(scope="module")
def version(archive: Archive) -> ArticleVersion:
    return archive.article(URL)


@pytest.fixture(scope="module")
def exports(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> dict[ExportFormat, Path]:
    """Return a file of each format."""
    folder = tmp_path_factory.mktemp("exports")
    for form in FORMATS_OF_ARTICLES:
        archive.export(folder / form, form=form, links=True)
    return {form: folder / form for form in FORMATS_OF_ARTICLES}


def test_a_version_has_the_attributes_that_the_table_lists() -> None:
    names = [field.name for field in ARTICLE_FIELDS]
    assert len(names) == len(set(names))
    attributes = {one.name for one in dataclasses.fields(ArticleVersion)}
    assert attributes == {field.name for field in exported_fields(links=True)}


@every_field
def test_every_field_is_extracted_or_kept_by_the_archive(field: ArticleField) -> None:
    assert field.is_extracted != (field.name in KEPT_BY_THE_ARCHIVE)
    if field.is_extracted:
        assert field.extracted_from(full_article()) not in (None, "", ())


@every_field
def test_every_field_is_a_column_or_a_table_of_the_index(field: ArticleField, archive: Archive) -> None:
    table, _, column = field.column.partition(".")
    found = {row["name"] for row in archive.connection.execute(f"PRAGMA table_info ({table})")}
    assert (column or field.item_column or field.parts[0].name) in found
    if field.comment:
        assert field.column == f"versions.{field.name}"
        assert schema_docs.meaning(field.column) == field.comment
        row = archive.connection.execute(f"SELECT {field.name} AS value FROM versions").fetchone()
        assert row["value"] not in (None, "")


@every_exported_field
def test_every_field_is_read_back_as_it_was_extracted(field: ArticleField, version: ArticleVersion) -> None:
    value = version.as_dict(links=True)[field.name]
    assert value not in (None, "", [], {})
    if field.is_extracted and field.exported == "always":
        assert value == extraction_as_dict(full_article())[field.name]


def test_the_article_is_restored_from_its_rows(archive: Archive) -> None:
    row = archive.connection.execute("SELECT * FROM versions").fetchone()
    restored = stored_articles.article_of(archive.connection, row, ["UTC"])
    modified = StatedTime(
        STATED.at, "second", STATED.stated_as, "meta", "stated", ""
    )  # all that is stored of it
    assert restored == replace(full_article(), modified=modified)


@every_exported_field
@pytest.mark.parametrize("form", FORMATS_OF_ARTICLES)
def test_every_field_is_in_every_export_and_its_dictionary(
    form: ExportFormat, field: ArticleField, exports: dict[ExportFormat, Path]
) -> None:
    described = {entry.field for entry in data_dictionary.entries(form, links=True)}
    names = [name for name, _ in fields.flat_columns([field])]
    (row,) = READERS[form](exports[form])
    assert [name for name in names if row[name] in (None, "", [])] == []
    assert set(names) <= described or {field.name, field.column} & described


@every_exported_field
def test_every_field_is_in_the_docs(field: ArticleField) -> None:
    page = generate.written("fields.md") or ""
    assert f"| `{field.name}` |" in page
    if field.comment:
        assert f"| `{field.name}` | " in (generate.written("schema.md") or "").partition("## versions\n")[2]


@every_exported_field
def test_every_field_is_in_the_api_and_its_description(field: ArticleField, folder: Path) -> None:
    response = openapi.document()["paths"]["/api/v1/articles"]["get"]["responses"]["200"]
    declared = response["content"]["application/json"]["schema"]["properties"]["articles"]["items"]
    with TestClient(create_app(folder), base_url="http://localhost:8470") as client:
        (answered,) = client.get("/api/v1/articles").json()["articles"]
    is_always_there = field.exported == "always"
    assert (field.name in answered) == (field.name in declared["properties"]) == is_always_there


@every_exported_field
def test_two_versions_differ_in_the_fields_an_outlet_edits(
    field: ArticleField, version: ArticleVersion
) -> None:
    edited = replace(version, **{field.name: _another(field, getattr(version, field.name))})
    expected = [field.name] if field.compared == "edit" else []
    assert [change.name for change in version_diff.changed_fields(version, edited)] == expected
    assert (field in compared_fields("extraction")) == (field.compared is not None)


def _another(field: ArticleField, value: Any) -> Any:
    if field.is_list:
        return value[:1]
    match field.kind:
        case "boolean":
            return not value
        case "integer" | "number":
            return value + 1
        case "text":
            return f"{value} и ещё"
        case "time" | "date or time":
            return date(2023, 1, 1) if field.kind == "date or time" else datetime(2023, 1, 1, tzinfo=UTC)
        case _:
            return value


def test_a_new_field_is_a_column_that_a_migration_adds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = ArticleField(
        "new_field", "text", "versions.new_field", comment="a test", since=SCHEMA_VERSION + 1
    )
    extended = (*version_columns(), added)
    old = f"CREATE TABLE versions (\n{columns.column_definitions()}\n    UNIQUE (title)\n) STRICT"
    monkeypatch.setattr(columns, "version_columns", lambda: extended)
    new = f"CREATE TABLE versions (\n{columns.column_definitions()}\n    UNIQUE (title)\n) STRICT"
    assert columns.latest_version() == SCHEMA_VERSION + 1
    objects = []
    for created, added in ((old, columns.statements_to_add(SCHEMA_VERSION + 1)), (new, [])):
        with closing(sqlite3.connect(":memory:")) as connection:
            for statement in (created, *added):
                connection.execute(statement)
            objects.append(migrations.schema_objects(connection))
    assert "new_field TEXT" in str(objects[0])
    assert objects[0] == objects[1]


def test_a_column_that_was_added_later_may_be_null() -> None:
    assert [field.name for field in version_columns() if field.since > 1 and field.is_required] == []
