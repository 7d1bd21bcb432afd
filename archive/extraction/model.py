"""The results of an extraction: an article, with how each date is known, or the reason for a rejection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Precision = Literal["second", "minute", "hour", "day"]  # "hour": «3 часа назад»
FoundIn = Literal["rule", "json-ld", "microdata", "meta", "time", "visible", "listing", "feed", "address"]
ZoneOrigin = Literal["stated", "source"]  # the page states an offset or zone; else the source file's zone


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A date or time as a page states it, and how it is known."""

    at: datetime  # aware, in the zone it was stated or read in; midnight when precision is "day"
    precision: Precision
    stated_as: str  # as printed: "11:55 10 января 2022"
    found_in: FoundIn
    zone: ZoneOrigin
    rule: str  # the name of the rule that read it: "clock-day-month-year", "iso", "today", …

    def isoformat(self) -> str:
        """Return the time as ISO 8601: a date if the precision is "day", else a time with its UTC offset."""
        if self.precision == "day":
            return self.at.date().isoformat()
        return self.at.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article with its printed caption and credit."""

    url: str  # absolute
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the article's own text."""

    url: str  # absolute
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article without the page around it. A field that is not known is None or empty."""

    title: str
    body: tuple[str, ...]  # paragraphs; no headline, caption, credit, ad label, teaser, counter
    lead: str | None = None
    body_html: str | None = None  # the words of body in their structure; made of a dozen tags of our own
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    published: StatedTime | None = None
    modified: StatedTime | None = None
    language: str | None = None  # ISO 639-1
    views: int | None = None
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()  # of lead and body, in the order printed
    canonical: str | None = None  # the page's own rel=canonical, absolute
    partial: bool = (
        False  # what stands open of a longer text behind a paywall, or came of an answer that was cut
    )
    # What speaks for a paywall, be there one or not: the page's data state that the text is not free, or a box below
    # it asks to pay, to subscribe or to register.
    gate: Literal["stated", "shown"] | None = None
    live_blog: bool = False  # many stamped entries under one headline, in the order printed
    notices: tuple[str, ...] = ()  # what the law makes the outlet print, word for word, in order
    confidence: float = 0.0  # 0 to 1: how far the witnesses agree

    @property
    def words(self) -> int:
        """Return the number of words in lead and body."""
        return sum(len(part.split()) for part in (self.lead or "", *self.body))


@dataclass(frozen=True, slots=True)
class Rejection:
    """The result for a page that is not an article."""

    reason: str  # "section page", "gallery", "captcha", "paywall", "soft 404", "unrendered", "not html", …


@dataclass(frozen=True, slots=True)
class Rule:
    """Extraction rules that a source file gives for its pages: CSS selectors or XPath, valid from a date on."""

    since: date | None = None
    title: str | None = None
    lead: str | None = None
    body: str | None = None
    published: str | None = None
    author: str | None = None
    section: str | None = None
    caption: str | None = None
    credit: str | None = None
    views: str | None = None
    prune: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageTemplate:
    """A page template: where the parts of an article are on an outlet's pages, learned from the pages themselves.

    Places are CSS selectors; None if nothing was learned.
    """

    since: datetime | None = None  # aware: it holds for pages captured from then on; None: for all
    pages: int = 0  # it was learned from
    region: str | None = None  # the smallest element with everything that is read of an article
    body: str | None = None  # what holds the text
    title: str | None = None
    lead: str | None = None
    published: str | None = None
    author: str | None = None
    section: str | None = None
    views: str | None = None
    caption: tuple[str, ...] = ()  # inside the body: what is printed about pictures
    furniture: tuple[str, ...] = ()  # inside the region: advertisements, teasers, appeals, other articles
    lines: tuple[str, ...] = ()  # printed inside the bodies of many articles, and the text of none
    labels: tuple[str, ...] = ()  # printed by every headline whatever the section, and the name of none


@dataclass(frozen=True, slots=True)
class LearningResult:
    """The outcome of learning a page template; if there is none, the numbers say why."""

    template: PageTemplate | None
    pages: int  # looked at
    stories: int = 0  # of them: articles that fit no layout known, each text once
    alike: int = (
        0  # of those: read as without it by the layout that fits most of them, where none fits enough
    )


@dataclass(frozen=True, slots=True)
class Outlet:
    """The facts about an outlet known before a page is extracted: from its source file, and learned page templates."""

    timezone: str  # IANA: how times printed without a zone are read
    languages: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    templates: tuple[PageTemplate, ...] = ()
    title: str | None = None  # its own name, which is no section's


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """The entry for an article in the listing, feed or sitemap that links to it."""

    title: str | None = None
    date_text: str | None = None  # as printed there
    section: str | None = None  # the source file's name of the section
    found_in: FoundIn = "listing"  # "listing" or "feed"
