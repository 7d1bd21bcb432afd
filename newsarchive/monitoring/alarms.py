"""The alarms of a source: what its newest pages, listings and crawls show, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from archive import timestamps
from archive.index.db.connection import Connection
from archive.index.lookup import health
from archive.monitoring.drift import Drift, find_drifts
from archive.monitoring.silence import EmptyListing, Silence, find_empty_listing, find_silence
from spiders.sources.source import Source

PAST = timedelta(days=35)  # in which the longest pause is looked for

# Signal of a drift → its words in «18 of the 20 newest articles have no date».
DRIFT_LABELS = {
    "blocked": "pages were refused by the server",
    "rejected": "pages were not articles",
    "no date": "articles have no date",
    "no author": "articles have no author",
    "no lead": "articles have no lead",
    "short text": "articles have an unusually short text",
    "long text": "articles have an unusually long text",
    "low confidence": "articles were extracted with unusually low confidence",
    "repeated text": "articles have a paragraph that others have too",
    "future date": "articles are dated in the future",
}
SILENCE, EMPTY = "silence", "empty listing"  # kinds of alarms besides the signals


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something about a source that needs attention, until it is over."""

    source: str
    kind: str  # a signal of archive.monitoring.drift, or SILENCE or EMPTY
    section: str | None  # None: the whole source
    since: datetime  # UTC
    sentence: str
    pages: tuple[str, ...] = ()  # some that show it

    @property
    def key(self) -> str:
        """Return what identifies the alarm until it is over."""
        return "/".join((self.source, self.kind, self.section or ""))

    def as_dict(self) -> dict[str, Any]:
        """Return the alarm for JSON."""
        return {
            "source": self.source,
            "kind": self.kind,
            "section": self.section,
            "since": timestamps.to_iso(self.since),
            "sentence": self.sentence,
            "pages": list(self.pages),
        }


def find_alarms(connection: Connection, source: Source, now: datetime) -> list[Alarm]:
    """Return the alarms of a source at a moment."""
    pages = health.newest_pages(connection, source.name, now)
    alarms = [_drift_alarm(source, drift) for drift in find_drifts(pages)]
    crawls = health.crawl_times(connection, source.name, now - PAST, now)
    watched = [at for at, _ in crawls]
    silence = find_silence(None, [at for at, has_new in crawls if has_new], watched)
    empty = list(_empty_listings(connection, source))
    if silence is not None:
        alarms.append(_silence_alarm(source, silence))
    else:
        empty_sections = {one.section for one in empty}
        for section in source.sections:
            if section.name in empty_sections:
                continue
            seen = [page.fetched_at for page in pages if page.is_article and page.section == section.name]
            if (quiet := find_silence(section.name, seen, watched)) is not None:
                alarms.append(_silence_alarm(source, quiet))
    return alarms + [_empty_alarm(source, one) for one in empty]


def _empty_listings(connection: Connection, source: Source) -> Iterator[EmptyListing]:
    for section in source.sections:
        visits = health.listing_visits(connection, source.name, section.name, section.url)
        if (empty := find_empty_listing(section.name, section.url, visits)) is not None:
            yield empty


def _drift_alarm(source: Source, drift: Drift) -> Alarm:
    number, newest = drift.newest
    before, earlier = drift.earlier
    where = f"section {drift.section}: " if drift.section else ""
    sentence = (
        f"{where}{number} of the {newest} newest {DRIFT_LABELS[drift.signal]}; of the {earlier} before, {before}."
        f" For example {drift.pages[-1]}"
    )
    return Alarm(source.name, drift.signal, drift.section, drift.since, sentence, drift.pages)


def _silence_alarm(source: Source, silence: Silence) -> Alarm:
    where = f"section {silence.section}" if silence.section else "the source"
    sentence = (
        f"{where} has shown no new article since {_local(source, silence.since)};"
        f" the longest pause before was {_duration(silence.longest_before)}"
    )
    return Alarm(source.name, SILENCE, silence.section, silence.since, sentence)


def _empty_alarm(source: Source, empty: EmptyListing) -> Alarm:
    sentence = (
        f"section {empty.section} has shown no articles since {_local(source, empty.since)};"
        f" before it usually showed {empty.usual}"
    )
    return Alarm(source.name, EMPTY, empty.section, empty.since, sentence, (empty.url,))


def _local(source: Source, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(source.timezone)).isoformat(" ", "minutes")


def _duration(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    if hours >= 48:
        return f"{round(hours / 24)} days"
    return f"{round(hours)} hours" if hours >= 2 else f"{round(span / timedelta(minutes=1))} minutes"
