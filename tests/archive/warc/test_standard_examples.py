"""ISO 28500:2017, annex C: the standard's own examples are read correctly."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.warc.reader import read_records
from archive.warc.records import Record

HTTP = (
    "HTTP/1.1 200 OK\nDate: Tue, 19 Sep 2016 17:18:40 GMT\nServer: Apache/2.0.54 (Ubuntu)\n"
    'Last-Modified: Mon, 16 Jun 2013 22:28:51 GMT\nETag: "3e45-67e-2ed02ec0"\nAccept-Ranges: bytes\n'
    "Content-Length: 1662\nConnection: close\nContent-Type: image/jpeg\n\n[image/jpeg binary data here]"
)
EXAMPLES = {
    "warcinfo": (
        """WARC-Date: 2016-09-19T17:20:14Z
WARC-Record-ID: <urn:uuid:d7ae5c10-e6b3-4d27-967d-34780c58ba39>
Content-Type: application/warc-fields
""",
        """software: Heritrix 1.12.0 http://crawler.archive.org
hostname: crawling017.archive.org
ip: 207.241.227.234
isPartOf: testcrawl-20050708
description: testcrawl with WARC output
operator: IA_Admin
http-header-user-agent:
 Mozilla/5.0 (compatible; heritrix/1.4.0 +http://crawler.archive.org)
format: WARC file version 1.1
conformsTo:
 http://www.archive.org/documents/WarcFileFormat-1.1.html
""",
    ),
    "request": (
        """WARC-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Warcinfo-ID: <urn:uuid:d7ae5c10-e6b3-4d27-967d-34780c58ba39>
WARC-Date: 2016-09-19T17:20:24Z
WARC-Record-ID: <urn:uuid:4885803b-eebd-4b27-a090-144450c11594>
Content-Type: application/http;msgtype=request
WARC-Concurrent-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
""",
        """GET /images/logoc.jpg HTTP/1.0
User-Agent: Mozilla/5.0 (compatible; heritrix/1.10.0)
From: stack@example.org
Connection: close
Referer: http://www.archive.org/
Host: www.archive.org
Cookie: PHPSESSID=009d7bb11022f80605aa87e18224d824

""",
    ),
    "response": (
        """WARC-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Warcinfo-ID: <urn:uuid:d7ae5c10-e6b3-4d27-967d-34780c58ba39>
WARC-Date: 2016-09-19T17:20:24Z
WARC-Block-Digest: sha1:UZY6ND6CCHXETFVJD2MSS7ZENMWF7KQ2
WARC-Payload-Digest: sha1:CCHXETFVJD2MUZY6ND6SS7ZENMWF7KQ2
WARC-IP-Address: 207.241.233.58
WARC-Record-ID: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
Content-Type: application/http;msgtype=response
WARC-Identified-Payload-Type: image/jpeg
""",
        HTTP,
    ),
    "resource": (
        """WARC-Target-URI: file://var/www/htdoc/images/logoc.jpg
WARC-Date: 2016-09-30T16:40:32Z
WARC-Record-ID: <urn:uuid:23200706-de3e-3c61-a131-g65d7fd80cc1>
Content-Type: image/jpeg
WARC-Payload-Digest: sha1:DBXHDRBXLF4OMUZ5DN4JJ2KFUAOB6VK8
WARC-Block-Digest: sha1:DBXHDRBXLF4OMUZ5DN4JJ2KFUAOB6VK8
""",
        "[image/jpeg binary data here]",
    ),
    "metadata": (
        """WARC-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Date: 2016-09-19T17:20:24Z
WARC-Record-ID: <urn:uuid:16da6da0-bcdc-49c3-927e-57494593b943>
WARC-Concurrent-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
Content-Type: application/warc-fields
WARC-Block-Digest: sha1:VXT4AF5BBZVHDYKNC2CSM8TEAWDB6CH8
""",
        "via: http://www.archive.org/\nhopsFromSeed: E\nfetchTimeMs: 565\n",
    ),
    "revisit": (
        """WARC-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Date: 2017-06-23T12:43:35Z
WARC-Profile: http://netpreserve.org/warc/1.1/server-not-modified
WARC-Record-ID: <urn:uuid:16da6da0-bcdc-49c3-927e-57494593bbbb>
WARC-Refers-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
WARC-Refers-To-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Refers-To-Date: 2016-09-19T17:20:24Z
Content-Type: message/http
""",
        "HTTP/1.x 304 Not Modified\nDate: Tue, 06 Mar 2017 00:43:35 GMT\nServer: Apache/2.0.54 (Ubuntu)\n"
        'Connection: Keep-Alive\nKeep-Alive: timeout=15, max=100\nEtag: "3e45-67e-2ed02ec0"\n\n',
    ),
    "conversion": (
        """WARC-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Date: 2016-09-19T19:00:40Z
WARC-Record-ID: <urn:uuid:16da6da0-bcdc-49c3-927e-57494593dddd>
WARC-Refers-To: <urn:uuid:92283950-ef2f-4d72-b224-f54c6ec90bb0>
WARC-Block-Digest: sha1:XQMRY75YY42ZWC6JAT6KNXKD37F7MOEK
Content-Type: image/neoimg
""",
        "[image/neoimg binary data here]",
    ),
    "continuation": (
        """WARC-Target-URI: http://www.archive.org/images/logoc.jpg
WARC-Date: 2016-09-19T17:20:24Z
WARC-Block-Digest: sha1:T7HXETFVA92MSS7ZENMFZY6ND6WF7KB7
WARC-Record-ID: <urn:uuid:70653950-a77f-b212-e434-7a7c6ec909ef>
WARC-Segment-Origin-ID: <urn:uuid:39509228-ae2f-11b2-763a-aa4c6ec90bb0>
WARC-Segment-Number: 2
WARC-Segment-Total-Length: 1902
WARC-Identified-Payload-Type: image/jpeg
""",
        "[last 302 bytes of image/jpeg binary data here]",
    ),
}


def as_record(kind: str, version: str = "1.1") -> bytes:
    """Return an example with the prescribed line ends; the annex prints lengths of data it omits."""
    head, block = (part.replace("\n", "\r\n").encode() for part in EXAMPLES[kind])
    begin = f"WARC/{version}\r\nWARC-Type: {kind}\r\n".encode()
    return begin + head + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


@pytest.fixture
def records(tmp_path: Path) -> dict[str, Record]:
    path = tmp_path / "warc" / "annex-c.warc.gz"
    path.parent.mkdir()
    path.write_bytes(b"".join(gzip.compress(as_record(kind)) for kind in EXAMPLES))
    return {one.kind: one for one in read_records(path) if isinstance(one, Record)}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_example_is_read_as_printed(records: dict[str, Record], kind: str) -> None:
    head, block = EXAMPLES[kind]
    fields = [tuple(line.split(": ", 1)) for line in head.splitlines()]
    assert list(records[kind].headers[1:-1]) == fields
    assert records[kind].block == block.replace("\n", "\r\n").encode()
    assert records[kind].date.tzinfo is not None


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_every_release_of_the_format_is_read(tmp_path: Path, version: str) -> None:
    path = tmp_path / "one.warc.gz"
    path.write_bytes(gzip.compress(as_record("response", version)))
    (record,) = read_records(path)
    assert isinstance(record, Record)
    assert record.capture().status == 200


def test_only_what_an_address_answered_is_an_answer(records: dict[str, Record]) -> None:
    assert {kind for kind, record in records.items() if record.has_capture} == {"response", "revisit"}
    assert all(record.metadata() == {} for record in records.values())


def test_a_304_has_the_body_of_the_response_it_refers_to(records: dict[str, Record]) -> None:
    revisit, response = records["revisit"], records["response"]
    assert revisit.refers_to == response.record_id
    assert revisit.profile == "server-not-modified"
    capture = revisit.capture(response.capture())
    assert (capture.status, capture.raw) == (304, revisit.block)
    assert capture.fetched_at == datetime(2017, 6, 23, 12, 43, 35, tzinfo=UTC)
    assert capture.payload() == response.capture().payload() == b"[image/jpeg binary data here]"
    assert capture.effective.url == "http://www.archive.org/images/logoc.jpg"
