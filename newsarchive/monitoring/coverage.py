"""The report of when the sections of sources were watched, for `newsarchive coverage`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from archive.index.db.connection import Connection
from archive.index.lookup import health
from archive.monitoring.coverage import Coverage, find_coverage, usual_wait
from spiders.sources.cron import cron_trigger
from spiders.sources.source import Source

RUNS = 400  # of a schedule, from which its longest usual wait is taken


def section_coverages(
    connection: Connection, source: Source, begin: datetime, end: datetime
) -> Iterator[Coverage]:
    """Yield how each section of a source was watched in a span of time."""
    zone = ZoneInfo(source.timezone)
    scheduled = longest_wait(source.schedule, source.timezone, end) if source.schedule else None
    for section in source.sections:
        visits = list(health.section_visits(connection, source.name, section.name, section.url, begin, end))
        every = usual_wait(visits)
        if scheduled is not None:  # a section that hardly changes is visited less often than it is scheduled
            every = max(scheduled, min(every, source.listings_longest))
        yield find_coverage(section.name, section.url, visits, begin, end, zone, every)


def longest_wait(schedule: str, timezone: str, until: datetime) -> timedelta | None:
    """Return the longest time between two runs of a schedule in the weeks before a moment; None if it hardly runs."""
    trigger = cron_trigger(schedule, timezone)
    at = trigger.get_next_fire_time(None, until - timedelta(days=15))
    runs: list[datetime] = []
    while at is not None and at <= until and len(runs) < RUNS:
        runs.append(at)
        at = trigger.get_next_fire_time(None, at + timedelta(seconds=1))
    return max((later - earlier for earlier, later in pairwise(runs)), default=None)
