"""Records in a WARC file, compared with what the index has stored since they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import DamagedRecord, NotFound
from archive.index.rows.captures import CaptureRow, of_row
from tests import small_archive
from tests.forgery import forged
from tests.small_archive import PICTURE, STYLE, SUMMIT

DIGEST = (
    "This record does not match the digest in the index: the WARC file or the index was altered. "
    "Run 'newsarchive verify'."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_archive.build(tmp_path / "archive")


def rows(archive: Archive) -> list[CaptureRow]:
    return [of_row(row) for row in archive.connection.execute("SELECT * FROM captures").fetchall()]


def first(archive: Archive, url: str) -> CaptureRow:
    return archive.captures(url)[0]


def test_what_nobody_touched_matches(folder: Path) -> None:
    with Archive.open(folder) as archive:
        found = rows(archive)
        assert len(found) > 10
        for row in found:
            checked = archive.check_capture(row)
            assert checked.mismatch is None, row.url
            assert checked.capture == archive.capture(row)
            assert checked.record == archive.record(row.record_id)
            assert archive.altered_parts(checked.capture) == 0


@pytest.mark.parametrize("fits", [True, False])
def test_a_block_that_was_rewritten_differs_whether_its_own_digests_fit_or_not(
    folder: Path, fits: bool
) -> None:
    forged(folder, SUMMIT, "ОДКБ".encode(), "НАТО".encode(), fits=fits)
    with Archive.open(folder) as archive:
        checked = archive.check_capture(first(archive, SUMMIT))
        assert checked.mismatch == DIGEST
        assert "НАТО".encode() in checked.capture.payload()  # what is there is still shown
        assert archive.check_capture(archive.captures(SUMMIT)[1]).mismatch is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"10:00:03", b"10:00:04", "date"),
        (b"10-01-2022/summit\r\n", b"10-01-2022/common\r\n", "address"),
        (b"<urn:uuid:00000000", b"<urn:uuid:10000000", "record id"),
    ],
)
def test_a_head_that_was_rewritten_differs(folder: Path, old: bytes, new: bytes, what: str) -> None:
    forged(folder, SUMMIT, old, new, fits=False)
    with Archive.open(folder) as archive:
        mismatch = archive.check_capture(first(archive, SUMMIT)).mismatch
    assert mismatch is not None
    assert mismatch.startswith(f"This record does not match the {what} in the index: ")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("digest", "sha256:" + "0" * 64),
        ("payload_sha256", "0" * 64),
        ("digest", "none"),
        ("length", 17),
    ],
)
def test_an_index_that_was_rewritten_differs(folder: Path, column: str, value: object) -> None:
    with Archive.open(folder) as archive:
        row = first(archive, SUMMIT)
        archive.connection.execute(f"UPDATE captures SET {column} = ? WHERE id = ?", (value, row.id))
        assert archive.check_capture(first(archive, SUMMIT)).mismatch is not None


def test_a_record_differs_with_the_one_whose_body_it_repeats(folder: Path) -> None:
    with Archive.open(folder) as archive:
        repeats = [row for row in rows(archive) if archive.record(row.record_id).kind == "revisit"]
        assert repeats
        original = archive.record(archive.record(repeats[0].record_id).refers_to or "")
        archive.connection.execute(
            "UPDATE captures SET digest = ? WHERE record_id = ?", ("sha256:" + "0" * 64, original.record_id)
        )
        mismatch = archive.check_capture(repeats[0]).mismatch
    assert mismatch is not None
    assert mismatch.startswith("The record whose body this one repeats does not match the digest")


def test_parts_of_a_page_are_counted_those_that_styles_name_too(folder: Path) -> None:
    with Archive.open(folder) as archive:
        page = archive.capture(first(archive, SUMMIT))
    for url, old, new, altered in (
        (STYLE, b"#8a1f11", b"#00ff00", 1),
        (PICTURE, b"\x08\x02\x00\x00\x00", b"\x08\x02\x00\x00\x01", 2),
    ):
        forged(folder, url, old, new)
        with Archive.open(folder) as archive:
            assert archive.altered_parts(page) == altered


def test_a_part_that_cannot_be_read_is_counted(folder: Path) -> None:
    with Archive.open(folder) as archive:
        page = archive.capture(first(archive, SUMMIT))
        place = first(archive, PICTURE).place
        with (folder / place.file).open("r+b") as file:
            file.seek(place.offset)
            file.write(b"xxxx")
        assert archive.altered_parts(page) == 1


def test_a_missing_file_or_row_is_reported(folder: Path) -> None:
    with Archive.open(folder) as archive:
        row = first(archive, SUMMIT)
        (folder / row.place.file).rename(folder / "elsewhere")
        with pytest.raises(DamagedRecord, match="the file cannot be read"):
            archive.check_capture(row)
        archive.connection.execute('UPDATE captures SET "offset" = "offset" + 1000000')
        with pytest.raises(NotFound):
            archive.check_capture(row)
