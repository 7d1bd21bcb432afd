"""Values of an update: a visit to an address, what the index knows about the article there, and what changes.

    Visit, Known ──decisions.decide──▶ Change, … ──apply.apply──▶ rows

Moments are text as stored (UTC), which sorts by time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from archive.extraction.excerpts import ComparableText
from archive.extraction.model import Article, Rejection
from archive.jobs.search_keys import SearchKeys
from archive.reasons import Reason
from archive.rechecks import REMOVED_AFTER

State = Literal["live", "unavailable", "removed", "moved", "restricted"]
Outcome = Literal[
    "new",
    "known",
    "changed",
    "gone",
    "removed",
    "moved",
    "unreachable",
    "not an article",
    "late",
    "unsettled",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for the address of an article, its response, and what that was extracted as."""

    url: str  # canonical
    requested_url: str  # as requested
    at: str
    is_crawled: bool  # by a crawl: an import may contain visits older than those applied already
    capture_id: int | None  # None if there was no response
    is_untyped: bool = False  # a page of unknown role: an article if it is extracted as one
    source: str | None = None
    section: str | None = None
    status: int | None = None
    truncated: str | None = None  # why the response is incomplete
    redirects_to: str | None = None  # as stated
    redirected_from: str | None = None  # the address that led here
    repeats: Reason | None = None  # the extraction of the unchanged page that it repeats
    extraction: Article | Rejection | None = None  # None for responses that are not extracted
    digest: str = ""  # of the article's content
    extractor: str = ""
    # The capture of the latest version as today's extractor reads it, if another one had read it.
    reextraction: Article | Rejection | None = None
    search_keys: SearchKeys | None = None  # if they are already computed
    is_cut: bool = False  # the article may be a part of the page only
    is_another_page: bool = False  # its words and structure are not those of the known article
    failure: Reason | None = None  # why there was no response
    removed_after: timedelta = REMOVED_AFTER  # least time between two 404 or 410 that show a removal


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVersion:
    """A version in the index."""

    id: int
    article_id: int
    capture_id: int
    title: str
    body: str
    digest: str
    extractor: str
    first_seen: str
    last_seen: str
    is_partial: bool = False
    status: int | None = 200  # of its capture
    truncated: str | None = None  # likewise
    url: str = ""  # of its capture, canonical
    states_visited: bool = False  # its page states the address of the visit as the canonical one


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """An article in the index."""

    id: int
    url: str
    state: State
    first_seen: str
    last_seen: str
    last_visit: str  # articles.last_looked
    state_since: str | None = None  # None if it was always live
    state_reason: str | None = None  # one of reasons.STATE_REASONS
    moved_to: str | None = None  # the address that it redirected to when it was last not live
    gone_visits: int = 0  # articles.gone_looks: responses 404 or 410 in a row
    gone_since: str | None = None
    was_found_by_crawl: bool = True  # its first version; False if it was imported
    is_overtaken: bool = False  # a visit of a crawl, dated after this one, was applied before it
    latest: KnownVersion | None = None
    # Of the latest version and the one before; loaded if the visit found other content.
    latest_text: ComparableText | None = None
    previous: KnownVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePage:
    """Another address of the outlet that gave the same bytes, and the article there."""

    url: str  # as requested
    payload_sha256: str
    is_article: bool  # extracted as an article; False if it was found to be another page
    latest: KnownVersion | None = None  # None if no article is known there
    previous: KnownVersion | None = None  # the version before


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The knowledge of the index that matters to a visit."""

    article: KnownArticle | None = None  # which the visit is to
    new_id: int = 0  # for a new article
    twin: KnownArticle | None = None  # another article, at the address that the page states, with its story
    redirect_target: KnownArticle | None = None  # the article at the address that the visit redirects to
    redirects_to_section: bool = False  # that address was captured as a listing of the source
    redirected_article: KnownArticle | None = None  # whose address redirected here, where no article is known
    is_section: bool = (
        False  # the address, or the page byte for byte, was captured as a listing of the source
    )
    same_pages: tuple[
        SamePage, ...
    ] = ()  # the latest first; loaded if the page resembles its article in nothing


@dataclass(frozen=True, slots=True)
class ClockCorrected:
    """The times of an article whose last visit was dated by a wrong clock."""

    article_id: int
    first_seen: str
    last_seen: str
    last_visit: str


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article seen for the first time; a NewVersion follows."""

    article_id: int
    url: str
    source: str | None
    section: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Found:
    """The addresses at which an article was found."""

    article_id: int
    url: str | None  # at which it is found from now on; None if it was there before
    urls: tuple[str, ...]
    at: str
    redirected_from: str | None  # as stated: the address that led to the last of them


@dataclass(frozen=True, slots=True)
class Clue:
    """By what a page at another address may be found to show an article: see the table address_clues."""

    article_id: int
    clue: str
    capture_id: int | None  # of the page that states the address; None for the number in an address


@dataclass(frozen=True, slots=True)
class NewVersion:
    """An article with other content than before."""

    article_id: int
    at: str
    capture_id: int
    section: str | None  # of the source
    article: Article
    digest: str
    extractor: str
    search_keys: SearchKeys | None = None


@dataclass(frozen=True, slots=True)
class PartReplaced:
    """The latest version was a part of the text that is seen now: it is removed. This is not an edit."""

    article_id: int
    version_id: int
    capture_id: int


@dataclass(frozen=True, slots=True)
class Retracted:
    """The latest version of an article proved to be another page: it is removed."""

    article_id: int
    version_id: int
    url: str  # as requested
    payload_sha256: str
    last_seen: str  # of the version before


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article seen with the same content."""

    article_id: int
    at: str
    version_id: int | None  # seen again; None if only a part of it was


@dataclass(frozen=True, slots=True)
class Visited:
    """A response that says nothing about an article's content or state, but ends a series of 404 and 410."""

    article_id: int
    at: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A request for an article that did not show it: no response, or something else than the article."""

    article_id: int
    at: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """An article with another state than before, or with another reason for it."""

    article_id: int
    at: str
    state: State
    since: str  # when a check first found the state, for whatever reason
    reason: str | None = None  # one of reasons.STATE_REASONS; None if live or moved
    moved_to: str | None = None  # the address that it redirects to
    capture_id: int | None = None  # the response that shows it; None if there was none


@dataclass(frozen=True, slots=True)
class Gone:
    """The address of an article answered 404 or 410."""

    article_id: int
    at: str
    visits: int  # such responses in a row
    since: str  # the first of them


@dataclass(frozen=True, slots=True)
class Redirected:
    """The target of an address that redirects."""

    url: str
    target: str | None  # None if it no longer does


@dataclass(frozen=True, slots=True)
class Merged:
    """Two articles proved to be one: the address of one redirects to that of the other."""

    kept_id: int
    merged_id: int
    url: str  # of the article that responds
    at: str


@dataclass(frozen=True, slots=True)
class Late:
    """A visit older than the last one to the article: its history has to be rebuilt."""

    article_id: int


@dataclass(frozen=True, slots=True)
class Recognized:
    """A page of unknown role that is an article's."""

    capture_id: int


@dataclass(frozen=True, slots=True)
class Classified:
    """The result of extracting a capture."""

    capture_id: int
    outcome: Outcome
    article_id: int | None  # None if no article is known there
    reading: Reason
    is_completed: bool = False  # the first complete text replaced a part of it, which is not a change


Change = (
    ClockCorrected
    | NewArticle
    | Found
    | Clue
    | NewVersion
    | PartReplaced
    | Retracted
    | Unchanged
    | Visited
    | Checked
    | StateChanged
    | Gone
    | Redirected
    | Merged
    | Late
    | Recognized
    | Classified
)
