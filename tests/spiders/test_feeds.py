"""Feeds and sitemaps: all dialects give the same articles, and hostile files do no harm."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from archive.http.capture import Capture
from spiders.discovery.feeds import Sitemap, read_feed, read_sitemap
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
