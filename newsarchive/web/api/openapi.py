"""The OpenAPI document, made from the declared endpoints."""

from __future__ import annotations

from typing import Any

from archive.article_fields import Field, json_type
from archive.index.db import schema_docs
from newsarchive import __version__
from newsarchive.web.api.endpoints import ENDPOINTS, Endpoint, ResponsePart
from newsarchive.web.http.parameters import Parameter


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newsarchive API",
            "version": __version__,
            "description": "Read-only access to a news archive. Articles have the same fields as in exports; "
            "unknown values are null.",
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
                        "error": {"type": "string", "description": "what is wrong, and how to fix it"}
                    },
                }
            }
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    """Return the operation object of an endpoint."""
    in_path = [_parameter_schema(one, "path") for one in endpoint.in_path]
    error = {"$ref": "#/components/schemas/Error"}
    failed = {
        "description": "The request failed; `error` says why",
        "content": {"application/json": {"schema": error}},
    }
    return {
        "operationId": endpoint.name,
        "summary": endpoint.title,
        "description": endpoint.description,
        "parameters": in_path + [_parameter_schema(one, "query") for one in endpoint.parameters],
        "responses": {
            "200": {
                "description": endpoint.description,
                "content": {"application/json": {"schema": _response_schema(endpoint.response)}},
            },
            "400": failed,
            **({"404": failed} if endpoint.in_path else {}),
            "451": failed,
        },
    }


def _parameter_schema(one: Parameter, place: str) -> dict[str, Any]:
    """Return the parameter object of a parameter in a place: "path" or "query"."""
    schema: dict[str, Any] = {
        "name": one.name,
        "in": place,
        "description": one.description,
        "schema": one.schema(),
    }
    if one.is_required:
        schema["required"] = True
    if one.example:
        schema["example"] = int(one.example) if one.kind == "number" else one.example
    return schema


def _response_schema(parts: tuple[ResponsePart, ...]) -> dict[str, Any]:
    """Return the schema of a response."""
    properties: dict[str, Any] = {}
    for part in parts:
        if part.is_whole:
            properties |= _object_schema(part.fields)["properties"]
            continue
        one = _item_schema(part)
        properties[part.name] = {
            "description": part.description,
            **({"type": "array", "items": one} if part.is_list else one),
        }
    return {"type": "object", "required": list(properties), "properties": properties}


def _item_schema(part: ResponsePart) -> dict[str, Any]:
    """Return the schema of a part of a response; of one item if it is a list."""
    if not part.fields:
        return {"type": "string" if part.is_required else ["string", "null"]}
    one = _object_schema(part.fields)
    if not part.is_required:
        one["type"] = ["object", "null"]
    one["properties"] |= {
        field.name: {**_property_schema(field), "type": ["object", "null"]} for field in part.optional
    }
    return one


def _object_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return the schema of an object with these fields."""
    properties = {field.name: _property_schema(field) for field in fields}
    return {"type": "object", "required": list(properties), "properties": properties}


def _property_schema(field: Field) -> dict[str, Any]:
    """Return the schema of a field."""
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
    """Return whether a field always has a value."""
    return schema_docs.find_column(field.column).is_required if "." in field.column else True
