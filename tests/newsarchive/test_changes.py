"""`newsarchive changes`, /changes, its Atom feeds and the API: one list, four interfaces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result
from starlette.testclient import TestClient

from archive.index.lookup.changes import ArticleChange
from newsarchive.notices import change_feed
from newsarchive.web.app import create_app
from tests.small_archive import GONE, SUMMIT

ATOM = "{http://www.w3.org/2005/Atom}"
Typed = Callable[..., Result]


@pytest.fixture(scope="module")
def client(small: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small), base_url="http://localhost") as client:
        yield client


def assert_valid_feed(text: bytes | str) -> ElementTree.Element:
    """Check what RFC 4287 requires of a feed and its entries; return the feed."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{ATOM}feed"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"{ATOM}{name}")
            assert one.text
        assert datetime.fromisoformat(str(element.findtext(f"{ATOM}updated"))).tzinfo is not None
        assert str(element.findtext(f"{ATOM}id")).startswith("urn:uuid:")
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for entry in root.findall(f"{ATOM}entry"):
        (link,) = entry.findall(f"{ATOM}link")
        assert link.get("rel") == "alternate"
        assert str(link.get("href")).startswith("http")
    return root


def test_changes_are_listed(typed: Typed, small: Path) -> None:
    printed = typed(small, "changes").stdout
    assert "edited, fact: headline, number" in printed
    assert "- 2,3" in printed
    assert "+ 2,03" in printed
    assert "404 or 410 first 2022-01-11 10:00:03 UTC" in printed
    assert printed.index("edited") < printed.index("removed")


def test_json_lines_are_what_the_api_answers(typed: Typed, small: Path, client: TestClient) -> None:
    lines = [json.loads(line) for line in typed(small, "changes", "--json").stdout.splitlines()]
    answer: dict[str, Any] = client.get("/api/v1/changes?order=oldest").json()
    assert answer == {"changes": lines, "next": None}
    assert [line["kind"] for line in lines] == ["edit", "removal"]
    first = client.get("/api/v1/changes?limit=1").json()
    assert [one["kind"] for one in first["changes"]] == ["removal"]
    assert client.get(first["next"]).json()["changes"] == lines[:1]


def test_nothing_found_is_an_exit_code(typed: Typed, small: Path) -> None:
    result = typed(small, "changes", "--since", "2030-01-01")
    assert (result.exit_code, result.stderr) == (1, "No changes.\n")
    assert typed(small, "changes", "--since", "tomorrow").exit_code == 2


def test_a_feed_is_written_to_a_file(typed: Typed, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.atom"
    result = typed(small, "changes", "--kind", "removal", "--atom", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(assert_valid_feed(file.read_bytes()).findall(f"{ATOM}entry")) == 1
    before = file.read_bytes()
    typed(small, "changes", "--kind", "removal", "--atom", str(file))
    assert file.read_bytes() == before


def test_the_page_has_filters_and_a_feed_of_the_same_selection(client: TestClient) -> None:
    page = client.get("/changes?kind=edit&query=миротворцы")
    assert page.status_code == 200
    assert "2,03" in page.text
    assert "Снятая новость" not in page.text
    feed = client.get("/changes.atom?kind=edit&query=миротворцы")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = assert_valid_feed(feed.content)
    (link,) = root.findall(f"{ATOM}link")
    assert (link.get("rel"), client.get(str(link.get("href"))).content) == ("self", feed.content)
    (entry,) = root.findall(f"{ATOM}entry")
    assert client.get(str(entry.find(f"{ATOM}link").get("href"))).status_code == 200  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/changes", "/changes.atom", "/api/v1/changes"])
def test_invalid_parameters_are_answered_with_a_sentence(client: TestClient, path: str) -> None:
    response = client.get(f"{path}?kind=edits")
    assert response.status_code == 400
    assert "is not one of edit, removal" in response.text


def test_feeds_of_different_selections_have_different_ids(client: TestClient) -> None:
    queries = ("", "?kind=edit", "?source=primorsk", "?query=мост")
    ids = {
        assert_valid_feed(client.get(f"/changes.atom{one}").content).findtext(f"{ATOM}id") for one in queries
    }
    assert len(ids) == 4


def test_a_hostile_headline_stays_text_in_a_feed() -> None:
    hostile = "<script>alert(1)</script> ]]> & \x00\x0b\ud800 ‮ &amp; <!--"
    change = ArticleChange(
        kind="edit",
        at=datetime(2022, 1, 10, tzinfo=UTC),
        article_id=1,
        url='http://news.example/"><x>',
        source=hostile,
        section=None,
        title=hostile,
        title_was=hostile,
        version=2,
        grade="fact",
        given=(hostile,),
    )
    made = change_feed.feed(
        [change], title=hostile, key="k", now=datetime(2022, 1, 10, tzinfo=UTC), link=lambda one: one.url
    )
    root = assert_valid_feed(made)
    title = str(root.findtext(f"{ATOM}entry/{ATOM}title"))
    assert title.startswith("Edited (fact): <script>alert(1)</script> ]]> & ")
    assert "‮" not in title
    assert [element.tag for element in root.iter() if not element.tag.startswith(ATOM)] == []


def test_the_pages_and_show_say_why_since_when_and_with_which_evidence(
    typed: Typed, small: Path, client: TestClient
) -> None:
    data = json.loads(typed(small, "show", GONE, "--json").stdout)
    assert (data["state"], data["state_reason"], data["moved_to"]) == ("removed", "not found", None)
    assert (data["gone_since"], data["state_since"]) == (
        "2022-01-11T10:00:03.000000Z",
        "2022-01-12T10:00:01.000000Z",
    )
    assert [(one["state"], one["status"]) for one in data["state_history"]] == [
        ("unavailable", 404),
        ("removed", 404),
    ]
    assert client.get(f"/api/v1/articles/{data['id']}").json()["state_history"] == data["state_history"]
    printed = typed(small, "show", GONE).stdout
    assert "2022-01-11 10:00:03Z, confirmed 2022-01-12 10:00:01Z" in printed
    page = client.get(f"/articles/{data['id']}").text
    assert "confirmed <time" in page
    for change in data["state_history"]:
        assert change["record_id"] in printed
        assert f"/record/{change['record_id'].strip('<>').removeprefix('urn:uuid:')}" in page


def test_the_grade_of_an_edit_is_shown_with_its_versions(
    typed: Typed, small: Path, client: TestClient
) -> None:
    data = json.loads(typed(small, "show", SUMMIT, "--json").stdout)
    assert [(one["grade"], one["facts"]) for one in data["history"]] == [
        (None, []),
        ("fact", ["headline", "number"]),
    ]
    assert "fact: headline, number" in typed(small, "show", SUMMIT).stdout
    assert "edit graded fact: headline, number" in typed(small, "diff", SUMMIT).stdout
    for path in (f"/articles/{data['id']}", f"/articles/{data['id']}/compare/1/2"):
        assert "fact: headline, number" in client.get(path).text
