"""The words of each language by which dates and texts are recognized: one TOML file a language.

Every file in this folder is used. A string holds words separated by spaces, a list holds words or phrases; `*` at
the end of a word stands for any ending. The tables `words` and `phrases` hold regular expressions instead, one for
each of the lists that `common.toml` names; `phrases.py` puts together those of all languages. All fields but the
name may be left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """The words printed with a time of day."""

    before: Words = ()  # «в 11:55»
    hour: Words = ()  # between hour and minute: «11 час 55 мин»
    minute: Words = ()


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, in lower case."""

    code: str
    name: str = ""
    letters: str = ""  # that no other supported language has
    common_words: Words = ()
    months: tuple[Words, ...] = ()  # twelve; each in all forms and abbreviations
    weekdays: Words = ()
    year_words: Words = ()  # after a year: «2022 года»
    day_endings: Words = ()  # after a day: «10-го», «10th»
    of: Words = ()  # between day and month: «10 de enero»
    published: Words = ()  # labels of a time of publication
    updated: Words = ()  # labels of a time of update
    labels: Words = ()  # other words printed beside dates
    counted: Words = ()  # what numbers beside a time of day count, as in «11:55 25 просмотров»
    just_now: Words = ()
    ago: Words = ()  # after a duration: «5 минут назад»
    ago_before: Words = ()  # before a duration: «vor 5 Minuten»
    more: Words = ()  # before a duration that is only a bound: «больше часа назад»
    less: Words = ()
    # Forms of units that stand for one without a number: «час назад». If none are given, all do after a duration, and
    # none before one.
    single: Words = ()
    days_ago: Mapping[int, Words] = field(default_factory=dict)  # 0: «сегодня»
    days_ago_with_time: Mapping[int, Words] = field(
        default_factory=dict
    )  # alone also the name of a newspaper: «Heute»
    units: Mapping[str, Words] = field(default_factory=dict)  # second minute hour day week month year
    numbers: Mapping[int, Words] = field(default_factory=dict)
    minutes: Mapping[int, Words] = field(default_factory=dict)  # durations that have a name: «полчаса»
    clock: Clock = Clock()
    parts_of_day: Mapping[str, Words] = field(default_factory=dict)  # by first and last hour: 12-24 is «p.m.»
    zones: Mapping[str, Words] = field(default_factory=dict)  # by the names of the IANA database
    given_names: Words = ()
    words: Mapping[str, str] = field(default_factory=dict)  # patterns by name, each with alternatives
    phrases: Mapping[str, Words] = field(default_factory=dict)  # patterns by list, one a line


@cache
def languages() -> tuple[Language, ...]:
    """Return all supported languages, sorted by code."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return tuple(read_language(file.stem, file.read_text("utf-8")) for file in files)


def read_language(code: str, text: str) -> Language:
    """Return the language that a TOML text defines; raise TypeError for a field that no language has."""
    fields: dict[str, Any] = tomllib.loads(text)
    for name, value in fields.items():
        if name == "months":
            fields[name] = tuple(map(_words, value))
        elif name == "clock":
            fields[name] = Clock(**{key: _words(words) for key, words in value.items()})
        elif name in ("days_ago", "days_ago_with_time", "numbers", "minutes"):
            fields[name] = {int(key): _words(words) for key, words in value.items()}
        elif name == "phrases":
            fields[name] = {key: tuple(filter(None, lines.split("\n"))) for key, lines in value.items()}
        elif name == "words":
            fields[name] = dict(value)
        elif isinstance(value, dict):
            fields[name] = {key: _words(words) for key, words in value.items()}
        elif name not in ("name", "letters"):
            fields[name] = _words(value)
    if len(fields.get("months", ())) not in (0, 12):
        raise ValueError(f"{code}: {len(fields['months'])} months instead of 12")
    return Language(code, **fields)


def _words(value: str | list[str]) -> Words:
    """Return words in the form to which texts are folded before they are compared."""
    return tuple(word.casefold() for word in (value.split() if isinstance(value, str) else value))
