"""Pages of other sites may lead a person here, and may neither ask, embed nor load what is here."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from newsarchive.web import snapshots
from newsarchive.web.app import create_app
from newsarchive.web.origins import crossing
from tests import small_archive

HOST = "localhost:8470"
EVIL = "http://evil.example"
FRAME = f"/snapshot/20220110100003if_/{small_archive.STYLE}"
PAGE = f"/snapshot/20220110100003/{small_archive.SUMMIT}"
SQL = "/db/archive.json?sql=select+1"
CLOSED = [
    "/db/",
    "/db/archive",
    SQL,
    "/db/archive?sql=select+1",
    "/db/archive/articles.csv",
    "/api/v1/articles",
]
OPEN = ["/", "/?query=мост", "/sources", PAGE]
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"},  # another port
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "websocket", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": EVIL},
    {"Origin": "null"},
    {"Origin": "http://localhost:3000"},
    {"Origin": f"http://{HOST}.evil.example"},
    {"Sec-Fetch-Site": "same-origin", "Origin": EVIL},
]


@pytest.fixture
def asked(small: Path) -> TestClient:
    return TestClient(create_app(small), base_url=f"http://{HOST}")


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    "address", [*CLOSED, *OPEN, "/static/style.css", "/timemap/json/" + small_archive.SUMMIT]
)
def test_what_another_site_asks_for_is_refused_everywhere(
    asked: TestClient, address: str, headers: dict[str, str]
) -> None:
    answer = asked.get(address, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", OPEN)
@pytest.mark.parametrize("headers", [LINK, {"Referer": f"{EVIL}/page"}])
def test_a_link_of_another_site_leads_to_a_page(
    asked: TestClient, address: str, headers: dict[str, str]
) -> None:
    assert asked.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("address", [*CLOSED, "/%64b/archive?sql=select+1"])
@pytest.mark.parametrize("headers", [LINK, {"Referer": f"{EVIL}/page"}])
def test_a_link_of_another_site_runs_no_query_and_leads_to_a_page_that_asks(
    asked: TestClient, address: str, headers: dict[str, str]
) -> None:
    answer = asked.get(address, headers=headers)
    assert answer.status_code == 403
    assert f'href="{address}"' in answer.text
    assert "another site" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_site_sends_no_form_here(asked: TestClient, method: str) -> None:
    assert asked.request(method, "/", headers=LINK | {"Origin": EVIL}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": "curl/8"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Origin": f"http://{HOST}"},
        {"Referer": f"http://{HOST}/db/archive"},
        {"Sec-Fetch-Site": "same-origin", "Referer": "http://behind.a.proxy/db/"},
    ],
)
@pytest.mark.parametrize("address", [SQL, "/api/v1/articles", "/timemap/json/" + small_archive.SUMMIT, PAGE])
def test_people_programs_and_our_own_pages_are_answered(
    asked: TestClient, address: str, headers: dict[str, str]
) -> None:
    assert asked.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["image", "style"])
def test_an_archived_page_gets_its_parts_though_its_sandbox_makes_it_a_stranger(
    asked: TestClient, kind: str
) -> None:
    sandboxed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": kind}
    answer = asked.get(FRAME, headers=sandboxed)
    assert answer.status_code == 200
    assert "Cross-Origin-Resource-Policy" not in answer.headers  # it would cut the part off


def test_what_is_saved_is_loaded_by_no_page_of_another_site(asked: TestClient) -> None:
    saved = FRAME.replace("if_", "id_")
    assert asked.get(saved).headers["Cross-Origin-Resource-Policy"] == "same-origin"
    sandboxed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert asked.get(saved, headers=sandboxed).status_code == 403


def test_there_are_no_websockets(asked: TestClient) -> None:
    for address in ("/", "/db/archive"):
        with pytest.raises(WebSocketDisconnect), asked.websocket_connect(address):
            pass


@pytest.mark.parametrize(
    "host", ["localhost:8470; script-src *", 'localhost:1"', "localhost:", "a@localhost", "localhost/x"]
)
def test_a_host_that_is_none_is_refused(asked: TestClient, host: str) -> None:
    assert asked.get("/sources", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["http://[", "", "http://", "file://"])
def test_an_origin_that_cannot_be_read_is_foreign(origin: str) -> None:
    assert crossing("GET", "/", Headers({"host": HOST, "origin": origin})) == "foreign"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e%2fapp.py",
        "/db/-/static/../../../../etc/passwd",
        "/db/sheet/..%2f..%2fapp.py",
        "/record/../../newsarchive.toml",
        "/snapshot/20220110100003id_/file:///etc/passwd",
        "/snapshot/20220110100003id_/../../newsarchive.toml",
        "/sources/..%2f..%2fetc",
    ],
)
def test_no_address_leads_to_a_file_outside(asked: TestClient, path: str) -> None:
    answer = asked.get(path)
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


def test_an_address_adds_no_header(asked: TestClient) -> None:
    answer = asked.get(
        f"/snapshot/2022/{small_archive.SITE}/x%0d%0aSet-Cookie:%20a=b", follow_redirects=False
    )
    assert "set-cookie" not in answer.headers
    assert "\n" not in snapshots.file_name("http://x/a%0d%0ab\r\nc") + ""
