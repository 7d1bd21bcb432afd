"""One outlet as a web site: responses to requests, the expected extraction of each page, and editing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from newsarchive.demo_site import pages, pictures
from newsarchive.demo_site.http_messages import Request, Response
from newsarchive.demo_site.outlet import Outlet, Section
from newsarchive.demo_site.pages import ArticlePage, ListingPage, Teaser
from newsarchive.demo_site.stories import SEED
from newsarchive.demo_site.story import Story, Truth, plain
from newsarchive.demo_site.story_store import StoryStore
from spiders.sources.toml_file import to_toml

MOST_READ = 5
SUMMARY_WORDS = 24
FRONT = Section("", "Главная", "/")
STYLESHEET = "/style.css"
LISTED_ARTICLES = {"soft 404": 4, "section page": 12}  # kinds of non-articles that list so many articles


class OutletSite:
    """An outlet as seen by readers, crawlers and its editor. Methods take and return absolute URLs."""

    def __init__(self, outlet: Outlet, store: StoryStore) -> None:
        self.outlet = outlet
        self.base_url = ""  # known when the server listens
        self.requests: Callable[[], list[Request]] = list
        self._store = store

    # ---- what a test or a source file wants to know

    @property
    def section_urls(self) -> dict[str, str]:
        """Return the URL of each section under its printed name."""
        return {section.name: self.base_url + section.path for section in self.outlet.sections}

    @property
    def feed_urls(self) -> list[str]:
        """Return the URLs of the outlet's RSS and Atom feeds."""
        return [self.base_url + feed.path for feed in self.outlet.feeds if feed.kind in ("rss", "atom")]

    @property
    def sitemap_urls(self) -> list[str]:
        """Return the URLs of the outlet's sitemaps, without those listed in a sitemap index."""
        kinds = [feed.kind for feed in self.outlet.feeds]
        named = "sitemap" if "sitemap index" in kinds else None
        return [
            self.base_url + feed.path
            for feed in self.outlet.feeds
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
            for path, story in self._store.published()
            if story.rejection is not None
        }

    def truth_of(self, url: str) -> Truth:
        """Return the expected extraction of the article at this URL."""
        path = self._path(url)
        story = self._store.story(path)
        if story is None:
            raise KeyError(f"no article at {url}")
        return self._truth(path, story)

    def url_of(self, slug: str) -> str:
        """Return the current URL of the story with this slug."""
        for path, story in self._store.published():
            if story.slug == slug:
                return self.base_url + path
        raise KeyError(f"{self.outlet.name} has no article called {slug}")

    @property
    def seed_url(self) -> str:
        """Return the URL of the story that every outlet publishes."""
        return self.url_of(SEED)

    def source_toml(self, *, minimal: bool = True, delay: float | None = None) -> str:
        """Return a source file for this outlet: with title, zone and one section, or with everything."""
        outlet = self.outlet
        table: dict[str, object] = {"title": outlet.title, "timezone": outlet.timezone}
        if not minimal:
            table["languages"] = outlet.languages
        listing_pages = {} if minimal else {"pages": "all"}
        table["sections"] = [
            {"name": section.name, "url": self.base_url + section.path, **listing_pages}
            for section in outlet.sections[: 1 if minimal else None]
        ]
        if not minimal and outlet.feeds:
            addresses = {"feeds": self.feed_urls, "sitemaps": self.sitemap_urls}
            table["discovery"] = {key: urls for key, urls in addresses.items() if urls}
        if delay is not None:
            table["politeness"] = {"delay": delay}
        table["rechecks"] = {"removed_after": "0s"}  # the crawls of a demonstration follow each other at once
        return to_toml(table)

    # ---- the editor's verbs

    def publish(self, story: Story) -> str:
        """Publish a story and return its URL."""
        return self.base_url + self._store.publish(story)

    def edit_headline(self, url: str, title: str) -> None:
        """Replace the headline of an article."""
        self._store.edit_headline(self._path(url), title)

    def edit_paragraph(self, url: str, place: int, text: str) -> None:
        """Replace the paragraph of the body at this place, counted from 0."""
        self._store.edit_paragraph(self._path(url), place, text)

    def count_views(self, url: str, views: int) -> None:
        """Set the view counter, which is not an edit."""
        self._store.count_views(self._path(url), views)

    def remove(self, url: str) -> None:
        """Remove an article: its URL answers 404 or 410 from now on."""
        self._store.remove(self._path(url))

    def move(self, url: str, slug: str) -> str:
        """Move an article to a new slug, with a 301 from the old URL, and return the new URL."""
        return self.base_url + self._store.move(self._path(url), slug)

    # ---- responding

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        response = self._respond_to_path(request) or self._notice("Страница не найдена", 404)
        delivery = self.outlet.delivery
        return replace(
            response,
            date=self._store.now(),
            keep_alive=delivery.keep_alive,
            headers=(*delivery.headers, *response.headers),
        )

    def _respond_to_path(self, request: Request) -> Response | None:
        if request.method not in ("GET", "HEAD"):
            return self._notice("Метод не разрешён", 405)
        # An unknown query, such as a campaign's mark, changes nothing.
        bare = request.path.partition("?")[0]
        return self._respond_at(request.path) or (self._respond_at(bare) if bare != request.path else None)

    def _respond_at(self, path: str) -> Response | None:
        if (story := self._store.story(path)) is not None:
            return self._article(path, story) if story.rejection is None else self._non_article(path, story)
        if self._store.is_removed(path):
            return self._notice("Материал удалён", self.outlet.delivery.removed_status)
        if (new := self._store.moved_to(path)) is not None:
            return self._redirect(301, new)
        return self._listing(path) or self._feed(path) or self._file(path)

    def _article(self, path: str, story: Story) -> Response:
        html = pages.render_article(self._article_page(path, story))
        return self._html(html, self.outlet.delivery.article_type, story.modified or story.published)

    def _article_page(self, path: str, story: Story) -> ArticlePage:
        outlet = self.outlet
        others = [item for item in self._articles() if item[0] != path]
        same = [item for item in others if item[1].section == story.section] or others
        nearest = sorted(same, key=lambda item: abs(item[1].number - story.number))
        following = (nearest or [(path, story)])[0]
        shown = story
        if not outlet.marks_leads and story.lead:
            shown = replace(story, lead=None, body=(story.lead, *story.body))
        return ArticlePage(
            outlet=outlet,
            base_url=self.base_url,
            path=path,
            story=shown,
            section=outlet.section(story.section),
            stamp=self._stamp(story),
            now=self._store.now(),
            next=self._teaser(*following),
            next_story=following[1],
            related=tuple(self._teaser(*item) for item in nearest[1:4]),
            most_read=self._most_read(),
            comments=pages.comments_on(story),
        )

    def _non_article(self, path: str, story: Story) -> Response:
        """Return the response for a URL that a listing shows but that is not an article."""
        kind = story.rejection or ""
        article_type = self.outlet.delivery.article_type
        if kind == "redirect to front page":
            return self._redirect(302, FRONT.path)
        if kind == "front page":
            return self._listing_page(FRONT, self._store.published()[: 2 * self.outlet.page_size])
        if kind in LISTED_ARTICLES:
            title = "Страница не найдена" if kind == "soft 404" else story.title
            return self._listing_page(Section("", title, path), self._articles()[: LISTED_ARTICLES[kind]])
        if kind in pages.NON_ARTICLES:
            return self._html(pages.render_non_article(self.outlet, kind), article_type)
        return self._html(pages.render_article(self._article_page(path, story)), article_type)

    def _articles(self) -> list[tuple[str, Story]]:
        """Return the published articles with their paths, the newest first."""
        return [item for item in self._store.published() if item[1].rejection is None]

    def _listing(self, path: str) -> Response | None:
        live = self._store.published()
        size = self.outlet.page_size
        if path == FRONT.path:
            return self._listing_page(FRONT, live[: 2 * size])
        if path.startswith(self.outlet.tag_path):
            tag = unquote(path.removeprefix(self.outlet.tag_path)).strip("/")
            tagged = [item for item in live if tag in item[1].tags]
            return self._listing_page(Section("", tag, path), tagged) if tagged else None
        for section in self.outlet.sections:
            items = [item for item in live if item[1].section == section.key]
            count = max(1, math.ceil(len(items) / size))
            for number in range(1, count + 1):
                if path == self.outlet.listing_path(section, number):
                    shown = items[size * (number - 1) : size * number]
                    return self._listing_page(section, shown, number, count)
        return None

    def _listing_page(
        self, section: Section, items: list[tuple[str, Story]], number: int = 1, count: int = 1
    ) -> Response:
        page = ListingPage(
            outlet=self.outlet,
            base_url=self.base_url,
            section=section,
            number=number,
            count=count,
            entries=tuple(self._teaser(*item) for item in items),
            most_read=self._most_read(),
            now=self._store.now(),
        )
        return self._html(pages.render_listing(page), self.outlet.delivery.listing_type)

    def _feed(self, path: str) -> Response | None:
        feed = next((feed for feed in self.outlet.feeds if feed.path == path), None)
        if feed is None:
            return None
        entries = [self._teaser(*item) for item in self._articles()]
        xml = pages.render_feed(feed, self.outlet, self.base_url, entries, self._store.now())
        charset = self.outlet.delivery.charset if feed.kind in ("rss", "atom") else "utf-8"
        kind = f"application/{feed.kind}+xml" if feed.kind in ("rss", "atom") else "application/xml"
        return Response(xml.encode(charset, "xmlcharrefreplace"), type=kind)

    def _file(self, path: str) -> Response | None:
        outlet = self.outlet
        if path == "/robots.txt":
            return Response(outlet.robots.encode(), type="text/plain")
        if path == STYLESHEET:
            return Response(pages.stylesheet(), type="text/css")
        if match := re.fullmatch(re.escape(outlet.picture_folder) + r"(small/)?([\w-]+)\.png", path):
            size = pictures.SMALL if match[1] else pictures.LARGE
            return Response(pictures.png(match[2], size), type="image/png", etag=f'"{match[2]}"')
        title = outlet.service_pages.get(path)
        return self._notice(title) if title else None

    def _notice(self, title: str, status: int = 200) -> Response:
        html = pages.render_notice(self.outlet, title)
        return self._html(html, self.outlet.delivery.listing_type, status=status)

    def _redirect(self, status: int, path: str) -> Response:
        return Response(status=status, headers=(("Location", self.base_url + path),))

    def _html(
        self, html: str, declared: str, modified: datetime | None = None, status: int = 200
    ) -> Response:
        delivery = self.outlet.delivery
        body = html.encode(delivery.charset, "xmlcharrefreplace")
        weak = "W/" if delivery.etag == "weak" else ""
        return Response(
            body,
            status,
            declared,
            etag=f'{weak}"{sha256(body).hexdigest()[:16]}"'
            if delivery.etag != "none" and status == 200
            else None,
            last_modified=modified if delivery.last_modified else None,
            gzip=delivery.gzip,
            chunked=delivery.chunked,
        )

    # ---- stories as pages show them

    def _truth(self, path: str, story: Story) -> Truth:
        outlet = self.outlet
        as_body = () if outlet.marks_leads or not story.lead else (story.lead,)
        return Truth(
            url=self.base_url + path,
            source=outlet.name,
            section=outlet.section(story.section).name,
            title=plain(story.title),
            body=tuple(plain(paragraph) for paragraph in (*as_body, *story.body)),
            lead=plain(story.lead) if story.lead and outlet.marks_leads else None,
            authors=story.authors,
            tags=story.tags,
            published=story.published,
            published_stated=self._stamp(story),
            modified=story.modified if outlet.prints_modified else None,
            language=story.language,
            views=story.views,
            images=tuple(
                (self.base_url + outlet.picture_path(picture), picture.caption, picture.credit)
                for picture in story.pictures
            ),
            partial=story.partial,
            live_blog=story.live,
            notices=story.notices,
        )

    def _stamp(self, story: Story) -> str:
        return story.stated or self.outlet.stamp(story.published)

    def _most_read(self) -> tuple[Teaser, ...]:
        ranked = sorted(self._articles(), key=lambda item: (-item[1].views, item[1].number))
        return tuple(self._teaser(*item) for item in ranked[:MOST_READ])

    def _teaser(self, path: str, story: Story) -> Teaser:
        words = plain(story.lead or story.body[0]).split()
        return Teaser(
            title=story.title,
            path=path,
            published=story.published,
            section=self.outlet.section(story.section).name,
            views=story.views,
            summary=" ".join(words[:SUMMARY_WORDS]) + ("…" if len(words) > SUMMARY_WORDS else ""),
            thumbnail=self.outlet.thumbnail_path(story.pictures[0]) if story.pictures else None,
        )

    def _path(self, url: str) -> str:
        parts = urlsplit(url)
        return parts.path + (f"?{parts.query}" if parts.query else "")
