"""Which capture is chosen for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.http.freshness import parse_http_date
from archive.replay import mementos

NOON = datetime(2022, 1, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    id: int
    fetched_at: datetime
    status: int | None = 200
    url: str = "http://h.example/p?a=1"
    repeats: str | None = None


def taken(*hours: float) -> list[Taken]:
    return [Taken(number, NOON + timedelta(hours=hour)) for number, hour in enumerate(hours)]


def test_the_nearest_capture_is_chosen_and_of_two_as_near_the_earlier() -> None:
    captures = taken(-3, -1, 1, 5)
    assert mementos.closest(captures, NOON) == captures[1]
    assert mementos.closest(captures, NOON + timedelta(hours=4)) == captures[3]
    assert mementos.closest([], NOON) is None


def test_a_304_response_can_be_viewed_if_what_it_confirms_is_archived() -> None:
    there, unchanged = Taken(1, NOON), Taken(2, NOON + timedelta(hours=1), 304)
    assert mementos.viewable([unchanged, there]) == [there]
    confirms = Taken(3, NOON + timedelta(hours=2), 304, repeats="<urn:uuid:1>")
    assert mementos.viewable([confirms, there]) == [there, confirms]


def test_a_part_requested_in_the_minute_after_its_page_is_nearer_than_any_before() -> None:
    second = 1 / 3600
    captures = taken(-1 * second, 5 * second, 30 * second, 2)
    assert mementos.closest_part(captures, NOON, captures[0].url) == captures[1]
    assert mementos.closest_part([captures[0], captures[3]], NOON, captures[0].url) == captures[0]


def test_of_two_captures_within_a_second_one_has_the_address() -> None:
    first, second = Taken(1, NOON), Taken(2, NOON + timedelta(milliseconds=300))
    assert mementos.viewable([second, first]) == [first]


def test_the_list_of_snapshots_is_that_of_rfc_7089() -> None:
    assert mementos.link_timemap("http://localhost:8470", "http://h.example/p?a=1", taken(0, 24)) == (
        '<http://h.example/p?a=1>; rel="original",\n'
        '<http://localhost:8470/timemap/link/http://h.example/p?a=1>; rel="self"; '
        'type="application/link-format"; '
        'from="Mon, 10 Jan 2022 12:00:00 GMT"; until="Tue, 11 Jan 2022 12:00:00 GMT",\n'
        '<http://localhost:8470/timegate/http://h.example/p?a=1>; rel="timegate",\n'
        '<http://localhost:8470/snapshot/20220110120000/http://h.example/p?a=1>; rel="first memento"; '
        'datetime="Mon, 10 Jan 2022 12:00:00 GMT",\n'
        '<http://localhost:8470/snapshot/20220111120000/http://h.example/p?a=1>; rel="last memento"; '
        'datetime="Tue, 11 Jan 2022 12:00:00 GMT"\n'
    )


def test_an_invalid_date_is_not_guessed() -> None:
    assert parse_http_date("Mon, 10 Jan 2022 12:00:00 GMT") == NOON
    assert parse_http_date("yesterday") is None
