"""Migrate an index that an earlier release made to this release, version by version.

A migration spells out its own SQL: today's schema is not the one of the version it leads to. The columns of new article
fields need no migration: they are added as archive/article_fields.py declares them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from archive import timestamps, urls
from archive.index.db.schema import CREATE, SCHEMA_VERSION, VIEWS
from archive.index.db.version_columns import statements_to_add
from archive.rechecks import due_at

if TYPE_CHECKING:
    from archive.index.db.connection import Connection

_UNNUMBERED_VERSIONS = {  # versions of indexes older than version numbers, by fingerprint
    "4db8d43f830d771a30eaace75b36fe8451e5f0a03614146c40155ba50d1acda2": 1,
}
_OBJECT_NAME = re.compile(r"^CREATE (?:VIRTUAL )?(?:TABLE|INDEX|TRIGGER|VIEW) (\w+)")
_OBJECTS = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_sqlite\\_%' ESCAPE '\\'
    AND tbl_name NOT LIKE '\\_sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search\\_index\\_%' ESCAPE '\\'
ORDER BY type, name
"""


def schema_version(connection: Connection) -> int | None:
    """Return the schema version of an index that has tables; None if no release made it."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return version or _UNNUMBERED_VERSIONS.get(fingerprint(connection))


def can_migrate(version: int) -> bool:
    """Return whether migrations lead from a version to that of this release."""
    return all(step in MIGRATIONS or statements_to_add(step + 1) for step in range(version, SCHEMA_VERSION))


def migrate(connection: Connection, version: int) -> None:
    """Migrate the tables and views of a known version to this release. Call it in a transaction.

    Views hold no rows, so today's views simply replace the earlier ones.
    """
    for step in range(version, SCHEMA_VERSION):
        for change in MIGRATIONS.get(step, ()):
            change(connection)
        for statement in statements_to_add(step + 1):
            connection.execute(statement)
    for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        if row["name"] in VIEWS:
            connection.execute(f"DROP VIEW {row['name']}")
    for statement in VIEWS.values():
        connection.execute(statement)


def missing_objects(connection: Connection) -> list[str]:
    """Return the names of objects that are not as this release creates them; ignore what others added."""
    found = {sql for *_, sql in schema_objects(connection)}
    return [_OBJECT_NAME.findall(sql)[0] for sql in map(_normalize_sql, CREATE) if sql not in found]


def fingerprint(connection: Connection) -> str:
    """Return a SHA-256 of the tables, indexes, triggers and views, ignoring comments and white space."""
    return hashlib.sha256(repr(schema_objects(connection)).encode()).hexdigest()


def schema_objects(connection: Connection) -> list[tuple[str, ...]]:
    """Return type, name, table and SQL of every object of the schema, without comments and insignificant space."""
    return [(*row[:3], _normalize_sql(row[3])) for row in map(tuple, connection.execute(_OBJECTS))]


def _normalize_sql(sql: str) -> str:
    words = " ".join(re.sub(r"--.*", "", sql).split())
    return re.sub(r" ?([(),]) ?", r"\1", words)


def _add_due_at(connection: Connection) -> None:
    """Add `articles.due_at`.

    Version 1 computed it in an index over julianday(), which other releases of SQLite found damaged.
    """
    connection.execute("DROP INDEX articles_due")
    connection.execute(
        """
        ALTER TABLE articles ADD COLUMN due_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000000Z'
            CHECK (due_at GLOB '????-??-??T??:??:??.??????Z')
        """
    )
    connection.create_function("due_at", 2, _due_at, deterministic=True)
    connection.execute(
        """
        UPDATE articles SET due_at = due_at(
            max(first_seen, coalesce((SELECT max(first_seen) FROM versions WHERE article_id = articles.id), '')),
            last_looked
        )
        """
    )
    connection.create_function("due_at", 2, None)
    connection.execute("CREATE INDEX articles_due ON articles (source, due_at)")
    connection.execute("DROP TABLE IF EXISTS _sqlite_migrations")


def _due_at(changed: str, fetched: str) -> str:
    return timestamps.to_iso(due_at(timestamps.from_iso(changed), timestamps.from_iso(fetched)))


def _add_canonical(connection: Connection) -> None:
    """Add `captures.canonical`, by which a capture is found whatever way its address was spelled."""
    connection.execute("ALTER TABLE captures ADD COLUMN canonical TEXT")
    connection.create_function("canonical_if_other", 1, urls.canonical_if_other, deterministic=True)
    connection.execute("UPDATE captures SET canonical = canonical_if_other(url)")
    connection.create_function("canonical_if_other", 1, None)
    connection.execute(
        "CREATE INDEX captures_by_canonical ON captures (canonical) WHERE canonical IS NOT NULL"
    )


def _add_listed_bytes(connection: Connection) -> None:
    """Add `warc_files.listed_bytes`: several crawls write one file, and each lists its part in a manifest."""
    connection.execute(
        "ALTER TABLE warc_files ADD COLUMN listed_bytes INTEGER NOT NULL DEFAULT 0 CHECK (listed_bytes >= 0)"
    )
    connection.execute("UPDATE warc_files SET listed_bytes = bytes WHERE manifest IS NOT NULL")
    connection.execute("DROP INDEX warc_files_unlisted")
    connection.execute(
        "CREATE INDEX warc_files_unlisted ON warc_files (file) WHERE manifest IS NULL OR listed_bytes < bytes"
    )


MIGRATIONS: dict[int, tuple[Callable[[Connection], None], ...]] = {  # from a version to the next
    1: (_add_due_at,),
    2: (_add_canonical,),
    3: (_add_listed_bytes,),
}
