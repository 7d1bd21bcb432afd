"""Snapshots: the choice of a capture, the banner, the headers of archived content, and Memento."""

from __future__ import annotations

from html import unescape

import pytest
from starlette.testclient import TestClient

from tests import small_archive
from tests.small_archive import BRIDGE, GONE, HARBOUR, HOSTILE, LISTING, PICTURE, STYLE, SUMMIT

PARTS = "127.0.0.1:8470/snapshot/"


def test_a_time_redirects_to_the_nearest_capture(browser: TestClient) -> None:
    for stamp, own in (
        ("2021", "20220110100003"),
        ("20220111", "20220111100001"),
        ("2030", "20220112100000"),
    ):
        answer = browser.get(f"/snapshot/{stamp}/{SUMMIT}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/snapshot/{own}/{SUMMIT}"


def test_a_snapshot_has_a_banner_with_its_time_and_neighbours(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/20220111100001/{SUMMIT}")
    page = unescape(answer.text)
    assert "11 January 2022, 10:00:01 UTC" in page
    assert f'src="/snapshot/20220111100001if_/{SUMMIT}"' in page
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert "2 of 3" in page
    assert f"/snapshot/20220110100003/{SUMMIT}" in page
    assert f"/snapshot/20220112100000/{SUMMIT}" in page
    assert answer.headers["Memento-Datetime"] == "Tue, 11 Jan 2022 10:00:01 GMT"


def test_an_archived_url_keeps_its_query_string(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/20220110100004/{BRIDGE}")
    assert answer.status_code == 200
    assert BRIDGE in unescape(answer.text)
    assert browser.get(f"/snapshot/20220110100004/{BRIDGE}0").status_code == 404


def test_archived_content_of_any_type_is_sandboxed(browser: TestClient) -> None:
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


def test_images_and_style_sheets_keep_their_media_types(browser: TestClient) -> None:
    picture = browser.get(f"/snapshot/2022if_/{PICTURE}")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content == small_archive.picture()
    style = browser.get(f"/snapshot/2022if_/{STYLE}")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert f'url("/snapshot/20220110100001if_/{PICTURE}")' in style.text


def test_a_page_in_another_encoding_is_converted_to_utf_8(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/2022if_/{HARBOUR}")
    assert "У порту відкрили новий причал" in answer.content.decode("utf-8")


def test_a_payload_is_downloaded_unchanged(browser: TestClient) -> None:
    answer = browser.get(f"/snapshot/20220112id_/{HARBOUR}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="harbour"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "У порту" in answer.content.decode("cp1251")


def test_the_banner_shows_an_error_status(browser: TestClient) -> None:
    assert "HTTP status 404" in browser.get(f"/snapshot/20220112100001/{GONE}").text


@pytest.mark.parametrize(
    ("target", "status", "message"),
    [
        ("2022/http://never.example/x?a=1", 404, "http://never.example/x?a=1 was never captured"),
        ("2022if_/http://never.example/x", 404, "never captured"),
        ("20221310/http://news.example/", 400, "YYYYMMDDhhmmss"),
        ("2022/javascript:alert(1)//<script>", 400, "YYYYMMDDhhmmss"),
        ("x", 400, "YYYYMMDDhhmmss"),
        ("", 400, "YYYYMMDDhhmmss"),
    ],
)
def test_missing_and_invalid_snapshots_are_explained(
    browser: TestClient, target: str, status: int, message: str
) -> None:
    answer = browser.get(f"/snapshot/{target}")
    assert answer.status_code == status
    assert message in unescape(answer.text)
    assert "<script" not in answer.text


def test_a_timegate_redirects_to_the_snapshot_nearest_to_the_requested_time(browser: TestClient) -> None:
    when = {"Accept-Datetime": "Tue, 11 Jan 2022 12:00:00 GMT"}
    answer = browser.get(f"/timegate/{SUMMIT}", headers=when)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/snapshot/20220111100001/{SUMMIT}"
    assert answer.headers["Vary"] == "accept-datetime"
    assert f'<{SUMMIT}>; rel="original"' in answer.headers["Link"]
    assert browser.get(f"/timegate/{SUMMIT}").headers["Location"] == f"/snapshot/20220112100000/{SUMMIT}"
    refused = browser.get(f"/timegate/{SUMMIT}", headers={"Accept-Datetime": "soon"})
    assert (refused.status_code, refused.headers["Vary"]) == (400, "accept-datetime")
    assert 'rel="timemap"' in refused.headers["Link"]


@pytest.mark.parametrize("form", ["", "if_", "id_"])
def test_an_archived_404_is_replayed_as_a_404(browser: TestClient, form: str) -> None:
    answer = browser.get(f"/snapshot/20220112100001{form}/{GONE}")
    assert answer.status_code == 404
    assert answer.headers["Memento-Datetime"] == "Wed, 12 Jan 2022 10:00:01 GMT"
    assert ("Archived copy" in answer.text) if not form else ("Страница не найдена" in answer.text)


SPELLINGS = [
    "http://news.example/world/10-01-2022/summit?utm_source=rss",
    "http://news.example/world/10-01-2022/summit?fbclid=abc&utm_medium=social",
    "https://news.example/world/10-01-2022/summit",
    "http://www.news.example/world/10-01-2022/summit",
    "http://news.example:80/world/10-01-2022/summit",
    "https://www.NEWS.example:443/world/10-01-2022/summit/?yclid=1",
    "http://news.example/world/10-01-2022/%73ummit",
    "http://news.example/world/10-01-2022/summit/amp/",
    "http://news.example/amp/world/10-01-2022/summit",
    "http://news.example/world/10-01-2022/summit?amp=1",
    "http://amp.news.example/world/10-01-2022/summit",
]


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_every_lookup_finds_an_address_however_it_is_spelled(browser: TestClient, spelled: str) -> None:
    newest = f"/snapshot/20220112100000/{SUMMIT}"
    assert browser.get(f"/snapshot/2030/{spelled}").headers["Location"] == newest
    assert browser.get(f"/timegate/{spelled}").headers["Location"] == newest
    assert len(browser.get(f"/timemap/json/{spelled}").json()["mementos"]["list"]) == 3
    assert browser.get(f"/timemap/link/{spelled}").text.count("memento") == 3
    assert len(browser.get("/api/v1/captures", params={"url": spelled}).json()["captures"]) == 3
    found = browser.get("/", params={"query": spelled})
    assert (found.status_code, found.headers["Location"][:10]) == (302, "/articles/")


def test_a_query_that_is_an_address_of_no_article_opens_its_newest_snapshot(browser: TestClient) -> None:
    answer = browser.get("/", params={"query": LISTING + "?utm_source=x"})
    assert answer.headers["Location"] == f"/snapshot/20220111100000/{LISTING}"
    assert browser.get("/", params={"query": "http://never.example/"}).status_code == 200


def test_a_timemap_lists_all_snapshots(browser: TestClient) -> None:
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
