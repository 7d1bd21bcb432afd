"""Dates of listings in many languages: the same grammar as for articles, and no time of an unknown day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from archive.extraction.dates.parser import parse_date
from archive.http.capture import Capture
from spiders.discovery.listing.dates import find_date, leading_date
from spiders.discovery.section_page import read_listing

SECTION = "https://news.example/world/"
CAPTURED = datetime(2022, 1, 10, 12, tzinfo=UTC)
DATES = [
    "10 января 2022, 11:55",
    "10 січня 2022, 11:55",
    "10 студзеня 2022, 11:55",
    "2022 жылғы 10 қаңтар, 11:55",
    "January 10, 2022 11:55 AM",
    "10 Ιανουαρίου 2022, 11:55",
    "10 იანვარი, 2022 - 11:55",
    "10 בינואר 2022, 11:55",
    "2022年1月10日 11:55",
    "10 ianuarie 2022, 11:55",
    "10 stycznia 2022, 11:55",
    "2022. gada 10. janvāris, 11:55",
    "[11:55/10.01.2022]",
    "10 января 2022-11:55",
]


def stamps(item: str, above: str = "") -> list[str | None]:
    """Return the dates of a list of four articles; LINK and CLOCK in an item are its link and its time of day."""
    items = "".join(
        "<li>"
        + item.replace("CLOCK", f"1{n}:30").replace(
            "LINK", f"<a href='/world/{n}00{n}'>Министр рассказал о плане номер {n}</a>"
        )
        + "</li>"
        for n in range(2)
    )
    html = f"<html><body><h1>Мир</h1><div>{above}<ul>{items}</ul></div></body></html>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    listing = read_listing(Capture(SECTION, CAPTURED, head + html.encode()), section_url=SECTION)
    assert len(listing.articles) == 2
    return [article.stamp for article in listing.articles]


@pytest.mark.parametrize("text", DATES)
def test_what_a_listing_finds_the_parser_of_articles_reads(text: str) -> None:
    found = find_date(text)
    assert found is not None
    assert (found.text, found.has_day, found.has_time, found.is_alone) == (text.strip("[]"), True, True, True)
    stamp = parse_date(
        found.text, zone=ZoneInfo("Europe/Kyiv"), languages=("ru",), captured_at=CAPTURED, found_in="listing"
    )
    assert stamp is not None
    assert stamp.isoformat() == "2022-01-10T11:55:00+02:00"
    assert stamps(f"<span>{text}</span> LINK") == [found.text] * 2


@pytest.mark.parametrize(
    "text",
    [
        "10 Januarius 2022, 11:55",
        "11:55, 10 Machi 2022",
        "10 Machi, 11:55",
        "Machi 10, 2022 | 11:55",
        "二〇二二年一月十日 11:55",
        "10 มกราคม 2565 11:55",
    ],
)
def test_a_time_beside_an_unknown_month_is_not_found(text: str) -> None:
    assert find_date(text) is None
    assert leading_date(text) is None
    assert stamps(f"<span>{text}</span> LINK") == [None, None]


@pytest.mark.parametrize(
    "item",
    [
        "<span>9 Machi 2022</span> <span>CLOCK</span> LINK",
        "<div><span>9 Machi</span><span>CLOCK</span></div> LINK",
        "9 Machi 2022, <b>CLOCK</b> LINK",
        "<i>9 Machi 2022</i> CLOCK LINK",
        "<time>CLOCK</time> <i>9 Machi 2022</i> LINK",
        "<p>9 Machi 2022</p><p>CLOCK</p> LINK",
        "LINK <div>CLOCK | 9 Machi</div>",
    ],
)
def test_a_time_beside_the_element_of_an_unknown_day_is_no_date(item: str) -> None:
    assert stamps(item) == [None, None]


@pytest.mark.parametrize(
    "item",
    [
        "<span>CLOCK</span> LINK",
        "<i>Мир</i> CLOCK LINK",
        "<span>CLOCK</span> <a href='/world/'>Мир</a> LINK",
        "LINK <div><span>25 просмотров</span> <span>CLOCK</span></div>",
        "LINK <div>CLOCK | 12 комментариев</div>",
    ],
)
def test_a_time_beside_other_words_and_counters_is_one(item: str) -> None:
    assert stamps(item) == ["10:30", "11:30"]


def test_times_below_an_unknown_day_heading_have_no_day() -> None:
    item = "<span>CLOCK</span> LINK"
    assert stamps(item, "<h3>9 Machi 2022</h3>") == [None, None]
    assert stamps(item, "<h3>9 января 2022</h3>") == ["9 января 2022, 10:30", "9 января 2022, 11:30"]
    assert stamps(item, "<h3>Топ 10 новостей</h3>") == ["10:30", "11:30"]


def test_a_time_element_states_the_day_of_its_printed_time() -> None:
    item = "<div><time datetime='2022-01-09TCLOCK'>CLOCK</time></div> LINK"
    assert stamps(item) == ["2022-01-09T10:30", "2022-01-09T11:30"]


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("0:05 (сегодня)", "0:05 (сегодня)"),
        ("10.01.2022 11:55 МСК", "10.01.2022 11:55 МСК"),
        ("3:45 PM", "3:45 PM"),
        ("півгодини тому", "півгодини тому"),
        ("три часа назад", "три часа назад"),
        ("только что", "только что"),
        ("месяц назад", "месяц назад"),
        ("12.05", None),
        ("8.30", None),
        ("25 мартовских зайцев", None),
    ],
)
def test_forms_of_articles_are_dates_of_listings_too(text: str, stamp: str | None) -> None:
    found = find_date(text)
    assert (found.text if found else None) == stamp
