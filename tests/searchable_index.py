"""An index to which a test adds articles one by one, as a crawl does, to search them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from archive.events import CrawlStarted, Fetched
from archive.extraction.model import Article, StatedTime
from archive.filters import Filters, Sort
from archive.http.capture import Capture
from archive.index.db.connection import Connection, connect
from archive.index.ingest import articles, captures, merge
from archive.index.search.counts import Counts, count_articles
from archive.index.search.search import search
from tests.recordings import entry_of

START = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)


class SearchableIndex:
    """An index, and methods that add articles to it as a crawl does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.index: Connection = connect(path, create=True)
        self._numbers = count(1)
        for source in ("primorsk", "port"):
            started = CrawlStarted(
                crawl=f"{source}-1",
                source=source,
                title=source,
                timezone="Europe/Kyiv",
                at="2022-01-01T00:00:00.000000Z",
            )
            captures.add_crawl_started(self.index, started)

    def publish(
        self,
        title: str = "Новость",
        *body: str,
        lead: str | None = None,
        at: datetime | None = None,
        seen: datetime | None = None,
        url: str | None = None,
        source: str = "primorsk",
        section: str = "Мир",
        authors: tuple[str, ...] = (),
        tags: tuple[str, ...] = (),
        language: str | None = "ru",
    ) -> str:
        """Store one more article, and return its URL."""
        number = next(self._numbers)
        url = url or f"http://news.example/{number}"
        capture_id = self._captured(number, url, b"200 OK", source, section, seen)
        stamp = StatedTime(at, "minute", "", "visible", "source", "") if at else None
        article = Article(
            title=title,
            body=body or ("Текст.",),
            lead=lead,
            published=stamp,
            authors=authors,
            tags=tags,
            language=language,
        )
        articles.apply_extraction(self.index, capture_id, article, extractor="one")
        return url

    def take_down(self, url: str, source: str = "primorsk") -> None:
        """Its address is asked twice, and twice it is not found."""
        for _ in range(2):
            capture_id = self._captured(next(self._numbers), url, b"404 Not Found", source, "Мир", None)
            articles.apply_extraction(self.index, capture_id, None, extractor="one")

    def _captured(
        self, number: int, url: str, status: bytes, source: str, section: str, seen: datetime | None
    ) -> int:
        capture = Capture(url, seen or START + timedelta(minutes=number), b"HTTP/1.1 " + status + b"\r\n\r\n")
        entry = entry_of(capture, number)
        why = Fetched(role="article", crawl=f"{source}-1", source=source, section=section)
        return captures.add_capture(self.index, entry, why)

    def found(
        self, typed: str = "", sort: Sort = "newest", *, all_versions: bool = False, **filtered: object
    ) -> list[str]:
        """Return the URLs that a search finds."""
        filters = Filters(typed, **filtered)  # type: ignore[arg-type]
        return [one.url for one in search(self.index, filters, sort=sort, all_versions=all_versions)]

    def counted(self, typed: str = "", **filtered: object) -> Counts:
        """How many are found."""
        return count_articles(self.index, Filters(typed, **filtered))  # type: ignore[arg-type]


def merge_into(index: Connection, from_id: int, into_id: int) -> int:
    """Merge two articles, the older of which remains at the address of `into_id`; return its id."""
    rows = index.execute(
        "SELECT id, url FROM articles WHERE id IN (?, ?) ORDER BY first_seen, id", (from_id, into_id)
    ).fetchall()
    kept, merged = (row["id"] for row in rows)
    merge.merge_articles(index, kept, merged, next(row["url"] for row in rows if row["id"] == into_id))
    return int(kept)
