"""Texts that names, hidden elements, notices or links in the page must not hide, cut or replace."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from archive.extraction.model import Article, Rejection

Reader = Callable[..., Article | Rejection]

HEADLINE = "Паром на Сосновке вышел из ремонта"
TEXT = [
    "Паром через реку Сосновку вернулся на линию после ремонта, который занял полтора месяца, сообщил порт.",
    "Корпус очистили и покрасили, заменили лебёдку и поставили новые скамьи, рассказал капитан Егор Лапин.",
    "Первый рейс прошёл без задержек, на нём переправились двадцать машин и около сотни пассажиров.",
    "Билеты не подорожают до конца лета, а школьников по-прежнему будут возить бесплатно.",
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT)
DATE = '<div class="when">17 апреля 2024, 09:15</div>'
HEAD = f"<h1>{HEADLINE}</h1>{DATE}"
NAV = '<nav><a href="/a">Политика</a> <a href="/b">Экономика</a></nav>'
COOKIES = [
    "Мы используем файлы cookie, чтобы сайт работал лучше, и храним их не дольше, чем это нужно для работы сайта.",
    "Без необходимых файлов часть страниц не откроется, поэтому отключить их в настройках браузера нельзя совсем.",
    "Файлы для статистики помогают понять, какие страницы читают чаще, и не сообщают нам ничего о читателях.",
    "Вы можете отозвать согласие в любую минуту, на показ новостей и фотографий это никак не повлияет.",
]


def read(read_page: Reader, body: str, *, head: str = "") -> Article:
    found = read_page(
        f"<!DOCTYPE html><html><head><title>{HEADLINE} — Речной вестник</title>{head}</head><body>{body}</body></html>"
    )
    assert isinstance(found, Article), found
    return found


def text(read_page: Reader, body: str) -> list[str]:
    article = read(read_page, body)
    assert article.title == HEADLINE
    return [*filter(None, [article.lead]), *article.body]


@pytest.mark.parametrize(
    "page",
    [
        f'<div id="app"></div><div hidden id="S:1"><article>{HEAD}{PARAGRAPHS}</article></div>',
        f'<template id="B:2"></template><div style="display: none" id="S:2">{HEAD}{PARAGRAPHS}</div>',
        f"<div>Загрузка</div><noscript><main>{HEAD}{PARAGRAPHS}</main></noscript>",
        f"<template><main>{HEAD}{PARAGRAPHS}</main></template>",
        f'<header><button class="burger"><div><div></button></header><main>{HEAD}{PARAGRAPHS}</main>',
    ],
    ids=["hidden", "display-none", "noscript", "template", "unclosed-button"],
)
def test_a_page_inside_an_invisible_element_is_extracted(read_page: Reader, page: str) -> None:
    assert text(read_page, page) == TEXT


@pytest.mark.parametrize("name", ["cookie-modal", "gdpr-popup", "login-form"])
def test_a_hidden_notice_is_not_taken_for_the_page(read_page: Reader, name: str) -> None:
    notice = "".join(f"<p>{line}</p>" for line in COOKIES)
    short = f"<main>{HEAD}<p>{TEXT[0]}</p></main>"
    assert text(read_page, f'{short}<div hidden class="{name}">{notice}</div>') == TEXT[:1]


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="comments_page_wrapper">',
        '<div class="widget news-widget-main">',
        '<div class="search-result item">',
        '<div id="news-2024-04-17-parom-podval-komment-reka">',
        '<section class="footer-fixed-layout">',
        '<div class="has-sidebar">',
    ],
)
def test_the_name_of_a_box_around_the_whole_article_hides_nothing(read_page: Reader, opening: str) -> None:
    closing = "</section>" if opening.startswith("<section") else "</div>"
    assert text(read_page, f"{NAV}{opening}{HEAD}{PARAGRAPHS}{closing}") == TEXT


@pytest.mark.parametrize("name", ["typo-text", "typo bodytext", "widget-paragraph", "print text"])
def test_a_name_that_all_paragraphs_share_hides_nothing(read_page: Reader, name: str) -> None:
    lines = "".join(f'<p class="{name}">{line}</p>' for line in TEXT)
    assert text(read_page, f"{NAV}<article>{HEAD}{lines}</article>") == TEXT


@pytest.mark.parametrize(
    "name", ["sidebar-grid__content", "sidebar-layout article__content", "ads-row__main post-content"]
)
def test_the_name_of_the_space_around_a_text_hides_nothing(read_page: Reader, name: str) -> None:
    grid = (
        f'<div class="{name}">{PARAGRAPHS}</div><div class="sidebar"><a href="/c">Погода на завтра</a></div>'
    )
    assert text(read_page, f"{NAV}<div>{HEAD}</div><div>{grid}</div>") == TEXT


def test_quotations_in_figures_are_text(read_page: Reader) -> None:
    quotation = "Мы ждали этот рейс всю весну, до больницы по мосту ехать вдвое дольше."
    body = f"{HEAD}<p>{TEXT[0]}</p><figure class='q'><blockquote><p>{quotation}</p></blockquote></figure>{PARAGRAPHS}"
    assert quotation in text(read_page, f"<article>{body}</article>")


def test_a_figure_with_a_picture_is_not_text(read_page: Reader) -> None:
    caption = "Паром у причала в день первого рейса, снимок сделан с правого берега."
    body = f"{HEAD}<p>{TEXT[0]}</p><figure><img src='/p.jpg'><p>{caption}</p></figure><p>{TEXT[1]}</p>"
    assert caption not in text(read_page, f"<article>{body}</article>")


@pytest.mark.parametrize("link", ["#part-{}", "/other-{}.html"])
def test_links_in_a_row_do_not_end_a_text(read_page: Reader, link: str) -> None:
    rows = "".join(
        f'<li><a href="{link.format(n)}">Что известно о пароме и переправе, часть {n}?</a></li>'
        for n in range(7)
    )
    opening = (
        " ".join(TEXT[:3]) + " Движение на переправе открыли утром, очереди у причала нет, уточнили в порту."
    )
    rest = "".join(f"<p>{line}</p>" for line in TEXT)
    body = f"<article>{HEAD}<p>{opening}</p><ul>{rows}</ul>{rest}</article>"
    assert text(read_page, body) == [opening, *TEXT]


def test_a_first_sentence_that_is_mostly_links_is_kept(read_page: Reader) -> None:
    home, guest = "<a href='/x'>«Речник» Сосновка</a>", "<a href='/y'>«Верфь» из Дальнего Затона</a>"
    first = f"В субботу вечером на своём поле {home} примет {guest}."
    body = f"<article>{HEAD}<p>{first}</p><p>{TEXT[0]}</p><p>{TEXT[1]}</p></article>"
    assert text(read_page, body)[0] == (
        "В субботу вечером на своём поле «Речник» Сосновка примет «Верфь» из Дальнего Затона."
    )


def test_a_short_article_is_not_replaced_by_a_longer_cookie_notice(read_page: Reader) -> None:
    notice = "".join(f"<p>{line}</p>" for line in COOKIES)
    entry = f'<div class="entry">{HEAD}<p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>'
    page = f'{entry}<div class="c1"><div class="c2">{notice}</div></div>'
    assert text(read_page, page) == TEXT[:2]


def test_an_article_about_cookies_is_kept(read_page: Reader) -> None:
    title = "Файлы cookie будут спрашивать по-новому"
    news = [
        "Сайты области обязаны рассказать читателям, зачем хранят файлы cookie, решил суд в Сосновке.",
        *COOKIES[1:],
    ]
    lines = "".join(f"<p>{line}</p>" for line in news)
    found = read_page(
        f"<html><head><title>{title}</title></head><body>{NAV}<div><h1>{title}</h1>{DATE}</div><div>{lines}</div></body></html>"
    )
    assert isinstance(found, Article)
    assert list(found.body) == news


def test_counters_linked_from_paragraphs_are_no_text(read_page: Reader) -> None:
    lines = "".join(
        f'<p><a class="comment-count" href="#c{n}">{n}</a>{line}</p>' for n, line in enumerate(TEXT)
    )
    assert text(read_page, f"<article>{HEAD}{lines}</article>") == TEXT


def test_dates_of_cards_in_the_text_are_no_entries_of_a_live_blog(read_page: Reader) -> None:
    card = (
        "<div class='b'><div><a href='/old-{0}'>Старая новость о переправе номер {0}</a>"
        "<div class='d'>{0} марта, 11:23</div></div></div>"
    )
    body = "".join(
        f"<div class='b'><div>{line}</div></div>{card.format(n + 1)}" for n, line in enumerate(TEXT)
    )
    assert text(read_page, f"<article>{HEAD}<div>{body}</div></article>") == TEXT


@pytest.mark.parametrize("label", ["▪ Последние публикации на сайте ▪", "Другие новости", "ОСТАННІ НОВИНИ"])
def test_texts_of_other_articles_below_a_label_are_left_out(read_page: Reader, label: str) -> None:
    others = "".join(
        f"<div><a href='/o{n}'>Другая статья {n}</a></div><div class='t'>Губернатор рассказал о планах на "
        f"весну номер {n}, о дорогах, школах и о том, что успели сделать за год.</div>"
        for n in range(3)
    )
    assert text(read_page, f"<div>{HEAD}{PARAGRAPHS}<h3>{label}</h3>{others}</div>") == TEXT


def test_a_shop_below_the_article_element_is_left_out(read_page: Reader) -> None:
    shop = "".join(
        f"<p>Товар {n}: прочная сумка с картой области, которую удобно взять в дорогу.</p>" for n in range(4)
    )
    assert (
        text(read_page, f"<main><article>{HEAD}{PARAGRAPHS}</article></main><section>{shop}</section>")
        == TEXT
    )


def test_a_text_that_agrees_with_the_summary_is_more_certain(read_page: Reader) -> None:
    page = f"<div class='x'>{HEAD}{PARAGRAPHS}</div>"
    right = read(read_page, page, head=f'<meta name="description" content="{TEXT[0]}">')
    wrong = read(
        read_page,
        page,
        head='<meta name="description" content="Школьники области заняли первое место на олимпиаде по химии.">',
    )
    assert right.confidence > wrong.confidence + 0.1


@pytest.mark.parametrize("joint", ["\\n\\n", " "])
@pytest.mark.parametrize("printed", ["<div id='root'></div>", f"<h1>{HEADLINE}</h1><p>Паром вернулся.</p>"])
def test_a_text_that_only_the_data_states_is_read(read_page: Reader, printed: str, joint: str) -> None:
    body = joint.join([*TEXT, *TEXT[:1]])
    data = (
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{HEADLINE}", "datePublished": '
        f'"2022-01-10T09:15:00+02:00", "articleBody": "{body}"}}</script>'
    )
    article = read(read_page, printed, head=data)
    assert article.title == HEADLINE
    assert " ".join(article.body).startswith(" ".join(TEXT))
    assert article.published is not None
    assert article.published.isoformat() == "2022-01-10T09:15:00+02:00"


def test_a_text_that_is_not_free_to_read_is_not_taken_from_the_data(read_page: Reader) -> None:
    body = " ".join([*TEXT, *TEXT])
    data = (
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{HEADLINE}", '
        f'"isAccessibleForFree": false, "articleBody": "{body}"}}</script>'
    )
    article = read(read_page, f"<article>{HEAD}<p>{TEXT[0]}</p><p>{TEXT[1]}</p></article>", head=data)
    assert [*filter(None, [article.lead]), *article.body] == TEXT[:2]


def streamed(markup: str) -> str:
    """Return scripts that stream an article to a page, as Next.js does: in parts, cut anywhere."""
    rows = '1:"$Sreact.fragment"\n2:T' + f"{len(markup):x},{markup}" + '3:["$","div",null,{}]\n'
    parts = [rows[at : at + 200] for at in range(0, len(rows), 200)]
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in parts)


def next_data(markup: str) -> str:
    data = json.dumps({"props": {"pageProps": {"article": {"id": 7, "html": markup}, "menu": ["Мир"]}}})
    return f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'


@pytest.mark.parametrize("held", [streamed, next_data])
def test_a_text_that_a_script_holds_as_markup_is_read(read_page: Reader, held: Callable[[str], str]) -> None:
    picture = "<div class='caption'><p>Паром у причала. Фото автора</p></div>"
    markup = "".join(
        f"<p>{line}</p>" for line in [*TEXT, *(f"{line} Это был день {line[:9]}." for line in TEXT)]
    )
    article = read(
        read_page,
        f"<div id='__next'></div>{held(picture + markup)}",
        head=f'<meta property="og:title" content="{HEADLINE}">',
    )
    assert article.title == HEADLINE
    assert list(article.body)[: len(TEXT)] == TEXT
    assert "Фото автора" not in " ".join(article.body)


@pytest.mark.parametrize("title", ["Волжские новости", "Погода и курсы валют на неделю"])
def test_markup_in_a_script_about_something_else_is_no_text(read_page: Reader, title: str) -> None:
    markup = "".join(f"<p>{line}</p>" for line in [*TEXT, *(f"{line} Ещё раз." for line in TEXT)])
    found = read_page(
        f'<html><head><title>{title}</title><meta property="og:title" content="{title}"></head><body>'
        f"<div id='__next'></div>{streamed(markup)}</body></html>"
    )
    assert isinstance(found, Rejection)
