"""The tasks of a source in a SQLite file, which survive kill -9.

A row is queued, then leased to the downloader, then done when everything that follows from its response is queued.
The next crawl of the source takes over the tasks that a killed crawl left leased or queued.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from archive.errors import ArchiveError
from archive.index.db.connection import open_state_file, transaction
from spiders.crawl.task import Task

_TABLE = """
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    crawl TEXT NOT NULL,  -- the crawl that found it, then the one that requests it
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'done', 'failed')),
    task TEXT NOT NULL,  -- JSON
    UNIQUE (source, key)
);
CREATE INDEX IF NOT EXISTS tasks_in_order ON tasks (source, state, priority DESC, id);
"""


LEASE_BATCH = 8  # tasks leased with one statement; a task of higher priority returns the others
DONE_BATCH = 16  # tasks marked as done with one statement
REFETCHED_ROLES = (
    "listing",
    "feed",
    "sitemap",
)  # roles that are requested again after a kill instead of read back from records
MAX_CRAWLS = 10  # that request an address before it is abandoned for lack of a usable response


class Queue:
    """The tasks of one source, in a file that all sources of an archive share.

    `was_reset` is true if the file was damaged and replaced by an empty one; pending tasks have to be found again.
    """

    def __init__(self, path: Path, source: str, crawl: str) -> None:
        self._connection, self.was_reset = open_state_file(path, _TABLE, synchronous="NORMAL")
        self._source = source
        self._crawl = crawl
        self._leased: deque[Task] = deque()  # leased in the file, not yet returned by `lease`
        self._done: list[str] = []  # keys of tasks that are done, not yet marked in the file

    def take_over(self, find_capture: Callable[[str, str], int | None]) -> list[tuple[Task, int]]:
        """Queue the tasks that an earlier crawl left unfinished; delete those it finished.

        `find_capture(crawl, url)` returns the capture that the crawl made of the address before it died. Tasks with
        one are returned with it, to be followed up from the record; they stay leased until they are done.
        """
        rows = self._connection.execute(
            "SELECT id, crawl, state, task FROM tasks WHERE source = ? AND state = 'leased'", (self._source,)
        ).fetchall()
        captured = []
        for row_id, crawl, _, stored in rows:
            task = Task.from_json(stored)
            capture = None if task.why.role in REFETCHED_ROLES else find_capture(crawl, task.url)
            if capture:
                captured.append((task, capture))
            else:
                self._set_state(row_id, "queued")
        self._connection.execute("DELETE FROM tasks WHERE source = ? AND state = 'done'", (self._source,))
        self._connection.execute(
            "UPDATE tasks SET state = 'queued' WHERE source = ? AND state = 'failed'", (self._source,)
        )
        return captured

    def clear(self) -> None:
        """Delete all tasks of the source."""
        self._connection.execute("DELETE FROM tasks WHERE source = ?", (self._source,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Add tasks in one transaction: all become durable, or none."""
        with transaction(self._connection):
            yield

    def add(self, task: Task) -> bool:
        """Queue a task unless it is known; return whether it was queued. A retry is always queued again."""
        if self._leased and task.priority > self._leased[0].priority:
            self._release_leased()
        if task.tries:
            self._flush_done()
            changed = self._connection.execute(
                "UPDATE tasks SET state = 'queued', task = ? WHERE source = ? AND key = ?",
                (task.to_json(), self._source, task.key),
            )
        else:
            changed = self._connection.execute(
                "INSERT OR IGNORE INTO tasks (source, key, crawl, priority, state, task)"
                " VALUES (?, ?, ?, ?, 'queued', ?)",
                (self._source, task.key, self._crawl, task.priority, task.to_json()),
            )
            if not changed.rowcount and task.why.redirected_from:
                self._note_origin(task)
        return changed.rowcount > 0

    def _note_origin(self, task: Task) -> None:
        """Note with a task that waits already which address redirects to it: it is one of the article's."""
        for place, waiting in enumerate(self._leased):
            if waiting.key == task.key:
                self._leased[place] = _with_origin(waiting, task)
        row = self._connection.execute(
            "SELECT task FROM tasks WHERE source = ? AND key = ? AND state = 'queued'",
            (self._source, task.key),
        ).fetchone()
        if row is not None:
            self._connection.execute(
                "UPDATE tasks SET task = ? WHERE source = ? AND key = ?",
                (_with_origin(Task.from_json(row[0]), task).to_json(), self._source, task.key),
            )

    def lease(self) -> Task | None:
        """Lease and return the next task; None if none is queued."""
        if not self._leased:
            rows = self._connection.execute(
                """
                UPDATE tasks SET state = 'leased', crawl = ? WHERE id IN (
                    SELECT id FROM tasks WHERE source = ? AND state = 'queued' ORDER BY priority DESC, id LIMIT ?
                ) RETURNING priority, id, task
                """,
                (self._crawl, self._source, LEASE_BATCH),
            ).fetchall()
            rows.sort(key=lambda row: (-row[0], row[1]))
            self._leased.extend(Task.from_json(row[2]) for row in rows)
        if not self._leased:
            return None
        task = self._leased.popleft()
        return replace(task, why=replace(task.why, crawl=self._crawl))  # a killed crawl may have found it

    def mark_done(self, task: Task) -> None:
        """Mark a task as done, once everything that follows from it is queued.

        Most tasks are marked in batches: tasks that a killed crawl did not get to mark are followed up from their
        records. Listings are marked at once.
        """
        self._done.append(task.key)
        if len(self._done) >= DONE_BATCH or task.why.role in REFETCHED_ROLES:
            self._flush_done()

    def mark_failed(self, task: Task) -> None:
        """Leave a task without a usable response to the next crawl, unless too many crawls have tried it."""
        retried = task.for_next_crawl()
        if retried.crawls >= MAX_CRAWLS:
            self.mark_done(task)
            self._flush_done()
            return
        self._connection.execute(
            "UPDATE tasks SET state = 'failed', task = ? WHERE source = ? AND key = ?",
            (retried.to_json(), self._source, task.key),
        )

    def defer(self, task: Task) -> None:
        """Leave a task to the next crawl as it is; a limit of this one, not the server, is the reason."""
        self._connection.execute(
            "UPDATE tasks SET state = 'failed', task = ? WHERE source = ? AND key = ?",
            (task.to_json(), self._source, task.key),
        )

    def walked_sections(self) -> dict[str, int]:
        """Return the sections whose listing is being walked back, each with the page that comes next."""
        rows = self._connection.execute(
            "SELECT task FROM tasks WHERE source = ? AND state IN ('queued', 'failed') AND key LIKE 'listing %'",
            (self._source,),
        ).fetchall()
        tasks = [Task.from_json(row[0]) for row in rows]
        return {task.why.section: task.page for task in tasks if task.since and task.why.section}

    def queued_count(self) -> int:
        """Return the number of queued tasks."""
        waiting = self._connection.execute(
            "SELECT count(*) FROM tasks WHERE source = ? AND state = 'queued'", (self._source,)
        ).fetchone()[0]
        return int(waiting) + len(self._leased)

    def is_empty(self) -> bool:
        """Return whether no task is queued."""
        return not self._leased and (
            self._connection.execute(
                "SELECT 1 FROM tasks WHERE source = ? AND state = 'queued' LIMIT 1", (self._source,)
            ).fetchone()
            is None
        )

    def close(self) -> None:
        """Close the file; tasks that were leased but not returned are queued again."""
        with suppress(ArchiveError):  # the disk is full: the next crawl takes over tasks that stay leased
            self._release_leased()
            self._flush_done()
        self._connection.close()

    def _release_leased(self) -> None:
        """Queue the tasks again that were leased but not returned."""
        self._connection.executemany(
            "UPDATE tasks SET state = 'queued' WHERE source = ? AND key = ?",
            [(self._source, task.key) for task in self._leased],
        )
        self._leased.clear()

    def _flush_done(self) -> None:
        """Mark the finished tasks as done in the file."""
        if self._done:
            self._connection.executemany(
                "UPDATE tasks SET state = 'done' WHERE source = ? AND key = ?",
                [(self._source, key) for key in self._done],
            )
            self._done.clear()

    def _set_state(self, row_id: int, state: str) -> None:
        """Set the state of a row."""
        self._connection.execute("UPDATE tasks SET state = ? WHERE id = ?", (state, row_id))


def _with_origin(waiting: Task, task: Task) -> Task:
    """Return a waiting task with the address that redirects to it according to another one."""
    origin = waiting.why.redirected_from or task.why.redirected_from
    return replace(waiting, why=replace(waiting.why, redirected_from=origin))
