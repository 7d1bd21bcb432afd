"""The provenance file of an export: where its content comes from, and what it contains. PURE."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import timestamps
from archive.article_fields import ArticleVersion
from archive.export.formats import ExportFormat, Separator, find_format
from archive.filters import Filters, Sort

if TYPE_CHECKING:
    from archive.index.db.connection import Connection

PROVENANCE_VERSION = 1  # version of the file's own format
_PROGRESS_INTERVAL = 100  # articles between two progress reports
_PARTITIONS = 64


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """The request for an export: the articles and the format."""

    form: ExportFormat
    filters: Filters = Filters()  # noqa: RUF009 - a value
    sort: Sort = "oldest"
    limit: int | None = None
    versions: bool = False  # every version, instead of the one that matches best
    links: bool = False
    separator: Separator = "comma"
    articles: tuple[int, ...] = ()  # numbers of single articles, instead of those that the filters select

    @property
    def is_everything(self) -> bool:
        """Return whether nothing narrows the request."""
        return self.filters == Filters() and self.limit is None and not self.articles

    def as_dict(self) -> dict[str, Any]:
        """Return the request for JSON, with only the filters that were given."""
        form = find_format(self.form)
        values: dict[str, Any] = {
            "query": self.filters.query,
            "filters": self.filters.given(),
            "sort": self.sort,
            "limit": self.limit,
            "every_version": self.versions or form.is_archive,
            "links": self.links or form.is_archive,
        }
        if self.articles:
            values["articles"] = list(self.articles)
        return values | ({"separator": self.separator} if form.has_separator else {})


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """The origin of the content of an archive format."""

    connection: Connection
    folder: Path  # of the archive
    at: datetime  # of the export
    made_by: str  # program and version
    has_everything: bool  # whether nothing narrows the request
    damages: list[str] = field(
        default_factory=list
    )  # records that could not be exported, a sentence for each


class ArticleCounter:
    """Count articles as they pass through, in almost constant memory."""

    def __init__(self, on_progress: Callable[[int], None] = lambda rows: None) -> None:
        self.rows = 0
        self.extractors: Counter[str] = Counter()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._ids: defaultdict[tuple[str, str], array[int]] = defaultdict(
            lambda: array("q")
        )  # by source, state
        self._on_progress = on_progress

    def counted(self, articles: Iterable[ArticleVersion]) -> Iterator[ArticleVersion]:
        """Yield the same articles, counted."""
        for article in articles:
            fetched_at = article.capture.fetched_at
            self.rows += 1
            self.extractors[article.extractor] += 1
            self.first = min(self.first or fetched_at, fetched_at)
            self.last = max(self.last or fetched_at, fetched_at)
            self._ids[article.source or "", article.state].append(article.id)
            if self.rows % _PROGRESS_INTERVAL == 0:
                self._on_progress(self.rows)
            yield article
        self._on_progress(self.rows)

    def article_counts(self) -> Counter[tuple[str, str]]:
        """Return the number of distinct articles by source and state."""
        return Counter({key: _count_distinct(ids) for key, ids in self._ids.items()})


def _count_distinct(ids: Sequence[int]) -> int:
    """Return the number of distinct ids, counted in partitions so that no large set is ever built."""
    return sum(len({one for one in ids if one % _PARTITIONS == share}) for share in range(_PARTITIONS))


def build_provenance(
    request: ExportRequest,
    counter: ArticleCounter,
    *,
    file: Mapping[str, Any],
    dictionary: Mapping[str, Any],
    archive: Mapping[str, Any],
    made_by: Mapping[str, Any],
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the content of the provenance file, for JSON."""
    articles = counter.article_counts()
    by_source, by_state = Counter[str](), Counter[str]()
    for (source, state), number in articles.items():
        by_source[source] += number
        by_state[state] += number
    counts: dict[str, Any] = {
        "rows": counter.rows,
        "articles": articles.total(),
        "articles_by_source": dict(sorted(by_source.items())),
        "articles_by_state": dict(sorted(by_state.items())),
    }
    return {
        "provenance": PROVENANCE_VERSION,
        "file": file,
        "format": request.form,
        "exported_at": timestamps.to_iso(at),
        "asked": request.as_dict(),
        "counts": counts | dict(details or {}),
        "captured": {
            "first": timestamps.to_iso(counter.first) if counter.first else None,
            "last": timestamps.to_iso(counter.last) if counter.last else None,
        },
        "rows_by_extractor": dict(sorted(counter.extractors.items())),
        "archive": archive,
        "dictionary": dictionary,
        "made_by": made_by,
    }
