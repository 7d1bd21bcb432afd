"""Any change to the files of an archive is found and reported; leftovers of a crash are reported as such."""

from __future__ import annotations

import gzip
import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from archive.index.db.connection import connect
from archive.integrity.audit import run_audit
from archive.integrity.problems import AuditResult, Problem
from archive.jobs.pool import JobFailed, JobInterrupted, pool
from archive.manifests import reader as manifests
from archive.manifests import writer as manifest_writer
from tests.forgery import compress_record, forge, members, with_digests
from tests.sampling import IS_COMPLETE
from tests.small_archive import BRIDGE, GONE, HARBOUR, SUMMIT, build

FIRST = "warc/primorsk-20220110100000-00000.warc.gz"
SECOND = "warc/primorsk-20220111100000-00000.warc.gz"
LAST = "warc/port-20220112100000-00000.warc.gz"
AT = datetime(2023, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """Return a copy of the archive that a test may change."""
    copy = shutil.copytree(small, tmp_path / "archive")
    for path in (*copy.glob("warc/*"), *copy.glob("manifests/*")):
        path.chmod(0o644)
    return copy


def looked(folder: Path) -> AuditResult:
    return run_audit(folder)


def findings(problems: list[Problem]) -> set[str]:
    return {problem.finding for problem in problems}


def find_problem(folder: Path, finding: str, *words: str) -> Problem:
    """Return the problem of that kind whose sentence has the words."""
    problems = looked(folder).problems
    for problem in problems:
        if problem.finding == finding and all(word in problem.sentence for word in words):
            return problem
    raise AssertionError([(problem.finding, problem.sentence) for problem in problems])


def execute(folder: Path, statement: str, *values: object) -> None:
    """Change the index, as anyone with write access can."""
    with sqlite3.connect(folder / "archive.db") as connection:
        assert connection.execute(statement, values).rowcount
    connection.close()


def test_an_archive_nobody_touched_has_nothing_wrong(small: Path) -> None:
    verified = looked(small)
    assert verified.problems == []
    assert (verified.files, verified.manifests, verified.rows) == (4, 4, 14)
    assert verified.head is not None
    newest = small / "manifests" / verified.head.name
    assert verified.head.sha256 == hashlib.sha256(newest.read_bytes()).hexdigest()


def test_many_processes_find_what_one_finds(folder: Path) -> None:
    (folder / FIRST).write_bytes(b"")
    execute(folder, "DELETE FROM captures WHERE url = ?", HARBOUR)
    with pool(2) as executor:
        assert run_audit(folder, executor).problems == looked(folder).problems


def test_progress_is_reported_in_bytes(small: Path) -> None:
    heard: list[tuple[int, int]] = []
    run_audit(small, None, lambda done, all_: heard.append((done, all_)))
    assert heard[-1][0] == heard[-1][1] == sum(path.stat().st_size for path in small.glob("warc/*.gz"))


@pytest.mark.slow
def test_any_flipped_byte_of_a_warc_file_is_found_and_named(folder: Path) -> None:
    """Flip bytes at the ends of records, where gzip has its header and trailer, and at random.

    One half of them is in one file, the other in the other; `make test-all` flips all in both.
    """
    chance = random.Random(20261122)
    for turn, file in enumerate((FIRST, LAST)):
        stored = (folder / file).read_bytes()
        starts = [entry.offset for listed in manifests.listed_files(folder) if listed.file == file
                  for entry in manifests.read_entries(folder, listed)]  # fmt: skip
        heads = [start + byte for start in starts[:2] for byte in range(10)]
        tails = [start - byte for start in starts[1:2] for byte in range(1, 9)]
        places = [*heads, *tails, *chance.sample(range(len(stored)), 12)]
        for at in (len(stored) - 1, *(places if IS_COMPLETE else places[turn::2])):
            changed = bytearray(stored)
            changed[at] ^= 1 << chance.randrange(8)
            (folder / file).write_bytes(changed)
            problems = looked(folder).problems
            assert [
                one for one in problems if one.file == file and one.finding in ("altered", "truncated")
            ], at
            record = max(start for start in starts if start <= at)
            assert record in {one.offset for one in problems if one.file == file}, at
        (folder / file).write_bytes(stored)


@pytest.mark.slow
def test_a_flipped_byte_of_a_manifest_is_found(folder: Path) -> None:
    chance = random.Random(5)
    for path in manifests.manifest_paths(folder):
        stored = path.read_bytes()
        for at in chance.sample(range(len(stored)), 12 if IS_COMPLETE else 5):
            changed = bytearray(stored)
            changed[at] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            assert path.name in " ".join(one.file for one in looked(folder).problems), at
        path.write_bytes(stored)


def test_a_forged_page_with_all_its_digests_redone_is_found(folder: Path) -> None:
    forge(folder / FIRST, BRIDGE, "закрыли в понедельник".encode(), "открыли в понедельник".encode())
    with Archive.open(folder) as archive:
        row = archive.captures(BRIDGE)[0]
    problem = find_problem(folder, "altered", BRIDGE, "is not as it was written")
    assert (problem.file, problem.offset, problem.url) == (FIRST, row.place.offset, BRIDGE)
    find_problem(folder, "altered", "payload_sha256")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC-Date: 2022-01-10", b"WARC-Date: 2021-12-31"),
        (b"WARC-Target-URI: http://news.example/world/", b"WARC-Target-URI: http://news.example/wolrd/"),
    ],
)
def test_a_changed_date_or_address_in_a_warc_head_is_found(folder: Path, old: bytes, new: bytes) -> None:
    forge(folder / FIRST, SUMMIT, old, new)
    assert find_problem(folder, "altered", "is not as it was written").file == FIRST
    find_problem(folder, "altered", "fetched_at is" if b"Date" in old else "url is")


def test_a_record_taken_out_is_missing_and_named(folder: Path) -> None:
    there = members(folder / FIRST)
    (folder / FIRST).write_bytes(b"".join(one for one in there if GONE.encode() not in gzip.decompress(one)))
    problem = find_problem(folder, "missing", f"the response record of {GONE} that was here was removed")
    assert (problem.file, problem.url) == (FIRST, GONE)
    assert problem.offset


def test_a_record_written_twice_is_found(folder: Path) -> None:
    there = members(folder / FIRST)
    (folder / FIRST).write_bytes(b"".join([*there[:6], there[5], *there[6:]]))
    find_problem(folder, "altered", "is here a second time")
    (folder / FIRST).write_bytes(b"".join([*there, there[5]]))
    find_problem(folder, "altered", "is here a second time")


def test_a_changed_order_of_records_is_found(folder: Path) -> None:
    there = members(folder / FIRST)
    there[2:5], there[5:8] = there[5:8], there[2:5]
    (folder / FIRST).write_bytes(b"".join(there))
    find_problem(folder, "altered", "the order was changed")


def test_a_record_put_in_is_found(folder: Path) -> None:
    there = members(folder / FIRST)
    stranger = compress_record(
        with_digests(gzip.decompress(there[3]).replace(b"Mirror", b"")[:-4] + b"x\r\n\r\n")
    )
    (folder / FIRST).write_bytes(b"".join([*there[:3], stranger, *there[3:]]))
    find_problem(folder, "altered", "that no manifest lists was inserted")


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_cut_file_is_truncated_and_its_pages_are_named(folder: Path, part: float) -> None:
    stored = (folder / FIRST).read_bytes()
    (folder / FIRST).write_bytes(stored[: int(len(stored) * part)])
    problems = looked(folder).problems
    (cut,) = [one for one in problems if one.finding == "truncated"]
    assert cut.file == FIRST
    assert f"of {len(stored)}" in cut.sentence
    lost = {one.url for one in problems if one.finding == "missing" and one.url}
    assert (SUMMIT in lost) == (part < 0.5)


def test_a_file_cut_between_records_is_truncated(folder: Path) -> None:
    there = members(folder / FIRST)
    (folder / FIRST).write_bytes(b"".join(there[:-3]))
    assert "3 records are gone" in find_problem(folder, "truncated").sentence


def test_an_emptied_file_is_truncated(folder: Path) -> None:
    (folder / FIRST).write_bytes(b"")
    assert "it is empty" in find_problem(folder, "truncated").sentence


def test_a_file_that_is_gone_is_missing(folder: Path) -> None:
    (folder / SECOND).unlink()
    problem = find_problem(folder, "missing", "not in the folder")
    assert problem.file == SECOND


def test_two_files_with_swapped_names_are_found(folder: Path) -> None:
    one, other = (folder / FIRST).read_bytes(), (folder / SECOND).read_bytes()
    (folder / FIRST).write_bytes(other)
    (folder / SECOND).write_bytes(one)
    problems = looked(folder).problems
    assert [(problem.finding, problem.file) for problem in problems] == [
        ("altered", FIRST),
        ("altered", SECOND),
    ]
    assert f"lists for {SECOND}" in problems[0].sentence
    assert f"lists for {FIRST}" in problems[1].sentence


def test_files_that_are_none_of_ours_are_foreign(folder: Path) -> None:
    (folder / "warc" / "notes.txt").write_text("x")
    (folder / "warc" / "wget.warc.gz").write_bytes((folder / FIRST).read_bytes()[:5000])
    (folder / "warc" / "primorsk-20230101000000-00000.warc.gz").write_bytes(b"no WARC at all")
    (folder / "warc" / "primorsk-20230101000001-00000.warc.gz").write_bytes((folder / LAST).read_bytes())
    (folder / "manifests" / "note").write_text("x")
    problems = looked(folder).problems
    assert {one.file.rpartition("/")[2] for one in problems if one.finding == "foreign"} == {
        "notes.txt",
        "wget.warc.gz",
        "primorsk-20230101000000-00000.warc.gz",
        "primorsk-20230101000001-00000.warc.gz",
        "note",
    }


def test_a_file_of_ours_that_nothing_knows_is_unlisted(folder: Path) -> None:
    there = members(folder / FIRST)
    (folder / "warc" / "primorsk-20230101000000-00000.warc.gz").write_bytes(b"".join(there[:5]))
    problem = find_problem(folder, "unlisted")
    assert problem.file == "warc/primorsk-20230101000000-00000.warc.gz"


@pytest.mark.parametrize(
    ("statement", "finding", "words"),
    [
        ("UPDATE captures SET url = 'http://x.example/' WHERE url = '{SUMMIT}'", "altered", "url is"),
        ("UPDATE captures SET fetched_at = '2020-01-01T00:00:00.000000Z'", "altered", "fetched_at is"),
        ("UPDATE captures SET status = 200 WHERE status = 404", "altered", "status is 200, and should be 404"),
        ("UPDATE captures SET payload_sha256 = 'x'", "altered", "payload_sha256 is x"),
        ("UPDATE captures SET record_id = 'x' WHERE id = 3", "missing", "record_id x"),
        ("UPDATE captures SET length = length + 1", "altered", "length is"),
        ("UPDATE captures SET \"offset\" = \"offset\" + 1 WHERE id = 4", "altered", "offset is"),
        ("UPDATE captures SET file = '{LAST}' WHERE id = 4", "altered", "file is"),
        ("UPDATE captures SET section = 'x', listed_stamp = 'y'", "altered", "section is x"),
        ("UPDATE versions SET body_html = replace(body_html, '2,03', '3')", "altered", "other words in body_html"),
        ("UPDATE versions SET body_html = body_html || '<img src=x onerror=a()>'", "altered", "in body_html"),
        ("DELETE FROM captures WHERE url = '{HARBOUR}'", "missing", "has no row in the index"),
        ("DELETE FROM warc_files WHERE file = '{LAST}'", "missing", "warc_files: file {LAST} has no row"),
        ("UPDATE sightings SET headline = 'x'", "altered", "headline is x, and should be"),
        ("DELETE FROM sightings WHERE place = 2", "missing", "place 2 (http"),
        ("UPDATE crawls SET started_at = '2001-01-01T00:00:00.000000Z'", "altered", "started_at is 2001"),
        ("UPDATE crawls SET outcome = 'stopped'", "altered", "outcome is stopped, and should be finished"),
        ("DELETE FROM crawls WHERE source = 'port'", "missing", "crawls: id port-20220112100000 has no row"),
        ("UPDATE versions SET title = 'x' WHERE number = 2", "altered", "content_sha256 is"),
        ("UPDATE versions SET body = body || '.'", "altered", "content_sha256 is"),
        ("DELETE FROM versions WHERE number = 2", "missing", "number 2 ("),
        ("DELETE FROM bylines", "altered", "content_sha256 is"),
        ("DELETE FROM search_index_docsize", "missing", "search_index_docsize"),
        ("DELETE FROM articles WHERE url = '{HARBOUR}'", "damaged", "names a row of articles that is missing"),
        ("UPDATE articles SET version_count = 7", "altered", "version_count is 7, and should be"),
        ("UPDATE manifests SET sha256 = 'x'", "altered", "differs from the one in the index"),
        (
            "INSERT INTO failures (role, url, failed_at, reason)"
            " VALUES ('article', 'x', '2001-01-01T00:00:00.000000Z', 'x')",
            "missing",
            "failures: failed_at 2001-01-01T00:00:00.000000Z, url x",
        ),
        (
            "INSERT INTO crawls (id, source, started_at) VALUES ('x', 'port', '2001-01-01T00:00:00.000000Z')",
            "missing",
            "crawls: id x has a row, but no readable record",
        ),
        (
            "INSERT INTO captures SELECT {columns} FROM captures WHERE id = 5",
            "missing",
            "has a row, but no readable record",
        ),
    ],
)  # fmt: skip
def test_a_changed_deleted_or_invented_row_is_found(
    folder: Path, statement: str, finding: str, words: str
) -> None:
    with sqlite3.connect(folder / "archive.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(captures)")]
    connection.close()
    other = {"id": "id + 99", "url": "'http://x.example/'", "record_id": "'other'", "offset": '"offset" + 7'}
    invented = ", ".join(other.get(name, f'"{name}"') for name in columns)
    execute(folder, statement.format(SUMMIT=SUMMIT, HARBOUR=HARBOUR, LAST=LAST, columns=invented))
    find_problem(folder, finding, words.format(LAST=LAST))


def test_a_manifest_taken_away_is_missing_wherever_it_stood_in_the_chain(folder: Path) -> None:
    for path in manifests.manifest_paths(folder):
        stored = path.read_bytes()
        path.unlink()
        assert [
            one for one in looked(folder).problems if one.finding == "missing" and path.name in one.sentence
        ]
        path.write_bytes(stored)


def test_a_rebuilt_index_does_not_hide_a_removed_manifest(folder: Path) -> None:
    manifests.manifest_paths(folder)[1].unlink()
    with pool(1) as executor:
        Archive.rebuild(folder, {}, executor)
    find_problem(folder, "missing", "manifest number 2 does not exist")


def test_manifests_in_another_order_are_found(folder: Path) -> None:
    second, third = manifests.manifest_paths(folder)[1:3]
    one, other = second.read_bytes(), third.read_bytes()
    second.write_bytes(other)
    third.write_bytes(one)
    assert {second.name, third.name} <= {Path(one.file).name for one in looked(folder).problems}


def test_a_manifest_rewritten_with_its_own_digest_breaks_the_chain(folder: Path) -> None:
    first, second = manifests.manifest_paths(folder)[:2]
    lines = first.read_bytes().splitlines(keepends=True)
    lines[0] = lines[0].replace(b'"closed_by": "crawl"', b'"closed_by": "other"')
    lines[-1] = b'{"sha256": "%s"}\n' % hashlib.sha256(b"".join(lines[:-1])).hexdigest().encode()
    first.write_bytes(b"".join(lines))
    assert manifests.read(first).number == 1
    assert (
        find_problem(folder, "altered", "that manifest has changed since").file == f"manifests/{second.name}"
    )


def test_the_rewriting_of_everything_shows_only_in_a_head_noted_down(small: Path, tmp_path: Path) -> None:
    noted = looked(small).head
    assert noted is not None
    assert run_audit(small, noted=noted.sha256).problems == []
    rewritten = build(tmp_path / "other", elsewhere="http://else.example")
    assert looked(rewritten).problems == []
    (problem,) = run_audit(rewritten, noted=noted.sha256).problems
    assert noted.sha256 in problem.sentence


def test_a_head_noted_down_long_ago_is_in_the_chain_still(small: Path) -> None:
    for path in manifests.manifest_paths(small):
        assert run_audit(small, noted=manifests.file_sha256(path)).problems == []


def test_a_manifest_closed_over_a_forged_file_does_not_outdo_the_first(folder: Path) -> None:
    forge(folder / FIRST, BRIDGE, "закрыли".encode(), "открыли".encode())
    execute(folder, "UPDATE warc_files SET manifest = NULL, listed_bytes = 0 WHERE file = ?", FIRST)
    for path in manifests.manifest_paths(folder):
        path.rename(path.with_name("hidden-" + path.name))
    with Archive.open(folder) as archive:
        assert manifest_writer.close_manifest(
            folder, archive.connection, crawl="primorsk-20230101000000", source="primorsk", now=AT, written=()
        )
    (forged,) = manifests.manifest_paths(folder)
    forged.rename(forged.with_name("0000005-primorsk-20230101000000.jsonl"))
    for path in folder.glob("manifests/hidden-*"):
        path.rename(path.with_name(path.name.removeprefix("hidden-")))
    find_problem(folder, "altered", BRIDGE, "is not as it was written")


def test_without_an_index_the_files_are_compared_with_the_manifests(folder: Path) -> None:
    for path in folder.glob("archive.db*"):
        path.unlink()
    assert "newsarchive rebuild" in find_problem(folder, "missing", "archive.db").sentence
    forge(folder / FIRST, BRIDGE, "закрыли".encode(), "открыли".encode())
    find_problem(folder, "altered", BRIDGE)


def test_a_damaged_index_is_reported(folder: Path) -> None:
    with connect(folder / "archive.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    stored = bytearray((folder / "archive.db").read_bytes())
    stored[4096 * 3 : 4096 * 4] = random.Random(1).randbytes(4096)
    (folder / "archive.db").write_bytes(stored)
    assert "damaged" in findings(looked(folder).problems)


def test_an_index_damaged_anywhere_ends_no_look(folder: Path) -> None:
    with connect(folder / "archive.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    forge(folder / FIRST, BRIDGE, "закрыли".encode(), "открыли".encode())
    stored, chance = (folder / "archive.db").read_bytes(), random.Random(3)
    for _ in range(12):
        changed = bytearray(stored)
        at = chance.randrange(100, len(stored) - 3000)
        changed[at : at + 3000] = chance.randbytes(3000)
        (folder / "archive.db").write_bytes(changed)
        for beside in folder.glob("archive.db-*"):
            beside.unlink()
        problems = looked(folder).problems
        assert BRIDGE in {one.url for one in problems if one.file == FIRST}


def test_an_imported_file_is_listed_and_what_is_done_to_it_is_found(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    with pool(1) as executor, Archive.create(folder) as archive:
        (taken,) = archive.take_in([small / FIRST], executor)
    assert looked(folder).problems == []
    copy = folder / taken.file
    copy.chmod(0o644)
    forge(copy, BRIDGE, "закрыли".encode(), "открыли".encode())
    assert find_problem(folder, "altered", BRIDGE, "is not as it was written").file == taken.file


def test_thousands_of_differences_are_counted_not_named(folder: Path) -> None:
    there = members(folder / FIRST)
    (folder / FIRST).write_bytes(b"".join(there + there * 20))
    problems = looked(folder).problems
    assert len([one for one in problems if one.file == FIRST]) < 250
    assert "more problems" in " ".join(one.sentence for one in problems)


class Failing(Executor):
    """Fails every job with an error that its process, and not its file, is at fault for."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(self.error)
        return future


def test_a_file_whose_process_failed_at_its_memory_limit_is_checked_again(folder: Path) -> None:
    assert (
        run_audit(folder, Failing(SystemError("returned NULL without setting an exception"))).problems == []
    )


@pytest.mark.parametrize(
    "error", [JobFailed("it crashed"), JobInterrupted("it was killed"), ValueError("x")], ids=repr
)
def test_a_file_whose_check_failed_is_unchecked_and_not_called_altered(
    folder: Path, error: Exception
) -> None:
    problems = run_audit(folder, Failing(error)).problems
    assert {one.finding for one in problems} == {"unchecked"}
    assert FIRST in {one.file for one in problems}
