"""Snapshots in Chromium look like the site: fonts are loaded, pictures drawn, style sheets applied."""

from __future__ import annotations

import base64
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from archive import events, timestamps
from archive.core import Archive
from archive.events import CrawlStarted, Fetched
from archive.recording.session import Fetch, Recording
from archive.replay.urls import snapshot_path
from archive.warc.records import Exchange
from newsarchive.demo_site.http_messages import Response
from newsarchive.web.app import create_app
from tests.chromium import CHROMIUM, Chromium, chromium
from tests.newsarchive.test_web_browser import served
from tests.test_crawl_politeness import NEWS, TEXT, Outlet, crawl, html, listing, outlets  # noqa: F401

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

# A font in which "A" is three times as wide as it is high.
FONT = zlib.decompress(
    base64.b64decode(
        "eNqFULtKA0EUPbOzxmjii1hYbiConUQkBFHUQBArMRYBG12SzQN2kyUmECGFSEBLaxs7K1vBwg9IaWVtIegHaCfEs7MbiCn0wH2c"
        "O3fuPTMQACZxDglj/3BlNWvsdQCxzOpJwTFdHOCG/Jo8XbbPSrNH6x/kz+QLFcssJuXFIvN7WqrCQugutsT8jZaoOM32lHcCcUUX"
        "tusFE1HFe3Qhx2y70BEiD5MbNdOxdjfdGjl3IO/WT5vURWjb3jk8rbTXh8vS8czGF6T0+vC+dpsdjrKrPXkBGnzwjjT6aSDySBlr"
        "sqsmDUNTFY1qRMBHIUMv/IUxdvyPX9O3CIYdZKShBhnojfSzLj59dcFu79Xz9EJFHQlGPVCX6fe9ecoLpUcEG6OD3eoHOCMZn4vL"
        "7ndH/YeOVNA3uOVvGyfjJn2ClTAiQa5hGrF8tWjlrHLLNhvIo4oiLORoZbRgw0TDV/oHfgDgFUWV"
    )
)
PATH = next(iter(NEWS))


def png(width: int, height: int = 4) -> bytes:
    """Return a red picture of that size; its width tells it apart from others."""
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def picture(path: str) -> bytes:
    """Return the picture with the width that its name states."""
    return png(int(path.rpartition(".")[0].rpartition("-")[2]))


def page(body: str, head: str = "", tag: str = "<html>") -> Response:
    """Return an article with this markup inside its text."""
    text = "".join(f"<p>{one}</p>" for one in TEXT)
    return html(
        f"<!DOCTYPE html>{tag}<head><title>Новость</title>{head}</head><body><article><h1>{NEWS[PATH]}</h1>"
        f'<time datetime="2022-01-10T11:55:00+02:00">11:55 10 января 2022</time><div class="text">{body}{text}</div>'
        "</article></body></html>"
    )


class Site:
    """A site whose pictures are as wide as the number in their names, its archive, and a browser."""

    base = "http://news.example"

    def __init__(self, folder: Path, browser: Chromium, origin: str) -> None:
        self.folder, self.browser, self.origin = folder, browser, origin
        self.files: dict[str, Response] = {}

    def add(self, path: str, body: bytes, media_type: str) -> None:
        """Add a file to the site."""
        self.files[path] = Response(body, type=media_type)

    def add_pictures(self, *paths: str) -> None:
        """Add pictures; the digits before the extension are the width of each."""
        for path in paths:
            self.add(path, picture(path), "image/png")

    def capture(self, answer: Response) -> None:
        """Store this page and all files of the site."""
        at = datetime(2022, 1, 10, 10, tzinfo=UTC)
        started = CrawlStarted(
            crawl="city-1", source="city", title="Город", timezone="UTC", at=timestamps.to_iso(at)
        )
        with Archive.open(self.folder) as archive:
            recording = Recording(
                self.folder,
                archive.connection,
                started,
                extractor="a test",
                info={"software": "a test"},
                max_bytes=10**9,
                now=lambda: at,
                new_id=uuid4,
            )
            for path, file in {PATH: answer, **self.files}.items():
                why = Fetched(role="page" if path == PATH else "requisite", crawl="city-1", source="city")
                head = f"HTTP/1.1 {file.status} -\r\nContent-Type: {file.type}\r\n"
                head += f"Content-Length: {len(file.body)}\r\n\r\n"
                exchange = Exchange(
                    url=self.base + path,
                    fetched_at=at,
                    request=f"GET {path} HTTP/1.1\r\n\r\n".encode(),
                    response=head.encode() + file.body,
                    ip="192.0.2.1",
                    metadata=events.to_json(why),
                )
                recording.store([Fetch(exchange, why)])
            recording.close()

    def address(self, url: str, form: Any = "frame") -> str:
        """Return the address of the newest snapshot."""
        with Archive.open(self.folder) as archive:
            row = archive.captures(url)[-1]
        return self.origin + snapshot_path(row.url, row.fetched_at, form)

    def view(self, url: str = base + PATH, form: Any = "frame") -> None:
        """Open the newest snapshot in the browser."""
        self.browser.open(self.address(url, form))

    def widths(self, selector: str = "img") -> list[int]:
        """Return the natural widths of the pictures that a reader sees."""
        found = self.browser.evaluate(
            f"[...document.querySelectorAll({selector!r})].filter(e => e.checkVisibility({{checkOpacity: true, "
            "checkVisibilityCSS: true})).map(e => e.naturalWidth)"
        )
        assert isinstance(found, list)
        return found

    def box(self, selector: str) -> list[float]:
        """Return width and height of the first element."""
        box = f"document.querySelector({selector!r}).getBoundingClientRect()"
        found = self.browser.evaluate(f"(box => [box.width, box.height])({box})")
        assert isinstance(found, list)
        return found

    def width_of(self, address: str) -> int:
        """Return the width of the picture at an address, as the page loads it."""
        load = f"(i => {{ i.src = {address!r}; return i.decode().then(() => i.width) }})(new Image())"
        return int(self.browser.evaluate(load))

    def style(self, selector: str, name: str) -> str:
        """Return a computed property of the first element."""
        return str(
            self.browser.evaluate(
                f"getComputedStyle(document.querySelector({selector!r})).getPropertyValue({name!r})"
            )
        )


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def site(folder: Path, browser: Chromium) -> Iterator[Site]:
    with served(create_app(folder)) as origin:
        yield Site(folder, browser, origin)


@pytest.fixture
def city(outlets: list[Outlet]) -> Outlet:  # noqa: F811
    """Return a server with one article, and every picture that is asked for."""
    city = outlets[0]
    city.answers["/city/"] = lambda: listing((PATH, NEWS[PATH]))
    return city


def add_pictures(city: Outlet, *paths: str) -> None:
    """Add pictures to a server; the digits before the extension are the width of each."""
    for path in paths:
        city.answers[path] = lambda path=path: Response(picture(path), type="image/png")


@pytest.mark.parametrize("media_type", ["font/ttf", "application/octet-stream", "text/plain"])
def test_a_web_font_is_loaded_into_the_sandbox(site: Site, media_type: str) -> None:
    site.add("/f/wide.ttf", FONT, media_type)
    site.add(
        "/css/a.css", b"@font-face{font-family:Wide;src:url(/f/wide.ttf)} h1,b{font-family:Wide}", "text/css"
    )
    site.capture(
        page("<p><b id=wide style='font-size:20px'>AAAA</b></p>", '<link rel=stylesheet href="/css/a.css">')
    )
    site.view()
    faces = "document.fonts.ready.then(() => [...document.fonts].map(face => face.status))"
    assert site.browser.evaluate(faces) == ["loaded"]
    assert site.browser.evaluate("document.querySelector('#wide').getBoundingClientRect().width") == 240
    assert site.browser.evaluate("window.origin") == "null"


def test_a_srcset_with_commas_in_its_addresses_shows_the_right_size(site: Site) -> None:
    site.add_pictures("/img/p-7.png", "/img/w_400,c_limit/p-40.png", "/img/w_800,c_limit/p-80.png")
    site.capture(
        page(
            '<figure><img src="/img/p-7.png" sizes="40px" srcset="/img/w_400,c_limit/p-40.png 40w,/img/x y 3z,'
            ' /img/w_800,c_limit/p-80.png 80w"><figcaption>Мост</figcaption></figure>'
        )
    )
    site.view()
    assert site.browser.evaluate("document.querySelector('img').currentSrc").endswith(
        "/w_400,c_limit/p-40.png"
    )


@pytest.mark.parametrize("missing", ["/img/a-40.png", "/img/b-50.png", "/img/c-60.png"])
def test_of_a_picture_element_only_what_was_captured_is_chosen(site: Site, missing: str) -> None:
    site.add_pictures("/img/a-40.png", "/img/b-50.png", "/img/c-60.png")
    del site.files[missing]
    site.capture(
        page(
            '<figure><picture><source srcset="/img/a-40.png" media="(min-width: 10px)">'
            '<source data-srcset="/img/b-50.png 2x"><img src="/img/c-60.png"></picture>'
            "<figcaption>Мост</figcaption></figure>"
        )
    )
    site.view()
    # Beside the first source, the second one is twice as dense: its natural size is half of its width.
    assert site.browser.evaluate("document.querySelector('img').currentSrc").endswith(
        "b-50.png" if missing == "/img/a-40.png" else "a-40.png"
    )
    assert site.widths()[0] > 1


def test_the_source_is_shown_where_the_picture_itself_was_not_captured(site: Site) -> None:
    site.add_pictures("/img/a-40.png")
    site.capture(
        page(
            '<figure><picture><source srcset="/img/a-40.png" media="print"><img src="/img/gone.png"></picture>'
            "<figcaption>Мост</figcaption></figure>"
        )
    )
    site.view()
    assert site.widths() == [40]


LAZY = {
    "data-src": '<img class="lazy" src="/img/blank-1.png" data-src="/img/real-40.png">',
    "data-srcset": '<img class="lazyload" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
    'data-srcset="/img/real-40.png 1x">',
    "data-original": '<img src="" data-original="/img/real-40.png">',
    "data-lazy-src": '<img src="/img/spacer-1.png" data-lazy-src="/img/real-40.png">',
    "noscript": '<img class="lazy" src="/img/blank-1.png" data-src="/img/real-40.png">'
    '<noscript><img src="/img/real-40.png"></noscript>',
    "another size in noscript": '<img class="lazy" src="/img/blank-1.png" data-src="/img/real-40.png">'
    ' <noscript><img src="/img/other.png"></noscript>',
    "only in noscript": '<img class="lazy" src="/img/blank-1.png" data-src="/img/gone.png">'
    '<noscript><img src="/img/real-40.png"></noscript>',
    "native": '<div style="height:5000px"></div><img loading="lazy" width=40 height=4 src="/img/real-40.png">',
    "faded in": '<div class="lazy-wrap"><img class="fade-in" onload="this.className=1" src="/img/real-40.png"></div>',
    "amp": '<amp-img src="/img/real-40.png" width=800 height=80 layout=responsive><noscript>'
    '<img src="/img/real-40.png"></noscript></amp-img>',
    "video": '<video poster="/img/real-40.png"></video><img src="/img/real-40.png">',
}


@pytest.mark.parametrize("kind", LAZY)
def test_a_lazy_picture_is_shown_once(site: Site, kind: str) -> None:
    site.add_pictures("/img/blank-1.png", "/img/spacer-1.png", "/img/real-40.png")
    hidden = "<style>.lazy,.lazyload,.fade-in{opacity:0} .lazy-wrap{visibility:hidden}</style>"
    site.capture(page(f"<figure>{LAZY[kind]}<figcaption>Мост</figcaption></figure>", hidden))
    site.view()
    if kind == "native":
        site.browser.evaluate("window.scrollTo(0, 1e6)")
        site.browser.evaluate("document.querySelector('img').decode()")
    assert site.widths() == [40]


def test_a_page_that_hides_lazy_pictures_without_scripts_shows_the_ones_in_noscript(site: Site) -> None:
    site.add_pictures("/img/real-40.png")
    site.capture(
        page(
            '<figure><img class="lazy" data-src="/img/real-40.png"><noscript><img src="/img/real-40.png"></noscript>'
            "<figcaption>Мост</figcaption></figure>",
            "<style>.no-js .lazy{display:none}</style>",
            '<html class="no-js">',
        )
    )
    site.view()
    assert site.widths() == [40]


def test_a_background_that_a_script_would_set_is_shown(site: Site) -> None:
    site.add_pictures("/img/back-40.png", "/img/css-50.png")
    site.add("/css/a.css", b"h1{background:url(../img/css-50.png)}", "text/css")
    site.capture(
        page('<div id=a data-bg="/img/back-40.png"></div>', '<link rel=stylesheet href="/css/a.css">')
    )
    site.view()
    for selector, name in (("#a", "back-40"), ("h1", "css-50")):
        address = site.style(selector, "background-image").removeprefix('url("').removesuffix('")')
        assert name in address
        assert site.width_of(address) == int(name[-2:])


def test_style_sheets_that_do_not_block_are_applied_and_alternate_ones_are_not(site: Site) -> None:
    for name, rule in {
        "print": "h1{color:rgb(1,0,0)}",
        "preload": "p{color:rgb(2,0,0)}",
        "imported": "time{color:rgb(3,0,0)}",
        "alternate": "article{color:rgb(4,0,0)}",
        "later": "div{color:rgb(5,0,0)}",
        "really-print": "time{background:rgb(9,0,0)}",
    }.items():
        site.add(f"/css/{name}.css", rule.encode(), "text/css")
    site.add("/css/main.css", b'@import "imported.css" screen;', "text/css")
    site.capture(
        page(
            "",
            """<link rel="stylesheet" href="/css/print.css" media="print" onload="this.media='all'">
            <link rel="preload" as="style" href="/css/preload.css" onload="this.onload=null;this.rel='stylesheet'">
            <link rel="stylesheet" href="/css/main.css"><link rel="alternate stylesheet" title="T"
            href="/css/alternate.css"><link rel="alternate stylesheet" title="L" href="/css/later.css"
            onload="this.title='';this.rel='stylesheet'">
            <link rel="stylesheet" media="print" href="/css/really-print.css">""",
        )
    )
    site.view()
    assert [site.style(one, "color") for one in ("h1", "p", "time", "article", "div")] == [
        "rgb(1, 0, 0)",
        "rgb(2, 0, 0)",
        "rgb(3, 0, 0)",
        "rgb(0, 0, 0)",
        "rgb(5, 0, 0)",
    ]
    assert site.style("time", "background-color") == "rgba(0, 0, 0, 0)"


def test_symbols_of_an_svg_file_are_drawn(site: Site) -> None:
    site.add(
        "/img/sprite.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="g"><stop stop-color="red"/>'
        b'</linearGradient></defs><symbol id="bell" viewBox="0 0 10 10"><script>alert(1)</script>'
        b'<rect width="10" height="10" fill="url(#g)"/></symbol></svg>',
        "image/svg+xml",
    )
    site.add(
        "/img/photo-40.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="4"><rect width="9" height="9"/></svg>',
        "image/svg+xml",
    )
    site.capture(
        page(
            '<svg width="20" height="20"><use xlink:href="/img/sprite.svg#bell"></use></svg>'
            '<figure><img src="/img/photo-40.svg"><figcaption>Схема</figcaption></figure>'
        )
    )
    site.view()
    assert site.browser.evaluate("document.querySelector('use').getBBox().width") == 20
    assert site.widths() == [40]


def test_an_embedded_page_that_is_missing_leaves_a_box_of_its_size(site: Site) -> None:
    site.capture(page('<iframe src="https://video.example/embed/1" width="320" height="180"></iframe>'))
    site.view()
    assert site.box("[role=note]") == [320, 180]
    assert "video.example" in site.browser.evaluate("document.querySelector('[role=note]').textContent")


EMBEDS = """
<amp-video id=film poster="/img/poster-40.png" width=640 height=360 layout=responsive><source src="/v.mp4">
</amp-video>
<amp-iframe id=captured src="/widget" width=300 height=100 layout=fixed sandbox="allow-scripts"></amp-iframe>
<amp-iframe id=absent src="https://maps.example/1" width=300 height=100 layout=responsive></amp-iframe>
<amp-youtube id=tube data-videoid=1 width=480 height=270 layout=responsive></amp-youtube>
<iframe id=wide src="https://video.example/2" width="100%" height="90"></iframe>
<iframe id=lazy src="about:blank" data-src="/widget" width=200 height=80></iframe>
<iframe id=dot src="https://count.example/3" width=1 height=1></iframe>
<iframe id=hidden style="display:none" src="/widget"></iframe>
<div id=set class=box style="background-image:image-set('/img/set-20.png' 1x, url(/img/set-41.png) 2x)"></div>
<div id=old class=box></div>"""


def test_videos_embedded_pages_and_image_sets_are_drawn(site: Site) -> None:
    site.add_pictures("/img/poster-40.png", "/img/set-20.png", "/img/set-41.png", "/img/old-21.png")
    site.add("/widget", b"<p id=in>inside", "text/html")
    rule = b'.box{width:90px;height:90px} #old{background:-webkit-image-set(url("../img/old-21.png") 1x)}'
    site.add("/css/a.css", rule, "text/css")
    site.capture(page(EMBEDS, '<link rel=stylesheet href="/css/a.css">'))
    site.view()
    assert site.box("#film") == [640, 360]
    poster = site.browser.evaluate("document.querySelector('#film').poster")
    assert site.width_of(poster) == 40
    for frame, width in (("#captured iframe", 300), ("#lazy", 200)):
        assert "inside" in site.browser.evaluate(f"document.querySelector('{frame}').srcdoc")
        assert site.box(frame)[0] == width
    notes = site.browser.evaluate("[...document.querySelectorAll('[role=note]')].map(e => e.textContent)")
    assert notes == [
        "Embedded content from maps.example was not captured",
        "Embedded content (amp-youtube) is not part of this copy",
        "Embedded content from video.example was not captured",
    ]
    column = site.box(".text")[0]
    assert site.box(".text > [role=note]") == [column, 90]
    assert site.box("#tube") == [480, 270]
    assert not site.browser.evaluate("document.querySelectorAll('#dot, #hidden').length")
    for selector, width in (("#set", 20), ("#old", 21)):
        addresses = site.style(selector, "background-image").split('url("')[1:]
        assert site.width_of(addresses[0].partition('"')[0]) == width
        drawn = site.browser.screenshot_of(selector)
        site.browser.evaluate(f"document.querySelector('{selector}').style.backgroundImage = 'none'")
        assert site.browser.screenshot_of(selector) != drawn


def test_a_picture_that_is_missing_leaves_a_box_that_says_so(site: Site) -> None:
    site.add_pictures("/img/there-40.png")
    site.capture(
        page(
            '<img class=a alt="" src="/img/gone.png"><img class=b alt="Мост" width=200 height=90 src="/img/gone-2.png">'
            '<img class=c src="/img/there-40.png"><img class=d src="/img/gone.png" width=1 height=1>'
            '<picture><source srcset="/img/gone.webp"><img class=e src="/img/gone-3.png"></picture>'
        )
    )
    site.view()
    texts = site.browser.evaluate("[...document.querySelectorAll('img')].map(e => e.alt)")
    assert texts == ["Image not captured", "Image not captured: Мост", "", "", "Image not captured"]
    assert site.widths() == [0, 0, 40, 0, 0]
    for name, least in (("a", 42), ("b", 200), ("e", 42)):
        width, height = site.box(f"img.{name}")
        assert width >= least
        assert height >= 42
        assert site.style(f"img.{name}", "border-top-style") == "dashed"
    assert site.style("img.c", "border-top-style") == site.style("img.d", "border-top-style") == "none"


def test_pictures_are_captured_and_shown_whatever_their_names(site: Site, city: Outlet) -> None:
    names = ("foto mosta-40.png", "мост-41.png", "%d0%bc-42.png", "%D0%BC-43.png", "c_limit,w_4/b-44.png")
    names += ("port-view-45.png", "user/port-46.png", "banner-47.png")
    figures = (
        f'<figure><img src="/img/{name}"><figcaption>Мост {name[-6:-4]}</figcaption></figure>'
        for name in names
    )
    city.answers[PATH] = lambda: page("".join(figures))
    sent = [f"/img/{quote(name, safe='%,/')}" for name in names]
    add_pictures(city, *sent)
    crawl(site.folder, city, '[capture]\nimages = "all"\n')
    with Archive.open(site.folder) as archive:
        assert [image.url for image in archive.article(city.base + PATH).images] == [
            city.base + one for one in sent
        ]
    site.view(city.base + PATH)
    assert site.widths() == [40, 41, 42, 43, 44, 45, 46, 47]


def test_the_newest_snapshot_shows_what_was_swapped_under_the_same_text(site: Site, city: Outlet) -> None:
    same, other = PATH, "/news/2022/other.html"
    city.answers["/city/"] = lambda: listing((same, NEWS[same]), (other, "Мэр рассказал о планах на лето"))
    photo = '<figure><img src="/img/{}-{}.png"><figcaption>Мост</figcaption></figure>'
    add_pictures(city, "/img/kept-50.png", "/img/new-10.png", "/img/new-20.png")
    fresh = Response(png(60), type="image/png", headers=(("Cache-Control", "public, max-age=600"),))
    city.answers["/img/fresh-60.png"] = lambda: fresh
    unchanged = Response(png(50), type="image/png", etag='"1"')
    city.answers["/img/kept-50.png"] = lambda: unchanged

    def crawl_with(number: int, width: int) -> list[str]:
        """Crawl the site with everything swapped, and return what was requested."""
        images = "".join(f'<img src="/img/{name}.png">' for name in ("kept-50", "fresh-60", "gone"))
        first = replace(
            page(photo.format("same", 1) + images, '<link rel=stylesheet href="/css/a.css">'), etag='"page"'
        )
        second = page(photo.format("new", width), f'<link rel=stylesheet href="/css/v{number}.css">')
        rule = Response(f"h1{{color:rgb({number},0,0)}}".encode(), type="text/css")
        city.answers |= {same: lambda: first, other: lambda: second, "/img/same-1.png": lambda: swapped}
        city.answers |= {"/css/a.css": lambda: rule, f"/css/v{number}.css": lambda: rule}
        swapped = Response(png(width), type="image/png")
        asked = len(city.asked)
        crawl(site.folder, city, '[capture]\nimages = "all"\n')
        return city.asked[asked:]

    crawl_with(1, 10)
    time.sleep(1 - time.time() % 1)  # snapshots are told apart by the second
    asked = crawl_with(2, 20)
    assert "/img/kept-50.png" in asked
    assert not {"/img/fresh-60.png", "/img/gone.png", "/img/new-10.png"} & set(asked)
    with Archive.open(site.folder) as archive:
        rows = archive.captures(city.base + same)
        assert [row.status for row in rows] == [200, 304]
        assert [row.status for row in archive.captures(city.base + "/img/kept-50.png")] == [200, 304]
        assert {article.versions for article in archive.search()} == {1}
    for path, widths in ((same, [20, 50, 60, 0]), (other, [20])):
        site.view(city.base + path)
        assert site.style("h1", "color") == "rgb(2, 0, 0)"
        assert site.widths() == widths
    site.view(city.base + same, form="page")
    assert "had not changed (304)" in site.browser.evaluate("document.querySelector('.moment').textContent")
    first, unchanged = (row.record_id[10:-1] for row in rows)
    site.browser.open(f"{site.origin}/record/{unchanged}")
    assert site.browser.evaluate("document.querySelector('.notice a').pathname") == f"/record/{first}"


def test_a_section_page_shows_its_logo_and_thumbnails_which_are_captured_once(
    site: Site, city: Outlet
) -> None:
    pictures = '<img src="/img/logo-30.png"><img src="/img/thumb-40.png">'
    pictures += '<img src="/img/counter-1.png" width=1 height=1>'
    add_pictures(city, "/img/logo-30.png", "/img/thumb-40.png", "/img/counter-1.png")
    section = listing((PATH, NEWS[PATH])).body.decode().replace("<ul>", pictures + "<ul>")
    city.answers["/city/"] = lambda: html(section)
    city.answers[PATH] = lambda: page("")
    crawl(site.folder, city)
    site.view(city.base + "/city/")
    assert [width for width in site.widths() if width] == [30, 40]
    assert "/img/counter-1.png" not in city.asked
    asked = len(city.asked)
    crawl(site.folder, city)
    assert not [path for path in city.asked[asked:] if path.startswith("/img/")]


def test_no_pictures_are_captured_if_the_source_file_says_so(folder: Path, city: Outlet) -> None:
    add_pictures(city, "/img/logo-30.png")
    city.answers[PATH] = lambda: page('<img src="/img/logo-30.png"><video poster="/img/logo-30.png"></video>')
    crawl(folder, city, '[capture]\nimages = "none"\n')
    assert "/img/logo-30.png" not in city.asked


def test_the_banner_says_what_is_missing_and_why(site: Site) -> None:
    site.add_pictures("/img/a-40.png")
    site.add(
        "/css/a.css",
        b'@import "gone.css"; h1{color:red} @font-face{font-family:A;src:local(A),url(/f/a.woff2),url(/f/a.woff)}'
        b"@font-face{font-family:B;src:url(data:font/woff2;base64,d09GMg)}",
        "text/css",
    )
    site.files["/img/gone.png"] = Response(b"", 404)
    site.capture(
        page(
            '<figure><img src="/img/a-40.png"><figcaption>Мост</figcaption></figure><img src="/img/gone.png">'
            '<img class=lazy src="/img/a-40.png" data-src="/img/gone-2.png">'
            '<iframe src="https://video.example/1"></iframe><iframe src="//count.example/" width=1></iframe>',
            '<link rel=stylesheet href="/css/a.css">',
        ),
    )
    site.view(form="page")
    assert site.browser.evaluate("document.querySelector('.missing summary').textContent") == (
        "Missing from this copy: 2 of 3 images, 1 of 2 style sheets, 1 of 1 font, 1 of 1 embedded page."
    )
    assert site.browser.evaluate("[...document.querySelectorAll('.missing li')].map(e => e.textContent)") == [
        f"Image {site.base}/img/gone.png: answered 404",
        f"Image {site.base}/img/gone-2.png: not captured",
        f"Style sheet {site.base}/css/gone.css: not captured",
        f"Font {site.base}/f/a.woff2: not captured",
        "Embedded page https://video.example/1: not captured",
    ]
    assert site.browser.evaluate("document.querySelectorAll('h1').length") == 1


def test_a_page_captured_with_tracking_parameters_is_found_without_them(site: Site) -> None:
    site.add("/other/%D0%BC?utm_source=rss", b"<h1>1</h1>", "text/html")
    site.capture(page(""))
    with Archive.open(site.folder) as archive:
        for spelled in ("/other/%d0%bc", "/other/м/", "/other/%D0%BC?utm_source=mail#top"):
            assert len(archive.captures(site.base + spelled)) == 1


def test_a_captured_page_is_embedded_where_the_page_embeds_it(site: Site) -> None:
    site.add("/widget", b"<p id=in>inside<script>document.title = 1</script>", "text/html")
    site.capture(page('<iframe src="/widget" width="300" height="100"></iframe>'))
    site.view()
    frame = site.browser.evaluate("document.querySelector('iframe').getAttribute('srcdoc')")
    assert "inside" in frame
    assert "script" not in frame
    assert (
        site.browser.evaluate("document.querySelector('iframe').sandbox.contains('allow-scripts')") is False
    )
