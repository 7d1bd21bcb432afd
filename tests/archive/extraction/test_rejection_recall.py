"""Labelled pages: everything but an article is rejected with its reason, and no article is rejected."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.labelled.measuring import LabelledResult, extract_all, labelled, scores

pytestmark = pytest.mark.slow

FEWEST_OF_A_KIND, FEWEST_ARTICLES = 12, 60
PRECISION = 1.0  # a rejected article is lost; these floors only move up
RECALL = 0.98  # share of all non-articles that are rejected, for any reason
NAMED = 0.95  # share of these that are rejected for the right reason


@pytest.fixture(scope="module")
def results() -> list[LabelledResult]:
    """Return every labelled page with its extraction result."""
    return extract_all(labelled())


def test_there_are_enough_pages_of_each_kind() -> None:
    counts = Counter(page.kind for page in labelled())
    articles = counts.pop(None)
    assert articles >= FEWEST_ARTICLES
    assert min(counts.values()) >= FEWEST_OF_A_KIND, counts


def test_no_article_is_rejected(results: list[LabelledResult]) -> None:
    rejected = [(one.page.name, one.reason) for one in results if one.page.kind is None and one.reason]
    assert rejected == []


def test_an_article_that_looks_like_a_wall_is_extracted(results: list[LabelledResult]) -> None:
    unread = [one.page.name for one in results if one.page.says and one.page.says not in one.text]
    assert unread == []


def test_precision_and_recall_stay_where_they_are(results: list[LabelledResult]) -> None:
    labelled_others = [one for one in results if one.page.kind is not None]
    assert sum(one.reason is not None for one in labelled_others) >= RECALL * len(labelled_others)
    assert sum(one.is_right for one in labelled_others) >= NAMED * len(labelled_others)
    article = scores(results)[-1]
    assert article.recall >= PRECISION


@pytest.mark.parametrize(
    "kind",
    ["captcha", "consent wall", "login", "paywall", "geo-block", "soft 404", "error page", "unrendered"],
)
def test_no_page_is_rejected_as_a_kind_that_it_is_not(results: list[LabelledResult], kind: str) -> None:
    others = [one.page.name for one in results if one.reason == kind and one.page.kind != kind]
    assert others == []
