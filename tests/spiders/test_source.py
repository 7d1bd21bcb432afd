"""Source files: their contents, and their mistakes, which are reported together."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from archive.errors import SourceError
from archive.extraction.model import Outlet, Rule
from spiders.sources.schema import Definition, TemplatesTable, validate_source
from spiders.sources.source import Section, Source, load, load_all
from spiders.sources.validation import InvalidFile, KeyDescription, describe_keys

WHOLE = r"""
title = "Новости Приморска"
timezone = "Europe/Kyiv"
languages = ["ru", "uk"]
schedule = "*/30 * * * *"

[[sections]]
name = "Мир"
url = "https://news.example/world/"
pages = 3

[[sections]]
url = "https://news.example/politics/"
pages = "all"

[discovery]
feeds = ["https://news.example/rss.xml"]
sitemaps = ["https://news.example/news-sitemap.xml"]
article = ['/\d\d-\d\d-\d{4}/']
ignore = ['/tags/']

[politeness]
delay = 2
obey_robots = false

[network]
allow_private = ["10.0.0.0/8", "192.168.1.7", "fd12:3456::/32"]

[capture]
images = "all"
requisites = false

[limits]
pages = 500
depth = 20

[[rules]]
since = 2022-01-01
body = ".article-text"
published = "//time/@datetime"
prune = [".banner", "//div[@class='partners']"]
"""

SMALLEST = """
title = "Новости"
timezone = "Europe/Moscow"
[discovery]
feeds = ["https://news.example/rss.xml"]
"""


def written(folder: Path, text: str, name: str = "primorsk") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str, name: str = "primorsk") -> list[str]:
    path = written(folder, text, name)
    with pytest.raises(SourceError) as raised:
        load(path)
    lines = str(raised.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def mistakes_with(folder: Path, *lines: str) -> list[str]:
    """Return the mistakes of a valid file after inserting lines before its tables."""
    top = "".join(line + "\n" for line in lines)
    return mistakes(folder, SMALLEST.replace("[discovery]", top + "[discovery]"))


def test_a_file_with_every_key_is_read_whole(tmp_path: Path) -> None:
    assert load(written(tmp_path, WHOLE)) == Source(
        name="primorsk",
        title="Новости Приморска",
        timezone="Europe/Kyiv",
        languages=("ru", "uk"),
        schedule="*/30 * * * *",
        sections=(
            Section("Мир", "https://news.example/world/", 3),
            Section("politics", "https://news.example/politics/", None),
        ),
        feeds=("https://news.example/rss.xml",),
        sitemaps=("https://news.example/news-sitemap.xml",),
        article=(r"/\d\d-\d\d-\d{4}/",),
        ignore=("/tags/",),
        delay=2.0,
        obey_robots=False,
        private_networks=(
            ip_network("10.0.0.0/8"),
            ip_network("192.168.1.7/32"),
            ip_network("fd12:3456::/32"),
        ),
        images="all",
        requisites=False,
        max_pages=500,
        depth=20,
        rules=(
            Rule(
                since=date(2022, 1, 1),
                body=".article-text",
                published="//time/@datetime",
                prune=(".banner", "//div[@class='partners']"),
            ),
        ),
    )


def test_a_title_a_time_zone_and_one_entry_point_are_enough(tmp_path: Path) -> None:
    source = load(written(tmp_path, SMALLEST))
    assert (source.delay, source.obey_robots, source.images, source.requisites) == (1.0, True, "lead", True)
    assert (source.max_pages, source.depth) == (10_000, 1000)
    assert (source.languages, source.schedule, source.sections, source.rules) == ((), None, (), ())
    one_section = 'title = "a"\ntimezone = "UTC"\n[[sections]]\nurl = "https://news.example/"\n'
    assert load(written(tmp_path, one_section)).sections == (Section("a", "https://news.example/", 1),)


def test_the_outlet_has_what_extraction_needs(tmp_path: Path) -> None:
    source = load(written(tmp_path, WHOLE))
    assert source.outlet == Outlet("Europe/Kyiv", ("ru", "uk"), source.rules, title=source.title)
    assert pickle.loads(pickle.dumps(source)) == source


def test_a_byte_order_mark_left_by_an_editor_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "primorsk.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.encode())
    assert load(path).title == "Новости"


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('titel = "a"', 'titel = "a": there is no such key; did you mean "title"?'),
        ("whatever = 1", "whatever = 1: there is no such key"),
        ('languages = "ru"', 'languages = "ru" must be a list in [brackets]'),
        ('languages = ["ru", "ua"]', 'languages[1] = "ua" is a country; the Ukrainian language is "uk"'),
        ('languages = ["russian"]', 'languages[0] = "russian" is not a language code'),
        ("schedule = 30", "schedule = 30 must be text in quotes"),
        ('schedule = "hourly"', 'schedule = "hourly" must have five fields'),
        ('schedule = "99 * * * *"', "has the invalid minute '99': use 0 to 59"),
        ('schedule = "* * * * mon-son"', "has the invalid day of the week 'mon-son': use 0 to 7"),
        ('schedule = "*/0 * * * *"', "has the invalid minute '*/0'"),
        ('schedule = "30-10 * * * *"', "has the invalid minute '30-10'"),
        (
            'sections = "https://news.example/"',
            'sections = "https://news.example/" must be a table: write [[sections]]',
        ),
        ('sections = ["https://news.example/"]', 'sections[0] = "https://news.example/" must be a table'),
        ('[[sections]]\nname = "Мир"', "sections[0].url is missing"),
        ('[[sections]]\nurl = "news.example"', 'sections[0].url = "news.example" is not a web address'),
        (
            '[[sections]]\nurl = "ftp://news.example/"',
            'sections[0].url = "ftp://news.example/" is not a web address',
        ),
        ('[[sections]]\nurl = "https://a.b/"\nname = " "', 'sections[0].name = " " must not be empty'),
        (
            '[[sections]]\nurl = "https://a.b/"\npages = 0',
            "sections[0].pages = 0 must be a whole number from 1",
        ),
        (
            '[[sections]]\nurl = "https://a.b/"\npages = "al"',
            'sections[0].pages = "al" must be a whole number',
        ),
        (
            '[[sections]]\nurl = "https://a.b/"\npages = true',
            "sections[0].pages = true must be a whole number",
        ),
        (
            '[[sections]]\nurl = "https://a.b/"\npage = 2',
            'sections[0].page = 2: there is no such key; did you mean "pages"?',
        ),
        (
            '[[sections]]\nurl = "https://a.b/"\n[[sections]]\nurl = "https://A.b"',
            'sections[1].url = "https://A.b" is the same page as sections[0].url',
        ),
        ("[rechecks]\nremoved_after = 24", "rechecks.removed_after = 24 is not a duration"),
        ('[rechecks]\nremoved_after = "a day"', 'rechecks.removed_after = "a day" is not a duration'),
        ('[rechecks]\nremoved_after = "-1h"', 'rechecks.removed_after = "-1h" is not a duration'),
        ("[politeness]\ndelay = -1", "politeness.delay = -1 must not be less than 0"),
        ("[politeness]\ndelay = inf", "politeness.delay = inf must be a finite number"),
        ("[politeness]\ndelay = nan", "politeness.delay = nan must"),
        ('[politeness]\ndelay = "2"', 'politeness.delay = "2" must be a number, without quotes'),
        ('[politeness]\nobey_robots = "no"', 'politeness.obey_robots = "no" must be true or false'),
        (
            "[politeness]\nobey_robot = false",
            'politeness.obey_robot = false: there is no such key; did you mean "obey_robots"?',
        ),
        ('[network]\nallow_private = "10.0.0.0/8"', 'network.allow_private = "10.0.0.0/8" must be a list'),
        (
            '[network]\nallow_private = ["news.example"]',
            'network.allow_private[0] = "news.example" is not a network',
        ),
        (
            '[network]\nallow_private = ["10.0.0.5/8"]',
            'network.allow_private[0] = "10.0.0.5/8" is not a network',
        ),
        ("[network]\nallow_private = [10]", "network.allow_private[0] = 10 is not a network"),
        *(
            (
                f'[network]\nallow_private = ["{network}"]',
                f'network.allow_private[0] = "{network}" contains public',
            )
            for network in ("0.0.0.0/0", "0.0.0.0/1", "8.8.8.8", "10.0.0.0/7", "::/0", "2000::/3")
        ),
        *(
            (
                f'[network]\nallow_private = ["{network}"]',
                f'network.allow_private[0] = "{network}" contains IPv4',
            )
            for network in ("::ffff:10.0.0.0/104", "64:ff9b::/96")
        ),
        ("[network]\nallow_privat = []", 'there is no such key; did you mean "allow_private"?'),
        ("[limits]\npages = 0", "limits.pages = 0 must not be less than 1"),
        ("[limits]\ndepth = 1.5", "limits.depth = 1.5 must be a whole number"),
        ('[limits]\npages = "all"', 'limits.pages = "all" must be a whole number, without quotes'),
        ('[capture]\nimages = "some"', 'capture.images = "some" must be one of "none", "lead" or "all"'),
        ('[[rules]]\nbody = "div["', 'rules[0].body = "div[" is not a CSS selector'),
        ('[[rules]]\nbody = "//div["', 'rules[0].body = "//div[" is not an XPath'),
        ('[[rules]]\nprune = [".a", ""]', 'rules[0].prune[1] = "" must not be empty'),
        ('[[rules]]\nsince = "2022-01-01"', 'rules[0].since = "2022-01-01" must be a day without quotes'),
        ("[[rules]]\nsince = 2022-01-01T10:00:00", "must be a day without quotes"),
        ('[[rules]]\ndate = ".a"', 'rules[0].date = ".a": there is no such key'),
    ],
)
def test_a_mistake_names_its_key_and_value(tmp_path: Path, line: str, mistake: str) -> None:
    found = mistakes_with(tmp_path, line)
    assert len(found) == 1
    assert mistake in found[0]


def test_a_missing_key_is_explained(tmp_path: Path) -> None:
    [mistake] = mistakes(tmp_path, SMALLEST.replace("title", "# title"))
    assert mistake == "title is missing: write title = … (the outlet's name for readers)"


def test_an_unknown_key_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    [mistake] = mistakes_with(tmp_path, "[politeness]\nwhatever = 1")
    assert mistake == "politeness.whatever = 1: there is no such key; write one of delay, obey_robots"


@pytest.mark.parametrize(
    "described", [*describe_keys(Definition), *describe_keys(TemplatesTable)], ids=lambda one: one.key
)
def test_every_key_has_a_description(described: KeyDescription) -> None:
    assert described.meaning
    assert described.default


def test_a_zone_must_be_known(tmp_path: Path) -> None:
    for zone in ("Europe/Kiew", "GMT+25", "", "../etc/passwd", "Europe"):
        [mistake] = mistakes(tmp_path, SMALLEST.replace("Europe/Moscow", zone))
        assert mistake.startswith(f'timezone = "{zone}" is not a time zone')


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a>)(?P<a>)", " "])
def test_a_broken_regular_expression_is_named(tmp_path: Path, pattern: str) -> None:
    [mistake] = mistakes(tmp_path, SMALLEST + f"article = ['{pattern}']\n")
    assert mistake.startswith(f'discovery.article[0] = "{pattern}" ')


def test_a_source_needs_an_entry_point(tmp_path: Path) -> None:
    bare = 'title = "a"\ntimezone = "UTC"\n'
    for text in (bare, bare + "sections = []\n", bare + "[discovery]\nfeeds = []\narticle = ['/a/']\n"):
        [mistake] = mistakes(tmp_path, text)
        assert mistake.startswith("there is no entry point: give at least one [[sections]]")


def test_all_mistakes_of_a_file_are_reported_together(tmp_path: Path) -> None:
    text = 'timezone = "Kyiv"\nlanguages = ["RU"]\n[politeness]\ndelay = -1\npause = 3\n'
    found = mistakes(tmp_path, text, name="Приморск")
    keys = [
        "the file name",
        "title",
        "timezone",
        "languages[0]",
        "politeness.delay",
        "politeness.pause",
    ]
    assert len(found) == len(keys) + 1
    assert all(mistake.startswith(key) for mistake, key in zip(found, keys, strict=False))
    assert found[-1].startswith("there is no entry point")


def test_a_toml_syntax_error_is_located(tmp_path: Path) -> None:
    [mistake] = mistakes(tmp_path, 'title = "a\n')
    assert mistake.startswith("is not TOML: ")
    assert "line 1" in mistake
    path = tmp_path / "primorsk.toml"
    path.write_bytes('title = "Новости"'.encode("cp1251"))
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        load(path)
    with pytest.raises(SourceError, match=r"nowhere\.toml: cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_a_folder_gives_its_sources_by_name(tmp_path: Path) -> None:
    for name in ("unian", "lenta"):
        written(tmp_path, SMALLEST, name)
    (tmp_path / "notes.txt").write_text("not a source")
    (tmp_path / "._lenta.toml").write_bytes(b"\x00\x05")
    assert [source.name for source in load_all(tmp_path)] == ["lenta", "unian"]
    assert load_all(tmp_path / "nowhere") == []


def test_a_folder_with_mistakes_names_those_of_every_file(tmp_path: Path) -> None:
    written(tmp_path, SMALLEST, "good")
    written(tmp_path, SMALLEST.replace("title", "titel"), "one")
    written(tmp_path, SMALLEST + "[politeness]\ndelay = -1\n", "two")
    with pytest.raises(SourceError) as raised:
        load_all(tmp_path)
    files = [line.partition(": ")[0] for line in str(raised.value).splitlines()]
    assert files == [str(tmp_path / "one.toml")] * 2 + [str(tmp_path / "two.toml")]


@pytest.mark.parametrize(
    ("capture", "mistake"),
    [
        ({"cookies": {"a": "b; c"}}, "capture.cookies"),
        ({"cookies": {"a b": "c"}}, "capture.cookies"),
        ({"cookies": {"a": 1}}, "capture.cookies"),
        ({"cookies": "a=b"}, "capture.cookies"),
        ({"user_agent_note": "a\r\nX-Forged: b"}, "capture.user_agent_note"),
        ({"user_agent_note": "архив"}, "capture.user_agent_note"),
        ({"user_agent_note": " "}, "capture.user_agent_note"),
    ],
)
def test_cookies_and_note_that_cannot_be_sent_are_mistakes(capture: dict[str, object], mistake: str) -> None:
    table = {"title": "Город", "timezone": "UTC", "sections": [{"url": "https://news.example/"}]}
    with pytest.raises(InvalidFile, match=mistake):
        validate_source({**table, "capture": capture})


@pytest.mark.parametrize(
    ("stated", "hours"), [("24h", 24), ("90m", 1.5), ("2d", 48), ("0s", 0), ("3600 s", 1)]
)
def test_how_long_after_a_404_another_one_is_a_removal(tmp_path: Path, stated: str, hours: float) -> None:
    source = load(written(tmp_path, f'{SMALLEST}[rechecks]\nremoved_after = "{stated}"\n'))
    assert source.removed_after == timedelta(hours=hours)
    assert load(written(tmp_path, SMALLEST)).removed_after == timedelta(hours=24)
