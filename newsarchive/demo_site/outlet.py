"""The description of an outlet: its URLs, sections, feeds, times, and how its server sends pages.

Each outlet is described in `outlets/NAME/outlet.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from newsarchive.demo_site.story import Picture, Story

ROBOTS = "User-agent: *\nDisallow:\n"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an outlet; stories refer to it by `key`."""

    key: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an outlet's server sends its pages."""

    article_type: str = "text/html; charset=utf-8"  # Content-Type as declared, rightly or not at all
    listing_type: str = "text/html; charset=utf-8"
    charset: str = "utf-8"  # the real encoding of the bytes
    gzip: bool = False
    chunked: bool = False
    etag: Literal["strong", "weak", "none"] = "strong"
    last_modified: bool = True
    keep_alive: bool = True
    removed_status: Literal[404, 410] = 404
    headers: tuple[tuple[str, str], ...] = ()  # sent with every response, after the first lines


@dataclass(frozen=True, slots=True)
class Feed:
    """A machine-readable list of articles."""

    path: str
    kind: Literal["rss", "atom", "news sitemap", "sitemap index", "sitemap"]
    tracking: str = ""  # a campaign's mark on the URLs: "?utm_source=rss"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet. The patterns are filled in by `str.format`."""

    name: str  # of its folder
    position: int  # among the outlets
    title: str
    language: str
    languages: tuple[str, ...]
    timezone: str
    time_format: str  # a pattern for `format_time`
    article_path_format: str  # of `story` and `section`
    listing_path_format: str  # of `section`, `number` and `offset`: every page of a listing but the first
    sections: tuple[Section, ...]
    service_pages: Mapping[str, str]  # path to title
    tag_path: str = "/tags/"
    picture_folder: str = "/img/"
    feeds: tuple[Feed, ...] = ()
    robots: str = ROBOTS
    delivery: Delivery = Delivery()
    page_size: int = 5
    generated_stories: Mapping[str, int] = field(
        default_factory=lambda: {"world": 8, "city": 5, "economy": 1}
    )  # with some written ones enough for three, two and one page of a listing
    marks_leads: bool = True  # otherwise a lead is printed as the first paragraph
    prints_modified: bool = False

    def section(self, key: str) -> Section:
        """Return the section with this key."""
        return next(section for section in self.sections if section.key == key)

    def article_path(self, story: Story) -> str:
        """Return the path of a story's article."""
        return self.article_path_format.format(story=story, section=self.section(story.section))

    def listing_path(self, section: Section, number: int) -> str:
        """Return the path of one page of a section's listing; the first is number 1."""
        if number == 1:
            return section.path
        offset = self.page_size * (number - 1)
        return self.listing_path_format.format(section=section, number=number, offset=offset)

    def picture_path(self, picture: Picture) -> str:
        """Return the path of the full-size picture."""
        return f"{self.picture_folder}{picture.name}.png"

    def thumbnail_path(self, picture: Picture) -> str:
        """Return the path of the thumbnail used in listings."""
        return f"{self.picture_folder}small/{picture.name}.png"

    def stamp(self, at: datetime) -> str:
        """Return a time as the outlet prints it above an article."""
        return self.format_time(at, self.time_format)

    def format_time(self, at: datetime, pattern: str) -> str:
        """Fill a pattern such as "{at.day} {month} {at.year}, {at:%H:%M}" with words of the outlet's language."""
        words = read_toml("texts", "boilerplate.toml")[self.language]
        weekday = words["weekdays"][at.weekday()]
        return pattern.format(
            at=at,
            month=words["months"][at.month - 1],
            short_month=words["short_months"][at.month - 1],
            weekday=weekday,
            Weekday=weekday.capitalize(),
        )

    def relative_time(self, at: datetime, now: datetime) -> str:
        """Return «сегодня, 14:05», «вчера, 09:10», or the full time if it is older."""
        words = read_toml("texts", "boilerplate.toml")[self.language]
        today = now.astimezone(at.tzinfo).date()
        if at.date() == today:
            return f"{words['today']}, {at:%H:%M}"
        if at.date() == today - timedelta(days=1):
            return f"{words['yesterday']}, {at:%H:%M}"
        return self.stamp(at)

    def age(self, at: datetime, now: datetime) -> str:
        """Return «25 мин. назад», «3 ч. назад», or after half a day «10 янв» («10 янв 2021» in another year)."""
        words = read_toml("texts", "boilerplate.toml")[self.language]
        minutes = int((now - at).total_seconds()) // 60
        if 0 <= minutes < 60:
            return f"{minutes} {words['minutes_ago']}"
        if 60 <= minutes < 12 * 60:
            return f"{minutes // 60} {words['hours_ago']}"
        same_year = at.year == now.astimezone(at.tzinfo).year
        return self.format_time(
            at, "{at.day} {short_month}" if same_year else "{at.day} {short_month} {at.year}"
        )


@cache
def load_outlets() -> tuple[Outlet, ...]:
    """Return every outlet, in order of position."""
    folders = files(__package__).joinpath("outlets").iterdir()
    names = [folder.name for folder in folders if folder.joinpath("outlet.toml").is_file()]
    return tuple(sorted(map(_load_outlet, names), key=lambda outlet: (outlet.position, outlet.name)))


def _load_outlet(name: str) -> Outlet:
    described = read_toml("outlets", name, "outlet.toml")
    delivery = described.get("delivery", {})
    return Outlet(
        **{
            **described,
            "name": name,
            "languages": tuple(described["languages"]),
            "sections": tuple(Section(**section) for section in described["sections"]),
            "feeds": tuple(Feed(**feed) for feed in described.get("feeds", ())),
            "delivery": Delivery(**{**delivery, "headers": tuple(map(tuple, delivery.get("headers", ())))}),
        }
    )


@cache
def read_toml(*path: str) -> dict[str, Any]:
    """Return the content of a TOML file of this package; empty if there is no such file."""
    file = files(__package__).joinpath(*path)
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
