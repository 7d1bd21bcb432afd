"""Detection of the article list on section pages of many kinds, given only the section's address.

Each folder of tests/pages/listings contains a page and about.toml: why it is there, the articles of its
list in order, with headline and date as printed, and the next page.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.http.capture import Capture
from spiders.discovery.section_page import ListedArticle, Listing, read_listing

LISTINGS = Path(__file__).parents[1] / "pages" / "listings"
NAMES = sorted(folder.name for folder in LISTINGS.iterdir())
SECTION = "https://news.example/world/"


def captured(body: bytes, url: str = SECTION, charset: str | None = None) -> Capture:
    content_type = "text/html" + (f"; charset={charset}" if charset else "")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    return Capture(url, datetime(2022, 1, 10, 12, tzinfo=UTC), head + body)


def read(html: str, url: str = SECTION, section: str = SECTION, **patterns: tuple[str, ...]) -> Listing:
    return read_listing(captured(html.encode(), url, "utf-8"), section_url=section, **patterns)


def addresses(listing: Listing) -> list[str]:
    return [found.url for found in listing.articles]


@cache
def about(name: str) -> dict[str, Any]:
    return tomllib.loads((LISTINGS / name / "about.toml").read_text(encoding="utf-8"))


@cache
def listing_of(name: str) -> Listing:
    facts = about(name)
    capture = captured((LISTINGS / name / "page.html").read_bytes(), facts["url"], facts.get("charset"))
    return read_listing(capture, section_url=facts.get("section_url", facts["url"]))


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_articles_of_the_list_are_found_in_order(name: str) -> None:
    assert addresses(listing_of(name)) == [article["url"] for article in about(name)["found"]]
    assert [found.place for found in listing_of(name).articles] == list(
        range(1, len(about(name)["found"]) + 1)
    )


@pytest.mark.parametrize("name", NAMES)
def test_headlines_are_as_printed(name: str) -> None:
    assert [found.title for found in listing_of(name).articles] == [a["title"] for a in about(name)["found"]]


@pytest.mark.parametrize("name", NAMES)
def test_dates_are_as_printed(name: str) -> None:
    assert [found.stamp for found in listing_of(name).articles] == [
        a.get("stamp") for a in about(name)["found"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_next_page_is_the_one_after(name: str) -> None:
    following = about(name).get("next")
    assert listing_of(name).next_pages == ((following,) if following else ())


LINES = "".join(
    f"<li><span>1{n}:30</span> <a href='/world/{n}00{n}'>Министр рассказал о плане номер {n}</a></li>"
    for n in range(4)
)


def test_patterns_of_the_source_override_detection() -> None:
    page = f"<ul>{LINES}</ul><aside><a href='/world/9009'>Самое читаемое за неделю: кот и море</a></aside>"
    assert len(read(page).articles) == 4
    assert addresses(read(page, article=(r"/9\d+$",))) == ["https://news.example/world/9009"]
    assert addresses(read(page, ignore=("/[012]00",))) == ["https://news.example/world/3003"]
    assert addresses(read(page, article=("/world/",), ignore=("9009", "[123]00"))) == [
        "https://news.example/world/0000"
    ]


def test_patterns_match_path_and_query() -> None:
    page = "<a href='/view?id=5&amp;s=1'>Пять</a><a href='/view?id=6'>Шесть</a><a href='https://b.example/view?id=5'>x</a>"
    assert addresses(read(page, article=(r"^/view\?id=5",))) == ["https://news.example/view?id=5&s=1"]


def test_one_address_spelled_twice_is_one_article() -> None:
    page = """<h2><a href='/world/a-b-c-d?utm_source=x'>Суд отложил слушания по делу</a></h2>
      <a href='/world/a-b-c-d#c'>12</a>"""
    assert read(page, article=("a-b",)).articles == (
        ListedArticle("https://news.example/world/a-b-c-d?utm_source=x", 1, "Суд отложил слушания по делу"),
    )


def test_other_sites_are_never_articles_of_this_one() -> None:
    page = f"<ul>{LINES.replace('/world/', 'https://partner.example/world/')}</ul>"
    assert read(page) == Listing()


def test_a_day_heading_is_put_before_a_bare_time_only_directly_above_the_list() -> None:
    beside = f"<div>Сегодня 10 января 2022</div><div><p>Курс доллара</p></div><div><ul>{LINES}</ul></div>"
    above = f"<div><h3>10 января 2022</h3><ul>{LINES}</ul></div>"
    assert read(beside).articles[0].stamp == "10:30"
    assert read(above).articles[0].stamp == "10 января 2022, 10:30"


SPORT = "".join(
    f"<tr><td>0{n}.02.03 <a href='/view.php?id=7{n}'>Лыжники вернулись с этапа кубка номер {n}</a></td></tr>"
    for n in range(1, 7)
)
CITY = "".join(
    f"<tr><td>1{n}.02.03</td><td><a href='/view.php?id=90{n}'><b>В городе открыли рынок номер {n}</b></a><br>Торговля "
    f"идёт с утра... <a href='/view.php?id=90{n}'>подробнее</a></td></tr>"
    for n in range(1, 7)
)


@pytest.mark.parametrize(
    "back", ["<a href='/list.php?rub=3'>1</a> <b>2</b>", "<a href='/list.php?rub=3'>&laquo;</a>"]
)
def test_a_link_back_to_the_first_page_marks_the_list(back: str) -> None:
    page = (
        "<table><tr><td><a href='/list.php?rub=3'>Город</a> <a href='/list.php?rub=4'>Спорт</a></td></tr><tr>"
        f"<td><table><tr><td><b>Спорт</b></td></tr>{SPORT}</table></td>"
        f"<td><b>Город</b><table>{CITY}</table><p>Страницы: {back}</p></td></tr></table>"
    )
    found = read(
        page, url="https://news.example/list.php?rub=3&page=2", section="https://news.example/list.php?rub=3"
    )
    assert addresses(found) == [f"https://news.example/view.php?id=90{n}" for n in range(1, 7)]


PAGER = "<div class='pager'>{}</div>"


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        ("", "<a href='?page=2'>2</a><a href='?page=3'>3</a>", "?page=2"),
        ("?page=2", "<a href='?page=1'>1</a><a href='?page=3'>3</a><a href='?page=9'>9</a>", "?page=3"),
        ("?page=2", "<a href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=1'>Назад</a>", None),
        ("page/2/", "<a href='/world/'>1</a><a href='/world/page/3/'>Вперёд</a>", "page/3/"),
        ("", "<a href='/world/p2'>»</a>", "p2"),
        ("", "<a href='/world/2'>2</a>", "2"),
        ("", "<a href='/world/?page=0'>1</a><a href='/world/?page=1'>2</a>", "?page=1"),
        ("", "<a href='/world/?page=1'>1</a><a href='/world/?page=2'>2</a>", "?page=2"),
        (
            "?start=20",
            "<a href='?start=0'>1</a><a href='?start=10'>2</a><a href='?start=30'>4</a>",
            "?start=30",
        ),
        ("", "<a href='?before=1641800000'>Показать ещё</a>", "?before=1641800000"),
        ("", "<a href='/world/?page=2' rel='next'>&rarr;</a>", "?page=2"),
        ("", "<a href='/politics/page/2/'>2</a>", None),
        ("", "<a href='https://other.example/world/?page=2'>Далее</a>", None),
        ("", "<a href='javascript:more()'>Показать ещё</a>", None),
        ("", "<a href='/world/3003'>Далее</a>", None),
        ("", "<a href='#'>Далее</a>", None),
    ],
)
def test_the_next_page_is_found_however_pages_are_numbered(
    url: str, links: str, following: str | None
) -> None:
    found = read(f"<ul>{LINES}</ul>" + PAGER.format(links), url=SECTION + url).next_pages
    assert found == (() if following is None else (SECTION + following,))


def test_a_section_that_has_moved_is_paged_at_its_new_address() -> None:
    moved = "https://news.example/rubric/world/"
    links = "".join(f"<a href='?page={n}'>{n}</a>" for n in (1, 2, 3, 4, 5))
    page = f"<ul>{LINES}</ul>" + PAGER.format(links)
    assert read(page, url=moved).next_pages == (moved + "?page=2",)
    assert read(page, url=moved + "?page=3").next_pages == (moved + "?page=4",)
    assert read(page, url=moved + "?page=5").next_pages == ()


def test_following_the_next_page_never_comes_back() -> None:
    """Follow next pages on a site whose pages link to the previous, the next and the first page."""
    seen: list[str] = []
    url: str | None = SECTION
    while url and len(seen) < 20:
        seen.append(url)
        number = len(seen)
        links = "".join(
            f"<a href='/world/?page={n}'>{n}</a>" for n in (number - 1, number, number + 1) if 0 < n < 9
        )
        url = next(iter(read(f"<ul>{LINES}</ul>" + PAGER.format(links), url=url).next_pages), None)
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00",
        "просто текст",
        "<a href='http://[::1'>broken</a>",
        "<base href='http://[bad'><a href='/a/b/c-d-e'>Заголовок из четырёх слов тут</a>",
        "<div>" * 100_000 + "<a href='/world/1001'>Министр рассказал о плане</a>",
        "<a " + " ".join(f'a{n}=">"' for n in range(60_000)) + ">x</a>",
        "<a '" * 100_000,
        "<li><a href='/world/1'>11:55 Министр</a>" * 3_000,
        "<font><b>" * 50_000,
        "<table><tr><td>" * 20_000,
        "&#x0;&bogus;<!DOCTYPE a [<!ENTITY b 'c'>]><p>&b;",
    ],
    ids=range(12),
)
def test_strange_pages_raise_no_error(html: str) -> None:
    assert len(read(html).articles) <= 1


def test_a_response_that_is_no_page_has_no_articles() -> None:
    for body in (b"", b"\xff\xfe\x00", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50):
        assert read_listing(captured(body), section_url=SECTION) == Listing()
    assert read_listing(captured(b"<p>", url="about:blank"), section_url=SECTION) == Listing()


TITLES = (
    "Ремонт набережной участка начнётся весной",
    "Городской совет принял бюджет на год",
    "Мост через реку закрыт до конца недели",
    "Жители просят оставить проход открытым",
)


def items(path: str, number: int = 4, *, dated: bool = True) -> str:
    date = '<span class="date">10 января 2022, 11:55</span> ' if dated else ""
    return "".join(
        f'<li>{date}<a href="{path}{place}">{title}</a></li>'
        for place, title in enumerate(TITLES[:number], 1)
    )


def section_page(own: str, beside: str, content: str = "main") -> str:
    return (
        '<html><body><header><a href="/">Новости</a><nav><a href="/world/">Мир</a> <a href="/city/">Город</a></nav>'
        f"</header><{content}><h1>Мир</h1>{own}</{content.split()[0]}>{beside}<footer>© Новости</footer></body></html>"
    )


BOXES = {
    "aside": "<aside><h3>Популярное</h3><ul>{}</ul></aside>",
    "aside of latest news": "<aside><h3>Последние новости</h3><ul>{}</ul></aside>",
    "sidebar": '<div class="sidebar"><ul>{}</ul></div>',
    "complementary": '<div role="complementary"><ul>{}</ul></div>',
    "popular": '<div class="block"><h3>Самое читаемое</h3><ul>{}</ul></div>',
    "recommended": "<section><h2>Рекомендуем</h2><ul>{}</ul></section>",
    "editors' choice": '<div class="block"><div class="title">Вибір редакції</div><ul>{}</ul></div>',
    "footer": "<footer><h4>Главное за сутки</h4><ul>{}</ul></footer>",
}
CONTENTS = ("main", 'div id="content"')
OTHERS = items("/city/2022/01/09/story-10")


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
@pytest.mark.parametrize("own", ['<ul class="news"></ul>', "<p>В этом разделе пока нет материалов.</p>"])
def test_an_emptied_section_shows_nothing_of_the_boxes_beside_it(own: str, box: str, content: str) -> None:
    assert addresses(read(section_page(own, box.format(OTHERS), content))) == []


@pytest.mark.parametrize(
    "box",
    [BOXES["popular"], BOXES["recommended"], BOXES["editors' choice"]],
    ids=["popular", "rec", "choice"],
)
def test_a_box_within_the_content_of_an_emptied_section_shows_nothing(box: str) -> None:
    assert addresses(read(section_page("<p>Нет материалов.</p>" + box.format(OTHERS), ""))) == []


@pytest.mark.parametrize(
    "html", ['<div class="col2"><ul>{}</ul></div>', '<div id="x"><h3>Новости</h3>{}</div>']
)
def test_a_list_outside_of_the_main_element_is_not_the_sections(html: str) -> None:
    assert addresses(read(section_page("<p>Нет материалов.</p>", html.format(OTHERS)))) == []


EMPTIED = {
    "a column beside an empty list": '<div class="col-8"><h1>Мир</h1><div class="news-list"></div></div>'
    '<div class="col-4"><h3>Лента новостей</h3><ul>{}</ul></div>',
    "a list without a heading": "<div><h1>Мир</h1><ul></ul></div><div><ul>{}</ul></div>",
    "a cell beside a notice": "<table><tr><td><h1>Мир</h1><p>Новостей нет</p></td>"
    "<td><b>Лента</b><ul>{}</ul></td></tr></table>",
    "other news below a notice": '<div class="main"><h1>Мир</h1>'
    '<div class="empty">По вашему запросу ничего не найдено.</div>'
    '<div class="news-list"><h2>Другие новости</h2><ul>{}</ul></div></div>',
    "in Ukrainian": "<div><h1>Світ</h1><p>У цьому розділі поки немає новин.</p><h2>Головне</h2><ul>{}</ul></div>",
    "in English": "<div><h1>World</h1><p>No posts found.</p><h2>In other news</h2><ul>{}</ul></div>",
    "outside of the content": '<div id="content"><h1>Мир</h1></div><div><h2>Темы дня</h2><ul>{}</ul></div>',
    "a widget area": '<div><h1>World</h1></div><div class="widget-area"><h2>Recent posts</h2><ul>{}</ul></div>',
    "may like": "<div><h1>World</h1></div><div><h2>You may also like</h2><ul>{}</ul></div>",
}  # fmt: skip


@pytest.mark.parametrize("html", EMPTIED.values(), ids=EMPTIED)
def test_an_emptied_section_shows_nothing_of_what_follows_its_empty_list(html: str) -> None:
    header = "<header><nav><a href='/world/'>Мир</a> <a href='/city/'>Город</a></nav></header>"
    assert addresses(read(f"<html><body>{header}{html.format(OTHERS)}</body></html>")) == []


@pytest.mark.parametrize(
    "between",
    [
        '<p style="display: none">Ничего не найдено</p>',
        '<div class="hidden"><p>Материалов не найдено</p></div>',
        '<ul class="tabs"></ul>',
        '<div class="banner"></div>',
        '<div class="news-banner"></div><div class="breaking-news"></div>',
        "<p>Новостей нет только у тех, кто ничего не делает: редакция пишет о мире каждый день и без выходных.</p>",
    ],
)
def test_a_list_below_something_else_that_is_empty_is_the_sections(between: str) -> None:
    page = f"<html><body><div><h1>Мир</h1>{between}<ul>{OTHERS}</ul></div></body></html>"
    assert len(addresses(read(page))) == 4


def test_articles_at_addresses_of_the_section_are_its_own_wherever_they_are() -> None:
    own = items("/world/2022/01/09/story-10")
    page = f'<html><body><div id="content"><h1>Мир</h1><ul></ul></div><div><ul>{own}</ul></div></body></html>'
    assert len(addresses(read(page))) == 4


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
@pytest.mark.parametrize("dated", [True, False])
def test_a_section_with_one_article_shows_that_one(dated: bool, box: str, content: str) -> None:
    own = f'<ul class="news">{items("/world/2022/01/10/story-10", 1, dated=dated)}</ul>'
    page = section_page(own, box.format(OTHERS), content)
    assert addresses(read(page)) == ["https://news.example/world/2022/01/10/story-101"]


@pytest.mark.parametrize("name", ["popular", "sidebar", "news-ticker"])
def test_a_list_of_the_sections_own_articles_may_have_a_misleading_class(name: str) -> None:
    own = f'<div class="{name}"><ul>{items("/world/2022/01/10/story-10")}</ul></div>'
    assert len(addresses(read(section_page(own, "")))) == 4


def test_links_are_resolved_as_browsers_do() -> None:
    links = [
        ("\\world\\2022\\story-101", "https://news.example/world/2022/story-101"),
        ("\\\\news.example\\world\\story-102?a=\\b", "https://news.example/world/story-102?a=\\b"),
        ("/world/\n2022/story-103", "https://news.example/world/2022/story-103"),
        (" /мир/новость-104 ", "https://news.example/мир/новость-104"),
        ("//sport.news.example/story-105", "https://sport.news.example/story-105"),
    ]
    page = "<ul>" + "".join(f'<li><a href="{href}">{TITLES[0]}</a></li>' for href, _ in links) + "</ul>"
    assert addresses(read(page, article=("story|новость",))) == [url for _, url in links]


@pytest.mark.parametrize(
    ("encoding", "query"),
    [("cp1251", "q=%CC%E8%F0&id=1"), ("koi8-r", "q=%ED%C9%D2&id=1"), ("utf-8", "q=Мир&id=1")],
)
def test_queries_are_sent_in_the_encoding_of_the_page(encoding: str, query: str) -> None:
    page = f'<meta charset="{encoding}"><a href="/мир/n.php?q=Мир&id=1">{TITLES[0]}</a>'
    listing = read_listing(captured(page.encode(encoding)), section_url=SECTION, article=("n.php",))
    assert addresses(listing) == [f"https://news.example/мир/n.php?{query}"]


def test_a_letter_that_the_encoding_lacks_is_sent_as_a_character_reference() -> None:
    page = f'<meta charset="cp1251"><a href="/n.php?q=&#8381;Ж">{TITLES[0]}</a>'.encode("cp1251")
    listing = read_listing(captured(page), section_url=SECTION, article=("n.php",))
    assert addresses(listing) == ["https://news.example/n.php?q=%26%238381%3B%C6"]


def test_a_heading_in_a_template_above_the_list_is_no_heading() -> None:
    items = "".join(
        f'<li><a href="/news/2024/{4000 + n}.html">Заголовок новости номер {n} о мире</a></li>'
        for n in range(6)
    )
    hidden = "<div><template><h2>Спорт</h2></template></div><noscript><h2>Спорт</h2></noscript>"
    html = f"<html><body><main>{hidden}<ul>{items}</ul></main></body></html>"
    assert len(read_listing(captured(html.encode()), section_url=SECTION).articles) == 6
