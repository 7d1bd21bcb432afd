"""An archive for tests of the console: a source file, accounts of every role, and crawls that do what a test wants."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from starlette.testclient import TestClient

from newsarchive.accounts import accounts
from newsarchive.accounts.accounts import ROLES
from newsarchive.accounts.throttle import Throttle
from newsarchive.crawling.crawl_process import CrawlOrder
from newsarchive.web.app import create_app
from newsarchive.web.console.access import Console
from newsarchive.web.console.jobs import Jobs, StartCrawl
from newsarchive.web.console.tasks import Tasks

ORIGIN = "http://127.0.0.1:8470"
PASSWORD = "correct horse battery"
TEXT = """title = "Новости Приморска"
timezone = "Europe/Kyiv"
schedule = "*/30 * * * *"

[[sections]]
name = "Мир"
url = "http://news.example/world/"
"""
# A process that behaves like a crawl: it reports its progress, and ends when it is told to or stopped.
CRAWL = """
import json, signal, sys
from archive.crawl_results import CRAWL_COUNTS
counts = dict.fromkeys(CRAWL_COUNTS, 0) | {"found": 7, "new": 3}
def say(**event):
    print(json.dumps(event), flush=True)
def end(outcome):
    say(event="ended", outcome=outcome, crawl="c", fetched=5, counts=counts, failures=[], forbidden=[], refused=[],
        notes=["one thing to note"])
    sys.exit(0)
signal.signal(signal.SIGTERM, lambda *_: end("stopped"))
say(event="progress", phase="fetching", fetched=4, queued=6, **counts)
sys.stdin.read(1)
end("finished")
"""


class Crawls:
    """Starts processes that end when the test says so, and keeps their orders."""

    def __init__(self) -> None:
        self.orders: list[CrawlOrder] = []
        self.children: list[subprocess.Popen[str]] = []

    def start(self, folder: Path, order: CrawlOrder) -> subprocess.Popen[str]:
        """Start one, in place of newsarchive.crawling.crawl_process.start_crawl."""
        child = subprocess.Popen(
            [sys.executable, "-c", CRAWL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.orders.append(order)
        self.children.append(child)
        return child

    def finish(self) -> None:
        """End all crawls."""
        for child in self.children:
            if child.poll() is None and child.stdin and not child.stdin.closed:
                child.stdin.write("x")
                child.stdin.flush()
            child.wait(60)


def client(
    folder: Path, *, is_local: bool = False, start: StartCrawl | None = None, base: str = ORIGIN
) -> TestClient:
    """Return a browser for the archive's web interface, which does not follow redirects."""
    app = create_app(folder, hosts=("archive.example",), is_local=is_local)
    if start is not None:
        app.state.console = Console(folder, is_local, Jobs(folder, start), Tasks(), Throttle())
    return TestClient(app, base_url=base, follow_redirects=False, raise_server_exceptions=False)


def add_accounts(folder: Path) -> dict[str, str]:
    """Add an account of each role, named by it, and return their tokens."""
    for role in ROLES:
        accounts.add_account(folder, role, role, PASSWORD)
    return {role: accounts.set_new_token(folder, role) for role in ROLES}


def csrf_of(page: str) -> str:
    """Return the token in the forms of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def sign_in(browser: TestClient, name: str, password: str = PASSWORD, **fields: str) -> int:
    """Sign in as a browser does, and return the status."""
    form = {"csrf": csrf_of(browser.get("/login").text), "name": name, "password": password, **fields}
    origin = str(browser.base_url).rstrip("/")
    return browser.post("/login", data=form, headers={"Origin": origin}).status_code


def job_of(answer: str) -> dict[str, object]:
    """Return the job in a JSON answer."""
    job: dict[str, object] = json.loads(answer)
    return job
