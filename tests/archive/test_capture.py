"""A response is parsed as leniently as by browsers, within limits, and never changed."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import sys
import zlib
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.http.capture import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

OK = b"HTTP/1.1 200 OK\r\n"
TEXT = "Вечером в Приморске открыли мост. ".encode() * 40


def capture(raw: bytes, url: str = "https://news.example/a/b") -> Capture:
    return Capture(url, datetime(2022, 1, 10, 9, 55, tzinfo=UTC), raw)


def coded(body: bytes, *names: str) -> Capture:
    return capture(
        OK + b"".join(b"Content-Encoding: %s\r\n" % name.encode() for name in names) + b"\r\n" + body
    )


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", 200, "OK"),
        (b"HTTP/1.1 200", 200, ""),
        (b"HTTP/1.0 404  Not  Here ", 404, "Not  Here"),
        ("HTTP/1.1 404 Не найдено".encode(), 404, "Не найдено"),
        (b"HTTP/1.1 404 \xcd\xe5\xf2", 404, "Íåò"),
        (b"HTTP/2 301", 301, ""),
        (b"http/1.1 200 ok", 200, "ok"),
        (b"HTTP/1.1 2000 no", 0, ""),
        (b"SSH-2.0-OpenSSH", 0, ""),
        (b"<html>", 0, ""),
    ],
)
def test_a_status_line_is_read_whatever_its_reason(line: bytes, status: int, reason: str) -> None:
    found = capture(line + b"\r\nA: b\r\n\r\nbody")
    assert (found.status, found.reason) == (status, reason)


def test_headers_keep_order_case_and_repeats() -> None:
    found = capture(OK + b"B: 1\r\na:2\r\nB:  3  \r\nSet-Cookie: x\r\nset-cookie: y\r\n\r\n")
    assert found.headers == (("B", "1"), ("a", "2"), ("B", "3"), ("Set-Cookie", "x"), ("set-cookie", "y"))
    assert found.header("b") == "1"
    assert found.header("SET-COOKIE") == "x"
    assert found.header("C") is None


def test_folded_lines_are_joined_and_lines_without_a_colon_skipped() -> None:
    found = capture(
        OK + b" stray\r\nX: one\r\n two\r\n\tthree\r\nno colon\r\n folded under it\r\nY: z\r\n\r\nbody"
    )
    assert found.headers == (("X", "one two three"), ("Y", "z"))
    assert found.body == b"body"


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_both_line_ends_are_understood(end: bytes) -> None:
    found = capture(end.join([b"HTTP/1.1 200 OK", b"A: b", b"Content-Length: 4", b"", b"body and more"]))
    assert (found.header("A"), found.body) == ("b", b"body")


def test_bytes_that_are_no_http_are_all_body() -> None:
    found = capture(b"<html>\r\n\r\n</html>")
    assert (found.status, found.headers, found.body) == (0, (), b"<html>\r\n\r\n</html>")


def test_a_truncated_head_has_the_headers_received() -> None:
    found = capture(OK + b"A: b\r\nContent-Le")
    assert (found.status, found.headers, found.body) == (200, (("A", "b"),), b"")


@pytest.mark.parametrize(
    ("stated", "media_type", "charset"),
    [
        (b"Text/HTML; Charset=Windows-1251", "text/html", "Windows-1251"),
        (b'text/html;charset="koi8-u"', "text/html", "koi8-u"),
        (b"text/html", "text/html", None),
        (b"", None, None),
    ],
)
def test_media_type_and_charset_are_read_from_content_type(
    stated: bytes, media_type: str | None, charset: str | None
) -> None:
    found = capture(OK + b"Content-Type: " + stated + b"\r\n\r\n")
    assert (found.media_type, found.charset) == (media_type, charset)


def test_chunks_are_joined_and_extensions_and_trailers_left_out() -> None:
    framed = b'5;a=b\r\nhello\r\n 06 ; q="x y"\r\n world\r\n0;end\r\nX-Trailer: t\r\n\r\n'
    assert capture(OK + b"Transfer-Encoding: Chunked\r\n\r\n" + framed).body == b"hello world"


@pytest.mark.parametrize(
    ("framed", "body"),
    [
        (b"5\r\nhello\r\n6\r\n wor", b"hello wor"),
        (b"5\r\nhello\r\n", b"hello"),
        (b"5\r\nhello\r\nzz\r\n world\r\n", b"hello"),
        (b"5\r\nhelloooo\r\n", b"hello"),
        (b"<html>never was chunked</html>", b"<html>never was chunked</html>"),
        (b"", b""),
    ],
)
def test_chunks_before_broken_ones_are_decoded(framed: bytes, body: bytes) -> None:
    assert capture(OK + b"Transfer-Encoding: chunked\r\n\r\n" + framed).body == body


def test_statuses_without_a_body_have_none() -> None:
    assert capture(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nstray").body == b""


def test_a_length_stated_twice_and_differently_binds_nobody() -> None:
    assert capture(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nbody").body == b"body"


@pytest.mark.parametrize(
    ("names", "body"),
    [
        (("gzip",), gzip.compress(TEXT)),
        (("X-GZIP",), gzip.compress(TEXT)),
        (("gzip",), gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        (("gzip",), gzip.compress(TEXT) + b"\0\0 padding"),
        (("deflate",), zlib.compress(TEXT)),
        (("deflate",), raw_deflate(TEXT)),
        (("deflate",), gzip.compress(TEXT)),
        (("br",), brotli.compress(TEXT)),
        (("zstd",), zstd.compress(TEXT)),
        (("br, gzip",), gzip.compress(brotli.compress(TEXT))),
        (("deflate", "gzip"), gzip.compress(zlib.compress(TEXT))),
        (("identity",), TEXT),
        (("utf-8",), TEXT),
        (("gzip",), TEXT),
        (("br",), TEXT),
        (("zstd",), TEXT),
    ],
)
def test_the_payload_is_the_body_with_its_coding_undone(names: tuple[str, ...], body: bytes) -> None:
    found = coded(body, *names)
    assert found.payload() == TEXT
    assert found.body == body
    assert found.payload_digest() == "sha256:" + hashlib.sha256(TEXT).hexdigest()


def test_a_chunked_and_compressed_body_is_undone_in_turn() -> None:
    zipped = gzip.compress(TEXT)
    head = OK + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    assert capture(head + chunked(zipped[:50], zipped[50:])).payload() == TEXT


@pytest.mark.parametrize(
    "compress", [gzip.compress, zlib.compress, raw_deflate, brotli.compress, zstd.compress]
)
def test_of_a_cut_body_what_can_be_decoded_is_had(compress: object) -> None:
    assert callable(compress)
    noise = b"".join(hashlib.sha256(b"%d" % n).hexdigest().encode() for n in range(4000))
    name = {brotli.compress: "br", zstd.compress: "zstd", gzip.compress: "gzip"}.get(compress, "deflate")
    zipped = compress(noise)
    had = coded(zipped[: len(zipped) * 3 // 4], name).payload()
    assert noise.startswith(had)
    assert len(had) > len(noise) // 4


def test_a_wrong_checksum_at_the_end_costs_nothing() -> None:
    zipped = gzip.compress(TEXT)
    assert coded(zipped[:-8] + b"\0" * 8, "gzip").payload() == TEXT


@pytest.mark.parametrize(
    ("name", "bomb"),
    [
        ("gzip", gzip.compress(b"\0" * 30_000_000, 6)),
        ("deflate", zlib.compress(b"\0" * 30_000_000)),
        ("br", brotli.compress(b"\0" * 30_000_000, quality=3)),
        ("zstd", zstd.compress(b"\0" * 30_000_000)),
        ("gzip, gzip", gzip.compress(gzip.compress(b"\0" * 30_000_000, 6))),
    ],
)
def test_a_bomb_gives_no_more_than_the_limit(name: str, bomb: bytes) -> None:
    assert coded(bomb, name).payload(100_000) == b"\0" * 100_000


def test_what_was_decoded_whole_serves_every_limit() -> None:
    found = coded(gzip.compress(TEXT), "gzip")
    whole = found.payload()
    assert found.payload(len(TEXT)) is whole
    assert found.payload(100) == TEXT[:100]


def test_gzip_members_without_end_are_bounded() -> None:
    assert len(coded(gzip.compress(b"x") * 200_000, "gzip").payload()) == 1000


@pytest.mark.parametrize(
    ("status", "location", "target"),
    [
        (301, b"/c", "https://news.example/c"),
        (302, b"c?d=1#e", "https://news.example/a/c?d=1#e"),
        (307, b"//other.example/x", "https://other.example/x"),
        (
            308,
            "/мост и мол".encode(),
            "https://news.example/%D0%BC%D0%BE%D1%81%D1%82%20%D0%B8%20%D0%BC%D0%BE%D0%BB",
        ),
        (303, b"/%D1%82?q=\xf2", "https://news.example/%D1%82?q=%F2"),
        (302, b"file:///etc/passwd", "file:///etc/passwd"),
        (302, b"http://[::1", None),
        (302, b"", None),
        (304, b"/c", None),
        (200, b"/c", None),
    ],
)
def test_a_redirect_says_where_to(status: int, location: bytes, target: str | None) -> None:
    found = capture(b"HTTP/1.1 %d X\r\nLocation: %s\r\n\r\n" % (status, location))
    assert found.redirects_to == target


def test_a_capture_travels_to_another_process_as_what_was_received() -> None:
    found = coded(gzip.compress(TEXT), "gzip")
    assert found.body
    sent = pickle.dumps(found)
    assert pickle.loads(sent) == found
    assert len(sent) < len(found.raw) + 300
    assert hash(found) == hash(pickle.loads(sent))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", OK, OK + b"Transfer-Encoding: chunked\r\nContent-Encoding: "]),
)
def test_no_bytes_make_reading_fail(rest: bytes, head: bytes) -> None:
    found = capture(head + rest)
    assert isinstance(found.payload(1000), bytes)
    assert found.redirects_to is None or isinstance(found.redirects_to, str)
    assert isinstance((found.headers, found.media_type, found.charset), tuple)
