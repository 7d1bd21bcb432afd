"""Gold standard: pages with their known content, and scores for how far an extraction agrees with it.

A folder has one of two forms. Either one subfolder per page, as in tests/pages: page.html, about.toml, article.json.
Or gold.jsonl with one page per line, whose `file` is gzipped HTML in UTF-8; there None means not known.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FIELDS = (
    "title",
    "day",
    "time",
    "zone",
    "lead",
    "section",
    "authors",
    "tags",
    "views",
    "captions",
    "credits",
)
CYRILLIC, RECENT, OTHER = "Cyrillic", "Cyrillic of 2018–26", "other"
GROUPS = (CYRILLIC, RECENT, OTHER)
SHINGLE = 4  # words
ZONES = {  # by top-level domain, for pages whose time zone is not given
    "ua": "Europe/Kyiv",
    "by": "Europe/Minsk",
    "kz": "Asia/Almaty",
    "az": "Asia/Baku",
    "am": "Asia/Yerevan",
    "ge": "Asia/Tbilisi",
    "md": "Europe/Chisinau",
    "kg": "Asia/Bishkek",
    "uz": "Asia/Tashkent",
    "ru": "Europe/Moscow",
    "su": "Europe/Moscow",
    "it": "Europe/Rome",
    "de": "Europe/Berlin",
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "fr": "Europe/Paris",
    "es": "Europe/Madrid",
    "pl": "Europe/Warsaw",
    "nl": "Europe/Amsterdam",
    "se": "Europe/Stockholm",
    "no": "Europe/Oslo",
    "dk": "Europe/Copenhagen",
    "tr": "Europe/Istanbul",
    "il": "Asia/Jerusalem",
    "jp": "Asia/Tokyo",
    "uk": "Europe/London",
}
WORD = re.compile(r"\w+")
SAME_CHARACTERS = str.maketrans(
    dict.fromkeys("«»“”„‟″‘’‚ʼ`'", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"\u00ad": None}
)


@dataclass(frozen=True, slots=True)
class Case:
    """A page, how it was captured, and its known content."""

    name: str
    url: str
    fetched_at: datetime
    timezone: str
    languages: tuple[str, ...]
    content_type: str
    payload: bytes
    known: Mapping[str, Any]  # title, body, published, lead, section, authors, tags, views, captions, credits
    groups: tuple[str, ...]

    @property
    def is_held_out(self) -> bool:
        """Return whether its site is in the third that is kept for judging: only its scores are used."""
        return int(hashlib.sha256(_site(self.url).encode()).hexdigest(), 16) % 3 == 0


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The fields that a tool extracts from a page, by names common to all tools; unsupported ones are absent."""

    fields: Mapping[str, Any]
    milliseconds: float


def cases(folder: Path) -> list[Case]:
    """Return all pages of a folder of either form, sorted by name."""
    lines = folder / "gold.jsonl"
    found = _cases_from_lines(lines) if lines.exists() else _cases_from_folders(folder)
    return sorted(found, key=lambda case: case.name)


def _cases_from_folders(folder: Path) -> Iterator[Case]:
    for path in folder.glob("*/article.json"):
        about = tomllib.loads((path.parent / "about.toml").read_text("utf-8"))
        stated = json.loads(path.read_text("utf-8"))
        known = {
            name: stated[name]
            for name in ("title", "lead", "section", "authors", "tags", "views")
            if name in stated
        }
        if "body" in stated:
            known["body"] = "\n".join(filter(None, [stated.get("lead"), *stated["body"]]))
        if stated.get("published"):
            known["published"] = stated["published"]
            known["zone"] = stated.get("published_zone") == "stated"
        if "images" in stated:
            known["captions"] = [image["caption"] for image in stated["images"] if image.get("caption")]
            known["credits"] = [image["credit"] for image in stated["images"] if image.get("credit")]
        yield Case(
            path.parent.name,
            about["url"],
            about["fetched_at"],
            about["timezone"],
            tuple(about["languages"]),
            about["content_type"],
            (path.parent / "page.html").read_bytes(),
            known,
            _groups(" ".join((stated.get("title") or "", *stated.get("body", ()))), about["fetched_at"].year),
        )


def _cases_from_lines(lines: Path) -> Iterator[Case]:
    for line in lines.read_text("utf-8").splitlines():
        item = json.loads(line)
        names = {
            "author": "authors",
            **{name: name for name in ("title", "body", "published", "lead", "section")},
        }
        names |= {name: name for name in ("authors", "tags", "views", "captions", "credits")}
        known = {to: item[name] for name, to in names.items() if item.get(name) is not None}
        if "published" in known:
            known["zone"] = split_timestamp(known["published"])[2] is not None
        fetched_at = _fetched_at(item)
        ending = _site(item["url"]).rsplit(".", 1)[-1]
        year = int(str(item["published"])[:4]) if item.get("published") else fetched_at.year
        sample = " ".join(str(known.get(name, "")) for name in ("title", "body"))
        yield Case(
            item["id"],
            item["url"],
            fetched_at,
            item.get("timezone") or ZONES.get(ending, "UTC"),
            tuple(item.get("languages") or ()),
            "text/html; charset=utf-8",
            gzip.decompress((lines.parent / item["file"]).read_bytes()),
            known,
            _groups(sample, year, item.get("cyrillic")),
        )


def _fetched_at(item: Mapping[str, Any]) -> datetime:
    """Return when a page was fetched: as stated, else the evening of the day in its name, else now."""
    if item.get("fetched_at"):
        return datetime.fromisoformat(item["fetched_at"])
    day = re.search(r"/((?:19|20)\d\d[01]\d[0-3]\d)(?!\d)", item["id"])
    if day is not None:
        return datetime.strptime(day[1] + "2059", "%Y%m%d%H%M").replace(tzinfo=UTC)
    return datetime.now(UTC)


def _groups(sample: str, year: int, is_cyrillic: bool | None = None) -> tuple[str, ...]:
    if is_cyrillic is None:
        is_cyrillic = len(re.findall("[а-яёіїєґўА-ЯЁІЇЄҐЎ]", sample)) * 2 > len(
            re.findall(r"[^\W\d_]", sample)
        )
    if not is_cyrillic:
        return (OTHER,)
    return (CYRILLIC, RECENT) if year >= 2018 else (CYRILLIC,)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")


def scores(known: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Return the score of each field, 0 to 1; fields not known of the page are left out.

    body_precision and body_recall count shingles of four words; `wrong_day` is 1 if a wrong day was extracted.
    """
    marks: dict[str, float] = {}
    if known.get("body"):
        marks |= _body(known["body"], found.get("body") or "")
    if known.get("title"):
        titles = [known["title"]] if isinstance(known["title"], str) else known["title"]
        marks["title"] = float(comparable(found.get("title")) in map(comparable, titles))
    if known.get("published"):
        marks |= _date_scores(known["published"], known.get("zone", False), found.get("published"))
    for name in ("lead", "section", "views"):
        if name in known:
            marks[name] = float(comparable(known[name]) == comparable(found.get(name)))
    for name in ("authors", "tags"):
        if name in known:
            marks[name] = float(
                set(map(comparable, known[name])) == set(map(comparable, found.get(name) or ()))
            )
    for name in ("captions", "credits"):
        if name in known:
            marks[name] = float([*map(comparable, known[name])] == [*map(comparable, found.get(name) or ())])
    return marks


def comparable(value: object) -> str:
    """Normalize a text for comparison: ignore case, white space, kinds of quotes and dashes, and a final full stop."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).translate(SAME_CHARACTERS)
    return " ".join(text.split()).rstrip(".").casefold()


def _body(known: str, found: str) -> dict[str, float]:
    left, right = _shingles(known), _shingles(found)
    same = (left & right).total()
    marks = {"body_recall": same / left.total() if left else 1.0}
    if right:
        marks["body_precision"] = same / right.total()
    return marks


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)) if words)


def split_timestamp(value: str | None) -> tuple[date | None, datetime | None, object]:
    """Split an ISO 8601 value into day, time and UTC offset; each is None if absent."""
    if not value:
        return None, None, None
    text = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", value.strip().replace("Z", "+00:00"))
    try:
        if len(text) <= 10:
            return date.fromisoformat(text), None, None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, None, None
    return moment.date(), moment, moment.utcoffset()


def _date_scores(known: str, is_stated: bool, found: str | None) -> dict[str, float]:
    """Return the scores of day, time of day and zone; two times with offsets are equal if they are the same instant."""
    day, moment, offset = split_timestamp(known)
    found_day, found_moment, found_offset = split_timestamp(found)
    if offset is not None and found_offset is not None and found_moment is not None and moment is not None:
        found_day = found_moment.astimezone(moment.tzinfo).date()
        is_same = abs((found_moment - moment).total_seconds()) < 60
    else:
        pair = [at.replace(tzinfo=None) for at in (moment, found_moment) if at is not None]
        is_same = len(pair) == 2 and abs((pair[0] - pair[1]).total_seconds()) < 60
    marks = {"day": float(found_day == day), "wrong_day": float(found_day not in (None, day))}
    if moment is not None:
        marks["time"] = float(is_same)
    if offset is not None and is_stated:
        marks["zone"] = float(found_offset == offset)
    return marks


def mean(values: Iterable[float]) -> float | None:
    """Return the mean, or None without values."""
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that a `share` of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
