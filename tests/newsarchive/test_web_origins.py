"""Cross-site requests: people may follow links, but pages of other sites cannot query, embed or load anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from newsarchive.web.app import create_app
from newsarchive.web.http.origins import crossing
from newsarchive.web.pages import snapshots
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
CROSS_SITE = [
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
def client(small: Path) -> TestClient:
    return TestClient(create_app(small), base_url=f"http://{HOST}")


@pytest.mark.parametrize("headers", CROSS_SITE)
@pytest.mark.parametrize("address", [*CLOSED, *OPEN, "/static/style.css"])
def test_requests_by_pages_of_other_sites_are_rejected_everywhere(
    client: TestClient, address: str, headers: dict[str, str]
) -> None:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/timemap/json/" + small_archive.SUMMIT, 200),
        ("/timemap/link/http://never.example/", 404),
        ("/timegate/" + small_archive.SUMMIT, 302),
    ],
)
def test_programs_on_other_sites_can_read_timegates_and_timemaps(
    client: TestClient, address: str, status: int
) -> None:
    answer = client.get(address, headers={"Origin": EVIL}, follow_redirects=False)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]
    assert client.post(address, headers={"Origin": EVIL}).status_code == 403


@pytest.mark.parametrize("address", OPEN)
@pytest.mark.parametrize("headers", [LINK, {"Referer": f"{EVIL}/page"}])
def test_links_from_other_sites_open_pages(client: TestClient, address: str, headers: dict[str, str]) -> None:
    assert client.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("address", [*CLOSED, "/%64b/archive?sql=select+1"])
@pytest.mark.parametrize("headers", [LINK, {"Referer": f"{EVIL}/page"}])
def test_links_from_other_sites_to_queries_need_confirmation(
    client: TestClient, address: str, headers: dict[str, str]
) -> None:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 403
    assert f'href="{address}"' in answer.text
    assert "another site" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_forms_of_other_sites_are_rejected(client: TestClient, method: str) -> None:
    assert client.request(method, "/", headers=LINK | {"Origin": EVIL}).status_code == 403


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
def test_people_programs_and_own_pages_are_answered(
    client: TestClient, address: str, headers: dict[str, str]
) -> None:
    assert client.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["image", "style"])
def test_a_sandboxed_page_can_load_its_images_and_styles(client: TestClient, kind: str) -> None:
    sandboxed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": kind}
    answer = client.get(FRAME, headers=sandboxed)
    assert answer.status_code == 200
    assert "Cross-Origin-Resource-Policy" not in answer.headers  # it would block them


@pytest.mark.parametrize("kind", ["empty", "script", "document"])
def test_only_requests_for_fonts_come_from_a_sandbox_with_cors(client: TestClient, kind: str) -> None:
    font = {"Origin": "null", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    assert client.get(FRAME, headers=font | {"Sec-Fetch-Dest": kind}).status_code == 403
    answer = client.get(FRAME, headers=font | {"Sec-Fetch-Dest": "font"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers  # this capture is no font


def test_downloads_cannot_be_loaded_by_other_sites(client: TestClient) -> None:
    saved = FRAME.replace("if_", "id_")
    assert client.get(saved).headers["Cross-Origin-Resource-Policy"] == "same-origin"
    sandboxed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert client.get(saved, headers=sandboxed).status_code == 403


def test_websockets_are_rejected(client: TestClient) -> None:
    for address in ("/", "/db/archive"):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(address):
            pass


@pytest.mark.parametrize(
    "host", ["localhost:8470; script-src *", 'localhost:1"', "localhost:", "a@localhost", "localhost/x"]
)
def test_invalid_host_headers_are_rejected(client: TestClient, host: str) -> None:
    assert client.get("/sources", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["http://[", "", "http://", "file://"])
def test_an_invalid_origin_is_foreign(origin: str) -> None:
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
def test_paths_cannot_reach_files_outside_the_archive(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


def test_an_address_cannot_add_headers(client: TestClient) -> None:
    answer = client.get(
        f"/snapshot/2022/{small_archive.SITE}/x%0d%0aSet-Cookie:%20a=b", follow_redirects=False
    )
    assert "set-cookie" not in answer.headers
    assert "\n" not in snapshots.file_name("http://x/a%0d%0ab\r\nc") + ""
