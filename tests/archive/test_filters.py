"""Filters: one value for all interfaces, and one sentence for each invalid value."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import BadQuery
from archive.filters import FILTERS, STATES, FilterArgs, Filters, parameter_name, parse_sort

NAMES = st.text(min_size=1, max_size=20)
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))
OPTIONS = {
    **dict.fromkeys(("source", "section", "author", "tag"), NAMES),
    "language": st.sampled_from(["ru", "uk", "en"]),
    "state": st.sampled_from(STATES),
}


def test_every_filter_is_a_field_a_keyword_and_documented_in_every_interface() -> None:
    named = [field.name for field in fields(Filters) if field.name != "query"]
    assert [*FILTERS] == [*FilterArgs.__annotations__] == named
    assert len({parameter_name(name) for name in FILTERS}) == len(FILTERS)


@given(st.text(max_size=30), st.fixed_dictionaries({}, optional=OPTIONS), st.none() | DAYS, st.none() | DAYS)
def test_filters_can_be_restored_from_their_texts(
    query: str, stated: dict[str, str], one: date | None, other: date | None
) -> None:
    first, last = sorted((one, other)) if one and other else (one, other)
    filters = Filters.of(query, published_from=first, captured_to=last, **stated)  # type: ignore[arg-type]
    assert Filters.of(query, **filters.given()) == filters  # type: ignore[arg-type]
    assert filters.narrows == bool(stated or first or last)


def test_filters_are_narrowed_further_and_stay_as_they_were() -> None:
    january = Filters.of("мост", published_from="2022-01-01", published_to="2022-01-31")
    assert Filters.of(january, source="port") == Filters(
        "мост", source="port", published_from=date(2022, 1, 1), published_to=date(2022, 1, 31)
    )
    assert january.source is None


def test_a_moment_means_its_own_day() -> None:
    assert Filters.of(captured_to=datetime(2022, 1, 10, 23, 59, tzinfo=UTC)).captured_to == date(2022, 1, 10)


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({"published_to": "31.01.2022"}, "published_to: '31.01.2022' is not a day: write it as 2022-01-31."),
        ({"captured_from": ""}, "captured_from: '' is not a day: write it as 2022-01-31."),
        ({"captured_from": 7}, "captured_from: 7 is not a day: write it as 2022-01-31."),
        ({"language": "rus"}, "language: 'rus' is not a two-letter language code, such as ru, uk or en."),
        (
            {"state": "dead"},
            "state: 'dead' is not a state of an article: use one of live, unavailable, removed, moved, restricted.",
        ),
        (
            {"captured_from": "2022-02-01", "captured_to": "2022-01-31"},
            "The range of days ends before it begins: captured from 2022-02-01 to 2022-01-31.",
        ),
    ],
)
def test_an_invalid_search_gives_a_sentence(stated: FilterArgs, sentence: str) -> None:
    with pytest.raises(BadQuery) as refused:
        Filters.of(**stated)
    assert str(refused.value) == sentence


def test_an_order_is_one_of_three() -> None:
    assert parse_sort("newest") == "newest"
    with pytest.raises(
        BadQuery, match=r"^'best' is not a sort order: use one of relevance, newest, oldest\.$"
    ):
        parse_sort("best")


def test_an_earlier_name_of_a_state_is_accepted() -> None:
    assert Filters(state="unreachable") == Filters(state="unavailable")
