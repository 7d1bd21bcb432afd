"""Parse printed dates: by strict rules, by dateparser where no rule matches; ambiguous dates are rejected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from archive.extraction.model import FoundIn, Precision, StatedTime, ZoneOrigin
from archive.extraction.normalize import clean
from archive.extraction.vocabulary.date_patterns import (
    APPROXIMATE,
    DASHED_TIME_RULE,
    DATE_HINT,
    DATE_RULES,
    ISO,
    JUST_NOW,
    JUST_NOW_HINT,
    LABEL_WORDS,
    MOSCOW_OFFSET,
    OFFSET,
    RELATIVE,
    TIME_RULE,
    UPDATE_NOTE,
    WEEKDAY_WORD,
    ZONE_WORD,
)
from archive.extraction.vocabulary.date_words import MONTHS, OFFSETS, ROMAN_MONTHS, ZONES

EARLIEST_YEAR = 1995  # no news site is older
MAX_CHARS = 200  # characters of a printed date
MAX_DATEPARSER_CHARS = 60  # characters of a text that is passed to dateparser
YEARLESS_RULES = frozenset(("day-month", "month-day", "numbers-day-month"))
MAX_YEARLESS_AGE = timedelta(days=300)
MAX_CLOCK_SKEW = timedelta(
    hours=1
)  # that the server's clock may be ahead of ours; «сегодня» with a later time comes from an old copy


@dataclass(frozen=True, slots=True)
class _LocalTime:
    """A local time before its zone is set."""

    at: datetime  # naive
    precision: Precision
    rule: str


def parse_date(
    text: str,
    *,
    zone: ZoneInfo,
    languages: Sequence[str],
    captured_at: datetime,
    found_in: FoundIn,
    allow_doubtful: bool = False,
) -> StatedTime | None:
    """Return the time that a printed date states, or None if it states none unambiguously.

    A time without a zone is taken to be in `zone`; «сегодня» and a missing year are resolved by `captured_at`.
    With `allow_doubtful`, also return a date without a year that `is_doubtful`: other evidence may have its year.
    """
    printed = clean(text[: MAX_CHARS * 4])
    if not printed or len(printed) > MAX_CHARS:
        return None
    stamp = _parse_cached(printed, zone.key, tuple(languages), captured_at)
    if stamp is None:
        return None
    at, precision, zone_origin, rule = stamp
    result = StatedTime(
        at=at, precision=precision, stated_as=printed, found_in=found_in, zone=zone_origin, rule=rule
    )
    return None if not allow_doubtful and is_doubtful(result, captured_at) else result


def is_yearless(stamp: StatedTime) -> bool:
    """Return whether a date was printed without its year."""
    return stamp.rule.removeprefix("clock-").removesuffix("-clock") in YEARLESS_RULES


def is_doubtful(stamp: StatedTime, captured_at: datetime) -> bool:
    """Return whether a date without a year is so far back that it could as well be a year older."""
    return is_yearless(stamp) and captured_at - stamp.at > MAX_YEARLESS_AGE


@lru_cache(maxsize=4096)
def _parse_cached(
    printed: str, zone_name: str, languages: tuple[str, ...], captured_at: datetime
) -> tuple[datetime, Precision, ZoneOrigin, str] | None:
    zone: tzinfo = ZoneInfo(zone_name)
    folded = printed.casefold().replace("\u00a0", " ")
    iso = _parse_iso(folded, zone)
    if iso is not None:
        return iso if _is_possible(iso[0], captured_at) else None
    if not DATE_HINT.search(folded):
        return None
    folded = _without_update_note(folded)
    zone_origin: ZoneOrigin = "source"
    stated = _split_zone(folded)
    if stated is not None:
        zone, folded = stated
        zone_origin = "stated"
    now = captured_at.astimezone(zone)
    local = now.replace(tzinfo=None)
    read = (
        _parse_relative(folded, now)
        if RELATIVE.search(folded) or JUST_NOW_HINT.search(folded)
        else _parse_by_rules(folded, local)
    )
    if read is None and not RELATIVE.search(folded):
        read = _parse_with_dateparser(folded, languages, local)
    if read is None:
        return None
    at = read.at.replace(tzinfo=zone)
    if isinstance(zone, _MoscowOffset):
        at = at.replace(tzinfo=timezone(zone.utcoffset(at)))
    return (at, read.precision, zone_origin, read.rule) if _is_possible(at, captured_at) else None


def _is_possible(at: datetime, captured_at: datetime) -> bool:
    try:
        return at.year >= EARLIEST_YEAR and at <= captured_at + timedelta(days=1)
    except OverflowError:
        return False


def _parse_iso(folded: str, zone: tzinfo) -> tuple[datetime, Precision, ZoneOrigin, str] | None:
    match = ISO.match(folded)
    if match is None:
        return None
    month, day = match["month"] or match["month_run"], match["day"] or match["day_run"]
    try:
        at = datetime(
            int(match["year"]),
            int(month),
            int(day),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            int(match["second"] or 0),
        )
    except ValueError:
        return None
    precision: Precision = "second" if match["second"] else "minute" if match["hour"] else "day"
    offset = match["offset"]
    if offset is None:
        return at.replace(tzinfo=zone), precision, "source", "iso"
    digits = offset[1:].replace(":", "")
    if offset in ("z", "utc", "gmt"):
        delta = timedelta()
    else:
        delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)) * (
            -1 if offset[0] == "-" else 1
        )
    if abs(delta) > timedelta(hours=15):
        return None
    return at.replace(tzinfo=timezone(delta)), precision, "stated", "iso"


class _MoscowOffset(tzinfo):
    """A zone at a fixed distance from Moscow time («мск+4»), as Russian regions state theirs."""

    def __init__(self, hours: int) -> None:
        self.hours = timedelta(hours=hours)

    def utcoffset(self, at: datetime | None) -> timedelta:
        moscow = (at or datetime(2022, 1, 1)).replace(tzinfo=ZoneInfo("Europe/Moscow")) - self.hours
        return (moscow.utcoffset() or timedelta()) + self.hours

    def dst(self, at: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, at: datetime | None) -> str:
        return f"MSK{self.hours // timedelta(hours=1):+d}"


def _without_update_note(folded: str) -> str:
    shorter = UPDATE_NOTE.sub("", folded).strip()
    return shorter if re.search(r"\d", shorter) else folded


def _split_zone(folded: str) -> tuple[tzinfo, str] | None:
    match = MOSCOW_OFFSET.search(folded)
    if match is not None:
        rest = clean(folded[: match.start()] + " " + folded[match.end() :])
        return _MoscowOffset(int(match["hours"].replace(" ", "").replace("−", "-"))), rest
    match = OFFSET.search(folded)
    if match is not None:
        hours = int(re.sub(r"[−–]", "-", (match["hours"] or match["plain"])).replace(" ", ""))
        minutes = int(match["minutes"] or match["plain_minutes"] or 0)
        if abs(hours) <= 14:
            rest = folded[: match.start()] + " " + folded[match.end() :]
            rest = re.sub(r"(?<!\w)(?:utc|gmt|мск|msk)(?!\w)|\(\s*\)", " ", rest)
            return timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)), clean(rest)
    match = ZONE_WORD.search(folded)
    if match is None:
        return None
    word = match["zone"]
    rest = clean(re.sub(r"\(\s*\)", " ", folded[: match.start()] + " " + folded[match.end() :]))
    if ZONE_WORD.search(rest):
        return None
    return (
        (ZoneInfo(ZONES[word]), rest) if word in ZONES else (timezone(timedelta(hours=OFFSETS[word])), rest)
    )


def _parse_by_rules(folded: str, local: datetime) -> _LocalTime | None:
    found: tuple[str, re.Match[str]] | None = None
    for name, pattern in DATE_RULES:
        match = pattern.search(folded)
        if match is not None:
            found = (name, match)
            break
    if found is None:
        return _parse_time_only(folded, local)
    name, match = found
    rest = folded[: match.start()] + " \u2022 " + folded[match.end() :]
    clock = TIME_RULE.search(rest) or (DASHED_TIME_RULE.search(rest) if name != "numbers-day-month" else None)
    before = False
    if clock is not None:
        before = clock.start() < match.start()
        rest = rest[: clock.start()] + " " + rest[clock.end() :]
    if clock is not None and clock["half"] and name.startswith("numbers") and "/" in match[0]:
        return None  # «01/10/2022 11:55 AM»: with a 12-hour clock the month may come first
    if not _is_unambiguous(rest) or (name == "numbers-day-month" and clock is None):
        return None  # «12.05» alone may be a time, a score or a price
    try:
        day = _day(name, match, local)
    except ValueError:
        return None
    if day is None:
        return None
    return _day_with_time(day, clock, name, before, local)


def _day_with_time(
    day: date, clock: re.Match[str] | None, name: str, before: bool, local: datetime
) -> _LocalTime | None:
    rule = name
    if clock is None:
        return _LocalTime(datetime(day.year, day.month, day.day), "day", rule)
    time = _time_of_day(clock)
    if time is None:
        return None
    hour, minute, second = time
    rule = f"clock-{name}" if before else f"{name}-clock"
    at = datetime(day.year, day.month, day.day, hour, minute, second or 0)
    if at > local + MAX_CLOCK_SKEW and (name in YEARLESS_RULES or name == "relative-day"):
        return None  # an old copy, of another day or year
    return _LocalTime(at, "minute" if second is None else "second", rule)


def _time_of_day(clock: re.Match[str]) -> tuple[int, int, int | None] | None:
    hour, minute = int(clock["hour"]), int(clock["minute"])
    half = (clock["half"] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23:
        return None
    return hour, minute, int(clock["second"]) if clock["second"] else None


def _day(name: str, match: re.Match[str], local: datetime) -> date | None:
    if name == "relative-day":
        return local.date() - timedelta(days=_days_back(match["word"]))
    groups = match.groupdict()
    month = _month(groups)
    number = int(groups["day"])
    if groups.get("year"):
        year = int(groups["year"])
        if year < 100:
            year += 2000 if year <= local.year % 100 + 1 else 1900
        return date(year, month, number)
    for year in (local.year + 1, local.year, local.year - 1, local.year - 2, local.year - 3, local.year - 4):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day <= (local + timedelta(days=1)).date():
            # A date without a year is the most recent such day; only tomorrow's is taken to be in the future.
            return day if day <= local.date() or name == "relative-day" else None
    return None


def _month(groups: dict[str, str | None]) -> int:
    """Return the number of the month; 0, which is no month, for letters that are not a Roman numeral."""
    if groups.get("roman"):
        return ROMAN_MONTHS.get((groups["roman"] or "").translate(str.maketrans("іх", "ix")), 0)
    return MONTHS[groups["month"] or ""] if groups.get("month") else int(groups["month_number"] or 0)


def _days_back(word: str) -> int:
    if word in ("сегодня", "сьогодні", "сёння", "бүгін", "today"):
        return 0
    return 2 if word.startswith(("поза", "пазаў")) else 1


def _parse_time_only(folded: str, local: datetime) -> _LocalTime | None:
    """Parse a time without a date: on the day of the capture, or the evening before a capture at night."""
    clock = TIME_RULE.search(folded)
    if clock is None or "." in clock[0]:
        return None
    rest = folded[: clock.start()] + " " + folded[clock.end() :]
    if len(clean(LABEL_WORDS.sub(" ", rest)).strip(" ,.|•·-—–()[]:")) > 0:
        return None
    time = _time_of_day(clock)
    if time is None:
        return None
    at = local.replace(hour=time[0], minute=time[1], second=time[2] or 0, microsecond=0)
    if at > local + timedelta(minutes=5):
        if local.hour >= 6:
            return None
        at -= timedelta(days=1)
    return _LocalTime(at, "minute" if time[2] is None else "second", "clock")


def _parse_relative(folded: str, now: datetime) -> _LocalTime | None:
    """Parse «2 часа назад» by elapsed time, which across a clock change differs from local time; `now` is aware."""
    bare = LABEL_WORDS.sub(" ", folded).strip(" ,.|•·-—–()[]:")
    if JUST_NOW.match(clean(bare)):
        return _LocalTime(_local_time_before(now, timedelta()), "minute", "just-now")
    match = RELATIVE.search(folded)
    if (
        match is None
        or APPROXIMATE.search(folded)
        or not _is_unambiguous(folded[: match.start()] + folded[match.end() :])
    ):
        return None
    word, unit = match["number"], match["unit"]
    if unit == "год" and (match["ago"] != "тому" or not word or int(word if word.isdigit() else 1) < 2):
        return None  # «2 год тому» is two hours in Ukrainian; «год назад» and «год таму» are a year
    if unit in ("получаса", "полчаса") or word in ("half a", "half an", "пол"):
        return _LocalTime(_local_time_before(now, timedelta(minutes=30)), "minute", "ago")
    number = 1.5 if word == "полтора" else float(word) if word and word.isdigit() else 1.0
    if unit.startswith(("сек", "sec")):
        delta = timedelta(seconds=number)
    elif unit.startswith(("мин", "хв", "min", "хвіл")):
        delta = timedelta(minutes=number)
    elif unit.startswith(("ч", "год", "гадз", "hour", "hr", "сағ")):
        delta = timedelta(hours=number)
    else:
        if unit.startswith(("нед", "тиж", "тыд", "week")):
            return None  # the day of the week is unknown
        day = now.date() - timedelta(days=int(number))
        return _LocalTime(datetime(day.year, day.month, day.day), "day", "ago")
    at = _local_time_before(now, delta)
    if delta < timedelta(hours=1):
        return _LocalTime(at, "minute", "ago")
    # «3 часа назад» is printed until four hours have passed; with midnight between, the day is uncertain.
    is_of_one_day = _local_time_before(now, delta + timedelta(hours=1)).date() == at.date()
    return _LocalTime(at, "hour", "ago") if is_of_one_day else None


def _local_time_before(now: datetime, delta: timedelta) -> datetime:
    """Return the local time some time before an aware one, naive; `fold` tells apart two equal local times."""
    at = (now.astimezone(UTC) - delta).astimezone(now.tzinfo)
    return at.replace(second=0, microsecond=0, tzinfo=None)


def _is_unambiguous(rest: str) -> bool:
    """Return whether the rest of a text holds nothing that could be another date or time."""
    rest = WEEKDAY_WORD.sub(" ", LABEL_WORDS.sub(" ", rest))
    if re.search(r"\d", rest):
        return False
    return not any(word in MONTHS and len(word) > 3 for word in re.findall(r"\w+", rest))


def _parse_with_dateparser(folded: str, languages: tuple[str, ...], local: datetime) -> _LocalTime | None:
    if len(folded) > MAX_DATEPARSER_CHARS or not re.search(r"\d", folded):
        return None
    if not any(word in MONTHS for word in re.findall(r"[^\W\d_]+", folded)) and not RELATIVE.search(folded):
        return None
    if any(name_match for name_match in (pattern.search(folded) for _, pattern in DATE_RULES)):
        return None  # a rule of ours matched and rejected this date
    import dateparser  # takes 0.2 s, so only when a page needs it

    known = [
        code for code in (languages or ("ru", "uk", "be", "en")) if code in ("ru", "uk", "be", "kk", "en")
    ] or ["ru"]
    try:
        at = dateparser.parse(
            folded,
            languages=known,
            settings={
                "DATE_ORDER": "DMY",
                "PREFER_DATES_FROM": "past",
                "RELATIVE_BASE": local,
                "STRICT_PARSING": True,
                "RETURN_AS_TIMEZONE_AWARE": False,
            },
        )
    except MemoryError:
        raise
    except Exception:  # dateparser raises many types on odd input; what it cannot parse is not a date
        return None
    if at is None or at.tzinfo is not None:
        return None
    has_clock = re.search(r"\d[:.]\d\d", folded) is not None
    if has_clock:
        return _LocalTime(at.replace(microsecond=0), "minute", "dateparser")
    return _LocalTime(datetime(at.year, at.month, at.day), "day", "dateparser")
