"""Patterns for the forms in which pages print dates and times, and the search for dates in a line of text."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.extraction.vocabulary.date_words import MONTHS, OFFSETS, WEEKDAYS, ZONES

_MONTH = "(?P<month>" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + r")(?!\w)\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_YEAR_WORD = (
    r"(?:\s*(?:года|году|год|г\.?|року|р\.?|рік|гада|годзе|жылдың|йили?|жылғы|жылы|жыл|ж\.?|y\.)(?!\w))?"
)
_DAY = r"(?<!\d)(?P<day>[0-3]?\d)(?:st|nd|rd|th|-?го|-?е)?"
_TIME = (
    r"(?<![\d:.,/-])(?P<hour>[0-2]?\d)\s?(?:[:.]|\s?(?:час(?:ов|а)?\.?|ч\.?|год(?:ин[аи]?)?\.?"
    r"|h)\s?)(?P<minute>[0-5]\d)(?![\d])"
    r"(?:[:.](?P<second>[0-5]\d)(?:\.\d{1,6})?(?!\d))?(?![.:/]\d)(?:\s?(?:мин(?:ут[аы]?)?\.?|хв\.?)(?!\w))?(?:\s?(?P<half>[ap]\.?m\.?)(?!\w))?"
)
_DASHED_TIME = r"(?<![\d:.,/-])(?P<hour>[0-2]?\d)-(?P<minute>[0-5]\d)(?![\d-])(?P<second>\Z.)?(?P<half>\Z.)?"
_BETWEEN = (
    r"(?:[\s,;|/•·«»()\[\]—–-]|\s[вvоу]\s|\sat\s|\sоб?\s|\s[а]\s|\s(?:um|à|às|kl\.?|om|saat|la)\s|⏱|🕐)*"
    r"(?:(?<=[\s,])(?:в|at|о|об|у|ў|@)\s)?\s*"
)
_PLACE = r"(?:,\s[а-яёіїєґўa-z-]{3,20}\s)?"  # «06.01.2012, Кишинев 08:16:36»
_WEEKDAY = (
    r"(?:(?:" + "|".join(sorted(map(re.escape, WEEKDAYS), key=len, reverse=True)) + r")(?!\w)\.?,?\s*)?"
)
_DATES = {
    "year-month-day": rf"(?<![\d./-]){_YEAR}\s?[-./]\s?"
    r"(?P<month_number>[01]?\d)\s?[-./]\s?(?P<day>[0-3]?\d)(?![\d])(?![.-]\d)",
    "day-month-year": rf"{_DAY}[\s.,-]*(?:(?:of|de)\s)?{_MONTH},?[\s./-]*(?:de\s)?{_YEAR}{_YEAR_WORD}",
    "year-day-month": rf"(?<![\d./-]){_YEAR}{_YEAR_WORD},?\s*{_DAY}\s+{_MONTH}",
    "month-day-year": rf"(?<!\w){_MONTH}\s*{_DAY},?\s+{_YEAR}",
    "numbers-day-month-year": r"(?<![\d./-])(?P<day>[0-3]?\d)\s?(?P<mark>[./-])\s?"
    r"(?P<month_number>[01]?\d)\s?(?P=mark)\s?(?P<year>(?:19"
    rf"|20)\d\d|\d\d)(?!\d)(?![.-]\d){_YEAR_WORD}",
    "day-roman-year": r"(?<![\d./-])(?P<day>[0-3]?\d)(?P<mark>[./-])(?P<roman>[ivxіх]{1,4})(?P=mark)"
    r"(?P<year>(?:19|20)\d\d)(?!\d)",
    "day-month-short-year": rf"{_DAY}[\s.,-]*{_MONTH}\s*"
    r"['’`]?(?P<year>\d\d)(?!\d|\s?[:.-]\s?\d|\s?(?:час|ч\b|мин|год))",
    "day-month": rf"{_DAY}[\s.-]*{_MONTH}(?!,?\s*\d{{4}})",
    "month-day": rf"(?<!\w){_MONTH}\s*{_DAY}(?!\d)(?!:)(?!,?\s*\d{{4}})",
    "numbers-day-month": r"(?<![\d./:-])(?P<day>[0-3]?\d)[./](?P<month_number>[01]\d)(?![\d])(?![./:-]\d)",
    "relative-day": r"(?<!\w)(?P<word>сегодня|вчера|позавчера|сьогодні|вчора|учора|позавчора|сёння|пазаўчора"
    r"|бүгін|кеше|today|yesterday)(?!\w)",
}
RELATIVE = re.compile(
    r"(?:(?P<number>\d{1,3}|полтора|пол|half an?|an?|one|один|одну|одна)?\s*)(?P<unit>секунд\w*|сек\.?|sec\.?"
    r"|минут\w*|мин\.?|час(?:а|ов|у)?|ч\.?|получаса|полчаса|д(?:ень|ня|ней|н\.?)|"
    r"недел[юияь]\w*|хвилин\w*|хв\.?|годин\w*|год\.?|д(?:ень|ні|нів)|тиж(?:день|ні|нів)|хвілін\w*"
    r"|гадзін\w*|дз(?:ень|ён)|тыд(?:зень|ні)|"
    r"seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|минут|сағат|күн|минут)\s+(?P<ago>назад"
    r"|тому(?: назад)?|таму|бұрын|ago)(?!\w)"
)
APPROXIMATE = re.compile(r"(?<!\w)(?:больше|более|свыше|понад|більше|больш|over|more than)(?!\w)")
JUST_NOW_HINT = re.compile(r"только что|щойно|толькі што|just now|жаңа ғана")
JUST_NOW = re.compile(r"^(?:только что|щойно|толькі што|just now|жаңа ғана)$")
ISO = re.compile(
    r"^(?P<year>\d{4})(?:-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<month_run>\d\d)(?P<day_run>\d\d))"
    r"(?:[t\s]\s*(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?::?(?P<second>\d{1,2}))?(?:[.,]\d{1,9})?"
    r"\s*(?P<offset>z|[+-]\d\d(?::?\d\d)?(?=z?$)|utc|gmt)?z?)?$"
)
OFFSET = re.compile(
    r"(?:(?<!\w)(?:utc|gmt)\s?(?P<hours>[+-−–]\s?\d{1,2})(?::?(?P<minutes>\d\d))?|(?<=[\d\s])(?P<plain>[+-]\d\d):?(?P<plain_minutes>00"
    r"|30|45)(?![\d.]))(?!\d)"
)
MOSCOW_OFFSET = re.compile(r"[,(]?\s?(?<!\w)(?:мск|msk)\s?(?P<hours>[+−-]\s?\d{1,2})(?![\d:.])\)?")
ZONE_WORD = re.compile(
    r"(?<!\w)(?P<zone>"
    + "|".join(sorted(map(re.escape, {**ZONES, **OFFSETS}), key=len, reverse=True))
    + r")(?!\w)\.?"
)
UPDATE_NOTE = re.compile(
    r"[(\[|,•·;]?\s*(?:обновлен[оа]?|обновл\.?|изменен[оа]?|оновлено|абноўлена|жаңартылды|отредактировано"
    r"|updated?|modified|upd\.?|ред\.?)\b[^)]{0,60}\)?\s*$"
)
DATE_RULES = tuple((name, re.compile(pattern, re.UNICODE)) for name, pattern in _DATES.items())
TIME_RULE = re.compile(_TIME)
DASHED_TIME_RULE = re.compile(_DASHED_TIME)
LABEL_WORDS = re.compile(
    r"(?<!\w)(?:опубликован[оаы]?|дата публикации|публикация|дата|добавлен[оаы]?|размещен[оа]?"
    r"|создан[оа]?|опубліковано|дата публікації|апублікавана|жарияланды|"
    r"обновлен[оа]?|оновлено|uhr"
    r"|veröffentlicht(?: am)?|publié(?: le)?|publicado(?: el)?|pubblicato(?: il)?|published(?: on)?|posted(?: on)?"
    r"|updated(?: on)?|last updated"
    r"|created|время|года?|году|року|at|on|в|во|о|об|г|р|from|date|time)(?!\w)\.?"
)
WEEKDAY_WORD = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, WEEKDAYS), key=len, reverse=True)) + r")(?!\w)\.?"
)
DATE_HINT = re.compile(
    r"\d|только что|щойно|толькі што|just now|час назад|сегодня|вчера|сьогодні|вчора|сёння"
    r"|учора|бүгін|кеше|today|yesterday|ago|назад|тому|таму"
)


def _without_group_names(pattern: str) -> str:
    """Return a pattern with its groups unnamed, so that it can be used in another more than once."""
    return re.sub(r"[(][?]P<[a-z_]+>", "(?:", pattern).replace("(?P=mark)", "[./-]")


_ANY_ISO = r"\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d(?::?\d\d)?)?"
_ZONED = r"(?:\s?[,(]?\s?(?:" + _without_group_names(ZONE_WORD.pattern) + r")\)?)?"
_ANY_DATE = "|".join(_without_group_names(pattern) for pattern in _DATES.values())
_ANY_TIME = _without_group_names(_TIME)
_FINDER = re.compile(
    f"(?:{_ANY_ISO})"
    f"|(?:(?:{_ANY_TIME}){_ZONED}{_BETWEEN})?{_WEEKDAY}(?:{_ANY_DATE}){_YEAR_WORD}"
    f"(?:(?:{_PLACE}|{_BETWEEN}{_WEEKDAY}{_BETWEEN})(?:{_ANY_TIME}|{_without_group_names(_DASHED_TIME)}))?"
    f"|(?:{_without_group_names(RELATIVE.pattern)})"
    f"|(?:{_ANY_TIME})"
)
_ZONE_AFTER = re.compile(
    r"\s?[,(]?\s?(?:"
    + MOSCOW_OFFSET.pattern.replace("?P<", "?P<m_")
    + "|"
    + OFFSET.pattern.replace("?P<", "?P<z_")
    + "|"
    + ZONE_WORD.pattern.replace("?P<", "?P<w_")
    + r")\)?"
)

_TIME_AFTER = re.compile(r"\s*\d{1,2}[:.]\d\d")  # «15:55 (мск 11:55)»: the zone belongs to the second time


def has_time(printed: str) -> bool:
    """Return whether a printed date includes a time of day."""
    return TIME_RULE.search(printed.casefold()) is not None


def _may_hold_date(folded: str) -> bool:
    """Return whether a line can contain a date at all: a cheap test, since it runs on every line."""
    if _NUMBERS.search(folded):
        return True
    return not DATE_WORDS.isdisjoint(_WORDS.findall(folded)) and DATE_HINT.search(folded) is not None


_NUMBERS = re.compile(r"\d\s?[:./-]\s?\d|\d[./-][ivxіх]{1,4}[./-]\d|\d\s?(?:ч|час|h|год)\b")
_WORDS = re.compile(r"[^\W\d_]+")
DATE_WORDS = frozenset(MONTHS) | frozenset(
    "назад тому таму бұрын ago сегодня вчера позавчера сьогодні вчора учора позавчора сёння пазаўчора бүгін кеше "
    "today yesterday".split()
)


@lru_cache(maxsize=2048)  # several steps of the extraction search the same line
def find_date_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return start and end of each date in a line, including an adjacent time and zone."""
    folded = text[:2000].casefold()
    if len(folded) != len(text[:2000]):
        folded = text[:2000].lower()
    if len(folded) != len(text[:2000]) or not _may_hold_date(folded):
        return ()
    spans: list[tuple[int, int]] = []
    for match in _FINDER.finditer(folded):
        start, end = match.span()
        if spans and start < spans[-1][1]:
            continue  # the offset of the previous date
        zone = _ZONE_AFTER.match(folded, end)
        if zone is not None and not _TIME_AFTER.match(folded, zone.end()):
            end = zone.end()
        printed = text[start:end]
        start += len(printed) - len(printed.lstrip(" ,;|/•·-—–"))
        spans.append((start, start + len(text[start:end].rstrip(" ,;|/•·-—–"))))
    return tuple(span for span in spans if span[1] > span[0])
