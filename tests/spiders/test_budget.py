"""The page budget of a crawl: at most half are listings, and there is always room for an article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.events import Fetched
from spiders.crawl.budget import Budget
from spiders.crawl.report import CrawlReport
from spiders.crawl.task import Task
from spiders.sources.source import Section, Source

SOURCE = Source("city", "Город", "UTC", sections=(Section("Город", "http://a.example/"),))


class BudgetUse:
    """A budget, and how many tasks it admits."""

    def __init__(self, source: Source) -> None:
        self.notes: list[str] = []
        self.report = CrawlReport()
        self.budget = Budget(source, self.report, self.notes.append)

    def admitted(self, role: str, number: int, *, page: int = 1, hops: int = 0) -> int:
        """Return how many of a number of tasks the budget admitted."""
        tasks = [
            Task(
                f"http://a.example/{role}{page}/{place}",
                Fetched(role=role, source="city", crawl="c"),
                page,
                hops,
            )
            for place in range(number)
        ]
        admitted = [task for task in tasks if self.budget.has_room(task) and self.budget.spend(task) is None]
        return len(admitted)


@pytest.mark.parametrize(
    ("pages", "listings", "articles"),
    [(1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 2, 2), (5, 2, 3), (200, 100, 100), (10_000, 5000, 5000)],
)
@pytest.mark.parametrize("role", ["listing", "feed", "sitemap"])
def test_half_of_the_pages_at_most_are_listings(pages: int, listings: int, articles: int, role: str) -> None:
    spent = BudgetUse(replace(SOURCE, max_pages=pages))
    assert spent.admitted(role, pages + 3) == listings
    assert spent.admitted("article", pages + 3) == articles
    assert spent.budget.is_exhausted
    assert len(spent.report.left_out) == pages + 3 - articles


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 7, 200])
def test_sections_with_further_pages_leave_room_for_these(pages: int) -> None:
    section = Section("Город", "http://a.example/", None)
    spent = BudgetUse(replace(SOURCE, sections=(section,), max_pages=pages))
    named = spent.admitted("listing", 300)
    further = spent.admitted("listing", 300, page=2)
    assert named + further == max(1, pages // 2)
    assert further == max(1, pages // 2) // 2
    assert spent.admitted("article", 300) == max(1, pages - named - further)


@pytest.mark.parametrize(("pages", "known"), [(1, 0), (2, 0), (3, 1), (4, 1), (200, 50)])
def test_known_articles_leave_room_for_new_ones_beside_the_listings(pages: int, known: int) -> None:
    spent = BudgetUse(replace(SOURCE, max_pages=pages))
    spent.admitted("listing", 300)
    assert spent.budget.known_limit == known
    assert spent.admitted("article", spent.budget.known_limit) == known
    assert spent.admitted("article", 300) >= 1


def test_pages_that_listings_do_not_need_are_for_articles() -> None:
    spent = BudgetUse(replace(SOURCE, max_pages=10))
    assert spent.admitted("listing", 1) == 1
    assert spent.admitted("article", 20) == 9
    assert spent.admitted("listing", 1, page=2) == 0


def test_the_target_of_a_redirect_costs_no_page() -> None:
    spent = BudgetUse(replace(SOURCE, max_pages=2))
    assert spent.admitted("listing", 1) == 1
    assert spent.admitted("listing", 1, hops=1) == 1
    assert spent.admitted("article", 1) == 1
    assert spent.admitted("article", 1, hops=1) == 1
    assert not spent.budget.is_exhausted


def test_an_exhausted_budget_is_reported() -> None:
    spent = BudgetUse(replace(SOURCE, sections=(Section("Город", "http://a.example/", None),), max_pages=8))
    spent.admitted("listing", 3)
    spent.admitted("listing", 3, page=2)
    spent.admitted("article", 9)
    assert list(dict.fromkeys(spent.notes)) == [
        "The crawl's budget of 8 pages has room for 2 of its sections, feeds and sitemaps; the others come first in"
        " the next one ([limits] pages in the source file).",
        "The crawl's budget of 8 pages has room for 4 listings, feeds and sitemaps; further ones were left out"
        " ([limits] pages in the source file).",
        "The crawl used up its budget of 8 pages; the rest is left for the next one"
        " ([limits] pages in the source file).",
    ]


def test_sitemaps_of_a_sitemap_are_pointless_once_no_page_is_left() -> None:
    spent = BudgetUse(replace(SOURCE, max_pages=10, sitemaps=("http://a.example/s.xml",)))
    nested = Task("http://a.example/1.xml", Fetched(role="sitemap"), 2)
    spent.admitted("sitemap", 1)
    spent.admitted("sitemap", 1, page=2)
    assert not spent.budget.is_pointless(nested)
    assert spent.admitted("article", 8) == 8
    assert not spent.notes
    assert spent.budget.is_pointless(nested)
    assert spent.budget.is_exhausted
    assert "used up its budget of 10 pages" in spent.notes[0]
    named = Task("http://a.example/s.xml", Fetched(role="sitemap"))
    section = Task("http://a.example/?page=2", Fetched(role="listing"), 2)
    assert not any(map(spent.budget.is_pointless, (named, section)))
