"""Crawls with a small page budget: each captures articles, and successive ones reach all listings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, run_crawl
from newsarchive.demo_site.http_messages import Response
from newsarchive.demo_site.server import Server
from tests.test_crawl_politeness import Outlet, article, html, listing


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    found = Outlet()
    server = Server([found])
    server.start()
    found.base = f"http://127.0.0.1:{server.ports[0]}"
    yield found
    server.stop()


def story(outlet: Outlet, name: str) -> tuple[str, str]:
    """Add an article to the outlet; return its path and title."""
    path, title = f"/news/2022/{name}.html", f"Совет принял решение номер {name} о ремонте дорог"
    outlet.answers[path] = lambda: article(title)
    return path, title


def section(outlet: Outlet, name: str, articles: int = 3) -> str:
    """Add a section with articles of its own; return its path."""
    stories = [story(outlet, f"{name}-{number}") for number in range(articles)]
    outlet.answers[f"/{name}/"] = lambda: listing(*stories)
    return f"/{name}/"


def xml(text: str) -> Response:
    return Response(text.encode(), type="application/xml")


def describe(
    folder: Path,
    outlet: Outlet,
    *,
    sections: Sequence[str] = (),
    feeds: Sequence[str] = (),
    sitemaps: Sequence[str] = (),
    pages: int | str = 1,
    limit: int,
) -> None:
    stated = "" if isinstance(pages, int) else f'pages = "{pages}"\n'
    lines = ['title = "Город"', 'timezone = "Europe/Kyiv"']
    lines += [f'[[sections]]\nname = "{path}"\nurl = "{outlet.base}{path}"\n{stated}' for path in sections]
    lines += ["[discovery]", "article = ['^/news/']"]
    lines += [f"feeds = {[outlet.base + path for path in feeds]}"]
    lines += [f"sitemaps = {[outlet.base + path for path in sitemaps]}"]
    lines += [f"[politeness]\ndelay = 0.0\n[capture]\nrequisites = false\n[limits]\npages = {limit}\n"]
    (folder / "sources" / "city.toml").write_text("\n".join(lines), encoding="utf-8")


class Crawled:
    """Successive crawls, and the requests of each."""

    def __init__(self, folder: Path, outlet: Outlet) -> None:
        self.folder = folder
        self.outlet = outlet

    def once(self) -> tuple[CrawlOutcome, list[str], list[str]]:
        """Run one more crawl; return its outcome, and the listings and articles that it requested."""
        self.outlet.asked.clear()
        outcome = run_crawl(self.folder, CrawlOrder("city"))
        asked = [path for path in self.outlet.asked if path != "/robots.txt"]
        articles = [path for path in asked if path.startswith("/news/")]
        return outcome, [path for path in asked if path not in articles], articles


@pytest.mark.parametrize(
    ("limit", "number", "crawls"),
    [(1, 2, 2), (2, 2, 2), (3, 3, 3), (4, 9, 5)],
)
def test_sections_beyond_the_budget_come_first_in_the_next_crawls(
    folder: Path, outlet: Outlet, limit: int, number: int, crawls: int
) -> None:
    sections = [section(outlet, f"s{place}") for place in range(number)]
    describe(folder, outlet, sections=sections, limit=limit)
    crawled = Crawled(folder, outlet)
    visited: set[str] = set()
    for _ in range(crawls):
        outcome, listings, articles = crawled.once()
        assert outcome.counts["new"] >= 1
        assert outcome.outcome == "limit"
        assert len(listings) + len(articles) <= max(2, limit)
        visited.update(listings)
    assert visited == set(sections)


def test_feeds_beyond_the_budget_come_first_in_the_next_crawls(folder: Path, outlet: Outlet) -> None:
    feeds = []
    for place in range(4):
        path, title = story(outlet, f"f{place}")
        item = f"<item><title>{title}</title><link>{outlet.base}{path}</link></item>"
        outlet.answers[f"/feed{place}"] = lambda item=item: xml(  # type: ignore[misc]
            f'<rss version="2.0"><channel><title>Город</title>{item}</channel></rss>'
        )
        feeds.append(f"/feed{place}")
    describe(folder, outlet, feeds=feeds, limit=4)
    crawled = Crawled(folder, outlet)
    visited: set[str] = set()
    for _ in range(2):
        outcome, listings, _ = crawled.once()
        assert outcome.counts["new"] >= 1
        visited.update(listings)
    assert visited == set(feeds)


def test_sitemaps_of_an_index_take_turns_too(folder: Path, outlet: Outlet) -> None:
    number = 6
    for place in range(number):
        path, _ = story(outlet, f"m{place}")
        outlet.answers[f"/map{place}.xml"] = lambda path=path: xml(  # type: ignore[misc]
            f"<urlset><url><loc>{outlet.base}{path}</loc></url></urlset>"
        )
    nested = "".join(f"<sitemap><loc>{outlet.base}/map{place}.xml</loc></sitemap>" for place in range(number))
    outlet.answers["/index.xml"] = lambda: xml(f"<sitemapindex>{nested}</sitemapindex>")
    describe(folder, outlet, sitemaps=["/index.xml"], limit=6)
    crawled = Crawled(folder, outlet)
    visited: set[str] = set()
    for _ in range(3):
        outcome, listings, _ = crawled.once()
        assert outcome.counts["new"] >= 1
        assert listings[0] == "/index.xml"
        visited.update(listings[1:])
    assert visited == {f"/map{place}.xml" for place in range(number)}


def test_sections_of_many_pages_leave_room_for_one_another_and_for_articles(
    folder: Path, outlet: Outlet
) -> None:
    sections = []
    for place in range(4):
        for page in range(1, 9):
            path, title = story(outlet, f"p{place}-{page}")
            here = f"/s{place}/" if page == 1 else f"/s{place}/?page={page}"
            outlet.answers[here] = lambda path=path, title=title, place=place, page=page: html(  # type: ignore[misc]
                f'<html><body><h1>Город</h1><ul><li><a href="{path}">{title}</a></li></ul>'
                f'<a rel="next" href="/s{place}/?page={page + 1}">Дальше</a></body></html>'
            )
        sections.append(f"/s{place}/")
    describe(folder, outlet, sections=sections, pages="all", limit=8)
    crawled = Crawled(folder, outlet)
    firsts: set[str] = set()
    for _ in range(2):
        outcome, listings, articles = crawled.once()
        assert outcome.counts["new"] >= 2
        assert 3 <= len(listings) <= 4
        assert len([one for one in listings if "page=" not in one]) == 2
        assert len(listings) + len(articles) == 8
        firsts.update(one for one in listings if "page=" not in one)
    assert firsts == set(sections)


def test_a_section_without_a_response_takes_its_turn_like_the_others(folder: Path, outlet: Outlet) -> None:
    sections = ["/gone/", *(section(outlet, f"s{place}") for place in range(2))]
    describe(folder, outlet, sections=sections, limit=2)
    crawled = Crawled(folder, outlet)
    asked = [crawled.once()[1] for _ in range(4)]
    assert asked == [["/gone/"], ["/s0/"], ["/s1/"], ["/gone/"]]


def test_sections_that_redirect_are_read_with_the_smallest_budget(folder: Path, outlet: Outlet) -> None:
    section(outlet, "new")
    outlet.answers["/old/"] = lambda: Response(b"", 301, headers=(("Location", "/new/"),))
    describe(folder, outlet, sections=["/old/"], limit=2)
    outcome, listings, articles = Crawled(folder, outlet).once()
    assert (listings, outcome.counts["new"], len(articles)) == (["/old/", "/new/"], 1, 1)


def test_a_section_with_another_spelling_in_its_address_takes_its_turn(folder: Path, outlet: Outlet) -> None:
    for name in ("город", "мир"):
        stories = [story(outlet, f"{place}-{len(name)}") for place in range(3)]
        escaped = "".join(f"%{byte:02X}" for byte in name.encode())
        outlet.answers[f"/{escaped}/"] = lambda stories=stories: listing(*stories)  # type: ignore[misc]
    describe(folder, outlet, sections=["/город/", "/мир/"], limit=2)
    crawled = Crawled(folder, outlet)
    asked = [crawled.once()[1][0] for _ in range(3)]
    assert asked[0] == asked[2] != asked[1]
