"""Update articles, addresses and versions after a visit to an address: load what is known, decide, apply.

Captures are applied in the order they were stored, so that the same WARC files always give the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from archive import urls
from archive.errors import ArchiveError
from archive.events import Failed
from archive.extraction.model import Article, Rejection
from archive.index.db.connection import Connection, Row, savepoint
from archive.index.ingest import decisions, version_rows
from archive.index.ingest.apply import apply, update_due_time
from archive.index.ingest.changes import Change, Classified, Known, Late, Outcome, Visit
from archive.index.ingest.content_digest import content_digest
from archive.index.ingest.known_articles import known_version, load_known, stored_text
from archive.index.ingest.revisits import repeated_capture
from archive.index.rows import addresses
from archive.index.search import fulltext
from archive.jobs.pool import ExtractionResult
from archive.jobs.search_keys import SearchKeys
from archive.language import search_terms
from archive.reasons import ARTICLE, ARTICLE_IN_PART, UNAPPLIED, Reason
from archive.rechecks import REMOVED_AFTER

MAX_REASON_LENGTH = 200  # characters of the reason why an extraction could not be applied


@dataclass(frozen=True, slots=True)
class VisitResult:
    """The result of one visit to an article's address."""

    outcome: Outcome
    article_id: int | None = None  # None if no article is known there
    reason: Reason | None = None  # why it is not an article, or what the server answered
    is_completed: bool = False  # the first complete text replaced a part of it, which is not a change

    @property
    def is_failure(self) -> bool:
        """Return whether the address gave no usable response; true for a 404 where no article was ever known."""
        if self.outcome in ("unreachable", "unsettled"):
            return True
        return self.outcome == "gone" and self.article_id is None


def apply_isolated(connection: Connection, capture_id: int, result: ExtractionResult | None) -> VisitResult:
    """Apply an extraction result; if it cannot be stored, undo it and note the reason in `captures.reading`.

    A page may state anything, and one page must never keep another out of the index. A rebuild tries again.
    Only errors of the index or of the machine as a whole are raised.
    """
    try:
        with savepoint(connection), fulltext.restore_batch_on_error(connection):
            return apply_result(connection, capture_id, result)
    except (ArchiveError, OSError):
        raise
    except Exception as error:  # the outermost edge of one page
        return _record_unapplied(connection, capture_id, error)


def _record_unapplied(connection: Connection, capture_id: int, error: Exception) -> VisitResult:
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    if row is None:
        raise error
    reason = f"{type(error).__name__}: {error}"[:MAX_REASON_LENGTH]
    reason = reason.encode("utf-8", "backslashreplace").decode()
    return apply_unapplied(connection, row, reason)


def apply_unapplied(connection: Connection, row: Row, why: str) -> VisitResult:
    """Store with a capture why its extraction could not be stored in the index."""
    visit = visit_of(connection, row, None)
    known = load_known(connection, visit) if urls.is_web_url(row["url"]) else Known()
    changes = decisions.decide_unapplied(visit, known, Reason(UNAPPLIED, why))
    apply(connection, changes)
    return _result_of(changes)


def apply_result(connection: Connection, capture_id: int, result: ExtractionResult | None) -> VisitResult:
    """Apply the result of a worker process; None for responses that are not extracted."""
    if result is None:
        return apply_extraction(connection, capture_id, None, extractor="")
    return apply_extraction(
        connection,
        capture_id,
        result.extraction,
        extractor=result.extractor,
        reextraction=result.previous,
        search_keys=result.search_keys,
        is_cut=result.is_cut,
        is_another_page=bool(result.is_another_page),
    )


def apply_extraction(
    connection: Connection,
    capture_id: int,
    extraction: Article | Rejection | None,
    *,
    extractor: str,
    reextraction: Article | Rejection | None = None,
    search_keys: SearchKeys | None = None,
    is_cut: bool = False,
    is_another_page: bool = False,
) -> VisitResult:
    """Apply one capture of an article's address; return what changed.

    A page of unknown role becomes an article if it is extracted as one.

    `extraction` is None for responses that are not extracted: errors, redirects, and unchanged pages, which are
    applied like the capture they repeat. `reextraction` is the capture of the latest version as today's extractor
    reads it, if another extractor had read it: versions are only compared as read by the same extractor.
    `search_keys` are those of the extraction, if they are already computed.

    The extraction of a cut-off response (`is_cut`), or of a page with other words and another structure
    (`is_another_page`), makes no version of a known article, which is unavailable until its address returns it.

    Nothing is changed for a «late» capture, which is older than the last visit to its article: the article's history
    has to be rebuilt. Imported captures may be late, and those that could not be extracted in their turn.
    """
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    visit = replace(
        visit_of(connection, row, extraction),
        extractor=extractor,
        reextraction=reextraction,
        search_keys=search_keys,
        is_cut=is_cut,
        is_another_page=is_another_page,
    )
    changes = decisions.decide(visit, load_known(connection, visit))
    apply(connection, changes)
    result = _result_of(changes)
    if result.article_id is not None and result.outcome != "late":
        update_due_time(connection, result.article_id)
    return result


def apply_failure(connection: Connection, event: Failed) -> VisitResult:
    """Mark the article at an address that gave no response as unavailable until it responds again."""
    reason = Reason.parse(event.reason)
    if event.role != "article":
        return VisitResult("unreachable", None, reason)
    visit = Visit(
        url=urls.canonical(event.url),
        requested_url=event.url,
        at=event.at,
        is_crawled=True,
        capture_id=None,
        failure=reason,
    )
    known = load_known(connection, visit)
    apply(connection, decisions.decide(visit, known))
    if known.article is None:
        return VisitResult("unreachable", None, reason)
    update_due_time(connection, known.article.id)
    return VisitResult("unreachable", known.article.id, reason)


def visit_of(connection: Connection, row: Row, extraction: Article | Rejection | None) -> Visit:
    """Return the visit that a capture is."""
    before = unchanged_capture_of(connection, row) if extraction is None else None
    return Visit(
        url=urls.canonical(row["url"]),
        requested_url=row["url"],
        at=row["fetched_at"],
        is_crawled=row["crawl_id"] is not None,
        capture_id=row["id"],
        is_untyped=row["role"] == "page",
        source=row["source"],
        section=row["section"],
        status=row["status"],
        truncated=row["truncated"],
        redirects_to=row["redirects_to"],
        redirected_from=row["redirected_from"],
        repeats=Reason.parse(before["reading"]) if before is not None else None,
        extraction=extraction,
        digest=content_digest(extraction) if isinstance(extraction, Article) else "",
        removed_after=_removed_after(connection, row["crawl_id"]),
    )


def _removed_after(connection: Connection, crawl: str | None) -> timedelta:
    """Return the least time between two 404 or 410 that a crawl takes for a removal."""
    row = connection.execute("SELECT removed_after FROM crawls WHERE id = ?", (crawl,)).fetchone()
    if row is None or row["removed_after"] is None:
        return REMOVED_AFTER
    return timedelta(seconds=row["removed_after"])


def unchanged_capture_of(connection: Connection, row: Row) -> Row | None:
    """Return the capture that a capture repeats if its extraction holds for this one too; else None.

    The article must still be in the version extracted then: a page that went back to an earlier text has
    changed, and is extracted.
    """
    before = repeated_capture(connection, row)
    if before is None or before["reading"] not in (ARTICLE, ARTICLE_IN_PART):
        return before
    known = addresses.article_at(connection, urls.canonical(row["url"]))
    latest = addresses.latest_version(connection, known) if known is not None else None
    if latest is None or latest["capture_id"] > before["id"] or latest["first_seen"] > before["fetched_at"]:
        return None
    return before


def replace_latest_version(
    connection: Connection,
    capture_id: int,
    extraction: Article | Rejection,
    *,
    extractor: str,
    reextraction: Article | Rejection | None = None,
    search_keys: SearchKeys | None = None,
    old_terms: search_terms.SearchTerms | None = None,
) -> bool:
    """Extract the latest version of an article again from the same capture, after something was learned.

    Return True if it now equals the version before it, and is removed. Nothing changes if the article has a
    later version, or if the page is no longer extracted as an article. `reextraction` is as in
    `apply_extraction`; `old_terms` are the search terms of the stored version, if they are known.
    """
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    version = connection.execute(
        """
        SELECT versions.* FROM versions JOIN articles ON articles.id = versions.article_id
        WHERE versions.capture_id = ? AND versions.number = articles.version_count
        """,
        (capture_id,),
    ).fetchone()
    if version is None or not isinstance(extraction, Article):
        return False
    article_id = version["article_id"]
    visit = replace(
        visit_of(connection, row, extraction),
        extractor=extractor,
        reextraction=reextraction,
        search_keys=search_keys,
    )
    version_rows.remove_latest_version(connection, article_id, version["id"], old_terms)
    previous = known_version(connection, article_id, version["number"] - 1)
    is_redundant = previous is not None and decisions.adds_nothing(
        visit, previous, stored_text(connection, previous.id)
    )
    if not is_redundant:
        version_rows.add_version(connection, decisions.new_version(visit, article_id, extraction))
    connection.execute(
        """
        UPDATE versions SET last_seen = max(last_seen, ?) WHERE article_id = ? AND number = (
            SELECT version_count FROM articles WHERE id = article_id
        )
        """,
        (version["last_seen"], article_id),
    )
    update_due_time(connection, article_id)
    return is_redundant


def _result_of(changes: tuple[Change, ...]) -> VisitResult:
    match changes[-1]:
        case Late(article_id):
            return VisitResult("late", article_id)
        case Classified() as found:
            is_as_usual = found.outcome in ("new", "known", "changed")
            reason = None if is_as_usual else found.reading
            return VisitResult(found.outcome, found.article_id, reason, found.is_completed)
        case other:
            raise AssertionError(f"{other} does not classify a capture")
