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
    "17. travnja 2024 u 11:55": "hr",
    "17. aprila 2024 ob 11:55": "sl",
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
        language for language in languages() if language.code not in {*KNOWN.values(), "pt", "sr"}
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


TWO_HOURS_AGO = (
    """
vor 2 Stunden|vor zwei Stunden|2 uur geleden|il y a 2 h|il y a 2 heures|il y a deux heures|hace 2 horas|hace dos horas
há 2 horas|2 horas atrás|2 ore fa|acum 2 ore|acum două ore|2 ore în urmă|2 godziny temu|2 godz. temu|před 2 hodinami
před dvěma hodinami|pred 2 hodinami|пре 2 сата|pre 2 sata|пред 2 часа|преди 2 часа|prije 2 sata|pred 2 urami
πριν από 2 ώρες|πριν 2 ώρες|2 ώρες πριν|לפני 2 שעות|לפני שעתיים|2 órával ezelőtt|2 tundi tagasi|2 tuntia sitten
för 2 timmar sedan|2 timmar sedan|for 2 timer siden|pirms 2 stundām|prieš 2 valandas|2 saat önce|2 saat əvvəl
2 soat oldin|2 ժամ առաջ|2 საათის წინ|2時間前|2시간 전|2小时前|2 小時前|2 сағат бұрын|2 гадзіны таму|2 години тому
""".strip()
    .replace("\n", "|")
    .split("|")
)
HALF_AN_HOUR_AGO = (
    """
vor 30 Minuten|vor einer halben Stunde|30 minuten geleden|il y a 30 minutes|il y a une demi-heure|hace media hora
há 30 minutos|30 minuti fa|mezz'ora fa|acum 30 de minute|pół godziny temu|před půl hodinou|преди 30 минути
πριν από 30 λεπτά|לפני חצי שעה|fél órával ezelőtt|pool tundi tagasi|30 minuuttia sitten|för 30 minuter sedan
for en halv time siden|pirms 30 minūtēm|prieš 30 minučių|yarım saat önce|30 dəqiqə əvvəl|30 daqiqa oldin
30 րոպե առաջ|30 წუთის წინ|30分前|30분 전|半小时前|prije 30 minuta|pred pol ure
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize("text", TWO_HOURS_AGO)
def test_hours_are_read_in_every_language(text: str) -> None:
    stamp = read(text)
    assert stamp is not None
    assert (stamp.isoformat(), stamp.precision) == ("2024-04-17T19:00:00+03:00", "hour")
    (start, end), *others = find_date_spans(text)
    assert text[:start].strip() in ("", "för", "for")
    assert (end, others) == (len(text), [])


@pytest.mark.parametrize("text", HALF_AN_HOUR_AGO)
def test_minutes_are_read_in_every_language(text: str) -> None:
    assert result(text) == "2024-04-17T20:30:00+03:00"


@pytest.mark.parametrize(
    "text",
    [
        "vor 3 Tagen",
        "il y a 3 jours",
        "hace 3 días",
        "3 dni temu",
        "3日前",
        "3일 전",
        "3天前",
        "for 3 dager siden",
    ],
)
def test_days_are_read_in_every_language(text: str) -> None:
    stamp = read(text)
    assert stamp is not None
    assert (stamp.isoformat()[:10], stamp.precision) == ("2024-04-14", "day")


@pytest.mark.parametrize(
    "text",
    [
        "vor Stunden", "vor mehr als 2 Stunden", "il y a plus de 2 heures", "hace más de 2 horas", "hace horas",
        "ponad 2 godziny temu", "meer dan 2 uur geleden", "più di 2 ore fa", "mer än 2 timmar sedan", "vor 2 Wochen",
        "il y a 2 ans", "2 Stunden", "2時間", "2 saat", "vor", "hace",
    ],
)  # fmt: skip
def test_durations_that_name_no_time_are_no_date(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "gestern, 14:05", "hier à 14h05", "ayer, 14:05", "wczoraj, 14:05", "ieri, 14:05", "昨日 14:05", "어제 14:05",
        "i går 14:05", "tegnap 14:05", "dün 14:05", "χθες 14:05", "včera 14:05", "jučer 14:05", "вчера 14:05",
    ],
)  # fmt: skip
def test_a_day_in_words_with_a_time_is_read(text: str) -> None:
    assert result(text) == "2024-04-16T14:05:00+03:00"


@pytest.mark.parametrize("text", ["Heute", "Hoy", "Oggi", "Dnes", "Hier"])
def test_the_name_of_a_newspaper_is_no_day(text: str) -> None:
    assert read(text) is None
    assert find_date_spans(text) == ()


@pytest.mark.parametrize(
    ("page_language", "languages_of_outlet", "month"),
    [
        ("hr", ("pl",), 10),
        ("pl", ("hr",), 11),
        ("en", ("hr",), 10),
        (None, ("hr",), 10),
        (None, ("pl", "uk"), 11),
        (None, ("pl", "cs"), 11),
        (None, ("pl", "hr"), None),
        (None, ("ru",), None),
        ("en", (), None),
    ],
)
def test_the_language_decides_which_month_a_word_is(
    page_language: str | None, languages_of_outlet: tuple[str, ...], month: int | None
) -> None:
    stamp = parse_date(
        "17. listopada 2023, 11:55",
        zone=ZoneInfo("Europe/Zagreb"),
        languages=languages_of_outlet,
        captured_at=CAPTURED,
        found_in="visible",
        page_language=page_language,
    )
    assert (stamp and stamp.at.month) == month
