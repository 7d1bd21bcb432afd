"""The fields of an article, in one table, and the value that has them: `ArticleVersion`. PURE.

From `ARTICLE_FIELDS` follow the columns of `versions` and their migration, the rows written and read, the differences
between two versions, every export with its data dictionary, the JSON of commands and the web API, and docs/fields.md.

To add a field: a row here, an attribute of `ArticleVersion`, an attribute of `extraction.model.Article`, and the code
in archive/extraction that sets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal, get_args

from archive import timestamps
from archive.extraction.model import Article, FoundIn, Image, Link, Precision, ZoneOrigin
from archive.http.capture import Place
from archive.values.short_repr import ShortRepr

Kind = Literal["integer", "number", "text", "boolean", "time", "date or time", "object"]
Comparison = Literal["edit", "extraction"]
Export = Literal["always", "with links", "never"]
UTC_TIME = "UTC, ISO 8601"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an exported article, or of an object inside one."""

    name: str
    kind: Kind
    column: (
        str  # "versions.title": its column in archive.db; a table alone for a list with a table of its own
    )
    unit: str | None = None
    is_list: bool = False
    parts: tuple[Field, ...] = ()  # of the kind "object"
    description: str | None = None  # its meaning, if the column's comment does not explain it
    has_paragraphs: bool = False  # text of paragraphs, with a blank line between them in a column or cell
    attribute: str | None = None  # of the value that has the field, if it has another name: "place.file"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleField(Field):
    """One field of an article, with all that the index, comparisons and exports need to know of it.

    A field with a `comment` is a column of `versions`. All other fields are declared in archive/index/db/schema.py.
    """

    comment: str = ""  # on the column of `versions`, and the field's meaning unless it has a description
    is_required: bool = False  # never null; not for a column that is added to existing rows
    values: tuple[str, ...] = ()  # the allowed values; empty: any
    minimum: int | None = None
    maximum: int | None = None  # only with a minimum
    since: int = 1  # schema version that added the column; a new field has the version after SCHEMA_VERSION
    extracted: str | None = (
        None  # where `extraction.model.Article` has it: "published.at"; None: under its name
    )
    item_column: str | None = None  # of the list's own table: the column with the text of an item
    # "edit": the outlet may edit it, so two versions are compared by it; "extraction": only two extractions of the same
    # capture are. None: it follows from other fields or from the archive.
    compared: Comparison | None = None
    exported: Export = "always"
    exported_after: str | None = None  # the field before it in exports, if that is not the one above

    @property
    def is_extracted(self) -> bool:
        """Return whether the field is read from the page, as an attribute of `extraction.model.Article`."""
        return hasattr(Article, self._path[0])

    def extracted_from(self, article: Article) -> Any:
        """Return what an extracted article has of the field; None if nothing."""
        value: Any = article
        for name in self._path:
            value = None if value is None else getattr(value, name)
        return value

    @property
    def _path(self) -> list[str]:
        return (self.extracted or self.name).split(".")


# In the order of the columns and of comparisons.
ARTICLE_FIELDS: tuple[ArticleField, ...] = (
    ArticleField("id", "integer", "articles.id"),
    ArticleField("url", "text", "articles.url"),
    ArticleField("source", "text", "articles.source"),
    ArticleField("state", "text", "articles.state"),
    ArticleField("state_reason", "text", "articles.state_reason"),
    ArticleField("state_since", "time", "articles.state_since", UTC_TIME),
    ArticleField("gone_since", "time", "articles.gone_since", UTC_TIME),
    ArticleField("moved_to", "text", "articles.moved_to"),
    ArticleField(
        "title", "text", "versions.title", comment="the headline", is_required=True, compared="edit"
    ),
    ArticleField(
        "lead",
        "text",
        "versions.lead",
        comment="the standfirst, if separate from the text",
        compared="edit",
    ),
    ArticleField(
        "body",
        "text",
        "versions.body",
        comment="paragraphs separated by a blank line",
        is_required=True,
        has_paragraphs=True,
        compared="edit",
    ),
    ArticleField(
        "body_html",
        "text",
        "versions.body_html",
        comment="the words of body with their structure, as HTML of a few tags; null if it was not stored",
    ),
    ArticleField("authors", "text", "bylines", is_list=True, item_column="name", compared="edit"),
    ArticleField(
        "section",
        "text",
        "versions.section",
        comment="as the page says, else the source's section",
        compared="edit",
        exported_after="source",
    ),
    ArticleField("tags", "text", "tags", is_list=True, item_column="tag", compared="edit"),
    ArticleField(
        "published",
        "date or time",
        "versions.published",
        "ISO 8601",
        comment="ISO 8601 in the zone stated or assumed; a date alone if only the day is known",
        compared="edit",
    ),
    ArticleField(
        "published_utc",
        "time",
        "versions.published_utc",
        UTC_TIME,
        comment="the same time in UTC, for sorting; the start of the day if only the day is known",
        extracted="published.at",
    ),
    ArticleField(
        "published_stated",
        "text",
        "versions.published_stated",
        comment="the time as printed",
        extracted="published.stated_as",
        compared="extraction",
    ),
    ArticleField(
        "published_found_in",
        "text",
        "versions.published_found_in",
        comment="where the time was found",
        values=get_args(FoundIn),
        extracted="published.found_in",
        compared="extraction",
    ),
    ArticleField(
        "published_precision",
        "text",
        "versions.published_precision",
        comment="how precisely the time is known",
        values=get_args(Precision),
        extracted="published.precision",
        compared="extraction",
    ),
    ArticleField(
        "published_zone",
        "text",
        "versions.published_zone",
        comment="who states the time zone: the page or the source file",
        values=get_args(ZoneOrigin),
        extracted="published.zone",
        compared="extraction",
    ),
    ArticleField(
        "published_rule",
        "text",
        "versions.published_rule",
        comment="the rule that parsed the printed time",
        extracted="published.rule",
        exported="never",
    ),
    ArticleField(
        "modified",
        "date or time",
        "versions.modified",
        "ISO 8601",
        comment="ISO 8601: when the outlet says it was changed",
        compared="edit",
    ),
    ArticleField(
        "modified_stated",
        "text",
        "versions.modified_stated",
        comment="as printed",
        extracted="modified.stated_as",
        exported="never",
    ),
    ArticleField("language", "text", "versions.language", comment="ISO 639-1", compared="extraction"),
    ArticleField(
        "words",
        "integer",
        "versions.words",
        "words",
        comment="in lead and body",
        is_required=True,
        minimum=0,
    ),
    ArticleField(
        "views",
        "integer",
        "versions.views",
        "views",
        comment="the view count in the first capture of this version",
        compared="extraction",
    ),
    ArticleField(
        "images",
        "object",
        "images",
        is_list=True,
        parts=(
            Field("url", "text", "images.url"),
            Field("caption", "text", "images.caption"),
            Field("credit", "text", "images.credit"),
        ),
        compared="edit",
    ),
    ArticleField(
        "links",
        "object",
        "links",
        is_list=True,
        parts=(Field("url", "text", "links.url"), Field("text", "text", "links.text")),
        compared="extraction",
        exported="with links",
    ),
    ArticleField(
        "partial",
        "boolean",
        "versions.partial",
        description="whether the rest of the text was not seen: a paywall hid it, or the response was cut off",
        comment="1 if the rest of the text was not seen: see docs; else 0",
        is_required=True,
        compared="extraction",
    ),
    ArticleField(
        "live_blog",
        "boolean",
        "versions.live_blog",
        description="whether it is a live blog: timestamped entries under one headline",
        comment="1 for timestamped entries under one headline; else 0",
        is_required=True,
        compared="extraction",
    ),
    ArticleField(
        "notices",
        "text",
        "versions.notices",
        is_list=True,
        comment="legal notices, as printed, separated by a blank line; null if there are none",
        has_paragraphs=True,
        compared="edit",
    ),
    ArticleField("first_seen", "time", "articles.first_seen", UTC_TIME),
    ArticleField("last_seen", "time", "articles.last_seen", UTC_TIME),
    ArticleField("version", "integer", "versions.number"),
    ArticleField("versions", "integer", "articles.version_count"),
    ArticleField("version_first_seen", "time", "versions.first_seen", UTC_TIME),
    ArticleField("version_last_seen", "time", "versions.last_seen", UTC_TIME),
    ArticleField(
        "confidence",
        "number",
        "versions.confidence",
        "0 to 1",
        comment="0 to 1: how far the evidence for the extraction agrees",
        is_required=True,
        minimum=0,
        maximum=1,
    ),
    ArticleField(
        "extractor",
        "text",
        "versions.extractor",
        comment="name of the extractor",
        is_required=True,
    ),
    ArticleField(
        "content_sha256",
        "text",
        "versions.content_sha256",
        comment="of the content that makes a version: see docs",
        is_required=True,
        exported="never",
    ),
    ArticleField(
        "capture",
        "object",
        "versions.capture_id",
        parts=(
            Field("fetched_at", "time", "captures.fetched_at", UTC_TIME),
            Field("status", "integer", "captures.status"),
            Field("warc", "text", "captures.file", attribute="place.file"),
            Field("offset", "integer", "captures.offset", "bytes", attribute="place.offset"),
            Field("length", "integer", "captures.length", "bytes", attribute="place.length"),
            Field("digest", "text", "captures.digest"),
            Field("record_id", "text", "captures.record_id"),
        ),
    ),
)


@dataclass(frozen=True, slots=True, repr=False)
class CaptureRef(ShortRepr):
    """The record a version is based on: when it was fetched and where its bytes are."""

    url: str  # the address as requested
    fetched_at: datetime  # aware, UTC
    status: int | None
    place: Place
    digest: str  # "sha256:…" of the record's block
    record_id: str  # "<urn:uuid:…>"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields under their exported names."""
        return _object_as_dict(field_of("capture"), self)


@dataclass(frozen=True, slots=True, repr=False)
class ArticleVersion:
    """One version of an article. Unknown values are None or empty."""

    id: int  # of the article
    url: str
    source: str | None
    section: str | None
    state: str  # live, unavailable, removed, moved, restricted
    state_reason: str | None  # one of archive.reasons.STATE_REASONS
    state_since: datetime | None  # aware, UTC; None if it was live at every check
    gone_since: datetime | None  # aware, UTC: the first of the 404 or 410 responses since it last responded
    moved_to: str | None  # the address that it redirects to
    title: str
    lead: str | None
    body: str  # paragraphs separated by one blank line
    body_html: str | None  # the words of body with their structure; None if it was not stored
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    published: datetime | date | None  # aware, in the zone stated or assumed; a date if only the day is known
    published_utc: datetime | None  # aware, UTC; the start of the day if only the day is known
    published_stated: str | None
    published_found_in: str | None
    published_precision: str | None
    published_zone: str | None
    modified: datetime | date | None
    language: str | None
    words: int
    views: int | None
    images: tuple[Image, ...]
    links: tuple[Link, ...]
    first_seen: datetime  # of the article; aware, UTC
    last_seen: datetime  # of the article; aware, UTC
    version: int  # number of this version
    versions: int  # number of versions of the article
    version_first_seen: datetime  # aware, UTC
    version_last_seen: datetime  # aware, UTC
    partial: bool  # the rest of the text was not seen: hidden by a paywall, or cut off
    live_blog: bool  # timestamped entries under one headline
    notices: tuple[str, ...]  # legal notices, as printed
    confidence: float
    extractor: str
    capture: CaptureRef

    def __repr__(self) -> str:
        """Return what identifies the version, on one short line, for an interactive session."""
        title = self.title if len(self.title) <= 60 else f"{self.title[:59]}…"
        published = self.published.isoformat() if self.published else "time unknown"
        return (
            f"<ArticleVersion {self.id}, version {self.version} of {self.versions}: {title!r}, "
            f"{self.source or 'no source'}, {published}>"
        )

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the body as paragraphs."""
        return tuple(self.body.split("\n\n")) if self.body else ()

    def as_dict(self, *, links: bool = False) -> dict[str, Any]:
        """Return the article under its exported names; times are ISO 8601 with offset."""
        return {
            field.name: json_value(field, getattr(self, field.name)) for field in exported_fields(links=links)
        }


def extraction_as_dict(article: Article) -> dict[str, Any]:
    """Return the exported fields that an extraction alone has, under their exported names."""
    values = {
        field: field.extracted_from(article) for field in exported_fields(links=False) if field.is_extracted
    }
    return {
        field.name: "\n\n".join(value)
        if field.has_paragraphs and not field.is_list
        else json_value(field, value)
        for field, value in values.items()
    }


def field_of(name: str) -> ArticleField:
    """Return the field of that name; raise KeyError if there is none."""
    return _BY_NAME[name]


def exported_fields(*, links: bool) -> tuple[ArticleField, ...]:
    """Return the fields of an export in order, with or without the links of the text."""
    return _EXPORTED_WITH_LINKS if links else _EXPORTED


def version_columns() -> tuple[ArticleField, ...]:
    """Return the fields that are columns of `versions`; those a later schema version added are the last."""
    return _VERSION_COLUMNS


def compared_fields(by: Comparison) -> tuple[ArticleField, ...]:
    """Return the fields to compare two versions by, or all that two extractions of one capture are compared by."""
    return tuple(field for field in ARTICLE_FIELDS if field.compared in ("edit", by))


def json_type(field: Field) -> str:
    """Return the JSON type of a field, or of the items of a list; null, if it may be that, is not mentioned."""
    return "string" if field.kind in ("text", "time", "date or time") else field.kind


def json_value(field: Field, value: Any) -> Any:
    """Return the value of a field for JSON; times are ISO 8601."""
    if field.is_list:
        return [_json_item(field, item) for item in value]
    return None if value is None else _json_item(field, value)


def _json_item(field: Field, value: Any) -> Any:
    match field.kind:
        case "time":
            return timestamps.to_iso(value)
        case "date or time":
            return value.isoformat()
        case "object":
            return _object_as_dict(field, value)
        case _:
            return value


def _object_as_dict(field: Field, value: object) -> dict[str, Any]:
    return {
        part.name: json_value(
            part, attrgetter(part.attribute)(value) if part.attribute else getattr(value, part.name)
        )
        for part in field.parts
    }


def _in_export_order(exported: Export) -> Iterator[ArticleField]:
    for field in ARTICLE_FIELDS:
        if field.exported == exported and not field.exported_after:
            yield field
            yield from (moved for moved in ARTICLE_FIELDS if moved.exported_after == field.name)


_BY_NAME = {field.name: field for field in ARTICLE_FIELDS}
_EXPORTED = tuple(_in_export_order("always"))
_EXPORTED_WITH_LINKS = (*_EXPORTED, *_in_export_order("with links"))
_VERSION_COLUMNS = tuple(
    sorted((field for field in ARTICLE_FIELDS if field.comment), key=lambda field: field.since)
)
