"""Markup made to exhaust a parser: what is cut off, and what is still extracted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extraction.page.parser import MAX_ATTRIBUTES, MAX_CHARS, MAX_TAGS, limit_markup, parse_html

END = "<p>The end</p>"


def text_of(page: str) -> str:
    root = parse_html(page)
    return "" if root is None else " ".join("".join(root.itertext()).split())


@pytest.mark.parametrize("form", [" a{}", ' a{}=">"', "/a{}", ' a{}="b"', " ='a{}'", "\na{} = '>'"])
def test_a_tag_keeps_a_bounded_number_of_attributes(form: str) -> None:
    page = "<p" + "".join(form.format(number) for number in range(50_000)) + ">x</p>" + END
    root = parse_html(page)
    assert root is not None
    assert max(len(element.attrib) for element in root.iter()) <= MAX_ATTRIBUTES + 1
    assert text_of(page).endswith("The end")


@pytest.mark.parametrize(
    "veil",
    ["<textarea><!--</textarea>", "<script><!--<script></script><title></script>", "<title><!--</title>"],
)
def test_a_giant_tag_does_not_hide_in_a_comment_or_script(veil: str) -> None:
    root = parse_html(veil + "<p " + " ".join(f"a{number}" for number in range(50_000)) + ">x</p>" + END)
    assert root is not None
    assert max(len(element.attrib) for element in root.iter()) <= 1_001


@pytest.mark.parametrize("tag", ["div", "font", "b", "x-y", "table", "ul", "section class='a>b'", "h7"])
def test_text_a_hundred_thousand_levels_deep_is_read(tag: str) -> None:
    assert text_of("<h1>Title</h1>" + f"<{tag}>" * 100_000 + END) == "TitleThe end"


def test_two_thousand_levels_stay_as_they_are() -> None:
    root = parse_html("<div>" * 1_900 + END)
    assert root is not None
    assert len(root.findall(".//div")) == 1_900


def test_a_page_is_read_up_to_its_limits() -> None:
    root = parse_html("<br>" * (3 * MAX_TAGS))
    assert root is not None
    assert sum(1 for _ in root.iter()) <= MAX_TAGS + 5
    assert len(limit_markup("a" * (MAX_CHARS + 1000))) == MAX_CHARS


def test_a_long_value_and_a_script_are_left_alone() -> None:
    page = f'<p title="{"x " * 50_000}">a</p><script>{"if (a<b) c = 1; " * 100}</script>' + END
    assert limit_markup(page) == page


@pytest.mark.parametrize("tag", ["main", "article", "section", "x-y"])
def test_a_page_without_head_and_body_tags_has_a_body(tag: str) -> None:
    root = parse_html(f"<!DOCTYPE html><title>Title</title><{tag}><p>Text</p></{tag}>after")
    assert root is not None
    assert root.findtext("head/title") == "Title"
    assert root.findtext(f"body/{tag}/p") == "Text"
    assert "".join(root.find("body").itertext()) == "Textafter"


@pytest.mark.parametrize(
    "page", ["", "   ", "\x00\x00", "\ufeff", "<", "<!--", "<?xml version='1.0'?>", "<p \ud800>"]
)
def test_scraps_are_a_tree_or_none(page: str) -> None:
    assert text_of(page) in ("", "<")


def test_what_utf8_cannot_hold_is_replaced_and_what_is_void_is_dropped() -> None:
    assert text_of("<p>no\x00vel \ud800end</p>") == "novel \ufffdend"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="<>/!-=\"' apscriptxm\n\x00", max_size=200))
def test_bounding_twice_is_bounding_once(page: str) -> None:
    assert limit_markup(limit_markup(page)) == limit_markup(page)
    parse_html(page)
