"""Recognizing dates, headlines and article addresses by their form."""

from __future__ import annotations

import pytest
from lxml import html

from spiders.discovery.listing import headlines, url_shapes
from spiders.discovery.listing.dates import find_date


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("11:55 10 января 2022", "11:55 10 января 2022"),
        ("Понедельник, 10 января 2022 года", "10 января 2022 года"),
        ("10 січня 2022, 11:55", "10 січня 2022, 11:55"),
        ("10.01.2022 | Мир | Просмотров: 25", "10.01.2022"),
        ("Опубликовано: 10.01.22 в 11:55", "10.01.22 в 11:55"),
        ("10.I.2022", "10.I.2022"),
        ("Сегодня, 14:05", "Сегодня, 14:05"),
        ("3 ч. назад", "3 ч. назад"),
        ("5 хвилин тому", "5 хвилин тому"),
        ("13:17, 08.01", "13:17, 08.01"),
        ("Jan 10, 2022", "Jan 10, 2022"),
        ("2022-01-10T11:55:00+02:00", "2022-01-10T11:55:00+02:00"),
        ("12 комментариев", None),
        ("25 мартовских зайцев", None),
        ("Фото: 12", None),
        ("16+", None),
        ("8.30", None),
        (
            "10 января 2022 года в силу вступают новые правила въезда, о которых говорили весь прошлый год",
            None,
        ),
    ],
)
def test_a_date_is_distinguished_from_other_short_texts(text: str, stamp: str | None) -> None:
    found = find_date(text)
    assert (found.text if found else None) == stamp


@pytest.mark.parametrize(
    ("link", "headline"),
    [
        ("<a>Токаев объявил траур</a>", "Токаев объявил траур"),
        ("<a><time>11:55</time> Токаев объявил траур</a>", "Токаев объявил траур"),
        ("<a>11:55 Токаев объявил траур</a>", "Токаев объявил траур"),
        ("<a>10 января в Казахстане объявлен траур</a>", "10 января в Казахстане объявлен траур"),
        (
            "<a><span>Мир</span><h3>Токаев объявил траур</h3><p>Об этом сообщила служба.</p></a>",
            "Токаев объявил траур",
        ),
        ("<a><span>Токаев</span> <span>объявил траур в стране</span></a>", "Токаев объявил траур в стране"),
        (
            "<a>Путин: не допустим <b>«майданных»</b> технологий</a>",
            "Путин: не допустим «майданных» технологий",
        ),
        ("<a><img alt='Токаев объявил траур'></a>", "Токаев объявил траур"),
        ("<a title='Токаев объявил траур'><img></a>", "Токаев объявил траур"),
        ("<a>Токаев объявил траур <i>12</i></a>", "Токаев объявил траур 12"),
        ("<a>Читать далее</a>", None),
        ("<a>Подробнее →</a>", None),
        ("<a>12 комментариев</a>", None),
        ("<a>12</a>", None),
    ],
)
def test_only_the_headline_of_a_link_is_returned(link: str, headline: str | None) -> None:
    assert headlines.best([html.fragment_fromstring(link)]) == headline


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/world/2022/01/10/summit/",
        "https://a.example/news/123456.html",
        "https://a.example/10-01-2022/summit/",
        "https://a.example/politics/kak-zhivet-derevnya-bez-lyudey",
        "https://a.example/news.php?id=123",
        "https://a.example/20220110/odkb-1767170000.html",
    ],
)
def test_addresses_of_articles_are_recognized(url: str) -> None:
    assert url_shapes.score(url) >= 0.8


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/",
        "https://a.example/world/",
        "https://a.example/tags/kazahstan-2022",
        "https://a.example/2022/01/",
        "https://a.example/author/ivan-petrov-123",
        "https://a.example/?s=1",
        "https://a.example/2022/01/10/",
    ],
)
def test_addresses_of_sections_are_not_taken_for_articles(url: str) -> None:
    assert url_shapes.score(url) <= 0.2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/", "https://www.a.example/x", True),
        ("https://www.pravda.com.ua/", "https://life.pravda.com.ua/a", True),
        ("https://pravda.com.ua/", "https://unian.com.ua/a", False),
        ("https://one.blogspot.com/", "https://two.blogspot.com/", False),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/a", True),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/a", False),
        ("http://127.0.0.1/", "http://10.0.0.1/a", False),
        ("https://новости.рф/", "https://спорт.новости.рф/a", True),
    ],
)
def test_a_site_is_all_hosts_of_one_registered_domain(one: str, other: str, same: bool) -> None:
    assert url_shapes.is_same_site(one, other) is same
