"""`newsarchive sources learn`: what it learns from an archive's pages, prints and stores."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from archive.core import Archive
from archive.extraction.extract import extract
from archive.extraction.model import Article, LearningResult
from archive.templates import refresh
from archive.warc.reader import read_capture
from newsarchive.cli.commands.collect.sources import learning_failure
from spiders.sources.source import load
from tests.conftest import Crawled, Typed


def test_a_crawl_makes_every_outlet_known(crawled: Crawled) -> None:
    learned = {path.name for path in (crawled.folder / "sources").glob("*.learned.toml")}
    assert learned == {f"{name}.learned.toml" for name in crawled.demo_site.outlets}


def test_learning_again_says_what_it_learned_and_keeps_it_once(
    crawled: Crawled, tmp_path: Path, typed: Typed
) -> None:
    folder = shutil.copytree(crawled.folder, tmp_path / "archive")
    for _ in range(2):
        result = typed(folder, "sources", "learn", "dnipro", "--json")
        assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    assert told["source"] == "dnipro"
    assert told["layout"]["body"] == "div.b-post__text"
    kept = tomllib.loads((folder / "sources" / "dnipro.learned.toml").read_text("utf-8"))["layouts"]
    assert [one["body"] for one in kept] == ["div.b-post__text"]


def test_an_archive_with_nothing_in_it_teaches_nothing(crawled: Crawled, folder: Path, typed: Typed) -> None:
    shutil.copy(crawled.folder / "sources" / "azov.toml", folder / "sources")
    result = typed(folder, "sources", "learn")
    assert result.exit_code == 1
    assert "azov: no page template learned" in result.stdout
    assert not (folder / "sources" / "azov.learned.toml").exists()


def test_known_or_not_a_page_states_the_same_zone(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        for name in crawled.demo_site.outlets:
            outlet = load(crawled.folder / "sources" / f"{name}.toml").outlet
            assert outlet.templates
            for page in refresh.newest_pages(archive.connection, crawled.folder, name, outlet)[::5]:
                capture = read_capture(page.job.folder, page.job.place, page.job.original).effective
                known = extract(capture, outlet, page.job.listed)
                plainly = extract(capture, replace(outlet, templates=()), page.job.listed)
                assert isinstance(known, Article)
                assert isinstance(plainly, Article)
                assert known.published == plainly.published, capture.url


def test_too_few_pages_to_learn_from_are_reported_in_numbers(
    crawled: Crawled, folder: Path, typed: Typed
) -> None:
    shutil.copy(crawled.folder / "sources" / "azov.toml", folder / "sources")
    assert "azov: no page template learned: 0 article pages captured, but 8 are needed." in " ".join(
        typed(folder, "sources", "learn").stdout.split()
    )
    (told,) = json.loads(typed(folder, "sources", "learn", "--json").stdout)
    assert told == {"source": "azov", "layout": None, "pages": 0, "stories": 0, "alike": 0}


@pytest.mark.parametrize(
    ("taught", "told"),
    [
        (LearningResult(None, 24, 3), "only 3 of the 24 newest pages are usable, but 8 are needed"),
        (LearningResult(None, 20, 20, 4), "keeps the whole text of 4 of the 20 newest articles"),
    ],
)
def test_pages_too_different_are_distinguished_from_too_few(taught: LearningResult, told: str) -> None:
    assert told in learning_failure(taught)
