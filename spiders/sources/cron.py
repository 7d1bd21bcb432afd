"""Schedules in cron's notation. The only module that uses APScheduler."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Name, APScheduler's name, the numbers allowed, and the words for them, in their order.
_FIELDS: tuple[tuple[str, str, range, tuple[str, ...]], ...] = (
    ("minute", "minute", range(60), ()),
    ("hour", "hour", range(24), ()),
    ("day of the month", "day", range(1, 32), ()),
    ("month", "month", range(1, 13), _MONTHS),
    ("day of the week", "day_of_week", range(8), _WEEKDAYS),
)
_ITEM = r"(?:\*(?:/[0-9]+)?|[0-9]+(?:-[0-9]+(?:/[0-9]+)?)?)"  # APScheduler's notation has more than cron's


@lru_cache(maxsize=1024)  # asked for the next run of every source again and again
def cron_trigger(schedule: str, timezone: str) -> BaseTrigger:
    """Return the trigger for a schedule, or raise ValueError with a phrase that names the field.

    APScheduler counts weekdays from Monday and requires day of the month *and* day of the week to match; cron
    counts from Sunday, and where both are given either is enough.
    """
    texts = schedule.lower().split()
    if len(texts) != len(_FIELDS):
        raise ValueError(
            'must have five fields: minute, hour, day, month, day of the week, as in "*/30 * * * *"'
        )
    minute, hour, day, month, weekday = (
        _checked(text, *field) for text, field in zip(texts, _FIELDS, strict=True)
    )
    zone = ZoneInfo(timezone)
    if texts[2].startswith("*") or texts[4].startswith("*"):
        return CronTrigger.from_crontab(f"{minute} {hour} {day} {month} {weekday}", zone)
    return OrTrigger(
        [
            CronTrigger.from_crontab(f"{minute} {hour} {day} {month} *", zone),
            CronTrigger.from_crontab(f"{minute} {hour} * {month} {weekday}", zone),
        ]
    )


def _checked(text: str, name: str, apscheduler_name: str, allowed: range, words: Sequence[str]) -> str:
    """Return a field in APScheduler's notation, or raise ValueError."""
    numbers = dict(zip(words, map(str, allowed), strict=False))
    field = re.sub(r"[a-z]+", lambda word: numbers.get(word[0], word[0]), text)
    try:
        if not re.fullmatch(f"{_ITEM}(?:,{_ITEM})*", field):
            raise ValueError
        if apscheduler_name == "day_of_week":
            field = _weekday_names(field)
        CronTrigger(**{apscheduler_name: field}, timezone="UTC")
    except ValueError:
        raise ValueError(
            f"has the invalid {name} {text!r}: use {allowed[0]} to {allowed[-1]}, *, a-b, a,b or */n"
        ) from None
    return field


def _weekday_names(field: str) -> str:
    """Return cron's day-of-week field, in which 0 and 7 are both Sunday, as day names."""
    if field == "*":
        return field
    days: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        ends = [0, 6] if span == "*" else list(map(int, span.split("-")))
        if not ends[0] <= ends[-1] <= 7:
            raise ValueError
        days.update(range(ends[0], ends[-1] + 1, int(step or 1)))
    return ",".join(_WEEKDAYS[day] for day in sorted({day % 7 for day in days}))
