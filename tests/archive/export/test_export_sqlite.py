"""A smaller archive.db: complete in itself, and readable by any SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import DamagedIndex
from archive.export import sqlite
from archive.index.db.connection import connect
from archive.index.db.schema import APPLICATION_ID, TABLES
from tests.small_archive import BRIDGE, GONE, LISTING, PICTURE, SUMMIT


@pytest.fixture(scope="module")
def written(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export of the articles about the summit alone."""
    file = tmp_path_factory.mktemp("subset") / "summit.db"
    with Archive.open(small) as archive:
        archive.export(file, "миротворцев")
    return file


@pytest.fixture
def bare(written: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{written}?mode=ro", uri=True)) as connection:
        yield connection


def column(connection: sqlite3.Connection, asked: str) -> list[object]:
    return [value for (value,) in connection.execute(asked)]


def test_it_is_sound(bare: sqlite3.Connection) -> None:
    assert column(bare, "PRAGMA integrity_check") == ["ok"]
    assert bare.execute("PRAGMA foreign_key_check").fetchall() == []
    assert column(bare, "PRAGMA application_id") == [APPLICATION_ID]
    assert column(bare, "PRAGMA journal_mode") == ["delete"]


def test_it_has_the_tables_and_views_of_an_archive(bare: sqlite3.Connection, archive: Archive) -> None:
    named = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    assert bare.execute(named).fetchall() == [tuple(row) for row in archive.connection.execute(named)]


def test_it_holds_the_articles_found_with_all_their_versions(bare: sqlite3.Connection) -> None:
    assert column(bare, "SELECT url FROM articles") == [SUMMIT]
    assert column(bare, "SELECT number FROM versions ORDER BY number") == [1, 2]
    assert column(bare, "SELECT version_count FROM articles") == [2]
    assert column(bare, "SELECT title FROM current_articles") == column(
        bare, "SELECT title FROM versions WHERE number = 2"
    )
    assert column(bare, "SELECT DISTINCT name FROM bylines") == ["Анна Ковальчук"]


def test_it_holds_every_capture_that_the_articles_rest_on(bare: sqlite3.Connection) -> None:
    captured = bare.execute("SELECT url, count(*) FROM captures GROUP BY url").fetchall()
    assert dict(captured) == {SUMMIT: 3, LISTING: 2, PICTURE: 1}
    assert {url for (url,) in bare.execute("SELECT url FROM sightings")} == {SUMMIT}
    assert column(bare, "SELECT name FROM sources") == ["primorsk"]
    named = "SELECT file FROM warc_files ORDER BY file"
    assert column(bare, named) == column(bare, "SELECT DISTINCT file FROM captures ORDER BY file")
    assert column(bare, "SELECT count(*) FROM manifests") == column(bare, "SELECT count(*) FROM warc_files")


def test_its_words_can_be_searched(written: Path, bare: sqlite3.Connection) -> None:
    asked = (
        "SELECT versions.number FROM search_index JOIN versions ON versions.id = search_index.rowid"
        " WHERE search_index MATCH ?"
    )
    assert bare.execute(asked, ('body:"2 03 тысячи"',)).fetchall() == [(2,)]
    assert bare.execute(asked, ("title:мост",)).fetchall() == []


def test_it_can_be_searched_as_the_archive_can(written: Path, tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").touch()
    (tmp_path / "archive.db").write_bytes(written.read_bytes())
    with Archive.open(tmp_path) as smaller:
        assert [article.url for article in smaller.search("миротворец")] == [SUMMIT]
        assert [article.version for article in smaller.search(all_versions=True, sort="oldest")] == [1, 2]


def test_an_article_that_is_gone_comes_with_the_answers_that_say_so(archive: Archive, tmp_path: Path) -> None:
    archive.export(tmp_path / "gone.db", state="removed")
    with closing(sqlite3.connect(tmp_path / "gone.db")) as bare:
        found = bare.execute(
            "SELECT status FROM captures WHERE url = ? ORDER BY fetched_at", (GONE,)
        ).fetchall()
    assert found == [(200,), (404,), (404,)]


def test_a_revisit_comes_with_what_it_repeats(small: Path, tmp_path: Path) -> None:
    with Archive.open(small) as archive:
        whole = tmp_path / "newsarchive.db"
        archive.connection.execute("VACUUM INTO ?", (str(whole),))
    with closing(connect(whole)) as connection:
        listing, *_ = connection.execute("SELECT record_id FROM captures WHERE role = 'requisite'").fetchone()
        bridge = connection.execute(
            "SELECT id, article_id FROM versions JOIN addresses USING (article_id) WHERE url = ?", (BRIDGE,)
        ).fetchone()
        connection.execute(
            "UPDATE captures SET kind = 'revisit', revisit_of = ? WHERE url = ?", (listing, BRIDGE)
        )
        sqlite.write_subset(connection, tmp_path / "part.db", [bridge["article_id"]], lambda done: None)
    with closing(sqlite3.connect(tmp_path / "part.db")) as bare:
        assert (listing,) in bare.execute("SELECT record_id FROM captures").fetchall()


def test_every_table_of_the_schema_has_its_rule(archive: Archive) -> None:
    conditions = set(sqlite.row_conditions(archive.connection))
    assert conditions == {
        table for table, statement in TABLES.items() if "CREATE VIRTUAL TABLE" not in statement
    }


def test_everything_exported_is_everything_there_is_but_for_other_pages(
    archive: Archive, tmp_path: Path
) -> None:
    archive.export(tmp_path / "all.db")
    with closing(sqlite3.connect(tmp_path / "all.db")) as bare:
        for table in ("articles", "versions", "addresses", "bylines", "tags", "images", "links", "sightings"):
            asked = f"SELECT * FROM {table}"
            theirs = [tuple(row) for row in archive.connection.execute(asked)]
            assert sorted(map(str, bare.execute(asked).fetchall())) == sorted(map(str, theirs))


def test_the_smaller_archive_has_every_table_index_trigger_and_view_and_no_other(
    archive: Archive, tmp_path: Path
) -> None:
    archive.export(tmp_path / "all.db")
    named = "SELECT type, name FROM sqlite_master ORDER BY type, name"
    with closing(sqlite3.connect(tmp_path / "all.db")) as bare:
        assert bare.execute(named).fetchall() == [tuple(row) for row in archive.connection.execute(named)]


def test_no_articles_are_an_empty_archive(archive: Archive, tmp_path: Path) -> None:
    archive.export(tmp_path / "none.db", "такогословаздесьнет")
    with closing(sqlite3.connect(tmp_path / "none.db")) as bare:
        assert column(bare, "SELECT count(*) FROM articles") == [0]
        assert column(bare, "SELECT count(*) FROM sources") == [0]


def test_a_row_without_what_it_refers_to_is_damage(small: Path, tmp_path: Path) -> None:
    copy = Archive.create(tmp_path / "copy")
    copy.close()
    (tmp_path / "copy" / "archive.db").unlink()
    with Archive.open(small) as archive:
        archive.connection.execute("VACUUM INTO ?", (str(tmp_path / "copy" / "archive.db"),))
    (tmp_path / "out").mkdir()
    with Archive.open(tmp_path / "copy") as damaged:
        damaged.connection.execute("PRAGMA foreign_keys = OFF")
        damaged.connection.execute("DELETE FROM crawls")
        with pytest.raises(DamagedIndex, match="rows of captures refer to rows of crawls"):
            damaged.export(tmp_path / "out" / "a.db")
        assert damaged.connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert list((tmp_path / "out").iterdir()) == []
