"""Open archive.db: check its owner and schema version, share it between processes, translate SQLite's errors.

The only module that opens SQLite files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self
from urllib.parse import quote

from archive import paths
from archive.errors import ArchiveBusy, ArchiveError, DamagedIndex, OutdatedIndex, TooSlow, Unwritable
from archive.index.db import migrations
from archive.index.db.schema import APPLICATION_ID, CREATE, SCHEMA_VERSION

if TYPE_CHECKING:
    import sqlite3
else:
    # pysqlite3 if it is installed: SQLite before 3.51.3 can damage a WAL file that two connections write to, and
    # Debian 12 ships 3.40. sqlite_utils makes the same choice, but imports pandas, which doubles the start of commands.
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

Connection = sqlite3.Connection
Row = sqlite3.Row
Refused = sqlite3.IntegrityError  # a value that a constraint of its table forbids
BUSY_SECONDS = 60
# Prepared statements cached per connection: a crawl uses 150. Preparing one that fires triggers takes ten times as long
# as running it, and with a smaller cache, statements used in turn evict one another.
CACHED_STATEMENTS = 512
# Bytes. A reader that never ends prevents the log (archive.db-wal) from being emptied, and it grows with everything
# written meanwhile; once the reader is gone, it is truncated to this. Without readers it stays near 4 MB.
WAL_SIZE_LIMIT = 16 * 1024 * 1024
# SQLite's primary result codes (https://www.sqlite.org/rescode.html).
_DAMAGED = frozenset({11, 26})  # CORRUPT, NOTADB
_BUSY = frozenset({5, 6})  # BUSY, LOCKED
_UNWRITABLE = frozenset({3, 8, 10, 13, 14})  # PERM, READONLY, IOERR, FULL, CANTOPEN
_FULL = 13
_INTERRUPTED = 9
_STEPS = 10_000  # virtual machine steps between two clock checks: about a millisecond
_IOERR = 10
_PAGES = 4096  # of a copy, between two reports of progress: 16 MB
_CLOSED_MESSAGE = "Cannot operate on a closed database."  # SQLite gives no result code for it
# If the schema is garbage, even the message about it cannot be decoded.
_SQLITE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)
_MISSING_PREFIXES = (
    "no such table",
    "no such column",
    "no such index",
)  # how messages about schema objects other than this release's begin
_CORRUPT_PREFIXES = ("Could not decode to UTF-8", "unsupported file format")  # damage without such a code


def connect(path: Path, *, create: bool = False) -> Connection:
    """Open the index at `path` for reading and writing, and migrate it to this release.

    If nothing can be written (a read-only or a full disk), open it read-only, provided that its last writer
    finished normally. Create a missing or empty one if the archive is still empty: `init` was killed before it
    could. Raise ArchiveError if it is not an index, is damaged, or was made by another release and cannot be
    migrated. Later SQLite errors about the file are ArchiveErrors too: DamagedIndex, Unwritable, ArchiveBusy.
    """
    may_create = create or paths.is_unused(path.parent)
    has_bytes = path.exists() and path.stat().st_size > 0
    if not may_create and not path.exists():
        raise ArchiveError(
            f"{path} is missing: run 'newsarchive rebuild' to rebuild the index from the WARC files."
        )
    try:
        return _open(path, str(path), create=may_create)
    except Unwritable:
        wal = path.with_name(path.name + "-wal")
        if create or not has_bytes or (wal.exists() and wal.stat().st_size):
            raise
        return _open(path, f"file:{quote(str(path.resolve()))}?immutable=1", create=False)


def open_private(path: Path) -> Connection:
    """Open an index, new or existing, that no other process uses yet.

    Nothing can be rolled back and nothing is synced: discard the file after any failure. It is a single file,
    without a journal beside it.
    """
    return _open(path, str(path), create=True, journal="OFF", synchronous="OFF")


def open_state_file(
    path: Path, tables: str, *, synchronous: Literal["OFF", "NORMAL"]
) -> tuple[Connection, bool]:
    """Open a small SQLite file that crawls share (the queue, the rate limits); return it and whether it was reset.

    A damaged file is set aside: that only costs fetching pending addresses a second time.
    """
    try:
        return _open_state(path, tables, synchronous), False
    except DamagedIndex:
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            with suppress(FileNotFoundError):
                file.rename(file.with_name(f"{file.name}.damaged"))
        return _open_state(path, tables, synchronous), True


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Run the block in one transaction, completely or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(ArchiveError, sqlite3.Error):  # a full disk has rolled back already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def read_snapshot(connection: Connection) -> Iterator[None]:
    """Let all reads in the block see the same moment, whatever is written meanwhile."""
    connection.execute("BEGIN")
    try:
        connection.execute(
            "SELECT 1 FROM sqlite_master"
        ).fetchone()  # the snapshot begins with the first read
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(ArchiveError, sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def copy_index(connection: Connection, target: Path, on_pages: Callable[[int, int], None]) -> None:
    """Copy an index to a new file, as of the snapshot that the connection reads; other processes may write meanwhile.

    `on_pages` is called with the pages copied and their total.
    """
    try:
        with closing(sqlite3.connect(target)) as copy:
            connection.backup(copy, pages=_PAGES, progress=lambda _, left, all_: on_pages(all_ - left, all_))
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except _SQLITE_ERRORS as error:
        raise _readable_error(error, target, "make the backup again") from error


def check_schema(connection: Connection) -> None:
    """Raise DamagedIndex if a table, index, trigger or view is not as this release creates it."""
    if lacking := migrations.missing_objects(connection):
        (path,) = (row["file"] for row in connection.execute("PRAGMA database_list") if row["name"] == "main")
        raise DamagedIndex(
            f"{path} does not have this release's tables ({', '.join(lacking)}): move it away and run "
            "'newsarchive rebuild'."
        )


@contextmanager
def time_limit(connection: Connection, seconds: float) -> Iterator[None]:
    """Raise TooSlow from whichever statement is running or begins after this many seconds."""
    end = monotonic() + seconds
    connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, _STEPS)


def limit_memory(size: int) -> None:
    """Limit SQLite's memory in this process, over all connections, to this many bytes; beyond it, raise MemoryError."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"PRAGMA hard_heap_limit = {size}")


def sqlite_version() -> str:
    """Return the release of SQLite in use."""
    return sqlite3.sqlite_version


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error was caused by SQLite running out of disk space."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == _FULL


def is_disk_error(error: BaseException) -> bool:
    """Return whether the disk rejected a write for another reason than being full, such as a quota or a size limit."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == _IOERR


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Run the block as part of a transaction: on an error undo the block alone."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        with suppress(ArchiveError, sqlite3.Error):  # the whole transaction may be rolled back already
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")


class _ReportingConnection(sqlite3.Connection):
    """A connection whose errors name the file and say what to do."""

    path: Path
    advice = "move it away and run 'newsarchive rebuild'"  # what to do about damage

    def cursor(self, factory: Any = None) -> Any:
        try:
            return super().cursor(factory or _Cursor)
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self)


class _Cursor(sqlite3.Cursor):
    connection: _ReportingConnection

    def execute(self, *arguments: Any) -> Self:
        try:
            return super().execute(*arguments)
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self.connection)

    def executemany(self, *arguments: Any) -> Self:
        try:
            return super().executemany(*arguments)
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self.connection)

    def executescript(self, script: str) -> sqlite3.Cursor:
        try:
            return super().executescript(script)
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self.connection)

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self.connection)

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self.connection)

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except _SQLITE_ERRORS as error:
            _raise_readable(error, self.connection)


def _raise_readable(
    error: sqlite3.DatabaseError | UnicodeDecodeError, connection: _ReportingConnection
) -> NoReturn:
    readable = _readable_error(error, connection.path, connection.advice)
    if readable is error:
        raise error
    raise readable from error


def _readable_error(error: sqlite3.DatabaseError | UnicodeDecodeError, path: Path, advice: str) -> Exception:
    """Return an error whose sentence says what happened to the file; the same error if it is about the query itself."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if str(error) == _CLOSED_MESSAGE:
        return ArchiveError(f"{path} was closed: open it again to go on.")
    if code in _DAMAGED or isinstance(error, UnicodeDecodeError) or str(error).startswith(_CORRUPT_PREFIXES):
        return DamagedIndex(f"{path} is damaged ({error}): {advice}.")
    if str(error).startswith(_MISSING_PREFIXES):
        return DamagedIndex(
            f"{path} has unexpected tables ({error}): {advice}; if that does not help, please report it."
        )
    if code in _BUSY:
        return ArchiveBusy(f"{path} is locked by another process ({error}): try again when it has finished.")
    if code == _INTERRUPTED:
        return TooSlow("This query takes too long: request fewer rows, or add conditions.")
    if code == _FULL:
        return Unwritable(f"{path} cannot be written: the disk is full. Free some space and try again.")
    if code in _UNWRITABLE:
        return Unwritable(f"{path} cannot be written or read: {error}.")
    return error


def _open(
    path: Path, name: str, *, create: bool, journal: str = "WAL", synchronous: str = "FULL"
) -> Connection:
    try:
        connection = sqlite3.connect(
            name,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=CACHED_STATEMENTS,
            factory=_ReportingConnection,
            uri=name.startswith("file:"),
        )
    except sqlite3.DatabaseError as error:
        raise Unwritable(f"{path} cannot be opened: {error}.") from error
    connection.path = path
    connection.row_factory = Row
    try:
        _check_release(connection, path, create=create)
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_SIZE_LIMIT}")
        _create_or_migrate(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _open_state(path: Path, tables: str, synchronous: str) -> Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, factory=_ReportingConnection
    )
    connection.path, connection.advice = path, "it will be recreated at its next use"
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise DamagedIndex(f"{path} is damaged ({found}): {connection.advice}.")
        connection.executescript(tables)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_release(connection: Connection, path: Path, *, create: bool) -> None:
    """Raise ArchiveError if a file is not an index, or is one that this release can neither create nor migrate."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    has_tables = _has_tables(connection)
    if application not in ((APPLICATION_ID,) if has_tables else (0, APPLICATION_ID)):
        raise ArchiveError(f"{path} is not the index of a news archive.")
    if not has_tables:
        if not create:
            raise DamagedIndex(f"{path} is empty: move it away and run 'newsarchive rebuild'.")
        return
    version = migrations.schema_version(connection)
    if version is not None and version > SCHEMA_VERSION:
        raise ArchiveError(
            f"{path} was made by a newer release of newsarchive (its schema version is {version}, this release's "
            f"{SCHEMA_VERSION}): update newsarchive."
        )
    if version is None or not migrations.can_migrate(version):
        raise OutdatedIndex(
            f"{path} was made by an earlier release of newsarchive: run 'newsarchive rebuild' to rebuild it from the "
            "WARC files."
        )


def _create_or_migrate(connection: Connection, path: Path) -> None:
    """Create or migrate the tables of this release in one transaction, so that a killed process has changed nothing."""
    has_tables = _has_tables(connection)
    if has_tables and migrations.schema_version(connection) == SCHEMA_VERSION:
        return
    try:
        with transaction(connection):
            if not _has_tables(connection):
                for statement in CREATE:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            else:  # another process may have done it meanwhile
                migrations.migrate(connection, migrations.schema_version(connection) or SCHEMA_VERSION)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except Unwritable as error:
        if not has_tables:
            raise
        reason = str(error).removeprefix(f"{path} ")
        raise OutdatedIndex(
            f"{path} was made by an earlier release of newsarchive and must be upgraded, but it {reason}"
        ) from error
    except sqlite3.Error as error:
        if not has_tables:
            raise
        raise OutdatedIndex(
            f"{path} was made by an earlier release of newsarchive and could not be upgraded ({error}): "
            "run 'newsarchive rebuild' to rebuild it from the WARC files."
        ) from error


def _has_tables(connection: Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
