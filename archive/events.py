"""The events of a crawl that HTTP messages do not show, as WARC metadata records state them.

Each event is written as JSON (field names as keys, the key `fact` naming its type) and read back from it, so that the
index can be rebuilt from the WARC files alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from archive import timestamps

ROLES = ("listing", "feed", "sitemap", "robots", "article", "image", "requisite", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Why a response was requested; written next to the response."""

    fact: ClassVar[str] = "fetched"
    role: str  # one of ROLES
    crawl: str | None = None
    source: str | None = None
    section: str | None = None  # of the source, through which the address was found
    listing: str | None = None  # address of the listing, feed or sitemap that showed it
    place: int | None = None  # position in the listing, from 1
    headline: str | None = None  # as printed there
    stamp: str | None = None  # as printed there
    listed_in: str | None = None  # "listing" or "feed"
    redirected_from: str | None = None  # the address whose answer led here
    article: str | None = None  # of an image or requisite: the address of the page that shows it
    body: str | None = None  # what was sent by POST; None: a GET


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A request without a usable answer."""

    fact: ClassVar[str] = "failed"
    role: str
    url: str
    at: str  # UTC
    reason: str  # the words of a `Reason`
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
    """The articles that a listing, feed or sitemap showed when it was captured."""

    fact: ClassVar[str] = "sighted"
    listing: str  # record id of its response
    source: str
    section: str | None = None
    shown: tuple[SightedArticle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlStarted:
    """The start of a crawl of a source."""

    fact: ClassVar[str] = "crawl started"
    crawl: str
    source: str
    title: str
    timezone: str
    at: str  # UTC
    removed_after: int | None = None  # seconds between two 404 or 410 that show a removal; None: 24 hours


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEnded:
    """The end of a crawl, with its outcome and counts."""

    fact: ClassVar[str] = "crawl ended"
    crawl: str
    at: str  # UTC
    outcome: str
    counts: Mapping[str, int] = field(default_factory=dict)  # by the names of archive/crawl_results.py
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The import of a WARC file made elsewhere."""

    fact: ClassVar[str] = "imported"
    file: str  # path in the archive: "warc/import-….warc.gz"
    name: str  # original file name
    sha256: str  # hex; of the original file
    at: str  # UTC
    repacked: bool = False  # whether its records, unchanged, were compressed one by one
    source: str | None = None  # the source its pages are attributed to
    title: str | None = None  # of that source
    timezone: str | None = None  # of that source


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The correction of the source of imported pages: of a file, of a host, or of a host in a file."""

    fact: ClassVar[str] = "assigned"
    source: str
    title: str
    timezone: str
    at: str  # UTC
    file: str | None = None  # path in the archive; None: every file imported before
    host: str | None = None  # of the pages, without «www.»; None: all pages


Event = Fetched | Failed | Sighted | CrawlStarted | CrawlEnded | Imported | Assigned
_KINDS: dict[str, type[Event]] = {
    kind.fact: kind for kind in (Fetched, Failed, Sighted, CrawlStarted, CrawlEnded, Imported, Assigned)
}


def to_json(event: Event) -> dict[str, Any]:
    """Return an event as a JSON object, without empty fields."""
    stated = {key: value for key, value in asdict(event).items() if value not in (None, (), {})}
    return {"fact": event.fact, **stated}


def from_json(stated: Mapping[str, Any]) -> Event | None:
    """Return the event that a JSON object states, or None if this release does not know its type."""
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
    """Return whether every field has its declared type: a forged record may hold anything."""
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
    return type(value) is kind  # exact, so that a bool does not pass as an int


def without_surrogates(value: Any) -> Any:
    """Return text with lone surrogates replaced: JSON may contain them, but they have no UTF-8 form for SQLite.

    Other values are returned unchanged.
    """
    return (
        value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if isinstance(value, str)
        else value
    )


def parse(block: bytes) -> Event | None:
    """Return the event in the block of a metadata record, or None if it holds none or an invalid one."""
    try:
        stated = json.loads(block)
        event = from_json(stated) if isinstance(stated, dict) else None
    except (ValueError, TypeError):
        return None
    return event if event is not None and _is_valid(event) else None


def _is_valid(event: Event) -> bool:
    """Return whether the index can store an event: files made elsewhere may state anything."""
    if isinstance(event, Fetched):
        return event.role in ROLES and event.listed_in in (None, "listing", "feed")
    if isinstance(event, Sighted):
        return all(isinstance(shown.place, int) for shown in event.shown)
    return _is_timestamp(event.at)


def _is_timestamp(stated: object) -> bool:
    try:
        return isinstance(stated, str) and timestamps.to_iso(timestamps.from_iso(stated)) == stated
    except ValueError:
        return False
