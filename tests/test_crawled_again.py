"""Repeated crawls of a section: they request new and possibly changed articles, and report the rest."""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import paths
from archive.core import Archive
from archive.index.db.connection import connect
from newsarchive.crawling.crawl_process import (
    CrawlOrder,
    CrawlOutcome,
    run_crawl,
    start_crawl,
    stop_child,
    watch_crawl,
)
from newsarchive.demo_site import DemoSite, Picture, Story
from tests.conftest import UNTIL_STOPPED, describe, until


@dataclass(frozen=True)
class Visit:
    """A crawl of a section: the archive after it, its outcome, and the requests."""

    folder: Path
    outcome: CrawlOutcome
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section crawled six times: its articles by what happens to them, and the crawls in order.

    Before the second crawl one is edited and one moved, before the third one is removed, before the fourth one
    is published; before the fifth the outlet goes offline.
    """

    edited: str
    untouched: str
    removed: str
    moved: str
    moved_to: str
    published: str
    visits: tuple[Visit, ...]


@pytest.fixture(scope="module")
def section(tmp_path_factory: pytest.TempPathFactory) -> Section:
    place = tmp_path_factory.mktemp("again")
    Archive.create(place / "archive").close()
    visits = []
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        site = demo_site.outlets["primorsk"]
        name = describe(place / "archive", site, minimal=True)

        def visit() -> None:
            before = len(site.requests())
            outcome = run_crawl(place / "archive", CrawlOrder(name))
            folder = place / str(len(visits))
            shutil.copytree(place / "archive", folder)
            asked = tuple(site.base_url + request.path for request in site.requests()[before:])
            visits.append(Visit(folder, outcome, asked))

        visit()
        edited, untouched, removed, moved = (truth.url for truth in site.truth("Мир")[:4])
        site.edit_headline(edited, "Другой заголовок над тем же текстом")
        site.edit_paragraph(edited, 0, "Первый абзац переписан заново.")
        site.count_views(untouched, 1_000_000)
        moved_to = site.move(moved, "drugoi-adres")
        visit()
        site.remove(removed)
        _make_due(place / "archive")
        visit()
        published = site.publish(_story(demo_site))
        visit()
        demo_site.stop()
        visit()
        visit()
    return Section(edited, untouched, removed, moved, moved_to, published, tuple(visits))


def _make_due(folder: Path) -> None:
    """Let the next crawl visit every article: by itself that depends on how long the crawls before took."""
    with closing(connect(paths.index_path(folder))) as index:
        index.execute("UPDATE articles SET due_at = last_looked")


def test_an_edit_adds_a_version_and_an_unchanged_page_does_not(section: Section) -> None:
    first, second = section.visits[:2]
    assert first.outcome.counts["new"] > 3
    assert (second.outcome.counts["new"], second.outcome.counts["changed"]) == (0, 1)
    with Archive.open(second.folder) as archive:
        was, now = archive.versions(section.edited)
        assert now.title == "Другой заголовок над тем же текстом"
        assert now.paragraphs[1:] == was.paragraphs[1:]
        assert len(archive.versions(section.untouched)) == 1


def test_an_article_is_removed_only_after_two_crawls_found_it_missing(section: Section) -> None:
    once, twice = section.visits[2:4]
    with Archive.open(once.folder) as archive:
        assert archive.article(section.removed).state == "unavailable"
    with Archive.open(twice.folder) as archive:
        assert archive.article(section.removed).state == "removed"
        assert archive.article(section.removed).paragraphs
    assert (once.outcome.counts["removed"], twice.outcome.counts["removed"]) == (0, 1)


def test_an_article_under_a_new_slug_is_the_same_article(section: Section) -> None:
    first, second = section.visits[:2]
    with Archive.open(first.folder) as archive:
        number = archive.article(section.moved).id
    with Archive.open(second.folder) as archive:
        article = archive.article(section.moved_to)
        assert article.id == number == archive.article(section.moved).id
        assert article.url == section.moved_to
        assert article.state == "live"
        assert article.versions == 1
        assert set(archive.addresses(section.moved_to)) == {section.moved, section.moved_to}


def test_a_new_article_takes_one_page_and_its_image(section: Section) -> None:
    fourth = section.visits[3]
    assert fourth.outcome.counts["new"] == 1
    assert section.published in fourth.asked
    assert len(fourth.asked) == len(set(fourth.asked))


def test_an_outlet_that_does_not_answer_makes_no_article_removed(section: Section) -> None:
    before, *unanswered = section.visits[3:]
    with Archive.open(before.folder) as archive:
        known = {version.url: version.state for version in archive.search()}
    with Archive.open(section.visits[-1].folder) as archive:
        states = {version.url: version.state for version in archive.search()}
    assert states.keys() == known.keys()
    assert {states[url] for url in known if known[url] == "live"} <= {"live", "unavailable"}
    assert all(visit.outcome.counts["removed"] == 0 and visit.outcome.needs_attention for visit in unanswered)


def test_max_articles_limits_new_articles(folder: Path, demo_site: DemoSite) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site)
    outcome = run_crawl(folder, CrawlOrder(name, max_articles=3))
    assert (outcome.counts["new"], outcome.outcome) == (3, "limit")
    rest = run_crawl(folder, CrawlOrder(name))
    assert rest.counts["new"] == len(site.truth()) - 3


def _story(demo_site: DemoSite) -> Story:
    """Return a story with an image."""
    return Story(
        slug="sovsem-novaya",
        title="В порту открыли новую пристань для катеров",
        section="world",
        published=demo_site.clock,
        body=(
            "В порту Приморска открыли новую пристань для катеров и лодок, её строили почти два года.",
            "Первым к ней подошёл катер спасателей, экипаж которого встречали с оркестром и цветами.",
        ),
        pictures=(Picture("pristan", "Пристань в день открытия", "Фото автора"),),
        views=12,
    )


def test_a_stopped_crawl_ends_in_order_and_the_next_resumes(folder: Path, demo_site: DemoSite) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site, delay=1.0)  # two minutes in all
    child = start_crawl(folder, CrawlOrder(name))
    until(child, lambda: len(site.requests()) >= 5)
    assert child.poll() is None
    child.send_signal(signal.SIGTERM)
    stopped = watch_crawl(child, name)
    assert (stopped.outcome, stopped.exit_code) == ("stopped", 0)
    assert [path.name for path in (folder / "warc").iterdir() if path.suffix != ".gz"] == []
    describe(folder, site)
    outcome = run_crawl(folder, CrawlOrder(name))
    assert outcome.outcome == "finished"
    with Archive.open(folder) as archive:
        assert len(list(archive.search())) == len(site.truth())


def test_one_source_is_never_crawled_twice_at_once(folder: Path, demo_site: DemoSite) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site, delay=UNTIL_STOPPED)
    child = start_crawl(folder, CrawlOrder(name))
    until(child, site.requests)
    second = run_crawl(folder, CrawlOrder(name))
    stop_child(child)
    assert second.outcome == "failed"
    assert second.notes == [f"{name} is being crawled already."]


def test_a_crawl_ends_with_the_process_that_started_it(folder: Path, demo_site: DemoSite) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site, delay=UNTIL_STOPPED)
    parent = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--archive", str(folder), "crawl", name],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    until(parent, site.requests)
    assert parent.poll() is None
    parent.kill()
    parent.wait()
    with locked_when_free(paths.source_lock(folder, name)), Archive.open(folder) as archive:
        (crawl,) = archive.crawls(name)
        assert crawl.outcome == "stopped"


@contextmanager
def locked_when_free(path: Path) -> Iterator[None]:
    """Wait until a crawl releases the lock of its source."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
