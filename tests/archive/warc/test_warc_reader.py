"""Damage is told apart from records, reported with file and offset, and hides nothing that follows it."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import DamagedRecord
from archive.http.capture import Place
from archive.warc.reader import read_record, read_records
from archive.warc.records import Damage, Exchange, Record, WrittenExchange
from archive.warc.validation import check_digests
from archive.warc.writer import WarcWriter

SENT = datetime(2022, 1, 10, 9, 55, 3, tzinfo=UTC)


@pytest.fixture
def written(tmp_path: Path) -> list[WrittenExchange]:
    with WarcWriter(tmp_path, "primorsk", SENT, {}) as warc:
        return [
            warc.write(
                Exchange(
                    f"http://news.example/{n}",
                    SENT,
                    b"GET / HTTP/1.1\r\n\r\n",
                    b"HTTP/1.1 200 OK\r\n\r\n%d" % n,
                )
            )
            for n in range(4)
        ]


@pytest.fixture
def path(tmp_path: Path, written: list[WrittenExchange]) -> Path:
    found = tmp_path / written[0].place.file
    found.chmod(0o644)
    return found


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def test_a_place_gives_its_record(tmp_path: Path, written: list[WrittenExchange]) -> None:
    for n, one in enumerate(written):
        record = read_record(tmp_path, one.place)
        assert (record.kind, record.record_id, record.place) == ("response", one.record_id, one.place)
        assert record.capture().body == b"%d" % n


def test_places_follow_one_another_without_a_gap(path: Path) -> None:
    at = 0
    for record in read_records(path):
        assert record.place.offset == at
        at += record.place.length
    assert at == path.stat().st_size


def test_damage_is_reported_and_the_records_after_it_are_read(
    tmp_path: Path, path: Path, written: list[WrittenExchange]
) -> None:
    hurt = written[1].place
    flip(path, hurt.offset + hurt.length // 2)
    found = list(read_records(path))
    assert [one for one in found if isinstance(one, Damage)] == [Damage(hurt, found[5].reason)]  # type: ignore[union-attr]
    assert len(found) == 13
    with pytest.raises(DamagedRecord, match=rf"primorsk-.*\.warc\.gz at byte {hurt.offset}: "):
        read_record(tmp_path, hurt)
    assert read_record(tmp_path, written[2].place).capture().body == b"2"


def test_a_flip_of_any_byte_of_a_block_is_found(
    tmp_path: Path, path: Path, written: list[WrittenExchange]
) -> None:
    place = written[0].place
    sound = path.read_bytes()
    chance = random.Random(1)
    for at in chance.sample(range(place.offset + 10, place.offset + place.length), 60):
        path.write_bytes(sound)
        flip(path, at)
        with pytest.raises(DamagedRecord):
            read_record(tmp_path, place)


def test_a_cut_file_gives_its_whole_records_and_then_the_damage(
    path: Path, written: list[WrittenExchange]
) -> None:
    cut = written[3].place.offset + 20
    path.write_bytes(path.read_bytes()[:cut])
    *whole, last = read_records(path)
    assert all(isinstance(record, Record) for record in whole)
    assert last == Damage(dataclasses.replace(written[3].place, length=20), "the file ends within the record")


def test_reading_can_begin_at_a_record(path: Path, written: list[WrittenExchange]) -> None:
    kinds = [
        record.kind for record in read_records(path, written[3].place.offset) if isinstance(record, Record)
    ]
    assert kinds == ["response", "metadata"]


@pytest.mark.parametrize("shift", [-1, 1, 10**6])
def test_a_place_where_no_record_begins_is_reported_as_damaged(
    tmp_path: Path, written: list[WrittenExchange], shift: int
) -> None:
    place = dataclasses.replace(written[1].place, offset=written[1].place.offset + shift)
    with pytest.raises(DamagedRecord, match=f"at byte {place.offset}"):
        read_record(tmp_path, place)


def test_a_missing_file_is_reported_as_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedRecord, match="cannot be read"):
        read_record(tmp_path, Place("warc/none.warc.gz", 0, 1))


def test_a_record_of_another_length_is_not_taken_for_the_one_meant(
    tmp_path: Path, written: list[WrittenExchange]
) -> None:
    with pytest.raises(DamagedRecord, match="bytes long"):
        read_record(tmp_path, dataclasses.replace(written[1].place, length=1))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a record",
        b"WARC/1.1\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 9\r\n\r\nshort\r\n\r\n",
    ],
)
def test_a_sound_gzip_member_that_is_no_record_is_damage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "warc" / "x.warc.gz"
    path.parent.mkdir()
    path.write_bytes(gzip.compress(content))
    (damage,) = read_records(path)
    assert damage == Damage(Place("warc/x.warc.gz", 0, path.stat().st_size), damage.reason)  # type: ignore[union-attr]


def test_a_block_that_does_not_match_its_digest_is_reported(
    tmp_path: Path, written: list[WrittenExchange]
) -> None:
    record = read_record(tmp_path, written[0].place)
    assert check_digests(record) == []
    forged = dataclasses.replace(record, block=record.block.replace(b"200 OK", b"404 NO"))
    (problem,) = check_digests(forged)
    assert problem.startswith("The block digest is sha256:")
    assert len(check_digests(dataclasses.replace(record, block=record.block + b"!"))) == 2


SHA1 = hashlib.sha1(b"hello").digest()


@pytest.mark.parametrize(
    "digest",
    [
        "sha1:" + base64.b32encode(SHA1).decode(),
        "sha1:" + base64.b32encode(SHA1).decode().lower(),
        "SHA-1:" + SHA1.hex().upper(),
        "md5:" + hashlib.md5(b"hello").hexdigest(),
        "sha512:" + hashlib.sha512(b"hello").hexdigest(),
    ],
)
def test_digests_are_compared_in_every_spelling_in_use(digest: str) -> None:
    headers = (("WARC-Record-ID", "<urn:uuid:1>"), ("WARC-Block-Digest", digest))
    record = Record("resource", headers, b"hello", Place("warc/x.warc.gz", 0, 1))
    assert check_digests(record) == []
    assert len(check_digests(dataclasses.replace(record, block=b"hullo"))) == 1
