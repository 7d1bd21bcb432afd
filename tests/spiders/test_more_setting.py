"""The setting `more`: its placeholders, and what is wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.errors import SourceError
from spiders.discovery.paging.more_setting import MoreSetting
from spiders.discovery.paging.page_requests import PageRequest
from spiders.sources.source import load

URL = "https://news.example/list"


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        ("?page={page}", None, PageRequest(URL + "?page=3")),
        ("?page={page=0}", None, PageRequest(URL + "?page=1")),
        ("?offset={offset}&r={section}", None, PageRequest(URL + "?offset=37&r=world")),
        ("?offset={offset=20}", None, PageRequest(URL + "?offset=40")),
        ("/{date}", None, PageRequest(URL + "/2022-01-09")),
        ("/{date:%d.%m.%Y}", None, PageRequest(URL + "/09.01.2022")),
        ("", "act=more&page={page}", PageRequest(URL, "act=more&page=3")),
        ("", '{"page": {page}, "rubric": 5}', PageRequest(URL, '{"page": 3, "rubric": 5}')),
    ],
)
def test_placeholders_are_filled_in(url: str, body: str | None, expected: PageRequest) -> None:
    setting = MoreSetting(URL + url, body)
    asked = setting.request(
        page=3, shown=37, day=date(2022, 1, 9), section_url="https://news.example/rubric/world/"
    )
    assert asked == expected


def source(folder: Path, discovery: str = "", section: str = "") -> Path:
    path = folder / "city.toml"
    path.write_text(
        'title = "Город"\ntimezone = "Europe/Kyiv"\n[[sections]]\nurl = "https://news.example/city/"\n'
        f"{section}\n[discovery]\n{discovery}\n",
        encoding="utf-8",
    )
    return path


def test_a_section_may_have_its_own(tmp_path: Path) -> None:
    shared = f'more = "{URL}?page={{page}}"'
    assert load(source(tmp_path, shared)).sections[0].more == MoreSetting(URL + "?page={page}")
    own = f'more = {{ url = "{URL}", body = "page={{page}}&rubric=5" }}'
    assert load(source(tmp_path, shared, own)).sections[0].more == MoreSetting(URL, "page={page}&rubric=5")
    assert load(source(tmp_path)).sections[0].more is None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ('"https://news.example/list"', "needs a placeholder that changes from page to page"),
        ('"https://news.example/{n}?page={page}"', "has a placeholder {n}; write {page}, {offset}"),
        ('"https://news.example/{date}?page={page}"', "has {date} beside {page}"),
        ('"https://news.example/{date:%Y-%m}"', "does not name a day"),
        ('"https://news.example/{page:%d}"', "which only {date} may have"),
        ('"https://news.example/{date=5}"', "which only {page} and {offset} may have"),
        ('"https://news.example/?o={offset=0}"', "in steps of 0"),
        ('"/list?page={page}"', "is not a web address"),
        ('{ body = "page={page}" }', "must be an address such as"),
        ("5", "must be an address such as"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_key_and_what_to_write(tmp_path: Path, value: str, says: str) -> None:
    with pytest.raises(SourceError) as error:
        load(source(tmp_path, f"more = {value}"))
    assert "discovery.more" in str(error.value)
    assert says in str(error.value)
