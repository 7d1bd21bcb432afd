"""The open part of a paywalled article is stored and marked as partial; live blogs are marked too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.extraction.model import Article, Rejection

Reader = Callable[..., Any]
TITLE = "Кто купил судоремонтный завод: расследование о сделке"
OPEN = (
    "Судоремонтный завод сменил владельца за два дня до Нового года, и в реестре появилась одна строка.",
    "Новый владелец зарегистрирован в квартире на окраине, где никто не слышал о заводе и о сделке.",
)
CLOSED = '{"@type":"NewsArticle","headline":"%s","isAccessibleForFree":"False","hasPart":{"@type":"WebPageElement",'
CLOSED += '"isAccessibleForFree":"False","cssSelector":".closed"}}'


def page(rest: str, *, text: tuple[str, ...] = OPEN, head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return (
        f"<html><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>"
        f"<time>10.01.2022 11:55</time>{body}{rest}</article></body></html>"
    )


def read(read_page: Reader, markup: str) -> Article:
    article = read_page(markup)
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize(
    "offer",
    [
        "<div class=paywall><h3>Продолжение доступно только подписчикам</h3><p>Оформите подписку.</p></div>",
        "<p>Чтобы дочитать статью до конца, оформите подписку на газету.</p>",
        "<div><b>Полная версия статьи доступна по подписке</b><p>299 рублей в месяц</p></div>",
        "<p>Щоб дочитати матеріал, оформіть передплату.</p>",
        "<p>Subscribe to continue reading</p>",
        "<p>This article is for subscribers only.</p><p>Already a subscriber? Log in</p>",
        "<div><div>Дальше — только для членов клуба</div><div>Чтобы читать полностью, вступите в клуб «Маяка».</div>"
        "<button>Вступить</button></div>",
        "<div><div>Продолжение — только для друзей редакции</div><button>Стать другом</button></div>",
        "<p>Щоб читати далі, долучайтеся до Спільноти «Вісника».</p>",
    ],
)
def test_a_text_cut_by_an_offer_is_partial_and_the_offer_is_not_text(read_page: Reader, offer: str) -> None:
    article = read(read_page, page(offer))
    assert article.partial
    assert article.body == OPEN


def test_a_subheading_that_keeps_a_way_for_some_cuts_nothing(read_page: Reader) -> None:
    rest = f"<h2>Дальше — только для смелых</h2><p>{OPEN[0]} Чтобы читать карту, станьте лицом к северу.</p>"
    article = read(read_page, page(rest))
    assert not article.partial
    assert "лицом к северу" in article.body[-1]


def test_an_article_declared_closed_is_partial_if_its_closed_part_is_missing(
    read_page: Reader,
) -> None:
    head = f'<script type="application/ld+json">{CLOSED % TITLE}</script>'
    assert read(read_page, page("", head=head)).partial
    served = "".join(f'<p class="closed">{paragraph} И ещё раз об этом, подробнее.</p>' for paragraph in OPEN)
    assert not read(read_page, page(served, text=OPEN, head=head)).partial


@pytest.mark.parametrize(
    "below",
    [
        "<p>Подпишитесь на наш канал, чтобы первыми узнавать новости</p>",
        "<div class=subscribe><h3>Подписка на газету</h3><p>Индекс 61243</p></div>",
        "<div class=newsletter><p>Subscribe to our newsletter</p></div>",
    ],
)
def test_a_call_to_subscribe_below_a_whole_text_cuts_nothing(read_page: Reader, below: str) -> None:
    article = read(read_page, page(below))
    assert not article.partial
    assert article.body == OPEN


def test_news_about_a_paywall_is_whole(read_page: Reader) -> None:
    paragraphs = (
        "Газета закрыла сайт: «Продолжение доступно только подписчикам», видят теперь читатели каждой статьи.",
        "Чтобы прочитать статью, читателям придётся платить триста рублей в месяц, объявил издатель.",
    )
    assert not read(read_page, page("", text=paragraphs)).partial


def test_a_headline_with_nothing_but_an_offer_is_a_paywall(read_page: Reader) -> None:
    offer = "<div class=paywall><p>Материал доступен только подписчикам.</p><p>Подписка на месяц — 299 рублей</p></div>"
    assert read_page(page(offer, text=())) == Rejection("paywall")


def entries(clocks: tuple[str, ...]) -> str:
    return "".join(
        f"<div class=entry><time>{clock}</time><p>В {clock} на участке номер {place} открыли двери, и первые "
        "избиратели получили бюллетени.</p></div>"
        for place, clock in enumerate(clocks)
    )


def test_many_timed_entries_under_one_headline_are_a_live_blog_in_the_order_printed(
    read_page: Reader,
) -> None:
    clocks = ("20:05", "17:30", "14:15", "11:50", "09:20", "08:00")
    article = read(read_page, page(entries(clocks), text=()))
    assert article.live_blog
    places = [
        paragraph.find(f"В {clock}")
        for clock in clocks
        for paragraph in article.body
        if f"В {clock}" in paragraph
    ]
    assert places == [0] * len(clocks)


def test_three_entries_are_a_live_blog_if_the_metadata_says_so(read_page: Reader) -> None:
    metadata = (
        f'<script type="application/ld+json">{{"@type":"LiveBlogPosting","headline":"{TITLE}"}}</script>'
    )
    clocks = ("20:05", "17:30", "14:15")
    assert read(read_page, page(entries(clocks), text=(), head=metadata)).live_blog
    assert not read(read_page, page(entries(clocks), text=())).live_blog


def test_an_article_that_mentions_hours_is_no_live_blog(read_page: Reader) -> None:
    paragraphs = tuple(
        f"В {hour}:15 на площади собралось ещё {hour} человек, сообщил дежурный по городу."
        for hour in range(9, 19)
    )
    assert not read(read_page, page("", text=paragraphs)).live_blog
