"""A crawl's recording as tests begin it: by no spider, at a moment of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import uuid4

from archive import timestamps
from archive.core import Archive
from archive.events import CrawlStarted
from archive.http.capture import Capture, Place
from archive.recording.session import Recording
from archive.warc.entries import CaptureEntry


def begun(
    archive: Archive,
    crawl: str,
    source: str,
    at: datetime,
    *,
    extractor: str = "a test",
    now: Callable[[], datetime] | None = None,
    appends: bool = False,
    max_bytes: int = 10**9,
    max_age: timedelta = timedelta(hours=24),
    info: Mapping[str, str] = MappingProxyType({}),
) -> Recording:
    """Return the recording of a crawl of a source in UTC; `now` is its clock, by default stopped at `at`."""
    started = CrawlStarted(crawl=crawl, source=source, title=source, timezone="UTC", at=timestamps.to_iso(at))
    return Recording(
        archive.folder,
        archive.connection,
        started,
        extractor=extractor,
        info=info,
        max_bytes=max_bytes,
        max_age=max_age,
        appends=appends,
        now=now or (lambda: at),
        new_id=uuid4,
    )


def entry_of(capture: Capture, number: int) -> CaptureEntry:
    """Return the index row of a capture without a record; each number gives another."""
    return CaptureEntry.of(
        capture,
        record_id=f"<urn:uuid:{number}>",
        place=Place("warc/x.warc.gz", number, 1),
        digest="",
        truncated=None,
    )
