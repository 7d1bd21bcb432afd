"""`crawl --since` walks a listing back that goes on by POST, and the next crawl goes on where a limit stopped it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl
from newsarchive.demo_site.http_messages import Request, Response
from newsarchive.demo_site.server import Server
from tests.test_crawl_politeness import article, html

PER_PAGE = 3
NEWEST = date(2022, 3, 31)
SINCE = date(2022, 3, 20)
ARTICLES = 60  # one a day


@dataclass
class Outlet:
    """A site whose section has a button that posts a form and answers JSON."""

    base: str = ""
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)  # method, path, body

    def records(self, page: int) -> list[dict[str, str]]:
        return [
            {
                "url": f"/news/{number}-bridge.html",
                "title": f"Мост номер {number} закрыт до конца недели",
                "date": f"{NEWEST - timedelta(days=number):%d.%m.%Y} 11:55",
            }
            for number in range(PER_PAGE * (page - 1), min(PER_PAGE * page, ARTICLES))
        ]

    def __call__(self, request: Request) -> Response:
        body = request.raw.partition(b"\r\n\r\n")[2]
        self.asked.append((request.method, request.path, body))
        if request.path.startswith("/news/"):
            return article(f"Мост номер {request.path[6:].partition('-')[0]} закрыт до конца недели")
        if request.path != "/city/":
            return Response(b"", 404)
        if request.method == "POST":
            page = int(parse_qs(body.decode())["page"][0])
            return Response(
                json.dumps({"items": self.records(page)}).encode(), type="application/json", etag='"x"'
            )
        items = "".join(
            f'<li><a href="{one["url"]}">{one["title"]}</a> <span>{one["date"]}</span></li>'
            for one in self.records(1)
        )
        form = (
            '<form method="post"><input type="hidden" name="page" value="2"><input type="hidden" name="r" value="мир">'
            "<button>Показать ещё</button></form>"
        )
        return html(f"<html><body><h1>Город</h1><ul>{items}</ul>{form}</body></html>")

    def taken(self) -> tuple[list[str], list[int]]:
        """Return the pages requested since the last call, and the articles, as numbers."""
        pages = [parse_qs(body.decode())["page"][0] for method, _, body in self.asked if method == "POST"]
        articles = [int(path[6:].partition("-")[0]) for _, path, _ in self.asked if path.startswith("/news/")]
        self.asked.clear()
        return pages, sorted(articles)


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    found = Outlet()
    server = Server([found])
    server.start()
    found.base = f"http://127.0.0.1:{server.ports[0]}"
    yield found
    server.stop()


def test_a_walk_back_goes_on_where_a_limit_stopped_it(folder: Path, outlet: Outlet) -> None:
    (folder / "sources" / "city.toml").write_text(
        f'title = "Город"\ntimezone = "Europe/Kyiv"\n[[sections]]\nname = "Город"\nurl = "{outlet.base}/city/"\n'
        "[politeness]\ndelay = 0.0\n[capture]\nrequisites = false\n[limits]\npages = 12\n",
        encoding="utf-8",
    )
    first = run_crawl(folder, CrawlOrder("city", since=SINCE))
    pages, taken = outlet.taken()
    assert (first.outcome, pages, taken) == ("limit", ["2", "3"], list(range(9)))
    assert any("Город: went back to 2022-03-23 in 3 pages" in note for note in first.notes)

    second = run_crawl(folder, CrawlOrder("city"))  # on schedule, without --since
    pages, taken = outlet.taken()
    assert (second.outcome, pages) == ("finished", ["3", "4", "5"])  # all articles of page 5 are older
    assert second.counts["new"] == 3
    assert {9, 10, 11} < set(taken) <= set(range(12))
    assert not any("went back" in note for note in second.notes)

    with Archive.open(folder) as archive:
        assert archive.verify().problems == []
        posted = archive.connection.execute(
            "SELECT url, request_body FROM captures WHERE request_body IS NOT NULL"
        ).fetchall()
        assert {row["url"] for row in posted} == {f"{outlet.base}/city/"}
        assert "page=2&r=%D0%BC%D0%B8%D1%80" in {row["request_body"] for row in posted}
        files = [gzip.decompress(file.read_bytes()) for file in (folder / "warc").glob("*.warc.gz")]
        assert any(b"\r\n\r\npage=2&r=%D0%BC%D0%B8%D1%80\r\n\r\n" in content for content in files)
        assert all(row.media_type == "text/html" for row in archive.captures(f"{outlet.base}/city/"))
