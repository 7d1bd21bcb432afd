"""The fields of an exported article: name, kind, unit and meaning, in order. PURE.

The meaning of a field is the schema's comment on its column, so that the exports, their data dictionaries
and the docs always agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from archive.index.db import schema_docs
from archive.index.rows.versions import ArticleVersion

Kind = Literal["integer", "number", "text", "boolean", "moment", "day or moment", "object"]
UTC_MOMENT = "UTC, ISO 8601"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an exported article, or of an object inside one."""

    name: str
    kind: Kind
    column: str  # "versions.title": its column in archive.db; a table alone for a list
    unit: str | None = None
    is_list: bool = False
    parts: tuple[Field, ...] = ()  # of the kind "object"
    description: str | None = None  # its meaning, if the column's comment does not explain it

    @property
    def meaning(self) -> str:
        """Return a description of its content."""
        return self.description or schema_docs.meaning(self.column)

    @property
    def values(self) -> tuple[str, ...]:
        """Return the allowed values; empty: any."""
        is_coded = self.kind == "text" and "." in self.column
        return schema_docs.find_column(self.column).values if is_coded else ()


FIELDS: tuple[Field, ...] = (
    Field("id", "integer", "articles.id"),
    Field("url", "text", "articles.url"),
    Field("source", "text", "articles.source"),
    Field("section", "text", "versions.section"),
    Field("state", "text", "articles.state"),
    Field("title", "text", "versions.title"),
    Field("lead", "text", "versions.lead"),
    Field("body", "text", "versions.body"),
    Field("body_html", "text", "versions.body_html"),
    Field("authors", "text", "bylines", is_list=True),
    Field("tags", "text", "tags", is_list=True),
    Field("published", "day or moment", "versions.published", "ISO 8601"),
    Field("published_utc", "moment", "versions.published_utc", UTC_MOMENT),
    Field("published_stated", "text", "versions.published_stated"),
    Field("published_found_in", "text", "versions.published_found_in"),
    Field("published_precision", "text", "versions.published_precision"),
    Field("published_zone", "text", "versions.published_zone"),
    Field("modified", "day or moment", "versions.modified", "ISO 8601"),
    Field("language", "text", "versions.language"),
    Field("words", "integer", "versions.words", "words"),
    Field("views", "integer", "versions.views", "views"),
    Field(
        "images",
        "object",
        "images",
        is_list=True,
        parts=(
            Field("url", "text", "images.url"),
            Field("caption", "text", "images.caption"),
            Field("credit", "text", "images.credit"),
        ),
    ),
    Field(
        "partial",
        "boolean",
        "versions.partial",
        description="whether the rest of the text was not seen: a paywall hid it, or the answer was cut off",
    ),
    Field(
        "live_blog",
        "boolean",
        "versions.live_blog",
        description="whether it is stamped entries under one headline",
    ),
    Field("notices", "text", "versions.notices", is_list=True),
    Field("first_seen", "moment", "articles.first_seen", UTC_MOMENT),
    Field("last_seen", "moment", "articles.last_seen", UTC_MOMENT),
    Field("version", "integer", "versions.number"),
    Field("versions", "integer", "articles.version_count"),
    Field("version_first_seen", "moment", "versions.first_seen", UTC_MOMENT),
    Field("version_last_seen", "moment", "versions.last_seen", UTC_MOMENT),
    Field("confidence", "number", "versions.confidence", "0 to 1"),
    Field("extractor", "text", "versions.extractor"),
    Field(
        "capture",
        "object",
        "versions.capture_id",
        parts=(
            Field("fetched_at", "moment", "captures.fetched_at", UTC_MOMENT),
            Field("status", "integer", "captures.status"),
            Field("warc", "text", "captures.file"),
            Field("offset", "integer", "captures.offset", "bytes"),
            Field("length", "integer", "captures.length", "bytes"),
            Field("digest", "text", "captures.digest"),
            Field("record_id", "text", "captures.record_id"),
        ),
    ),
)
LINKS = Field(
    "links",
    "object",
    "links",
    is_list=True,
    parts=(Field("url", "text", "links.url"), Field("text", "text", "links.text")),
)


def exported_fields(*, links: bool) -> tuple[Field, ...]:
    """Return the fields of an export, with or without the links of the text."""
    return (*FIELDS, LINKS) if links else FIELDS


def to_record(article: ArticleVersion, *, links: bool) -> dict[str, Any]:
    """Return an article under its exported names."""
    record = article.as_dict()
    if links:
        record["links"] = [{"url": link.url, "text": link.text} for link in article.links]
    return record


def flat_columns(fields: tuple[Field, ...]) -> Iterator[tuple[str, Field]]:
    """Yield the columns of a table with these fields: one per part of an object, one per list."""
    for field in fields:
        if field.parts and not field.is_list:
            yield from ((f"{field.name}_{part.name}", part) for part in field.parts)
        else:
            yield field.name, field


def flat_values(record: dict[str, Any], fields: tuple[Field, ...]) -> Iterator[Any]:
    """Yield the values of those columns, in order."""
    for field in fields:
        if field.parts and not field.is_list:
            yield from (record[field.name][part.name] for part in field.parts)
        else:
            yield record[field.name]
