"""Correct the source of imported pages: the effect on captures and articles that are stored already.

sources assign ──▶ warc/import-T-N.warc.gz states it ──▶ captures, articles
a rebuild reads it before the copies that it corrects
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive import urls
from archive.errors import BadQuery, NotFound
from archive.events import Assigned
from archive.index.db.connection import Connection, Row, transaction
from archive.index.ingest import extraction_queue
from archive.index.ingest.extraction_queue import may_be_article
from archive.index.rows.addresses import article_at
from archive.jobs.pool import JobInterrupted
from archive.paths import WARC
from archive.reasons import ARTICLE, ARTICLE_IN_PART
from archive.recording.assignments import source_host
from archive.recording.history import HistoryRebuilder

_MAX_NAMED = 10  # imported files that an error message names
_ROWS_AT_ONCE = 500


@dataclass(slots=True)
class AssignResult:
    """The result of assigning imported pages to a source."""

    source: str
    file: str | None = None  # path in the archive
    host: str | None = None
    captures: int = 0  # that have another source now
    articles: int = 0  # whose history was computed again
    former: Counter[str | None] = field(default_factory=Counter)  # captures by the source they had
    # Addresses of pages with the reason: those that keep their source until they can be extracted,
    unread: list[tuple[str, str]] = field(default_factory=list)
    unsettled: list[tuple[str, str]] = field(default_factory=list)  # and those that could not become rows
    mended: list[str] = field(default_factory=list)  # repairs after killed imports, a sentence for each


def find_import(connection: Connection, named: str) -> str:
    """Return the path in the archive of an imported file, named as it was given to the import or as it is stored.

    Raise NotFound if there is none, BadQuery if there are several.
    """
    name = Path(named).name
    rows = connection.execute(
        "SELECT file, name FROM imports WHERE file = ? OR name = ? ORDER BY file", (f"{WARC}/{name}", name)
    ).fetchall()
    if len(rows) == 1:
        return str(rows[0]["file"])
    if rows:
        listed = ", ".join(row["file"] for row in rows[:_MAX_NAMED])
        raise BadQuery(f"{name} was imported {len(rows)} times: name one of {listed}.")
    known = [row["name"] for row in connection.execute("SELECT name FROM imports ORDER BY imported_at DESC")]
    more = f" and {len(known) - _MAX_NAMED} more" if len(known) > _MAX_NAMED else ""
    listed = (", ".join(known[:_MAX_NAMED]) + more) if known else "none yet"
    raise NotFound(f"No imported file is named {name}. Imported files: {listed}.")


def parse_host(stated: str) -> str:
    """Return a host given as a name or as an address, or raise BadQuery."""
    host = source_host(stated if "//" in stated else f"http://{stated}")
    if not host:
        raise BadQuery(f"{stated!r} is not a host: use a name like news.example.")
    return host


def require_pages(connection: Connection, file: str | None, host: str | None) -> None:
    """Raise NotFound if no imported page is concerned."""
    if next(_concerned(connection, file, host), None) is None:
        of_host = f" of {host}" if host else ""
        raise NotFound(f"{file or 'What was imported'} has no page{of_host}: nothing was changed.")


def reassign(
    connection: Connection, histories: HistoryRebuilder, event: Assigned, on_progress: Callable[[int], None]
) -> AssignResult:
    """Give the pages that a correction concerns their source, and compute the history of their articles again.

    Pages that were no articles are left to be extracted again. Each article changes completely or not at all, so this
    can be interrupted and repeated.
    """
    result = AssignResult(event.source, event.file, event.host)
    articles: dict[int, list[int]] = {}
    others: list[tuple[str, bool, int]] = []
    for row in _concerned(connection, event.file, event.host):
        if row["source"] == event.source:
            continue
        number = article_at(connection, urls.canonical(row["url"])) if row["role"] == "article" else None
        if number is None:
            is_page = may_be_article("page", row["status"], row["media_type"])
            others.append((event.source, is_page, row["id"]))
        else:
            articles.setdefault(number, []).append(row["id"])
        result.former[row["source"]] += 1
    with transaction(connection):
        connection.executemany(
            "UPDATE captures SET source = ?, role = 'page', reading = iif(?, NULL, reading) WHERE id = ?",
            others,
        )
    result.captures = len(others)
    for done, (number, captures) in enumerate(articles.items(), 1):
        try:
            with transaction(connection):
                _move_article(connection, histories, number, captures, event.source)
        except JobInterrupted as error:
            url = connection.execute("SELECT url FROM articles WHERE id = ?", (number,)).fetchone()["url"]
            result.unread.append((url, str(error)))
            continue
        result.articles += 1
        result.captures += len(captures)
        on_progress(done)
    return result


def unapplied_pages(connection: Connection, file: str | None, host: str | None) -> list[tuple[str, str]]:
    """Return the pages that a correction concerns and that could not become rows, with the reason."""
    return [
        (url, reason)
        for one in _files(connection, file)
        for url, reason in extraction_queue.unapplied_captures(connection, one)
        if host is None or source_host(url) == host
    ]


def _concerned(connection: Connection, file: str | None, host: str | None) -> Iterator[Row]:
    """Yield the imported captures of a file or of all, in the order stored."""
    for one in _files(connection, file):
        rows = connection.execute('SELECT * FROM captures WHERE file = ? ORDER BY "offset"', (one,))
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            yield from (row for row in some if host is None or source_host(row["url"]) == host)


def _files(connection: Connection, file: str | None) -> list[str]:
    rows = connection.execute("SELECT file FROM imports WHERE ?1 IS NULL OR file = ?1 ORDER BY file", (file,))
    return [row["file"] for row in rows]


def _move_article(
    connection: Connection, histories: HistoryRebuilder, number: int, captures: Sequence[int], source: str
) -> None:
    """Give captures of an article their source, the article its own, and compute its history again."""
    marks = ", ".join("?" * len(captures))
    before = connection.execute(
        f"SELECT DISTINCT source FROM captures WHERE id IN ({marks})", captures
    ).fetchall()
    connection.execute(f"UPDATE captures SET source = ? WHERE id IN ({marks})", (source, *captures))
    article = connection.execute("SELECT source FROM articles WHERE id = ?", (number,)).fetchone()
    is_of_former = article["source"] in {row["source"] for row in before}
    moved_to = _first_source(connection, number) or source if is_of_former else None
    histories.rebuild(number, captures, moved_to)


def _first_source(connection: Connection, number: int) -> str | None:
    """Return the source of the capture of an article that was stored first."""
    row = connection.execute(
        """
        SELECT source FROM captures WHERE id = (
            SELECT min(captures.id) FROM addresses JOIN captures
                ON captures.url = addresses.url OR captures.canonical = addresses.url
            WHERE addresses.article_id = ? AND reading IN (?, ?)
        )
        """,
        (number, ARTICLE, ARTICLE_IN_PART),
    ).fetchone()
    return row["source"] if row else None
