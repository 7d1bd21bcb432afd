"""Compare the times that articles print with the same times in their data, which state a UTC offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from archive.extraction.dates.candidates import DateContext, find_candidates
from archive.extraction.extract import extract_with_lines
from archive.extraction.metadata.collect import collect_metadata
from archive.extraction.model import Article, Outlet, Rejection, StatedTime
from archive.http.capture import Capture
from newsarchive.source_setup.zones import TimeEvidence

MAX_PRINTED = 3  # printed times closest to the headline that are compared
_UTC = ZoneInfo("UTC")


def read_sample(
    capture: Capture, *, languages: tuple[str, ...], feed_time: str | None
) -> tuple[Article | Rejection, TimeEvidence | None]:
    """Return the article on a page, and its time as printed beside its time as stated with an offset.

    `feed_time` is the time of the article in a feed, as printed there.
    """
    found = extract_with_lines(capture, Outlet("UTC", languages), None)
    if isinstance(found, Rejection):
        return found, None
    context = DateContext(_UTC, languages, capture.fetched_at)
    metadata = collect_metadata(found.page)
    stated = [
        time
        for time in (
            *(context.parse(one.value, one.found_in) for one in metadata.published),
            context.parse(feed_time, "feed") if feed_time else None,
        )
        if time is not None and time.zone == "stated" and time.precision in ("second", "minute")
    ]
    near = sorted(
        find_candidates(found.page, context, found.headline, found.text, found.captions),
        key=lambda one: -one.weight,
    )
    printed = [one.stamp for one in near if not one.is_update and _is_local(one.stamp)][:MAX_PRINTED]
    return found.article, next(
        (
            evidence
            for at in stated
            for local in printed
            if (evidence := _evidence(capture.url, at.at, local.at)) is not None
        ),
        None,
    )


def _is_local(time: StatedTime) -> bool:
    return time.zone == "source" and time.precision in ("second", "minute")


def _evidence(url: str, at: datetime, printed: datetime) -> TimeEvidence | None:
    """Return the evidence of two times; None if they cannot be the same moment."""
    local = printed.replace(tzinfo=None)
    stated = at.astimezone(UTC)
    if local.second == 0:
        stated -= timedelta(seconds=stated.second, microseconds=stated.microsecond)
    evidence = TimeEvidence(url, stated, local)
    return evidence if evidence.is_plausible else None
