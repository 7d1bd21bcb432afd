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
from archive.index.db import edit_grades, state_history
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


def _add_address_clues(connection: Connection) -> None:
    """Add `address_clues`, with the clues in addresses; those that pages state come with the next captures."""
    connection.execute(
        """
        CREATE TABLE address_clues (
            clue TEXT NOT NULL,
            article_id INTEGER NOT NULL REFERENCES articles (id),
            capture_id INTEGER REFERENCES captures (id),
            PRIMARY KEY (clue, article_id)
        ) STRICT, WITHOUT ROWID
        """
    )
    connection.execute("CREATE INDEX address_clues_by_article ON address_clues (article_id)")
    connection.create_function("numbered_clue", 1, urls.numbered_clue, deterministic=True)
    connection.execute(
        """
        INSERT OR IGNORE INTO address_clues (clue, article_id)
        SELECT numbered_clue(url), article_id FROM addresses WHERE numbered_clue(url) IS NOT NULL
        """
    )
    connection.create_function("numbered_clue", 1, None)


def _add_payload_digest(connection: Connection) -> None:
    """Add `captures.payload_digest`; a rebuild fills it for files imported before."""
    connection.execute("ALTER TABLE captures ADD COLUMN payload_digest TEXT")
    connection.execute(
        "CREATE INDEX captures_by_digest ON captures (payload_digest) WHERE payload_digest IS NOT NULL"
    )


def _split_states(connection: Connection) -> None:
    """Add why and since when an article is not live, and every change of that.

    «unreachable» becomes «unavailable», and «removed» needs two 404 or 410 at least 24 hours apart. The CHECK of
    `articles.state` requires a new table.
    """
    for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        if row["name"] in VIEWS:
            connection.execute(f"DROP VIEW {row['name']}")
    connection.execute("ALTER TABLE crawls ADD COLUMN removed_after INTEGER CHECK (removed_after >= 0)")
    connection.execute("CREATE TEMP TABLE kept_articles AS SELECT * FROM articles")
    connection.execute("DROP TABLE articles")
    for statement in _STATES_OF_4:
        connection.execute(statement)
    connection.execute("DROP TABLE kept_articles")
    state_history.fill(connection)


_STATES_OF_4 = (
    """
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    source TEXT REFERENCES sources (name),
    section TEXT,
    state TEXT NOT NULL CHECK (state IN ('live', 'unavailable', 'removed', 'moved', 'restricted')),
    state_since TEXT CHECK (state_since GLOB '????-??-??T??:??:??.??????Z'),
    state_reason TEXT,
    moved_to TEXT,
    first_seen TEXT NOT NULL CHECK (first_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_seen TEXT NOT NULL CHECK (last_seen GLOB '????-??-??T??:??:??.??????Z'),
    last_looked TEXT NOT NULL CHECK (last_looked GLOB '????-??-??T??:??:??.??????Z'),
    gone_since TEXT CHECK (gone_since GLOB '????-??-??T??:??:??.??????Z'),
    gone_looks INTEGER NOT NULL DEFAULT 0 CHECK (gone_looks >= 0),
    version_count INTEGER NOT NULL DEFAULT 0 CHECK (version_count >= 0),
    due_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000000Z' CHECK (due_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT""",
    """
INSERT INTO articles (
    id, url, source, section, state, first_seen, last_seen, last_looked, gone_since, gone_looks, version_count, due_at
)
SELECT id, url, source, section, CASE state WHEN 'unreachable' THEN 'unavailable' ELSE state END, first_seen,
    last_seen, last_looked, gone_since, gone_looks, version_count, due_at
FROM kept_articles ORDER BY id""",
    "CREATE INDEX articles_by_source ON articles (source, state, last_looked)",
    "CREATE INDEX articles_by_state ON articles (state, gone_since)",
    "CREATE INDEX articles_due ON articles (source, due_at)",
    """
CREATE TRIGGER search_months_moved AFTER UPDATE OF source ON articles WHEN OLD.source IS NOT NEW.source BEGIN
    UPDATE search_months SET is_current = 0
    WHERE is_current AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (NEW.id)
        UNION SELECT NULL
    );
END""",
    """
CREATE TRIGGER search_months_told AFTER UPDATE OF state ON articles WHEN OLD.state IS NOT NEW.state BEGIN
    UPDATE search_months SET has_states = 0
    WHERE has_states AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN (NEW.id)
        UNION SELECT NULL
    );
END""",
    "UPDATE search_months SET has_states = 0",
    """
CREATE TABLE state_changes (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    state TEXT NOT NULL CHECK (state IN ('live', 'unavailable', 'removed', 'moved', 'restricted')),
    reason TEXT,
    moved_to TEXT,
    capture_id INTEGER REFERENCES captures (id),
    PRIMARY KEY (article_id, number)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX state_changes_by_time ON state_changes (at)",
    "CREATE INDEX state_changes_by_capture ON state_changes (capture_id)",
)


def _grade_edits(connection: Connection) -> None:
    """Add how far each version differs from the one before."""
    connection.execute(
        """
        CREATE TABLE edit_grades (
            version_id INTEGER PRIMARY KEY REFERENCES versions (id),
            grade TEXT NOT NULL CHECK (grade IN ('noise', 'typo', 'wording', 'fact')),
            facts TEXT,
            taken TEXT,
            given TEXT
        ) STRICT
        """
    )
    connection.execute("CREATE INDEX edit_grades_by_grade ON edit_grades (grade)")
    edit_grades.store_all_grades(connection)


def _add_request_body(connection: Connection) -> None:
    """Add `captures.request_body`: earlier releases sent no POST."""
    connection.execute("ALTER TABLE captures ADD COLUMN request_body TEXT")


def _add_restrictions(connection: Connection) -> None:
    """Add the articles and sources that are hidden from readers; no earlier release could hide any."""
    connection.execute(
        """
        CREATE TABLE restrictions (
            target TEXT PRIMARY KEY,
            at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
            why TEXT NOT NULL,
            until TEXT CHECK (until GLOB '????-??-??')
        ) STRICT
        """
    )


MIGRATIONS: dict[int, tuple[Callable[[Connection], None], ...]] = {  # from a version to the next
    1: (_add_due_at,),
    2: (_add_canonical,),
    3: (
        _split_states,
        _grade_edits,
        _add_address_clues,
        _add_payload_digest,
        _add_listed_bytes,
        _add_request_body,
        _add_restrictions,
    ),
}
