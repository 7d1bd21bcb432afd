"""Real crawls of a server that misbehaves in every way: single pages may fail, the crawl may not."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, start_crawl, stop_child, watch_crawl
from tests.conftest import until
from tests.hostile import (
    OK,
    Hostile,
    Script,
    answers,
    article,
    certificate,
    in_turn,
    listing,
    packed,
    redirects,
    sends,
    sends_for_ever,
)

MOST_MEMORY = 700  # megabytes of any one process: a decompressed gigabyte would exceed it
GOOD = answers(article("Совет принял бюджет на следующий год"))
ROBOTS_BOMB = b"User-agent: *\nAllow: /\n#" + b"x" * 100 + b"\n"


@dataclass
class Crawl:
    """The outcome of a crawl, and the memory it used."""

    server: Hostile
    folder: Path
    outcome: CrawlOutcome
    megabytes: int

    @property
    def reasons(self) -> dict[str, str]:
        """Return the reason of each failure, by path."""
        return {"/" + url.split("/", 3)[3]: reason for url, reason in self.outcome.failures}

    def rows(self, question: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.folder / "archive.db") as connection:
            return connection.execute(question).fetchall()

    def readings(self) -> dict[str, str]:
        """Return the reading of each article's last capture, by path."""
        rows = self.rows("SELECT url, reading FROM captures WHERE role = 'article' ORDER BY id")
        return {"/" + str(url).split("/", 3)[3]: str(reading) for url, reading in rows}

    def truncated(self) -> dict[str, str | None]:
        """Return WARC-Truncated of the last record of each path; paths without a record are left out."""
        found = {}
        for file in sorted((self.folder / "warc").glob("*.warc.gz")):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, no_record_parse=True):
                    record.content_stream()
                    if record.rec_type in ("response", "resource", "revisit"):
                        target = record.rec_headers["WARC-Target-URI"].removeprefix("urn:wire:")
                        found["/" + target.split("/", 3)[3]] = record.rec_headers["WARC-Truncated"]
        return found


def crawl(folder: Path, server: Hostile, source: str, name: str = "city", settings: str = "") -> Crawl:
    """Run a crawl with short limits and no delays, and measure its memory."""
    limits = settings or "[limits]\nanswer_seconds = 1\nanswer_bytes = 2_000_000\n"
    (folder / "newsarchive.toml").write_text(limits, encoding="utf-8")
    describe(folder, source, name)
    child = start_crawl(folder, CrawlOrder(name))
    peaks = [0]
    over = threading.Event()
    measuring = threading.Thread(target=_measure, args=(child.pid, peaks, over))
    measuring.start()
    try:
        outcome = watch_crawl(child, name)
    finally:
        stop_child(child)
        over.set()
        measuring.join()
    return Crawl(server, folder, outcome, max(peaks) // 1024)


def describe(folder: Path, source: str, name: str = "city", delay: float = 0.0) -> None:
    head = f'title = "Город"\ntimezone = "Europe/Kyiv"\n[politeness]\ndelay = {delay}\n'
    (folder / "sources" / f"{name}.toml").write_text(head + source, encoding="utf-8")


def section(url: str, name: str = "Город", pages: str = "1") -> str:
    return f'[[sections]]\nname = "{name}"\nurl = "{url}"\npages = {pages}\n'


ARTICLES = "[discovery]\narticle = ['^/a/']\n"


def _measure(pid: int, peaks: list[int], over: threading.Event) -> None:
    """Append the peak memory, in kilobytes, of a process and all its descendants."""
    while not over.wait(0.1):
        peaks += [_peak(one) for one in (pid, *_below(pid))]


def _below(pid: int) -> Iterator[int]:
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:
            continue
        for child in map(int, found):
            yield child
            yield from _below(child)


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


CUT_OFF = "answer cut off (disconnect)"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
WIRE: dict[str, tuple[Script, str | None, str | None]] = {  # script, reason, WARC-Truncated if bytes came
    "/a/silent": (sends(then="silence"), "no complete response in time", None),
    "/a/closed": (sends(), "connection lost", None),
    "/a/reset-in-head": (sends(OK + b"X-Half: ", then="reset"), CUT_OFF, "disconnect"),
    "/a/reset-in-body": (
        sends(OK + b"Content-Length: 5000\r\n\r\n<html>", then="reset"),
        CUT_OFF,
        "disconnect",
    ),
    "/a/one-byte-at-a-time": (
        sends_for_ever(OK + b"Content-Length: 900\r\n\r\n", b"x", 0.1),
        "answer cut off (time)",
        "time",
    ),
    "/a/one-header-byte-at-a-time": (sends_for_ever(OK + b"X: ", b"x", 0.1), "answer cut off (time)", "time"),
    "/a/silent-in-body": (
        sends(OK + b"Content-Length: 900\r\n\r\n<html>", then="silence"),
        "answer cut off (time)",
        "time",
    ),
    "/a/endless-headers": (
        sends_for_ever(OK, b"X-More: " + b"y" * 200 + b"\r\n"),
        "answer cut off (length)",
        "length",
    ),
    "/a/endless-header": (sends_for_ever(OK + b"X: ", b"y" * 9000), "answer cut off (length)", "length"),
    "/a/endless-interim": (
        sends_for_ever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"),
        "answer cut off (length)",
        "length",
    ),
    "/a/endless-body": (
        sends_for_ever(OK + b"\r\n<html>", b"<p>x</p>" * 4000),
        "answer cut off (length)",
        "length",
    ),
    "/a/endless-chunks": (
        sends_for_ever(CHUNKED, (b"c8\r\n" + b"x" * 200 + b"\r\n") * 50),
        "answer cut off (length)",
        "length",
    ),
    "/a/length-too-long": (
        sends(OK + b"Content-Length: 999999999999\r\n\r\n" + b"<html><p>Half a"),
        CUT_OFF,
        "disconnect",
    ),
    "/a/broken-chunks": (
        sends(CHUNKED + b"5\r\nhello\r\nzz\r\nmore"),
        "answer cut off (unspecified)",
        "unspecified",
    ),
    "/a/negative-chunk": (sends(CHUNKED + b"-5\r\nhello\r\n"), "answer cut off (unspecified)", "unspecified"),
    "/a/two-lengths": (
        sends(OK + b"Content-Length: 3\r\nContent-Length: 400\r\n\r\nabc"),
        "answer cut off (unspecified)",
        "unspecified",
    ),
    "/a/not-http": (
        sends(b"220 ftp.example FTP server ready\r\n"),
        "answer cut off (unspecified)",
        "unspecified",
    ),
}
DATE = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
SOUND: dict[str, Script] = {  # odd, and still extracted
    "/a/good": GOOD,
    "/a/length-too-short": sends(
        OK
        + b"Content-Length: %d\r\n\r\n" % len(article("Короткая").encode())
        + article("Короткая").encode()
        + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"
    ),
    "/a/injected": sends(
        OK
        + b"X-A: a\r\n\tb\x00c\rSet-Cookie: a=1\nX-B: \xff\xfe\r\nX\x00Y: z\r\n"
        + b"Content-Length: %d\r\n\r\n" % len(article("Внедрение").encode())
        + article("Внедрение").encode()
    ),
    "/a/busy-seconds": in_turn(answers("", "Retry-After: 0", status="503 Busy"), GOOD),
    "/a/busy-date": in_turn(answers("", f"Retry-After: {DATE}", status="429 Slow down"), GOOD),
    "/a/reset-once": in_turn(sends(OK + b"Content-Length: 99\r\n\r\n<", then="reset"), GOOD),
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder = _folder(tmp_path_factory)
    paths = {path: script for path, (script, _, _) in WIRE.items()} | SOUND
    with Hostile({"a": {"/": answers(listing(*paths)), **paths}, "gone": {}}) as server:
        closed = f"http://127.0.0.1:{_closed_port()}/feed"
        source = section(server.url("a")) + ARTICLES + f'feeds = ["{closed}"]\n'
        # Enough time for a busy machine to receive the bytes that are too many.
        yield crawl(folder, server, source, settings="[limits]\nanswer_seconds = 3\nanswer_bytes = 300_000\n")


def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    Archive.create(folder).close()
    return folder


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_crawl_of_a_hostile_server_comes_to_its_end(wire: Crawl) -> None:
    assert wire.outcome.outcome == "finished"
    assert wire.outcome.exit_code == 0
    assert wire.megabytes < MOST_MEMORY


@pytest.mark.parametrize("path", WIRE)
def test_a_page_that_fails_is_in_the_summary_with_its_reason(wire: Crawl, path: str) -> None:
    assert wire.reasons[path] == WIRE[path][1]


@pytest.mark.parametrize("path", WIRE)
def test_the_received_part_is_in_a_record_that_says_why_it_is_truncated(wire: Crawl, path: str) -> None:
    assert wire.truncated().get(path) == WIRE[path][2]


@pytest.mark.parametrize("path", SOUND)
def test_an_odd_but_complete_response_is_extracted(wire: Crawl, path: str) -> None:
    assert path not in wire.reasons
    assert wire.readings()[path] == "article"


def test_every_record_is_valid(wire: Crawl) -> None:
    with Archive.open(wire.folder) as archive:
        assert archive.verify().problems == []


def test_a_refused_connection_is_named_as_such(wire: Crawl) -> None:
    assert wire.reasons["/feed"] == "could not fetch robots.txt (connection refused)"


TEXT = "<p>Городской совет принял бюджет на следующий год</p>\n".encode()
ITEM = b"<item><title>News</title><link>/a/x</link></item>\n"
BOMBS: dict[str, Script] = {
    "/a/gzip": packed("gzip", TEXT),
    "/a/br": packed("br", TEXT),
    "/a/zstd": packed("zstd", TEXT),
    "/a/gzip-zeros": packed("gzip", b"\0"),
    "/a/gzip-open": packed("gzip", b"<div><a href='/x'>"),
}


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    paths = {
        "/": answers(listing(*BOMBS, "/a/good")),
        "/gzip/": packed("gzip", b"<li><a href='/a/one'>The council has passed its budget</a></li>\n"),
        "/br/": packed("br", TEXT),
        "/feed": packed("gzip", b"<rss><channel>" + ITEM, kind="application/rss+xml"),
        "/feed-zstd": packed("zstd", ITEM, kind="application/rss+xml"),
        "/map": packed("gzip", b"<urlset><url><loc>/a/x</loc></url>\n", kind="application/xml"),
        "/map-br": packed("br", b"http://127.0.0.1/a/x\n", kind="text/plain"),
        "/robots.txt": packed("gzip", ROBOTS_BOMB, kind="text/plain"),
        "/a/good": GOOD,
        **BOMBS,
    }
    with Hostile({"a": paths}) as server:
        source = section(server.url("a")) + section(server.url("a", "/gzip/"), "Второй")
        source += section(server.url("a", "/br/"), "Третий") + ARTICLES
        source += f"feeds = {json.dumps([server.url('a', '/feed'), server.url('a', '/feed-zstd')])}\n"
        source += f"sitemaps = {json.dumps([server.url('a', '/map'), server.url('a', '/map-br')])}\n"
        yield crawl(_folder(tmp_path_factory), server, source, settings="workers = 2\n")


def test_a_gigabyte_in_a_megabyte_takes_neither_memory_nor_the_crawl(bombed: Crawl) -> None:
    assert bombed.outcome.outcome == "finished"
    assert bombed.megabytes < MOST_MEMORY
    assert bombed.readings()["/a/good"] == "article"
    assert set(bombed.truncated()) >= {*BOMBS, "/gzip/", "/br/", "/feed", "/feed-zstd", "/map", "/map-br"}


@pytest.mark.parametrize("path", BOMBS)
def test_a_bomb_is_no_article(bombed: Crawl, path: str) -> None:
    assert bombed.readings()[path] == "unreadable: it unpacks to more than 64 MiB"


def test_a_listing_feed_or_sitemap_that_is_a_bomb_is_in_the_summary(bombed: Crawl) -> None:
    assert dict.fromkeys(bombed.reasons.values()) == {"unreadable: it unpacks to more than 64 MiB": None}
    assert set(bombed.reasons) == {"/gzip/", "/br/", "/feed", "/feed-zstd", "/map", "/map-br"}


SLOW_ROBOTS = "could not fetch robots.txt (no complete response in time)"
ROBOTS: dict[
    str, tuple[Script, str | None]
] = {  # host → script of its robots.txt, why its page was not requested
    "silent": (sends(then="silence"), SLOW_ROBOTS),
    "slow": (sends_for_ever(OK + b"Content-Length: 900\r\n\r\n", b"#", 0.1), SLOW_ROBOTS),
    "reset": (sends(then="reset"), "could not fetch robots.txt (connection lost)"),
    "fails": (answers("", status="500 Oops"), "could not fetch robots.txt (status 500)"),
    "endless": (
        sends_for_ever(OK + b"\r\nUser-agent: *\nDisallow: /\n", b"# more\n" * 9000),
        "could not fetch robots.txt (response longer than the limit)",
    ),
    "forbids": (answers("User-agent: *\nDisallow: /", kind="text/plain"), "robots.txt forbids it"),
    "forbids-at-length": (
        answers("User-agent: *\nDisallow: /\n" + "# x\n" * 300_000, kind="text/plain"),
        "robots.txt forbids it",
    ),
    "page": (answers(article("Страница не найдена")), None),
    "circle": (redirects("/robots.txt"), None),
    "missing": (answers("", status="404 Not Found"), None),
    "bytes": (answers(b"\xff\xfe\x00Disallow: /\x00" * 1000, kind="text/plain"), None),
    "never": (answers("User-agent: *\nCrawl-delay: 99999999", kind="text/plain"), None),
}


def test_robots_txt_of_any_kind_affects_only_its_own_host(folder: Path) -> None:
    page = answers(listing("/a/1", "/a/2"))
    hosts = {
        host: {"/": page, "/robots.txt": script, "/a/1": GOOD, "/a/2": GOOD}
        for host, (script, _) in ROBOTS.items()
    }
    with Hostile(hosts) as server:
        source = "".join(section(server.url(host, "/"), host) for host in hosts)
        done = crawl(folder, server, source + ARTICLES)
        reasons = dict(done.outcome.failures)
        for host, (_, reason) in ROBOTS.items():
            if reason == "robots.txt forbids it":
                assert server.url(host) in done.outcome.forbidden
                assert any(server.url(host) in note for note in done.outcome.notes)
                assert set(server.paths(host)) == {"/robots.txt"}
            elif reason is not None:
                assert reasons[server.url(host)] == reason
                assert set(server.paths(host)) == {"/robots.txt"}
            elif host == "never":  # one page, and then a pause too long for a crawl
                assert [path for path in server.paths(host) if path != "/robots.txt"] == ["/"]
                assert "left for the next crawl" in reasons[server.url(host, "/a/1")]
            else:
                assert {"/", "/a/1", "/a/2"} < set(server.paths(host))
    assert done.outcome.outcome == "finished"


def test_redirects_end(folder: Path) -> None:
    paths = {
        "/a/circle": redirects("/a/circle2"),
        "/a/circle2": redirects("/a/circle"),
        "/a/itself": redirects("#top"),
        "/a/file": redirects("file:///etc/passwd"),
        "/a/script": redirects("javascript:alert(1)"),
        "/a/data": redirects("data:text/html,<h1>x</h1>"),
        "/a/nowhere": redirects("http://[::1"),
        "/a/good": GOOD,
        **{f"/a/chain{number}": redirects(f"/a/chain{number + 1}") for number in range(30)},
    }
    listed = [path for path in paths if not path.startswith("/a/chain")] + ["/a/chain0"]
    with Hostile({"a": {"/": answers(listing(*listed)), **paths}, "other": {"*": GOOD}}) as server:
        paths["/a/private"] = redirects(server.url("other", "/a/secret"))
        named = server.url("other", "/a/named").replace("127.0.0.1", "localhost")
        paths |= {"/a/named": redirects(named), "/a/metadata": redirects("http://169.254.169.254/latest/")}
        listed += ["/a/private", "/a/named", "/a/metadata"]
        server.hosts["a"].update({**paths, "/": answers(listing(*listed))})  # type: ignore[attr-defined]
        done = crawl(folder, server, section(server.url("a")) + ARTICLES)
        assert server.paths("other") == []
    assert done.outcome.outcome == "finished"
    assert done.readings()["/a/good"] == "article"
    reasons = done.reasons
    for path in ("/a/circle", "/a/circle2", "/a/itself"):
        assert reasons[path] == "redirect loop"
    assert reasons["/a/chain10"] == "more than 10 redirects"
    assert reasons["/a/file"] == "redirected to file:///etc/passwd, which is not a web address"
    for path in ("/a/script", "/a/data"):
        assert "which is not a web address" in reasons[path]
    for path in ("/a/secret", "/a/named", "/latest/"):
        assert "that this crawl may not request" in reasons[path]


def test_invalid_certificates_are_accepted_and_recorded(folder: Path, tmp_path: Path) -> None:
    contexts = {"self-signed": certificate(tmp_path, days=30), "expired": certificate(tmp_path, days=-1)}
    page = {"/": answers(listing("/a/1")), "/a/1": GOOD}
    plain = {"at once": sends(b"HTTP/1.1 400 Bad Request\r\n\r\n")}
    with Hostile({"self-signed": page, "expired": page, "plain": plain}, contexts) as server:
        urls = [server.url("self-signed"), server.url("expired")]
        urls.append(server.url("plain").replace("http:", "https:"))  # that port does not speak TLS
        source = "".join(section(url, f"Раздел {number}") for number, url in enumerate(urls))
        done = crawl(folder, server, source + ARTICLES)
    assert done.rows("SELECT count(*) FROM captures WHERE role = 'article' AND reading = 'article'") == [(2,)]
    assert [(url, reason) for url, reason in done.outcome.failures if url.startswith(urls[2])] == [
        (urls[2], "could not fetch robots.txt (TLS connection failed)")
    ]
    tls = [fact["tls"] for fact in _facts(folder) if fact.get("role") == "article"]
    assert [fact["verified"] for fact in tls].count(True) == 0
    assert all(fact["certificate"].startswith("sha256:") for fact in tls)


def _facts(folder: Path) -> list[dict[str, Any]]:
    facts = []
    for file in (folder / "warc").glob("*.warc.gz"):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                if record.rec_type == "metadata":
                    facts.append(json.loads(record.content_stream().read().removeprefix(b"facts: ")))
    return facts


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
URL = "<url><loc>{}/a/good</loc></url>"


def test_entities_of_feeds_and_sitemaps_are_neither_loaded_nor_expanded(folder: Path) -> None:
    paths = {"/a/good": GOOD, "/a/feed": GOOD, "/stolen": GOOD}
    with Hostile({"a": paths}) as server:
        base = server.url("a", "")
        outside = (
            f'<!DOCTYPE x SYSTEM "{base}/stolen" [<!ENTITY a SYSTEM "file:///etc/passwd">'
            f'<!ENTITY b SYSTEM "{base}/stolen"><!ENTITY % c SYSTEM "{base}/stolen"> %c;]>'
        )
        item = f"<item><title>&l11;&a;&b;</title><link>{base}/a/feed</link></item>"
        xml = "application/xml"
        paths |= {
            "/feed": answers(f"{ENTITIES}<rss><channel>{item}</channel></rss>", kind=xml),
            "/feed-outside": answers(f"{outside}<rss><channel>{item}</channel></rss>", kind=xml),
            "/map": answers(f"{ENTITIES}<urlset>&l11;{URL.format(base)}</urlset>", kind=xml),
            "/map-outside": answers(f"{outside}<urlset>&a;&b;{URL.format(base)}</urlset>", kind=xml),
            "/map-deep": answers("<a>" * 100_000 + URL.format(base), kind=xml),
            "/map-index": answers(
                "<sitemapindex>"
                + "".join(f"<sitemap><loc>{base}/maps/{n}</loc></sitemap>" for n in range(3))
                + "</sitemapindex>",
                kind=xml,
            ),
        }
        for level in range(9):
            index = (
                f"<sitemapindex><sitemap><loc>{base}/maps/1{'x' * (level + 1)}</loc></sitemap></sitemapindex>"
            )
            paths[f"/maps/1{'x' * level}"] = answers(index, kind=xml)
        server.hosts["a"].update(paths)  # type: ignore[attr-defined]
        feeds = [base + path for path in paths if path.startswith("/feed")]
        maps = [base + path for path in paths if path.startswith("/map-") or path == "/map"]
        done = crawl(
            folder, server, f"[discovery]\nfeeds = {json.dumps(feeds)}\nsitemaps = {json.dumps(maps)}\n"
        )
        assert "/stolen" not in server.paths("a")
        assert len([path for path in server.paths("a") if path.startswith("/maps/1")]) == 4
    assert done.outcome.outcome == "finished"
    assert done.megabytes < MOST_MEMORY
    assert {path for path, reading in done.readings().items() if reading == "article"} == {
        "/a/good",
        "/a/feed",
    }
    assert any("is a sitemap index" in note for note in done.outcome.notes)
    with sqlite3.connect(folder / "archive.db") as connection:
        shown = connection.execute("SELECT headline FROM sightings WHERE headline IS NOT NULL").fetchall()
    assert all(len(headline) < 200 and "root:" not in headline for (headline,) in shown)


def test_pages_that_are_hard_to_parse_affect_no_others(folder: Path) -> None:
    attributes = " ".join(f"a{number}=b" for number in range(200_000))
    odd = {
        "deep": "<div>" * 100_000 + "дно",
        "deep-inline": "<b><i>" * 50_000 + "дно",
        "long-attribute": f'<p title="{"x" * 10_000_000}">',
        "attributes": f"<p {attributes}>",
        "nul": "\0" * 100_000 + "<p>\0\0</p>",
        "surrogates": "&#xD800;&#xDFFF;&#55357;" * 1000,
        "unclosed": "<table><tr><td>" * 30_000,
        "quotes": "<a href='" * 100_000,
        "comments": "<!--" * 200_000,
        "cdata": "<![CDATA[" * 100_000,
        "json-ld": '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    }
    paths: dict[str, Script] = {"/": answers(listing(*(f"/a/{name}" for name in odd)))}
    for name, within in odd.items():
        paths[f"/a/{name}"] = answers(article("Мэр рассказал о планах на лето", within))
        paths[f"/list/{name}"] = answers(listing(f"/a/from-{name}", more=within))
        paths[f"/a/from-{name}"] = GOOD
    paths["/a/half-surrogates"] = answers(
        article("Мэр").encode().replace("Мэр".encode(), b"\xed\xa0\xbd" * 9)
    )
    paths["/"] = answers(listing(*(path for path in paths if path.startswith("/a/") and "from" not in path)))
    with Hostile({"a": paths}) as server:
        source = section(server.url("a"))
        source += "".join(section(server.url("a", f"/list/{name}"), name) for name in odd)
        done = crawl(folder, server, source + ARTICLES, settings="workers = 2\n")
    assert done.outcome.outcome == "finished"
    assert done.megabytes < MOST_MEMORY
    readings = done.readings()
    assert {name for name in odd if f"/a/{name}" not in readings} == set()
    assert [path for path, reading in readings.items() if "from" in path and reading != "article"] == []
    assert {f"/a/from-{name}" for name in odd} - set(readings) == set()


def _calendar(page: int) -> str:
    paths = [f"/a/{page}-{number}?sid={page}{number}" for number in range(3)]
    return listing(*paths, more=f'<a class="next" rel="next" href="/?page={page + 1}">{page + 1}</a>')


def test_a_crawl_of_an_endless_site_ends_at_the_depth_limit_and_says_so(folder: Path) -> None:
    paths = {
        "/": answers(_calendar(1)),
        **{f"/?page={page}": answers(_calendar(page)) for page in range(2, 40)},
    }
    with Hostile({"a": {**paths, "*": GOOD}}) as server:
        done = crawl(
            folder, server, section(server.url("a"), pages='"all"') + ARTICLES + "[limits]\ndepth = 4\n"
        )
        assert [path for path in server.paths("a") if path.startswith("/?page=")] == [
            "/?page=2",
            "/?page=3",
            "/?page=4",
        ]
    assert done.outcome.outcome == "finished"
    assert any("goes on past page 4" in note for note in done.outcome.notes)


def test_a_crawl_of_an_endless_site_ends_at_its_budget_and_the_next_continues(folder: Path) -> None:
    paths = {
        "/": answers(_calendar(1)),
        **{f"/?page={page}": answers(_calendar(page)) for page in range(2, 40)},
    }
    with Hostile({"a": {**paths, "*": GOOD}}) as server:
        source = section(server.url("a"), pages="6") + ARTICLES + "[limits]\npages = 12\n"
        first = crawl(folder, server, source)
        asked = [path for path in server.paths("a") if path != "/robots.txt"]
        assert len(asked) == 12
        assert first.outcome.outcome == "limit"
        assert any("used up its budget of 12 pages" in note for note in first.outcome.notes)
        second = crawl(folder, server, source)
        assert second.outcome.counts["new"] > 0


def test_a_failed_address_is_requested_by_the_next_crawl_even_if_no_listing_shows_it(
    folder: Path,
) -> None:
    paths = {
        "/": in_turn(answers(listing("/a/1", "/a/2")), answers(listing("/a/2"))),
        "/a/1": in_turn(*[sends(then="reset")] * 3, GOOD),
        "/a/2": GOOD,
    }
    with Hostile({"a": paths}) as server:
        source = section(server.url("a")) + ARTICLES
        first = crawl(folder, server, source)
        assert first.reasons == {"/a/1": "connection lost"}
        assert server.paths("a").count("/a/1") == 3
        second = crawl(folder, server, source)
    assert second.outcome.failures == []
    assert second.readings()["/a/1"] == "article"


def test_a_host_that_is_silent_or_asks_for_long_pauses_is_skipped(folder: Path) -> None:
    quiet = answers("", "Retry-After: 7200", status="429 Too Many Requests")
    page = answers(listing(*(f"/a/{number}" for number in range(80))))
    hosts = {
        "silent": {"/": page, "/robots.txt": GOOD, "*": sends()},
        "busy": {"/": page, "/robots.txt": GOOD, "*": quiet},
    }
    with Hostile(hosts) as server:
        source = "".join(section(server.url(host), host) for host in hosts) + ARTICLES
        done = crawl(folder, server, source)
    assert done.outcome.outcome == "finished"
    assert len(set(server.paths("silent"))) < 45  # twenty in a row, and requests under way by then
    assert len(server.paths("busy")) < 22  # three in a row, and requests under way by then
    assert len(done.outcome.failures) == 160
    assert sum("left for the next crawl" in note for note in done.outcome.notes) == 2


def test_two_crawls_in_two_processes_share_one_rate_limit(folder: Path) -> None:
    page = answers(listing("/a/1", "/a/2", "/a/3"))
    with Hostile({"a": {"/": page, "/b/": page, "*": GOOD}}) as server:
        for name, path in (("one", "/"), ("two", "/b/")):
            describe(folder, section(server.url("a", path)) + ARTICLES, name, delay=0.5)
        children = [start_crawl(folder, CrawlOrder(name)) for name in ("one", "two")]
        outcomes = [watch_crawl(child, name) for child, name in zip(children, ("one", "two"), strict=True)]
    assert [outcome.outcome for outcome in outcomes] == ["finished", "finished"]
    times = [when for _, _, when in server.asked]
    assert {"/", "/b/", "/a/1"} < set(server.paths("a"))
    # 0.5 seconds apart when sent; two limits of their own would take half of the time.
    assert times[-1] - times[0] > 0.75 * 0.5 * (len(times) - 1)


@pytest.mark.parametrize("waits_for", ["its turn", "an answer"])
def test_a_waiting_crawl_stops_soon_after_the_signal(folder: Path, waits_for: str) -> None:
    paths = {"/": answers(listing("/a/1", "/a/2")), "/a/1": GOOD, "/a/2": GOOD}
    if waits_for == "an answer":
        paths["/"] = sends(then="silence")
    with Hostile({"a": paths}) as server:
        describe(folder, section(server.url("a")) + ARTICLES, delay=200.0 if waits_for == "its turn" else 0.0)
        child = start_crawl(folder, CrawlOrder("city"))
        until(child, lambda: len(server.asked) >= (1 if waits_for != "an answer" else 2))
        assert child.poll() is None
        began = time.monotonic()
        child.send_signal(signal.SIGTERM)
        outcome = watch_crawl(child, "city")
        assert time.monotonic() - began < 20
    assert outcome.outcome == "stopped"
    assert outcome.failures == []
    assert outcome.notes == []
