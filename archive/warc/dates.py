"""The dates of WARC records, in the forms of the standard and in those that programs write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 64  # characters of a WARC-Date that are parsed and quoted; the standard's forms have 30 at most
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d*)Z?")
# WARC/1.1 (ISO 28500:2017, 5.4) allows any of these precisions, and always Z.
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?)?)?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WarcDate:
    """A record's date, and how well it is known."""

    at: datetime  # aware, UTC; the beginning of the stated period
    doubt: str | None = None  # what is uncertain, as the end of a sentence


def parse(stated: str) -> WarcDate | None:
    """Return a WARC-Date, with the beginning of a year, month, day, hour or minute; None if it is no date."""
    text = stated.strip()
    if found := _DIGITS.fullmatch(text):
        year, month, day, hour, minute, second, fraction = found.groups()
        iso = f"{year}-{month}-{day}T{hour}:{minute}:{second}" + (f".{fraction}" if fraction else "")
        return _moment(f"{iso}Z", f"WARC-Date {text!r} has 14 digits: they were taken as UTC")
    found = _ISO.fullmatch(text)
    if found is None:
        dated = parse_http(text)
        return WarcDate(dated.at, f"WARC-Date {text!r} is not in the form of the standard") if dated else None
    part = found.groupdict()
    seconds = min(int(part["second"] or 0), 59)  # a leap second has no datetime of its own
    iso = (
        f"{part['year']}-{part['month'] or '01'}-{part['day'] or '01'}T{part['hour'] or '00'}:"
        f"{part['minute'] or '00'}:{seconds:02}.{(part['fraction'] or '0')[:6]:0<6}"
    )
    zone = (part["zone"] or "Z").upper()
    zone = "Z" if zone in ("UTC", "GMT") else zone
    doubt = None
    if part["hour"] is None:
        period = "day" if part["day"] else "month" if part["month"] else "year"
        doubt = f"WARC-Date {text!r} states only the {period}: its beginning in UTC was taken"
    elif part["zone"] is None:
        doubt = f"WARC-Date {text!r} has no time zone: UTC was assumed"
    return _moment(iso + zone, doubt)


def parse_http(stated: str) -> WarcDate | None:
    """Return the date of an HTTP header; None if it is no date."""
    try:
        at = parsedate_to_datetime(stated)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return WarcDate(at, f"it has no WARC-Date: the Date of the response, {stated[:LONGEST]!r}, was taken")


def _moment(iso: str, doubt: str | None) -> WarcDate | None:
    try:
        return WarcDate(datetime.fromisoformat(iso).astimezone(UTC), doubt)
    except (ValueError, OverflowError):
        return None
