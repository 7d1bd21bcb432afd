"""The addresses at which an element offers its picture."""

from __future__ import annotations

import pytest

from archive.extraction.page.picture_sources import (
    Candidate,
    largest,
    lazy_background,
    parse_srcset,
    picture_sources,
)


@pytest.mark.parametrize(
    ("srcset", "found"),
    [
        ("a.jpg", [("a.jpg", "")]),
        ("a.jpg 1x, b.jpg 2x", [("a.jpg", "1x"), ("b.jpg", "2x")]),
        ("a.jpg, b.jpg 1.5x", [("a.jpg", ""), ("b.jpg", "1.5x")]),
        ("/w_4,c_limit/a.jpg 4w, /w_8,c/a.jpg 8w", [("/w_4,c_limit/a.jpg", "4w"), ("/w_8,c/a.jpg", "8w")]),
        ("a,b,c", [("a,b,c", "")]),
        (" ,, a.jpg\n300w\t,\nb.jpg 600w,", [("a.jpg", "300w"), ("b.jpg", "600w")]),
        ("a.jpg 100w 50h, b.jpg 200w", [("a.jpg", "100w"), ("b.jpg", "200w")]),
        ("a.jpg 5e-1x", [("a.jpg", "5e-1x")]),
        # Errors: the candidate is left out.
        ("a.jpg 0w, b.jpg -1x, c.jpg 50h, d.jpg 1x 2x, e.jpg 1w 1x, f.jpg 2w", [("f.jpg", "2w")]),
        ("a.jpg (1, 2) 1x, b.jpg 2x", [("b.jpg", "2x")]),
        ("a.jpg 1.5w, b.jpg +2x, c.jpg 3X, d.jpg 1w", [("d.jpg", "1w")]),
        ("", []),
    ],
)  # fmt: skip
def test_a_srcset_is_parsed_as_the_standard_says(srcset: str, found: list[tuple[str, str]]) -> None:
    assert [(one.url, one.descriptor) for one in parse_srcset(srcset)] == found


@pytest.mark.parametrize(
    ("attributes", "src"),
    [
        ({"src": "a.jpg"}, ("a.jpg",)),
        ({"src": "blank.gif", "data-src": "a.jpg"}, ("a.jpg",)),
        ({"src": "data:image/gif;base64,R0", "data-original": "a.jpg"}, ("a.jpg",)),
        ({"src": "", "data-lazy-src": "a.jpg"}, ("a.jpg",)),
        ({"src": "small.jpg", "data-src": "a.jpg"}, ("a.jpg",)),
        ({"src": "photo.jpg", "data-url": "/news/1"}, ("photo.jpg",)),
        ({"src": "1x1.png", "data-image": "a.jpg"}, ("a.jpg",)),
        ({"src": "photo.jpg", "data-src": "", "data-lazy": "true"}, ("photo.jpg",)),
        ({"src": "blank.gif"}, ("blank.gif",)),
        ({"src": "blank.gif", "srcset": "a.jpg 2x"}, ()),
    ],
)
def test_the_real_picture_comes_first(attributes: dict[str, str], src: tuple[str, ...]) -> None:
    assert picture_sources(attributes).src == src


def test_the_largest_candidate_is_chosen_by_width_or_density() -> None:
    assert largest(parse_srcset("a.jpg 100w, b.jpg 900w, c.jpg 300w")) == Candidate("b.jpg", "900w")
    assert largest(parse_srcset("a.jpg, b.jpg 2x")) == Candidate("b.jpg", "2x")
    assert largest(()) is None


@pytest.mark.parametrize(
    ("attributes", "url"),
    [
        ({"data-bg": "/a.jpg"}, "/a.jpg"),
        ({"data-background-image": "url('/a.jpg')"}, "/a.jpg"),
        ({"data-bg": "red"}, None),
        ({"data-bg": "data:image/png;base64,AA"}, None),
        ({}, None),
    ],
)
def test_a_lazy_background_is_an_address(attributes: dict[str, str], url: str | None) -> None:
    assert lazy_background(attributes) == url
