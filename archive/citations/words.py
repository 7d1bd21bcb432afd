"""The words of citations in English, Russian and Ukrainian, with dates as they are written there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from archive.citations.citation import Citation

Language = Literal["en", "ru", "uk"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    name: str  # of the language, in itself
    months: tuple[str, ...]  # as after a day
    quotes: tuple[str, str]
    published: str
    captured: str
    version: str  # with {number} and {count}
    snapshot: str
    assumed_zone: str
    no_time: str


WORDS: dict[Language, Words] = {
    "en": Words(
        "English",
        tuple(
            "January February March April May June July August September October November December".split()
        ),
        ("“", "”"),
        "Published",
        "Archived",
        "version {number} of {count}",
        "Snapshot",
        "time zone of the source",
        "no date",
    ),
    "ru": Words(
        "Русский",
        tuple("января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()),
        ("«", "»"),
        "Опубликовано",
        "Архивировано",
        "версия {number} из {count}",
        "Снимок",
        "часовой пояс источника",
        "без даты",
    ),
    "uk": Words(
        "Українська",
        tuple(
            "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split()
        ),
        ("«", "»"),
        "Опубліковано",
        "Архівовано",
        "версія {number} з {count}",
        "Знімок",
        "часовий пояс джерела",
        "без дати",
    ),
}
LANGUAGES: tuple[Language, ...] = tuple(WORDS)


def written_day(day: date, words: Words) -> str:
    """Return «10 January 2022» in a language."""
    return f"{day.day} {words.months[day.month - 1]} {day.year}"


def written_time(moment: date, words: Words, *, seconds: bool = False) -> str:
    """Return «10 January 2022, 11:55 UTC+02:00» in a language, or only the day if the time of day is unknown."""
    if not isinstance(moment, datetime):
        return written_day(moment, words)
    offset = f"{moment:%z}" if moment.utcoffset() else ""
    clock = f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"
    return f"{written_day(moment, words)}, {clock} UTC" + (f"{offset[:3]}:{offset[3:5]}" if offset else "")


def published_time(cited: Citation, words: Words) -> str:
    """Return the stated time of publication with its zone, and whether the page states that zone."""
    if cited.published is None:
        return words.no_time
    is_assumed = isinstance(cited.published, datetime) and not cited.zone_is_stated
    return written_time(cited.published, words) + (f" ({words.assumed_zone})" if is_assumed else "")


def times_note(cited: Citation, words: Words) -> str:
    """Return the stated and the archived time, for formats whose fields only take days."""
    published = f"{words.published} {published_time(cited, words)}. " if cited.published else ""
    return published + archived_note(cited, words)


def archived_note(cited: Citation, words: Words) -> str:
    """Return when and as what the page was archived: time, version, WARC record and its digest."""
    when = written_time(cited.captured, words, seconds=True)
    version = words.version.format(number=cited.version, count=cited.versions)
    return f"{words.captured} {when}, {version}; WARC {cited.record}, {cited.digest}"
