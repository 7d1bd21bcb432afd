"""What the schema promises of every archive.db."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import get_args

import pytest

from archive.events import ROLES
from archive.extraction.model import FoundIn, Precision, ZoneOrigin
from archive.index.db import schema_docs
from archive.index.db.schema import CREATE, TABLES, VIEWS
from tests import small_archive


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for statement in CREATE:
        connection.execute(statement)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = small_archive.build(tmp_path_factory.mktemp("schema") / "archive")
    connection = sqlite3.connect(folder / "archive.db")
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


def test_no_index_rests_on_what_another_release_of_sqlite_may_compute_otherwise(
    empty: sqlite3.Connection,
) -> None:
    kinds = {
        (table, column): kind
        for table in TABLES
        for _, column, kind, *_ in empty.execute(f"PRAGMA table_xinfo({table})")
    }
    indexes = empty.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
    assert indexes
    for index, table, sql in indexes:
        keys = [row for row in empty.execute(f"PRAGMA index_xinfo({index})") if row[5]]
        assert [row for row in keys if row[1] == -2] == [], index  # an expression
        assert {kinds[table, name] for _, _, name, *_ in keys if name} <= {"TEXT", "INTEGER"}, index
        assert re.search(r"\w\(", (sql or "").partition(" WHERE ")[2]) is None, index


@pytest.mark.parametrize("table", TABLES)
def test_no_column_and_no_check_is_computed_by_a_function(empty: sqlite3.Connection, table: str) -> None:
    generated = [row[1] for row in empty.execute(f"PRAGMA table_xinfo({table})") if row[6] in (2, 3)]
    assert generated == []
    for check in re.findall(r"CHECK \((.*)\)", TABLES[table]):
        assert re.search(r"\w\(", check) is None, check


@pytest.mark.parametrize("table", [name for name, sql in TABLES.items() if "VIRTUAL" not in sql])
def test_every_table_is_strict(empty: sqlite3.Connection, table: str) -> None:
    rows = empty.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (table,)).fetchall()
    assert rows == [(1,)]


@pytest.mark.parametrize("table", [*TABLES, *VIEWS])
def test_the_docs_of_a_table_match_its_columns(empty: sqlite3.Connection, table: str) -> None:
    actual = [row[1] for row in empty.execute(f"PRAGMA table_info({table})")]
    documented = [column.name for column in schema_docs.columns_of(table)]
    assert documented == actual or "VIRTUAL" in TABLES.get(table, "")


@pytest.mark.parametrize("table", TABLES)
def test_the_docs_of_references_and_keys_match_the_table(empty: sqlite3.Connection, table: str) -> None:
    documented = schema_docs.columns_of(table)
    actual = {row[3]: f"{row[2]}.{row[4]}" for row in empty.execute(f"PRAGMA foreign_key_list({table})")}
    assert {one.name: one.refers_to for one in documented if one.refers_to} == actual
    keys = {row[1] for row in empty.execute(f"PRAGMA table_info({table})") if row[5]}
    assert {one.name for one in documented if one.is_key} == keys


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_of_a_view_says_what_it_holds(view: str) -> None:
    assert [column.name for column in schema_docs.columns_of(view) if not column.comment] == []


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ("captures.role", ROLES),
        ("versions.published_found_in", get_args(FoundIn)),
        ("versions.published_precision", get_args(Precision)),
        ("versions.published_zone", get_args(ZoneOrigin)),
    ],
)
def test_a_column_accepts_the_values_that_the_code_writes_and_no_other(
    place: str, known: tuple[str, ...]
) -> None:
    assert schema_docs.find_column(place).values == known


def test_every_stored_moment_has_one_format() -> None:
    for table, statement in TABLES.items():
        for column in schema_docs.columns_of(table):
            if column.comment and re.match(r"UTC\b", column.comment) and table != "sightings":
                assert f"CHECK ({column.name} GLOB '????-??-??T??:??:??.??????Z')" in statement, column.name


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET first_seen = '2022-01-10 10:00'",
        "UPDATE articles SET state = 'gone'",
        "UPDATE articles SET source = 'nobody'",
        "UPDATE captures SET role = 'whatever'",
        "UPDATE captures SET length = 0",
        "UPDATE versions SET confidence = 2",
        "UPDATE versions SET words = 'many'",
        "UPDATE versions SET published_precision = 'about'",
        "DELETE FROM captures",
    ],
)
def test_what_cannot_be_true_cannot_be_written(filled: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        filled.execute(statement)
    filled.rollback()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM current_articles ORDER BY published_utc DESC LIMIT 50",
        "SELECT * FROM current_articles WHERE id = 1",
        "SELECT * FROM edits ORDER BY seen_at DESC LIMIT 50",
        "SELECT * FROM edits WHERE seen_at >= '2022' ORDER BY seen_at LIMIT 50",
        "SELECT * FROM edits WHERE article_id = 1",
        "SELECT * FROM removed_articles ORDER BY gone_since DESC LIMIT 50",
        "SELECT * FROM front_pages ORDER BY seen_at DESC LIMIT 50",
        "SELECT * FROM front_pages WHERE source = 'x' AND section = 'y' AND seen_at < '2022' ORDER BY seen_at",
        "SELECT * FROM front_pages WHERE article_id = 1",
    ],
)
def test_a_view_uses_an_index_and_sorts_nothing(empty: sqlite3.Connection, query: str) -> None:
    """In a million articles, a scan or a sort of a table takes seconds, and these queries take a millisecond."""
    plan = [row[3] for row in empty.execute(f"EXPLAIN QUERY PLAN {query}")]
    steps = [step for step in plan if step.startswith(("SCAN", "USE")) and "subquery" not in step]
    assert all("USING" in step and "TEMP B-TREE" not in step for step in steps), plan


def test_counting_what_section_pages_showed_reads_no_articles(empty: sqlite3.Connection) -> None:
    plan = " ".join(row[3] for row in empty.execute("EXPLAIN QUERY PLAN SELECT count(*) FROM front_pages"))
    assert "articles" not in plan
    assert "versions" not in plan
