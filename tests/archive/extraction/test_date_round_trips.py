"""Every day of ten years in every form and language, and every clock change, is parsed correctly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest

from archive.extraction.dates.parser import parse_date
from archive.extraction.model import StatedTime

CAPTURED = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
FIRST, DAYS = date(2016, 1, 1), 3653
MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru short": "янв. фев. мар. апр. мая июн. июл. авг. сен. окт. ноя. дек.",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "uk short": "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
    "be": "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "en": "January February March April May June July August September October November December",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
}
WORDED = [
    "{d} {m} {y}, {c}",
    "{c} {d} {m} {y}",
    "{c}, {d} {m} {y}",
    "{d} {m} {y} | {c}",
    "{d} {m}, {y} - {c}",
    "{d} {m} {y} г. в {c}",
    "Опубликовано: {d} {m} {y}, {c}",
]
NUMBERED = [
    "{d:02d}.{n:02d}.{y} {c}",
    "{d:02d}.{n:02d}.{s:02d}, {c}",
    "{c} {d:02d}.{n:02d}.{y}",
    "{d}/{n}/{y} - {c}",
    "{d:02d}-{n:02d}-{y}, {c}",
    "{y}-{n:02d}-{d:02d} {c}",
    "{y}-{n:02d}-{d:02d}T{c}",
]


def read(printed: str, zone: ZoneInfo, language: str | None = None) -> StatedTime | None:
    return parse_date(
        printed,
        zone=zone,
        languages=("ru",),
        captured_at=CAPTURED,
        found_in="visible",
        page_language=language,
    )


def moments(days: int = DAYS, step: int = 1) -> Iterator[datetime]:
    """Yield consecutive days, each at another minute: all 1440 minutes occur."""
    for number in range(0, days, step):
        yield datetime.combine(FIRST, datetime.min.time()) + timedelta(days=number, minutes=number * 7 % 1440)


def misread(at: datetime, form: str, month: str, language: str | None = None) -> str | None:
    printed = form.format(d=at.day, m=month, n=at.month, y=at.year, s=at.year % 100, c=f"{at:%H:%M}")
    stamp = read(printed, ZoneInfo("Europe/Moscow"), language)
    is_right = stamp is not None and stamp.at.replace(tzinfo=None) == at and stamp.precision == "minute"
    return None if is_right else f"{printed!r} as {stamp and stamp.isoformat()}"


@pytest.mark.parametrize("language", MONTHS)
def test_every_day_of_ten_years_is_parsed_back_in_words(language: str) -> None:
    names = MONTHS[language].split()
    found = (
        misread(at, form, names[at.month - 1], language)
        for at, form in zip(moments(), cycle(WORDED), strict=False)
    )
    assert [wrong for wrong in found if wrong] == []


@pytest.mark.parametrize("form", NUMBERED)
def test_every_day_of_ten_years_is_parsed_back_in_numbers(form: str) -> None:
    assert [wrong for at in moments() if (wrong := misread(at, form, ""))] == []


@pytest.mark.parametrize("form", [*WORDED, *NUMBERED])
def test_every_minute_of_a_day_is_parsed_back(form: str) -> None:
    midnight = datetime(2022, 1, 10)
    found = (misread(midnight + timedelta(minutes=minute), form, "января") for minute in range(1440))
    assert [wrong for wrong in found if wrong] == []


ZONES = """
    Europe/Kyiv Europe/Moscow Europe/Minsk Europe/Chisinau Europe/Kaliningrad Europe/Samara Europe/Simferopol
    Asia/Almaty Asia/Qyzylorda Asia/Aqtau Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Krasnoyarsk Asia/Irkutsk
    Asia/Yakutsk Asia/Vladivostok Asia/Kamchatka Asia/Tbilisi Asia/Yerevan Asia/Baku Asia/Bishkek
""".split()


@cache
def changes(zone: ZoneInfo) -> list[tuple[datetime, timedelta]]:
    """Return the times from 1996 to 2025 at which a zone's clocks change, and by how much."""
    found = []
    at, end = datetime(1996, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    while at < end:
        later = at + timedelta(days=7)
        before, after = _offset(at, zone), _offset(later, zone)
        if before != after:
            low, high = at, later
            while high - low > timedelta(minutes=1):
                middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
                low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
            found.append((high, after - before))
        at = later
    return found


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_the_clocks_has_its_answer(name: str) -> None:
    """In a fold the first of the two times counts; in a gap the printed time, at the offset before the change."""
    zone = ZoneInfo(name)
    seen = 0
    for moment, by in changes(zone):
        before = moment - timedelta(minutes=1)
        # by the clock before the change
        face = before.astimezone(zone).replace(tzinfo=None) + timedelta(minutes=1)
        first, last = (face, face + by) if by > timedelta() else (face + by, face)
        old = _offset(before, zone)
        for minute in (first, first + (last - first) / 2, last - timedelta(minutes=1)):
            stamp = read(f"{minute:%d.%m.%Y, %H:%M}", zone)
            assert stamp is not None
            assert (stamp.at.replace(tzinfo=None), stamp.at.utcoffset()) == (minute.replace(second=0), old)
            assert stamp.at.astimezone(UTC).astimezone(zone).utcoffset() is not None
        seen += 1
    assert seen


@pytest.mark.parametrize("name", ZONES)
def test_a_stated_offset_is_right_at_every_clock_change(name: str) -> None:
    zone = ZoneInfo(name)
    for moment, _ in changes(zone):
        for at in (moment - timedelta(minutes=1), moment, moment + timedelta(minutes=30)):
            printed = at.astimezone(zone).isoformat(timespec="seconds")
            stamp = read(printed, ZoneInfo("Europe/Kyiv"))
            assert stamp is not None
            assert (stamp.at, stamp.zone, stamp.isoformat()) == (at, "stated", printed)


def test_moscow_time_is_what_it_was_on_that_day() -> None:
    offsets = {}
    for year in range(1997, 2026):
        for month in (1, 7):
            stamp = read(f"10.{month:02d}.{year} 11:55 мск", ZoneInfo("Asia/Vladivostok"))
            assert stamp is not None
            offsets[f"{year}-{month:02d}"] = str(stamp.at.utcoffset())[0]
    assert {offsets[f"{year}-01"] for year in range(1997, 2012)} == {"3"}
    assert {offsets[f"{year}-07"] for year in range(1997, 2015)} == {"4"}
    assert {offsets[f"{year}-01"] for year in range(2012, 2015)} == {"4"}
    assert {offsets[f"{year}-{month}"] for year in range(2015, 2026) for month in ("01", "07")} == {"3"}
