"""Citations in the terminal, on the page of an article and in the API."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from archive.citations.citation import cite
from archive.core import Archive
from newsarchive.web.app import create_app
from tests import small_archive
from tests.conftest import Typed


def _id_of(browser: TestClient, url: str) -> int:
    found = browser.get("/api/v1/articles", params={"limit": 50}).json()["articles"]
    return next(one["id"] for one in found if one["url"] == url)


def test_the_command_names_the_snapshot_only_at_a_known_address(small: Path, typed: Typed) -> None:
    plain = typed(small, "cite", small_archive.SUMMIT)
    named = typed(small, "cite", small_archive.SUMMIT, "--base", "https://archive.example/x/")

    assert plain.exit_code == named.exit_code == 0
    assert "/snapshot/" not in plain.stdout
    assert "serve.address" in plain.stderr
    assert named.stdout.endswith(
        f"Snapshot: https://archive.example/x/snapshot/20220111100001/{small_archive.SUMMIT}\n"
    )
    assert named.stderr == ""


def test_an_older_version_can_be_cited(small: Path, typed: Typed) -> None:
    printed = typed(small, "cite", small_archive.SUMMIT, "--version", "1", "--format", "ris")

    assert "version 1 of 2" in printed.stdout
    assert printed.stdout.startswith("TY  - NEWS")


def test_without_a_source_the_host_is_the_outlet(small: Path) -> None:
    with Archive.open(small) as archive:
        article = replace(
            archive.article(small_archive.SUMMIT), url="https://www.news.example/a", source=None
        )

    assert cite(article, None, None).outlet == "www.news.example"


def test_a_wrong_base_is_refused(small: Path, typed: Typed) -> None:
    refused = typed(small, "cite", small_archive.SUMMIT, "--base", "https://a.example/}|")

    assert refused.exit_code == 2
    assert "is not the address of a web interface" in refused.stderr


def test_the_page_offers_every_format_and_escapes_hostile_headlines(browser: TestClient) -> None:
    page = browser.get(f"/articles/{_id_of(browser, small_archive.HOSTILE)}")
    cited = re.findall(r'<pre class="cite" id="cite-\d+"><bdi>(.*?)</bdi></pre>', page.text, re.DOTALL)

    assert len(cited) == 9
    assert not any("<" in text for text in cited)


def test_only_the_script_of_the_copy_buttons_runs_on_the_page(browser: TestClient) -> None:
    address = f"/articles/{_id_of(browser, small_archive.SUMMIT)}"
    pages = [browser.get(address) for _ in range(2)]
    nonces = [
        re.findall(r"script-src 'nonce-([^']+)'", page.headers["content-security-policy"]) for page in pages
    ]

    assert nonces[0] != nonces[1]
    for page, (nonce,) in zip(pages, nonces, strict=True):
        assert re.findall(r"<script[^>]*>", page.text) == [
            f'<script src="/static/copy.js" nonce="{nonce}" defer>'
        ]
        assert page.headers["x-frame-options"] == "DENY"
    assert browser.get("/static/copy.js").headers["content-type"].startswith("text/javascript")


def test_the_api_cites_with_the_public_address(small: Path, browser: TestClient) -> None:
    path = f"/api/v1/articles/{_id_of(browser, small_archive.SUMMIT)}/citation"
    here = browser.get(path, params={"format": "wikipedia", "lang": "uk"}).json()
    app = create_app(small, address="https://archive.example.org")
    with TestClient(app, base_url="http://127.0.0.1:8470") as public:
        there = public.get(path).json()

    assert here["snapshot"].startswith("http://127.0.0.1:8470/snapshot/")
    assert here["citation"].startswith("{{Cite web ")
    assert there["snapshot"].startswith("https://archive.example.org/snapshot/")
    assert there["snapshot"] in there["citation"]
    assert browser.get(path, params={"format": "mla"}).status_code == 400
