"""Saved searches: watches.toml names what to look for, and every new article and change that fits is a notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.core import Archive
from archive.errors import ArchiveBusy, ArchiveError, BadQuery
from archive.index.db.connection import transaction
from archive.index.lookup.changes import ArticleChange, ChangeFilters
from newsarchive.config import WATCHES, SettingsError, Watch, load_settings, load_watches
from newsarchive.notices import change_feed, notifications
from newsarchive.notices.notifications import Delivery, Message

# A change may be stored after a later one: another crawl was faster. Each is reported once all the same.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WatchCheck:
    """The result of checking the saved searches."""

    found: tuple[tuple[str, ArticleChange], ...]  # what is new, with the name of the saved search
    delivery: Delivery


def filters_of(watch: Watch) -> ChangeFilters:
    """Return what a saved search selects; raise SettingsError if it cannot."""
    try:
        return ChangeFilters.of(
            query=watch.query,
            source=watch.source,
            section=watch.section,
            kind=watch.kinds,
            grade=watch.grades,
        )
    except BadQuery as error:
        raise SettingsError(f"{WATCHES}: watch {watch.name!r}: {error}") from error


def check_watches(folder: Path, now: datetime | None = None) -> WatchCheck:
    """Find what the saved searches have not found before, and deliver it with the notices that still wait.

    A search begins with what is seen after watches.toml was saved with it.
    """
    at = now or datetime.now(UTC)
    watches = load_watches(folder)
    selected = [(watch, filters_of(watch)) for watch in watches]
    settings = load_settings(folder).notifications
    with Archive.open(folder) as archive, notifications.open_notices(folder) as notices:
        found: list[tuple[str, ArticleChange]] = []
        stored = 0
        for watch, filters in selected:
            cursor = f"watch {watch.name} {filters.key}"
            last = notifications.read_cursor(notices, cursor)
            since = last - OVERLAP if last is not None else _saved_at(folder, at)
            for change in _changes(archive, watch, since):
                new = notifications.store(notices, [_message(watch, change)], settings, at)
                stored += new
                if new:
                    found.append((watch.name, change))
            with transaction(notices):
                notifications.write_cursor(notices, cursor, max(at, since))
        return WatchCheck(tuple(found), notifications.deliver(notices, settings, stored))


def check_after_crawl(folder: Path) -> list[str]:
    """Check the saved searches after a crawl; return a sentence for each thing that kept notices from people.

    Nothing that is wrong with a saved search or a channel may stop the crawls.
    """
    if not (folder / WATCHES).exists() and not notifications.waiting(folder):
        return []
    try:
        return list(check_watches(folder).delivery.errors)
    except ArchiveBusy:
        return []
    except (ArchiveError, OSError) as error:
        return [f"Saved searches were not checked: {error}"]


def _changes(archive: Archive, watch: Watch, since: datetime) -> Iterator[ArticleChange]:
    if watch.source is not None and watch.source not in archive.titles():
        return  # it has not been crawled yet
    yield from archive.changes(
        since=since,
        query=watch.query,
        source=watch.source,
        section=watch.section,
        kind=watch.kinds,
        grade=watch.grades,
    )


def _saved_at(folder: Path, now: datetime) -> datetime:
    return min(now, datetime.fromtimestamp((folder / WATCHES).stat().st_mtime, UTC))


def _message(watch: Watch, change: ArticleChange) -> Message:
    return Message(
        f"watch:{watch.name}:{change.id}",
        f"{watch.name}: {change_feed.headline(change)}",
        change_feed.description(change),
        {"watch": watch.name, "change": change.as_dict()},
    )
