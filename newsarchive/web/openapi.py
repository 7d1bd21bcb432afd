"""The API under /api/: each endpoint declared once, for the routes, the OpenAPI document and the page about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from archive.article_fields import Field, exported_fields, field_of, json_type
from archive.index.db import schema_docs
from newsarchive import __version__
from newsarchive.web import api
from newsarchive.web.parameters import SEARCH, Parameter
from newsarchive.web.requests import reject_unknown_parameters
from newsarchive.web.templating import render_page

FIELDS: tuple[Field, ...] = exported_fields(links=False)
PAGE = "/api/"
DOCUMENT = "/api/v1/openapi.json"
HISTORY: tuple[Field, ...] = (
    Field("version", "integer", "versions.number"),
    Field("title", "text", "versions.title"),
    Field("first_seen", "time", "versions.first_seen", "UTC, ISO 8601"),
    Field("last_seen", "time", "versions.last_seen", "UTC, ISO 8601"),
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
    Field("snapshot", "text", "captures.url", description="where it is shown, on this server"),
    Field(
        "matches",
        "boolean",
        "captures.revisit_of",
        description="whether the record in the WARC file is the one the index holds; null where it was not checked",
    ),
    Field(
        "mismatch",
        "text",
        "captures.revisit_of",
        description="in what it differs, or why it cannot be read; null where nothing was found",
    ),
)
RECORD: tuple[Field, ...] = (
    Field(
        "matches",
        "boolean",
        "captures.digest",
        description="whether the record in the WARC file is the one the index holds",
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
COPIES = Field(
    "copies",
    "object",
    "copies",
    parts=(
        Field("group", "integer", "copy_groups.id"),
        Field("articles", "integer", "copy_groups.articles"),
        Field("outlets", "integer", "copy_groups.outlets"),
        Field("first", "integer", "copies.article_id", description="the number of the article at place 1"),
        Field("first_by", "text", "copy_groups.first_by"),
    ),
    description="with group_copies: the group it stands for; null when it has no copies",
)


@dataclass(frozen=True, slots=True)
class ResponsePart:
    """One part of a response."""

    name: str
    says: str
    fields: tuple[Field, ...] = ()  # empty: a text
    when_asked: tuple[Field, ...] = ()  # objects that come only with a parameter; null where there is none
    is_list: bool = False
    is_whole: bool = False  # its fields are those of the answer itself
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API."""

    path: str
    handler: Callable[[Request], Response]
    title: str
    parameters: tuple[Parameter, ...]
    answers: tuple[ResponsePart, ...]
    in_path: tuple[Parameter, ...] = ()

    @property
    def says(self) -> str:
        """Return the description, which is the docstring of the handler."""
        return (self.handler.__doc__ or "").strip().replace("`", "")

    @property
    def example(self) -> str:
        """Return an example address."""
        path = self.path
        for part in self.in_path:
            path = path.replace(f"{{{part.name}}}", part.example)
        asked = {
            one.name: one.example
            for one in self.parameters
            if one.example and one.name in ("query", "from", "url")
        }
        return f"{path}?{urlencode(asked)}" if asked else path


ENDPOINTS = (
    Endpoint(
        "/api/v1/articles",
        api.articles,
        "Search",
        (
            *SEARCH,
            Parameter(
                "limit",
                "how many articles a page has",
                "number",
                default=api.DEFAULT_LIMIT,
                most=api.MAX_LIMIT,
            ),
        ),
        (
            ResponsePart(
                "articles", "the articles found, best or newest first", FIELDS, (COPIES,), is_list=True
            ),
            ResponsePart("next", "address of the next page; null on the last", is_required=False),
        ),
    ),
    Endpoint(
        "/api/v1/articles/{key}",
        api.article,
        "An article",
        (Parameter("version", "its number; without it, the latest", "number", most=api.MAX_VERSION),),
        (
            ResponsePart("", "the version asked for", FIELDS, is_whole=True),
            ResponsePart(
                "record", "the record this version rests on, read and compared with the index", RECORD
            ),
            ResponsePart("addresses", "every address it was ever found at", is_list=True),
            ResponsePart("history", "every version, the earliest first", HISTORY, is_list=True),
            ResponsePart(
                "copies", "it and its copies, in the order they were out; empty without", COPY, is_list=True
            ),
        ),
        (Parameter("key", "the number of the article", "number", "3285262451238", is_required=True),),
    ),
    Endpoint(
        "/api/v1/captures",
        api.captures,
        "The captures of an address",
        (
            Parameter("url", "a web address", "address", "https://news.example/world/", is_required=True),
            Parameter(
                "check",
                f"read the records, of the first {api.MAX_LIMIT} captures, and compare them with the index",
                values=("1",),
            ),
        ),
        (
            ResponsePart("url", "the address as it was looked up"),
            ResponsePart("captures", "what it answered, each time it was asked", CAPTURE, is_list=True),
        ),
    ),
)


def routes() -> list[Route]:
    """Return the routes under /api/."""
    return [
        Route(PAGE, docs_page),
        Route(DOCUMENT, as_json),
        *(Route(endpoint.path, _declared_parameters_only(endpoint)) for endpoint in ENDPOINTS),
    ]


def _declared_parameters_only(endpoint: Endpoint) -> Callable[[Request], Response]:
    @wraps(endpoint.handler)
    def answer(request: Request) -> Response:
        reject_unknown_parameters(request, (one.name for one in endpoint.parameters))
        return endpoint.handler(request)

    return answer


def as_json(request: Request) -> Response:
    """Serve the OpenAPI document."""
    return JSONResponse(document())


def docs_page(request: Request) -> Response:
    """Serve the documentation of the API as a page for people."""
    return render_page(request, "api.html", endpoints=ENDPOINTS, document=DOCUMENT, schema=schema_docs)


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newsarchive",
            "version": __version__,
            "description": "What an archive of news holds. Everything can be read and nothing changed; articles have "
            "the names under which they are exported; what is not known is null.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
        "components": {
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {
                        "error": {"type": "string", "description": "what is wrong, in a sentence"}
                    },
                }
            }
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    in_path = [_parameter_schema(one, "path") for one in endpoint.in_path]
    error = {"$ref": "#/components/schemas/Error"}
    refused = {
        "description": "One sentence that says why",
        "content": {"application/json": {"schema": error}},
    }
    return {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.title,
        "description": endpoint.says,
        "parameters": in_path + [_parameter_schema(one, "query") for one in endpoint.parameters],
        "responses": {
            "200": {
                "description": endpoint.says,
                "content": {"application/json": {"schema": _response_schema(endpoint.answers)}},
            },
            "400": refused,
            **({"404": refused} if endpoint.in_path else {}),
        },
    }


def _parameter_schema(one: Parameter, place: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "in": place, "description": one.says, "schema": one.schema()}
    if one.is_required:
        told["required"] = True
    if one.example:
        told["example"] = int(one.example) if one.kind == "number" else one.example
    return told


def _response_schema(answers: tuple[ResponsePart, ...]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for answer in answers:
        if answer.is_whole:
            properties |= _object_schema(answer.fields)["properties"]
            continue
        one = _item_schema(answer)
        properties[answer.name] = {
            "description": answer.says,
            **({"type": "array", "items": one} if answer.is_list else one),
        }
    return {"type": "object", "required": list(properties), "properties": properties}


def _item_schema(answer: ResponsePart) -> dict[str, Any]:
    if not answer.fields:
        return {"type": "string" if answer.is_required else ["string", "null"]}
    one = _object_schema(answer.fields)
    one["properties"] |= {
        field.name: {**_property_schema(field), "type": ["object", "null"]} for field in answer.when_asked
    }
    return one


def _object_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    properties = {field.name: _property_schema(field) for field in fields}
    return {"type": "object", "required": list(properties), "properties": properties}


def _property_schema(field: Field) -> dict[str, Any]:
    if field.parts:
        one = _object_schema(field.parts)
    else:
        name = json_type(field)
        one = {"type": name if field.is_list or _is_never_null(field) else [name, "null"]}
        if field.kind == "time":
            one["format"] = "date-time"
        if values := schema_docs.values_of(field):
            one["enum"] = [*values, *([] if _is_never_null(field) else [None])]
    return {
        "description": schema_docs.meaning_of(field),
        **({"type": "array", "items": one} if field.is_list else one),
    }


def _is_never_null(field: Field) -> bool:
    return schema_docs.find_column(field.column).is_required if "." in field.column else True
