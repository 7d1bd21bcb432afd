"""The scores of the extraction benchmark, and the floor that `make check` enforces."""

from __future__ import annotations

import pytest

from benchmarks.extraction import find_regressions, raise_floor
from benchmarks.gold import scores

FLOOR = {"one": {"title": 1.0, "body_recall": 0.9}, "two": {"day": 1.0}}


def test_a_page_that_scores_worse_is_named_with_the_field() -> None:
    sentences = find_regressions(FLOOR, {"one": {"title": 0.0, "body_recall": 0.9}, "two": {"day": 1.0}})
    assert sentences == ["one scores worse than pinned: title 0.000 instead of 1.000."]


def test_a_field_no_longer_measured_has_fallen() -> None:
    assert find_regressions(FLOOR, {"one": {"title": 1.0}, "two": {"day": 1.0}}) != []


def test_a_removed_or_added_page_is_named() -> None:
    sentences = find_regressions(FLOOR, {"one": {"title": 1.0, "body_recall": 0.95}, "three": {}})
    assert [line.split()[0] for line in sentences] == ["two", "three"]


def test_the_floor_only_moves_up() -> None:
    now = {"one": {"title": 0.0, "body_recall": 0.95}, "three": {"day": 1.0}}
    assert raise_floor(FLOOR, now) == {"one": {"body_recall": 0.95, "title": 1.0}, "three": {"day": 1.0}}


@pytest.mark.parametrize(
    ("known", "found", "marks"),
    [
        ("2022-01-10T11:55:00+03:00", "2022-01-10T11:55:00+03:00", (1, 1, 1, 0)),
        (
            "2022-01-10T11:55:00+03:00",
            "2022-01-10T08:55:00+00:00",
            (1, 1, 0, 0),
        ),  # the same instant in another zone
        ("2022-01-10T11:55:00+03:00", "2022-01-10", (1, 0, 0, 0)),
        ("2022-01-10T11:55:00+03:00", None, (0, 0, 0, 0)),
        ("2022-01-10T11:55:00+03:00", "2022-01-11T11:55:00+03:00", (0, 0, 1, 1)),
        ("2022-01-10T23:30:00-05:00", "2022-01-11T04:30:00+00:00", (1, 1, 0, 0)),
        ("2022-01-10T11:55", "2022-01-10T11:55:00+02:00", (1, 1, None, 0)),  # the page states no zone
        ("2022-01-10", "2022-01-10T11:55:00+02:00", (1, None, None, 0)),
    ],
)
def test_a_time_is_scored_by_day_time_and_zone(
    known: str, found: str | None, marks: tuple[float | None, ...]
) -> None:
    given = scores({"published": known, "zone": True}, {"published": found})
    assert tuple(given.get(name) for name in ("day", "time", "zone", "wrong_day")) == marks


def test_quotes_dashes_and_case_do_not_change_a_title() -> None:
    assert scores({"title": "«Мост» — открыт."}, {"title": '"мост" - Открыт'})["title"] == 1.0


def test_half_the_text_is_half_recalled() -> None:
    marks = scores({"body": "а б в г д е ё ж"}, {"body": "а б в г"})
    assert (marks["body_precision"], marks["body_recall"]) == (1.0, 0.2)
