"""ARC files are imported: the content of each record is unchanged, and nothing of its header line is lost."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.core import Archive
from archive.warc import external, reader
from archive.warc.containers.arc import parse_header
from archive.warc.records import Record
from tests.archive.test_imported_records import (
    OTHER_PAGE,
    assert_rebuild_gives_the_same,
    folder,
    import_bytes,
)
from tests.newsarchive.test_import import BRIDGE, PAGE, RESPONSE, answer

__all__ = ["folder"]
Pieces = list[bytes]
INFO_1_0 = b"1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n\n"
INFO_1_1 = (
    b"1 1 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    b'<?xml version="1.0"?>\n<arcmetadata><software>Heritrix 1.14</software></arcmetadata>\n'
)
INFO_2_0 = (
    b"2 0 Alexa Internet\nURL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename "
    b"Archive-length\n"
)


def arc_record(line: str, block: bytes) -> bytes:
    return f"{line} {len(block)}\n".encode() + block + b"\n"


def pieces(info: bytes, more: str = "") -> Pieces:
    return [
        arc_record(f"filedesc://IA-1.arc 0.0.0.0 20220110100000 text/plain{more}", info),
        arc_record(
            f"dns:elsewhere.example 192.0.2.9 20220111080000 text/dns{more}", b"elsewhere.example. A 1"
        ),
        arc_record(f"{BRIDGE} 192.0.2.1 20220111080000 text/html{more}", answer()),
        arc_record(f"{BRIDGE}?a b 192.0.2.1 20220111080001 text/html{more}", answer(OTHER_PAGE)),
        arc_record(f"{BRIDGE}?bare 192.0.2.1 20220111080002 text/html{more}", PAGE),
    ]


KINDS = {
    "1.0": pieces(INFO_1_0),
    "1.1": pieces(INFO_1_1),
    "2.0": pieces(INFO_2_0, " 200 - - 0 IA-1.arc"),
}
PACKED: dict[str, Callable[[Pieces], bytes]] = {
    "plain": b"".join,
    "a member for each record": lambda parts: b"".join(map(gzip.compress, parts)),
    "one member": lambda parts: gzip.compress(b"".join(parts)),
}


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
@pytest.mark.parametrize("parts", KINDS.values(), ids=KINDS)
def test_an_arc_file_is_imported(folder: Path, parts: Pieces, pack: Callable[[Pieces], bytes]) -> None:
    content = pack(parts)
    (result,) = import_bytes(folder, content)
    assert (result.captures, result.articles, result.damages, result.skipped) == (3, 3, [], [])
    assert "converted to WARC" in result.notes[0]
    with Archive.open(folder) as archive:
        (row,) = archive.captures(BRIDGE)
        assert f"{row.fetched_at:%Y-%m-%dT%H:%M:%SZ}" == "2022-01-11T08:00:00Z"
        assert archive.capture(row).payload() == PAGE
        assert archive.check_capture(row).mismatch is None
    assert_rebuild_gives_the_same(folder)
    (again,) = import_bytes(folder, content + b"\n")
    assert not again.is_new


@pytest.mark.parametrize("parts", KINDS.values(), ids=KINDS)
def test_the_arc_file_can_be_written_again_from_its_copy(folder: Path, parts: Pieces) -> None:
    (result,) = import_bytes(folder, b"".join(parts))
    records = [one for one in reader.read_records(folder / result.file) if isinstance(one, Record)]
    assert [f"{one.header('ARC-Header')}\n".encode() + one.block + b"\n" for one in records] == parts
    with (folder / result.file).open("rb") as stream:
        kinds = [one.rec_type for one in ArchiveIterator(stream)]
    assert kinds == ["warcinfo", "resource", "response", "response", "resource"]
    assert [one.header("WARC-IP-Address") for one in records[1:3]] == ["192.0.2.9", "192.0.2.1"]


def test_a_damaged_record_is_named_and_the_next_one_is_read(folder: Path) -> None:
    parts = KINDS["1.1"]
    broken = parts[2].replace(f" {len(answer())}\n".encode(), b" 99999999\n")
    (result,) = import_bytes(folder, parts[0] + broken + parts[3] + parts[4][:-20])
    assert [row_url for row_url in (BRIDGE, f"{BRIDGE}?a b") if row_url in urls_of(folder)] == [
        f"{BRIDGE}?a b"
    ]
    assert len(result.damages) == 2
    assert_rebuild_gives_the_same(folder)


def urls_of(folder: Path) -> set[str]:
    with Archive.open(folder) as archive:
        return {row["url"] for row in archive.connection.execute("SELECT url FROM captures")}


def test_an_arc_file_beside_a_warc_file_in_a_wacz_is_imported(folder: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("archive/a.arc.gz", gzip.compress(b"".join(KINDS["1.0"])))
        bundle.writestr("archive/b.warc", RESPONSE.replace(BRIDGE.encode(), f"{BRIDGE}?w".encode()))
    (result,) = import_bytes(folder, out.getvalue())
    assert (result.captures, result.damages) == (4, [])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"http://a.example/ 1.2.3.4 2022 text/html 5",
        b"http://a.example/ 1.2.3.4 20220111080000 text/html",
    ],
)
def test_what_is_no_arc_header_is_recognized(line: bytes) -> None:
    assert parse_header(line) is None


def test_a_date_of_twelve_digits_and_a_missing_type_are_read() -> None:
    header = parse_header(b"http://a.example/ 1.2.3.4 202201110800  5\n")
    assert header is not None
    assert (header.date, header.media_type, header.length) == ("202201110800", "", 5)


def test_what_begins_like_an_arc_file_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "a.arc").write_bytes(KINDS["1.0"][0])
    external.check_is_warc(tmp_path / "a.arc")
