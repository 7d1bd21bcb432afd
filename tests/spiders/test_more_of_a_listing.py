"""What a listing goes on with: found in links, forms, data attributes and scripts; read from HTML pieces and JSON."""

# ruff: noqa: E501  (the pages are set as they are sent)

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from archive.http.capture import Capture
from spiders.discovery.paging.page_requests import PageRequest, following
from spiders.discovery.section_page import Listing, read_listing

S = "https://news.example/world/"
TITLES = (
    "Ремонт набережной участка начнётся весной",
    "Городской совет принял бюджет на год",
    "Мост через реку закрыт до конца недели",
    "Жители просят оставить проход открытым",
    "Музей открыл выставку старых карт города",
    "Школы переходят на новое расписание уроков",
)


def items(first: int = 1) -> str:
    return "".join(
        f'<li class="item"><a href="/world/2022/01/10/story-{number}">{title}</a>'
        f' <span class="date">10.01.2022, 11:{number:02}</span></li>'
        for number, title in enumerate(TITLES, first)
    )


def page(after: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head>{head}<title>Мир</title></head><body><header><a href='/'>Главная</a><nav>"
        f"<a href='/world/'>Мир</a><a href='/city/'>Город</a></nav></header><main><h1>Мир</h1>"
        f"<ul class='news'>{items()}</ul>{after}</main><footer>©</footer></body></html>"
    )


def read(text: str, url: str = S, body: str | None = None, kind: str = "text/html") -> Listing:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n".encode()
    capture = Capture(url, datetime(2022, 1, 10, 12, tzinfo=UTC), head + text.encode())
    return read_listing(capture, section_url=S, body=body)


# In the manner of real systems: name, page, its address, the next one's, and what is sent to that by POST.
CASES = [
    (
        "wordpress",
        page(
            '<nav class="pagination"><span class="current">1</span><a class="page-numbers" href="/world/page/2/">2</a><a class="next page-numbers" href="/world/page/2/">Далее</a></nav>'
        ),
        S,
        S + "page/2/",
        None,
    ),
    (
        "bitrix",
        page(
            '<div class="modern-page-navigation"><span>1</span><a href="/world/?PAGEN_1=2">2</a><a href="/world/?PAGEN_1=2">След.</a></div>'
        ),
        S,
        S + "?PAGEN_1=2",
        None,
    ),
    (
        "bitrix-sef",
        page('<div class="bx-pagination"><a href="/world/?SIZEN_1=20&PAGEN_1=2">2</a></div>'),
        S,
        S + "?SIZEN_1=20&PAGEN_1=2",
        None,
    ),
    (
        "dle",
        page(
            '<div class="navigation"><span>1</span> <a href="https://news.example/world/page/2/">2</a> <a href="https://news.example/world/page/2/">Вперед</a></div>'
        ),
        S,
        S + "page/2/",
        None,
    ),
    (
        "drupal",
        page(
            '<ul class="pager"><li class="pager-current">1</li><li><a href="/world?page=1">2</a></li><li><a href="/world?page=1">следующая ›</a></li></ul>'
        ),
        S,
        "https://news.example/world?page=1",
        None,
    ),
    (
        "drupal-mini",
        page(
            '<nav class="pager"><a href="?page=1" rel="next"><span class="visually-hidden">Наступна сторінка</span><span>››</span></a></nav>'
        ),
        S,
        S + "?page=1",
        None,
    ),
    (
        "joomla",
        page(
            '<div class="pagination"><span>1</span><a href="/world/?start=20">2</a><a href="/world/?start=40">3</a></div>'
        ),
        S,
        S + "?start=20",
        None,
    ),
    (
        "offset-limit",
        page('<a class="more" href="/world/?offset=20&limit=20">Ещё</a>'),
        S,
        S + "?offset=20&limit=20",
        None,
    ),
    (
        "ria",
        page(
            '<div class="list-more color-btn-second-hover" data-url="/services/world/more.html?id=1766&date=20220110T1155">Еще 20 материалов</div>'
        ),
        S,
        "https://news.example/services/world/more.html?id=1766&date=20220110T1155",
        None,
    ),
    (
        "hx-get",
        page('<button hx-get="/world/?page=2" hx-target="#list" hx-swap="beforeend">Load more</button>'),
        S,
        S + "?page=2",
        None,
    ),
    (
        "hx-reveal",
        page('<div hx-get="/world/list/2" hx-trigger="revealed" class="sentinel"></div>'),
        S,
        S + "list/2",
        None,
    ),
    (
        "form-post",
        page(
            '<form method="post" action="/world/more"><input type="hidden" name="page" value="2"><input type="hidden" name="rubric" value="5"><button>Показать ещё</button></form>'
        ),
        S,
        S + "more",
        "page=2&rubric=5",
    ),
    (
        "form-post-buttons",
        page(
            '<form method="post" action=""><input type="hidden" name="r" value="мир"><button name="page" value="1">1</button><button name="page" value="2">2</button><button name="page" value="3">3</button></form>'
        ),
        S,
        S,
        "r=%D0%BC%D0%B8%D1%80&page=2",
    ),
    (
        "form-get",
        page(
            '<form action="/world/"><input type="hidden" name="p" value="2"><input type="submit" value="Следующая страница"></form>'
        ),
        S,
        S + "?p=2",
        None,
    ),
    ("rel-next-head", page("", '<link rel="next" href="/world/?page=2">'), S, S + "?page=2", None),
    (
        "arrow-picture",
        page(
            '<div class="pager"><a href="/world/?page=2"><img src="/i/arrow-right.png" alt="Следующая"></a></div>'
        ),
        S,
        S + "?page=2",
        None,
    ),
    (
        "arrow-picture-no-alt",
        page(
            '<div class="pager"><a href="/world/2.html" class="next"><img src="/i/arrow-right.png"></a></div>'
        ),
        S,
        S + "2.html",
        None,
    ),
    (
        "arrow-icon",
        page(
            '<div class="pagination"><a href="/world/older/20220109" class="pagination__next"><i class="icon-right"></i></a></div>'
        ),
        S,
        S + "older/20220109",
        None,
    ),
    (
        "show-more-ru",
        page('<a class="btn" href="/world/?before=1641800000">Показать ещё</a>'),
        S,
        S + "?before=1641800000",
        None,
    ),
    (
        "more-news-uk",
        page('<a class="btn" href="/world/?last=55500">Ще новини</a>'),
        S,
        S + "?last=55500",
        None,
    ),
    (
        "load-more-uk",
        page('<a class="btn" href="/world/?from=55500">Завантажити ще</a>'),
        S,
        S + "?from=55500",
        None,
    ),
    (
        "older-en",
        page(
            '<div class="nav-links"><div class="nav-previous"><a href="/world/page/2/">Older posts</a></div></div>'
        ),
        S,
        S + "page/2/",
        None,
    ),
    (
        "data-next-url",
        page('<div class="feed" data-next-url="/world/?cursor=abc123"></div>'),
        S,
        S + "?cursor=abc123",
        None,
    ),
    (
        "data-page",
        page(
            '<button class="load-more" data-url="/api/news" data-page="1" data-total-pages="9">Показать ещё</button>'
        ),
        S,
        "https://news.example/api/news?page=2",
        None,
    ),
    (
        "data-page-end",
        page(
            '<button class="load-more" data-url="/api/news" data-page="9" data-total-pages="9">Показать ещё</button>'
        ),
        S + "?page=9",
        None,
        None,
    ),
    (
        "data-template",
        page('<div class="infinite-scroll" data-url="/api/news?page={page}&rubric=5"></div>'),
        S,
        "https://news.example/api/news?page=2&rubric=5",
        None,
    ),
    (
        "script-variable",
        page(
            '<button id="more">Ещё новости</button><script>var loadMoreUrl = "/ajax/news/list?rubric=5&page="; var page = 1;</script>'
        ),
        S,
        "https://news.example/ajax/news/list?rubric=5&page=2",
        None,
    ),
    (
        "script-json",
        page(
            '<button id="more">Ещё</button><script>window.config = {"loadMoreUrl":"\\/ajax\\/list\\/","page":1}</script>'
        ),
        S,
        "https://news.example/ajax/list/?page=2",
        None,
    ),
    (
        "script-fetch",
        page(
            '<button id="more">Load more</button><script>fetch(`/api/v1/list?section=world&page=${page + 1}`).then(r=>r.json())</script>'
        ),
        S,
        "https://news.example/api/v1/list?section=world&page=2",
        None,
    ),
    (
        "script-offset",
        page(
            '<button id="more">Більше новин</button><script>$.get("/api/list?limit=20&offset=" + offset, add)</script>'
        ),
        S,
        "https://news.example/api/list?limit=20&offset=6",
        None,
    ),
    (
        "wp-ajax",
        page(
            '<button class="misha_loadmore">More posts</button><script>var misha_loadmore_params = {"ajaxurl":"https:\\/\\/news.example\\/wp-admin\\/admin-ajax.php","posts":"{\\"cat\\":5}","current_page":"1","max_page":"12"};</script>'
        ),
        S,
        "https://news.example/wp-admin/admin-ajax.php",
        "action=loadmore&query=%7B%22cat%22%3A5%7D&page=1",
    ),
    (
        "cursor-button",
        page('<button data-cursor="eyJpZCI6NX0" data-url="/api/feed" class="js-load-more">Далі</button>'),
        S,
        "https://news.example/api/feed?cursor=eyJpZCI6NX0",
        None,
    ),
    (
        "page-of-uk",
        page('<div class="paging"><b>1</b> <a href="/world/storinka-2/">2</a></div>'),
        S,
        S + "storinka-2/",
        None,
    ),
    (
        "ucoz",
        page(
            '<div class="catPages"><b class="swchItemA">1</b> <a class="swchItem" href="/world/2">2</a> <a href="/world/2">»</a></div>'
        ),
        S,
        S + "2",
        None,
    ),
    (
        "aria-next",
        page(
            '<ul class="pagination"><li><a href="/world/?page=2" aria-label="Next"><svg></svg></a></li></ul>'
        ),
        S,
        S + "?page=2",
        None,
    ),
    (
        "vue-attr",
        page(
            '<news-list data-endpoint="/api/v2/articles?category=world&offset=6&limit=6" class="infinite-list"></news-list>'
        ),
        S,
        "https://news.example/api/v2/articles?category=world&offset=6&limit=6",
        None,
    ),
    (
        "jquery-post",
        page(
            '<div id="load_more">Показать еще</div><script>$("#load_more").click(function(){ $.post("/ajax/more/", {page: page, rubric: 5, act: "list"}, function(d){}) })</script>'
        ),
        S,
        "https://news.example/ajax/more/",
        "page=2&rubric=5&act=list",
    ),
    (
        "ajax-url-data",
        page(
            '<a href="#" id="loadMore">Завантажити ще</a><script>$.ajax({url: "/ajax/news?page=" + (page+1), type: "GET"})</script>'
        ),
        S,
        "https://news.example/ajax/news?page=2",
        None,
    ),
    (
        "onclick-fn",
        page('<a href="#" class="js-show-more" data-ajax="/ajax/lenta/2/">Показать ещё</a>'),
        S,
        "https://news.example/ajax/lenta/2/",
        None,
    ),
    (
        "bitrix-ajax",
        page('<div class="load_more" data-url="/world/?PAGEN_2=2&AJAX_PAGE=Y">Показать ещё</div>'),
        S,
        S + "?PAGEN_2=2&AJAX_PAGE=Y",
        None,
    ),
    (
        "data-offset",
        page('<button class="show-more" data-href="/world/more/" data-offset="6">Больше новостей</button>'),
        S,
        S + "more/?offset=6",
        None,
    ),
    (
        "next-page-num",
        page('<div class="js-infinite" data-url="/lenta/ajax" data-next-page="2"></div>'),
        S,
        "https://news.example/lenta/ajax?page=2",
        None,
    ),
    (
        "hx-post",
        page('<button hx-post="/world/more" hx-vals=\'{"page": 2}\'>Показати ще</button>'),
        S,
        S + "more",
        "page=2",
    ),
    ("earlier", page('<a href="/world/?date=2022-01-09">Раньше</a>'), S, S + "?date=2022-01-09", None),
    (
        "photo-more-is-not",
        page('<div class="photo-more" data-url="/photo?page=2">Показать ещё</div>'),
        S,
        None,
        None,
    ),
    ("popular-script-is-not", page('<script>fetch("/api/popular?page=" + page)</script>'), S, None, None),
    ("no-button-script-is-not", page('<script>fetch("/api/items?page=" + page)</script>'), S, None, None),
    (
        "share-is-not",
        page('<div class="share-more" data-url="/world/2022/01/10/story-1">Поделиться</div>'),
        S,
        None,
        None,
    ),
    (
        "search-form-is-not",
        page(
            '<form action="/search/"><input name="q"><input type="hidden" name="page" value="1"><button>Найти</button></form>'
        ),
        S,
        None,
        None,
    ),
    (
        "comments-more-is-not",
        page('<button class="comments-more" data-url="/comments?page=2">Показать ещё комментарии</button>'),
        S,
        None,
        None,
    ),
    (
        "void-next-page",
        page('<a href="javascript:void(0)" data-next-page="/world/?page=2" class="btn">Показать ещё</a>'),
        S,
        S + "?page=2",
        None,
    ),
    (
        "onclick",
        page("<button onclick=\"loadMore('/ajax/list.php?page=2')\">Показать ещё</button>"),
        S,
        "https://news.example/ajax/list.php?page=2",
        None,
    ),
    (
        "data-params",
        page(
            '<div id="load-more" data-params=\'{"page":2,"section":"world"}\' data-url="/api/list">Ещё</div>'
        ),
        S,
        "https://news.example/api/list?page=2&section=world",
        None,
    ),
    (
        "last-id",
        page('<button data-last-id="555" data-action="/news/more">Завантажити ще новини</button>'),
        S,
        "https://news.example/news/more?last_id=555",
        None,
    ),
    (
        "route",
        page('<button data-route="/api/more?p=2">Ещё</button>'),
        S,
        "https://news.example/api/more?p=2",
        None,
    ),
    (
        "input-button",
        page('<input type="button" value="Ще новини" data-url="/api/more?p=2">'),
        S,
        "https://news.example/api/more?p=2",
        None,
    ),
    (
        "api-const",
        page(
            '<button>Load more</button><script>const API = "/api/articles"; fetch(`${API}?page=${page}`)</script>'
        ),
        S,
        "https://news.example/api/articles?page=2",
        None,
    ),
    (
        "next-data",
        page(
            '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"nextUrl":"/api/world?cursor=abc"}}}</script>'
        ),
        S,
        "https://news.example/api/world?cursor=abc",
        None,
    ),
    (
        "hash-page",
        page('<div class="paginator" data-current="1" data-pages="20" data-url="/world/?p=#page#"></div>'),
        S,
        S + "?p=2",
        None,
    ),
    ("next-uk", page('<a href="?page=2" class="ajax">Наступні</a>'), S, S + "?page=2", None),
    ("older-uk", page('<a href="?page=2">Старіші новини</a>'), S, S + "?page=2", None),
    ("prev-uk", page('<a href="/world/?to=1641700000">Попередні новини</a>'), S, S + "?to=1641700000", None),
    ("page-dash", page('<div class=pager><a href="/world/page-2">»</a></div>'), S, S + "page-2", None),
    ("index2", page('<div class=pager><a href="/world/index2.html">2</a></div>'), S, S + "index2.html", None),
    (
        "currentPage",
        page('<div class=pager><a href="/world/?currentPage=2">2</a></div>'),
        S,
        S + "?currentPage=2",
        None,
    ),
    (
        "pageIndex",
        page('<div class=pager><a href="/world/?PageIndex=2">2</a></div>'),
        S,
        S + "?PageIndex=2",
        None,
    ),
    ("cstart", page('<div class=pager><a href="/world/?cstart=2">2</a></div>'), S, S + "?cstart=2", None),
    (
        "rel-next-more",
        page('<a rel="next" class="more" href="/world/more/?t=5"><span>Все новости</span></a>'),
        S,
        S + "more/?t=5",
        None,
    ),
    ("arrow-entity", page('<p class="pages"><a href="/world/p/2">&gt;&gt;</a></p>'), S, S + "p/2", None),
    (
        "turbo",
        page('<turbo-frame id="page_2" src="/world?page=2" loading="lazy"></turbo-frame>'),
        S,
        "https://news.example/world?page=2",
        None,
    ),
    ("noscript-none", page('<div class="spinner"></div>'), S, None, None),
    (
        "axios-post",
        page(
            '<button class="show-more">Показать ещё</button><script>axios.post("/api/news", {page: this.page + 1, category: 12}).then(f)</script>'
        ),
        S,
        "https://news.example/api/news",
        '{"page": 2, "category": 12}',
    ),
    (
        "fetch-post",
        page(
            '<button class="show-more">Показать ещё</button><script>fetch("/api/news", {method: "POST", body: JSON.stringify({page: page, category: 12})})</script>'
        ),
        S,
        "https://news.example/api/news",
        '{"page": 2, "category": 12}',
    ),
    (
        "ajax-data",
        page(
            '<a id="more">Показать ещё</a><script>$.ajax({url: "/ajax/list", type: "POST", data: {action: "more", offset: n, rubric: 5}})</script>'
        ),
        S,
        "https://news.example/ajax/list",
        "action=more&offset=6&rubric=5",
    ),
]


@pytest.mark.parametrize(
    ("html", "url", "following", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_next_page_is_found_wherever_the_page_states_it(
    html: str, url: str, following: str | None, body: str | None
) -> None:
    listing = read(html, url)
    assert (next(iter(listing.next_pages), None), listing.next_body) == (following, body)
    assert len(listing.articles) == 6


API = "https://news.example/api/list?rubric=5&page=2"
ADDRESSES = [f"https://news.example/world/2022/01/10/story-{number}" for number in range(1, 7)]
RECORDS = [
    {
        "id": number,
        "url": f"/world/2022/01/10/story-{number}",
        "title": title,
        "date": f"2022-01-10T11:0{number}:00",
    }
    for number, title in enumerate(TITLES, 1)
]
NODES = [
    {"node": {"path": record["url"], "headline": record["title"], "publishedAt": 1641806100 + record["id"]}}
    for record in RECORDS
]
POSTS = [
    {"id": record["id"], "date": record["date"], "link": "https://news.example" + record["url"], "slug": "story",
     "title": {"rendered": "<b>" + record["title"] + "</b>"}, "excerpt": {"rendered": "<a href='/x'>Читать</a>"}}
    for record in RECORDS
]  # fmt: skip
ANSWERS = {
    "html and next": ({"html": items(), "next": "/api/list?page=3&after=5"}, "https://news.example/api/list?page=3&after=5"),
    "html in data": ({"status": "ok", "data": {"content": items()}}, API.replace("2", "3")),
    "escaped html": ({"html": items().replace("<", "&lt;")}, API.replace("2", "3")),
    "items": ({"items": RECORDS}, API.replace("2", "3")),
    "a list": (RECORDS, API.replace("2", "3")),
    "the last items": ({"items": RECORDS, "hasMore": False}, None),
    "is last": ({"items": RECORDS, "meta": {"isLast": True}}, None),
    "no next": ({"results": RECORDS, "next": None}, None),
    "cursor": ({"items": RECORDS, "next_cursor": "abc="}, API + "&cursor=abc%3D"),
    "page token": ({"items": RECORDS, "nextPageToken": "t1"}, API + "&pageToken=t1"),
    "graphql": ({"data": {"feed": {"edges": NODES, "total": 900}}}, API.replace("2", "3")),
    "wordpress": (POSTS, API.replace("2", "3")),
    "with banners": ({"items": RECORDS, "banners": [{"url": "/world/banner-1001", "title": "Реклама"}]}, API.replace("2", "3")),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "following"), ANSWERS.values(), ids=ANSWERS)
def test_json_is_read_as_a_listing(answer: object, following: str | None) -> None:
    listing = read(json.dumps(answer), API, kind="application/json")
    assert [one.url for one in listing.articles] == ADDRESSES
    assert [one.title for one in listing.articles] == list(TITLES)
    assert all(one.stamp and "2022" in one.stamp for one in listing.articles)
    assert next(iter(listing.next_pages), None) == following


def test_a_cursor_goes_into_the_variables_of_a_posted_query() -> None:
    answer = {"data": {"feed": {"edges": NODES, "pageInfo": {"endCursor": "b", "hasNextPage": True}}}}
    sent = json.dumps({"query": "query ($after: String)", "variables": {"after": "a", "first": 6}})
    listing = read(json.dumps(answer), "https://news.example/graphql", body=sent)
    assert listing.next_pages == ("https://news.example/graphql",)
    assert json.loads(listing.next_body or "") == {
        "query": "query ($after: String)",
        "variables": {"after": "b", "first": 6},
    }


@pytest.mark.parametrize(
    "answer", ['{"items": []}', "[]", "{}", '{"a": ', "[1, 2]", '{"html": ""}', "[" * 100_000]
)
def test_json_without_articles_ends_the_listing(answer: str) -> None:
    assert read(answer, API) == Listing()


@pytest.mark.parametrize(
    ("url", "after", "following"),
    [
        (API, "", API.replace("page=2", "page=3")),
        ("https://news.example/more?offset=20&limit=20", "", "https://news.example/more?offset=40&limit=20"),
        ("https://news.example/more?offset=20", "", "https://news.example/more?offset=26"),
        ("https://news.example/ajax/lenta/2/", "", "https://news.example/ajax/lenta/3/"),
        (API, '<div data-next-url="/more?t=5"></div>', "https://news.example/more?t=5"),
        (API, '<a href="/world/?page=3">Далее</a>', S + "?page=3"),
        ("https://news.example/more?id=1766", "", None),
    ],
)
def test_a_piece_of_html_is_read_as_a_listing(url: str, after: str, following: str | None) -> None:
    listing = read(items() + after, url)
    assert [one.url for one in listing.articles] == ADDRESSES
    assert [one.stamp for one in listing.articles] == [f"10.01.2022, 11:0{number}" for number in range(1, 7)]
    assert next(iter(listing.next_pages), None) == following


def test_a_complete_page_without_a_next_link_is_the_last() -> None:
    assert read(page(""), S + "?page=9").next_pages == ()


@pytest.mark.parametrize(
    ("request_", "shown", "cursor", "expected"),
    [
        (PageRequest(S, "page=2&rubric=5"), 6, None, PageRequest(S, "page=3&rubric=5")),
        (PageRequest(S, '{"page": 2}'), 6, None, PageRequest(S, '{"page": 3}')),
        (PageRequest(S + "?per_page=10&p=4"), 6, None, PageRequest(S + "?per_page=10&p=5")),
        (PageRequest(S + "?last_id=9"), 6, ("last_id", "3"), PageRequest(S + "?last_id=3")),
        (PageRequest(S + "?offset=9"), 0, None, None),
        (PageRequest(S + "?from=1641806100"), 6, None, None),
        (PageRequest(S), 6, None, None),
    ],
)
def test_the_following_request_counts_up(
    request_: PageRequest, shown: int, cursor: tuple[str, str] | None, expected: PageRequest | None
) -> None:
    assert following(request_, shown, cursor) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<div data-a='1'>" * 20_000 + "Показать ещё",
        "<script>" + 'var moreUrl = "/' * 20_000 + "</script>",
        "<script>" + '= {"ajaxurl":' * 10_000 + "</script>",
        "<button>Ещё</button><script>" + "${" * 50_000 + "</script>",
        json.dumps({"html": "<a " * 100_000}),
        json.dumps({"a": [{"url": "/world/1001", "title": "x"}] * 20_000}),
        "[" + '{"next":' * 50_000,
        "<script>" + "const a = '/';" * 5_000 + "${a}" * 30_000 + "</script>",
        "<form>" * 5_000 + "<input type='hidden' name='page' value='2'><button>Ещё</button>",
    ],
    ids=range(9),
)
def test_strange_answers_take_bounded_time(text: str) -> None:
    assert len(read(text).articles) <= 1


@pytest.mark.parametrize("key", ["popular", "relatedNews", "most_read", "sidebar", "banners"])
def test_what_is_beside_an_empty_list_in_json_is_not_the_list(key: str) -> None:
    assert read(json.dumps({"items": [], key: RECORDS}), API) == Listing()
    assert read(json.dumps({"html": "", key: items()}), API) == Listing()
