"""`newsarchive recheck` and `crawl --full`: visits to known articles on request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import paths
from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl
from newsarchive.demo_site import DemoSite, OutletSite
from tests.conftest import Typed, describe


@dataclass(frozen=True)
class Watched:
    """An archive of a few articles, and the site they are from, which goes on."""

    folder: Path
    site: OutletSite
    urls: list[str]

    def requested(self, since: int) -> list[str]:
        return [
            self.site.base_url + request.path
            for request in self.site.requests()[since:]
            if request.path != "/robots.txt"
        ]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched") / "archive"
    Archive.create(folder).close()
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        site = demo_site.outlets["primorsk"]
        name = describe(folder, site, minimal=True)
        path = folder / paths.SOURCES / f"{name}.toml"
        path.write_text(
            path.read_text("utf-8") + '\n[capture]\nimages = "none"\nrequisites = false\n', "utf-8"
        )
        run_crawl(folder, CrawlOrder(name, max_articles=4))
        with Archive.open(folder) as archive:
            urls = [article.url for article in archive.search("", sort="oldest")]
        yield Watched(folder, site, urls)


def test_only_what_is_asked_for_is_visited_and_each_result_is_reported(
    watched: Watched, typed: Typed
) -> None:
    edited, removed, same, _ = watched.urls
    watched.site.edit_headline(edited, "Совсем другой заголовок")
    watched.site.remove(removed)
    before = len(watched.site.requests())
    ran = typed(watched.folder, "recheck", edited, removed, same, "--json")
    found = {one["url"]: one for one in json.loads(ran.stdout)}
    assert set(watched.requested(before)) == {edited, removed, same}
    assert (found[edited]["version"], found[edited]["changed"]) == (2, ["title", "modified"])
    assert (found[same]["version"], found[same]["changed"], found[same]["state"]) == (1, [], "live")
    assert found[removed]["state"] != "removed", "404 once does not prove a removal"

    before = len(watched.site.requests())
    ran = typed(watched.folder, "recheck", "--query", "совсем другой")
    assert watched.requested(before) == [edited]
    assert "unchanged" in ran.stdout
    assert "1 article visited, 0 changed." in ran.stdout


def test_a_full_crawl_visits_every_known_article_listed_or_not(watched: Watched) -> None:
    path = watched.folder / paths.SOURCES / "primorsk.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("/mir", "/politika"), "utf-8")
    before = len(watched.site.requests())
    try:
        run_crawl(watched.folder, CrawlOrder("primorsk", max_articles=1, full=True))
    finally:
        path.write_text(text, "utf-8")
    assert set(watched.urls) <= set(watched.requested(before))


@pytest.mark.parametrize(
    ("asked", "exit_code", "sentence"),
    [
        ((), 2, "Nothing to visit: name an article, or use --source, --query or --removed."),
        (("http://news.example/nothing",), 1, "http://news.example/nothing"),
        (("--source", "nobody"), 2, "nobody"),
    ],
)
def test_what_cannot_be_visited_is_named(
    small: Path, typed: Typed, asked: tuple[str, ...], exit_code: int, sentence: str
) -> None:
    ran = typed(small, "recheck", *asked)
    assert ran.exit_code == exit_code
    assert sentence in ran.stderr


def test_an_article_whose_source_file_is_missing_is_not_visited(small: Path, typed: Typed) -> None:
    ran = typed(small, "recheck", "--source", "primorsk")
    assert ran.exit_code == 2
    assert "sources/primorsk.toml is missing" in ran.stderr
