"""A small archive made through the front door, for tests that need something to look at.

Two outlets on the addresses of nowhere: articles, one edited, one removed, one moved; a picture, a
listing, a feed; and a page that does everything a hostile page may try.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from archive import events, timestamps
from archive.core import Archive
from archive.events import CrawlEnded, CrawlStarted, Fetched, Sighted, SightedArticle
from archive.extraction.model import Article, Image, Link, Rejection, StatedTime
from archive.jobs.pool import ExtractionResult
from archive.recording.session import Fetch, Recording
from archive.warc.records import Exchange

KYIV = ZoneInfo("Europe/Kyiv")
FIRST = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
SECOND = datetime(2022, 1, 11, 10, 0, tzinfo=UTC)
THIRD = datetime(2022, 1, 12, 10, 0, tzinfo=UTC)
SITE = "http://news.example"
LISTING = f"{SITE}/world/"
SUMMIT = f"{SITE}/world/10-01-2022/summit"
BRIDGE = f"{SITE}/world/10-01-2022/bridge?part=1&page=2"
GONE = f"{SITE}/world/10-01-2022/gone"
HOSTILE = f"{SITE}/world/10-01-2022/hostile"
PICTURE = f"{SITE}/img/summit.png"
STYLE = f"{SITE}/css/site.css"
HARBOUR = "http://port.example/harbour"
EXTRACTOR = "the test's own hand"


def picture() -> bytes:
    """Return a PNG of 96 by 64 pixels in one colour."""
    rows = b"".join(b"\0" + b"\x6a\x7f\x8f" * 96 for _ in range(64))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 96, 64, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def build(folder: Path, *, elsewhere: str = "http://elsewhere.example") -> Path:
    """Return the archive in `folder`. A hostile page in it tries to load `elsewhere` in every way there is."""
    ids = _ids()
    with Archive.create(folder) as archive:
        for at, exchanges in ((FIRST, _first(elsewhere)), (SECOND, _second()), (THIRD, _third())):
            _crawl(folder, archive, "primorsk", "Новости Приморска", at, exchanges, ids)
        _crawl(folder, archive, "port", "Вісник порту", THIRD, _port(), ids)
    return folder


Exchanges = list[tuple[str, bytes, Article | Rejection | None]]  # address, answer, what was read in it


def _crawl(
    folder: Path,
    archive: Archive,
    source: str,
    title: str,
    at: datetime,
    exchanges: Exchanges,
    ids: Iterator[UUID],
) -> None:
    crawl = f"{source}-{at:%Y%m%d%H%M%S}"
    started = CrawlStarted(
        crawl=crawl,
        source=source,
        title=title,
        timezone="Europe/Kyiv",
        at=timestamps.to_iso(at),
        removed_after=3600,
    )
    recording = Recording(
        folder,
        archive.connection,
        started,
        extractor=EXTRACTOR,
        info={"software": "a test"},
        max_bytes=10**9,
        now=lambda: at,
        new_id=lambda: next(ids),
    )
    counts = dict.fromkeys(("found", "new", "known", "changed", "removed", "failed"), 0)
    for place, (url, response, reading) in enumerate(exchanges):
        role = _role(url)
        why = Fetched(role=role, crawl=crawl, source=source, section="Мир", listing=LISTING)
        exchange = Exchange(
            url=url,
            fetched_at=at + timedelta(seconds=place),
            request=f"GET {url} HTTP/1.1\r\n\r\n".encode(),
            response=response,
            ip="192.0.2.1",
            metadata=events.to_json(why),
        )
        (number,) = recording.store([Fetch(exchange, why)])
        if role == "listing":
            recording.record_events([_sighted(archive, number, source)])
        if role == "article":
            outcome = recording.apply_extraction(
                number, ExtractionResult(reading, extractor=EXTRACTOR) if reading else None
            ).outcome
            counts["found"] += 1
            if outcome in counts:
                counts[outcome] += 1
    recording.record_events(
        [
            CrawlEnded(
                crawl=crawl,
                at=timestamps.to_iso(at + timedelta(minutes=1)),
                outcome="finished",
                counts=counts,
            )
        ]
    )
    recording.close()


def _role(url: str) -> str:
    return {LISTING: "listing", PICTURE: "image", STYLE: "requisite"}.get(url, "article")


def _sighted(archive: Archive, number: int, source: str) -> Sighted:
    row = archive.connection.execute("SELECT record_id FROM captures WHERE id = ?", (number,)).fetchone()
    shown = (
        SightedArticle(url=SUMMIT, place=1, headline="Саммит ОДКБ по Казахстану", stamp="11:55"),
        SightedArticle(url=BRIDGE, place=2, headline="Мост закрыт", stamp="10:20"),
        SightedArticle(url=GONE, place=3, headline="Снятая новость", stamp="09:05"),
    )
    return Sighted(listing=row["record_id"], source=source, section="Мир", shown=shown)


def _first(elsewhere: str) -> Exchanges:
    return [
        (LISTING, _html("<h1>Мир</h1><ul><li><a href='10-01-2022/summit'>Саммит ОДКБ</a></ul>"), None),
        (
            STYLE,
            _answer(b"h1 { color: #8a1f11; background: url(/img/summit.png) no-repeat right }", "text/css"),
            None,
        ),
        (PICTURE, _answer(picture(), "image/png"), None),
        (SUMMIT, _page(summit()), summit()),
        (BRIDGE, _page(bridge()), bridge()),
        (GONE, _page(gone()), gone()),
        (HOSTILE, _html(hostile_page(elsewhere)), hostile()),
    ]


def _second() -> Exchanges:
    return [
        (LISTING, _html("<h1>Мир</h1>"), None),
        (SUMMIT, _page(summit_corrected()), summit_corrected()),
        (BRIDGE, _page(bridge()), bridge()),
        (GONE, _html("<h1>Страница не найдена</h1>", status=b"404 Not Found"), None),
    ]


def _third() -> Exchanges:
    return [
        (SUMMIT, _page(summit_corrected()), summit_corrected()),
        (GONE, _html("<h1>Страница не найдена</h1>", status=b"404 Not Found"), None),
    ]


def _port() -> Exchanges:
    return [(HARBOUR, _page(harbour(), encoding="windows-1251"), harbour())]


def summit() -> Article:
    """Return an article with a picture, a lead, authors and a link."""
    return Article(
        title="Саммит ОДКБ по Казахстану: Путин заявил, что не допустит «майданных технологий»",
        lead="Главы шести государств говорили по видеосвязи больше часа.",
        body=(
            "Президент РФ Владимир Путин принял участие в онлайн-саммите ОДКБ. Он сказал, что страны "
            "организации «быстро и слаженно приняли решения».",
            "Президент Казахстана Касым-Жомарт Токаев сообщил, что на территории страны находятся "
            "2,3 тысячи миротворцев, и назвал ситуацию «самым тяжелым кризисом за всю историю».",
            "Антитеррористическая операция, по его словам, в ближайшее время завершится.",
        ),
        authors=("Анна Ковальчук",),
        section="Мир",
        tags=("ОДКБ", "Казахстан"),
        published=_stamp(datetime(2022, 1, 10, 11, 55, tzinfo=KYIV), "11:55 10 января 2022"),
        language="ru",
        views=822,
        images=(Image(PICTURE, "Путин", "Фото с сайта Кремля"),),
        links=(Link("http://agency.example/odkb", "«быстро и слаженно приняли решения»"),),
        confidence=0.97,
    )


def summit_corrected() -> Article:
    """Return the same article a day later: another headline, one number changed, one more paragraph."""
    before = summit()
    return Article(
        title="Саммит ОДКБ по Казахстану: миротворцы уйдут через два дня",
        lead=before.lead,
        body=(
            before.body[0],
            before.body[1].replace("2,3 тысячи", "2,03 тысячи"),
            before.body[2],
            "Вывод контингента начнётся через два дня и займёт не больше десяти.",
        ),
        body_html=(
            "<p>Президент РФ Владимир Путин принял участие в онлайн-саммите ОДКБ. Он сказал, что страны "
            'организации <a href="http://agency.example/odkb">«быстро и слаженно приняли решения»</a>.</p>\n'
            f'<figure><figcaption><a href="{PICTURE}">Путин</a> · Фото с сайта Кремля</figcaption></figure>\n'
            "<blockquote><p>Президент Казахстана Касым-Жомарт Токаев сообщил, что на территории страны находятся "
            "<strong>2,03 тысячи</strong> миротворцев, и назвал ситуацию «самым тяжелым кризисом за всю историю»."
            "</p>\n</blockquote>\n<ul><li>Антитеррористическая операция, по его словам, в ближайшее время "
            "завершится.</li>\n<li>Вывод контингента начнётся через два дня и займёт не больше десяти.</li>\n</ul>\n"
        ),
        authors=before.authors,
        section=before.section,
        tags=before.tags,
        published=before.published,
        language="ru",
        views=1904,
        images=before.images,
        links=before.links,
        confidence=0.97,
    )


def bridge() -> Article:
    """Return an article whose URL has a query, and of which only the day is known."""
    return Article(
        title="Мост через залив закрыт на ремонт до весны",
        body=(
            "Мост через залив закрыли в понедельник.",
            "Объезд — по старой дороге, автобусы идут через порт.",
        ),
        section="Мир",
        published=_stamp(datetime(2022, 1, 10, tzinfo=KYIV), "10 января 2022", day=True),
        language="ru",
        confidence=0.8,
    )


def gone() -> Article:
    """Return an article whose URL answers 404 from then on."""
    return Article(
        title="Снятая новость",
        body=("Эту новость сняли с сайта на следующий день.",),
        section="Мир",
        published=_stamp(datetime(2022, 1, 10, 9, 5, tzinfo=KYIV), "09:05"),
        language="ru",
        confidence=0.7,
    )


def hostile() -> Article:
    """Return what was extracted from the hostile page: markup and direction marks in every field."""
    return Article(
        title="<script>document.title='ran'</script> & \"кавычки\" ‮",
        lead="</p><img src=x onerror=alert(1)>",
        body=("<b>жирный</b> {{ 7 * 7 }} {% raw %}", "'; DROP TABLE articles; --"),
        body_html=(
            "<p>&lt;b&gt;жирный&lt;/b&gt; {{ 7 * 7 }} {% raw %}</p>\n"
            '<p><a href="http://news.example/?&quot;onclick=x()&gt;">\'; DROP TABLE articles; --</a></p>\n'
        ),
        authors=("<i>Автор</i>",),
        section="<u>Мир</u>",
        images=(Image('javascript:alert("x")', "<em>подпись</em>", None),),
        links=(Link("javascript:alert(1)", "ссылка"),),
        language="ru",
        confidence=0.1,
    )


def harbour() -> Article:
    """Return an article in Ukrainian, on a windows-1251 page, without a publication time."""
    return Article(
        title="У порту відкрили новий причал",
        body=("Новий причал прийматиме судна завдовжки до двохсот метрів.",),
        language="uk",
        confidence=0.6,
    )


def hostile_page(elsewhere: str) -> str:
    """Return a page that tries to run scripts, and to load `elsewhere` in every way."""
    return f"""<title>hostile</title>
<base href="{elsewhere}/base/">
<meta http-equiv="refresh" content="1;url={elsewhere}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * data: 'unsafe-inline'">
<link rel="dns-prefetch" href="{elsewhere}"><link rel="preconnect" href="{elsewhere}">
<link rel="prefetch" href="{elsewhere}/prefetch"><link rel="preload" as="image" href="{elsewhere}/preload">
<link rel="manifest" href="{elsewhere}/manifest"><link rel="import" href="{elsewhere}/import">
<link rel="icon" href="{elsewhere}/icon"><link rel="stylesheet" href="{elsewhere}/sheet.css">
<script>document.title = 'ran'; fetch('{elsewhere}/script')</script>
<style>@import "{elsewhere}/import.css"; body {{ background: u\\72l({elsewhere}/style) }}
@font-face {{ font-family: x; src: url({elsewhere}/font) }} p {{ font-family: x;
content: "</style><script>" }}
b {{ background: image-set("{elsewhere}/set" 1x) }}</style>
<script src="{elsewhere}/script.js"></script>
<body onload="new Image().src='{elsewhere}/onload'" background="{elsewhere}/background">
<h1>Враждебная страница</h1>
<img src="{elsewhere}/img" srcset="{elsewhere}/set1 1x, {elsewhere}/set2 2x"
onerror="fetch('{elsewhere}/onerror')">
<img src=x onerror=fetch('{elsewhere}/onerror2')>
<picture><source srcset="{elsewhere}/source"><img lowsrc="{elsewhere}/lowsrc" alt=""></picture>
<video src="{elsewhere}/video" poster="{elsewhere}/poster" autoplay></video>
<audio src="{elsewhere}/audio" autoplay></audio>
<iframe src="{elsewhere}/frame"></iframe>
<iframe srcdoc="<script>fetch('{elsewhere}/srcdoc')</script><img src={elsewhere}/srcdoc-img>"></iframe>
<object data="{elsewhere}/object"></object><embed src="{elsewhere}/embed">
<applet code="{elsewhere}/applet"></applet>
<svg><script>fetch('{elsewhere}/svg')</script><image href="{elsewhere}/svg-image"/>
<use href="{elsewhere}/use#a"/><animate attributeName="href" values="javascript:alert(1)"/>
<style><img src="{elsewhere}/svg-style"></style></svg>
<math><mtext><table><mglyph><style><!--</style>
<img src onerror="fetch('{elsewhere}/mxss')"></table></mtext></math>
<noscript><p title="</noscript><img src={elsewhere}/noscript onerror=fetch('{elsewhere}/ns')>"></noscript>
<template><img src="{elsewhere}/template"></template>
<form action="{elsewhere}/form"><input type="image" src="{elsewhere}/input" formaction="{elsewhere}/f"></form>
<p style="background:url('{elsewhere}/inline')">текст</p><table background="{elsewhere}/table"><td>1</table>
<a href="javascript:fetch('{elsewhere}/a')">ссылка</a> <a
href="{elsewhere}/link" ping="{elsewhere}/ping">живая</a>
<a href="data:text/html,<script>1</script>">данные</a> <a href="vbscript:x">ещё</a>
"""


def _stamp(at: datetime, printed: str, *, day: bool = False) -> StatedTime:
    return StatedTime(at, "day" if day else "minute", printed, "visible", "source", "clock-day-month-year")


def _page(article: Article, *, encoding: str = "utf-8") -> bytes:
    pictures = "".join(f'<img src="{image.url}"><p>{image.caption}</p>' for image in article.images)
    paragraphs = "".join(f"<p>{text}</p>\n" for text in (article.lead, *article.body) if text)
    stated = article.published.stated_as if article.published else ""
    return _html(
        f'<title>{article.title}</title><link rel="stylesheet" href="/css/site.css">'
        f"<h1>{article.title}</h1>\n"
        f'<time>{stated}</time>{pictures}<article>{paragraphs}</article><a href="{LISTING}">Мир</a>',
        encoding=encoding,
    )


def _html(markup: str, *, status: bytes = b"200 OK", encoding: str = "utf-8") -> bytes:
    return _answer(("<!DOCTYPE html>\n" + markup).encode(encoding), f"text/html; charset={encoding}", status)


def _answer(body: bytes, media_type: str, status: bytes = b"200 OK") -> bytes:
    head = f"\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return b"HTTP/1.1 " + status + head + body


def _ids() -> Iterator[UUID]:
    number = 0
    while True:
        number += 1
        yield UUID(int=number, version=4)
