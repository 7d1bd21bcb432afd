"""What the wire does not say, as it stands in WARC metadata records: one value a kind of fact.

Each fact is written as JSON (its field names as keys, `fact` naming its kind) and read back from it,
so that the index can be made anew from the WARC files alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from archive import timestamps

ROLES = ("listing", "feed", "sitemap", "robots", "article", "image", "requisite", "page")
# What a crawl counts; docs/schema.md says what each means.
COUNTS = (
    "found",
    "new",
    "known",
    "changed",
    "gone",
    "moved",
    "removed",
    "not_articles",
    "forbidden",
    "failed",
)
# In words, behind the number; the others are words already.
COUNT_LABELS: Mapping[str, str] = {
    "not_articles": "no articles",
    "forbidden": "forbidden by robots.txt",
    "left_out": "left for the next crawl",
    "missing_parts": "parts of pages not to be had",
}
FORBIDDEN = "robots.txt forbids it"  # why an address was not asked; no failure


def count_phrases(counts: Mapping[str, int | None]) -> list[str]:
    """Counts of a crawl as a person reads them: those that are not zero."""
    return [f"{number} {COUNT_LABELS.get(name, name)}" for name, number in counts.items() if number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Why a response was asked for; stands beside it."""

    fact: ClassVar[str] = "fetched"
    role: str  # one of ROLES
    crawl: str | None = None
    source: str | None = None
    section: str | None = None  # of the source, through which the address was found
    listing: str | None = None  # address of the listing, feed or sitemap that showed it
    place: int | None = None  # there, 1 for the first
    headline: str | None = None  # as printed there
    stamp: str | None = None  # as printed there
    listed_in: str | None = None  # "listing" or "feed"
    redirected_from: str | None = None  # the address whose answer led here
    article: str | None = None  # of an image or requisite: the address of the page that shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An address that gave no usable answer."""

    fact: ClassVar[str] = "failed"
    role: str
    url: str
    at: str  # UTC
    reason: str
    crawl: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SightedArticle:
    """One article in a listing."""

    url: str
    place: int
    headline: str | None = None
    stamp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """Which articles a listing, feed or sitemap showed, as read when it was captured."""

    fact: ClassVar[str] = "sighted"
    listing: str  # record id of its response
    source: str
    section: str | None = None
    shown: tuple[SightedArticle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlStarted:
    """A visit to a source begins."""

    fact: ClassVar[str] = "crawl started"
    crawl: str
    source: str
    title: str
    timezone: str
    at: str  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEnded:
    """A visit to a source is over, and what came of it."""

    fact: ClassVar[str] = "crawl ended"
    crawl: str
    at: str  # UTC
    outcome: str
    counts: Mapping[str, int] = field(default_factory=dict)  # by COUNTS
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A WARC file made elsewhere was taken in."""

    fact: ClassVar[str] = "imported"
    file: str  # as it stands in the archive: "warc/import-….warc.gz"
    name: str  # as it was given
    sha256: str  # hex; of the file as it was given
    at: str  # UTC
    repacked: bool = False  # whether its records, unchanged, were compressed one by one
    source: str | None = None  # whose its pages are said to be
    title: str | None = None  # of that source
    timezone: str | None = None  # likewise


Event = Fetched | Failed | Sighted | CrawlStarted | CrawlEnded | Imported
_KINDS: dict[str, type[Event]] = {
    kind.fact: kind for kind in (Fetched, Failed, Sighted, CrawlStarted, CrawlEnded, Imported)
}


def to_json(event: Event) -> dict[str, Any]:
    """The fact as a JSON object; fields that say nothing are left out."""
    stated = {key: value for key, value in asdict(event).items() if value not in (None, (), {})}
    return {"fact": event.fact, **stated}


def from_json(stated: Mapping[str, Any]) -> Event | None:
    """The fact a JSON object states; None when it is of a kind this release does not know."""
    kind = _KINDS.get(str(stated.get("fact")))
    if kind is None:
        return None
    known = {item.name for item in fields(kind)}
    given = {key: without_surrogates(value) for key, value in stated.items() if key in known}
    if kind is Sighted:
        given["shown"] = tuple(
            SightedArticle(**{key: without_surrogates(value) for key, value in shown.items()})
            for shown in given.get("shown", ())
        )
    if kind is CrawlEnded:
        given["notes"] = tuple(given.get("notes", ()))
    return kind(**given)


def is_well_formed(event: Event) -> bool:
    """Return whether every field is of the type that is written there: whoever forges a record may put in any other."""
    return _has_type(event, type(event))


def _has_type(value: object, kind: Any) -> bool:
    if get_origin(kind) is UnionType:
        return any(_has_type(value, one) for one in get_args(kind))
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(_has_type(one, get_args(kind)[0]) for one in value)
    if get_origin(kind) is Mapping:
        of_key, of_value = get_args(kind)
        return isinstance(value, Mapping) and all(
            _has_type(key, of_key) and _has_type(one, of_value) for key, one in value.items()
        )
    if is_dataclass(kind):
        kinds = get_type_hints(kind)
        return type(value) is kind and all(
            _has_type(getattr(value, one.name), kinds[one.name]) for one in fields(kind)
        )
    return type(value) is kind  # no number is a bool


def without_surrogates(value: Any) -> Any:
    """Text without halves of surrogate pairs, which have no UTF-8 form: JSON may state them, SQLite refuses them."""
    return (
        value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(value, str)
        else value
    )


def parse(block: bytes) -> Event | None:
    """The fact in a metadata record's block; None when it holds none of ours, or one that cannot be true."""
    try:
        stated = json.loads(block)
        fact = from_json(stated) if isinstance(stated, dict) else None
    except (ValueError, TypeError):
        return None
    return fact if fact is not None and _is_valid(fact) else None


def _is_valid(fact: Event) -> bool:
    """Whether the index can hold what a fact says: files made elsewhere may say anything."""
    if isinstance(fact, Fetched):
        return fact.role in ROLES and fact.listed_in in (None, "listing", "feed")
    if isinstance(fact, Sighted):
        return all(isinstance(shown.place, int) for shown in fact.shown)
    return _is_timestamp(fact.at)


def _is_timestamp(stated: object) -> bool:
    try:
        return isinstance(stated, str) and timestamps.to_iso(timestamps.from_iso(stated)) == stated
    except ValueError:
        return False
