"""WARC files of other programs become searchable, and stay unchanged."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.core import Archive
from archive.index.db.connection import connect
from archive.jobs.pool import pool
from archive.paths import index_path
from archive.warc import filenames
from archive.warc.reader import read_records
from archive.warc.records import Record
from tests.conftest import Typed
from tests.test_end_to_end import DERIVED, rows_of

BRIDGE = "http://elsewhere.example/2022/01/10/most.html"
TEXT = (
    "Городской совет принял бюджет на следующий год, расходы на ремонт дорог вырастут почти вдвое.",
    "Депутаты спорили шесть часов, и только к вечеру удалось договориться о порядке выплат.",
    "Мэр сказал, что работы начнутся весной, как только позволит погода и будут проведены торги.",
)
PAGE = (
    "<html><head><title>Совет принял бюджет</title></head><body><article><h1>Совет принял бюджет</h1>"
    '<time datetime="2022-01-10T11:55:00+02:00">11:55 10 января 2022</time>'
    + "".join(f"<p>{one}</p>" for one in TEXT)
    + "</article></body></html>"
).encode()


def record(
    kind: str, url: str, block: bytes, *more: str, version: str = "1.0", number: int = 1, typed: str = ""
) -> bytes:
    typed = typed or f"application/http;msgtype={kind}"
    head = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2022-01-11T08:00:00Z",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>",
        f"Content-Type: {typed}",
        f"Content-Length: {len(block)}",
        *more,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(
    body: bytes = PAGE, line: str = "HTTP/1.1 200 OK", media_type: str = "text/html; charset=utf-8"
) -> bytes:
    return f"{line}\r\nContent-Type: {media_type}\r\n\r\n".encode() + body


INFO = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2022-01-11T08:00:00Z\r\nContent-Type: application/warc-fields\r\n"
    b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000099>\r\nContent-Length: 18\r\n\r\n"
    b"software: Heritrix\r\n\r\n"
)
SHA1 = "sha1:" + base64.b32encode(hashlib.sha1(PAGE).digest()).decode()
REVISIT = record(
    "revisit",
    BRIDGE,
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Again: yes\r\n\r\n",
    "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
    f"WARC-Payload-Digest: {SHA1}",
    number=2,
    typed="application/http;msgtype=response",
)
RESPONSE = record("response", BRIDGE, answer(), f"WARC-Payload-Digest: {SHA1}")
PIECES = [INFO, record("request", BRIDGE, b"GET / HTTP/1.1\r\n\r\n", number=3), RESPONSE, REVISIT]


def by_warcio() -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    made = writer.create_warc_record(BRIDGE, "response", payload=BytesIO(PAGE), http_headers=headers)
    writer.write_record(made)
    return out.getvalue()


FILES = {
    "record by record": b"".join(gzip.compress(piece) for piece in PIECES),
    "one member": gzip.compress(b"".join(PIECES)),
    "not compressed": b"".join(PIECES),
    "WARC/1.1 and HTTP/2": gzip.compress(
        record("response", f"<{BRIDGE}>", answer(line="HTTP/2 200"), version="1.1")
    ),
    "chunked, digest of the entity": gzip.compress(
        record(
            "response",
            BRIDGE,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
            + f"{len(PAGE):x}\r\n".encode()
            + PAGE
            + b"\r\n0\r\n\r\n",
            f"WARC-Payload-Digest: {SHA1}",
        )
    ),
    "made by warcio": by_warcio(),
}


@pytest.fixture
def given(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "elsewhere.warc.gz"
    path.write_bytes(FILES[request.param])
    return path


@pytest.mark.parametrize("given", FILES, indirect=True)
def test_the_articles_of_a_file_made_elsewhere_are_found_and_a_rebuild_finds_them_too(
    typed: Typed, folder: Path, given: Path, tmp_path: Path
) -> None:
    result = typed(folder, "import", given)
    assert result.exit_code == 0, result.output
    with Archive.open(folder) as archive:
        (found,) = archive.search("бюджет")
        assert (found.url, found.title) == (BRIDGE, "Совет принял бюджет")
        assert found.paragraphs == TEXT
        assert all(archive.capture(row.place).payload() == PAGE for row in archive.captures(BRIDGE))
        assert archive.verify().problems == []
    assert "Nothing was added." in typed(folder, "import", given).stdout
    before = rows_of(folder)
    for index in folder.glob("archive.db*"):
        index.unlink()
    with pool(1) as executor:
        assert Archive.rebuild(folder, {}, executor).damages == []
    after = rows_of(folder)
    assert [table for table in (*DERIVED, "imports") if after.get(table) != before.get(table)] == []


@pytest.mark.parametrize("name", ["record by record", "one member", "not compressed"])
def test_a_copy_holds_every_record_byte_for_byte(
    typed: Typed, folder: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.warc"
    path.write_bytes(FILES[name])
    (told,) = json.loads(typed(folder, "import", path, "--json").stdout)
    assert told["repacked"] == (name != "record by record")
    copy = (folder / told["file"]).read_bytes()
    assert gzip.decompress(copy) == b"".join(PIECES)
    assert all(isinstance(one, Record) for one in read_records(folder / told["file"]))


def test_a_revisit_finds_its_original_in_a_file_imported_before(
    typed: Typed, folder: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.warc", tmp_path / "second.warc"
    first.write_bytes(RESPONSE)
    again = REVISIT.replace(SHA1.encode(), b"sha1:OTHER").replace(
        b"WARC-Payload", b"WARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nWARC-Payload"
    )
    second.write_bytes(again.replace(b"2022-01-11", b"2022-01-12"))
    for path in (first, second):
        assert typed(folder, "import", path).exit_code == 0
    before = rows_of(folder)
    with Archive.open(folder) as archive:
        one, other = archive.captures(BRIDGE)
        assert archive.capture(other.place).raw == archive.capture(one.place).raw.replace(
            b"\r\n\r\n", b"\r\nX-Again: yes\r\n\r\n", 1
        )
        (found,) = archive.search()
        assert (found.versions, found.last_seen) == (1, other.fetched_at)
        assert archive.verify().problems == []
    with pool(1) as executor:
        assert Archive.rebuild(folder, {}, executor).damages == []
    after = rows_of(folder)
    assert [table for table in DERIVED if after[table] != before[table]] == []


def test_the_source_that_is_named_gets_the_pages(typed: Typed, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(FILES["not compressed"])
    assert "No source named 'primorsk'" in typed(folder, "import", path, "--source", "primorsk").stderr
    (folder / "sources" / "primorsk.toml").write_text(
        'title = "Новости Приморска"\ntimezone = "Europe/Kyiv"\n[[sections]]\nurl = "https://news.example/world/"\n'
    )
    assert typed(folder, "import", path, "--source", "primorsk").exit_code == 0
    with Archive.open(folder) as archive:
        assert [article.url for article in archive.search(source="primorsk")] == [BRIDGE]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"<html>", "is not a WARC file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not a WARC file"),
        (b"filedesc://x.arc and no more\n", "is not a WARC file"),
        (gzip.compress(b"not one"), "is not a WARC file"),
        (b"\x1f\x8bnot gzip", "is not a WARC file"),
    ],
)
def test_a_file_that_is_no_warc_file_is_rejected_with_a_sentence(
    typed: Typed, folder: Path, tmp_path: Path, content: bytes, says: str
) -> None:
    path, sound = tmp_path / "given", tmp_path / "sound.warc"
    path.write_bytes(content)
    sound.write_bytes(FILES["not compressed"])
    result = typed(folder, "import", sound, path)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert says in result.stderr
    assert filenames.warc_files(folder) == [], "one that is none stops the others"


def test_a_damaged_file_gives_what_can_be_read_of_it(typed: Typed, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "torn.warc"
    without = RESPONSE.replace(b"Content-Length", b"X-Length").replace(b"000000000001", b"000000000009")
    path.write_bytes(INFO + without + RESPONSE + REVISIT[:-40])
    result = typed(folder, "import", path)
    assert result.exit_code == 1
    assert result.stdout.count("could not be read") == 2
    with Archive.open(folder) as archive:
        assert [row.status for row in archive.captures(BRIDGE)] == [200]


def test_an_import_that_was_killed_is_finished_by_the_next(
    typed: Typed, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(FILES["not compressed"])
    typed(folder, "import", path)
    for index in folder.glob("archive.db*"):
        index.unlink()
    connect(index_path(folder), create=True).close()  # the files are durable, and there are no rows
    stray = folder / "warc" / "import-20200101000000-00000-copy.warc.gz"
    shutil.copy(path, stray)  # copied, and killed before it said where it came from
    assert "Nothing was added." in typed(folder, "import", path).stdout
    with Archive.open(folder) as archive:
        assert [article.url for article in archive.search("бюджет")] == [BRIDGE]
    assert not stray.exists()
