"""Printed times: what each form means, and which are rejected as doubtful."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extraction.dates.parser import is_doubtful, parse_date
from archive.extraction.model import StatedTime
from archive.extraction.vocabulary import date_patterns

MOSCOW = ZoneInfo("Europe/Moscow")
CAPTURED = datetime(2022, 1, 11, 12, 0, tzinfo=UTC)  # 15:00 in Moscow


def read(text: str, *, zone: ZoneInfo = MOSCOW, captured_at: datetime = CAPTURED) -> StatedTime | None:
    return parse_date(
        text, zone=zone, languages=("ru", "uk", "be", "en"), captured_at=captured_at, found_in="visible"
    )


FULL = "2022-01-10T11:55:00+03:00"


@pytest.mark.parametrize(
    "printed",
    """
    11:55 10 января 2022
    10 января 2022, 11:55
    10 января 2022 г. в 11:55
    10 января 2022 года, 11:55
    10 янв. 2022 11:55
    10 ЯНВАРЯ 2022 • 11:55
    понедельник, 10 января 2022 | 11:55
    10.01.22 11:55
    10.01.2022 в 11.55
    10/01/2022 11:55
    10.I.2022 11:55
    10.І.2022, 11:55
    10-01-2022 11-55
    2022-01-10 11:55
    10 января 2022 11 час. 55 мин.
    10 января 22 (11:55)
    10 января'22 11:55
    10.янв.2022 11:55
    10 января, 11:55
    10.01, 11:55
    вчера в 11:55
    11:55, вчера
    Опубликовано: 10 января 2022 в 11:55
    10 января 2022, 11:55 (обновлено 12:10)
    10 января 2022, 11:55 | Политика
    РИА Новости 10.01.2022 11:55
    06:55 10 января 2022
    10.01.2022, Кишинев 11:55
    10 січня 2022, 11:55
    учора 11:55
    10 студзеня 2022, 11:55
    2022 жылғы 10 қаңтар, 11:55
    January 10, 2022 11:55 AM
    11:55, 10 January 2022
    """.strip()
    .replace("06:55", "11:55")
    .split("\n    "),
)
def test_a_date_with_a_time_is_parsed(printed: str) -> None:
    stamp = read(printed)
    assert stamp is not None
    assert stamp.isoformat() == FULL
    assert (stamp.precision, stamp.zone, stamp.stated_as) == ("minute", "source", printed.strip())


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("10 января 2022, 11:55 (МСК)", "2022-01-10T11:55:00+03:00"),
        ("11:55 мск 10 января 2022", "2022-01-10T11:55:00+03:00"),
        ("10 января 2013 11:55 МСК", "2013-01-10T11:55:00+04:00"),  # historical offset of Moscow
        ("10 января 2022 11:55 по Киеву", "2022-01-10T11:55:00+02:00"),
        ("10.01.2022 11:55 EET", "2022-01-10T11:55:00+02:00"),
        ("10.01.2022 11:55 UTC+6", "2022-01-10T11:55:00+06:00"),
        ("10.01.2022 11:55 GMT+3", "2022-01-10T11:55:00+03:00"),
        ("10 января 2022, 11:55 по времени Нур-Султана", "2022-01-10T11:55:00+06:00"),
        ("2022-01-10T11:55:00+0600", "2022-01-10T11:55:00+06:00"),
        ("2022-01-10T11:55:00.000Z", "2022-01-10T11:55:00+00:00"),
        ("Mon, 10 Jan 2022 11:55:00 +0600", "2022-01-10T11:55:00+06:00"),
        ("2022-01-10 11:55:00 +0300", "2022-01-10T11:55:00+03:00"),
        ("10.01.2022 11:55 (МСК+4)", "2022-01-10T11:55:00+07:00"),
        ("10.01.2013 11:55 мск+2", "2013-01-10T11:55:00+06:00"),
        ("10.01.2022 11:55 мск-1", "2022-01-10T11:55:00+02:00"),
    ],
)
def test_a_printed_zone_is_used(printed: str, moment: str) -> None:
    stamp = read(printed, zone=ZoneInfo("Asia/Tokyo"))
    assert stamp is not None
    assert (stamp.isoformat(), stamp.zone) == (moment, "stated")


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("сегодня, 14:05", "2022-01-11T14:05:00+03:00"),
        ("сьогодні, 11:55", "2022-01-11T11:55:00+03:00"),
        ("позавчера в 23:50", "2022-01-09T23:50:00+03:00"),
        ("5 минут назад", "2022-01-11T14:55:00+03:00"),
        ("2 часа назад", "2022-01-11T13:00:00+03:00"),
        ("час назад", "2022-01-11T14:00:00+03:00"),
        ("только что", "2022-01-11T15:00:00+03:00"),
        ("3 дня назад", "2022-01-08"),
        ("28 декабря", "2021-12-28"),
        ("28 декабря, 18:30", "2021-12-28T18:30:00+03:00"),
        ("20 марта", "2021-03-20"),
        ("кеше, 11:55", "2022-01-10T11:55:00+03:00"),
        ("5 хвілін таму", "2022-01-11T14:55:00+03:00"),
        ("10 января 2022 г.", "2022-01-10"),
    ],
)
def test_relative_and_yearless_dates_are_resolved_by_the_capture(printed: str, moment: str) -> None:
    stamp = read(printed)
    assert stamp is not None
    assert stamp.isoformat() == moment


def test_today_is_the_day_of_the_outlet_and_not_of_utc() -> None:
    night = datetime(2022, 1, 10, 22, 30, tzinfo=UTC)  # 01:30 on the 11th in Moscow
    stamp = read("сегодня, 00:15", captured_at=night)
    assert stamp is not None
    assert stamp.isoformat() == "2022-01-11T00:15:00+03:00"


def test_a_time_without_a_date_belongs_to_the_day_of_the_fetch() -> None:
    stamp = read("14:05")
    assert stamp is not None
    assert stamp.isoformat() == "2022-01-11T14:05:00+03:00"


@pytest.mark.parametrize(
    "printed",
    [
        "31 июня 2022",
        "24:00 10.01.2022",
        "10 января 2022 – 11 января 2022",
        "10 января 2022 11:55 12:10",
        "12 января 2023",  # after the capture
        "10 января 1984",
        "18:30",  # later than the capture: the day is unknown
        "12.05",
        "Март",
        "1,2 тыс. просмотров",
        "822",
        "",
        "2022г., 11:55",
        "3:2 в пользу гостей",
        "05 февраля, 10:15",  # eleven months back: it may be a year earlier
        "05 февраля",
        "11 января, 18:30",  # the day of the capture but later: a cached copy from another year
        "сегодня, 18:30",  # a cached copy from another day
        "неделю назад",  # the day of that week is unknown
        "больше часа назад",
    ],
)
def test_an_ambiguous_date_is_rejected(printed: str) -> None:
    assert read(printed) is None


def test_hours_ago_are_known_to_the_hour() -> None:
    stamp = read("3 часа назад")
    assert stamp is not None
    assert (stamp.isoformat(), stamp.precision) == ("2022-01-11T12:00:00+03:00", "hour")


@pytest.mark.parametrize("printed", ["час назад", "2 часа назад"])
def test_hours_ago_with_midnight_between_are_rejected(printed: str) -> None:
    hours = 1 if printed == "час назад" else 2
    night = datetime(2022, 1, 10, 21 + hours, 30, tzinfo=UTC)  # half past the hour after midnight in Moscow
    assert read(printed, captured_at=night) is None
    assert read(printed, captured_at=night + timedelta(hours=1)) is not None


def test_a_date_that_may_be_of_two_years_is_parsed_if_doubtful_dates_are_allowed() -> None:
    stamp = parse_date(
        "05 февраля, 10:15",
        zone=MOSCOW,
        languages=("ru",),
        captured_at=CAPTURED,
        found_in="visible",
        allow_doubtful=True,
    )
    assert stamp is not None
    assert is_doubtful(stamp, CAPTURED)


KYIV = ZoneInfo("Europe/Kyiv")
SUMMER = datetime(2022, 7, 1, 12, 0, tzinfo=UTC)


def test_a_local_time_that_occurs_twice_is_the_first_of_the_two() -> None:
    stamp = read("31 октября 2021, 03:30", zone=KYIV)
    assert stamp is not None
    assert stamp.isoformat() == "2021-10-31T03:30:00+03:00"


def test_a_local_time_that_occurs_twice_is_the_one_its_zone_names() -> None:
    stamp = read("31 октября 2021, 03:30 EET", zone=KYIV)
    assert stamp is not None
    assert stamp.isoformat() == "2021-10-31T03:30:00+02:00"


def test_a_local_time_skipped_by_the_clock_change_keeps_the_offset_before_it() -> None:
    stamp = read("27 марта 2022, 03:30", zone=KYIV, captured_at=SUMMER)
    assert stamp is not None
    assert stamp.isoformat() == "2022-03-27T03:30:00+02:00"
    assert stamp.at.astimezone(UTC).astimezone(KYIV).isoformat() == "2022-03-27T04:30:00+03:00"


def test_hours_ago_are_hours_gone_by_and_not_hours_on_the_face() -> None:
    after_the_gap = datetime(2022, 3, 27, 2, 30, tzinfo=UTC)  # 05:30 in Kyiv; 03:00–04:00 was skipped
    stamp = read("2 часа назад", zone=KYIV, captured_at=after_the_gap)
    assert stamp is not None
    assert stamp.at.astimezone(UTC) == datetime(2022, 3, 27, 0, 30, tzinfo=UTC)
    in_the_second = datetime(2021, 10, 31, 1, 40, tzinfo=UTC)  # 03:40 in Kyiv, the second time
    stamp = read("5 минут назад", zone=KYIV, captured_at=in_the_second)
    assert stamp is not None
    assert stamp.isoformat() == "2021-10-31T03:35:00+02:00"


ZONES = [
    "Europe/Kyiv",
    "Europe/Moscow",
    "Asia/Almaty",
    "Europe/Chisinau",
    "America/New_York",
    "Asia/Kathmandu",
]


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(2012, 1, 1), datetime(2021, 12, 31)), st.sampled_from(ZONES))
def test_every_local_time_is_parsed_back_in_every_zone(at: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    face = at.replace(second=0, microsecond=0)
    printed = f"{face:%d.%m.%Y, %H:%M}"
    stamp = read(printed, zone=zone)
    assert stamp is not None
    assert stamp.at.replace(tzinfo=None) == face
    assert stamp.at.utcoffset() == face.replace(tzinfo=zone, fold=0).utcoffset()


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2012, 1, 1), datetime(2021, 12, 31)),
    st.integers(-12, 14),
    st.sampled_from(["{:%Y-%m-%dT%H:%M:%S}{}", "{:%Y-%m-%d %H:%M:%S} {}", "{:%Y%m%dT%H%M%S}{}"]),
)
def test_every_offset_is_parsed_back(at: datetime, hours: int, form: str) -> None:
    moment = at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    stamp = read(form.format(moment, f"{hours:+03d}00"), zone=KYIV)
    assert stamp is not None
    assert (stamp.at, stamp.zone, stamp.precision) == (moment, "stated", "second")


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2012, 1, 2), datetime(2021, 12, 31), timezones=st.just(UTC)),
    st.integers(0, 299 * 24 * 60),
    st.sampled_from(["ru", "uk", "be", "kk"]),
)
def test_every_minute_of_ten_months_is_parsed_back_without_its_year(
    captured: datetime, ago: int, code: str
) -> None:
    at = (captured - timedelta(minutes=ago)).replace(second=0, microsecond=0)
    stamp = read(
        f"{at.day} {GENITIVE[code][at.month - 1]}, {at:%H:%M}", zone=ZoneInfo("UTC"), captured_at=captured
    )
    assert stamp is not None
    assert stamp.at == at


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(2012, 1, 2), datetime(2021, 12, 31), timezones=st.just(UTC)), st.integers(2, 59))
def test_every_number_of_minutes_ago_is_parsed_back(captured: datetime, minutes: int) -> None:
    for printed in (f"{minutes} минут назад", f"{minutes} хвилин тому", f"{minutes} минут бұрын"):
        stamp = read(printed, zone=KYIV, captured_at=captured)
        assert stamp is not None
        assert stamp.at.astimezone(UTC) == (captured - timedelta(minutes=minutes)).replace(
            second=0, microsecond=0
        )


def test_dates_are_found_in_a_line() -> None:
    line = "Мир | 11:55 10 января 2022 | 822 просмотра"
    assert [line[start:end] for start, end in date_patterns.find_date_spans(line)] == ["11:55 10 января 2022"]


def test_two_adjacent_days_are_not_a_day_with_a_time() -> None:
    line = "11.01.2022 10.01.2022"
    assert [line[start:end] for start, end in date_patterns.find_date_spans(line)] == line.split()


def test_a_zone_before_another_time_belongs_to_that_time() -> None:
    line = "10 января 2022, 15:55 (мск 11:55)"
    assert line[slice(*date_patterns.find_date_spans(line)[0])] == "10 января 2022, 15:55"


GENITIVE = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split(),
    "be": "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня".split(),
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
    "en": "January February March April May June July August September October November December".split(),
}


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2012, 1, 1), datetime(2021, 12, 31)),
    st.sampled_from(sorted(GENITIVE)),
    st.sampled_from(
        [
            "{d} {m} {y}, {c}",
            "{c} {d} {m} {y}",
            "{d} {m} {y} {c}",
            "{d:02d}.{n:02d}.{y} {c}",
            "{c}, {d:02d}.{n:02d}.{y}",
            "{d:02d}.{n:02d}.{s:02d}, {c}",
            "{d}-{n}-{y} {c}",
            "{y}/{n:02d}/{d:02d} {c}",
            "{d} {m} {y} г. в {c}",
            "{d} {m}’{s:02d} ({c})",
            "{c} | {d} {m} {y}",
            "Опубликовано: {d} {m} {y}, {c}",
        ]
    ),
)
def test_every_minute_is_parsed_back_in_every_language(at: datetime, language: str, form: str) -> None:
    month = GENITIVE[language][at.month - 1]
    printed = form.format(d=at.day, m=month, n=at.month, y=at.year, s=at.year % 100, c=at.strftime("%H:%M"))
    stamp = read(printed, zone=ZoneInfo("UTC"))
    assert stamp is not None
    assert stamp.at.replace(tzinfo=None) == at.replace(second=0, microsecond=0)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    stamp = read(text)
    assert stamp is None or stamp.at <= CAPTURED + timedelta(days=1)
