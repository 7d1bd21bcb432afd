"""The OpenAPI document and the documentation page agree with what the API accepts and returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from archive.core import Archive
from newsarchive.web.api import routes
from newsarchive.web.api.endpoints import ENDPOINTS, Endpoint
from newsarchive.web.app import create_app
from tests import small_archive

BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


@pytest.fixture(scope="module")
def program(small: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small), base_url="http://localhost:8470") as client:
        yield client


class RecordingParams(QueryParams):
    """Query parameters that record which of them are read."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.read: set[str] = set()

    def get(self, key: Any, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)


def test_exactly_the_api_routes_are_documented(small: Path, program: TestClient) -> None:
    app: Starlette = create_app(small)
    served = {
        route.path for route in app.routes if isinstance(route, Route) and route.path.startswith("/api/")
    }
    assert served - {routes.PAGE, routes.DOCUMENT} == set(program.get(routes.DOCUMENT).json()["paths"])


@pytest.mark.parametrize("path", BY_PATH)
def test_exactly_the_parameters_that_are_read_are_documented(small: Path, path: str) -> None:
    app = create_app(small)
    endpoint = BY_PATH[path]
    with Archive.open(small) as archive:
        key = archive.article(small_archive.SUMMIT).id
    params = RecordingParams(
        {one.name: small_archive.SITE for one in endpoint.parameters if one.kind == "address"}
    )
    scope = {"type": "http", "method": "GET", "path": path, "server": ("127.0.0.1", 80), "headers": []}
    request = Request({**scope, "app": app, "path_params": {"key": str(key)}})
    request._query_params = params
    endpoint.handler(request)
    assert params.read == {one.name for one in endpoint.parameters}
    assert set(re.findall(r"{(\w+)}", path)) == {one.name for one in endpoint.in_path}


@pytest.mark.parametrize("more", [{}, {"group_copies": "1"}])
@pytest.mark.parametrize("path", BY_PATH)
def test_responses_match_their_schemas(
    small: Path, program: TestClient, path: str, more: dict[str, str]
) -> None:
    with Archive.open(small) as archive:
        key = archive.article(small_archive.SUMMIT).id
    params = (
        {"url": small_archive.SUMMIT} if "captures" in path else more if path.endswith("articles") else {}
    )
    answer = program.get(path.replace("{key}", str(key)), params=params).json()
    documented = program.get(routes.DOCUMENT).json()["paths"][path]["get"]["responses"]["200"]
    assert _mistakes(answer, documented["content"]["application/json"]["schema"], "") == []


@pytest.mark.parametrize("path", BY_PATH)
def test_documented_limits_and_values_are_enforced(program: TestClient, path: str) -> None:
    key = program.get("/api/v1/articles?limit=1").json()["articles"][0]["id"]
    needed = {one.name: one.example for one in BY_PATH[path].parameters if one.is_required}
    for one in BY_PATH[path].parameters:
        wrong = {"number": [0, (one.most or 0) + 1, "x"], "day": ["yesterday"], "address": ["ftp://x"]}
        refused = ["whatever"] if one.values else wrong.get(one.kind, ["x" * 1001])
        for value in refused:
            answer = program.get(path.replace("{key}", str(key)), params={**needed, one.name: value})
            assert answer.status_code == 400, (one.name, value)
            assert answer.json()["error"].endswith(".")


def test_every_example_works(small: Path, program: TestClient) -> None:
    for endpoint in ENDPOINTS:
        assert program.get(endpoint.example).status_code == (404 if endpoint.in_path else 200)


def test_the_page_documents_every_endpoint_and_parameter_without_scripts(program: TestClient) -> None:
    page = program.get("/api/")
    assert page.status_code == 200
    assert "<script" not in page.text
    for endpoint in ENDPOINTS:
        assert endpoint.path in page.text
        for name in _names(endpoint):
            assert f"<code>{name}</code>" in page.text
        assert endpoint.description in page.text.replace("&#39;", "'")
    assert 'href="/api/v1/openapi.json"' in page.text


def test_the_start_page_links_to_the_api_and_the_data(program: TestClient) -> None:
    assert 'href="/api/"' in program.get("/").text
    assert 'href="/db/"' in program.get("/").text


def _names(endpoint: Endpoint) -> list[str]:
    return [one.name for one in (*endpoint.in_path, *endpoint.parameters)]


def _mistakes(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    """Return where a value does not match its schema, for the parts of JSON Schema in use."""
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    stated = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, kinds[kind]) for kind in stated):
        return [f"{place} is {value!r} and not {stated}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place} is {value!r}"]
    if isinstance(value, list):
        return [one for item in value for one in _mistakes(item, schema["items"], f"{place}[]")]
    if isinstance(value, dict):
        properties = schema["properties"]
        strange = [f"{place}.{name} is not documented" for name in value if name not in properties]
        missing = [f"{place}.{name} is missing" for name in schema["required"] if name not in value]
        inner = [
            one
            for name in value
            if name in properties
            for one in _mistakes(value[name], properties[name], f"{place}.{name}")
        ]
        return strange + missing + inner
    return []


def test_the_page_explains_the_query_language(program: TestClient) -> None:
    page = program.get(routes.PAGE).text
    assert "lead:word" in page
    assert "a b OR c means a AND (b OR c)" in page
    assert (
        "pre.cite { white-space: pre-wrap; }" in program.get("/static/style.css").text
    )  # on a narrow screen
