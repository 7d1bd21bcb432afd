"""robots.txt as real servers send it: encodings, versions, units, and lines between its groups."""

from __future__ import annotations

import codecs

import pytest

from spiders.fetch.robots import parse_robots

PAGE = "https://news.example/world/2022/story.html"
FORBIDS = "User-agent: *\nDisallow: /world/2022/\nCrawl-delay: 5\n"


@pytest.mark.parametrize(
    "payload",
    [
        FORBIDS.encode(),
        codecs.BOM_UTF8 + FORBIDS.encode(),
        codecs.BOM_UTF8 * 2 + FORBIDS.encode(),
        codecs.BOM_UTF16_LE + FORBIDS.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + FORBIDS.encode("utf-16-be"),
        FORBIDS.encode("utf-16-le"),
        FORBIDS.encode("utf-16-be"),
        FORBIDS.encode("utf-32"),
        FORBIDS.replace("\n", "\r\n").encode(),
        FORBIDS.replace("\n", "\r").encode(),
    ],
)
def test_rules_hold_in_every_encoding(payload: bytes) -> None:
    rules = parse_robots(payload)
    assert not rules.allows(PAGE)
    assert rules.allows("https://news.example/world/")
    assert rules.crawl_delay == 5.0


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("1s", 1.0),
        ("1,5", 1.5),
        ("1.5 sec", 1.5),
        (".5", 0.5),
        ("2 seconds", 2.0),
        ("500ms", 0.5),
        ("2 min", 120.0),
        ("10 # seconds", 10.0),
        ("soon", 0.0),
        ("-1", 0.0),
        ("", 0.0),
    ],
)
def test_a_crawl_delay_may_have_a_unit_or_a_decimal_comma(stated: str, seconds: float) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {stated}\n".encode()).crawl_delay == seconds


@pytest.mark.parametrize(
    ("agent", "allowed"),
    [
        ("newsarchive/1.0", False),
        ("NewsArchive 1.0 (archive)", False),
        ("newsarchive*", False),
        ("Mozilla/5.0 (compatible; newsarchive/0.1)", False),
        ("*", False),
        ("* # everyone", False),
        ("news", True),
        ("newsarchive-images", True),
        ("my-newsarchive", True),
        ("Googlebot/2.1", True),
        ("", True),
    ],
)
def test_a_group_applies_to_the_product_token_in_any_version(agent: str, allowed: bool) -> None:
    assert parse_robots(f"User-agent: {agent}\nDisallow: /world/\n".encode()).allows(PAGE) is allowed


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: newsarchive\nNoindex: /print/\nUser-agent: other\nDisallow: /world/\n",
        "User-agent: newsarchive\nClean-param: ref\nHost: news.example\nUser-agent: other\nDisallow: /world/\n",
        "User-agent: newsarchive\nSitemap: https://news.example/s.xml\nDisallow: /world/\n",
        "User-agent: newsarchive\n\n# the archive\n\nDisallow: /world/\n\nUser-agent: other\nDisallow: /\n",
        "User-agent: newsarchive\n<br>\nDisallow: /world/ # all of it\n",
        "User-agent: other\nDisallow: /x/\n\nUser-agent: newsarchive/1\nUser-agent: third\nDisallow: /world/\n",
    ],
)
def test_blank_and_unknown_lines_do_not_split_a_group(text: str) -> None:
    rules = parse_robots(text.encode())
    assert not rules.allows(PAGE)
    assert rules.allows("https://news.example/city/")


def test_a_group_for_this_program_replaces_the_one_for_all() -> None:
    text = "User-agent: *\nDisallow: /\nCrawl-delay: 9\n\nUser-agent: newsarchive/1.0\nDisallow: /private/\n"
    rules = parse_robots(text.encode())
    assert rules.allows(PAGE)
    assert rules.crawl_delay == 0.0
    assert not rules.allows("https://news.example/private/a")


def test_a_page_in_place_of_robots_txt_forbids_nothing() -> None:
    assert parse_robots("<html><body><h1>Страница не найдена</h1></body></html>".encode()).allows(PAGE)
