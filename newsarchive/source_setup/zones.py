"""Decide the time zone of a site's printed times from evidence; where the evidence leaves a choice, decide nothing.

The evidence is the offset between the times a page prints and the same times in its data, which state their zone, and
the countries that the site's domain, language and stated address allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from newsarchive.source_setup.model import ZoneFinding

MIN_PAGES = 2  # articles whose printed and stated times must agree on the zone
MAX_SUGGESTIONS = 6
YEARS_COMPARED = 2  # zones that had one clock for so long, and still have, are one zone here
# Country domains that sites of any country use.
_GENERIC_DOMAINS = frozenset("ai am cc co fm gg io la ly me nu sh st to tv ws".split())
_DOMAINS = {
    "uk": "GB",
    "su": "RU",
    "xn--p1ai": "RU",  # .рф
    "xn--j1amh": "UA",  # .укр
    "xn--90ais": "BY",  # .бел
    "xn--80ao21a": "KZ",  # .қаз
    "eu": None,
}
# Where news are published in a language. Languages of more countries than these, such as English, are no evidence.
_COUNTRIES: Mapping[str, str] = {
    "az": "AZ",
    "be": "BY",
    "bg": "BG",
    "cs": "CZ",
    "et": "EE",
    "fi": "FI",
    "hu": "HU",
    "hy": "AM",
    "ka": "GE",
    "kk": "KZ",
    "ky": "KG",
    "lt": "LT",
    "lv": "LV",
    "mk": "MK",
    "pl": "PL",
    "ro": "RO MD",
    "ru": "RU UA BY KZ MD LV EE LT KG UZ TJ TM AM AZ GE IL DE",
    "sk": "SK",
    "sl": "SI",
    "tg": "TJ",
    "tk": "TM",
    "tr": "TR",
    "uk": "UA",
    "uz": "UZ",
}


@dataclass(frozen=True, slots=True)
class TimeEvidence:
    """The time of one article as its data states it, and as the page prints it."""

    url: str
    at: datetime  # aware, from the data
    printed: datetime  # naive, as printed on the page

    @property
    def offset(self) -> timedelta:
        """Return the offset from UTC of the printed time."""
        return self.printed - self.at.astimezone(UTC).replace(tzinfo=None)

    @property
    def is_plausible(self) -> bool:
        """Return whether the two can be one moment in some zone: a multiple of a quarter of an hour apart."""
        minutes = self.offset.total_seconds() / 60
        nearest = 15 * round(minutes / 15)
        return abs(minutes - nearest) < 1 and -12 * 60 <= nearest <= 14 * 60

    def agrees_with(self, zone: str) -> bool:
        """Return whether a clock in a zone showed the printed time at that moment."""
        local = self.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return abs(local - self.printed) < timedelta(minutes=1)


def find_zone(
    evidence: Sequence[TimeEvidence], *, host: str, languages: Sequence[str], country: str | None = None
) -> ZoneFinding:
    """Return the zone on which the printed times and the site's country agree, or why there is none.

    `country` is the code of the country in the address that the site states for itself.
    """
    witnesses = list({one.url: one for one in evidence if one.is_plausible}.values())
    countries, origin = _countries(host, languages, country)
    if len(witnesses) < MIN_PAGES:
        found = (
            "only one sample article states its time" if witnesses else "no sample article states its time"
        )
        needed = f", and {MIN_PAGES} are needed" if witnesses else ""
        clocks_of_all = _one_of_each_clock(zone for code in countries for zone in _zones_of(code))
        return ZoneFinding(
            None,
            f"{found} both in print and in data with a UTC offset{needed}",
            tuple(clocks_of_all) if len(clocks_of_all) == 1 else (),
        )
    fitting = {
        code: zones
        for code in countries or _zone_table()
        if (zones := [zone for zone in _zones_of(code) if all(one.agrees_with(zone) for one in witnesses)])
    }
    clocks = {code: _one_of_each_clock(zones) for code, zones in fitting.items()}
    suggestions = tuple(dict.fromkeys(zone for zones in clocks.values() for zone in zones))[:MAX_SUGGESTIONS]
    offsets = ", ".join(sorted({_offset_text(one.offset) for one in witnesses}))
    shown = f"the times printed on {len(witnesses)} articles are at UTC{offsets}, by their structured data"
    if not countries:
        return ZoneFinding(None, f"{shown}; {origin} the country", suggestions)
    if not fitting:
        return ZoneFinding(None, f"{shown}, and no zone of {origin} fits")
    if len(fitting) > 1 or len(suggestions) > 1:
        return ZoneFinding(None, f"{shown}, and several zones of {origin} fit", suggestions)
    (zones,) = fitting.values()
    alike = f"; {', '.join(zones[1:])} showed the same time for {YEARS_COMPARED} years" if zones[1:] else ""
    return ZoneFinding(zones[0], f"{shown}; of the zones of {origin} only this one fits{alike}", suggestions)


def is_zone(name: str) -> bool:
    """Return whether a name is that of an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # zoneinfo raises a KeyError for an unknown zone
        return False
    return True


def _countries(host: str, languages: Sequence[str], country: str | None) -> tuple[tuple[str, ...], str]:
    """Return the countries that a site can be of, the likeliest first, and in words what says so."""
    domain = host.rpartition(".")[2]
    evidence: list[tuple[list[str], str]] = []
    if country:
        evidence.append(([country], f"the country in its address ({country})"))
    if domain in _DOMAINS or (len(domain) == 2 and domain not in _GENERIC_DOMAINS):
        code = _DOMAINS.get(domain, domain.upper())
        if code and _zones_of(code):
            evidence.append(([code], f"the domain .{domain}"))
    if languages and languages[0] in _COUNTRIES:
        evidence.append((_COUNTRIES[languages[0]].split(), f"the language {languages[0]}"))
    if not evidence:
        return (), "neither the domain nor the language shows"
    common = [code for code in evidence[0][0] if all(code in codes for codes, _ in evidence)]
    return tuple(common), " and ".join(words for _, words in evidence)


def _one_of_each_clock(zones: Iterable[str]) -> list[str]:
    """Return the zones without those that showed the same time as an earlier one since YEARS_COMPARED years."""
    now = datetime.now(UTC)
    days = [now + timedelta(days=day) for day in range(-365 * YEARS_COMPARED, 365)]
    first: dict[tuple[timedelta | None, ...], str] = {}
    for zone in dict.fromkeys(zones):
        info = ZoneInfo(zone)
        first.setdefault(tuple(info.utcoffset(day.astimezone(info)) for day in days), zone)
    return list(first.values())


def _offset_text(offset: timedelta) -> str:
    minutes = 15 * round(offset.total_seconds() / 60 / 15)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _zones_of(country: str) -> tuple[str, ...]:
    """Return the zones of a country, as the tz database lists them; empty for an unknown country."""
    return _zone_table().get(country, ())


@cache
def _zone_table() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of each country: its own, or if it has none those of another country that it shares."""
    own: dict[str, list[str]] = {}
    shared: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone1970.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            codes, _, zone = line.split("\t")[:3]
            first, *others = codes.split(",")
            own.setdefault(first, []).append(zone)
            for code in others:
                shared.setdefault(code, []).append(zone)
    return {code: tuple(zones) for code, zones in (shared | own).items()}
