"""The rule for visiting articles again, and which come first."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from archive.rechecks import (
    Candidate,
    History,
    ListingVisit,
    RecheckPolicy,
    due_at,
    edit_habits,
    listing_due_at,
    most_urgent,
)

NOW = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def candidate(name: str, changed: timedelta, checked: timedelta, section: str | None = None) -> Candidate:
    """Return an article that changed and was visited so long ago."""
    return Candidate(f"http://{name}/1", section, NOW - checked, due_at(NOW - changed, NOW - checked))


def test_the_most_overdue_comes_first_not_the_one_that_waited_longest() -> None:
    old = candidate("old.example", 100 * DAY, 31 * DAY)  # due after 30 days
    fresh = candidate("fresh.example", 3 * HOUR, 2 * HOUR)  # due after half an hour
    later = candidate("later.example", 10 * DAY, DAY)
    assert most_urgent(RecheckPolicy(), [old, fresh, later], NOW, 10) == (2, [fresh, old])
    assert most_urgent(RecheckPolicy(), [old, fresh], NOW, 1) == (2, [fresh])


def test_each_host_has_a_budget_of_its_own() -> None:
    busy = [
        Candidate(f"http://busy.example/{number}", None, NOW - number * DAY, NOW - number * DAY + HOUR)
        for number in range(1, 6)
    ]
    quiet = candidate("quiet.example", 3 * DAY, DAY)
    number, chosen = most_urgent(RecheckPolicy(), [*busy, quiet], NOW, 10, per_host=2)
    assert number == 6
    assert [one.url for one in chosen] == ["http://busy.example/5", "http://busy.example/4", quiet.url]


@pytest.mark.parametrize(
    ("policy", "wait"),
    [
        (RecheckPolicy(), 10 * HOUR),
        (RecheckPolicy(share=0.25), 5 * HOUR),
        (RecheckPolicy(share=1.0), 20 * HOUR),
        (RecheckPolicy(longest=timedelta(hours=3)), 3 * HOUR),
        (RecheckPolicy(habits={"Мир": 16.0}), 5 * HOUR),
        (RecheckPolicy(habits={"Мир": 1 / 16}), 20 * HOUR),
        (RecheckPolicy(habits={"Спорт": 16.0}), 10 * HOUR),
    ],
)
def test_a_source_may_wait_shorter_or_longer(policy: RecheckPolicy, wait: timedelta) -> None:
    assert policy.wait(10 * HOUR, "Мир") == wait
    assert policy.earliest(NOW) >= NOW


def test_an_urgent_article_is_due_at_once() -> None:
    article = Candidate("http://news.example/1", None, NOW, NOW + 30 * DAY, is_urgent=True)
    assert RecheckPolicy().urgency(article, NOW) == math.inf
    assert most_urgent(RecheckPolicy(), [article], NOW, 5) == (1, [article])


def history(section: str, *hours: float, checked: float) -> History:
    return History(section, [NOW + hour * HOUR for hour in (0.0, *hours)], NOW + checked * HOUR)


def test_a_section_that_is_edited_more_often_has_a_higher_rate() -> None:
    edited = [history("Политика", 1, 3, checked=90) for _ in range(40)]
    quiet = [history("Погода", checked=90) for _ in range(40)]
    once = [history("Мир", 1, checked=90)]
    habits = edit_habits([*edited, *quiet, *once])
    assert habits["Погода"] < 0.5 < habits["Мир"] < habits["Политика"]
    assert habits["Мир"] == pytest.approx(1.0, abs=0.1), "one article proves no habit"


def test_without_edits_there_are_no_habits() -> None:
    assert edit_habits([history("Мир", checked=90)]) == {}
    assert edit_habits([]) == {}


def visits(*contents: str) -> list[ListingVisit]:
    """Return hourly visits that found these contents, the last of them now; newest first."""
    return [ListingVisit(NOW - hour * HOUR, content) for hour, content in enumerate(reversed(contents))]


@pytest.mark.parametrize(
    ("contents", "wait"),
    [
        ("a", 0 * HOUR),
        ("ab", 0 * HOUR),
        ("abb", HOUR / 2),
        ("abbbb", 1.5 * HOUR),
        ("a" * 40, 6 * HOUR),
        ("aaab", 0 * HOUR),
    ],
)
def test_a_listing_is_asked_for_as_often_as_it_changes(contents: str, wait: timedelta) -> None:
    assert listing_due_at(visits(*contents), 6 * HOUR) == NOW + wait


def test_a_listing_that_gave_no_response_is_due_at_once() -> None:
    assert listing_due_at(visits("a", "a", "a", "a", ""), 6 * HOUR) == NOW
