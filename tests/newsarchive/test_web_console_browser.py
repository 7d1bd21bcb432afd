"""The console in Chromium: signing in, starting and watching a crawl, editing a file; axe-core on every page."""

from __future__ import annotations

import shutil
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

from newsarchive.accounts import accounts
from newsarchive.accounts.throttle import Throttle
from newsarchive.web.app import create_app
from newsarchive.web.console.access import Console
from newsarchive.web.console.jobs import Jobs
from newsarchive.web.console.new_sources import INSPECTION, TRIAL
from newsarchive.web.console.tasks import Tasks
from tests.chromium import CHROMIUM, Chromium, chromium
from tests.conftest import until
from tests.newsarchive.console_archive import PASSWORD, TEXT, Crawls
from tests.newsarchive.test_web_accessibility import CHECK, WINDOWS
from tests.newsarchive.test_web_browser import served
from tests.newsarchive.test_web_console_sources import RESULT, SITE

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(find_spec("axe_core_python") is None, reason="axe-core-python is not installed"),
    pytest.mark.usefixtures("quick_hashes"),
]
ABOUT = {"name": "news", "url": SITE.url, "text": TEXT, "digest": ""}
# Resolves when the page that replaces this one has been loaded, or the text is on this one.
SHOWS = """new Promise((resolve, reject) => {{
    const started = Date.now();
    const look = () => document.body.innerText.includes({text!r}) ? resolve(true)
        : Date.now() - started > 30000 ? reject(document.body.innerText) : setTimeout(look, 50);
    look();
}})"""


class Person:
    """Someone who uses the console in a browser."""

    def __init__(self, browser: Chromium, origin: str) -> None:
        self.browser, self.origin = browser, origin
        self.axe = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")

    def text(self) -> str:
        """Return the text of the page."""
        return str(self.browser.evaluate("document.body.innerText"))

    def send(self, button: str, **fields: str) -> None:
        """Fill in the fields of a form, press its button, and wait for the next page."""
        for name, value in fields.items():
            self.browser.evaluate(f"document.querySelector('[name={name}]').value = {value!r};0")
        press = f"[...document.querySelectorAll('button')].find(b => b.innerText.startsWith({button!r})).click();0"
        self.browser.follow(press)

    def violations(self) -> list[str]:
        """Return what axe-core finds on the page, on a desktop and a phone."""
        self.browser.evaluate(f"{self.axe};0")
        found = []
        for width, dark in WINDOWS:
            self.browser.resize(width, 900, dark=dark)
            is_wide = "document.documentElement.scrollWidth > innerWidth"
            found += [f"{width} px: {one}" for one in self.browser.evaluate(CHECK)]
            found += [f"{width} px: the page is wider"] if self.browser.evaluate(is_wide) else []
        return found


def test_an_archivist_signs_in_crawls_and_edits(small: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    (folder / "sources/primorsk.toml").write_text(TEXT, encoding="utf-8")
    accounts.add_account(folder, "anna", "archivist", PASSWORD)
    crawls = Crawls()
    app = create_app(folder)
    jobs = Jobs(folder, crawls.start)
    app.state.console = Console(folder, False, jobs, Tasks(), Throttle())
    violations: dict[str, list[str]] = {}
    with served(app) as origin, chromium(tmp_path / "profile") as browser:
        page = Person(browser, origin)
        browser.open(f"{origin}/console/sources/primorsk")
        page.send("Sign in", name="anna", password="a wrong password")
        assert "The name or the password is wrong" in page.text()
        violations["sign in"] = page.violations()
        page.send("Sign in", name="anna", password=PASSWORD)
        assert "Signed in as anna" in page.text()
        violations["source"] = page.violations()

        page.send("Crawl now", max_articles="5")
        assert browser.evaluate(SHOWS.format(text="4 fetched, 6 queued"))
        (job,) = jobs.running()
        assert browser.evaluate("document.querySelector('progress').value") == 4
        violations["crawling"] = page.violations()
        browser.open(f"{origin}/console/")
        assert browser.evaluate(SHOWS.format(text="4 fetched, 6 queued"))
        violations["overview"] = page.violations()
        browser.open(f"{origin}/console/sources/primorsk")
        browser.follow("0", before=crawls.finish)  # the script loads the page again when the crawl has ended
        assert "finished, 7 found, 3 new" in page.text()
        assert jobs.find(job.id).by == "anna"

        browser.open(f"{origin}/console/new")
        violations["new"] = page.violations()
        for what, result in ((INSPECTION, SITE), (TRIAL, RESULT)):
            task = app.state.console.tasks.start(what, ABOUT, lambda report, result=result: result)
            browser.open(f"{origin}/console/tasks/{task.id}")
            assert browser.evaluate(SHOWS.format(text="Мир"))
            browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true);0")
            violations[what] = page.violations()

        browser.open(f"{origin}/console/sources/primorsk/edit")
        violations["edit"] = page.violations()
        page.send("Save", text="titel = 1")
        assert "Not saved: " in page.text()
        violations["mistakes"] = page.violations()
        page.send("Save", text=TEXT.replace("*/30", "*/20"))
        assert "*/20 * * * *" in page.text()
        page.send("Sign out")
        browser.open(f"{origin}/console/")
        assert "Sign in" in page.text()
    assert (folder / "sources/primorsk.toml").read_text("utf-8") == TEXT.replace("*/30", "*/20")
    assert {name: found for name, found in violations.items() if found} == {}


def test_a_running_crawl_is_shown_without_scripts_too(small: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    (folder / "sources/primorsk.toml").write_text(TEXT, encoding="utf-8")
    crawls = Crawls()
    app = create_app(folder, is_local=True)
    jobs = Jobs(folder, crawls.start)
    app.state.console = Console(folder, True, jobs, Tasks(), Throttle())
    scripts_off = "--blink-settings=scriptEnabled=false"
    with served(app) as origin, chromium(tmp_path / "profile", scripts_off) as browser:
        browser.open(f"{origin}/console/sources/primorsk")
        browser.follow("document.querySelector('form[action$=crawl] button').click();0")
        until(crawls.children[0], lambda: jobs.running()[0].state == "running")
        browser.follow("0")  # the page is loaded again by itself
        assert "4 fetched, 6 queued" in browser.evaluate("document.body.innerText")
    crawls.finish()
    jobs.close()
