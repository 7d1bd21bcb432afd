"""Classify an address by its shape: an article, a section, a file, another site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

import tldextract

from archive.urls import host_of

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|pdf|docx?|xlsx?|pptx?|zip|rar|7z|gz|mp[34]|m4a|ogg|avi|mov|webm|css|js|json"
    r"|xml|rss|txt|apk|exe)$",
    re.IGNORECASE,
)
_PAGE_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cfm|phtml)$", re.IGNORECASE)
_NO_ARTICLES = frozenset(
    "tag tags tema temy theme themes teg tegi topics label author authors avtor avtory category "
    "categories rubric rubrics rubrika search poisk user users profile login logout register auth signup "
    "about contacts contact reklama advertising archive archives arhiv rss feed feeds forum comments "
    "subscribe page pages privacy terms sitemap mobile-app apps podpiska".split()
)
_ARTICLE_KEYS = re.compile(
    r"(?:^|_)(?:id|nid|newsid|news|article|art|item|story|post|element|p|n|doc)(?:$|_)|id$"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d[-_]?\d\d[-_]?\d\d|\d\d[-_]\d\d[-_](?:19|20)\d\d")
_DAY_ALONE = re.compile(r"(?:^|/)(?:19|20)\d\d/[01]?\d(?:/[0-3]?\d)?$")  # the archive of a day or month
_EXTRACT_DOMAIN = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def is_file(url: str) -> bool:
    """Return whether the address is of an image, a document or a feed, not of a page."""
    return bool(_FILE.search(urlsplit(url).path))


def is_selected(url: str, article: Sequence[str], ignore: Sequence[str]) -> bool:
    """Return whether the source's regular expressions, searched in path and query, admit an address."""
    if not article and not ignore:
        return True
    parts = urlsplit(url)
    text = parts.path + (f"?{parts.query}" if parts.query else "")
    if any(re.search(pattern, text) for pattern in ignore):
        return False
    return not article or any(re.search(pattern, text) for pattern in article)


def is_same_site(url: str, other: str) -> bool:
    """Return whether two addresses belong to one site: one host, or hosts under one registered domain."""
    one, two = host_of(url), host_of(other)
    if not one or not two:
        return False
    if one == two:
        return urlsplit(url).port == urlsplit(other).port or not _is_ip_or_localhost(one)
    return registered_domain(one) == registered_domain(two) != ""


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """Return the registered domain of a host; empty for an IP address."""
    if _is_ip_or_localhost(host):
        return ""
    name = _EXTRACT_DOMAIN(host)
    if name.suffix:
        return name.top_domain_under_public_suffix
    return ".".join(host.split(".")[-2:]) if "." in host else ""


def _is_ip_or_localhost(host: str) -> bool:
    """Return whether a host is an IP address or this machine."""
    return ":" in host or host.replace(".", "").isdigit() or host == "localhost"


def score(url: str) -> float:
    """Return how much an address looks like an article's, 0 to 1; about 0.3 without evidence for or against."""
    parts = urlsplit(url)
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    best = _query_score(parts.query)
    if not segments:
        return best or 0.0
    last = _PAGE_ENDING.sub("", segments[-1])
    ended = last != segments[-1]
    if any(_PAGE_ENDING.sub("", segment) in _NO_ARTICLES for segment in segments):
        return 0.05
    if _DAY_ALONE.search("/".join(segments)):
        return 0.1
    dated = any(_DATE.search(segment) for segment in segments) or any(
        _YEAR.fullmatch(segment) and following[:2].isdigit() for segment, following in pairwise(segments)
    )
    if dated and (re.search(r"[^\W\d]", last) or len(last) > 4) and not _DATE.fullmatch(last):
        return 1.0
    return min(1.0, max(best, _segment_score(last) + (0.2 if ended else 0.0)))


def _query_score(query: str) -> float:
    """Return how much a query looks like an article id."""
    for key, value in parse_qsl(query):
        if value.isdigit() and len(value) >= 2 and _ARTICLE_KEYS.search(key.lower()):
            return 0.8
    return 0.0


def _segment_score(segment: str) -> float:
    """Return how much the last part of a path looks like an article."""
    if _YEAR.fullmatch(segment) or _DATE.fullmatch(segment):
        return 0.1
    digits = max((len(run) for run in re.findall(r"\d+", segment)), default=0)
    words = [word for word in re.split(r"[-_+. ]", segment) if word]
    if digits >= 3:
        return 0.9
    if len(words) >= 4 or len(segment) >= 30:
        return 0.85
    if len(words) == 3:
        return 0.6
    return 0.4 if digits and segment.isdigit() else 0.3 if len(words) == 2 else 0.2


def url_pattern(url: str) -> str:
    """Return the pattern of an address, which articles of one site share whatever their words and numbers."""
    parts = urlsplit(url)
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    kinds = [_segment_kind(segment) for segment in segments]
    if len(segments) > 1:
        kinds[:-1] = ["w" if kind == "s" else kind for kind in kinds[:-1]]
    keys = sorted(key for key, value in parse_qsl(parts.query) if value.isdigit())
    return "/".join(kinds) + ("?" + "&".join(keys) if keys else "")


def _segment_kind(segment: str) -> str:
    """Return the kind of a part of a path: number, id, slug or word, with its ending."""
    ending = _PAGE_ENDING.search(segment)
    name = segment[: ending.start()] if ending else segment
    kind = (
        "n"
        if name.isdigit()
        else "i"
        if re.search(r"\d{3}", name)
        else "s"
        if len(name) > 24 or re.search(r"[-_+]", name)
        else "w"
    )
    return kind + (ending[0] if ending else "")


def is_below(url: str, section_url: str) -> bool:
    """Return whether the address is below the section's path; False for a section that is the whole site."""
    section = _PAGE_ENDING.sub("", urlsplit(section_url).path).rstrip("/")
    return bool(section) and urlsplit(url).path.startswith(section + "/")


def parent_paths(urls: Iterable[str]) -> set[str]:
    """Return all paths above the given addresses: sections, whatever their name."""
    paths: set[str] = set()
    for url in urls:
        path = urlsplit(url).path.rstrip("/")
        while path := path.rpartition("/")[0]:
            paths.add(path)
    return paths
