"""Find dates and times as listings print them, and distinguish them from other text.

The grammar is that of articles. The dates stay text here; archive.extraction.dates parses them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.extraction.vocabulary.date_patterns import DateSpan, find_dates, grammar

MAX_DATED_TEXT = 80  # characters; a date in a longer text is part of its content
MAX_OTHER_LETTERS = 24  # on both sides of a date that is not part of a sentence

_LETTER = re.compile(r"[^\W_]")
_TWO_NUMBERS = re.compile(r"\d{1,2}[./]\d{1,2}")  # alone also a score, a price or a version
_DOTTED_TIME = re.compile(r"\d{1,2}\s?\.\s?\d\d")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_BY = re.compile(r"(?<!\w)by(?!\w)")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date, a time or both, as printed on the page."""

    text: str
    has_day: bool
    has_time: bool
    is_alone: bool  # the same text has nothing else to say


@lru_cache(maxsize=4096)  # the text of a link is checked for every element that may hold its headline
def find_date(text: str) -> PrintedDate | None:
    """Return the date at the beginning or end of a short text, or None."""
    if len(text) > MAX_DATED_TEXT or not _LETTER.search(text):
        return None
    span = next((span for span in find_dates(text) if _is_certain(text, span)), None) or _just_now(text)
    if span is None:
        return None
    before, after = _other_letters(text[: span.start]), _other_letters(text[span.end :])
    if before and after and before + after > MAX_OTHER_LETTERS:
        return None
    return PrintedDate(_as_printed(text, span), span.has_day, span.has_time, is_alone=before + after <= 2)


def leading_date(text: str) -> PrintedDate | None:
    """Return the date that opens a longer text, or None. It needs a time of day: else it belongs to the sentence."""
    text = text[:MAX_DATED_TEXT].lstrip()
    span = next(iter(find_dates(text)), None)
    if span is None or span.start or not span.has_time or span.is_elapsed or not _is_certain(text, span):
        return None
    return PrintedDate(_as_printed(text, span), span.has_day, True, is_alone=False)


def is_beside_unknown_date(time: str, before: str, after: str) -> bool:
    """Return whether a time of day belongs to a day printed before or after it whose month is not known."""
    return any(
        grammar().has_unknown_date(line)
        for line in (f"{before[-MAX_DATED_TEXT:]} {time}", f"{time} {after[:MAX_DATED_TEXT]}")
    )


def is_unknown_day(text: str) -> bool:
    """Return whether a short text is a day and a year with a month that is not known."""
    return (
        len(text) <= MAX_DATED_TEXT
        and _YEAR.search(text) is not None
        and is_beside_unknown_date("00:00", text, "")
    )


def _is_certain(text: str, span: DateSpan) -> bool:
    """Return whether a date cannot be another number, as in a listing «8.30» and «12.05» can."""
    printed = text[span.start : span.end]
    return not _TWO_NUMBERS.fullmatch(printed) and (span.has_day or not _DOTTED_TIME.match(printed))


def _just_now(text: str) -> DateSpan | None:
    found = grammar().just_now.search(text.lower())
    return DateSpan(*found.span(), has_day=True, has_time=True, is_elapsed=True) if found else None


def _as_printed(text: str, span: DateSpan) -> str:
    """Return a date without the weekday before it."""
    printed = text[span.start : span.end]
    if "(" in printed and text.startswith(")", span.end):
        printed += ")"  # «0:05 (сегодня)»
    weekday = grammar().weekday.match(printed.lower())
    if weekday is not None and weekday.end() < len(printed):
        printed = printed[weekday.end() :]
    return re.sub(r"\s+", " ", printed).strip(" ,|")


def _other_letters(text: str) -> int:
    """Return how many letters and digits a text has beside labels of dates, weekdays and time zones."""
    folded = text.lower()
    for pattern in (grammar().label, grammar().weekday, grammar().zone_word, _BY):
        folded = pattern.sub("", folded)
    return len(_LETTER.findall(folded))
