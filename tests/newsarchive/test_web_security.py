"""Security of all responses: host names, headers, methods, time limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsarchive.web.app import create_app
from newsarchive.web.http.security import OWN_POLICY, replay_headers
from tests import small_archive

SCRIPTS = (
    """<script src="/static/copy.js" nonce="{{ nonce }}" defer></script>""",
    """<script src="/static/progress.js" nonce="{{ nonce }}" defer></script>""",
)


def client(small: Path, host: str = "127.0.0.1") -> TestClient:
    app = create_app(small, hosts=("archive.example",))
    return TestClient(app, base_url=f"http://{host}", raise_server_exceptions=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8470", "localhost", "LOCALHOST:1", "[::1]:8470", "archive.example", "192.0.2.7"]
)
def test_known_host_names_are_accepted(small: Path, host: str) -> None:
    assert client(small).get("/sources", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::1", "2130706433"]
)
def test_unknown_host_names_are_rejected(small: Path, host: str) -> None:
    answer = client(small).get("/sources", headers={"Host": host})
    assert answer.status_code == 400
    assert "Приморск" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["/", "/sources", "/nothing", "/articles/x", "/static/style.css", "/api/v1/articles", "/api/v1/x"],
)
def test_pages_allow_no_scripts_and_no_framing(small: Path, address: str) -> None:
    headers = client(small).get(address).headers
    assert headers["Content-Security-Policy"] == OWN_POLICY
    assert "script" not in OWN_POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_an_unexpected_error_shows_no_traceback_and_keeps_the_security_headers(small: Path) -> None:
    app = create_app(small)
    app.state.folder = None
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as broken:
        answer = broken.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "TypeError" not in answer.text
    assert answer.headers["Content-Security-Policy"] == OWN_POLICY


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_methods_that_write_are_rejected(small: Path, method: str) -> None:
    answer = client(small).request(method, "/sources")
    assert answer.status_code == 405
    assert "Method not allowed" in answer.text


def test_templates_have_no_scripts_inline_styles_or_unescaped_values(small: Path) -> None:
    for template in (Path(__file__).parents[2] / "newsarchive/web/rendering/templates").iterdir():
        text = template.read_text("utf-8")
        for script in SCRIPTS:
            text = text.replace(script, "")
        assert "<script" not in text
        assert "style=" not in text
        assert "|safe" not in text


def test_the_policy_of_archived_content_names_no_ipv6_address() -> None:
    assert "img-src 'self' data:" in replay_headers("[::1]:8470")["Content-Security-Policy"]


def test_links_to_the_live_web_send_no_referrer(small: Path) -> None:
    page = client(small).get("/snapshot/20220110100003/" + small_archive.SUMMIT).text
    assert f'href="{small_archive.SUMMIT}" rel="noreferrer noopener nofollow"' in page
    assert "live web" in page


def test_a_request_that_exceeds_the_time_limit_gives_a_sentence(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.web.http.requests.SECONDS", -1.0)
    monkeypatch.setattr("archive.index.db.connection._STEPS", 1)
    for address in ("/", "/?query=мост", "/api/v1/articles?query=мост", "/sources"):
        answer = client(small).get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "takes too long" in answer.text
        assert "Traceback" not in answer.text
