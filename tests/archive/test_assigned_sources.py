"""The source of imported pages can be corrected, and the correction holds after a rebuild."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from archive.core import Archive
from archive.errors import BadQuery, NotFound
from archive.extraction.model import Outlet
from archive.rebuild.assignments import AssignResult
from archive.rebuild.warc_import import ImportResult, Origin
from tests.archive.test_imported_records import (
    DATE,
    LATER,
    OTHER_PAGE,
    assert_rebuild_gives_the_same,
    folder,
    import_bytes,
)
from tests.archive.test_killed_import import Inline
from tests.newsarchive.test_import import BRIDGE, PAGE, answer, record

__all__ = ["folder"]
Typed = Callable[..., Result]
MINSK = Origin("minsk", "Минск", Outlet("Europe/Minsk"))
TOKYO = Origin("tokyo", "東京", Outlet("Asia/Tokyo"))
LOCAL_PAGE = PAGE.replace(b'datetime="2022-01-10T11:55:00+02:00"', b'datetime="2022-01-10T11:55:00"')
OTHER = "https://www.other.example/1.html"
STYLE = "http://elsewhere.example/a.css"
FILE = (
    record("response", BRIDGE, answer(LOCAL_PAGE))
    + record("response", OTHER, answer(LOCAL_PAGE.replace("Совет".encode(), "Район".encode())), number=2)
    + record("response", STYLE, answer(b"p {}", media_type="text/css"), number=3)
)


def imported(folder: Path, *files: bytes, origin: Origin | None = None) -> list[ImportResult]:
    return import_bytes(folder, *files, origin=origin)


def assign(folder: Path, origin: Origin, **which: str) -> AssignResult:
    with Archive.open(folder) as archive:
        return archive.assign_source(Inline(), origin, **which)


def articles(folder: Path) -> dict[str, tuple[str | None, str | None]]:
    with Archive.open(folder) as archive:
        return {one.url: (one.source, str(one.published)) for one in archive.search()}


def sources_of_captures(folder: Path) -> dict[str, str | None]:
    with Archive.open(folder) as archive:
        return {row["url"]: row["source"] for row in archive.connection.execute("SELECT * FROM captures")}


def test_the_pages_of_a_file_get_another_source_and_its_time_zone(folder: Path) -> None:
    (result,) = imported(folder, FILE)
    assert {source for source, _ in articles(folder).values()} == {None}
    name = Path(result.path).name
    done = assign(folder, MINSK, file=name)
    assert (done.captures, done.articles, done.former) == (3, 2, {None: 3})
    assert {*articles(folder).values()} == {("minsk", "2022-01-10 11:55:00+03:00")}
    assert {*sources_of_captures(folder).values()} == {"minsk"}
    with Archive.open(folder) as archive:
        assert len(list(archive.search("бюджет", source="minsk"))) == 2
        (row,) = archive.connection.execute("SELECT source FROM imports").fetchall()
        assert row["source"] == "minsk"
    assert_rebuild_gives_the_same(folder)
    again = assign(folder, TOKYO, file=result.file)  # the last one holds
    assert again.former == {"minsk": 3}
    assert {*articles(folder).values()} == {("tokyo", "2022-01-10 11:55:00+09:00")}
    assert assign(folder, TOKYO, file=result.file).captures == 0
    assert_rebuild_gives_the_same(folder)
    assert {*articles(folder).values()} == {("tokyo", "2022-01-10 11:55:00+09:00")}


def test_the_pages_of_a_host_get_another_source_in_every_file(folder: Path) -> None:
    imported(folder, FILE, record("response", f"{OTHER}?2", answer(OTHER_PAGE), number=4), origin=MINSK)
    assert assign(folder, TOKYO, host="OTHER.example").captures == 2
    found = {url: source for url, (source, _) in articles(folder).items()}
    assert found == {BRIDGE: "minsk", OTHER: "tokyo", f"{OTHER}?2": "tokyo"}
    assert sources_of_captures(folder)[STYLE] == "minsk"
    (later,) = imported(folder, record("response", f"{OTHER}?3", answer(LOCAL_PAGE), number=5))
    assert later.source == "tokyo"  # found by the host
    assert_rebuild_gives_the_same(folder)
    assert {url: source for url, (source, _) in articles(folder).items()}[BRIDGE] == "minsk"


def test_a_host_can_be_corrected_in_one_file_alone(folder: Path) -> None:
    first, _ = imported(folder, FILE, record("response", f"{OTHER}?2", answer(), number=4), origin=MINSK)
    assert assign(folder, TOKYO, file=first.file, host=OTHER).captures == 1
    found = {url: source for url, (source, _) in articles(folder).items()}
    assert found == {BRIDGE: "minsk", OTHER: "tokyo", f"{OTHER}?2": "minsk"}
    assert_rebuild_gives_the_same(folder)


def test_an_article_with_captures_of_several_files_keeps_its_history(folder: Path) -> None:
    edited = LOCAL_PAGE.replace("вдвое".encode(), "втрое".encode())
    later, first = imported(
        folder,
        record("response", BRIDGE, answer(edited), number=2).replace(DATE, LATER),
        record("response", BRIDGE, answer(LOCAL_PAGE)),
        origin=MINSK,
    )
    assign(folder, TOKYO, file=later.file)
    with Archive.open(folder) as archive:
        assert [version.source for version in archive.versions(BRIDGE)] == ["tokyo", "tokyo"]
        assert ["втрое" in version.body for version in archive.versions(BRIDGE)] == [False, True]
    assert_rebuild_gives_the_same(folder)
    assign(folder, MINSK, file=later.file)
    assert articles(folder)[BRIDGE][0] == "minsk"
    assert_rebuild_gives_the_same(folder)
    assert first.is_new


def test_what_is_not_there_is_named(folder: Path) -> None:
    imported(folder, FILE)
    with pytest.raises(NotFound, match=r"No imported file is named a\.warc\. Imported files: 0-"):
        assign(folder, MINSK, file="a.warc")
    with pytest.raises(NotFound, match=r"has no page of nowhere\.example: nothing was changed"):
        assign(folder, MINSK, host="nowhere.example")
    with pytest.raises(BadQuery, match="is not a host"):
        assign(folder, MINSK, host="/")
    with pytest.raises(BadQuery, match="Name an imported file, a host, or both"):
        assign(folder, MINSK)
    assert len(list((folder / "warc").iterdir())) == 2  # nothing was recorded


def test_the_command_assigns_and_says_what_it_did(folder: Path, typed: Typed) -> None:
    (result,) = imported(folder, FILE)
    (folder / "sources" / "minsk.toml").write_text(
        'title = "Минск"\ntimezone = "Europe/Minsk"\n\n[[sections]]\nname = "Мир"\nurl = "http://minsk.example/"\n'
    )
    done = typed(folder, "sources", "assign", "minsk", "--import", result.path.name, "--json")
    assert (done.exit_code, json.loads(done.stdout)["captures"]) == (0, 3)
    done = typed(folder, "sources", "assign", "minsk", "--host", "other.example")
    assert "assigned to the source minsk already" in done.stdout
    done = typed(folder, "sources", "assign", "tokyo", "--host", "other.example")
    assert (done.exit_code, "No source named 'tokyo'" in done.stderr) == (2, True)
    done = typed(folder, "sources", "assign", "minsk")
    assert (done.exit_code, "--import FILE" in done.stderr) == (2, True)


def test_an_interrupted_assignment_is_completed_by_the_next_one(folder: Path) -> None:
    (result,) = imported(folder, FILE)

    def stop(articles: int) -> None:
        raise KeyboardInterrupt

    with Archive.open(folder) as archive, pytest.raises(KeyboardInterrupt):
        archive.assign_source(Inline(), MINSK, file=result.file, on_progress=stop)
    assert {source for source, _ in articles(folder).values()} == {None, "minsk"}
    assert assign(folder, MINSK, file=result.file).articles == 1
    assert {*articles(folder).values()} == {("minsk", "2022-01-10 11:55:00+03:00")}
    assert_rebuild_gives_the_same(folder)
