"""The source file that is written: valid, commented, and never over another."""

from __future__ import annotations

import asyncio
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from newsarchive.source_setup.inspection import inspect_site
from newsarchive.source_setup.model import FoundSection, FoundSitemap, SiteDescription, Stated, ZoneFinding
from newsarchive.source_setup.source_file import SourceExists, apply_given, choose_name, compose, write
from spiders.sources.source import load
from tests.made_up_sites import DirectFetcher, MadeUpSite

HOSTILE = 'A"]\n[[sections]]\nurl = "http://127.0.0.1/"\x1b[2J\u2028#'


@pytest.fixture(scope="module")
def site() -> SiteDescription:
    fetcher = DirectFetcher(MadeUpSite("autodiscovery"))
    return asyncio.run(inspect_site("https://news.example/", fetcher, lambda phase, requests: None))


def test_the_file_is_a_source_with_comments(site: SiteDescription, folder: Path) -> None:
    source = load(write(folder, "zrazok", compose(site)))
    assert (source.title, source.timezone, source.languages) == ("Вечірній Зразок", "Europe/Kyiv", ("uk",))
    assert [section.name for section in source.sections] == ["Політика", "Місто", "Спорт"]
    assert len(source.feeds) == len(source.sitemaps) == 2
    assert (source.article, source.delay) == ((), 1.0)
    text = (folder / "sources/zrazok.toml").read_text("utf-8")
    assert "# From og:site_name of https://news.example/." in text
    assert "the times printed on 3 articles are at UTC+02:00" in " ".join(text.replace("# ", "").split())
    assert r"#     '^/[^/]+/(?:19|20)\d\d/\d\d/\d\d/[^/]+\.html(?:\?|$)'," in text
    assert "#   matches 24: https://news.example/politics/2026/11/20/story-port-and-bridge-port.html" in text
    assert "#   does not match: https://news.example/politics/" in text


def test_the_commented_shapes_are_valid_too(site: SiteDescription) -> None:
    lines = compose(site).splitlines()
    start = lines.index("# article = [")
    shown = "\n".join(line.removeprefix("# ") for line in lines[start : lines.index("# ]", start) + 1])
    assert tomllib.loads(shown)["article"] == [one.pattern for one in site.shapes]


def test_what_pages_say_cannot_leave_its_place(site: SiteDescription) -> None:
    bad = replace(
        site,
        title=Stated(HOSTILE, HOSTILE),
        zone=ZoneFinding("Europe/Kyiv", HOSTILE),
        sections=(FoundSection(HOSTILE, "https://news.example/a/", 3),),
        others=(HOSTILE,),
        more=HOSTILE,
    )
    table = tomllib.loads(compose(bad))
    assert [section["url"] for section in table["sections"]] == ["https://news.example/a/"]
    assert "\x1b" not in compose(bad)


def test_sections_with_one_name_can_be_told_apart(site: SiteDescription, folder: Path) -> None:
    twins = tuple(FoundSection("Новини", f"https://news.example/{key}/", 3, True) for key in "ab")
    table = tomllib.loads(compose(replace(site, sections=twins), pages="all"))
    assert [(section["name"], section["pages"]) for section in table["sections"]] == [
        ("Новини", "all"),
        ("Новини (/b/)", "all"),
    ]


def test_what_is_not_wanted_is_a_comment(site: SiteDescription) -> None:
    history = FoundSitemap("https://news.example/all.xml", "index", 90_000, "announced by robots.txt", False)
    text = compose(replace(site, sitemaps=(history,)))
    assert tomllib.loads(text)["discovery"]["sitemaps"] == []
    assert '#     "https://news.example/all.xml",  # index of sitemaps with about 90000 addresses' in text


def test_a_file_is_never_overwritten(site: SiteDescription, folder: Path) -> None:
    path = folder / "sources/a.toml"
    path.write_text("mine")
    with pytest.raises(SourceExists, match="was not changed"):
        write(folder, "a", compose(site))
    assert path.read_text() == "mine"


def test_the_name_comes_from_the_domain(site: SiteDescription, folder: Path) -> None:
    assert choose_name(folder, "https://www.pravda.com.ua/news/") == "pravda"
    assert choose_name(folder, "http://127.0.0.1:8000/") == "127-0-0-1-8000"
    assert choose_name(folder, "https://новости.рф/") == "xn--b1amnebsh"
    write(folder, "news", compose(site))
    with pytest.raises(SourceExists):
        choose_name(folder, "https://www.news.example/another-section/")
    assert choose_name(folder, "https://news.org/") == "news-org"
    assert choose_name(folder, "https://b.org/", planned={"b": "https://b.net/"}) == "b-org"
    with pytest.raises(SourceExists):
        choose_name(folder, "https://other.example/", "news")
    with pytest.raises(ArchiveError, match="cannot name a source"):
        choose_name(folder, "https://other.example/", "../x")


def test_what_is_given_takes_precedence_and_contradictions_are_noted(site: SiteDescription) -> None:
    given = apply_given(
        site, title="Зразок", timezone="Europe/Warsaw", languages=["pl"], origin="given in a list"
    )
    assert (given.title.value, given.zone.zone) == ("Зразок", "Europe/Warsaw")
    assert [one.value for one in given.languages] == ["pl"]
    assert "Europe/Kyiv" in given.notes[-1]
    with pytest.raises(ArchiveError, match="schedule"):
        compose(given, schedule="sometimes")
