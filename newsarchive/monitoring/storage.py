"""The disk space of an archive beside its limits, for `newsarchive storage` and `newsarchive status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.storage.sizes import size_text
from archive.storage.thresholds import low_space_warning, shortage
from archive.storage.usage import StorageUsage, measure
from newsarchive.config import load_settings


@dataclass(frozen=True, slots=True)
class StorageReport:
    """The space that an archive uses on its disk, and the free space below which it warns and stops crawls."""

    usage: StorageUsage
    min_free: int  # bytes
    warn_free: int  # bytes

    @property
    def alarm(self) -> str | None:
        """Return what needs attention, or None."""
        stopped = shortage(self.usage.free_bytes, self.min_free)
        return stopped or low_space_warning(self.usage.free_bytes, self.warn_free)

    @property
    def line(self) -> str:
        """Return the report in one line."""
        usage = self.usage
        parts = [f"{size_text(usage.total_bytes)} used", f"{size_text(usage.free_bytes)} free"]
        if usage.days_left is not None:
            parts.append(f"{size_text(usage.growth_per_day)} more a day, {full_in(usage.days_left)}")
        return "; ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for JSON; sizes in bytes."""
        usage = self.usage
        return {
            "total_bytes": usage.total_bytes,
            "warc_bytes": usage.warc_bytes,
            "warc": [{"source": one.source, "files": one.files, "bytes": one.bytes} for one in usage.warc],
            "moved_bytes": usage.moved_bytes,
            "index_bytes": usage.index_bytes,
            "other_bytes": usage.other_bytes,
            "growth_bytes_per_day": round(usage.growth_per_day),
            "free_bytes": usage.free_bytes,
            "disk_bytes": usage.disk_bytes,
            "days_left": usage.days_left,
            "min_free_bytes": self.min_free,
            "warn_free_bytes": self.warn_free,
            "alarm": self.alarm,
        }


def storage_report(folder: Path, now: datetime) -> StorageReport:
    """Return what an archive uses of its disk; raise SettingsError if its limits are invalid."""
    settings = load_settings(folder)
    return StorageReport(measure(folder, now), settings.min_free, settings.warn_free)


def full_in(days: int) -> str:
    """Return when the disk is full, in words."""
    if days > 3650:
        return "full in more than 10 years"
    if days < 1:
        return "full within a day"
    return f"full in {days} day{'' if days == 1 else 's'}"
