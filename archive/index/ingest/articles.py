"""Apply the result of fetching an article URL to the articles, addresses and versions tables.

Captures are applied in the order they were stored, so that the same WARC files always give the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from archive import timestamps, urls
from archive.errors import ArchiveError
from archive.events import Failed
from archive.extraction.excerpts import ComparableText, is_excerpt
from archive.extraction.model import Article, Rejection
from archive.index.db.connection import Connection, Row, savepoint
from archive.index.duplicates import grouping
from archive.index.ingest import merge, partial_texts, recheck_times, retraction
from archive.index.ingest.content_digest import content_digest
from archive.index.ingest.recheck_times import CLOCK_TOLERANCE
from archive.index.ingest.retraction import ANOTHER_PAGE, EXTRACTED_ARTICLE
from archive.index.ingest.revisits import UNAPPLIED_PREFIX, repeated_capture
from archive.index.rows import addresses, versions
from archive.index.search import fulltext
from archive.jobs.pool import ExtractionResult
from archive.jobs.search_keys import SearchKeys
from archive.language import search_terms

GONE = frozenset({404, 410})
MAX_REASON_LENGTH = 200  # characters of the reason why an extraction could not be applied
EXTRACTED_IN_PART = "article in part"  # in captures.reading: what a paywall or cut left of a known text
VISITS_UNTIL_REMOVED = 2  # a single 404 may be a mistake of the site
Outcome = Literal[
    "new",
    "known",
    "changed",
    "gone",
    "removed",
    "moved",
    "unreachable",
    "not an article",
    "late",
    "unsettled",
]


@dataclass(frozen=True, slots=True)
class VisitResult:
    """The result of one visit to an article's address."""

    outcome: Outcome
    article_id: int | None = None  # None if no article is known there
    detail: str | None = None  # why it is not an article, or what the server answered
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
    return settle_unsettled(connection, row, reason)


def settle_unsettled(connection: Connection, row: Row, why: str) -> VisitResult:
    """Store with a capture why its extraction could not be stored in the index."""
    known = (
        addresses.article_at(connection, urls.canonical(row["url"])) if urls.is_web_url(row["url"]) else None
    )
    if known is not None:
        _record_visit(connection, known, row["fetched_at"])
    connection.execute("UPDATE captures SET reading = ? WHERE id = ?", (UNAPPLIED_PREFIX + why, row["id"]))
    return VisitResult("unsettled", known, f"was extracted but could not be stored in the index: {why}")


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
    (`is_another_page`), makes no version of a known article: its address is unreachable until it returns the article.

    Nothing is changed for a «late» capture, which is older than the last visit to its article: the article's history
    has to be rebuilt. Imported captures may be late, and those that could not be extracted in their turn.
    """
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    before = unchanged_capture_of(connection, row) if extraction is None else None
    if row["crawl_id"] is not None or before is not None or isinstance(extraction, Article):
        known = addresses.article_of_page(connection, urls.canonical(row["url"]), extraction)
        if known is not None and _is_late(connection, row, known):
            return VisitResult("late", known)
    if row["crawl_id"] is not None:
        _correct_clock(connection, row["url"], row["fetched_at"])
    reason_ignored = _reason_to_ignore(connection, row, extraction, is_cut, is_another_page)
    if row["role"] == "page":
        if reason_ignored or (before is None and not isinstance(extraction, Article)):
            reason = reason_ignored or (
                extraction.reason if isinstance(extraction, Rejection) else "not read"
            )
            connection.execute("UPDATE captures SET reading = ? WHERE id = ?", (reason, capture_id))
            return VisitResult("not an article", None, reason)
        connection.execute("UPDATE captures SET role = 'article' WHERE id = ?", (capture_id,))
    if before is not None:
        result, stored_reading = _apply_unchanged_page(connection, row, before), before["reading"]
    elif reason_ignored:
        known = addresses.article_of_page(connection, urls.canonical(row["url"]), extraction)
        if known is not None:
            _record_visit(connection, known, row["fetched_at"], state="unreachable")
        result, stored_reading = (
            VisitResult("unreachable" if is_cut else "not an article", known, reason_ignored),
            reason_ignored,
        )
    else:
        result = _apply_visit(connection, row, extraction, extractor, reextraction, search_keys)
        stored_reading = (
            EXTRACTED_ARTICLE if isinstance(extraction, Article) else result.detail or result.outcome
        )
        if result.detail == EXTRACTED_IN_PART:
            stored_reading = EXTRACTED_IN_PART
    connection.execute("UPDATE captures SET reading = ? WHERE id = ?", (stored_reading, capture_id))
    if result.article_id is not None:
        recheck_times.update_due_time(connection, result.article_id)
    return result


def _reason_to_ignore(
    connection: Connection,
    row: Row,
    extraction: Article | Rejection | None,
    is_cut: bool,
    is_another_page: bool,
) -> str | None:
    """Return why a response says nothing about the known article's text; None if it does, or if none is known."""
    if not isinstance(extraction, Article):
        return None
    known = addresses.article_of_page(connection, urls.canonical(row["url"]), extraction)
    latest = addresses.latest_version(connection, known) if known is not None else None
    if latest is None or latest["content_sha256"] == content_digest(extraction):
        return None
    if is_cut:
        return _cut_off_reason(row)
    is_stand_in = partial_texts.is_placeholder(connection, latest)
    if row["status"] == partial_texts.TRANSFORMED_STATUS:
        return None if is_stand_in else "changed on the way (203)"
    # The text extracted from a damaged page is unlike any other: only the page's structure tells.
    if is_another_page or (
        not is_stand_in and retraction.is_shared_by_articles(connection, row, latest, extraction)
    ):
        return ANOTHER_PAGE
    return None


def _cut_off_reason(row: Row) -> str:
    return f"answer cut off ({row['truncated']})"


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
    article_id, digest = version["article_id"], content_digest(extraction)
    before = retraction.remove_latest_version(connection, version, old_terms)
    is_redundant = before is not None and (
        _is_unchanged(before, digest, extractor, reextraction)
        or (
            partial_texts.may_be_paywalled(extraction, reextraction)
            and is_excerpt(
                ComparableText.from_article(extraction),
                partial_texts.known_text(connection, before, extractor, reextraction),
            )
        )
    )
    if not is_redundant:
        _add_version(connection, article_id, row, extraction, digest, extractor, search_keys)
    connection.execute(
        """
        UPDATE versions SET last_seen = max(last_seen, ?) WHERE article_id = ? AND number = (
            SELECT version_count FROM articles WHERE id = article_id
        )
        """,
        (version["last_seen"], article_id),
    )
    recheck_times.update_due_time(connection, article_id)
    return is_redundant


def apply_failure(connection: Connection, event: Failed) -> VisitResult:
    """Mark the article at an address that gave no response as unreachable until it responds again."""
    article_id = (
        addresses.article_at(connection, urls.canonical(event.url)) if event.role == "article" else None
    )
    if article_id is not None:
        _correct_clock(connection, event.url, event.at)
        _record_visit(connection, article_id, event.at, state="unreachable")
        recheck_times.update_due_time(connection, article_id)
    return VisitResult("unreachable", article_id, event.reason)


def unchanged_capture_of(connection: Connection, row: Row) -> Row | None:
    """Return the capture that a capture repeats if its extraction holds for this one too; else None.

    The article must still be in the version extracted then: a page that went back to an earlier text has
    changed, and is extracted.
    """
    before = repeated_capture(connection, row)
    if before is None or before["reading"] not in (EXTRACTED_ARTICLE, EXTRACTED_IN_PART):
        return before
    known = addresses.article_at(connection, urls.canonical(row["url"]))
    latest = addresses.latest_version(connection, known) if known is not None else None
    if latest is None or latest["capture_id"] > before["id"] or latest["first_seen"] > before["fetched_at"]:
        return None
    return before


def _apply_visit(
    connection: Connection,
    row: Row,
    extraction: Article | Rejection | None,
    extractor: str,
    reextraction: Article | Rejection | None,
    search_keys: SearchKeys | None,
) -> VisitResult:
    url = urls.canonical(row["url"])
    known = addresses.article_at(connection, url)
    if isinstance(extraction, Article):
        return _apply_article(connection, row, url, extraction, extractor, reextraction, search_keys)
    if row["status"] in GONE:
        return _apply_gone(connection, row, known)
    if row["redirects_to"]:
        return _apply_redirect(connection, row, url, known)
    if isinstance(extraction, Rejection) and not row["truncated"]:
        if known is not None:  # its address responds, but not with the article
            _record_visit(connection, known, row["fetched_at"], state="unreachable")
        return VisitResult("not an article", known, extraction.reason)
    if known is not None:
        _record_visit(connection, known, row["fetched_at"], state="unreachable")
    answer = f"answered {row['status'] or 'without a status'}"
    return VisitResult("unreachable", known, _cut_off_reason(row) if row["truncated"] else answer)


def _apply_unchanged_page(connection: Connection, row: Row, before: Row) -> VisitResult:
    url = urls.canonical(row["url"])
    known = addresses.article_at(connection, url)
    if before["reading"] not in (EXTRACTED_ARTICLE, EXTRACTED_IN_PART) or known is None:
        if known is not None:
            _record_visit(connection, known, row["fetched_at"], state="unreachable")
        return VisitResult("not an article", known, before["reading"])
    connection.execute("UPDATE addresses SET redirects_to = NULL WHERE url = ?", (url,))
    connection.execute(
        """
        UPDATE articles SET state = 'live', last_seen = max(last_seen, ?),
            last_looked = max(last_looked, ?), gone_since = NULL, gone_looks = 0 WHERE id = ?
        """,
        (row["fetched_at"], row["fetched_at"], known),
    )
    latest = addresses.latest_version(connection, known)
    assert latest is not None
    if before["reading"] == EXTRACTED_ARTICLE:
        _extend_version(connection, latest, row)
    return VisitResult("known", known)


def _extend_version(connection: Connection, version: Row, row: Row) -> None:
    connection.execute(
        "UPDATE versions SET last_seen = max(last_seen, ?) WHERE id = ?", (row["fetched_at"], version["id"])
    )


def _apply_article(
    connection: Connection,
    row: Row,
    url: str,
    article: Article,
    extractor: str,
    reextraction: Article | Rejection | None,
    search_keys: SearchKeys | None,
) -> VisitResult:
    own = addresses.trusted_canonical(url, article.canonical)
    article_id = addresses.article_of_page(connection, url, article)
    created = article_id is None
    if article_id is None:
        article_id = _add_article(connection, row, own)
    for address in dict.fromkeys((own, url)):
        addresses.add_address(connection, address, article_id, row["fetched_at"])
    addresses.add_redirecting_address(connection, row, url, article_id)
    connection.execute(
        """
        UPDATE articles SET url = ?, state = 'live', last_seen = max(last_seen, ?),
            last_looked = max(last_looked, ?), gone_since = NULL, gone_looks = 0 WHERE id = ?
        """,
        (own, row["fetched_at"], row["fetched_at"], article_id),
    )
    latest = addresses.latest_version(connection, article_id)
    digest = content_digest(article)
    if latest is not None and _is_unchanged(latest, digest, extractor, reextraction):
        _extend_version(connection, latest, row)
        return VisitResult("known", article_id)
    if latest is not None:
        known = partial_texts.known_text(connection, latest, extractor, reextraction)
        if partial_texts.may_be_paywalled(article, reextraction) and is_excerpt(
            ComparableText.from_article(article), known
        ):
            return VisitResult("known", article_id, EXTRACTED_IN_PART)
        if partial_texts.completes(connection, latest, known, article):
            _complete_version(connection, latest, row, article, digest, extractor, search_keys)
            return VisitResult("known", article_id, is_completed=True)
        if partial_texts.may_be_paywalled(article, reextraction) and partial_texts.lacks_ending(
            article, known
        ):
            article = replace(article, partial=True)
    _add_version(connection, article_id, row, article, digest, extractor, search_keys)
    return VisitResult("new" if created else "changed", article_id)


def _complete_version(
    connection: Connection,
    latest: Row,
    row: Row,
    article: Article,
    digest: str,
    extractor: str,
    search_keys: SearchKeys | None,
) -> None:
    """Replace the latest version, which was a part of the article, with the text seen now."""
    connection.execute(
        "UPDATE captures SET reading = ? WHERE id = ?", (EXTRACTED_IN_PART, latest["capture_id"])
    )
    before = retraction.remove_latest_version(connection, latest)
    if before is not None and before["content_sha256"] == digest:
        _extend_version(connection, before, row)
    else:
        _add_version(connection, latest["article_id"], row, article, digest, extractor, search_keys)


def _is_late(connection: Connection, row: Row, article_id: int) -> bool:
    found = connection.execute("SELECT last_looked FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row["fetched_at"] >= found["last_looked"]:
        return False
    return row["crawl_id"] is None or _was_overtaken(connection, row, article_id)


def _was_overtaken(connection: Connection, row: Row, article_id: int) -> bool:
    """Return whether a later visit to the article was applied before this one."""
    found = connection.execute(
        """
        WITH article_urls (url) AS (
            SELECT url FROM addresses WHERE article_id = :article_id
            UNION SELECT captures.url FROM versions JOIN captures ON captures.id = versions.capture_id
            WHERE versions.article_id = :article_id
        )
        SELECT 1 FROM captures
        WHERE url IN article_urls AND fetched_at > :at AND id > :id AND role = 'article' AND reading IS NOT NULL
        UNION ALL
        SELECT 1 FROM failures
        WHERE url IN article_urls AND failed_at > :at AND role = 'article'
            AND (SELECT rowid FROM crawls WHERE id = failures.crawl_id) >= (SELECT rowid FROM crawls WHERE id = :crawl)
        LIMIT 1
        """,
        {"id": row["id"], "crawl": row["crawl_id"], "at": row["fetched_at"], "article_id": article_id},
    ).fetchone()
    return found is not None


def _is_unchanged(latest: Row, digest: str, extractor: str, reextraction: Article | Rejection | None) -> bool:
    """Return whether the latest version says the same, as extracted then or by today's extractor."""
    if latest["content_sha256"] == digest:
        return True
    return (
        latest["extractor"] != extractor
        and isinstance(reextraction, Article)
        and content_digest(reextraction) == digest
    )


def _apply_gone(connection: Connection, row: Row, known: int | None) -> VisitResult:
    answer = f"answered {row['status']}"
    if known is None:
        return VisitResult("gone", None, answer)
    article = connection.execute("SELECT * FROM articles WHERE id = ?", (known,)).fetchone()
    visits = article["gone_looks"] + 1
    removed = visits >= VISITS_UNTIL_REMOVED
    connection.execute(
        """
        UPDATE articles SET gone_looks = ?, gone_since = coalesce(gone_since, ?),
            last_looked = max(last_looked, ?), state = CASE WHEN ? THEN 'removed' ELSE state END WHERE id = ?
        """,
        (visits, row["fetched_at"], row["fetched_at"], removed, known),
    )
    return VisitResult("removed" if removed and article["state"] != "removed" else "gone", known, answer)


def _apply_redirect(connection: Connection, row: Row, url: str, known: int | None) -> VisitResult:
    target = (
        urls.canonical(row["redirects_to"]) if urls.is_web_url(row["redirects_to"]) else row["redirects_to"]
    )
    where = "the front page, " if urls.redirects_to_front_page(row["url"], row["redirects_to"]) else ""
    answer = f"redirected to {where}{row['redirects_to']}"
    if known is None or target == url:
        return VisitResult("moved", known, answer)
    connection.execute("UPDATE addresses SET redirects_to = ? WHERE url = ?", (target, url))
    target_article = addresses.article_at(connection, target)
    if target_article == known:
        _record_visit(connection, known, row["fetched_at"], state="live")
        return VisitResult("known", known, answer)
    if target_article is not None and addresses.have_same_story(connection, known, target_article):
        merged = merge.merge_articles(connection, known, target_article)
        _record_visit(connection, merged, row["fetched_at"], state="live")
        return VisitResult("moved", merged, answer)
    _record_visit(connection, known, row["fetched_at"], state="moved")
    return VisitResult("moved", known, answer)


def _record_visit(connection: Connection, article_id: int, at: str, *, state: str | None = None) -> None:
    """Store a visit; a response other than 404 or 410 ends a series of them, and no response does not affect it."""
    connection.execute(
        """
        UPDATE articles SET last_looked = max(last_looked, ?), state = coalesce(?, state),
            gone_looks = CASE WHEN ? = 'unreachable' THEN gone_looks ELSE 0 END,
            gone_since = CASE WHEN ? = 'unreachable' THEN gone_since END
        WHERE id = ? AND NOT (state = 'removed' AND coalesce(?, '') IN ('', 'unreachable'))
        """,
        (at, state, state, state, article_id, state),
    )


def _correct_clock(connection: Connection, url: str, at: str) -> None:
    """Correct an article's times before a crawl's visit is applied, if the clock was wrong at its last visit.

    Crawls visit an article one after another, so a last visit dated after this one was dated by a clock that was
    ahead; uncorrected, it would make the article due at every crawl until then. A visit dated before this program
    existed was dated by a clock without a battery; the waits between visits, which grow with the time since the
    first one, would be years.
    """
    if at < timestamps.NO_CRAWL_BEFORE:
        return
    connection.execute(
        """
        UPDATE articles SET last_looked = :at, last_seen = min(last_seen, :at),
            first_seen = CASE WHEN first_seen BETWEEN :no_crawl_before AND :at THEN first_seen ELSE :at END
        WHERE id = (SELECT article_id FROM addresses WHERE url = :url) AND (
            last_looked > :doubted OR (last_looked < :no_crawl_before AND (
                SELECT crawl_id FROM captures JOIN versions ON versions.capture_id = captures.id
                WHERE versions.article_id = articles.id AND versions.number = 1
            ) IS NOT NULL)
        )
        """,
        {
            "url": urls.canonical(url),
            "at": at,
            "doubted": timestamps.to_iso(timestamps.from_iso(at) + CLOCK_TOLERANCE),
            "no_crawl_before": timestamps.NO_CRAWL_BEFORE,
        },
    )


def _add_article(connection: Connection, row: Row, url: str) -> int:
    number = addresses.new_article_id(connection, url)
    connection.execute(
        """
        INSERT INTO articles (id, url, source, section, state, first_seen, last_seen, last_looked)
        VALUES (?, ?, ?, ?, 'live', ?, ?, ?)
        """,
        (number, url, row["source"], row["section"], *[row["fetched_at"]] * 3),
    )
    return number


def _add_version(
    connection: Connection,
    article_id: int,
    row: Row,
    article: Article,
    digest: str,
    extractor: str,
    search_keys: SearchKeys | None,
) -> None:
    number = connection.execute(
        "UPDATE articles SET version_count = version_count + 1 WHERE id = ? RETURNING version_count",
        (article_id,),
    ).fetchone()[0]
    columns = versions.column_values(article)
    version_id = fulltext.next_version_id(connection, columns["published_utc"], row["fetched_at"])
    values = {
        "id": version_id,
        "article_id": article_id,
        "number": number,
        "capture_id": row["id"],
        "first_seen": row["fetched_at"],
        "last_seen": row["fetched_at"],
        **columns,
        "section": columns["section"] or row["section"],
        "extractor": extractor,
        "content_sha256": digest,
    }
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO versions ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    _add_parts(connection, version_id, article)
    fulltext.add_version(connection, version_id, search_keys.terms if search_keys else None)
    grouping.update_groups(
        connection, article_id, known_fingerprints=search_keys.fingerprints if search_keys else None
    )


def _add_parts(connection: Connection, version_id: int, article: Article) -> None:
    connection.executemany(
        "INSERT INTO bylines VALUES (?, ?, ?)",
        [(version_id, place, name) for place, name in enumerate(article.authors, 1)],
    )
    connection.executemany(
        "INSERT INTO tags VALUES (?, ?, ?)",
        [(version_id, place, tag) for place, tag in enumerate(article.tags, 1)],
    )
    connection.executemany(
        "INSERT INTO images VALUES (?, ?, ?, ?, ?, (SELECT min(id) FROM captures WHERE url = ? AND role = 'image'))",
        [
            (version_id, place, image.url, image.caption, image.credit, image.url)
            for place, image in enumerate(article.images, 1)
        ],
    )
    connection.executemany(
        "INSERT INTO links VALUES (?, ?, ?, ?)",
        [(version_id, place, link.url, link.text) for place, link in enumerate(article.links, 1)],
    )
