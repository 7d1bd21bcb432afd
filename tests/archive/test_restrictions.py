"""Restrictions through time: the history goes on, new articles of a source are hidden, and lifting restores all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import paths
from archive.core import Archive
from archive.errors import ArchiveError, Restricted
from archive.journals.restrictions import RestrictionChange, add_restriction, in_force, read_restrictions
from tests import small_archive
from tests.small_archive import FIRST, GONE, SECOND, SUMMIT, THIRD

_ARTICLES = "SELECT * FROM articles WHERE source = 'primorsk' ORDER BY id"
_STATES = (
    "SELECT article_id, number, at, state, reason, moved_to FROM state_changes ORDER BY article_id, number"
)


def _crawled(folder: Path, between: Callable[[Archive], object]) -> Archive:
    """Return an archive of three crawls; something is done after the first."""
    archive = Archive.create(folder)
    ids = small_archive._ids()
    crawl = small_archive._crawl
    crawl(folder, archive, "primorsk", "П", FIRST, small_archive._first("http://elsewhere.example"), ids)
    between(archive)
    crawl(folder, archive, "primorsk", "П", SECOND, small_archive._second(), ids)
    crawl(folder, archive, "primorsk", "П", THIRD, small_archive._third(), ids)
    return archive


def _rows(archive: Archive) -> list[list[tuple[object, ...]]]:
    return [list(map(tuple, archive.connection.execute(sql))) for sql in (_ARTICLES, _STATES)]


def test_the_history_of_restricted_articles_goes_on(tmp_path: Path) -> None:
    with _crawled(tmp_path / "open", lambda archive: None) as archive:
        expected = _rows(archive)
    with _crawled(tmp_path / "restricted", lambda one: one.restrict(SUMMIT, GONE, why="a")) as archive:
        assert {archive.article(one).state for one in (SUMMIT, GONE)} == {"restricted"}
        assert len(archive.versions(SUMMIT)) == 2
        assert archive.state_history(GONE)
        archive.lift_restriction(SUMMIT, GONE)
        assert _rows(archive) == expected


def test_articles_found_later_in_a_restricted_source_are_hidden_at_once(tmp_path: Path) -> None:
    with _crawled(tmp_path, lambda archive: archive.restrict(why="a", sources=["primorsk"])) as archive:
        assert list(archive.search()) == []
        assert {one.state for one in archive.search(state="restricted")} == {"restricted"}
        archive.hide_restricted()
        assert list(archive.search(state="restricted")) == []
        assert archive.counts(state="restricted").articles == 0
        assert archive.connection.execute("SELECT count(*) FROM captures").fetchone()[0] == 0
        with pytest.raises(Restricted, match=r"^Restricted since \d{4}-\d\d-\d\d: a\.$"):
            archive.article(SUMMIT)


def test_an_article_stays_shown_if_a_restricted_source_captured_it_too(tmp_path: Path) -> None:
    with Archive.open(small_archive.build(tmp_path)) as archive:
        archive.connection.execute("UPDATE captures SET source = 'port' WHERE url = ?", (SUMMIT,))
        archive.restrict(why="a", sources=["port"])
        archive.hide_restricted()
        assert archive.article(SUMMIT).state == "live"
        assert SUMMIT in [one.url for one in archive.search()]


def test_a_restriction_follows_a_source_that_is_renamed(tmp_path: Path) -> None:
    changes = [RestrictionChange("2022-01-01T00:00:00.000000Z", "restricted", "old", "a")]
    assert in_force(changes, {"old": "new"}).keys() == {"new"}
    lifted = RestrictionChange("2022-01-02T00:00:00.000000Z", "lifted", "new")
    assert in_force([*changes, lifted], {"old": "new"}) == {}


def test_the_file_is_only_added_to_and_a_torn_line_is_dropped(tmp_path: Path) -> None:
    at = f"{datetime(2022, 1, 1, tzinfo=UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    change = RestrictionChange(at, "restricted", SUMMIT, "Решение суда", by="anna")
    add_restriction(tmp_path, change)
    path = tmp_path / paths.RESTRICTIONS
    path.write_bytes(path.read_bytes() + b'{"at": ')
    assert read_restrictions(tmp_path) == [change]
    add_restriction(tmp_path, change)
    assert read_restrictions(tmp_path) == [change, change]
    path.write_bytes(b"[]\n")
    with pytest.raises(
        ArchiveError, match=r"line 1: is not a restriction\. Restore the file from a backup\."
    ):
        read_restrictions(tmp_path)
