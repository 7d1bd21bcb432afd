"""Copies in the output of commands, on the web pages and in the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from starlette.testclient import TestClient

from archive.core import Archive
from newsarchive.web.app import create_app
from tests import reprints

Typed = Callable[..., Result]


@pytest.fixture(scope="module")
def reprinted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reprints.build(tmp_path_factory.mktemp("reprints") / "archive")


@pytest.fixture(scope="module")
def numbers(reprinted: Path) -> dict[str, int]:
    with Archive.open(reprinted) as archive:
        urls = (reprints.AGENCY, reprints.PORT, reprints.ZARYA, reprints.OWN)
        return {url: archive.article(url).id for url in urls}


@pytest.fixture
def browser(reprinted: Path) -> Iterator[TestClient]:
    with TestClient(create_app(reprinted), base_url="http://localhost:8470") as client:
        yield client


def test_a_search_with_grouped_copies_shows_one_and_counts_the_others(
    typed: Typed, reprinted: Path, numbers: dict[str, int]
) -> None:
    result = typed(reprinted, "search", "яхту", "--group-copies")
    assert result.exit_code == 0
    assert "3 copies from 3 outlets; by the printed times, Agency was first" in result.output
    found = json.loads(typed(reprinted, "search", "капитана", "--group-copies", "--json").output)
    (copies,) = [article["copies"] for article in found]
    assert copies == {
        "group": min(numbers[url] for url in (reprints.AGENCY, reprints.PORT, reprints.ZARYA)),
        "articles": 3,
        "outlets": 3,
        "first": numbers[reprints.AGENCY],
        "first_by": "published",
    }
    assert len(json.loads(typed(reprinted, "search", "капитана", "--json").output)) == 3


def test_show_lists_the_copies_of_an_article(typed: Typed, reprinted: Path, numbers: dict[str, int]) -> None:
    result = typed(reprinted, "show", reprints.PORT).output
    assert "published first" in result
    assert str(numbers[reprints.ZARYA]) in result
    copies = json.loads(typed(reprinted, "show", reprints.PORT, "--json").output)["copies"]
    assert [copy["url"] for copy in copies] == [reprints.AGENCY, reprints.PORT, reprints.ZARYA]
    assert "COPIES" not in typed(reprinted, "show", reprints.OWN).output


def test_diff_compares_two_outlets(typed: Typed, reprinted: Path) -> None:
    result = typed(reprinted, "diff", reprints.AGENCY, "--with", reprints.PORT)
    assert result.exit_code == 0
    assert "[-шесть-]{+пять+}" in result.output
    assert typed(reprinted, "diff", reprints.AGENCY, "--with", reprints.AGENCY).exit_code == 1


def test_an_article_page_links_to_its_copies_and_their_differences(
    browser: TestClient, numbers: dict[str, int]
) -> None:
    agency, port = numbers[reprints.AGENCY], numbers[reprints.PORT]
    page = browser.get(f"/articles/{agency}").text
    assert 'id="h-copies"' in page
    assert f'href="/articles/{agency}/copies/{port}"' in page
    compared = browser.get(f"/articles/{agency}/copies/{port}")
    assert compared.status_code == 200
    assert "<del>шесть</del><ins>пять</ins>" in compared.text
    assert 'id="h-copies"' not in browser.get(f"/articles/{numbers[reprints.OWN]}").text


def test_a_search_page_can_group_copies(browser: TestClient) -> None:
    assert browser.get("/", params={"query": "капитана"}).text.count("<h2") == 3
    page = browser.get("/", params={"query": "капитана", "group_copies": "1"}).text
    assert page.count("<h2") == 1
    assert "3 copies in 3 outlets" in page


def test_the_api_can_group_copies(browser: TestClient, numbers: dict[str, int]) -> None:
    result = browser.get("/api/v1/articles", params={"query": "капитана", "group_copies": "1"}).json()
    (one,) = result["articles"]
    assert one["copies"]["outlets"] == 3
    assert "copies" not in browser.get("/api/v1/articles", params={"query": "капитана"}).json()["articles"][0]
    article = browser.get(f"/api/v1/articles/{numbers[reprints.PORT]}").json()
    assert [copy["place"] for copy in article["copies"]] == [1, 2, 3]
    assert browser.get(f"/api/v1/articles/{numbers[reprints.OWN]}").json()["copies"] == []
