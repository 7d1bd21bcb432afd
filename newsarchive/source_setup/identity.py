"""Who publishes a site: its title, its languages, its country, a name for its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from archive.extraction.metadata.jsonld import node_types
from archive.extraction.normalize import clean, comparable
from archive.urls import canonical, host_of
from newsarchive.source_setup.model import Stated
from newsarchive.source_setup.site_page import SitePage
from spiders.discovery.listing.url_shapes import registered_domain

MAX_TITLE_CHARS = 80
MIN_LANGUAGE_SHARE = 0.2  # of the sample articles; fewer are quotations or a mistake
_SEPARATOR = re.compile(r"\s+[-–—|•·»«:/\\]+\s+|\s*[|•»]\s*")
_ORGANIZATIONS = frozenset(
    {"newsmediaorganization", "organization", "website", "corporation", "periodical", "newspaper"}
)
_LANGUAGE = re.compile(r"[a-z]{2}(?![a-z])")
_WRONG_LANGUAGES = {"ua": "uk", "by": "be", "kz": "kk", "cz": "cs"}  # countries written for languages


def find_title(front: SitePage, others: Sequence[SitePage]) -> Stated:
    """Return the outlet's name and where it was found; without any, its host."""
    pages = [front, *others]
    for page in pages:
        if name := _usable(page.meta("og:site_name")):
            return Stated(name, f"og:site_name of {canonical(page.url)}")
    for page in pages:
        if name := _json_ld_name(page):
            return Stated(name, f"the publisher in the JSON-LD of {canonical(page.url)}")
    if name := _usable(front.meta("application-name", "apple-mobile-web-app-title")):
        return Stated(name, f"application-name of {front.url}")
    parts = Counter(part for page in pages for part in set(_title_parts(page.title)))
    shared = [part for part in _title_parts(front.title) if parts[part] > 1]
    shared += [part for part, number in parts.most_common(1) if number > 1]
    if shared:
        return Stated(shared[0], f"the part that the <title> of {parts[shared[0]]} pages has in common")
    if names := _title_parts(front.title):
        return Stated(min(names, key=len), f"the <title> of {front.url}; check it")
    return Stated(host_of(front.url), "the host, as the page states no name; change it")


def find_languages(front: SitePage, detected: Sequence[str]) -> tuple[Stated, ...]:
    """Return the languages of the site, the main one first: as the page states, as hreflang links, as detected.

    `detected` are the languages of the sample articles. A stated language that none of them has comes last.
    """
    found: dict[str, str] = {}
    stated = _language(front.language)
    numbers = Counter(detected)
    if stated and (not detected or stated in numbers):
        found[stated] = "the lang of the page"
    for language, number in numbers.most_common():
        if number >= MIN_LANGUAGE_SHARE * len(detected):
            found.setdefault(language, f"the text of {number} of {len(detected)} sample articles")
    for link in front.head_links:
        code = _language(link.language) if "alternate" in link.rel else None
        if code:
            found.setdefault(code, f"hreflang of {link.url}")
    if stated:
        found.setdefault(stated, "the lang of the page; no sample article is in it")
    return tuple(Stated(*one) for one in found.items())


def find_country(pages: Iterable[SitePage]) -> str | None:
    """Return the code of the country in the outlet's own address, if its JSON-LD states just one."""
    countries = set()
    for page in pages:
        for node in page.json_ld:
            address = node.get("address")
            if _ORGANIZATIONS.intersection(node_types(node)) and isinstance(address, dict):
                country = address.get("addressCountry")
                country = country.get("name") if isinstance(country, dict) else country
                if isinstance(country, str) and re.fullmatch(r"[A-Za-z]{2}", country):
                    countries.add(country.upper())
    return countries.pop() if len(countries) == 1 else None


def suggest_name(url: str) -> str:
    """Return a name for the source: the host's registered name, without its public suffix."""
    host = host_of(url)
    domain = registered_domain(host)
    name = domain.partition(".")[0] if domain else f"{host}-{urlsplit(url).port or ''}"
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-") or "source"


def _json_ld_name(page: SitePage) -> str:
    """Return the name of the publisher, the site or the organization in a page's JSON-LD; empty if it has none."""
    for node in page.json_ld:
        publisher = node.get("publisher")
        named = [*publisher] if isinstance(publisher, list) else [publisher]
        if _ORGANIZATIONS.intersection(node_types(node)):
            named.append(node)
        for one in named:
            name = one.get("name") if isinstance(one, dict) else None
            if isinstance(name, str) and (usable := _usable(name)):
                return usable
    return ""


def _usable(name: str) -> str:
    name = clean(name)
    return name if 0 < len(name) <= MAX_TITLE_CHARS and comparable(name) else ""


def _title_parts(title: str) -> list[str]:
    return [part for text in _SEPARATOR.split(title) if (part := _usable(text))]


def _language(tag: str) -> str | None:
    code = _LANGUAGE.match(tag.strip().lower())
    return _WRONG_LANGUAGES.get(code[0], code[0]) if code else None
