"""Where an export comes from and what is in it: the file that stands beside it. PURE."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive import moments
from archive.export.csv import Separator
from archive.export.forms import Form
from archive.filters import Filters, Sort
from archive.index.versions import ArticleVersion

PROVENANCE = 1  # the form of the file itself
_OFTEN = 100  # articles between two looks at how far it is
_SHARES = 64


@dataclass(frozen=True, slots=True)
class Question:
    """Which articles were asked for, and in which form."""

    form: Form
    filters: Filters = Filters()  # noqa: RUF009 - a value
    sort: Sort = "oldest"
    limit: int | None = None
    versions: bool = False  # every version and not only the one that fits best
    links: bool = False
    separator: Separator = "comma"

    def as_dict(self) -> dict[str, Any]:
        """For JSON; only the filters that were given."""
        told = {
            "query": self.filters.query,
            "filters": self.filters.given(),
            "sort": self.sort,
            "limit": self.limit,
            "every_version": self.versions or self.form == "sqlite",
            "links": self.links or self.form == "sqlite",
        }
        return told | ({"separator": self.separator} if self.form == "csv" else {})


class Tally:
    """Counts articles as they go by, in memory that hardly grows."""

    def __init__(self, told: Callable[[int], None] = lambda rows: None) -> None:
        self.rows = 0
        self.sources: Counter[str | None] = Counter()
        self.states: Counter[str] = Counter()
        self.extractors: Counter[str] = Counter()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._ids = array("q")
        self._told = told

    def over(self, articles: Iterable[ArticleVersion]) -> Iterator[ArticleVersion]:
        """The same articles, counted."""
        for article in articles:
            fetched_at = article.capture.fetched_at
            self.rows += 1
            self.sources[article.source] += 1
            self.states[article.state] += 1
            self.extractors[article.extractor] += 1
            self.first = min(self.first or fetched_at, fetched_at)
            self.last = max(self.last or fetched_at, fetched_at)
            self._ids.append(article.id)
            if self.rows % _OFTEN == 0:
                self._told(self.rows)
            yield article
        self._told(self.rows)

    @property
    def articles(self) -> int:
        """How many distinct articles there were; counted in shares, so that no large set is ever made."""
        return sum(len({one for one in self._ids if one % _SHARES == share}) for share in range(_SHARES))


def provenance(
    question: Question,
    tally: Tally,
    *,
    file: Mapping[str, Any],
    dictionary: Mapping[str, Any],
    archive: Mapping[str, Any],
    made_by: Mapping[str, Any],
    at: datetime,
    tables: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """What stands in the file, for JSON."""
    counts: dict[str, Any] = {
        "rows": tally.rows,
        "articles": tally.articles,
        "by_source": {name or "": count for name, count in sorted(tally.sources.items(), key=str)},
        "by_state": dict(sorted(tally.states.items())),
    }
    return {
        "provenance": PROVENANCE,
        "file": file,
        "format": question.form,
        "exported_at": moments.text(at),
        "asked": question.as_dict(),
        "counts": counts | ({"tables": tables} if tables else {}),
        "captured": {
            "first": moments.text(tally.first) if tally.first else None,
            "last": moments.text(tally.last) if tally.last else None,
        },
        "extractors": dict(sorted(tally.extractors.items())),
        "archive": archive,
        "dictionary": dictionary,
        "made_by": made_by,
    }
