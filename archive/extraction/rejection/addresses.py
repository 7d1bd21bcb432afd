"""Judge a page by its address: sections have a name, articles a number, a date or many words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from archive import urls

PAGE_PARAMETERS = frozenset(("page", "p", "paged", "pagen_1", "offset", "start"))
PAGE_SEGMENT = re.compile(r"page[-_]?\d{0,4}|\d{1,2}", re.I)
DATE_SEGMENT = re.compile(r"(?:19|20)\d\d(?:[-.]?\d\d(?:[-.]?\d\d)?)?|\d{1,2}|\d\d[-.]\d\d[-.](?:19|20)\d\d")
SEARCH_PARAMETERS = frozenset(("q", "query", "s", "search", "text", "tag", "date", "sort", *PAGE_PARAMETERS))
MIN_SLUG_WORDS = 4
# Where one of these comes before a name, the page is about the name: /tag/volga, /ru/hubs/webdev, /tag_Volga.
NAMING_SEGMENTS = frozenset(
    (
        "tag", "tags", "tagged", "teg", "keyword", "keywords", "label", "topic", "topics", "theme", "themes", "tema",
        "temy", "author", "authors", "avtor", "avtory", "person", "persons", "user", "users", "profile", "category",
        "categories", "rubric", "rubrics", "rubrika", "hub", "hubs", "search", "organization", "product", "location",
        "itemlist",
    )
)  # fmt: skip
MIN_ALIKE = 0.75  # share of the addresses on a page that are of one form
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+(?:[-_]+[^\W\d_]+)*")


def weigh_address(url: str) -> float:
    """Return the points of an address: a section, a day or a search is for a listing, a number or slug against it."""
    if urls.is_front_page(url):
        return 2.0
    parts = urlsplit(url)
    segments = _segments(url)
    while segments and len(segments) > 1 and PAGE_SEGMENT.fullmatch(segments[-1]):
        segments.pop()
    parameters = parse_qsl(parts.query)
    if any(value.isdigit() and name.lower() not in SEARCH_PARAMETERS for name, value in parameters):
        return -1.0
    if segments and all(DATE_SEGMENT.fullmatch(segment) or segment.isalpha() for segment in segments):
        return 1.0
    last = segments[-1] if segments else ""
    if is_named(segments) and (last.isdigit() or not re.search(r"\d{4}", _YEAR.sub("", last))):
        return 1.0
    words = [
        word for word in re.split(r"[-_.]+", last) if word.isalpha() and word not in ("html", "htm", "php")
    ]
    if re.search(r"\d{4}", _YEAR.sub("", last)) or len(words) >= MIN_SLUG_WORDS:
        return -1.5
    if any(map(str.isdigit, last)) or re.search(r"\d{4}", parts.path):
        return -0.5
    return 1.0 if parts.path.endswith("/") or not last.endswith((".html", ".htm", ".shtml")) else 0.0


def is_named(segments: Sequence[str]) -> bool:
    """Return whether the path of an address says that the page is about what its last segment names."""
    before = (
        (*segments[-3:-1], segments[-1].partition("_")[0] if "_" in segments[-1] else "") if segments else ()
    )
    return any(segment.lower() in NAMING_SEGMENTS for segment in before)


def form(url: str) -> str:
    """Return an address without what differs from one article to the next: /20261121/a-b-19.html is /0/a-0.html."""
    parts = urlsplit(url)
    path = _NUMBER.sub("0", _LETTERS.sub("a", unquote(parts.path).rstrip("/")))
    return "&".join((path, *(name for name, value in parse_qsl(parts.query) if value.isdigit())))


def is_of_article(url: str) -> bool:
    """Return whether an address is more likely that of an article than that of a section."""
    return weigh_address(url) < 0


def is_above_articles(url: str, linked: Collection[str]) -> bool:
    """Return whether most linked addresses are those of articles, and this one is of another form, without a number."""
    articles = [address for address in linked if is_of_article(address)]
    if not articles or len(articles) < MIN_ALIKE * len(linked):
        return False
    segments = _segments(url)
    if any(map(DATE_SEGMENT.fullmatch, segments)) and not DATE_SEGMENT.fullmatch(segments[-1]):
        return False  # an article in the folder of its day
    named = is_named(segments)
    if form(url) in set(map(form, articles)) or (not named and _folder(url) in set(map(_folder, articles))):
        return False
    own = weigh_address(url)
    common, count = Counter(map(form, articles)).most_common(1)[0]
    return own >= 1.0 or (own > -1.0 and "0" in common and count >= MIN_ALIKE * len(linked))


def _segments(url: str) -> list[str]:
    return [unquote(segment) for segment in urlsplit(url).path.split("/") if segment not in ("", ".")]


def _folder(url: str) -> str:
    return "/".join(_segments(url)[:-1])
