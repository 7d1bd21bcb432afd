"""Politeness end to end: what a crawl requests, what it does not, and what it reports."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, run_crawl
from newsarchive.demo_site.http_messages import Request, Response
from newsarchive.demo_site.server import Server
from newsarchive.sources.check import check_source
from newsarchive.web.app import create_app
from spiders.sources.source import load

TEXT = (
    "Городской совет принял бюджет на следующий год, расходы на ремонт дорог вырастут почти вдвое.",
    "Депутаты спорили шесть часов, и только к вечеру удалось договориться о порядке выплат.",
    "Мэр сказал, что работы начнутся весной, как только позволит погода и будут проведены торги.",
)


def article(title: str) -> Response:
    """Return a page that is extracted as an article."""
    paragraphs = "".join(f"<p>{one}</p>" for one in TEXT)
    return html(
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f'<time datetime="2022-01-10T11:55:00+02:00">11:55 10 января 2022</time>{paragraphs}</article></body></html>'
    )


def html(text: str) -> Response:
    return Response(text.encode(), type="text/html; charset=utf-8")


def listing(*links: tuple[str, str]) -> Response:
    items = "".join(
        f'<li><a href="{url}">{title}</a> <span>10 января 2022, 11:{place:02}</span></li>'
        for place, (url, title) in enumerate(links)
    )
    return html(f"<html><body><h1>Город</h1><ul>{items}</ul></body></html>")


TITLES = (
    "Совет принял бюджет на следующий год",
    "Дороги отремонтируют к весне",
    "Мэр рассказал о планах на лето",
)
NEWS = {
    f"/news/2022/{number}-{name}.html": title
    for number, (name, title) in enumerate(zip("abc", TITLES, strict=True))
}


@dataclass
class Outlet:
    """A server whose responses the test sets."""

    answers: dict[str, Callable[[], Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    base: str = ""

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        self.agents.add(request.user_agent)
        answer = self.answers.get(request.path)
        return answer() if answer else Response(b"", 404)


@pytest.fixture
def outlets() -> Iterator[list[Outlet]]:
    """Start two servers on loopback, each at a port of its own."""
    found = [Outlet(), Outlet()]
    server = Server(found)
    server.start()
    for outlet, port in zip(found, server.ports, strict=True):
        outlet.base = f"http://127.0.0.1:{port}"
    found[0].answers["/city/"] = lambda: listing(*NEWS.items())
    for path, title in NEWS.items():
        found[0].answers[path] = lambda title=title: article(title)
    yield found
    server.stop()


def crawl(folder: Path, outlet: Outlet, more: str = "") -> CrawlOutcome:
    (folder / "sources" / "city.toml").write_text(
        f'title = "Город"\ntimezone = "Europe/Kyiv"\n[[sections]]\nurl = "{outlet.base}/city/"\n'
        f"[politeness]\ndelay = 0.0\n{more}",
        encoding="utf-8",
    )
    return run_crawl(folder, CrawlOrder("city"))


def test_addresses_that_robots_txt_forbids_are_not_requested_but_reported(
    folder: Path, outlets: list[Outlet]
) -> None:
    city = outlets[0]
    forbidden = next(iter(NEWS))
    city.answers["/robots.txt"] = lambda: Response(
        f"User-agent: newsarchive\nDisallow: {forbidden}\n".encode()
    )
    outcome = crawl(folder, city)
    assert forbidden not in city.asked
    assert (outcome.counts["new"], outcome.counts["forbidden"], outcome.counts["failed"]) == (2, 1, 0)
    assert (outcome.forbidden, outcome.failures, outcome.notes) == ([city.base + forbidden], [], [])
    assert not outcome.needs_attention
    with Archive.open(folder) as archive:
        assert archive.crawls("city")[0].forbidden == 1
        (missed,) = archive.missed(outcome.crawl or "")
        assert (missed.kind, missed.url) == ("forbidden", city.base + forbidden)
    checked = check_source(folder, load(folder / "sources" / "city.toml"))
    assert (checked.articles, len(checked.pages), checked.is_sound) == (2, 2, True)
    assert checked.forbidden == (city.base + forbidden,)


def test_rejected_pages_are_named_in_every_interface(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    wall = (
        "<html><head><title>Проверка</title></head><body><h1>Подтвердите, что вы не робот</h1></body></html>"
    )
    asks, broken, missing = (city.base + path for path in NEWS)
    city.answers[asks.removeprefix(city.base)] = lambda: html(wall)
    city.answers[broken.removeprefix(city.base)] = lambda: Response(b"", 403)
    del city.answers[missing.removeprefix(city.base)]
    outcome = crawl(folder, city)
    assert [url for url, _ in outcome.rejected] == [asks]
    assert {url for url, _ in outcome.failures} == {broken, missing}
    reported = {"failed": {broken, missing}, "not an article": {asks}}
    with Archive.open(folder) as archive:
        found = archive.missed(outcome.crawl or "")
        assert {kind: {one.url for one in found if one.kind == kind} for kind in reported} == reported
        assert {one.url: one.reason for one in found}[broken] == "answered 403"
    command = [sys.executable, "-m", "newsarchive", "--archive", str(folder), "status", "city"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (printed.returncode, all(url in printed.stdout for url in (asks, broken, missing))) == (1, True)
    with TestClient(create_app(folder), base_url="http://127.0.0.1:8470") as browser:
        page = browser.get("/sources/city").text
    assert all(f'href="{url}"' in page for url in (asks, broken, missing))
    assert "answered 403" in page


def test_a_section_that_robots_txt_forbids_is_noted(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    city.answers["/robots.txt"] = lambda: Response(b"User-agent: *\nDisallow: /city/\n")
    outcome = crawl(folder, city)
    assert outcome.needs_attention
    assert (outcome.failures, outcome.forbidden) == ([], [f"{city.base}/city/"])
    (note,) = outcome.notes
    assert note.startswith(
        f"robots.txt forbids the section city, {city.base}/city/: nothing was found through it."
    )
    checked = check_source(folder, load(folder / "sources" / "city.toml"))
    assert (checked.pages, checked.is_sound) == ((), False)
    assert [one.problem for one in checked.listings] == ["robots.txt forbids it"]


def test_robots_txt_that_fails_forbids_everything_and_one_that_is_missing_nothing(
    folder: Path, outlets: list[Outlet]
) -> None:
    city = outlets[0]
    city.answers["/robots.txt"] = lambda: Response(b"", 503)
    refused = crawl(folder, city)
    assert city.asked == ["/robots.txt"]
    assert "robots.txt" in refused.notes[0]
    del city.answers["/robots.txt"]
    assert crawl(folder, city).counts["new"] == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_robots_txt_with_a_byte_order_mark_is_obeyed(
    folder: Path, outlets: list[Outlet], encoding: str
) -> None:
    city = outlets[0]
    city.answers["/robots.txt"] = lambda: Response("User-agent: *\nDisallow: /news/\n".encode(encoding))
    outcome = crawl(folder, city)
    assert city.asked == ["/robots.txt", "/city/"]
    assert outcome.counts["forbidden"] == 3


def test_a_server_that_is_overloaded_gets_a_pause_of_its_own_accord(
    folder: Path, outlets: list[Outlet]
) -> None:
    city = outlets[0]
    path, title = next(iter(NEWS.items()))
    busy = iter([Response(b"", 429), article(title)])
    city.answers[path] = lambda: next(busy)
    assert crawl(folder, city).counts["new"] == 3
    with Archive.open(folder) as archive:
        refused, answered = archive.captures(city.base + path)
        assert (refused.status, answered.status) == (429, 200)
        assert (answered.fetched_at - refused.fetched_at).total_seconds() >= 1.0


def test_robots_txt_refused_for_overload_forbids_everything(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    city.answers["/robots.txt"] = lambda: Response(b"", 429)
    assert "status 429" in crawl(folder, city).notes[0]
    assert city.asked == ["/robots.txt"]


FEED = (
    "<rss><channel>"
    + "".join(f"<item><title>{title}</title><link>{path}</link></item>" for path, title in NEWS.items())
    + "</channel></rss>"
)


def crawl_feed(
    folder: Path, outlet: Outlet, body: str, more: str = "", *, kind: str = "feeds"
) -> CrawlOutcome:
    outlet.answers["/feed"] = lambda: Response(body.encode(), type="text/xml")
    (folder / "sources" / "city.toml").write_text(
        f'title = "Город"\ntimezone = "Europe/Kyiv"\n[politeness]\ndelay = 0.0\n'
        f'[discovery]\n{kind} = ["{outlet.base}/feed"]\n{more}',
        encoding="utf-8",
    )
    return run_crawl(folder, CrawlOrder("city"))


@pytest.mark.parametrize("kind", ["feeds", "sitemaps"])
@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (
            "<!DOCTYPE html><html><body><h1>Страница не найдена</h1></body></html>",
            " It is a web page, not a ",
        ),
        ("", ""),
        ("<rss><channel><title>Город</title></channel></rss>", ""),
        ("{}", ""),
    ],
)
def test_a_feed_that_became_something_else_is_noted_in_report_and_status(
    folder: Path, outlets: list[Outlet], kind: str, body: str, hint: str
) -> None:
    outcome = crawl_feed(folder, outlets[0], body, kind=kind)
    (note,) = outcome.notes
    assert note.startswith(f"{outlets[0].base}/feed shows no articles.")
    assert hint in note
    assert outcome.needs_attention
    status = subprocess.run(
        [sys.executable, "-m", "newsarchive", "--archive", str(folder), "status"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert status.returncode == 1
    assert note in status.stdout.replace("\n  ", " ")


def test_the_expressions_of_the_source_file_also_bind_feeds(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    outcome = crawl_feed(folder, city, FEED, 'article = ["^/news/"]\nignore = ["b.html$"]\n')
    assert (outcome.counts["found"], outcome.counts["new"], outcome.notes) == (2, 2, [])
    assert "/news/2022/2-b.html" not in city.asked
    outcome = crawl_feed(folder, city, FEED, 'article = ["^/world/"]\n')
    assert outcome.notes == [
        f"{city.base}/feed shows no articles that [discovery] article and ignore in the source file admit."
    ]


def refresh(url: str) -> Response:
    return html(f'<html><head><meta http-equiv="refresh" content="0; url={url}"></head><body></body></html>')


def test_a_page_that_refreshes_is_followed_like_a_redirect(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    path, title = next(iter(NEWS.items()))
    city.answers[path] = lambda: refresh("/moved/1.html")
    city.answers["/moved/1.html"] = lambda: article(title)
    city.answers["/start/"] = lambda: refresh("/city/")
    first = crawl(folder, city)
    assert (first.counts["new"], first.counts["moved"], first.rejected) == (3, 1, [])
    with Archive.open(folder) as archive:
        found = archive.article(city.base + path)
        assert found.url == city.base + "/moved/1.html"
    city.asked.clear()
    source = folder / "sources" / "city.toml"
    source.write_text(source.read_text(encoding="utf-8").replace("/city/", "/start/"), encoding="utf-8")
    again = run_crawl(folder, CrawlOrder("city"))
    assert (again.counts["found"], again.notes) == (3, [])
    assert path not in city.asked


def test_pages_that_refresh_for_ever_end(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    for number in range(100):
        city.answers[f"/loop/{number}"] = lambda number=number: refresh(f"/loop/{number + 1}")
    city.answers["/city/"] = lambda: listing(
        *NEWS.items(), ("/loop/0", "Эта страница ведёт всё дальше и дальше")
    )
    outcome = crawl(folder, city, '[discovery]\narticle = ["^/news/", "^/loop/"]\n')
    assert outcome.counts["new"] == 3
    assert sum(path.startswith("/loop/") for path in city.asked) == 11
    assert [reason for _, reason in outcome.failures] == ["more than 10 redirects"]


def test_links_of_a_redirect_service_lead_to_their_articles_once(folder: Path, outlets: list[Outlet]) -> None:
    city, counter = outlets
    for number, path in enumerate(NEWS):
        counter.answers[f"/r/{number}"] = lambda path=path: Response(
            b"", 301, headers=(("Location", city.base + path),)
        )
    items = "".join(f"<item><link>{counter.base}/r/{number}</link></item>" for number in range(3))
    feed = f"<rss><channel>{items}</channel></rss>"
    more = f'[[sections]]\nurl = "{city.base}/city/"\n[network]\nallow_private = ["127.0.0.1"]\n'
    assert crawl_feed(folder, city, feed, more).counts["new"] == 3
    crawl_feed(folder, city, feed, more)
    counter.asked.clear()
    assert crawl_feed(folder, city, feed, more).counts["known"] == 3
    assert [path for path in counter.asked if path.startswith("/r/")] == []
    with Archive.open(folder) as archive:
        for number, path in enumerate(NEWS):
            assert archive.article(f"{counter.base}/r/{number}").url == city.base + path


def test_the_user_agent_names_the_crawler_and_a_contact(folder: Path, outlets: list[Outlet]) -> None:
    (folder / "newsarchive.toml").write_text('contact = "archive@library.example"\n')
    crawl(folder, outlets[0])
    (agent,) = outlets[0].agents
    assert agent.startswith("newsarchive/")
    assert "archive@library.example" in agent


def test_a_server_that_asks_for_a_pause_is_requested_again(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    path, title = next(iter(NEWS.items()))
    busy = iter([Response(b"", 503, headers=(("Retry-After", "0"),)), article(title)])
    city.answers[path] = lambda: next(busy)
    outcome = crawl(folder, city)
    assert (outcome.counts["new"], city.asked.count(path)) == (3, 2)
    with Archive.open(folder) as archive:
        assert [row.status for row in archive.captures(city.base + path)] == [503, 200]


def test_a_server_that_asks_for_an_hour_is_skipped_until_the_next_crawl(
    folder: Path, outlets: list[Outlet]
) -> None:
    city = outlets[0]
    path = next(iter(NEWS))
    city.answers[path] = lambda: Response(b"", 429, headers=(("Retry-After", "3600"),))
    outcome = crawl(folder, city)
    assert city.asked.count(path) == 1
    assert outcome.failures == [(city.base + path, "answered 429")]


@pytest.mark.parametrize("way", ["link", "redirect"])
def test_private_addresses_are_not_requested_whatever_leads_there(
    folder: Path, outlets: list[Outlet], way: str
) -> None:
    city, private = outlets
    path = next(iter(NEWS))
    secret = private.base + "/news/2022/9-secret.html"
    if way == "redirect":
        city.answers[path] = lambda: Response(b"", 302, headers=(("Location", secret),))
    else:
        city.answers["/city/"] = lambda: listing(
            *NEWS.items(), (secret, "Секретный раздел соседнего сервера")
        )
    outcome = crawl(folder, city)
    assert private.asked == []
    if way == "redirect":
        assert [url for url, _ in outcome.failures] == [secret]
        assert "may not request" in outcome.failures[0][1]


def test_a_redirect_to_a_file_is_not_followed(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    path = next(iter(NEWS))
    city.answers[path] = lambda: Response(b"", 301, headers=(("Location", "file:///etc/passwd"),))
    outcome = crawl(folder, city)
    assert [url for url, _ in outcome.failures] == [city.base + path]
    assert outcome.counts["new"] == 2


def test_a_redirect_loop_ends(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    path, other = list(NEWS)[:2]
    city.answers[path] = lambda: Response(b"", 302, headers=(("Location", other),))
    city.answers[other] = lambda: Response(b"", 302, headers=(("Location", path),))
    outcome = crawl(folder, city)
    assert outcome.counts["new"] == 1
    assert (city.asked.count(path), city.asked.count(other)) == (1, 1)


def requests_of(folder: Path, outlet: Outlet) -> dict[str, str]:
    """Return the request to each path of a server, as the WARC files of the archive have it."""
    found = {}
    for file in sorted((folder / "warc").glob("*.warc.gz")):
        for record in gzip.decompress(file.read_bytes()).split(b"\r\n\r\nWARC/1.1\r\n"):
            if b"WARC-Type: request" in record and f"Host: {outlet.base[7:]}".encode() in record:
                request = record.partition(b"\r\n\r\n")[2].decode()
                found[request.split()[1]] = request
    return found


def test_no_cookie_is_ever_sent_back(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    title = TITLES[0]
    page = article(title)
    city.answers[next(iter(NEWS))] = lambda: Response(
        page.body, type=page.type, headers=(("Set-Cookie", "id=1"), ("Set-Cookie", "b=2"))
    )
    assert crawl(folder, city).counts["new"] == 3
    requests = requests_of(folder, city)
    assert set(requests) == {"/robots.txt", "/city/", *NEWS}
    assert not any("Cookie:" in request for request in requests.values())


def test_cookies_and_note_of_the_source_file_are_sent_to_its_own_site_and_stored(
    folder: Path, outlets: list[Outlet]
) -> None:
    city, other = outlets
    city.answers["/r"] = lambda: Response(
        b"", 302, headers=(("Location", f"{other.base}/news/2022/7-z.html"),)
    )
    other.answers["/news/2022/7-z.html"] = lambda: article("Порт принял первый корабль весной")
    city.answers["/robots.txt"] = lambda: Response(
        b"User-agent: partner-7\nDisallow: /\n\nUser-agent: newsarchive\nDisallow: /news/2022/2\n"
    )
    city.answers["/city/"] = lambda: listing(*NEWS.items(), ("/r", "Порт принял первый корабль весной"))
    more = '[capture]\ncookies = { consent = "yes", region = "77" }\nuser_agent_note = "partner-7"\n'
    more += '[network]\nallow_private = ["127.0.0.1"]\n'
    outcome = crawl(folder, city, more + '[discovery]\narticle = ["^/news/", "^/r$"]\n')
    assert (outcome.counts["new"], outcome.forbidden) == (3, [city.base + "/news/2022/2-c.html"])
    own = requests_of(folder, city)
    assert set(own) == {"/robots.txt", "/city/", "/r", *list(NEWS)[:2]}
    assert all("\r\nCookie: consent=yes; region=77\r\n" in request for request in own.values())
    foreign = requests_of(folder, other)
    assert set(foreign) == {"/robots.txt", "/news/2022/7-z.html"}
    assert not any("Cookie" in request for request in foreign.values())
    for request in (*own.values(), *foreign.values()):
        (agent,) = [line for line in request.splitlines() if line.startswith("User-Agent:")]
        assert agent.startswith("User-Agent: newsarchive/")
        assert agent.endswith(" partner-7")


def test_a_section_without_articles_is_noted(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    city.answers["/city/"] = lambda: html("<html><body><p>Сайт обновляется</p></body></html>")
    outcome = crawl(folder, city)
    assert outcome.needs_attention
    assert outcome.notes == [f"{city.base}/city/ shows no articles."]


def test_a_wall_of_captchas_is_noted(folder: Path, outlets: list[Outlet]) -> None:
    city = outlets[0]
    wall = (
        "<html><head><title>Проверка</title></head><body><h1>Подтвердите, что вы не робот</h1></body></html>"
    )
    for path in NEWS:
        city.answers[path] = lambda: html(wall)
    outcome = crawl(folder, city)
    assert (outcome.counts["new"], outcome.counts["not_articles"]) == (0, 3)
    assert outcome.notes[0].startswith("3 of 3 pages were no articles: ")
    with Archive.open(folder) as archive:
        (last,) = archive.crawls("city")
        assert last.notes == tuple(outcome.notes)


def test_a_complete_page_with_a_too_large_content_length_is_extracted(
    folder: Path, outlets: list[Outlet]
) -> None:
    city = outlets[0]
    whole, cut = list(NEWS)[:2]
    page = article(NEWS[whole]).body
    city.answers[whole] = lambda: Response(page, keep_alive=False, missing_bytes=77)
    city.answers[cut] = lambda: Response(page[:-200], keep_alive=False, missing_bytes=277)
    outcome = crawl(folder, city)
    assert outcome.counts["new"] == 3
    with Archive.open(folder) as archive:
        assert archive.article(city.base + whole).title == NEWS[whole]
        assert not archive.article(city.base + whole).partial
        assert archive.article(city.base + cut).partial
        assert {row.truncated for row in archive.captures(city.base + whole)} == {"disconnect"}
