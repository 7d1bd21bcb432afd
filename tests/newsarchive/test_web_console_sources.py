"""Adding, trying, pausing and resuming sources in the console."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archive.errors import ArchiveError
from newsarchive.source_editing.trial import try_source
from newsarchive.source_setup.model import FoundFeed, FoundSection, SiteDescription, Stated, ZoneFinding
from newsarchive.web.console.new_sources import INSPECTION, TRIAL
from newsarchive.web.console.tasks import Report, Task
from spiders.sources.source import load
from tests.newsarchive.console_archive import ORIGIN, TEXT, Crawls, client, csrf_of

FROM_HERE = {"Origin": ORIGIN}
SOURCE = "/console/sources/primorsk"
SITE = SiteDescription(
    url="https://news.example/",
    name="news",
    title=Stated("Новости <b>", "og:site_name of the front page"),
    languages=(Stated("ru", "the lang of the page"),),
    zone=ZoneFinding(None, "nothing on the pages states one", ("Europe/Kyiv",)),
    sections=(FoundSection("Мир", "https://news.example/world/", 12),),
    feeds=(FoundFeed("https://news.example/rss.xml", 20, "the front page"),),
    notes=("one thing to look at",),
)
RESULT = {
    "articles": 1,
    "listings": [
        {
            "url": "https://news.example/world/",
            "role": "listing",
            "section": "Мир",
            "found": 3,
            "problem": None,
        }
    ],
    "pages": [
        {
            "url": "https://news.example/world/1",
            "problem": None,
            "fields": {
                "title": "<script>headline",
                "published": "2022-01-10T11:55:00+02:00",
                "published_stated": "11:55 10 января 2022",
                "published_found_in": "visible",
                "section": "Мир",
                "words": 312,
                "authors": [],
                "lead": None,
                "images": [],
                "body": "one\n\ntwo",
            },
        },
        {"url": "https://news.example/world/2", "problem": "captcha", "fields": None},
    ],
    "notes": [],
    "forbidden": [],
    "advice": [{"field": "authors", "problem": "empty", "action": "Set rules.author.", "setting": None}],
}


@pytest.fixture
def browser(small: Path, tmp_path: Path) -> TestClient:
    """Return a browser for a copy of the small archive with a source file."""
    folder: Path = shutil.copytree(small, tmp_path / "copy")
    (folder / "sources/primorsk.toml").write_text(TEXT, encoding="utf-8")
    return client(folder, is_local=True, start=Crawls().start)


def folder_of(browser: TestClient) -> Path:
    folder: Path = browser.app.state.folder  # type: ignore[attr-defined]
    return folder


def ended(browser: TestClient, what: str, about: dict[str, str], result: object) -> Task:
    """Return a task that has ended with a result, or an error."""

    def work(report: Report) -> object:
        if isinstance(result, Exception):
            raise result
        return result

    task: Task = browser.app.state.console.tasks.start(what, about, work)  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name == what:
            thread.join()
    return task


def test_a_source_is_paused_and_resumed(browser: TestClient) -> None:
    csrf = {"csrf": csrf_of(browser.get(SOURCE).text)}
    assert (
        browser.post(f"{SOURCE}/pause", data={**csrf, "why": "moved"}, headers=FROM_HERE).status_code == 303
    )
    path = folder_of(browser) / "sources/primorsk.toml"
    assert load(path).state == "paused"
    page = browser.get(SOURCE).text
    assert "This source is paused and not crawled." in page
    assert "Crawl now" not in page
    assert browser.post(f"{SOURCE}/crawl", data=csrf, headers=FROM_HERE).status_code == 409
    again = browser.post(f"{SOURCE}/pause", data=csrf, headers=FROM_HERE)
    assert (again.status_code, "paused already" in again.text) == (409, True)
    assert browser.post(f"{SOURCE}/resume", data=csrf, headers=FROM_HERE).status_code == 303
    assert load(path).state == "active"
    assert browser.post("/console/sources/zzz/pause", data=csrf, headers=FROM_HERE).status_code == 404


def test_what_was_found_on_a_site_is_shown_and_the_zone_asked_for(browser: TestClient) -> None:
    task = ended(browser, INSPECTION, {"name": "news", "url": SITE.url}, SITE)
    page = browser.get(f"/console/tasks/{task.id}").text
    for text in (
        "Новости &lt;b&gt;",
        "12 articles",
        "rss.xml",
        "one thing to look at",
        'value="Europe/Kyiv"',
    ):
        assert text in page
    assert "<textarea" not in page
    assert browser.get(f"/console/tasks/{task.id}?timezone=../x").status_code == 400
    page = browser.get(f"/console/tasks/{task.id}?timezone=Europe/Kyiv").text
    assert "timezone = &#34;Europe/Kyiv&#34;" in page
    assert 'action="/console/sources/news/create"' in page
    progress = browser.get(f"/console/tasks/{task.id}/progress.json").json()
    assert (progress["state"], progress["result"]["name"]) == ("ended", "news")


def test_a_new_source_is_checked_and_saved(browser: TestClient) -> None:
    csrf = {"csrf": csrf_of(browser.get("/console/new").text)}

    def create(name: str, text: str) -> int:
        form = {**csrf, "text": text}
        return browser.post(f"/console/sources/{name}/create", data=form, headers=FROM_HERE).status_code

    sources = folder_of(browser) / "sources"
    before = sorted(sources.iterdir())
    assert create("news", "title = 1") == 422
    assert create("primorsk", TEXT) == 409
    assert create("NEWS", TEXT) == 409
    assert create("..%2fnews", TEXT) in (404, 405)
    assert sorted(sources.iterdir()) == before
    assert create("news", TEXT.replace("\n", "\r\n")) == 303
    assert (sources / "news.toml").read_text("utf-8") == TEXT
    assert create("news", TEXT) == 409


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "file:///etc/passwd", "two words", "http://news.example/world/"]
)
def test_an_address_that_is_no_new_site_is_refused(browser: TestClient, url: str) -> None:
    form = {"csrf": csrf_of(browser.get("/console/new").text), "url": url}
    answer = browser.post("/console/new", data=form, headers=FROM_HERE)
    assert answer.status_code == 409
    assert "is not a web address" in answer.text or "is there already" in answer.text


def test_the_result_of_a_dry_run_is_shown_with_the_draft(browser: TestClient) -> None:
    task = ended(browser, TRIAL, {"name": "primorsk", "text": TEXT + "# draft\n", "digest": "d"}, RESULT)
    page = browser.get(f"/console/tasks/{task.id}").text
    for text in (
        "1 of 2 pages",
        "&lt;script&gt;headline",
        "312 words",
        "captcha",
        "Set rules.author.",
        "# draft",
    ):
        assert text in page
    assert 'action="/console/sources/primorsk/edit"' in page
    assert "<script" not in page


def test_a_task_that_failed_says_why_and_keeps_the_draft(browser: TestClient) -> None:
    about = {"name": "primorsk", "text": TEXT + "# draft\n", "digest": "d"}
    task = ended(browser, TRIAL, about, ArchiveError("The host is not known."))
    page = browser.get(f"/console/tasks/{task.id}").text
    assert "The host is not known." in page
    assert "# draft" in page


def test_a_draft_with_mistakes_is_not_tried(browser: TestClient) -> None:
    form = {"csrf": csrf_of(browser.get(SOURCE).text), "text": "titel = 1", "digest": ""}
    answer = browser.post(f"{SOURCE}/try", data=form, headers=FROM_HERE)
    assert answer.status_code == 422
    assert "titel = 1" in answer.text
    missing = browser.post("/console/sources/zzz/try", data={**form, "digest": "x"}, headers=FROM_HERE)
    assert missing.status_code == 404


def test_a_dry_run_that_is_not_possible_says_why_and_leaves_nothing(browser: TestClient) -> None:
    folder = folder_of(browser)
    (folder / "newsarchive.toml").touch()
    before = sorted(folder.rglob("*"))
    with pytest.raises(ArchiveError, match=r"^…/sources/primorsk.toml: there is no entry point"):
        try_source(folder, "primorsk", "title = 1")
    assert sorted(folder.rglob("*")) == before
