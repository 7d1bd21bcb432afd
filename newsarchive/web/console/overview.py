"""The overview of the console: every source, what runs, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from newsarchive.crawling.schedule_state import ScheduleState, is_running, read_state
from newsarchive.monitoring.storage import storage_report
from newsarchive.sources.status import SourceStatus, source_statuses
from newsarchive.web.console.access import Visitor, console_of, console_page


@dataclass(frozen=True, slots=True)
class Schedule:
    """The present work of `newsarchive run`, and the next crawl."""

    is_running: bool
    state: ScheduleState | None  # None: it is not running, or has just been started
    next_crawl: datetime | None  # in the time zone of the source
    next_source: str | None

    @classmethod
    def read(cls, folder: Path, statuses: Sequence[SourceStatus]) -> Schedule:
        """Return the schedule of an archive."""
        planned = [(one.next_crawl, one.name) for one in statuses if one.next_crawl is not None]
        at, name = min(planned) if planned else (None, None)
        return cls(is_running(folder), read_state(folder), at, name)


def overview(request: Request, visitor: Visitor) -> Response:
    """Return the page with every source: last and next crawl, result and alarms."""
    folder = console_of(request).folder
    statuses, mistakes = source_statuses(folder)
    return console_page(
        request,
        visitor,
        "console.html",
        statuses=statuses,
        mistakes=mistakes,
        schedule=Schedule.read(folder, statuses),
        jobs=console_of(request).jobs.running(),
        storage=storage_report(folder, datetime.now(UTC)),
    )


def status_json(request: Request, visitor: Visitor) -> Response:
    """Return the status of every source and of the schedule as JSON."""
    folder = console_of(request).folder
    statuses, mistakes = source_statuses(folder)
    schedule = Schedule.read(folder, statuses)
    return JSONResponse(
        {
            "sources": [one.as_dict() for one in statuses],
            "errors": mistakes,
            "run": {
                "is_running": schedule.is_running,
                "state": schedule.state.as_dict() if schedule.state else None,
                "next_crawl": schedule.next_crawl.isoformat() if schedule.next_crawl else None,
                "next_source": schedule.next_source,
            },
            "crawls_started_here": [job.as_dict() for job in console_of(request).jobs.running()],
            "storage": storage_report(folder, datetime.now(UTC)).as_dict(),
        }
    )
