"""Several sources crawled one after another in one process are independent."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawls, start_crawl, stop_child
from newsarchive.demo_site import DemoSite
from tests.conftest import UNTIL_STOPPED, describe, until


def test_each_source_has_its_own_crawl_outcome_and_log(folder: Path, demo_site: DemoSite) -> None:
    sites = [demo_site.outlets[name] for name in ("sloboda", "primorsk", "azov")]
    names = [describe(folder, site, minimal=True) for site in sites]
    outcomes = list(run_crawls(folder, [CrawlOrder(name, max_articles=3) for name in names]))
    assert [outcome.source for outcome in outcomes] == names
    assert [outcome.counts["new"] for outcome in outcomes] == [3, 3, 3]
    assert {outcome.exit_code for outcome in outcomes} == {0}
    for name in names:
        log = (folder / "state" / "logs" / f"{name}.log").read_text("utf-8")
        assert log.count("Spider opened") == 1
        assert log.count("Spider closed") == 1
    with Archive.open(folder) as archive:
        assert {crawl.outcome for crawl in archive.crawls()} == {"limit"}


def test_a_source_that_cannot_be_crawled_affects_no_other_one(folder: Path, demo_site: DemoSite) -> None:
    sites = [demo_site.outlets[name] for name in ("sloboda", "primorsk")]
    busy = describe(folder, sites[0], minimal=True, delay=UNTIL_STOPPED)
    name = describe(folder, sites[1], minimal=True)
    child = start_crawl(folder, CrawlOrder(busy))
    until(child, sites[0].requests)
    first, second = run_crawls(folder, [CrawlOrder(busy), CrawlOrder(name, max_articles=3)])
    stop_child(child)
    assert first.notes == [f"{busy} is being crawled already."]
    assert (second.source, second.counts["new"]) == (name, 3)


def test_closing_the_iterator_stops_the_running_crawl_and_starts_no_other(
    folder: Path, demo_site: DemoSite
) -> None:
    sites = [demo_site.outlets[name] for name in ("sloboda", "primorsk", "azov")]
    names = [describe(folder, site, minimal=True) for site in sites]
    with closing(run_crawls(folder, [CrawlOrder(name, max_articles=3) for name in names])) as crawls:
        assert next(crawls).source == names[0]
    with Archive.open(folder) as archive:
        assert names[2] not in {crawl.source for crawl in archive.crawls()}
    assert sites[2].requests() == []
