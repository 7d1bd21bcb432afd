"""Maintenance after much was written, for fast queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import paths
from archive.core import Archive
from archive.index.search import bitmaps, maintenance
from archive.index.search.maintenance import maintain_search_index
from tests.recordings import begun
from tests.searchable_index import SearchableIndex


@pytest.fixture
def searchable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SearchableIndex]:
    monkeypatch.setattr(bitmaps, "MIN_MONTH_VERSIONS", 1)
    monkeypatch.setattr(bitmaps, "MIN_OUTDATED_VERSIONS", 29)
    monkeypatch.setattr(maintenance, "MERGE_PAGES", 1)
    newsroom = SearchableIndex(tmp_path / "archive.db")
    for day in range(1, 31):
        newsroom.publish("Мост", f"река номер{day}", at=datetime(2022, 1 + day % 2, day % 28 + 1, tzinfo=UTC))
    yield newsroom
    newsroom.index.close()


def _pieces(searchable: SearchableIndex) -> int:
    (number,) = searchable.index.execute("SELECT count(DISTINCT segid) FROM search_index_idx").fetchone()
    return int(number)


def _is_sound(searchable: SearchableIndex) -> bool:
    searchable.index.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    return (
        len(searchable.found("река")) == searchable.counted("река").articles == 30
        and len(searchable.found("номер7")) == 1
    )


def test_the_pieces_of_the_full_text_index_are_brought_together(searchable: SearchableIndex) -> None:
    assert _pieces(searchable) > 1
    maintain_search_index(searchable.index)
    assert _pieces(searchable) == 1
    assert _is_sound(searchable)


def test_few_changes_are_no_reason_to_rewrite_the_index(searchable: SearchableIndex) -> None:
    maintain_search_index(searchable.index)
    searchable.publish("Мост", "река", at=datetime(2022, 1, 3, tzinfo=UTC))
    maintain_search_index(searchable.index)
    assert _pieces(searchable) == 2


@pytest.mark.parametrize("after", range(4))
def test_what_is_broken_off_anywhere_leaves_all_sound(searchable: SearchableIndex, after: int) -> None:
    reports: list[tuple[int, int]] = []

    def goes_on(done: int, total: int) -> bool:
        reports.append((done, total))
        return len(reports) <= after

    maintain_search_index(searchable.index, goes_on)
    assert len(reports) <= after + 2  # once more whether to begin merging segments
    assert _is_sound(searchable)
    assert all(0 <= done <= total for done, total in reports)


def test_a_crawl_in_a_hurry_leaves_it_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitmaps, "MIN_MONTH_VERSIONS", 1)
    monkeypatch.setattr(bitmaps, "MIN_OUTDATED_VERSIONS", 0)
    reports: list[tuple[int, int]] = []

    def in_a_hurry(done: int, total: int) -> bool:
        reports.append((done, total))
        return False

    with Archive.create(tmp_path) as archive:
        searchable = SearchableIndex(paths.index_path(tmp_path))
        for month in (1, 2, 3):
            searchable.publish("Мост", "река", at=datetime(2022, month, 10, tzinfo=UTC))
        searchable.index.close()
        current = "SELECT count(*) FROM search_months WHERE is_current"
        begun(archive, "port-2", "port", datetime(2022, 4, 1, tzinfo=UTC)).close(in_a_hurry)
        assert reports[0] == (0, 3)
        assert archive.connection.execute(current).fetchone()[0] == 0
        begun(archive, "port-3", "port", datetime(2022, 4, 2, tzinfo=UTC)).close()
        assert archive.connection.execute(current).fetchone()[0] == 3
