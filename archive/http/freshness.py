"""How long a response is fresh: until when its server said that it need not be requested again (RFC 9111)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.http.capture import Capture

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_DIRECTIVE = re.compile(r'([a-z-]+)\s*(?:=\s*"?([^",]*)"?)?', re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,10}")


def fresh_until(capture: Capture) -> datetime | None:
    """Return until when a response is fresh, or None if it does not say so.

    Only what it states counts, not what a cache may guess from its Last-Modified.
    """
    directives = _cache_control(capture)
    if "no-cache" in directives or "no-store" in directives:
        return None
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"]) - _seconds(capture.header("Age") or "")
    else:
        expires = parse_http_date(capture.header("Expires") or "")
        sent = parse_http_date(capture.header("Date") or "") or capture.fetched_at
        lifetime = int((expires - sent).total_seconds()) if expires else 0
    if lifetime <= 0:
        return None
    return capture.fetched_at + min(timedelta(seconds=lifetime), _LAST_MOMENT - capture.fetched_at)


def parse_http_date(stated: str) -> datetime | None:
    """Return the time in an HTTP date header, in UTC; None if it is not a date."""
    try:
        moment = parsedate_to_datetime(stated)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _cache_control(capture: Capture) -> dict[str, str]:
    """Return the directives of Cache-Control, in lower case; of repeated ones the first."""
    found: dict[str, str] = {}
    for name, stated in capture.headers:
        if name.lower() == "cache-control":
            for directive, value in _DIRECTIVE.findall(stated):
                found.setdefault(directive.lower(), value.strip())
    return found


def _seconds(stated: str) -> int:
    """Return a number of seconds; 0 if it is not one."""
    return int(stated) if _SECONDS.fullmatch(stated.strip()) else 0
