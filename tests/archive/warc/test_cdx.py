"""CDXJ lines are those of cdxj-indexer: expected keys and lines were made with cdxj-indexer 1.5 and surt 0.3."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.warc import reader
from archive.warc.cdx import lines as cdx_lines
from archive.warc.cdx.lines import cdxj_lines, sorted_lines
from archive.warc.cdx.surt import surt_key
from archive.warc.writer import compress_record
from tests.newsarchive.test_import import record

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\nok"
PROFILE = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/"
KEYS = {
    "http://www.Example.com/": "com,example)/",
    "https://news.example:443/A/b/?z=1&a=2#x": "example,news)/a/b?a=2&z=1",
    "http://example.com:8080/x//y/../z/./w/": "com,example:8080)/x/z/w",
    "http://user:pw@example.com/a%20b?q=%D0%BF": "com,example)/a%20b?q=%d0%bf",
    "http://пример.рф/Путь/?Я=1": "xn--p1ai,xn--e1afmkfd)/%d0%9f%d1%83%d1%82%d1%8c?%d0%af=1",
    "http://1.2.3.4/": "4,3,2,1)/",
    "http://3232235777/": "1,1,168,192)/",
    "http://[::1]:80/a": "::1)/a",
    "urn:thumbnail:http://x.example/A/": "urn:thumbnail:http://x.example/a",
    "dns:www.example.com": "dns:www.example.com",
    "example.com/x?": "com,example)/x",
    "http://www2.foo.com/a?jsessionid=0123456789abcdef0123456789abcdef&b=1": "com,foo)/a?b=1",
    "http://example.com/(S(abcdefghijklmnopqrstuvwx))/p.aspx?a": "com,example)/p.aspx?a",
    "http://x.example/%25%2541?%2561": "example,x)/%25a?a",
    "http://x.example/../a": "example,x)/../a",
    "http://x.example/a b": "example,x)/a%20b",
    "http://example.com:abc/ x": "http://example.com:abc/%20x",
}


@pytest.mark.parametrize(("url", "key"), KEYS.items())
def test_an_address_has_the_key_that_replay_tools_look_it_up_by(url: str, key: str) -> None:
    assert surt_key(url) == key


def request(method: str, media_type: str | None, body: bytes) -> bytes:
    stated = f"Content-Type: {media_type}\r\n" if media_type else ""
    return f"{method} / HTTP/1.1\r\n{stated}Content-Length: {len(body)}\r\n\r\n".encode() + body


MULTIPART = (
    b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\none two\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n\r\n\x00\xff\r\n--XX--\r\n'
)
BODIES = [
    ("POST", "application/x-www-form-urlencoded", b"a=b%20c&D=%D0%BF", "&a=b%20c&d=%d0%bf", "a=b c&D=п"),
    ("POST", "application/x-www-form-urlencoded", b"\xff\xfe", "&__wb_post_data=//4=", "__wb_post_data=//4="),
    (
        "POST",
        "application/json",
        b'{"a": 1, "b": [{"a": "x"}, {"a": true}], "c": null}',
        "&a=1&a.2_=x&a.3_=true&c=none",
        "a=1&a.2_=x&a.3_=True&c=None",
    ),
    ("POST", "application/json", b"not json", "", ""),
    ("POST", "text/plain", b"hello", "&__wb_post_data=agvsbg8=", "__wb_post_data=aGVsbG8="),
    ("POST", "text/plain", b'{"x": "y"}\n{"x": "z"}', "&x=y&x.2_=z", "x=y&x.2_=z"),
    ("PUT", "application/octet-stream", b"\x00\x01\x02", "&__wb_post_data=aaec", "__wb_post_data=AAEC"),
    ("POST", "multipart/form-data; boundary=XX", MULTIPART, "&a=one+two&f=%00%ff", "a=one+two&f=%00%FF"),
]


def lines_of(tmp_path: Path, *records: bytes) -> list[tuple[str, str, dict[str, str]]]:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(map(compress_record, records)))
    found = []
    for line in cdxj_lines(reader.read_records(path), path.name):
        key, stamp, fields = line.split(" ", 2)
        found.append((key, stamp, json.loads(fields)))
    return found


def exchange(method: str, media_type: str | None, body: bytes, *, reverse: bool = False) -> list[bytes]:
    url = "http://x.example/p"
    first = record("request", url, request(method, media_type, body), number=1)
    concurrent = "WARC-Concurrent-To: <urn:uuid:00000000-0000-0000-0000-000000000001>"
    second = record("response", url, ANSWER, concurrent, number=2)
    return [second, first] if reverse else [first, second]


@pytest.mark.parametrize("reverse", [False, True], ids=["request first", "response first"])
@pytest.mark.parametrize(("method", "media_type", "body", "in_key", "query"), BODIES)
def test_the_body_of_a_post_is_in_the_key(
    tmp_path: Path, method: str, media_type: str, body: bytes, in_key: str, query: str, reverse: bool
) -> None:
    ((key, _, fields),) = lines_of(tmp_path, *exchange(method, media_type, body, reverse=reverse))
    assert key == f"example,x)/p?__wb_method={method.lower()}{in_key}"
    assert list(fields)[-2:] == ["requestBody", "method"]
    assert (fields["requestBody"], fields["method"]) == (query, method)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_responses_without_content_are_left_out(tmp_path: Path, method: str) -> None:
    assert lines_of(tmp_path, *exchange(method, None, b"")) == []


def test_a_line_says_where_the_record_is_and_what_it_holds(tmp_path: Path) -> None:
    digest = "WARC-Payload-Digest: sha1:AAAA"
    head = ANSWER.removesuffix(b"ok")
    found = lines_of(
        tmp_path,
        record("response", "http://x.example/a", ANSWER, digest),
        record("revisit", "http://x.example/b", head, PROFILE + "identical-payload-digest", digest),
        record("revisit", "http://x.example/c", head, PROFILE + "server-not-modified", digest),
        record("resource", "http://x.example/d", b"plain", typed="text/plain"),
        record("metadata", "http://x.example/e", b"a: b", typed="application/warc-fields"),
        record("warcinfo", "", b"", typed="application/warc-fields"),
    )
    assert [(key, fields.get("mime"), fields.get("status")) for key, _, fields in found] == [
        ("example,x)/a", "text/html", "200"),
        ("example,x)/b", "warc/revisit", "200"),
        ("example,x)/d", "text/plain", None),
    ]
    assert {stamp for _, stamp, _ in found} == {"20220111080000"}
    assert list(found[0][2]) == ["url", "mime", "status", "digest", "length", "offset", "filename"]
    assert found[0][2]["offset"] == "0"
    assert found[1][2]["offset"] == found[0][2]["length"]
    assert found[2][2]["digest"] == "sha1:NDCG5BGXNUXH42DOKFML6WMJBGV5JZC3"  # computed: none is stated


def test_lines_are_sorted_without_holding_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdx_lines, "MAX_SORTED_BYTES", 20)
    given = ["b 1 {}", "a 2 {}", "a)/ 1 {}", "a 1 {}", "b 1 {}", "a,b 1 {}"]
    assert list(sorted_lines(given, tmp_path)) == sorted(set(given))
    assert list(tmp_path.iterdir()) == []
