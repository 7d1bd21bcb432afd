"""The demo site's server sends valid HTTP, and edits change its responses."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from newsarchive.demo_site import OPENING, DemoSite, Story


@pytest.fixture
def demo_site() -> Iterator[DemoSite]:
    with DemoSite.open() as demo_site:
        yield demo_site


class Reply:
    """An answer taken apart with nothing but the standard's rules."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.sent = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split(" ")[1])
        self.headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines[1:])]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def body(self) -> bytes:
        body = unchunked(self.sent) if self.header("Transfer-Encoding") == "chunked" else self.sent
        return gzip.decompress(body) if self.header("Content-Encoding") == "gzip" else body


def unchunked(sent: bytes) -> bytes:
    """Return the body of a chunked message, and raise AssertionError for any error of framing."""
    body = b""
    while True:
        size, line, sent = sent.partition(b"\r\n")
        assert line
        length = int(size, 16)
        part, end, sent = sent[:length], sent[length : length + 2], sent[length + 2 :]
        assert (len(part), end) == (length, b"\r\n")
        if length == 0:
            assert sent == b""
            return body
        body += part


def ask(url: str, method: str = "GET", version: str = "1.1", **headers: str) -> Reply:
    """One request over a connection that the server closes."""
    parts = urlsplit(url)
    lines = [
        f"{method} {parts.path}{'?' + parts.query if parts.query else ''} HTTP/{version}",
        f"Host: {parts.netloc}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection((parts.hostname or "", parts.port or 80), 10) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        received = b""
        while part := connection.recv(65536):
            received += part
    return Reply(received)


def test_a_page_is_gzip_for_who_takes_it_and_plain_for_who_does_not(demo_site: DemoSite) -> None:
    url = demo_site.outlets["primorsk"].seed_url
    packed, plain = ask(url, Accept_Encoding="gzip, br"), ask(url)
    assert packed.header("Content-Encoding") == "gzip"
    assert packed.header("Content-Length") == str(len(packed.sent))
    assert plain.header("Content-Encoding") is None
    assert packed.body == plain.body


def test_chunks_are_framed_as_the_standard_says(demo_site: DemoSite) -> None:
    reply = ask(demo_site.outlets["sloboda"].seed_url)
    assert reply.header("Transfer-Encoding") == "chunked"
    assert reply.header("Content-Length") is None
    assert "822" in reply.body.decode()


def test_one_outlet_sends_gzip_in_chunks(demo_site: DemoSite) -> None:
    reply = ask(demo_site.outlets["azov"].seed_url, Accept_Encoding="gzip")
    assert (reply.header("Transfer-Encoding"), reply.header("Content-Encoding")) == ("chunked", "gzip")
    assert "Читайте также" in reply.body.decode()


def test_a_client_of_http_1_0_gets_no_chunks(demo_site: DemoSite) -> None:
    reply = ask(demo_site.outlets["sloboda"].seed_url, version="1.0")
    assert reply.header("Transfer-Encoding") is None
    assert reply.header("Content-Length") == str(len(reply.sent))


def test_an_encoding_is_declared_by_the_server_by_the_page_or_by_nobody(demo_site: DemoSite) -> None:
    declared = ask(demo_site.outlets["meridian"].seed_url)
    assert declared.header("Content-Type") == "text/html; charset=windows-1251"
    assert "Саммит" in declared.body.decode("windows-1251")
    silent = demo_site.outlets["stepnoy"]
    article, listing = ask(silent.seed_url), ask(silent.section_urls["Мир"])
    assert article.header("Content-Type") == listing.header("Content-Type") == "text/html"
    assert b"charset" not in article.body
    assert b"charset=windows-1251" in listing.body
    assert "Саммит" in article.body.decode("windows-1251")


@pytest.mark.parametrize("outlet", ["primorsk", "azov", "meridian", "dnipro"])
def test_a_page_the_client_holds_is_not_sent_again(demo_site: DemoSite, outlet: str) -> None:
    url = demo_site.outlets[outlet].seed_url
    tag = ask(url).header("ETag")
    assert tag is not None
    again = ask(url, If_None_Match=tag)
    assert (again.status, again.sent, again.header("ETag")) == (304, b"", tag)
    demo_site.outlets[outlet].edit_headline(url, "Другой заголовок")
    assert ask(url, If_None_Match=tag).status == 200


def test_a_page_without_a_tag_is_known_by_its_date(demo_site: DemoSite) -> None:
    site = demo_site.outlets["stepnoy"]
    stated = ask(site.seed_url).header("Last-Modified")
    assert stated == "Mon, 10 Jan 2022 09:55:00 GMT"
    assert ask(site.seed_url, If_Modified_Since=stated).status == 304
    demo_site.clock = OPENING + timedelta(hours=1)
    site.edit_paragraph(site.seed_url, 0, "Первый абзац переписан.")
    assert ask(site.seed_url, If_Modified_Since=stated).status == 200
    assert ask(site.seed_url, If_Modified_Since="позавчера").status == 200


def test_an_outlet_without_validators_sends_the_page_each_time(demo_site: DemoSite) -> None:
    reply = ask(demo_site.outlets["sloboda"].seed_url)
    assert (reply.header("ETag"), reply.header("Last-Modified")) == (None, None)


def test_head_has_the_headers_and_no_body(demo_site: DemoSite) -> None:
    url = demo_site.outlets["primorsk"].seed_url
    head, get = ask(url, "HEAD"), ask(url)
    assert head.sent == b""
    assert head.headers == get.headers


def test_a_connection_carries_several_requests(demo_site: DemoSite) -> None:
    site = demo_site.outlets["primorsk"]
    parts = urlsplit(site.base_url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), 10) as connection:
        connection.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        connection.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 3


def test_a_repeated_header_is_sent_repeated(demo_site: DemoSite) -> None:
    reply = ask(demo_site.outlets["dnipro"].seed_url)
    assert [value for name, value in reply.headers if name == "Set-Cookie"] == [
        "sid=7f3a; Path=/; HttpOnly",
        "lang=uk; Path=/",
    ]


def test_robots_txt_forbids_on_one_outlet_and_asks_for_patience_on_another(demo_site: DemoSite) -> None:
    assert b"Disallow: /search/" in ask(demo_site.outlets["primorsk"].base_url + "/robots.txt").body
    assert b"Crawl-delay: 0.2" in ask(demo_site.outlets["azov"].base_url + "/robots.txt").body


@pytest.mark.parametrize(("outlet", "status"), [("primorsk", 410), ("sloboda", 404), ("stepnoy", 404)])
def test_a_removed_article_is_gone_from_its_address_and_its_listing(
    demo_site: DemoSite, outlet: str, status: int
) -> None:
    site = demo_site.outlets[outlet]
    gone = site.seed_url
    site.remove(gone)
    assert ask(gone).status == status
    assert gone not in {truth.url for truth in site.truth()}
    charset = site.outlet.delivery.charset
    assert "Саммит ОДКБ" not in ask(site.section_urls["Мир"]).body.decode(charset)


@pytest.mark.parametrize("outlet", ["primorsk", "sloboda", "stepnoy", "dnipro", "azov", "meridian"])
def test_a_moved_article_s_old_address_leads_to_the_new_one(demo_site: DemoSite, outlet: str) -> None:
    site = demo_site.outlets[outlet]
    old = site.seed_url
    before = site.truth_of(old)
    new = site.move(old, "sammit-odkb-obnovleno")
    assert new != old
    reply = ask(old)
    assert (reply.status, reply.header("Location")) == (301, new)
    assert ask(new).status == 200
    assert site.truth_of(new).body == before.body


def test_an_edit_changes_the_page_the_truth_and_the_modification_time(demo_site: DemoSite) -> None:
    site = demo_site.outlets["primorsk"]
    demo_site.clock = OPENING + timedelta(days=1)
    site.edit_headline(site.seed_url, "Саммит ОДКБ завершился")
    site.edit_paragraph(site.seed_url, 6, "Траур в Казахстане продлён ещё на день.")
    truth = site.truth_of(site.seed_url)
    page = ask(site.seed_url).body.decode()
    assert (truth.title, truth.body[6]) == (
        "Саммит ОДКБ завершился",
        "Траур в Казахстане продлён ещё на день.",
    )
    assert truth.title in page
    assert truth.body[6] in page
    assert truth.modified == demo_site.clock
    assert '"dateModified": "2022-01-11T15:00:00+02:00"' in page


def test_a_view_counter_moves_without_an_edit(demo_site: DemoSite) -> None:
    site = demo_site.outlets["primorsk"]
    site.count_views(site.seed_url, 1204)
    truth = site.truth_of(site.seed_url)
    assert (truth.views, truth.modified) == (1204, None)
    assert "1204" in ask(site.seed_url).body.decode()


def test_a_new_story_heads_its_section(demo_site: DemoSite) -> None:
    site = demo_site.outlets["azov"]
    url = site.publish(
        Story("svezhaya-novost", "Свежая новость", "world", OPENING, ("Первый абзац.", "Второй абзац."))
    )
    assert url == f"{site.base_url}/10-01-2022/svezhaya-novost/"
    assert site.truth("Мир")[0].url == url
    assert ask(site.section_urls["Мир"]).body.decode().find("Свежая новость") > 0


def test_an_address_nobody_wrote_is_not_found(demo_site: DemoSite) -> None:
    for site in demo_site.outlets.values():
        assert ask(site.base_url + "/wp-login.php").status == 404


def test_a_campaign_s_mark_on_an_address_changes_nothing(demo_site: DemoSite) -> None:
    site = demo_site.outlets["dnipro"]
    assert ask(site.seed_url + "?utm_source=rss&utm_medium=feed").body == ask(site.seed_url).body


def test_every_request_is_kept_as_it_came_with_its_answer(demo_site: DemoSite) -> None:
    site = demo_site.outlets["primorsk"]
    reply = ask(site.base_url + "/robots.txt", User_Agent="newsarchive (+mailto:archive@example.org)")
    (request,) = site.requests()
    assert (request.method, request.path, request.status) == ("GET", "/robots.txt", 200)
    assert request.user_agent == "newsarchive (+mailto:archive@example.org)"
    assert request.raw.startswith(b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1:")
    assert request.answer == reply.raw
    assert demo_site.outlets["azov"].requests() == []


def test_a_port_is_closed_when_the_demo_site_is() -> None:
    with DemoSite.open() as demo_site:
        url = demo_site.outlets["primorsk"].base_url
    with pytest.raises(ConnectionRefusedError):
        ask(url + "/")
