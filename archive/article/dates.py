"""Printed times to stamps: read by strict rules, by dateparser where no rule fits, and refused where in doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from archive.article.model import FoundIn, Precision, Stamp, ZoneSaid
from archive.article.text import clean
from archive.article.timewords import MONTHS, OFFSETS, WEEKDAYS, ZONES

EARLIEST = 1995  # no news site is older
LONGEST = 200  # characters of a printed stamp
PARSER_LONGEST = 60  # of a text dateparser is asked about

_MONTH = "(?P<month>" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + r")(?!\w)\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_YEAR_WORD = r"(?:\s*(?:года|году|год|г\.?|року|р\.?|рік|гада|годзе|жылғы|жылы|жыл|ж\.?|y\.)(?!\w))?"
_DAY = r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th|-?го|-?е)?"
_CLOCK = (
    r"(?<![\d:.,/-])(?P<hour>[0-2]?\d)\s?(?:[:.]|\s?(?:час(?:ов|а)?\.?|ч\.?|год(?:ин[аи]?)?\.?"
    r"|h)\s?)(?P<minute>[0-5]\d)(?![\d])"
    r"(?:[:.](?P<second>[0-5]\d)(?:\.\d{1,6})?(?!\d))?(?:\s?(?:мин(?:ут[аы]?)?\.?|хв\.?)(?!\w))?(?:\s?(?P<half>[ap]\.?m\.?)(?!\w))?"
)
_DASHED_CLOCK = r"(?<![\d:.,/-])(?P<hour>[0-2]?\d)-(?P<minute>[0-5]\d)(?![\d-])(?P<second>\Z.)?(?P<half>\Z.)?"
_BETWEEN = r"(?:[\s,;|/•·«»()\[\]—–-]|\s[вvоу]\s|\sat\s|\sоб?\s|\s[а]\s|⏱|🕐)*(?:(?<=[\s,])(?:в|at"
r"|о|об|у|ў|@)\s)?\s*"
_PLACE = r"(?:,\s[а-яёіїєґўa-z-]{3,20}\s)?"  # «06.01.2012, Кишинев 08:16:36»
_WEEKDAY = (
    r"(?:(?:" + "|".join(sorted(map(re.escape, WEEKDAYS), key=len, reverse=True)) + r")(?!\w)\.?,?\s*)?"
)
_DATES = {
    "year-month-day": rf"(?<![\d./-]){_YEAR}\s?[-./]\s?(?P<month_number>[01]?\d)\s?[-./]\s?(?P<day>[0-3]?\d)(?![\d])(?![.-]\d)",
    "day-month-year": rf"{_DAY}[\s.,-]*(?:of\s)?{_MONTH},?[\s./-]*{_YEAR}{_YEAR_WORD}",
    "year-day-month": rf"(?<![\d./-]){_YEAR}{_YEAR_WORD},?\s*{_DAY}\s+{_MONTH}",
    "month-day-year": rf"(?<!\w){_MONTH}\s*{_DAY},?\s+{_YEAR}",
    "numbers-day-month-year": rf"(?<![\d./-])(?P<day>[0-3]?\d)\s?(?P<mark>[./-])\s?(?P<month_number>[01]?\d)\s?(?P=mark)\s?(?P<year>(?:19"
    rf"|20)\d\d|\d\d)(?!\d)(?![.-]\d){_YEAR_WORD}",
    "day-month-short-year": rf"{_DAY}[\s.,-]*{_MONTH}\s*['’`]?(?P<year>\d\d)(?!\d|\s?[:.-]\s?\d|\s?(?:час|ч\b|мин|год))",
    "day-month": rf"{_DAY}[\s.-]*{_MONTH}(?!,?\s*\d{{4}})",
    "month-day": rf"(?<!\w){_MONTH}\s*{_DAY}(?!\d)(?!:)(?!,?\s*\d{{4}})",
    "numbers-day-month": r"(?<![\d./:-])(?P<day>[0-3]?\d)[./](?P<month_number>[01]\d)(?![\d])(?![./:-]\d)",
    "relative-day": r"(?<!\w)(?P<word>сегодня|вчера|позавчера|сьогодні|вчора|учора|позавчора|сёння|учора|пазаўчора"
    r"|бүгін|кеше|today|yesterday)(?!\w)",
}
_AGO = re.compile(
    r"(?:(?P<number>\d{1,3}|полтора|пол|half an?|an?|one|один|одну|одна)?\s*)(?P<unit>секунд\w*"
    r"|минут\w*|мин\.?|час(?:а|ов|у)?|ч\.?|получаса|полчаса|д(?:ень|ня|ней|н\.?)|"
    r"недел[юияь]\w*|хвилин\w*|хв\.?|годин\w*|д(?:ень|ні|нів)|тиж(?:день|ні|нів)|хвілін\w*"
    r"|гадзін\w*|дз(?:ень|ён)|тыд(?:зень|ні)|"
    r"seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|минут|сағат|күн|минут)\s+(?P<ago>назад"
    r"|тому(?: назад)?|таму|бұрын|ago)(?!\w)"
)
_JUST_NOW = re.compile(r"^(?:только что|щойно|толькі што|just now|жаңа ғана)$")
_ISO = re.compile(
    r"^(?P<date>\d{4}-?\d\d-?\d\d)(?:[t\s]\s*(?P<time>\d\d:?\d\d(?::?\d\d)?)(?:[.,]\d{1,9})?\s*(?P<offset>z"
    r"|[+-]\d\d(?::?\d\d)?|utc|gmt)?)?$"
)
_OFFSET = re.compile(
    r"(?:(?<!\w)(?:utc|gmt)\s?(?P<hours>[+-−–]\s?\d{1,2})(?::?(?P<minutes>\d\d))?|(?<=[\d\s])(?P<plain>[+-]\d\d):?(?P<plain_minutes>00"
    r"|30|45)(?![\d.]))(?!\d)"
)
_ZONE_WORD = re.compile(
    r"(?<!\w)(?P<zone>"
    + "|".join(sorted(map(re.escape, {**ZONES, **OFFSETS}), key=len, reverse=True))
    + r")(?!\w)\.?"
)
_UPDATED_TAIL = re.compile(
    r"[(\[|,•·;]?\s*(?:обновлен[оа]?|обновл\.?|изменен[оа]?|оновлено|абноўлена|жаңартылды|отредактировано"
    r"|updated?|modified|upd\.?|ред\.?)\b[^)]{0,60}\)?\s*$"
)
_DATE_RULES = tuple((name, re.compile(pattern, re.UNICODE)) for name, pattern in _DATES.items())
_CLOCK_RULE = re.compile(_CLOCK)
_DASHED_RULE = re.compile(_DASHED_CLOCK)
_WORDS_AROUND = re.compile(
    r"(?<!\w)(?:опубликован[оаы]?|дата публикации|публикация|дата|добавлен[оаы]?|размещен[оа]?"
    r"|создан[оа]?|опубліковано|дата публікації|апублікавана|жарияланды|"
    r"обновлен[оа]?|оновлено|published(?: on)?|posted(?: on)?|updated(?: on)?|last updated"
    r"|created|время|года?|году|року|at|on|в|во|о|об|г|р|from|date|time)(?!\w)\.?"
)
_WEEKDAY_WORD = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, WEEKDAYS), key=len, reverse=True)) + r")(?!\w)\.?"
)
_HINT = re.compile(
    r"\d|только что|щойно|толькі што|just now|час назад|сегодня|вчера|сьогодні|вчора|сёння"
    r"|учора|бүгін|кеше|today|yesterday|ago|назад|тому|таму"
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A wall-clock reading before a zone is put to it."""

    at: datetime  # naive
    precision: Precision
    rule: str


def parse(
    text: str, *, zone: ZoneInfo, languages: Sequence[str], captured_at: datetime, found_in: FoundIn
) -> Stamp | None:
    """The moment a printed stamp states, or None when it states none without doubt.

    A time without a zone is read in `zone`; «сегодня» and a missing year are those of the capture.
    """
    printed = clean(text[: LONGEST * 4])
    if not printed or len(printed) > LONGEST:
        return None
    stamp = _parsed(printed, zone.key, tuple(languages), captured_at)
    if stamp is None:
        return None
    at, precision, zone_said, rule = stamp
    return Stamp(at=at, precision=precision, stated_as=printed, found_in=found_in, zone=zone_said, rule=rule)


@lru_cache(maxsize=4096)
def _parsed(
    printed: str, zone_name: str, languages: tuple[str, ...], captured_at: datetime
) -> tuple[datetime, Precision, ZoneSaid, str] | None:
    zone: tzinfo = ZoneInfo(zone_name)
    folded = printed.casefold().replace("\u00a0", " ")
    iso = _iso(folded, zone)
    if iso is not None:
        return iso if _is_possible(iso[0], captured_at) else None
    if not _HINT.search(folded):
        return None
    folded = _without_updated(folded)
    zone_said: ZoneSaid = "source"
    stated = _stated_zone(folded)
    if stated is not None:
        zone, folded = stated
        zone_said = "stated"
    local = captured_at.astimezone(zone).replace(tzinfo=None)
    read = _by_rules(folded, local)
    if read is None:
        read = _by_dateparser(folded, languages, local)
    if read is None:
        return None
    at = read.at.replace(tzinfo=zone)
    return (at, read.precision, zone_said, read.rule) if _is_possible(at, captured_at) else None


def _is_possible(at: datetime, captured_at: datetime) -> bool:
    try:
        return at.year >= EARLIEST and at <= captured_at + timedelta(days=1)
    except OverflowError:
        return False


def _iso(folded: str, zone: tzinfo) -> tuple[datetime, Precision, ZoneSaid, str] | None:
    match = _ISO.match(folded)
    if match is None:
        return None
    day = match["date"].replace("-", "")
    clock = (match["time"] or "").replace(":", "")
    try:
        at = datetime.strptime(
            day + clock, "%Y%m%d" + ("%H%M%S" if len(clock) == 6 else "%H%M" if clock else "")
        )
    except ValueError:
        return None
    precision: Precision = "second" if len(clock) == 6 else "minute" if clock else "day"
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


def _without_updated(folded: str) -> str:
    shorter = _UPDATED_TAIL.sub("", folded).strip()
    return shorter if re.search(r"\d", shorter) else folded


def _stated_zone(folded: str) -> tuple[tzinfo, str] | None:
    match = _OFFSET.search(folded)
    if match is not None:
        hours = int(re.sub(r"[−–]", "-", (match["hours"] or match["plain"])).replace(" ", ""))
        minutes = int(match["minutes"] or match["plain_minutes"] or 0)
        if abs(hours) <= 14:
            rest = folded[: match.start()] + " " + folded[match.end() :]
            rest = re.sub(r"(?<!\w)(?:utc|gmt|мск|msk)(?!\w)|\(\s*\)", " ", rest)
            return timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)), clean(rest)
    match = _ZONE_WORD.search(folded)
    if match is None:
        return None
    word = match["zone"]
    rest = clean(re.sub(r"\(\s*\)", " ", folded[: match.start()] + " " + folded[match.end() :]))
    if _ZONE_WORD.search(rest):
        return None
    return (
        (ZoneInfo(ZONES[word]), rest) if word in ZONES else (timezone(timedelta(hours=OFFSETS[word])), rest)
    )


def _by_rules(folded: str, local: datetime) -> _Read | None:
    ago = _ago(folded, local)
    if ago is not None:
        return ago
    found: tuple[str, re.Match[str]] | None = None
    for name, pattern in _DATE_RULES:
        match = pattern.search(folded)
        if match is not None:
            found = (name, match)
            break
    if found is None:
        return _clock_alone(folded, local)
    name, match = found
    rest = folded[: match.start()] + " \u2022 " + folded[match.end() :]
    clock = _CLOCK_RULE.search(rest) or (_DASHED_RULE.search(rest) if name != "numbers-day-month" else None)
    before = False
    if clock is not None:
        before = clock.start() < match.start()
        rest = rest[: clock.start()] + " " + rest[clock.end() :]
    if not _is_clear(rest) or (name == "numbers-day-month" and clock is None):
        return None  # «12.05» alone may be a time, a score or a price
    try:
        day = _day(name, match, local)
    except ValueError:
        return None
    if day is None:
        return None
    return _with_clock(day, clock, name, before, local)


def _with_clock(
    day: date, clock: re.Match[str] | None, name: str, before: bool, local: datetime
) -> _Read | None:
    rule = name
    if clock is None:
        return _Read(datetime(day.year, day.month, day.day), "day", rule)
    time = _time(clock)
    if time is None:
        return None
    hour, minute, second = time
    rule = f"clock-{name}" if before else f"{name}-clock"
    at = datetime(day.year, day.month, day.day, hour, minute, second or 0)
    if name in ("day-month", "month-day", "numbers-day-month") and at > local + timedelta(days=1):
        at = at.replace(year=at.year - 1) if (at.month, at.day) != (2, 29) else at
    return _Read(at, "minute" if second is None else "second", rule)


def _time(clock: re.Match[str]) -> tuple[int, int, int | None] | None:
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
    month = MONTHS[groups["month"]] if groups.get("month") else int(groups["month_number"])
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
            # A day without a year is the last such day; the one to come is at most tomorrow's.
            return day if day <= local.date() or name == "relative-day" else None
    return None


def _days_back(word: str) -> int:
    if word in ("сегодня", "сьогодні", "сёння", "бүгін", "today"):
        return 0
    return 2 if word.startswith(("поза", "пазаў")) else 1


def _clock_alone(folded: str, local: datetime) -> _Read | None:
    """A time without a date belongs to the day of the capture, or to the evening before a capture by night."""
    clock = _CLOCK_RULE.search(folded)
    if clock is None or "." in clock[0]:
        return None
    rest = folded[: clock.start()] + " " + folded[clock.end() :]
    if len(clean(_WORDS_AROUND.sub(" ", rest)).strip(" ,.|•·-—–()[]:")) > 0:
        return None
    time = _time(clock)
    if time is None:
        return None
    at = local.replace(hour=time[0], minute=time[1], second=time[2] or 0, microsecond=0)
    if at > local + timedelta(minutes=5):
        if local.hour >= 6:
            return None
        at -= timedelta(days=1)
    return _Read(at, "minute" if time[2] is None else "second", "clock")


def _ago(folded: str, local: datetime) -> _Read | None:
    bare = _WORDS_AROUND.sub(" ", folded).strip(" ,.|•·-—–()[]:")
    if _JUST_NOW.match(clean(bare)):
        return _Read(local.replace(second=0, microsecond=0), "minute", "just-now")
    match = _AGO.search(folded)
    if match is None or not _is_clear(folded[: match.start()] + folded[match.end() :]):
        return None
    word, unit = match["number"], match["unit"]
    if unit in ("получаса", "полчаса") or word in ("half a", "half an", "пол"):
        return _Read((local - timedelta(minutes=30)).replace(second=0, microsecond=0), "minute", "ago")
    number = 1.5 if word == "полтора" else float(word) if word and word.isdigit() else 1.0
    if unit.startswith(("сек", "sec")):
        delta = timedelta(seconds=number)
    elif unit.startswith(("мин", "хв", "min", "хвіл")):
        delta = timedelta(minutes=number)
    elif unit.startswith(("ч", "год", "гадз", "hour", "hr", "сағ")):
        delta = timedelta(hours=number)
    else:
        days = number * (7 if unit.startswith(("нед", "тиж", "тыд", "week")) else 1)
        day = local.date() - timedelta(days=int(days))
        return _Read(datetime(day.year, day.month, day.day), "day", "ago")
    # «3 часа назад» is said of a whole hour: the minute is not known, but the moment is, as near as printed.
    return _Read((local - delta).replace(second=0, microsecond=0), "minute", "ago")


def _is_clear(rest: str) -> bool:
    """Whether nothing is left that could be another date or time."""
    rest = _WEEKDAY_WORD.sub(" ", _WORDS_AROUND.sub(" ", rest))
    if re.search(r"\d", rest):
        return False
    return not any(word in MONTHS and len(word) > 3 for word in re.findall(r"\w+", rest))


def _by_dateparser(folded: str, languages: tuple[str, ...], local: datetime) -> _Read | None:
    if len(folded) > PARSER_LONGEST or not re.search(r"\d", folded):
        return None
    if not any(word in MONTHS for word in re.findall(r"[^\W\d_]+", folded)) and not _AGO.search(folded):
        return None
    if any(name_match for name_match in (pattern.search(folded) for _, pattern in _DATE_RULES)):
        return None  # our own rules saw a date here and refused it
    import dateparser  # .2 s to import, so only when a page needs it

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
    except Exception:  # dateparser raises many kinds on odd input; a stamp it cannot read is no stamp
        return None
    if at is None or at.tzinfo is not None:
        return None
    has_clock = re.search(r"\d[:.]\d\d", folded) is not None
    if has_clock:
        return _Read(at.replace(microsecond=0), "minute", "dateparser")
    return _Read(datetime(at.year, at.month, at.day), "day", "dateparser")


_ISO_PRINTED = r"\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d:?\d\d)?"
_ZONED = r"(?:\s?[,(]?\s?(?:" + re.sub(r"[(][?]P<[a-z_]+>", "(?:", _ZONE_WORD.pattern) + r")\)?)?"
_FINDER = re.compile(
    "|".join(
        f"(?:{re.sub(r'[(][?]P<[a-z_]+>', '(?:', pattern)})"
        for pattern in (
            _ISO_PRINTED,
            rf"(?:(?:{_CLOCK}){_ZONED}{_BETWEEN})?{_WEEKDAY}(?:{'|'.join(re.sub('[(][?]P=mark[)]', '[./-]', p) for p in _DATES.values())}){_YEAR_WORD}"
            rf"(?:(?:{_PLACE}|{_BETWEEN}{_WEEKDAY}{_BETWEEN})(?:{_CLOCK}))?",
            _AGO.pattern,
            _CLOCK,
        )
    ),
    re.UNICODE,
)
_ZONE_AFTER = re.compile(
    r"\s?[,(]?\s?(?:"
    + _OFFSET.pattern.replace("?P<", "?P<z_")
    + "|"
    + _ZONE_WORD.pattern.replace("?P<", "?P<w_")
    + r")\)?"
)


def has_clock(printed: str) -> bool:
    """Whether a printed stamp tells a time of day."""
    return _CLOCK_RULE.search(printed.casefold()) is not None


def find(text: str) -> list[tuple[int, int]]:
    """Where printed stamps stand in a line: start and end of each, with clock and zone word where they adjoin."""
    folded = text[:2000].casefold()
    if len(folded) != len(text[:2000]):
        folded = text[:2000].lower()
    if len(folded) != len(text[:2000]) or not _HINT.search(folded):
        return []
    spans: list[tuple[int, int]] = []
    for match in _FINDER.finditer(folded):
        start, end = match.span()
        zone = _ZONE_AFTER.match(folded, end)
        if zone is not None:
            end = zone.end()
        printed = text[start:end]
        start += len(printed) - len(printed.lstrip(" ,;|/•·-—–"))
        spans.append((start, start + len(text[start:end].rstrip(" ,;|/•·-—–"))))
    return [span for span in spans if span[1] > span[0]]
