"""The status of each source: its last crawl, its next one, and what needs attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from archive import locks, paths, timestamps
from archive.core import Archive
from archive.crawl_results import Outcome, Status
from archive.errors import ArchiveBusy
from archive.index.lookup.crawl_failures import CrawlFailure
from archive.index.rows.sources import CrawlRow
from archive.journals.source_changes import State, last_changes, read_changes, state_of
from archive.values.plurals import are, counted
from newsarchive.monitoring.alarms import Alarm, find_alarms
from newsarchive.schedule import next_run
from spiders.sources.source import load_valid

FAILURES_NAMED = 50  # of each kind


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The status of one source."""

    name: str
    title: str
    zone: ZoneInfo
    articles: int
    by_state: Mapping[str, int]
    crawl: CrawlRow | None
    outcome: Status
    next_crawl: datetime | None
    has_file: bool
    state: State  # of the source; only active ones are crawled
    state_since: str | None  # UTC
    dated_ahead: tuple[int, datetime] | None  # how many crawls are dated in the future, and up to when
    failures: Sequence[CrawlFailure] = ()  # URLs of that crawl without an article, about FAILURES_NAMED
    health: Sequence[Alarm] = ()  # what its newest pages, listings and crawls show
    unread: Sequence[CrawlFailure] = ()  # pages of any crawl not extracted yet, FAILURES_NAMED + 1 at most

    @property
    def alarms(self) -> list[str]:
        """Return what needs attention, one line each."""
        alarms = (
            []
            if self.has_file or self.state == "retired"
            else [f"sources/{self.name}.toml is missing, so it is no longer crawled"]
        )
        if self.outcome in ("killed", "failed"):
            alarms.append(f"the last crawl {'was killed' if self.outcome == 'killed' else 'failed'}")
        if self.crawl and self.crawl.failed:
            urls = counted(self.crawl.failed, "URL")
            alarms.append(
                f"{urls} failed in the last crawl; to list them, run 'newsarchive status {self.name}'"
            )
        if self.unread and self.outcome != "running":
            number = (
                f"more than {FAILURES_NAMED}" if len(self.unread) > FAILURES_NAMED else str(len(self.unread))
            )
            pages = "1 stored page is" if number == "1" else f"{number} stored pages are"
            alarms.append(f"{pages} not extracted yet; the next crawl extracts what is left")
        alarms += [alarm.sentence for alarm in self.health]
        return alarms + list(self.crawl.notes if self.crawl else ())

    @property
    def notes(self) -> list[str]:
        """Return information that needs no action, one line each."""
        notes = []
        if self.dated_ahead is not None:
            number, latest = self.dated_ahead
            crawls = f"{counted(number, 'crawl')} {are(number)}"
            notes.append(
                f"{crawls} dated in the future, up to {self.local_time(latest)}: "
                "this machine's clock was ahead then, or is behind now"
            )
        if self.crawl and timestamps.to_iso(self.crawl.started_at) < timestamps.NO_CRAWL_BEFORE:
            at = self.local_time(self.crawl.started_at)
            notes.append(f"the last crawl is dated {at}: this machine's clock was behind then")
        return notes

    def local_time(self, moment: datetime) -> str:
        """Return a time in the source's time zone, to the minute, with its UTC offset."""
        return moment.astimezone(self.zone).isoformat(sep=" ", timespec="minutes")

    def as_dict(self) -> dict[str, Any]:
        """Return the status for JSON."""
        crawl = self.crawl
        return {
            "source": self.name,
            "title": self.title,
            "state": self.state,
            "state_since": self.state_since,
            "articles": self.articles,
            "states": dict(self.by_state),
            "last_crawl": crawl
            and {
                "id": crawl.id,
                "started_at": timestamps.to_iso(crawl.started_at),
                "ended_at": timestamps.to_iso(crawl.ended_at) if crawl.ended_at else None,
                "outcome": self.outcome,
                **crawl.counts,
            },
            "next_crawl": self.next_crawl.isoformat() if self.next_crawl else None,
            "alarms": self.alarms,
            "health": [alarm.as_dict() for alarm in self.health],
            "notes": self.notes,
            "missed": [one.as_dict() for one in self.failures[:FAILURES_NAMED]],
            "unread": [one.url for one in self.unread[:FAILURES_NAMED]],
        }


def source_statuses(folder: Path, only: str | None = None) -> tuple[list[SourceStatus], list[str]]:
    """Return the status of every source by name, or of one only, and the errors in source files."""
    sources, mistakes = load_valid(folder / paths.SOURCES)
    files = {source.name: source for source in sources if only in (None, source.name)}
    changes = last_changes(read_changes(folder))
    with Archive.open(folder) as archive:
        known = {state.name: state for state in archive.sources() if only in (None, state.name)}
        now = datetime.now(UTC)
        dated_ahead = archive.crawls_dated_ahead(now)
        failures = {
            name: archive.missed(state.last_crawl.id, most=FAILURES_NAMED + 1)
            for name, state in known.items()
            if state.last_crawl
        }
        unread = {name: archive.unread(name, most=FAILURES_NAMED + 1) for name in known}
        health = {
            name: find_alarms(archive.connection, source, now)
            for name, source in files.items()
            if source.state == "active"
        }
    statuses = []
    for name in sorted(files.keys() | known.keys()):
        source, state = files.get(name), known.get(name)
        crawl = state.last_crawl if state else None
        statuses.append(
            SourceStatus(
                name=name,
                title=source.title if source else state.title if state else name,
                zone=ZoneInfo(source.timezone if source else state.timezone if state else "UTC"),
                articles=state.articles if state else 0,
                by_state=state.by_state if state else {},
                crawl=crawl,
                outcome=_crawl_outcome(folder, crawl),
                next_crawl=next_run(source, now) if source else None,
                state=state_of(changes.get(name)),
                state_since=changes[name].at if name in changes else None,
                has_file=(folder / paths.SOURCES / f"{name}.toml").exists(),
                dated_ahead=dated_ahead.get(name),
                failures=failures.get(name, ()),
                health=health.get(name, ()),
                unread=unread.get(name, ()),
            )
        )
    return statuses, mistakes


def _crawl_outcome(folder: Path, crawl: CrawlRow | None) -> Status:
    if crawl is None:
        return "none"
    if crawl.outcome is not None:
        return cast(Outcome, crawl.outcome)
    return "running" if _is_running(folder, crawl.source) else "killed"


def _is_running(folder: Path, name: str) -> bool:
    try:
        with locks.lock(paths.source_lock(folder, name), "", shared=True):
            return False
    except ArchiveBusy:
        return True
