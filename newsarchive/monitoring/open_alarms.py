"""The alarms that are raised now, in state/alarms.json: each is reported once, until it is over.

The alarms of a source are looked for after each of its crawls. One that is found no longer is over after a day: a share
of pages that hovers about a threshold would be reported again and again otherwise.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive import locks, paths, timestamps
from archive.core import Archive
from archive.errors import SourceError
from newsarchive.monitoring.alarms import Alarm, find_alarms
from newsarchive.notices.notifications import Message
from spiders.sources.source import load

STATE_FILE = "alarms.json"
OVER_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that is not over, with when it was raised and last found."""

    source: str
    kind: str
    section: str | None
    sentence: str
    raised_at: str  # UTC, ISO 8601
    found_at: str  # likewise

    @property
    def key(self) -> str:
        """Return what identifies the alarm until it is over."""
        return "/".join((self.source, self.kind, self.section or ""))


def check_source(folder: Path, name: str, now: datetime | None = None) -> list[Message]:
    """Look for the alarms of a source, store them, and return a message for each that is new or over.

    A source whose file is missing or has errors keeps its alarms.
    """
    now = now or datetime.now(UTC)
    try:
        source = load(folder / paths.SOURCES / f"{name}.toml")
    except SourceError:
        return []
    with Archive.open(folder) as archive:
        found = find_alarms(archive.connection, source, now)
    with locks.lock_waiting(folder / paths.STATE / "newsarchive.alarms.lock"):
        before = read_alarms(folder)
        after, messages = update(before, name, found, now)
        if after != before:
            _write(folder, after)
    return messages


def update(
    before: Sequence[OpenAlarm], source: str, found: Sequence[Alarm], now: datetime
) -> tuple[list[OpenAlarm], list[Message]]:
    """Return the open alarms after a source was looked at, and the messages about those that are new or over."""
    at = timestamps.to_iso(now)
    known = {alarm.key: alarm for alarm in before}
    after = {alarm.key: alarm for alarm in before}
    messages = []
    for alarm in found:
        earlier = known.get(alarm.key)
        raised_at = earlier.raised_at if earlier is not None else at
        after[alarm.key] = OpenAlarm(source, alarm.kind, alarm.section, alarm.sentence, raised_at, at)
        if earlier is None:
            messages.append(_message(after[alarm.key], "alarm", at, alarm.as_dict()))
    keys = {alarm.key for alarm in found}
    for raised in before:
        is_over = timestamps.from_iso(raised.found_at) <= now - OVER_AFTER
        if raised.source == source and raised.key not in keys and is_over:
            del after[raised.key]
            messages.append(_message(raised, "over", at, {}))
    return list(after.values()), messages


def read_alarms(folder: Path) -> list[OpenAlarm]:
    """Return the alarms that are raised now, as of the last crawl of each source."""
    try:
        stored = json.loads((folder / paths.STATE / STATE_FILE).read_text("utf-8"))
        return [OpenAlarm(**alarm) for alarm in stored]
    except (
        OSError,
        ValueError,
        TypeError,
    ):  # none was raised yet, or the file is damaged: they are found again
        return []


def _write(folder: Path, alarms: Sequence[OpenAlarm]) -> None:
    path = folder / paths.STATE / STATE_FILE
    part = path.with_suffix(".part")
    rows = [{name: getattr(alarm, name) for name in OpenAlarm.__slots__} for alarm in alarms]
    with suppress(OSError):  # with a full disk they are found and reported again
        part.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(part, path)


def _message(alarm: OpenAlarm, event: str, at: str, data: dict[str, Any]) -> Message:
    subject = f"{alarm.source}: {alarm.kind}" + (f" in {alarm.section}" if alarm.section else "")
    if event == "over":
        subject = f"Over: {subject}"
    stated = {"source": alarm.source, "kind": alarm.kind, "section": alarm.section}
    return Message(
        f"{event}:{alarm.key}:{alarm.raised_at}",
        subject,
        f"{alarm.source}: {alarm.sentence}",
        {"event": event, "at": at, "raised_at": alarm.raised_at, **stated, **data},
    )
