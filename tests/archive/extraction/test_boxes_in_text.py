"""Content among an article's paragraphs: links to other articles, their summaries, tables, lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article

HEADLINE = "Суд отпустил бывшего мэра под залог"
OWN = [
    f"Жители {city} жалуются, что воду подают по три часа в сутки, а платить приходится полностью. "
    "В министерстве уточнили, что очередь сократилась."
    for city in ("Томска", "Омска", "Пскова", "Кирова")
]
OTHER = "Мы обратились в прокуратуру ещё весной, но ответа не получили, рассказал житель дома."
LINK = '<a href="/4">Пожар на складе в Омске: погибли люди</a>'
ITEMS = [OTHER, "Второй пункт программы касается водоснабжения области."]


def text(read_page: Callable[..., object], content: str, *, by: str = "") -> list[str]:
    found = read_page(
        f"<!DOCTYPE html><html><body><header><a href='/'>Главная</a></header><div class='m-head'>"
        f"<h1>{HEADLINE}</h1><div>{by}</div></div><div class='m-content'>{content}</div></body></html>"
    )
    assert isinstance(found, Article)
    return [*filter(None, [found.lead]), *found.body]


def wrapped(paragraph: str) -> str:
    return f'<div class="m-block"><p>{paragraph}</p></div>'


@pytest.mark.parametrize("names", [[], ["Андрей Белов"], ["Андрей Белов", "Вера Громова"]])
@pytest.mark.parametrize("number", [2, 3])
def test_links_above_paragraphs_do_not_make_them_summaries_of_other_articles(
    read_page: Callable[..., object], names: list[str], number: int
) -> None:
    by = "".join(f'<a rel="author" href="/authors/{order}/">{name}</a>' for order, name in enumerate(names))
    first, *rest = map(wrapped, OWN[:number])
    content = f"{first}<aside class='readmore'>{LINK}</aside>{''.join(rest)}"
    assert text(read_page, content, by=by) == OWN[:number]


@pytest.mark.parametrize("after", [[], OWN[1:2]])
def test_a_table_among_wrapped_paragraphs_is_text(read_page: Callable[..., object], after: list[str]) -> None:
    rows = [["Город", "2024", "2025"], *([city, "23", "27"] for city in ("Томск", "Омск", "Псков"))]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    content = f"{wrapped(OWN[0])}<table class='tbl'>{cells}</table>{''.join(map(wrapped, after))}"
    assert text(read_page, content) == [OWN[0], *map(" | ".join, rows), *after]


@pytest.mark.parametrize(
    "label", ["<h3>Схожі новини:</h3>", "<h3>Похожие новости</h3>", "<div>По теме</div>"]
)
@pytest.mark.parametrize("link", ["", LINK])
@pytest.mark.parametrize("number", [1, 3])
def test_a_short_article_is_not_replaced_by_summaries_of_others(
    read_page: Callable[..., object], label: str, link: str, number: int
) -> None:
    others = "".join(f"<li>{link} <small>{order}. {OTHER * 3} […]</small></li>" for order in range(number))
    content = f"<p>{OWN[0]}</p><p>РЕКЛАМА</p><div class='below'>{label}<ol>{others}</ol></div>"
    assert text(read_page, content) == OWN[:1]


def test_an_advertisement_under_its_label_is_not_text(read_page: Callable[..., object]) -> None:
    own = [f"<div class='a1'>{paragraph}</div>" for paragraph in OWN]
    box = f"<div class='k1'><div class='k2'>Реклама</div><div class='a1'>{OTHER}</div></div>"
    assert text(read_page, own[0] + box + "".join(own[1:])) == OWN


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize(
    "teaser",
    [
        f"<div class='x1'>{LINK}<div>{OTHER}</div></div>",
        f"<div class='x1'>{LINK}<p>{OTHER}</p></div>",
        f"<div class='x1'><h4>{LINK}</h4>{OTHER}</div>",
    ],
)
def test_a_single_teaser_between_paragraphs_is_not_text(
    read_page: Callable[..., object], tag: str, teaser: str
) -> None:
    own = [f"<{tag}>{paragraph}</{tag}>" for paragraph in OWN]
    assert text(read_page, "".join([*own[:2], teaser, *own[2:]])) == OWN


@pytest.mark.parametrize(
    "part",
    [
        f"<blockquote><p>{LINK}</p><p>{OTHER}</p></blockquote>",
        f"<p>{LINK}</p><p>{OTHER}</p>",
        f"<section><h2>Главное</h2><p>{OTHER}</p></section>",
    ],
)
def test_a_quotation_a_paragraph_and_a_section_under_a_link_or_a_word_are_text(
    read_page: Callable[..., object], part: str
) -> None:
    own = [f"<p>{paragraph}</p>" for paragraph in OWN]
    assert OTHER in text(read_page, "".join([*own[:2], part, *own[2:]]))


@pytest.mark.parametrize("above", [0, 1])
def test_a_word_or_two_that_introduce_a_list_are_text(read_page: Callable[..., object], above: int) -> None:
    items = "<ul>" + "".join(f"<li>{item}</li>" for item in ITEMS) + "</ul>"
    expected = [*OWN[:above], "Что изменится:", *ITEMS, OWN[2]]
    boxes = "".join(f"<div class='a'>{line}</div>" for line in [*OWN[:above], "Что изменится:"])
    assert text(read_page, f"{boxes}{items}<div class='a'>{OWN[2]}</div>") == expected
    broken = "".join(f"{line}<br><br>" for line in OWN[:above]) + "<div class='ban'>Реклама</div>"
    assert text(read_page, f"{broken}Что изменится:<br><br>{items}<br>{OWN[2]}<br><br>") == expected


def test_a_word_that_introduces_a_list_of_boxes_is_text(read_page: Callable[..., object]) -> None:
    items = "".join(f"<div class='li'><span>•</span><div>{item}</div></div>" for item in ITEMS)
    boxes = [f"<div class='a'>{line}</div>" for line in (OWN[0], "Что изменится:", OWN[2])]
    content = f"{boxes[0]}{boxes[1]}<div class='ul'>{items}</div>{boxes[2]}"
    assert text(read_page, content) == [OWN[0], "Что изменится:", *ITEMS, OWN[2]]


TABLE = (
    "<table><tr><th>Рейс</th><th>Отход</th></tr><tr><td>Город — Остров</td><td>07:40</td></tr>"
    "<tr><td>Остров — Город</td><td>08:15</td></tr></table>"
)
SHORT_LIST = "<ul><li>Собаки — бесплатно</li><li>Велосипеды — 20 грн</li></ul>"


def paragraphs(*more: str) -> str:
    return f"<div class='text'>{''.join(f'<p>{own}</p>' for own in OWN)}{''.join(more)}</div>"


@pytest.mark.parametrize(
    ("ending", "added"),
    [
        (f"<h2>Расписание</h2>{TABLE}{SHORT_LIST}", 6),
        (f"<h2>Расписание</h2>{TABLE}", 4),
        (f"<h2>Плата</h2>{SHORT_LIST}", 3),
        (f"{SHORT_LIST}<p>Жалоб нет.</p>", 3),
        (f"{SHORT_LIST}<h2>Расписание</h2>{TABLE}", 6),
    ],
)
def test_a_text_may_end_with_a_short_table_and_a_list_under_headings(
    read_page: Callable[..., object], ending: str, added: int
) -> None:
    found = text(read_page, paragraphs(ending))
    assert found[: len(OWN)] == OWN
    assert len(found) == len(OWN) + added


@pytest.mark.parametrize(
    "menu",
    [
        "<ul class='share-buttons'><li>Поделиться</li><li>Сохранить</li></ul>",
        "<ul><li><a href='/t/1'>Мэр</a></li><li><a href='/t/2'>Суд</a></li></ul>",
        "<ul class='entry'><li>Раздел</li><li>Выпуск</li></ul>",
    ],
)
def test_a_menu_below_the_text_is_not_part_of_it(read_page: Callable[..., object], menu: str) -> None:
    assert text(read_page, paragraphs(menu)) == OWN


@pytest.mark.parametrize(
    ("last", "is_text"),
    [
        (
            "Подробности — на <a href='https://museum.example/'>сайте музея</a> и в <a href='/1'>нашем материале</a>.",
            True,
        ),
        ("Читайте также: <a href='/1'>Пожар на складе в Омске, погибли люди</a>.", False),
        ("<a href='/1'>Пожар на складе в Омске: погибли люди, есть раненые</a>", False),
    ],
)
def test_a_last_sentence_with_links_in_it_is_text(
    read_page: Callable[..., object], last: str, is_text: bool
) -> None:
    assert len(text(read_page, paragraphs(f"<p>{last}</p>"))) == len(OWN) + is_text


def test_confidence_is_lower_where_a_paragraph_in_the_texts_box_was_left_out(
    read_page: Callable[..., object],
) -> None:
    def confidence(ending: str) -> float:
        found = read_page(
            f"<html><body><h1>{HEADLINE}</h1><div>10 января 2022, 11:55</div>{paragraphs(ending)}</body></html>"
        )
        assert isinstance(found, Article)
        assert len(found.body) + (found.lead is not None) == len(OWN)
        return found.confidence

    assert confidence("<p>Без точки в конце и потому под сомнением</p>") < confidence("")


TEASERS = [
    (
        "Мэр подписал бюджет города",
        "Расходы на дороги вырастут вдвое, а на парки останутся прежними в этом году.",
    ),
    (
        "Школа на Садовой закрылась",
        "Учеников перевели в соседнюю гимназию, где открыли пять классов и столовую.",
    ),
]
LABELS = ["ПОСЛЕДНИЕ", "ЧИТАЙТЕ ТАКЖЕ", "Ще новини", "Ещё новости", "Свежее", "More news"]


def linked_titles() -> str:
    return "".join(
        f'<p><a href="/n/{at}">{title}</a></p><p>{text}</p>' for at, (title, text) in enumerate(TEASERS)
    )


def bold_titles() -> str:
    return "".join(f"<p><b>{title}</b></p><p>{text}</p>" for title, text in TEASERS)


def links_at_the_end() -> str:
    return "".join(f'<p>{text} <a href="/n/{at}">Подробнее</a></p>' for at, (_, text) in enumerate(TEASERS))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("teasers", [linked_titles, bold_titles, links_at_the_end])
@pytest.mark.parametrize("heading", ["<h3>{}</h3>", "<p><strong>{}</strong></p>"])
def test_teasers_below_a_label_after_the_text_are_no_text(
    read_page: Callable[..., object], label: str, teasers: Callable[[], str], heading: str
) -> None:
    content = "".join(f"<p>{one}</p>" for one in OWN) + heading.format(label) + teasers()
    assert text(read_page, content) == OWN


@pytest.mark.parametrize("label", LABELS)
def test_a_text_that_goes_on_after_a_labelled_link_is_kept(
    read_page: Callable[..., object], label: str
) -> None:
    before, after = "".join(f"<p>{one}</p>" for one in OWN[:2]), "".join(f"<p>{one}</p>" for one in OWN[2:])
    found = text(read_page, f"{before}<h3>{label}</h3><p>{LINK}</p>{after}")
    assert [line for line in found if line != label] == OWN


@pytest.mark.parametrize(
    "heading", ["Последние дни", "Новости с фронта", "Главное о реформе", "Больше света"]
)
def test_a_subheading_that_begins_like_a_label_opens_a_part_of_the_text(
    read_page: Callable[..., object], heading: str
) -> None:
    parts = "".join(f"<h4>Часть {at}</h4><p>{one}</p>" for at, one in enumerate(OWN[2:]))
    content = "".join(f"<p>{one}</p>" for one in OWN[:2]) + f"<h3>{heading}</h3>{parts}"
    assert [line for line in text(read_page, content) if line in OWN] == OWN
