"""The shape of article addresses."""

from __future__ import annotations

import pytest

from newsarchive.source_setup.article_urls import find_shapes, matches

SITE = "https://news.example"


@pytest.mark.parametrize(
    ("articles", "others", "patterns"),
    [
        (["/news/101/", "/news/102/"], ["/news/", "/tag/a/"], [r"^/news/\d+/(?:\?|$)"]),
        (
            ["/2026/11/20/a-b/", "/2026/11/19/c/"],
            ["/2026/11/"],
            [r"^/(?:19|20)\d\d/\d\d/\d\d/[^/]+/(?:\?|$)"],
        ),
        (["/20-11-2026/a/", "/19-11-2026/b/"], [], [r"^/\d\d-\d\d-\d{4}/[^/]+/(?:\?|$)"]),
        (["/a/1001-x.html", "/b/1002-y.html"], ["/a/about.html"], [r"^/[^/]+/\d+-[^/]+\.html(?:\?|$)"]),
        (["/a/slug_n1954", "/b/slug_n1940"], ["/a", "/c/d"], [r"^/[^/]+/[^/]+[_-][a-z]?\d{3,}(?:\?|$)"]),
        (["/news.php?id=12", "/news.php?id=13"], ["/news.php?page=2"], [r"^/news\.php\?(?:.*&)?id=\d+"]),
        (["/?p=12", "/?p=13"], ["/?cat=2"], [r"^/\?(?:.*&)?p=\d+"]),
        # Words are spelled out where the shape would also match pages that are not articles.
        (["/mir/first", "/zhizn/second"], ["/tag/word"], [r"^/(?:mir|zhizn)/[^/]+(?:\?|$)"]),
        # What cannot be told apart has no shape.
        (["/first", "/second"], ["/about"], []),
        (["/only-one"], [], []),
    ],
)
def test_shapes(articles: list[str], others: list[str], patterns: list[str]) -> None:
    urls, other_urls = [SITE + path for path in articles], [SITE + path for path in others]
    shapes = find_shapes(urls, other_urls)
    assert [one.pattern for one in shapes] == patterns
    assert all(matches(url, shapes) for url in urls) or not patterns
    assert not any(matches(url, shapes) for url in other_urls)


def test_tracking_parameters_do_not_matter() -> None:
    shapes = find_shapes([f"{SITE}/n/{number}?utm_source=rss" for number in (10, 11)], [])
    assert [one.pattern for one in shapes] == [r"^/n/\d\d(?:\?|$)"]
    assert matches(f"{SITE}/n/12?utm_source=rss", shapes)


def test_the_most_frequent_shape_comes_first() -> None:
    shapes = find_shapes(
        [f"{SITE}/news/{number}" for number in range(100, 110)] + [f"{SITE}/blog/a-{n}.html" for n in (1, 2)],
        [],
    )
    assert [one.articles for one in shapes] == [10, 2]
