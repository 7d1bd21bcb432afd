"""The definition of an outlet: its URLs, its sections, its markup, and how its server sends pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from newsarchive.demo_site.story import Picture, Story


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an outlet; stories refer to it by `key`."""

    key: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article as another page shows it: a link with optional summary and thumbnail."""

    title: str
    path: str
    published: datetime
    section: str
    views: int
    summary: str
    thumbnail: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment below an article, with its own time."""

    name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Everything shown on the page of one article."""

    layout: Layout
    base_url: str
    path: str
    story: Story
    section: Section
    stamp: str
    now: datetime
    next: Teaser
    next_story: Story
    related: tuple[Teaser, ...]
    most_read: tuple[Teaser, ...]
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Everything shown on one page of a listing, the newest article first."""

    layout: Layout
    base_url: str
    section: Section
    number: int
    count: int
    entries: tuple[Teaser, ...]
    most_read: tuple[Teaser, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an outlet's server sends its pages."""

    article_type: str = "text/html; charset=utf-8"  # Content-Type as declared, rightly or by silence
    listing_type: str = "text/html; charset=utf-8"
    charset: str = "utf-8"  # what the bytes really are
    gzip: bool = False
    chunked: bool = False
    etag: Literal["strong", "weak"] | None = "strong"
    last_modified: bool = True
    keep_alive: bool = True
    removed_status: Literal[404, 410] = 404
    headers: tuple[tuple[str, str], ...] = ()  # sent with every answer, after the first line


@dataclass(frozen=True, slots=True)
class Feed:
    """A machine-readable list of articles."""

    path: str
    kind: Literal["rss", "atom", "news sitemap", "sitemap index", "sitemap"]
    tracking: str = ""  # a campaign's mark on the addresses: "?utm_source=rss"


@dataclass(frozen=True, slots=True)
class Layout:
    """One outlet's URLs, markup and server behaviour. To add an outlet, create one of these."""

    name: str
    title: str
    sections: tuple[Section, ...]
    article_path: Callable[[Story, Section], str]
    listing_path: Callable[[Section, int], str]
    stamp: Callable[[datetime], str]
    article: Callable[[ArticlePage], str]
    listing: Callable[[ListingPage], str]
    delivery: Delivery = Delivery()
    feeds: tuple[Feed, ...] = ()
    robots: str = "User-agent: *\nDisallow:\n"
    language: str = "ru"
    languages: tuple[str, ...] = ("ru",)
    timezone: str = "Europe/Kyiv"
    page_size: int = 5
    filler: Mapping[str, int] = field(
        default_factory=lambda: {"world": 8, "city": 5, "economy": 1}
    )  # stories to page through: enough for three, two and one page of a listing
    marks_leads: bool = True  # else a lead is printed as the first paragraph
    prints_tags: bool = True
    prints_modified: bool = False
    pictures: str = "/img/"
    stylesheet: str = "/style.css"
    service: tuple[tuple[str, str], ...] = (("/about/", "О нас"), ("/privacy/", "Конфиденциальность"))
    tags: str = "/tags/"

    def section(self, key: str) -> Section:
        """Return the section with this key."""
        return next(section for section in self.sections if section.key == key)

    def picture_path(self, picture: Picture) -> str:
        """Return the path of the full-size picture."""
        return f"{self.pictures}{picture.name}.png"

    def thumbnail_path(self, picture: Picture) -> str:
        """Return the path of the thumbnail used in listings."""
        return f"{self.pictures}small/{picture.name}.png"
