"""A file that a killed run left open is repaired: every complete group stays, no torn byte is thrown away."""

from __future__ import annotations

import functools
import gzip
import io
import os
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import ArchiveBusy, DamagedRecord
from archive.warc import filenames
from archive.warc.reader import read_records
from archive.warc.records import Exchange, Record
from archive.warc.repair import RepairResult, end_of_last_group, repair_file
from archive.warc.writer import WarcWriter

SENT = datetime(2022, 1, 10, 9, 55, 3, tzinfo=UTC)
NAME = "primorsk-20220110095503-00000.warc.gz"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    with WarcWriter(folder, "primorsk", SENT, {"software": "newsarchive 1"}) as warc:
        for n in range(3):
            answer = b"HTTP/1.1 200 OK\r\n\r\n%d" % n
            warc.write(Exchange(f"http://news.example/{n}", SENT, b"GET / HTTP/1.1\r\n\r\n", answer))
        warc.write_event({"crawl": "ended"})
    return (folder / "warc" / NAME).read_bytes()


@pytest.fixture(scope="module")
def group_ends(whole: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    path = tmp_path_factory.mktemp("ends") / "x.warc.gz"
    path.write_bytes(whole)
    records = [record for record in read_records(path) if isinstance(record, Record)]
    return [
        record.place.offset + record.place.length
        for record in records
        if record.kind in ("warcinfo", "metadata")
    ]


def left_open(folder: Path, data: bytes) -> Path:
    shutil.rmtree(folder / "warc", ignore_errors=True)
    path = folder / "warc" / (NAME + ".open")
    path.parent.mkdir()
    path.write_bytes(data)
    return path


def assert_mended(folder: Path, done: RepairResult, data: bytes, end: int) -> None:
    assert (done.kept_bytes, done.torn_bytes) == (end, len(data) - end)
    kept = done.file.read_bytes() if done.file else b""
    torn = done.torn.read_bytes() if done.torn else b""
    assert (kept, torn) == (data[:end], data[end:])
    assert filenames.open_files(folder) == []
    if done.file:
        assert done.file.name == NAME
        assert done.file.stat().st_mode & 0o222 == 0
        assert_accepted(kept)


@functools.cache
def assert_accepted(data: bytes) -> None:
    """Assert that gzip, warcio and FastWARC read the data to its last record."""
    kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(data), check_digests="raise")]
    assert kinds == (["warcinfo"] + ["request", "response", "metadata"] * 3 + ["metadata"])[: len(kinds)]
    assert len(list(fastwarc.ArchiveIterator(io.BytesIO(data)))) == len(kinds)
    assert gzip.decompress(data).count(b"WARC/1.1\r\n") == len(kinds)


def test_a_cut_at_any_byte_of_the_last_fetch_keeps_every_whole_group(
    tmp_path: Path, whole: bytes, group_ends: list[int]
) -> None:
    begin, end = group_ends[-3], group_ends[-2]  # the last fetch; a lone fact follows it
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(whole)
    for cut in range(end, begin - 1, -1):
        os.truncate(path, cut)
        assert end_of_last_group(path) == (end if cut == end else begin)
    for cut in range(begin, end + 1, 40):
        assert_mended(tmp_path, repair_file(left_open(tmp_path, whole[:cut])), whole[:cut], begin)
    assert_accepted(whole[:begin])
    assert_accepted(whole[:end])


def test_a_cut_at_a_byte_taken_by_chance_keeps_every_whole_group(
    tmp_path: Path, whole: bytes, group_ends: list[int]
) -> None:
    for cut in [0, *random.Random(2).sample(range(len(whole) + 1), 80), len(whole)]:
        data = whole[:cut]
        done = repair_file(left_open(tmp_path, data))
        assert_mended(tmp_path, done, data, max([0, *(end for end in group_ends if end <= cut)]))


@pytest.mark.parametrize("tail", [b"\0" * 5000, b"\x1f\x8b\x08 torn", b"WARC/1.1\r\n"])
def test_what_a_power_cut_left_behind_the_last_group_is_moved_aside(
    tmp_path: Path, whole: bytes, tail: bytes
) -> None:
    done = repair_file(left_open(tmp_path, whole + tail))
    assert_mended(tmp_path, done, whole + tail, len(whole))
    assert done.torn == tmp_path / "warc" / "damaged" / f"{NAME}.{len(whole)}.torn"


def test_a_file_with_nothing_whole_is_moved_aside_entirely(tmp_path: Path, whole: bytes) -> None:
    done = repair_file(left_open(tmp_path, whole[:40]))
    assert done == RepairResult(None, 0, tmp_path / "warc" / "damaged" / f"{NAME}.0.torn", 40)
    assert filenames.warc_files(tmp_path) == []


def test_only_what_is_behind_a_known_good_offset_is_read(
    tmp_path: Path, whole: bytes, group_ends: list[int]
) -> None:
    unread = b"?" * group_ends[1]
    data = unread + whole[group_ends[1] : group_ends[2]] + b"torn"
    done = repair_file(left_open(tmp_path, data), known_good=group_ends[1])
    assert (done.kept_bytes, done.torn_bytes) == (group_ends[2], 4)


def test_a_good_offset_past_the_end_is_not_believed(
    tmp_path: Path, whole: bytes, group_ends: list[int]
) -> None:
    data = whole[: group_ends[1] + 5]
    assert_mended(
        tmp_path, repair_file(left_open(tmp_path, data), known_good=len(whole)), data, group_ends[1]
    )


def test_a_repair_that_was_killed_starts_again(tmp_path: Path, whole: bytes, group_ends: list[int]) -> None:
    data = whole[:-3]
    path = left_open(tmp_path, data)
    aside = path.parent / "damaged"
    aside.mkdir()
    (aside / f"{NAME}.{group_ends[-2]}.torn.part").write_bytes(b"half a copy")
    path.chmod(0o444)
    assert_mended(tmp_path, repair_file(path), data, group_ends[-2])


def test_a_file_with_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "primorsk", SENT, {}) as warc:
        warc.write_event({"still": "writing"})
        (path,) = filenames.open_files(tmp_path)
        with pytest.raises(ArchiveBusy, match="being written"):
            repair_file(path)
        warc.write_event({"still": "writing"})
    assert len(list(read_records(filenames.warc_files(tmp_path)[0]))) == 3


def test_a_whole_file_of_the_same_name_is_never_overwritten(tmp_path: Path, whole: bytes) -> None:
    path = left_open(tmp_path, whole)
    path.with_name(NAME).write_bytes(b"another")
    with pytest.raises(DamagedRecord, match="both exist"):
        repair_file(path)
    assert path.with_name(NAME).read_bytes() == b"another"


def test_torn_bytes_never_take_the_place_of_others(tmp_path: Path, whole: bytes) -> None:
    torn = []
    for cut in (40, 50):
        path = tmp_path / "warc" / (NAME + ".open")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(whole[:cut])
        torn.append(repair_file(path).torn)
    assert [path.read_bytes() if path else None for path in torn] == [whole[:40], whole[:50]]
