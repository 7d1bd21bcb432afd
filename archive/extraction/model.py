"""The results of an extraction: an article, with how each date is known, or the reason for a rejection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive.reasons import Reason
from archive.values.short_repr import ShortRepr

Precision = Literal["second", "minute", "hour", "day"]  # "hour": «3 часа назад»
FoundIn = Literal["rule", "json-ld", "microdata", "meta", "time", "visible", "listing", "feed", "address"]
ZoneOrigin = Literal["stated", "source"]  # the zone is stated on the page, or is that of the source file


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A date or time as a page states it, and how it is known."""

    at: datetime  # aware, in the zone that was stated or assumed; midnight if precision is "day"
    precision: Precision
    stated_as: str  # as printed: "11:55 10 января 2022"
    found_in: FoundIn
    zone: ZoneOrigin
    rule: str  # name of the pattern that matched: "clock-day-month-year", "iso", "today", …

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
    body_html: str | None = None  # the same words as `body` with their structure, in about a dozen HTML tags
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
    partial: bool = False  # only the open part of a paywalled text, or from a truncated response
    # Sign of a paywall, whether or not the text is complete: "stated" if the page's metadata says that the text is not
    # free, "shown" if a box below the text asks the reader to pay, subscribe or register.
    gate: Literal["stated", "shown"] | None = None
    live_blog: bool = False  # many dated entries under one headline, in the order printed
    notices: tuple[str, ...] = ()  # legally required notices, word for word, in the order printed
    confidence: float = 0.0  # 0 to 1: how well the sources of each field agree

    @property
    def words(self) -> int:
        """Return the number of words in lead and body."""
        return sum(len(part.split()) for part in (self.lead or "", *self.body))


@dataclass(frozen=True, slots=True)
class Rejection(Reason):
    """The result for a page that is not an article.

    Its code is "section page", "gallery", "captcha", "paywall", "soft 404", "unrendered", "not html", …
    """


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
    """The places of the parts of an article on an outlet's pages, learned from the pages themselves.

    Places are CSS selectors; None if nothing was learned.
    """

    since: datetime | None = None  # aware; applies to pages captured from then on; None: to all
    pages: int = 0  # number of pages it was learned from
    region: str | None = None  # the smallest element that contains every field of an article
    body: str | None = None  # the element that contains the text
    title: str | None = None
    lead: str | None = None
    published: str | None = None
    author: str | None = None
    section: str | None = None
    views: str | None = None
    caption: tuple[str, ...] = ()  # inside the body: captions and credits of pictures
    boilerplate: tuple[str, ...] = ()  # inside the region: advertisements, teasers, appeals, other articles
    # recurring lines: inside the bodies of many articles, but not part of their text
    lines: tuple[str, ...] = ()
    # printed by the headline whatever the section is, so never the name of a section
    labels: tuple[str, ...] = ()
    text: tuple[str, ...] = ()  # inside the body: text although its names sound like boilerplate


@dataclass(frozen=True, slots=True, repr=False)
class LearningResult(ShortRepr):
    """The outcome of learning a page template; if there is none, the numbers say why."""

    template: PageTemplate | None
    pages: int  # pages that were examined
    stories: int = 0  # of these, articles that no known template fits, each text once
    alike: int = 0  # of those, extracted equally with the best template, if no template fits enough


@dataclass(frozen=True, slots=True)
class Outlet:
    """The knowledge of an outlet before a page is extracted: from its source file, and learned page templates."""

    timezone: str  # IANA name; applies to printed times without a zone
    languages: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    templates: tuple[PageTemplate, ...] = ()
    title: str | None = None  # the outlet's own name, which is never a section


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """The statements of the listing, feed or sitemap that links to an article."""

    title: str | None = None
    date_text: str | None = None  # as printed there
    section: str | None = None  # the section's name in the source file
    found_in: FoundIn = "listing"  # "listing" or "feed"
