"""The grammar of printed dates and times, made of the words of all languages, and the search for dates in a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from archive.extraction.vocabulary.date_words import OFFSETS
from archive.language.languages import Language, Words, languages

MAX_SEARCHED_CHARS = 2000  # characters of a line in which dates are searched
NEAR_CHARS = 40  # characters beside a time of day in which a date is searched
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_APOSTROPHE = "['’ʼ‘`]"

ISO = re.compile(
    r"^(?P<year>\d{4})(?:-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<month_run>\d\d)(?P<day_run>\d\d))"
    r"(?:[t\s]\s*(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?::?(?P<second>\d{1,2}))?(?:[.,]\d{1,9})?"
    r"\s*(?P<offset>z|[+-]\d\d(?::?\d\d)?(?=z?$)|utc|gmt)?z?)?$"
)
OFFSET = re.compile(
    r"(?:(?<!\w)(?:utc|gmt)\s?(?P<hours>[+−–-]\s?\d{1,2})(?::?(?P<minutes>\d\d))?|(?<=[\d\s])(?P<plain>[+-]\d\d):?(?P<plain_minutes>00"
    r"|30|45)(?![\d.]))(?!\d)"
)
MOSCOW_OFFSET = re.compile(r"[,(]?\s?(?<!\w)(?:мск|msk)\s?(?P<hours>[+−-]\s?\d{1,2})(?![\d:.])\)?")
_ISO_IN_LINE = r"\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d(?::?\d\d)?)?"
_PLACE = r"(?:,\s[а-яёіїєґўa-z-]{3,20}\s)?"  # «06.01.2012, Кишинев 08:16:36»
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_START = (
    r"(?:(?<![\d./-])|(?<=:\d\d[/-])|(?<=:\d\d\s[/-]))"  # not within another number, but «16:30/17.04.2024»
)
_END = r"(?!\d)(?![.-]\d(?!\d?:\d\d))"  # «17.04.2024-17:33»
_JOINED_DATE = r"\d(?:\d?[./-][01]?\d[./-]\d|\d{3}[./-]|\d?\s?[^\W\d_])"  # after «16:30/»
_DASHED_TIME = r"(?<![\d:.,/-])(?P<hour>[0-2]?\d)-(?P<minute>[0-5]\d)(?![\d-])"
_TIME_AFTER = re.compile(r"\s*\d{1,2}[:.]\d\d")  # «15:55 (мск 11:55)»: the zone belongs to the second time
_WORDS = re.compile(r"[^\W\d_]+")
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"  # a character of Japanese, Chinese or Korean
_WORD_START = rf"(?:(?<!\w)|(?<={_UNSPACED}))"
_WORD_END = rf"(?:(?!\w)|(?<={_UNSPACED})(?!\d))"
_SEPARATORS = r"[\s.,،;|/•·()\[\]—–-]{0,4}"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The place in a line of a date, a time of day or both."""

    start: int
    end: int
    has_day: bool
    has_time: bool
    is_elapsed: bool = False  # «5 минут назад»


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A time stated by how long ago it was."""

    start: int  # in the text
    end: int
    unit: str  # second, minute, hour or day
    number: float


class DateGrammar:
    """The patterns by which the dates of some languages are found and parsed, all for folded text."""

    def __init__(self, known: Iterable[Language]) -> None:
        self.languages = tuple(known)
        self.months: dict[str, dict[str, int]] = {}  # by word, the number in each language
        for language in self.languages:
            for number, words in enumerate(language.months, start=1):
                for word in words:
                    self.months.setdefault(word, {})[language.code] = number
        self.days_only_with_time = {
            word: days
            for language in self.languages
            for days, words in language.days_ago_with_time.items()
            for word in words
        }
        self.days_ago = self.days_only_with_time | {
            word: days
            for language in self.languages
            for days, words in language.days_ago.items()
            for word in words
        }
        self.zones = {
            word: zone
            for language in self.languages
            for zone, words in language.zones.items()
            for word in words
        }
        self.parts_of_day = {
            word: (int(hours.partition("-")[0]), int(hours.partition("-")[2]))
            for language in self.languages
            for hours, words in language.parts_of_day.items()
            for word in words
        }
        self._compiled: dict[tuple[str, Words], re.Pattern[str]] = {}
        each = self.languages
        self._ago = any_of(word for language in each for word in language.ago)
        self._before = any_of(word for language in each for word in language.clock.before)
        self._hour_words = any_of(word for language in each for word in language.clock.hour)
        self._weekdays = any_of(word for language in each for word in language.weekdays)
        self._year_word = (
            rf"(?:\.?\s*(?:{any_of(word for language in each for word in language.year_words)})(?!\w)\.?)?"
        )
        # Possessive, since it is used twice in a row; of single characters only, as Python before 3.11.5 loses its
        # place in possessive groups with alternatives (https://github.com/python/cpython/issues/106052).
        separators = r"[\s,;|/•·«»()\[\]—–⏱🕐-]*+"
        self._between = rf"{separators}(?:(?<=[\s,])(?:{self._before})\s{separators}){{0,2}}"

    def month(self, word: str, page_language: str | None, languages: Collection[str]) -> int:
        """Return the number of a month; 0 if languages differ («listopada») and none of the given decides.

        `languages`: those of the outlet, which count if the language of the page has no such month.
        """
        numbers = self.months[word]
        if page_language in numbers:
            return numbers[page_language]
        fitting = {numbers[code] for code in languages if code in numbers} or set(numbers.values())
        return fitting.pop() if len(fitting) == 1 else 0

    @cached_property
    def date_rules(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The forms of a date by name, in the order in which they are tried."""
        return tuple((name, re.compile(pattern)) for name, pattern in self._dates.items())

    @cached_property
    def time_rule(self) -> re.Pattern[str]:
        """A time of day."""
        return re.compile(self._time)

    @cached_property
    def dashed_time_rule(self) -> re.Pattern[str]:
        """A time of day with a dash, which only counts beside a date: «10-01-2022 11-55»."""
        return re.compile(_DASHED_TIME + r"(?P<second>\Z.)?(?P<part>\Z.)?(?P<part_before>\Z.)?")

    @cached_property
    def just_now(self) -> re.Pattern[str]:
        """A phrase for the moment of the capture."""
        return re.compile(rf"(?<!\w)(?:{self._any_of('just_now')})(?!\w)")

    @cached_property
    def published_label(self) -> re.Pattern[str]:
        """A label of a time of publication."""
        return re.compile(rf"(?<![^\W\d])(?:{self._any_of('published')})(?![^\W\d])\.?", re.IGNORECASE)

    @cached_property
    def updated_label(self) -> re.Pattern[str]:
        """A label of a time of update."""
        return re.compile(rf"(?<![^\W\d])(?:{self._any_of('updated')})(?![^\W\d])\.?", re.IGNORECASE)

    @cached_property
    def label(self) -> re.Pattern[str]:
        """Any label of a date."""
        return re.compile(rf"(?<!\w)(?:{self._any_of('published', 'updated', 'labels')})(?!\w)\.?")

    @cached_property
    def update_note(self) -> re.Pattern[str]:
        """A note of a later update, to the end of the text."""
        return re.compile(
            rf"[(\[|,•·;]?\s*(?<![^\W\d])(?:{self._any_of('updated')})(?!\w)\.?[^)]{{0,60}}\)?\s*$"
        )

    @cached_property
    def weekday(self) -> re.Pattern[str]:
        """The name of a weekday."""
        return re.compile(rf"(?<!\w)(?:{self._weekdays})(?!\w)\.?")

    @cached_property
    def zone_word(self) -> re.Pattern[str]:
        """The name or abbreviation of a time zone."""
        return re.compile(rf"(?<!\w)(?P<zone>{any_of((*self.zones, *OFFSETS))})(?!\w)\.?")

    @cached_property
    def hint(self) -> re.Pattern[str]:
        """A pattern that every text with a date contains."""
        before = self._any_of("ago_before")
        return re.compile(rf"\d|{any_of(self.days_ago)}|{self._ago}|{before}|{self._any_of('just_now')}")

    @cached_property
    def more(self) -> re.Pattern[str]:
        """A word before a duration that is a lower bound: «больше часа назад»."""
        return re.compile(rf"(?<!\w)(?:{self._any_of('more')})(?!\w)")

    @cached_property
    def less(self) -> re.Pattern[str]:
        """A word before a duration that is an upper bound: «менее часа назад»."""
        return re.compile(rf"(?<!\w)(?:{self._any_of('less')})(?!\w)")

    @cached_property
    def elapsed_form(self) -> re.Pattern[str]:
        """A duration and «ago», in any language."""
        return re.compile(_without_group_names(self._elapsed))

    def elapsed(self, folded: str) -> Elapsed | None:
        """Return how long ago a text says something was, or None if it does not say, or only by week, month or year."""
        found = (
            elapsed
            for language, pattern in self._elapsed_patterns(folded)
            if (match := pattern.search(folded)) and (elapsed := self._measure(language, match))
        )
        return max(found, key=lambda elapsed: elapsed.end - elapsed.start, default=None)

    def find_dates(self, text: str) -> Iterator[DateSpan]:
        """Yield the dates in a line, each with an adjacent time and zone."""
        folded = _fold(text[:MAX_SEARCHED_CHARS])
        if not self._may_hold_date(folded):
            return
        last_end = 0
        for match in self._finder.finditer(folded):
            start, end = match.span()
            if start < last_end:
                continue  # the offset of the previous date
            if plain_words(folded[start:end].strip()) in self.days_only_with_time:
                continue
            if match["clock"] and self._is_beside_unknown_date(folded, start, end):
                continue
            zone = self._zone_after.match(folded, end)
            if zone is not None and not _TIME_AFTER.match(folded, zone.end()):
                end = zone.end()
            printed = text[start:end]
            start += len(printed) - len(printed.lstrip(" ,;|/•·-—–"))
            last_end = start + len(text[start:end].rstrip(" ,;|/•·-—–"))
            if last_end > start:
                yield DateSpan(
                    start,
                    last_end,
                    has_day=not match["clock"],
                    has_time=any(match[name] for name in ("clock", "iso", "before", "after", "elapsed")),
                    is_elapsed=match["elapsed"] is not None,
                )

    def has_unknown_date(self, text: str) -> bool:
        """Return whether a line prints a time of day beside a day whose month is not known."""
        folded = _fold(text[:MAX_SEARCHED_CHARS])
        return self._may_hold_date(folded) and any(
            match["clock"] is not None and self._is_beside_unknown_date(folded, *match.span())
            for match in self._finder.finditer(folded)
        )

    def _any_of(self, *names: str) -> str:
        return any_of(
            word for language in self.languages for name in names for word in getattr(language, name)
        )

    @cached_property
    def _clock(self) -> str:
        parts = any_of(self.parts_of_day)
        minute = any_of(word for language in self.languages for word in language.clock.minute)
        return (
            rf"(?:(?:(?<!\w)|(?<=[日号號일]))(?P<part_before>{parts})\s?(?=\d{{1,2}}[^\d.]))?"
            rf"(?P<hour>[0-2]?\d)\s?(?:[:.]|\s?(?:{self._hour_words})\.?\s?)(?P<minute>[0-5]\d)(?!\d)"
            r"(?:[:.](?P<second>[0-5]\d)(?:\.\d{1,6})?(?!\d))?"
            rf"(?![.:]\d|/(?!{_JOINED_DATE})\d)(?:\s?(?:{minute})\.?(?!\w))?(?:\s?(?P<part>{parts})(?!\w))?"
        )

    @cached_property
    def _time(self) -> str:
        return rf"(?:(?<![\d:.,/-])|(?<=[^\W\d_][,/-])(?=\d?\d:)){self._clock}"

    @cached_property
    def _dates(self) -> dict[str, str]:
        month = rf"(?P<month>{any_of(self.months)})(?!\w)\.?"
        day = rf"(?<!\d)(?P<day>[0-3]?\d)(?:{self._any_of('day_endings')})?"
        of = rf"(?:(?:{self._any_of('of')})\s)?"
        year_word = self._year_word
        return {
            "year-month-day-signs": rf"(?<!\d){_YEAR}\s?[年년]\s?(?P<month_number>[01]?\d)\s?[月월]"
            r"\s?(?P<day>[0-3]?\d)\s?[日일号號]",
            "year-month-day": rf"{_START}{_YEAR}\s?[-./]\s?"
            rf"(?P<month_number>[01]?\d)\s?[-./]\s?(?P<day>[0-3]?\d){_END}",
            "day-month-year": rf"{day}[\s.,-]*{of}{month}\s?,?[\s./-]*{of}{_YEAR}{year_word}",
            "year-day-month": rf"{_START}{_YEAR}{year_word},?\s*{day}[\s.]+{month}",
            "year-month-name-day": rf"{_START}{_YEAR}(?:\.|{year_word}),?\s*{month}\s*{day}"
            rf"(?:\s(?:{self._any_of('day_endings')}))?(?!\w)(?![:.]\d)\.?",
            "month-day-year": rf"(?<!\w){month}\s*{day},?\s+{_YEAR}",
            "numbers-day-month-year": rf"{_START}(?P<day>[0-3]?\d)\s?(?P<mark>[./-])\s?"
            r"(?P<month_number>[01]?\d)\s?(?P=mark)\s?(?P<year>(?:19"
            rf"|20)\d\d|\d\d){_END}{year_word}",
            "day-roman-year": rf"{_START}(?P<day>[0-3]?\d)(?P<mark>[./-])(?P<roman>[ivxіх]{{1,4}})(?P=mark)"
            r"(?P<year>(?:19|20)\d\d)(?!\d)",
            "day-month-short-year": rf"{day}[\s.,-]*{month}\s*"
            rf"['’`]?(?P<year>\d\d)(?!\d|\s?[:.-]\s?\d|\s?(?:{self._hour_words})(?!\w))",
            "day-month": rf"{day}[\s.-]*{month}(?!,?\s*\d{{4}})",
            "month-day": rf"(?<!\w){month}\s*{day}(?!\d)(?!:)(?!,?\s*\d{{4}})",
            "numbers-day-month": r"(?<![\d./:-])(?P<day>[0-3]?\d)[./](?P<month_number>[01]\d)(?![\d])(?![./:-]\d)",
            "relative-day": rf"(?<!\w)(?P<word>{any_of(self.days_ago)})(?!\w)",
        }

    def _duration(self, each: Sequence[Language], *, needs_number: bool = False) -> str:
        units = "|".join(
            f"(?P<{unit}>{any_of(word for one in each for word in one.units.get(unit, ()))})"
            for unit in UNITS
        )
        numbers = any_of(word for one in each for words in one.numbers.values() for word in words)
        named = any_of(word for one in each for words in one.minutes.values() for word in words)
        hours = any_of(word for one in each for word in one.units.get("hour", ()))
        optional = "" if needs_number else "?"
        return (
            rf"(?:(?P<named>{named})"
            rf"|(?:(?P<hours>\d{{1,2}})\s?(?:{hours})\.?,?\s(?:\w{{1,3}}\s)?(?=\d))?"
            rf"(?:(?P<number>\d{{1,3}}(?:[.,]\d)?(?=\D)|(?:{numbers})(?=\s))\s*){optional}(?:{units})\.?)"
        )

    def _elapsed_pattern(self, each: Sequence[Language]) -> str:
        ago = any_of(word for one in each for word in one.ago)
        return (
            rf"{_WORD_START}(?<!\d[.,])(?<!\d\s){self._duration(each)}"
            rf"(?:\s+|(?<={_UNSPACED}))(?P<ago>{ago}){_WORD_END}"
        )

    def _elapsed_pattern_before(self, language: Language) -> str:
        """Return the pattern of a language that puts the word before the duration: «vor 5 Minuten»."""
        duration = self._duration([language], needs_number=not language.single)
        return rf"{_WORD_START}(?P<ago>{any_of(language.ago_before)})\s+{duration}(?!\w)"

    @cached_property
    def _elapsed(self) -> str:
        bound = self._any_of("more", "less")
        ago = [language for language in self.languages if language.ago]
        before = "|".join(
            self._elapsed_pattern_before(language) for language in self.languages if language.ago_before
        )
        return (
            rf"(?:(?<!\w)(?:{bound})\s(?:\w{{2,4}}\s)?)?{self._elapsed_pattern(ago)}"
            rf"|(?<!\w)(?=(?:{self._any_of('ago_before')})\s)(?:{before or '(?!)'})"
        )

    def _elapsed_patterns(self, folded: str) -> Iterator[tuple[Language, re.Pattern[str]]]:
        """Yield the patterns of the languages whose words for «ago» a text has; compiling all takes half a second."""
        for language in self.languages:
            for words, build in (
                (language.ago, self._elapsed_pattern_after),
                (language.ago_before, self._elapsed_pattern_before),
            ):
                if any(word in folded for word in words):
                    key = (language.code, words)
                    if key not in self._compiled:
                        self._compiled[key] = re.compile(build(language))
                    yield language, self._compiled[key]

    def _elapsed_pattern_after(self, language: Language) -> str:
        return self._elapsed_pattern([language])

    def _years(self, language: Language) -> frozenset[str]:
        """Return the words for years of the languages that have a word for «ago» in common with one."""
        return frozenset(
            word
            for other in self.languages
            if not set(other.ago).isdisjoint(language.ago)
            for word in other.units.get("year", ())
        )

    def _measure(self, language: Language, match: re.Match[str]) -> Elapsed | None:
        if match["named"]:
            return Elapsed(*match.span(), "hour", _number_of(match["named"], language.minutes) / 60)
        number = _number_of(match["number"], language.numbers) if match["number"] else 1
        unit = next(name for name in UNITS if match[name])
        if unit in ("week", "month", "year"):
            return None  # the day is unknown
        if (
            not match["number"]
            and unit != "second"
            and language.single
            and match[unit] not in language.single
        ):
            return None  # «несколько часов назад»
        if match[unit] in self._years(language) and number < 2:
            return None  # «2 год тому» is two hours in Ukrainian; «год назад» and «год таму» are a year
        if match["hours"]:
            if unit != "minute":
                return None
            number += 60 * int(match["hours"])
        return Elapsed(*match.span(), unit, number)

    @cached_property
    def _finder(self) -> re.Pattern[str]:
        time, clock, between = map(_without_group_names, (self._time, self._clock, self._between))
        weekday = rf"(?:(?:{self._weekdays})(?!\w)\.?,?\s*)?"
        zoned = rf"(?:\s?[,(]?\s?(?:{_without_group_names(self.zone_word.pattern)})\)?)?"
        dates = "|".join(map(_without_group_names, self._dates.values()))
        return re.compile(
            f"(?P<iso>{_ISO_IN_LINE})"
            f"|(?:(?P<before>{time}){zoned}{between})?{weekday}(?:{dates}){self._year_word}"
            f"(?:(?:{_PLACE}|{between}{weekday}{between})"
            rf"(?P<after>(?:(?<![\d:.,/-])|(?<!\d)(?=\d?\d:)){clock}|{_without_group_names(_DASHED_TIME)}))?"
            f"|(?P<elapsed>{_without_group_names(self._elapsed)})"
            f"|(?P<clock>{time})"
        )

    @cached_property
    def _zone_after(self) -> re.Pattern[str]:
        patterns = (MOSCOW_OFFSET.pattern, OFFSET.pattern, self.zone_word.pattern)
        return re.compile(rf"\s?[,(]?\s?(?:{'|'.join(map(_without_group_names, patterns))})\)?")

    @cached_property
    def _numbers(self) -> re.Pattern[str]:
        return re.compile(
            rf"\d\s?[:./-]\s?\d|\d[./-][ivxіх]{{1,4}}[./-]\d|\d\s?[年년]|\d\s?(?:{self._hour_words})(?![^\W\d_])"
        )

    @cached_property
    def _unspaced_duration(self) -> re.Pattern[str]:
        """A duration in a script without spaces: «5分前»."""
        return re.compile(rf"\d\s?{_UNSPACED}{{1,4}}\s?(?:{self._ago})")

    @cached_property
    def _date_words(self) -> frozenset[str]:
        ago = (word for language in self.languages for phrase in language.ago for word in phrase.split())
        return frozenset((*self.months, *self.days_ago, *ago))

    @cached_property
    def _words_of_durations(self) -> tuple[frozenset[str], frozenset[str]]:
        """The words that come before a duration, and the units: «vor einer Stunde» has one of each."""
        each = [language for language in self.languages if language.ago_before]
        before = (word for language in each for phrase in language.ago_before for word in phrase.split())
        units = (
            word
            for language in each
            for words in (*language.units.values(), *language.minutes.values())
            for word in words
        )
        return frozenset(before), frozenset(units)

    def _may_hold_date(self, folded: str) -> bool:
        """Return whether a line can contain a date at all: a cheap test, since it runs on every line."""
        if self._numbers.search(folded) or self._unspaced_duration.search(folded):
            return True
        words = _WORDS.findall(folded)
        before, units = self._words_of_durations
        may_hold = not self._date_words.isdisjoint(words) or not (
            before.isdisjoint(words) or units.isdisjoint(words)
        )
        return may_hold and self.hint.search(folded) is not None

    def _is_beside_unknown_date(self, folded: str, start: int, end: int) -> bool:
        """Return whether beside a time of day there is a day number with what may be a month in another language.

        Without this, such a time («10 Januarius, 11:55») would be taken to be of the day of the capture.
        """
        before = _UNKNOWN_BEFORE.search(folded[max(0, start - NEAR_CHARS) : start])
        after = _UNKNOWN_AFTER.match(folded[end : end + NEAR_CHARS])
        return any(
            match is not None and not any(map(self._counted.fullmatch, _WORDS.findall(match[0])))
            for match in (before, after)
        )

    @cached_property
    def _counted(self) -> re.Pattern[str]:
        return re.compile(self._any_of("counted"))


_WORD = r"[^\W\d_][^\s\d,;|/•·()]+"
_UNKNOWN_DAY_MONTH = rf"(?<![\d:.])\d{{1,2}}(?!\d)[^\W\d_]{{0,3}}[.-]?\s{{0,2}}(?:[^\W\d]{{2,3}}\s)?{_WORD}"
_UNKNOWN_MONTH_DAY = rf"{_WORD}\s{{0,2}}\d{{1,2}}(?!\d)(?:\s?[^\W\d_]{{1,3}})?\.?"
_SOME_YEAR = r"[\s.,/-]{0,3}(?:[^\W\d]{1,4}\s)?\d{4}(?!\d)[^\W\d_]{0,3}(?:\s?[^\W\d_]{1,6}\.?)?"
_ANY_YEAR = f"(?:{_SOME_YEAR})?"
_UNKNOWN_BEFORE = re.compile(
    rf"(?:(?:^|[|•·,;:()\[\]—–-])\s*(?:\d{{4}}\.?\s)?(?:[^\W\d]{{2,}}\.?\s){{0,2}}"
    rf"{_UNKNOWN_DAY_MONTH}{_ANY_YEAR}"
    rf"|{_UNKNOWN_DAY_MONTH}{_SOME_YEAR}|{_UNKNOWN_MONTH_DAY}{_ANY_YEAR}|[年月日号號년월일])"
    rf"{_SEPARATORS}(?:[^\W\d]{{1,7}}\.?\s)?$"
)
_UNKNOWN_AFTER = re.compile(
    rf"{_SEPARATORS}(?:{_UNKNOWN_DAY_MONTH}|{_UNKNOWN_MONTH_DAY})(?:{_SOME_YEAR}|\s*(?:$|[|•·,;()\[\]—–]))"
)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first; `*` at the end of a word is any ending."""
    by_letter: dict[str, set[str]] = {}
    for word in words:
        by_letter.setdefault(word[0], set()).add(word[1:])
    branches = (
        _escaped(letter)
        + "(?:"
        + "|".join(map(_escaped, sorted(rests, key=lambda rest: (-len(rest), rest))))
        + ")"
        for letter, rests in sorted(by_letter.items())
    )
    return "|".join(branches) or r"(?!)"


def _escaped(text: str) -> str:
    return re.escape(text).replace("'", _APOSTROPHE).replace(r"\*", r"\w*").replace(r"\ ", r"\s")


def _fold(text: str) -> str:
    """Return a text in lower case in which each character is where it was; an empty one if that cannot be."""
    return next((low for low in (text.casefold(), text.lower()) if len(low) == len(text)), "")


def _number_of(text: str, words: Mapping[int, Words]) -> float:
    """Return the number that digits or one of some words stand for."""
    if text[0].isdigit():
        return float(text.replace(",", "."))
    return next(number for number, names in words.items() if plain_words(text) in names)


def plain_words(text: str) -> str:
    """Return words with the apostrophes and spaces that the files of the languages have."""
    return re.sub(r"\s", " ", re.sub(_APOSTROPHE, "'", text))


def _without_group_names(pattern: str) -> str:
    """Return a pattern with its groups unnamed, so that it can be used in another more than once."""
    return re.sub(r"[(][?]P<[a-z_]+>", "(?:", pattern).replace("(?P=mark)", "[./-]")


@cache
def grammar() -> DateGrammar:
    """Return the grammar of all languages."""
    return DateGrammar(languages())


def has_time(printed: str) -> bool:
    """Return whether a printed date includes a time of day."""
    return grammar().time_rule.search(printed.casefold()) is not None


@lru_cache(maxsize=2048)  # several steps of the extraction search the same line
def find_dates(text: str) -> tuple[DateSpan, ...]:
    """Return the dates in a line, each with an adjacent time and zone."""
    return tuple(grammar().find_dates(text))


def find_date_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return start and end of each date in a line, including an adjacent time and zone."""
    return tuple((span.start, span.end) for span in find_dates(text))
