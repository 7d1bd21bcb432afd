"""The time zone of a time that the page's metadata states in UTC."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article

HEADLINE = "У місті закрили міст на ремонт"
TEXT = "<p>Міська адміністрація закрила міст на ремонт до кінця кварталу, підрядник заплатить неустойку.</p>"
MORE = "<p>Мешканці сусідніх будинків скаржаться на шум, але виїжджати поки що нікуди не збираються.</p>"
STATED = (
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2022-01-09T22:44:07+00:00",'
    '"dateModified":"2022-01-10T08:10:00+00:00"}</script>'
)


def stamps(read_page: Callable[..., object], printed: str) -> tuple[str, str]:
    found = read_page(
        f"<html><head><title>{HEADLINE}</title>{STATED}</head><body><article><h1>{HEADLINE}</h1>"
        f"<div>{printed}</div>{TEXT}{MORE}</article></body></html>"
    )
    assert isinstance(found, Article)
    assert found.published is not None
    assert found.modified is not None
    assert found.published.stated_as == "2022-01-09T22:44:07+00:00"
    return found.published.isoformat(), found.modified.isoformat()


@pytest.mark.parametrize(
    ("printed", "published", "modified"),
    [
        (
            "<time class='published updated' datetime='2022-01-10T00:44:07+02:00'>10 Січня, 2022</time>",
            "2022-01-10T00:44:07+02:00",
            "2022-01-10T10:10:00+02:00",
        ),
        (
            "<time datetime='2022-01-10T01:44:07+03:00'>10 Січня, 2022</time>",
            "2022-01-10T01:44:07+03:00",
            "2022-01-10T11:10:00+03:00",
        ),
        ("10 січня 2022", "2022-01-10T00:44:07+02:00", "2022-01-10T10:10:00+02:00"),
        ("9 січня 2022", "2022-01-09T22:44:07+00:00", "2022-01-10T08:10:00+00:00"),
        ("", "2022-01-09T22:44:07+00:00", "2022-01-10T08:10:00+00:00"),
    ],
)
def test_a_time_in_utc_is_converted_to_the_zone_that_the_page_shows(
    read_page: Callable[..., object], printed: str, published: str, modified: str
) -> None:
    assert stamps(read_page, printed) == (published, modified)
