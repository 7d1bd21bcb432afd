"""Page templates are learned from crawled pages; new extractions with them are not taken for edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from archive import events, timestamps
from archive.core import Archive
from archive.events import CrawlEnded, CrawlStarted, Fetched
from archive.extraction.model import Outlet, PageTemplate
from archive.index.db.connection import transaction
from archive.index.ingest import articles
from archive.jobs.pool import pool, run_extraction
from archive.recording.session import Fetch, Recording
from archive.templates import refresh
from archive.warc.records import Exchange
from tests.archive.extraction.test_learned_corrections import (
    under_the_name_of_the_section,
    with_excerpts_at_the_end,
)
from tests.outlet_pages import APPEAL, OUTLET, PLACES, headline, new_design, old_design, paragraphs

SITE = "https://news.example"
FIRST = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
LATER = FIRST + timedelta(days=30)
READER = "reader 1"


class Outlets:
    """An archive of one outlet, crawled on request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = Archive.create(folder)
        self._numbers = iter(range(1, 1000))

    def crawl(self, at: datetime, numbers: range, design: Callable[[int], str], outlet: Outlet) -> str:
        """Crawl the stories with these numbers, and return the name of the crawl."""
        crawl = f"vesti-{at:%Y%m%d%H%M%S}"
        recording = Recording(
            self.folder,
            self.archive.connection,
            CrawlStarted(
                crawl=crawl, source="vesti", title="Вести", timezone="Europe/Kyiv", at=timestamps.to_iso(at)
            ),
            extractor=READER,
            info={"software": "a test"},
            max_bytes=10**9,
            now=lambda: at,
            new_id=lambda: UUID(int=next(self._numbers)),
        )
        for place, number in enumerate(numbers):
            url = f"{SITE}/city/{number}.html"
            why = Fetched(role="article", crawl=crawl, source="vesti", section=None, listing=None)
            exchange = Exchange(
                url=url,
                fetched_at=at + timedelta(minutes=1, seconds=place),
                request=f"GET {url} HTTP/1.1\r\n\r\n".encode(),
                response=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                + design(number).encode(),
                ip="192.0.2.1",
                metadata=events.to_json(why),
            )
            (kept,) = recording.store([Fetch(exchange, why)])
            job = recording.extraction_job(kept, outlet)
            recording.apply_extraction(kept, run_extraction(job) if job else None)
        recording.record_events(
            [CrawlEnded(crawl=crawl, at=timestamps.to_iso(at), outcome="finished", counts={})]
        )
        recording.close()
        return crawl

    def read_again(self, crawl: str, outlet: Outlet) -> None:
        connection = self.archive.connection
        jobs = refresh.extraction_jobs(connection, self.folder, crawl, outlet, READER)
        for number, job in jobs:
            done = run_extraction(job)
            with transaction(connection):
                articles.replace_latest_version(
                    connection, number, done.extraction, extractor=done.extractor, reextraction=done.previous
                )

    def look(self, outlet: Outlet, executor: Executor, crawl: str) -> refresh.TemplateRefresh:
        return refresh.refresh_template(
            self.archive.connection, self.folder, "vesti", outlet, executor, crawl=crawl
        )


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with pool(1) as executor:
        yield executor


@pytest.fixture
def outlets(tmp_path: Path) -> Iterator[Outlets]:
    outlets = Outlets(tmp_path / "archive")
    yield outlets
    outlets.archive.close()


@pytest.fixture
def known(outlets: Outlets, executor: Executor) -> PageTemplate:
    crawl = outlets.crawl(FIRST, range(20), old_design, OUTLET)
    learned = outlets.look(OUTLET, executor, crawl).learned
    assert learned is not None
    return learned


def bodies(outlets: Outlets) -> list[str]:
    return [article.body for article in outlets.archive.search("")]


def test_what_is_learned_holds_from_the_beginning_of_the_crawl_it_was_learned_from(
    known: PageTemplate,
) -> None:
    assert known.since == FIRST
    assert known.pages == 20


def test_the_articles_of_the_crawl_that_taught_are_read_by_what_it_taught(
    outlets: Outlets, known: PageTemplate
) -> None:
    assert all(APPEAL in body for body in bodies(outlets))
    crawl = f"vesti-{FIRST:%Y%m%d%H%M%S}"
    outlets.read_again(crawl, replace(OUTLET, templates=(known,)))
    assert len(bodies(outlets)) == 20
    assert not any(APPEAL in body for body in bodies(outlets))
    assert {article.versions for article in outlets.archive.search("")} == {1}
    (found,) = outlets.archive.search(f'"{headline(7)}"')
    assert found.extractor.startswith("reader 1, layout ")


def test_learning_is_no_edit(outlets: Outlets, known: PageTemplate) -> None:
    outlet = replace(OUTLET, templates=(known,))
    outlets.crawl(LATER, range(20), lambda number: old_design(number) + "<!-- anew -->", outlet)
    assert {article.versions for article in outlets.archive.search("")} == {1}


def test_an_edit_is_one_also_where_the_outlet_became_known_between(
    outlets: Outlets, known: PageTemplate
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    outlets.crawl(LATER, range(20), lambda number: old_design(number).replace("мэрии", "ратуше"), outlet)
    assert {article.versions for article in outlets.archive.search("")} == {2}
    change = outlets.archive.compare(next(outlets.archive.search("")).id, 1, 2)
    assert [one.name for one in change] == ["body"]


def test_pages_that_fit_the_template_teach_nothing_new(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    crawl = outlets.crawl(LATER, range(20, 30), old_design, outlet)
    assert outlets.look(outlet, executor, crawl) == refresh.TemplateRefresh(1.0, None)


@pytest.mark.parametrize("design", [with_excerpts_at_the_end, under_the_name_of_the_section])
def test_a_second_crawl_reports_no_new_design_where_the_template_corrects_the_extractor(
    outlets: Outlets, executor: Executor, design: Callable[[int], str]
) -> None:
    crawl = outlets.crawl(FIRST, range(12), design, OUTLET)
    learned = outlets.look(OUTLET, executor, crawl).learned
    assert learned is not None
    outlet = replace(OUTLET, templates=(learned,))
    outlets.read_again(crawl, outlet)
    crawl = outlets.crawl(LATER, range(6, 16), design, outlet)
    assert outlets.look(outlet, executor, crawl) == refresh.TemplateRefresh(1.0, None)


def test_a_new_design_is_learned_from_the_crawl_that_met_it(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    crawl = outlets.crawl(LATER, range(20, 40), new_design, outlet)
    found = outlets.look(outlet, executor, crawl)
    assert found.fit == 0.0
    assert found.learned is not None
    assert found.learned.since == LATER
    assert found.learned.body == "section.mat-body"
    assert found.is_new_design


def test_pages_of_another_kind_among_articles_are_no_new_design(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(known,))

    def gallery_or_article(number: int) -> str:
        return old_design(number) if number % 4 == 0 else new_design(number)

    crawl = outlets.crawl(LATER, range(20, 40), gallery_or_article, outlet)
    found = outlets.look(outlet, executor, crawl)
    assert found.fit < refresh.MIN_FIT
    assert found.learned is None
    assert not found.is_new_design


def test_a_template_that_loses_what_a_newer_extractor_finds_is_learned_again_without_a_new_design(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(replace(known, boilerplate=("div.story-by",)),))
    crawl = outlets.crawl(LATER, range(20, 40), old_design, outlet)
    found = outlets.look(outlet, executor, crawl)
    assert found.fit == 0.0
    assert found.learned is not None
    assert "div.story-by" not in found.learned.boilerplate
    assert not found.is_new_design


def test_the_same_places_are_not_learned_twice(
    outlets: Outlets, known: PageTemplate, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "MIN_FIT", 1.1)  # no template fits enough
    outlet = replace(OUTLET, templates=(replace(known, boilerplate=("div.story-by",)),))
    crawl = outlets.crawl(LATER, range(20, 40), old_design, outlet)
    learned = outlets.look(outlet, executor, crawl).learned
    assert learned is not None
    outlet = replace(OUTLET, templates=(known, replace(learned, since=LATER)))
    assert outlets.look(outlet, executor, crawl).learned is None


def one_sentence(number: int) -> str:
    return old_design(number).replace(paragraphs(number)[1], "").replace(paragraphs(number)[2], "")


def live_blog(number: int) -> str:
    entries = "".join(f"<h3>1{at}:0{at}</h3><p>{paragraphs(number + at)[1]}</p>" for at in range(5))
    return old_design(number).replace("<p>", f"{entries}<p>", 1)


def paywalled(number: int) -> str:
    return old_design(number).replace(
        f"<p>{paragraphs(number)[2]}</p>", '<div class="paywall">Доступно только подписчикам</div>'
    )


def gallery(number: int) -> str:
    pictures = "".join(
        f'<figure><img src="/{at}.jpg"><figcaption>Кадр {at}: {PLACES[at]}.</figcaption></figure>'
        for at in range(9)
    )
    return old_design(number).replace("<p>", f"{pictures}<p>", 1)


@pytest.mark.parametrize("design", [one_sentence, live_blog, paywalled, gallery])
def test_a_crawl_of_unusual_pages_alone_is_no_new_design(
    outlets: Outlets,
    known: PageTemplate,
    executor: Executor,
    design: Callable[[int], str],
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    for days, numbers in ((0, range(20, 21)), (1, range(21, 32))):
        crawl = outlets.crawl(LATER + timedelta(days=days), numbers, design, outlet)
        found = outlets.look(outlet, executor, crawl)
        assert found.learned is None
        assert not found.is_new_design


def test_a_few_pages_of_a_new_design_are_no_new_layout_yet(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    crawl = outlets.crawl(LATER, range(20, 25), new_design, outlet)
    assert outlets.look(outlet, executor, crawl) == refresh.TemplateRefresh(0.0, None)


def test_a_crawl_without_new_pages_teaches_nothing(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    assert outlets.look(outlet, executor, "vesti-of-nowhere") == refresh.TemplateRefresh(1.0, None)


def test_a_rebuild_reads_each_capture_by_the_layout_of_its_time(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlet = replace(OUTLET, templates=(known,))
    crawl = outlets.crawl(LATER, range(20, 40), new_design, outlet)
    newer = outlets.look(outlet, executor, crawl).learned
    assert newer is not None
    both = replace(OUTLET, templates=(known, newer))
    outlets.archive.close()
    Archive.rebuild(outlets.folder, {"vesti": both}, executor)
    outlets.archive = Archive.open(outlets.folder)
    assert len(bodies(outlets)) == 40
    assert not any(APPEAL in body for body in bodies(outlets))
    named = {article.extractor for article in outlets.archive.search("")}
    assert len(named) == 2
    assert all(", layout " in name for name in named)


def test_a_redesign_that_changes_no_word_is_no_edit(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlets.read_again(f"vesti-{FIRST:%Y%m%d%H%M%S}", replace(OUTLET, templates=(known,)))
    crawl, both = redesigned(outlets, known, executor)
    edited = {article.id for article in outlets.archive.search("") if article.versions == 2}
    assert len(edited) == 20  # read as any page is, the new design holds the appeal
    outlets.read_again(crawl, both)
    (changed,) = [article for article in outlets.archive.search("") if article.versions == 2]
    assert changed.title == headline(7)
    assert len(list(outlets.archive.search(""))) == 20
    assert outlets.archive.verify(quick=True).problems == []


def test_a_rebuild_tells_a_redesign_from_edits_as_its_crawl_did(
    outlets: Outlets, known: PageTemplate, executor: Executor
) -> None:
    outlets.read_again(f"vesti-{FIRST:%Y%m%d%H%M%S}", replace(OUTLET, templates=(known,)))
    crawl, both = redesigned(outlets, known, executor)
    outlets.read_again(crawl, both)
    before = rows(outlets)
    outlets.archive.close()
    Archive.rebuild(outlets.folder, {"vesti": both}, executor)
    outlets.archive = Archive.open(outlets.folder)
    assert rows(outlets) == before


def redesigned(outlets: Outlets, known: PageTemplate, executor: Executor) -> tuple[str, Outlet]:
    """Crawl the same stories again in a new design, with an edit in the seventh."""

    def design(number: int) -> str:
        page = new_design(number).replace("</time>", "</time><div>Автор: Анна Лебедева</div>")
        return page.replace("мэрии", "ратуше") if number == 7 else page

    crawl = outlets.crawl(LATER, range(20), design, replace(OUTLET, templates=(known,)))
    newer = outlets.look(replace(OUTLET, templates=(known,)), executor, crawl).learned
    assert newer is not None
    assert newer.since == LATER
    return crawl, replace(OUTLET, templates=(known, newer))


def rows(outlets: Outlets) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in outlets.archive.connection.execute(
            """
            SELECT article_id, number, title, lead, body, first_seen, last_seen, content_sha256
            FROM versions ORDER BY article_id, number
            """
        )
    ]
