"""The web pages pass the accessibility checks of axe-core, in Chromium: on a phone and a desktop, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from archive.core import Archive
from archive.replay.urls import snapshot_path
from newsarchive.web.app import create_app
from tests.chromium import CHROMIUM, Chromium, chromium
from tests.newsarchive.test_web_browser import served
from tests.small_archive import LISTING, PICTURE, SUMMIT

pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

WINDOWS = [(375, False), (1440, True)]  # width, whether dark: the colours do not depend on the width
CHECK = """axe.run(document, {iframes: false, resultTypes: ["violations"]}).then(
    found => found.violations.flatMap(
        one => one.nodes.map(node => `${one.id}: ${node.target.join(" ")} ${node.failureSummary}`)))"""


def addresses(folder: Path) -> Iterator[str]:
    """Yield the path of every kind of page, and of its errors."""
    with Archive.open(folder) as archive:
        article = archive.article(SUMMIT)
        assert article.versions > 1
        pages = [archive.captures(url)[-1] for url in (SUMMIT, LISTING, PICTURE)]
        yield from (
            "/",
            "/?query=саммит",
            "/?query=zzzz",
            "/?page=x",
            "/sources",
            f"/sources/{article.source}",
            "/api/",
        )
        removed = next(one for one in archive.search() if one.state == "removed")
        yield from (f"/articles/{one.id}" for one in (article, removed))
        yield f"/articles/{article.id}/compare/1/2"
        yield from (snapshot_path(row.url, row.fetched_at) for row in pages)
        yield f"/record/{pages[0].record_id.strip('<>').removeprefix('urn:uuid:')}"
        yield from ("/articles/1", "/snapshot/x/y")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


def test_no_page_violates_a_rule_of_axe(small: Path, browser: Chromium) -> None:
    axe = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    violations = []
    with served(create_app(small)) as origin:
        for path in addresses(small):
            browser.open(origin + path)
            browser.evaluate(f"{axe};0")
            for width, dark in WINDOWS:
                browser.resize(width, 900, dark=dark)
                violations += [f"{path}, {width} px: {one}" for one in browser.evaluate(CHECK)]
    assert violations == []


def test_axe_would_notice(browser: Chromium) -> None:
    axe = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    browser.open("about:blank")
    browser.evaluate(f"{axe};0")
    browser.evaluate(
        "document.body.innerHTML = '<p style=\"color:#aaa\">grey</p><button><a href=/>x</a></button>';0"
    )
    found = " ".join(browser.evaluate(CHECK))
    assert "color-contrast" in found
    assert "nested-interactive" in found
