"""The requisites of a page are what its snapshot requests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.http.capture import Capture
from archive.replay.page_requisites import MAX_REQUISITES, requisites

URL = "http://news.example/world/a/"
PAGE = """<html><head><base href="/world/">
<link rel="stylesheet" href="../css/site.css?v=2"><link rel="alternate stylesheet" href="/css/dark.css">
<link rel="alternate" type="application/rss+xml" href="/rss.xml"><script src="//cdn.example/app.js"></script>
<style>@import "print.css"; body { background: url(/img/back.png) } @font-face { src: url(/f/a.woff2) }</style>
</head><body style="background: url('/img/body.png')">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/img/lead.jpg"
     data-srcset="/img/lead-600.jpg 600w, /img/lead-1200.jpg 1200w">
<img src="/img/next-story.jpg"><script src=""></script><img src="javascript:alert(1)">
</body></html>"""


def captured(body: str, media_type: str = "text/html; charset=utf-8", url: str = URL) -> Capture:
    raw = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n{body}".encode()
    return Capture(url, datetime(2022, 1, 10, tzinfo=UTC), raw)


def test_a_page_needs_its_styles_scripts_and_what_its_styles_name() -> None:
    assert requisites(captured(PAGE)) == (
        "http://news.example/css/site.css?v=2",
        "http://cdn.example/app.js",
        "http://news.example/world/print.css",
        "http://news.example/img/back.png",
        "http://news.example/f/a.woff2",
        "http://news.example/img/body.png",
    )


def test_a_wanted_picture_is_requested_in_every_size_offered() -> None:
    found = requisites(captured(PAGE), ["http://news.example/img/lead-600.jpg"])
    assert set(found) - set(requisites(captured(PAGE))) == {
        "http://news.example/img/lead.jpg",
        "http://news.example/img/lead-600.jpg",
        "http://news.example/img/lead-1200.jpg",
    }


def test_other_pictures_are_requested_in_one_size_if_all_are_wanted() -> None:
    page = """<picture><source srcset="/img/logo.webp"><img src="/img/logo.png"></picture>
    <img srcset="/img/w_1,c/a.jpg 100w, /img/w_9,c/a.jpg 900w"><img src="/img/own-2.jpg">
    <img src="https://mc.yandex.ru/watch/1"><img src="/dot.gif" width="1" height="1">
    <amp-img src="/img/amp.jpg"></amp-img><video poster="/img/poster.jpg"></video><p data-bg="/img/bg.jpg">
    <svg><use href="/img/sprite.svg#bell"/></svg>"""
    found = requisites(captured(page), all_pictures=True, without=["http://news.example/img/own-2.jpg"])
    assert [url.removeprefix("http://news.example/img/") for url in found] == [
        "sprite.svg",
        "logo.png",
        "w_9,c/a.jpg",
        "amp.jpg",
        "poster.jpg",
        "bg.jpg",
    ]


def test_a_style_sheet_needs_its_imports_fonts_and_pictures() -> None:
    css = (
        '@import url("base.css"); a { background: image-set("a.png" 1x, "b.png" 2x) } b { src: url(f.woff) }'
    )
    found = requisites(captured(css, "text/css", "http://news.example/css/site.css"))
    assert [url.rpartition("/")[2] for url in found] == ["base.css", "a.png", "b.png", "f.woff"]


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf", "application/javascript"])
def test_other_captures_have_no_requisites(media_type: str) -> None:
    assert requisites(captured(PAGE, media_type)) == ()


def test_an_endless_page_has_a_limited_number_of_requisites() -> None:
    endless = "".join(f"<script src='/{number}.js'></script>" for number in range(10 * MAX_REQUISITES))
    assert len(requisites(captured(endless))) == MAX_REQUISITES
