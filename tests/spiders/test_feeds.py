"""Feeds and sitemaps: all dialects give the same articles, and hostile files do no harm."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from archive.http.capture import Capture
from spiders.discovery import feeds
from spiders.discovery.feeds import (
    Sitemap,
    is_cut,
    is_web_page,
    read_feed,
    read_sitemap,
)
from spiders.discovery.section_page import ListedArticle

URL = "https://news.example/rss.xml"


def captured(body: str | bytes, charset: str | None = None, url: str = URL) -> Capture:
    entity = body.encode() if isinstance(body, str) else body
    content_type = "application/xml" + (f"; charset={charset}" if charset else "")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    return Capture(url, datetime(2022, 1, 10, 12, tzinfo=UTC), head + entity)


RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>Новости</title><link>https://news.example/</link>
<item><title>Саммит ОДКБ &amp;laquo;онлайн&amp;raquo;</title><link>https://news.example/a?utm_source=rss</link>
<pubDate>Mon, 10 Jan 2022 11:55:00 +0200</pubDate></item>
<item><title><![CDATA[Токаев & <b>траур</b>]]></title><link>/b</link></item>
<item><title>Снова первая</title><link>https://news.example/a</link></item>
</channel></rss>"""

FIRST = ListedArticle(
    "https://news.example/a?utm_source=rss", 1, "Саммит ОДКБ «онлайн»", "Mon, 10 Jan 2022 11:55:00 +0200"
)
SECOND = ListedArticle("https://news.example/b", 2, "Токаев & траур")


def test_rss_gives_addresses_headlines_and_dates_as_printed() -> None:
    assert read_feed(captured(RSS.format(encoding="utf-8"))) == (FIRST, SECOND)


def test_a_feed_in_windows_1251_reads_the_same_declared_in_the_file_or_by_the_server() -> None:
    declared = RSS.format(encoding="windows-1251").encode("cp1251")
    undeclared = RSS.replace(' encoding="{encoding}"', "").encode("cp1251")
    assert read_feed(captured(declared)) == read_feed(captured(undeclared, "windows-1251")) == (FIRST, SECOND)


def test_rss_1_0_items_have_their_address_in_about() -> None:
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://news.example/a"><title>Первая</title>
      <dc:date>2022-01-10T11:55+02:00</dc:date></item></rdf:RDF>"""
    assert read_feed(captured(feed)) == (
        ListedArticle("https://news.example/a", 1, "Первая", "2022-01-10T11:55+02:00"),
    )


def test_atom_prefers_the_page_and_the_day_of_publication() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><entry>
      <title type="html">Перша &lt;i&gt;новина&lt;/i&gt;</title>
      <link rel="enclosure" href="https://news.example/a.jpg"/><link rel="self" href="/a.atom"/>
      <link rel="alternate" href="/a"/><updated>2022-01-11T00:00:00Z</updated>
      <published>2022-01-10T11:55:00Z</published></entry></feed>"""
    assert read_feed(captured(feed)) == (
        ListedArticle("https://news.example/a", 1, "Перша новина", "2022-01-10T11:55:00Z"),
    )


def test_a_guid_replaces_a_missing_link_unless_it_is_no_permalink() -> None:
    feed = "<rss><channel><item><guid>https://news.example/a</guid></item><item><guid isPermaLink='false'>https://news.example/b</guid></item></channel></rss>"
    assert [found.url for found in read_feed(captured(feed))] == ["https://news.example/a"]


def test_the_original_link_of_a_redirect_service_is_preferred() -> None:
    feed = """<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><item><link>https://feeds.example/~r/1</link>
      <feedburner:origLink>https://news.example/a</feedburner:origLink></item></rss>"""
    assert [found.url for found in read_feed(captured(feed))] == ["https://news.example/a"]


@pytest.mark.parametrize(
    "feed",
    [
        "\n\n<?xml version='1.0'?><rss><item><title>Нефть & газ</title><link>https://news.example/a?x=1&y=2</link></item></rss>",
        "<rss><item><title>Нефть &amp; газ</title><link>https://news.example/a?x=1&amp;y=2</link></item>",
        "<rss><item><title>Нефть &nbsp;&amp; газ</b></title><link>https://news.example/a?x=1&amp;y=2</link></item></rss>",
        "Warning: mysql_connect()\n<?xml version='1.0'?><rss><item><title>Нефть &amp; газ</title><link>https://news.example/a?x=1&amp;y=2</link></item></rss>",
    ],
)
def test_broken_feeds_are_repaired(feed: str) -> None:
    assert read_feed(captured(feed)) == (ListedArticle("https://news.example/a?x=1&y=2", 1, "Нефть & газ"),)


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{'&a;' * 10}'>" for n in range(9))
    feed = (
        bomb
        + "<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><item><title>&a8;&x;Да</title><link>https://news.example/a</link></item></rss>"
    )
    [found] = read_feed(captured(feed))
    assert found.title is not None
    assert len(found.title) < 20
    assert "root" not in found.title


@pytest.mark.parametrize(
    "body", ["", "<html><body><a href='/a'>Новости</a>", "nothing", "<rss/>", b"\xff\xfe\x00\x01"]
)
def test_a_file_that_is_no_feed_has_no_articles(body: str | bytes) -> None:
    assert read_feed(captured(body)) == ()


NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example/a </loc><lastmod>2022-01-11</lastmod><news:news><news:title>Первая</news:title>
<news:publication_date>2022-01-10T11:55:00+02:00</news:publication_date></news:news></url>
<url><loc>https://news.example/b</loc><lastmod>2022-01-11</lastmod></url></urlset>"""

LISTED = (
    ListedArticle("https://news.example/a", 1, "Первая", "2022-01-10T11:55:00+02:00"),
    ListedArticle("https://news.example/b", 2),
)


def test_a_news_sitemap_states_publication_and_a_plain_one_only_changes() -> None:
    assert read_sitemap(captured(NEWS)) == Sitemap(LISTED)


def test_a_sitemap_may_be_a_gzip_file() -> None:
    assert read_sitemap(captured(gzip.compress(NEWS.encode()))) == Sitemap(LISTED)
    assert read_sitemap(captured(gzip.compress(NEWS.encode())[:60])) == Sitemap()


def test_a_gzip_file_with_a_wrong_checksum_is_read() -> None:
    packed = gzip.compress(NEWS.encode())
    assert read_sitemap(captured(packed[:-8] + bytes(8))) == Sitemap(LISTED)


def test_a_sitemap_index_lists_further_sitemaps() -> None:
    index = "<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap><sitemap><loc>https://news.example/s2.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(captured(index)) == Sitemap(
        sitemaps=("https://news.example/s1.xml", "https://news.example/s2.xml.gz")
    )


def test_a_sitemap_may_be_plain_lines() -> None:
    lines = "https://news.example/a\r\nhttps://news.example/b\nnot an address\n"
    assert [found.url for found in read_sitemap(captured(lines)).articles] == [
        "https://news.example/a",
        "https://news.example/b",
    ]


def urls(*, of: tuple[ListedArticle, ...]) -> list[str]:
    return [found.url for found in of]


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><link>https://news.example/</link>{"".join(items)}</channel></rss>'


ITEM = "<item><title>Первая</title><link>https://news.example/a</link></item>"


@pytest.mark.parametrize(
    "description",
    [
        "<![CDATA[Пишите <!DOCTYPE html> в начале]]>",
        "<![CDATA[Пишите <!DOCTYPE html [ в начале]]>",
        "<![CDATA[Пишите <!doctype ]]>",
        "Пример: &lt;!DOCTYPE html&gt;",
        "<![CDATA[<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>]]>",
    ],
)
def test_a_document_type_inside_an_entry_is_text(description: str) -> None:
    first = f"<item><title>О вёрстке</title><link>/0</link><description>{description}</description></item>"
    assert urls(of=read_feed(captured(rss(first, ITEM)))) == [
        "https://news.example/0",
        "https://news.example/a",
    ]


def test_a_document_type_before_the_feed_is_ignored() -> None:
    prolog = '<?xml version="1.0"?><!-- feed --><!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY x "<item>">]>'
    assert urls(of=read_feed(captured(prolog + rss(ITEM)))) == ["https://news.example/a"]


@pytest.mark.parametrize(
    "namespaces",
    ['xmlns:media="http://search.yahoo.com/mrss/"', ""],
)
def test_the_title_of_a_picture_is_not_the_headline(namespaces: str) -> None:
    item = (
        "<item><media:title>Фото</media:title><media:content url='/x.jpg'><media:title>Внутри</media:title>"
        "</media:content><title>Настоящий</title><link>/a</link></item>"
    )
    feed = f"<rss {namespaces}><channel>{item}</channel></rss>"
    assert read_feed(captured(feed)) == (ListedArticle("https://news.example/a", 1, "Настоящий"),)


def test_a_link_to_the_feed_does_not_stand_for_the_article() -> None:
    item = '<item><atom:link rel="self" href="/a.atom"/><link>https://news.example/a</link></item>'
    feed = f'<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel>{item}</channel></rss>'
    assert urls(of=read_feed(captured(feed))) == ["https://news.example/a"]


@pytest.mark.parametrize(
    ("feed_base", "entry_base", "href", "url"),
    [
        ("https://news.example/world/", "", "a.html", "https://news.example/world/a.html"),
        ("/world/", "", "a.html", "https://news.example/world/a.html"),
        ("/world/", "2022/", "a.html", "https://news.example/world/2022/a.html"),
        ("", "https://other.example/", "/a.html", "https://other.example/a.html"),
        ("mailto:a@news.example", "", "/a.html", "https://news.example/a.html"),
    ],
)
def test_relative_links_refer_to_xml_base(feed_base: str, entry_base: str, href: str, url: str) -> None:
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{feed_base}"><entry xml:base="{entry_base}">'
        f'<title>А</title><link href="{href}"/></entry></feed>'
    )
    assert urls(of=read_feed(captured(feed))) == [url]


def test_an_atom_entry_without_a_link_has_its_address_as_id() -> None:
    entries = "<entry><id>https://news.example/a</id></entry><entry><id>urn:uuid:1</id></entry>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    assert urls(of=read_feed(captured(feed))) == ["https://news.example/a"]


def test_ampersands_in_addresses_are_no_entities() -> None:
    items = (
        "<item><link>https://news.example/?a=1&copy=2&section=3</link></item>"
        "<item><link>https://news.example/?b=1&amp;section=3&amp;amp;region=4</link></item>"
    )
    assert urls(of=read_feed(captured(rss(items)))) == [
        "https://news.example/?a=1&copy=2&section=3",
        "https://news.example/?b=1&section=3&region=4",
    ]


def test_a_json_feed_gives_addresses_headlines_and_dates() -> None:
    items = [
        {"id": "1", "url": "/a", "title": "Первая", "date_published": "2022-01-10T11:55:00+02:00"},
        {"id": "https://news.example/b", "external_url": "https://other.example/", "title": None},
        {"id": "3", "content_text": "Без адреса"},
        "not an object",
    ]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    assert read_feed(captured("\ufeff" + feed)) == (
        ListedArticle("https://news.example/a", 1, "Первая", "2022-01-10T11:55:00+02:00"),
        ListedArticle("https://news.example/b", 2),
    )


@pytest.mark.parametrize(
    "text", ['{"items": 1}', '{"items": [{"url": 5}]}', "{", '{"a":' * 100_000, '{"items": [{"title": "a"}]}']
)
def test_other_json_shows_nothing(text: str) -> None:
    assert read_feed(captured(text)) == ()


@pytest.mark.parametrize("name", ["part.xml", "part-1.XML", "part.xml.gz", "part.xml?page=2"])
def test_a_sitemap_listed_as_a_page_is_a_sitemap(name: str) -> None:
    entries = (
        f"<url><loc>https://news.example/{name}</loc></url><url><loc>https://news.example/a.html</loc></url>"
    )
    found = read_sitemap(captured(f"<urlset>{entries}</urlset>"))
    assert found.sitemaps == (f"https://news.example/{name}",)
    assert urls(of=found.articles) == ["https://news.example/a.html"]


def test_a_feed_serves_as_a_sitemap_and_a_sitemap_as_a_feed() -> None:
    assert urls(of=read_sitemap(captured(rss(ITEM))).articles) == ["https://news.example/a"]
    sitemap = "<urlset><url><loc>https://news.example/a</loc></url></urlset>"
    assert urls(of=read_feed(captured(sitemap))) == ["https://news.example/a"]


def test_a_file_of_several_gzip_members_is_one_sitemap() -> None:
    entries = "".join(f"<url><loc>https://news.example/{n}</loc></url>" for n in range(9))
    whole = f"<urlset>{entries}</urlset>".encode()
    members = gzip.compress(whole[:100]) + gzip.compress(b"") + gzip.compress(whole[100:])
    assert len(read_sitemap(captured(members)).articles) == 9


def test_the_expressions_of_the_source_file_admit_entries() -> None:
    items = [f"<item><link>/{name}/1?p=2</link></item>" for name in ("world", "promo", "world/promo")]
    feed = captured(rss(*items))
    found = read_feed(feed, article=(r"^/world/",), ignore=(r"/promo/",))
    assert found == (ListedArticle("https://news.example/world/1?p=2", 1),)
    assert urls(of=read_feed(feed, article=(r"p=2$",))) == urls(of=read_feed(feed))
    sitemap = captured("<urlset><url><loc>/promo/1</loc></url><url><loc>/part.xml</loc></url></urlset>")
    assert read_sitemap(sitemap, article=(r"^/world/",)) == Sitemap((), ("https://news.example/part.xml",))


def test_entries_of_other_sites_are_left_out_beside_those_of_the_outlet() -> None:
    own = ("https://news.example/rss.xml",)
    mixed = captured(
        rss(
            "<item><link>https://partner.example/ad</link></item>",
            ITEM,
            "<item><link>https://sport.news.example/b</link></item>",
        )
    )
    assert [(found.url, found.place) for found in read_feed(mixed, own_urls=own)] == [
        ("https://news.example/a", 1),
        ("https://sport.news.example/b", 2),
    ]


def test_a_feed_with_redirecting_links_only_is_read_whole() -> None:
    items = [f"<item><link>https://count.example/r/{n}</link></item>" for n in (1, 2)]
    found = read_feed(captured(rss(*items)), own_urls=("https://news.example/rss.xml",))
    assert urls(of=found) == ["https://count.example/r/1", "https://count.example/r/2"]


@pytest.mark.parametrize(
    ("body", "is_page"),
    [
        ("<!DOCTYPE html><html><body>404</body></html>", True),
        ("\ufeff\n<!-- cached --><HTML><body></body></HTML>", True),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="x"/>', True),
        (rss(), False),
        ("<urlset/>", False),
        ("", False),
        ("https://news.example/a", False),
    ],
)
def test_a_page_in_place_of_a_feed_is_recognized(body: str, is_page: bool) -> None:
    assert is_web_page(captured(body)) is is_page
    assert is_web_page(captured(gzip.compress(body.encode()))) is is_page


LONG = 202


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a hundred entries at once, in place of the standard's limit."""
    monkeypatch.setattr(feeds, "ENTRIES_AT_ONCE", 100)
    monkeypatch.setattr(feeds, "PIECE", 1000)


@pytest.mark.parametrize(
    "sitemap",
    [
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(f"<url><loc>https://news.example/{n}</loc></url>\n" for n in range(LONG))
        + "</urlset>",
        "\n".join(f"https://news.example/{n}" for n in range(LONG)),
        "<rss><channel>"
        + "".join(f"<item><link>https://news.example/{n}</link></item>" for n in range(LONG))
        + "</channel></rss>",
    ],
    ids=["sitemap", "lines", "feed"],
)
@pytest.mark.usefixtures("in_parts")
def test_a_sitemap_beyond_the_limit_of_the_standard_is_read_in_parts(sitemap: str) -> None:
    capture = captured(sitemap)
    found: list[ListedArticle] = []
    start: int | None = 0
    parts = 0
    while start is not None:
        part = read_sitemap(capture, start=start, before=len(found))
        assert len(part.articles) < 150
        found += part.articles
        start, parts = part.next_start, parts + 1
    assert parts in (2, 3)
    assert [one.url for one in found] == [f"https://news.example/{n}" for n in range(LONG)]
    assert [one.place for one in found] == list(range(1, LONG + 1))


@pytest.mark.usefixtures("in_parts")
def test_titles_and_dates_of_a_news_sitemap_are_read_beyond_the_first_part() -> None:
    entry = (
        "<url><loc>/{n}</loc><news:news><news:publication_date>2022-01-10</news:publication_date>"
        "<news:title>Мост {n}</news:title></news:news></url>"
    )
    entries = "".join(entry.format(n=n) for n in range(150))
    capture = captured(
        f'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'
    )
    start = read_sitemap(capture).next_start
    assert start is not None
    last = read_sitemap(capture, start=start).articles[-1]
    assert (last.title, last.stamp) == ("Мост 149", "2022-01-10")


def test_a_compressed_sitemap_beyond_what_is_decompressed_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_PAYLOAD", 100)
    line = b"<url><loc>/a</loc></url>"
    assert is_cut(captured(gzip.compress(line * 10)))
    assert not is_cut(captured(gzip.compress(line)))


def test_an_entry_that_is_never_closed_is_read() -> None:
    assert urls(of=read_feed(captured("<rss><channel>" + ITEM + ITEM[:-7].replace("/a<", "/b<")))) == [
        "https://news.example/a",
        "https://news.example/b",
    ]


def test_entries_that_are_all_unclosed_are_read() -> None:
    items = "".join(f"<item><title>{n}</title><link>/{n}</link>" for n in range(3))
    assert sorted(urls(of=read_feed(captured(f"<rss><channel>{items}</channel></rss>")))) == [
        f"https://news.example/{n}" for n in range(3)
    ]
