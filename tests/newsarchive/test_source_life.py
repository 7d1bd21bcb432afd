"""The life of a source: renamed, paused, resumed, retired, merged; and what a rebuild makes of it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import locks, paths
from archive.core import Archive
from archive.errors import ArchiveBusy, ArchiveError, SourceError
from archive.jobs.pool import pool
from archive.journals.source_changes import (
    SourceChange,
    add_change,
    changes_path,
    current_names,
    last_changes,
    read_changes,
)
from newsarchive.schedule import due_sources, next_run
from newsarchive.sources import life as source_life
from spiders.sources.source import load, load_all
from tests.conftest import Typed

SOURCE = "title = 'Порт'\ntimezone = 'Europe/Kyiv'\nschedule = '0 * * * *'\n[[sections]]\nurl = 'https://port.example/'\n"


@pytest.fixture
def archive_folder(rebuilt: Path, tmp_path: Path) -> Path:
    """Return a copy of the small archive, rebuilt once, in which the source `port` has a file."""
    folder: Path = shutil.copytree(rebuilt, tmp_path / "copy")
    (folder / "sources/port.toml").write_text(SOURCE, encoding="utf-8")
    return folder


def rows_by_source(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what each table says of each source."""
    with Archive.open(folder) as archive:
        return {
            table: sorted(
                map(
                    tuple, archive.connection.execute(f"SELECT source, count(*) FROM {table} GROUP BY source")
                )
            )
            for table in ("crawls", "captures", "failures", "imports", "articles", "sightings")
        } | {"sources": sorted(map(tuple, archive.connection.execute("SELECT * FROM sources")))}


def found(folder: Path, source: str) -> list[str] | None:
    """Return the articles that a search finds of a source; None if the index does not know it."""
    with Archive.open(folder) as archive:
        if source not in {one.name for one in archive.sources()}:
            return None
        return sorted(version.url for version in archive.search(source=source))


def test_a_renamed_source_has_its_new_name_everywhere_and_after_a_rebuild(archive_folder: Path) -> None:
    before, articles = rows_by_source(archive_folder), found(archive_folder, "primorsk")
    (archive_folder / "sources/primorsk.toml").write_text(SOURCE, encoding="utf-8")
    (archive_folder / "sources/primorsk.learned.toml").write_text("")
    source_life.rename(archive_folder, "primorsk", "seaside")
    renamed = rows_by_source(archive_folder)
    assert renamed == {
        table: sorted(("seaside" if row[0] == "primorsk" else row[0], *row[1:]) for row in rows)
        for table, rows in before.items()
    }
    assert articles
    assert found(archive_folder, "seaside") == articles
    assert found(archive_folder, "primorsk") is None
    names = {path.name for path in (archive_folder / "sources").iterdir()}
    assert {"seaside.toml", "seaside.learned.toml"} <= names
    assert not {"primorsk.toml", "primorsk.learned.toml"} & names
    with pool(1) as executor:
        assert Archive.check(archive_folder, executor).problems == []
        Archive.rebuild(archive_folder, {}, executor)
    assert rows_by_source(archive_folder) == renamed
    assert found(archive_folder, "seaside") == articles


def test_a_rename_that_was_interrupted_is_completed(archive_folder: Path) -> None:
    add_change(archive_folder, SourceChange("2026-12-01T10:00:00.000000Z", "renamed", "port", to="harbour"))
    with pytest.raises(SourceError, match="was renamed to harbour"):
        load_all(archive_folder / "sources")
    source_life.rename(archive_folder, "port", "harbour")
    assert load(archive_folder / "sources/harbour.toml").name == "harbour"
    assert len(read_changes(archive_folder)) == 1
    assert found(archive_folder, "port") is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("port", "Port", "cannot name a source"),
        ("port", "../port", "cannot name a source"),
        ("nowhere", "x", "No source named 'nowhere'"),
        ("port", "primorsk", "The archive has articles of a source named primorsk"),
    ],
)
def test_a_wrong_rename_changes_nothing(archive_folder: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(ArchiveError, match=sentence):
        source_life.rename(archive_folder, old, new)
    assert not changes_path(archive_folder).exists()


def test_a_source_that_is_being_crawled_is_not_renamed(archive_folder: Path) -> None:
    with (
        locks.lock(paths.source_lock(archive_folder, "port"), ""),
        pytest.raises(ArchiveBusy, match="port is being"),
    ):
        source_life.rename(archive_folder, "port", "harbour")
    assert (archive_folder / "sources/port.toml").exists()


def test_only_active_sources_are_scheduled(archive_folder: Path) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    for change, state in (("paused", "paused"), ("retired", "retired"), ("resumed", "active")):
        source_life.change_state(archive_folder, "port", change)  # type: ignore[arg-type]
        source = load(archive_folder / "sources/port.toml")
        assert source.state == state
        assert (next_run(source, now) is not None) == (state == "active")
        assert (due_sources([source], {}, now) == [source]) == (state == "active")
    with pytest.raises(ArchiveError, match=r"port is active already since \d{4}-"):
        source_life.change_state(archive_folder, "port", "resumed")


def test_a_state_survives_a_rename(archive_folder: Path) -> None:
    source_life.change_state(archive_folder, "port", "paused", "the site is being rebuilt")
    source_life.rename(archive_folder, "port", "harbour")
    assert load(archive_folder / "sources/harbour.toml").state == "paused"
    assert read_changes(archive_folder)[0].why == "the site is being rebuilt"


def test_states_are_shown_and_a_paused_source_is_not_crawled(archive_folder: Path, typed: Typed) -> None:
    assert typed(archive_folder, "sources", "pause", "port", "--why", "moving").exit_code == 0
    assert json.loads(typed(archive_folder, "sources", "list", "--json").stdout)[0]["state"] == "paused"
    assert "paused" in typed(archive_folder, "sources", "list").stdout
    assert "paused since" in typed(archive_folder, "status", "port").stdout
    refused = typed(archive_folder, "crawl", "port")
    assert refused.exit_code == 2
    assert "port is paused since" in refused.stderr
    assert "newsarchive sources resume port" in refused.stderr
    everything = typed(archive_folder, "crawl")
    assert (everything.exit_code, everything.stderr) == (0, "port is paused and not crawled.\n")
    assert typed(archive_folder, "sources", "resume", "port").exit_code == 0


def test_a_retired_source_needs_no_file_and_stays_searchable(archive_folder: Path, typed: Typed) -> None:
    articles = found(archive_folder, "primorsk")
    assert typed(archive_folder, "sources", "retire", "primorsk").exit_code == 0
    status = json.loads(typed(archive_folder, "status", "primorsk", "--json").stdout)[0]
    assert status["state"] == "retired"
    assert not any("is missing" in alarm for alarm in status["alarms"])
    assert found(archive_folder, "primorsk") == articles


def test_a_merged_source_is_part_of_the_other(archive_folder: Path, typed: Typed) -> None:
    everything = sorted([*(found(archive_folder, "primorsk") or ()), *(found(archive_folder, "port") or ())])
    source_life.change_state(archive_folder, "primorsk", "paused")
    assert typed(archive_folder, "sources", "merge", "primorsk", "port").exit_code in (0, 1)
    assert found(archive_folder, "port") == everything
    with Archive.open(archive_folder) as archive:
        assert [source.name for source in archive.sources()] == ["port"]
    assert load(archive_folder / "sources/port.toml").state == "active"
    again = typed(archive_folder, "sources", "merge", "port", "port")
    assert again.exit_code == 2


def test_names_follow_all_renames() -> None:
    def change(kind: str, source: str, to: str | None = None) -> SourceChange:
        return SourceChange("2026-12-01T10:00:00.000000Z", kind, source, to)  # type: ignore[arg-type]

    changes = [change("renamed", "a", "b"), change("paused", "b"), change("renamed", "b", "c")]
    assert current_names(changes) == {"a": "c", "b": "c"}
    assert list(last_changes(changes)) == ["c"]
    assert current_names([*changes, change("renamed", "c", "a")]) == {"b": "a", "c": "a"}
    assert list(last_changes([*changes, change("merged", "c", "d")])) == []


def test_a_torn_last_line_was_never_confirmed(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    change = SourceChange("2026-12-01T10:00:00.000000Z", "paused", "a")
    add_change(tmp_path, change)
    with changes_path(tmp_path).open("ab") as file:
        file.write(b'{"at": "20')
    assert read_changes(tmp_path) == [change]
    add_change(tmp_path, change)
    assert read_changes(tmp_path) == [change, change]
    changes_path(tmp_path).write_text("nonsense\n")
    with pytest.raises(ArchiveError, match="line 1: is not a change"):
        read_changes(tmp_path)
