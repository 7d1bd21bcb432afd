"""Dates of records made elsewhere: an impossible one excludes its record, with a sentence, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from gzip import compress
from pathlib import Path

import pytest

from archive import timestamps
from archive.core import Archive
from archive.index.db.connection import transaction
from archive.index.search import bitmaps
from archive.integrity.audit import run_audit
from archive.warc.event_reader import EventRecord, read_events
from archive.warc.records import Damage
from tests.conftest import Typed
from tests.newsarchive.test_import import INFO, PAGE, answer, record

GOOD = "2022-01-11T08:00:00Z"
IMPOSSIBLE = {
    "9999-12-31T23:59:59Z": "is out of range",
    "9999-12-31T23:59:59-14:00": "is out of range",
    "0001-01-01T00:00:00Z": "is out of range",
    "0001-01-01T00:00:00+14:00": "is out of range",
    "1600-05-05T00:00:00Z": "is out of range",
    "9000-01-01T00:00:00Z": "is out of range",
    "8999-12-31T23:59:59Z": "is later than its import",
    "1989-12-31T23:59:59Z": "is before the web began",
    "1970-01-01T00:00:00Z": "is before the web began",
    "0000-01-01T00:00:00Z": "its WARC-Date is",
    "10000-01-01T00:00:00Z": "its WARC-Date is",
    "-2022-01-01T00:00:00Z": "its WARC-Date is",
    "2022-01-10T24:00:00Z": "its WARC-Date is",
    "2022-01-10T10:00:00+99:99": "its WARC-Date is",
    "2022-02-30T10:00:00Z": "its WARC-Date is",
    "вчера": "its WARC-Date is",
    "": "it has no WARC-Date",
    "9" * 100_000: "its WARC-Date is",
}
POSSIBLE = {
    "1990-01-01T00:00:00Z": "1990-01-01T00:00:00.000000Z",
    "2022-01-10T10:00:00.12345678901234567890Z": "2022-01-10T10:00:00.123456Z",
    "2022-01-10T13:00:00+03:00": "2022-01-10T10:00:00.000000Z",
    "2022-01-10T00:30:00+14:00": "2022-01-09T10:30:00.000000Z",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59.000000Z",
    "2022-01-10": "2022-01-10T00:00:00.000000Z",
    "2022-01-10T10:00:00": "2022-01-10T10:00:00.000000Z",
    "20220110100000": "2022-01-10T10:00:00.000000Z",
}


def dated(stated: str, number: int) -> bytes:
    """Return a record of a page with that date."""
    page = PAGE.replace(b"</h1>", f" {number}</h1>".encode())
    made = record("response", f"http://elsewhere.example/{number}.html", answer(page), number=number)
    return made.replace(GOOD.encode(), stated.encode())


def test_records_with_impossible_dates_are_reported_and_the_others_imported(
    typed: Typed, folder: Path, tmp_path: Path
) -> None:
    path, other = tmp_path / "dates.warc", tmp_path / "other.warc"
    path.write_bytes(INFO + b"".join(dated(stated, n) for n, stated in enumerate([*IMPOSSIBLE, *POSSIBLE])))
    other.write_bytes(INFO + dated(GOOD, 200))
    result = typed(folder, "import", path, "--json")
    assert result.exit_code == 1
    (taken,) = json.loads(result.stdout)
    assert taken["captures"] == len(POSSIBLE)
    assert len(taken["damages"]) == len(IMPOSSIBLE)
    for sentence, (stated, why) in zip(taken["damages"], IMPOSSIBLE.items(), strict=True):
        assert why in sentence
        assert stated[:40] in sentence
        assert len(sentence) < 500
    with Archive.open(folder) as archive:
        rows = archive.connection.execute("SELECT fetched_at FROM captures ORDER BY id")
        assert [row["fetched_at"] for row in rows] == list(POSSIBLE.values())
    assert run_audit(folder).problems == []
    assert typed(folder, "import", other).exit_code == 0
    rebuilt = typed(folder, "rebuild", "--json")
    assert rebuilt.exit_code == 0
    assert json.loads(rebuilt.stdout)["damages"] == []
    assert list(json.loads(rebuilt.stdout)["unread_imports"].values()) == [len(IMPOSSIBLE)]
    assert json.loads(rebuilt.stdout)["captures"] == len(POSSIBLE) + 1
    assert run_audit(folder).problems == []
    assert typed(folder, "export", "--output", tmp_path / "all.jsonl").exit_code == 0


def test_a_file_of_nothing_but_impossible_dates_hinders_nothing(
    typed: Typed, folder: Path, tmp_path: Path
) -> None:
    for stated in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"):
        path = tmp_path / "far.warc"
        path.write_bytes(dated(stated, 1))
        result = typed(folder, "import", path)
        assert result.exit_code == 1
        assert ": 0 captures" in result.stdout
        assert "could not be read" in result.stdout
        rebuilt = typed(folder, "rebuild")
        assert rebuilt.exit_code == 0
        assert "could not be read when it was imported" in rebuilt.stdout
        assert run_audit(folder).problems == []


def test_a_date_is_compared_with_the_moment_of_the_import_and_not_with_now(tmp_path: Path) -> None:
    imported = datetime(2023, 5, 5, 12, tzinfo=UTC)
    path = tmp_path / "import-20230505120000-00000-copy.warc.gz"
    soon, late = (timestamps.to_iso(imported + timedelta(hours=hours)) for hours in (24, 25))

    path.write_bytes(compress(dated(soon, 1)) + compress(dated(late, 2)))
    one, other = read_events(path)
    assert isinstance(one, EventRecord)
    assert isinstance(other, Damage)
    assert late in other.reason


def test_many_impossible_dates_are_counted_and_only_some_named(
    typed: Typed, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "many.warc"
    path.write_bytes(b"".join(dated("0001-01-01T00:00:00Z", number) for number in range(120)))
    result = typed(folder, "import", path)
    assert result.stdout.count("could not be read") == 50
    assert "… and 70 more records" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("month", ["9999-12", "2022-01"])
def test_an_index_with_a_version_of_the_last_possible_month_can_be_audited(
    typed: Typed, folder: Path, tmp_path: Path, month: str
) -> None:
    path, other = tmp_path / "a.warc", tmp_path / "b.warc"
    path.write_bytes(dated(GOOD, 1))
    other.write_bytes(dated(GOOD, 2))
    assert typed(folder, "import", path).exit_code == 0
    far = f"{month}-31T23:59:59.000000Z"
    number = int(datetime.fromisoformat(far).timestamp()) * 16
    with Archive.open(folder) as archive, transaction(archive.connection):  # as an earlier release wrote it
        archive.connection.execute("PRAGMA defer_foreign_keys = ON")
        archive.connection.execute("UPDATE captures SET fetched_at = ?", (far,))
        archive.connection.execute(
            "UPDATE articles SET first_seen = ?, last_seen = ?, last_looked = ?", (far,) * 3
        )
        archive.connection.execute("UPDATE versions SET first_seen = ?, last_seen = ?", (far, far))
        archive.connection.execute("UPDATE versions SET id = ?", (number,))
    with Archive.open(folder) as archive:
        assert f"{list(bitmaps.publication_months(archive.connection))[-1]:%Y-%m}" == month
    assert typed(folder, "import", other).exit_code == 0
    assert typed(folder, "search", "бюджет").exit_code == 0
    assert typed(folder, "export", "--output", tmp_path / "all.jsonl").exit_code == 0
    assert typed(folder, "rebuild").exit_code == 0
