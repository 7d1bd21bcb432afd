"""One version of an article with its parts, its capture and the place of its record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from archive import timestamps
from archive.extraction.model import Image, Link
from archive.http.capture import Place
from archive.index.db.connection import Connection, Row

_BATCH = 200  # rows whose parts are fetched together

SELECT_VERSIONS = """
    SELECT versions.*, articles.url AS article_url, articles.source AS article_source, articles.state,
        articles.first_seen AS article_first_seen, articles.last_seen AS article_last_seen,
        articles.version_count, captures.fetched_at, captures.status, captures.file, captures."offset",
        captures.length, captures.digest, captures.record_id, captures.url AS captured_url
    FROM versions
    JOIN articles ON articles.id = versions.article_id
    JOIN captures ON captures.id = versions.capture_id
"""


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """The record a version is based on: when it was fetched and where its bytes are."""

    url: str  # the address as requested
    fetched_at: datetime  # aware, UTC
    status: int | None
    place: Place
    digest: str  # "sha256:…" of the record's block
    record_id: str  # "<urn:uuid:…>"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields under their exported names."""
        return {
            "fetched_at": timestamps.to_iso(self.fetched_at),
            "status": self.status,
            "warc": self.place.file,
            "offset": self.place.offset,
            "length": self.place.length,
            "digest": self.digest,
            "record_id": self.record_id,
        }


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of an article. Unknown values are None or empty."""

    id: int  # of the article
    url: str
    source: str | None
    section: str | None
    state: str  # live, removed, moved, unreachable
    title: str
    lead: str | None
    body: str  # paragraphs separated by one blank line
    body_html: str | None  # the words of body with their structure; None if it was not stored
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    published: datetime | date | None  # aware, in the zone stated or assumed; a date if only the day is known
    published_utc: datetime | None  # aware, UTC; the start of the day if only the day is known
    published_stated: str | None
    published_found_in: str | None
    published_precision: str | None
    published_zone: str | None
    modified: datetime | date | None
    language: str | None
    words: int
    views: int | None
    images: tuple[Image, ...]
    links: tuple[Link, ...]
    first_seen: datetime  # of the article; aware, UTC
    last_seen: datetime  # of the article; aware, UTC
    version: int  # number of this version
    versions: int  # number of versions of the article
    version_first_seen: datetime  # aware, UTC
    version_last_seen: datetime  # aware, UTC
    partial: bool  # the rest of the text was not seen: hidden by a paywall, or cut off
    live_blog: bool  # timestamped entries under one headline
    notices: tuple[str, ...]  # legal notices, as printed
    confidence: float
    extractor: str
    capture: CaptureRef

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the body as paragraphs."""
        return tuple(self.body.split("\n\n")) if self.body else ()

    def as_dict(self) -> dict[str, Any]:
        """Return the article under its exported names; times are ISO 8601 with offset."""
        return {
            "id": self.id,
            "url": self.url,
            "source": self.source,
            "section": self.section,
            "state": self.state,
            "title": self.title,
            "lead": self.lead,
            "body": self.body,
            "body_html": self.body_html,
            "authors": list(self.authors),
            "tags": list(self.tags),
            "published": _iso(self.published),
            "published_utc": timestamps.to_iso(self.published_utc) if self.published_utc else None,
            "published_stated": self.published_stated,
            "published_found_in": self.published_found_in,
            "published_precision": self.published_precision,
            "published_zone": self.published_zone,
            "modified": _iso(self.modified),
            "language": self.language,
            "words": self.words,
            "views": self.views,
            "images": [
                {"url": image.url, "caption": image.caption, "credit": image.credit} for image in self.images
            ],
            "partial": self.partial,
            "live_blog": self.live_blog,
            "notices": list(self.notices),
            "first_seen": timestamps.to_iso(self.first_seen),
            "last_seen": timestamps.to_iso(self.last_seen),
            "version": self.version,
            "versions": self.versions,
            "version_first_seen": timestamps.to_iso(self.version_first_seen),
            "version_last_seen": timestamps.to_iso(self.version_last_seen),
            "confidence": self.confidence,
            "extractor": self.extractor,
            "capture": self.capture.as_dict(),
        }


def versions_of_article(connection: Connection, article_id: int) -> list[ArticleVersion]:
    """Return every version of an article, oldest first."""
    sql = f"{SELECT_VERSIONS} WHERE versions.article_id = ? ORDER BY versions.number"
    return list(of_rows(connection, connection.execute(sql, (article_id,))))


def of_rows(connection: Connection, rows: Iterator[Row]) -> Iterator[ArticleVersion]:
    """Yield the versions of rows from SELECT_VERSIONS, in order, in batches, so that memory stays flat."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield from _with_parts(connection, batch)
            batch = []
    yield from _with_parts(connection, batch)


def _with_parts(connection: Connection, rows: Sequence[Row]) -> Iterator[ArticleVersion]:
    numbers = [row["id"] for row in rows]
    parts = {table: _parts(connection, table, numbers) for table in ("bylines", "tags", "images", "links")}
    for row in rows:
        yield _version(row, {table: found.get(row["id"], []) for table, found in parts.items()})


def _parts(connection: Connection, table: str, numbers: Sequence[int]) -> dict[int, list[Row]]:
    marks = ", ".join("?" * len(numbers))
    found: dict[int, list[Row]] = {}
    for row in connection.execute(
        f"SELECT * FROM {table} WHERE version_id IN ({marks}) ORDER BY version_id, place", tuple(numbers)
    ):
        found.setdefault(row["version_id"], []).append(row)
    return found


def _version(row: Row, parts: dict[str, list[Row]]) -> ArticleVersion:
    return ArticleVersion(
        id=row["article_id"],
        url=row["article_url"],
        source=row["article_source"],
        section=row["section"],
        state=row["state"],
        title=row["title"],
        lead=row["lead"],
        body=row["body"],
        body_html=row["body_html"],
        authors=tuple(part["name"] for part in parts["bylines"]),
        tags=tuple(part["tag"] for part in parts["tags"]),
        published=_parse_date(row["published"]),
        published_utc=timestamps.from_iso(row["published_utc"]) if row["published_utc"] else None,
        published_stated=row["published_stated"],
        published_found_in=row["published_found_in"],
        published_precision=row["published_precision"],
        published_zone=row["published_zone"],
        modified=_parse_date(row["modified"]),
        language=row["language"],
        words=row["words"],
        views=row["views"],
        images=tuple(Image(part["url"], part["caption"], part["credit"]) for part in parts["images"]),
        links=tuple(Link(part["url"], part["text"]) for part in parts["links"]),
        first_seen=timestamps.from_iso(row["article_first_seen"]),
        last_seen=timestamps.from_iso(row["article_last_seen"]),
        version=row["number"],
        versions=row["version_count"],
        version_first_seen=timestamps.from_iso(row["first_seen"]),
        version_last_seen=timestamps.from_iso(row["last_seen"]),
        partial=bool(row["partial"]),
        live_blog=bool(row["live_blog"]),
        notices=tuple(row["notices"].split("\n\n")) if row["notices"] else (),
        confidence=row["confidence"],
        extractor=row["extractor"],
        capture=CaptureRef(
            url=row["captured_url"],
            fetched_at=timestamps.from_iso(row["fetched_at"]),
            status=row["status"],
            place=Place(row["file"], row["offset"], row["length"]),
            digest=row["digest"],
            record_id=row["record_id"],
        ),
    )


def _parse_date(stated: str | None) -> datetime | date | None:
    if stated is None:
        return None
    return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)


def _iso(moment: datetime | date | None) -> str | None:
    return None if moment is None else moment.isoformat()
