"""Find dates and times as listings print them, and tell them from other text.

They stay text here; archive.extraction.dates parses them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.extraction.vocabulary.date_words import MONTHS

MAX_DATED_TEXT = 80  # a date in a longer text is part of its content

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![^\W\d_])\.?"
_CLOCK = r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])(?:\s?[ap]\.?m\b\.?)?"
_YEAR = r"(?:19|20)\d\d(?:\s?(?:года|року|год|г\.?|р\.)(?![а-яёіїєґў]))?"
_DAY = (
    r"(?:"
    r"(?<!\d)(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:[0-2]?\d|3[01])(?!\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?<![\d.])(?:[0-2]?\d|3[01])\s?[-./]\s?(?:0?[1-9]|1[0-2]|[ivxіх]{1,4})\s?[-./]\s?(?:(?:19|20)\d\d|\d\d)(?![\d.]\d)"
    rf"|(?<!\d)(?:[0-2]?\d|3[01])(?:-?го)?\s{{0,3}}{_MONTH}(?:[\s,]{{0,3}}{_YEAR})?"
    rf"|\b{_MONTH}\s(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?,?\s(?:19|20)\d\d"
    r"|\b(?:сегодня|вчера|позавчера|сьогодні|вчора|учора|позавчора|сёння|ўчора|today|yesterday)\b"
    r")"
)
_SHORT_DAY = r"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])[./](?:0[1-9]|1[0-2])(?![.\d])"
_AGO = (
    r"(?:\b(?:только что|щойно|just now)\b"
    r"|(?:\b\d{1,3}\s|\b)(?:сек|мин|час|ч|д(?:ень|н)|недел|месяц|полчаса|хв|год|тиж|місяц|секунд"
    r"|sec|min|hour|day|week|month)[а-яёіїєґўa-z]{0,6}\.?\s(?:назад|тому|таму|ago)\b)"
)
_WEEKDAY = (
    r"(?:понедельник|вторник|среда|среду|четверг|пятница|пятницу|суббота|субботу|воскресенье|понеділок|вівторок"
    r"|середа|четвер|п['’ʼ]ятниця|субота|неділя|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|пн|вт|ср|чт|пт|сб|вс|нд|mon|tue|wed|thu|fri|sat|sun)\.?"
)
_BETWEEN = r"(?:[\s,|/•·—–-]|\b[воу]б?\b|\bat\b|\bг\.|\bр\.){1,6}"
_STAMP = re.compile(
    rf"{_AGO}"
    rf"|(?P<day>{_DAY})(?:{_BETWEEN}(?P<clock>{_CLOCK}))?"
    rf"|(?P<first>{_CLOCK})(?:{_BETWEEN}(?P<then>{_DAY}|{_SHORT_DAY}))?"
    rf"|(?P<short>{_SHORT_DAY}){_BETWEEN}(?P<after>{_CLOCK})",
    re.IGNORECASE,
)
_AROUND = re.compile(
    rf"\b(?:{_WEEKDAY}|опубликован\w*|опубліковано|дата|добавлен\w*|размещен\w*|обновлен\w*|оновлено|published|posted"
    rf"|on|by|мск|msk|в|о|г|р)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W_]")


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
    found = _STAMP.search(text)
    if found is None:
        return None
    before, after = _letters(text[: found.start()]), _letters(text[found.end() :])
    if before and after and len(before) + len(after) > 24:
        return None
    return PrintedDate(
        text=re.sub(r"\s+", " ", found[0]).strip(" ,|"),
        has_day=not found["first"] or bool(found["then"]),
        has_time=any(found[name] for name in ("clock", "first", "after"))
        or not found["day"]
        or "T" in found["day"],
        is_alone=len(before) + len(after) <= 2,
    )


def leading_date(text: str) -> PrintedDate | None:
    """Return the date that opens a longer text, or None. It needs a time of day: else it belongs to the sentence."""
    found = _STAMP.match(text[:MAX_DATED_TEXT].lstrip())
    if found is None or not (found["clock"] or found["first"] or found["after"]):
        return None
    return PrintedDate(
        re.sub(r"\s+", " ", found[0]).strip(" ,|"), not found["first"] or bool(found["then"]), True, False
    )


def _letters(text: str) -> str:
    return "".join(_LETTER.findall(_AROUND.sub("", text)))
