"""Articles that their addresses no longer show: what the archive says of them, with its evidence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from archive.core import Archive
from archive.extraction.model import Outlet
from archive.jobs.pool import pool
from newsarchive.cli import main
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl
from newsarchive.web.app import create_app
from tests.hostile import Hostile, answers, article, in_turn, listing, redirects

LOST = (
    "<html><head><title>404 &mdash; страница не найдена</title></head><body><h1>Страница не найдена</h1>"
    "<p>Запрашиваемая страница не существует или была удалена.</p></body></html>"
)
NAMES = ("kept", "soft", "moved", "to-section", "shows-section", "one-word", "gone")
PATHS = {name: f"/a/{number}-{name}-story" for number, name in enumerate(NAMES)}
# Read as an article, though it is the section: a heading, a stamp and a text.
SECTION = listing(*PATHS.values(), more=f"<div>{article('Новости города и области за неделю')}</div>")
ONE_WORD = "<html><title>Новости Приморска</title><body><h1>Новости Приморска</h1><p>Все</p></body></html>"


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, dict[str, int]]]:
    """Return an archive after two crawls, the address of its site, and the counts of the second crawl."""
    folder = tmp_path_factory.mktemp("lost") / "archive"
    Archive.create(folder).close()
    later = {
        "soft": answers(LOST),
        "moved": redirects("/b/elsewhere"),
        "to-section": redirects("/"),
        "shows-section": answers(SECTION),
        "one-word": answers(ONE_WORD),
        "gone": answers("<h1>404</h1>", status="404 Not Found"),
    }
    shown = {name: answers(article(f"Ремонт моста «{name}» начнут весной")) for name in NAMES}
    scripts = {PATHS[name]: in_turn(shown[name], later.get(name, shown[name])) for name in NAMES}
    with Hostile({"a": {"/": answers(SECTION), **scripts}}) as server:
        (folder / "sources" / "city.toml").write_text(
            'title = "Город"\ntimezone = "Europe/Kyiv"\n[politeness]\ndelay = 0\n'
            f'[[sections]]\nname = "Город"\nurl = "{server.url("a")}"\npages = 1\n'
            "[discovery]\narticle = ['^/a/']\n",
            encoding="utf-8",
        )
        run_crawl(folder, CrawlOrder("city", full=True))
        second = run_crawl(folder, CrawlOrder("city", full=True))
        yield folder, server.url("a", ""), dict(second.counts)


def evidence(folder: Path, url: str) -> dict[str, Any]:
    with Archive.open(folder) as archive:
        found = archive.state_evidence(url)
        return {"state": archive.article(url).state, **(found.as_dict() if found else {})}


def test_a_section_is_never_an_article_or_a_version(lost: tuple[Path, str, dict[str, int]]) -> None:
    folder, base, counts = lost
    with Archive.open(folder) as archive:
        found = {one.url.removeprefix(base): one for one in archive.search()}
        assert set(found) == set(PATHS.values())
        assert {one.versions for one in found.values()} == {1}
    assert (counts["new"], counts["changed"]) == (0, 0)


@pytest.mark.parametrize(
    ("name", "state", "status", "reason"),
    [
        ("soft", "unavailable", 200, "soft 404"),
        ("shows-section", "unavailable", 200, "section page"),
        ("one-word", "unavailable", 200, "no text"),
        ("gone", "unavailable", 404, "answered 404"),
    ],
)
def test_the_evidence_is_the_last_response(
    lost: tuple[Path, str, dict[str, int]], name: str, state: str, status: int, reason: str
) -> None:
    folder, base, _ = lost
    found = evidence(folder, base + PATHS[name])
    assert (found["state"], found["status"], found["reason"]) == (state, status, reason)


def test_a_soft_404_is_shown_with_the_title_of_its_page(lost: tuple[Path, str, dict[str, int]]) -> None:
    folder, base, _ = lost
    url = base + PATHS["soft"]
    shown = CliRunner().invoke(main, ["--archive", str(folder), "show", url]).output
    assert "soft 404" in shown
    assert "HTTP status 200, page titled «404 — страница не найдена»" in shown
    data = json.loads(CliRunner().invoke(main, ["--archive", str(folder), "show", url, "--json"]).output)
    assert data["state_evidence"]["page_title"] == "404 — страница не найдена"
    assert data["state_evidence"]["checked_at"].endswith("Z")
    with TestClient(create_app(folder), base_url="http://localhost") as client:
        page = client.get(f"/articles/{data['id']}").text
        answer = client.get(f"/api/v1/articles/{data['id']}").json()
    assert "“page not found” message (soft 404)</bdi>, HTTP status 200" in page
    assert "page titled “<bdi>404 — страница не найдена</bdi>”" in page
    assert answer["state_evidence"] == data["state_evidence"]


def test_a_move_says_where_to(lost: tuple[Path, str, dict[str, int]]) -> None:
    folder, base, _ = lost
    for name, state, target in (("moved", "unavailable", "/b/elsewhere"), ("to-section", "unavailable", "/")):
        found = evidence(folder, base + PATHS[name])
        assert (name, found["state"], found["status"]) == (name, state, 302)
        assert found["redirects_to"] == base + target
    shown = CliRunner().invoke(main, ["--archive", str(folder), "show", base + PATHS["moved"]]).output
    assert f"HTTP status 302, redirects to {base}/b/elsewhere" in shown


def test_an_article_that_is_there_has_no_such_evidence(lost: tuple[Path, str, dict[str, int]]) -> None:
    folder, base, _ = lost
    assert evidence(folder, base + PATHS["kept"]) == {"state": "live"}


def test_gone_and_moved_count_articles(lost: tuple[Path, str, dict[str, int]]) -> None:
    _, _, counts = lost
    assert (counts["gone"], counts["moved"]) == (1, 2)


def test_a_rebuild_gives_the_same_states(lost: tuple[Path, str, dict[str, int]], tmp_path: Path) -> None:

    folder, _, _ = lost
    copy = tmp_path / "archive"
    shutil.copytree(folder, copy)
    with pool(1) as executor:
        Archive.rebuild(copy, {"city": Outlet("Europe/Kyiv")}, executor)
    with Archive.open(folder) as before, Archive.open(copy) as after:
        assert [(one.id, one.state, one.versions) for one in before.search(sort="oldest")] == [
            (one.id, one.state, one.versions) for one in after.search(sort="oldest")
        ]
