"""What the newest pages of a source lack raises an alarm, and what chance explains does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.monitoring.drift import EARLIER, NEWEST, PageFacts, at_least, find_drifts

START = datetime(2022, 1, 10, tzinfo=UTC)
Change = Callable[[PageFacts], PageFacts]


def pages(number: int, *, seed: int = 1, section: str | None = None) -> list[PageFacts]:
    """Return pages as an ordinary outlet sends them: a tenth without an author, a fifth without a lead."""
    chance = random.Random(seed)
    found = []
    for place in range(number):
        at = START + place * timedelta(hours=1)
        found.append(
            PageFacts(
                f"http://news.example/{seed}/{place}",
                section,
                at,
                200,
                None if chance.random() > 0.03 else "gallery",
                at - timedelta(minutes=10),
                chance.random() > 0.1,
                chance.random() > 0.2,
                int(chance.lognormvariate(5.5, 0.6)),
                round(chance.uniform(0.85, 1.0), 2),
                frozenset(chance.randrange(10**9) for _ in range(6)),
            )
        )
    return found


CHANGES: dict[str, Change] = {
    "no date": lambda page: replace(page, published=None),
    "no author": lambda page: replace(page, has_author=False),
    "no lead": lambda page: replace(page, has_lead=False),
    "short text": lambda page: replace(page, words=12),
    "long text": lambda page: replace(page, words=9000),
    "low confidence": lambda page: replace(page, confidence=0.3),
    "repeated text": lambda page: replace(page, paragraphs=page.paragraphs | {17}),
    "future date": lambda page: replace(page, published=page.fetched_at + timedelta(days=40)),
    "rejected": lambda page: replace(page, rejection="consent wall"),
    "blocked": lambda page: replace(page, status=403, rejection="answered 403"),
}


@pytest.mark.parametrize("signal", CHANGES)
def test_what_changes_on_all_pages_raises_an_alarm_within_twenty_pages(signal: str) -> None:
    for seed in range(5):
        sent = pages(160, seed=seed)
        after = next(
            (
                number
                for number in range(1, 21)
                if find_drifts([*sent[:140], *map(CHANGES[signal], sent[140 : 140 + number])])
            ),
            None,
        )
        assert after is not None
        found = find_drifts([*sent[:140], *map(CHANGES[signal], sent[140:])])
        assert signal in {drift.signal for drift in found}


def test_an_alarm_names_the_pages_and_the_moment_it_began() -> None:
    sent = pages(160)
    sent[150:] = map(CHANGES["no date"], sent[150:])
    drift = next(one for one in find_drifts(sent) if one.signal == "no date")
    articles = [page for page in sent[150:] if page.is_article]
    assert drift.since == articles[0].fetched_at
    assert drift.pages[-1] == articles[-1].url
    assert drift.newest[0] == len(articles)
    assert drift.section is None


@pytest.mark.parametrize("seed", range(3))
def test_an_ordinary_outlet_raises_no_alarm_in_ninety_days(seed: int) -> None:
    sent = pages(90 * 20, seed=seed)
    window = EARLIER + max(NEWEST)
    for number in range(20, len(sent), 20):
        assert find_drifts(sent[max(0, number - window) : number]) == []


def test_a_drift_of_one_section_is_reported_with_its_name() -> None:
    world = pages(300, seed=1, section="Мир")
    city = pages(300, seed=2, section="Город")
    city[-12:] = map(CHANGES["no author"], city[-12:])
    mixed = [page for pair in zip(world, city, strict=True) for page in pair]
    assert [(drift.signal, drift.section) for drift in find_drifts(mixed)] == [("no author", "Город")]


def test_nothing_is_known_of_a_new_source() -> None:
    assert find_drifts([]) == []
    assert find_drifts([replace(page, published=None) for page in pages(30)]) == []


def test_what_has_always_been_so_is_no_drift() -> None:
    assert find_drifts([replace(page, has_author=False, published=None) for page in pages(200)]) == []


def test_an_alarm_is_over_when_the_pages_are_as_before() -> None:
    sent = pages(240)
    sent[150:160] = map(CHANGES["no date"], sent[150:160])
    assert find_drifts(sent[:160])
    assert find_drifts(sent) == []


def test_the_probability_is_that_of_the_binomial_distribution() -> None:
    assert at_least(0, 5, 0.3) == pytest.approx(1.0)
    assert at_least(2, 2, 0.5) == pytest.approx(0.25)
    assert at_least(1, 3, 0.1) == pytest.approx(1 - 0.9**3)
