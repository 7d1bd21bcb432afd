"""Snapshots: which capture answers, what is around it, and what other programs learn of it."""

from __future__ import annotations

from html import unescape

import pytest
from starlette.testclient import TestClient

from tests import small_archive
from tests.small_archive import BRIDGE, GONE, HARBOUR, HOSTILE, PICTURE, STYLE, SUMMIT

PARTS = "127.0.0.1:8470/snapshot/"


def test_any_moment_leads_to_the_capture_nearest_to_it(browser: TestClient) -> None:
    for stamp, own in (
        ("2021", "20220110100003"),
        ("20220111", "20220111100001"),
        ("2030", "20220112100000"),
    ):
        answer = browser.get(f"/snapshot/{stamp}/{SUMMIT}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/snapshot/{own}/{SUMMIT}"


def test_a_snapshot_is_framed_by_a_page_of_ours_that_says_when_it_is_from(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/20220111100001/{SUMMIT}")
    page = unescape(answer.text)
    assert "11 January 2022, 10:00:01 UTC" in page
    assert f'src="/snapshot/20220111100001if_/{SUMMIT}"' in page
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert "2 of 3" in page
    assert f"/snapshot/20220110100003/{SUMMIT}" in page
    assert f"/snapshot/20220112100000/{SUMMIT}" in page
    assert answer.headers["Memento-Datetime"] == "Tue, 11 Jan 2022 10:00:01 GMT"


def test_the_query_of_an_archived_address_survives(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/20220110100004/{BRIDGE}")
    assert answer.status_code == 200
    assert BRIDGE in unescape(answer.text)
    assert browser.get(f"/snapshot/20220110100004/{BRIDGE}0").status_code == 404


def test_archived_content_is_shut_in_whatever_it_is(browser: TestClient) -> None:
    for url in (SUMMIT, PICTURE, STYLE, HOSTILE, HARBOUR):
        answer = browser.get(f"/snapshot/2022if_/{url}")
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == (
            "sandbox allow-top-navigation-by-user-activation; default-src 'none'; "
            f"img-src {PARTS} data:; style-src {PARTS} 'unsafe-inline'; font-src {PARTS} data:; "
            f"media-src {PARTS} data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
        )
        assert "Cross-Origin-Resource-Policy" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_parts_of_a_page_keep_their_types(browser: TestClient) -> None:
    picture = browser.get(f"/snapshot/2022if_/{PICTURE}")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content == small_archive.picture()
    style = browser.get(f"/snapshot/2022if_/{STYLE}")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert f'url("/snapshot/20220110100001if_/{PICTURE}")' in style.text


def test_a_page_in_another_encoding_is_given_in_utf_8(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/2022if_/{HARBOUR}")
    assert "У порту відкрили новий причал" in answer.content.decode("utf-8")


def test_the_payload_can_be_saved_as_it_was(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/20220112id_/{HARBOUR}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="harbour"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "У порту" in answer.content.decode("cp1251")


def test_a_capture_that_answered_with_an_error_says_so(browser: TestClient) -> None:
    assert "answered 404" in browser.get(f"/snapshot/20220112100001/{GONE}").text


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("2022/http://never.example/x?a=1", 404, "http://never.example/x?a=1 was never captured"),
        ("2022if_/http://never.example/x", 404, "never captured"),
        ("20221310/http://news.example/", 400, "YYYYMMDDhhmmss"),
        ("2022/javascript:alert(1)//<script>", 400, "YYYYMMDDhhmmss"),
        ("x", 400, "YYYYMMDDhhmmss"),
        ("", 400, "YYYYMMDDhhmmss"),
    ],
)
def test_what_is_not_there_is_said_to_be_missing(
    browser: TestClient, target: str, status: int, said: str
) -> None:
    answer = browser.get(f"/snapshot/{target}")
    assert answer.status_code == status
    assert said in unescape(answer.text)
    assert "<script" not in answer.text


def test_a_time_gate_leads_to_the_snapshot_of_the_time_asked_for(browser: TestClient) -> None:
    when = {"Accept-Datetime": "Tue, 11 Jan 2022 12:00:00 GMT"}
    answer = browser.get(f"/timegate/{SUMMIT}", headers=when)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/snapshot/20220111100001/{SUMMIT}"
    assert answer.headers["Vary"] == "accept-datetime"
    assert f'<{SUMMIT}>; rel="original"' in answer.headers["Link"]
    assert browser.get(f"/timegate/{SUMMIT}").headers["Location"] == f"/snapshot/20220112100000/{SUMMIT}"
    assert browser.get(f"/timegate/{SUMMIT}", headers={"Accept-Datetime": "soon"}).status_code == 400


def test_a_time_map_lists_every_snapshot(browser: TestClient) -> None:
    links = browser.get(f"/timemap/link/{BRIDGE}")
    assert links.headers["Content-Type"].startswith("application/link-format")
    assert links.text.count("memento") == 2
    listed = browser.get(f"/timemap/json/{BRIDGE}").json()
    assert [one["datetime"] for one in listed["mementos"]["list"]] == [
        "2022-01-10T10:00:04Z",
        "2022-01-11T10:00:02Z",
    ]
    assert listed["original_uri"] == BRIDGE
    missing = browser.get("/timemap/json/http://never.example/")
    assert (missing.status_code, missing.json()) == (
        404,
        {"error": "http://never.example/ was never captured."},
    )
