"""Requisites of an article's page are captured with it, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.core import Archive
from newsarchive.demo_site.http_messages import Response
from tests.test_crawl_politeness import NEWS, Outlet, crawl, html, outlets  # noqa: F401

PAGE = """<html><head><title>{title}</title><link rel="stylesheet" href="/css/site.css">
<script src="/js/app.js"></script></head><body><article><h1>{title}</h1>
<time datetime="2022-01-10T11:55:00+02:00">11:55 10 января 2022</time>
<figure><img src="/img/{name}.jpg" srcset="/img/{name}-600.jpg 600w, /img/{name}-1200.jpg 1200w"
width="600" height="400">
<figcaption>Зал заседаний</figcaption></figure>
<p>Городской совет принял бюджет на следующий год, расходы на ремонт дорог вырастут почти вдвое.</p>
<p>Депутаты спорили шесть часов, и только к вечеру удалось договориться о порядке выплат.</p>
<p>Мэр сказал, что работы начнутся весной, как только позволит погода и будут проведены торги.</p>
</article></body></html>"""
PARTS = {"/css/site.css", "/css/base.css", "/f/serif.woff2", "/js/app.js"}


def part(body: bytes, media_type: str) -> Response:
    """Return a part of a page that stays fresh for an hour."""
    return Response(body, type=media_type, headers=(("Cache-Control", "max-age=3600"),))


@pytest.fixture
def city(outlets: list[Outlet]) -> Outlet:  # noqa: F811
    city = outlets[0]
    for number, (path, title) in enumerate(NEWS.items()):
        page = PAGE.format(title=title, name=f"p{number}")
        city.answers[path] = lambda page=page: html(page)
        for size in ("", "-600", "-1200"):
            city.answers[f"/img/p{number}{size}.jpg"] = lambda: part(b"\xff\xd8\xff", "image/jpeg")
    css = '@import "base.css"; h1 { font-family: serif }'
    city.answers["/css/site.css"] = lambda: part(css.encode(), "text/css")
    base = "@font-face { font-family: serif; src: url(/f/serif.woff2) }"
    city.answers["/css/base.css"] = lambda: part(base.encode(), "text/css")
    city.answers["/f/serif.woff2"] = lambda: part(b"wOF2", "font/woff2")
    return city


def parts(city: Outlet) -> list[str]:
    return [path for path in city.asked if path.startswith(("/css", "/f/", "/js", "/img"))]


def test_styles_with_their_imports_fonts_scripts_and_picture_sizes_are_captured_once_while_fresh(
    folder: Path, city: Outlet
) -> None:
    outcome = crawl(folder, city)
    pictures = {f"/img/p{number}{size}.jpg" for number in range(3) for size in ("", "-600", "-1200")}
    assert sorted(parts(city)) == sorted(PARTS | pictures)
    assert outcome.counts["missing_parts"] == 1  # /js/app.js is missing
    assert not outcome.needs_attention
    crawl(folder, city)
    assert sorted(parts(city)) == sorted(PARTS | pictures)
    with Archive.open(folder) as archive:
        held = archive.connection.execute("SELECT url FROM captures WHERE role = 'requisite'").fetchall()
    assert PARTS - {"/js/app.js"} <= {row["url"].removeprefix(city.base) for row in held}


def test_no_requisites_are_captured_if_the_source_file_says_so(folder: Path, city: Outlet) -> None:
    crawl(folder, city, '[capture]\nimages = "none"\nrequisites = false\n')
    assert parts(city) == []
