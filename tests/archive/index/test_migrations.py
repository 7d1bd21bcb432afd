"""An index that another release made: migrated if there is a migration, else reported in one sentence."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import paths
from archive.core import Archive
from archive.errors import ArchiveError, DamagedIndex, OutdatedIndex
from archive.index.db import migrations
from archive.index.db.connection import connect
from archive.index.db.schema import APPLICATION_ID, SCHEMA_VERSION
from archive.index.ingest import captures
from archive.index.ingest.apply import update_due_time
from archive.integrity.audit import run_audit
from archive.jobs.pool import pool
from tests import faults
from tests.disks import mounted, small_disk
from tests.earlier import VERSIONS, WITHOUT_A_COLUMN, alter, unpacked
from tests.sampling import sample_steps
from tests.small_archive import BRIDGE, GONE, SUMMIT
from tests.sound import assert_accepted

# Of the tables, indexes, triggers and views of each version. If today's differ from the current version's number here,
# the schema was changed: raise SCHEMA_VERSION, add a migration and the fingerprint, and keep an archive of the version
# before (tests/earlier.py).
FINGERPRINTS = {
    1: "4db8d43f830d771a30eaace75b36fe8451e5f0a03614146c40155ba50d1acda2",
    2: "742720c84b3d97d9f792791b124d0697b18f9248e620b1b9504c4727ce5a819c",
    3: "b046d523a829caa59316910472499928d2ee5ef14a6473008961482b3556e744",
    4: "edac9798ea6df06e20ee1f1a2cfdd4fcdf84ec02299f9f9642bd299e377d354f",
}
EVERY_STEP = (*faults.ALL, "PRAGMA", "ALTER", "DROP")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return unpacked(1, tmp_path / "archive")


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "archive")


@pytest.fixture
def outdated(folder: Path) -> Path:
    """Return an archive whose index has a schema without a number that no release made."""
    alter(folder, *WITHOUT_A_COLUMN, "PRAGMA user_version = 0")
    return folder


def test_a_schema_that_was_changed_has_a_new_number(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "archive.db", create=True)) as fresh:
        assert migrations.fingerprint(fresh) == FINGERPRINTS.get(SCHEMA_VERSION)


def test_there_is_an_archive_of_every_earlier_version() -> None:
    assert sorted(FINGERPRINTS) == [*VERSIONS, SCHEMA_VERSION] == list(range(1, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_archive_of_a_version_has_its_tables(version: int, tmp_path: Path) -> None:
    index = paths.index_path(unpacked(version, tmp_path / "archive"))
    with closing(sqlite3.connect(index)) as kept:
        assert migrations.fingerprint(kept) == FINGERPRINTS[version]
        assert migrations.schema_version(kept) == version


def test_a_comment_is_no_part_of_a_fingerprint_and_a_column_is() -> None:
    prints = []
    for sql in (
        "CREATE TABLE a (b TEXT, c TEXT)",
        "CREATE TABLE a (  -- d\n    b TEXT,  -- e\n    c TEXT\n)",
        "CREATE TABLE a (b TEXT, c INTEGER)",
    ):
        with closing(sqlite3.connect(":memory:")) as made:
            made.execute(sql)
            prints.append(migrations.fingerprint(made))
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_index_of_an_earlier_version_is_migrated_in_place_and_answers(
    version: int, tmp_path: Path
) -> None:
    folder = unpacked(version, tmp_path / "archive")
    with closing(connect(tmp_path / "archive.db", create=True)) as made:
        fresh = migrations.schema_objects(made)
    with Archive.open(folder) as archive:
        ask = archive.connection.execute
        assert ask("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert ask("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert ask("PRAGMA foreign_keys").fetchone()[0] == 1
        assert migrations.schema_objects(archive.connection) == fresh
        assert ask("SELECT count(*) FROM sqlite_master WHERE name GLOB '*migration*'").fetchone()[0] == 0
        assert [article.url for article in archive.search("мосты")] == [BRIDGE]
        assert len(archive.versions(SUMMIT)) == 2
        assert {source.name for source in archive.sources()} == {"primorsk", "port"}
    assert_accepted(folder)


def test_the_first_migration_says_when_each_article_is_due(first: Path) -> None:
    asked = "SELECT id, url, due_at FROM articles"
    with Archive.open(first) as archive:
        migrated = archive.connection.execute(asked).fetchall()
        for row in migrated:
            update_due_time(archive.connection, row["id"])
        assert archive.connection.execute(asked).fetchall() == migrated
    due = {row["url"]: row["due_at"] for row in migrated}
    assert due[SUMMIT] == "2022-01-12T21:59:59.500000Z"  # changed on the 11th, visited on the 12th
    assert due[GONE] == "2022-01-13T09:59:59.000000Z"  # never changed since the 10th


def test_the_second_migration_finds_captures_however_their_addresses_are_spelled(tmp_path: Path) -> None:
    folder = unpacked(2, tmp_path / "archive")
    spelled = f"{SUMMIT}?utm_source=rss"
    alter(folder, f"UPDATE captures SET url = '{spelled}' WHERE url = '{SUMMIT}'")
    with Archive.open(folder) as archive:
        assert [row.url for row in archive.captures(SUMMIT)] == [spelled] * 3
        named = archive.connection.execute("SELECT DISTINCT canonical FROM captures").fetchall()
        assert {row["canonical"] for row in named} == {None, SUMMIT}


def test_the_third_migration_says_why_and_since_when_and_grades_edits(tmp_path: Path) -> None:
    folder = unpacked(3, tmp_path / "archive")
    alter(folder, "UPDATE articles SET state = 'unreachable' WHERE url LIKE '%bridge%'")
    alter(
        folder,
        "INSERT INTO failures (source, role, url, failed_at, reason) SELECT source, 'article', url,"
        " '2022-01-13T10:00:00.000000Z', 'no complete response in time' FROM articles WHERE url LIKE '%bridge%'",
    )
    with Archive.open(folder) as archive:
        gone = archive.article(GONE)
        # The two 404 are two seconds less than a day apart.
        assert (gone.state, gone.state_reason) == ("unavailable", "not found")
        assert gone.state_since == gone.gone_since == datetime(2022, 1, 11, 10, 0, 3, tzinfo=UTC)
        assert [(one.state, one.capture is not None) for one in archive.state_history(GONE)] == [
            ("unavailable", True)
        ]
        bridge = archive.article(BRIDGE)
        assert (bridge.state, bridge.state_reason) == ("unavailable", "no answer")
        assert archive.grades(SUMMIT) == {2: ("fact", ("headline", "number"))}
    later = unpacked(3, tmp_path / "later")
    alter(
        later,
        "UPDATE captures SET fetched_at = '2022-01-12T10:00:04.000000Z'"
        " WHERE url LIKE '%gone' AND fetched_at > '2022-01-12'",
    )
    with Archive.open(later) as archive:
        assert archive.article(GONE).state == "removed"
        assert [one.state for one in archive.state_history(GONE)] == ["unavailable", "removed"]


def test_a_migration_killed_at_any_step_is_complete_or_has_not_begun(tmp_path: Path) -> None:
    steps = faults.run(_open, unpacked(1, tmp_path / "whole"), kinds=EVERY_STEP)
    assert isinstance(steps, list)
    assert {"ALTER", "UPDATE", "CREATE", "COMMIT"} <= set(steps)
    for at in sample_steps(steps, range(len(steps)), 12):
        folder = unpacked(1, tmp_path / str(at))
        assert faults.run(_open, folder, at=at, kinds=EVERY_STEP) == -9
        with closing(sqlite3.connect(paths.index_path(folder))) as left:
            version = migrations.schema_version(left)
            assert version is not None
            assert migrations.fingerprint(left) == FINGERPRINTS[version]
        with Archive.open(folder) as archive:
            assert migrations.fingerprint(archive.connection) == FINGERPRINTS.get(SCHEMA_VERSION)
            assert archive.verify(quick=True).problems == []


def _open(folder: Path) -> None:
    Archive.open(folder).close()


def test_two_that_open_an_earlier_index_at_once_migrate_it_once(first: Path) -> None:
    gate, faults_met = threading.Barrier(4), []

    def enter() -> None:
        gate.wait()
        try:
            _open(first)
        except ArchiveError as error:
            faults_met.append(error)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults_met == []
    assert run_audit(first).problems == []


def test_an_earlier_index_that_cannot_be_written_is_reported_as_outdated(first: Path) -> None:
    with closing(sqlite3.connect(paths.index_path(first))) as left:
        left.execute("PRAGMA journal_mode = WAL")
    with (
        mounted("--bind", first, first),
        mounted("-o", "remount,ro,bind", first, first, undo=False),
        pytest.raises(OutdatedIndex, match="earlier release of newsarchive and must be upgraded, but"),
    ):
        Archive.open(first)


def test_an_earlier_index_on_a_full_disk_is_left_as_it_was(first: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        there = shutil.copytree(first, disk / "archive")
        with suppress(OSError):
            (disk / "fill").write_bytes(bytes(2 * 1024 * 1024))
        with pytest.raises(OutdatedIndex, match="upgraded, but it cannot be written"):
            Archive.open(there)
        (disk / "fill").unlink()
        assert run_audit(there).problems == []


def test_a_migration_that_cannot_read_a_value_says_rebuild(first: Path) -> None:
    alter(first, "UPDATE articles SET last_looked = '9999-99-99T00:00:00.000000Z'")
    with pytest.raises(OutdatedIndex, match=r"could not be upgraded .*: run 'newsarchive rebuild'"):
        Archive.open(first)
    with closing(sqlite3.connect(paths.index_path(first))) as left:
        assert migrations.fingerprint(left) == FINGERPRINTS[1]


def test_an_index_of_no_known_version_says_rebuild_and_is_left_alone(outdated: Path) -> None:
    before = paths.index_path(outdated).read_bytes()
    for opened in (Archive.open, Archive.create):
        with pytest.raises(
            OutdatedIndex, match="earlier release of newsarchive: run 'newsarchive rebuild' to rebuild"
        ):
            opened(outdated)
    assert paths.index_path(outdated).read_bytes() == before


def test_tables_of_a_later_version_without_its_number_are_of_no_version(folder: Path) -> None:
    alter(folder, "PRAGMA user_version = 0")
    with pytest.raises(OutdatedIndex):
        Archive.open(folder)


def test_verify_with_an_index_of_no_known_version_names_the_index_and_blames_no_file(outdated: Path) -> None:
    (problem,) = run_audit(outdated).problems
    assert (problem.finding, problem.file) == ("unchecked", "archive.db")
    assert problem.sentence.startswith("archive.db was made by an earlier release of newsarchive: run 'news")


def test_verify_with_an_index_of_a_later_release_names_the_index_and_blames_no_file(folder: Path) -> None:
    alter(folder, "PRAGMA user_version = 1000")
    (problem,) = run_audit(folder).problems
    assert (problem.finding, problem.file) == ("unchecked", "archive.db")
    assert "newer release of newsarchive" in problem.sentence


@pytest.mark.parametrize(
    "change",
    [
        WITHOUT_A_COLUMN,
        ("DROP TABLE failures",),
        ("ALTER TABLE crawls RENAME COLUMN outcome TO result",),
        ("ALTER TABLE captures RENAME COLUMN charset TO letters",),
        ("ALTER TABLE articles RENAME COLUMN state TO stands",),
        ("DROP TABLE search_index",),
        ("DROP INDEX articles_due",),
        ("DROP TRIGGER search_months_added",),
    ],
    ids=lambda change: change[-1],
)
def test_verify_with_an_index_that_lacks_something_blames_no_file(
    folder: Path, change: tuple[str, ...]
) -> None:
    alter(folder, *change)
    with pool(1) as executor:
        for problems in (run_audit(folder).problems, run_audit(folder, executor).problems):
            assert [(one.finding, one.file) for one in problems] == [("damaged", "archive.db")]
            assert "run 'newsarchive rebuild'" in problems[0].sentence


def test_what_others_added_to_an_index_is_no_fault_of_it(folder: Path) -> None:
    alter(folder, "CREATE VIEW mine AS SELECT * FROM articles", "CREATE INDEX my_titles ON versions (title)")
    assert run_audit(folder).problems == []


def test_a_command_that_meets_an_index_which_lacks_something_says_rebuild(folder: Path) -> None:
    alter(folder, *WITHOUT_A_COLUMN)
    with (
        Archive.open(folder) as archive,
        pytest.raises(DamagedIndex, match=r"no such column: stamp.*rebuild"),
    ):
        list(archive.connection.execute("SELECT stamp FROM sightings"))


@pytest.mark.parametrize(
    "at", [(captures, "add_sightings"), (captures, "capture_columns")], ids=lambda at: at[1]
)
@pytest.mark.parametrize(
    "error", [AttributeError("x"), TypeError("x"), KeyError("x"), IndexError("x")], ids=repr
)
def test_a_fault_of_the_program_while_it_checks_is_named_as_such(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, at: tuple[object, str]
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(*at, fails)
    problems = run_audit(folder).problems
    assert {one.finding for one in problems} == {"unchecked"}
    assert "error of newsarchive" in problems[0].sentence


def test_rebuild_makes_new_what_cannot_be_opened_any_more(outdated: Path) -> None:
    index = paths.index_path(outdated)
    content = {
        "outdated": index.read_bytes(),
        "no bytes": b"",
        "garbage": os.urandom(8192),
        "missing": None,
    }
    for name, content_before in content.items():
        for path in outdated.glob("archive.db*"):
            path.unlink()
        if content_before is not None:
            index.write_bytes(content_before)
        with pool(1) as executor:
            rebuilt = Archive.rebuild(outdated, {}, executor, compare=True, keep_old=name == "outdated")
        assert rebuilt.damages == [], name
        assert rebuilt.comparison is None
        assert run_audit(outdated).problems == [], name


def test_rebuild_compares_with_an_index_of_an_earlier_version(first: Path) -> None:
    with pool(1) as executor:
        rebuilt = Archive.rebuild(first, {}, executor, compare=True)
    assert rebuilt.damages == []
    assert rebuilt.comparison is not None
    assert rebuilt.comparison.compared
    assert_accepted(first)


def test_an_export_carries_the_number_of_the_schema(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder) as archive:
        archive.export(tmp_path / "all.db")
    with closing(sqlite3.connect(tmp_path / "all.db")) as exported:
        assert migrations.schema_version(exported) == SCHEMA_VERSION
        assert migrations.fingerprint(exported) == FINGERPRINTS.get(SCHEMA_VERSION)
    assert f'"schema": {SCHEMA_VERSION}' in (tmp_path / "all.db.provenance.json").read_text("utf-8")
