"""Legally required notices are stored word for word, and are not part of the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.extraction.model import Article

Reader = Callable[..., Any]
TITLE = "Издание «Пристань» объявило о закрытии после третьего штрафа"
TEXT = (
    "Издание «Пристань»* объявило о закрытии после третьего штрафа за год, сообщил его главный редактор.",
    "За одиннадцать лет редакция выпустила больше девяти тысяч материалов о порте и его жителях.",
    "Архив издания сохранят добровольцы, которые уже скопировали все страницы и фотографии.",
)
FORMULA = (
    "НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН, РАСПРОСТРАНЕН И (ИЛИ) НАПРАВЛЕН ИНОСТРАННЫМ АГЕНТОМ «ПРИСТАНЬ» "
    "ЛИБО КАСАЕТСЯ ДЕЯТЕЛЬНОСТИ ИНОСТРАННОГО АГЕНТА «ПРИСТАНЬ»"
)


def page(*, above: str = "", below: str = "", footer: str = "", text: tuple[str, ...] = TEXT) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return (
        f"<html><head><title>{TITLE}</title></head><body>{above}<article><h1>{TITLE}</h1>"
        f"<div class=date>10.01.2022 11:55</div><div class=text>{body}{below}</div></article>"
        f"<footer>{footer}</footer></body></html>"
    )


def read(read_page: Reader, markup: str) -> Article:
    article = read_page(markup)
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize(
    "notice",
    [
        FORMULA,
        "Данное сообщение (материал) создано и (или) распространено иностранным средством массовой информации, "
        "выполняющим функции иностранного агента",
        "* Внесён Минюстом РФ в реестр иностранных агентов.",
        "*внесён в реестр иноагентов",
        "** Организация признана экстремистской, её деятельность на территории РФ запрещена.",
        "[1] Meta признана экстремистской организацией и запрещена в России.",
        "* Внесены Минюстом в реестр СМИ, выполняющих функции иностранного агента: «Пристань», «Маяк».",
        "*Прызнаны экстрэмісцкай арганізацыяй, забаронены ў Беларусі.",
        "This material is distributed by RM Broadcasting on behalf of the agency. Additional information is available "
        "at the Department of Justice, Washington, DC.",
    ],
)
def test_a_notice_below_the_text_is_stored_as_printed_and_is_not_text(read_page: Reader, notice: str) -> None:
    article = read(read_page, page(below=f"<p>{notice}</p>"))
    assert article.notices == (notice,)
    assert article.body == TEXT


def test_notices_are_in_the_order_printed(read_page: Reader) -> None:
    first, second = (
        "* Внесён в реестр иноагентов.",
        "** Признано нежелательной организацией в РФ, деятельность запрещена.",
    )
    article = read(read_page, page(above=f"<div>{FORMULA}</div>", below=f"<p>{first}<br>{second}</p>"))
    assert article.notices == (FORMULA, first, second)


def test_a_note_in_brackets_at_the_end_is_a_notice(read_page: Reader) -> None:
    note = "(Компания Meta признана экстремистской организацией и запрещена в России.)"
    article = read(read_page, page(below=f"<p><i>{note}</i></p>"))
    assert article.notices == (note,)
    assert article.body == TEXT


def test_a_footers_list_of_banned_organizations_belongs_to_the_site(read_page: Reader) -> None:
    listed = "* Организации, признанные в РФ террористическими и запрещённые: «Первая», «Вторая», «Третья»."
    assert read(read_page, page(footer=f"<p>{listed}</p>")).notices == ()


def test_the_formula_about_this_material_counts_in_a_footer_too(read_page: Reader) -> None:
    assert read(read_page, page(footer=f"<p>{FORMULA}</p>")).notices == (FORMULA,)


@pytest.mark.parametrize(
    "news",
    [
        "Минюст внёс издание «Пристань» в реестр иностранных агентов, говорится на сайте ведомства.",
        "Суд признал организацию «Маяк» экстремистской и запретил её деятельность в России.",
        "1. Минюст внёс в реестр иноагентов трёх журналистов и один телеграм-канал, всего в нём 900 имён.",
    ],
)
def test_news_about_foreign_agents_is_text(read_page: Reader, news: str) -> None:
    article = read(read_page, page(text=(*TEXT, news)))
    assert article.body == (*TEXT, news)
    assert article.notices == ()
