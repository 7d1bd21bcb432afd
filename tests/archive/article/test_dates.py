"""Printed times: what each form states, and what is refused because it can be doubted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import stampforms
from archive.article.dates import parse
from archive.article.model import Stamp

MOSCOW = ZoneInfo("Europe/Moscow")
CAPTURED = datetime(2022, 1, 11, 12, 0, tzinfo=UTC)  # 15:00 in Moscow


def read(text: str, *, zone: ZoneInfo = MOSCOW, captured_at: datetime = CAPTURED) -> Stamp | None:
    return parse(
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
def test_a_day_and_a_clock_are_read(printed: str) -> None:
    stamp = read(printed)
    assert stamp is not None
    assert stamp.isoformat() == FULL
    assert (stamp.precision, stamp.zone, stamp.stated_as) == ("minute", "source", printed.strip())


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("10 января 2022, 11:55 (МСК)", "2022-01-10T11:55:00+03:00"),
        ("11:55 мск 10 января 2022", "2022-01-10T11:55:00+03:00"),
        ("10 января 2013 11:55 МСК", "2013-01-10T11:55:00+04:00"),  # Moscow's own history
        ("10 января 2022 11:55 по Киеву", "2022-01-10T11:55:00+02:00"),
        ("10.01.2022 11:55 EET", "2022-01-10T11:55:00+02:00"),
        ("10.01.2022 11:55 UTC+6", "2022-01-10T11:55:00+06:00"),
        ("10.01.2022 11:55 GMT+3", "2022-01-10T11:55:00+03:00"),
        ("10 января 2022, 11:55 по времени Нур-Султана", "2022-01-10T11:55:00+06:00"),
        ("2022-01-10T11:55:00+0600", "2022-01-10T11:55:00+06:00"),
        ("2022-01-10T11:55:00.000Z", "2022-01-10T11:55:00+00:00"),
        ("Mon, 10 Jan 2022 11:55:00 +0600", "2022-01-10T11:55:00+06:00"),
    ],
)
def test_a_zone_that_is_printed_is_the_zone(printed: str, moment: str) -> None:
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
        ("10 января 2022 г.", "2022-01-10"),
    ],
)
def test_relative_and_yearless_times_are_of_the_capture(printed: str, moment: str) -> None:
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
        "18:30",  # later than the capture: of which day?
        "12.05",
        "Март",
        "1,2 тыс. просмотров",
        "822",
        "",
        "2022г., 11:55",
        "3:2 в пользу гостей",
    ],
)
def test_what_can_be_doubted_is_no_stamp(printed: str) -> None:
    assert read(printed) is None


def test_where_stamps_stand_in_a_line_is_told() -> None:
    line = "Мир | 11:55 10 января 2022 | 822 просмотра"
    assert [line[start:end] for start, end in stampforms.find(line)] == ["11:55 10 января 2022"]


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
        ]
    ),
)
def test_every_minute_reads_back_in_every_language(at: datetime, language: str, form: str) -> None:
    month = GENITIVE[language][at.month - 1]
    printed = form.format(d=at.day, m=month, n=at.month, y=at.year, c=at.strftime("%H:%M"))
    stamp = read(printed, zone=ZoneInfo("UTC"))
    assert stamp is not None
    assert stamp.at.replace(tzinfo=None) == at.replace(second=0, microsecond=0)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    stamp = read(text)
    assert stamp is None or stamp.at <= CAPTURED + timedelta(days=1)
