"""Addresses of date archives: find the day or month in one, and give that of another day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from spiders.discovery.listing import url_shapes

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_END = r"(?=/?(?:index)?(?:\.\w{3,5})?/?$)"
_DAYS = (
    re.compile(rf"(?<!\d){_YEAR}(?P<by>[-/._])(?P<month>\d{{1,2}})(?P=by)(?P<day>\d{{1,2}}){_END}"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?P<by>[-/._])(?P<month>\d{{1,2}})(?P=by){_YEAR}{_END}"),
    re.compile(rf"(?<!\d){_YEAR}(?P<by>)(?P<month>\d\d)(?P<day>\d\d){_END}"),
)
_MONTH = re.compile(rf"(?<!\d){_YEAR}(?P<by>[-/._])(?P<month>\d{{1,2}}){_END}")
_QUERY_DAYS = tuple(
    re.compile(pattern.pattern.replace(_END, r"(?=&|$)").replace(r"(?<!\d)", r"(?<==)")) for pattern in _DAYS
)
_QUERY_PARTS = re.compile(
    rf"(?P<by>)year={_YEAR}&month=(?P<month>\d{{1,2}})&day=(?P<day>\d{{1,2}})(?=&|$)", re.IGNORECASE
)
_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_./]?(0[1-9]|1[0-2])(?:[-_./]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
_ARCHIVE = re.compile(r"/(?:archives?|arhiv\w?|arkhiv|calendar|kalendar|news|novosti|lenta|date|day|all)?/?")


@dataclass(frozen=True, slots=True)
class ArchiveDay:
    """The address of a day or month in a date archive."""

    url: str
    day: date  # of a month, its first
    is_month: bool
    spans: tuple[tuple[str, int, int], ...]  # year, month and day: where in the address they are

    def at(self, day: date) -> str:
        """Return the address of another day, or of the month with it, written alike."""
        url = self.url
        is_padded = all(last - first > 1 for _, first, last in self.spans)
        for name, first, last in sorted(self.spans, key=lambda span: -span[1]):
            value = str({"year": day.year, "month": day.month, "day": day.day}[name])
            url = url[:first] + (value.zfill(2) if is_padded else value) + url[last:]
        return url

    @property
    def previous(self) -> date:
        """Return the day before, or the first one of the month before."""
        before = self.day - timedelta(days=1)
        return before.replace(day=1) if self.is_month else before


def archive_day(url: str) -> ArchiveDay | None:
    """Return the day or month whose archive an address is, by the date that ends its path or is in its query."""
    parts = urlsplit(url)
    start = url.find(parts.path, url.find("//") + 2 + len(parts.netloc)) if parts.path else -1
    if parts.query:
        begin = url.find("?") + 1
        for pattern in (*_QUERY_DAYS, _QUERY_PARTS):
            if (found := _of(pattern, parts.query, url, begin)) is not None:
                return found
    elif start >= 0:
        for pattern in (*_DAYS, _MONTH):
            if (found := _of(pattern, parts.path, url, start)) is not None:
                return found
    return None


def find_date_archive(urls: Iterable[str], section_url: str) -> str | None:
    """Return an address of the date archive of a section among those on its page; a day's before a month's.

    An archive of the whole site is that of a section only if the section is the whole site.
    """
    section = urlsplit(section_url)
    stem = unquote(section.path).rstrip("/")
    months: list[str] = []
    for url in urls:
        found = archive_day(url)
        if found is None or not url_shapes.is_same_site(url, section_url):
            continue
        path = unquote(urlsplit(url).path)
        first = min(begin for _, begin, _ in found.spans)
        before = unquote(urlsplit(url[:first]).path).rstrip("/")
        is_own = before == stem or path.rstrip("/") == stem
        if not (is_own or (not stem and _ARCHIVE.fullmatch(before + "/"))):
            continue
        if not found.is_month:
            return url
        months.append(url)
    return months[0] if months else None


def last_day_in_name(url: str) -> date | None:
    """Return the last day of the period that the name of a file states: of a day, a month or a year; else None."""
    name = urlsplit(url).path.rpartition("/")[2] + "?" + urlsplit(url).query
    periods = [found.groups() for found in _IN_NAME.finditer(name)]
    if len(periods) != 1:
        return _last_day(archive) if (archive := archive_day(url)) else None
    year, month, day = (int(part) if part else None for part in periods[0])
    try:
        if year and month and day:
            return date(year, month, day)
        if year and month:
            return _last_day(ArchiveDay(url, date(year, month, 1), True, ()))
        return date(year, 12, 31) if year else None
    except ValueError:
        return None


def day_in_path(url: str) -> date | None:
    """Return the day that the path of an article's address states as year, month and day; None if it states none."""
    for found in _IN_NAME.finditer(urlsplit(url).path):
        year, month, day = found.groups()
        if month and day:
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


def _last_day(archive: ArchiveDay) -> date:
    """Return the last day of the day or month whose archive an address is."""
    day = archive.day
    if not archive.is_month:
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _of(pattern: re.Pattern[str], text: str, url: str, offset: int) -> ArchiveDay | None:
    """Return the day that a pattern finds in a part of an address."""
    for found in pattern.finditer(text):
        parts = found.groupdict()
        try:
            day = date(int(parts["year"]), int(parts["month"]), int(parts.get("day") or 1))
        except ValueError:
            continue
        names = [name for name in ("year", "month", "day") if parts.get(name)]
        spans = tuple((name, *(offset + place for place in found.span(name))) for name in names)
        return ArchiveDay(url, day, "day" not in names, spans)  # type: ignore[arg-type]
    return None
