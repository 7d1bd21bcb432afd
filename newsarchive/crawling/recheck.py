"""Visits to known articles on request: which crawls make them, and what they found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.core import Archive
from archive.errors import ArchiveError, NotFound
from archive.filters import Filters
from archive.index.rows.versions import ArticleVersion
from newsarchive.crawling.crawl_process import CrawlOrder
from spiders.sources.source import Source


@dataclass(frozen=True, slots=True)
class Recheck:
    """The result of a visit on request to one article."""

    before: ArticleVersion  # the latest version before the visit
    after: ArticleVersion
    changed: tuple[str, ...]  # names of the fields that changed

    @property
    def is_new_version(self) -> bool:
        """Return whether the visit found a new version."""
        return self.after.version > self.before.version

    def as_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return {
            "id": self.after.id,
            "url": self.after.url,
            "source": self.after.source,
            "title": self.after.title,
            "state_before": self.before.state,
            "state": self.after.state,
            "version_before": self.before.version,
            "version": self.after.version,
            "changed": list(self.changed),
            "last_seen": self.after.as_dict()["last_seen"],
        }


def articles_to_visit(
    archive: Archive, keys: Sequence[str], filters: Iterable[Filters]
) -> dict[int, ArticleVersion]:
    """Return the articles named by address or number, and all that match one of the filters, by number.

    Raises NotFound with a line for each name that is unknown.
    """
    found: dict[int, ArticleVersion] = {}
    unknown: list[str] = []
    for key in keys:
        try:
            article = archive.article(key)
        except NotFound as error:
            unknown.append(str(error))
        else:
            found[article.id] = article
    if unknown:
        raise NotFound("\n".join(unknown))
    for wanted in filters:
        found.update((article.id, article) for article in archive.search(wanted, sort="oldest"))
    return found


def orders(articles: Iterable[ArticleVersion], sources: Sequence[Source]) -> list[CrawlOrder]:
    """Return one crawl for each source of the articles; raise ArchiveError for articles that no source can visit."""
    names = {source.name for source in sources}
    by_source: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        if article.source not in names:
            where = (
                f"sources/{article.source}.toml is missing"
                if article.source
                else "it was imported and belongs to no source"
            )
            raise ArchiveError(f"{article.url} cannot be visited: {where}.")
        by_source[article.source].append(article.url)
    return [CrawlOrder(name, recheck=tuple(urls)) for name, urls in sorted(by_source.items())]


def results(folder: Path, before: Iterable[ArticleVersion]) -> Iterator[Recheck]:
    """Yield what the visits found, article by article."""
    with Archive.open(folder) as archive:
        for article in before:
            after = archive.article(article.id)
            changes = (
                archive.compare(article.id, article.version, after.version)
                if after.version > article.version
                else ()
            )
            yield Recheck(article, after, tuple(change.name for change in changes))
