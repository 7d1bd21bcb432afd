"""WARC records contain what went over the socket, byte for byte."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import io
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.hostile import certificate
from tests.served import Served

ROOT = Path(__file__).parents[2]
OK = b"HTTP/1.1 200 OK\r\n"
LIMIT = 20_000  # the DOWNLOAD_MAXSIZE of these crawls
ZIPPED = gzip.compress("Путин".encode() * 50, mtime=0)

PIECE = 37  # odd and small, so that every head and chunk is split somewhere


@dataclass(frozen=True)
class Answer:
    """The response of one path."""

    sent: bytes
    then: Literal["keep", "close", "reset", "stall"] = "keep"
    needs_new_connection: bool = False  # close a reused connection instead of responding
    piece: int = PIECE


@dataclass
class Transfer:
    """What went over the socket for one request."""

    received: bytes = b""
    sent: bytes = b""
    port: int = 0  # of the client: one port, one connection


@dataclass
class WireServer(Served):
    """A server that sends given bytes and logs what went over the socket."""

    answers: dict[str, Answer]
    context: ssl.SSLContext | None = None
    transfers: dict[str, list[Transfer]] = field(default_factory=dict)
    connections: int = 0
    port: int = 0

    async def listen(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self.context)
        self.port = server.sockets[0].getsockname()[1]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        port = writer.get_extra_info("peername")[1]
        used = False
        try:
            while head := await _head(reader):
                transfer = Transfer(received=head, port=port)
                path = head.split(b" ")[1].decode()
                self.transfers.setdefault(path, []).append(transfer)
                answer = self.answers[path]
                if answer.needs_new_connection and used:
                    break
                used = True
                for at in range(0, len(answer.sent), answer.piece):
                    piece = answer.sent[at : at + answer.piece]
                    writer.write(piece)
                    await writer.drain()
                    transfer.sent += piece
                if answer.then == "stall":
                    await reader.read()
                if answer.then == "reset":
                    raw: socket.socket = writer.get_extra_info("socket")
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if answer.then != "keep":
                    break
            writer.close()
        except (ConnectionError, ssl.SSLError):
            pass


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    return head + await reader.readexactly(length)


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


WHOLE = {
    "/plain": Answer(OK + b"Content-Length: 5\r\n\r\nplain"),
    "/no-reason": Answer(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"),
    "/strange-reason": Answer(b"HTTP/1.1 299 Everything:  is\tfine (really)\r\nContent-Length: 2\r\n\r\nok"),
    "/cyrillic-reason": Answer("HTTP/1.1 404 Не найдено\r\nContent-Length: 2\r\n\r\nno".encode("cp1251")),
    "/mixed-case": Answer(
        OK + b"cOnTeNT-lENGTH: 2\r\nX-Crazy-CASE: a\r\nx-crazy-case:b\r\nX-CRAZY-CASE:  c  \r\n\r\nok"
    ),
    "/two-cookies": Answer(
        OK + b"Set-Cookie: a=1; Path=/\r\nB: x\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok"
    ),
    "/gzip": Answer(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(ZIPPED) + ZIPPED),
    "/chunked": Answer(
        OK
        + b"Transfer-Encoding: chunked\r\nTrailer: X-After\r\n\r\n"
        + chunk(b"one ", b";name=value")
        + chunk(b"two " * 30, b'; q="a b"')
        + b"0;last\r\nX-After: yes\r\nX-More: too\r\n\r\n"
    ),
    "/gzip-chunked": Answer(
        OK
        + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
        + chunk(ZIPPED[:40])
        + chunk(ZIPPED[40:])
        + b"0\r\n\r\n"
    ),
    "/http10": Answer(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nuntil the end", then="close"),
    "/folded": Answer(OK + b"X-Folded: one\r\n two\r\n\tthree\r\nContent-Length: 2\r\n\r\nok"),
    "/colonless": Answer(OK + b"this line has no colon\r\nContent-Length: 2\r\n\r\nok"),
    "/bytes-in-header": Answer(
        OK + b"X-Title: \xcf\xf0\xe8\xe2\xe5\xf2 \xd1\x82\r\nContent-Length: 2\r\n\r\nok"
    ),
    "/query?a=1&b=%D1%82&a=2": Answer(OK + b"Content-Length: 2\r\n\r\nok"),
    "/not-modified": Answer(b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 99\r\n\r\n'),
    "/no-content": Answer(b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"),
    "/redirect": Answer(b"HTTP/1.1 301 Moved Permanently\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n"),
    "/line-feeds": Answer(b"HTTP/1.1 200 OK\nContent-Length: 2\nX: y\n\nok"),
    "/no-space": Answer(OK + b"Content-Length:2\r\nX:\r\n:no name\r\nP3P :a\r\nTwo Words: b\r\n\r\nok"),
    "/long-header": Answer(
        OK + b"X-Policy: " + b"p" * 40_000 + b"\r\nContent-Length: 2\r\n\r\nok", piece=9000
    ),
    "/line-feeds-long": Answer(
        b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % 18_000 + b"x" * 18_000, piece=5000
    ),
    "/at-once": Answer(OK + b"Content-Length: 7\r\n\r\nat once", piece=10_000),
    "/exact-limit": Answer(OK + b"Content-Length: %d\r\n\r\n" % LIMIT + b"x" * LIMIT, piece=3000),
}
HEAD = {"/head": Answer(OK + b"Content-Length: 1000\r\nX: y\r\n\r\n")}
POST = {"/post": Answer(OK + b"Content-Length: 2\r\n\r\nok")}
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
INTERIM = {"/interim": Answer(EARLY_HINTS + OK + b"Content-Length: 2\r\n\r\nok")}
CUT = {  # WARC-Truncated, and the error that Scrapy gets
    "/short": (
        "disconnect",
        "ResponseDataLossError",
        Answer(OK + b"Content-Length: 50\r\n\r\nonly this", then="close"),
    ),
    "/reset": ("disconnect", None, Answer(OK + b"X: y\r\n\r\nuntil the end", then="reset")),
    "/reset-in-head": ("disconnect", "DownloadFailedError", Answer(OK + b"Content-Le", then="close")),
    "/chunks-cut": (
        "disconnect",
        "ResponseDataLossError",
        Answer(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(b"abc"), then="close"),
    ),
    "/stalled": (
        "time",
        "DownloadTimeoutError",
        Answer(OK + b"Content-Length: 50\r\n\r\nonly", then="stall"),
    ),
    "/stalled-in-head": ("time", "DownloadTimeoutError", Answer(OK + b"X-Slow: ", then="stall")),
    "/not-http": ("unspecified", "DownloadFailedError", Answer(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", then="close")),
}
TOO_LONG = {
    "/too-long": Answer(OK + b"Content-Length: 50000\r\n\r\n" + b"x" * 50_000, piece=3000),
    "/too-long-at-once": Answer(OK + b"Content-Length: 30000\r\n\r\n" + b"x" * 30_000, piece=60_000),
    "/endless": Answer(OK + b"\r\n" + b"x" * 300_000, then="close", piece=3000),
}
MALFORMED = {
    "/bad-chunk": Answer(
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(b"abc") + b"zz\r\nrest", then="close", piece=999
    ),
    "/two-lengths": Answer(
        OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", then="close", piece=999
    ),
}
ENDLESS_HEAD = {
    "/endless-head": Answer(OK + b"".join(b"X-%d: y\r\n" % n for n in range(60_000)), piece=8000),
    "/endless-line": Answer(OK + b"X: " + b"y" * 400_000, piece=8000),
}
SILENT = {"/silent": Answer(b"", then="close")}


@dataclass
class Crawled:
    base: str
    server: WireServer
    warc: Path
    outcomes: dict[str, Any]

    def transfer(self, path: str) -> Transfer:
        (transfer,) = self.server.transfers[path]
        return transfer


def crawl(server: WireServer, folder: Path, asks: list[dict[str, Any]], **job: Any) -> Crawled:
    settings = {"DOWNLOAD_MAXSIZE": LIMIT, "DOWNLOAD_TIMEOUT": 20, **job.pop("settings", {})}
    spec = {"folder": str(folder), "asks": asks, "settings": settings, "forbidden_ips": [], **job}
    child = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("handler_crawl.py"))],
        input=json.dumps(spec),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert child.returncode == 0, child.stderr
    assert "Traceback" not in child.stderr, child.stderr
    outcomes = json.loads((folder / "outcomes.json").read_text())
    scheme = "https" if server.context else "http"
    files = list((folder / "warc").glob("*")) if (folder / "warc").exists() else [folder / "none"]
    return Crawled(f"{scheme}://127.0.0.1:{server.port}", server, files[0], outcomes)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    cut = {path: answer for path, (_, _, answer) in CUT.items()}
    answers = {**WHOLE, **HEAD, **POST, **INTERIM, **cut, **TOO_LONG, **MALFORMED, **ENDLESS_HEAD, **SILENT}
    with WireServer(answers) as server:
        base = f"http://127.0.0.1:{server.port}"
        asks = [{"url": base + path} for path in answers if path not in {**HEAD, **POST}]
        asks += [{"url": f"{base}/head", "method": "HEAD"}]
        asks += [
            {"url": f"{base}/post", "method": "POST", "body": "a=%D1%82", "headers": {"X-Odd-CASE": "y"}}
        ]
        yield crawl(server, tmp_path_factory.mktemp("wire"), asks, settings={"DOWNLOAD_TIMEOUT": 2})


Blocks = dict[tuple[str, str], tuple[bytes, dict[str, str]]]


@pytest.fixture(scope="module")
def by_warcio(crawled: Crawled) -> Blocks:
    with crawled.warc.open("rb") as stream:
        return {
            (record.rec_type, record.rec_headers["WARC-Target-URI"] or ""): (
                record.raw_stream.read(),
                dict(record.rec_headers.headers),
            )
            for record in ArchiveIterator(stream, no_record_parse=True)
        }


@pytest.fixture(scope="module")
def by_fastwarc(crawled: Crawled) -> Blocks:
    with crawled.warc.open("rb") as stream:
        return {
            (str(record.record_type), record.headers.get("WARC-Target-URI", "")): (
                record.reader.read(),
                dict(record.headers),
            )
            for record in fastwarc.ArchiveIterator(stream, parse_http=False)
        }


@pytest.fixture(params=["by_warcio", "by_fastwarc"])
def blocks(request: pytest.FixtureRequest) -> Blocks:
    found: Blocks = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("path", [*WHOLE, *HEAD, *POST])
def test_a_record_contains_what_the_socket_carried(path: str, crawled: Crawled, blocks: Blocks) -> None:
    transfer = crawled.transfer(path)
    response, headers = blocks["response", crawled.base + path]
    assert response == transfer.sent
    assert blocks["request", crawled.base + path][0] == transfer.received
    assert "WARC-Truncated" not in headers
    assert headers["WARC-IP-Address"] == "127.0.0.1"
    assert crawled.outcomes[crawled.base + path]["capture"] == headers["WARC-Record-ID"]


def test_interim_heads_are_left_out(crawled: Crawled, blocks: Blocks) -> None:
    assert EARLY_HINTS + blocks["response", crawled.base + "/interim"][0] == crawled.transfer("/interim").sent


@pytest.mark.parametrize("path", CUT)
def test_a_truncated_response_is_stored_with_its_reason_and_then_fails(
    path: str, crawled: Crawled, blocks: Blocks
) -> None:
    reason, failure, _ = CUT[path]
    url = crawled.base + path
    kind, target = ("resource", "urn:wire:" + url) if path == "/not-http" else ("response", url)
    response, headers = blocks[kind, target]
    assert response == crawled.transfer(path).sent
    assert headers["WARC-Truncated"] == reason
    assert crawled.outcomes[url].get("failed") == failure
    assert crawled.outcomes[url]["capture"] == headers["WARC-Record-ID"]


@pytest.mark.parametrize("path", TOO_LONG)
def test_a_body_past_the_limit_is_cut_at_the_limit(path: str, crawled: Crawled, blocks: Blocks) -> None:
    response, headers = blocks["response", crawled.base + path]
    head, _, body = response.partition(b"\r\n\r\n")
    assert (head + b"\r\n\r\n", body) == (
        TOO_LONG[path].sent.partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
        b"x" * LIMIT,
    )
    assert headers["WARC-Truncated"] == "length"
    assert crawled.outcomes[crawled.base + path]["failed"] == "DownloadCancelledError"


@pytest.mark.parametrize("path", ENDLESS_HEAD)
def test_an_endless_head_is_given_up(path: str, crawled: Crawled, blocks: Blocks) -> None:
    response, headers = blocks["response", crawled.base + path]
    assert 60_000 < len(response) < 400_000
    assert ENDLESS_HEAD[path].sent.startswith(response)
    assert headers["WARC-Truncated"] == "length"
    assert crawled.outcomes[crawled.base + path]["failed"] == "DownloadCancelledError"


@pytest.mark.parametrize("path", MALFORMED)
def test_the_received_part_of_a_malformed_response_is_stored(
    path: str, crawled: Crawled, blocks: Blocks
) -> None:
    response, headers = blocks["response", crawled.base + path]
    assert response == crawled.transfer(path).sent
    assert headers["WARC-Truncated"] == "unspecified"


def test_a_server_that_sends_nothing_leaves_no_record(crawled: Crawled, blocks: Blocks) -> None:
    assert ("response", crawled.base + "/silent") not in blocks
    assert crawled.outcomes[crawled.base + "/silent"] == {"failed": "DownloadFailedError", "capture": None}


def test_connections_were_kept_alive(crawled: Crawled) -> None:
    assert crawled.server.connections < len(crawled.server.transfers)


def test_strict_readers_find_no_mistakes(crawled: Crawled) -> None:
    data = crawled.warc.read_bytes()
    assert gzip.decompress(data).startswith(b"WARC/1.1\r\n")
    problems = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests=True):
        record.content_stream()
        while record.raw_stream.read(8192):
            pass
        problems += record.digest_checker.problems
    assert problems == []
    for record in fastwarc.ArchiveIterator(io.BytesIO(data), parse_http=False):
        assert record.verify_block_digest()
    for record in fastwarc.ArchiveIterator(io.BytesIO(data)):
        if "WARC-Payload-Digest" in record.headers:
            assert record.verify_payload_digest(), record.headers["WARC-Target-URI"]


def test_nothing_is_sent_to_a_forbidden_address(tmp_path: Path) -> None:
    with WireServer({"/a": WHOLE["/plain"]}) as server:
        urls = [
            f"http://{host}:{server.port}/a" for host in ("127.0.0.1", "localhost", "127.1", "2130706433")
        ]
        urls += [f"https://localhost:{server.port}/a", f"http://[::ffff:127.0.0.1]:{server.port}/a"]
        done = crawl(server, tmp_path, [{"url": url} for url in urls], forbidden_ips=None)
    assert {outcome["failed"] for outcome in done.outcomes.values()} == {"ForbiddenAddress"}
    assert len(done.outcomes) == len(urls)
    assert server.transfers == {}


def test_a_request_sent_again_on_a_new_connection_is_recorded_once(tmp_path: Path) -> None:
    answers = {"/a": WHOLE["/plain"], "/b": dataclasses.replace(WHOLE["/gzip"], needs_new_connection=True)}
    with WireServer(answers) as server:
        base = f"http://127.0.0.1:{server.port}"
        job = {"settings": {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}}
        done = crawl(server, tmp_path, [{"url": base + "/a"}, {"url": base + "/b"}], **job)
    assert len(server.transfers["/b"]) == 2
    with done.warc.open("rb") as stream:
        records = [
            (record.rec_type, record.raw_stream.read())
            for record in ArchiveIterator(stream, no_record_parse=True)
            if record.rec_headers["WARC-Target-URI"] == base + "/b"
        ]
    assert records[:2] == [
        ("request", server.transfers["/b"][1].received),
        ("response", server.transfers["/b"][1].sent),
    ]
    assert len(records) == 3


def test_a_connection_kept_alive_answers_over_tls(tmp_path: Path) -> None:
    with WireServer(
        {"/a": WHOLE["/gzip"], "/b": WHOLE["/chunked"]}, context=certificate(tmp_path, days=1)
    ) as server:
        base = f"https://127.0.0.1:{server.port}"
        job = {"settings": {"CONCURRENT_REQUESTS_PER_DOMAIN": 1}}
        done = crawl(server, tmp_path, [{"url": base + "/a"}, {"url": base + "/b"}], **job)
    blocks: dict[tuple[str, str], bytes] = {}
    with done.warc.open("rb") as stream:
        for record in ArchiveIterator(stream, no_record_parse=True):
            blocks[record.rec_type, record.rec_headers["WARC-Target-URI"]] = record.raw_stream.read()
    for path in ("/a", "/b"):
        assert blocks["response", base + path] == done.transfer(path).sent
        assert blocks["request", base + path] == done.transfer(path).received
        tls = json.loads(blocks["metadata", base + path].removeprefix(b"facts: "))["tls"]
        assert tls["protocol"] == "TLSv1.3"
        assert tls["certificate"].startswith("sha256:")
        assert tls["verified"] is not True
    assert server.connections == 1
