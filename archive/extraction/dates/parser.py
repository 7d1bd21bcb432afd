"""Parse printed dates: by strict rules, by dateparser where no rule matches; ambiguous dates are rejected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from archive.extraction.model import FoundIn, Precision, StatedTime, ZoneOrigin
from archive.extraction.normalize import clean
from archive.extraction.vocabulary.date_patterns import (
    ISO,
    MOSCOW_OFFSET,
    OFFSET,
    DateGrammar,
    grammar,
    plain_words,
)
from archive.extraction.vocabulary.date_words import OFFSETS, ROMAN_MONTHS

EARLIEST_YEAR = 1995  # no news site is older
MAX_CHARS = 200  # characters of a printed date
MAX_DATEPARSER_CHARS = 60  # characters of a text that is passed to dateparser
JOINED_TIME = re.compile(r"^\s?[-/,](?=\d?\d:\d\d)")  # after a date: «17 апреля 2024-17:33»
YEARLESS_RULES = frozenset(("day-month", "month-day", "numbers-day-month"))
MAX_YEARLESS_AGE = timedelta(days=300)
MAX_CLOCK_SKEW = timedelta(
    hours=1
)  # that the server's clock may be ahead of the archive's; «сегодня» with a later time comes from an old copy


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
    by: DateGrammar | None = None,
    page_language: str | None = None,
) -> StatedTime | None:
    """Return the time that a printed date states, or None if it states none unambiguously.

    A time without a zone is taken to be in `zone`; «сегодня» and a missing year are resolved by `captured_at`.
    With `allow_doubtful`, also return a date without a year that `is_doubtful`: other evidence may have its year.
    `by`: the grammar of some languages only; without it, that of all. `page_language` decides, and after it
    `languages`, which month a word is that languages use for two («listopada»).
    """
    printed = clean(text[: MAX_CHARS * 4])
    if not printed or len(printed) > MAX_CHARS:
        return None
    stamp = _parse_cached(printed, zone.key, tuple(languages), captured_at, by or grammar(), page_language)
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
    printed: str,
    zone_name: str,
    languages: tuple[str, ...],
    captured_at: datetime,
    by: DateGrammar,
    page_language: str | None,
) -> tuple[datetime, Precision, ZoneOrigin, str] | None:
    zone: tzinfo = ZoneInfo(zone_name)
    folded = printed.casefold().replace("\u00a0", " ")
    iso = _parse_iso(folded, zone)
    if iso is not None:
        return iso if _is_possible(iso[0], captured_at) else None
    if not by.hint.search(folded):
        return None
    folded = _without_update_note(folded, by)
    zone_origin: ZoneOrigin = "source"
    stated = _split_zone(folded, by)
    if stated is not None:
        zone, folded = stated
        zone_origin = "stated"
    now = captured_at.astimezone(zone)
    local = now.replace(tzinfo=None)
    if by.elapsed_form.search(folded) or by.just_now.search(folded):
        read = _parse_elapsed(folded, now, by)
    else:
        read = _parse_by_rules(
            folded, local, by, partial(by.month, page_language=page_language, languages=languages)
        )
    if read is None and not by.elapsed_form.search(folded):
        read = _parse_with_dateparser(folded, languages, local, by)
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


def _without_update_note(folded: str, by: DateGrammar) -> str:
    shorter = by.update_note.sub("", folded).strip()
    return shorter if re.search(r"\d", shorter) else folded


def _split_zone(folded: str, by: DateGrammar) -> tuple[tzinfo, str] | None:
    match = MOSCOW_OFFSET.search(folded)
    if match is not None:
        rest = clean(folded[: match.start()] + " " + folded[match.end() :])
        return _MoscowOffset(int(match["hours"].replace(" ", "").replace("−", "-"))), rest
    match = OFFSET.search(folded)
    if match is not None and (match["hours"] or _has_time(folded[: match.start()], by)):
        hours = int(re.sub(r"[−–]", "-", (match["hours"] or match["plain"])).replace(" ", ""))
        minutes = int(match["minutes"] or match["plain_minutes"] or 0)
        if abs(hours) <= 14:
            rest = folded[: match.start()] + " " + folded[match.end() :]
            rest = re.sub(r"(?<!\w)(?:utc|gmt|мск|msk)(?!\w)|\(\s*\)", " ", rest)
            return timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)), clean(rest)
    match = by.zone_word.search(folded)
    if match is None:
        return None
    word = match["zone"]
    rest = clean(re.sub(r"\(\s*\)", " ", folded[: match.start()] + " " + folded[match.end() :]))
    if by.zone_word.search(rest):
        return None
    if word in by.zones:
        return ZoneInfo(by.zones[word]), rest
    return timezone(timedelta(hours=OFFSETS[word])), rest


def _has_time(folded: str, by: DateGrammar) -> bool:
    """Return whether a text ends with or contains a time of day: «2024-11:30» has no offset."""
    return by.time_rule.search(folded) is not None or by.dashed_time_rule.search(folded) is not None


def _parse_by_rules(
    folded: str, local: datetime, by: DateGrammar, month: Callable[[str], int]
) -> _LocalTime | None:
    found: tuple[str, re.Match[str]] | None = None
    for name, pattern in by.date_rules:
        match = pattern.search(folded)
        if match is not None:
            found = (name, match)
            break
    if found is None:
        return _parse_time_only(folded, local, by)
    name, match = found
    rest = folded[: match.start()] + " \u2022 " + JOINED_TIME.sub(" ", folded[match.end() :])
    clock = by.time_rule.search(rest) or (
        by.dashed_time_rule.search(rest) if name != "numbers-day-month" else None
    )
    before = False
    if clock is not None:
        before = clock.start() < match.start()
        rest = rest[: clock.start()] + " " + rest[clock.end() :]
    if clock is not None and _part_of_day(clock) and name.startswith("numbers") and "/" in match[0]:
        return None  # «01/10/2022 11:55 AM»: with a 12-hour clock the month may come first
    if not _is_unambiguous(rest, by) or (name == "numbers-day-month" and clock is None):
        return None  # «12.05» alone may be a time, a score or a price
    try:
        day = _day(name, match, local, by, month)
    except ValueError:
        return None
    if day is None or (clock is None and _needs_time(match, by)):
        return None
    return _day_with_time(day, clock, name, before, local, by)


def _day_with_time(
    day: date, clock: re.Match[str] | None, name: str, before: bool, local: datetime, by: DateGrammar
) -> _LocalTime | None:
    rule = name
    if clock is None:
        return _LocalTime(datetime(day.year, day.month, day.day), "day", rule)
    time = _time_of_day(clock, by)
    if time is None:
        return None
    hour, minute, second = time
    rule = f"clock-{name}" if before else f"{name}-clock"
    at = datetime(day.year, day.month, day.day, hour, minute, second or 0)
    if at > local + MAX_CLOCK_SKEW and (name in YEARLESS_RULES or name == "relative-day"):
        return None  # an old copy, of another day or year
    return _LocalTime(at, "minute" if second is None else "second", rule)


def _time_of_day(clock: re.Match[str], by: DateGrammar) -> tuple[int, int, int | None] | None:
    hour = int(clock["hour"])
    part = _part_of_day(clock)
    if part:
        first, last = by.parts_of_day[part]
        hours = {hour} if hour == 0 or hour > 12 else {hour % 12, hour % 12 + 12}
        fitting = [h for h in hours if (first <= h < last if first < last else h >= first or h < last)]
        if len(fitting) != 1:
            return None
        hour = fitting[0]
    if hour > 23:
        return None
    return hour, int(clock["minute"]), int(clock["second"]) if clock["second"] else None


def _part_of_day(clock: re.Match[str]) -> str | None:
    return clock["part"] or clock["part_before"]


def _needs_time(match: re.Match[str], by: DateGrammar) -> bool:
    word = match.groupdict().get("word")
    return word is not None and plain_words(word) in by.days_only_with_time


def _day(
    name: str, match: re.Match[str], local: datetime, by: DateGrammar, month_of: Callable[[str], int]
) -> date | None:
    if name == "relative-day":
        return local.date() - timedelta(days=by.days_ago[plain_words(match["word"])])
    groups = match.groupdict()
    month = _month(groups, month_of)
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


def _month(groups: dict[str, str | None], month_of: Callable[[str], int]) -> int:
    """Return the number of the month; 0, which is no month, for letters that are none or a word for two months."""
    if groups.get("roman"):
        return ROMAN_MONTHS.get((groups["roman"] or "").translate(str.maketrans("іх", "ix")), 0)
    return month_of(groups["month"] or "") if groups.get("month") else int(groups["month_number"] or 0)


def _parse_time_only(folded: str, local: datetime, by: DateGrammar) -> _LocalTime | None:
    """Parse a time without a date: on the day of the capture, or the evening before a capture at night."""
    clock = by.time_rule.search(folded)
    if clock is None or "." in clock[0]:
        return None
    rest = folded[: clock.start()] + " " + folded[clock.end() :]
    if len(clean(by.label.sub(" ", rest)).strip(" ,.|•·-—–()[]:")) > 0:
        return None
    time = _time_of_day(clock, by)
    if time is None:
        return None
    at = local.replace(hour=time[0], minute=time[1], second=time[2] or 0, microsecond=0)
    if at > local + timedelta(minutes=5):
        if local.hour >= 6:
            return None
        at -= timedelta(days=1)
    return _LocalTime(at, "minute" if time[2] is None else "second", "clock")


def _parse_elapsed(folded: str, now: datetime, by: DateGrammar) -> _LocalTime | None:
    """Parse «2 часа назад» by elapsed time, which across a clock change differs from local time; `now` is aware."""
    bare = by.label.sub(" ", folded).strip(" ,.|•·-—–()[]:")
    if by.just_now.fullmatch(clean(bare)):
        return _LocalTime(_local_time_before(now, timedelta()), "minute", "just-now")
    elapsed = by.elapsed(folded)
    if elapsed is None or not _is_unambiguous(folded[: elapsed.start] + folded[elapsed.end :], by):
        return None
    is_within_minute = elapsed.unit in ("second", "minute") and elapsed.number <= 1
    if by.more.search(folded) or (by.less.search(folded) and not is_within_minute):
        return None  # only a bound
    if elapsed.unit == "day":
        day = now.date() - timedelta(days=int(elapsed.number))
        return _LocalTime(datetime(day.year, day.month, day.day), "day", "ago")
    delta = timedelta(**{f"{elapsed.unit}s": elapsed.number})
    at = _local_time_before(now, delta)
    if elapsed.unit != "hour" or delta < timedelta(hours=1):
        return _LocalTime(at, "minute", "ago")
    # «3 часа назад» is printed until four hours have passed; with midnight between, the day is uncertain.
    is_of_one_day = _local_time_before(now, delta + timedelta(hours=1)).date() == at.date()
    return _LocalTime(at, "hour", "ago") if is_of_one_day else None


def _local_time_before(now: datetime, delta: timedelta) -> datetime:
    """Return the local time some time before an aware one, naive; `fold` selects one of two equal local times."""
    at = (now.astimezone(UTC) - delta).astimezone(now.tzinfo)
    return at.replace(second=0, microsecond=0, tzinfo=None)


def _is_unambiguous(rest: str, by: DateGrammar) -> bool:
    """Return whether the rest of a text holds nothing that could be another date or time."""
    rest = by.weekday.sub(" ", by.label.sub(" ", rest))
    if re.search(r"\d", rest):
        return False
    return not any(word in by.months and len(word) > 3 for word in re.findall(r"\w+", rest))


def _parse_with_dateparser(
    folded: str, languages: tuple[str, ...], local: datetime, by: DateGrammar
) -> _LocalTime | None:
    if len(folded) > MAX_DATEPARSER_CHARS or not re.search(r"\d", folded):
        return None
    if not any(word in by.months for word in re.findall(r"[^\W\d_]+", folded)):
        return None
    if any(pattern.search(folded) for _, pattern in by.date_rules):
        return None  # one of our rules matched and rejected this date
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
