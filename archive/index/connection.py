"""The one place that opens archive.db: whose file it is, of which release, and how it is shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from archive.errors import ArchiveBusy, ArchiveError
from archive.index.schema import APPLICATION_ID, migrations

if TYPE_CHECKING:
    import sqlite3
else:
    # pysqlite3 where it is installed, as sqlite-utils itself chooses: SQLite before 3.51.3 can damage
    # a WAL file that two connections write to, and Debian 12 ships 3.40.
    from sqlite_utils.utils import sqlite3

Connection = sqlite3.Connection
Row = sqlite3.Row
BUSY_SECONDS = 60


def connect(path: Path, *, create: bool = False) -> Connection:
    """The index at `path`, migrated to this release, for reading and writing.

    ArchiveError when it is no index, is damaged, or was made by a newer release.
    """
    if not create and not path.exists():
        raise ArchiveError(
            f"{path} is missing: run 'newsarchive rebuild' to make the index anew from the WARC files."
        )
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = Row
        _own(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
    except sqlite3.OperationalError as error:
        raise ArchiveBusy(f"{path} cannot be opened: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise ArchiveError(
            f"{path} is damaged ({error}): move it away and run 'newsarchive rebuild'."
        ) from error
    return connection


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """One transaction: all of what is done inside, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _own(connection: Connection, path: Path) -> None:
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if found == APPLICATION_ID:
        return
    if found or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ArchiveError(f"{path} is not the index of a news archive.")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _migrate(connection: Connection, path: Path) -> None:
    database = Database(connection)
    ours = {migration.name for migration in migrations._migrations}  # the library lists only pending ones
    newer = sorted({migration.name for migration in migrations.applied(database)} - ours)
    if newer:
        raise ArchiveError(
            f"{path} was made by a newer release of newsarchive (it has {', '.join(newer)}): update newsarchive."
        )
    if migrations.pending(database):
        migrations.apply(database)
