"""URLs in style sheets are rewritten to lead into the archive."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.replay.css import rewrite_css

BASE = "http://site.example/css/a.css"


def led(css: str) -> str:
    return rewrite_css(css, BASE, lambda url: "/kept/" + url)


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("a{b:url(x.png)}", 'a{b:url("/kept/http://site.example/css/x.png")}'),
        ("a{b:url( '//evil.example/x' )}", 'a{b:url( "/kept/http://evil.example/x" )}'),
        ("@import 'b.css' screen;", '@import "/kept/http://site.example/css/b.css" screen;'),
        ("@IMPORT/**/url(b.css);", '@IMPORT url("/kept/http://site.example/css/b.css");'),
        ("a{b:u\\72l(x)}", 'a{b:url("/kept/http://site.example/css/x")}'),
        ('a{b:image-set("x" 2x)}', 'a{b:image-set("/kept/http://site.example/css/x" 2x)}'),
        ("a{b:url(javascript:x)}", 'a{b:url("about:blank")}'),
        ("a{b:url(data:text/html,x)}", 'a{b:url("about:blank")}'),
        ("a{b:url(#f)}", 'a{b:url("#f")}'),
        ("a{width:expression(alert(1))}", "a{width:}"),
        ('a{content:"url(x)"}', 'a{content:"url(x)"}'),
        ("a{color:red}", "a{color:red}"),
    ],
)
def test_every_url_of_a_style_sheet_leads_into_the_archive(css: str, expected: str) -> None:
    assert led(css).replace("/**/", " ") == expected


def test_a_picture_in_the_sheet_itself_stays() -> None:
    assert "data:image/png;base64,AA==" in led("a{b:url(data:image/png;base64,AA==)}")


def test_a_sheet_cannot_end_its_element() -> None:
    assert "</style" not in led('a{content:"</style><script>"} b{background:url(x)}')
    assert "<!--" not in led("<!-- a{} -->")


def test_an_endlessly_nested_style_sheet_is_dropped() -> None:
    assert led("url(x)" + "(" * 50_000) == ""


@given(st.text(alphabet=st.sampled_from("url(\"')\\;{}@import /*x<>!-\n72 "), max_size=60))
@settings(deadline=None)
def test_no_style_sheet_contains_an_external_url(css: str) -> None:
    found = led("x{b:url(http://evil.example/a)}" + css)
    assert not re.search(r"<[a-zA-Z/!?]", found)
    for named in re.findall(
        r"url\(\s*\"?(?!/kept/|#|about:blank)([^)\"]*)", re.sub(r'"[^"\n]*"', '""', found)
    ):
        assert "evil" not in named
