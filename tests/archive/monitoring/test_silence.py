"""A source that falls silent, and a listing that becomes empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.monitoring.silence import find_empty_listing, find_silence

START = datetime(2022, 1, 3, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
CRAWLS = [START + hour * HOUR for hour in range(24 * 21)]
WORKING_HOURS = range(8, 20)


def weekly(until: datetime) -> list[datetime]:
    """Return when articles come: in working hours, on working days."""
    return [at for at in CRAWLS if at <= until and at.hour in WORKING_HOURS and at.weekday() < 5]


@pytest.mark.parametrize("hour", [0, 9, 20, 33, 62, 81])
def test_nights_and_week_ends_are_no_silence(hour: int) -> None:
    now = START + timedelta(days=14) + hour * HOUR
    assert find_silence(None, weekly(now), [at for at in CRAWLS if at <= now]) is None


def test_a_pause_three_times_as_long_as_any_before_is_a_silence() -> None:
    last = START + timedelta(days=10, hours=12)
    found = find_silence("Мир", weekly(last), CRAWLS)
    assert found is not None
    assert (found.section, found.since) == ("Мир", last)
    assert found.longest_before == timedelta(hours=61)  # Friday 19:00 to Monday 08:00


def test_where_nobody_looked_there_is_no_silence() -> None:
    last = START + timedelta(days=10, hours=12)
    before = [at for at in CRAWLS if at <= last]
    assert find_silence(None, weekly(last), before) is None
    assert find_silence(None, weekly(last), [*before, last + timedelta(days=30)]) is None


def test_too_short_a_past_proves_nothing() -> None:
    assert find_silence(None, CRAWLS[:19], CRAWLS) is None
    assert find_silence(None, CRAWLS[:48], CRAWLS) is None
    assert find_silence(None, [], CRAWLS) is None


@pytest.mark.parametrize(
    ("links", "is_empty"),
    [
        ([20, 20, 20, 0, 0], True),
        ([20, 20, 20, 0], False),
        ([20, 0, 0, 20], False),
        ([1, 2, 1, 0, 0], False),
        ([0, 0], False),
    ],
)
def test_a_listing_is_empty_if_it_used_to_show_articles(links: list[int], is_empty: bool) -> None:
    visits = [(START + place * HOUR, number) for place, number in enumerate(links)]
    found = find_empty_listing("Мир", "http://news.example/mir", visits)
    assert (found is not None) is is_empty
    if found is not None:
        assert (found.since, found.usual) == (START + 3 * HOUR, 20)
