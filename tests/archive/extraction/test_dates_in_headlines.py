"""A date in the line of the headline, set off from its words. Pages are captured on 11 January 2022."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article

HEADLINE = "Паромная переправа в Сосновке открылась на месяц раньше"
TEXT = "".join(
    f"<p>Это абзац {number} новости, в котором рассказывается о событии дня и его последствиях для города.</p>"
    for number in ("первый", "второй", "третий")
)


def article(
    read_page: Callable[..., object], h1: str, *, title: str = HEADLINE, beside: str = "", url: str = "a.html"
) -> Article:
    found = read_page(
        f"<html><head><title>{title}</title></head><body><nav><a href='/'>Главная</a></nav>"
        f"<h1>{h1}</h1>{beside}<div>{TEXT}</div></body></html>",
        url=f"https://news.example/{url}",
    )
    assert isinstance(found, Article)
    return found


def published(found: Article) -> str | None:
    return found.published and found.published.at.isoformat()[:16]


@pytest.mark.parametrize(
    "h1",
    [
        f"{HEADLINE} (10.01.2022)",
        f"{HEADLINE} [10.01.2022]",
        f"{HEADLINE} (10 января 2022 г.)",
        f"{HEADLINE} — 10.01.2022",
        f"{HEADLINE} - 10 января 2022",
        f"{HEADLINE} | 10.01.2022",
        f"{HEADLINE} <small>10.01.2022</small>",
        f"10.01.2022 | {HEADLINE}",
        f"10 января 2022 | {HEADLINE}",
        f"[10.01.2022] {HEADLINE}",
        f"(10.01.2022) {HEADLINE}",
        f"10.01.2022 — {HEADLINE}",
        f"<span>10.01.2022</span> {HEADLINE}",
    ],
)
def test_a_day_set_off_from_the_headline_is_the_articles(read_page: Callable[..., object], h1: str) -> None:
    found = article(read_page, h1)
    assert published(found) == "2022-01-10T00:00"
    assert found.published is not None
    assert found.published.precision == "day"
    assert found.title == HEADLINE


def test_the_day_of_an_issue_in_an_element_of_its_own_is_the_articles(
    read_page: Callable[..., object],
) -> None:
    assert published(article(read_page, "Вести № 8 <b>от 10 января 2022 года</b>")) == "2022-01-10T00:00"


@pytest.mark.parametrize(
    "h1",
    [
        f"{HEADLINE} [11:55/10.01.2022]",
        f"{HEADLINE} (10 января 2022, 11:55)",
        f"10.01.2022 11:55 | {HEADLINE}",
        f"{HEADLINE} — 10.01.2022 11:55",
    ],
)
def test_a_time_set_off_from_the_headline_is_the_articles(read_page: Callable[..., object], h1: str) -> None:
    found = article(read_page, h1)
    assert published(found) == "2022-01-10T11:55"
    assert found.title == HEADLINE


@pytest.mark.parametrize(
    "h1",
    [
        "Переправу откроют до 10 января 2022 года",
        "Переправу закрыли (до 10.01.2022) на ремонт",
        "Итоги недели (03.01.2022 – 09.01.2022)",
        "Переправа в Сосновке: что изменилось с 10.01.2022",
        "Переправа в Сосновке открылась (10 января)",
        "Переправа в Сосновке открылась (2022)",
    ],
)
def test_a_day_among_the_words_of_the_headline_is_not(read_page: Callable[..., object], h1: str) -> None:
    found = article(read_page, h1, title=h1)
    assert found.published is None
    assert found.title == h1


def test_a_day_that_the_title_has_too_stays_in_the_headline(read_page: Callable[..., object]) -> None:
    h1 = "Хроника половодья — 10 января 2022"
    found = article(read_page, h1, title=f"{h1} | Речной край")
    assert (found.title, published(found)) == (h1, "2022-01-10T00:00")


@pytest.mark.parametrize("beside", ["<div>11 января 2022, 11:55</div>", "<div class='date'>11.01.2022</div>"])
def test_a_date_beside_the_headline_comes_first(read_page: Callable[..., object], beside: str) -> None:
    found = article(read_page, "Хроника половодья (10.01.2022)", title="Хроника половодья", beside=beside)
    assert (published(found) or "")[:10] == "2022-01-11"


def test_the_day_in_the_address_comes_first(read_page: Callable[..., object]) -> None:
    found = article(read_page, "Хроника половодья (08.01.2022)", url="2022/01/10/hronika.html")
    assert published(found) == "2022-01-10T00:00"
