"""The files of languages: complete, without contradictions, and all that a new language needs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive.extraction.dates.parser import parse_date
from archive.extraction.vocabulary.date_patterns import DateGrammar
from archive.language import languages as package
from archive.language.languages import Language, languages, read_language

FILES = sorted(Path(package.__file__).parent.glob("*.toml"))
CAPTURED = datetime(2022, 1, 11, 12, 0, tzinfo=UTC)  # 15:00 in Moscow
ESPERANTO = """
name = "Esperanto"
months = ["januaro", "februaro", "marto", "aprilo", "majo", "junio", "julio", "aŭgusto", "septembro", "oktobro",
    "novembro", "decembro"]
weekdays = "lundo mardo"
day_endings = "-a"
of = "de"
updated = ["ĝisdatigit*"]
ago = ["antaŭe"]
more = ["pli ol"]

[days_ago]
1 = "hieraŭ"

[units]
minute = "minuto* min"
hour = "horo* h"

[numbers]
3 = "tri"

[minutes]
30 = ["duonhoro"]

[clock]
before = "je"

[parts_of_day]
12-24 = "ptm"
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_defines_a_language(file: Path) -> None:
    language = read_language(file.stem, file.read_text("utf-8"))
    assert language.name
    assert len(language.months) in (0, 12)
    assert all(language.months)
    assert {"second", "minute", "hour", "day", "week", "month", "year"} >= set(language.units)
    for zone in language.zones:
        ZoneInfo(zone)
    for hours in language.parts_of_day:
        assert all(0 <= int(hour) <= 24 for hour in hours.split("-"))


def test_all_files_are_used() -> None:
    assert [language.code for language in languages()] == [file.stem for file in FILES]
    assert {"ru", "uk", "be", "kk", "en"} <= {language.code for language in languages()}


TWO_MONTHS = {
    "listopada": {10, 11},
    "listopad": {10, 11},
}  # October in Croatian, November in Polish and Czech


def test_no_other_word_is_the_name_of_two_months() -> None:
    numbers: dict[str, set[int]] = {}
    for language in languages():
        for number, names in enumerate(language.months, start=1):
            for name in names:
                numbers.setdefault(name, set()).add(number)
    assert {name: found for name, found in numbers.items() if len(found) > 1} == TWO_MONTHS


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.code)
def test_every_language_has_the_words_of_months_days_and_durations(language: Language) -> None:
    assert bool(language.months) == (language.code not in ("ja", "ko", "zh"))  # which number their months
    assert {0, 1} <= {*language.days_ago, *language.days_ago_with_time}
    assert set(language.units) == {"second", "minute", "hour", "day", "week", "month", "year"}
    assert all(language.units.values())
    assert language.ago or language.ago_before
    assert 30 in language.minutes
    assert language.just_now
    units = {word.rstrip("*") for words in language.units.values() for word in words}
    assert all(any(form.startswith(unit) for unit in units) for form in language.single)


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(TypeError):
        read_language("xx", 'name = "X"\nmonth = "a"')
    with pytest.raises(ValueError, match="2 months"):
        read_language("xx", 'name = "X"\nmonths = ["a", "b"]')


def read(text: str, *known: Language) -> str | None:
    stamp = parse_date(
        text,
        zone=ZoneInfo("Europe/Moscow"),
        languages=("ru",),
        captured_at=CAPTURED,
        found_in="visible",
        by=DateGrammar(known),
    )
    return stamp.isoformat() if stamp else None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("10 januaro 2022, 11:55", "2022-01-10T11:55:00+03:00"),
        ("11:55, 10-a de januaro 2022", "2022-01-10T11:55:00+03:00"),
        ("Lundo, 10 JANUARO 2022 je 11:55", "2022-01-10T11:55:00+03:00"),
        ("10 januaro 2022, 3:45 ptm", "2022-01-10T15:45:00+03:00"),
        ("10 januaro 2022, 11:55 (ĝisdatigita 12:10)", "2022-01-10T11:55:00+03:00"),
        ("hieraŭ je 11:55", "2022-01-10T11:55:00+03:00"),
        ("5 minutoj antaŭe", "2022-01-11T14:55:00+03:00"),
        ("tri horoj antaŭe", "2022-01-11T12:00:00+03:00"),
        ("duonhoro antaŭe", "2022-01-11T14:30:00+03:00"),
        ("pli ol 3 horoj antaŭe", None),
    ],
)
def test_a_language_needs_nothing_but_its_definition(text: str, moment: str | None) -> None:
    assert read(text, read_language("eo", ESPERANTO)) == moment
    assert read(text, *languages()) is None
    assert read(text, *languages(), read_language("eo", ESPERANTO)) == moment


def test_a_line_is_searched_by_the_same_definition() -> None:
    grammar = DateGrammar([read_language("eo", ESPERANTO)])
    line = "Mondo | 10 januaro 2022, 11:55 | Ana"
    assert [line[span.start : span.end] for span in grammar.find_dates(line)] == ["10 januaro 2022, 11:55"]
    assert list(DateGrammar([Language("xx")]).find_dates(line)) == []
