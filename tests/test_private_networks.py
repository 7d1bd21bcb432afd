"""Hosts at private IP addresses are requested only if the source file allows it.

Loopback represents all networks here: 127.0.0.1 is the outlet, 127.0.0.2 an address that no crawl may reach.
The crawls resolve names from a file of the test, which may change between two crawls.
"""

from __future__ import annotations

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, run_crawl
from newsarchive.demo_site.http_messages import Response, parse_request, serialize
from newsarchive.sources.check import check_source
from spiders.sources.source import load
from tests.test_crawl_politeness import article, html

# Python imports it on start, so the crawl's process resolves names as the test sets them.
RESOLVER = """
import json, pathlib, socket
hosts = pathlib.Path(__file__).with_name("hosts.json")
of_the_machine = socket.getaddrinfo
def getaddrinfo(host, port, *more, **named):
    name = host.decode() if isinstance(host, bytes) else host
    answers = []
    for address in json.loads(hosts.read_text()).get(name, [name]):
        answers += of_the_machine(address, port, *more, **named)
    return answers
socket.getaddrinfo = getaddrinfo
socket.gethostbyname = lambda host: getaddrinfo(host, 0, socket.AF_INET)[0][4][0]
"""
TITLE = "Совет принял бюджет на следующий год"
LISTING = html(
    f'<html><body><h1>Город</h1><ul><li><a href="/news/2022/1-a.html">{TITLE}</a>'
    " <span>10 января 2022, 11:55</span></li></ul></body></html>"
)


class Site(socketserver.ThreadingTCPServer):
    """A server at one IP address that responds by path and counts connections."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, ip: str, port: int = 0) -> None:
        self.address_family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        self.answers: dict[str, Response] = {}
        self.connections = 0
        self.asked: list[str] = []
        super().__init__((ip, port), _Handler)
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def with_news(self) -> Site:
        self.answers |= {"/city/": LISTING, "/news/2022/1-a.html": article(TITLE)}
        return self


class _Handler(socketserver.StreamRequestHandler):
    server: Site

    def handle(self) -> None:
        while head := self._head():
            request = parse_request(head)
            if request is None:
                return
            self.server.asked.append(request.path)
            self.wfile.write(serialize(request, self.server.answers.get(request.path, Response(b"", 404))))

    def _head(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return b""
            head += line
        return head


@pytest.fixture
def outlet() -> Iterator[Site]:
    site = Site("127.0.0.1").with_news()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def secret(outlet: Site) -> Iterator[Site]:
    """Return a server that no crawl may reach, at the outlet's port of another address; it responds like the outlet."""
    site = Site("127.0.0.2", outlet.port).with_news()
    yield site
    site.shutdown()
    site.server_close()


Hosts = Callable[..., None]


@pytest.fixture(scope="module")
def resolver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose code Python runs on start: one for all tests, so that their crawls can be forked."""
    folder = tmp_path_factory.mktemp("resolver")
    (folder / "sitecustomize.py").write_text(RESOLVER, encoding="utf-8")
    return folder


@pytest.fixture
def hosts(resolver: Path, monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """Set the addresses of names for crawls that start later."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(resolver), os.environ.get("PYTHONPATH", "")]))

    def give(**names: list[str]) -> None:
        known = {name.replace("_", "."): addresses for name, addresses in names.items()}
        (resolver / "hosts.json").write_text(json.dumps(known), encoding="utf-8")

    give()
    return give


def describe(folder: Path, ways: str, allowed: list[str] | None = None, more: str = "") -> None:
    network = f"[network]\nallow_private = {json.dumps(allowed)}\n" if allowed is not None else ""
    (folder / "sources" / "city.toml").write_text(
        f'title = "Город"\ntimezone = "Europe/Kyiv"\n{ways}[politeness]\ndelay = 0.0\n{more}{network}',
        encoding="utf-8",
    )


def section(url: str) -> str:
    return f'[[sections]]\nname = "Город"\nurl = "{url}"\n'


def crawl(folder: Path) -> CrawlOutcome:
    return run_crawl(folder, CrawlOrder("city"))


def captured(folder: Path) -> list[str]:
    with Archive.open(folder) as archive:
        return [row["url"] for row in archive.connection.execute("SELECT url FROM captures ORDER BY id")]


def test_an_outlets_name_that_moves_to_a_private_address_is_not_requested(
    folder: Path, outlet: Site, secret: Site, hosts: Hosts
) -> None:
    hosts(news_example=["127.0.0.1"])
    describe(folder, section(f"http://news.example:{outlet.port}/city/"), ["127.0.0.1"])
    assert crawl(folder).counts["new"] == 1
    before = captured(folder)
    hosts(news_example=["127.0.0.2"])
    outcome = crawl(folder)
    assert secret.connections == 0
    assert captured(folder) == before
    assert outcome.notes == [
        "Nothing was sent to news.example (127.0.0.2): a private address is requested only if"
        ' sources/city.toml allows its network, as in [network] allow_private = ["10.0.0.0/8"].'
    ]
    assert {reason for _, reason in outcome.failures} == {
        "news.example is at 127.0.0.2, a private address that this crawl may not request"
    }
    with Archive.open(folder) as archive:
        assert archive.crawls("city")[0].notes == tuple(outcome.notes)
    hosts(news_example=["127.0.0.1"])
    assert crawl(folder).notes == []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("robots", ["true", "false"])
def test_an_entry_point_does_not_exempt_its_host_name(
    folder: Path, secret: Site, hosts: Hosts, scheme: str, robots: str
) -> None:
    hosts(**{f"{name}_example": ["127.0.0.2"] for name in ("news", "feeds", "maps")})
    ways = section(f"{scheme}://news.example:{secret.port}/city/") + (
        f'[discovery]\nfeeds = ["{scheme}://feeds.example:{secret.port}/rss"]\n'
        f'sitemaps = ["{scheme}://maps.example:{secret.port}/map"]\n'
    )
    describe(folder, ways, more=f"obey_robots = {robots}\n")
    outcome = crawl(folder)
    assert secret.connections == 0
    for name in ("news", "feeds", "maps"):
        assert f"{name}.example (127.0.0.2)" in outcome.notes[0]
    assert len(outcome.notes) == 1


@pytest.mark.parametrize("host", ["localhost", "news.localhost"])
def test_localhost_counts_as_a_name(folder: Path, outlet: Site, hosts: Hosts, host: str) -> None:
    hosts(news_localhost=["127.0.0.1"])
    describe(folder, section(f"http://{host}:{outlet.port}/city/"))
    assert "private address" in crawl(folder).notes[0]
    assert outlet.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
def test_an_ip_address_in_the_source_file_allows_only_itself(
    folder: Path, outlet: Site, secret: Site, hosts: Hosts, host: str
) -> None:
    hosts(other_example=["127.0.0.1"], third_example=["127.0.0.2"])
    there = f":{outlet.port}/news/2022"
    outlet.answers["/robots.txt"] = Response(b"", 404)
    outlet.answers["/city/"] = html(
        '<html><body><h1>Город</h1><ul><li><a href="/news/2022/1-a.html">Совет принял бюджет на год</a></li>'
        '<li><a href="/news/2022/2-b.html">Дороги отремонтируют к весне</a></li>'
        '<li><a href="/news/2022/3-c.html">Мэр рассказал о планах на лето</a></li></ul></body></html>'
    )
    for path, host_there in (("2-b", "other.example"), ("3-c", "third.example")):
        there_too = f"http://{host_there}{there}/1-a.html"
        outlet.answers[f"/news/2022/{path}.html"] = Response(b"", 302, headers=(("Location", there_too),))
    describe(folder, section(f"http://{host}:{outlet.port}/city/"))
    outcome = crawl(folder)
    assert outcome.counts["new"] == 1
    assert secret.connections == 0
    assert {reason for _, reason in outcome.failures} == {
        "other.example is at 127.0.0.1, a private address that this crawl may not request",
        "third.example is at 127.0.0.2, a private address that this crawl may not request",
    }


def test_requisites_and_robots_txt_do_not_reach_private_addresses(
    folder: Path, outlet: Site, secret: Site, hosts: Hosts
) -> None:
    elsewhere = {f"{name}_example": ["127.0.0.2"] for name in ("pictures", "styles", "rules")}
    hosts(news_example=["127.0.0.1"], **elsewhere)
    page = outlet.answers["/news/2022/1-a.html"].body.decode()
    head = f'<link rel="stylesheet" href="http://styles.example:{secret.port}/a.css">'
    picture = f'<figure><img src="http://pictures.example:{secret.port}/a.jpg" width="800"></figure>'
    page = page.replace("</title>", f"</title>{head}").replace("<p>", f"{picture}<p>", 1)
    outlet.answers["/news/2022/1-a.html"] = html(page)
    describe(folder, section(f"http://news.example:{outlet.port}/city/"), ["127.0.0.1/32"])
    outcome = crawl(folder)
    assert outcome.counts["new"] == 1
    for name in ("pictures", "styles"):
        assert f"{name}.example (127.0.0.2)" in outcome.notes[0]
    rules = f"http://rules.example:{secret.port}/robots.txt"
    outlet.answers["/robots.txt"] = Response(b"", 302, headers=(("Location", rules),))
    outlet.asked.clear()
    outcome = crawl(folder)
    assert "rules.example (127.0.0.2)" in outcome.notes[0]
    assert outlet.asked == ["/robots.txt"]
    assert secret.connections == 0


def test_a_proxy_of_the_environment_is_not_used(
    folder: Path, outlet: Site, secret: Site, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.2:{secret.port}")
    hosts(news_example=["127.0.0.1"])
    describe(folder, section(f"http://news.example:{outlet.port}/city/"), ["127.0.0.1"])
    assert crawl(folder).counts["new"] == 1
    assert secret.connections == 0


def test_a_source_check_is_guarded_like_a_crawl(folder: Path, secret: Site, hosts: Hosts) -> None:
    hosts(news_example=["127.0.0.2"])
    describe(folder, section(f"http://news.example:{secret.port}/city/"))
    checked = check_source(folder, load(folder / "sources" / "city.toml"))
    assert secret.connections == 0
    assert not checked.is_sound
    assert "news.example (127.0.0.2)" in checked.notes[0]


@pytest.mark.parametrize(
    ("host", "name", "ip"),
    [
        ("six.example", "six.example", "::1"),
        ("новости.example", "xn--b1amnebsh.example", "127.0.0.1"),
        ("[::1]", None, "::1"),
    ],
)
def test_hosts_on_networks_allowed_by_the_source_file_are_crawled(
    folder: Path, hosts: Hosts, host: str, name: str | None, ip: str
) -> None:
    site = Site(ip).with_news()
    if name:
        hosts(**{name: [ip]})
    describe(folder, section(f"http://{host}:{site.port}/city/"), [ip] if name else None)
    outcome = crawl(folder)
    site.shutdown()
    site.server_close()
    assert (outcome.counts["new"], outcome.notes, outcome.failures) == (1, [], [])
