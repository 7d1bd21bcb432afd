"""Bylines, captions, credits, sections and tags as small sites print them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article

HEADLINE = "В городе закрыли мост на ремонт"
TEXT = [
    "Городская администрация закрыла мост на ремонт до конца квартала, подрядчик заплатит неустойку.",
    "Жители соседних домов жалуются на шум и пыль, но переезжать пока никуда не собираются.",
    "Движение перекроют на ночь, автобусы пойдут в объезд по набережной, сообщили в мэрии города.",
]
DAY = "<div class='date'>10 января 2022, 11:55</div>"


def article(
    read_page: Callable[..., object], *, above: str = DAY, inside: str = "", after: str = "", head: str = ""
) -> Article:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    found = read_page(
        f"<html><head><title>{HEADLINE}</title>{head}</head><body><div class='menu'><a href='/'>Главная</a></div>"
        f"<div class='content'><h1>{HEADLINE}</h1>{above}{inside}{text}{after}</div></body></html>"
    )
    assert isinstance(found, Article)
    assert list(found.body) == TEXT
    return found


@pytest.mark.parametrize(
    ("above", "names"),
    [
        (
            "<div>10 січня 2022<span class='byline'> від <span class='author vcard'><a class='fn' href='/author/1/'>"
            "Тарас Бойко</a></span></span></div>",
            ["Тарас Бойко"],
        ),
        ("<font size=1>14.02.03 // Лидия Громова</font>", ["Лидия Громова"]),
        ("<div class='date'>10 января 2022, 11:55 | Виктор НЕКРАСОВ</div>", ["Виктор НЕКРАСОВ"]),
        (
            f"{DAY}<div class='article-author'><a href='/a'>Лидия Громова</a><span>обозреватель</span></div>",
            ["Лидия Громова"],
        ),
        (
            f"{DAY}<div class='article-author'><a href='/a'>Лидия Громова</a> <span>обозреватель</span></div>",
            ["Лидия Громова"],
        ),
        (f"{DAY}<div><a href='/a'>Лидия Громова</a><span>обозреватель</span></div>", ["Лидия Громова"]),
        (f"{DAY}<div>Автор: <a href='/a'>Лидия Громова</a><i>обозреватель</i></div>", ["Лидия Громова"]),
        (f"{DAY}<div>Автор: <b>Л</b>идия Громова</div>", ["Лидия Громова"]),
        (f"{DAY}<div class='author'><b>Л</b>идия <i>Громова</i></div>", ["Лидия Громова"]),
        (f"{DAY}<div>Лидия Громова, специально для «Курьера»</div>", ["Лидия Громова"]),
        (f"{DAY}<div class='author'>Лидия Громова, обозреватель</div>", ["Лидия Громова"]),
    ],
)
def test_a_byline_gives_the_names_alone(
    read_page: Callable[..., object], above: str, names: list[str]
) -> None:
    assert list(article(read_page, above=above).authors) == names


def test_names_in_touching_elements_are_separate_names(read_page: Callable[..., object]) -> None:
    people = "".join(
        f"<a href='/a/{name[0]}'><span class='authors__name'>{name}</span></a>"
        for name in ("Олег Зимин", "Вера Лугова")
    )
    after = f"<div class='authors'><div class='authors__title'>Авторы</div>{people}</div>"
    assert article(read_page, after=after).authors == ("Олег Зимин", "Вера Лугова")


def test_an_author_may_be_a_reference_to_a_person(read_page: Callable[..., object]) -> None:
    graph = (
        '{"@graph":[{"@type":"NewsArticle","headline":"В городе закрыли мост на ремонт","author":{"@id":"#p%d"}},'
        '{"@type":"Organization","@id":"#p1","name":"Вестник Реки"},'
        '{"@type":["Person"],"@id":"#p2","name":"Тарас Бойко"}]}'
    )
    script = "<script type='application/ld+json'>{}</script>"
    assert article(read_page, head=script.format(graph % 2)).authors == ("Тарас Бойко",)
    assert article(read_page, head=script.format(graph % 1)).authors == ()
    assert article(read_page, head=script.format(graph % 3)).authors == ()


PICTURE = "<img src='/i/1.jpg' width='600' height='400'>"


@pytest.mark.parametrize(
    ("inside", "caption", "credit"),
    [
        (
            f"<div class='image'><div>{PICTURE}</div><div class='inf'><span class='image__title'>Мост</span>"
            "<span class='image__author'>(Фото: Семёнов / ТАСС)</span></div></div>",
            "Мост",
            "Фото: Семёнов / ТАСС",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Мост в январе (фото: УНИАН)</figcaption></figure>",
            "Мост в январе",
            "фото: УНИАН",
        ),
        (
            f"<figure>{PICTURE}<figcaption>(Фото: Reuters)</figcaption></figure>",
            None,
            "Фото: Reuters",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Мост в январе. Фото автора</figcaption></figure>",
            "Мост в январе",
            "Фото автора",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Мост, кадр 2. Фото автора</figcaption></figure>",
            "Мост, кадр 2",
            "Фото автора",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Беседа М. Зимин / Reuters</figcaption></figure>",
            None,
            "Беседа М. Зимин / Reuters",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Где же мост? Фото автора</figcaption></figure>",
            "Где же мост?",
            "Фото автора",
        ),
        (
            f"<div class='pic'>{PICTURE}<small>Мост в январе</small><em class='src'>РИА Новости</em></div>",
            "Мост в январе",
            "РИА Новости",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Мост в январе <span class='credit'>Олег Зимин</span></figcaption></figure>",
            "Мост в январе",
            "Олег Зимин",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Фото: <a href='https://r.example/'>Reuters</a></figcaption></figure>",
            None,
            "Фото: Reuters",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Олег Зимин / <i>Reuters</i></figcaption></figure>",
            None,
            "Олег Зимин / Reuters",
        ),
        (
            f"<figure>{PICTURE}<figcaption>Мост (вид с берега)</figcaption></figure>",
            "Мост (вид с берега)",
            None,
        ),
    ],
)
def test_caption_and_credit_are_distinguished(
    read_page: Callable[..., object], inside: str, caption: str | None, credit: str | None
) -> None:
    (image,) = article(read_page, inside=inside).images
    assert (image.caption, image.credit) == (caption, credit)


def test_a_category_is_the_section_and_not_a_tag(read_page: Callable[..., object]) -> None:
    found = article(
        read_page,
        after="<div class='entry-meta'><span class='cat-links'>В рубрике <a href='/category/city/' rel='category tag'>"
        "Город</a></span> <span class='tags-links'>Метки <a href='/tag/1/' rel='tag'>мост</a>, "
        "<a href='/tag/2/' rel='tag'>ремонт</a></span></div>",
    )
    assert found.section == "Город"
    assert found.tags == ("мост", "ремонт")


@pytest.mark.parametrize(
    "advertisement",
    [
        "<p>Реклама. ООО «Ромашка», ИНН 7701501881, erid: 2VtzqvD1abc</p>",
        "<div class='ban'>РЕКЛАМА<br>Реклама. ООО «Ромашка», ИНН 7701501881, erid: 2Vtzq8253</div>",
        "<p>РЕКЛАМА</p><div id='adfox_12'>Ипотека под 5,9% на новостройки. Оставьте заявку на сайте банка.</div>",
    ],
)
def test_a_marked_advertisement_is_not_text(read_page: Callable[..., object], advertisement: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT[:2])
    found = read_page(
        f"<html><head><title>{HEADLINE}</title></head><body><div class='content'><h1>{HEADLINE}</h1>{DAY}"
        f"{text}{advertisement}<p>{TEXT[2]}</p></div></body></html>"
    )
    assert isinstance(found, Article)
    assert list(found.body) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "<a href=/i/>Происшествия</a> | 6 сентября, 12:42 | Просмотров: 19221 | Комментариев: 4",
        "<a href=/i/>Происшествия</a> • Вчера, 12:42 • Просмотров: 19221",
        "<a href=/i/>Происшествия</a> / Просмотров: 19221 / Комментариев: 4",
    ],
)
def test_an_info_line_is_neither_lead_nor_text(read_page: Callable[..., object], line: str) -> None:
    paragraph = "Жители Томска жалуются, что воду подают по три часа в сутки, а платить приходится полностью."
    found = read_page(
        f"<html><body><h1>Суд отпустил бывшего мэра города</h1><div class=finfo>{line}</div>"
        f"<div>{paragraph}<br><br>{paragraph.replace('Томска', 'Омска')}</div></body></html>"
    )
    assert isinstance(found, Article)
    assert (found.lead, found.section, found.views) == (None, "Происшествия", 19221)
    assert found.body == (paragraph, paragraph.replace("Томска", "Омска"))


UNNAMED = (
    "<p>Жители Томска жалуются, что воду подают по три часа в сутки, а платить приходится полностью.</p>"
)


def unnamed(between: str, above: str = "") -> str:
    """Return a page without class names."""
    text = UNNAMED + UNNAMED.replace("Томска", "Омска")
    return f"<html><body><div>{above}</div><h1>Суд отпустил бывшего мэра</h1>{between}<div>{text}</div></body></html>"


def test_all_names_of_a_row_of_links_are_authors_and_none_a_section(read_page: Callable[..., object]) -> None:
    row = "<div><a href=/authors/1>Лев Аронов</a><a href=/authors/2>Егор Тарасюк</a></div>"
    section = "<a href=/rubric/1>Новости</a><span>10 января, 13:43</span>"
    found = read_page(unnamed(row, section))
    assert isinstance(found, Article)
    assert (found.authors, found.section) == (("Лев Аронов", "Егор Тарасюк"), "Новости")


@pytest.mark.parametrize("section", ["<a href=/all>all</a>", "<a href=/authors/1>Мария Корж</a>"])
def test_neither_everything_nor_an_author_is_a_section(
    read_page: Callable[..., object], section: str
) -> None:
    found = read_page(unnamed("", section))
    assert isinstance(found, Article)
    assert found.section is None


@pytest.mark.parametrize(
    ("frame", "caption", "credit"),
    [
        (
            "<div><img src=/1.jpg><div>Заседание комиссии в Курске</div><div>Ольга Тихонова</div></div>",
            "Заседание комиссии в Курске",
            "Ольга Тихонова",
        ),
        (
            "<div><img src=/1.jpg><div>Ольга Тихонова / архив редакции</div></div>",
            None,
            "Ольга Тихонова / архив редакции",
        ),
        (
            "<figure><img src=/1.jpg><figcaption>Засідання в Одесі, 4 листопада. Фото: Т. Кравець / Укрінформ"
            "</figcaption></figure>",
            "Засідання в Одесі, 4 листопада",
            "Фото: Т. Кравець / Укрінформ",
        ),
        (
            "<figure><img src=/1.jpg><figcaption><span>© Сергей Лапшин</span></figcaption></figure>",
            None,
            "© Сергей Лапшин",
        ),
        ("<div><img src=/1.jpg><div>Ольга Тихонова</div></div>", "Ольга Тихонова", None),
    ],
)
def test_a_photographer_is_the_credit_and_no_author(
    read_page: Callable[..., object], frame: str, caption: str | None, credit: str | None
) -> None:
    found = read_page(unnamed(frame))
    assert isinstance(found, Article)
    assert [(image.caption, image.credit) for image in found.images] == [(caption, credit)]
    assert found.authors == ()
