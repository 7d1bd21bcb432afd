"""Addresses of date archives: which day they are of, how another day is written, and which archive is a section's."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.discovery.paging.date_archives import (
    archive_day,
    day_in_path,
    find_date_archive,
    last_day_in_name,
)

SITE = "https://news.example"


@pytest.mark.parametrize(
    ("path", "day", "before"),
    [
        ("/2022/01/10/", date(2022, 1, 10), "/2022/01/09/"),
        ("/2022/1/1/", date(2022, 1, 1), "/2021/12/31/"),
        ("/2022/1/10", date(2022, 1, 10), "/2022/1/9"),
        ("/archive/2022-01-10", date(2022, 1, 10), "/archive/2022-01-09"),
        ("/arhiv/10.01.2022", date(2022, 1, 10), "/arhiv/09.01.2022"),
        ("/news/20220110.html", date(2022, 1, 10), "/news/20220109.html"),
        ("/world/?date=2022-01-10", date(2022, 1, 10), "/world/?date=2022-01-09"),
        ("/world/?rubric=5&day=10.01.2022", date(2022, 1, 10), "/world/?rubric=5&day=09.01.2022"),
        ("/c?year=2022&month=1&day=10&x=1", date(2022, 1, 10), "/c?year=2022&month=1&day=9&x=1"),
        ("/2022/01/", date(2022, 1, 1), "/2021/12/"),
    ],
)
def test_the_day_before_is_written_alike(path: str, day: date, before: str) -> None:
    found = archive_day(SITE + path)
    assert found is not None
    assert (found.day, found.at(found.previous)) == (day, SITE + before)


@pytest.mark.parametrize(
    "path",
    ["/2022/01/10/bridge-closed", "/news/12345", "/", "/2022/13/40/", "/?p=20220110123", "/world/2022/"],
)
def test_an_address_without_a_day_at_its_end_is_no_archive(path: str) -> None:
    assert archive_day(SITE + path) is None


@pytest.mark.parametrize(
    ("section", "paths", "expected"),
    [
        ("/world/", ["/world/2022/01/09/", "/world/2022/01/08/"], "/world/2022/01/09/"),
        ("/world/", ["/world/?date=2022-01-09"], "/world/?date=2022-01-09"),
        ("/world/", ["/world/2022/01/", "/world/2022/01/09/"], "/world/2022/01/09/"),
        ("/world/", ["/world/2022/01/"], "/world/2022/01/"),
        ("/world/", ["/2022/01/09/", "/archive/2022-01-09", "/city/2022/01/09/"], None),
        ("/", ["/2022/01/09/"], "/2022/01/09/"),
        ("/", ["/archive/2022-01-09"], "/archive/2022-01-09"),
        ("/", ["/world/2022/01/09/"], None),
        ("/archive/", ["/archive/2022-01-09"], "/archive/2022-01-09"),
    ],
)
def test_the_archive_of_a_section_is_below_it(section: str, paths: list[str], expected: str | None) -> None:
    found = find_date_archive([SITE + path for path in paths], SITE + section)
    assert found == (SITE + expected if expected else None)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/sitemap-2021-12.xml", date(2021, 12, 31)),
        ("/sitemap_2021.xml.gz", date(2021, 12, 31)),
        ("/news-20211231.xml", date(2021, 12, 31)),
        ("/sitemaps/2022/02.xml", date(2022, 2, 28)),
        ("/sitemap-1.xml", None),
        ("/sitemap-2020-2021.xml", None),
        ("/post-sitemap12.xml", None),
    ],
)
def test_the_name_of_a_sitemap_says_until_when_it_goes(path: str, day: date | None) -> None:
    assert last_day_in_name(SITE + path) == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2022/01/10/bridge", date(2022, 1, 10)),
        ("/news/2022-01-10-bridge.html", date(2022, 1, 10)),
        ("/20220110/bridge", date(2022, 1, 10)),
        ("/2022/01/bridge", None),
        ("/news/12345678", None),
    ],
)
def test_the_address_of_an_article_may_state_its_day(path: str, day: date | None) -> None:
    assert day_in_path(SITE + path) == day
