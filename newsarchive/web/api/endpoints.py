"""The endpoints of the API: each declared once, for the routes, the OpenAPI document and the documentation page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.article_fields import UTC_TIME, Field, exported_fields, field_of
from archive.citations.formats import CITATION_FORMATS
from archive.citations.words import LANGUAGES
from newsarchive.web.api import articles, changes
from newsarchive.web.http import change_params
from newsarchive.web.http.parameters import SEARCH, Parameter

FIELDS: tuple[Field, ...] = exported_fields(links=False)
HISTORY: tuple[Field, ...] = (
    Field("version", "integer", "versions.number"),
    Field("title", "text", "versions.title"),
    Field("first_seen", "time", "versions.first_seen", "UTC, ISO 8601"),
    Field("last_seen", "time", "versions.last_seen", "UTC, ISO 8601"),
    Field("grade", "text", "edits.grade"),
    Field("facts", "text", "edit_grades.facts", is_list=True),
    Field("capture", "object", "versions.capture_id", parts=field_of("capture").parts),
)
CAPTURE: tuple[Field, ...] = (
    Field("url", "text", "captures.url"),
    Field("role", "text", "captures.role"),
    Field("fetched_at", "time", "captures.fetched_at", "UTC, ISO 8601"),
    Field("status", "integer", "captures.status"),
    Field("media_type", "text", "captures.media_type"),
    Field("redirects_to", "text", "captures.redirects_to"),
    Field("truncated", "text", "captures.truncated"),
    Field("payload_sha256", "text", "captures.payload_sha256"),
    Field("warc", "text", "captures.file"),
    Field("offset", "integer", "captures.offset", "bytes"),
    Field("length", "integer", "captures.length", "bytes"),
    Field("digest", "text", "captures.digest"),
    Field("record_id", "text", "captures.record_id"),
    Field("snapshot", "text", "captures.url", description="path of the snapshot on this server"),
    Field(
        "matches",
        "boolean",
        "captures.revisit_of",
        description="whether the record in the WARC file matches the index; null if not checked",
    ),
    Field(
        "mismatch",
        "text",
        "captures.revisit_of",
        description="how it differs, or why it cannot be read; null if no difference was found",
    ),
)
RECORD: tuple[Field, ...] = (
    Field(
        "matches",
        "boolean",
        "captures.digest",
        description="whether the record in the WARC file matches the index",
    ),
    CAPTURE[-1],
)
COPY: tuple[Field, ...] = (
    Field("id", "integer", "articles.id"),
    Field("url", "text", "articles.url"),
    Field("source", "text", "articles.source"),
    Field("title", "text", "versions.title"),
    Field("published", "date or time", "versions.published", "ISO 8601"),
    Field("published_precision", "text", "versions.published_precision"),
    Field("first_seen", "time", "articles.first_seen", "UTC, ISO 8601"),
    Field("state", "text", "articles.state"),
    Field("place", "integer", "copies.place"),
    Field("first_by", "text", "copy_groups.first_by"),
    Field("similarity", "number", "copies.similarity", "0 to 1"),
    Field("kept", "number", "copies.kept", "0 to 1"),
    Field("taken", "number", "copies.taken", "0 to 1"),
)
STATE_CHANGE: tuple[Field, ...] = (
    Field("at", "time", "state_changes.at", UTC_TIME),
    Field("state", "text", "state_changes.state"),
    Field("reason", "text", "state_changes.reason"),
    Field("moved_to", "text", "state_changes.moved_to"),
    Field("url", "text", "captures.url"),
    Field("status", "integer", "captures.status"),
    Field("record_id", "text", "captures.record_id"),
)
CHANGE: tuple[Field, ...] = (
    Field("id", "text", "articles.id", description="a URN; the same after a rebuild"),
    Field("kind", "text", "", description="edit, removal, move, return, unavailable or new"),
    Field("at", "time", "state_changes.at", UTC_TIME),
    Field("article", "integer", "articles.id"),
    Field("url", "text", "articles.url"),
    Field("source", "text", "articles.source"),
    Field("section", "text", "versions.section"),
    Field("title", "text", "versions.title"),
    Field("title_was", "text", "edits.title_was"),
    Field("version", "integer", "edits.version"),
    Field("grade", "text", "edits.grade"),
    Field("facts", "text", "edit_grades.facts", is_list=True),
    Field("taken", "text", "edit_grades.taken", is_list=True),
    Field("given", "text", "edit_grades.given", is_list=True),
    Field("reason", "text", "state_changes.reason"),
    Field("moved_to", "text", "state_changes.moved_to"),
    Field("gone_since", "time", "removed_articles.gone_since", UTC_TIME),
    Field("last_seen_before", "time", "edits.last_seen_before", UTC_TIME),
    Field("captured_url", "text", "captures.url"),
    Field("status", "integer", "captures.status"),
    Field("record_id", "text", "captures.record_id"),
)
EVIDENCE: tuple[Field, ...] = (
    Field(
        "checked_at", "time", "captures.fetched_at", UTC_TIME, description="when the address was checked last"
    ),
    Field("url", "text", "captures.url", description="the address, as requested"),
    Field("reason", "text", "captures.reading", description="why it did not show the article"),
    Field(
        "status", "integer", "captures.status", description="the HTTP status; null if there was no response"
    ),
    Field("redirects_to", "text", "captures.redirects_to", description="where the address redirects to"),
    Field(
        "page_title",
        "text",
        "captures.redirects_to",
        description="the title of the page that was sent instead",
    ),
)
COPIES = Field(
    "copies",
    "object",
    "copies",
    parts=(
        Field("group", "integer", "copy_groups.id"),
        Field("articles", "integer", "copy_groups.articles"),
        Field("outlets", "integer", "copy_groups.outlets"),
        Field("first", "integer", "copies.article_id", description="id of the article at place 1"),
        Field("first_by", "text", "copy_groups.first_by"),
    ),
    description="with group_copies: the group of copies that this article represents; null if it has no copies",
)


@dataclass(frozen=True, slots=True)
class ResponsePart:
    """One part of a response."""

    name: str
    description: str
    fields: tuple[Field, ...] = ()  # empty: a string
    optional: tuple[Field, ...] = ()  # objects that are only present with a parameter; may be null
    is_list: bool = False
    is_whole: bool = False  # its fields are those of the response itself
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the API."""

    path: str
    handler: Callable[[Request], Response]
    title: str
    parameters: tuple[Parameter, ...]
    response: tuple[ResponsePart, ...]
    in_path: tuple[Parameter, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the operation: that of the handler."""
        return self.handler.__name__

    @property
    def description(self) -> str:
        """Return the description: the docstring of the handler."""
        return (self.handler.__doc__ or "").strip().replace("`", "")

    @property
    def example(self) -> str:
        """Return an example address."""
        path = self.path
        for part in self.in_path:
            path = path.replace(f"{{{part.name}}}", part.example)
        query = {
            one.name: one.example
            for one in self.parameters
            if one.example and one.name in ("query", "from", "url")
        }
        return f"{path}?{urlencode(query)}" if query else path


ENDPOINTS = (
    Endpoint(
        "/api/v1/articles",
        articles.articles,
        "Search articles",
        (
            *SEARCH,
            Parameter(
                "limit",
                "number of articles per page",
                "number",
                default=articles.DEFAULT_LIMIT,
                most=articles.MAX_LIMIT,
            ),
        ),
        (
            ResponsePart(
                "articles", "the matching articles, in the requested order", FIELDS, (COPIES,), is_list=True
            ),
            ResponsePart("next", "path of the next page; null on the last page", is_required=False),
        ),
    ),
    Endpoint(
        "/api/v1/articles/{key}",
        articles.article,
        "Get an article",
        (Parameter("version", "version number; default: the latest", "number", most=articles.MAX_VERSION),),
        (
            ResponsePart("", "the requested version", FIELDS, is_whole=True),
            ResponsePart("record", "whether the WARC record of this version matches the index", RECORD),
            ResponsePart(
                "state_evidence",
                "what the last check found instead of the article; null if it found the whole article",
                EVIDENCE,
                is_required=False,
            ),
            ResponsePart(
                "state_history",
                "every change of the state, earliest first; empty if it was live at every check",
                STATE_CHANGE,
                is_list=True,
            ),
            ResponsePart("addresses", "all URLs of the article", is_list=True),
            ResponsePart("history", "all versions, earliest first", HISTORY, is_list=True),
            ResponsePart(
                "copies",
                "the article and its copies in order of publication; empty if it has no copies",
                COPY,
                is_list=True,
            ),
        ),
        (Parameter("key", "id of the article", "number", "3285262451238", is_required=True),),
    ),
    Endpoint(
        "/api/v1/articles/{key}/citation",
        articles.citation,
        "Cite an article",
        (
            Parameter("format", "format; default: text", values=CITATION_FORMATS),
            Parameter("lang", "language of the text, or of the Wikipedia; default: en", values=LANGUAGES),
            Parameter("version", "version number; default: the latest", "number", most=articles.MAX_VERSION),
        ),
        (
            ResponsePart("format", "the format"),
            ResponsePart("lang", "the language"),
            ResponsePart("snapshot", "address of the snapshot"),
            ResponsePart("citation", "the citation, as a text with its line ends"),
        ),
        (Parameter("key", "id of the article", "number", "3285262451238", is_required=True),),
    ),
    Endpoint(
        "/api/v1/changes",
        changes.changes,
        "List changes of articles",
        (
            *change_params.FILTERS,
            Parameter("order", "newest first (the default), or oldest first", values=changes.ORDERS),
            Parameter(
                "limit", "changes per page", "number", default=changes.DEFAULT_LIMIT, most=changes.MAX_LIMIT
            ),
            change_params.PAGE,
        ),
        (
            ResponsePart("changes", "the changes, in the requested order", CHANGE, is_list=True),
            ResponsePart("next", "path of the next page; null on the last page", is_required=False),
        ),
    ),
    Endpoint(
        "/api/v1/captures",
        articles.captures,
        "List the captures of a URL",
        (
            Parameter(
                "url", "URL of a page or file", "address", "https://news.example/world/", is_required=True
            ),
            Parameter(
                "check",
                f"1: compare the WARC records with the index, for the first {articles.MAX_LIMIT} captures",
                values=("1",),
            ),
        ),
        (
            ResponsePart("url", "the URL, normalized"),
            ResponsePart("captures", "all captures of the URL", CAPTURE, is_list=True),
        ),
    ),
)
