"""The report of a crawl: counts and failures, written as JSON lines for another process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from archive.index.ingest.articles import VisitResult
from archive.reasons import FORBIDDEN, Reason
from spiders.crawl.task import PART_ROLES

MIN_REJECTED = 3  # rejected pages, as a number
MIN_REJECTED_SHARE = (
    0.25  # and as a share of all visited: above both, suspect a wall or an unknown page template
)


@dataclass(slots=True)
class CrawlReport:
    """Counts and failures of a crawl. `out` receives JSON lines about progress and the end."""

    out: TextIO | None = None
    fetched: int = 0
    # Hashes of canonical addresses that listings showed, as sitemaps show millions.
    listed: set[int] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)  # outcome → articles
    lost: set[tuple[str, int]] = field(default_factory=set)  # outcome and number of articles gone or moved
    rejected: dict[str, str] = field(default_factory=dict)  # address of a rejected page → reason
    failures: dict[str, str] = field(
        default_factory=dict
    )  # address → reason; without those that succeeded later
    forbidden: set[str] = field(default_factory=set)  # addresses that robots.txt forbids
    missing_parts: int = 0  # images, style sheets, scripts and fonts that could not be fetched
    left_out: set[int] = field(
        default_factory=set
    )  # likewise, new articles left for the next crawl by a limit
    notes: list[str] = field(default_factory=list)  # for the person who runs the crawl

    def count_outcome(self, url: str, applied: VisitResult) -> None:
        """Count the result of one visit to an article's address."""
        self._count(applied)
        self.failures.pop(url, None)  # from an earlier try
        if applied.is_failure:
            self.failures[url] = applied.reason.words if applied.reason else "no usable response"
        if applied.outcome == "not an article":
            self.rejected[url] = applied.reason.words if applied.reason else "no article"

    def count_listed(self, addresses: Iterable[str]) -> None:
        """Count the canonical addresses that a listing showed, each once."""
        self.listed.update(map(hash, addresses))

    def count_left_out(self, address: str) -> None:
        """Count the canonical address of a new article that a limit leaves for the next crawl, once."""
        self.left_out.add(hash(address))

    def _count(self, applied: VisitResult) -> None:
        """Count an outcome; gone and moved once an article, however many of its addresses answered so."""
        if applied.outcome not in ("gone", "moved"):
            self.outcomes[applied.outcome] += 1
        elif applied.article_id is None:
            self.outcomes["never there"] += 1
        elif (found := (applied.outcome, applied.article_id)) not in self.lost:
            self.lost.add(found)
            self.outcomes[applied.outcome] += 1

    def recount_as_unchanged(self, number: int) -> None:
        """Move articles from changed to known, after templates learned in this crawl showed no change."""
        number = min(number, self.outcomes["changed"])  # the rest was counted by a killed crawl
        self.outcomes["changed"] -= number
        self.outcomes["known"] += number

    def recount_as_moved(self, url: str) -> None:
        """Move a page from rejected to moved, as it only sends its readers to another address."""
        if self.rejected.pop(url, None) is not None:
            self.outcomes["not an article"] -= 1
            self.outcomes["moved"] += 1

    def count_failure(self, url: str, role: str, reason: Reason) -> None:
        """Count an address that gave no usable response; parts of pages only by number, as many are missing."""
        if role in PART_ROLES:
            self.missing_parts += 1
        elif reason.code == FORBIDDEN:
            self.forbidden.add(url)
        else:
            self.failures[url] = reason.words

    def rejection_warning(self) -> str | None:
        """Return a warning if so many pages were rejected that a wall is likely, else None."""
        number = len(self.rejected)
        visited = sum(self.outcomes.values())
        if number < MIN_REJECTED or number < visited * MIN_REJECTED_SHARE:
            return None
        reasons = Counter(self.rejected.values())
        why = ", ".join(f"{reason} {times}" for reason, times in reasons.most_common())
        return f"{number} of {visited} pages were no articles: {why}."

    def counts(self) -> dict[str, int]:
        """Return the counts stored in the crawl's row."""
        named = {
            name: self.outcomes[name] for name in ("new", "known", "changed", "removed", "gone", "moved")
        }
        return {
            "found": len(self.listed),
            **named,
            "not_articles": self.outcomes["not an article"],
            "forbidden": len(self.forbidden),
            "failed": len(self.failures),
            "left_out": len(self.left_out),
            "missing_parts": self.missing_parts,
        }

    def write_progress(self, phase: str, queued: int) -> None:
        """Write a JSON line with the progress of the crawl."""
        self._write_line(
            {"event": "progress", "phase": phase, "fetched": self.fetched, "queued": queued, **self.counts()}
        )

    def write_end(self, crawl: str, outcome: str) -> None:
        """Write a JSON line with the outcome of the crawl."""
        self._write_line(
            {
                "event": "ended",
                "crawl": crawl,
                "outcome": outcome,
                "counts": self.counts(),
                "fetched": self.fetched,
                "failures": list(self.failures.items()),
                "forbidden": sorted(self.forbidden),
                "refused": list(self.rejected.items()),
                "notes": self.notes,
            }
        )

    def _write_line(self, event: Mapping[str, object]) -> None:
        """Write a JSON line, if another process reads them."""
        if self.out is not None:
            print(json.dumps(event, ensure_ascii=False), file=self.out, flush=True)
