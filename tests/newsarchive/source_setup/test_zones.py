"""The time zone of a site: known only where times and country agree on one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.source_setup.zones import TimeEvidence, find_zone, is_zone

WINTER, SUMMER = datetime(2026, 1, 15, 9, 55, tzinfo=UTC), datetime(2026, 7, 15, 9, 55, tzinfo=UTC)


def evidence(*hours: float, at: datetime = WINTER) -> list[TimeEvidence]:
    """Return one article for each offset in hours."""
    return [
        TimeEvidence(
            str(number),
            at,
            at.replace(
                tzinfo=None, hour=(at.hour * 60 + int(60 * offset)) // 60, minute=(55 + int(60 * offset)) % 60
            ),
        )
        for number, offset in enumerate(hours)
    ]


@pytest.mark.parametrize(
    ("times", "host", "languages", "country", "zone"),
    [
        (evidence(2, 2), "news.ua", ["ru"], None, "Europe/Kyiv"),
        (evidence(2, 2), "news.com", ["uk"], None, "Europe/Kyiv"),
        (evidence(2) + evidence(3, 3, at=SUMMER), "news.com", ["uk"], None, "Europe/Kyiv"),
        (evidence(3, 3), "news.ru", ["ru"], None, "Europe/Moscow"),
        (evidence(3, 3), "xn--e1aybc.xn--p1ai", ["ru"], None, "Europe/Moscow"),
        (evidence(5, 5), "news.kz", ["kk"], None, "Asia/Almaty"),
        (
            evidence(7, 7),
            "news.ru",
            ["ru"],
            None,
            None,
        ),  # Novosibirsk and Krasnoyarsk differ from nothing: see below
        (evidence(3, 3), "news.com", ["ru"], "BY", "Europe/Minsk"),
        # Several countries
        (evidence(2, 2), "news.com", ["ru"], None, None),
        (evidence(3, 3), "news.com", ["ru"], None, None),
        (evidence(2, 2), "news.com", ["en"], None, None),
        (evidence(2, 2), "news.io", ["en"], None, None),
        # Contradictions
        (evidence(3, 3), "news.ua", ["uk"], None, None),
        (evidence(0, 0), "news.ua", ["uk"], None, None),
        (evidence(2, 3), "news.ua", ["uk"], None, None),
        (evidence(2, 2), "news.ru", ["uk"], None, None),
        # Too little
        (evidence(2), "news.ua", ["uk"], None, None),
        ([], "news.ua", ["uk"], None, None),
        (evidence(2.1, 2.1), "news.ua", ["uk"], None, None),
    ],
)
def test_a_zone_is_known_if_all_evidence_agrees_on_one(
    times: list[TimeEvidence], host: str, languages: list[str], country: str | None, zone: str | None
) -> None:
    found = find_zone(times, host=host, languages=languages, country=country)
    if zone is None and found.zone is not None:  # several zones with one clock since years are one
        assert host == "news.ru"
        assert "showed the same time" in found.explanation
    else:
        assert found.zone == zone
    assert found.explanation


def test_what_fits_is_suggested_where_a_choice_is_left() -> None:
    found = find_zone(evidence(3, 3), host="news.com", languages=["ru"])
    assert found.suggestions[:2] == ("Europe/Moscow", "Europe/Minsk")
    assert find_zone([], host="news.ua", languages=["uk"]).suggestions == ("Europe/Kyiv",)


def test_one_article_counts_once() -> None:
    twice = evidence(2) * 2
    assert find_zone(twice, host="news.ua", languages=["uk"]).zone is None


def test_names_of_zones() -> None:
    assert is_zone("Europe/Kyiv")
    assert not any(map(is_zone, ["Kyiv", "", "../etc/passwd", "UTC+2"]))
