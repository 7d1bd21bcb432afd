"""Dates in many languages and forms: parsed where the words are known, and never in part where they are not."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from archive.extraction.dates.parser import parse_date
from archive.extraction.model import StatedTime
from archive.extraction.vocabulary.date_patterns import DateGrammar, find_date_spans
from archive.language.languages import languages

CAPTURED = datetime(2024, 4, 17, 18, 0, tzinfo=UTC)  # 21:00 in Moscow


def read(text: str, captured_at: datetime = CAPTURED) -> StatedTime | None:
    return parse_date(
        text, zone=ZoneInfo("Europe/Moscow"), languages=("ru",), captured_at=captured_at, found_in="visible"
    )


def result(text: str) -> str | None:
    stamp = read(text)
    return stamp.isoformat() if stamp else None


MORNING = "2024-04-17T11:55:00+03:00"
KNOWN = {  # a date as printed → the code of its language
    "17 Απριλίου 2024, 11:55": "el",
    "17 ΑΠΡΙΛΙΟΥ 2024, 11:55": "el",
    "11:55 | 17 Απρ. 2024": "el",
    "17 აპრილი, 2024 - 11:55": "ka",
    "17 באפריל 2024, 11:55": "he",
    "2024年4月17日 11:55": "ja",
    "2024年04月17日 11時55分": "ja",
    "2024년 4월 17일 11:55": "ko",
    "2024 жылғы 17 сәуір, 11:55": "kk",
    "17 сәуір 2024, 11:55": "kk",
    "17 aprilie 2024, ora 11:55": "ro",
    "17 kwietnia 2024, 11:55": "pl",
    "2024. gada 17. aprīlis, plkst. 11:55": "lv",
    "2024 m. balandžio 17 d., 11:55": "lt",
    "2024. április 17. 11:55": "hu",
    "17 ապրիլի 2024, 11:55": "hy",
    "17 de abril de 2024, 11:55": "es",
}
UNKNOWN = [
    "17 Aprilis 2024, 11:55",
    "17 Machi 2024 | 11:55",
    "17 Machi, 11:55",
    "11:55, 17 Machi 2024",
    "11:55 17 Machi",
    "11:55 · Machi 17, 2024",
    "Machi 17, 2024 11:55",
    "17 de xaneiru 2024, 11:55",
    "2024ko apirilaren 17a, 11:55",
    "17 เมษายน 2567 11:55",
    "17 أبريل 2024، 11:55",
    "二〇二四年四月十七日 11:55",
    "17 апрелябрь 2024, 11:55",
    "Публикация: 17 Machi 2024, 11:55",
]


@pytest.mark.parametrize("text", KNOWN)
def test_a_date_in_a_known_language_is_parsed(text: str) -> None:
    assert result(text) == MORNING
    assert [text[start:end] for start, end in find_date_spans(text)] == [text]


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_time_beside_an_unknown_month_is_no_date(text: str) -> None:
    assert read(text) is None
    assert find_date_spans(text) == ()


@pytest.mark.parametrize("text", [text for text, code in KNOWN.items() if code not in ("ja", "ko")])
def test_a_date_is_not_read_by_halves_without_its_language(text: str) -> None:
    grammar = DateGrammar(
        language for language in languages() if language.code not in {*KNOWN.values(), "pt"}
    )
    assert list(grammar.find_dates(text)) == []


@pytest.mark.parametrize(
    ("line", "dates"),
    [
        ("11:55 25 просмотров", ["11:55"]),
        ("11:55 | 12 комментариев", ["11:55"]),
        ("25 переглядів 11:55", ["11:55"]),
        ("11:55 25 человек погибли при взрыве", ["11:55"]),
        ("17 апреля 2024 года 15:55 обновлено 16:10", ["17 апреля 2024 года 15:55", "16:10"]),
        ("5 мартовских зайцев", []),
        ("12 маек и 3 mayors", []),
        ("10 декабристов", []),
        ("3 сентябрята", []),
        ("2 junebugs", []),
    ],
)
def test_counters_and_words_like_months_are_no_dates(line: str, dates: list[str]) -> None:
    assert [line[start:end] for start, end in find_date_spans(line)] == dates


AFTERNOON = "2024-04-17T16:30:00+03:00"
JOINED = [
    f"{first}{separator}{second}"
    for separator in ("/", "-", "–", "—", " - ", " — ", " / ", "- ", " -", ",", "|")
    for day in ("17.04.2024", "17 апреля 2024", "17 апреля 2024 г.", "17 квітня 2024")
    for first, second in ((day, "16:30"), ("16:30", day))
    if not (separator == "," and second.startswith("17."))
]


@pytest.mark.parametrize(
    "printed", [*JOINED, "17.04.24/16:30", "17.04.24-16:30", "2024-04-17/16:30", "2024-04-17-16:30"]
)
def test_a_day_and_a_time_may_be_joined_by_any_separator(printed: str) -> None:
    assert result(printed) == AFTERNOON
    assert [printed[start:end] for start, end in find_date_spans(printed)] == [printed]
    assert [result(f"[{printed}]"), result(f"({printed})")] == [AFTERNOON, AFTERNOON]


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("16:30:20/17.04.2024", "2024-04-17T16:30:20+03:00"),
        ("17 апреля 2024-17:33:20", "2024-04-17T17:33:20+03:00"),
        ("17 апреля 2024-11:30", "2024-04-17T11:30:00+03:00"),  # a time and no offset
        ("17 апреля 2024 -11:30", "2024-04-17T11:30:00+03:00"),
        ("17 апреля 2024 11:30 -0500", "2024-04-17T11:30:00-05:00"),
        ("17.04.2024 UTC 11:55", "2024-04-17T11:55:00+00:00"),  # 11 is the hour and no offset
        ("17 апреля-17:33", "2024-04-17T17:33:00+03:00"),
        ("вчера-17:33", "2024-04-16T17:33:00+03:00"),
        ("вчера,17:33", "2024-04-16T17:33:00+03:00"),
        ("Сегодня/17:33", "2024-04-17T17:33:00+03:00"),
        ("16:30/17:45", None),
        ("10:00-17:33", None),
        ("12.03.2024-13.03", None),
        ("12.03.2024-13.03.2024", None),
    ],
)
def test_joined_times_are_distinguished_from_offsets_and_ranges(printed: str, moment: str | None) -> None:
    assert result(printed) == moment


HALF, QUARTER = "2024-04-17T20:30:00+03:00", "2024-04-17T20:45:00+03:00"
ONE_AND_HALF, THREE = "2024-04-17T19:30:00+03:00", "2024-04-17T18:00:00+03:00"


@pytest.mark.parametrize(
    ("printed", "moment", "precision"),
    [
        ("півгодини тому", HALF, "minute"),
        ("пів години тому", HALF, "minute"),
        ("полчаса назад", HALF, "minute"),
        ("Полчаса тому назад", HALF, "minute"),
        ("паўгадзіны таму", HALF, "minute"),
        ("жарты сағат бұрын", HALF, "minute"),
        ("half an hour ago", HALF, "minute"),
        ("a half-hour ago", HALF, "minute"),
        ("четверть часа назад", QUARTER, "minute"),
        ("чверть години тому", QUARTER, "minute"),
        ("a quarter of an hour ago", QUARTER, "minute"),
        ("полтора часа назад", ONE_AND_HALF, "hour"),
        ("1,5 часа назад", ONE_AND_HALF, "hour"),
        ("півтори години тому", ONE_AND_HALF, "hour"),
        ("паўтары гадзіны таму", ONE_AND_HALF, "hour"),
        ("an hour and a half ago", ONE_AND_HALF, "hour"),
        ("три часа назад", THREE, "hour"),
        ("три часа тому назад", THREE, "hour"),
        ("три години тому", THREE, "hour"),
        ("тры гадзіны таму", THREE, "hour"),
        ("үш сағат бұрын", THREE, "hour"),
        ("three hours ago", THREE, "hour"),
        ("п’ять хвилин тому", "2024-04-17T20:55:00+03:00", "minute"),
        ("1 час 20 минут назад", "2024-04-17T19:40:00+03:00", "minute"),
        ("1 год 20 хв тому", "2024-04-17T19:40:00+03:00", "minute"),
        ("два дня назад", "2024-04-15", "day"),
        ("двух часов назад", "2024-04-17T19:00:00+03:00", "hour"),
        ("минуту назад", "2024-04-17T20:59:00+03:00", "minute"),
        ("годину тому", "2024-04-17T20:00:00+03:00", "hour"),
    ],
)
def test_durations_in_words_are_read(printed: str, moment: str, precision: str) -> None:
    stamp = read(printed)
    assert stamp is not None
    assert (stamp.isoformat(), stamp.precision, stamp.stated_as) == (moment, precision, printed)
    assert [printed[start:end] for start, end in find_date_spans(printed)] == [printed]


@pytest.mark.parametrize(
    "printed",
    [
        "більше години тому",
        "понад годину тому",
        "більше півгодини тому",
        "менше години тому",
        "более часа назад",
        "более чем час назад",
        "более получаса назад",
        "менее часа назад",
        "больш за гадзіну таму",
        "over an hour ago",
        "more than two hours ago",
        "less than an hour ago",
        "несколько часов назад",
        "пару часов назад",
        "кілька годин тому",
        "некалькі гадзін таму",
        "бірнеше сағат бұрын",
        "a few hours ago",
        "several minutes ago",
        "две недели назад",
        "три года назад",
        "рік тому",
    ],
)
def test_a_bound_or_a_long_duration_is_no_time(printed: str) -> None:
    assert read(printed) is None
    assert all(read(printed[start:end]) is None for start, end in find_date_spans(printed))


@pytest.mark.parametrize(
    ("printed", "clock"),
    [
        ("April 17, 2024 3:45 PM", "15:45"),
        ("April 17, 2024 at 3:45 p.m.", "15:45"),
        ("3:45pm, 17 April 2024", "15:45"),
        ("April 17, 2024, 3:45\u202fPM", "15:45"),
        ("Apr 17, 2024, 12:05 AM", "00:05"),
        ("17 April 2024, 12:05 a.m.", "00:05"),
        ("17 April 2024, 12:05 PM", "12:05"),
        ("17 April 2024, 12:00 noon", "12:00"),
        ("17 April 2024 3.45pm", "15:45"),
        ("Today at 3:45 PM", "15:45"),
        ("3:45 PM", "15:45"),
        ("сегодня, 3:45 дня", "15:45"),
        ("17 апреля 2024, 9:30 утра", "09:30"),
        ("17 апреля 2024, 11:55 дня", "11:55"),
        ("17 апреля 2024, 2:30 ночи", "02:30"),
        ("17 апреля 2024, 12:30 ночи", "00:30"),
        ("17 апреля 2024, 7:30 вечера", "19:30"),
        ("17 апреля 2024, 19:30 вечера", "19:30"),
        ("17 квітня 2024, 7:30 вечора", "19:30"),
        ("2024 жылғы 17 сәуір, кешкі 7:30", "19:30"),
        ("17 сәуір 2024, таңғы 9:30", "09:30"),
        ("2024 ж. 17 сәуір, түнгі 2:30", "02:30"),
        ("17 сәуір 2024, 3:45 PM", "15:45"),
        ("2024年4月17日 下午3:45", "15:45"),
        ("17 Απριλίου 2024, 3:45 μ.μ.", "15:45"),
        ("17 April 2024, 14:30 AM", None),
        ("17 апреля 2024, 7:30 дня", None),
        ("17 April 2024, 25:30 PM", None),
    ],
)
def test_a_part_of_the_day_says_which_half_of_the_clock_is_meant(printed: str, clock: str | None) -> None:
    stamp = read(printed)
    assert (stamp and f"{stamp.at:%Y-%m-%d %H:%M}") == (clock and f"2024-04-17 {clock}")


def test_half_past_eleven_at_night_is_late() -> None:
    stamp = read("16 апреля 2024, 11:30 ночи")
    assert stamp is not None
    assert stamp.isoformat() == "2024-04-16T23:30:00+03:00"
