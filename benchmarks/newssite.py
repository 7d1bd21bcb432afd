"""Six outlets of the demo site grown to the size of real sites, served on loopback by a separate process.

    python -m benchmarks.newssite --articles 2000

prints one line of JSON (each outlet's name, URL, sections, time zone and article URLs) and serves until its standard
input is closed. All pages are made before that line is printed, so that serving only copies bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsarchive.demo_site import pages
from newsarchive.demo_site.outlet import Outlet, Section, load_outlets
from newsarchive.demo_site.pages import ArticlePage, ListingPage, Teaser
from newsarchive.demo_site.stories import generate_stories
from newsarchive.demo_site.story import Story, plain

OUTLETS = 6
PAGE_BYTES = (60_000, 120_000)
LISTED = 50  # articles on a page of a listing
CHUNK = 16 * 1024
MINUTES_APART = 17
WORDS_OF_SCRIPTS = (
    "window document function return config slot banner lazy queue push counter pixel user consent region"
    " viewport track event layer observe target module export require default chunk hydrate props state"
).split()


class LargeOutlet:
    """One outlet: its stories, and each of its pages as the bytes of an HTTP response."""

    def __init__(self, outlet: Outlet, articles: int, now: datetime) -> None:
        self.outlet = outlet
        self.now = now.astimezone(ZoneInfo(outlet.timezone))
        self.base_url = ""
        self._stories = list(self._written(articles))
        self._newest = sorted(self._stories, key=lambda item: item[1].published, reverse=True)
        self._blocks = _filling(outlet, self._stories)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and response of every page: robots.txt, the listings, the articles."""
        yield "/robots.txt", self._answer(b"User-agent: *\nDisallow:\n", "text/plain")
        for section in self.outlet.sections:
            yield from self._listings(section)
        for place, (path, story) in enumerate(self._stories):
            yield path, self._page(self._article(place, path, story), self.outlet.delivery.article_type)

    def articles(self) -> Iterator[tuple[str, datetime, str]]:
        """Yield URL, time of publication and HTML of every article, the newest first."""
        for place, (path, story) in enumerate(self._stories):
            yield (
                f"http://{self.outlet.name}.example{path}",
                story.published,
                self._article(place, path, story),
            )

    def described(self) -> dict[str, object]:
        """Return what is needed to write a source file and to count the articles."""
        return {
            "name": self.outlet.name,
            "title": self.outlet.title,
            "timezone": self.outlet.timezone,
            "languages": list(self.outlet.languages),
            "url": self.base_url,
            "sections": {section.name: self.base_url + section.path for section in self.outlet.sections},
            "articles": [self.base_url + path for path, _ in self._stories],
        }

    def _written(self, articles: int) -> Iterator[tuple[str, Story]]:
        outlet = self.outlet
        sections = [section.key for section in outlet.sections]
        wanted = {
            key: articles // len(sections) + (place < articles % len(sections))
            for place, key in enumerate(sections)
        }
        stories = generate_stories(outlet.name, outlet.language, wanted, ZoneInfo(outlet.timezone))
        printed = " ".join(part for story in stories[:200] for part in story.body)
        words = sorted(set(re.findall(r"[^\W\d_]{2,}", printed.lower())))
        for place, story in enumerate(stories):
            chance = random.Random(f"{outlet.name} {place}")
            minutes = MINUTES_APART * place + 20
            numbered = replace(
                story,
                slug=f"{story.slug}-{place}",
                number=1800 + 7 * place,
                published=self.now.replace(second=0, microsecond=0) - timedelta(minutes=minutes),
                title=_sentence(words, chance, 6, 11),
                lead=_sentence(words, chance, 15, 25) + "." if story.lead else None,
                body=tuple(_paragraph(words, chance) for _ in range(chance.randint(4, 16))),
            )
            yield outlet.article_path(numbered), numbered

    def _article(self, place: int, path: str, story: Story) -> str:
        others = [self._stories[(place + step) % len(self._stories)] for step in (1, 2, 3, 4)]
        shown = story
        if not self.outlet.marks_leads and story.lead:
            shown = replace(story, lead=None, body=(story.lead, *story.body))
        page = ArticlePage(
            outlet=self.outlet,
            base_url=self.base_url,
            path=path,
            story=shown,
            section=self.outlet.section(story.section),
            stamp=story.stated or self.outlet.stamp(story.published),
            now=self.now,
            next=self._teaser(*others[0]),
            next_story=others[0][1],
            related=tuple(self._teaser(*other) for other in others[1:]),
            most_read=tuple(self._teaser(*item) for item in self._stories[:5]),
            comments=pages.comments_on(story),
        )
        return self._filled(pages.render_article(page), random.Random(path))

    def _filled(self, page: str, chance: random.Random) -> str:
        """Fill a page to the size of real ones: scripts in the head, links below the article."""
        wanted = chance.randint(*PAGE_BYTES) - len(page.encode(self.outlet.delivery.charset, "replace"))
        scripts, links = self._blocks
        head: list[str] = []
        foot: list[str] = []
        while wanted > 0:
            block = chance.choice(links if chance.random() < 0.4 else scripts)
            (foot if block.startswith("<div") else head).append(block)
            wanted -= len(block.encode(self.outlet.delivery.charset, "replace"))
        before_head, head_end, rest = page.partition("</head>")
        body, body_end, after = rest.rpartition("</body>")
        return before_head + "\n".join(head) + head_end + body + "\n".join(foot) + body_end + after

    def _listings(self, section: Section) -> Iterator[tuple[str, bytes]]:
        outlet = self.outlet
        items = [item for item in self._newest if item[1].section == section.key]
        count = max(1, -(-len(items) // LISTED))
        for number in range(1, count + 1):
            page = ListingPage(
                outlet=outlet,
                base_url=self.base_url,
                section=section,
                number=number,
                count=count,
                entries=tuple(self._teaser(*item) for item in items[LISTED * (number - 1) : LISTED * number]),
                most_read=tuple(self._teaser(*item) for item in self._stories[:5]),
                now=self.now,
            )
            answer = self._page(pages.render_listing(page), outlet.delivery.listing_type)
            yield outlet.listing_path(section, number), answer
            if number == 1 and outlet.listing_path(section, 1) != section.path:
                yield section.path, answer

    def _teaser(self, path: str, story: Story) -> Teaser:
        return Teaser(
            title=story.title,
            path=path,
            published=story.published,
            section=self.outlet.section(story.section).name,
            views=story.views,
            summary=plain(story.lead or story.body[0])[:140],
            thumbnail=self.outlet.thumbnail_path(story.pictures[0]) if story.pictures else None,
        )

    def _page(self, text: str, declared: str) -> bytes:
        return self._answer(text.encode(self.outlet.delivery.charset, "xmlcharrefreplace"), declared)

    def _answer(self, body: bytes, declared: str) -> bytes:
        delivery = self.outlet.delivery
        lines = ["HTTP/1.1 200 OK", "Server: nginx", f"Content-Type: {declared}"]
        lines += [f"{name}: {value}" for name, value in delivery.headers]
        if delivery.gzip:
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            body = packer.compress(body) + packer.flush()
            lines += ["Vary: Accept-Encoding", "Content-Encoding: gzip"]
        if delivery.chunked:
            lines.append("Transfer-Encoding: chunked")
            body = b"".join(
                b"%x\r\n%s\r\n" % (len(part), part)
                for part in (body[at : at + CHUNK] for at in range(0, len(body), CHUNK))
            )
            body += b"0\r\n\r\n"
        else:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _paragraph(words: list[str], chance: random.Random) -> str:
    return " ".join(f"{_sentence(words, chance, 8, 20)}." for _ in range(chance.randint(2, 5)))


def _sentence(words: list[str], chance: random.Random, fewest: int, most: int) -> str:
    """Return a sentence of the outlet's words in random order, like news in length and letters; no two are equal."""
    chosen = [chance.choice(words) for _ in range(chance.randint(fewest, most))]
    if chance.random() < 0.3:
        chosen.insert(2, str(chance.randrange(1000)))
    return " ".join(chosen).capitalize()


def _filling(outlet: Outlet, stories: list[tuple[str, Story]]) -> tuple[list[str], list[str]]:
    """Return blocks to fill pages with: inline scripts and styles, and lists of links to other articles."""
    chance = random.Random(outlet.name)
    scripts = []
    for _ in range(24):
        words = " ".join(
            f"{chance.choice(WORDS_OF_SCRIPTS)}.{chance.choice(WORDS_OF_SCRIPTS)}({chance.randrange(10**6)});"
            for _ in range(chance.randint(60, 250))
        )
        scripts.append(
            f"<style>.c{chance.randrange(10**6)}{{margin:{chance.randrange(30)}px}}</style>"
            if chance.random() < 0.1
            else f"<script>{words}</script>"
        )
    links = []
    for _ in range(24):
        shown = [stories[chance.randrange(len(stories))] for _ in range(chance.randint(8, 20))]
        items = "".join(
            f'<li class="more__item"><a class="more__link" href="{path}"><span>{plain(story.title)}</span></a></li>'
            for path, story in shown
        )
        links.append(f'<div class="more"><ul class="more__list">{items}</ul></div>')
    return scripts, links


class Site:
    """All outlets, each on its own port; the pages are in an unnamed temporary file."""

    def __init__(self, articles: int, outlets: int, now: datetime) -> None:
        self.outlets = [
            LargeOutlet(outlet, articles // outlets + (place < articles % outlets), now)
            for place, outlet in enumerate(load_outlets()[:outlets])
        ]
        self._pages = tempfile.TemporaryFile()  # noqa: SIM115 - used as long as the process runs
        self._places: list[dict[bytes, tuple[int, int]]] = [{} for _ in self.outlets]

    async def serve(self) -> None:
        """Listen, make the pages, print their description, and serve until standard input ends."""
        loop = asyncio.get_running_loop()
        for outlet, places in zip(self.outlets, self._places, strict=True):
            server = await loop.create_server(
                lambda places=places: _Conversation(self, places), "127.0.0.1", 0
            )
            outlet.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        end = 0
        for outlet, places in zip(self.outlets, self._places, strict=True):
            for path, answer in outlet.pages():
                places[path.encode()] = (end, len(answer))
                end += self._pages.write(answer)
        self._pages.flush()
        print(json.dumps([outlet.described() for outlet in self.outlets], ensure_ascii=False), flush=True)
        await loop.run_in_executor(None, sys.stdin.buffer.read)

    def answer(self, places: dict[bytes, tuple[int, int]], path: bytes) -> bytes:
        """Return the response for a path."""
        place = places.get(path)
        if place is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nNot Found"
        return os.pread(self._pages.fileno(), place[1], place[0])


class _Conversation(asyncio.Protocol):
    def __init__(self, site: Site, places: dict[bytes, tuple[int, int]]) -> None:
        self._site = site
        self._places = places
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._transport.write(self._site.answer(self._places, head.split(b" ", 2)[1]))


def main() -> None:
    """Serve the requested number of articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--articles", type=int, default=2000, help="number of articles of all outlets together"
    )
    parser.add_argument("--outlets", type=int, default=OUTLETS)
    options = parser.parse_args()
    asyncio.run(Site(options.articles, options.outlets, datetime.now(ZoneInfo("Europe/Kyiv"))).serve())


if __name__ == "__main__":
    main()
