"""Rebuild an article's history in the order of time: imported captures may be older than stored ones.

late captures ──▶ reset their articles ──▶ apply every capture and failure again, earliest first
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from archive.events import Failed
from archive.extraction.model import Outlet
from archive.index.db.connection import Connection, Row, transaction
from archive.index.duplicates import grouping
from archive.index.ingest import articles, extraction_queue, version_rows
from archive.index.ingest.apply import update_due_time
from archive.index.ingest.articles import VisitResult
from archive.index.rows import restrictions
from archive.index.search import fulltext
from archive.jobs.pool import JobInterrupted, extraction_result, run_extraction
from archive.reasons import ARTICLE, ARTICLE_IN_PART


@dataclass(slots=True)
class HistoryRebuilder:
    """Rebuilds the histories of articles whose captures arrived after later ones were applied."""

    folder: Path
    connection: Connection
    executor: Executor
    extractor: str
    outlet: Callable[[str | None], Outlet]  # of a source
    _late: dict[int, list[int]] = field(default_factory=dict)

    def add_if_late(self, capture_id: int, result: VisitResult) -> None:
        """Remember a capture if the outcome of applying it was that it came late."""
        if result.outcome == "late" and result.article_id is not None:
            self._late.setdefault(result.article_id, []).append(capture_id)

    def rebuild_all(self) -> list[tuple[str, JobInterrupted]]:
        """Rebuild the history of each article with late captures, in a transaction of its own.

        Return the addresses of late captures for which that failed, with the reason: one of the article's captures
        could not be extracted. They stay pending, and their articles unchanged.
        """
        unread: list[tuple[str, JobInterrupted]] = []
        for article_id in list(self._late):
            late = self._late[article_id]
            try:
                with transaction(self.connection):
                    self._rebuild_history(article_id)
            except JobInterrupted as error:
                marks = ", ".join("?" * len(late))
                rows = self.connection.execute(f"SELECT url FROM captures WHERE id IN ({marks})", late)
                unread += [(row["url"], error) for row in rows.fetchall()]
        return unread

    def rebuild(self, article_id: int, reread: Collection[int], moved_to: str | None) -> None:
        """Rebuild the history of one article of which some imported captures have another source now.

        `moved_to` is the new source of the article itself, None if it stays.

        Call in a transaction, while no other capture of the article waits to be applied. Whether these captures show
        the article is decided again; without any version, the article is removed from the index.
        """
        self._late[article_id] = []
        self._rebuild_history(article_id, reread, moved_to)
        row = self.connection.execute(
            "SELECT version_count FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if row is not None and not row["version_count"]:
            self._remove_article(article_id)

    def _rebuild_history(
        self, article_id: int, reread: Collection[int] = (), moved_to: str | None = None
    ) -> None:
        """Rebuild one article's history from all its captures.

        Call in a transaction, while no other capture of the article waits to be applied.
        """
        late = self._late.pop(article_id)
        before = self.connection.execute(
            "SELECT last_looked FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if before is None:  # merged into another article, whose history includes its captures
            return
        visits = self._visits(article_id, late)
        self.connection.executemany(
            "UPDATE captures SET role = 'page', reading = NULL WHERE id = ?", ((one,) for one in reread)
        )
        self._reset_article(article_id, min(str(visit["at"]) for visit in visits))
        if moved_to is not None:  # only now: the full-text index needed the words of the former source
            self.connection.execute("UPDATE articles SET source = ? WHERE id = ?", (moved_to, article_id))
        for visit in visits:
            self._apply_visit(visit)
        captures = [visit["id"] for visit in visits if visit["id"] is not None]
        self.connection.execute(
            f"""
            UPDATE articles SET last_looked = max(last_looked, ?), first_seen = coalesce((
                SELECT min(fetched_at) FROM captures
                WHERE id IN ({", ".join("?" * len(captures))}) AND reading IN (?, ?)
            ), first_seen)
            WHERE id = ?
            """,
            (before["last_looked"], *captures, ARTICLE, ARTICLE_IN_PART, article_id),
        )
        restrictions.enforce(self.connection, (article_id,))
        update_due_time(self.connection, article_id)

    def _visits(self, article_id: int, late: list[int]) -> list[Row]:
        """Return captures of the article's addresses, and failed requests for them, earliest first."""
        urls = {
            row["url"]
            for row in self.connection.execute(
                """
                SELECT url FROM addresses WHERE article_id = :id
                UNION SELECT captures.url FROM versions JOIN captures ON captures.id = versions.capture_id
                WHERE versions.article_id = :id
                """,
                {"id": article_id},
            )
        }
        came_late = ", ".join("?" * len(late))
        asked = ", ".join("?" * len(urls))
        return self.connection.execute(
            f"""
            SELECT id, source, url, fetched_at AS at, NULL AS reason FROM captures
            WHERE id IN ({came_late}) OR (role = 'article' AND (url IN ({asked}) OR canonical IN ({asked})))
            UNION ALL
            SELECT NULL, source, url, failed_at, reason FROM failures WHERE role = 'article' AND url IN ({asked})
            ORDER BY at, id
            """,
            (*late, *urls, *urls, *urls),
        ).fetchall()

    def _reset_article(self, article_id: int, first: str) -> None:
        grouping.remove_from_groups(self.connection, article_id)
        self.connection.execute("DELETE FROM state_changes WHERE article_id = ?", (article_id,))
        for version in self.connection.execute(
            "SELECT id FROM versions WHERE article_id = ? ORDER BY number", (article_id,)
        ).fetchall():
            fulltext.remove_version(self.connection, version["id"])
            version_rows.delete_version(self.connection, version["id"])
        self.connection.execute(
            """
            UPDATE articles SET state = 'live', state_since = NULL, state_reason = NULL, moved_to = NULL,
                version_count = 0, gone_since = NULL, gone_looks = 0,
                first_seen = :first, last_seen = :first, last_looked = :first
            WHERE id = :id
            """,
            {"id": article_id, "first": first},
        )
        self.connection.execute("DELETE FROM address_clues WHERE article_id = ?", (article_id,))
        self.connection.execute(
            "UPDATE addresses SET redirects_to = NULL, first_seen = min(first_seen, ?) WHERE article_id = ?",
            (first, article_id),
        )

    def _remove_article(self, article_id: int) -> None:
        self.connection.execute("UPDATE sightings SET article_id = NULL WHERE article_id = ?", (article_id,))
        self.connection.execute("DELETE FROM addresses WHERE article_id = ?", (article_id,))
        self.connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def _apply_visit(self, visit: Row) -> None:
        if visit["reason"] is not None:
            failed = Failed(role="article", url=visit["url"], at=visit["at"], reason=visit["reason"])
            articles.apply_failure(self.connection, failed)
            return
        job = extraction_queue.extraction_job(
            self.connection, self.folder, visit["id"], self.outlet(visit["source"]), self.extractor
        )
        done = extraction_result(self.executor.submit(run_extraction, job)) if job else None
        articles.apply_isolated(self.connection, visit["id"], done)
