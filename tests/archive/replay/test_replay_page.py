"""A page rewritten for replay: what remains of it, and what never does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.replay import allowlist
from archive.replay.html import rewrite_page
from archive.replay.urls import UrlRewriter
from tests import small_archive

PAGE = "http://site.example/news/p.html"
AT = datetime(2022, 1, 10, tzinfo=UTC)
KEPT = UrlRewriter(page=lambda url: "/page/" + url, resource=lambda url: "/part/" + url)
FRAGMENTS = [
    "<",
    ">",
    '"',
    "'",
    "/",
    "=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#x3c;",
    "&#0;",
    "\x00",
    " ",
    "\n",
    "<p",
    "<b>",
    "</b>",
    "<script>",
    "</script",
    "<style>",
    "</style>",
    "<svg>",
    "<math>",
    "<mtext>",
    "<title>",
    "</title>",
    "<textarea>",
    "<noscript>",
    "</noscript>",
    "<template>",
    "<iframe srcdoc=",
    "<img src=x onerror=alert(1)>",
    " onload=x",
    " href=",
    "javascript:x",
    "<a href='http://evil.example/'>",
    "<base href=//evil.example>",
    "<table><td>",
    "<plaintext>",
    "<!doctype html>",
    "<annotation-xml encoding=text/html>",
    "<foreignObject>",
    "<select>",
    "<xmp>",
    "<?xml",
    "</",
    "<meta http-equiv=refresh content=0>",
]


def shown(html: str, encoding: str = "utf-8") -> str:
    return rewrite_page(html, PAGE, KEPT, encoding=encoding)


class Seen(HTMLParser):
    """Collects every tag and attribute of a page, as Python's own parser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    """Assert that there are only allowed elements and attributes, and only URLs into the archive."""
    for name in re.findall(r"</?([a-zA-Z!?][^\s>/]*)", html.replace("<!DOCTYPE", "", 1)):
        assert name in allowlist.ELEMENTS | allowlist.SVG_ELEMENTS or allowlist.CUSTOM_ELEMENT.fullmatch(
            name
        ), name
    for name, attributes in Seen(html).tags:
        for attribute, value in attributes.items():
            assert not attribute.startswith("on"), (name, attribute)
            assert attribute not in (
                "srcdoc",
                "http-equiv",
                "action",
                "formaction",
                "ping",
                "data",
                "xlink:href",
            )
            if attribute in ("href", "src", "srcset", "poster", "background"):
                assert (value or "").startswith(("/page/", "/part/", "#", "data:image/")), (
                    name,
                    attribute,
                    value,
                )


def test_the_hostile_page_has_nothing_left_to_do_harm_with() -> None:
    html = shown(small_archive.hostile_page("http://evil.example"))
    assert_harmless(html)
    assert "Враждебная страница" in html


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
@settings(max_examples=300, deadline=None)
def test_only_allowed_markup_comes_out_whatever_goes_in(fragments: list[str]) -> None:
    assert_harmless(shown("".join(fragments)))


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
@settings(max_examples=100, deadline=None)
def test_rewriting_a_page_twice_gives_the_same_tags(fragments: list[str]) -> None:
    once = shown("".join(fragments))
    again = rewrite_page(once, PAGE, UrlRewriter(page=lambda url: url, resource=lambda url: url))
    assert [tag for tag, _ in Seen(again).tags if tag != "meta"] == [
        tag for tag, _ in Seen(once).tags if tag != "meta"
    ]


@pytest.mark.parametrize(
    ("html", "left"),
    [
        (
            "<a href='?a=1&copy=2&amp;q=Мир#x'>",
            '<a href="/page/http://site.example/news/p.html?a=1&amp;copy=2&amp;q=%CC%E8%F0#x"',
        ),
        ("<a href=#x>", '<a href="#x">'),
        ("<base href=/b/><img src=i.png>", '<img src="/part/http://site.example/b/i.png">'),
        ("<img src=i.png><base href=/b/>", '<img src="/part/http://site.example/b/i.png">'),
        (
            "<img srcset='a.png 1x, b.png 2x'>",
            '<img srcset="/part/http://site.example/news/a.png 1x, /part/http://site.example/news/b.png 2x">',
        ),
        ("<img data-src=i.png>", 'src="/part/http://site.example/news/i.png"'),
        ("<svg><path d=M0 /></svg>", '<svg><path d="M0" /></svg>'),
        ("<svg><use xlink:href='#a'/><use href='http://e/#a'/></svg>", '<svg><use href="#a" /><use /></svg>'),
        ("<noscript><img src=i.png></noscript>", '<img src="/part/http://site.example/news/i.png">'),
        ("<object data=x>вместо</object>", "вместо"),
        ("<news-card class=a onclick=x>1</news-card>", '<news-card class="a">1</news-card>'),
        ("5 < 6 &lt;b&gt;", "5 &lt; 6 &lt;b&gt;"),
        ("<script>'<!--<script></script>'</script>-->b", "b"),
        (
            "<p style='background:url(x)'>",
            '<p style="background:url(&quot;/part/http://site.example/news/x&quot;)">',
        ),
        (
            "<link rel='stylesheet' href=a.css>",
            '<link href="/part/http://site.example/news/a.css" rel="stylesheet">',
        ),
    ],
)
def test_visible_content_remains_and_leads_into_the_archive(html: str, left: str) -> None:
    assert left in shown(html, "windows-1251")


@pytest.mark.parametrize(
    "html",
    [
        "<link rel=alternate href=x>",
        "<link rel='preload stylesheetx' href=x>",
        "<meta http-equiv=Refresh content='0;url=x'>",
        "<meta name=viewport http-equiv=refresh content=''>",
        "<embed src=x>",
        "<frameset><frame src=x></frameset>",
        "<iframe src=x>y</iframe>",
        "<template><img src=x></template>",
        "<![CDATA[<img src=x>]]",
        "<!--[if IE]><img src=x><![endif]-->",
        "<script src=x>",
    ],
)
def test_content_that_would_fetch_or_run_is_removed(html: str) -> None:
    assert "http://site.example" not in shown(html)
    assert "refresh" not in shown(html).lower()


def test_a_picture_in_noscript_is_not_shown_twice() -> None:
    html = shown("<img class=lazy data-src=i.png><noscript><img src=i.png></noscript>")
    assert html.count("/part/") == 1


def test_the_document_type_is_kept_because_it_decides_the_layout() -> None:
    public = '"-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"'
    strict = f"<!DOCTYPE html PUBLIC {public}>"
    assert shown(strict).startswith(strict + '<meta charset="utf-8">')
    assert shown("<p>").startswith('<meta charset="utf-8"><p>')


def test_a_page_of_a_hundred_thousand_nested_elements_comes_out() -> None:
    assert shown("<div>" * 100_000).count("<div>") == 100_000


def test_a_tag_of_two_hundred_thousand_attributes_comes_out() -> None:
    assert (
        shown("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + " class=b>x")
        == '<meta charset="utf-8"><p class="b">x'
    )
