"""Stories as written, and the expected extraction of their pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a story; `name` is its file name without path and suffix."""

    name: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One story as submitted by its author; paragraphs may contain `[links](/path)` and `**bold**` words."""

    slug: str
    title: str
    section: str  # the section's key: "world", "city", "economy"
    published: datetime  # aware, in the outlet's zone
    body: tuple[str, ...]
    number: int = 0  # given when it is published
    lead: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    views: int = 0
    language: str = "ru"
    stated: str | None = None  # the time as printed, if not in the outlet's own format
    modified: datetime | None = None
    partial: bool = False  # only the beginning is open to all readers
    live: bool = False  # a live blog: entries with a clock time each
    notices: tuple[str, ...] = ()  # legally required notices below the text
    rejection: str | None = None  # why its URL is to be rejected: it has no article


@dataclass(frozen=True, slots=True)
class Truth:
    """The expected extraction of one page. White space is collapsed to single ordinary spaces."""

    url: str
    source: str
    section: str
    title: str
    body: tuple[str, ...]
    lead: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    published: datetime
    published_stated: str
    modified: datetime | None
    language: str
    views: int
    images: tuple[tuple[str, str | None, str | None], ...]  # address, caption, credit
    partial: bool = False
    live_blog: bool = False
    notices: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the values under the names of an exported article."""
        return {
            "url": self.url,
            "source": self.source,
            "section": self.section,
            "state": "live",
            "title": self.title,
            "lead": self.lead,
            "body": "\n\n".join(self.body),
            "authors": list(self.authors),
            "tags": list(self.tags),
            "published": self.published.isoformat(timespec="seconds"),
            "published_stated": self.published_stated,
            "published_precision": "minute",
            "modified": self.modified.isoformat(timespec="seconds") if self.modified else None,
            "language": self.language,
            "words": sum(len(part.split()) for part in (self.lead or "", *self.body)),
            "views": self.views,
            "images": [
                {"url": url, "caption": caption, "credit": credit} for url, caption, credit in self.images
            ],
            "partial": self.partial,
            "live_blog": self.live_blog,
            "notices": list(self.notices),
        }


LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*")
# Marks at the start of a paragraph: subheading, list item, quotation, question, footnote, time of an entry, table row.
MARK = re.compile(r"(##|-|>|\?|\^|@|\|) ")


def plain(text: str) -> str:
    """Return only the words of a text: no links, no marks, white space collapsed."""
    text = MARK.sub("", text, count=1) if MARK.match(text) else text
    return " ".join(BOLD.sub(r"\1", LINK.sub(r"\1", text)).split())
