"""When a section was watched, and the gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from archive.monitoring.coverage import Coverage, Visit, find_coverage

KYIV = ZoneInfo("Europe/Kyiv")
START = datetime(2022, 1, 10, 22, 0, tzinfo=UTC)  # midnight in Kyiv
HOUR = timedelta(hours=1)


def covered(visits: list[Visit], days: int, every: timedelta | None = HOUR) -> Coverage:
    return find_coverage(
        "Мир", "http://news.example/mir", visits, START, START + timedelta(days=days), KYIV, every
    )


def hourly(first: int, last: int, *shown: str) -> list[Visit]:
    return [Visit(START + hour * HOUR, frozenset(shown)) for hour in range(first, last)]


def test_a_section_visited_as_scheduled_has_no_gap() -> None:
    found = covered(hourly(0, 48), 2)
    assert (found.visits, found.gaps, found.missed) == (48, (), timedelta(0))
    assert found.days == {date(2022, 1, 11): "full", date(2022, 1, 12): "full", date(2022, 1, 13): "none"}


def test_a_gap_is_bridged_if_the_listing_still_shows_what_it_showed_before() -> None:
    lost = covered([*hourly(0, 5, "a", "b"), *hourly(12, 48, "c")], 2)
    assert [(gap.begin, gap.duration, gap.is_bridged) for gap in lost.gaps] == [
        (START + 4 * HOUR, 8 * HOUR, False)
    ]
    assert lost.missed == 8 * HOUR
    assert lost.days[date(2022, 1, 11)] == "gaps"
    kept = covered([*hourly(0, 5, "a", "b"), *hourly(12, 48, "b", "c")], 2)
    assert [gap.is_bridged for gap in kept.gaps] == [True]
    assert kept.missed == timedelta(0)
    assert kept.days[date(2022, 1, 11)] == "bridged"


def test_days_before_the_first_visit_and_without_any_are_not_watched() -> None:
    found = covered([*hourly(30, 36), *hourly(100, 120)], 5)
    assert [found.days[date(2022, 1, 11 + place)] for place in range(5)] == [
        "none",
        "gaps",
        "none",
        "none",
        "gaps",
    ]


def test_time_since_the_last_visit_is_a_gap() -> None:
    found = covered(hourly(0, 24), 3)
    assert [(gap.begin, gap.end) for gap in found.gaps] == [(START + 23 * HOUR, START + timedelta(days=3))]


def test_without_a_schedule_the_usual_time_between_visits_counts() -> None:
    visits = [Visit(START + 6 * hour * HOUR) for hour in (0, 1, 2, 3, 4, 8, 9)]
    found = covered(visits, 2, every=None)
    assert found.every == 6 * HOUR
    assert [gap.duration for gap in found.gaps] == [24 * HOUR]


def test_a_section_that_was_never_visited_has_no_gap() -> None:
    found = covered([], 1)
    assert (found.visits, found.gaps, set(found.days.values())) == (0, (), {"none"})
