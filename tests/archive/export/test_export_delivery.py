"""An export is there completely, with its provenance, or not at all; and existing files are never lost."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import ArchiveError, BadQuery, DamagedIndex, Unwritable
from archive.export import atomic_files
from archive.export.formats import EXPORT_FORMATS, FORMATS, ExportFormat, find_format
from archive.manifests import reader as manifests
from tests.disks import small_disk
from tests.small_archive import EXTRACTOR, SUMMIT, build

ENDINGS = {one.name: one.suffixes[0].removeprefix(".") for one in FORMATS}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Archive]:
    """Yield an archive that a test may change."""
    with Archive.open(build(tmp_path / "archive")) as archive:
        yield archive


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_an_export_has_its_provenance_and_dictionary_beside_it(
    form: ExportFormat, archive: Archive, out: Path
) -> None:
    exported = archive.export(out / f"all.{ENDINGS[form]}", all_versions=True, state="live")
    assert exported.form == form
    assert names(out) == [
        f"all.{ENDINGS[form]}",
        f"all.{ENDINGS[form]}.dictionary.csv",
        f"all.{ENDINGS[form]}.provenance.json",
    ]
    assert exported.provenance is not None
    stated = json.loads(exported.provenance.read_text("utf-8"))
    written = (out / stated["file"]["name"]).read_bytes()
    assert stated["file"]["sha256"] == exported.sha256 == hashlib.sha256(written).hexdigest()
    assert stated["file"]["bytes"] == len(written)
    words = (out / stated["dictionary"]["name"]).read_bytes()
    assert stated["dictionary"]["sha256"] == hashlib.sha256(words).hexdigest()
    assert stated["format"] == form
    head = manifests.chain_head(archive.folder)
    assert head is not None
    assert stated["archive"]["head"] == {"manifest": head.name, "sha256": head.sha256}
    assert stated["archive"]["name"] == "archive"
    assert stated["asked"]["filters"] == {"state": "live"}
    assert stated["asked"]["every_version"] is True
    assert stated["counts"]["articles"] == 4
    assert stated["counts"]["rows"] == (4 if find_format(form).is_archive else 5)
    assert stated["counts"]["articles_by_state"] == {"live": 4}  # one of them has two versions
    assert stated["counts"]["articles_by_source"] == {"port": 1, "primorsk": 3}
    assert sum(stated["rows_by_extractor"].values()) == stated["counts"]["rows"]
    assert set(stated["rows_by_extractor"]) <= {EXTRACTOR, ""}
    assert stated["made_by"]["newsarchive"]
    if form == "sqlite":
        with closing(sqlite3.connect(out / "all.db")) as bare:
            for table, count in stated["counts"]["tables"].items():
                assert bare.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,)


def test_the_provenance_states_the_request(archive: Archive, out: Path) -> None:
    from datetime import date

    exported = archive.export(
        out / "a.csv",
        "мост",
        source="primorsk",
        published_from=date(2022, 1, 1),
        limit=3,
        separator="semicolon",
    )
    assert exported.provenance is not None
    assert json.loads(exported.provenance.read_text("utf-8"))["asked"] == {
        "query": "мост",
        "filters": {"source": "primorsk", "published_from": "2022-01-01"},
        "sort": "oldest",
        "limit": 3,
        "every_version": False,
        "links": False,
        "separator": "semicolon",
    }


def test_a_stream_gets_the_articles_and_nothing_beside(archive: Archive) -> None:
    stream = io.BytesIO()
    exported = archive.export(stream)
    assert (exported.rows, exported.file, exported.provenance) == (5, None, None)
    assert len(stream.getvalue().splitlines()) == 5


@pytest.mark.parametrize("form", [one.name for one in FORMATS if not one.is_streamable])
def test_what_is_no_text_needs_a_file(archive: Archive, form: ExportFormat) -> None:
    with pytest.raises(ArchiveError, match="-o FILE"):
        archive.export(io.BytesIO(), form=form)


@pytest.mark.parametrize("taken", ["a.csv", "a.csv.provenance.json", "a.csv.dictionary.csv"])
def test_an_existing_file_is_not_replaced_without_overwrite(archive: Archive, out: Path, taken: str) -> None:
    (out / taken).write_text("precious")
    with pytest.raises(ArchiveError, match="already exists: use --overwrite to replace it"):
        archive.export(out / "a.csv")
    assert names(out) == [taken]
    assert (out / taken).read_text() == "precious"
    archive.export(out / "a.csv", overwrite=True)
    assert (out / taken).read_text() != "precious"


def test_a_file_created_meanwhile_is_not_replaced(out: Path) -> None:
    files = [out / "a.csv", out / "a.csv.provenance.json"]

    def deliver() -> None:
        with atomic_files.write_atomically(files) as parts:
            for part in parts:
                part.write_text("ours")
            files[0].write_text("theirs")

    with pytest.raises(ArchiveError, match="created by another process meanwhile"):
        deliver()
    assert names(out) == ["a.csv"]
    assert files[0].read_text() == "theirs"


def test_a_failure_leaves_what_was_there_as_it_was(own: Archive, out: Path) -> None:
    own.export(out / "a.csv")
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own.export(out / "a.csv", overwrite=True, on_progress=stop)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert not own.connection.in_transaction


@pytest.mark.parametrize("form", [one for one in EXPORT_FORMATS if one != "cdxj"])  # it has no text
def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    form: ExportFormat, own: Archive, tmp_path: Path
) -> None:
    own.connection.execute("UPDATE versions SET body = hex(randomblob(400000))")  # packs to half at best
    with small_disk(tmp_path / "small", 1) as disk:
        (disk / "precious").write_text("precious")
        with pytest.raises(Unwritable) as caught:
            own.export(disk / f"all.{ENDINGS[form]}")
        assert str(caught.value).startswith(
            f"{disk / 'all'}.{ENDINGS[form]} cannot be written: the disk is full."
        )
        assert len(str(caught.value).splitlines()) == 1
        assert names(disk) == ["precious"]
    assert [article.url for article in own.search("мост*")]


def test_a_device_that_is_full_is_one_sentence(archive: Archive) -> None:
    with pytest.raises(Unwritable, match="/dev/full cannot be written: the disk is full"):
        archive.export(Path("/dev/full"))


def test_a_pipe_gets_the_articles_and_stays_a_pipe(archive: Archive, out: Path) -> None:
    os.mkfifo(out / "pipe")
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.append((out / "pipe").read_bytes()))
    reader.start()
    archive.export(out / "pipe")
    reader.join()
    assert len(came[0].splitlines()) == 5
    assert names(out) == ["pipe"]


def test_a_link_is_followed(archive: Archive, out: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (out / "a.csv").symlink_to(tmp_path / "elsewhere" / "b.csv")
    archive.export(out / "a.csv")
    assert (tmp_path / "elsewhere" / "b.csv").is_file()
    assert (out / "a.csv").is_symlink()


@pytest.mark.parametrize(
    "name", ["archive.db", "archive.db-wal", "newsarchive.toml", "warc/all.csv", "sources/a.csv"]
)
def test_an_export_never_replaces_what_the_archive_is_made_of(own: Archive, name: str) -> None:
    with pytest.raises(ArchiveError, match="is part of the archive itself"):
        own.export(own.folder / name, form="jsonl", overwrite=True)


def test_an_export_may_be_in_the_folder_of_the_archive(own: Archive) -> None:
    own.export(own.folder / "all.csv")
    assert (own.folder / "all.csv").is_file()


def test_a_folder_that_is_not_there_is_one_sentence(archive: Archive, out: Path) -> None:
    with pytest.raises(ArchiveError, match="does not exist: create it"):
        archive.export(out / "no" / "a.csv")
    with pytest.raises(ArchiveError, match="is a folder"):
        archive.export(out)


def test_an_invalid_query_writes_nothing(archive: Archive, out: Path) -> None:
    with pytest.raises(BadQuery, match="nowhere"):
        archive.export(out / "a.csv", source="nowhere")
    with pytest.raises(BadQuery, match="separator"):
        archive.export(out / "a.jsonl", separator="tab")
    assert names(out) == []


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_a_damaged_index_is_one_sentence_and_leaves_nothing(
    form: ExportFormat, own: Archive, out: Path
) -> None:
    own.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = own.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'versions'").fetchone()
    size = own.connection.execute("PRAGMA page_size").fetchone()[0]
    own.close()
    with (own.folder / "archive.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with Archive.open(own.folder) as damaged, pytest.raises(DamagedIndex, match="is damaged"):
        damaged.export(out / f"a.{ENDINGS[form]}")
    assert names(out) == []


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_an_export_is_of_one_moment(form: ExportFormat, own: Archive, out: Path) -> None:
    """What a crawl commits while an export runs is in no part of it."""
    with Archive.open(own.folder) as crawl:

        def write(rows: int) -> None:
            crawl.connection.execute("UPDATE articles SET state = 'moved'")
            crawl.connection.execute("DELETE FROM bylines")

        found = own.search
        stated: list[int] = []

        def searched(*asked: object, **narrowed: object) -> Iterator[object]:
            for article in found(*asked, **narrowed):  # type: ignore[arg-type]
                if not stated:
                    write(0)
                stated.append(1)
                yield article

        own.search = searched  # type: ignore[method-assign,assignment]
        exported = own.export(out / f"a.{ENDINGS[form]}")
    assert exported.provenance is not None
    counts = json.loads(exported.provenance.read_text("utf-8"))["counts"]
    assert counts["articles_by_state"] == {"live": 4, "removed": 1}
    if form == "jsonl":
        told_of = {line["url"]: line for line in map(json.loads, (out / "a.jsonl").open(encoding="utf-8"))}
        assert told_of[SUMMIT]["authors"] == ["Анна Ковальчук"]
    if form == "sqlite":
        assert counts["tables"]["bylines"] > 0
        with closing(sqlite3.connect(out / "a.db")) as bare:
            assert bare.execute("SELECT count(*) FROM articles WHERE state = 'moved'").fetchone() == (0,)


def test_how_far_it_is_can_be_watched(archive: Archive, out: Path) -> None:
    counts: list[int] = []
    archive.export(out / "a.csv", on_progress=counts.append)
    assert counts[-1] == 5
    counts.clear()
    archive.export(out / "a.db", on_progress=counts.append)
    assert counts == [6]  # versions
