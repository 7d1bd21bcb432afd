"""One outlet as a web site: responses to requests, the expected extraction of each page, and editing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from newsarchive.demo_site import feeds, furniture, pictures, strays
from newsarchive.demo_site.desk import EditorDesk
from newsarchive.demo_site.layout import ArticlePage, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.stories import SEED
from newsarchive.demo_site.story import Picture, Story, Truth, plain
from newsarchive.demo_site.wire import Request, Response
from spiders.sources.toml_file import to_toml

MOST_READ = 5
SUMMARY_WORDS = 24
FRONT = Section("", "Главная", "/")


class OutletSite:
    """An outlet as seen by readers, crawlers and its editor. Methods take and return absolute URLs."""

    def __init__(self, layout: Layout, desk: EditorDesk) -> None:
        self.layout = layout
        self.base_url = ""  # known when the server listens
        self.requests: Callable[[], list[Request]] = list
        self._desk = desk

    # ---- what a test or a source file wants to know

    @property
    def section_urls(self) -> dict[str, str]:
        """Return the URL of each section under its printed name."""
        return {section.name: self.base_url + section.path for section in self.layout.sections}

    @property
    def feed_urls(self) -> list[str]:
        """Return the URLs of the outlet's RSS and Atom feeds."""
        return [self.base_url + feed.path for feed in self.layout.feeds if feed.kind in ("rss", "atom")]

    @property
    def sitemap_urls(self) -> list[str]:
        """Return the URLs of the outlet's sitemaps, without those listed in a sitemap index."""
        kinds = [feed.kind for feed in self.layout.feeds]
        named = "sitemap" if "sitemap index" in kinds else None
        return [
            self.base_url + feed.path
            for feed in self.layout.feeds
            if "sitemap" in feed.kind and feed.kind != named
        ]

    def truth(self, section: str | None = None) -> list[Truth]:
        """Return the expected extraction of every published article, or of one section's, the newest first."""
        found = [self._truth(path, story) for path, story in self._articles()]
        return [truth for truth in found if section is None or truth.section == section]

    def rejections(self) -> dict[str, str]:
        """Return the URLs in listings that are not articles, with the reason for which to reject each."""
        return {
            self.base_url + path: story.rejection
            for path, story in self._desk.published()
            if story.rejection is not None
        }

    def truth_of(self, url: str) -> Truth:
        """Return the expected extraction of the article at this URL."""
        path = self._path(url)
        story = self._desk.story(path)
        if story is None:
            raise KeyError(f"no article at {url}")
        return self._truth(path, story)

    def url_of(self, slug: str) -> str:
        """Return the current URL of the story with this slug."""
        for path, story in self._desk.published():
            if story.slug == slug:
                return self.base_url + path
        raise KeyError(f"{self.layout.name} has no article called {slug}")

    @property
    def seed_url(self) -> str:
        """Return the URL of the story that every outlet publishes."""
        return self.url_of(SEED)

    def source_toml(self, *, minimal: bool = True, delay: float | None = None) -> str:
        """Return a source file for this outlet: with title, zone and one section, or with everything."""
        layout = self.layout
        table: dict[str, object] = {"title": layout.title, "timezone": layout.timezone}
        if not minimal:
            table["languages"] = layout.languages
        pages = {} if minimal else {"pages": "all"}
        table["sections"] = [
            {"name": section.name, "url": self.base_url + section.path, **pages}
            for section in layout.sections[: 1 if minimal else None]
        ]
        if not minimal and layout.feeds:
            addresses = {"feeds": self.feed_urls, "sitemaps": self.sitemap_urls}
            table["discovery"] = {key: urls for key, urls in addresses.items() if urls}
        if delay is not None:
            table["politeness"] = {"delay": delay}
        return to_toml(table)

    # ---- the editor's verbs

    def publish(self, story: Story) -> str:
        """Publish a story and return its URL."""
        return self.base_url + self._desk.publish(story)

    def edit_headline(self, url: str, title: str) -> None:
        """Replace the headline of an article."""
        self._desk.edit_headline(self._path(url), title)

    def edit_paragraph(self, url: str, place: int, text: str) -> None:
        """Replace the paragraph of the body at this place, counted from 0."""
        self._desk.edit_paragraph(self._path(url), place, text)

    def count_views(self, url: str, views: int) -> None:
        """Set the view counter, which is not an edit."""
        self._desk.count_views(self._path(url), views)

    def remove(self, url: str) -> None:
        """Remove an article: its URL answers 404 or 410 from now on."""
        self._desk.remove(self._path(url))

    def move(self, url: str, slug: str) -> str:
        """Move an article to a new slug, with a 301 from the old URL, and return the new URL."""
        return self.base_url + self._desk.move(self._path(url), slug)

    # ---- answering

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        now = self._desk.now()
        answer = self._respond_to_path(request) or self._notice_page("Страница не найдена", 404)
        manners = self.layout.delivery
        return replace(
            answer, date=now, keep_alive=manners.keep_alive, headers=(*manners.headers, *answer.headers)
        )

    def _respond_to_path(self, request: Request) -> Response | None:
        if request.method not in ("GET", "HEAD"):
            return self._notice_page("Метод не разрешён", 405)
        bare = request.path.partition("?")[
            0
        ]  # a query nobody knows, such as a campaign's mark, changes nothing
        return self._respond_at(request.path) or (self._respond_at(bare) if bare != request.path else None)

    def _respond_at(self, path: str) -> Response | None:
        if (story := self._desk.story(path)) is not None:
            return self._article(path, story)
        if self._desk.is_removed(path):
            return self._notice_page("Материал удалён", self.layout.delivery.removed_status)
        if (new := self._desk.moved_to(path)) is not None:
            return Response(status=301, headers=(("Location", self.base_url + new),))
        return self._listing(path) or self._file(path)

    def _article(self, path: str, story: Story) -> Response:
        if story.rejection is not None:
            return self._non_article(path, story, story.rejection)
        page = self._article_page(path, story)
        modified = story.modified or story.published
        return self._page(self.layout.article(page), self.layout.delivery.article_type, modified)

    def _article_page(self, path: str, story: Story) -> ArticlePage:
        layout = self.layout
        others = [item for item in self._articles() if item[0] != path]
        same = [item for item in others if item[1].section == story.section] or others
        nearest = sorted(same, key=lambda item: abs(item[1].number - story.number))
        following = (nearest or [(path, story)])[0]
        shown = story
        if not layout.marks_leads and story.lead:
            shown = replace(story, lead=None, body=(story.lead, *story.body))
        return ArticlePage(
            layout=layout,
            base_url=self.base_url,
            path=path,
            story=shown,
            section=layout.section(story.section),
            stamp=self._stamp(story),
            now=self._desk.now(),
            next=self._teaser(*following),
            next_story=following[1],
            related=tuple(self._teaser(*item) for item in nearest[1:4]),
            most_read=self._most_read(),
            comments=furniture.comments(story),
        )

    def _non_article(self, path: str, story: Story, refused: str) -> Response:
        """Return the response for a URL that a listing shows but that is not an article."""
        if refused == "redirect to front page":
            return Response(status=302, headers=(("Location", self.base_url + FRONT.path),))
        if refused == "front page":
            return self._listing(FRONT.path) or self._notice_page(self.layout.title)
        if refused in strays.LISTED:
            entries = self._articles()[: strays.LISTED[refused]]
            name = strays.NOT_FOUND if refused == "soft 404" else story.title
            return self._listing_page(Section("", name, path), entries, 1, 1)
        if refused in strays.BARE:
            return self._page(strays.BARE[refused](self.layout), self.layout.delivery.article_type, None)
        return self._page(
            self.layout.article(self._article_page(path, story)), "text/html; charset=utf-8", None
        )

    def _articles(self) -> list[tuple[str, Story]]:
        """Return the published articles with their paths, the newest first."""
        return [item for item in self._desk.published() if item[1].rejection is None]

    def _listing(self, path: str) -> Response | None:
        live = self._desk.published()
        if path == FRONT.path:
            return self._listing_page(FRONT, live[: 2 * self.layout.page_size], 1, 1)
        if path.startswith(self.layout.tags):
            tag = unquote(path.removeprefix(self.layout.tags)).strip("/")
            tagged = [item for item in live if tag in item[1].tags]
            return self._listing_page(Section("", tag, path), tagged, 1, 1) if tagged else None
        for section in self.layout.sections:
            items = [item for item in live if item[1].section == section.key]
            size = self.layout.page_size
            count = max(1, math.ceil(len(items) / size))
            for number in range(1, count + 1):
                if path == self.layout.listing_path(section, number) or (
                    path == section.path and number == 1
                ):
                    return self._listing_page(
                        section, items[size * (number - 1) : size * number], number, count
                    )
        return None

    def _listing_page(
        self, section: Section, items: list[tuple[str, Story]], number: int, count: int
    ) -> Response:
        page = ListingPage(
            layout=self.layout,
            base_url=self.base_url,
            section=section,
            number=number,
            count=count,
            entries=tuple(self._teaser(*item) for item in items),
            most_read=self._most_read(),
            now=self._desk.now(),
        )
        return self._page(self.layout.listing(page), self.layout.delivery.listing_type, None)

    def _page(self, text: str, declared: str, modified: datetime | None, status: int = 200) -> Response:
        manners = self.layout.delivery
        body = text.encode(manners.charset, "xmlcharrefreplace")
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        weak = "W/" if manners.etag == "weak" else ""
        return Response(
            body,
            status,
            declared,
            etag=weak + tag if manners.etag and status == 200 else None,
            last_modified=modified if manners.last_modified else None,
            gzip=manners.gzip,
            chunked=manners.chunked,
        )

    def _notice_page(self, title: str, status: int = 200) -> Response:
        manners = self.layout.delivery
        text = (
            f'<!DOCTYPE html><html lang="{self.layout.language}"><head><meta charset="{manners.charset}">'
            f"<title>{title} — {self.layout.title}</title></head><body><h1>{title}</h1>"
            f'<p><a href="/">{self.layout.title}</a></p></body></html>\n'
        )
        return self._page(text, manners.listing_type, None, status)

    def _file(self, path: str) -> Response | None:
        layout = self.layout
        if path == "/robots.txt":
            return Response(layout.robots.encode(), type="text/plain")
        if path == layout.stylesheet:
            return Response(STYLE.encode(), type="text/css")
        if match := re.fullmatch(re.escape(layout.pictures) + r"(small/)?([\w-]+)\.png", path):
            size = pictures.SMALL if match[1] else pictures.LARGE
            return Response(pictures.png(match[2], size), type="image/png", etag=f'"{match[2]}"')
        for feed in layout.feeds:
            if path == feed.path:
                write, declared = feeds.KINDS[feed.kind]
                entries = [self._teaser(*item) for item in self._articles()]
                charset = layout.delivery.charset if feed.kind in ("rss", "atom") else "utf-8"
                text = write(layout, self.base_url, entries, self._desk.now(), feed.tracking)
                return Response(text.encode(charset, "xmlcharrefreplace"), type=declared)
        title = dict(layout.service).get(path)
        return self._notice_page(title) if title else None

    # ---- stories as pages show them

    def _truth(self, path: str, story: Story) -> Truth:
        layout = self.layout
        as_body = () if layout.marks_leads or not story.lead else (story.lead,)
        return Truth(
            url=self.base_url + path,
            source=layout.name,
            section=layout.section(story.section).name,
            title=plain(story.title),
            body=tuple(plain(paragraph) for paragraph in (*as_body, *story.body)),
            lead=plain(story.lead) if story.lead and layout.marks_leads else None,
            authors=story.authors,
            tags=story.tags if layout.prints_tags else (),
            published=story.published,
            published_stated=self._stamp(story),
            modified=story.modified if layout.prints_modified else None,
            language=story.language,
            views=story.views,
            images=tuple(
                (self.base_url + layout.picture_path(picture), picture.caption, picture.credit)
                for picture in story.pictures
            ),
            partial=story.partial,
            live_blog=story.live,
            notices=story.notices,
        )

    def _stamp(self, story: Story) -> str:
        return story.stated or self.layout.stamp(story.published)

    def _most_read(self) -> tuple[Teaser, ...]:
        ranked = sorted(self._articles(), key=lambda item: (-item[1].views, item[1].number))
        return tuple(self._teaser(*item) for item in ranked[:MOST_READ])

    def _teaser(self, path: str, story: Story) -> Teaser:
        words = plain(story.lead or story.body[0]).split()
        picture: Picture | None = story.pictures[0] if story.pictures else None
        return Teaser(
            title=story.title,
            path=path,
            published=story.published,
            section=self.layout.section(story.section).name,
            views=story.views,
            summary=" ".join(words[:SUMMARY_WORDS]) + ("…" if len(words) > SUMMARY_WORDS else ""),
            thumbnail=self.layout.thumbnail_path(picture) if picture else None,
        )

    def _path(self, url: str) -> str:
        parts = urlsplit(url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


STYLE = (
    "body { font-family: Georgia, serif; margin: 1em auto; max-width: 60em; }\n"
    "img { max-width: 100%; }\nfigcaption, .caption { color: #666; font-size: small; }\n"
)
