"""Extraction rules of a source, and how conflicting statements about an article are weighed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from archive.extraction.model import Article, Link, ListingEntry, Outlet, Rule

Reader = Callable[..., Any]
TEXT = "В городе открыли новый мост, который строили почти семь лет, сообщила городская администрация {}."
PAGE = """<html><head><title>В Приморске открыли мост через залив | Новости</title>{head}</head><body>
<div class="day">Вторник, 11 января 2022</div><h1>В Приморске открыли мост через залив</h1>
<div class="when">{when}</div>
<div class="box"><div class="banner">Скидки на всё до конца недели, спешите купить уже сегодня у нас.</div>
<p>{one}</p><p>{two}</p><p>{three}</p></div><div class="by">Пётр Иванов</div></body></html>"""


def page(*, head: str = "", when: str = "") -> str:
    return PAGE.format(
        head=head, when=when, one=TEXT.format("в среду"), two=TEXT.format("утром"), three=TEXT.format("снова")
    )


def outlet(*rules: Rule) -> Outlet:
    return Outlet("Europe/Kyiv", ("ru",), rules)


def test_rules_win_where_their_selectors_match(read_page: Reader) -> None:
    rule = Rule(title="h1", body=".box", published=".when", author="//div[@class='by']", prune=(".banner",))
    article = read_page(page(when="10 января 2022, 11:55"), outlet=outlet(rule))
    assert isinstance(article, Article)
    assert article.body == tuple(TEXT.format(word) for word in ("в среду", "утром", "снова"))
    assert article.authors == ("Пётр Иванов",)
    assert article.published is not None
    assert (article.published.isoformat(), article.published.found_in) == (
        "2022-01-10T11:55:00+02:00",
        "rule",
    )


def test_without_a_match_of_a_rule_the_general_extraction_applies(read_page: Reader) -> None:
    article = read_page(
        page(), outlet=outlet(Rule(title=".no-such", body="//no", section="!!not a selector!!"))
    )
    assert isinstance(article, Article)
    assert article.title == "В Приморске открыли мост через залив"


def test_the_newest_rule_in_force_on_the_day_of_the_capture_holds(read_page: Reader) -> None:
    rules = (Rule(author=".by"), Rule(since=date(2023, 1, 1), author=".day"))
    article = read_page(page(), outlet=outlet(*rules))
    assert isinstance(article, Article)
    assert article.authors == ("Пётр Иванов",)


def test_the_printed_date_is_preferred_if_the_metadata_agrees(read_page: Reader) -> None:
    head = '<meta property="article:published_time" content="2022-01-10T11:55:20+02:00">'
    article = read_page(page(head=head, when="11:55, 10.01.2022"))
    assert (article.published.stated_as, article.published.found_in) == ("11:55, 10.01.2022", "visible")
    assert article.published.isoformat() == "2022-01-10T11:55:00+02:00"


def test_a_local_time_marked_as_utc_by_mistake_is_the_local_time(read_page: Reader) -> None:
    head = '<meta property="article:published_time" content="2022-01-10T11:55:00Z">'
    article = read_page(page(head=head, when="10 января 2022, 11:55"))
    assert article.published.isoformat() == "2022-01-10T11:55:00+02:00"


def test_an_offset_the_data_states_is_believed_over_the_source_zone(read_page: Reader) -> None:
    head = '<meta property="article:published_time" content="2022-01-10T11:55:00+06:00">'
    article = read_page(page(head=head, when="10 января 2022, 11:55"))
    assert (article.published.isoformat(), article.published.zone) == ("2022-01-10T11:55:00+06:00", "stated")


def test_the_day_of_the_crawl_above_the_page_is_not_the_articles(read_page: Reader) -> None:
    article = read_page(page(when="9 января, 18:30"))
    assert article.published.isoformat() == "2022-01-09T18:30:00+02:00"


def test_an_update_is_not_the_publication(read_page: Reader) -> None:
    article = read_page(page(when="Опубликовано: 10.01.2022, 11:55. Обновлено: 10.01.2022, 13:20"))
    assert article.published.isoformat() == "2022-01-10T11:55:00+02:00"
    assert article.modified.isoformat() == "2022-01-10T13:20:00+02:00"


def test_a_time_alone_gets_a_date_only_from_another_statement(read_page: Reader) -> None:
    assert read_page(page(when="09:30")).published is None
    stamped = read_page(page(when="09:30"), url="https://news.example/2022/01/11/most.html")
    assert stamped.published.isoformat() == "2022-01-11T09:30:00+02:00"


def test_the_listing_knows_the_time_of_a_day_the_page_prints(read_page: Reader) -> None:
    listed = ListingEntry(date_text="10.01.2022 11:55", section="Город")
    article = read_page(page(when="10 января 2022"), listed=listed)
    assert article.published.isoformat() == "2022-01-10T11:55:00+02:00"
    assert (article.published.found_in, article.section) == ("listing", "Город")


@pytest.mark.parametrize(
    ("line", "views"),
    [
        ("Просмотров: 1,2 тыс.", 1200),
        ("12 345 просмотров", 12345),
        ("<i class='icon-eye'></i> 77", 77),
        ("822", 822),
    ],
)
def test_views_are_read_as_they_are_printed(read_page: Reader, line: str, views: int) -> None:
    assert read_page(page().replace("</body>", f"<div>{line}</div></body>")).views == views


@pytest.mark.parametrize(
    "line",
    [
        "4149499112345678",
        "9223372036854775808",
        "26007233566001234567",
        "Просмотров: 99999999999999999999",
        "Просмотров: 999999999999 млн",
        "Переглядів: 4149 4991",
        "<span class='views'>99999999999999999999</span>",
        "<i class='icon-eye'></i> 12345678901234567890",
        "<i class='icon-eye'></i> 0501234567",
        "<div class='icon-view'><i class='fa fa-phone'></i> 2345678</div>",
        "<span class='hits'>ID 12345</span>",
        "0501234567",
        "380501234567",
        "14360570",
        "20220110",
        "2022",
        "ЄДРПОУ 14360570",
        "<p>Реквизиты для помощи:</p><p>1234567</p>",
        "<p>Телефон редакции:</p><p>2345678</p>",
        "<p class='phone'>2345678</p>",
        "<p class='view-phone'>2345678</p>",
    ],
)
def test_account_card_phone_registration_numbers_and_dates_are_not_view_counts(
    read_page: Reader, line: str
) -> None:
    assert read_page(page().replace("</body>", f"<div>{line}</div></body>")).views is None


def test_an_account_number_beside_a_view_count_does_not_hide_it(read_page: Reader) -> None:
    below = "<div>26007233566001234567</div><div>1204</div>"
    assert read_page(page().replace("</body>", f"{below}</body>")).views == 1204


@pytest.mark.parametrize(
    ("action", "number", "views"),
    [
        ("https://schema.org/WatchAction", 777, 777),
        ({"@type": "ReadAction"}, "777", 777),
        ({"@type": "http://schema.org/CommentAction"}, 777, None),
        ({"@type": "WatchAction"}, 10**30, None),
        ({"@type": "WatchAction"}, -5, None),
        ({"@type": "WatchAction"}, True, None),
        ({"@type": "WatchAction"}, float("inf"), None),
    ],
)
def test_views_are_the_reads_or_watches_in_the_metadata(
    read_page: Reader, action: object, number: object, views: int | None
) -> None:
    counter = {"@type": "InteractionCounter", "interactionType": action, "userInteractionCount": number}
    data = {"@type": "NewsArticle", "headline": "В Приморске открыли мост", "interactionStatistic": [counter]}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert read_page(page(head=head)).views == views


def test_half_a_surrogate_pair_in_the_metadata_is_dropped(read_page: Reader) -> None:
    data = {
        "@type": "NewsArticle",
        "headline": "В Приморске открыли мост \ud800",
        "image": "http://x.example/\ud800.jpg",
        "author": {"@type": "Person", "name": "Анна \ud800Ким"},
        "keywords": "\ud800",
        "articleSection": "Мир \ud800",
        "datePublished": "\ud800",
    }
    found = read_page(page(head=f'<script type="application/ld+json">{json.dumps(data)}</script>'))
    assert found.images
    repr(found).encode()


def test_broken_json_ld_is_parsed_as_far_as_possible(read_page: Reader) -> None:
    script = (
        '<script type="application/ld+json"><!-- {"@graph": [{"@type": "Organization", "name": "Н"}, '
        '{"@type": ["NewsArticle"], '
        '"headline": "В Приморске открыли мост через залив", "author": [{"name": "Анна Ким"}],}],} --></script>'
    )
    assert read_page(page(head=script)).authors == ("Анна Ким",)


def test_only_links_of_the_text_are_extracted(read_page: Reader) -> None:
    linked = page().replace("администрация утром", '<a href="/city/">администрация</a> утром')
    article = read_page(
        linked.replace("</body>", '<a href="/news/7">Другая новость о другом городе</a></body>')
    )
    assert article.links == (Link("https://news.example/city/", "администрация"),)


def test_extracting_twice_gives_the_same(read_page: Reader) -> None:
    assert read_page(page(when="10.01.2022 11:55")) == read_page(page(when="10.01.2022 11:55"))


def test_the_next_article_on_the_page_is_not_part_of_this_one(read_page: Reader) -> None:
    other = "<div>Следующий материал</div><h1>Совсем другая история о другом городе</h1>" + "".join(
        f"<p>Другой текст о другом городе, который к этой статье никак не относится, часть {n}.</p>"
        for n in range(9)
    )
    article = read_page(page().replace("</body>", other + "</body>"))
    assert article.body == tuple(TEXT.format(word) for word in ("в среду", "утром", "снова"))
