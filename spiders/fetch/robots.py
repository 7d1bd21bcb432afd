"""Parse robots.txt as real servers send it: with a BOM, in UTF-16, with versions, units and unknown lines."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from protego import Protego

PRODUCT_TOKEN = "newsarchive"
MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309 section 2.5
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the BOM of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\x00"))
# The lines that protego understands and that concern us. It ends a group of User-agent lines at any other, such as
# Noindex, where RFC 9309 section 2.2.4 asks to ignore it.
_LINE = re.compile(
    r"(?P<name>user[- ]?agent|allow|dis+al+ow|diasllow|disallaw|crawl[- ]delay)\s*(?::|\s)\s*(?P<value>.*)",
    re.IGNORECASE,
)
_SITEMAP = re.compile(r"site-?map\s*:\s*(?P<url>\S+).*", re.IGNORECASE)
_OURS = re.compile(rf"(?<![a-z_-]){PRODUCT_TOKEN}(?![a-z_-])", re.IGNORECASE)
_DURATION = re.compile(r"(?P<number>[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)\s*(?P<unit>[a-z]*)", re.IGNORECASE)
_SECONDS = {
    "ms": 0.001,
    "mil": 0.001,
    "m": 60.0,
    "h": 3600.0,
}  # beginning of a unit → its seconds, 1 for any other


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules of a site for this program."""

    rules: Protego
    crawl_delay: float  # seconds between two requests; 0 if none is stated

    def allows(self, url: str) -> bool:
        """Return whether an address may be requested."""
        return bool(self.rules.can_fetch(url, PRODUCT_TOKEN))


def parse_robots(payload: bytes) -> RobotsRules:
    """Return the rules in a robots.txt."""
    lines = _LINE_END.split(_decoded(payload).translate(_INVISIBLE))
    rules = Protego.parse("\n".join(line for line in map(_plain_line, lines) if line))
    return RobotsRules(rules, float(rules.crawl_delay(PRODUCT_TOKEN) or 0.0))


def sitemap_lines(payload: bytes) -> list[str]:
    """Return the addresses in the Sitemap lines of a robots.txt, in order (sitemaps.org/protocol.html)."""
    lines = _LINE_END.split(_decoded(payload[:MAX_ROBOTS_BYTES]).translate(_INVISIBLE))
    return [found["url"] for line in lines if (found := _SITEMAP.fullmatch(line.strip()))]


def _decoded(payload: bytes) -> str:
    """Return the text: UTF-8 by the standard, else as its BOM says, or UTF-16 if every other byte is zero."""
    for bom, encoding in _BOMS:
        if payload.startswith(bom):
            return payload[len(bom) :].decode(encoding, "replace")
    beginning = payload[:256]
    pairs = len(beginning) // 2
    for zeros, encoding in ((beginning[1::2], "utf-16-le"), (beginning[::2], "utf-16-be")):
        if pairs > 1 and zeros.count(0) > 0.7 * pairs:
            return payload.decode(encoding, "replace")
    return payload.decode("utf-8", "replace")


def _plain_line(line: str) -> str | None:
    """Return a line in the form that protego parses as intended; None for one without a rule."""
    found = _LINE.match(line.partition("#")[0].strip())
    if found is None:
        return None
    name, value = found["name"].lower(), found["value"].strip()
    if name.startswith("user"):
        return f"User-agent: {_agent(value)}"
    if name.startswith("crawl"):
        seconds = _seconds(value)
        return None if seconds is None else f"Crawl-delay: {seconds:f}"
    return f"{'Allow' if name == 'allow' else 'Disallow'}: {value}"


def _agent(value: str) -> str:
    """Return whom a User-agent line names: everyone, this program (in any version, «newsarchive/1.0»), or another.

    RFC 9309 section 2.2.1 compares whole product tokens; protego would take «news» for ours.
    """
    if _OURS.search(value):
        return PRODUCT_TOKEN
    return "*" if value.split()[:1] == ["*"] else "another"


def _seconds(value: str) -> float | None:
    """Return a stated duration, such as «1,5», «1s» or «500 ms», in seconds; None if it states none."""
    found = _DURATION.match(value)
    if found is None:
        return None
    unit = found["unit"].lower()
    factor = next((factor for beginning, factor in _SECONDS.items() if unit.startswith(beginning)), 1.0)
    return float(found["number"].replace(",", ".")) * factor
