"""A run writes WARC 1.1 that strict readers accept, and complete records or nothing."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.warc import filenames
from archive.warc.reader import read_record, read_records
from archive.warc.records import Exchange, Record, Revisit
from archive.warc.validation import check_digests
from archive.warc.writer import WarcWriter

STARTED = datetime(2022, 1, 10, 9, 55, tzinfo=UTC)
SENT = datetime(2022, 1, 10, 9, 55, 3, 42, tzinfo=UTC)
REQUEST = b"GET /world/?p=1 HTTP/1.1\r\nHost: news.example\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 \xce\xca\r\nX:a\r\n b\r\nContent-Length: 5\r\n\r\nhello"


def exchange(response: bytes = RESPONSE, **more: object) -> Exchange:
    return Exchange("https://news.example/world/?p=1", SENT, REQUEST, response, "192.0.2.7", **more)  # type: ignore[arg-type]


def counted() -> Callable[[], UUID]:
    numbers: Iterator[int] = iter(range(1, 10**6))
    return lambda: UUID(int=next(numbers))


def writer(folder: Path, **more: object) -> WarcWriter:
    settings: dict[str, object] = {"now": lambda: STARTED, "new_id": counted(), **more}
    return WarcWriter(folder, "primorsk", STARTED, {"software": "newsarchive 1"}, **settings)  # type: ignore[arg-type]


def records(folder: Path) -> list[Record]:
    found = [record for path in filenames.warc_files(folder) for record in read_records(path)]
    assert all(isinstance(record, Record) for record in found)
    return [record for record in found if isinstance(record, Record)]


def test_a_whole_file_is_as_the_standard_has_it(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange(metadata={"role": "section", "source": "Приморск"}, truncated="time"))
    (path,) = (tmp_path / "warc").iterdir()
    assert path.name == "primorsk-20220110095500-00000.warc.gz"
    expected = Path(__file__).with_name("one-fetch.warc").read_bytes()
    assert gzip.decompress(path.read_bytes()) == expected


def test_every_kind_of_record_is_as_the_standard_has_it(tmp_path: Path) -> None:
    """Compare whole records: both revisit profiles (6.7.2, 6.7.3), a resource, an event."""
    not_modified = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    with writer(tmp_path) as warc:
        original = read_record(tmp_path, warc.write(exchange()).place)
        digest = "sha256:" + "5" * 64
        warc.write(exchange(), Revisit("identical-payload-digest", original, digest, 5))
        warc.write(exchange(not_modified), Revisit("server-not-modified", original, digest, 5))
        warc.write(exchange(b"SSH-2.0-OpenSSH_9.2\r\n", truncated="disconnect"))
        warc.write_event({"fact": "failed", "reason": "нет ответа"}, target="https://news.example/gone")
    (path,) = (tmp_path / "warc").iterdir()
    expected = Path(__file__).with_name("every-kind.warc").read_bytes()
    assert gzip.decompress(path.read_bytes()) == expected
    assert [check_digests(found) for found in records(tmp_path)] == [[]] * 14
    assert warcio_problems(path.read_bytes()) == []


def test_the_head_of_a_revisit_and_the_body_of_its_original_are_the_answer(tmp_path: Path) -> None:
    again = b"HTTP/1.1 200 OK\r\nAge: 5\r\nContent-Length: 5\r\n\r\nhello"
    with writer(tmp_path) as warc:
        original = read_record(tmp_path, warc.write(exchange()).place)
        revisit = Revisit("identical-payload-digest", original, "sha256:x", 5)
        record = read_record(tmp_path, warc.write(exchange(again), revisit).place)
    assert record.capture(original.capture()).raw == again
    assert record.block == again[:-5]


@pytest.mark.parametrize(
    "response",
    [
        RESPONSE,
        b"HTTP/1.1 200 OK\nA: b\n\nline feeds",
        b"HTTP/1.1 200 OK\r\nA: b\r\n \r\nC: d\r\n\r\na folded line of blanks",
        b"HTTP/1.1 200 OK\r\nA: b\r\n\x0c\r\nC: d\r\n\r\na form feed",
        b"HTTP/1.1 200 OK\r\nA: b\r\n\r\r\n\r\nmixed line ends",
        b"HTTP/1.1 200 OK\r\nA: b",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 60_000 + b"\r\n\r\nlong head",
        b"HTTP/1.1 200 OK\n\n" + b"x" * 60_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000,
        b"\r\nHTTP/1.1 200 OK\r\n\r\nbegins with an empty line",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\0",
    ],
)
def test_strict_readers_accept_whatever_a_server_sent(tmp_path: Path, response: bytes) -> None:
    with writer(tmp_path) as warc:
        written = warc.write(exchange(response))
        warc.write(exchange())
    record = read_record(tmp_path, written.place)
    assert record.capture().raw == response
    assert record.capture().url == "https://news.example/world/?p=1"
    assert record.date == SENT
    assert [check_digests(found) for found in records(tmp_path)] == [[]] * 7
    data = (tmp_path / written.place.file).read_bytes()
    assert warcio_problems(data) == []
    assert fastwarc_count(data) == 7


def warcio_problems(data: bytes) -> list[str]:
    problems: list[str] = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests=True):
        while record.raw_stream.read(8192):
            pass
        problems += record.digest_checker.problems
    return problems


def fastwarc_count(data: bytes) -> int:
    count = 0
    for record in fastwarc.ArchiveIterator(io.BytesIO(data), parse_http=False):
        assert record.verify_block_digest()
        count += 1
    for record in fastwarc.ArchiveIterator(io.BytesIO(data)):
        assert "WARC-Payload-Digest" not in record.headers or record.verify_payload_digest()
    return count


def test_bytes_that_are_no_http_are_never_offered_as_the_page(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        record = read_record(tmp_path, warc.write(exchange(b"SSH-2.0")).place)
    assert (record.kind, record.header("WARC-Target-URI")) == (
        "resource",
        "urn:wire:https://news.example/world/?p=1",
    )


def test_facts_of_a_fetch_and_of_a_crawl_come_back(tmp_path: Path) -> None:
    odd = {"title": "«Мост»\r\n\u2028 \ud800", "place": 3, "none": None, "list": [1.5, True]}
    with writer(tmp_path) as warc:
        written = warc.write(exchange(metadata=odd))
        alone = warc.write_event(odd, refers_to=written.record_id, target="https://news.example/x")
        assert read_record(tmp_path, alone.place).metadata() == odd
    facts = read_record(tmp_path, written.metadata.place).metadata()
    assert facts == {**odd, "payload_digest": written.payload_digest}
    assert read_record(tmp_path, alone.place).header("WARC-Refers-To") == written.record_id
    assert read_record(tmp_path, written.place).metadata() == {}


def test_the_records_of_a_fetch_name_each_other(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        written = warc.write(exchange())
    info, request, response, metadata = records(tmp_path)
    assert request.header("WARC-Concurrent-To") == response.record_id == written.record_id
    assert response.header("WARC-Concurrent-To") == request.record_id
    assert metadata.header("WARC-Refers-To") == response.record_id
    assert {record.header("WARC-Warcinfo-ID") for record in (request, response, metadata)} == {info.record_id}
    assert info.header("WARC-Filename") == filenames.warc_files(tmp_path)[0].name


def test_a_file_has_its_final_name_only_when_it_is_whole_and_then_cannot_be_written(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    written = warc.write(exchange())
    warc.sync()
    assert filenames.open_files(tmp_path, "primorsk") == [tmp_path / (written.place.file + ".open")]
    assert read_record(tmp_path, written.place).capture().raw == RESPONSE
    warc.close()
    assert filenames.open_files(tmp_path) == []
    assert stat.S_IMODE((tmp_path / written.place.file).stat().st_mode) == 0o444
    assert read_record(tmp_path, written.place).capture().raw == RESPONSE


def test_a_run_with_nothing_to_keep_leaves_no_file(tmp_path: Path) -> None:
    writer(tmp_path).close()
    assert filenames.warc_files(tmp_path) == []


def test_files_are_rotated_by_size_between_fetches(tmp_path: Path) -> None:
    with writer(tmp_path, max_bytes=1) as warc:
        places = [warc.write(exchange()).place.file for _ in range(3)]
    assert places == [f"warc/primorsk-20220110095500-0000{n}.warc.gz" for n in range(3)]
    assert [record.kind for record in records(tmp_path)] == [
        "warcinfo",
        "request",
        "response",
        "metadata",
    ] * 3


def test_files_are_rotated_by_age(tmp_path: Path) -> None:
    clock = [STARTED]
    with writer(tmp_path, max_age=timedelta(hours=1), now=lambda: clock[0]) as warc:
        first = warc.write(exchange()).place.file
        clock[0] += timedelta(minutes=59)
        assert warc.write(exchange()).place.file == first
        clock[0] += timedelta(minutes=1)
        assert warc.write(exchange()).place.file != first


def test_two_runs_begun_in_one_second_write_two_files(tmp_path: Path) -> None:
    one, two = writer(tmp_path), writer(tmp_path)
    first, second = one.write(exchange()), two.write(exchange())
    one.close()
    third = writer(tmp_path).write(exchange())
    two.close()
    assert len({first.place.file, second.place.file, third.place.file}) == 3


def test_a_full_disk_leaves_whole_records_and_writing_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warc = writer(tmp_path)
    warc.write(exchange())
    pwrite = os.pwrite

    def full(fd: int, data: bytes, offset: int) -> int:
        if len(data) > 100:
            return pwrite(fd, data[:100], offset)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            warc.write(exchange())
    warc.write_event({"after": "room was made"})
    warc.close()
    assert [record.kind for record in records(tmp_path)] == [
        "warcinfo",
        "request",
        "response",
        "metadata",
        "metadata",
    ]


def test_a_disk_that_is_full_from_the_start_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    warc = writer(tmp_path)
    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            warc.write(exchange())
    assert filenames.warc_files(tmp_path) == []
    warc.write(exchange())
    warc.close()
    assert len(records(tmp_path)) == 4


def test_an_address_cannot_inject_a_header(tmp_path: Path) -> None:
    with writer(tmp_path) as warc, pytest.raises(ValueError, match="line end"):
        warc.write(Exchange("http://a/\r\nWARC-Type: x", SENT, REQUEST, RESPONSE))


def test_names_sort_by_time_then_source_then_serial(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    ordered = [
        "b-c-20220110095500-00000.warc.gz",
        "a-20220110095501-00001.warc.gz",
        "a-20220110095501-100000.warc.gz.open",
        "b-20220110095501-00000.warc.gz",
        "elsewhere.warc.gz",
    ]
    for name in [*reversed(ordered), "notes.txt", "a-20220110095501-00001.warc.gz.cdx"]:
        (tmp_path / "warc" / name).touch()
    assert [path.name for path in filenames.warc_files(tmp_path)] == ordered
    assert filenames.parse("b-c-20220110095500-00000.warc.gz") == filenames.WarcName(
        "b-c", "20220110095500", 0
    )
    assert filenames.parse("elsewhere.warc.gz") is None
