"""Labelled pages: everything but an article is rejected with its reason, and no article is rejected."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.labelled.measuring import Told, labelled, scores, told

FEWEST_OF_A_KIND, FEWEST_ARTICLES = 12, 60
PRECISION = 1.0  # a rejected article is lost; these floors only move up
RECALL = 0.98  # share of all non-articles that are rejected, for any reason
NAMED = 0.95  # share of these that are rejected for the right reason


@pytest.fixture(scope="module")
def answers() -> list[Told]:
    """Return every labelled page with its extraction result."""
    return told(labelled())


def test_there_are_enough_pages_of_each_kind() -> None:
    counts = Counter(page.kind for page in labelled())
    articles = counts.pop(None)
    assert articles >= FEWEST_ARTICLES
    assert min(counts.values()) >= FEWEST_OF_A_KIND, counts


def test_no_article_is_refused(answers: list[Told]) -> None:
    refused = [(one.page.name, one.reason) for one in answers if one.page.kind is None and one.reason]
    assert refused == []


def test_an_article_that_looks_like_a_wall_is_read(answers: list[Told]) -> None:
    unread = [one.page.name for one in answers if one.page.says and one.page.says not in one.text]
    assert unread == []


def test_precision_and_recall_stay_where_they_are(answers: list[Told]) -> None:
    refused = [one for one in answers if one.page.kind is not None]
    assert sum(one.reason is not None for one in refused) >= RECALL * len(refused)
    assert sum(one.is_right for one in refused) >= NAMED * len(refused)
    article = scores(answers)[-1]
    assert article.recall >= PRECISION


@pytest.mark.parametrize(
    "kind",
    ["captcha", "consent wall", "login", "paywall", "geo-block", "soft 404", "error page", "unrendered"],
)
def test_what_is_called_a_kind_is_of_it(answers: list[Told], kind: str) -> None:
    others = [one.page.name for one in answers if one.reason == kind and one.page.kind != kind]
    assert others == []
