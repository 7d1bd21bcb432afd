"""Five made-up news sites for the tests of `sources new`, each described in tests/sites/NAME.toml.

A description has the pages that matter, as Jinja templates; the other templates are of sections and articles.
"""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2

from archive.http.capture import Capture
from archive.reasons import FORBIDDEN, Reason
from newsarchive.demo_site.http_messages import Request, Response, serialize
from spiders.fetch.robots import parse_robots

FOLDER = Path(__file__).with_name("sites")
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = "port bridge garden river market school museum theatre station harvest winter library".split()
MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split(),
}
TITLES = {
    "ru": "Город рассказал о плане номер {number} на будущий год",
    "uk": "Місто розповіло про план номер {number} на наступний рік",
}
TEXT = {
    "ru": "Городской совет рассказал, что работы начнутся весной и закончатся до конца года, а расходы будут"
    " опубликованы вместе с отчётом. Жители могут прислать свои замечания до пятницы, и на них ответят письменно.",
    "uk": "Міська рада розповіла, що роботи почнуться навесні і закінчаться до кінця року, а витрати буде"
    " опубліковано разом зі звітом. Мешканці можуть надіслати свої зауваження до п'ятниці, і на них дадуть відповідь.",
}


def _template(name: str) -> str:
    return (FOLDER / f"{name}.jinja").read_text("utf-8")


@dataclass(frozen=True)
class Story:
    """One article of a made-up site."""

    number: int
    slug: str
    section: str
    title: str
    path: str
    at: datetime
    local: datetime
    month: str

    @property
    def printed(self) -> str:
        return f"{self.local.day} {self.month} {self.local.year}, {self.local:%H:%M}"

    @property
    def stated(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def rfc(self) -> str:
        return f"{self.at:%a, %d %b %Y %H:%M:%S +0000}"


class MadeUpSite:
    """A made-up site: answers requests, on loopback or directly."""

    def __init__(self, name: str, base: str = "https://news.example") -> None:
        self.name = name
        self.base = base
        self.description: Mapping[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
        sections = list(self.description["sections"])
        self.section_path = self.description.get("section_path", "/{section}/")
        self.stories = [self._story(number, sections) for number in range(self.description["stories"])]

    def _story(self, number: int, sections: list[str]) -> Story:
        language = self.description["language"]
        at = NOW - timedelta(hours=7 * number, minutes=number)
        local = at.astimezone(ZoneInfo(self.description["zone"]))
        slug = f"{WORDS[number % 12]}-and-{WORDS[(number * 5 + 1) % 12]}"
        section = sections[number % len(sections)]
        return Story(
            1000 + number,
            f"{slug}-{WORDS[number // 12]}",
            section,
            TITLES[language].format(number=1000 + number),
            self.description["path"].format(
                section=section,
                number=1000 + number,
                slug=f"{slug}-{WORDS[number // 12]}",
                year=local.year,
                month=local.month,
                day=local.day,
            ),
            at,
            local,
            MONTHS[language][local.month - 1],
        )

    @property
    def section_urls(self) -> list[str]:
        return [self.base + self.section_path.format(section=key) for key in self.description["sections"]]

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        body = self._body(request.path)
        if body is None:
            return Response(b"<html><h1>404</h1></html>", 404)
        if request.path.endswith(".gz"):
            return Response(gzip.compress(body, mtime=0), type="application/gzip")
        is_xml = body.lstrip().startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex"))
        is_text = request.path.endswith(".txt")
        is_json = body.startswith(b"{")
        kind = (
            "application/xml"
            if is_xml
            else "text/plain"
            if is_text
            else "application/json"
            if is_json
            else None
        )
        return Response(body, type=kind or "text/html; charset=utf-8")

    def _body(self, path: str) -> bytes | None:
        pages = self.description["pages"]
        if path in pages:
            return self._render(pages[path])
        for key, name in self.description["sections"].items():
            if path == self.section_path.format(section=key):
                chosen = [one for one in self.stories if one.section == key]
                return self._render(_template("section"), name=name, chosen=chosen)
        for one in self.stories:
            if path == one.path:
                return self._render(_template("article"), one=one, text=TEXT[self.description["language"]])
        return None

    def _render(self, template: str, **values: object) -> bytes:
        known = {
            "base": self.base,
            "stories": self.stories,
            "sections": self.description["sections"],
            "section_path": self.section_path,
            "language": self.description["language"],
            "head": self.description.get("head", ""),
            **values,
        }
        environment = jinja2.Environment()
        known["menu"] = environment.from_string(_template("menu")).render(known)
        return environment.from_string(_template("macros") + template).render(known).strip("\n").encode()


class DirectFetcher:
    """Fetches pages of a made-up site without a network, as spiders/inspection.py does with one."""

    def __init__(self, site: MadeUpSite) -> None:
        self.site = site
        self.requests = 0
        self.requested: list[str] = []

    async def fetch(self, url: str, role: str) -> Capture | Reason:
        robots = self.robots_txt(url)
        if robots is not None and not parse_robots(robots.payload()).allows(url):
            return Reason(FORBIDDEN)
        return self._capture(url)

    def robots_txt(self, url: str) -> Capture | None:
        capture = self._capture(f"{self.site.base}/robots.txt")
        self.requests -= 1
        self.requested.pop()
        return capture if capture.status == 200 else None

    def crawl_delay(self, url: str) -> float:
        robots = self.robots_txt(url)
        return parse_robots(robots.payload()).crawl_delay if robots else 0.0

    def _capture(self, url: str) -> Capture:
        self.requests += 1
        self.requested.append(url)
        assert url.startswith(self.site.base)
        request = Request("GET", url.removeprefix(self.site.base), (), b"")
        return Capture(url, NOW, serialize(request, self.site.respond(request)))
