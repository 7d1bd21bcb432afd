"""Read JSON that a listing's page asks for: pieces of HTML, or records of articles, and what comes next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from archive.extraction.normalize import SURROGATE, clean

MAX_VALUES = 200_000  # objects, lists and texts that are looked at
MAX_DEPTH = 12
MAX_RECORDS = 2_500  # of one list; real ones have some dozens
_LINK = re.compile(r"<a\s[^<>]{0,500}href", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]{0,2000}>")
_URL_KEYS = ("url", "link", "href", "permalink", "fullurl", "full_url", "weburl", "web_url", "canonicalurl",
             "canonical_url", "pageurl", "articleurl", "article_url", "newsurl", "detail_page_url", "uri", "path",
             "alias", "slug")  # fmt: skip
_TITLE_KEYS = ("title", "headline", "name", "header", "zagolovok", "caption", "subject", "text")
_DATE_KEYS = ("published_at", "publishedat", "date_published", "datepublished", "publish_date", "publishdate",
              "published", "pubdate", "pub_date", "publicationdate", "publication_date", "date_publish", "active_from",
              "date", "datetime", "date_time", "time", "timestamp", "created_at", "createdat", "created")  # fmt: skip
_WRAPPERS = ("node", "attributes", "fields", "data", "item", "article", "material", "post", "_source")
_NEXT_KEY = re.compile(
    r"(?:next|more|load_?more)_?(?:page)?_?(?:url|uri|href|link|path)?|(?:url|link|href)_?next", re.IGNORECASE
)
_CURSOR_KEY = re.compile(
    r"(?:next|end)_?(?:page)?_?(?:cursor|token|id|offset|page|date|time)|next|(?:page_?)?cursor|last_?(?:id|date|time)"
    r"|scroll_?id|continuation",
    re.IGNORECASE,
)
_GOES_ON_KEY = re.compile(
    r"(?:has|is)_?(?:more|next)(?:_?page)?|more|load_?more|show_?more|next_?page_?exists", re.IGNORECASE
)
_ENDS_KEY = re.compile(
    r"(?:is_?)?(?:last|end|finished|final)(?:_?page)?|no_?more|(?:the_?)?end", re.IGNORECASE
)
_OTHER_KEY = re.compile(
    r"popular|related|recommend|trend|similar|banner|advert|most_?(?:read|viewed)|side_?bar|tags?$|rubrics?$|menu|partner"
    r"|breadcrumb|^top",
    re.IGNORECASE,
)  # of what is not the list
_ADDRESS = re.compile(r"(?:https?:)?//\S+|/\S*|\?\S+|[\w-]+/\S+|[\w-]+\.(?:html?|php)\S*")
_SECONDS = range(500_000_000, 5_000_000_000)  # from 1985 to 2128


@dataclass(frozen=True, slots=True)
class Record:
    """An article as a record states it."""

    address: str  # as stated
    title: str | None = None
    stamp: str | None = None  # a number of seconds as ISO 8601 in UTC, everything else as stated


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """The part of a listing that a JSON document shows."""

    html: str | None = None  # its pieces of HTML with links, one after another
    records: tuple[Record, ...] = ()  # of the list with most articles
    next_address: str | None = None
    cursor: tuple[str, str] | None = None  # name and value for the next request
    is_last: bool = False  # whether it says that nothing follows


def looks_like_json(text: str) -> bool:
    """Return whether a text is a JSON object or list rather than a page."""
    return text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[")


def read_json(text: str, is_article: Callable[[str], bool]) -> JsonAnswer | None:
    """Return what a JSON text shows of a listing, or None if it is no JSON.

    `is_article` says of an address as stated whether it may be an article's.
    """
    try:
        stated = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    lists: list[tuple[Record, ...]] = []
    pieces: list[str] = []
    says: dict[str, tuple[int, Any]] = {}
    for depth, key, value in _values(stated):
        if isinstance(value, str):
            if _LINK.search(value) or _LINK.search(unescaped := unescape(value)):
                pieces.append(value if _LINK.search(value) else unescaped)
        elif isinstance(value, list):
            if records := _records(value, is_article):
                lists.append(records)
            continue
        if key and not isinstance(value, dict | list):
            says.setdefault(key, (depth, value))
    records = max(lists, key=len, default=())
    if records and sum(map(len, pieces)) > 0 and len(records) >= 2:
        pieces = []  # summaries and texts of the records
    following, cursor, is_last = _what_follows({key: value for key, (_, value) in says.items()})
    return JsonAnswer("\n".join(pieces) or None, records, following, cursor, is_last)


def _values(stated: Any) -> Iterator[tuple[int, str | None, Any]]:
    """Yield every value with its depth and its key, outer ones first; not what is inside lists of records."""
    waiting: list[tuple[int, str | None, Any]] = [(0, None, stated)]
    seen = 0
    for depth, key, value in waiting:
        seen += 1
        if seen > MAX_VALUES:
            return
        yield depth, key, value
        if depth >= MAX_DEPTH:
            continue
        if isinstance(value, dict):
            waiting.extend(
                (depth + 1, str(name), one) for name, one in value.items() if not _OTHER_KEY.search(str(name))
            )
        elif isinstance(value, list):
            waiting.extend((depth + 1, None, one) for one in value if isinstance(one, dict | list | str))


def _records(values: list[Any], is_article: Callable[[str], bool]) -> tuple[Record, ...]:
    """Return the articles in a list of objects; empty if most are none."""
    objects = [value for value in values[:MAX_RECORDS] if isinstance(value, dict)]
    found = [record for one in objects if (record := _record(one, is_article)) is not None]
    return tuple(found) if 2 * len(found) > len(objects) else ()


def _record(stated: Mapping[str, Any], is_article: Callable[[str], bool]) -> Record | None:
    """Return the article that an object describes, itself or in an object that it wraps; None if it is none."""
    wrapped = [value for key in _WRAPPERS if isinstance(value := stated.get(key), dict)]
    for one in (stated, *wrapped):
        by_key = {str(key).lower(): value for key, value in one.items()}
        address = next(
            (
                text
                for key in _URL_KEYS
                if isinstance(text := by_key.get(key), str)
                and _ADDRESS.fullmatch(text.strip())
                and is_article(text.strip())
            ),
            None,
        )
        title = next((text for key in _TITLE_KEYS if (text := _plain(by_key.get(key)))), None)
        if address is not None and title is not None:
            stamp = next((text for key in _DATE_KEYS if (text := _stamp(by_key.get(key)))), None)
            return Record(address.strip(), title, stamp)
    return None


def _plain(value: Any) -> str | None:
    """Return a text without markup; of an object {"rendered": …}, that text."""
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("text") or value.get("value")
    if not isinstance(value, str):
        return None
    return clean(unescape(_MARKUP.sub(" ", SURROGATE.sub("\ufffd", value)))) or None


def _stamp(value: Any) -> str | None:
    """Return a date as stated; seconds or milliseconds since 1970 as ISO 8601."""
    if isinstance(value, str) and not value.strip().isdecimal():
        return _plain(value)
    try:
        seconds = int(value)
    except (TypeError, ValueError):
        return _plain(value)
    seconds = seconds // 1000 if seconds // 1000 in _SECONDS else seconds
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds in _SECONDS else None


def _what_follows(says: Mapping[str, Any]) -> tuple[str | None, tuple[str, str] | None, bool]:
    """Return the address of the next page, the cursor for it, and whether there is none, as a document says."""
    address: str | None = None
    cursor: tuple[str, str] | None = None
    is_last = False
    for key, value in says.items():
        spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).replace("-", "_")
        if isinstance(value, bool) or value is None or value == "":
            is_last = is_last or (
                (value is False and bool(_GOES_ON_KEY.fullmatch(spelled)))
                or (value is True and bool(_ENDS_KEY.fullmatch(spelled)))
                or (not value and bool(_NEXT_KEY.fullmatch(spelled)) and value is not False)
            )
        elif isinstance(value, str) and _NEXT_KEY.fullmatch(spelled) and _ADDRESS.fullmatch(value):
            address = address or value
        elif isinstance(value, str | int) and _CURSOR_KEY.fullmatch(spelled) and len(str(value)) <= 500:
            cursor = cursor or (key, str(value))
    return address, cursor, is_last and address is None
