"""What is done after much was written, for questions to be fast."""

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
from tests.searchable import Newsroom


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setattr(bitmaps, "FEW", 1)
    monkeypatch.setattr(bitmaps, "LITTLE", 29)
    monkeypatch.setattr(maintenance, "STEP", 1)
    newsroom = Newsroom(tmp_path / "archive.db")
    for day in range(1, 31):
        newsroom.publish("Мост", f"река номер{day}", at=datetime(2022, 1 + day % 2, day % 28 + 1, tzinfo=UTC))
    yield newsroom
    newsroom.index.close()


def _pieces(room: Newsroom) -> int:
    (number,) = room.index.execute("SELECT count(DISTINCT segid) FROM search_index_idx").fetchone()
    return int(number)


def _is_sound(room: Newsroom) -> bool:
    room.index.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    return len(room.found("река")) == room.counted("река").articles == 30 and len(room.found("номер7")) == 1


def test_the_pieces_of_the_full_text_index_are_brought_together(room: Newsroom) -> None:
    assert _pieces(room) > 1
    maintain_search_index(room.index)
    assert _pieces(room) == 1
    assert _is_sound(room)


def test_a_little_is_no_reason_to_write_the_index_anew(room: Newsroom) -> None:
    maintain_search_index(room.index)
    room.publish("Мост", "река", at=datetime(2022, 1, 3, tzinfo=UTC))
    maintain_search_index(room.index)
    assert _pieces(room) == 2


@pytest.mark.parametrize("after", range(4))
def test_what_is_broken_off_anywhere_leaves_all_sound(room: Newsroom, after: int) -> None:
    asked: list[tuple[int, int]] = []

    def goes_on(done: int, all_: int) -> bool:
        asked.append((done, all_))
        return len(asked) <= after

    maintain_search_index(room.index, goes_on)
    assert len(asked) <= after + 2  # once more whether to begin with the pieces
    assert _is_sound(room)
    assert all(0 <= done <= all_ for done, all_ in asked)


def test_a_crawl_in_a_hurry_leaves_it_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitmaps, "FEW", 1)
    monkeypatch.setattr(bitmaps, "LITTLE", 0)
    told: list[tuple[int, int]] = []

    def in_a_hurry(done: int, all_: int) -> bool:
        told.append((done, all_))
        return False

    with Archive.create(tmp_path) as archive:
        room = Newsroom(paths.index_path(tmp_path))
        for month in (1, 2, 3):
            room.publish("Мост", "река", at=datetime(2022, month, 10, tzinfo=UTC))
        room.index.close()
        kept = "SELECT count(*) FROM search_months WHERE is_current"
        begun(archive, "port-2", "port", datetime(2022, 4, 1, tzinfo=UTC)).close(in_a_hurry)
        assert told[0] == (0, 3)
        assert archive.connection.execute(kept).fetchone()[0] == 0
        begun(archive, "port-3", "port", datetime(2022, 4, 2, tzinfo=UTC)).close()
        assert archive.connection.execute(kept).fetchone()[0] == 3
