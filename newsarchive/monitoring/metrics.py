"""Metrics for Prometheus, as a text file for node_exporter's textfile collector."""

from __future__ import annotations

import time
from pathlib import Path

from archive.core import Archive
from archive.crawl_results import STORED_COUNTS
from archive.errors import ArchiveError
from newsarchive.crawling.schedule_state import is_running
from newsarchive.monitoring.open_alarms import read_alarms
from newsarchive.notices import notifications

LEAST_SECONDS = 60  # between two writes: counting is not free, and Prometheus asks no more often


def write_metrics(folder: Path, path: Path, *, is_forced: bool = False) -> str | None:
    """Write the metrics of an archive, unless they are fresh; return a sentence if they could not be written."""
    try:
        if not is_forced and time.time() - path.stat().st_mtime < LEAST_SECONDS:
            return None
    except FileNotFoundError:
        pass
    try:
        _write(folder, path)
    except (ArchiveError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        return f"{path}: the metrics could not be written: {reason}."
    return None


def _write(folder: Path, path: Path) -> None:
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"newsarchive_{name}", meaning, labels, registry=registry)

    articles = gauge("articles", "Articles by state", "source", "state")
    begun = gauge("last_crawl_timestamp_seconds", "Start of the last crawl, Unix time", "source")
    counts = gauge("last_crawl_pages", "Counts of the last crawl", "source", "count")
    complete = gauge("last_crawl_finished", "1 if the last crawl finished, else 0", "source")
    with Archive.open(folder) as archive:
        for source in archive.sources():
            for state, number in source.by_state.items():
                articles.labels(source.name, state).set(number)
            if (crawl := source.last_crawl) is None:
                continue
            begun.labels(source.name).set(crawl.started_at.timestamp())
            complete.labels(source.name).set(crawl.outcome in ("finished", "limit"))
            for name in STORED_COUNTS:
                counts.labels(source.name, name).set(crawl.counts[name] or 0)
    alarms = gauge("alarm", "1 for each alarm that is not over", "source", "kind", "section")
    for alarm in read_alarms(folder):
        alarms.labels(alarm.source, alarm.kind, alarm.section or "").set(1)
    gauge("schedule_running", "1 if newsarchive run is running, else 0").set(is_running(folder))
    gauge("notices_waiting", "Notices that were not delivered yet").set(notifications.waiting(folder))
    write_to_textfile(str(path), registry)
