"""The schema of source files: keys, types, defaults, and a plain message for each mistake.

Pydantic is used only here and in validation.py; elsewhere a source is spiders.sources.source.Source.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from archive.extraction.templates.rules import is_xpath
from archive.urls import canonical, is_web_url, private_address
from spiders.sources.validation import InvalidFile, describe_error, mistake, quote_value

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
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        messages = [describe_error(detail, kind) for detail in error.errors(include_url=False)]
        raise InvalidFile(messages) from None


def _non_empty(text: str) -> str:
    if not text.strip():
        raise mistake("must not be empty")
    return text.strip()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # zoneinfo raises a KeyError for an unknown zone
        raise mistake('is not a time zone; write an IANA name such as "Europe/Kyiv"') from None
    return name


def _address(url: str) -> str:
    if not is_web_url(url):
        raise mistake("is not a web address; it must begin with http:// or https:// and name a host")
    return url.strip()


def _private_network(text: object) -> IPNetwork:
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


def _language(code: str) -> str:
    if code == "ua":
        raise mistake('is a country; the Ukrainian language is "uk"')
    if not re.fullmatch(r"[a-z]{2}", code):
        raise mistake('is not a language code; write two small letters such as "ru" or "uk"')
    return code


def _regex(pattern: str) -> str:
    try:
        re.compile(_non_empty(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        raise mistake(f"is not a regular expression: {error}") from None
    return pattern


def _selector(selector: str) -> str:
    _non_empty(selector)
    try:
        etree.XPath(selector if is_xpath(selector) else HTMLTranslator().css_to_xpath(selector))
    except etree.XPathSyntaxError as error:
        raise mistake(f"is not an XPath: {error}") from None
    except (SelectorError, ValueError) as error:
        raise mistake(f"is not a CSS selector: {error} (an XPath begins with / or ./)") from None
    return selector


def _pages(pages: object) -> int | None:
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


_WIDEST_PRIVATE = {4: 8, 6: 7}  # version → the prefix of its widest private network, 10.0.0.0/8 and fc00::/7

_Network = Annotated[IPNetwork, BeforeValidator(_private_network)]
_Text = Annotated[str, AfterValidator(_non_empty)]
_Url = Annotated[str, AfterValidator(_address)]
_Regex = Annotated[str, AfterValidator(_regex)]
_Selector = Annotated[str, AfterValidator(_selector)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Section(_Table):
    url: _Url
    name: _Text | None = None
    pages: Annotated[int | None, BeforeValidator(_pages)] = 1


class _Discovery(_Table):
    feeds: list[_Url] = []
    sitemaps: list[_Url] = []
    article: list[_Regex] = []
    ignore: list[_Regex] = []


class _Politeness(_Table):
    delay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    obey_robots: bool = True


class _NetworkAccess(_Table):
    allow_private: list[_Network] = []


class _Capture(_Table):
    images: Images = "lead"
    requisites: bool = True


class _Limits(_Table):
    pages: Annotated[int, Field(ge=1)] = 10_000
    depth: Annotated[int, Field(ge=1)] = 1000


class _Rule(_Table):
    since: date | None = None
    title: _Selector | None = None
    lead: _Selector | None = None
    body: _Selector | None = None
    published: _Selector | None = None
    author: _Selector | None = None
    section: _Selector | None = None
    caption: _Selector | None = None
    credit: _Selector | None = None
    views: _Selector | None = None
    prune: list[_Selector] = []


class _PageTemplate(_Table):
    since: AwareDatetime
    pages: Annotated[int, Field(ge=1)]
    region: _Selector | None = None
    body: _Selector | None = None
    title: _Selector | None = None
    lead: _Selector | None = None
    published: _Selector | None = None
    author: _Selector | None = None
    section: _Selector | None = None
    views: _Selector | None = None
    caption: list[_Selector] = []
    furniture: list[_Selector] = []
    lines: list[str] = []
    labels: list[str] = []


class TemplatesTable(_Table):
    layouts: list[_PageTemplate] = []


class Definition(_Table):
    title: _Text
    timezone: Annotated[str, AfterValidator(_zone)]
    languages: list[Annotated[str, AfterValidator(_language)]] = []
    schedule: Annotated[str, AfterValidator(_cron)] | None = None
    sections: list[_Section] = []
    discovery: _Discovery = _Discovery()
    politeness: _Politeness = _Politeness()
    network: _NetworkAccess = _NetworkAccess()
    capture: _Capture = _Capture()
    limits: _Limits = _Limits()
    rules: list[_Rule] = []


def _missing_entry_point(table: Mapping[str, Any]) -> list[str]:
    discovery = table.get("discovery")
    entry_points = [table.get("sections")]
    if isinstance(discovery, Mapping):
        entry_points += [discovery.get("feeds"), discovery.get("sitemaps")]
    if any(entry_points):
        return []
    return ["there is no entry point: give at least one [[sections]], or a feed or sitemap under [discovery]"]


def _duplicate_sections(table: Mapping[str, Any]) -> list[str]:
    mistakes: list[str] = []
    first: dict[str, int] = {}
    sections = table.get("sections")
    for index, section in enumerate(sections if isinstance(sections, list) else []):
        url = section.get("url") if isinstance(section, Mapping) else None
        if isinstance(url, str) and is_web_url(url):
            earlier = first.setdefault(canonical(url), index)
            if earlier != index:
                mistakes.append(
                    f"sections[{index}].url = {quote_value(url)} is also that of sections[{earlier}]"
                )
    return mistakes
