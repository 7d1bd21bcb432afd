"""Captures of every kind, as they are sent to a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.http.capture import Capture
from archive.replay.render import ReplayResponse, file_name, render
from archive.replay.urls import rewriter_at

AT = datetime(2022, 1, 10, 9, 55, tzinfo=UTC)
TYPES = [
    "text/html",
    "text/css",
    "image/svg+xml",
    "image/png",
    "text/plain",
    "application/xhtml+xml",
    "application/rss+xml",
    "application/pdf",
    "font/woff2",
    "video/mp4",
    "text/html; charset=windows-1251",
    "text/css; charset=nonsense",
    "",
]


def given_for(body: bytes, media_type: str | None, url: str = "http://site.example/p") -> ReplayResponse:
    stated = f"Content-Type: {media_type}\r\n" if media_type is not None else ""
    return render(
        Capture(url, AT, b"HTTP/1.1 200 OK\r\n" + stated.encode() + b"\r\n" + body), rewriter_at(AT)
    )


def test_a_windows_1251_page_becomes_utf_8_and_says_so() -> None:
    page = '<meta charset="windows-1251"><p>Мост через залив закрыт'.encode("cp1251")
    got = given_for(page, "text/html")
    assert got.media_type == "text/html; charset=utf-8"
    assert got.body.decode() == '<meta charset="utf-8"><p>Мост через залив закрыт'


def test_a_style_sheet_leads_into_the_archive_at_the_moment_of_its_page() -> None:
    got = given_for(b'@import "b.css";', "text/css", "http://site.example/css/a.css")
    assert got.body == b'@import "/snapshot/20220110095500if_/http://site.example/css/b.css";'


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/png", "picture"),
        ("application/json", "text"),
        ("font/woff2", "font"),
        ("video/mp4", "media"),
        ("application/pdf", "other"),
        ("text/javascript", "other"),
        ("application/x-shockwave-flash", "other"),
        (None, "other"),
        ("multipart/x-mixed-replace", "other"),
    ],
)
def test_only_content_that_cannot_run_is_shown(media_type: str | None, kind: str) -> None:
    got = given_for(b"\x00\x01", media_type)
    assert (got.kind, got.is_shown) == (kind, kind != "other")


def test_a_response_without_a_type_is_a_page_if_it_begins_like_one() -> None:
    assert given_for(b"\n<!-- x --><!DOCTYPE html><p>1", None).kind == "page"


def test_an_svg_keeps_its_shapes_and_nothing_that_runs() -> None:
    drawing = b"""<?xml version="1.0"?><?xml-stylesheet href="http://evil.example/a.css"?>
    <!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f "boom">]>
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"
    onload="alert(1)">
    <script>alert(1)</script>
    <style><![CDATA[path{fill:url(http://evil.example/x)} @import "http://evil.example/y";]]></style>
    <path d="M0 0" fill="url(http://evil.example/z#a)"/><a xlink:href="javascript:alert(1)"><circle/></a>
    <image xlink:href="http://evil.example/i"/><use xlink:href="#ok"/><text>&e;&f;</text>
    <foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.example"/></foreignObject>
    <animate attributeName="href" to="http://evil.example"/></svg>"""
    got = given_for(drawing, "image/svg+xml")
    assert got.kind == "drawing"
    assert b"<path" in got.body
    assert b'viewBox="0 0 9 9"' in got.body
    for harm in (b"evil", b"script", b"onload", b"foreignObject", b"passwd", b"ENTITY", b"animate", b"<a "):
        assert harm not in got.body


def test_an_unreadable_svg_is_offered_as_a_download() -> None:
    assert given_for(b"<svg", "image/svg+xml").kind == "other"
    assert given_for(b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "image/svg+xml").kind == "other"


@given(st.binary(max_size=300), st.sampled_from(TYPES))
@settings(max_examples=300, deadline=None)
def test_any_bytes_of_any_type_can_be_rendered(body: bytes, media_type: str) -> None:
    assert isinstance(given_for(body, media_type).body, bytes)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_bytes_that_are_not_http_can_be_rendered(raw: bytes) -> None:
    assert isinstance(render(Capture("http://site.example/", AT, raw), rewriter_at(AT)).body, bytes)


def test_a_download_name_has_no_special_characters() -> None:
    assert file_name('http://h/a/"x\r\n../..%2fб.pdf?q') == "2f_.pdf"
    assert file_name("http://h/") == "h"
