"""Pages drawn from Jinja templates.

An outlet's own are `outlets/NAME/article.html` and `listing.html`; feeds, notices and the pages that some sites
answer with in place of an article are in `templates/`. Every page is one value, rendered by one function.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from newsarchive.demo_site.outlet import Feed, Outlet, Section, read_toml
from newsarchive.demo_site.story import BOLD, LINK, MARK, Story, plain

AD_AFTER = (4, 6)  # the paragraphs of the seed's page that an advertisement follows
AD_AFTER_IN_SHORT_TEXT = (2,)
NON_ARTICLES = frozenset({"captcha", "consent wall", "login", "geo-block", "error page", "unrendered"})


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

    outlet: Outlet
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

    outlet: Outlet
    base_url: str
    section: Section
    number: int
    count: int
    entries: tuple[Teaser, ...]
    most_read: tuple[Teaser, ...]
    now: datetime

    @property
    def numbers(self) -> range:
        """Return the number of every page of the listing."""
        return range(1, self.count + 1)

    def path_of(self, number: int) -> str:
        """Return the path of another page of the listing."""
        return self.outlet.listing_path(self.section, number)


def render_article(page: ArticlePage) -> str:
    """Return the HTML of an article, in its outlet's markup."""
    # A Russian story of a Ukrainian outlet has Russian boilerplate around it.
    return _render_outlet_page("article.html", page, page.story.language, story=page.story)


def render_listing(page: ListingPage) -> str:
    """Return the HTML of one page of a listing, in its outlet's markup."""
    return _render_outlet_page("listing.html", page, page.outlet.language)


def render_feed(feed: Feed, outlet: Outlet, base_url: str, entries: Sequence[Teaser], now: datetime) -> str:
    """Return a feed or sitemap of these articles, the newest first."""
    template = f"feeds/{feed.kind.replace(' ', '_')}.xml"
    return _render(template, feed=feed, outlet=outlet, base_url=base_url, entries=entries, now=now)


def render_notice(outlet: Outlet, title: str) -> str:
    """Return a page that says no more than its title."""
    return _render("notice.html", outlet=outlet, title=title)


def render_non_article(outlet: Outlet, kind: str) -> str:
    """Return the page of a system in front of the site: a login, a captcha, an error."""
    return _render(f"non_articles/{kind.replace(' ', '_')}.html", outlet=outlet)


def stylesheet() -> bytes:
    """Return the style sheet of every outlet."""
    return _render("style.css").encode()


def comments_on(story: Story) -> tuple[Comment, ...]:
    """Return the readers' comments below a story: none to three, dated after it."""
    known = read_toml("texts", "boilerplate.toml")["comments"]
    first = story.number % len(known)
    chosen = (known + known)[first : first + story.number % 4]
    return tuple(
        Comment(
            one["name"],
            story.published + timedelta(hours=2 * place + 1, minutes=story.number % 60),
            one["text"],
        )
        for place, one in enumerate(chosen)
    )


def with_advertisements(paragraphs: Sequence[str]) -> Iterator[str | None]:
    """Yield the paragraphs of a body, with None where a page prints an advertisement."""
    after = AD_AFTER if len(paragraphs) > min(AD_AFTER) else AD_AFTER_IN_SHORT_TEXT
    for place, paragraph in enumerate(paragraphs, start=1):
        yield paragraph
        if place in after:
            yield None


def paragraph_runs(paragraphs: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return runs of paragraphs with the same mark, and the mark of each; that of an advertisement is "ad".

    No advertisement is inside a list or a table.
    """
    parts = [
        ("ad", "") if paragraph is None else (found[1] if (found := MARK.match(paragraph)) else "", paragraph)
        for paragraph in with_advertisements(paragraphs)
    ]
    kept = [
        (mark, MARK.sub("", paragraph, count=1))
        for place, (mark, paragraph) in enumerate(parts)
        if mark != "ad" or parts[place - 1][0] == "" or place + 1 == len(parts)
    ]
    return [(mark, [text for _, text in run]) for mark, run in groupby(kept, lambda part: part[0])]


def inline(text: str) -> Markup:
    """Return the content of a paragraph with its links and bold words marked up."""
    marked = LINK.sub(r'<a href="\2">\1</a>', escape(text, quote=False))
    return Markup(BOLD.sub(r"<b>\1</b>", marked))


def to_json(value: object) -> Markup:
    """Return a value as JSON for a script element."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("</", r"<\/"))


def _render_outlet_page(name: str, page: ArticlePage | ListingPage, language: str, **values: Any) -> str:
    boilerplate = read_toml("texts", "boilerplate.toml")
    return _render(
        f"{page.outlet.name}/{name}",
        page=page,
        outlet=page.outlet,
        labels=boilerplate[language],
        partner_news=boilerplate["partner_news"],
        **values,
    )


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    package = __package__ or ""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "outlets"), PackageLoader(package, "templates")]),
        autoescape=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "inline": inline,
        "json": to_json,
        "paragraph_runs": paragraph_runs,
        "plain": plain,
        "rfc822": format_datetime,
        "utc": lambda at: at.astimezone(UTC),
        "with_advertisements": with_advertisements,
    }
    return environment
