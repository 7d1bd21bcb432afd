"""The values of an inspection: what was found on a site, and how each finding is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from archive.errors import ArchiveError

SitemapKind = Literal["news", "index", "pages"]


class InspectionFailed(ArchiveError):
    """Raised if a site cannot be looked at; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A value found on a site, and where."""

    value: str
    found_in: str  # in words, such as "og:site_name of the front page"


@dataclass(frozen=True, slots=True)
class ZoneFinding:
    """The time zone of the times that a site prints, or what is missing to know it."""

    zone: str | None  # IANA; None if the evidence does not agree on one
    explanation: str  # a sentence: how it is known, or why it is not
    suggestions: tuple[str, ...] = ()  # IANA zones that agree with the evidence


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A page that lists articles."""

    name: str  # as printed in the link to it
    url: str
    articles: int
    has_more_pages: bool = False
    is_wanted: bool = True  # False: written as a comment


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was requested and shows articles."""

    url: str
    articles: int
    found_in: str
    is_wanted: bool = True


@dataclass(frozen=True, slots=True)
class FoundSitemap:
    """A sitemap that was requested and lists addresses."""

    url: str
    kind: SitemapKind
    entries: int  # addresses of pages; of an index, an estimate from the sitemaps that were requested
    found_in: str
    is_wanted: bool = True


@dataclass(frozen=True, slots=True)
class ArticleShape:
    """The regular expression that a site's article addresses have in common."""

    pattern: str
    articles: int  # addresses that match
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteDescription:
    """Everything an inspection found about a site."""

    url: str  # the page that was looked at first, after redirects
    name: str  # a name for the source, from the host
    title: Stated
    languages: tuple[Stated, ...]
    zone: ZoneFinding
    sections: tuple[FoundSection, ...] = ()
    feeds: tuple[FoundFeed, ...] = ()
    sitemaps: tuple[FoundSitemap, ...] = ()
    shapes: tuple[ArticleShape, ...] = ()
    others: tuple[str, ...] = ()  # addresses of the site that are not articles, which the shapes do not match
    more: str | None = None  # the address of a "load more" button, with {page}
    crawl_delay: float = 0.0  # of robots.txt, in seconds
    requests: int = 0
    notes: tuple[str, ...] = ()  # what a person should look at

    @property
    def has_entry_point(self) -> bool:
        """Return whether a crawl could begin anywhere."""
        return any(
            [
                *(one.is_wanted for one in self.sections),
                *(one.is_wanted for one in self.feeds),
                *(one.is_wanted for one in self.sitemaps),
            ]
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the description for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SiteDescription:
        """Return the description that `as_dict` gave."""
        return cls(
            **{
                **data,
                "title": Stated(**data["title"]),
                "languages": tuple(Stated(**one) for one in data["languages"]),
                "zone": ZoneFinding(**{**data["zone"], "suggestions": tuple(data["zone"]["suggestions"])}),
                "sections": tuple(FoundSection(**one) for one in data["sections"]),
                "feeds": tuple(FoundFeed(**one) for one in data["feeds"]),
                "sitemaps": tuple(FoundSitemap(**one) for one in data["sitemaps"]),
                "shapes": tuple(
                    ArticleShape(**{**one, "examples": tuple(one["examples"])}) for one in data["shapes"]
                ),
                "others": tuple(data["others"]),
                "notes": tuple(data["notes"]),
            }
        )
