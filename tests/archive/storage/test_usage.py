"""Disk space: sizes as people write them, growth, and when the disk is full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.storage.sizes import parse_size, size_text
from archive.storage.thresholds import low_space_warning, shortage
from archive.storage.usage import SourceUsage, StorageUsage, WarcFile, growth_per_day, measure
from tests.small_archive import THIRD

NOW = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)


def files(*sizes_by_age: tuple[float, int]) -> list[WarcFile]:
    return [WarcFile("port", NOW - timedelta(days=age), size) for age, size in sizes_by_age]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("5 GB", 5 * 10**9),
        ("1.5TB", 1_500_000_000_000),
        (" 512 MiB ", 512 * 2**20),
        ("10 kb", 10_000),
        ("0 B", 0),
        ("5", None),
        ("GB", None),
        ("5 gigs", None),
        ("-1 GB", None),
        ("1,5 GB", None),
        ("", None),
    ],
)
def test_a_size_is_a_number_with_a_unit(text: str, size: int | None) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1500, "1.5 kB"),
        (364_544, "365 kB"),
        (10**9, "1.0 GB"),
        (1.2e13, "12.0 TB"),
    ],
)
def test_a_size_is_shown_in_the_largest_unit(size: float, text: str) -> None:
    assert size_text(size) == text


def test_growth_counts_the_last_thirty_days_only() -> None:
    assert growth_per_day(files((400, 10**9), (29, 300), (1, 600)), NOW) == 30


def test_a_young_archive_grows_from_its_first_file_on() -> None:
    assert growth_per_day(files((2, 100), (1, 300)), NOW) == 200
    assert growth_per_day(files((0.01, 100)), NOW) == 100  # a day at least


def test_files_dated_in_the_future_or_not_at_all_are_no_growth() -> None:
    assert growth_per_day([*files((-5, 10**9)), WarcFile(None, None, 10**9)], NOW) == 0
    assert growth_per_day([], NOW) == 0


def test_the_disk_is_full_when_what_is_free_has_been_used() -> None:
    used = StorageUsage((), 0, 0, 0, growth_per_day=200, free_bytes=1999, disk_bytes=10_000)
    assert used.days_left == 9
    assert StorageUsage((), 0, 0, 0, growth_per_day=0, free_bytes=1999, disk_bytes=10_000).days_left is None


def test_less_than_the_least_free_space_is_a_shortage() -> None:
    assert shortage(1000, 1000) is None
    assert "The disk has 999 B free, and crawls need 1.0 kB" in str(shortage(999, 1000))
    assert low_space_warning(1000, 1000) is None
    assert "only 999 B free" in str(low_space_warning(999, 1000))


def test_every_file_of_an_archive_counts_once(small: Path) -> None:
    used = measure(small, THIRD + timedelta(days=1))
    assert [(one.source, one.files) for one in used.warc] == [("primorsk", 3), ("port", 1)]
    everything = sum(path.stat().st_size for path in small.rglob("*") if path.is_file())
    assert used.total_bytes == everything
    assert used.index_bytes >= (small / "archive.db").stat().st_size
    assert used.growth_per_day == pytest.approx(everything / 3)


def test_imported_files_belong_to_their_source_and_damaged_ones_to_none(tmp_path: Path) -> None:
    warc = tmp_path / "warc"
    (warc / "damaged").mkdir(parents=True)
    (warc / "damaged" / "torn").write_bytes(bytes(7))
    for name in (
        "import-20220110100000-00000.warc.gz",
        "import-20220110100000-00000-copy-port.warc.gz",
        "odd.gz",
    ):
        (warc / name).write_bytes(bytes(10))
    used = measure(tmp_path, NOW)
    assert used.warc == (SourceUsage(None, 2, 20), SourceUsage("port", 1, 10))
    assert (used.other_bytes, used.index_bytes) == (7, 0)
