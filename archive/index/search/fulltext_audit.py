"""Rebuild the full-text index and the bitmaps from the stored rows, and compare them with the stored ones.

The versions of one month at a time are copied into a private index, under the same ids, and added to its full-text
index by the code that crawls use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from archive import timestamps
from archive.index.db.connection import Connection, open_private, transaction
from archive.index.rows.table_diff import Difference, matched
from archive.index.search import bitmaps, fulltext

_COLUMNS: Mapping[str, int] = {"lemmas": 0, "title": 1, "lead": 2, "body": 3}
_COPIED = ("versions", "articles", "bylines", "tags")
_BATCH = 200  # versions added to the full-text index in one transaction
_FETCHED = 5000  # places of words compared at a time
_WORDS = """
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.all_words USING fts5vocab(main, search_index, instance)
"""


def differences(stored: Connection, scratch: Path) -> Iterator[Difference]:
    """Yield where the search tables differ from what follows from the stored versions.

    A temporary index is created at `scratch`.
    """
    with closing(open_private(scratch)) as made:
        made.execute("PRAGMA foreign_keys = OFF")
        _copy(made, "sources", stored, "SELECT * FROM sources")
        (versions,) = stored.execute("SELECT count(*) FROM versions").fetchone()
        for month in list(bitmaps.publication_months(stored)):
            numbers = bitmaps.month_id_range(month)
            with transaction(made):
                _copy_versions(made, stored, numbers)
            yield from _misplaced_ids(made, versions)
            _index(made, numbers)
            yield from _month_differences(
                stored, made, f"{month:%Y-%m}", numbers, partial(bitmaps.make, made, month)
            )
            with transaction(made):
                for table in _COPIED:
                    made.execute(f"DELETE FROM {table}")
        yield from _without_month(stored)
        yield from _word_differences(stored, made)


def _copy(made: Connection, table: str, stored: Connection, sql: str, values: tuple[Any, ...] = ()) -> None:
    cursor = stored.cursor()
    cursor.row_factory = None
    cursor.execute(sql, values)
    marks = ", ".join("?" * len(cursor.description))
    named = ", ".join(f'"{column[0]}"' for column in cursor.description)
    made.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", cursor)


def _copy_versions(made: Connection, stored: Connection, numbers: tuple[int, int]) -> None:
    of_month = "SELECT id FROM versions WHERE id BETWEEN ? AND ?"
    _copy(made, "versions", stored, "SELECT * FROM versions WHERE id BETWEEN ? AND ?", numbers)
    for table in ("bylines", "tags"):
        _copy(made, table, stored, f"SELECT * FROM {table} WHERE version_id IN ({of_month})", numbers)
    articles = "SELECT article_id FROM versions WHERE id BETWEEN ? AND ?"
    _copy(made, "articles", stored, f"SELECT * FROM articles WHERE id IN ({articles})", numbers)


def _misplaced_ids(made: Connection, versions: int) -> Iterator[Difference]:
    """Yield the versions whose id was not made from the second it should be made from."""
    for row in made.execute("SELECT id, article_id, number, published_utc, first_seen FROM versions"):
        with suppress(ValueError):  # an invalid time is reported where the rows of versions are compared
            least = fulltext.first_version_id(timestamps.from_iso(row["published_utc"] or row["first_seen"]))
            if not least <= row["id"] < least + versions:
                of = {"article_id": row["article_id"], "number": row["number"]}
                yield Difference("altered", "versions", of, "id", row["id"], least)


def _index(made: Connection, numbers: tuple[int, int]) -> None:
    ids = [
        row["id"]
        for row in made.execute(
            """
            SELECT versions.id FROM versions JOIN articles ON articles.id = versions.article_id
            WHERE versions.id BETWEEN ? AND ? ORDER BY versions.id
            """,
            numbers,
        )
    ]
    for begin in range(0, len(ids), _BATCH):
        with transaction(made), fulltext.batch_inserts(made):
            for version in ids[begin : begin + _BATCH]:
                fulltext.add_version(made, version)


def _month_differences(
    stored: Connection, made: Connection, month: str, numbers: tuple[int, int], make: Callable[[], None]
) -> Iterator[Difference]:
    """Yield the differences in the bitmaps of a month that are marked as current."""
    of_month = "SELECT * FROM search_months WHERE month = ?"
    row = stored.execute(of_month, (month,)).fetchone()
    if row is None or not row["is_current"]:
        return
    with transaction(made):
        _copy(made, "search_months", stored, of_month, (month,))
        _copy(made, "search_words", stored, "SELECT * FROM search_words WHERE month = ?", (month,))
        make()
    no_states = "" if row["has_states"] else " AND NOT (word >= 'state=' AND word < 'state>')"
    for table, key, other, where, values in (
        ("search_months", ("month",), ("versions", "later", "spread"), "month = ?", (month,)),
        (
            "search_places",
            ("version_id",),
            ("place", "is_spread"),
            "version_id BETWEEN ? AND ?",
            numbers,
        ),
        ("search_words", ("month", "word"), ("skipped", "bits"), f"month = ?{no_states}", (month,)),
    ):
        yield from _row_differences(stored, made, table, key, other, where, values)


def _row_differences(
    stored: Connection,
    made: Connection,
    table: str,
    key: tuple[str, ...],
    other: tuple[str, ...],
    where: str = "1",
    values: tuple[Any, ...] = (),
) -> Iterator[Difference]:
    sql = f"SELECT {', '.join((*key, *other))} FROM {table} WHERE {where} ORDER BY {', '.join(key)}"

    def rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
        cursor = connection.cursor()
        cursor.row_factory = None
        return iter(cursor.execute(sql, values))

    for old, new in matched(rows(stored), rows(made), len(key)):
        present = old or new
        if old == new or present is None:
            continue
        of = dict(zip(key, present, strict=False))
        if old is None or new is None:
            yield Difference("missing" if old is None else "unsupported", table, of)
            continue
        for column, was, expected in zip(other, old[len(key) :], new[len(key) :], strict=True):
            if was != expected:
                yield Difference("altered", table, of, column, was, expected)


def _without_month(stored: Connection) -> Iterator[Difference]:
    """Yield bitmap rows of months without bitmaps."""
    for row in stored.execute(
        "SELECT DISTINCT month FROM search_words WHERE month NOT IN (SELECT month FROM search_months)"
    ):
        yield Difference("missing", "search_months", {"month": row["month"]})
    for row in stored.execute(
        """
        SELECT month FROM search_months WHERE is_current AND NOT EXISTS (SELECT 1 FROM versions
            WHERE id >= unixepoch(month || '-01') * 16 AND id < unixepoch(month || '-01', '+1 month') * 16)
        """
    ):
        yield Difference("unsupported", "search_months", {"month": row["month"]})
    for row in stored.execute(
        """
        SELECT version_id FROM search_places
        WHERE strftime('%Y-%m', version_id / 16, 'unixepoch') NOT IN (SELECT month FROM search_months)
        """
    ):
        yield Difference("unsupported", "search_places", {"version_id": row["version_id"]})


def _word_differences(stored: Connection, made: Connection) -> Iterator[Difference]:
    """Yield the extra and missing words of the full-text index, one per version and column."""
    yield from _row_differences(stored, made, "search_index_docsize", ("id",), ("sz",))
    yield from _row_differences(
        stored, made, "search_index_data", ("id",), ("block",), "id = 1"
    )  # its averages
    yield from _row_differences(stored, made, "search_index_config", ("k",), ("v",))
    stored.execute(_WORDS)
    made.execute(_WORDS)
    reported: set[tuple[int, str]] = set()
    unequal = matched(*_from_first_difference(stored, made), 4)
    for (term, version, column, kind), _ in groupby(
        ((old or new or ("", 0, 0, 0), old is None) for old, new in unequal if old is None or new is None),
        key=lambda one: (*one[0][:3], one[1]),
    ):
        name = next(name for name, number in _COLUMNS.items() if number == column)
        if (version, name) in reported:
            continue
        if len(reported) < _FETCHED:
            reported.add((version, name))
        row = stored.execute("SELECT article_id, number FROM versions WHERE id = ?", (version,)).fetchone()
        of = {"version_id": version, **(dict(row) if row else {})}
        stored_term, expected_term = (None, term) if kind else (term, None)
        yield Difference("altered", "search_index", of, name, stored_term, expected_term)


def _from_first_difference(
    stored: Connection, made: Connection
) -> tuple[Iterator[tuple[Any, ...]], Iterator[tuple[Any, ...]]]:
    """Return the words of both from the first difference on: (term, version, column, offset), in order."""
    cursors = []
    for connection in (stored, made):
        cursor = connection.cursor()
        cursor.row_factory = None
        cursors.append(cursor.execute('SELECT term, doc, col, "offset" FROM temp.all_words'))
    while True:
        old, new = cursors[0].fetchmany(_FETCHED), cursors[1].fetchmany(_FETCHED)
        if old != new or not old:
            break

    def rest(begun: list[tuple[Any, ...]], cursor: Any) -> Iterator[tuple[Any, ...]]:
        for some in (begun, cursor):
            for term, version, column, offset in some:
                yield term, version, _COLUMNS[column], offset

    return rest(old, cursors[0]), rest(new, cursors[1])
