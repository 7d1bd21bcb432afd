"""Names of sections, and texts that only look like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article, ListingEntry, Outlet, PageTemplate

HEADLINE = "Мост через реку закрыли на ремонт до весны"
TEXT = "".join(
    f"<p>Рабочие разобрали {part} настил, и движение по мосту остановлено до конца отопительного сезона.</p>"
    for part in ("первый", "второй", "третий")
)
LISTED = ListingEntry(section="Хроника")


def section(
    read_page: Callable[..., object],
    above: str,
    *,
    data: str = "",
    title: str | None = None,
    layout: PageTemplate | None = None,
    listed: ListingEntry | None = LISTED,
) -> str | None:
    found = read_page(
        f"<html><head><title>{HEADLINE} — Речной край</title>{data}</head><body>{above}"
        f"<article><h1>{HEADLINE}</h1><div>10 января 2022, 11:55</div><div class='text'>{TEXT}</div></article>"
        "</body></html>",
        outlet=Outlet("Europe/Kyiv", ("ru",), templates=(layout,) if layout else (), title=title),
        listed=listed,
    )
    assert isinstance(found, Article)
    return found.section


@pytest.mark.parametrize("home", ["/", "https://news.example/", "https://news.example", " / "])
def test_a_link_to_the_front_page_names_no_section(read_page: Callable[..., object], home: str) -> None:
    assert section(read_page, f'<header><a href="{home}">Речной край</a></header>') == "Хроника"
    assert section(read_page, f'<div><a href="{home}">Речной край</a></div>', listed=None) is None


def test_a_link_to_a_part_of_the_front_page_may_name_one(read_page: Callable[..., object]) -> None:
    assert section(read_page, '<div class="rubric"><a href="/?cat=3">Город</a></div>') == "Город"


def test_the_outlets_own_name_is_never_a_section(read_page: Callable[..., object]) -> None:
    stated = (
        '<script type="application/ld+json">{"@type":"NewsArticle","articleSection":"Речной край"}</script>'
    )
    for above, data in [("<div>Речной край</div>", ""), ("", stated)]:
        assert section(read_page, above, data=data, title="Речной край") == "Хроника"
        assert section(read_page, above, data=data, title="Речной край", listed=None) is None


@pytest.mark.parametrize("rate", ["Курс: 41,20", "USD 41.20", "€ 45", "+12", "Погода 12", "Пробки 3"])
def test_a_rate_or_a_count_is_no_section(read_page: Callable[..., object], rate: str) -> None:
    table = f'<table><tr><td><a href="/lenta/">Лента</a><br>{rate}</td></tr></table>'
    assert section(read_page, table) == "Хроника"
    assert section(read_page, f"<div>{rate}</div>") == "Хроника"


def test_a_name_with_a_number_in_its_word_is_a_section(read_page: Callable[..., object]) -> None:
    assert section(read_page, '<div class="rubric"><a href="/covid/">COVID-19</a></div>') == "COVID-19"


def test_a_learned_place_is_ignored_if_it_contains_no_section(
    read_page: Callable[..., object],
) -> None:
    layout = PageTemplate(body="div.text", section="body > header > a")
    assert section(read_page, '<header><a href="/">Речной край</a></header>', layout=layout) == "Хроника"
    assert section(read_page, '<header><a href="/gorod/">Город</a></header>', layout=layout) == "Город"


def test_a_label_above_every_article_is_no_section(read_page: Callable[..., object]) -> None:
    layout = PageTemplate(body="div.text", labels=("Наш край",))
    above = '<div class="rubric">Наш край</div>'
    assert section(read_page, above) == "Наш край"
    assert section(read_page, above, layout=layout) == "Хроника"


@pytest.mark.parametrize(
    ("names", "address"),
    [
        ("b_hot_news category", "/parom/"),
        ("top-story rubric", "/parom/"),
        ("main_news section", "/parom/"),
        ("theme-of-day", "/parom/"),
        ("category", "/world/parom.html"),
        ("category", "/news/4711"),
        ("category", "https://other.example/parom"),
    ],
)
def test_a_top_story_is_no_section(read_page: Callable[..., object], names: str, address: str) -> None:
    strip = f"<div class='{names}'><a href='{address}'>Драка на пароме</a></div>"
    assert section(read_page, strip, listed=None) is None


@pytest.mark.parametrize("address", ["/world/", "/obshchestvo/", "https://world.news.example/"])
def test_a_linked_label_with_the_address_of_a_section_is_one(
    read_page: Callable[..., object], address: str
) -> None:
    label = f"<div class='category'><a href='{address}'>Общество</a></div>"
    assert section(read_page, label, listed=None) == "Общество"


@pytest.mark.parametrize(
    "line",
    ["Движение закрыли у станции «Речная» в Дубках", "У «Речной» закрыли мост", "Мост «Речной» закрыт"],
)
def test_what_follows_a_quotation_is_no_section(read_page: Callable[..., object], line: str) -> None:
    found = read_page(
        f"<html><head><title>{HEADLINE}</title></head><body><div class='topic-page'><h1>{HEADLINE}</h1>"
        f"<div class='topic-body__title-yandex'>{line}</div><div>10 января 2022, 11:55</div>"
        f"<div class='topic-body__content'>{TEXT}</div></div></body></html>"
    )
    assert isinstance(found, Article)
    assert (found.section, found.lead) == (None, line)


MENU = ("Политика", "Мир", "Экономика", "Спорт")
SEED = "<div>ПОИСК</div><div>Мир</div>"


@pytest.mark.parametrize(
    "above",
    [
        "<div>" + " ".join(f"<a href='/{name}'>{name}</a>" for name in MENU) + f"</div>{SEED}",
        "<ul>" + "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in MENU) + f"</ul>{SEED}",
        "".join(f"<p>{name}</p>" for name in MENU) + "<p>ПОИСК</p><p>Мир</p>",
        "<br>".join((*MENU, "ПОИСК", "Мир")),
        "<div>" + " | ".join(f"<a href='/{name}'>{name}</a>" for name in MENU) + f"</div>{SEED}",
        "<div><a href='/m'>Мир</a> | <a href='/s'>Спорт</a></div><p>ПОИСК</p><p><a href='/m'>Мир</a></p>",
        "<div><a href='/'>Главная</a> | <a href='/m'>Мир</a></div>",
        "<div><a href='/'>Главная</a> » <a href='/m'>Мир</a></div>",
    ],
)
@pytest.mark.parametrize("listed", [None, ListingEntry(section="Мир")])
def test_the_label_nearest_to_the_headline_is_the_section(
    read_page: Callable[..., object], above: str, listed: ListingEntry | None
) -> None:
    assert section(read_page, above, listed=listed) == "Мир"


@pytest.mark.parametrize(
    "menu",
    ["<a href='/m'>Мир</a> | <a href='/s'>Спорт</a>", "» <a href='/m'>Мир</a> » <a href='/s'>Спорт</a>"],
)
def test_a_link_of_a_menu_is_no_section(read_page: Callable[..., object], menu: str) -> None:
    assert section(read_page, f"<div>{menu}</div>") == "Хроника"
    assert section(read_page, f"<div>{menu}</div>", listed=None) is None


@pytest.mark.parametrize(
    "above",
    [
        "<p><a href='/health/'>Здоровье:</a></p>",
        "<p><a href='/health/'>Здоровье</a>:</p>",
        "<div class='rubric'>Здоровье:</div>",
        "<div class='rubric'><a href='/health/'>Здоровье:</a></div>",
        "<div>Здоровье:</div>",
        "<h3>Здоровье:</h3>",
        "<div>Рубрика: Здоровье</div>",
        "<div><span><a href='/health/'>Здоровье:</a></span> 10.01.2022 11:55</div>",
    ],
)
def test_a_section_is_named_without_the_colon_after_it(read_page: Callable[..., object], above: str) -> None:
    assert section(read_page, above, listed=None) == "Здоровье"


@pytest.mark.parametrize("title", ["Здоровье: {}", "Здоровье: {} — Речной край"])
def test_a_label_with_a_colon_that_the_title_has_is_part_of_the_headline(
    read_page: Callable[..., object], title: str
) -> None:
    found = read_page(
        f"<html><head><title>{title.format(HEADLINE)}</title></head><body><p><a href='/health/'>Здоровье:</a></p>"
        f"<h1>{HEADLINE}</h1><div>10 января 2022, 11:55</div><div class='text'>{TEXT}</div></body></html>"
    )
    assert isinstance(found, Article)
    assert found.section is None


@pytest.mark.parametrize("above", ["<div>Читайте нас:</div>", "<div class='kicker'>Иван Петров:</div>"])
def test_other_labels_with_a_colon_name_no_section(read_page: Callable[..., object], above: str) -> None:
    assert section(read_page, above, listed=None) is None
