"""The setting `more`: an address with placeholders, of which a listing's pages after the first are made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

from spiders.discovery.paging.page_requests import PageRequest

_PLACEHOLDER = re.compile(r"\{(?P<name>[a-z]+)(?:=(?P<number>\d{1,6})|:(?P<format>[^{}]*))?\}")
_DATE_FORMAT = re.compile(r"(?:%[YymdjB]|[^%])+")
DEFAULT_DATE_FORMAT = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class MoreSetting:
    """An address, and what to send to it by POST if it is not a GET."""

    url: str
    body: str | None = None

    @property
    def is_by_day(self) -> bool:
        """Return whether it gives the articles of one day."""
        return any(found["name"] == "date" for found in _placeholders(self))

    def request(self, *, page: int, shown: int, day: date | None, section_url: str) -> PageRequest:
        """Return the request of a page: `page` counts from 1, `shown` articles came before it.

        `day` is the one that a page of a date archive shows.
        """

        def filled(found: re.Match[str]) -> str:
            match found["name"]:
                case "page":
                    return str(page - 2 + int(found["number"] or 2))
                case "offset":
                    return str((page - 1) * int(found["number"]) if found["number"] else shown)
                case "date":
                    return day.strftime(found["format"] or DEFAULT_DATE_FORMAT) if day else ""
                case _:
                    return unquote(urlsplit(section_url).path).rstrip("/").rpartition("/")[2]

        url = _PLACEHOLDER.sub(filled, self.url)
        return PageRequest(url, None if self.body is None else _PLACEHOLDER.sub(filled, self.body))


def mistake_in(setting: MoreSetting) -> str | None:
    """Return what is wrong with a setting, to follow its value; None if nothing is."""
    found = _placeholders(setting)
    names = {one["name"] for one in found}
    if unknown := names - {"page", "offset", "date", "section"}:
        return f"has a placeholder {{{min(unknown)}}}; write {{page}}, {{offset}}, {{date}} or {{section}}"
    if not names & {"page", "offset", "date"}:
        return "needs a placeholder that changes from page to page: {page}, {offset} or {date}"
    if "date" in names and len(names & {"page", "offset"}) > 0:
        return "has {date} beside {page} or {offset}; write one of them, as the pages of one day are followed anyway"
    for one in found:
        if one["name"] != "date" and one["format"] is not None:
            return f"has a format in {one[0]}, which only {{date}} may have"
        if one["name"] in ("date", "section") and one["number"] is not None:
            return f"has a number in {one[0]}, which only {{page}} and {{offset}} may have"
        if one["name"] == "offset" and one["number"] and not int(one["number"]):
            return "counts articles in steps of 0; write how many a page shows, such as {offset=20}"
        if one["format"] is not None and not (
            _DATE_FORMAT.fullmatch(one["format"])
            and "%d" in one["format"] + one["format"].replace("%j", "%d")
        ):
            return f"has a date {one[0]} that does not name a day; write one such as {{date:%Y/%m/%d}}"
    return None


def _placeholders(setting: MoreSetting) -> list[re.Match[str]]:
    return list(_PLACEHOLDER.finditer(setting.url + (setting.body or "")))
