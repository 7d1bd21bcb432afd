"""How a response itself shows that it is not the whole page."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import brotli
import pytest

from archive.http.capture import Capture, Truncation
from archive.http.content_coding import zstd
from archive.http.message import Head, is_full_range, read_head

PAGE = (
    b"<html><body>" + b"".join(b"<p>%d and more</p>" % number for number in range(9000)) + b"</body></html>"
)
CODED = {
    "gzip": gzip.compress(PAGE, mtime=0),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE, quality=1),
    "zstd": zstd.compress(PAGE),
}


def shortfall(head: str, body: bytes, status: str = "200 OK") -> Truncation | None:
    raw = f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode() + body
    return Capture("http://news.example/a/1", datetime(2022, 1, 10, tzinfo=UTC), raw).truncation


@pytest.mark.parametrize("coding", CODED)
def test_a_stream_that_ends_is_whole_and_one_cut_anywhere_is_not(coding: str) -> None:
    data, head = CODED[coding], f"Content-Encoding: {coding}"
    assert shortfall(head, data) is None
    for end in (5, 40, len(data) // 3, len(data) - 1):
        assert shortfall(head, data[:end]) == "encoding", end


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: gzip", PAGE),  # a program undid the coding, or the server never applied it
        ("Content-Encoding: br", PAGE),
        ("Content-Encoding: deflate", zlib.compress(PAGE)[2:-4]),  # without its wrapping
        ("Content-Encoding: gzip", gzip.compress(PAGE) + b"\0" * 512),  # padded
        ("Content-Encoding: gzip", gzip.compress(PAGE[:900]) + gzip.compress(PAGE[900:])),
        ("Content-Encoding: gzip", b""),
        ("Content-Length: 12", PAGE),  # more than announced
        ("Content-Length: 12\r\nContent-Length: 999999999", PAGE),
        (f"Content-Length: {len(PAGE)}", PAGE),
        ("Transfer-Encoding: chunked", b"5\r\nhello\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", PAGE),  # a program undid the chunks
        ("Content-Range: bytes 0-99/100", b"x" * 100),
        ("Content-Range: bytes 0-9/100", b"x" * 100),  # all of it came
        ("Content-Range: anything", PAGE),
        ("X: y", PAGE),
    ],
)
def test_what_shows_nothing_missing_is_whole(head: str, body: bytes) -> None:
    assert shortfall(head, body) is None


@pytest.mark.parametrize(
    ("head", "body", "why"),
    [
        (f"Content-Length: {len(PAGE)}", PAGE[:-1], "disconnect"),
        ("Transfer-Encoding: chunked", b"5\r\nhello\r\n", "disconnect"),
        ("Transfer-Encoding: chunked", b"5\r\nhel", "disconnect"),
        ("Transfer-Encoding: chunked", b"5\r\nhello\r\nzz", "disconnect"),
        ("Content-Range: bytes 0-9/100", b"x" * 10, "range"),
        ("Content-Range: bytes 90-99/100", b"x" * 10, "range"),
        ("Content-Encoding: gzip", CODED["gzip"][:-8] + b"\0" * 8, "encoding"),  # another checksum
        ("Content-Encoding: gzip", gzip.compress(PAGE) + gzip.compress(PAGE)[:-9], "encoding"),
        ("Content-Encoding: gzip", b"\x1f\x8b" + b"\x01" * 600, "encoding"),
    ],
)
def test_a_missing_part_is_reported(head: str, body: bytes, why: str) -> None:
    assert shortfall(head, body) == why


@pytest.mark.parametrize(
    ("status", "stated", "is_all"),
    [
        (206, "bytes 0-99/100", True),
        (206, "bytes 0-98/100", False),
        (206, "bytes 1-99/100", False),
        (206, "bytes 0-99/*", False),
        (206, None, False),
        (200, "bytes 0-99/*", True),
        (200, None, True),
        (404, "bytes 0-9/100", True),
        (416, "bytes */100", True),
    ],
)
def test_only_a_range_of_everything_is_everything(status: int, stated: str | None, is_all: bool) -> None:
    line = f"Content-Range: {stated}\r\n" if stated else ""
    head: Head = read_head(f"HTTP/1.1 {status} X\r\n{line}\r\n".encode())
    assert is_full_range(head, 10) == is_all


@pytest.mark.parametrize("status", ["304 Not Modified", "204 No Content"])
def test_an_answer_that_has_no_body_misses_none(status: str) -> None:
    assert shortfall("Content-Length: 5000\r\nContent-Encoding: gzip", b"", status) is None
