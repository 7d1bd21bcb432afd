"""The JSON API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archive.core import Archive
from newsarchive.web.app import create_app
from tests import small_archive


@pytest.fixture
def program(small: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small), base_url="http://localhost:8470") as client:
        yield client


def test_articles_have_the_same_fields_as_in_exports(program: TestClient, small: Path) -> None:
    with Archive.open(small) as archive:
        exported = [article.as_dict() for article in archive.search("миротворцев", source="primorsk")]
    answer = program.get("/api/v1/articles", params={"query": "миротворцев", "source": "primorsk"})
    assert answer.json() == {"articles": exported, "next": None}


def test_results_are_paged_with_links_to_the_next_page(program: TestClient) -> None:
    address: str | None = "/api/v1/articles?limit=2&sort=oldest"
    found: list[int] = []
    while address:
        page = program.get(address).json()
        found += [article["id"] for article in page["articles"]]
        address = page["next"]
    assert len(found) == len(set(found)) == 5


def test_an_article_includes_its_history(program: TestClient, small: Path) -> None:
    with Archive.open(small) as archive:
        key = archive.article(small_archive.SUMMIT).id
    result = program.get(f"/api/v1/articles/{key}").json()
    assert [version["version"] for version in result["history"]] == [1, 2]
    assert result["addresses"] == [small_archive.SUMMIT]
    assert result["version"] == 2
    assert program.get(f"/api/v1/articles/{key}?version=1").json()["version"] == 1


def test_all_captures_of_a_url_are_listed(program: TestClient) -> None:
    result = program.get("/api/v1/captures", params={"url": small_archive.BRIDGE}).json()
    assert [one["fetched_at"] for one in result["captures"]] == [
        "2022-01-10T10:00:04.000000Z",
        "2022-01-11T10:00:02.000000Z",
    ]
    first = result["captures"][0]
    assert first["url"] == small_archive.BRIDGE
    assert first["snapshot"] == f"/snapshot/20220110100004/{small_archive.BRIDGE}"
    assert first["warc"].startswith("warc/")


def test_a_url_without_captures_gives_an_empty_list(program: TestClient) -> None:
    assert program.get("/api/v1/captures?url=http://never.example/").json()["captures"] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/articles/999999", 404),
        ("/api/v1/articles/x", 404),
        ("/api/v1/articles?limit=501", 400),
        ("/api/v1/articles?from=yesterday", 400),
        ("/api/v1/captures", 400),
        ("/api/v1/captures?url=ftp://x", 400),
        ("/api/v2/", 404),
    ],
)
def test_errors_are_json_with_a_sentence(program: TestClient, address: str, status: int) -> None:
    answer = program.get(address)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/api/v1/articles?query=a&sorted=newest", "sort"),
        ("/api/v1/articles?published_from=2022-01-10", "captured_from"),
        ("/api/v1/captures?uri=http://news.example/", "url"),
        ("/api/v1/articles/1?versions=1", "version"),
        ("/?sorce=port", "source"),
    ],
)
def test_an_unknown_parameter_is_rejected_with_a_suggestion(
    program: TestClient, address: str, nearest: str
) -> None:
    answer = program.get(address)
    assert answer.status_code == 400
    assert f"Did you mean “{nearest}”?" in answer.text


def test_the_first_digits_of_an_id_are_not_enough(program: TestClient, small: Path) -> None:
    with Archive.open(small) as archive:
        key = archive.article(small_archive.SUMMIT).id
    answer = program.get(f"/api/v1/articles/{key // 10}")
    assert answer.status_code == 404
    assert answer.json() == {"error": f"There is no article {key // 10}."}
    assert program.get(f"/articles/{key // 10}").url.path == f"/articles/{key}"


@pytest.mark.parametrize("url", ["notaurl", "not/an.address", ""])
def test_a_word_is_not_a_url(program: TestClient, url: str) -> None:
    assert program.get("/api/v1/captures", params={"url": url}).status_code == 400
    assert program.get("/api/v1/captures", params={"url": "never.example/x"}).status_code == 200
