"""A section crawled again costs what is new and what may have changed, and says what became of the rest."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from archive import layout
from archive.store import Archive
from newsarchive.crawling import Order, end, run_crawl, start_crawl, watch
from newsarchive.newsroom import Newsroom
from tests.conftest import describe


def test_an_edit_is_a_version_and_an_unchanged_page_is_none(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site, minimal=True)
    first = run_crawl(folder, Order(name))
    edited, untouched = (truth.url for truth in site.truth("Мир")[:2])
    site.edit_headline(edited, "Другой заголовок над тем же текстом")
    site.edit_paragraph(edited, 0, "Первый абзац переписан заново.")
    site.count_views(untouched, 1_000_000)
    second = run_crawl(folder, Order(name))
    assert first.counts["new"] > 2
    assert (second.counts["new"], second.counts["changed"]) == (0, 1)
    with Archive.open(folder) as archive:
        was, now = archive.versions(edited)
        assert now.title == "Другой заголовок над тем же текстом"
        assert now.paragraphs[1:] == was.paragraphs[1:]
        assert len(archive.versions(untouched)) == 1


def test_removed_is_said_only_when_two_crawls_were_told_so(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site, minimal=True)
    run_crawl(folder, Order(name))
    gone = site.truth("Мир")[0].url
    site.remove(gone)
    second = run_crawl(folder, Order(name))
    with Archive.open(folder) as archive:
        assert archive.article(gone).state == "live"
    third = run_crawl(folder, Order(name))
    with Archive.open(folder) as archive:
        assert archive.article(gone).state == "removed"
        assert archive.article(gone).paragraphs
    assert (second.counts["removed"], third.counts["removed"]) == (0, 1)


def test_an_article_under_a_new_slug_is_the_same_article(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site, minimal=True)
    run_crawl(folder, Order(name))
    old = site.truth("Мир")[0].url
    with Archive.open(folder) as archive:
        number = archive.article(old).id
    new = site.move(old, "drugoi-adres")
    run_crawl(folder, Order(name))
    with Archive.open(folder) as archive:
        article = archive.article(new)
        assert article.id == number == archive.article(old).id
        assert article.url == new
        assert article.state == "live"
        assert article.versions == 1
        assert set(archive.addresses(new)) == {old, new}


def test_a_new_article_costs_one_page_and_its_picture(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site, minimal=True)
    run_crawl(folder, Order(name))
    run_crawl(folder, Order(name))  # a second look, after which those known can wait
    asked = len(site.requests())
    story = replace(_story(newsroom), slug="sovsem-novaya")
    url = site.publish(story)
    outcome = run_crawl(folder, Order(name))
    asked_again = [request.path for request in site.requests()[asked:]]
    assert outcome.counts["new"] == 1
    assert url.removeprefix(site.base_url) in asked_again
    assert len(asked_again) == len(set(asked_again))


def test_an_outlet_that_does_not_answer_makes_no_article_removed(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site, minimal=True)
    run_crawl(folder, Order(name))
    urls = [truth.url for truth in site.truth("Мир")]
    newsroom.stop()
    outcomes = [run_crawl(folder, Order(name)) for _ in range(2)]
    with Archive.open(folder) as archive:
        states = {version.state for version in archive.search()}
        assert states <= {"live", "unreachable"}
        assert len(list(archive.search())) <= len(urls)
    assert all(outcome.counts["removed"] == 0 and outcome.needs_looking_at for outcome in outcomes)


def test_no_more_new_articles_are_taken_than_asked_for(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site)
    outcome = run_crawl(folder, Order(name, max_articles=3))
    assert (outcome.counts["new"], outcome.outcome) == (3, "limit")
    rest = run_crawl(folder, Order(name))
    assert rest.counts["new"] == len(site.truth()) - 3


def _story(newsroom: Newsroom):  # type: ignore[no-untyped-def]
    """A story with a picture, to be published under another slug."""
    from newsarchive.newsroom import Picture, Story

    return Story(
        slug="story",
        title="В порту открыли новую пристань для катеров",
        section="world",
        published=newsroom.clock,
        body=(
            "В порту Приморска открыли новую пристань для катеров и лодок, её строили почти два года.",
            "Первым к ней подошёл катер спасателей, экипаж которого встречали с оркестром и цветами.",
        ),
        pictures=(Picture("pristan", "Пристань в день открытия", "Фото автора"),),
        views=12,
    )


def test_a_crawl_told_to_stop_ends_in_order_and_the_next_goes_on(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site, delay=0.2)
    child = start_crawl(folder, Order(name))
    while child.poll() is None and len(site.requests()) < 8:
        pass
    child.send_signal(signal.SIGTERM)
    stopped = watch(child, name)
    assert (stopped.outcome, stopped.exit_code) == ("stopped", 0)
    assert [path.name for path in (folder / "warc").iterdir() if path.suffix != ".gz"] == []
    describe(folder, site)
    outcome = run_crawl(folder, Order(name))
    assert outcome.outcome == "finished"
    with Archive.open(folder) as archive:
        assert len(list(archive.search())) == len(site.truth())


def test_one_source_is_never_crawled_twice_at_once(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site, delay=0.2)
    child = start_crawl(folder, Order(name))
    while child.poll() is None and not site.requests():
        pass
    second = run_crawl(folder, Order(name))
    end(child)
    assert second.outcome == "failed"
    assert second.notes == [f"{name} is being crawled already."]


def test_a_crawl_ends_with_the_process_that_started_it(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site, delay=0.3)
    parent = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--archive", str(folder), "crawl", name],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while len(site.requests()) < 3:
        assert parent.poll() is None
    parent.kill()
    parent.wait()
    with locked_when_free(layout.source_lock(folder, name)), Archive.open(folder) as archive:
        (crawl,) = archive.crawls(name)
        assert crawl.outcome == "stopped"


@contextmanager
def locked_when_free(path: Path) -> Iterator[None]:
    """Waits until a crawl lets go of its source."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
