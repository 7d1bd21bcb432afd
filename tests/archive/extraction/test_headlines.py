"""Headlines and second lines: which line is the title, and what beside it is not part of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article

HEADLINE = "Паромная переправа в Сосновке открылась на месяц раньше"
OTHER = "Лёд на реке сошёл в марте: паром пойдёт трижды в день"
PARAGRAPHS = (
    "Паромная переправа через реку Быструю в посёлке Сосновка заработала первого апреля, сообщили в управе района.",
    "Лёд сошёл на три недели раньше обычного, и причал успели починить ещё до начала половодья, рассказал мастер.",
    "Паром ходит трижды в день и берёт на борт восемь машин, проезд для жителей посёлка остаётся бесплатным.",
    "Прошлой весной переправу открыли только в мае, и целый месяц в район добирались кружной дорогой.",
)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
DAY = "<p class='d'>10 января 2022, 11:55</p>"
SITE = "Речной край"
SHARES = (
    f"<div class='shareButtons'><h3>Поделиться:</h3><h1>{HEADLINE}</h1>"
    "<ul><li><a href='/m'>Почта</a></li></ul></div>"
)


def article(
    read_page: Callable[..., object], content: str, *, title: str | None = None, head: str = ""
) -> Article:
    title = f"{HEADLINE} — {SITE}" if title is None else title
    found = read_page(
        f"<html><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/p/'>Политика</a> <a href='/v/'>Власть</a></nav>{content}"
        f"<footer>© {SITE}</footer></body></html>"
    )
    assert isinstance(found, Article)
    assert list(found.body) == list(PARAGRAPHS)
    return found


@pytest.mark.parametrize("word", ["Война", "ДТП", "2024", "Мы"])
@pytest.mark.parametrize("title", ["{} — Речной край", "{}", "Речной край", "Что происходит — Речной край"])
def test_a_short_h1_is_the_headline(read_page: Callable[..., object], word: str, title: str) -> None:
    found = article(read_page, f"<h1>{word}</h1>{DAY}{TEXT}", title=title.format(word))
    assert found.title == word


def test_a_short_h1_that_a_menu_links_is_no_headline(read_page: Callable[..., object]) -> None:
    head = f"<meta property='og:title' content='{HEADLINE}'>"
    found = article(read_page, f"<h1>Власть</h1>{DAY}{TEXT}", title=SITE, head=head)
    assert found.title == HEADLINE


@pytest.mark.parametrize(
    "heading",
    [
        f"<span class='k'></span>: <span>{HEADLINE}</span>",
        f"<span class='kicker' style='display:none'>Транспорт</span>: {HEADLINE}",
        f"<span class='kicker'>Транспорт</span>: <span>{HEADLINE}</span>",
        f"<a href='/t'>Транспорт</a>: {HEADLINE}",
        f"<span></span> | {HEADLINE}",
        f"<span class='kicker' hidden>Транспорт</span> — {HEADLINE}",
        f"{HEADLINE} <span class='views'>527</span>",
        f"{HEADLINE} <small>10.01.22 11:55</small>",
        f"{HEADLINE}<time>11:55</time>",
        f"<span>10 января 2022, 11:55</span> {HEADLINE}",
    ],
)
def test_neither_kicker_nor_stamp_is_part_of_the_title(
    read_page: Callable[..., object], heading: str
) -> None:
    assert article(read_page, f"<h1>{heading}</h1>{TEXT}").title == HEADLINE


def test_a_stamp_in_the_headline_is_the_day(read_page: Callable[..., object]) -> None:
    found = article(read_page, f"<h1>{HEADLINE} <small>10.01.22 11:55</small></h1>{TEXT}")
    assert found.published is not None
    assert found.published.at.isoformat() == "2022-01-10T11:55:00+02:00"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Переправа: паром пошёл", "Переправа: паром пошёл — Речной край"),
        ("Итоги выборов <b>2024</b>", "Итоги выборов 2024 — Речной край"),
        ("— Паром уже пошёл", "— Паром уже пошёл — Речной край"),
        ("Sport : паром пошёл раньше", "Sport : паром пошёл раньше — Речной край"),
    ],
)
def test_a_headline_keeps_its_own_colon_dash_and_year(
    read_page: Callable[..., object], heading: str, title: str
) -> None:
    found = article(read_page, f"<h1>{heading}</h1>{DAY}{TEXT}", title=title)
    assert found.title == heading.replace("<b>", "").replace("</b>", "")


@pytest.mark.parametrize(
    "label",
    [
        "<div class='rubric__title'>Местное самоуправление</div>",
        "<h2>Местное самоуправление</h2>",
        "<h1>Местное самоуправление</h1>",
    ],
)
@pytest.mark.parametrize("mark", [":", " —", " |"])
def test_a_sections_name_above_the_h1_is_not_the_title(
    read_page: Callable[..., object], label: str, mark: str
) -> None:
    title = f"Паром и лёд{mark} Местное самоуправление{mark} {SITE}"
    assert article(read_page, f"{label}<h1>{HEADLINE}</h1>{DAY}{TEXT}", title=title).title == HEADLINE


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (f"<h2>{OTHER}</h2>{DAY}", SHARES),
        (f"<h3>{OTHER}</h3>{DAY}", f"<div><h1>{HEADLINE}</h1><p>Оцените материал</p></div>"),
        (DAY, SHARES),
        (f"<h2>{HEADLINE}</h2>{DAY}", SHARES),
    ],
)
def test_text_above_an_h1_is_the_article_if_none_is_below_it(
    read_page: Callable[..., object], above: str, below: str
) -> None:
    found = article(read_page, f"{above}{TEXT}{below}")
    assert found.title == HEADLINE
    assert found.published is not None


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (f"<div class='teaser'><h1>{HEADLINE}</h1></div>", f"<section><h2>{HEADLINE}</h2></section>"),
        (f"<div class='comments-head'><h2>{HEADLINE}</h2></div>", f"<section><h2>{HEADLINE}</h2></section>"),
        (f"<h1>{HEADLINE}</h1>", f"<h1>{HEADLINE}</h1>"),
    ],
)
def test_of_equal_headlines_the_first_above_the_text_counts(
    read_page: Callable[..., object], above: str, below: str
) -> None:
    found = article(read_page, f"{above}<div class='pub'>10 января 2022, 11:55</div>{TEXT}{below}")
    assert found.title == HEADLINE
    assert found.published is not None
    assert found.published.at.isoformat() == "2022-01-10T11:55:00+02:00"


ADDRESS = f"<p><b>{SITE}</b><br>Адрес редакции: г. Сосновка, ул. Садовая, 36</p>"


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("<table><tr><td><b>ПАРОМ ПОШЁЛ РАНЬШЕ</b></td></tr></table>", "ПАРОМ ПОШЁЛ РАНЬШЕ"),
        (
            "<table><tr><td><b><a href='/t'>Сосновка</a>: ПАРОМ ПОШЁЛ РАНЬШЕ</b></td></tr></table>",
            "ПАРОМ ПОШЁЛ РАНЬШЕ",
        ),
        ("<b><a href='/t'>Сосновка</a>. ПАРОМ ПОШЁЛ РАНЬШЕ</b>", "ПАРОМ ПОШЁЛ РАНЬШЕ"),
        ("<font size='5'>Паром пошёл раньше</font>", "Паром пошёл раньше"),
        ("<div class='news-title'>Паром пошёл раньше</div>", "Паром пошёл раньше"),
        (f"<div>{SITE}</div><div><b>Паром пошёл раньше</b></div>", "Паром пошёл раньше"),
        (f"<h1><a href='/'>{SITE}</a></h1><div><b>Паром пошёл раньше</b></div>", "Паром пошёл раньше"),
    ],
)
def test_a_title_that_says_only_the_site_is_no_headline(
    read_page: Callable[..., object], above: str, title: str
) -> None:
    found = article(read_page, f"{above}{DAY}{TEXT}{ADDRESS}", title=SITE)
    assert found.title == title
    assert found.section is None


@pytest.mark.parametrize(
    ("above", "lead"),
    [
        (f"<div class='t'>{HEADLINE}</div><h1 class='second'>{OTHER}</h1>{DAY}", OTHER),
        (f"<h1>{HEADLINE}</h1><div class='topic-body__title-yandex'>{OTHER}</div>{DAY}", OTHER),
        (
            f"<div class='teaser'><h1>{HEADLINE}</h1><p class='head__teaser'>Лёд сошёл раньше.</p></div>{DAY}",
            "Лёд сошёл раньше.",
        ),
        (
            f"<h1>{HEADLINE}</h1><div class='sub-title'>Причал «Быстрый» в Сосновке</div>{DAY}",
            "Причал «Быстрый» в Сосновке",
        ),
        (
            f"<h1>{HEADLINE}</h1>{DAY}<div class='sub-title'>Причал у Сосновки починили</div>",
            "Причал у Сосновки починили",
        ),
        (f"<h1>{HEADLINE}</h1><h2>Причал у Сосновки починили</h2>{DAY}", "Причал у Сосновки починили"),
        (f"<h1>{HEADLINE}</h1><div class='who-title'>Анна Ветрова и Пётр Рогов</div>{DAY}", None),
        (f"<h1>{HEADLINE}</h1><div class='rubric-title'>Транспорт и дороги района</div>{DAY}", None),
        (f"<h1>{HEADLINE}</h1><h1 class='print'>{HEADLINE}</h1>{DAY}", None),
    ],
)
def test_a_second_line_below_the_headline_is_the_lead(
    read_page: Callable[..., object], above: str, lead: str | None
) -> None:
    assert article(read_page, above + TEXT).lead == lead


def test_a_paragraph_above_a_table_of_contents_is_text(read_page: Callable[..., object]) -> None:
    questions = ("Когда открыли переправу?", "Как ходит паром?", "Сколько это стоит?")
    opening = " ".join(PARAGRAPHS[:2])
    contents = "".join(f"<li><a href='#c{at}'>{text}</a></li>" for at, text in enumerate(questions))
    parts = "".join(f"<h2 id='c{at}'>{text}</h2><p>{PARAGRAPHS[at]}</p>" for at, text in enumerate(questions))
    found = read_page(
        f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>{DAY}"
        f"<p class='_lead'>{opening}</p><ul>{contents}</ul>{parts}</body></html>"
    )
    assert isinstance(found, Article)
    assert (found.lead, found.body[0]) == (None, opening)


DATA = (
    "<div itemprop='mainEntityOfPage'>https://news.example/world/a.html</div>"
    f"<div itemprop='headline'>{HEADLINE}</div><div itemprop='description'>{PARAGRAPHS[0]} Агентство</div>"
    "<div itemprop='datePublished'>2022-01-10T09:15:00+02:00</div><div itemprop='articleSection'>Транспорт</div>"
    f"<div itemprop='articleBody'>{' '.join(PARAGRAPHS)}</div>"
    "<div itemprop='publisher' itemscope itemtype='https://schema.org/Organization'>"
    "<div itemprop='name'>Речной край</div></div>"
)
SCOPE = "itemscope itemtype='https://schema.org/NewsArticle'"


@pytest.mark.parametrize(
    "content",
    [
        f"<div {SCOPE}>{DATA}</div><h1>{HEADLINE}</h1>{DAY}{TEXT}",
        f"<div {SCOPE}>{DATA}</div><div>{HEADLINE}</div>{DAY}{TEXT}",
        f"<h1>{HEADLINE}</h1>{DAY}{TEXT}<div {SCOPE}>{DATA}</div>",
        f"<article {SCOPE}>{DATA}<h1>{HEADLINE}</h1>{DAY}{TEXT}</article>",
        f"<div {SCOPE}>{DATA.replace('div', 'span')}</div><h1>{HEADLINE}</h1>{DAY}{TEXT}",
    ],
)
def test_data_for_machines_is_metadata_and_not_text(read_page: Callable[..., object], content: str) -> None:
    found = article(read_page, content)
    assert (found.title, found.lead, found.section) == (HEADLINE, None, "Транспорт")
    assert found.published is not None
    assert found.published.at.isoformat() == "2022-01-10T09:15:00+02:00"


def test_an_article_in_properties_is_no_data_for_machines(read_page: Callable[..., object]) -> None:
    found = article(
        read_page,
        f"<div {SCOPE}><h1 itemprop='headline'>{HEADLINE}</h1>"
        "<span itemprop='datePublished'>2022-01-10T09:15:00+02:00</span><span itemprop='author'>Анна Ветрова</span>"
        f"<div itemprop='articleBody'>{'<br><br>'.join(PARAGRAPHS)}</div></div>",
    )
    assert found.authors == ("Анна Ветрова",)


@pytest.mark.parametrize(
    ("line", "lead"),
    [
        ("Причал у посёлка Сосновка починили до начала половодья", True),
        ("Анна Ветрова, Пётр Рогов, Информационное Агентство Быстрая", False),
    ],
)
def test_a_statement_alone_between_headline_and_text_is_the_lead(
    read_page: Callable[..., object], line: str, lead: bool
) -> None:
    found = article(read_page, f"<h1>{HEADLINE}</h1><div class='y'>{line}</div>{DAY}<div>{TEXT}</div>")
    assert found.lead == (line if lead else None)


@pytest.mark.parametrize("upper", ["<p>{}</p><h1>{}</h1>", "<h2>{}</h2><h2>{}</h2>"])
def test_a_title_in_two_lines_is_what_the_page_states(read_page: Callable[..., Article], upper: str) -> None:
    found = read_page(
        '<meta property="og:title" content="Кения: Найроби снизу"><title>Кения: Найроби снизу</title>'
        + upper.format("Кения", "Найроби снизу")
        + TEXT
    )
    assert found.title == "Кения: Найроби снизу"
    assert "Найроби снизу" not in found.body


def test_a_site_or_section_beside_the_headline_is_not_part_of_it(read_page: Callable[..., Article]) -> None:
    found = read_page(
        '<meta property="og:site_name" content="Вести"><meta property="og:title" content="Найроби видна снизу — Вести">'
        "<title>Найроби видна снизу — Вести</title><h1>Найроби видна снизу</h1><p>Вести</p>" + TEXT
    )
    assert found.title == "Найроби видна снизу"


def test_a_headline_that_a_share_button_repeats_is_not_the_name_of_the_site(
    read_page: Callable[..., object],
) -> None:
    title = "Паромная переправа в Сосновке открылась на месяц раньше"
    found = read_page(
        f"<html><head><title>{title}</title></head><body><div><a href='/'>{title}</a></div>"
        f"<div><h1>{title}</h1>{''.join(f'<p>{line}</p>' for line in PARAGRAPHS)}</div></body></html>"
    )
    assert isinstance(found, Article)
    assert found.title == title
