"""The advice of `sources check`: for each empty or doubtful field, what to do and a suggestion from the pages."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest

from archive.extraction.extract import extract
from archive.http.capture import Capture
from newsarchive.sources.advice import Advice, CheckedCapture, about_listing, advise
from spiders.sources.schema import validate_source
from spiders.sources.source import Section, Source

TEXT = (
    "Городской совет рассказал, что работы начнутся весной и закончатся до конца года, а расходы будут"
    " опубликованы вместе с отчётом. Жители могут прислать замечания до пятницы."
)
SOURCE = Source(
    "a", "Пример", "Europe/Moscow", ("ru",), sections=(Section("Мир", "https://news.example/mir/"),)
)


def page(
    number: int, *, above: str = "", below: str = "", data: str = "", text: str = TEXT
) -> CheckedCapture:
    """Return an article page and its extraction."""
    body = "".join(f"<p>{text} {one}.</p>" for one in range(4))
    html = (
        f"<html lang='ru'><head><title>Заголовок номер {number} о важном деле</title>{data}</head><body><article>"
        f"<h1>Заголовок номер {number} о важном деле</h1>{above}{body}{below}</article></body></html>"
    ).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(
        html
    )
    capture = Capture(f"https://news.example/mir/{number}", datetime(2026, 11, 20, tzinfo=UTC), head + html)
    return CheckedCapture(capture, extract(capture, SOURCE.outlet, None))


def of(field: str, advice: tuple[Advice, ...]) -> list[Advice]:
    return [one for one in advice if one.field == field]


def test_an_empty_field_gets_the_selector_that_its_pages_suggest() -> None:
    below = "<div class='foot'><span class='byline-x author'>{}</span></div>"
    pages = [page(n, below=below.format(f"Корреспондент №{n}")) for n in range(3)]
    assert not any(one.extraction.authors for one in pages)  # type: ignore[union-attr]
    (advice,) = of("authors", advise(SOURCE, pages))
    assert advice.problem == "empty on 3 of 3 articles"
    assert advice.setting == '[[rules]]\nauthor = "span.byline-x"'
    assert "finds «Корреспондент №0»" in advice.action


@pytest.mark.parametrize("field", ["lead", "authors", "views"])
def test_a_field_that_no_page_seems_to_have_gets_no_selector(field: str) -> None:
    (advice,) = of(field, advise(SOURCE, [page(1), page(2)]))
    assert advice.setting is None
    assert "If they print it, set rules." in advice.action


def test_a_zone_that_the_data_contradict_is_doubtful() -> None:
    stated = "<meta property='article:published_time' content='2026-11-1{}T09:55:00Z'>"
    printed = "<p class='date'>1{} ноября 2026, 14:55</p>"
    pages = [page(n, data=stated.format(n), above=printed.format(n)) for n in range(3)]
    (advice,) = of("timezone", advise(SOURCE, pages))
    assert advice.problem == "contradicted by 3 articles"
    assert "UTC+5, and Europe/Moscow had another offset then" in advice.action
    right = [page(n, data=stated.format(n), above=printed.format(n).replace("14:", "12:")) for n in range(3)]
    assert of("timezone", advise(SOURCE, right)) == []


def test_a_time_that_only_is_a_day_is_doubtful() -> None:
    pages = [page(n, above=f"<p class='date'>1{n} ноября 2026</p>") for n in range(2)]
    (advice,) = of("published", advise(SOURCE, pages))
    assert advice.problem == "without a time of day on all articles"


def test_a_language_that_the_source_does_not_name_is_suggested() -> None:
    ukrainian = "Міська рада розповіла, що роботи почнуться навесні і закінчаться до кінця року."
    (advice,) = of("languages", advise(SOURCE, [page(1), page(2, text=ukrainian)]))
    assert advice.setting == 'languages = ["ru", "uk"]'


def test_pages_that_are_never_articles_can_be_excluded() -> None:
    video = Capture(
        "https://news.example/video/7",
        datetime(2026, 11, 20, tzinfo=UTC),
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    )
    pages = [page(1), page(2), CheckedCapture(video, extract(video, SOURCE.outlet, None))]  # type: ignore[list-item]
    (advice,) = of("page", advise(SOURCE, pages))
    assert advice.setting == "[discovery]\nignore = ['^/video/']"


def test_every_suggestion_is_valid_in_a_source_file() -> None:
    whole = "title = 'a'\ntimezone = 'UTC'\n[[sections]]\nurl = 'https://news.example/'\n"
    classes = {"lead": "lead-x", "views": "views-x", "authors": "author"}
    below = "".join(
        f"<div class='{name}'>Некоторый длинный текст {field} 1</div>" for field, name in classes.items()
    )
    advice = advise(SOURCE, [page(n, below=f"<footer>{below}</footer>") for n in range(2)])
    settings = [one.setting for one in advice if one.setting is not None]
    assert settings
    for setting in settings:
        validate_source(tomllib.loads(whole + setting))


def test_a_listing_without_articles_says_which_setting() -> None:
    assert "discovery.article" in about_listing("listing", "https://news.example/", None).action
    assert "discovery.feeds" in about_listing("feed", "https://news.example/rss", None).action
    assert "sections.url" in about_listing("listing", "https://news.example/", "answered 404").action
