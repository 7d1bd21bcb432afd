"""The schema of source files: keys, types, defaults, and a plain message for each mistake.

Pydantic is used only here and in validation.py; elsewhere a source is spiders.sources.source.Source.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
)

from archive.extraction.templates.rules import is_xpath
from archive.rechecks import REMOVED_AFTER
from archive.urls import canonical, is_web_url, private_address
from spiders.discovery.paging.more_setting import MoreSetting, mistake_in
from spiders.sources.validation import InvalidFile, describe_error, key, mistake, quote_value

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Images = Literal["none", "lead", "all"]
_T = TypeVar("_T", bound=BaseModel)


def validate_source(table: Mapping[str, Any]) -> Definition:
    """Return the definition in a file's table; raise InvalidFile with all mistakes."""
    mistakes: list[str] = []
    definition: Definition | None = None
    try:
        definition = _validate(Definition, table)
    except InvalidFile as found:
        mistakes += found.mistakes
    mistakes += _missing_entry_point(table)
    mistakes += _duplicate_sections(table)
    if mistakes or definition is None:
        raise InvalidFile(mistakes)
    return definition


def validate_templates(table: Mapping[str, Any]) -> TemplatesTable:
    """Return the page templates in a file's table; raise InvalidFile with all mistakes."""
    return _validate(TemplatesTable, table)


def _validate(kind: type[_T], table: Mapping[str, Any]) -> _T:
    """Return the value of a table; raise InvalidFile with all mistakes."""
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        messages = [describe_error(detail, kind) for detail in error.errors(include_url=False)]
        raise InvalidFile(messages) from None


def _non_empty(text: str) -> str:
    """Return a text without surrounding blanks."""
    if not text.strip():
        raise mistake("must not be empty")
    return text.strip()


def _zone(name: str) -> str:
    """Return the name of a time zone; raise its mistake if there is no such zone."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # zoneinfo raises a KeyError for an unknown zone
        raise mistake('is not a time zone; write an IANA name such as "Europe/Kyiv"') from None
    return name


def _address(url: str) -> str:
    """Return a web address without surrounding blanks. Pydantic's own type would rewrite it."""
    if not is_web_url(url):
        raise mistake('is not a web address; write one such as "https://news.example/world/"')
    return url.strip()


def _private_network(text: object) -> IPNetwork:
    """Return a network in which all addresses are private."""
    try:
        network = ipaddress.ip_network(text if isinstance(text, str) else "")
    except ValueError:
        raise mistake(
            'is not a network; write one as "10.0.0.0/8" or "fd12:3456::/32", or an address alone as "10.0.0.5"'
        ) from None
    ends = (network.network_address, network.broadcast_address)
    private = [private_address(str(end)) for end in ends]
    if network.prefixlen < _WIDEST_PRIVATE[network.version] or None in private:
        raise mistake("contains public addresses, which are always allowed; write only the private network")
    if network.version == 6 and any(address.version == 4 for address in private if address):
        raise mistake("contains IPv4 addresses; write the IPv4 network")
    return network


def _cookies(cookies: object) -> dict[str, str]:
    """Return cookies by name that can be sent as they are (RFC 6265 section 4.1.1)."""
    if not isinstance(cookies, Mapping):
        raise mistake(
            'must be a table of names and values; write [capture.cookies] and consent = "yes" below'
        )
    for name, value in cookies.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise mistake(
                f"has a cookie {quote_value(name)} whose name is no cookie's; copy it from a browser"
            )
        if not isinstance(value, str):
            raise mistake(f"has a cookie {name} whose value must be text in quotes")
        if not re.fullmatch(r'[!#-+\--:<-\[\]-~]*|"[!#-+\--:<-\[\]-~]*"', value):
            raise mistake(
                f"has a cookie {name} whose value is no cookie's: copy it from a browser, without blanks, commas and"
                " semicolons, and other letters percent-encoded"
            )
    return dict(cookies)


def _user_agent_note(note: str) -> str:
    """Return a text that can follow the User-Agent."""
    if not re.fullmatch(r"[ -~]{1,200}", _non_empty(note)):
        raise mistake("must be at most 200 Latin letters, digits and signs on one line")
    return note.strip()


def _language(code: str) -> str:
    """Return a language code."""
    if code == "ua":
        raise mistake('is a country; the Ukrainian language is "uk"')
    if not re.fullmatch(r"[a-z]{2}", code):
        raise mistake('is not a language code; write two small letters such as "ru" or "uk"')
    return code


def _regex(pattern: str) -> str:
    """Return a regular expression that compiles."""
    try:
        re.compile(_non_empty(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        raise mistake(f"is not a regular expression: {error}") from None
    return pattern


def _selector(selector: str) -> str:
    """Return a CSS selector or XPath that compiles."""
    _non_empty(selector)
    try:
        etree.XPath(selector if is_xpath(selector) else HTMLTranslator().css_to_xpath(selector))
    except etree.XPathSyntaxError as error:
        raise mistake(f"is not an XPath: {error}") from None
    except (SelectorError, ValueError) as error:
        raise mistake(f"is not a CSS selector: {error} (an XPath begins with / or ./)") from None
    return selector


def _more(more: object) -> MoreSetting | None:
    """Return the address of further pages of listings, written as text or as a table with a body to POST."""
    if more is None:
        return None
    stated = {"url": more} if isinstance(more, str) else more
    if (
        not isinstance(stated, Mapping)
        or not stated.keys() <= {"url", "body"}
        or not all(isinstance(value, str) for value in stated.values())
        or "url" not in stated
    ):
        raise mistake(
            'must be an address such as "https://news.example/list?page={page}", or a table with url and body, which'
            " is sent by POST"
        )
    setting = MoreSetting(_address(str(stated["url"])), str(stated["body"]) if "body" in stated else None)
    if (wrong := mistake_in(setting)) is not None:
        raise mistake(wrong)
    return setting


def _pages(pages: object) -> int | None:
    """Return a number of pages; None for all."""
    if pages is None or pages == "all":
        return None
    if isinstance(pages, bool) or not isinstance(pages, int) or pages < 1:
        raise mistake('must be a whole number from 1 up, or "all"')
    return pages


def _cron(schedule: str) -> str:
    from spiders.sources.cron import cron_trigger  # slow to load, and not every source has a schedule

    try:
        cron_trigger(schedule, "UTC")
    except ValueError as error:
        raise mistake(str(error)) from None
    return " ".join(schedule.split())


def _duration(text: object) -> timedelta:
    """Return a duration written as a number of seconds, minutes, hours or days; it may be none."""
    found = re.fullmatch(r"(\d{1,5})\s*([smhd])", text.strip()) if isinstance(text, str) else None
    if found is None:
        raise mistake('is not a duration; write one such as "90m", "24h" or "30d"')
    return timedelta(**{_DURATION_UNITS[found[2]]: int(found[1])})


def _wait(text: object) -> timedelta:
    """Return a duration that is not zero."""
    found = _duration(text)
    if not found:
        raise mistake('is not a duration; write one such as "90m", "24h" or "30d"')
    return found


_DURATION_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WIDEST_PRIVATE = {4: 8, 6: 7}  # version → the prefix of its widest private network, 10.0.0.0/8 and fc00::/7

_Network = Annotated[IPNetwork, BeforeValidator(_private_network)]
_Text = Annotated[str, AfterValidator(_non_empty)]
_Url = Annotated[str, AfterValidator(_address)]
_Regex = Annotated[str, AfterValidator(_regex)]
_More = Annotated[MoreSetting | None, BeforeValidator(_more)]
_Selector = Annotated[str, AfterValidator(_selector)]


class _Table(BaseModel):
    """A table of a file: unknown keys and values of another type are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Section(_Table):
    """A listing of the outlet."""

    url: _Url = key("URL of the section's first page")
    name: _Text | None = key("the section's name for readers", None, shown_default="from the URL")
    pages: Annotated[int | None, BeforeValidator(_pages)] = key(
        'how many pages of the listing to follow; `"all"` for every one', 1
    )
    more: _More = key("like `discovery.more`, for this section alone", None)


class _Discovery(_Table):
    """The entry points besides sections, and the URLs that are articles."""

    feeds: list[_Url] = key("URLs of RSS or Atom feeds", [])
    sitemaps: list[_Url] = key("URLs of news sitemaps or sitemaps", [])
    article: list[_Regex] = key(
        "regular expressions; path and query of an article must match one of them",
        [],
        shown_default="detected from the listing",
    )
    ignore: list[_Regex] = key("regular expressions; a URL that matches one is not an article", [])
    more: _More = key(
        'URL of the pages of listings after the first, such as `"https://news.example/api/list?page={page}"`',
        None,
        shown_default="found on the page",
    )


class _Politeness(_Table):
    """How fast and by which rules pages are requested."""

    delay: float = key(
        "seconds between two requests to one host; a longer Crawl-delay in robots.txt is obeyed. "
        "With 0, for your own server, 16 requests run at once",
        1.0,
        ge=0,
        allow_inf_nan=False,
    )
    obey_robots: bool = key("whether robots.txt is obeyed", True)


class _NetworkAccess(_Table):
    """The private networks that may be connected to."""

    allow_private: list[_Network] = key(
        'private networks that this source may connect to, such as `["10.0.0.0/8", "192.168.1.7"]`', []
    )


class _Capture(_Table):
    """The parts of an article that are stored besides the page."""

    images: Images = key('which pictures of an article are stored: `"none"`, `"lead"` or `"all"`', "lead")
    requisites: bool = key(
        "whether stylesheets, fonts and scripts are stored, which a replay needs, and (unless `capture.images` is "
        '`"none"`) the pictures around articles and on section pages: logos, thumbnails, banners',
        True,
    )
    cookies: Annotated[dict[str, str], BeforeValidator(_cookies)] = key(
        'cookies sent to the outlet\'s own sites, such as `{ consent = "yes" }` for a consent wall', {}
    )
    user_agent_note: Annotated[str, AfterValidator(_user_agent_note)] | None = key(
        "text added to the User-Agent, such as a word by which the outlet lets its archive pass", None
    )


class _Limits(_Table):
    """Limits of one crawl."""

    pages: int = key(
        "maximum number of pages requested by one crawl: listings, feeds, sitemaps and articles, each with the URLs "
        "it redirects to; at most half of them are listings, feeds and sitemaps",
        10_000,
        ge=1,
    )
    depth: int = key('maximum number of listing pages followed where `sections.pages` is `"all"`', 1000, ge=1)


class _Rechecks(_Table):
    """How often known articles are visited again."""

    share: float = key(
        "how long to wait before an article is visited again, as a share of the time since its last change; "
        "`0.25` makes about twice as many visits",
        0.5,
        ge=0.05,
        le=5,
        allow_inf_nan=False,
    )
    longest: Annotated[timedelta, BeforeValidator(_wait)] = key(
        'the longest wait, such as `"30d"` or `"12h"`', timedelta(days=30), shown_default='`"30d"`'
    )
    listings: Annotated[timedelta, BeforeValidator(_duration)] = key(
        "the longest wait before `newsarchive run` requests a section, feed or sitemap again that hardly ever changes",
        timedelta(hours=6),
        shown_default='`"6h"`',
    )
    section_parts: Annotated[timedelta, BeforeValidator(_duration)] = key(
        "the shortest wait before pictures and style sheets of section pages are requested again, such as "
        '`"24h"`; those of an article are requested when its page is',
        timedelta(hours=24),
        shown_default='`"24h"`',
    )
    per_hour: int | None = key(
        "maximum number of visits to known articles on one host, for each hour since the last crawl",
        None,
        ge=1,
    )
    removed_after: Annotated[timedelta, BeforeValidator(_duration)] = key(
        "least time between two 404 or 410 responses before an article counts as removed, such as "
        '`"24h"`, `"90m"` or `"2d"`',
        REMOVED_AFTER,
        shown_default='`"24h"`',
    )


class _Rule(_Table):
    """Selectors for pages captured from a day on."""

    since: date | None = key(
        "the day from which the rule applies, such as `2022-01-01`", None, shown_default="from the beginning"
    )
    title: _Selector | None = key("the headline", None)
    lead: _Selector | None = key("the standfirst", None)
    body: _Selector | None = key("the element that holds the text", None)
    published: _Selector | None = key("the time of publication", None)
    author: _Selector | None = key("the byline", None)
    section: _Selector | None = key("the section", None)
    caption: _Selector | None = key("the caption of a picture", None)
    credit: _Selector | None = key("the credit of a picture", None)
    views: _Selector | None = key("the view counter", None)
    prune: list[_Selector] = key("a list of selectors of elements that are not part of the text", [])


class _PageTemplate(_Table):
    """A learned page template."""

    since: AwareDatetime = key("the time from which the template applies, with its UTC offset")
    pages: int = key("number of pages it was learned from", ge=1)
    region: _Selector | None = key("nothing outside of this element is extracted", None)
    body: _Selector | None = key("the element that holds the text, and little else", None)
    title: _Selector | None = key("the headline", None)
    lead: _Selector | None = key("the standfirst", None)
    published: _Selector | None = key("the time of publication", None)
    author: _Selector | None = key("the byline", None)
    section: _Selector | None = key("the section", None)
    views: _Selector | None = key("the view counter", None)
    caption: list[_Selector] = key("elements that hold captions", [])
    boilerplate: list[_Selector] = key(
        "elements inside the region that are removed: advertisements, teasers, other articles",
        [],
        # the second is the name in files of earlier versions
        validation_alias=AliasChoices("boilerplate", "furniture"),
    )
    lines: list[str] = key(
        "lines printed in the bodies of many articles that are not part of the text; `#` matches any number",
        [],
    )
    labels: list[str] = key(
        "labels that appear above the articles of all sections, so they are not a section name", []
    )
    text: list[str] = key(
        "elements inside the body that hold text although their names sound like an advertisement", []
    )


class TemplatesTable(_Table):
    """The contents of NAME.learned.toml."""

    layouts: list[_PageTemplate] = []


class Definition(_Table):
    """The contents of a source file."""

    title: _Text = key("the outlet's name for readers")
    timezone: Annotated[str, AfterValidator(_zone)] = key(
        'IANA time zone, such as `"Europe/Kyiv"`, for times printed without a zone'
    )
    languages: list[Annotated[str, AfterValidator(_language)]] = key(
        'two-letter codes in order of preference, such as `["ru", "uk"]`', [], shown_default="detected"
    )
    schedule: Annotated[str, AfterValidator(_cron)] | None = key(
        'five cron fields in the source\'s time zone, such as `"*/30 * * * *"`; used by `newsarchive run`',
        None,
        shown_default="none: crawled on request only",
    )
    sections: list[_Section] = []
    discovery: _Discovery = _Discovery()
    politeness: _Politeness = _Politeness()
    network: _NetworkAccess = _NetworkAccess()
    capture: _Capture = _Capture()
    limits: _Limits = _Limits()
    rechecks: _Rechecks = _Rechecks()
    rules: list[_Rule] = []


def _missing_entry_point(table: Mapping[str, Any]) -> list[str]:
    """Return the mistake of a file without a section, feed or sitemap."""
    discovery = table.get("discovery")
    entry_points = [table.get("sections")]
    if isinstance(discovery, Mapping):
        entry_points += [discovery.get("feeds"), discovery.get("sitemaps")]
    if any(entry_points):
        return []
    return ["there is no entry point: give at least one [[sections]], or a feed or sitemap under [discovery]"]


def _duplicate_sections(table: Mapping[str, Any]) -> list[str]:
    """Return the mistakes of sections with the same address."""
    mistakes: list[str] = []
    first: dict[str, int] = {}
    sections = table.get("sections")
    for index, section in enumerate(sections if isinstance(sections, list) else []):
        url = section.get("url") if isinstance(section, Mapping) else None
        if isinstance(url, str) and is_web_url(url):
            earlier = first.setdefault(canonical(url), index)
            if earlier != index:
                mistakes.append(
                    f"sections[{index}].url = {quote_value(url)} is the same page as sections[{earlier}].url;"
                    " remove one of them"
                )
    return mistakes
