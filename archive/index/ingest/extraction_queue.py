"""Captures stored but not extracted yet, and the jobs that extract them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from archive import timestamps, urls
from archive.extraction.model import Article, ListingEntry, Outlet
from archive.extraction.templates import selection
from archive.http.capture import Place
from archive.index.db.connection import Connection, Row
from archive.index.ingest.articles import unchanged_capture_of
from archive.index.ingest.content_digest import content_digest
from archive.index.ingest.revisits import original_place
from archive.index.rows.addresses import article_at, latest_version
from archive.jobs.pool import ExtractionJob, ExtractionResult, KnownVersion, extraction_result
from archive.reasons import ARTICLE, UNAPPLIED, Reason, words_begin

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
PAGE_STATUSES = frozenset({200, 203, 206})  # of a page, or of a part of one
MAX_OTHER_ARTICLES = 3  # articles of an outlet that show how it builds its pages
NOT_MODIFIED = 304  # means nothing if no unmodified response is known


def pending_captures(connection: Connection, source: str | None = None) -> list[int]:
    """Return the captures of articles not extracted yet, in the order stored."""
    of_source = "AND source = :source" if source is not None else ""
    rows = connection.execute(
        f"""
        SELECT id FROM captures INDEXED BY captures_unread
        WHERE reading IS NULL AND role = 'article' {of_source} ORDER BY id
        """,
        {"source": source},
    )
    return [row["id"] for row in rows]


def unapplied_captures(connection: Connection, file: str | None = None) -> list[tuple[str, str]]:
    """Return the addresses of captures that could not be applied, in one WARC file or in all, and why."""
    of_file = "AND file = :file" if file is not None else ""
    begin = words_begin(UNAPPLIED)
    rows = connection.execute(
        f"SELECT url, reading FROM captures WHERE substr(reading, 1, :length) = :begin {of_file} ORDER BY id",
        {"length": len(begin), "begin": begin, "file": file},
    )
    return [(row["url"], Reason.parse(row["reading"]).detail or "") for row in rows]


def capture_url(connection: Connection, capture_id: int) -> str:
    """Return the requested address of a capture."""
    return str(connection.execute("SELECT url FROM captures WHERE id = ?", (capture_id,)).fetchone()["url"])


def may_be_article(role: str, status: int | None, media_type: str | None) -> bool:
    """Return whether to extract a capture: those of articles, and of other pages those in HTML."""
    if role == "page":
        return status in PAGE_STATUSES and media_type in HTML_TYPES
    return role == "article"


def pending_pages(
    connection: Connection, among: Collection[int] | None = None
) -> list[tuple[int, str | None]]:
    """Return imported pages not extracted yet, of all captures or among some, with their source, as stored."""
    unread = "SELECT * FROM captures WHERE reading IS NULL AND role = 'page' AND crawl_id IS NULL"
    if among is None:
        rows = connection.execute(f"{unread} ORDER BY id").fetchall()
    else:
        each = (connection.execute(f"{unread} AND id = ?", (number,)).fetchone() for number in among)
        rows = [row for row in each if row]
    return [
        (row["id"], row["source"])
        for row in rows
        if may_be_article(row["role"], row["status"], row["media_type"])
    ]


def extraction_job(
    connection: Connection,
    folder: Path,
    capture_id: int,
    outlet: Outlet,
    extractor: str,
    *,
    ahead: bool = False,
) -> ExtractionJob | None:
    """Return the job to extract a capture; None for errors, redirects and unchanged pages, which are not extracted.

    Whether a page is unchanged is known once all captures before it are applied. If the job is made `ahead` of
    that, there is none for a capture that may be unchanged.
    """
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    if row["redirects_to"] or row["status"] is None or row["status"] >= 400:
        return None
    if row["kind"] == "revisit":
        if (
            ahead
            or unchanged_capture_of(connection, row) is not None
            or original_place(connection, _place(row)) is None
        ):
            return None
    elif row["status"] == NOT_MODIFIED:
        return None
    known = selection.outlet_at(outlet, timestamps.from_iso(row["fetched_at"]))
    name = selection.extractor_name(extractor, known)
    url = urls.canonical(row["url"])
    before = _capture_to_reextract(connection, url, name)
    earlier = job_for_row(connection, folder, before, known, name) if before else None
    is_new = article_at(connection, url) is None
    job = job_for_row(connection, folder, row, known, name, earlier, is_new=is_new)
    latest = _latest_version_at(connection, url)
    if latest is None:
        return job

    def of_capture(number: int) -> ExtractionJob:
        of = connection.execute("SELECT * FROM captures WHERE id = ?", (number,)).fetchone()
        return job_for_row(connection, folder, of, known, name)

    others = None
    if not ahead:
        others = tuple(
            (title, of_capture(number)) for title, number in _other_articles(connection, latest["article_id"])
        )
    against = KnownVersion(
        latest["id"], latest["title"], latest["body"], of_capture(latest["capture_id"]), others
    )
    return replace(job, known_version=against)


def compared_result(
    connection: Connection,
    capture_id: int,
    future: Future[ExtractionResult] | None,
    start_extraction: Callable[[], Future[ExtractionResult] | None],
) -> ExtractionResult | None:
    """Return the result of an extraction started ahead of its turn, started again if it cannot be applied.

    Only in its turn is it known whether the capture, or the version before it, must be extracted. None for
    responses that are not extracted. Raise JobInterrupted where `extraction_result` does.
    """
    future = future or start_extraction()
    result = extraction_result(future) if future else None
    if result and not can_apply(connection, capture_id, result):
        again = start_extraction()
        result = extraction_result(again) if again else None
    return result


def can_apply(connection: Connection, capture_id: int, result: ExtractionResult) -> bool:
    """Return whether an extraction can be applied.

    False if the version before was extracted by another extractor and not yet again by this one, or if it would
    be a new version and was not compared with that one: a job made ahead of its turn could not know.
    """
    if not isinstance(result.extraction, Article):
        return True
    row = connection.execute("SELECT url FROM captures WHERE id = ?", (capture_id,)).fetchone()
    url = urls.canonical(row["url"])
    if result.previous is None and _capture_to_reextract(connection, url, result.extractor) is not None:
        return False
    latest = _latest_version_at(connection, url)
    if latest is None or result.is_cut or latest["content_sha256"] == content_digest(result.extraction):
        return True
    return result.compared_version == latest["id"] and result.is_another_page is not None


def job_for_row(
    connection: Connection,
    folder: Path,
    row: Row,
    outlet: Outlet,
    extractor: str,
    before: ExtractionJob | None = None,
    *,
    is_new: bool = False,
) -> ExtractionJob:
    """Return the job to extract the capture of a row, whether or not it has to be extracted."""
    place = _place(row)
    original = original_place(connection, place) if row["kind"] == "revisit" else None
    listed = _listed(row)
    return ExtractionJob(
        folder,
        place,
        outlet,
        listed,
        row["truncated"],
        original,
        before,
        extractor,
        capture=None,
        is_new=is_new,
    )


def _latest_version_at(connection: Connection, url: str) -> Row | None:
    known = article_at(connection, url)
    return latest_version(connection, known) if known is not None else None


def _other_articles(connection: Connection, article_id: int) -> list[tuple[str, int]]:
    """Return titles and latest captures of the articles of the same outlet that responded last."""
    rows = connection.execute(
        f"""
        SELECT versions.title, (
            SELECT max(id) FROM captures
            WHERE captures.url = articles.url AND reading = :article AND kind = 'response'
        ) AS capture_id
        FROM articles JOIN versions ON versions.article_id = articles.id
            AND versions.number = articles.version_count
        WHERE articles.state IN ('live', 'restricted') AND articles.id != :id
            AND articles.source = (SELECT source FROM articles WHERE id = :id)
        ORDER BY articles.last_looked DESC, articles.id DESC LIMIT {MAX_OTHER_ARTICLES}
        """,
        {"id": article_id, "article": ARTICLE},
    )
    return [(row["title"], row["capture_id"]) for row in rows if row["capture_id"] is not None]


def _capture_to_reextract(connection: Connection, url: str, extractor: str) -> Row | None:
    latest = _latest_version_at(connection, url)
    if latest is None or latest["extractor"] == extractor:
        return None
    row: Row | None = connection.execute(
        "SELECT * FROM captures WHERE id = ?", (latest["capture_id"],)
    ).fetchone()
    return row


def _place(row: Row) -> Place:
    return Place(row["file"], row["offset"], row["length"])


def _listed(row: Row) -> ListingEntry | None:
    if not (row["listed_headline"] or row["listed_stamp"] or row["section"]):
        return None
    return ListingEntry(
        title=row["listed_headline"],
        date_text=row["listed_stamp"],
        section=row["section"],
        found_in="feed" if row["listed_in"] == "feed" else "listing",
    )
