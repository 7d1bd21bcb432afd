"""What is told of the addresses for programs is what they take and answer."""

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
from newsarchive.web import openapi
from newsarchive.web.app import create_app
from newsarchive.web.openapi import ENDPOINTS, Endpoint
from tests import small_archive

BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


@pytest.fixture(scope="module")
def program(small: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small), base_url="http://localhost:8470") as client:
        yield client


class Noting(QueryParams):
    """Parameters that remember which of them were asked for."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.asked: set[str] = set()

    def get(self, key: Any, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def test_every_address_for_programs_is_told_of_and_no_other(small: Path, program: TestClient) -> None:
    app: Starlette = create_app(small)
    served = {
        route.path for route in app.routes if isinstance(route, Route) and route.path.startswith("/api/")
    }
    assert served - {openapi.PAGE, openapi.DOCUMENT} == set(program.get(openapi.DOCUMENT).json()["paths"])


@pytest.mark.parametrize("path", BY_PATH)
def test_every_parameter_that_is_read_is_told_of_and_no_other(small: Path, path: str) -> None:
    app = create_app(small)
    endpoint = BY_PATH[path]
    with Archive.open(small) as archive:
        key = archive.article(small_archive.SUMMIT).id
    asked = Noting({one.name: small_archive.SITE for one in endpoint.parameters if one.kind == "address"})
    request = Request({"type": "http", "method": "GET", "app": app, "path_params": {"key": str(key)}})
    request._query_params = asked
    endpoint.handler(request)
    assert asked.asked == {one.name for one in endpoint.parameters}
    assert set(re.findall(r"{(\w+)}", path)) == {one.name for one in endpoint.in_path}


@pytest.mark.parametrize("more", [{}, {"group_copies": "1"}])
@pytest.mark.parametrize("path", BY_PATH)
def test_what_is_answered_has_the_shape_that_is_told(
    small: Path, program: TestClient, path: str, more: dict[str, str]
) -> None:
    with Archive.open(small) as archive:
        key = archive.article(small_archive.SUMMIT).id
    asked = {"url": small_archive.SUMMIT} if "captures" in path else more if path.endswith("articles") else {}
    answer = program.get(path.replace("{key}", str(key)), params=asked).json()
    told = program.get(openapi.DOCUMENT).json()["paths"][path]["get"]["responses"]["200"]
    assert _mistakes(answer, told["content"]["application/json"]["schema"], "") == []


@pytest.mark.parametrize("path", BY_PATH)
def test_bounds_and_words_that_are_told_are_those_that_hold(program: TestClient, path: str) -> None:
    key = program.get("/api/v1/articles?limit=1").json()["articles"][0]["id"]
    needed = {one.name: one.example for one in BY_PATH[path].parameters if one.is_required}
    for one in BY_PATH[path].parameters:
        wrong = {"number": [0, (one.most or 0) + 1, "x"], "day": ["yesterday"], "address": ["ftp://x"]}
        refused = ["whatever"] if one.values else wrong.get(one.kind, ["x" * 1001])
        for value in refused:
            answer = program.get(path.replace("{key}", str(key)), params={**needed, one.name: value})
            assert answer.status_code == 400, (one.name, value)
            assert answer.json()["error"].endswith(".")


def test_every_example_can_be_asked(small: Path, program: TestClient) -> None:
    for endpoint in ENDPOINTS:
        assert program.get(endpoint.example).status_code == (404 if endpoint.in_path else 200)


def test_the_page_shows_each_address_with_all_its_parameters_and_without_scripts(program: TestClient) -> None:
    page = program.get("/api/")
    assert page.status_code == 200
    assert "<script" not in page.text
    for endpoint in ENDPOINTS:
        assert endpoint.path in page.text
        for name in _names(endpoint):
            assert f"<code>{name}</code>" in page.text
        assert endpoint.says in page.text.replace("&#39;", "'")
    assert 'href="/api/v1/openapi.json"' in page.text


def test_a_page_of_ours_leads_there(program: TestClient) -> None:
    assert 'href="/api/"' in program.get("/").text
    assert 'href="/db/"' in program.get("/").text


def _names(endpoint: Endpoint) -> list[str]:
    return [one.name for one in (*endpoint.in_path, *endpoint.parameters)]


def _mistakes(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    """Where a value is not what its schema says: of the parts of JSON Schema that we use."""
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
        told = schema["properties"]
        strange = [f"{place}.{name} is not told of" for name in value if name not in told]
        missing = [f"{place}.{name} is missing" for name in schema["required"] if name not in value]
        inner = [
            one
            for name in value
            if name in told
            for one in _mistakes(value[name], told[name], f"{place}.{name}")
        ]
        return strange + missing + inner
    return []


def test_examples_and_what_a_query_may_hold_are_on_the_page(program: TestClient) -> None:
    page = program.get(openapi.PAGE).text
    assert "lead:word" in page
    assert "a b OR c is a with b or c" in page
    assert (
        "pre.cite { white-space: pre-wrap; }" in program.get("/static/style.css").text
    )  # on a narrow screen
