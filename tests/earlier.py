"""Archives whose index an earlier release made, one for each version of the schema: tests/archive/index/schemas/.

Whoever raises SCHEMA_VERSION keeps the version before, as its last commit makes it: a small archive's warc/, manifests/
and newsarchive.toml, and in archive.sql `PRAGMA application_id = …;`, `PRAGMA user_version = …;` and what
`sqlite3 archive.db .dump` prints.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from archive import paths

KEPT = Path(__file__).parent / "archive" / "index" / "schemas"
VERSIONS = sorted(int(path.name) for path in KEPT.iterdir())


def unpacked(version: int, folder: Path) -> Path:
    """Return the stored archive of a release, with the index as that release left it."""
    shutil.copytree(KEPT / str(version), folder)
    for name in paths.FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    with closing(sqlite3.connect(paths.index_path(folder))) as connection:
        connection.executescript((folder / "archive.sql").read_text("utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    (folder / "archive.sql").unlink()
    return folder


def alter(folder: Path, *statements: str) -> None:
    """Change the index of an archive by hand."""
    with closing(sqlite3.connect(paths.index_path(folder))) as connection, connection:
        for statement in statements:
            connection.execute(statement)


# An index in which a column is missing, as states of the schema had it that no release is of.
WITHOUT_A_COLUMN = ("DROP VIEW front_pages", "ALTER TABLE sightings DROP COLUMN stamp")
