"""Read lists of sites to set up as sources: CSV, OPML, or one address a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from archive.errors import ArchiveError
from archive.urls import is_web_url
from newsarchive.source_setup.model import InspectionFailed
from newsarchive.source_setup.zones import is_zone

# Heading of a CSV column, or attribute of an outline, in lower case without other signs → what it means.
_COLUMNS = {
    "name": "name",
    "source": "name",
    "title": "title",
    "outlet": "title",
    "text": "title",
    "url": "url",
    "address": "url",
    "site": "url",
    "website": "url",
    "homepage": "url",
    "link": "url",
    "htmlurl": "url",
    "timezone": "timezone",
    "tz": "timezone",
    "zone": "timezone",
    "feed": "feeds",
    "feeds": "feeds",
    "feedurl": "feeds",
    "rss": "feeds",
    "xmlurl": "feeds",
    "language": "languages",
    "languages": "languages",
    "schedule": "schedule",
}


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One site of a list, with what the list says about it."""

    line: int
    url: str
    name: str | None = None
    title: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] = ()
    schedule: str | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListError:
    """A line of a list that names no site."""

    line: int
    why: str  # a sentence


def read_list(path: Path) -> list[ListedSite | ListError]:
    """Return the sites of a list in order; raise ArchiveError if the file cannot be read as one."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ArchiveError(f"{path}: is not UTF-8 text; save it as UTF-8.") from error
    if path.suffix.lower() in (".opml", ".xml") or text.lstrip().startswith("<"):
        rows = _opml_rows(path, text)
    elif path.suffix.lower() in (".csv", ".tsv"):
        rows = _csv_rows(path, text)
    else:
        rows = _plain_rows(text)
    found: list[ListedSite | ListError] = []
    first: dict[str, int] = {}
    for line, row in rows:
        site = _site(line, row)
        if isinstance(site, ListedSite) and first.setdefault(site.url, line) != line:
            site = ListError(line, f"{site.url} is the same as in line {first[site.url]}.")
        found.append(site)
    if not found:
        raise ArchiveError(f"{path}: names no site.")
    return found


def complete_url(text: str) -> str:
    """Return a web address; a bare host such as news.example is taken for https."""
    text = text.strip()
    is_bare = re.fullmatch(r"[^\s/:@]+\.[^\s/:@.]{2,}(?::\d+)?(?:/\S*)?", text)
    return f"https://{text}" if is_bare else text


def require_url(text: str) -> str:
    """Return a web address; raise InspectionFailed if the text is none."""
    url = complete_url(text)
    if not is_web_url(url):
        raise InspectionFailed(f"{text} is not a web address. Write one such as https://news.example/.")
    return url


def _site(line: int, row: dict[str, str]) -> ListedSite | ListError:
    """Return the site of a row, or why it names none."""
    feeds = tuple(complete_url(one) for one in row.get("feeds", "").split())
    url = complete_url(row.get("url", ""))
    if not url and feeds and is_web_url(feeds[0]):
        parts = urlsplit(feeds[0])
        url = f"{parts.scheme}://{parts.netloc}/"
    wrong = next((one for one in (url, *feeds) if one and not is_web_url(one)), None)
    if wrong is not None:
        return ListError(line, f"{wrong!r} is not a web address.")
    if not url:
        return ListError(line, "names no address.")
    if (zone := row.get("timezone")) and not is_zone(zone):
        return ListError(line, f"{zone!r} is not a time zone; write an IANA name such as Europe/Kyiv.")
    return ListedSite(
        line,
        url,
        name=row.get("name") or None,
        title=row.get("title") or None,
        timezone=row.get("timezone") or None,
        languages=tuple(re.findall(r"[a-z]+", row.get("languages", "").lower())),
        schedule=row.get("schedule") or None,
        feeds=feeds,
    )


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file by the meaning of their columns, each with its line."""
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    columns = [_COLUMNS.get(re.sub(r"[^a-z]", "", one.lower())) for one in next(reader, [])]
    if "url" not in columns and "feeds" not in columns:
        raise ArchiveError(
            f"{path}: the first line must name the columns, one of them url (or feed); others may be name, title,"
            " timezone, languages and schedule."
        )
    line = reader.line_num + 1
    try:
        for cells in reader:
            row = {
                key: cell.strip() for key, cell in zip(columns, cells, strict=False) if key and cell.strip()
            }
            if any(map(str.strip, cells)):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise ArchiveError(f"{path}, line {reader.line_num}: is not CSV: {error}.") from error


def _opml_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the outlines of an OPML file that have an address, however deep, each with its line."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ArchiveError(f"{path}: is not OPML: {error.msg}.") from error
    for outline in root.iter("outline"):
        row: dict[str, str] = {}
        for attribute, value in outline.attrib.items():
            key = _COLUMNS.get(re.sub(r"[^a-z]", "", str(attribute).lower()))
            if key and str(value).strip() and (key != "url" or "url" not in row or attribute == "htmlUrl"):
                row[key] = str(value).strip()
        row.pop("name", None)
        if "url" in row or "feeds" in row:
            yield cast(int, outline.sourceline or 0), row


def _plain_rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines of a list of addresses, without empty ones and comments."""
    for line, content in enumerate(text.splitlines(), 1):
        address = content.partition(" #")[0].strip()
        if address and not address.startswith("#"):
            yield line, {"url": address}
