"""The outcome and the counts of a crawl: names, labels and meanings, for the index, the commands and the web pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# How a crawl ended. The first three are stored; failed: the crawl process ended without storing an outcome.
Outcome = Literal["finished", "stopped", "limit", "failed"]
# Also of the last crawl of a source: it has no outcome yet, it was killed before it had one, or there was no crawl.
Status = Literal["finished", "stopped", "limit", "failed", "running", "killed", "none"]
OUTCOME_LABELS: Mapping[Status, str] = {
    "finished": "finished",
    "stopped": "stopped",
    "limit": "limit reached",
    "failed": "failed",
    "running": "running",
    "killed": "killed",
    "none": "–",
}


@dataclass(frozen=True, slots=True)
class CrawlCount:
    """One count of a crawl."""

    label: str  # heading of a column
    phrase: str  # follows the number: «3 new»
    meaning: str
    is_stored: bool = True  # in the table crawls; the others exist only while the crawl runs and when it ends


CRAWL_COUNTS: Mapping[str, CrawlCount] = {
    "found": CrawlCount("Found", "found", "distinct articles that the listings showed"),
    "new": CrawlCount("New", "new", "articles extracted for the first time"),
    "known": CrawlCount("Known", "known", "known articles found unchanged"),
    "changed": CrawlCount("Changed", "changed", "known articles found with new content"),
    "gone": CrawlCount("Gone", "gone", "known articles whose address answered 404 or 410 for the first time"),
    "moved": CrawlCount(
        "Moved", "moved", "articles whose address redirected elsewhere, including to the same story"
    ),
    "removed": CrawlCount("Removed", "removed", "articles that became removed"),
    "not_articles": CrawlCount("Rejected", "rejected", "pages that were extracted and are not articles"),
    "forbidden": CrawlCount(
        "Forbidden", "forbidden by robots.txt", "addresses not requested because robots.txt forbids them"
    ),
    "failed": CrawlCount("Failed", "failed", "addresses that gave no usable response"),
    "left_out": CrawlCount(
        "Left",
        "left for the next crawl",
        "new articles that a limit left for the next crawl",
        is_stored=False,
    ),
    "missing_parts": CrawlCount(
        "Missing",
        "parts of pages missing",
        "images, style sheets, scripts and fonts that could not be fetched",
        is_stored=False,
    ),
}
STORED_COUNTS = tuple(name for name, count in CRAWL_COUNTS.items() if count.is_stored)


def count_phrases(counts: Mapping[str, int | None]) -> list[str]:
    """Return the non-zero counts of a crawl as phrases for people: «3 new»."""
    return [
        f"{number} {CRAWL_COUNTS[name].phrase if name in CRAWL_COUNTS else name}"
        for name, number in counts.items()
        if number
    ]
